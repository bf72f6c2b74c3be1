package state

// Distinct is the set of values that COUNT(DISTINCT x) has seen. Its zero value is empty.
type Distinct struct{ seen *Table }

// Add adds a value.
func (d *Distinct) Add(k Key) {
	if d.seen == nil {
		d.seen = NewSmall()
	}
	if d.seen.Probe(k) < 0 {
		d.seen.Find(k)
	}
}

// NewSmall returns a table for one group among many.
func NewSmall() *Table {
	t := &Table{dense: true}
	t.init(8)
	return t
}

// Len is the number of different values.
func (d *Distinct) Len() int64 {
	if d.seen == nil {
		return 0
	}
	return int64(d.seen.Len())
}

// Merge adds the values of src.
func (d *Distinct) Merge(src *Distinct) {
	if src.seen == nil {
		return
	}
	for id := range src.seen.Len() {
		d.Add(src.seen.Key(id))
	}
}
