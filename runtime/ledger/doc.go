// Package ledger keeps the state of a job in a directory, so that a restart goes on where the last checkpoint was.
//
//	MANIFEST        what belongs together: positions, lengths of outputs, and which files hold the state
//	snap-<epoch>    all entries of all tables, written in slices
//	log-<epoch>     what has changed since then, checkpoint after checkpoint
//	LOCK            held by the process that uses the directory
//
// A checkpoint is durable with the rename of its manifest. Everything that the manifest names has been synced before: the log up to the length that
// the manifest gives, the outputs up to theirs. Whatever lies behind these lengths belongs to no checkpoint, and a restart cuts it off. So at
// any moment, also in the middle of a write, the directory holds exactly one checkpoint, the last one whose manifest was renamed.
//
// In: entries of state.Persister, positions. Out: files. Forbidden here: sources and sinks, what entries mean.
package ledger
