package rt

import "context"

// Source delivers the rows of its partitions as chunks. Open checks everything that can be checked (existence, permissions,
// reachability) and says clearly what is wrong and how to mend it.
type Source interface {
	Open(ctx context.Context, own Ownership) error
	// Poll fills c with the next chunk; it may be called by several workers at once, each with a chunk of its own whose Buf it
	// may reuse. io.EOF: a bounded source has ended. A source without news returns an empty chunk (Data empty) after a
	// while, so that time can advance; empty chunks have a Seq like any other. A Poll that returns an error uses no Seq up.
	Poll(ctx context.Context, c *Chunk) error
	// Seek sets where partition part is read from next. Sources that cannot seek return ErrNotReplayable.
	Seek(part int32, at Position) error
	// Locate finds the line number (from 1) of a byte offset of a file's decompressed content; 0 if it cannot.
	Locate(ref ChunkRef, offset int64) int64
	// Progress tells bytes read so far and bytes in all (0: unknown), for display.
	Progress() (read, total int64)
	Close() error
}

// Position is a place in a partition: the Kafka offset of the next record, or the byte offset of the next row.
type Position int64

// Ownership is told which partitions a source gains and loses. Bounded sources gain theirs at Open and lose none.
type Ownership interface {
	Gained(parts []int32) error
	Lost(parts []int32) error
}

// Sink takes encoded rows.
type Sink interface {
	// Open checks and prepares the target; nothing appears under its final name yet.
	Open(ctx context.Context) error
	// Write takes over the rows of o, in order, and perhaps its memory: it may leave other memory in o.Buf. The caller may reuse o afterwards.
	Write(ctx context.Context, o *Output) error
	// Flush returns when everything written is durable or acknowledged.
	Flush(ctx context.Context) error
	// Close ends the sink. With complete the result is put under its final name; without, nothing half-written stays there.
	Close(ctx context.Context, complete bool) error
}

// Atomic is a Sink whose result appears when Close completes it, as a whole. After a run that was stopped before its end, other sinks keep what
// they were given.
type Atomic interface {
	Sink
	// Atomic tells whether the sink is of this kind as it is configured. It may be called after Open.
	Atomic() bool
}

// Table is a Sink that takes records, keeps the newest of each key in memory, and can be asked for them while it is written.
type Table interface {
	Sink
	// Key names the columns that identify a row.
	Key() []string
	// Rows is the number of rows.
	Rows() int
	// Row is the row with a key, a text for each of its columns. An error means that the key has another number of them.
	Row(key []string) (row []byte, found bool, err error)
}

// Resumable is a Sink whose output can be cut back to a place. With it positions, state and output of a job are one: after a crash the next run takes
// back what was written after the last checkpoint.
type Resumable interface {
	Sink
	// Resume is called before Open. The output goes on behind mark, which Mark returned in an earlier run; nil: it begins anew. With finished that run
	// had written everything, and Close may have given the output its final name already. From now on Close without complete keeps what was written.
	Resume(mark []byte, finished bool)
	// Mark hands everything written to the system and returns the place behind it; nil: the target is one that cannot be cut back, and everything was
	// delivered.
	Mark(ctx context.Context) ([]byte, error)
	// Sync returns when the output up to the last Mark is durable. It may be called while Write runs.
	Sync() error
	// Committed tells that the last Mark belongs to a checkpoint that is durable.
	Committed() error
}

// Ledger makes one epoch durable: positions, state deltas and output, together or not at all.
type Ledger interface {
	// Restore returns the last committed checkpoint of a shard, or nil if there is none.
	Restore(ctx context.Context, shard int) (*Checkpoint, error)
	// Begin starts an epoch.
	Begin(ctx context.Context) error
	// Commit ends it. The engine has flushed all sinks before. ErrFenced and ErrAborted mean: restore and replay.
	Commit(ctx context.Context, e *Epoch) error
}

// Epoch is what a commit makes durable.
type Epoch struct {
	Number    int64
	Positions map[int32]Position // per partition of the source: where to go on
	// Closed is, per partition, the event time up to which the windows of its rows are closed, ns. A source that reads rows again from
	// Positions tells it in Chunk.Closed, so that rows of windows whose results are out do not make them anew. Nil without windows.
	Closed map[int32]int64
}

// Checkpoint is what a restore starts from.
type Checkpoint struct {
	Number    int64
	Positions map[int32]Position
}

// Error is a plain constant error.
type Error string

func (e Error) Error() string { return string(e) }

// The errors that connectors and ledgers share.
const (
	ErrNotReplayable = Error("this source cannot be read again from an earlier position")
	ErrFenced        = Error("another process has taken over this job's partitions")
	ErrAborted       = Error("the transaction was aborted")
)

// ErrReaderGone means that nobody reads the output any more, as after `… | head`. The run ends, and has not failed.
const ErrReaderGone = Error("the reader of the output has gone away")

// ErrBlank is what a decoder returns for a line without a row. It is neither counted nor rejected.
const ErrBlank = Error("blank line")
