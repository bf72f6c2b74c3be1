package state

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// TestRemovedGroups removes groups at random places and compares what is left with a map: keys, columns, values, and what a restart reads of
// deltas and of snapshots between which groups come and go.
func TestRemovedGroups(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 3))
	all := texts()
	g := NewGroups[word, sums]()
	p := PersistGroups[word, sums](g, &Schema{Name: "g"})
	p.Track()
	p.Rewind()
	want := map[string]int64{}
	var saved []byte
	more := true
	for i := range 20_000 {
		s := all[r.IntN(len(all))]
		k := PaddedTextKey(padded(s))
		id := g.Get(k)
		if _, known := want[s]; known != (id >= 0) {
			t.Fatalf("%q is known: %v; id %d", s, known, id)
		}
		switch {
		case id >= 0 && r.IntN(2) == 0:
			g.Remove(id)
			delete(want, s)
		default:
			if id < 0 {
				id, _ = g.Find(k)
				g.Keys = append(g.Keys, word(s))
				g.Appeared(0, int64(i))
			}
			acc := g.Change(id)
			acc.Sum++
			if want[s]++; acc.Sum != want[s] || string(g.Keys[id]) != s {
				t.Fatalf("group %q has %d rows and the columns of %q, want %d", s, acc.Sum, string(g.Keys[id]), want[s])
			}
		}
		switch r.IntN(10) {
		case 0:
			if more {
				saved, more = p.Slice(saved, 50)
			}
		case 1:
			saved = p.Delta(saved)
		}
	}
	for more {
		saved, more = p.Slice(saved, 50)
	}
	saved = p.Delta(saved)
	again := NewGroups[word, sums]()
	q := PersistGroups[word, sums](again, &Schema{Name: "g"})
	if err := q.Load(saved, nil); err != nil {
		t.Fatal(err)
	}
	q.Loaded()
	if again.Len() != len(want) || g.Len() != len(want) {
		t.Fatalf("%d groups, %d after a restart, want %d", g.Len(), again.Len(), len(want))
	}
	for id, k := range again.Keys {
		if again.At(id).Sum != want[string(k)] {
			t.Errorf("after a restart %q has %d, want %d", string(k), again.At(id).Sum, want[string(k)])
		}
	}
}

// TestRecent compares a Recent with a map that forgets nothing but knows when keys came. Rows may be behind the watermark by less than ten.
func TestRecent(t *testing.T) {
	const ttl = 50
	r := rand.New(rand.NewPCG(4, 4))
	var set Recent
	set.Init()
	p := PersistRecent(&set, &Schema{Name: "r"})
	p.Track()
	last := map[string]int64{}
	var saved []byte
	most := 0
	for i := range 50_000 {
		watermark := int64(i) - 1_000
		now := watermark + r.Int64N(10)
		s := fmt.Sprint("a key of more than sixteen bytes ", i/200+r.IntN(30))
		at, known := last[s]
		if fresh := set.Come(TextKey(s), now, watermark, ttl); fresh != (!known || now-at > ttl) {
			t.Fatalf("row %d: %q is fresh: %v", i, s, fresh)
		}
		last[s] = max(at, now)
		if !known {
			last[s] = now
		}
		most = max(most, set.Len())
		if i%1_000 == 0 {
			saved = p.Delta(saved)
		}
	}
	if most > 100 {
		t.Errorf("the set had up to %d keys, of which 35 count", most)
	}
	saved = p.Delta(saved)
	var again Recent
	again.Init()
	if err := PersistRecent(&again, &Schema{Name: "r"}).Load(saved, nil); err != nil {
		t.Fatal(err)
	}
	if again.Len() != set.Len() {
		t.Fatalf("%d keys after a restart, want %d", again.Len(), set.Len())
	}
	for id := range set.Len() {
		if to := again.Get(set.Key(id)); to < 0 || *again.valueOf(to) != *set.valueOf(id) {
			t.Fatalf("key %d is not the same after a restart", id)
		}
	}
}

// TestExpireAllocatesNothing holds for keys that come and go while the table stays as large as it is.
func TestExpireAllocatesNothing(t *testing.T) {
	var set Recent
	set.Init()
	now := int64(0)
	come := func() { now++; set.Come(IntKey(now), now, now, 100) }
	for range 10_000 {
		come()
	}
	if n := testing.AllocsPerRun(1_000, come); n > 0 {
		t.Errorf("%v allocations for a row", n)
	}
}
