// Package codegen writes the Go of a job: row types, decoders and encoders, the query itself, aggregate state, metrics and wiring.
//
// In: a physical.Job and the function registry. Out: Go files, formatted, that read as the work of a careful programmer (what
// the Go compiler says against them is a bug, see goerrors.go of the root): names come from the SQL, the SQL position stands where a reader would ask why, and nothing is in them that the
// query does not need. Generated code is single-threaded; all concurrency is in runtime/engine.
//
// Forbidden here: syntax nodes, decisions about how to run.
package codegen
