package kafka

import (
	"context"
	"errors"
	"fmt"
	"sort"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	rt "github.com/velostream/veloc/runtime"
)

// How partitions come and go.
//
// Three parties: the fetcher (fetch.go), workers in Poll, and the client's group goroutine, which calls assigned, revoked and lost,
// one at a time. The client is set to block rebalances on poll: a callback does not start between a poll that returned records
// and AllowRebalance, and no poll returns while a callback runs. So:
//
//   - Records of a partition are never queued after revoked(p) has begun. The fetcher queues what it polled before it allows a
//     rebalance (A); were it the other way round, revoked(p) could run between poll and enqueue, p could be assigned again, and the
//     old records would be read twice.
//   - revoked(p) first throws away what is queued of p: it was not handed out, so whoever owns p next reads it. Then it waits for
//     Polls that are copying (packing) to return, so that every record of p that counts as handed out is in a chunk that the
//     engine has (B). Then it calls Lost, in which the engine finishes those chunks, flushes the sinks and commits; the group
//     still accepts our commit, because we have not rejoined. Only then is p given up (C).
//   - Polls that start meanwhile hand nothing out (quiet) and return an empty chunk after IdleWait, so the chunks under way become
//     fewer and Lost, which waits until there are none, ends however busy the other partitions are (E).
//   - lost(p) is the same without hope: the group has already expelled this member (its session ran out). Commits of p are
//     refused here, before the broker would; the rows since the last commit are read again by p's next owner (at least once).
//   - Seek wants no poll under way, because records that are in the fetcher's hands would be queued behind its back. It cancels
//     the poll and waits until the fetcher is quiet — or until a callback runs, in which case the fetcher has nothing in its
//     hands (A), and waiting for it would be a deadlock: it waits for the callback, which may be waiting for the caller of Seek.
//   - Seek inside Gained comes before the client knows where to start; adjust hands the position over (D).
//
// Tests: A and C TestRebalance, B and E TestRevokedWaitsForChunks, lost TestExpelled, Seek TestSeek, D TestSeekInGained.

// assigned is told of new partitions, before they are read.
func (s *Source) assigned(_ context.Context, _ *kgo.Client, m map[string][]int32) {
	ids := m[s.o.Topic]
	if len(ids) == 0 {
		return
	}
	sort.Slice(ids, func(i, j int) bool { return ids[i] < ids[j] })
	s.mu.Lock()
	s.enter()
	for _, id := range ids {
		s.parts[id] = &partition{id: id, gaining: true, seek: -1, next: -1, committed: -1, first: -1}
	}
	s.mu.Unlock()
	s.tell(func() error { return s.own.Gained(ids) })
	s.leave()
}

