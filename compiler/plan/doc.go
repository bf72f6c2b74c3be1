// Package plan is the typed logical plan: what a file of statements means, before anything is decided about how to run it.
//
// In: bound expressions. Out: a sealed set of immutable operator nodes; each derives the four properties that streaming rules
// are checks on: schema, key, time and changelog mode. Print renders them for EXPLAIN, for tests, and for --dump.
//
// Forbidden here: syntax nodes, connectors' Go names, Go code.
package plan
