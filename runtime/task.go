package rt

import (
	"bytes"
	"fmt"
	"slices"
	"time"
)

// Task is the generated, single-threaded part of a job: it decodes chunks, evaluates the query and fills outputs. The engine owns
// all concurrency. One task, the root, holds what results are made of; workers have tasks of their own, at least one each. Advance and Finish are called on
// the root only. How workers and root share the work is the pipeline's Parallelism: tasks are Staged where it is Ordered, else Mergeable.
type Task interface {
	// Advance tells the root that event time has reached watermark (ns): windows that end at or before it close.
	Advance(watermark int64) error
	// Finish tells the root that the input has ended: everything still open is emitted.
	Finish() error
	// Outputs are the encoded rows waiting for their sinks, one per sink of the job in the job's order. The engine empties them.
	Outputs() []*Output
	// Tally is what the task counted.
	Tally() *Tally
}

// Mergeable is a task of a query that workers can compute in parts. With one worker the root does everything. With several, the root
// takes over what they gathered, after each chunk in the order of Chunk.Seq or at the end.
type Mergeable interface {
	Task
	// Process handles the rows of a chunk in order. Rows that fail are given to Tally().Reject; an error ends the job.
	Process(c *Chunk) error
	// Merge takes over state, metrics and outputs that worker gathered since it was merged last, as if its rows had been
	// processed here, after all rows merged before.
	Merge(worker Task) error
}

// Staged is a task of a query whose results depend on the order of all rows. What does not, runs first and on any worker: decoding, event
// times, the WHERE clause. The rest runs on the root, one chunk after the other in the order of Chunk.Seq.
type Staged interface {
	Task
	// Decode gathers the rows of a chunk for Apply. Rows that fail are given to Tally().Reject; an error ends the job. It may leave views
	// into the chunk, which is not released before it is applied.
	Decode(c *Chunk) error
	// Apply takes the rows that worker has decoded from c through the query, in their order. Rows that fail are given to Tally().Reject; an
	// error ends the job.
	Apply(c *Chunk, worker Task) error
}

// Windowed is a task with windows of event time.
type Windowed interface {
	// Windows tells, for the windows of each statement, under the name of its table, how many are open (of those that overlap: of how many panes
	// they are made), and the watermark at which the first of them closes; MaxInt64 if none is open.
	Windows(tell func(table string, open int, due int64))
}

// Resting is a task with windows that do not wait for ever where no rows come.
type Resting interface {
	// Rest tells the root that no row has come for idle ns.
	Rest(idle int64) error
}

// Batching is a task that shows groups once for several rows that change them.
type Batching interface {
	// ShowBatch tells the root to show what it has gathered, because output is about to be committed.
	ShowBatch() error
}

// Stepping is a Staged task in which time passes row by row: before a row it follows the watermark that the row brings.
type Stepping interface {
	Staged
	// Resume tells a root, before anything else, how far time had come in an earlier run, and which inputs had ended, as bits: what waited for
	// that has been emitted.
	Resume(watermark int64, ended uint64)
}

// Merging is a Stepping task with several inputs, whose rows the root takes in the order of event time. The head of a row is the greatest event
// time of its chunk up to and including the row. Apply takes the rows of a chunk whose head is at most Chunk.Until and leaves the others for
// another call.
type Merging interface {
	Stepping
	// Head is the head of the first row that a worker has decoded from a chunk of an input and Apply has not taken; false if there is none.
	// Rows of inputs that have no time, and of tables, have the head MinInt64: they go first.
	Head(input int) (head int64, more bool)
	// Behind is where the source of a chunk that a worker has decoded is read on behind the last row that Apply has taken of it. Rows were
	// taken, and others were not.
	Behind(c *Chunk) Position
	// Ended tells the root that it has all rows of an input that has ended: what only waited for these is emitted. Finish follows when all
	// have ended.
	Ended(input int) error
}

// Parallelism says what several workers may do with the chunks of one source.
type Parallelism uint8

const (
	// Ordered: results depend on the order of all rows. Workers decode chunks, the root applies them in order; see Staged.
	Ordered Parallelism = iota
	// ByChunk: workers process chunks on their own and are merged after each, in order.
	ByChunk
	// AtEnd: workers keep what they gather until the input ends and are merged then, in worker order.
	AtEnd
)

