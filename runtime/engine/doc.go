// Package engine runs a job: it opens sources and sinks, moves chunks from sources through tasks to sinks, follows event time,
// commits epochs, obeys failure strategies, and tells people and machines what happens.
//
// In: an rt.Job, which generated code describes, and Options. Out: a Summary. Main is the whole main function of a built program.
//
// One pipeline is one source with its tasks. Everything that decides results happens at one place, under the pipeline's mutex and in
// the order of Chunk.Seq: Merge or Apply, Advance, rejected rows, metrics, output, commits (see settle.go). Workers only decode and
// compute chunks beside each other (see workers.go and stages.go). So results do not depend on the number of workers.
//
// What a commit contains: output of all chunks merged before it is flushed first, then the positions behind these chunks are
// stored. A crash in between reads these chunks again: at least once.
//
// Forbidden here: knowledge of formats and connectors, the wall clock (SystemClock is for Main), reflection.
package engine
