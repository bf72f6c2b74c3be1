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
