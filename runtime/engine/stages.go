package engine

import (
	"math"
	"sync"

	rt "github.com/velostream/veloc/runtime"
)

// stage is a task with the chunk that it has decoded or processed and that waits to be applied or merged.
type stage struct {
	in      *input
	worker  rt.Task
	chunk   rt.Chunk
	err     error     // decoding has failed
	applied chan bool // the root is through with the chunk; false: no further one is wanted
}

// inStages lets tasks decode chunks, and one goroutine apply them: those of an input in the order of Chunk.Seq, those of several inputs by the
// heads of their rows. It is always the same goroutine, because groups that move from one processor's cache to another's with every chunk
// cost more than decoding (docs/design/ordered-stages.md). Every task holds one chunk until it is applied. So no more chunks are under way
// than there are tasks, and a slow sink holds the sources back.
func (p *pipeline) inStages() error {
	if in := p.inputs[0]; len(p.inputs) == 1 && len(in.workers) == 1 {
		return in.alternate(&stage{in: in, worker: in.workers[0]})
	}
	m := newMerge(p)
	var all sync.WaitGroup
	for _, in := range p.inputs {
		var wg sync.WaitGroup
		for _, w := range in.workers {
			s := &stage{in: in, worker: w, applied: make(chan bool, 1)}
			wg.Go(func() {
				if err := guard(p.run.job.Name, "running", in.name, func() error { return in.decodeChunks(s, m.decoded) }); err != nil {
					p.run.fail(err)
				}
			})
		}
		all.Go(func() {
			wg.Wait()
			m.decoded <- &stage{in: in} // the last one: it has no worker
		})
	}
	go func() {
		all.Wait()
		close(m.decoded)
	}()
	m.run()
	return nil
}

// alternate decodes and applies chunk after chunk of the only input.
func (in *input) alternate(s *stage) error {
	for {
		more, err := in.pollAndDecode(s)
		if !more {
			return err
		}
		more, err = in.applyChunk(s)
		in.release(&s.chunk)
		if err != nil || !more {
			return err
		}
	}
}

// decodeChunks is the work of one worker. Chunks that cannot be decoded go on to the root as well: those before them count.
func (in *input) decodeChunks(s *stage, decoded chan<- *stage) error {
	for {
		more, err := in.pollAndDecode(s)
		if !more {
			return err
		}
		decoded <- s
		more = <-s.applied
		in.release(&s.chunk)
		if !more {
			return nil
		}
	}
}

func (in *input) pollAndDecode(s *stage) (more bool, err error) {
	if more, err = in.poll(&s.chunk); !more {
		return false, err
	}
	if s.err = nil; len(s.chunk.Data) > 0 {
		s.err = in.decode(s.worker, &s.chunk)
	}
	return true, nil
}

// applyChunk makes a whole chunk part of the results.
func (in *input) applyChunk(s *stage) (more bool, err error) {
	return in.entering(s, func() (bool, error) { return in.enter(s.worker, &s.chunk) })
}

// entering runs what makes rows of a chunk part of the results.
func (in *input) entering(s *stage, body func() (more bool, err error)) (more bool, err error) {
	p := in.p
	p.mu.Lock()
	defer p.mu.Unlock()
	err = guard(p.run.job.Name, "running", in.name, func() error {
		if s.err != nil {
			return s.err
		}
		more, err = body()
		return err
	})
	if err != nil {
		return false, p.broken(err)
	}
	return more, nil
}

// merge is the goroutine that applies the chunks of a pipeline's inputs.
type merge struct {
	p       *pipeline
	decoded chan *stage
	lanes   []*lane
	over    bool // no further chunk is wanted, or something failed
}

// lane holds the decoded chunks of one input. Those that come before their turn wait: sequence numbers have no gaps and there are no more of
// them under way than workers, so each has a place of its own.
type lane struct {
	in      *input
	waiting []*stage
	next    int64  // sequence number of the next chunk
	current *stage // being applied; nil if the next one has not come
	quiet   bool   // an unbounded source had nothing to read: the others do not wait for it
	ended   bool   // nothing comes any more
}

func newMerge(p *pipeline) *merge {
	m := &merge{p: p}
	n := len(p.inputs)
	for _, in := range p.inputs {
		n += len(in.workers)
		m.lanes = append(m.lanes, &lane{in: in, waiting: make([]*stage, len(in.workers))})
	}
	m.decoded = make(chan *stage, n)
	return m
}

// run applies chunks until the workers of all inputs have ended. When no further one is wanted, workers are only told so.
func (m *merge) run() {
	for s := range m.decoded {
		m.arrived(s)
		for !m.over && m.ready() {
			l := m.first()
			if l == nil {
				break
			}
			m.apply(l)
		}
		if m.over {
			m.dismiss()
		}
	}
}

// arrived puts a decoded chunk into its lane.
func (m *merge) arrived(s *stage) {
	l := m.lanes[s.in.index]
	if s.worker == nil {
		l.ended = true
		m.through(l)
		return
	}
	l.waiting[l.place(s.chunk.Seq)] = s
	m.advance(l)
}

func (l *lane) place(seq int64) int { return int(seq % int64(len(l.waiting))) }

