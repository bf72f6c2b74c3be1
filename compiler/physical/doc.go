// Package physical decides how a bound job runs: which pipelines there are, which rows they decode, what their stages are, how
// many workers may share the work, and what state is kept where. Print renders it: that is EXPLAIN.
//
// In: a rewritten plan.Job. Out: a Job from which Go is written without further decisions.
//
// Forbidden here: syntax nodes, Go code.
package physical
