package state

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// texts are keys of every length around the limits, pairwise different, with bytes that could be taken for padding.
func texts() []string {
	var out []string
	r := rand.New(rand.NewPCG(1, 1))
	seen := map[string]bool{}
	for n := 0; n < 40; n++ {
		for range 20 {
			b := make([]byte, n)
			for i := range b {
				b[i] = "ab\x00\xff"[r.IntN(4)]
			}
			if !seen[string(b)] {
				seen[string(b)] = true
				out = append(out, string(b))
			}
		}
	}
	return out
}

// padded is s as a decoder returns it: a view with other bytes behind it.
func padded(s string) string { return (s + strings.Repeat("#", 64))[:len(s)] }

func TestKeysOfEqualTextsAreEqual(t *testing.T) {
	for _, s := range texts() {
		a, b := TextKey(strings.Clone(s)), PaddedTextKey(padded(s))
		if a.A != b.A || a.B != b.B || len(a.S) != len(b.S) {
			t.Fatalf("TextKey(%q) = %x %x, PaddedTextKey = %x %x", s, a.A, a.B, b.A, b.B)
		}
	}
}

func TestTableKeepsOrderOfAppearance(t *testing.T) {
	var table Table
	table.Init()
	want := map[string]int{}
	all := texts()
	r := rand.New(rand.NewPCG(2, 2))
	for range 50_000 {
		s := all[r.IntN(len(all))] + fmt.Sprint(r.IntN(20))
		k := PaddedTextKey(padded(s))
		id := table.Probe(k)
		fresh := false
		if id < 0 {
			id, fresh = table.Find(k)
		}
		old, known := want[s]
		if fresh == known || known && id != old || !known && id != len(want) {
			t.Fatalf("%q: id %d, fresh %v; want %d, %v", s, id, fresh, old, !known)
		}
		want[s] = id
	}
	for s, id := range want {
		if got, fresh := table.Find(table.Key(id)); got != id || fresh {
			t.Fatalf("the key of %q leads to id %d, not %d", s, got, id)
		}
	}
}

func TestNullIsNoOtherKey(t *testing.T) {
	var table Table
	table.Init()
	for i, k := range []Key{NullKey(), TextKey("")} {
		if id, fresh := table.Find(k); id != i || !fresh {
			t.Errorf("key %d: id %d, fresh %v", i, id, fresh)
		}
	}
	var ints Table
	ints.Init()
	for i, k := range []Key{NullKey(), IntKey(0), IntKey(1), IntKey(-1)} {
		if id, fresh := ints.Find(k); id != i || !fresh {
			t.Errorf("integer key %d: id %d, fresh %v", i, id, fresh)
		}
	}
}

func TestNullIsNoWideDecimal(t *testing.T) {
	var table Table
	table.Init()
	for i, k := range []Key{NullKey(), WideKey(0, 0), WideKey(0, 1), WideKey(1, 0), WideKey(-1, 1<<64-1), WideKey(0, 1<<63)} {
		if id, fresh := table.Find(k); id != i || !fresh {
			t.Errorf("key %d: id %d, fresh %v", i, id, fresh)
		}
	}
}

func TestEncoderSeparatesColumns(t *testing.T) {
	var table Table
	table.Init()
	var e Encoder
	for i, cols := range [][2]any{{"a", "bc"}, {"ab", "c"}, {"", "abc"}, {nil, "abc"}, {"abc", nil}, {nil, nil}, {"", ""}} {
		e.Reset()
		for _, c := range cols {
			s, ok := c.(string)
			e.Text(s, ok)
		}
		if id, fresh := table.Find(e.Key()); id != i || !fresh {
			t.Errorf("%v: id %d, fresh %v", cols, id, fresh)
		}
	}
}

func TestGroupsMergeInOrderOfAppearance(t *testing.T) {
	type acc struct{ rows int64 }
	add := func(g *Groups[string, acc], s string, seq, row int64) {
		id, fresh := g.Find(TextKey(s))
		if fresh {
			g.Keys = append(g.Keys, s)
			g.Appeared(seq, row)
		}
		g.At(id).rows++
	}
	// Chunk 0 went to the second worker, chunks 1 and 2 to the first.
	first, second, root := NewGroups[string, acc](), NewGroups[string, acc](), NewGroups[string, acc]()
	add(first, "c", 1, 0)
	add(first, "a", 2, 0)
	add(first, "c", 2, 1)
	add(second, "b", 0, 0)
	add(second, "a", 0, 1)
	seen := func(a *acc) bool { return a.rows > 0 }
	merge := func(dst, src *acc) { dst.rows += src.rows }
	root.Merge(first, seen, merge)
	root.Merge(second, seen, merge)
	var got []string
	if err := root.Each(func(k *string, a *acc) error { got = append(got, fmt.Sprint(*k, a.rows)); return nil }); err != nil {
		t.Fatal(err)
	}
	if want := "[b1 a2 c2]"; fmt.Sprint(got) != want {
		t.Errorf("got %v, want %s", got, want)
	}
}

