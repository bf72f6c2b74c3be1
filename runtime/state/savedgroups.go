package state

// StateOfType is a pointer to a T that is a State.
type StateOfType[T any] interface {
	*T
	State
}

// savedGroups are groups as their owner saves them. An entry holds the key, when it first appeared, its columns and its accumulator.
type savedGroups[K, A any, PK StateOfType[K], PA StateOfType[A]] struct {
	*Groups[K, A]
	schema *Schema
	dead   Changes // by id, loaded and gone again
	values Values
}

// PersistGroups makes groups a Persister. Whoever changes a group then says so by Change.
func PersistGroups[K, A any, PK StateOfType[K], PA StateOfType[A]](g *Groups[K, A], schema *Schema) Persister {
	return &savedGroups[K, A, PK, PA]{Groups: g, schema: schema}
}

func (s *savedGroups[K, A, PK, PA]) Schema() *Schema { return s.schema }
func (s *savedGroups[K, A, PK, PA]) Size() int       { return s.Len() }
func (s *savedGroups[K, A, PK, PA]) Track()          { s.changed = Track() }
func (s *savedGroups[K, A, PK, PA]) Rewind()         { s.sliced = 0 }

func (s *savedGroups[K, A, PK, PA]) Delta(dst []byte) []byte {
	dst = append(dst, s.gone...)
	s.gone = s.gone[:0]
	few := make([]int, 0, atOnce)
	s.changed.Take(func(id int) {
		if few = append(few, id); len(few) == atOnce {
			dst = s.entries(dst, few)
			few = few[:0]
		}
	})
	return s.entries(dst, few)
}

func (s *savedGroups[K, A, PK, PA]) Slice(dst []byte, limit int) (_ []byte, more bool) {
	few := make([]int, 0, atOnce)
	for limit += len(dst); s.sliced < s.Len() && len(dst) < limit; few = few[:0] {
		for ; s.sliced < s.Len() && len(few) < atOnce; s.sliced++ {
			few = append(few, s.sliced)
		}
		dst = s.entries(dst, few)
	}
	return dst, s.sliced < s.Len()
}

// entries appends those of some groups.
func (s *savedGroups[K, A, PK, PA]) entries(dst []byte, ids []int) []byte {
	s.fetch(ids)
	for _, id := range ids {
		dst = s.entry(dst, id)
	}
	return dst
}

func (s *savedGroups[K, A, PK, PA]) entry(dst []byte, id int) []byte {
	dst = AppendKey(AppendBool(dst, true), s.Key(id))
	dst = AppendInt(dst, s.first[id])
	dst = AppendValue(dst, PK(&s.Keys[id]))
	return AppendValue(dst, PA(s.At(id)))
}

func (s *savedGroups[K, A, PK, PA]) Load(entries []byte, values Arrange) (err error) {
	s.values.Arrange = values
	for err == nil && len(entries) > 0 {
		entries, err = s.load(entries)
	}
	return err
}

// load takes one entry over.
func (s *savedGroups[K, A, PK, PA]) load(entry []byte) (rest []byte, err error) {
	r := Read(entry)
	there, k := r.Bool(), r.Key()
	switch {
	case r.Failed():
		return r.End()
	case !there:
		if id := s.Get(k); id >= 0 {
			s.dead.Note(id)
		}
		return r.End()
	}
	id, fresh := s.Find(k)
	if fresh {
		var columns K
		s.Keys, s.first = append(s.Keys, columns), append(s.first, 0)
	} else if s.dead.Has(id) {
		s.dead[id>>6] &^= 1 << (id & 63)
	}
	s.first[id] = r.Int()
	if rest, err = r.End(); err != nil {
		return nil, err
	}
	var columns Values
	if rest, err = columns.Decode(rest, PK(&s.Keys[id])); err != nil {
		return nil, err
	}
	return s.values.Decode(rest, PA(s.At(id)))
}

// Loaded lets new groups appear behind those that were loaded.
func (s *savedGroups[K, A, PK, PA]) Loaded() {
	if len(s.dead) > 0 {
		s.keepOnly(func(id int) bool { return !s.dead.Has(id) })
		s.dead = nil
	}
	for _, at := range s.first {
		s.since = max(s.since, (at>>32+1)<<32)
	}
}

// keepOnly drops all other groups, and gives out ids anew.
func (g *Groups[K, A]) keepOnly(live func(id int) bool) {
	was := *g
	g.Slots = Slots[A]{}
	g.Init()
	g.Keys, g.first = nil, nil
	if g.changed != nil {
		g.changed = Track()
	}
	for id := range was.Len() {
		if !live(id) {
			if id < was.sliced {
				g.sliced--
			}
			continue
		}
		to, _ := g.Find(was.Key(id))
		*g.At(to) = *was.At(id)
		g.Keys, g.first = append(g.Keys, was.Keys[id]), append(g.first, was.first[id])
		if was.changed.Has(id) {
			g.changed.Note(to)
		}
	}
}
