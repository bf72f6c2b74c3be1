package state

// together is several persisters as one table, because one means nothing without the others. An entry holds which of them it is for, and its
// entries.
type together struct {
	schema *Schema
	parts  []Persister
	sliced int // parts that the snapshot under way has
}

// PersistTogether makes one Persister of several, whose schemas are not asked for.
func PersistTogether(schema *Schema, parts ...Persister) Persister {
	return &together{schema: schema, parts: parts}
}

func (t *together) Schema() *Schema { return t.schema }

// Size is that of the largest part: what the others have belongs to it.
func (t *together) Size() (n int) {
	for _, p := range t.parts {
		n = max(n, p.Size())
	}
	return n
}

func (t *together) Track() {
	for _, p := range t.parts {
		p.Track()
	}
}

func (t *together) Delta(dst []byte) []byte {
	for i, p := range t.parts {
		var at int
		dst, at = Begin(append(dst, byte(i)))
		if dst = p.Delta(dst); len(dst) == at+1 { // nothing has changed
			dst = dst[:at-1]
			continue
		}
		dst = End(dst, at)
	}
	return dst
}

func (t *together) Rewind() {
	t.sliced = 0
	for _, p := range t.parts {
		p.Rewind()
	}
}

func (t *together) Slice(dst []byte, limit int) (_ []byte, more bool) {
	for limit += len(dst); t.sliced < len(t.parts) && len(dst) < limit; {
		var at int
		dst, at = Begin(append(dst, byte(t.sliced)))
		if dst, more = t.parts[t.sliced].Slice(dst, limit-len(dst)); !more {
			t.sliced++
		}
		dst = End(dst, at)
	}
	return dst, t.sliced < len(t.parts)
}

func (t *together) Load(entries []byte, values Arrange) error {
	for r := Read(entries); len(r.src) > 0; {
		part := r.take(1)
		content := r.View()
		if r.Failed() || int(part[0]) >= len(t.parts) {
			return ErrDamaged
		}
		if err := t.parts[part[0]].Load(content, values); err != nil {
			return err
		}
	}
	return nil
}

func (t *together) Loaded() {
	for _, p := range t.parts {
		p.Loaded()
	}
}