// Merging takes over all groups with rows, and only these, however many there are.
func TestGroupsMergeMany(t *testing.T) {
	type acc struct{ rows int64 }
	for n := range 4*atOnce + 2 {
		root := NewGroups[int, acc]()
		root.Find(IntKey(-1)) // something to fold into
		root.Keys = append(root.Keys, -1)
		root.Appeared(0, 0)
		want := []int64{0}
		for round := range 2 {
			w := NewGroups[int, acc]()
			for i := range n {
				w.Find(IntKey(int64(i)))
				w.Keys = append(w.Keys, i)
				w.Appeared(1, int64(i))
				w.At(i).rows = int64(i % 3)
			}
			root.Merge(w, func(a *acc) bool { return a.rows > 0 }, func(dst, src *acc) { dst.rows += src.rows })
			for i := range n {
				if w.At(i).rows != 0 {
					t.Fatalf("%d groups: the worker keeps group %d", n, i)
				}
				if round == 1 && i%3 > 0 {
					want = append(want, int64(2*(i%3)))
				}
			}
		}
		var got []int64
		if err := root.Each(func(k *int, a *acc) error {
			if *k >= 0 && a.rows != int64(2*(*k%3)) {
				t.Errorf("%d groups: group %d has %d rows", n, *k, a.rows)
			}
			got = append(got, a.rows)
			return nil
		}); err != nil || !slices.Equal(got, want) {
			t.Fatalf("%d groups: %v, want %v, error %v", n, got, want, err)
		}
	}
}

// Sets hold what was added, of each kind of value and in any order of lengths, also when they are merged and read again.
func TestDistinct(t *testing.T) {
	kinds := map[string]func(i int) Key{
		"integers":  func(i int) Key { return IntKey(int64(i - 20)) },
		"decimals":  func(i int) Key { return WideKey(int64(i%5-2), uint64(i%40)) },
		"uuids":     func(i int) Key { return UUIDKey([16]byte{byte(i % 3), 8: byte(i % 7), 15: byte(i % 2)}) },
		"growing":   func(i int) Key { return TextKey(strings.Repeat("x", i%30) + strconv.Itoa(i/30)) },
		"shrinking": func(i int) Key { return TextKey(strings.Repeat("x", (1000-i)%30)) },
		"zeros": func(i int) Key {
			return TextKey(strings.Repeat("\x00", i%20) + strings.Repeat("a", i%3) + strings.Repeat("\x00", i%5))
		},
	}
	for name, key := range kinds {
		want := map[string]bool{}
		var all, even, odd, read Distinct
		for i := range 1000 {
			k := key(i)
			want[string(AppendKey(nil, k))] = true
			all.Add(k)
			if i%2 == 0 {
				even.Add(k)
			} else {
				odd.Add(k)
			}
		}
		odds := members(&odd)
		var merged Distinct
		merged.Merge(&odd)
		merged.Merge(&even)
		if err := decodeAll(&read, merged.Append(nil)); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		wanted := slices.Sorted(maps.Keys(want))
		for what, d := range map[string]*Distinct{"added": &all, "merged": &merged, "read": &read} {
			if got := members(d); !slices.Equal(got, wanted) || d.Len() != int64(len(want)) {
				t.Errorf("%s, %s: %d values %x, want %d %x", name, what, d.Len(), got, len(want), wanted)
			}
		}
		if !slices.Equal(members(&odd), odds) {
			t.Errorf("%s: merging changed the source", name)
		}
	}
}

// A set of short values takes few bytes for each, and one of a single value little altogether.
func TestDistinctIsSmall(t *testing.T) {
	for n, limit := range map[int]int{1: 32, 10_000: 10_000 * 22, 100_000: 100_000 * 22} {
		var d Distinct
		for i := range n {
			d.Add(TextKey(strconv.Itoa(i)))
		}
		if got := 8 * cap(d.words); d.rest != nil || got > limit {
			t.Errorf("%d values take %d bytes, want at most %d", n, got, limit)
		}
	}
}

