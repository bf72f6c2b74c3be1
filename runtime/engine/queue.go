package engine

import (
	"context"
	"sync"
)

// queue lets workers merge chunks in the order of Chunk.Seq without waiting for each other: a worker leaves the task with what it has processed in the queue
// and goes on with another task and another chunk. Whoever brings the chunk that is next merges it, and those behind it that wait already. There are
// more tasks than workers, so while one worker is busy writing what it merges, the others do not run out of tasks. A worker takes its task before it
// polls, so that the chunk all others wait for always has one; sequence numbers have no gaps and there are no more chunks under way than tasks, so
// each chunk has a place of its own. TestOrderedMerge runs all of this against a sequential pass.
type queue struct {
	in      *input
	mu      sync.Mutex
	freed   sync.Cond
	free    []*stage
	waiting []*stage // processed, by Seq modulo the number of tasks
	next    int64    // Seq of the chunk that is merged next
	merging bool     // some worker merges, and will see what is brought meanwhile
	over    bool     // no further chunk is wanted
	failed  bool     // nor is any merged
}

// tasksInTurn is how many tasks keep n workers busy while one of them merges.
func tasksInTurn(n int) int { return 2*n + 1 }

func newQueue(in *input) *queue {
	q := &queue{in: in, waiting: make([]*stage, len(in.workers))}
	q.freed.L = &q.mu
	for _, w := range in.workers {
		q.free = append(q.free, &stage{in: in, worker: w})
	}
	return q
}

// inTurn lets workers process chunks, each merged when it is its turn.
func (in *input) inTurn() error {
	q := newQueue(in)
	defer context.AfterFunc(in.p.run.work, q.end)()
	err := in.together(in.p.run.opts.Workers, func(int) error { return q.work() })
	for _, s := range q.waiting {
		if s != nil { // a failure came before its turn
			in.release(&s.chunk)
		}
	}
	return err
}

// work is what one worker does.
func (q *queue) work() error {
	for {
		s := q.take()
		if s == nil {
			return nil
		}
		more, err := q.in.poll(&s.chunk)
		if !more {
			q.give(s)
			return err
		}
		if len(s.chunk.Data) > 0 {
			if err := q.in.process(s.worker, &s.chunk); err != nil {
				q.in.release(&s.chunk)
				return err
			}
		}
		if err := q.merge(s); err != nil {
			return err
		}
	}
}

// take waits for a task that is free; nil when no further chunk is wanted.
func (q *queue) take() *stage {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.free) == 0 && !q.over {
		q.freed.Wait()
	}
	if q.over {
		return nil
	}
	last := len(q.free) - 1 // its memory is the likeliest to be in a cache
	s := q.free[last]
	q.free = q.free[:last]
	return s
}

func (q *queue) give(s *stage) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.free = append(q.free, s)
	q.freed.Signal()
}

// end wakes the workers that wait for a task: no further chunk is wanted.
func (q *queue) end() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.over = true
	q.freed.Broadcast()
}

// merge brings a processed chunk, and merges what can be merged.
func (q *queue) merge(s *stage) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	place := func(seq int64) **stage { return &q.waiting[seq%int64(len(q.waiting))] }
	*place(s.chunk.Seq) = s
	if q.merging || q.failed {
		return nil
	}
	q.merging = true
	defer func() { q.merging = false }()
	for s := *place(q.next); s != nil; s = *place(q.next) {
		*place(q.next) = nil
		q.mu.Unlock()
		more, err := q.in.mergeInTurn(s)
		q.mu.Lock()
		q.next++
		q.free = append(q.free, s)
		q.freed.Signal()
		if !more { // chunks behind it are merged to nothing
			q.over, q.failed = true, err != nil
			q.freed.Broadcast()
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// mergeInTurn merges a chunk when all before it are merged.
func (in *input) mergeInTurn(s *stage) (more bool, err error) {
	p := in.p
	defer in.release(&s.chunk)
	p.mu.Lock()
	defer p.mu.Unlock()
	more, err = in.enter(s.worker, &s.chunk)
	if err != nil {
		return false, p.broken(err)
	}
	return more, nil
}
