// Package annot knows the annotations: comments such as `-- @metric: trades_total` that say something about a statement or about
// the whole file.
//
// In: the annotations that grammar found, as names and texts. Out: checked values with exact places: the application, the job
// settings of each statement, metrics, data hints; and the annotation reference, printed from one spec per annotation.
//
// Forbidden here: columns and types of queries (the binder passes what is needed), files, generated code.
package annot
