package over

import (
	"cmp"
	"math"
	"slices"

	"github.com/velostream/veloc/runtime/state"
)

// list is a long list of rows as its owner saves it. An entry tells rows from one place on, and does not say how many there are before the last one.
type list struct {
	listed
	schema *state.Schema
	write  func(dst []byte, place int64) []byte
	push   func(r *state.Reader)
	loaded func()

	saved, wasFirst, sliced int64
}

// PersistRing makes a ring a state.Persister.
func PersistRing[R any, PR state.StateOfType[R]](q *Ring[R], schema *state.Schema) state.Persister {
	return &list{listed: q, schema: schema,
		write: func(dst []byte, place int64) []byte { return PR(q.At(place)).Append(dst) },
		push:  func(r *state.Reader) { r.Into(PR(q.Push())) }}
}

// PersistGathered makes gathered rows a state.Persister.
func PersistGathered[R any, PR state.StateOfType[R]](g *Gathered[R], schema *state.Schema) state.Persister {
	return &list{listed: g, schema: schema,
		write: func(dst []byte, place int64) []byte { return PR(g.rows[place-g.left]).Append(dst) },
		push:  func(r *state.Reader) { pushGathered[R, PR](r, g) }}
}

// PersistWhole makes rows whose partitions can still grow a state.Persister. part is the partition of a row.
func PersistWhole[R any, PR state.StateOfType[R]](w *Whole[R], schema *state.Schema, part func(r *R) int) state.Persister {
	l := PersistGathered[R, PR](&w.Gathered, schema).(*list)
	l.loaded = func() {
		w.parts = w.parts[:0]
		for _, r := range w.rows {
			w.parts = append(w.parts, part(r))
		}
	}
	return l
}

func (l *list) Schema() *state.Schema { return l.schema }
func (l *list) Track()                { l.wasFirst, l.saved = l.bounds() }
func (l *list) Rewind()               { l.sliced = 0 }

func (l *list) Size() int {
	first, end := l.bounds()
	return int(end - first)
}

func (l *list) Loaded() {
	if l.loaded != nil {
		l.loaded()
	}
}

// entry appends rows from a place on, about limit bytes, and returns the place behind them.
func (l *list) entry(dst []byte, from int64, limit int) (_ []byte, next int64) {
	first, end := l.bounds()
	dst = state.AppendInt(state.AppendInt(dst, first), from-first)
	for limit += len(dst); from < end && len(dst) < limit; from++ {
		dst = l.write(state.AppendBool(dst, true), from)
	}
	return state.AppendBool(dst, false), from
}

func (l *list) Delta(dst []byte) []byte {
	first, end := l.bounds()
	if end == l.saved && first == l.wasFirst {
		return dst
	}
	l.wasFirst = first
	dst, l.saved = l.entry(dst, max(first, l.saved), math.MaxInt-len(dst)-64)
	return dst
}

func (l *list) Slice(dst []byte, limit int) (_ []byte, more bool) {
	first, end := l.bounds()
	dst, l.sliced = l.entry(dst, max(first, l.sliced), limit)
	return dst, l.sliced < end
}

func (l *list) Load(entries []byte, _ state.Arrange) error {
	for len(entries) > 0 {
		r := state.Read(entries)
		first := r.Int()
		from := first + r.Int()
		if first < 0 || from < first || from > 1<<62 {
			r.Fail()
		}
		if !r.Failed() {
			l.cut(from)
		}
		for r.Bool() {
			l.push(r)
		}
		var err error
		if entries, err = r.End(); err != nil {
			return err
		}
		l.Drop(first)
	}
	return nil
}

// savedHold is rows that wait for event time as their owner saves them. There are two kinds of entries: a row, and how far rows have been given back,
// which goes for all that are told before and behind.
type savedHold[R any, PR state.StateOfType[R]] struct {
	*Hold[*R]
	schema *state.Schema
	passed int64 // as it was saved
	given  mark
	loaded []held[*R]

	// The snapshot under way has the rows of the queue up to a place, and then those that came behind later ones.
	place  int64
	behind []held[*R]
	queued bool
}

const (
	passedEntry = iota
	rowEntry
)

// PersistHold makes rows that wait for event time a state.Persister.
func PersistHold[R any, PR state.StateOfType[R]](h *Hold[*R], schema *state.Schema) state.Persister {
	return &savedHold[R, PR]{Hold: h, schema: schema}
}

func (s *savedHold[R, PR]) Schema() *state.Schema { return s.schema }
func (s *savedHold[R, PR]) Size() int             { return s.Len() }

func (s *savedHold[R, PR]) Track() {
	s.Hold.saved, s.passed, s.given = s.seq, s.Passed(), s.Hold.given
}

