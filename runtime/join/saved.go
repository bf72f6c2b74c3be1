package join

import (
	"cmp"
	"slices"
	"strings"

	"github.com/velostream/veloc/runtime/state"
)

// What joins and set operations keep is saved row by row: the place of an element is the id of its row. In which order rows came is saved with
// them; the lists of keys and the buckets of times are made anew when rows are read.

// order numbers rows as they come, where they are saved.
type order struct {
	on   bool
	next int64
	of   []int64 // by id; gone: there is no such row
}

func (o *order) came(id int32) {
	for int(id) >= len(o.of) {
		o.of = append(o.of, gone)
	}
	o.of[id] = o.next
	o.next++
}

// savedIndex is an index as its owner saves it.
type savedIndex[R any, P state.StateOfType[R]] struct {
	*Index[R]
	keys []state.Key // of rows that were read, by id, until they are in the index
}

// PersistIndex makes an index a state.Persister. Whoever changes the number of partners of a row then says so by Meets.
func PersistIndex[R any, P state.StateOfType[R]](x *Index[R], schema *state.Schema) state.Persister {
	return state.PersistElements(saved[R, P](x), schema)
}

func saved[R any, P state.StateOfType[R]](x *Index[R]) *savedIndex[R, P] {
	x.order.on = true
	return &savedIndex[R, P]{Index: x}
}

// PersistVersions makes versions a state.Persister.
func PersistVersions[R any, P state.StateOfType[R]](v *Versions[R], schema *state.Schema) state.Persister {
	return PersistIndex[R, P](&v.index, schema)
}

func (s *savedIndex[R, P]) Places() int { return int(s.rows) }

func (s *savedIndex[R, P]) has(id int) bool { return id < len(s.order.of) && s.order.of[id] != gone }

func (s *savedIndex[R, P]) AppendElement(dst []byte, place int) (_ []byte, there bool) {
	if !s.has(place) {
		return dst, false
	}
	e := s.At(int32(place))
	dst = state.AppendInt(dst, s.order.of[place])
	dst = state.AppendKey(dst, s.keyOf(e))
	dst = state.AppendInt(state.AppendInt(dst, e.Time), e.Partners)
	return state.AppendValue(dst, P(&e.Row)), true
}

func (s *savedIndex[R, P]) DecodeElement(place int, src []byte, values *state.Values) (rest []byte, err error) {
	for int(s.rows) <= place {
		s.newRow()
		s.order.of, s.keys = append(s.order.of, gone), append(s.keys, state.Key{})
	}
	r := state.Read(src)
	seq, k := r.Int(), r.Key()
	k.S = strings.Clone(k.S)
	e := s.At(int32(place))
	e.Time, e.Partners = r.Int(), r.Int()
	if rest, err = r.End(); err != nil {
		return nil, err
	}
	s.order.of[place], s.keys[place] = seq, k
	return values.Decode(rest, P(&e.Row))
}

func (s *savedIndex[R, P]) DropElement(place int) {
	if place < int(s.rows) {
		*s.At(int32(place)) = Entry[R]{}
		s.order.of[place] = gone
	}
}

// Loaded puts the rows into the lists of their keys.
func (s *savedIndex[R, P]) Loaded() {
	for _, id := range s.inOrder() {
		s.link(id, s.keys[id])
		s.order.next = s.order.of[id] + 1
		s.n++
	}
	for id := s.rows - 1; id >= 0; id-- {
		if s.order.of[id] == gone {
			s.free = append(s.free, id)
		}
	}
	s.keys = nil
}

// inOrder are the ids of the rows in the order in which they came.
func (s *savedIndex[R, P]) inOrder() (ids []int32) {
	for id, seq := range s.order.of {
		if seq != gone {
			ids = append(ids, int32(id))
		}
	}
	slices.SortFunc(ids, func(a, b int32) int { return cmp.Compare(s.order.of[a], s.order.of[b]) })
	return ids
}

// savedWaiting is one side of a join of streams as its owner saves it.
type savedWaiting[R any, P state.StateOfType[R]] struct {
	*savedIndex[R, P]
	w *Waiting[R]
}

