package engine

import (
	"sync"

	rt "github.com/velostream/veloc/runtime"
)

// stage is a task with the chunk that it has decoded or processed and that waits to be applied or merged.
type stage struct {
	worker  rt.Task
	chunk   rt.Chunk
	err     error     // decoding has failed
	applied chan bool // the root is through with the chunk; false: no further one is wanted
}

// inStages lets tasks decode chunks, and one goroutine apply them in the order of Chunk.Seq. It is always the same goroutine, because
// groups that move from one processor's cache to another's with every chunk cost more than decoding (docs/design/ordered-stages.md).
// Every task holds one chunk until it is applied. So no more chunks are under way than there are tasks, and a slow sink holds the source back.
func (p *pipeline) inStages() error {
	if len(p.workers) == 1 {
		return p.alternate(&stage{worker: p.workers[0]})
	}
	decoded := make(chan *stage, len(p.workers))
	var wg sync.WaitGroup
	for _, w := range p.workers {
		s := &stage{worker: w, applied: make(chan bool, 1)}
		wg.Go(func() {
			if err := guard(p.run.job.Name, "running", p.name, func() error { return p.decodeChunks(s, decoded) }); err != nil {
				p.run.fail(err)
			}
		})
	}
	go func() {
		wg.Wait()
		close(decoded)
	}()
	p.applyChunks(decoded)
	return nil
}

// alternate decodes and applies chunk after chunk.
func (p *pipeline) alternate(s *stage) error {
	for {
		more, err := p.pollAndDecode(s)
		if !more {
			return err
		}
		more, err = p.applyChunk(s)
		p.release(&s.chunk)
		if err != nil || !more {
			return err
		}
	}
}

// decodeChunks is the work of one worker. Chunks that cannot be decoded go on to the root as well: those before them count.
func (p *pipeline) decodeChunks(s *stage, decoded chan<- *stage) error {
	for {
		more, err := p.pollAndDecode(s)
		if !more {
			return err
		}
		decoded <- s
		more = <-s.applied
		p.release(&s.chunk)
		if !more {
			return nil
		}
	}
}

func (p *pipeline) pollAndDecode(s *stage) (more bool, err error) {
	if more, err = p.poll(&s.chunk); !more {
		return false, err
	}
	if s.err = nil; len(s.chunk.Data) > 0 {
		s.err = p.decode(s.worker, &s.chunk)
	}
	return true, nil
}

// applyChunks applies chunks until the workers have ended. Those that come before their turn wait: sequence numbers have no gaps and there are
// no more of them under way than workers, so each has a place of its own. After a failure, or when no further chunk is wanted, workers
// are only told so.
func (p *pipeline) applyChunks(decoded <-chan *stage) {
	waiting := make([]*stage, len(p.workers))
	next, over := int64(0), false
	for s := range decoded {
		waiting[s.chunk.Seq%int64(len(waiting))] = s
		for !over {
			place := &waiting[next%int64(len(waiting))]
			s := *place
			if s == nil {
				break
			}
			*place = nil
			more, err := p.applyChunk(s)
			if err != nil {
				p.run.fail(err)
			}
			next, over = next+1, !more || p.run.work.Err() != nil
			s.applied <- !over
		}
		if over {
			for i, s := range waiting {
				if s != nil {
					s.applied <- false
				}
				waiting[i] = nil
			}
		}
	}
}

func (p *pipeline) applyChunk(s *stage) (more bool, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	err = guard(p.run.job.Name, "running", p.name, func() error {
		if s.err != nil {
			return s.err
		}
		more, err = p.enter(s.worker, &s.chunk)
		return err
	})
	if err != nil {
		return false, p.broken(err)
	}
	return more, nil
}
