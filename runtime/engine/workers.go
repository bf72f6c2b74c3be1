package engine

import (
	"sync"

	rt "github.com/velostream/veloc/runtime"
)

// moveChunks moves all chunks of the source through the tasks.
func (p *pipeline) moveChunks() error {
	switch {
	case len(p.workers) == 0:
		return p.alone()
	case p.ordered():
		return p.inStages()
	case p.spec.Parallelism == rt.AtEnd:
		return p.together(len(p.workers), func(i int) error { return p.gather(p.workers[i]) })
	}
	return p.inTurn()
}

// together runs n goroutines. The first error ends the whole run, which ends the other goroutines.
func (p *pipeline) together(n int, body func(i int) error) error {
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			err := guard(p.run.job.Name, "running", p.name, func() error { return body(i) })
			if err != nil {
				p.run.fail(err)
			}
		})
	}
	wg.Wait()
	return nil
}

// alone reads and processes in one goroutine.
func (p *pipeline) alone() error {
	var c rt.Chunk
	for {
		more, err := p.poll(&c)
		if !more {
			return err
		}
		more, err = p.rootChunk(&c)
		if err != nil || !more {
			return err
		}
	}
}

// rootChunk lets the root process a chunk; more is false when no further one is wanted.
func (p *pipeline) rootChunk(c *rt.Chunk) (more bool, err error) {
	defer p.release(c)
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.over {
		return false, nil
	}
	if err := p.refused(c); err != nil {
		return false, p.broken(err)
	}
	if len(c.Data) > 0 {
		if err := p.processHere(c); err != nil {
			return false, p.broken(err)
		}
	}
	if err := p.settle(c, p.root.Tally().MaxEvent); err != nil {
		return false, p.broken(err)
	}
	return !p.done, nil
}

// enter makes what a worker did with a chunk part of the root. more is false when no further chunk is wanted.
func (p *pipeline) enter(w rt.Task, c *rt.Chunk) (more bool, err error) {
	if p.done || p.over { // the chunk lies behind the last one that was wanted
		return false, nil
	}
	if err := p.refused(c); err != nil {
		return false, err
	}
	if len(c.Data) > 0 {
		take := p.mergeChunk
		if p.ordered() {
			take = p.apply
		}
		if err := take(w, c); err != nil {
			return false, err
		}
	}
	if err := p.settle(c, max(w.Tally().MaxEvent, p.root.Tally().MaxEvent)); err != nil {
		return false, err
	}
	return !p.done, nil
}

// mergeChunk merges a worker that has processed a chunk.
func (p *pipeline) mergeChunk(w rt.Task, c *rt.Chunk) error {
	if err := p.collect(w.Tally(), c); err != nil {
		return err
	}
	if err := p.take(w); err != nil {
		return err
	}
	flushMetrics(w)
	return nil
}

// gather is a worker that is merged when the input has ended. Its counts and rejected rows are collected after each chunk.
func (p *pipeline) gather(w rt.Task) error {
	var c rt.Chunk
	for {
		more, err := p.poll(&c)
		if !more {
			return err
		}
		if err := p.gatherChunk(w, &c); err != nil {
			return err
		}
	}
}

func (p *pipeline) gatherChunk(w rt.Task, c *rt.Chunk) error {
	defer p.release(c)
	if len(c.Data) > 0 {
		if err := p.process(w, c); err != nil {
			return err
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.over {
		return nil
	}
	p.mark(c, w.Tally().MaxEvent)
	if err := p.refused(c); err != nil {
		return p.broken(err)
	}
	if err := p.collect(w.Tally(), c); err != nil {
		return p.broken(err)
	}
	return nil
}

// release gives a chunk back to the source.
func (p *pipeline) release(c *rt.Chunk) {
	if c.Release != nil {
		c.Release()
		c.Release = nil
	}
	p.flight.done()
}
