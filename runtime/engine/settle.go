package engine

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"

	rt "github.com/velostream/veloc/runtime"
)

// Everything here runs under pipeline.mu.

// settle follows a chunk whose rows are in the root: time goes on, output is written, and an epoch ends if it is due. max is the
// greatest event time of the chunk.
func (in *input) settle(c *rt.Chunk, max int64) error {
	p := in.p
	in.mark(c, max)
	if err := in.collect(p.root.Tally(), c); err != nil {
		return err
	}
	flushMetrics(p.root)
	if !p.stepping { // else the rows themselves say when time passes
		if err := p.advance(c.Now); err != nil {
			return err
		}
	}
	if p.root.Tally().Done {
		p.done = true
		p.stopReading()
		return nil
	}
	return p.deliver(c.Now)
}

// broken keeps a pipeline that failed from committing anything more, and passes the error on.
func (p *pipeline) broken(err error) error {
	p.over, p.failed = true, true
	return err
}

// mark notes that a chunk is part of the results.
func (in *input) mark(c *rt.Chunk, max int64) {
	p := in.p
	p.busy, p.unsaved = true, true
	p.run.stats.warm(p.run.totals.in.Load())
	p.run.totals.bytes.Add(int64(len(c.Data)))
	p.since += int64(len(c.Data))
	if len(c.Data) == 0 {
		return
	}
	p.lastRow = c.Now
	if in.marks.owns(c.Partition) {
		in.partsMu.Lock()
		if at, ok := in.positions[c.Partition]; !ok || at < c.Next || p.spec.Parallelism != rt.AtEnd { // which takes chunks in any order
			in.positions[c.Partition] = c.Next
		}
		in.partsMu.Unlock()
		in.moved = true
		if c.Closed != 0 {
			in.before[c.Partition] = c.Closed
		}
	}
	if in.spec.Time.EventTime {
		in.marks.observe(c.Partition, max, c.Now)
	}
}

// deliver writes output that is large enough, and commits when it is time.
func (p *pipeline) deliver(now int64) error {
	if !p.bounded() && (p.since >= p.run.opts.EpochBytes || now-p.committed >= int64(p.run.opts.Epoch)) {
		return p.commit()
	}
	if p.bounded() && now-p.committed >= int64(p.run.opts.Epoch) { // a slow source, watched on a terminal, shows what there is
		p.committed = now
		return p.write(1)
	}
	if !p.bounded() && p.lingered(now) {
		return p.write(1)
	}
	return p.write(p.run.opts.WriteBytes)
}

// linger hands results to the sinks that have waited for company long enough: a result of a source that is slow or has fallen silent waits no longer than
// output.linger.ms, and one that comes after such a time does not wait.
func (p *pipeline) linger() (err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.over || p.done {
		return nil
	}
	defer func() { p.over, p.failed = err != nil, err != nil }()
	if !p.lingered(p.run.opts.Clock.Now()) {
		return nil
	}
	return p.write(1)
}

// lingered tells whether there are results, and none has been handed over for output.linger.ms.
func (p *pipeline) lingered(now int64) bool {
	if now-p.written < int64(p.run.opts.Linger) {
		return false
	}
	for _, o := range p.root.Outputs() {
		if o.Rows > 0 || len(o.Buf) > 0 {
			p.written = now
			return true
		}
	}
	return false
}

// advance tells the root how far event time is. What is merged at the end has no use for it: nothing closes before, nothing is late.
func (p *pipeline) advance(now int64) error {
	if !p.timed() || p.spec.Parallelism == rt.AtEnd {
		return nil
	}
	wm := p.eventTime(now)
	if wm <= p.watermark {
		return nil
	}
	p.watermark, p.unsaved = wm, true
	for _, in := range p.inputs {
		in.moved = true // windows may have closed, and with them positions become free
	}
	err := guard(p.run.job.Name, "closing windows of", p.name, func() error { return p.root.Advance(wm) })
	if err != nil {
		return err
	}
	flushMetrics(p.root)
	return p.collectResults()
}

// collectResults collects what the root has counted of rows that no input row is behind.
func (p *pipeline) collectResults() error { return p.inputs[0].collect(p.root.Tally(), nil) }