// Tally counts rows and keeps the rows that were rejected. It is plain memory of one task; the engine collects it after each chunk
// and sets the counts back to zero, so that tasks neither merge nor reset it.
type Tally struct {
	In        int64 // rows read
	Out       int64 // rows written to sinks
	Filtered  int64 // rows that WHERE or HAVING dropped
	Late      int64 // rows whose window had closed
	Rejected  int64 // rows that could not be decoded or computed
	DivByZero int64 // divisions by zero that yielded NULL
	// MaxEvent is the greatest event time that may move the watermark, ns. The engine sets it before each chunk, to what
	// earlier chunks of the partition reached for a root, to MinInt64 for a worker; the task raises it row by row.
	MaxEvent   int64
	Done       bool // the task needs no more input (LIMIT reached)
	Rejects    []Reject
	LateRows   []Reject // rows whose windows had closed, where the dead-letter queue takes them
	KeepReject int      // how many rejects to keep in full until the next collection; the engine sets it (all with a dead-letter queue)
}

// Reject is one row that failed, with all that is needed to find and repair it.
type Reject struct {
	Chunk  ChunkRef
	Row    int64  // index of the row in its chunk
	Offset int64  // byte offset of the row from the start of the chunk
	Data   []byte // the row's bytes, a copy
	Err    error  // a *RowError
}

// ChunkRef locates a chunk after it has been released.
type ChunkRef struct {
	File      string
	Offset    int64
	Line      int64
	Partition int32
	Meta      Meta // of the row, for record-framed sources
}

// RowError says why a row was rejected.
type RowError struct {
	Code   string // stable code, for example "VR0102" (see docs/run-time-errors.md)
	Column string // column of the source or of the output, or empty
	SQL    string // position in the SQL, file:line:col, for errors of expressions
	Value  string // the offending text, cut to a readable length
	Msg    string // plain sentence
}

func (e *RowError) Error() string {
	s := e.Msg
	if e.Column != "" {
		s = fmt.Sprintf("column %s: %s", e.Column, s)
	}
	if e.SQL != "" {
		s = e.SQL + ": " + s
	}
	return s + " [" + e.Code + "]"
}

// Reject records that the row at data[from:to] of c failed with err. It counts always and keeps a copy while there is room. A blank line
// (ErrBlank) is no row: it is not recorded, and not counted as read after all.
func (t *Tally) Reject(c *Chunk, row int64, from, to int, err error) {
	if err == ErrBlank {
		t.In--
		return
	}
	if isLate(err) {
		t.Late++
		t.LateRows = append(t.LateRows, reject(c, row, from, to, err))
		return
	}
	t.Rejected++
	if len(t.Rejects) >= t.KeepReject {
		return
	}
	t.Rejects = append(t.Rejects, reject(c, row, from, to, err))
}

// reject copies what is known about a row.
func reject(c *Chunk, row int64, from, to int, err error) Reject {
	r := Reject{
		Chunk:  ChunkRef{File: c.File, Offset: c.Offset, Line: c.Line, Partition: c.Partition},
		Row:    row,
		Offset: int64(from),
		Data:   append([]byte(nil), c.Data[from:to]...),
		Err:    err,
	}
	if c.Meta != nil {
		m := c.Meta[row]
		r.Data = bytes.TrimSuffix(r.Data, []byte{'\n'}) // the record has none
		r.Chunk.Meta = Meta{Offset: m.Offset, Time: m.Time, Stamp: m.Stamp, Key: append([]byte(nil), m.Key...), Headers: m.Headers}
	}
	if odd, ok := c.Odd[row]; ok {
		r.Data = append([]byte(nil), odd.Value...)
	}
	return r
}

// Output gathers encoded rows for one sink. For byte sinks (files, stdout) Buf is what will be written, row ends included. For
// record sinks (Kafka) Buf holds key and value bytes back to back and Recs says where they end.
type Output struct {
	Buf  []byte
	Rows int64
	Recs []OutRec
	// Alone: whoever writes the output makes all rows. The engine sets it before a sink gets the output, which then writes in the background where
	// it can; where other workers make rows meanwhile, one goroutine more would only be in their way.
	Alone bool
}

// OutRec is one record of an Output for a record sink.
type OutRec struct {
	Key     int // end of the key in Buf; the key starts where the previous record ended
	Value   int // end of the value
	NoKey   bool
	Null    bool  // a tombstone: there is no value
	Time    int64 // record timestamp, ns; 0: let the sink choose
	Headers []Header
}

// Reset empties the output and keeps its memory.
func (o *Output) Reset() {
	o.Buf, o.Recs, o.Rows = o.Buf[:0], o.Recs[:0], 0
}

