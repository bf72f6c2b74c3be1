// Package handwritten has no code of its own. Below it are the programs that veloc is measured against, one
// for each benchmark query, and fast, which they share. Its tests run every program on regular, irregular,
// late and malformed input and compare the output with a naive evaluation of the query.
package handwritten
