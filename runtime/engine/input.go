package engine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"sync"
	"sync/atomic"

	rt "github.com/velostream/veloc/runtime"
	"github.com/velostream/veloc/runtime/ledger"
)

// input is one source of a pipeline at work, with the tasks that decode or compute its chunks.
type input struct {
	p        *pipeline
	spec     *rt.Input
	name     string
	index    int
	source   rt.Source
	ledger   rt.Ledger // nil: nothing to commit
	failures *failures
	workers  []rt.Task // their tasks, which can be more than there are workers; empty: the root does all of the work
	marks    *watermarks
	bounded  bool
	flight   flight
	running  atomic.Bool // partitions that are gained from now on go on where an earlier run stood

	read        context.Context // ends when nothing more is to be read of this source
	stopReading context.CancelFunc

	partsMu sync.Mutex               // guards positions, beside p.mu, and saved
	saved   map[int32]savedPartition // where an earlier run stood, of partitions that have not been gained since

	// What follows is guarded by p.mu.
	positions map[int32]rt.Position
	before    map[int32]int64 // up to where an earlier run had closed windows, per partition
	epoch     int64           // number of the last commit
	moved     bool            // positions have changed since the last commit
	ended     bool            // the source has come to its end
	applied   bool            // and the root has all of its rows
	partial   *stage          // whose chunk the root has taken some rows of, and others not; see Merging
	// interrupted: stopped before its end.
	interrupted bool

	// What is known of the next row, where the input is one of several. Only the goroutine that merges uses it.
	waits bool
	head  int64
	part  int32
}

// newInput makes source, ledger and tasks. Errors are the job's mistakes in configuration, for the most part.
func newInput(p *pipeline, index int) (*input, error) {
	spec := &p.spec.Inputs[index]
	in := &input{p: p, spec: spec, name: spec.Source, index: index, marks: newWatermarks(spec.Time),
		positions: map[int32]rt.Position{}, before: map[int32]int64{}}
	in.flight.init()
	in.read, in.stopReading = context.WithCancel(p.run.read)
	var err error
	if in.source, in.ledger, err = spec.New(p.run.env); err != nil {
		return nil, fmt.Errorf("source %s: %w", in.name, err)
	}
	if spec.Table {
		in.ledger = nil
	}
	if in.failures, err = newFailures(p.run, spec.OnError, in.name); err != nil {
		return nil, err
	}
	n := p.run.opts.Workers
	switch {
	case n > 1 && p.ordered():
		n++ // one chunk is being applied while each worker decodes one
	case n > 1 && p.spec.Parallelism == rt.ByChunk:
		n = tasksInTurn(n)
	case n == 1 && !p.ordered() && p.run.opts.State.Dir == "": // roots that are saved only merge: so rows cost nothing more
		n = 0
	}
	for range n {
		t, err := in.task()
		if err != nil {
			return nil, err
		}
		in.workers = append(in.workers, t)
	}
	return in, nil
}

// task makes a task whose rejected rows are those of the input.
func (in *input) task() (rt.Task, error) {
	t, err := in.p.spec.Task(in.p.run.env)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", in.name, err)
	}
	t.Tally().KeepReject = in.failures.keep()
	t.Tally().MaxEvent = math.MinInt64
	return t, nil
}

// open makes the source and the dead-letter queue ready.
func (in *input) open(ctx context.Context) error {
	if err := in.source.Open(ctx, in); err != nil {
		return fmt.Errorf("source %s: %w", in.name, err)
	}
	if in.failures.letters != nil {
		if err := in.failures.letters.Open(ctx); err != nil {
			in.failures.letters = nil
			return errors.Join(fmt.Errorf("dead-letter queue of %s: %w", in.name, err), in.source.Close())
		}
	}
	_, total := in.source.Progress()
	atEnd := in.p.spec.Parallelism == rt.AtEnd
	in.bounded = total > 0 || atEnd
	if b, ok := in.source.(rt.Bounded); ok {
		in.bounded = b.Bounded() || atEnd
	}
	return nil
}

// restore goes back to what the ledger last committed.
func (in *input) restore() error {
	if in.p.run.state != nil {
		return in.goOnAll()
	}
	if in.ledger == nil {
		return nil
	}
	ck, err := in.ledger.Restore(in.p.run.work, 0)
	if err != nil {
		return fmt.Errorf("source %s: the last commit cannot be read: %w", in.name, err)
	}
	if ck != nil {
		in.epoch = ck.Number
		for part, at := range ck.Positions {
			if err := in.source.Seek(part, at); err != nil {
				return fmt.Errorf("source %s: partition %d cannot be read on from position %d, where the last run stopped: %w", in.name, part, at, err)
			}
		}
	}
	return in.begin()
}

func (in *input) begin() error {
	if err := in.ledger.Begin(in.p.run.work); err != nil {
		return fmt.Errorf("source %s: no epoch can be started: %w", in.name, err)
	}
	return nil
}

// Gained implements rt.Ownership. It takes no lock that is held during a commit: a commit may wait for the rebalance that this call
// is part of.
func (in *input) Gained(parts []int32) error {
	in.marks.gain(parts, in.p.run.opts.Clock.Now())
	if in.running.Load() {
		return in.goOn(parts)
	}
	return nil
}