// adjust chooses where each new partition starts. The client calls it after assigned, with what the group has committed.
func (s *Source) adjust(ctx context.Context, m map[string]map[int32]kgo.Offset) (map[string]map[int32]kgo.Offset, error) {
	select {
	case <-s.made: // both questions below go through the client
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	offsets := m[s.o.Topic]
	ends, err := s.ends(ctx, offsets)
	if err != nil {
		return nil, err
	}
	before, err := s.closedBefore(ctx, offsets)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for id, o := range offsets {
		p := s.parts[id]
		if p == nil {
			continue
		}
		p.gaining, p.before = false, before[id]
		if at := o.EpochOffset().Offset; at >= 0 {
			p.committed, p.next = rt.Position(at), rt.Position(at)
		} else if end, ok := ends[id]; ok {
			offsets[id] = kgo.NewOffset().At(end)
			p.next, p.first, p.fresh = rt.Position(end), rt.Position(end), true
		}
		if p.seek >= 0 {
			offsets[id] = kgo.NewOffset().At(int64(p.seek))
			p.next = p.seek
		}
		s.lastIdle = p
	}
	return m, nil
}

// ends asks for the ends of partitions that start there because nothing is committed. With an exact start, records that arrive
// between two failing attempts are not skipped, and the start can be committed before the first row comes.
func (s *Source) ends(ctx context.Context, offsets map[int32]kgo.Offset) (map[int32]int64, error) {
	if !s.o.Latest {
		return nil, nil
	}
	req := kmsg.NewPtrListOffsetsRequest()
	req.ReplicaID = -1
	if !s.o.ReadUncommitted {
		req.IsolationLevel = 1
	}
	t := kmsg.NewListOffsetsRequestTopic()
	t.Topic = s.o.Topic
	for id, o := range offsets {
		if o.EpochOffset().Offset < 0 {
			p := kmsg.NewListOffsetsRequestTopicPartition()
			p.Partition, p.Timestamp = id, -1
			t.Partitions = append(t.Partitions, p)
		}
	}
	if len(t.Partitions) == 0 {
		return nil, nil
	}
	req.Topics = append(req.Topics, t)
	ends := map[int32]int64{}
	for _, shard := range s.cl.RequestSharded(ctx, req) {
		if shard.Err != nil {
			return nil, shard.Err
		}
		for _, t := range shard.Resp.(*kmsg.ListOffsetsResponse).Topics {
			for _, p := range t.Partitions {
				if err := kerr.ErrorForCode(p.ErrorCode); err != nil {
					return nil, err
				}
				ends[p.Partition] = p.Offset
			}
		}
	}
	return ends, nil
}

// revoked is told, before it happens, which partitions go to another member.
func (s *Source) revoked(_ context.Context, _ *kgo.Client, m map[string][]int32) {
	s.release(m[s.o.Topic], false)
}

// lost is told which partitions are already gone.
func (s *Source) lost(_ context.Context, _ *kgo.Client, m map[string][]int32) {
	s.release(m[s.o.Topic], true)
}

func (s *Source) release(ids []int32, gone bool) {
	s.mu.Lock()
	s.enter()
	s.quiet = true
	var mine []int32
	for _, id := range ids {
		if p := s.parts[id]; p != nil {
			p.gone = gone
			s.drop(p)
			mine = append(mine, id)
		}
	}
	for s.packing > 0 {
		s.changed.Wait()
	}
	closing := s.closing
	s.mu.Unlock()
	if len(mine) > 0 && !closing {
		sort.Slice(mine, func(i, j int) bool { return mine[i] < mine[j] })
		if gone {
			s.o.Log(fmt.Sprintf("the group took partitions %v away without notice; rows since their last commit will be read again", mine))
		}
		s.tell(func() error { return s.own.Lost(mine) })
	}
	s.mu.Lock()
	for _, id := range mine {
		delete(s.parts, id)
	}
	s.quiet = false
	s.mu.Unlock()
	s.signal()
	s.leave()
}

// enter and leave enclose a callback. enter is called with mu held.
func (s *Source) enter() {
	s.calling = true
	s.changed.Broadcast()
}

func (s *Source) leave() {
	s.mu.Lock()
	s.calling = false
	s.mu.Unlock()
}

// tell calls the engine and waits, but not longer than until Close: an engine that is stopping need not answer.
func (s *Source) tell(call func() error) {
	done := make(chan error, 1)
	go func() { done <- call() }()
	select {
	case err := <-done:
		if err != nil {
			s.fail(err)
		}
	case <-s.stopped.Done():
	}
}

// drop forgets what is queued of p. The caller holds mu.
func (s *Source) drop(p *partition) {
	for _, run := range p.runs {
		s.queued -= len(run)
	}
	if len(p.runs) == 0 {
		return
	}
	p.runs = nil
	for i, q := range s.queue {
		if q == p {
			s.queue = append(s.queue[:i], s.queue[i+1:]...)
			break
		}
	}
	s.changed.Broadcast()
}

// Places implements rt.Placed. A partition whose start the client has still to find, because there is nothing that the group has committed, begins
// at its first record: at 0 or at the first one behind it that there is.
func (s *Source) Places() map[int32]rt.Position {
	s.mu.Lock()
	defer s.mu.Unlock()
	at := map[int32]rt.Position{}
	for id, p := range s.parts {
		switch {
		case p.gone || p.gaining:
		case p.first >= 0: // rows were handed out, which may not count yet
			at[id] = p.first
		default:
			at[id] = max(p.next, 0)
		}
	}
	return at
}

// Seek reads partition part from offset at. A partition that the source does not own, perhaps any more, is left alone: its owner
// knows where to read.
func (s *Source) Seek(part int32, at rt.Position) error {
	if at < 0 {
		return s.describe(errors.New("cannot seek to a negative offset"))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.parked++
	defer func() { s.parked--; s.changed.Broadcast() }()
	for s.polling && !s.calling && s.err == nil {
		s.pollStop()
		s.changed.Wait()
	}
	if s.err != nil {
		return s.err
	}
	p := s.parts[part]
	if p == nil || p.gone {
		return nil
	}
	s.drop(p)
	p.next = at
	if p.first < 0 || p.first > at {
		p.first = at
	}
	if p.gaining {
		p.seek = at
		return nil
	}
	s.cl.SetOffsets(map[string]map[int32]kgo.EpochOffset{s.o.Topic: {part: {Epoch: -1, Offset: int64(at)}}})
	return nil
}
