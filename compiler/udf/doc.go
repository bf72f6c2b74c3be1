// Package udf finds the functions that a file declares with CREATE FUNCTION … LANGUAGE GO.
//
// In: the statements of a file and the folder in which it lies. Out: one Function each, checked against the Go package that defines it,
// and the Go module that a build has to include.
//
// Forbidden here: running user code; emitting calls, which codegen/builtin does.
package udf
