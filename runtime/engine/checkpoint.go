package engine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	rt "github.com/velostream/veloc/runtime"
	"github.com/velostream/veloc/runtime/ledger"
	"github.com/velostream/veloc/runtime/state"
)

// With a state directory, a job makes checkpoints: at one moment, all pipelines stand still between two chunks; what is in the outputs, in the tables
// and in the positions then is one. It becomes durable while they go on. A restart begins from the last one (docs/state.md).

// stateful is a root whose state survives restarts.
type stateful interface {
	Tables() ([]state.Persister, error)
}

// StateOptions say where a job keeps its state. The zero value keeps it in memory only.
type StateOptions struct {
	Dir         string        // folder of state directories; the job's own is in it
	Interval    time.Duration // between checkpoints; 0: a second
	RestoreFrom string        // a savepoint to begin from
	Reset       []string      // tables that begin empty, whatever was saved
	FS          ledger.FS     // nil: that of the machine
	// SnapshotAfter is how many bytes of changes are written until there is a new snapshot; 0: 64 MiB.
	SnapshotAfter int64
}

// sliceBytes is how much of a snapshot is taken at once while everything stands still.
const sliceBytes = 1 << 20

// checkpoints makes the checkpoints of a run.
type checkpoints struct {
	r      *run
	l      *ledger.Ledger // nil: there is no state directory
	tx     rt.Transaction // nil: no sink writes in transactions
	tables []state.Persister

	mu       sync.Mutex // one checkpoint at a time
	capture  ledger.Capture
	final    bool // the last checkpoint has been made
	snapshot *ledger.Snapshot
	finished atomic.Bool // the snapshot has been written
	begin    bool        // a snapshot is to begin
	ending   atomic.Bool // no further slices are wanted
	slices   sync.WaitGroup

	longest atomic.Int64 // time that everything stood still, ns
}

// openState takes hold of the job's state directory and tells the sinks where they go on.
func (r *run) openState() error {
	o := &r.opts.State
	tx, err := r.join()
	if err != nil {
		return &ConfigError{err}
	}
	if o.Dir == "" {
		if o.RestoreFrom != "" || len(o.Reset) > 0 {
			return &ConfigError{errors.New("--restore-from and --reset-state need --state-dir")}
		}
		if tx == nil {
			return nil
		}
		r.state = &checkpoints{r: r, tx: tx}
		return r.state.openTransaction(r.read)
	}
	for _, s := range r.sinks {
		if _, ok := s.to.(rt.Table); ok {
			return fmt.Errorf("sink %s: a table that is served is in memory only, and would lack rows after a restart that other state survives: run the job without --state-dir [VR0406]", s.name)
		}
	}
	l, err := ledger.Open(ledger.Options{Dir: filepath.Join(o.Dir, r.job.Name), Job: r.job.Name, FS: o.FS, SnapshotAfter: o.SnapshotAfter})
	if err != nil {
		return &ConfigError{err}
	}
	r.state = &checkpoints{r: r, l: l, tx: tx}
	if err := r.state.openTransaction(r.read); err != nil {
		return err
	}
	if o.RestoreFrom != "" {
		if err := l.Adopt(o.RestoreFrom); err != nil {
			return &ConfigError{err}
		}
	}
	r.resumeSinks()
	return nil
}

// resumeSinks tells the sinks where they go on.
func (r *run) resumeSinks() {
	marks := map[string][]byte{}
	finished := false
	if m := r.state.l.Last(); m != nil {
		finished = m.Phase == ledger.Finishing
		for _, s := range m.Sinks {
			if string(s.Mark) != "null" {
				marks[s.Name] = s.Mark
			}
		}
	}
	for _, s := range r.sinks {
		if to, ok := s.to.(rt.Resumable); ok {
			to.Resume(marks[s.name], finished)
		}
	}
}

// Control takes requests to a run while it goes on.
type Control struct {
	mu     sync.Mutex
	copyTo func(dir string) error
	live   *run // nil before it has begun and after it has ended
}

func (c *Control) set(copyTo func(dir string) error) {
	if c != nil {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.copyTo = copyTo
	}
}

// Savepoint makes a checkpoint and copies it to a directory that is new or empty; it returns when the copy is durable.
func (c *Control) Savepoint(dir string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.copyTo == nil {
		return errors.New("there is no state to copy: the job runs without --state-dir, or it is starting or stopping")
	}
	return c.copyTo(dir)
}