// collect takes over what a task counted, and deals with its rejected rows. c is the chunk they came from, if there is one.
func (in *input) collect(t *rt.Tally, c *rt.Chunk) error {
	p := in.p
	p.run.totals.add(t)
	p.run.registry.Count(t)
	n, rejects := t.Rejected, t.Rejects
	t.In, t.Out, t.Filtered, t.Late, t.Rejected, t.DivByZero = 0, 0, 0, 0, 0, 0
	t.Rejects = t.Rejects[:0]
	if late := t.LateRows; len(late) > 0 {
		t.LateRows = late[:0]
		err := in.failures.send(late, c, in.source)
		clear(late)
		if err != nil {
			return err
		}
	}
	if n == 0 {
		return nil
	}
	err := in.failures.rejected(n, rejects, c, in.source)
	clear(rejects)
	return err
}

// collectStages collects what decoding a chunk and applying it have counted. Their rejected rows are dealt with in the order of the rows, as
// if a row had gone all the way before the next one was decoded.
func (in *input) collectStages(decoded, applied *rt.Tally, c *rt.Chunk) error {
	if len(decoded.Rejects) > 0 && len(applied.Rejects) > 0 {
		applied.Rejects = inRowOrder(decoded.Rejects, applied.Rejects)
		applied.Rejected += decoded.Rejected
		clear(decoded.Rejects)
		decoded.Rejects, decoded.Rejected = decoded.Rejects[:0], 0
		return errors.Join(in.collect(decoded, c), in.collect(applied, c))
	}
	if err := in.collect(decoded, c); err != nil {
		return err
	}
	return in.collect(applied, c)
}

// inRowOrder merges two lists of rejected rows of a chunk, each in the order of its rows. Rejected results have no row and stay behind the
// one before them.
func inRowOrder(a, b []rt.Reject) []rt.Reject {
	out := make([]rt.Reject, 0, len(a)+len(b))
	for len(b) > 0 {
		if len(a) > 0 && b[0].Row >= 0 && a[0].Row < b[0].Row {
			out, a = append(out, a[0]), a[1:]
			continue
		}
		out, b = append(out, b[0]), b[1:]
	}
	return append(out, a...)
}

// refused counts the rows of a chunk that the source itself could not make a row of, and deals with them like with rows that fail.
func (in *input) refused(c *rt.Chunk) error {
	n := int64(len(c.Rejects))
	if n == 0 {
		return nil
	}
	in.p.busy = true
	return in.collect(&rt.Tally{In: n, Rejected: n, Rejects: c.Rejects}, c)
}

// write hands output of at least min bytes to the sinks, in their order.
func (p *pipeline) write(min int) error {
	for i, o := range p.root.Outputs() {
		if o.Rows == 0 && len(o.Buf) == 0 || len(o.Buf) < min {
			continue
		}
		s := p.run.sinks[i]
		o.Alone = p.ordered() || len(p.inputs[0].workers) == 0
		err := p.inputs[0].failures.try("writing to sink "+s.name, func(ctx context.Context) error { return s.write(ctx, o) })
		if err != nil {
			return err
		}
		o.Reset()
		p.unflushed = true
	}
	return nil
}

// flush writes all output and returns when it is durable.
func (p *pipeline) flush() error {
	if err := p.write(0); err != nil {
		return err
	}
	if !p.unflushed {
		return nil
	}
	for _, s := range p.run.sinks {
		if err := p.inputs[0].failures.try("flushing sink "+s.name, s.flush); err != nil {
			return err
		}
	}
	p.unflushed = false
	return nil
}

// commit ends an epoch: output first, then positions. Without news since the last one it does nothing.
func (p *pipeline) commit() error {
	p.since, p.committed = 0, p.run.opts.Clock.Now()
	if b, ok := p.root.(rt.Batching); ok && !p.bounded() {
		if err := guard(p.run.job.Name, "showing results of", p.name, b.ShowBatch); err != nil {
			return err
		}
		if err := p.collectResults(); err != nil {
			return err
		}
	}
	p.lingered(p.committed) // what waits is written now
	if p.run.state != nil { // which commits all pipelines at once
		return p.write(0)
	}
	if err := p.flush(); err != nil {
		return err
	}
	for _, in := range p.inputs {
		if err := in.commit(); err != nil {
			return err
		}
	}
	return nil
}

