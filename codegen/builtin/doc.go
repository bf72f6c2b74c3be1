// Package builtin is the registry of SQL functions: one entry per function holds its overloads with their types, what it does with
// NULL, how it is written in Go, its documentation and its examples, which are tests. Binding resolves calls with Set, code
// generation emits them with Code, and Reference prints the documentation. To add a function, copy a neighbour.
//
// In: values of codegen/emit, already converted to the parameter types of the overload. Out: values.
//
// Forbidden here: syntax trees, plans, function bodies of more than a Go expression or two (they are in runtime/sqlfn).
package builtin
