package kafka

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	rt "github.com/velostream/veloc/runtime"
)

// GroupLedger stores positions as the committed offsets of the source's consumer group: at least once. The engine flushes all
// sinks before it commits, so a crash in between makes rows be read again, and never be missed.
//
// Within a transaction (Enlist), positions become part of it, and count when it is committed: exactly once.
type GroupLedger struct {
	s  *Source
	tx *Transaction
}

// NewGroupLedger makes the ledger of s.
func NewGroupLedger(s *Source) *GroupLedger { return &GroupLedger{s: s} }

// Enlist implements rt.Enlisting.
func (l *GroupLedger) Enlist(of rt.Transaction) bool {
	tx, ok := of.(*Transaction)
	if !ok || !tx.sameCluster(&l.s.o.Connection) {
		return false
	}
	l.tx = tx
	return true
}

// commitRetry is how long to wait before a commit that met a passing failure is sent again.
const commitRetry = 250 * time.Millisecond

// commitPatience is how long a commit may go on failing.
const commitPatience = 2 * time.Minute

// Restore returns the positions to which the source must go back so that nothing is missing that it handed out and that was not
// committed; nil if there is no such thing, as in a job that starts: there the client begins at the committed offsets by itself.
func (l *GroupLedger) Restore(context.Context, int) (*rt.Checkpoint, error) {
	s := l.s
	s.mu.Lock()
	defer s.mu.Unlock()
	var c *rt.Checkpoint
	for id, p := range s.parts {
		at := p.committed
		if at < 0 {
			at = p.first
		}
		if at < 0 || p.next <= at || p.gone {
			continue
		}
		if c == nil {
			c = &rt.Checkpoint{Positions: map[int32]rt.Position{}}
		}
		c.Positions[id] = at
	}
	return c, nil
}

// Begin does nothing.
func (l *GroupLedger) Begin(context.Context) error { return nil }

// Pending tells whether a partition begins at its end with nothing committed.
func (l *GroupLedger) Pending() bool {
	s := l.s
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range s.parts {
		if p.fresh && !p.gone {
			return true
		}
	}
	return false
}

// Commit stores the positions of e that have moved. Positions of partitions that were taken away are left out: their new owner
// reads the rows again. Passing failures are retried for two minutes.
func (l *GroupLedger) Commit(ctx context.Context, e *rt.Epoch) error {
	if l.tx != nil && l.tx.Written() {
		return l.commitWithin(ctx, e)
	}
	s := l.s
	end := s.o.Clock.Now() + int64(commitPatience)
	for {
		offsets := l.moved(e) // anew each time: partitions may be taken away meanwhile
		if len(offsets) == 0 {
			return nil
		}
		err := l.send(s.withClosed(ctx, e.Closed), offsets)
		switch {
		case err == nil:
			l.stored(offsets, e.Closed)
			return nil
		case errors.Is(err, kerr.IllegalGeneration), errors.Is(err, kerr.UnknownMemberID), errors.Is(err, kerr.StaleMemberEpoch):
			// The group went on without this member. What was written stays written; the offsets stay where they are, and
			// lost() is about to take the partitions away.
			s.o.Log("offsets were not committed because the group has expelled this member; rows since the last commit will be read again")
			return nil
		case !passing(err) || ctx.Err() != nil || s.o.Clock.Now() > end:
			return s.describe(s.o.explain("committing offsets to group '"+s.o.Group+"'", err))
		}
		if err := s.o.pause(ctx, commitRetry); err != nil {
			return err
		}
	}
}