// commit stores how far an input has been read. Its output is durable.
func (in *input) commit() error {
	if err := in.failures.flush(); err != nil {
		return err
	}
	if in.ledger == nil || !in.moved && !pending(in.ledger) {
		return nil
	}
	e := &rt.Epoch{Number: in.epoch + 1, Positions: maps.Clone(in.positions)}
	in.hold(e)
	err := in.failures.try("committing "+in.name, func(ctx context.Context) error { return in.ledger.Commit(ctx, e) })
	switch {
	case errors.Is(err, rt.ErrFenced), errors.Is(err, rt.ErrAborted):
		return fmt.Errorf("source %s: epoch %d was not committed: %w. Nothing of it counts; start the job again and it goes on from the last commit", in.name, e.Number, err)
	case err != nil:
		return fmt.Errorf("source %s: epoch %d could not be committed: %w", in.name, e.Number, err)
	}
	in.epoch, in.moved = e.Number, false
	if in.p.over { // this was the last epoch
		return nil
	}
	return in.begin()
}

func pending(l rt.Ledger) bool {
	p, ok := l.(rt.Pending)
	return ok && p.Pending()
}

// tick runs every epoch interval, so that time passes and output arrives while a source is silent.
func (p *pipeline) tick() (err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.over || p.done {
		return nil
	}
	defer func() { p.over, p.failed = err != nil, err != nil }()
	idle := !p.busy
	p.busy = false
	if !p.stepping || !p.bounded() {
		if err := p.advance(p.run.opts.Clock.Now()); err != nil {
			return err
		}
	}
	if err := p.rest(p.run.opts.Clock.Now()); err != nil {
		return err
	}
	switch {
	case !p.bounded():
		return p.commit()
	case idle:
		return p.flush()
	}
	return nil
}

// rest tells the root for how long no row has come.
func (p *pipeline) rest(now int64) error {
	r, ok := p.root.(rt.Resting)
	if !ok || p.lastRow == 0 {
		return nil
	}
	if err := guard(p.run.job.Name, "closing windows of", p.name, func() error { return r.Rest(now - p.lastRow) }); err != nil {
		return err
	}
	for _, in := range p.inputs {
		in.moved = in.moved || p.root.Tally().Out > 0 // as after advance
	}
	flushMetrics(p.root)
	return p.collectResults()
}

// end finishes the pipeline after its last chunk.
func (p *pipeline) end() (err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	defer func() { p.failed = p.failed || err != nil }()
	if p.over { // failed
		return nil
	}
	p.over = true
	if !p.ended() && !p.done {
		for _, in := range p.inputs {
			in.interrupted = p.bounded() && !in.ended
		}
		if p.bounded() {
			return nil
		}
		p.run.stats.stop(p.run.totals.in.Load())
		return p.commit() // stopping is how an unbounded source ends; its open windows stay open
	}
	if p.spec.Parallelism == rt.AtEnd {
		for _, w := range p.inputs[0].workers {
			if err := p.take(w); err != nil {
				return err
			}
			flushMetrics(w)
		}
	}
	p.run.stats.stop(p.run.totals.in.Load())
	if err := guard(p.run.job.Name, "finishing", p.name, p.root.Finish); err != nil {
		return err
	}
	if err := p.collectResults(); err != nil {
		return err
	}
	flushMetrics(p.root)
	for _, in := range p.inputs {
		in.failures.rest()
	}
	p.finished = true
	return p.commit()
}

// take merges a worker into the root.
func (p *pipeline) take(w rt.Task) error {
	p.root.Tally().MaxEvent = math.MinInt64
	return guard(p.run.job.Name, "merging rows of", p.name, func() error { return p.root.(rt.Mergeable).Merge(w) })
}

func flushMetrics(t rt.Task) {
	if m, ok := t.(rt.Metered); ok {
		m.FlushMetrics()
	}
}
