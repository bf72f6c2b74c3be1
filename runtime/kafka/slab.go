package kafka

import (
	"context"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	rt "github.com/velostream/veloc/runtime"
)

// slab holds the records of one Write with their bytes, until all of them are acknowledged; then it is used again. Records find
// their slab in Record.Context, which the client leaves alone.
type slab struct {
	context.Context // of the sink: a record that waits is not forgotten because the job stops
	recs            []kgo.Record
	heads           []kgo.RecordHeader
	buf             []byte
	size            int // what it counts for in Sink.bytes
	left            atomic.Int64
	failed          atomic.Bool
	since           int64 // when it was sent; see overdue.go
	older, newer    *slab
}

// idleSlabs is how many slabs are kept for reuse, largestBuf how many bytes one may have to be kept.
const (
	idleSlabs  = 16
	largestBuf = 4 << 20
)

// slab returns an empty slab for n records of size bytes, after waiting until there is room for them. One that is larger than the
// whole buffer waits until it is alone.
func (s *Sink) slab(ctx context.Context, n, size int) (*slab, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.full(size) {
		s.awaitRoom(ctx, size)
	}
	switch {
	case s.err != nil:
		return nil, s.err
	case s.full(size):
		return nil, ctx.Err()
	}
	s.bytes += size
	var l *slab
	if k := len(s.idle); k > 0 {
		l, s.idle = s.idle[k-1], s.idle[:k-1]
	} else {
		l = &slab{Context: s.life}
	}
	l.size = size
	if cap(l.recs) < n {
		l.recs = make([]kgo.Record, 0, n)
	}
	if cap(l.buf) < size {
		l.buf = make([]byte, 0, size)
	}
	return l, nil
}

// full tells whether size more bytes have to wait. The caller holds mu.
func (s *Sink) full(size int) bool { return s.err == nil && s.bytes > 0 && s.bytes+size > s.o.Buffer }

// awaitRoom waits while the buffer is full and ctx not done. The caller holds mu.
func (s *Sink) awaitRoom(ctx context.Context, size int) {
	stop := context.AfterFunc(ctx, func() {
		s.mu.Lock() // so that it cannot fall between the check of ctx below and Wait
		defer s.mu.Unlock()
		s.freed.Broadcast()
	})
	defer stop()
	for s.full(size) && ctx.Err() == nil {
		s.freed.Wait()
	}
}

// recycle takes back a slab none of whose records is on its way any more.
func (s *Sink) recycle(l *slab) {
	keep := !l.failed.Load() && cap(l.buf) <= largestBuf
	if keep {
		clear(l.recs)
		clear(l.heads)
		l.recs, l.heads, l.buf = l.recs[:0], l.heads[:0], l.buf[:0]
	}
	s.mu.Lock()
	s.arrive(l)
	s.bytes -= l.size
	if keep && len(s.idle) < idleSlabs {
		s.idle = append(s.idle, l)
	}
	s.freed.Broadcast()
	s.mu.Unlock()
}

// next appends an empty record.
func (l *slab) next() *kgo.Record {
	l.recs = append(l.recs, kgo.Record{Context: l, Partition: -1})
	return &l.recs[len(l.recs)-1]
}

// hold copies b into the slab. The result is not nil.
func (l *slab) hold(b []byte) []byte {
	at := len(l.buf)
	l.buf = append(l.buf, b...)
	return l.buf[at:len(l.buf):len(l.buf)]
}

// stamp sets the record's time (ns; 0: when it is sent) and headers; with event, the time is also put into the header _EVENT_TIME,
// which takes the place of one that was handed on.
func (l *slab) stamp(r *kgo.Record, ns int64, headers []rt.Header, event bool) {
	event = event && ns != 0
	at := len(l.heads)
	for _, h := range headers {
		if event && h.Key == eventTime {
			continue
		}
		var v []byte
		if h.Value != nil {
			v = l.hold(h.Value)
		}
		l.heads = append(l.heads, kgo.RecordHeader{Key: h.Key, Value: v})
	}
	if ns != 0 {
		r.Timestamp = time.Unix(0, ns)
	}
	if event {
		from := len(l.buf)
		l.buf = strconv.AppendInt(l.buf, floorMillis(ns), 10)
		l.heads = append(l.heads, kgo.RecordHeader{Key: eventTime, Value: l.buf[from:len(l.buf):len(l.buf)]})
	}
	if len(l.heads) > at {
		r.Headers = l.heads[at:len(l.heads):len(l.heads)]
	}
}

func floorMillis(ns int64) int64 {
	ms := ns / 1e6
	if ns%1e6 < 0 {
		ms--
	}
	return ms
}

// headerBytes is how many bytes the headers of recs need at most.
func headerBytes(recs []rt.OutRec) int {
	n := 0
	for i := range recs {
		n += 20 // _EVENT_TIME
		for _, h := range recs[i].Headers {
			n += len(h.Value)
		}
	}
	return n
}
