package state

// savedCounted is a multiset as its owner saves it, by the ids of keys.
type savedCounted struct{ *Counted }

// PersistCounted makes a multiset a Persister.
func PersistCounted(c *Counted, schema *Schema) Persister {
	return PersistElements(savedCounted{c}, schema)
}

func (s savedCounted) Places() int { return s.Len() }

func (s savedCounted) AppendElement(dst []byte, id int) (_ []byte, there bool) {
	return AppendInt(AppendKey(dst, s.Key(id)), s.n[id]), true
}

func (s savedCounted) DecodeElement(id int, src []byte, _ *Values) (rest []byte, err error) {
	r := Read(src)
	k, n := r.Key(), r.Int()
	if rest, err = r.End(); err != nil {
		return nil, err
	}
	fresh, err := s.Restore(k, id)
	if err != nil {
		return nil, err
	}
	if fresh {
		s.n = append(s.n, 0)
	}
	s.n[id] = n
	return rest, nil
}

// DropElement has nothing to do: keys stay, if only with no rows.
func (s savedCounted) DropElement(int) {}

func (s savedCounted) Loaded() {}
