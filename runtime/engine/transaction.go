package engine

import (
	"context"
	"crypto/rand"
	"fmt"
	"slices"

	rt "github.com/velostream/veloc/runtime"
	"github.com/velostream/veloc/runtime/ledger"
)

// Exactly once into sinks that write in transactions: a checkpoint and a transaction are one. With a state directory, the checkpoint is prepared, the
// transaction committed with a mark that the checkpoint has too, and the checkpoint confirmed. A restart that finds one prepared asks which mark was
// committed last. Without, the positions of the sources are in the transaction, and there is no other state (docs/design/exactly-once.md).

// join gathers the sinks and dead-letter queues that write in transactions.
func (r *run) join() (tx rt.Transaction, err error) {
	for _, s := range r.sinks {
		to, ok := s.to.(rt.Transactional)
		if !ok {
			continue
		}
		joined, err := to.Join(tx)
		if err != nil {
			return nil, fmt.Errorf("sink %s: %w", s.name, err)
		}
		if joined != nil {
			tx = joined
		}
	}
	if tx == nil {
		return nil, nil
	}
	for in := range r.inputs() {
		if to, ok := in.failures.letters.(rt.Transactional); ok {
			if _, err := to.Join(tx); err != nil {
				return nil, fmt.Errorf("dead-letter queue of %s: %w", in.name, err)
			}
		}
	}
	return tx, nil
}

// openTransaction takes the transactions over from an earlier run, and settles whether the checkpoint that it left prepared counts.
func (c *checkpoints) openTransaction(ctx context.Context) error {
	if c.tx == nil {
		if c.l != nil && c.l.Prepared() {
			return c.l.Settle(false) // what was written then is written again
		}
		return nil
	}
	every := c.r.opts.State.Interval
	if c.l == nil {
		every = c.r.opts.Linger
	}
	if err := c.tx.Open(ctx, every); err != nil {
		return err
	}
	if c.l == nil || !c.l.Prepared() {
		return nil
	}
	marks, err := c.tx.Marks(ctx)
	if err != nil {
		return err
	}
	mine, before := c.l.Marks()
	switch {
	case slices.Contains(marks, mine):
		return c.l.Settle(true)
	case before == "" || slices.Contains(marks, before):
		return c.l.Settle(false)
	}
	return fmt.Errorf("the last run stopped while it committed a transaction, and the brokers do not know any more whether they did: its mark %s is gone, and that of the transaction before; look into the topics, and remove MANIFEST.prepared from the state directory if its rows are not there, or rename it to MANIFEST if they are [VR0409]", mine)
}

// enlist makes the positions of all sources part of the transactions, where there is no state directory that has them.
func (c *checkpoints) enlist() error {
	const need = "exactly once needs a state directory here, because %s: run the job with --state-dir, or set 'delivery.guarantee' = 'at_least_once' [VR0408]"
	for _, p := range c.r.pipes {
		if root, ok := p.root.(stateful); ok && !p.spec.Rebuilt {
			if tables, err := root.Tables(); err != nil || len(tables) > 0 {
				return fmt.Errorf(need, "the queries over "+p.name+" have state")
			}
		}
		for _, in := range p.inputs {
			l, ok := in.ledger.(rt.Enlisting)
			if !ok || !l.Enlist(c.tx) {
				return fmt.Errorf(need, "the positions of source "+in.name+" cannot be stored with the results")
			}
		}
	}
	return nil
}

// commit makes a checkpoint and its transaction durable. Nothing moves meanwhile: what is written before the transaction ends belongs to it.
func (c *checkpoints) commit(phase ledger.Phase) error {
	release := c.standStill()
	defer release()
	ok, err := c.capturing(phase)
	if !ok || err != nil {
		return err
	}
	if err := c.syncSinks(); err != nil {
		return err
	}
	switch {
	case c.l == nil:
		if err := c.tellGroups(); err != nil {
			return err
		}
		return c.tx.Commit(c.r.work, "")
	case !c.tx.Written():
		return c.save(c.l.Commit)
	}
	c.capture.Mark = rand.Text()
	if err := c.save(c.l.Prepare); err != nil {
		return err
	}
	if err := c.tx.Commit(c.r.work, c.capture.Mark); err != nil {
		return err
	}
	return c.save(c.l.Confirm)
}

func (c *checkpoints) save(how func(*ledger.Capture) error) error {
	if err := how(&c.capture); err != nil {
		return fmt.Errorf("the state could not be saved: %w", err)
	}
	return nil
}