func (s *savedHold[R, PR]) Delta(dst []byte) []byte {
	if s.Passed() != s.passed || s.Hold.given != s.given {
		s.passed, s.given = s.Passed(), s.Hold.given
		dst = s.head(dst)
	}
	q := &s.queue
	from := q.End() // behind the rows of earlier runs, numbers ascend
	for from > q.First() && q.At(from-1).seq >= s.Hold.saved {
		from--
	}
	for ; from < q.End(); from++ {
		dst = s.entry(dst, q.At(from))
	}
	for i := range s.heap {
		if h := &s.heap[i]; h.seq >= s.Hold.saved {
			dst = s.entry(dst, h)
		}
	}
	s.Hold.saved = s.seq
	return dst
}

func (s *savedHold[R, PR]) head(dst []byte) []byte {
	dst = state.AppendBool(append(dst, passedEntry), s.began)
	for _, x := range [...]int64{s.Hold.passed, s.Hold.given.time, s.Hold.given.next, s.seq} {
		dst = state.AppendInt(dst, x)
	}
	return dst
}

func (s *savedHold[R, PR]) entry(dst []byte, h *held[*R]) []byte {
	dst = state.AppendInt(state.AppendInt(append(dst, rowEntry), h.time), h.seq)
	return PR(h.row).Append(dst)
}

func (s *savedHold[R, PR]) Rewind() { s.place, s.behind, s.queued = 0, nil, false }

// Slice takes the rows of the queue by their places. The others change theirs when one leaves; so there is a copy of them, of which those are left out that
// have been given back since.
func (s *savedHold[R, PR]) Slice(dst []byte, limit int) (_ []byte, more bool) {
	limit += len(dst)
	if s.place == 0 {
		dst = s.head(dst)
	}
	q := &s.queue
	for s.place = max(s.place, q.First()); s.place < q.End(); s.place++ {
		if len(dst) >= limit {
			return dst, true
		}
		dst = s.entry(dst, q.At(s.place))
	}
	if !s.queued {
		s.behind, s.queued = slices.Clone(s.heap), true
	}
	for ; len(s.behind) > 0; s.behind = s.behind[1:] {
		if len(dst) >= limit {
			return dst, true
		}
		if h := &s.behind[0]; s.waits(h) {
			dst = s.entry(dst, h)
		}
	}
	return dst, false
}

// waits tells whether a row has not been given back: rows that come later are behind those that have been.
func (s *savedHold[R, PR]) waits(h *held[*R]) bool {
	g := s.Hold.given
	return g.next == 0 || h.time > g.time || h.time == g.time && h.seq >= g.next
}

func (s *savedHold[R, PR]) Load(entries []byte, _ state.Arrange) error {
	for len(entries) > 0 {
		r := state.Read(entries[1:])
		switch entries[0] {
		case passedEntry:
			s.began = r.Bool()
			s.Hold.passed = r.Int()
			s.Hold.given = mark{r.Int(), r.Int()}
			s.seq = r.Int()
		case rowEntry:
			h := held[*R]{time: r.Int(), seq: r.Int(), row: new(R)}
			r.Into(PR(h.row))
			s.loaded = append(s.loaded, h)
		default:
			r.Fail()
		}
		var err error
		if entries, err = r.End(); err != nil {
			return err
		}
	}
	return nil
}

// Loaded puts the rows that still wait in order. A row that stands in a snapshot and behind it as well is one.
func (s *savedHold[R, PR]) Loaded() {
	slices.SortFunc(s.loaded, func(a, b held[*R]) int { return cmp.Or(cmp.Compare(a.time, b.time), cmp.Compare(a.seq, b.seq)) })
	for i := range s.loaded {
		h := &s.loaded[i]
		s.seq = max(s.seq, h.seq+1)
		if !s.waits(h) || i > 0 && s.loaded[i-1].seq == h.seq && s.loaded[i-1].time == h.time {
			continue
		}
		*s.queue.Push() = *h
	}
	s.loaded = nil
}

// PersistTop makes the first of all rows a state.Persister. They are few: a snapshot takes them at once.
func PersistTop[R any, PR state.StateOfType[R]](t *Top[R], schema *state.Schema) state.Persister {
	return &saver{schema: schema, size: func() int { return len(t.heap) },
		write: func(dst []byte, all bool) []byte {
			from := t.saved
			if all {
				from = 0
			} else {
				t.saved = t.seq
			}
			return appendRanked[R, PR](dst, t.heap, from, t.seq)
		},
		read: func(src []byte) (rest []byte, err error) {
			r := state.Read(src)
			rows, seq := readRanked[R, PR](r, t.heap, t.N, t.Compare)
			if rest, err = r.End(); err != nil {
				return nil, err
			}
			slices.Reverse(rows) // the last one on top
			t.heap, t.seq, t.saved = rows, seq, seq
			return rest, nil
		}}
}
