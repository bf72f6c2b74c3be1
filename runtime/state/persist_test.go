package state

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

func FuzzLoad(f *testing.F) {
	g := NewGroups[word, sums]()
	for i := range 20 {
		add(g, strings.Repeat("x", i), int64(i))
	}
	p := PersistGroups(g, &Schema{})
	p.Rewind()
	entries, _ := p.Slice(nil, 1<<20)
	f.Add(entries)
	f.Fuzz(func(t *testing.T, src []byte) {
		for _, a := range []Arrange{nil, {1, 0}, {-1, 5}} {
			l := PersistGroups(NewGroups[word, sums](), &Schema{})
			if l.Load(src, a) == nil {
				l.Loaded()
			}
		}
		var left int64
		_ = PersistNumber(&left, &Schema{}).Load(src, nil)
		var tab Table
		tab.Init()
		_ = PersistKeys(&tab, &Schema{}).Load(src, nil)
	})
}

func TestKeysAndNumbers(t *testing.T) {
	var tab, again Table
	tab.Init()
	again.Init()
	p, l := PersistKeys(&tab, &Schema{}), PersistKeys(&again, &Schema{})
	p.Track()
	var entries []byte
	for _, s := range texts() {
		tab.Find(TextKey(s))
		if len(s)%3 == 0 {
			entries = p.Delta(entries)
		}
	}
	if err := l.Load(p.Delta(entries), nil); err != nil || again.Len() != tab.Len() {
		t.Errorf("%d keys of %d, %v", again.Len(), tab.Len(), err)
	}
	if len(p.Delta(nil)) > 0 {
		t.Error("keys are saved twice")
	}
	left, read := int64(7), int64(0)
	n := PersistNumber(&left, &Schema{})
	n.Track()
	entries = n.Delta(nil)
	if len(entries) > 0 {
		t.Error("a number that has not changed is saved")
	}
	for left > 3 {
		left--
		entries = n.Delta(entries)
	}
	if err := PersistNumber(&read, &Schema{}).Load(entries, nil); err != nil || read != 3 {
		t.Errorf("%d, %v", read, err)
	}
}

// word is a key with a text.
type word string

func (w *word) Append(dst []byte) []byte { return AppendText(dst, string(*w)) }

func (w *word) Decode(src []byte) ([]byte, error) {
	r := Read(src)
	*w = word(r.Text())
	return r.End()
}

type sums struct{ Rows, Sum int64 }

func (s *sums) Append(dst []byte) []byte {
	dst, at := Begin(dst)
	dst = AppendInt(dst, s.Rows)
	dst, at = EndField(dst, at)
	dst = AppendInt(dst, s.Sum)
	return End(dst, at)
}

func (s *sums) Decode(src []byte) ([]byte, error) {
	r := Read(src)
	*s = sums{}
	if r.Field() {
		s.Rows = r.Int()
	}
	if r.Field() {
		s.Sum = r.Int()
	}
	return r.End()
}

// add puts a row into groups of texts.
func add(g *Groups[word, sums], key string, seq int64) {
	id, fresh := g.Find(TextKey(key))
	if fresh {
		g.Keys = append(g.Keys, word(key))
		g.Appeared(seq, 0)
	}
	acc := g.Change(id)
	acc.Rows++
	acc.Sum += int64(len(key))
}

func show(g *Groups[word, sums]) string {
	var b strings.Builder
	_ = g.Each(func(k *word, a *sums) error { fmt.Fprintln(&b, *k, *a); return nil })
	return b.String()
}

