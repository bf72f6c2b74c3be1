package state

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	rt "github.com/velostream/veloc/runtime"
	"github.com/velostream/veloc/runtime/decimal"
)

// roundTrip writes v, reads it back, and compares.
func roundTrip[T any](t *testing.T, c Codec[T], v T) {
	t.Helper()
	item := c.Append([]byte("before"), &v)[6:]
	var got T
	rest, err := c.Decode(append(slices.Clone(item), "behind"...), &got)
	if err != nil || string(rest) != "behind" || fmt.Sprintf("%#v", got) != fmt.Sprintf("%#v", v) {
		t.Errorf("%#v: read %#v, %q follows, %v", v, got, rest, err)
	}
	for n := range item { // cut anywhere, it is an error or another value, never a panic
		_, _ = c.Decode(item[:n], &got)
	}
}

func TestCodecs(t *testing.T) {
	for _, v := range []int64{0, 1, -1, 127, -128, 1 << 40, math.MaxInt64, math.MinInt64} {
		roundTrip(t, Int, v)
		roundTrip(t, Wide, decimal.Int128{Hi: v, Lo: uint64(v) * 7})
		roundTrip(t, Wide, decimal.Wide(v))
		roundTrip(t, Nullable(Int), rt.Some(v))
	}
	for _, v := range []float64{0, 1.5, -2, math.Inf(1), 1e-300, math.Copysign(0, -1)} {
		roundTrip(t, Float, v)
	}
	for n := range 300 {
		roundTrip(t, Text, strings.Repeat("x", n))
		roundTrip(t, Nullable(Text), rt.Some(strings.Repeat("x", n)))
	}
	roundTrip(t, Bool, true)
	roundTrip(t, Bool, false)
	roundTrip(t, UUID, rt.UUID{})
	roundTrip(t, UUID, rt.UUID{3: 7})
	roundTrip(t, Nullable(Text), rt.Null[string]{})
	roundTrip(t, List(Nullable(Int)), []rt.Null[int64]{rt.Some(int64(0)), {}, rt.Some(int64(5))})
	roundTrip(t, Entries(Text, Nullable(Float)), []rt.Entry[string, rt.Null[float64]]{{Key: "a", Value: rt.Some(1.5)}, {Key: ""}})
	if item := Nullable(Int).Append(nil, &rt.Null[int64]{V: 7}); len(item) != 1 {
		t.Errorf("NULL takes %d bytes", len(item))
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte("\x02\x01a\x03\x02\x01b"))
	f.Fuzz(func(t *testing.T, src []byte) {
		var list []rt.Entry[string, rt.Null[decimal.Int128]]
		_, _ = Entries(Text, Nullable(Wide)).Decode(src, &list)
		if k, _, err := DecodeKey(src); err == nil {
			again, _, err := DecodeKey(AppendKey(nil, k))
			if err != nil || again.A != k.A || again.B != k.B || len(again.S) != len(k.S) || len(k.S) > inline && again.S != k.S {
				t.Errorf("%v became %v, %v", k, again, err)
			}
		}
		g := NewGroups[int64, int64]()
		_ = g.Persist(&Schema{}, Int, Int).Load(src, Arrange{1, 0})
	})
}

func TestKeysAreReadBack(t *testing.T) {
	keys := []Key{NullKey(), TextKey(""), IntKey(0), IntKey(-1), WideKey(-1, 5), UUIDKey([16]byte{1, 15: 9}), UUIDKey([16]byte{})}
	for _, s := range texts() {
		keys = append(keys, TextKey(s))
	}
	for _, k := range keys {
		got, rest, err := DecodeKey(append(AppendKey(nil, k), 1))
		if err != nil || len(rest) != 1 || got.A != k.A || got.B != k.B || len(got.S) != len(k.S) || len(k.S) > inline && got.S != k.S {
			t.Fatalf("%v became %v, %v", k, got, err)
		}
	}
}

type sums struct{ Rows, Sum int64 }

var sumsCodec = Codec[sums]{
	Append: func(dst []byte, v *sums) []byte {
		dst, at := Begin(dst)
		return End(Int.Append(Int.Append(dst, &v.Rows), &v.Sum), at)
	},
	Decode: func(src []byte, v *sums) ([]byte, error) {
		r, rest := Parts(src)
		Read(&r, Int, &v.Rows)
		Read(&r, Int, &v.Sum)
		return rest, r.Err()
	},
}

// add puts a row into groups of texts.
func add(g *Groups[string, sums], key string, seq int64) {
	id, fresh := g.Find(TextKey(key))
	if fresh {
		g.Keys = append(g.Keys, key)
		g.Appeared(seq, 0)
	}
	acc := g.Change(id)
	acc.Rows++
	acc.Sum += int64(len(key))
}

func show(g *Groups[string, sums]) string {
	var b strings.Builder
	_ = g.Each(func(k *string, a *sums) error { fmt.Fprintln(&b, *k, *a); return nil })
	return b.String()
}

// Whatever happens between the slices of a snapshot, it makes the table again together with the deltas since its first slice.
func TestSnapshotWhileGroupsChange(t *testing.T) {
	for seed := range uint64(50) {
		r := rand.New(rand.NewPCG(seed, 0))
		g := NewGroups[string, sums]()
		p := g.Persist(&Schema{}, Text, sumsCodec)
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
		again := NewGroups[string, sums]()
		l := again.Persist(&Schema{}, Text, sumsCodec)
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
	g := NewGroups[string, sums]()
	p := g.Persist(&Schema{}, Text, sumsCodec)
	for i := range 200 {
		add(g, fmt.Sprint(i), int64(i))
	}
	p.Track()
	p.Rewind()
	all, _ := p.Slice(nil, 1<<20)
	var gone []byte
	for i := 0; i < 200; i += 2 {
		gone = AppendKey(append(gone, EntryGone), TextKey(fmt.Sprint(i)))
	}
	again := NewGroups[string, sums]()
	l := again.Persist(&Schema{}, Text, sumsCodec)
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
	for _, now := range []*Schema{{Key: f("other")}, {Key: f("k"), Rows: "WHERE x > 1"}, {Key: f("k"), Value: []Field{{"sum(x)", "FLOAT"}}}} {
		if _, err := Compare(saved, now); err == nil {
			t.Errorf("%+v goes on from %+v", now, saved)
		}
	}
	value := sumsCodec.Append(nil, &sums{3, 1000})
	var got sums
	var scratch []byte
	rest, err := sumsCodec.Value(append(value, 9), &got, Arrange{-1, 0}, &scratch)
	if err != nil || !bytes.Equal(rest, []byte{9}) || got != (sums{0, 3}) {
		t.Errorf("%+v, %v, %v", got, rest, err)
	}
}

// Nothing is noted where nobody saves, and noting does not allocate once the set has its size.
func TestChangeCosts(t *testing.T) {
	g := NewGroups[string, sums]()
	for i := range 1000 {
		add(g, fmt.Sprint(i), int64(i))
	}
	if g.changed != nil {
		t.Error("changes are noted that nobody asks for")
	}
	g.Persist(&Schema{}, Text, sumsCodec).Track()
	g.Change(999)
	if n := testing.AllocsPerRun(10, func() { g.Change(500) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