func BenchmarkProbe(b *testing.B) {
	g := NewGroups[string, struct{ n int64 }]()
	var keys []string
	for i := range 500 {
		keys = append(keys, padded(fmt.Sprint("key", i*i)))
	}
	b.ReportAllocs()
	for i := range b.N {
		k := PaddedTextKey(keys[i%500])
		id := g.Probe(k)
		if id < 0 {
			id, _ = g.Find(k)
		}
		g.At(id).n++
	}
}

// Short finds exactly the texts that a plain cell can hold: one to sixteen bytes, no control characters. Each key that it must not find
// agrees with the words and the length that are looked for.
func TestShortFindsPlainTextsOnly(t *testing.T) {
	texts := []string{"a", "Paris", "eight by", "nine byte", "sixteen bytes 16", "seventeen bytes 17", "two\nlines", "tab\t"}
	var g Slots[string]
	g.Init()
	for i, s := range texts {
		if id, fresh := g.Find(TextKey(s)); id != i || !fresh {
			t.Fatalf("Find(%q) = %d, %v", s, id, fresh)
		}
		*g.valueOf(i) = s
	}
	g.Find(NullKey())
	g.Find(TextKey(""))
	for i, s := range texts {
		k := TextKey(s)
		v, odd := g.Short(k.A, k.B, uintptr(len(s)), 0)
		// The first slot may be another key's. There are so few keys that it hardly ever is; then the words differ.
		taken := g.first(k.A, k.B) != &g.slots[g.at[i]]
		plain := len(s) <= 16 && !strings.ContainsAny(s, "\n\t")
		if found := odd == 0; found != (plain && !taken) || found && *v != s {
			t.Errorf("%q: found %v (%q)", s, found, *v)
		}
		if _, odd := g.Short(k.A, k.B, uintptr(len(s)), 1); odd == 0 {
			t.Errorf("%q: a row that is odd already has been found", s)
		}
		if id := g.Get(k); id != i {
			t.Errorf("Get(%q) = %d, want %d", s, id, i)
		}
	}
	if _, odd := g.Short(0, 0, 0, 0); odd == 0 {
		t.Error("an empty cell has been found")
	}
	if id := g.Get(TextKey("none")); id >= 0 || g.Len() != len(texts)+2 {
		t.Errorf("Get of a key that is not there: %d, %d keys", id, g.Len())
	}
}

// Values move with their keys when the table grows.
func TestValuesStayWithTheirKeys(t *testing.T) {
	var g Slots[int]
	g.Init()
	const n = 100_000
	for i := range n {
		id, _ := g.Find(IntKey(int64(i) * 7919))
		*g.valueOf(id) = i
	}
	for i := range n {
		if id := g.Get(IntKey(int64(i) * 7919)); id != i || *g.valueOf(id) != i {
			t.Fatalf("key %d: id %d, value %d", i, id, *g.valueOf(id))
		}
	}
}

// Keys that stand behind their first slot and are asked for again and again make a table scatter its keys anew. Ids and values stay.
func TestStrayKeysAreScattered(t *testing.T) {
	var g Slots[string]
	g.Init()
	g.s1, g.s2 = 0, 0 // the worst of seeds: they lead all keys of up to eight bytes to one slot
	key := func(i int) string { return fmt.Sprint("key ", i) }
	const n = 60
	for i := range n {
		id, _ := g.Find(TextKey(key(i)))
		*g.valueOf(id) = key(i)
	}
	taken := make([]uint64, len(g.slots))
	if got := g.sharing(taken); got != n-1 {
		t.Fatalf("%d keys of %d share their first slot", got, n)
	}
	for i := range 2 * patience {
		if id := g.Get(TextKey(key(i % n))); id != i%n || *g.valueOf(id) != key(id) {
			t.Fatalf("%s: id %d, value %q", key(i%n), id, *g.valueOf(id))
		}
	}
	if got := g.sharing(taken); got > 3 {
		t.Errorf("%d keys share their first slot after all", got)
	}
	if g.patience <= patience || g.Len() != n {
		t.Errorf("patience %d, %d keys", g.patience, g.Len())
	}
}