// Lost implements rt.Ownership: what was read of the partitions is finished and committed before they go. It may be called within
// Poll: chunks under way belong to other goroutines, which need no further Poll to finish them. A chunk that another Poll returned
// at this very moment may be missed; it is merged, but its position is not committed any more, so the next owner reads it again.
func (in *input) Lost(parts []int32) error {
	if !in.flight.land(in.p.run.work) {
		return context.Cause(in.p.run.work)
	}
	var err error
	if in.p.run.state != nil {
		err = in.p.run.state.make(ledger.Running)
	}
	in.p.mu.Lock()
	defer in.p.mu.Unlock()
	if !in.p.over && err == nil {
		err = in.p.commit()
	}
	in.partsMu.Lock()
	defer in.partsMu.Unlock()
	for _, part := range parts {
		delete(in.positions, part)
		delete(in.saved, part)
		delete(in.before, part)
	}
	in.marks.lose(parts)
	return err
}

// poll reads the next chunk. more is false when there is nothing left to do.
func (in *input) poll(c *rt.Chunk) (more bool, err error) {
	p := in.p
	c.Release, c.Rejects = nil, c.Rejects[:0]
	err = guard(p.run.job.Name, "reading", in.name, func() error { return in.source.Poll(in.read, c) })
	switch {
	case err == nil:
		in.flight.take()
		c.Now = p.run.opts.Clock.Now()
		c.Input, c.Until = in.index, math.MaxInt64
		return true, nil
	case errors.Is(err, io.EOF):
		p.mu.Lock()
		in.ended = true
		p.mu.Unlock()
		return false, nil
	case in.read.Err() != nil:
		return false, nil
	}
	return false, fmt.Errorf("source %s: %w", in.name, err)
}

// release gives a chunk back to the source.
func (in *input) release(c *rt.Chunk) {
	if c.Release != nil {
		c.Release()
		c.Release = nil
	}
	in.flight.done()
}

// process lets a worker compute a chunk.
func (in *input) process(w rt.Task, c *rt.Chunk) error {
	c.Others = math.MaxInt64
	if in.spec.Time.EventTime {
		_, c.Others = in.marks.before(c.Partition, c.Now)
	}
	w.Tally().MaxEvent = math.MinInt64
	return guard(in.p.run.job.Name, "processing rows of", in.name, func() error { return w.(rt.Mergeable).Process(c) })
}

// processHere lets the root compute a chunk, after telling it where event time stands.
func (in *input) processHere(c *rt.Chunk) error {
	in.rootTime(c)
	return guard(in.p.run.job.Name, "processing rows of", in.name, func() error { return in.p.root.(rt.Mergeable).Process(c) })
}

// decode lets a worker do with a chunk what does not depend on the chunks before.
func (in *input) decode(w rt.Task, c *rt.Chunk) error {
	w.Tally().MaxEvent = math.MinInt64
	return guard(in.p.run.job.Name, "decoding rows of", in.name, func() error { return w.(rt.Staged).Decode(c) })
}

// apply lets the root do the rest, up to Chunk.Until.
func (in *input) apply(w rt.Task, c *rt.Chunk) error {
	in.rootTime(c)
	root := in.p.root
	err := guard(in.p.run.job.Name, "processing rows of", in.name, func() error { return root.(rt.Staged).Apply(c, w) })
	if err != nil {
		return err
	}
	if in.p.stepping && in.spec.Time.EventTime { // as the root itself has followed its rows
		in.p.watermark = max(in.p.watermark, rt.Watermark(root.Tally().MaxEvent, in.spec.Time.Bound, c.Others))
	}
	return in.collectStages(w.Tally(), root.Tally(), c)
}

// rootTime tells the root how far event time had come before rows of a chunk.
func (in *input) rootTime(c *rt.Chunk) {
	own := int64(math.MinInt64)
	c.Others = math.MaxInt64
	if in.spec.Time.EventTime {
		own, c.Others = in.marks.before(c.Partition, c.Now)
		c.Others = min(c.Others, in.p.otherInputs(in, c.Now))
	}
	in.p.root.Tally().MaxEvent = own
}

// flight counts chunks between Poll and the end of their merge.
type flight struct {
	mu   sync.Mutex
	cond sync.Cond
	n    int
}

func (f *flight) init() { f.cond.L = &f.mu }

func (f *flight) take() {
	f.mu.Lock()
	f.n++
	f.mu.Unlock()
}

func (f *flight) done() {
	f.mu.Lock()
	if f.n--; f.n == 0 {
		f.cond.Broadcast()
	}
	f.mu.Unlock()
}

// land waits until no chunk is under way; false if the run has failed.
func (f *flight) land(work context.Context) bool {
	stop := context.AfterFunc(work, func() {
		f.mu.Lock()
		f.cond.Broadcast()
		f.mu.Unlock()
	})
	defer stop()
	f.mu.Lock()
	defer f.mu.Unlock()
	for f.n > 0 && work.Err() == nil {
		f.cond.Wait()
	}
	return work.Err() == nil
}
