// Package rttest tests connectors and jobs: a clock that only moves when told to, conformance suites that every source and sink
// passes, a harness that runs one job in many ways that must agree, and a check for goroutines left behind.
//
// In: constructors of connectors, jobs. Out: test failures.
//
// Forbidden here: sleeping, the network.
package rttest