// PersistWaiting is PersistIndex for rows that wait.
func PersistWaiting[R any, P state.StateOfType[R]](w *Waiting[R], schema *state.Schema) state.Persister {
	return state.PersistElements(&savedWaiting[R, P]{saved[R, P](&w.Index), w}, schema)
}

// Loaded puts the rows into buckets, too.
func (s *savedWaiting[R, P]) Loaded() {
	s.savedIndex.Loaded()
	for _, id := range s.inOrder() {
		e := s.At(id)
		b := s.w.bucket(e.Time)
		e.place = int32(len(b.ids))
		b.ids = append(b.ids, id)
	}
}

// savedTable is a table as its owner saves it: rows have their primary keys in front.
type savedTable[R any, P state.StateOfType[R]] struct {
	*savedIndex[R, P]
	t       *Table[R]
	primary []state.Key // of rows that were read, by id
}

// PersistTable is PersistIndex for rows that have primary keys.
func PersistTable[R any, P state.StateOfType[R]](t *Table[R], schema *state.Schema) state.Persister {
	return state.PersistElements(&savedTable[R, P]{savedIndex: saved[R, P](&t.Index), t: t}, schema)
}

func (s *savedTable[R, P]) AppendElement(dst []byte, place int) (_ []byte, there bool) {
	if !s.has(place) {
		return dst, false
	}
	primary := &s.t.primary
	dst = state.AppendKey(dst, primary.keyOf(primary.At(s.t.owners[place])))
	return s.savedIndex.AppendElement(dst, place)
}

func (s *savedTable[R, P]) DecodeElement(place int, src []byte, values *state.Values) (rest []byte, err error) {
	r := state.Read(src)
	k := r.Key()
	k.S = strings.Clone(k.S)
	if rest, err = r.End(); err != nil {
		return nil, err
	}
	for len(s.primary) <= place {
		s.primary = append(s.primary, state.Key{})
	}
	s.primary[place] = k
	return s.savedIndex.DecodeElement(place, rest, values)
}

// Loaded finds the rows by their primary keys.
func (s *savedTable[R, P]) Loaded() {
	s.savedIndex.Loaded()
	for _, id := range s.inOrder() {
		s.t.own(s.primary[id], id)
	}
	s.primary = nil
}

// savedSets is the state of a set operation as its owner saves it. Ids are dense and rows never go.
type savedSets[R any] struct {
	*Sets[R]
	// row is a row that is shown when the input ends, as a state; nil: none is kept.
	row func(r *R) state.State
}

// PersistSets makes the state of a set operation a state.Persister.
func PersistSets[R any](s *Sets[R], schema *state.Schema) state.Persister {
	return state.PersistElements(&savedSets[R]{Sets: s}, schema)
}

// PersistGathered is PersistSets where Gather takes rows.
func PersistGathered[R any, P state.StateOfType[R]](s *Sets[R], schema *state.Schema) state.Persister {
	return state.PersistElements(&savedSets[R]{s, func(r *R) state.State { return P(r) }}, schema)
}

func (s *savedSets[R]) Places() int     { return s.Len() }
func (s *savedSets[R]) DropElement(int) {}
func (s *savedSets[R]) Loaded()         {}

func (s *savedSets[R]) AppendElement(dst []byte, place int) (_ []byte, there bool) {
	c := &s.counts[place]
	dst = state.AppendInt(state.AppendInt(state.AppendKey(dst, s.Key(place)), c[0]), c[1])
	if s.row != nil {
		dst = state.AppendValue(dst, s.row(&s.rows[place]))
	}
	return dst, true
}

func (s *savedSets[R]) DecodeElement(place int, src []byte, values *state.Values) (rest []byte, err error) {
	r := state.Read(src)
	k, left, right := r.Key(), r.Int(), r.Int()
	if rest, err = r.End(); err != nil {
		return nil, err
	}
	id, fresh := s.Find(k)
	if id != place {
		return nil, state.ErrDamaged
	}
	if fresh {
		s.counts = append(s.counts, [2]int64{})
	}
	s.counts[id] = [2]int64{left, right}
	if s.row == nil {
		return rest, nil
	}
	if fresh {
		var row R
		s.rows = append(s.rows, row)
	}
	return values.Decode(rest, s.row(&s.rows[id]))
}