// copyTo makes a checkpoint and copies it.
func (c *checkpoints) copyTo(dir string) error {
	if err := c.make(ledger.Running); err != nil {
		c.r.fail(err)
		return err
	}
	return c.l.Copy(dir)
}

func (r *run) closeState() {
	if r.state == nil {
		return
	}
	if r.state.tx != nil {
		r.state.tx.Close()
	}
	if r.state.l != nil {
		_ = r.state.l.Close() // everything that counts has been synced
	}
}

// restore loads the tables, and tells pipelines and inputs where they stand. Sources and sinks are open.
func (c *checkpoints) restore() error {
	if c.l == nil {
		return c.enlist()
	}
	for _, p := range c.r.pipes {
		for _, in := range p.inputs {
			if s, ok := in.source.(rt.Replayable); ok && !s.Replayable() {
				return fmt.Errorf("source %s: what a pipe has delivered cannot be read again after a restart: read a file or a topic, or run without --state-dir [VR0407]", in.name)
			}
		}
		root, ok := p.root.(stateful)
		if !ok {
			continue
		}
		tables, err := root.Tables()
		if err != nil {
			return fmt.Errorf("%w: run the job without --state-dir [VR0406]", err)
		}
		c.tables = append(c.tables, tables...)
	}
	if err := c.l.Restore(c.tables, c.r.opts.State.Reset); err != nil {
		return err
	}
	for _, t := range c.tables {
		t.Track()
	}
	m := c.l.Last()
	if m == nil { // what is written from here on can be taken back, if there is a checkpoint that says where it began
		return c.make(ledger.Running)
	}
	for _, in := range m.Inputs {
		for mine := range c.r.inputs() {
			if mine.name == in.Name {
				mine.resume(in)
			}
		}
	}
	for _, s := range m.Pipes {
		for _, p := range c.r.pipes {
			if p.name == s.Name {
				p.resume(s)
			}
		}
	}
	return nil
}

// resume tells the root what it knew in an earlier run. Its inputs know where they go on.
func (p *pipeline) resume(from ledger.Pipeline) {
	p.watermark, p.finished = from.Watermark, from.Done
	p.lastRow = p.run.opts.Clock.Now() // windows that wait for rows only so long wait from now on: nobody has listened before
	root, ok := p.root.(rt.Stepping)
	if !ok {
		return
	}
	var ended uint64
	for i, in := range p.inputs {
		if in.applied {
			ended |= 1 << i
		}
	}
	root.Resume(p.watermark, ended)
}

// resume notes where an input goes on.
func (in *input) resume(from ledger.Input) {
	in.partsMu.Lock()
	defer in.partsMu.Unlock()
	in.applied = from.Ended
	in.saved = map[int32]savedPartition{}
	for part, at := range from.Positions {
		s := savedPartition{at: at, max: math.MinInt64}
		if max, ok := from.Marks[part]; ok {
			s.max = max
		}
		in.saved[part] = s
	}
}

// savedPartition is where an earlier run stood in a partition.
type savedPartition struct {
	at  rt.Position
	max int64 // greatest event time
}

// goOn makes the source go on where an earlier run stood, in those of the partitions that it has.
func (in *input) goOn(parts []int32) error {
	for _, part := range parts {
		in.partsMu.Lock()
		s, ok := in.saved[part]
		if ok = ok && in.marks.owns(part); ok {
			if in.marks.gained(part) { // else the source gains none, or has not gained it yet and is told again then
				delete(in.saved, part)
			}
			in.positions[part] = s.at
		}
		in.partsMu.Unlock()
		if !ok {
			continue
		}
		if err := in.source.Seek(part, s.at); err != nil {
			return fmt.Errorf("source %s: partition %d cannot be read on from position %d, where the last run stopped: %w", in.name, part, s.at, err)
		}
		in.marks.restore(part, s.max, in.p.run.opts.Clock.Now())
	}
	return nil
}

// goOnAll is goOn for the partitions that the source has from the start.
func (in *input) goOnAll() error {
	in.running.Store(true) // first: a partition that comes in between goes on twice from the same place, rather than never
	in.partsMu.Lock()
	parts := slices.Sorted(maps.Keys(in.saved))
	in.partsMu.Unlock()
	return in.goOn(parts)
}

