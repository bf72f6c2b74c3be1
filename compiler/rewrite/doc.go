// Package rewrite improves logical plans without changing what they mean.
//
// In: a plan.Job from binding. Out: an equivalent one in which constants are computed, rows carry no column that nothing reads,
// NULL checks are where NULLs can be, and equal aggregates are computed once. The passes run once each, in the order of Passes;
// each has a file of its own whose comment states the identity it uses, and a test file testdata/<pass>.
//
// Every pass keeps the names, types and order of the columns of each statement's result; only their nullability may narrow.
//
// Forbidden here: syntax nodes, decisions about how to run, Go code.
package rewrite