// Whatever happens between the slices of a snapshot, it makes the table again together with the deltas since its first slice.
func TestSnapshotWhileGroupsChange(t *testing.T) {
	for seed := range uint64(50) {
		r := rand.New(rand.NewPCG(seed, 0))
		g := NewGroups[word, sums]()
		p := PersistGroups(g, &Schema{})
		p.Track()
		seq := int64(0)
		work := func() {
			for range r.IntN(30) {
				add(g, strings.Repeat(fmt.Sprint("key", r.IntN(100)), 1+r.IntN(3)), seq)
				seq++
			}
		}
		work()
		p.Delta(nil) // belongs to an older snapshot
		p.Rewind()
		var snapshot, deltas []byte
		for more := true; more; {
			snapshot, more = p.Slice(snapshot, r.IntN(200))
			work()
			if r.IntN(2) == 0 {
				deltas = p.Delta(deltas)
			}
		}
		work()
		deltas = p.Delta(deltas)
		if n := len(p.Delta(nil)); n != 0 {
			t.Fatalf("%d bytes have changed after all", n)
		}
		again := NewGroups[word, sums]()
		l := PersistGroups(again, &Schema{})
		for _, entries := range [][]byte{snapshot, deltas} {
			if err := l.Load(entries, nil); err != nil {
				t.Fatal(err)
			}
		}
		l.Loaded()
		if got, want := show(again), show(g); got != want {
			t.Fatalf("seed %d: read\n%swant\n%s", seed, got, want)
		}
		// New groups appear behind the old ones, although chunks are counted from 0 again.
		add(again, "new", 0)
		if got, want := show(again), show(g)+"new {1 3}\n"; got != want {
			t.Fatalf("seed %d: after the restart\n%swant\n%s", seed, got, want)
		}
	}
}

func TestGoneGroups(t *testing.T) {
	g := NewGroups[word, sums]()
	p := PersistGroups(g, &Schema{})
	for i := range 200 {
		add(g, fmt.Sprint(i), int64(i))
	}
	p.Track()
	p.Rewind()
	all, _ := p.Slice(nil, 1<<20)
	var gone []byte
	for i := 0; i < 200; i += 2 {
		gone = AppendKey(AppendBool(gone, false), TextKey(fmt.Sprint(i)))
	}
	again := NewGroups[word, sums]()
	l := PersistGroups(again, &Schema{})
	if err := l.Load(append(slices.Clone(all), gone...), nil); err != nil {
		t.Fatal(err)
	}
	add(g, "4", 300)
	if err := l.Load(p.Delta(nil), nil); err != nil {
		t.Fatal(err)
	}
	l.Loaded()
	if again.Len() != 101 || !strings.Contains(show(again), "4 {2 2}") || strings.Contains(show(again), "8 {1 1}") {
		t.Errorf("%d groups:\n%s", again.Len(), show(again))
	}
}

// Fields of a value are found by their names.
func TestValuesAreArranged(t *testing.T) {
	f := func(names ...string) (fs []Field) {
		for _, n := range names {
			fs = append(fs, Field{n, "INTEGER"})
		}
		return fs
	}
	saved := &Schema{Name: "t", Key: f("k"), Value: f("rows", "sum(x)", "max(x)")}
	for _, c := range []struct {
		now     []Field
		arrange Arrange
		change  string
	}{
		{f("rows", "sum(x)", "max(x)"), nil, "[] []"},
		{f("rows", "max(x)", "sum(x)"), Arrange{0, 2, 1}, "[] []"},
		{f("rows", "min(x)", "max(x)"), Arrange{0, -1, 2}, "[min(x) INTEGER] [sum(x) INTEGER]"},
	} {
		got, err := Compare(saved, &Schema{Name: "t", Key: f("k"), Value: c.now})
		if err != nil || !slices.Equal(got.Arrange, c.arrange) || fmt.Sprint(got.Added, got.Dropped) != c.change {
			t.Errorf("%v: %+v, %v", c.now, got, err)
		}
	}
	for _, now := range []*Schema{{Key: f("other")}, {Key: f("k"), Row: f("x")}, {Key: f("k"), Rows: "WHERE x > 1"}, {Key: f("k"), Value: []Field{{"sum(x)", "FLOAT"}}}} {
		if _, err := Compare(saved, now); err == nil {
			t.Errorf("%+v goes on from %+v", now, saved)
		}
	}
	value := AppendValue(nil, &sums{3, 1000})
	var got sums
	values := Values{Arrange: Arrange{-1, 0}}
	rest, err := values.Decode(append(value, 9), &got)
	if err != nil || !bytes.Equal(rest, []byte{9}) || got != (sums{0, 3}) {
		t.Errorf("%+v, %v, %v", got, rest, err)
	}
}

// Nothing is noted where nobody saves, and noting does not allocate once the set has its size.
func TestChangeCosts(t *testing.T) {
	g := NewGroups[word, sums]()
	for i := range 1000 {
		add(g, fmt.Sprint(i), int64(i))
	}
	if g.changed != nil {
		t.Error("changes are noted that nobody asks for")
	}
	PersistGroups(g, &Schema{}).Track()
	g.Change(999)
	if n := testing.AllocsPerRun(10, func() { g.Change(500) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
