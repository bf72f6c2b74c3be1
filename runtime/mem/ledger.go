package mem

import (
	"context"
	"maps"
	"slices"
	"sync"

	rt "github.com/velostream/veloc/runtime"
)

// Ledger remembers commits.
type Ledger struct {
	// OnCommit is called by Commit; an error is returned by it, and nothing was committed.
	OnCommit func(e *rt.Epoch) error

	mu     sync.Mutex
	epochs []rt.Epoch
	news   chan struct{}
	open   bool
}

// NewLedger makes an empty ledger, or one that holds a checkpoint.
func NewLedger(from *rt.Checkpoint) *Ledger {
	l := &Ledger{news: make(chan struct{})}
	if from != nil {
		l.epochs = append(l.epochs, rt.Epoch{Number: from.Number, Positions: from.Positions})
	}
	return l
}

// Restore implements rt.Ledger.
func (l *Ledger) Restore(context.Context, int) (*rt.Checkpoint, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.epochs) == 0 {
		return nil, nil
	}
	last := l.epochs[len(l.epochs)-1]
	return &rt.Checkpoint{Number: last.Number, Positions: maps.Clone(last.Positions)}, nil
}

// Begin implements rt.Ledger.
func (l *Ledger) Begin(context.Context) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.open = true
	return nil
}

// Commit implements rt.Ledger.
func (l *Ledger) Commit(_ context.Context, e *rt.Epoch) error {
	if l.OnCommit != nil {
		if err := l.OnCommit(e); err != nil {
			return err
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.epochs = append(l.epochs, rt.Epoch{Number: e.Number, Positions: maps.Clone(e.Positions)})
	l.open = false
	close(l.news)
	l.news = make(chan struct{})
	return nil
}

// Open tells whether an epoch was begun and not committed.
func (l *Ledger) Open() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.open
}

// Epochs lists what was committed, oldest first; a checkpoint given to NewLedger is the first.
func (l *Ledger) Epochs() []rt.Epoch {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.epochs)
}

// Await waits until a commit reaches position at of a partition.
func (l *Ledger) Await(ctx context.Context, partition int32, at rt.Position) error {
	for {
		l.mu.Lock()
		news := l.news
		reached := len(l.epochs) > 0 && l.epochs[len(l.epochs)-1].Positions[partition] >= at
		l.mu.Unlock()
		if reached {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-news:
		}
	}
}
