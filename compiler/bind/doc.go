// Package bind gives syntax trees their meaning: it resolves names, types every expression, finds aggregates and windows, and
// builds the logical plan.
//
// In: a parsed file, the catalog of its sources and sinks, and the signatures of the functions. Out: a plan.Job and the
// diagnostics of all its statements at once, sorted by place.
//
// How a SELECT is bound. Items and HAVING are bound over one "virtual" row: the columns of the input, then, at positions that no
// input reaches, the window's bounds and one column per aggregate call. Whether the query groups at all is known when that is
// done. If it does, lift (group.go) turns expressions over the virtual row into expressions over the aggregate's output: parts
// equal to a grouping expression read its column, aggregates read theirs, and any other input column takes the group's first row.
//
// An expression that has been reported has the type Invalid, which every operator passes on in silence. A relation that could
// not be bound is marked as broken, and what reads it stays silent as well.
//
// Forbidden here: Go code, run-time values, properties of connectors.
package bind
