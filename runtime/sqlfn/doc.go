// Package sqlfn holds the bodies of SQL functions, operators and casts that are more than a Go expression. Generated code calls
// them with plain Go values of the types that codegen/emit assigns: INTEGER int64, FLOAT float64, STRING string, DATE int64 days,
// TIMESTAMP, TIME and INTERVAL int64 nanoseconds. NULL never arrives here.
//
// In: values; for results that are text an arena, in which the text lives until the chunk has been processed. Out: values. A
// function that can refuse its arguments returns an error, a plain sentence that names the value and what was expected; one
// whose result can be NULL returns whether there is one.
//
// Forbidden here: the wall clock, the locale, allocation per call (errors excepted), any state but the arena.
package sqlfn
