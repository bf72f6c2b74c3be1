package window

import (
	"slices"

	"github.com/velostream/veloc/runtime/state"
)

// savedTumbling is a window as its owner saves it. There are three kinds of entries: how far windows are closed, that a pane has gone, and a group
// in a pane, with its place among those of the pane.
type savedTumbling[K, A any, PK state.StateOfType[K], PA state.StateOfType[A]] struct {
	*Tumbling[K, A]
	schema *state.Schema
	closed int64 // as it was saved
	values state.Values

	// The snapshot under way has the panes that start before start, and the first groups of the one that starts there.
	started bool
	start   int64
	groups  int
}

const (
	closedEntry = iota
	goneEntry
	groupEntry
)

// PersistTumbling makes a window a state.Persister. Whoever changes a group then says so by Change.
func PersistTumbling[K, A any, PK state.StateOfType[K], PA state.StateOfType[A]](w *Tumbling[K, A], schema *state.Schema) state.Persister {
	return &savedTumbling[K, A, PK, PA]{Tumbling: w, schema: schema}
}

func (s *savedTumbling[K, A, PK, PA]) Schema() *state.Schema { return s.schema }

func (s *savedTumbling[K, A, PK, PA]) Size() (n int) {
	for _, p := range s.open {
		n += len(p.used)
	}
	return n
}

func (s *savedTumbling[K, A, PK, PA]) Track() {
	s.saving, s.gone = true, nil
	s.closed = s.Tumbling.closed
	for _, p := range s.open {
		p.changed = state.Track()
	}
}

// Delta puts panes that went in front: one that starts at the same time may have come since.
func (s *savedTumbling[K, A, PK, PA]) Delta(dst []byte) []byte {
	for _, start := range s.gone {
		dst = state.AppendInt(append(dst, goneEntry), start)
	}
	s.gone = s.gone[:0]
	if s.closed != s.Tumbling.closed {
		dst = s.closedEntry(dst)
	}
	for _, p := range s.open {
		for i, id := range p.used {
			if p.changed.Has(int(id)) {
				dst = s.entry(dst, p, i)
			}
		}
		clear(p.changed)
	}
	return dst
}

func (s *savedTumbling[K, A, PK, PA]) closedEntry(dst []byte) []byte {
	s.closed = s.Tumbling.closed
	return state.AppendInt(append(dst, closedEntry), s.closed)
}

func (s *savedTumbling[K, A, PK, PA]) entry(dst []byte, p *Pane[A], i int) []byte {
	id := int(p.used[i])
	dst = state.AppendInt(append(dst, groupEntry), p.Start)
	dst = state.AppendLen(dst, i)
	dst = state.AppendKey(dst, s.Key(id))
	dst = state.AppendValue(dst, PK(&s.Keys[id]))
	return state.AppendValue(dst, PA(&p.acc[id]))
}

func (s *savedTumbling[K, A, PK, PA]) Rewind() { s.started, s.groups = false, 0 }

// Slice goes through the panes by their starts: those that go or come meanwhile stand in the deltas.
func (s *savedTumbling[K, A, PK, PA]) Slice(dst []byte, limit int) (_ []byte, more bool) {
	limit += len(dst)
	if !s.started {
		dst = state.AppendInt(append(dst, closedEntry), s.Tumbling.closed)
	}
	for _, p := range s.open {
		switch {
		case s.started && p.Start < s.start:
			continue
		case !s.started || p.Start > s.start:
			s.started, s.start, s.groups = true, p.Start, 0
		}
		for ; s.groups < len(p.used); s.groups++ {
			if len(dst) >= limit {
				return dst, true
			}
			dst = s.entry(dst, p, s.groups)
		}
	}
	return dst, false
}

func (s *savedTumbling[K, A, PK, PA]) Load(entries []byte, values state.Arrange) (err error) {
	s.values.Arrange = values
	for err == nil && len(entries) > 0 {
		entries, err = s.load(entries[0], state.Read(entries[1:]))
	}
	return err
}

// load takes one entry over.
func (s *savedTumbling[K, A, PK, PA]) load(kind byte, r *state.Reader) (rest []byte, err error) {
	at := r.Int()
	switch kind {
	case closedEntry:
		if !r.Failed() {
			s.Tumbling.closed = at
		}
		return r.End()
	case goneEntry:
		for i, p := range s.open {
			if p.Start == at && !r.Failed() {
				p.dropUnknown()
				s.release(p)
				s.open = append(s.open[:i], s.open[i+1:]...)
				break
			}
		}
		return r.End()
	case groupEntry:
	default:
		r.Fail()
		return r.End()
	}
	place, k := r.Number(), r.Key()
	if rest, err = r.End(); err != nil {
		return nil, err
	}
	if FloorTo(at, s.size) != at {
		return nil, state.ErrDamaged
	}
	s.choose(at)
	id, fresh := s.Find(k)
	if fresh {
		var columns K
		s.Keys = append(s.Keys, columns)
	}
	var columns state.Values
	if rest, err = columns.Decode(rest, PK(&s.Keys[id])); err != nil {
		return nil, err
	}
	acc := s.At(id)
	// Groups of a pane are numbered without gaps, but a snapshot may lack those of a pane that went before it came to it; the deltas say so.
	for len(s.cur.used) <= place {
		s.cur.used = append(s.cur.used, unknown)
	}
	s.cur.used[place] = uint32(id)
	return s.values.Decode(rest, PA(acc))
}

// unknown is the id of a place that no entry has told.
const unknown = 1<<32 - 1

func (p *Pane[A]) dropUnknown() {
	p.used = slices.DeleteFunc(p.used, func(id uint32) bool { return id == unknown })
}

// Loaded lets the first row ask for its pane.
func (s *savedTumbling[K, A, PK, PA]) Loaded() {
	for _, p := range s.open {
		p.dropUnknown()
	}
	s.drop()
}
