package kafka

import (
	"context"
	"errors"
	"fmt"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"

	rt "github.com/velostream/veloc/runtime"
)

// fetch is the goroutine that polls the client, so that workers never wait inside it: the client's poll does not return while a
// rebalance callback runs, and a callback may itself wait for workers to finish (see rebalance.go). One fetch is queued at most; the
// client has the next one buffered.
func (s *Source) fetch() {
	defer s.fetching.Done()
	for {
		ctx := s.mayPoll()
		if ctx == nil {
			return
		}
		fs := s.cl.PollFetches(ctx)
		s.absorb(fs)
		s.cl.AllowRebalance()
	}
}

// lowWater is how few queued records make the fetcher poll again.
const lowWater = 1000

// mayPoll waits until the queue is nearly empty and no Seek wants quiet, and returns the context for one poll; nil at the end.
func (s *Source) mayPoll() context.Context {
	s.mu.Lock()
	defer s.mu.Unlock()
	for (s.parked > 0 || s.queued > lowWater) && !s.closing && s.err == nil {
		s.changed.Wait()
	}
	if s.closing || s.err != nil {
		return nil
	}
	ctx, cancel := context.WithCancel(s.stopped)
	s.polling, s.pollStop = true, cancel
	return ctx
}

// absorb queues what a poll returned.
func (s *Source) absorb(fs kgo.Fetches) {
	s.mu.Lock()
	s.polling = false
	s.pollStop()
	fs.EachPartition(func(f kgo.FetchTopicPartition) {
		if f.Err != nil {
			s.fetchError(f.Partition, f.Err)
		}
		if len(f.Records) > 0 {
			s.enqueue(&f.FetchPartition)
		}
	})
	more := len(s.queue) > 0
	s.changed.Broadcast()
	s.mu.Unlock()
	if more {
		s.signal()
	}
}

// signal leaves a token for a worker that waits.
func (s *Source) signal() {
	select {
	case s.ready <- struct{}{}:
	default:
	}
}

// enqueue appends a partition's records. The caller holds mu.
func (s *Source) enqueue(f *kgo.FetchPartition) {
	p := s.parts[f.Partition]
	if p == nil {
		return // taken away; nothing of it was handed out, so its new owner reads it
	}
	if start := rt.Position(f.LogStartOffset); p.next >= 0 && len(p.runs) == 0 && start > p.next {
		s.o.Log(fmt.Sprintf("partition %d: records from offset %d to %d were deleted (retention) before they were read", p.id, p.next, start-1))
	}
	if len(p.runs) == 0 {
		s.queue = append(s.queue, p)
	}
	p.runs = append(p.runs, f.Records)
	s.queued += len(f.Records)
}

// fetchError tells passing failures in the log and makes the others final. The caller holds mu.
func (s *Source) fetchError(part int32, err error) {
	var group *kgo.ErrGroupSession
	var loss *kgo.ErrDataLoss
	switch {
	case canceled(err), errors.Is(err, kgo.ErrClientClosed):
		return
	case errors.As(err, &loss):
		s.o.Log(fmt.Sprintf("partition %d: the broker lost records after offset %d; reading goes on at offset %d", part, loss.ConsumedTo, loss.ResetTo))
		return
	case permanent(err) || s.o.explainLogin("", err) != nil && !isEOF(err):
		if s.err == nil {
			s.err = s.describe(s.o.explain("reading topic '"+s.o.Topic+"'", err))
		}
		s.stop()
		return
	}
	what := fmt.Sprintf("partition %d", part)
	if errors.As(err, &group) {
		what = "group " + s.o.Group
	}
	if errors.Is(err, kerr.UnknownTopicOrPartition) || errors.Is(err, kerr.UnknownTopicID) {
		what = "topic " + s.o.Topic
	}
	now := s.o.Clock.Now()
	if last, ok := s.lastError[what]; !ok || now-last >= repeatEvery {
		s.lastError[what] = now
		s.o.Log(fmt.Sprintf("%s: %s; trying again", what, short(err)))
	}
}

// take moves the next run of records into c. It returns false if there are none; and true, with nothing taken, after a final error.
func (s *Source) take(c *rt.Chunk) bool {
	s.mu.Lock()
	if s.err != nil {
		s.mu.Unlock()
		return true
	}
	if len(s.queue) == 0 || s.quiet {
		s.mu.Unlock()
		return false
	}
	p := s.queue[0]
	run := s.cut(p)
	last := run[len(run)-1]
	if p.first < 0 {
		p.first = rt.Position(run[0].Offset)
	}
	p.next = rt.Position(last.Offset + 1)
	s.lastIdle = p
	s.begin(c)
	c.Partition, c.From, c.Next, c.Closed = p.id, rt.Position(run[0].Offset), p.next, p.before
	s.packing++
	if s.queued <= lowWater {
		s.changed.Broadcast() // the fetcher may poll
	}
	more := len(s.queue) > 0
	s.mu.Unlock()

	if more {
		s.signal()
	}
	n := s.pack(c, run)

	s.mu.Lock()
	p.bytes += n
	p.count += int64(len(run))
	s.read += n
	s.packing--
	if s.packing == 0 && s.calling {
		s.changed.Broadcast()
	}
	s.mu.Unlock()
	return true
}

// cut takes the next records of p, about ChunkBytes of them by their mean size, off the queue. The caller holds mu.
func (s *Source) cut(p *partition) []*kgo.Record {
	n := s.o.MaxRecords
	if p.count > 0 {
		n = min(n, int(int64(s.o.ChunkBytes)*p.count/max(p.bytes, 1))+1)
	} else {
		n = min(n, 1000)
	}
	run := p.runs[0]
	n = min(n, len(run))
	if n < len(run) {
		p.runs[0] = run[n:]
	} else {
		p.runs[0] = nil
		p.runs = p.runs[1:]
	}
	s.queued -= n
	if len(p.runs) == 0 {
		p.runs = nil
		s.queue = s.queue[1:]
	}
	return run[:n:n]
}
