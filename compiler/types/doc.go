// Package types holds the SQL type system: kinds, parameters, nullability, names, and the one coercion table.
//
// In: nothing but type names and literals. Out: Type and Col values that every later phase carries, and the answers to
// "may this become that", "what do these two have in common", "what does this operator return".
//
// Forbidden here: syntax trees, Go code, run-time values. This is a leaf.
package types
