package engine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"sync"

	rt "github.com/velostream/veloc/runtime"
)

// pipeline is one source at work with its tasks.
type pipeline struct {
	run      *run
	spec     *rt.Pipeline
	name     string
	source   rt.Source
	ledger   rt.Ledger // nil: nothing to commit
	failures *failures
	root     rt.Task
	workers  []rt.Task // their tasks, which can be more than there are workers; empty: the root does all of the work
	marks    *watermarks
	bounded  bool
	flight   flight

	read        context.Context // ends when nothing more is to be read of this source
	stopReading context.CancelFunc

	// mu makes everything that decides results happen in one order. It guards the root and what follows.
	mu        sync.Mutex
	watermark int64 // that the root has been told
	positions map[int32]rt.Position
	before    map[int32]int64 // up to where an earlier run had closed windows, per partition
	epoch     int64           // number of the last commit
	moved     bool            // positions have changed since the last commit
	unflushed bool            // sinks were written to since the last flush
	since     int64           // bytes merged since the last commit
	committed int64           // clock reading of the last commit
	busy      bool            // a chunk was merged since the last tick
	done      bool            // the root needs no more input
	over      bool            // it has ended or failed: nothing more is merged or committed

	ended       bool // the source has come to its end; guarded by mu
	interrupted bool // stopped before that
}

// newPipeline makes source, ledger and tasks. Errors are the job's mistakes in configuration, for the most part.
func newPipeline(r *run, spec *rt.Pipeline) (*pipeline, error) {
	p := &pipeline{run: r, spec: spec, name: spec.Source, marks: newWatermarks(spec.Time), watermark: math.MinInt64,
		positions: map[int32]rt.Position{}, before: map[int32]int64{}}
	p.flight.init()
	p.read, p.stopReading = context.WithCancel(r.read)
	var err error
	if p.source, p.ledger, err = spec.New(r.env); err != nil {
		return nil, fmt.Errorf("source %s: %w", p.name, err)
	}
	if p.failures, err = newFailures(r, spec.OnError, p.name); err != nil {
		return nil, err
	}
	n := r.opts.Workers
	switch {
	case n > 1 && p.ordered():
		n++ // one chunk is being applied while each worker decodes one
	case n > 1 && spec.Parallelism == rt.ByChunk:
		n = tasksInTurn(n)
	case n == 1 && !p.ordered():
		n = 0
	}
	for i := 0; i <= n; i++ {
		t, err := spec.Task(r.env)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", p.name, err)
		}
		t.Tally().KeepReject = p.failures.keep()
		t.Tally().MaxEvent = math.MinInt64
		if i == 0 {
			p.root = t
		} else {
			p.workers = append(p.workers, t)
		}
	}
	return p, nil
}

// open makes the source and the dead-letter queue ready.
func (p *pipeline) open(ctx context.Context) error {
	if err := p.source.Open(ctx, p); err != nil {
		return fmt.Errorf("source %s: %w", p.name, err)
	}
	if p.failures.letters != nil {
		if err := p.failures.letters.Open(ctx); err != nil {
			p.failures.letters = nil
			return errors.Join(fmt.Errorf("dead-letter queue of %s: %w", p.name, err), p.source.Close())
		}
	}
	_, total := p.source.Progress()
	p.bounded = total > 0 || p.spec.Parallelism == rt.AtEnd
	if b, ok := p.source.(rt.Bounded); ok {
		p.bounded = b.Bounded() || p.spec.Parallelism == rt.AtEnd
	}
	return nil
}

// restore goes back to what the ledger last committed.
func (p *pipeline) restore() error {
	p.committed = p.run.opts.Clock.Now()
	if p.ledger == nil {
		return nil
	}
	ck, err := p.ledger.Restore(p.run.work, 0)
	if err != nil {
		return fmt.Errorf("source %s: the last commit cannot be read: %w", p.name, err)
	}
	if ck != nil {
		p.epoch = ck.Number
		for part, at := range ck.Positions {
			if err := p.source.Seek(part, at); err != nil {
				return fmt.Errorf("source %s: partition %d cannot be read on from position %d, where the last run stopped: %w", p.name, part, at, err)
			}
		}
	}
	return p.begin()
}

