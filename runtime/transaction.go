package rt

import (
	"context"
	"time"
)

// Transaction makes what the sinks of a job write, and where its sources stand, visible together or not at all. One follows the other without a gap:
// Commit ends one and begins the next.
type Transaction interface {
	// Open takes the transactions over from an earlier process of the job. What that one had not committed is given up, and it can commit no
	// more. every is how long a transaction will be open at most.
	Open(ctx context.Context, every time.Duration) error
	// Marks are the marks that stand with committed transactions; usually there is one, that of the last.
	Marks(ctx context.Context) ([]string, error)
	// Written tells whether the transaction has any output. One without need not be committed.
	Written() bool
	// Commit makes everything visible that was written and flushed, and, if it is not empty, mark. After an error the outcome is unknown until
	// Open has returned in another run.
	Commit(ctx context.Context, mark string) error
	// Close gives up what was not committed.
	Close()
}

// Transactional is a Sink or a DeadLetter that can write in a transaction.
type Transactional interface {
	// Join is called before Open. It returns the transaction in which Write and Send will take part: that of the sinks before, or one of its own if of
	// is nil; nil if it takes no part as it is configured.
	Join(of Transaction) (Transaction, error)
}

// Enlisting is a Ledger whose positions can be part of a transaction.
type Enlisting interface {
	// Enlist is called when source and transaction are open. From then on Commit makes positions part of the transaction if it is written, and stores
	// them at once if not. It returns false if source and transaction belong to different systems.
	Enlist(of Transaction) bool
}