// advance makes the next chunk of a lane the current one, if it has come. Chunks without rows only let time pass.
func (m *merge) advance(l *lane) {
	for l.current == nil && !m.over {
		place := &l.waiting[l.place(l.next)]
		if *place == nil {
			m.through(l)
			return
		}
		l.current, *place = *place, nil
		if len(m.lanes) == 1 || len(l.current.chunk.Data) > 0 || l.current.err != nil {
			l.quiet = false
			return
		}
		l.quiet = !l.in.bounded
		m.whole(l)
	}
}

// through notes that the root has all rows of an input that has ended. When one is read no further before its end, because the run is being
// stopped, nobody knows whose turn it would be: no rows of the others follow.
func (m *merge) through(l *lane) {
	if l.current != nil || !l.ended || l.in.applied || m.over {
		return
	}
	p := m.p
	p.mu.Lock()
	defer p.mu.Unlock()
	l.in.applied = l.in.ended
	p.unsaved = true
	if len(p.inputs) == 1 || p.over || p.done {
		return
	}
	if !l.in.applied {
		m.over = true
		return
	}
	err := guard(p.run.job.Name, "finishing", l.in.name, func() error { return p.root.(rt.Merging).Ended(l.in.index) })
	if err == nil {
		err = l.in.collect(p.root.Tally(), nil)
	}
	if err != nil {
		p.over, m.over = true, true
		p.run.fail(err)
	}
}

// ready tells whether the lane that goes next is known: every input shows its next row, has ended or is quiet.
func (m *merge) ready() bool {
	for _, l := range m.lanes {
		if l.current == nil && !l.quiet && !l.ended {
			return false
		}
	}
	return true
}

// first is the lane whose next row has the least head; of equal ones the first. A chunk without rows is finished first of all.
func (m *merge) first() *lane {
	var least *lane
	until := int64(math.MaxInt64)
	at := int64(math.MaxInt64)
	for _, l := range m.lanes {
		if l.in.waits = false; l.current == nil {
			continue
		}
		if len(m.lanes) == 1 {
			return l
		}
		head, more := l.head()
		if !more {
			l.current.chunk.Until = math.MaxInt64
			return l
		}
		l.in.waits, l.in.head, l.in.part = true, head, l.current.chunk.Partition
		switch {
		case least == nil:
			least, at = l, head
		case head < at:
			least, at, until = l, head, at-1 // the one before goes first where they are equal
		default:
			until = min(until, head)
		}
	}
	if least != nil {
		least.current.chunk.Until = until
	}
	return least
}

// head is the head of the next row, which is at least how far its partition had come.
func (l *lane) head() (head int64, more bool) {
	s := l.current
	if s.err != nil {
		return math.MinInt64, true
	}
	head, more = s.worker.(rt.Merging).Head(l.in.index)
	if l.in.spec.Time.EventTime && !l.in.spec.Table {
		own, _ := l.in.marks.before(s.chunk.Partition, s.chunk.Now)
		head = max(head, own)
	}
	return head, more
}

// apply takes the current chunk of a lane through the query, up to Chunk.Until.
func (m *merge) apply(l *lane) {
	s := l.current
	if s.chunk.Until == math.MaxInt64 || s.err != nil {
		m.whole(l)
		return
	}
	more, err := l.in.entering(s, func() (bool, error) { return l.in.enterPart(s) })
	m.settled(more, err)
	if l.in.partial != s {
		m.letGo(l)
	}
}

// whole applies what is left of the current chunk of a lane.
func (m *merge) whole(l *lane) {
	more, err := l.in.applyChunk(l.current)
	m.settled(more, err)
	m.letGo(l)
}

// letGo gives the current chunk of a lane back to its worker.
func (m *merge) letGo(l *lane) {
	s := l.current
	l.current = nil
	l.next++
	s.applied <- !m.over
	m.advance(l)
}

func (m *merge) settled(more bool, err error) {
	if err != nil {
		m.p.run.fail(err)
	}
	m.over = m.over || !more || m.p.run.work.Err() != nil
}

// dismiss tells the workers whose chunks are not wanted to end.
func (m *merge) dismiss() {
	for _, l := range m.lanes {
		if l.current != nil {
			l.current.applied <- false
			l.current = nil
		}
		for i, s := range l.waiting {
			if s != nil {
				s.applied <- false
			}
			l.waiting[i] = nil
		}
	}
}

// enterPart makes the rows of a chunk up to Chunk.Until part of the results. The rest follows after rows of other inputs; meanwhile the chunk is
// partial, so that a checkpoint knows where it is read on. When no row is left, the chunk is settled as a whole.
func (in *input) enterPart(s *stage) (more bool, err error) {
	p := in.p
	if p.done || p.over {
		return false, nil
	}
	if err := in.apply(s.worker, &s.chunk); err != nil {
		return false, err
	}
	root := p.root.Tally()
	if _, left := s.worker.(rt.Merging).Head(in.index); !left {
		in.partial = nil
		if err := in.refused(&s.chunk); err != nil {
			return false, err
		}
		err := in.settle(&s.chunk, max(s.worker.Tally().MaxEvent, root.MaxEvent))
		return !p.done, err
	}
	in.partial = s
	p.busy, p.unsaved = true, true
	if in.spec.Time.EventTime {
		in.marks.observe(s.chunk.Partition, root.MaxEvent, s.chunk.Now)
	}
	if p.done = root.Done; p.done {
		p.stopReading()
	}
	return !p.done, nil
}
