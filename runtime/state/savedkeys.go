package state

// savedKeys is a table without values as its owner saves it. Ids are dense and keys never go, so what is new stands behind what was saved.
type savedKeys struct {
	*Table
	schema *Schema
	saved  int
	sliced int
}

// PersistKeys makes a table without values, such as the rows that DISTINCT has passed, a Persister.
func PersistKeys(t *Table, schema *Schema) Persister { return &savedKeys{Table: t, schema: schema} }

func (s *savedKeys) Schema() *Schema { return s.schema }
func (s *savedKeys) Size() int       { return s.Len() }
func (s *savedKeys) Track()          { s.saved = s.Len() }
func (s *savedKeys) Rewind()         { s.sliced = 0 }
func (s *savedKeys) Loaded()         {}

func (s *savedKeys) Delta(dst []byte) []byte {
	for ; s.saved < s.Len(); s.saved++ {
		dst = AppendKey(dst, s.Key(s.saved))
	}
	return dst
}

func (s *savedKeys) Slice(dst []byte, limit int) (_ []byte, more bool) {
	for limit += len(dst); s.sliced < s.Len() && len(dst) < limit; s.sliced++ {
		dst = AppendKey(dst, s.Key(s.sliced))
	}
	return dst, s.sliced < s.Len()
}

func (s *savedKeys) Load(entries []byte, _ Arrange) error {
	for r := Read(entries); len(r.src) > 0 || r.Failed(); {
		k := r.Key()
		if r.Failed() {
			return r.err
		}
		s.Find(k)
	}
	return nil
}

// savedNumber is a single number, such as the rows that LIMIT still lets pass.
type savedNumber struct {
	v      *int64
	schema *Schema
	saved  int64
}

// PersistNumber makes a number a Persister.
func PersistNumber(v *int64, schema *Schema) Persister {
	return &savedNumber{v: v, schema: schema}
}

func (s *savedNumber) Schema() *Schema { return s.schema }
func (s *savedNumber) Size() int       { return 1 }
func (s *savedNumber) Track()          { s.saved = *s.v }
func (s *savedNumber) Rewind()         {}
func (s *savedNumber) Loaded()         {}

func (s *savedNumber) Delta(dst []byte) []byte {
	if *s.v == s.saved {
		return dst
	}
	s.saved = *s.v
	return AppendInt(dst, *s.v)
}

func (s *savedNumber) Slice(dst []byte, _ int) (_ []byte, more bool) {
	return AppendInt(dst, *s.v), false
}

func (s *savedNumber) Load(entries []byte, _ Arrange) error {
	r := Read(entries)
	for len(r.src) > 0 {
		*s.v = r.Int()
	}
	return r.err
}
