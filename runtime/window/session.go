package window

import (
	"cmp"
	"math"
	"slices"

	"github.com/velostream/veloc/runtime/state"
)

// Sessions is the state of WINDOW SESSION: per group the sessions that are open, each with an accumulator A. A session goes on as long as
// rows of its group are no further than the gap from it; a row exactly one gap behind its last one belongs to it. A row between two sessions
// makes one of them. Times are ns.
//
// A session has closed when the watermark as of a row is beyond its last row + gap + lateness: a row at that very time would still belong to
// it. A row is late when it belongs to no open session and one that began with it would have closed.
type Sessions[K, A any] struct {
	state.Table
	Keys []K // columns of each group; append to it when Find says fresh
	// Start and End are those of the session that At has found last.
	Start, End int64

	gap, lateness, bound int64
	late                 Late
	merge                func(dst, src *A)
	closed               int64   // watermark up to which sessions have been closed
	heads                []int32 // by group, its first session; -1: none
	all                  []session[A]
	free                 []int32
	born                 int64 // number of sessions so far
	timers               []timer
	withdraw             func(start, end int64, k *K, a *A) error // of a result that a row changes; nil: none is shown before its session closes
	err                  error                                    // of withdraw

	state.Dirty // see savedSessions
}

// session is a session of a group. Those of one group are a list in the order of time.
type session[A any] struct {
	start, last int64
	born        int64 // number of the session, in the order of first rows
	group       uint32
	next        int32 // in its group; -1: none
	dead        bool  // its place is free
	acc         A
}

// timer says when to look at a session again: at its end as it was known when the timer was set.
type timer struct {
	end  int64
	born int64
	at   int32 // in all; of another session by now if born differs
}

// NewSessions returns sessions with a gap, the allowed lateness and the out-of-orderness bound in ns. merge adds the rows of src, a later
// session, to those of dst.
func NewSessions[K, A any](gap, lateness, bound int64, late Late, merge func(dst, src *A)) *Sessions[K, A] {
	w := &Sessions[K, A]{gap: gap, lateness: lateness, bound: bound, late: late, merge: merge, closed: math.MinInt64}
	w.Init()
	return w
}

// Withdraw makes sessions tell, before a row becomes part of them, the results that it changes: those of all sessions that it belongs to.
func (w *Sessions[K, A]) Withdraw(result func(start, end int64, k *K, a *A) error) {
	w.withdraw = result
}

// changing tells that a row changes a session.
func (w *Sessions[K, A]) changing(s *session[A]) {
	if w.withdraw != nil && w.err == nil {
		w.err = w.withdraw(s.start, s.last+w.gap, &w.Keys[s.group], &s.acc)
	}
}

// At is the accumulator of the session that a row of group id at time ts belongs to, valid until the next At; nil if the row is late. For max
// and others see [Tumbling].
func (w *Sessions[K, A]) At(id int, ts, max, others int64) *A {
	expired := w.expired(maxOf(w.closed, min(less(max, w.bound), others)))
	for len(w.heads) <= id {
		w.heads = append(w.heads, -1)
	}
	if at := w.heads[id]; at >= 0 { // mostly there is one session, and the row goes on with it
		if s := &w.all[at]; s.next < 0 && ts >= s.start && ts <= s.last+w.gap && s.last >= expired {
			w.changing(s)
			w.noteSession(at)
			s.last = maxOf(s.last, ts)
			w.Start, w.End = s.start, s.last+w.gap
			return &s.acc
		}
	}
	if ts < math.MinInt64+w.gap+w.lateness || ts > math.MaxInt64-w.gap-w.lateness {
		return nil
	}
	at := w.around(id, ts, expired)
	if at < 0 {
		if ts < expired {
			if w.late == Drop {
				return nil
			}
			ts = expired + w.gap
			if at = w.around(id, ts, expired); at >= 0 {
				return w.found(at)
			}
		}
		at = w.open(id, ts)
	}
	return w.found(at)
}

func (w *Sessions[K, A]) found(at int32) *A {
	w.noteSession(at)
	s := &w.all[at]
	w.Start, w.End = s.start, s.last+w.gap
	return &s.acc
}

// expired is the time before which the last row of a session must lie for it to have closed.
func (w *Sessions[K, A]) expired(watermark int64) int64 {
	return less(watermark, w.gap+w.lateness)
}

// around makes one session of all open ones that a row at time ts belongs to, the row included, and returns it; -1 if there is none.
func (w *Sessions[K, A]) around(id int, ts, expired int64) int32 {
	into := int32(-1)
	link := &w.heads[id]
	for *link >= 0 {
		at := *link
		s := &w.all[at]
		switch {
		case s.last < expired, ts > s.last+w.gap: // closed and not shown yet, or too early
			link = &s.next
			continue
		case ts < s.start-w.gap: // too late, as are those behind it
			return into
		case into < 0:
			into = at
			w.changing(s)
			s.start, s.last = min(s.start, ts), maxOf(s.last, ts)
			link = &s.next
			continue
		}
		w.changing(s)
		first := &w.all[into]
		first.last = maxOf(first.last, s.last)
		first.born = min(first.born, s.born)
		w.merge(&first.acc, &s.acc)
		*link = s.next
		w.bury(at)
		w.remind(into)
	}
	return into
}

// open begins a session with a row at time ts.
func (w *Sessions[K, A]) open(id int, ts int64) int32 {
	at := int32(len(w.all))
	if n := len(w.free); n > 0 {
		at = w.free[n-1]
		w.free = w.free[:n-1]
	} else {
		w.all = append(w.all, session[A]{})
	}
	link := &w.heads[id]
	for *link >= 0 && w.all[*link].start < ts {
		link = &w.all[*link].next
	}
	w.all[at] = session[A]{start: ts, last: ts, born: w.born, group: uint32(id), next: *link}
	*link = at
	w.born++
	w.remind(at)
	return at
}

