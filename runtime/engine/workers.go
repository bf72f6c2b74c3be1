package engine

import (
	"sync"

	rt "github.com/velostream/veloc/runtime"
)

// moveChunks moves all chunks of the inputs through the tasks.
func (p *pipeline) moveChunks() error {
	in := p.inputs[0] // the only one, unless rows are applied in order
	switch {
	case p.ordered():
		return p.inStages()
	case len(in.workers) == 0:
		return in.alone()
	case p.spec.Parallelism == rt.AtEnd:
		return in.together(len(in.workers), func(i int) error { return in.gather(in.workers[i]) })
	}
	return in.inTurn()
}

// together runs n goroutines. The first error ends the whole run, which ends the other goroutines.
func (in *input) together(n int, body func(i int) error) error {
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			err := guard(in.p.run.job.Name, "running", in.name, func() error { return body(i) })
			if err != nil {
				in.p.run.fail(err)
			}
		})
	}
	wg.Wait()
	return nil
}

// alone reads and processes in one goroutine.
func (in *input) alone() error {
	var c rt.Chunk
	for {
		more, err := in.poll(&c)
		if !more {
			return err
		}
		more, err = in.rootChunk(&c)
		if err != nil || !more {
			return err
		}
	}
}

// rootChunk lets the root process a chunk; more is false when no further one is wanted.
func (in *input) rootChunk(c *rt.Chunk) (more bool, err error) {
	p := in.p
	defer in.release(c)
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.over {
		return false, nil
	}
	if err := in.refused(c); err != nil {
		return false, p.broken(err)
	}
	if len(c.Data) > 0 {
		if err := in.processHere(c); err != nil {
			return false, p.broken(err)
		}
	}
	if err := in.settle(c, p.root.Tally().MaxEvent); err != nil {
		return false, p.broken(err)
	}
	return !p.done, nil
}

// enter makes what a worker did with a chunk part of the root. more is false when no further chunk is wanted.
func (in *input) enter(w rt.Task, c *rt.Chunk) (more bool, err error) {
	p := in.p
	if p.done || p.over { // the chunk lies behind the last one that was wanted
		return false, nil
	}
	if err := in.refused(c); err != nil {
		return false, err
	}
	if len(c.Data) > 0 {
		take := in.mergeChunk
		if p.ordered() {
			take = in.apply
		}
		if err := take(w, c); err != nil {
			return false, err
		}
	}
	in.partial = nil
	if err := in.settle(c, max(w.Tally().MaxEvent, p.root.Tally().MaxEvent)); err != nil {
		return false, err
	}
	return !p.done, nil
}

// mergeChunk merges a worker that has processed a chunk.
func (in *input) mergeChunk(w rt.Task, c *rt.Chunk) error {
	if err := in.collect(w.Tally(), c); err != nil {
		return err
	}
	if err := in.p.take(w); err != nil {
		return err
	}
	flushMetrics(w)
	return nil
}

// gather is a worker that is merged when the input has ended. Its counts and rejected rows are collected after each chunk.
func (in *input) gather(w rt.Task) error {
	var c rt.Chunk
	for {
		more, err := in.gatherNext(w, &c)
		if !more || err != nil {
			return err
		}
	}
}

// gatherNext reads and gathers a chunk. Between two calls the worker's groups and the positions of all workers together are whole.
func (in *input) gatherNext(w rt.Task, c *rt.Chunk) (more bool, err error) {
	in.p.gate.RLock()
	defer in.p.gate.RUnlock()
	if more, err = in.poll(c); !more {
		return false, err
	}
	if err = in.gatherChunk(w, c); err != nil {
		in.p.mu.Lock()
		in.p.failed = true
		in.p.mu.Unlock()
	}
	return true, err
}

func (in *input) gatherChunk(w rt.Task, c *rt.Chunk) error {
	p := in.p
	defer in.release(c)
	if len(c.Data) > 0 {
		if err := in.process(w, c); err != nil {
			return err
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.over {
		return nil
	}
	in.mark(c, w.Tally().MaxEvent)
	if err := in.refused(c); err != nil {
		return p.broken(err)
	}
	if err := in.collect(w.Tally(), c); err != nil {
		return p.broken(err)
	}
	return nil
}
