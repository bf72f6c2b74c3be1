// Package emit is the vocabulary in which code generation writes Go: values with their nullability, blocks of statements, names
// that come from SQL, conditions in three-valued logic, and the Go types of SQL types.
//
// In: types and spans. Out: jennifer statements. This package and its callers in codegen are the only ones that see jennifer.
//
// Forbidden here: plans, syntax, the meaning of SQL functions (they are in codegen/builtin).
package emit
