// Package grammar turns SQL text into a syntax tree and back.
//
// In comes a [source.File]; out go a [File] of statements, each with the
// annotations of its comments, and a list of diagnostics. [Parse] cuts the
// tokens at every ";" and parses each piece alone, so that one bad statement
// costs one error. [Format] prints canonical SQL, [Dump] prints trees.
//
// Statements and clauses are structs whose tags are the grammar, read by
// participle; the whole of it is printed to GRAMMAR.ebnf. Expressions are read
// by a precedence table (pratt.go), because a grammar with one rule per
// precedence level takes exponential time and explains errors badly. What was
// expected at an error is computed from the grammar itself (expect.go).
//
// Forbidden here: meaning. The package knows no column, function, property or
// annotation by name and decides nothing that depends on one.
package grammar