// Settle drops the tombstone before the record that was added last, if that has the same key: the row was replaced, not deleted.
func (o *Output) Settle() {
	n := len(o.Recs)
	if n < 2 || !o.Recs[n-2].Null {
		return
	}
	start := 0
	if n > 2 {
		start = o.Recs[n-3].Value
	}
	gone, last := o.Recs[n-2], o.Recs[n-1]
	if gone.NoKey || last.NoKey || !bytes.Equal(o.Buf[start:gone.Key], o.Buf[gone.Value:last.Key]) {
		return
	}
	o.Buf = append(o.Buf[:start], o.Buf[gone.Value:]...)
	last.Key -= gone.Value - start
	last.Value -= gone.Value - start
	o.Recs = append(o.Recs[:n-2], last)
	o.Rows--
}

// Take appends what from holds and empties from. Where o is empty they exchange their memory instead of copying.
func (o *Output) Take(from *Output) {
	n := len(o.Buf)
	if n == 0 && len(o.Recs) == 0 {
		o.Buf, from.Buf = from.Buf, o.Buf
		o.Recs, from.Recs = from.Recs, o.Recs
		o.Rows += from.Rows
		from.Reset()
		return
	}
	o.Buf = append(o.Buf, from.Buf...)
	for _, r := range from.Recs {
		r.Key += n
		r.Value += n
		o.Recs = append(o.Recs, r)
	}
	o.Rows += from.Rows
	from.Reset()
}

// Null is a value that may be absent: a SQL value of Go type T that is NULL unless Valid.
type Null[T any] struct {
	V     T
	Valid bool
}

// Some is a present value.
func Some[T any](v T) Null[T] { return Null[T]{v, true} }

// Known is v if valid, else NULL with nothing in V: NULLs of different origin are equal, and hold on to no memory.
func Known[T any](v T, valid bool) (n Null[T]) {
	if valid {
		n.V, n.Valid = v, true
	}
	return n
}

// At completes an error of an expression with the position in the SQL that raised it.
func At(err error, sql string) error {
	if e, ok := err.(*RowError); ok {
		c := *e
		c.SQL = sql
		return &c
	}
	return &RowError{Code: "VR0200", SQL: sql, Msg: err.Error()}
}

// Must returns v, or panics: for package-level variables whose initial value the compiler has checked.
func Must[T any](v T, err error) T {
	if err != nil {
		panic("bug: " + err.Error())
	}
	return v
}

// RejectResult counts and keeps an error of a row that no single input row is behind: a result of an aggregate.
func (t *Tally) RejectResult(err error) {
	t.Rejected++
	if len(t.Rejects) < t.KeepReject {
		t.Rejects = append(t.Rejects, Reject{Row: -1, Err: err})
	}
}

// OK turns a result with an error into one with a validity, for TRY_CAST.
func OK[T any](v T, err error) (T, bool) { return v, err == nil }

// NoEventTime is the error of a row whose event-time column is NULL.
func NoEventTime(column string) error {
	return &RowError{Code: "VR0110", Column: column, Msg: "the row has no event time: this column holds it and is NULL or missing"}
}

// ManyRows is the error of a scalar subquery that has more than one row.
func ManyRows(sql string) error {
	return &RowError{Code: "VR0205", SQL: sql, Msg: "the subquery stands for one value, but it has more than one row"}
}

// NoPartner is the error of a row that found no partner in a table, where such rows fail.
func NoPartner(sql, table string) error {
	return &RowError{Code: "VR0206", SQL: sql, Msg: "the row found no partner in " + table + ", and 'join.missing' = 'fail_fast' makes that a failure"}
}

// BadEventTime is the error of a row whose event-time column cannot be read as a time.
func BadEventTime(column string, err error) error {
	return &RowError{Code: "VR0111", Column: column, Msg: "this column holds the event time, but " + err.Error()}
}

// LateRow is the error of a row whose windows in a statement have closed, where such rows are set aside. Reject counts it as late.
func LateRow(statement string, ts int64) error {
	return &RowError{Code: lateCode, Value: time.Unix(0, ts).UTC().Format(time.RFC3339Nano), Msg: "the row came late: its windows in " + statement + " have closed"}
}

const lateCode = "VR0112"

// isLate tells whether err is of late rows only.
func isLate(err error) bool {
	switch e := err.(type) {
	case *RowError:
		return e.Code == lateCode
	case interface{ Unwrap() []error }:
		return !slices.ContainsFunc(e.Unwrap(), func(err error) bool { return !isLate(err) })
	}
	return false
}
