package engine

import (
	"context"
	"fmt"
	"sync"

	rt "github.com/velostream/veloc/runtime"
)

// sink is one sink of the job. Pipelines share it, so its calls are serialised.
type sink struct {
	name  string
	mu    sync.Mutex
	to    rt.Sink
	open  bool
	ready bool // it could be opened
}

func (s *sink) write(ctx context.Context, o *rt.Output) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.to.Write(ctx, o); err != nil {
		return fmt.Errorf("sink %s: %w", s.name, err)
	}
	return nil
}

func (s *sink) flush(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.to.Flush(ctx); err != nil {
		return fmt.Errorf("sink %s: %w", s.name, err)
	}
	return nil
}

// mark hands everything to the sink's target and returns where it then stands; nil: the target cannot be cut back, and has everything for good.
func (s *sink) mark(ctx context.Context) ([]byte, error) {
	to, ok := s.to.(rt.Resumable)
	if !ok {
		return nil, s.flush(ctx)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	at, err := to.Mark(ctx)
	if err != nil {
		return nil, fmt.Errorf("sink %s: %w", s.name, err)
	}
	return at, nil
}

// sync makes output up to the last mark durable. Rows may be written meanwhile.
func (s *sink) sync() error {
	to, ok := s.to.(rt.Resumable)
	if !ok {
		return nil
	}
	if err := to.Sync(); err != nil {
		return fmt.Errorf("sink %s: %w", s.name, err)
	}
	return nil
}

// committed tells the sink that its last mark is part of a checkpoint.
func (s *sink) committed() error {
	to, ok := s.to.(rt.Resumable)
	if !ok {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := to.Committed(); err != nil {
		return fmt.Errorf("sink %s: %w", s.name, err)
	}
	return nil
}

func (s *sink) close(ctx context.Context, complete bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.open {
		return nil
	}
	s.open = false
	if err := s.to.Close(ctx, complete); err != nil {
		return fmt.Errorf("sink %s: %w", s.name, err)
	}
	return nil
}
