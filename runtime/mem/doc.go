// Package mem keeps sources, sinks and ledgers in memory, for tests and for running generated programs in process.
//
// In: lines of text per partition. Out: what was written, what of it was flushed, and what a ledger committed. Chunk memory is overwritten
// when it is released, so that a task that keeps views of it is found out.
//
// Forbidden here: files, the network, the clock.
package mem