func (w *Sessions[K, A]) bury(at int32) {
	w.noteSession(at)
	w.all[at] = session[A]{dead: true}
	w.free = append(w.free, at)
}

// remind sets a timer for a session. A session that goes on keeps its timer, which is set anew when it is due.
func (w *Sessions[K, A]) remind(at int32) {
	s := &w.all[at]
	w.timers = append(w.timers, timer{s.last, s.born, at})
	for i := len(w.timers) - 1; i > 0; {
		up := (i - 1) / 2
		if !w.timers[i].before(w.timers[up]) {
			break
		}
		w.timers[i], w.timers[up] = w.timers[up], w.timers[i]
		i = up
	}
}

func (t timer) before(o timer) bool {
	return t.end < o.end || t.end == o.end && t.born < o.born
}

// next takes the first timer away.
func (w *Sessions[K, A]) next() timer {
	first, n := w.timers[0], len(w.timers)-1
	w.timers[0] = w.timers[n]
	w.timers = w.timers[:n]
	for i := 0; ; {
		down := 2*i + 1
		if down >= n {
			break
		}
		if down+1 < n && w.timers[down+1].before(w.timers[down]) {
			down++
		}
		if !w.timers[down].before(w.timers[i]) {
			break
		}
		w.timers[i], w.timers[down] = w.timers[down], w.timers[i]
		i = down
	}
	return first
}

// Close emits and forgets all sessions that have closed at the watermark, by their ends; those that end at the same time in the order of
// their first rows.
func (w *Sessions[K, A]) Close(watermark int64, emit func(start, end int64, k *K, a *A) error) error {
	if w.err != nil {
		return w.err
	}
	if watermark > w.closed {
		w.closed = watermark
		w.Note(closedPlace)
	}
	expired := w.expired(w.closed)
	if w.closed == math.MaxInt64 {
		expired = math.MaxInt64
	}
	closed := false
	for len(w.timers) > 0 && w.timers[0].end < expired {
		t := w.next()
		s := &w.all[t.at]
		switch {
		case s.dead || s.born != t.born: // merged
			continue
		case s.last > t.end:
			w.remind(t.at)
			continue
		}
		closed = true
		if err := emit(s.start, s.last+w.gap, &w.Keys[s.group], &s.acc); err != nil {
			return err
		}
		link := &w.heads[s.group]
		for *link != t.at {
			link = &w.all[*link].next
		}
		*link = s.next
		w.bury(t.at)
	}
	if closed {
		w.forgetKeys()
	}
	return nil
}

// Forget drops all sessions that have closed: with EMIT CHANGES their results have been shown.
func (w *Sessions[K, A]) Forget(watermark int64) error {
	return w.Close(watermark, func(int64, int64, *K, *A) error { return nil })
}

// forgetKeys drops groups without a session once they are the greater part: see panes.forgetKeys.
func (w *Sessions[K, A]) forgetKeys() {
	if w.Len() < keepKeys || (len(w.all)-len(w.free))*2 > w.Len() {
		return
	}
	var table state.Table
	table.Init()
	var keys []K
	var heads []int32
	for id, head := range w.heads {
		if head < 0 {
			continue
		}
		to, _ := table.Find(w.Key(id))
		keys, heads = append(keys, w.Keys[id]), append(heads, head)
		for at := head; at >= 0; at = w.all[at].next {
			w.all[at].group = uint32(to)
		}
	}
	w.Table, w.Keys, w.heads = table, keys, heads
	if len(w.all) > 4*(len(w.all)-len(w.free))+64 {
		w.compact()
	}
}

// compact gives back the memory of sessions that have closed.
func (w *Sessions[K, A]) compact() {
	var all []session[A]
	for id, at := range w.heads {
		for w.heads[id] = -1; at >= 0; at = w.all[at].next {
			s := w.all[at]
			if s.next = -1; w.heads[id] < 0 {
				w.heads[id] = int32(len(all))
			} else {
				all[len(all)-1].next = int32(len(all))
			}
			all = append(all, s)
		}
	}
	for at := range w.all { // all have other places
		w.noteSession(int32(at))
	}
	w.all, w.free = all, nil
	w.setTimers()
}

// setTimers sets the timers of all sessions.
func (w *Sessions[K, A]) setTimers() {
	w.timers = nil
	for at := range w.all {
		if s := &w.all[at]; !s.dead {
			w.timers = append(w.timers, timer{s.last, s.born, int32(at)})
		}
	}
	slices.SortFunc(w.timers, func(a, b timer) int { // a sorted list is a heap
		return cmp.Or(cmp.Compare(a.end, b.end), cmp.Compare(a.born, b.born))
	})
}

// Open is the number of open sessions.
func (w *Sessions[K, A]) Open() int { return len(w.all) - len(w.free) }

// Latest is the watermark that closes all open sessions; the least int64 if there are none.
func (w *Sessions[K, A]) Latest() int64 {
	latest := int64(math.MinInt64)
	for i := range w.all {
		if s := &w.all[i]; !s.dead {
			latest = max(latest, s.last+w.gap+w.lateness+1)
		}
	}
	return latest
}

// Due is the watermark at which a session can close next; the greatest int64 if none is open.
func (w *Sessions[K, A]) Due() int64 {
	if len(w.timers) == 0 {
		return math.MaxInt64
	}
	return w.timers[0].end + w.gap + w.lateness + 1
}
