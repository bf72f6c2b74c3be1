package kafka

import (
	"context"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

// The client can give up on records by itself, but it reckons their age from their timestamp, which is an event time here: rows of last
// week would be given up at once. So the sink notes when it sends a slab. Slabs on their way are in a list, the oldest first.

// watchOverdue gives up when the oldest record has been on its way for delivery.timeout.ms; it runs until life ends. The client sees the
// end of the records' context and fails them, which reports the error.
func (s *Sink) watchOverdue(life context.Context, giveUp context.CancelCauseFunc) {
	for {
		timer := s.o.Clock.NewTimer(max(s.o.Delivery/8, time.Millisecond))
		select {
		case <-timer.C():
		case <-life.Done():
			timer.Stop()
			return
		}
		if s.overdue() {
			if s.tx != nil { // where the client does not tell
				s.fail(&kgo.Record{Partition: -1}, kgo.ErrRecordTimeout)
			}
			giveUp(kgo.ErrRecordTimeout)
			return
		}
	}
}

func (s *Sink) overdue() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.oldest != nil && s.o.Clock.Now()-s.oldest.since >= int64(s.o.Delivery)
}

// depart appends a slab to the list; arrive takes it off. The caller of arrive holds mu.
func (s *Sink) depart(l *slab) {
	s.mu.Lock()
	defer s.mu.Unlock()
	l.since = s.o.Clock.Now()
	l.older, l.newer = s.newest, nil
	if s.newest != nil {
		s.newest.newer = l
	} else {
		s.oldest = l
	}
	s.newest = l
}

func (s *Sink) arrive(l *slab) {
	if l.older != nil {
		l.older.newer = l.newer
	} else {
		s.oldest = l.newer
	}
	if l.newer != nil {
		l.newer.older = l.older
	} else {
		s.newest = l.older
	}
	l.older, l.newer = nil, nil
}