// commitWithin makes positions part of the transaction. A partition that the group took away without notice cannot be: its rows are in the transaction,
// which is given up for that. The group refuses commits while it is being joined anew, and from a member that it has expelled; which of them it is
// shows when the client has heard of it, and either takes part in the next generation or has lost its partitions.
func (l *GroupLedger) commitWithin(ctx context.Context, e *rt.Epoch) error {
	s := l.s
	end := s.o.Clock.Now() + int64(commitPatience)
	for {
		if part, ok := l.missing(e); ok {
			return s.describe(fmt.Errorf("the group took partition %d away before its rows were committed: %w", part, rt.ErrAborted))
		}
		offsets := l.moved(e)
		if len(offsets) == 0 {
			return nil
		}
		by := committer{group: s.o.Group, instance: s.o.Instance}
		by.id, by.generation = s.cl.GroupMetadata()
		err := l.tx.addOffsets(ctx, by, s.o.Topic, withNotes(offsets, e.Closed))
		switch {
		case err == nil:
			l.stored(offsets, e.Closed)
			return nil
		case !rejoining(err) || s.o.Clock.Now() > end:
			return s.describe(s.o.explain("committing offsets to group '"+s.o.Group+"'", err))
		}
		if err := s.o.pause(ctx, rejoinRetry); err != nil {
			return err
		}
	}
}

// rejoinRetry is how long to wait before offsets are committed again in a group that is changing.
const rejoinRetry = 20 * time.Millisecond

// rejoining tells whether the group refused a commit because its members are changing.
func rejoining(err error) bool {
	for _, e := range []error{kerr.RebalanceInProgress, kerr.IllegalGeneration, kerr.UnknownMemberID, kerr.StaleMemberEpoch} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}

// missing finds a partition with rows since the last commit that was taken away without notice.
func (l *GroupLedger) missing(e *rt.Epoch) (part int32, ok bool) {
	s := l.s
	s.mu.Lock()
	defer s.mu.Unlock()
	for id, at := range e.Positions {
		if p := s.parts[id]; p != nil && p.gone && p.first >= 0 && at != p.committed {
			return id, true
		}
	}
	return 0, false
}

// moved picks the positions that the group does not have yet.
func (l *GroupLedger) moved(e *rt.Epoch) map[int32]kgo.EpochOffset {
	s := l.s
	s.mu.Lock()
	defer s.mu.Unlock()
	var out map[int32]kgo.EpochOffset
	put := func(id int32, at rt.Position) {
		if out == nil {
			out = make(map[int32]kgo.EpochOffset, len(e.Positions))
		}
		out[id] = kgo.EpochOffset{Epoch: -1, Offset: int64(at)}
	}
	for id, p := range s.parts {
		at, ok := e.Positions[id]
		switch {
		case p.gone:
		case ok && at >= 0 && (at != p.committed || e.Closed[id] != p.closed):
			put(id, at)
		case !ok && p.fresh:
			put(id, p.first)
		}
	}
	return out
}

func (l *GroupLedger) stored(offsets map[int32]kgo.EpochOffset, closed map[int32]int64) {
	s := l.s
	s.mu.Lock()
	defer s.mu.Unlock()
	for id, o := range offsets {
		if p := s.parts[id]; p != nil {
			p.committed, p.closed, p.fresh = rt.Position(o.Offset), closed[id], false
		}
	}
}

// send commits once and returns the first partition's failure.
func (l *GroupLedger) send(ctx context.Context, offsets map[int32]kgo.EpochOffset) error {
	s := l.s
	var failed error
	s.cl.CommitOffsetsSync(ctx, map[string]map[int32]kgo.EpochOffset{s.o.Topic: offsets},
		func(_ *kgo.Client, _ *kmsg.OffsetCommitRequest, resp *kmsg.OffsetCommitResponse, err error) {
			failed = err
			if err != nil {
				return
			}
			for _, t := range resp.Topics {
				for _, p := range t.Partitions {
					if err := kerr.ErrorForCode(p.ErrorCode); err != nil && failed == nil {
						failed = fmt.Errorf("partition %d: %w", p.Partition, err)
					}
				}
			}
		})
	return failed
}

// passing tells failures that may mend themselves: brokers that are away, coordinators that move.
func passing(err error) bool {
	var ke *kerr.Error
	if errors.As(err, &ke) {
		return ke.Retriable && ke != kerr.UnknownTopicOrPartition || ke == kerr.RebalanceInProgress
	}
	return !errors.Is(err, kgo.ErrClientClosed) && !canceled(err)
}

// pause waits for d by the job's clock.
func (c *Connection) pause(ctx context.Context, d time.Duration) error {
	t := c.Clock.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C():
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