func (p *pipeline) begin() error {
	if err := p.ledger.Begin(p.run.work); err != nil {
		return fmt.Errorf("source %s: no epoch can be started: %w", p.name, err)
	}
	return nil
}

// Gained implements rt.Ownership. It takes no lock that is held during a commit: a commit may wait for the rebalance that this call
// is part of.
func (p *pipeline) Gained(parts []int32) error {
	p.marks.gain(parts, p.run.opts.Clock.Now())
	return nil
}

// Lost implements rt.Ownership: what was read of the partitions is finished and committed before they go. It may be called within
// Poll: chunks under way belong to other goroutines, which need no further Poll to finish them. A chunk that another Poll returned
// at this very moment may be missed; it is merged, but its position is not committed any more, so the next owner reads it again.
func (p *pipeline) Lost(parts []int32) error {
	if !p.flight.land(p.run.work) {
		return context.Cause(p.run.work)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	var err error
	if !p.over {
		err = p.commit()
	}
	for _, part := range parts {
		delete(p.positions, part)
		delete(p.before, part)
	}
	p.marks.lose(parts)
	return err
}

// poll reads the next chunk. more is false when there is nothing left to do.
func (p *pipeline) poll(c *rt.Chunk) (more bool, err error) {
	c.Release, c.Rejects = nil, c.Rejects[:0]
	err = guard(p.run.job.Name, "reading", p.name, func() error { return p.source.Poll(p.read, c) })
	switch {
	case err == nil:
		p.flight.take()
		c.Now = p.run.opts.Clock.Now()
		return true, nil
	case errors.Is(err, io.EOF):
		p.mu.Lock()
		p.ended = true
		p.mu.Unlock()
		return false, nil
	case p.read.Err() != nil:
		return false, nil
	}
	return false, fmt.Errorf("source %s: %w", p.name, err)
}

// ordered tells whether workers only decode, and the root does the rest.
func (p *pipeline) ordered() bool { return p.spec.Parallelism == rt.Ordered }

// process lets a worker compute a chunk.
func (p *pipeline) process(w rt.Task, c *rt.Chunk) error {
	c.Others = math.MaxInt64
	if p.spec.Time.EventTime {
		_, c.Others = p.marks.before(c.Partition, c.Now)
	}
	w.Tally().MaxEvent = math.MinInt64
	return guard(p.run.job.Name, "processing rows of", p.name, func() error { return w.(rt.Mergeable).Process(c) })
}

// processHere lets the root compute a chunk, after telling it where event time stands.
func (p *pipeline) processHere(c *rt.Chunk) error {
	p.rootTime(c)
	return guard(p.run.job.Name, "processing rows of", p.name, func() error { return p.root.(rt.Mergeable).Process(c) })
}

// decode lets a worker do with a chunk what does not depend on the chunks before.
func (p *pipeline) decode(w rt.Task, c *rt.Chunk) error {
	w.Tally().MaxEvent = math.MinInt64
	return guard(p.run.job.Name, "decoding rows of", p.name, func() error { return w.(rt.Staged).Decode(c) })
}

// apply lets the root do the rest.
func (p *pipeline) apply(w rt.Task, c *rt.Chunk) error {
	p.rootTime(c)
	err := guard(p.run.job.Name, "processing rows of", p.name, func() error { return p.root.(rt.Staged).Apply(c, w) })
	if err != nil {
		return err
	}
	return p.collectStages(w.Tally(), p.root.Tally(), c)
}

// rootTime tells the root how far event time had come before a chunk.
func (p *pipeline) rootTime(c *rt.Chunk) {
	own := int64(math.MinInt64)
	c.Others = math.MaxInt64
	if p.spec.Time.EventTime {
		own, c.Others = p.marks.before(c.Partition, c.Now)
	}
	p.root.Tally().MaxEvent = own
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
