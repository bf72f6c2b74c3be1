package rewrite

// Exprs lists the expressions of one node.
var Exprs = exprs
