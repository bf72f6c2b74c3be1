// Package rt is the contract between generated programs and the runtime: chunks of rows in, outputs and tallies out, and the
// interfaces of tasks, sources, sinks and ledgers. The engine that drives them is in runtime/engine; connectors are in packages
// of their own, so that a job links only what it uses.
//
// In: nothing. Out: small types. Forbidden here: anything but the standard library, goroutines, the wall clock.
package rt

// ABI is the version of the contract that this runtime speaks. Generated code compiles only against a runtime whose ABI is at
// least its own and whose MinABI is at most its own.
const (
	ABI    = 3
	MinABI = 3
)

// Enforce turns a version mismatch into a compile error in the generated file: a negative constant does not fit an uint.
type Enforce uint
