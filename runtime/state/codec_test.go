package state

import (
	"bytes"
	"fmt"
	"math"
	"runtime"
	"slices"
	"strings"
	"testing"

	rt "github.com/velostream/veloc/runtime"
	"github.com/velostream/veloc/runtime/decimal"
)

// check writes values, reads them back, and compares; each prefix of what is written is an error.
func check[T any](t *testing.T, name string, c Codec[T], values ...T) {
	t.Helper()
	for _, v := range values {
		written := c.Append([]byte("front"), v)[5:]
		got, rest, err := c.Decode(append(bytes.Clone(written), "behind"...))
		if err != nil || string(rest) != "behind" || fmt.Sprintf("%#v", got) != fmt.Sprintf("%#v", v) {
			t.Errorf("%s: %#v was read as %#v, rest %q, error %v", name, v, got, rest, err)
		}
		for n := range written {
			if _, _, err := c.Decode(written[:n]); err != ErrDamaged {
				t.Errorf("%s: %#v, %d of %d bytes: error %v", name, v, n, len(written), err)
			}
		}
	}
}

func TestCodecs(t *testing.T) {
	long := strings.Repeat("long ", 100)
	check(t, "Integer", Integer, 0, 1, -1, 300, math.MaxInt64, math.MinInt64)
	check(t, "Float", Float, 0, math.Copysign(0, -1), 1.5, math.Inf(1), math.NaN(), math.SmallestNonzeroFloat64)
	check(t, "Boolean", Boolean, false, true)
	check(t, "Text", Text, "", "a", "\x00\xff", long)
	check(t, "Wide", Wide, decimal.Int128{}, decimal.Wide(-1), decimal.Int128{Hi: math.MinInt64, Lo: 7})
	check(t, "Sum", Sum, decimal.Sum{}, decimal.Sum{Hi: -1, Mid: 1, Lo: math.MaxUint64})
	check(t, "UUID", UUID, rt.UUID{}, rt.UUID{1, 15: 255})
	check(t, "NullOf", NullOf(Text), rt.Null[string]{}, rt.Null[string]{V: "", Valid: true}, rt.Null[string]{V: long, Valid: true})
	check(t, "ArrayOf", ArrayOf(NullOf(Integer)), nil, []rt.Null[int64]{{}, {V: 5, Valid: true}})
	check(t, "ArrayOf ArrayOf", ArrayOf(ArrayOf(Text)), nil, [][]string{nil, {"a", ""}})
	check(t, "MapOf", MapOf(Text, NullOf(Boolean)), nil, []rt.Entry[string, rt.Null[bool]]{{Key: "k", Value: rt.Null[bool]{V: true, Valid: true}}, {Key: ""}})
}

// What is damaged takes memory in proportion to its length only, however many values it promises.
func TestDamagedPromises(t *testing.T) {
	promise := AppendLen(nil, math.MaxInt64)
	for _, src := range [][]byte{promise, append(AppendLen(nil, 3), promise...), AppendLen(nil, math.MaxInt)} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		if _, _, err := ArrayOf(ArrayOf(ArrayOf(Text))).Decode(src); err != ErrDamaged {
			t.Errorf("%x: error %v", src, err)
		}
		var d Distinct
		if _, err := d.Decode(src); err != ErrDamaged {
			t.Errorf("%x as Distinct: error %v", src, err)
		}
		if runtime.ReadMemStats(&after); after.TotalAlloc-before.TotalAlloc > 1<<20 {
			t.Errorf("%x: %d bytes of memory", src, after.TotalAlloc-before.TotalAlloc)
		}
	}
}

// A table that is read finds the keys that it had, of each kind.
func TestDistinctSnapshot(t *testing.T) {
	keys := []Key{NullKey(), TextKey(""), IntKey(0), IntKey(-5), WideKey(-1, 7), UUIDKey([16]byte{3}), TextKey("short"), TextKey("sixteen bytes 16"), TextKey("more than sixteen bytes"), TextKey("tab\t")}
	var d, got Distinct
	for _, k := range keys {
		d.Add(k)
	}
	if err := decodeAll(&got, d.Append(nil)); err != nil {
		t.Fatal(err)
	}
	for _, k := range keys {
		got.Add(k)
	}
	if got.Len() != int64(len(keys)) {
		t.Errorf("%d keys, want %d", got.Len(), len(keys))
	}
}

func decodeAll(s State, src []byte) error {
	rest, err := s.Decode(src)
	if err == nil && len(rest) > 0 {
		return fmt.Errorf("%d bytes are left", len(rest))
	}
	return err
}

// What is read of anything can be written and read again, and is the same.
func FuzzDistinctDecode(f *testing.F) {
	var d Distinct
	for _, s := range texts()[:50] {
		d.Add(TextKey(s))
	}
	d.Add(IntKey(7))
	f.Add(d.Append(nil))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, src []byte) {
		var d, again Distinct
		if _, err := d.Decode(src); err != nil {
			return
		}
		written := d.Append(nil)
		if err := decodeAll(&again, written); err != nil || !slices.Equal(members(&again), members(&d)) {
			t.Errorf("%x: error %v", written, err)
		}
	})
}

// members are the values of a set as snapshots write them, in order.
func members(d *Distinct) (keys []string) {
	d.each(func(k Key) { keys = append(keys, string(AppendKey(nil, k))) })
	slices.Sort(keys)
	return keys
}