// run makes a checkpoint now and then, until over is closed.
func (c *checkpoints) run(over <-chan struct{}) {
	every := c.r.opts.State.Interval
	if c.l == nil {
		every = max(c.r.opts.Linger, time.Millisecond)
	}
	for {
		timer := c.r.opts.Clock.NewTimer(every)
		select {
		case <-timer.C():
		case <-over:
			timer.Stop()
			return
		}
		if err := guard(c.r.job.Name, "saving the state of", c.r.job.Name, func() error { return c.make(ledger.Running) }); err != nil {
			c.r.fail(err)
			return
		}
	}
}

// make makes a checkpoint.
func (c *checkpoints) make(phase ledger.Phase) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.final || phase == ledger.Running && !c.due() {
		return nil
	}
	c.final = phase != ledger.Running
	if c.tx != nil {
		if err := c.commit(phase); err != nil || c.l == nil {
			return err
		}
	} else {
		ok, err := c.take(phase)
		if !ok || err != nil {
			return err
		}
		if err := c.syncSinks(); err != nil {
			return err
		}
		if err := c.save(c.l.Commit); err != nil {
			return err
		}
	}
	for _, s := range c.r.sinks {
		if err := s.committed(); err != nil {
			return err
		}
	}
	if err := c.tellGroups(); err != nil {
		return err
	}
	return c.nextSnapshot()
}

func (c *checkpoints) syncSinks() error {
	for _, s := range c.r.sinks {
		if err := s.sync(); err != nil {
			return err
		}
	}
	return nil
}

// due tells whether anything has happened since the last checkpoint.
func (c *checkpoints) due() bool {
	if c.l != nil && c.l.Last() == nil {
		return true
	}
	for in := range c.r.inputs() {
		if c.l == nil && in.ledger != nil && pending(in.ledger) {
			return true
		}
	}
	for _, p := range c.r.pipes {
		p.mu.Lock()
		changed := p.unsaved
		p.mu.Unlock()
		if changed || p.spec.Parallelism == rt.AtEnd {
			return true
		}
	}
	return c.snapshot != nil && c.finished.Load()
}

// take captures the state of everything at one moment; ok is false if there is none, because something has failed.
func (c *checkpoints) take(phase ledger.Phase) (ok bool, err error) {
	release := c.standStill()
	defer release()
	return c.capturing(phase)
}

// capturing is take while everything stands still.
func (c *checkpoints) capturing(phase ledger.Phase) (ok bool, err error) {
	r := c.r
	if r.work.Err() != nil {
		return false, nil
	}
	for _, p := range r.pipes {
		if p.failed {
			return false, nil
		}
	}
	for _, p := range r.pipes {
		if err := p.settled(); err != nil {
			p.failed = true
			return false, err
		}
	}
	m := &c.capture.Manifest
	*m = ledger.Manifest{Phase: phase, Time: r.opts.Clock.Now()}
	for _, s := range r.sinks {
		mark, err := s.mark(r.work)
		if err != nil {
			return false, err
		}
		if mark == nil {
			mark = []byte("null")
		}
		m.Sinks = append(m.Sinks, ledger.Sink{Name: s.name, Mark: json.RawMessage(mark)})
	}
	for _, p := range r.pipes {
		for _, in := range p.inputs {
			if err := in.failures.flush(); err != nil {
				return false, err
			}
			m.Inputs = append(m.Inputs, in.standing())
		}
		m.Pipes = append(m.Pipes, ledger.Pipeline{Name: p.name, Watermark: p.watermark, Done: p.finished})
		p.unsaved = false
	}
	if c.l == nil {
		return true, nil
	}
	var adopt *ledger.Snapshot
	if c.snapshot != nil && c.finished.Load() {
		adopt, c.snapshot = c.snapshot, nil
	}
	c.l.Capture(&c.capture, adopt, c.begin)
	return true, nil
}

// settled brings the results of everything that was read into the outputs or the root.
func (p *pipeline) settled() error {
	if p.spec.Parallelism == rt.AtEnd && !p.finished {
		for _, w := range p.inputs[0].workers {
			if err := p.take(w); err != nil {
				return err
			}
			flushMetrics(w)
		}
	}
	return p.write(0)
}

