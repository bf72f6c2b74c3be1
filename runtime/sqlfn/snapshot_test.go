package sqlfn

import (
	"bytes"
	"encoding/binary"
	"math"
	"testing"

	"github.com/velostream/veloc/runtime/sqlfn/cardinality"
	"github.com/velostream/veloc/runtime/sqlfn/quantile"
	"github.com/velostream/veloc/runtime/state"
)

// kind is a state of an aggregate with how values get into it.
type kind struct {
	state.State
	add func(x float64)
}

// bound is a StateOf with its codec.
type bound[T any] struct {
	of state.StateOf[T]
	c  state.Codec[T]
}

func (b bound[T]) Append(dst []byte) []byte                { return b.of.Append(dst, b.c) }
func (b bound[T]) Decode(src []byte) (r []byte, err error) { return b.of.Decode(src, b.c) }

func whole(x float64) int64 { return int64(math.Float64bits(x)) >> 12 }

// kinds makes an empty state of each kind.
func kinds() map[string]kind {
	type row struct{ A float64 }
	rowCodec := state.CodecOf(func(dst []byte, v row) []byte { return state.AppendFloat(dst, v.A) }, func(r *state.Reader) row { return row{r.Float()} })
	var (
		moments Moments
		spread  Spread
		four    Moments4
		pairs   Pairs
		geo     Geo
		product Product
		weight  Weighted
		smooth  Smoothed
		truths  Truths
		bits    Bits
		joined  Joined
		kept    Kept[float64]
		text    KeptText
		values  Values[float64]
		tally   Tally[int64]
		firsts  Firsts[float64]
		rows    Rows[row]
		least   Least
		most    Greatest
		sketch  quantile.Sketch
		counter cardinality.Counter
	)
	return map[string]kind{
		"Moments":  {&moments, moments.Add},
		"Spread":   {&spread, spread.Add},
		"Moments4": {&four, four.Add},
		"Pairs":    {&pairs, func(x float64) { pairs.Add(x, -x) }},
		"Geo":      {&geo, geo.Add},
		"Product":  {&product, product.Add},
		"Weighted": {&weight, func(x float64) { weight.Add(x, 2) }},
		"Smoothed": {&smooth, func(x float64) { smooth.Add(x, 0.25) }},
		"Truths":   {&truths, func(x float64) { truths.Add(x > 0) }},
		"Bits":     {&bits, func(x float64) { bits.Add(whole(x)) }},
		"Joined":   {&joined, func(x float64) { joined.Add(string(binary.AppendVarint(nil, whole(x))), ",") }},
		"Kept": {bound[float64]{&kept, state.Float}, func(x float64) {
			kept = Kept[float64]{V: x, Valid: x > 0, Seen: true}
			if !kept.Valid {
				kept.V = 0
			}
		}},
		"KeptText": {&text, func(x float64) { text.Set(string(binary.AppendVarint(nil, whole(x))), x > 0) }},
		"Values":   {bound[float64]{&values, state.Float}, values.Add},
		"Tally": {bound[int64]{&tally, state.Integer}, func(x float64) {
			if n := whole(x) % 10; tally.Add(state.IntKey(n)) {
				tally.Keep(n)
			}
		}},
		"Firsts":   {bound[float64]{&firsts, state.Float}, func(x float64) { firsts.Add(x, x > 0, 5) }},
		"Rows":     {bound[row]{&rows, rowCodec}, func(x float64) { rows.Add(row{x}) }},
		"Least":    {&least, func(x float64) { least.Add(whole(x) % 1e15) }},
		"Greatest": {&most, func(x float64) { most.Add(whole(x) % 1e15) }},
		"Sketch":   {&sketch, sketch.Add},
		"Counter":  {&counter, counter.AddFloat},
	}
}

// FuzzSnapshots feeds each kind of state with the bytes as numbers, stores and restores it in the middle, and compares with one that was left alone. Then it
// reads the bytes themselves as a state.
func FuzzSnapshots(f *testing.F) {
	f.Add([]byte{}, uint(0))
	f.Add(bytes.Repeat([]byte{1, 2, 3, 4, 5, 6, 0x40, 0x40, 0xf0}, 20), uint(7))
	many := make([]byte, 0, 8*1000)
	for i := range 1000 {
		many = state.AppendFloat(many, float64(i)*1.37-300)
	}
	f.Add(many, uint(600))
	for _, k := range kinds() {
		for _, x := range []float64{1, -2.5, 0, 1e300} {
			k.add(x)
		}
		f.Add(k.Append(nil), uint(1))
	}
	f.Fuzz(func(t *testing.T, data []byte, stop uint) {
		alone, stored, damaged := kinds(), kinds(), kinds()
		for name, k := range stored {
			fresh := kinds()[name]
			current := k
			for i := 0; i+8 <= len(data); i += 8 {
				x := math.Float64frombits(binary.LittleEndian.Uint64(data[i:]))
				if x != x || name == "Geo" && math.IsInf(x, 0) {
					continue
				}
				if uint(i/8) == stop {
					written := current.Append(nil)
					if rest, err := fresh.Decode(append(written, 42)); err != nil || len(rest) != 1 {
						t.Fatalf("%s: rest %x, error %v", name, rest, err)
					}
					current = fresh
				}
				alone[name].add(x)
				current.add(x)
			}
			if got, want := current.Append(nil), alone[name].Append(nil); !bytes.Equal(got, want) {
				t.Fatalf("%s restored is\n%x, want\n%x", name, got, want)
			}
			written := current.Append(nil)
			for n := range min(len(written), 40) {
				if _, err := kinds()[name].Decode(written[:n]); err != state.ErrDamaged {
					t.Fatalf("%s: %d of %d bytes: error %v", name, n, len(written), err)
				}
			}
			if _, err := damaged[name].Decode(data); err == nil {
				again := kinds()[name]
				first := damaged[name].Append(nil)
				if rest, err := again.Decode(first); err != nil || len(rest) > 0 || !bytes.Equal(again.Append(nil), first) {
					t.Fatalf("%s of %x: rest %x, error %v", name, data, rest, err)
				}
			}
		}
	})
}
