package window

import (
	"cmp"
	"slices"

	"github.com/velostream/veloc/runtime/state"
)

// savedSessions are sessions as their owner saves them: by their places, of which the first one is taken by how far sessions are closed. Lists and
// timers are made anew.
type savedSessions[K, A any, PK state.StateOfType[K], PA state.StateOfType[A]] struct{ *Sessions[K, A] }

// closedPlace is the place of how far sessions are closed.
const closedPlace = 0

func (w *Sessions[K, A]) noteSession(at int32) { w.Note(int(at) + 1) }

// PersistSessions makes sessions a state.Persister.
func PersistSessions[K, A any, PK state.StateOfType[K], PA state.StateOfType[A]](w *Sessions[K, A], schema *state.Schema) state.Persister {
	return state.PersistElements(savedSessions[K, A, PK, PA]{w}, schema)
}

func (s savedSessions[K, A, PK, PA]) Len() int    { return s.Open() }
func (s savedSessions[K, A, PK, PA]) Places() int { return len(s.all) + 1 }

func (s savedSessions[K, A, PK, PA]) AppendElement(dst []byte, place int) (_ []byte, there bool) {
	if place == closedPlace {
		return state.AppendInt(dst, s.closed), true
	}
	e := &s.all[place-1]
	if e.dead {
		return dst, false
	}
	dst = state.AppendInt(state.AppendInt(state.AppendInt(dst, e.start), e.last-e.start), e.born)
	dst = state.AppendKey(dst, s.Key(int(e.group)))
	dst = state.AppendValue(dst, PK(&s.Keys[e.group]))
	return state.AppendValue(dst, PA(&e.acc)), true
}

func (s savedSessions[K, A, PK, PA]) DecodeElement(place int, src []byte, values *state.Values) (rest []byte, err error) {
	r := state.Read(src)
	if place == closedPlace {
		s.closed = r.Int()
		return r.End()
	}
	e := session[A]{start: r.Int(), last: r.Int(), born: r.Int()}
	e.last += e.start
	k := r.Key()
	if rest, err = r.End(); err != nil {
		return nil, err
	}
	id, fresh := s.Find(k)
	if fresh {
		var columns K
		s.Keys = append(s.Keys, columns)
	}
	e.group = uint32(id)
	var columns state.Values
	if rest, err = columns.Decode(rest, PK(&s.Keys[id])); err != nil {
		return nil, err
	}
	s.DropElement(place)
	rest, err = values.Decode(rest, PA(&e.acc))
	s.all[place-1] = e
	return rest, err
}

func (s savedSessions[K, A, PK, PA]) DropElement(place int) {
	if place == closedPlace {
		return
	}
	if place == len(s.all)+1 {
		s.all = append(s.all, session[A]{})
	}
	s.all[place-1] = session[A]{dead: true}
}

// Loaded makes the list of each group's sessions, in the order of time, and sets the timers.
func (s savedSessions[K, A, PK, PA]) Loaded() {
	var order []int32
	for at := range s.all {
		if s.all[at].dead {
			s.free = append(s.free, int32(at))
			continue
		}
		order = append(order, int32(at))
		s.born = max(s.born, s.all[at].born+1)
	}
	slices.SortFunc(order, func(a, b int32) int { return cmp.Compare(s.all[b].start, s.all[a].start) })
	s.heads = nil
	for range s.Sessions.Len() {
		s.heads = append(s.heads, -1)
	}
	for _, at := range order { // the last ones first
		e := &s.all[at]
		e.next, s.heads[e.group] = s.heads[e.group], at
	}
	s.setTimers()
}

// savedCounted are windows of rows as their owner saves them: by their places, those of a group side by side.
type savedCounted[K, A any, PK state.StateOfType[K], PA state.StateOfType[A]] struct{ *Counted[K, A] }

// PersistCounted makes windows a state.Persister.
func PersistCounted[K, A any, PK state.StateOfType[K], PA state.StateOfType[A]](w *Counted[K, A], schema *state.Schema) state.Persister {
	return state.PersistElements(savedCounted[K, A, PK, PA]{w}, schema)
}

func (s savedCounted[K, A, PK, PA]) Places() int { return len(s.all) }

func (s savedCounted[K, A, PK, PA]) AppendElement(dst []byte, place int) (_ []byte, there bool) {
	c := &s.all[place]
	if c.n == 0 {
		return dst, false
	}
	id := place / int(s.wide)
	dst = state.AppendInt(state.AppendInt(state.AppendInt(state.AppendInt(dst, s.rows[id]), c.Start), c.End), c.n)
	dst = state.AppendKey(dst, s.Key(id))
	dst = state.AppendValue(dst, PK(&s.Keys[id]))
	return state.AppendValue(dst, PA(&c.Acc)), true
}

func (s savedCounted[K, A, PK, PA]) DecodeElement(place int, src []byte, values *state.Values) (rest []byte, err error) {
	r := state.Read(src)
	rows := r.Int()
	c := Count[A]{Start: r.Int(), End: r.Int(), n: r.Int()}
	c.Full = c.n == s.size
	k := r.Key()
	if rest, err = r.End(); err != nil {
		return nil, err
	}
	id := place / int(s.wide)
	fresh, err := s.Restore(k, id)
	if err != nil || rows < 0 || c.n < 0 || c.n > s.size {
		return nil, state.ErrDamaged
	}
	if fresh {
		var columns K
		s.Keys = append(s.Keys, columns)
	}
	s.makeRoom(id)
	s.rows[id] = rows
	var columns state.Values
	if rest, err = columns.Decode(rest, PK(&s.Keys[id])); err != nil {
		return nil, err
	}
	rest, err = values.Decode(rest, PA(&c.Acc))
	s.all[place] = c
	return rest, err
}

// DropElement has nothing to do: windows that are full are replaced by later ones of their group.
func (s savedCounted[K, A, PK, PA]) DropElement(int) {}

func (s savedCounted[K, A, PK, PA]) Loaded() {}