// standing is how far an input was read.
func (in *input) standing() ledger.Input {
	in.partsMu.Lock()
	defer in.partsMu.Unlock()
	out := ledger.Input{Name: in.name, Positions: maps.Clone(in.positions), Ended: in.applied, Marks: in.marks.greatest()}
	if s := in.partial; s != nil && in.marks.owns(s.chunk.Partition) {
		out.Positions[s.chunk.Partition] = s.worker.(rt.Merging).Behind(&s.chunk)
	}
	for part, s := range in.saved { // not gained again yet
		if _, ok := out.Positions[part]; !ok {
			out.Positions[part] = s.at
		}
		if _, ok := out.Marks[part]; !ok && s.max != math.MinInt64 {
			out.Marks[part] = s.max
		}
	}
	if s, ok := in.source.(rt.Placed); ok { // partitions without a row so far begin where they began, whatever is committed elsewhere later
		for part, at := range s.Places() {
			if _, ok := out.Positions[part]; !ok {
				out.Positions[part] = at
			}
		}
	}
	return out
}

// standStill returns when no pipeline changes anything, until release is called.
func (c *checkpoints) standStill() (release func()) {
	for _, p := range c.r.pipes {
		p.gate.Lock() // workers that gather until the end are between two chunks
		p.mu.Lock()
	}
	began := time.Now()
	return func() {
		if took := int64(time.Since(began)); took > c.longest.Load() {
			c.longest.Store(took)
		}
		for _, p := range c.r.pipes {
			p.mu.Unlock()
			p.gate.Unlock()
		}
	}
}

// tellGroups stores positions where others look for them, such as in a consumer group: for them, and for a run without the state.
func (c *checkpoints) tellGroups() error {
	for i, in := range c.inputs() {
		if in.ledger == nil {
			continue
		}
		in.epoch++
		e := &rt.Epoch{Number: in.epoch, Positions: c.capture.Inputs[i].Positions}
		if c.l == nil {
			in.hold(e)
		}
		if err := in.failures.try("committing "+in.name, func(ctx context.Context) error { return in.ledger.Commit(ctx, e) }); err != nil {
			return fmt.Errorf("source %s: epoch %d could not be committed: %w", in.name, e.Number, err)
		}
	}
	return nil
}

func (c *checkpoints) inputs() (out []*input) {
	for in := range c.r.inputs() {
		out = append(out, in)
	}
	return out
}

// nextSnapshot begins to write a snapshot if this checkpoint was its first, and asks for one if it is time.
func (c *checkpoints) nextSnapshot() error {
	if c.begin {
		c.begin = false
		s, err := c.l.Begin()
		if err != nil {
			return fmt.Errorf("the state could not be saved: %w", err)
		}
		c.snapshot = s
		c.finished.Store(false)
		c.slices.Go(func() {
			if err := guard(c.r.job.Name, "saving the state of", c.r.job.Name, func() error { return c.write(s) }); err != nil {
				c.r.fail(fmt.Errorf("the state could not be saved: %w", err))
			}
		})
		return nil
	}
	c.begin = c.snapshot == nil && !c.final && c.l.Due()
	return nil
}

// write writes a snapshot, slice by slice.
func (c *checkpoints) write(s *ledger.Snapshot) error {
	for c.r.work.Err() == nil && !c.ending.Load() {
		release := c.standStill()
		more := s.Slice(sliceBytes)
		release()
		if err := s.Write(more); err != nil {
			return err
		}
		if !more {
			c.finished.Store(true)
			return nil
		}
	}
	return nil
}

// end makes the last checkpoint. With complete, everything that there is has been read.
func (c *checkpoints) end(complete bool) error {
	c.ending.Store(true)
	c.slices.Wait()
	c.snapshot = nil           // unfinished, or not adopted: the logs have it all
	if c.r.work.Err() != nil { // its last slice has failed, and no checkpoint says that outputs are complete
		return context.Cause(c.r.work)
	}
	if complete {
		return c.make(ledger.Finishing)
	}
	return c.make(ledger.Running)
}

// complete notes that the outputs have their final names: the next run begins anew.
func (c *checkpoints) complete() error {
	if c.l == nil {
		return nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.capture.Phase = ledger.Complete
	c.l.Capture(&c.capture, nil, false)
	return c.l.Commit(&c.capture)
}
