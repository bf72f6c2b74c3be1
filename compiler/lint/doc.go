// Package lint warns of queries that are correct and still likely to disappoint: money that drifts, rows that come late without anyone
// having said how late they may be, labels with too many values.
//
// In: the bound plan of a file and its catalog. Out: warnings. Each has a name in diag.Lints, by which `-- veloc:ignore name` in front
// of a statement silences it.
//
// Forbidden here: errors; changes to the plan. A check that needs more than the plan and the catalog belongs to binding.
package lint
