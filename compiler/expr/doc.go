// Package expr is the typed expression tree that binding produces and every later phase reads.
//
// In: types and spans. Out: a sealed set of immutable nodes, each with a type, nullability and a source span, all names
// resolved to column positions and all implicit conversions written out as Cast nodes.
//
// Forbidden here: names to resolve, syntax nodes, Go code.
package expr
