package state

import "testing"

// Entries of a MAP make one key in any order, also where a MAP is the value of another one.
func TestEntriesSorted(t *testing.T) {
	inner := func(e *Encoder, keys ...string) {
		e.Len(len(keys))
		at := e.Entries()
		for _, k := range keys {
			e.Text(k, true)
			e.Int(int64(len(k)), true)
			e.EndEntry()
		}
		e.Sort(at)
	}
	outer := func(e *Encoder, swap bool) {
		e.Reset()
		e.Text("in front", true)
		at := e.Entries()
		for i := range 2 {
			if (i == 0) != swap {
				e.Text("x", true)
				inner(e, "b", "a", "long one")
			} else {
				e.Text("y", true)
				inner(e)
			}
			e.EndEntry()
		}
		e.Sort(at)
		e.Int(7, true)
	}
	var a, b Encoder
	outer(&a, false)
	outer(&b, true)
	if !a.Equal(&b) {
		t.Errorf("%q\n%q", a.buf, b.buf)
	}
	b.Reset()
	b.Text("in front", true)
	if a.Equal(&b) {
		t.Error("different values are equal")
	}
	if n := testing.AllocsPerRun(10, func() { outer(&a, false) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// The key of a UUID is none of NULL or of a text.
func TestUUIDKey(t *testing.T) {
	u := [16]byte{7: 0x80}
	if UUIDKey(u) == NullKey() {
		t.Error("a UUID is NULL")
	}
	var tab Table
	tab.Init()
	for range 2 {
		tab.Find(UUIDKey(u))
		tab.Find(UUIDKey([16]byte{1}))
		tab.Find(NullKey())
	}
	if tab.Len() != 3 {
		t.Errorf("%d keys", tab.Len())
	}
}
