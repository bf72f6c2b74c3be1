// Package state holds what a job remembers: hash tables from group keys to dense ids, accumulators by id, and the form in which they stand in a snapshot.
//
// In: keys in comparable form. Out: ids in order of first appearance, so that results never depend on hashing. A table is
// single-threaded; the engine merges the tables of several workers in order.
//
// Forbidden here: SQL functions, connectors, time.
package state
