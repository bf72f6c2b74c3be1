package state

// savedGroups are groups as their owner saves them. An entry holds the key, when it first appeared, its columns and its accumulator.
type savedGroups[K, A any] struct {
	*Groups[K, A]
	schema  *Schema
	key     Codec[K]
	acc     Codec[A]
	dead    Changes // by id, loaded and gone again
	scratch []byte
}

// Persist makes the groups a Persister. Whoever changes a group then says so by Change.
func (g *Groups[K, A]) Persist(schema *Schema, key Codec[K], acc Codec[A]) Persister {
	return &savedGroups[K, A]{Groups: g, schema: schema, key: key, acc: acc}
}

func (s *savedGroups[K, A]) Schema() *Schema { return s.schema }
func (s *savedGroups[K, A]) Size() int       { return s.Len() }
func (s *savedGroups[K, A]) Track()          { s.changed = Track() }
func (s *savedGroups[K, A]) Rewind()         { s.sliced = 0 }

func (s *savedGroups[K, A]) Delta(dst []byte) []byte {
	dst = append(dst, s.gone...)
	s.gone = s.gone[:0]
	s.changed.Take(func(id int) { dst = s.entry(dst, id) })
	return dst
}

func (s *savedGroups[K, A]) Slice(dst []byte, limit int) (_ []byte, more bool) {
	for limit += len(dst); s.sliced < s.Len() && len(dst) < limit; s.sliced++ {
		dst = s.entry(dst, s.sliced)
	}
	return dst, s.sliced < s.Len()
}

func (s *savedGroups[K, A]) entry(dst []byte, id int) []byte {
	dst = AppendKey(append(dst, EntryThere), s.Key(id))
	dst = appendInt(dst, &s.first[id])
	dst = s.key.Append(dst, &s.Keys[id])
	return s.acc.Append(dst, s.At(id))
}

func (s *savedGroups[K, A]) Load(entries []byte, values Arrange) error {
	for len(entries) > 0 {
		kind := entries[0]
		k, rest, err := DecodeKey(entries[1:])
		if err != nil {
			return err
		}
		entries = rest
		if kind == EntryGone {
			if id := s.Get(k); id >= 0 {
				s.dead.Note(id)
			}
			continue
		}
		id, fresh := s.Find(k)
		if fresh {
			var columns K
			s.Keys, s.first = append(s.Keys, columns), append(s.first, 0)
		} else if s.dead.Has(id) {
			s.dead[id>>6] &^= 1 << (id & 63)
		}
		if entries, err = decodeInt(entries, &s.first[id]); err != nil {
			return err
		}
		if entries, err = s.key.Decode(entries, &s.Keys[id]); err != nil {
			return err
		}
		if entries, err = s.acc.Value(entries, s.At(id), values, &s.scratch); err != nil {
			return err
		}
	}
	return nil
}

// Loaded lets new groups appear behind those that were loaded.
func (s *savedGroups[K, A]) Loaded() {
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
