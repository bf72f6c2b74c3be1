package main

import (
	"slices"

	"github.com/velostream/veloc/bench/handwritten/fast"
)

// sessions has the state after the blocks that took their turn so far.
type sessions struct {
	traders *fast.Names
	quoted  fast.Quoted
	highest int64
	born    int64   // sessions so far
	first   []int32 // by trader, his earliest session; none: -1
	all     []session
	free    []int32
	due     []*bucket // by start
	last    *bucket   // the one that was used last
	spare   []*bucket
}

// A session is a list element: those of one trader follow each other by time.
type session struct {
	start, last     int64
	rows, volumes   int64 // rows, and those with a quantity
	volume, highest int64
	born            int64 // number of its first session, which orders those that end together
	number          int64 // of the session itself; 0: its place is free
	trader          uint32
	next            int32
}

const noPrice = -1 << 63

// A bucket is the sessions whose last row was in one second when they were put into it.
type bucket struct {
	start int64
	in    []reminder
}

type reminder struct {
	at     int32
	number int64 // another session is at this place by now if it differs
}

const width = 1000 // of a bucket

func newSessions() *sessions { return &sessions{traders: fast.NewNames(), highest: never} }

// apply adds the rows of a block one after the other, and leaves the sessions that they close to it.
func (w *sessions) apply(b *block) {
	numbers := b.numbers.Of(w.traders, b.traders)
	for len(w.first) < w.traders.Len() {
		w.first = append(w.first, -1)
	}
	b.counts.Rows += int64(len(b.rows))
	highest := w.highest
	for i := range b.rows {
		e := &b.rows[i]
		highest = max(highest, e.time)
		s := w.of(numbers[e.trader], e.time, highest-bound-gap)
		if s == nil {
			b.counts.Late++
			continue
		}
		s.rows++
		if e.null&fast.Quantity == 0 {
			s.volume += e.quantity
			s.volumes++
		}
		if e.null&fast.Price == 0 {
			s.highest = max(s.highest, e.price)
		}
	}
	w.highest = highest
	w.close(b, highest-bound-gap)
}

// of returns the session of a row, nil if it is late. Sessions whose last row lies before expired have closed.
func (w *sessions) of(trader uint32, time, expired int64) *session {
	if at := w.first[trader]; at >= 0 { // mostly there is one session, and the row goes on with it
		if s := &w.all[at]; s.next < 0 && s.last >= expired && time >= s.start && time <= s.last+gap {
			s.last = max(s.last, time)
			return s
		}
	}
	if s := w.around(trader, time, expired); s != nil {
		return s
	}
	if time < expired {
		return nil
	}
	return w.begin(trader, time)
}

// around makes one session of all that a row belongs to, and returns it.
func (w *sessions) around(trader uint32, time, expired int64) *session {
	var into *session
	link := &w.first[trader]
	for *link >= 0 {
		at := *link
		s := &w.all[at]
		switch {
		case s.last < expired, time > s.last+gap:
			link = &s.next
		case time < s.start-gap:
			return into
		case into == nil:
			into = s
			s.start, s.last = min(s.start, time), max(s.last, time)
			link = &s.next
		default:
			into.join(s)
			*link = s.next
			w.drop(at)
		}
	}
	return into
}

// join adds the rows of a later session.
func (s *session) join(later *session) {
	s.last = max(s.last, later.last)
	s.born = min(s.born, later.born)
	s.rows += later.rows
	s.volumes += later.volumes
	s.volume += later.volume
	s.highest = max(s.highest, later.highest)
}

func (w *sessions) begin(trader uint32, time int64) *session {
	at := int32(len(w.all))
	if n := len(w.free); n > 0 {
		at, w.free = w.free[n-1], w.free[:n-1]
	} else {
		w.all = append(w.all, session{})
	}
	link := &w.first[trader]
	for *link >= 0 && w.all[*link].start < time {
		link = &w.all[*link].next
	}
	w.born++
	w.all[at] = session{start: time, last: time, born: w.born, number: w.born, trader: trader, next: *link, highest: noPrice}
	*link = at
	w.remind(at)
	return &w.all[at]
}

func (w *sessions) drop(at int32) {
	w.all[at] = session{}
	w.free = append(w.free, at)
}

// remind puts a session into the bucket of its last row.
func (w *sessions) remind(at int32) {
	s := &w.all[at]
	start := s.last - s.last%width
	if s.last%width < 0 {
		start -= width
	}
	if w.last == nil || w.last.start != start {
		w.last = w.bucket(start)
	}
	w.last.in = append(w.last.in, reminder{at, s.number})
}

func (w *sessions) bucket(start int64) *bucket {
	i, found := slices.BinarySearchFunc(w.due, start, func(b *bucket, start int64) int { return int(b.start - start) })
	if found {
		return w.due[i]
	}
	b := &bucket{}
	if n := len(w.spare); n > 0 {
		b, w.spare = w.spare[n-1], w.spare[:n-1]
	}
	b.start = start
	w.due = slices.Insert(w.due, i, b)
	return b
}

// close gives the sessions of whole buckets whose last row lies before expired to a block. One that has gone on since goes into a later bucket.
func (w *sessions) close(b *block, expired int64) {
	for len(w.due) > 0 && w.due[0].start+width <= expired {
		due := w.due[0]
		w.due = slices.Delete(w.due, 0, 1)
		if w.last == due {
			w.last = nil
		}
		for _, r := range due.in {
			s := &w.all[r.at]
			switch {
			case s.number != r.number: // joined to another one
			case s.last >= due.start+width:
				w.remind(r.at)
			default:
				b.closed = append(b.closed, *s)
				w.forget(r.at)
			}
		}
		due.in = due.in[:0]
		w.spare = append(w.spare, due)
	}
	if len(b.closed) > 0 {
		b.quoted = w.quoted.All(w.traders)
	}
}

// forget takes a session out of the list of its trader.
func (w *sessions) forget(at int32) {
	link := &w.first[w.all[at].trader]
	for *link != at {
		link = &w.all[*link].next
	}
	*link = w.all[at].next
	w.drop(at)
}

// finish gives the sessions that are still open to a block of its own.
func (w *sessions) finish(b *block) { w.close(b, 1<<63-1) }
