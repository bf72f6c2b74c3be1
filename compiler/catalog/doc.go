// Package catalog knows the sources and sinks of a file: which connector and format each uses, with which properties, and the
// schema and time of its rows.
//
// In: source DDL, WITH properties, annotations and the files they name (YAML configuration, schema files, the lock file, data
// samples). Out: Source and Sink values, complete and checked, from which binding and planning read.
//
// Forbidden here: expressions of queries, Go code.
package catalog
