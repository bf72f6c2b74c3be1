package sqlfn

import (
	"slices"

	rt "github.com/velostream/veloc/runtime"
	"github.com/velostream/veloc/runtime/state"
)

// How the states of aggregates stand in a snapshot. Each implements state.State, or state.StateOf where it keeps values whose type the query decides.

// Append writes the value that is kept.
func (k *Kept[T]) Append(dst []byte, c state.Codec[T]) []byte {
	dst = state.AppendBool(state.AppendBool(dst, k.Seen), k.Valid)
	if k.Valid {
		dst = c.Append(dst, k.V)
	}
	return dst
}

// Decode reads what Append wrote.
func (k *Kept[T]) Decode(src []byte, c state.Codec[T]) ([]byte, error) {
	r := state.Read(src)
	*k = Kept[T]{Seen: r.Bool(), Valid: r.Bool()}
	if k.Valid {
		k.V = state.Next(r, c)
	}
	return r.End()
}

// Append writes the text that is kept.
func (k *KeptText) Append(dst []byte) []byte {
	dst = state.AppendBool(state.AppendBool(dst, k.Seen), k.Valid)
	if k.Valid {
		dst = state.AppendText(dst, k.buf)
	}
	return dst
}

// Decode reads what Append wrote.
func (k *KeptText) Decode(src []byte) ([]byte, error) {
	r := state.Read(src)
	k.Seen, k.Valid, k.buf = r.Bool(), r.Bool(), k.buf[:0]
	if k.Valid {
		k.buf = append(k.buf, r.View()...)
	}
	return r.End()
}

// Append writes the moments.
func (m *Moments) Append(dst []byte) []byte {
	return state.AppendFloat(state.AppendInt(dst, m.N), m.Mean, m.M2)
}

// Decode reads what Append wrote.
func (m *Moments) Decode(src []byte) ([]byte, error) {
	r := state.Read(src)
	*m = Moments{N: r.Int(), Mean: r.Float(), M2: r.Float()}
	return r.End()
}

// Append writes the moments.
func (m *Moments4) Append(dst []byte) []byte {
	return state.AppendFloat(state.AppendInt(dst, m.N), m.Mean, m.M2, m.M3, m.M4)
}

// Decode reads what Append wrote.
func (m *Moments4) Decode(src []byte) ([]byte, error) {
	r := state.Read(src)
	*m = Moments4{N: r.Int(), Mean: r.Float(), M2: r.Float(), M3: r.Float(), M4: r.Float()}
	return r.End()
}

// Append writes the sums.
func (p *Pairs) Append(dst []byte) []byte {
	return state.AppendFloat(state.AppendInt(dst, p.N), p.MeanY, p.MeanX, p.SumYY, p.SumXX, p.SumXY)
}

// Decode reads what Append wrote.
func (p *Pairs) Decode(src []byte) ([]byte, error) {
	r := state.Read(src)
	*p = Pairs{N: r.Int(), MeanY: r.Float(), MeanX: r.Float(), SumYY: r.Float(), SumXX: r.Float(), SumXY: r.Float()}
	return r.End()
}

// Append writes the sum of logarithms and what is beside it.
func (g *Geo) Append(dst []byte) []byte {
	return state.AppendBool(state.AppendBool(state.AppendFloat(state.AppendInt(dst, g.N), g.Logs), g.Zero), g.Negative)
}

// Decode reads what Append wrote.
func (g *Geo) Decode(src []byte) ([]byte, error) {
	r := state.Read(src)
	*g = Geo{N: r.Int(), Logs: r.Float(), Zero: r.Bool(), Negative: r.Bool()}
	return r.End()
}

// Append writes the product.
func (p *Product) Append(dst []byte) []byte {
	return state.AppendFloat(state.AppendInt(dst, p.N), p.P)
}

// Decode reads what Append wrote.
func (p *Product) Decode(src []byte) ([]byte, error) {
	r := state.Read(src)
	*p = Product{N: r.Int(), P: r.Float()}
	return r.End()
}

// Append writes the sums.
func (w *Weighted) Append(dst []byte) []byte { return state.AppendFloat(dst, w.Sum, w.Weights) }

// Decode reads what Append wrote.
func (w *Weighted) Decode(src []byte) ([]byte, error) {
	r := state.Read(src)
	*w = Weighted{Sum: r.Float(), Weights: r.Float()}
	return r.End()
}

// Append writes the smoothed mean.
func (s *Smoothed) Append(dst []byte) []byte {
	return state.AppendFloat(state.AppendInt(dst, s.N), s.First, s.Sum, s.Decay)
}

// Decode reads what Append wrote.
func (s *Smoothed) Decode(src []byte) ([]byte, error) {
	r := state.Read(src)
	*s = Smoothed{N: r.Int(), First: r.Float(), Sum: r.Float(), Decay: r.Float()}
	return r.End()
}

// Append writes what has been seen.
func (t *Truths) Append(dst []byte) []byte {
	return state.AppendInt(state.AppendInt(dst, t.True), t.False)
}

// Decode reads what Append wrote.
func (t *Truths) Decode(src []byte) ([]byte, error) {
	r := state.Read(src)
	*t = Truths{True: r.Int(), False: r.Int()}
	return r.End()
}

// Append writes the bits.
func (b *Bits) Append(dst []byte) []byte {
	if dst = state.AppendBool(dst, b.Some); b.Some {
		dst = state.AppendInt(state.AppendInt(state.AppendInt(dst, b.Zeros), b.Ones), b.Odd)
	}
	return dst
}

// Decode reads what Append wrote.
func (b *Bits) Decode(src []byte) ([]byte, error) {
	r := state.Read(src)
	*b = Bits{Some: r.Bool()}
	if b.Some {
		b.Zeros, b.Ones, b.Odd = r.Int(), r.Int(), r.Int()
	}
	return r.End()
}

// Append writes the texts so far.
func (j *Joined) Append(dst []byte) []byte {
	if dst = state.AppendBool(dst, j.some); j.some {
		dst = state.AppendText(dst, j.buf)
	}
	return dst
}

// Decode reads what Append wrote.
func (j *Joined) Decode(src []byte) ([]byte, error) {
	r := state.Read(src)
	*j = Joined{some: r.Bool()}
	if j.some {
		j.buf = append(j.buf, r.View()...)
	}
	return r.End()
}

// Append writes all values.
func (v *Values[T]) Append(dst []byte, c state.Codec[T]) []byte {
	return state.AppendList(dst, v.list, c)
}

// Decode reads what Append wrote.
func (v *Values[T]) Decode(src []byte, c state.Codec[T]) ([]byte, error) {
	r := state.Read(src)
	*v = Values[T]{list: state.List(r, c)}
	return r.End()
}

// Append writes the different values with their keys and counts.
func (t *Tally[T]) Append(dst []byte, c state.Codec[T]) []byte {
	dst = state.AppendLen(dst, len(t.values)-t.gone)
	for i, x := range t.values {
		if t.counts[i] == 0 {
			continue
		}
		dst = c.Append(state.AppendInt(state.AppendKey(dst, t.keys.Key(i)), t.counts[i]), x)
	}
	return dst
}

// Decode reads what Append wrote.
func (t *Tally[T]) Decode(src []byte, c state.Codec[T]) ([]byte, error) {
	*t = Tally[T]{}
	r := state.Read(src)
	for range r.Len() {
		k, n := r.Key(), r.Int()
		x := state.Next(r, c)
		if n <= 0 || !r.Failed() && !t.add(k, n) {
			r.Fail()
		}
		if r.Failed() {
			break
		}
		t.Keep(x)
	}
	return r.End()
}

// Append writes the first values.
func (f *Firsts[T]) Append(dst []byte, c state.Codec[T]) []byte {
	return state.AppendList(dst, f.list, state.NullOf(c))
}

// Decode reads what Append wrote.
func (f *Firsts[T]) Decode(src []byte, c state.Codec[T]) ([]byte, error) {
	r := state.Read(src)
	*f = Firsts[T]{list: state.List(r, state.NullOf(c))}
	return r.End()
}

// Append writes all rows, in their order.
func (rows *Rows[T]) Append(dst []byte, c state.Codec[T]) []byte {
	dst = state.AppendLen(dst, len(rows.list))
	for _, row := range rows.list {
		dst = c.Append(dst, *row)
	}
	return dst
}

// Decode reads what Append wrote.
func (rows *Rows[T]) Decode(src []byte, c state.Codec[T]) ([]byte, error) {
	*rows = Rows[T]{}
	r := state.Read(src)
	for range r.Len() {
		row := state.Next(r, c)
		if r.Failed() {
			break
		}
		rows.Add(row)
	}
	return r.End()
}

// Append writes the smallest mantissa.
func (m *Least) Append(dst []byte) []byte { return state.AppendBits(dst, uint64(*m)) }

// Decode reads what Append wrote.
func (m *Least) Decode(src []byte) ([]byte, error) {
	r := state.Read(src)
	*m = Least(r.Bits())
	return r.End()
}

// Append writes the greatest mantissa.
func (m *Greatest) Append(dst []byte) []byte { return state.AppendBits(dst, uint64(*m)) }

// Decode reads what Append wrote.
func (m *Greatest) Decode(src []byte) ([]byte, error) {
	r := state.Read(src)
	*m = Greatest(r.Bits())
	return r.End()
}

// Append writes the sum.
func (s *FloatSum) Append(dst []byte) []byte {
	dst = state.AppendFloat(dst, s.hi, s.lo)
	return state.AppendInt(state.AppendInt(state.AppendInt(dst, s.plus), s.minus), s.nothing)
}

// Decode reads what Append wrote.
func (s *FloatSum) Decode(src []byte) ([]byte, error) {
	r := state.Read(src)
	*s = FloatSum{hi: r.Float(), lo: r.Float(), plus: r.Int(), minus: r.Int(), nothing: r.Int()}
	return r.End()
}

// Append writes the sums.
func (s *Spread) Append(dst []byte) []byte {
	return s.squares.Append(s.sum.Append(state.AppendInt(dst, s.n)))
}

// Decode reads what Append wrote.
func (s *Spread) Decode(src []byte) ([]byte, error) {
	r := state.Read(src)
	*s = Spread{n: r.Int()}
	r.Into(&s.sum)
	r.Into(&s.squares)
	return r.End()
}

// Append writes all values, in order.
func (r *Ranked[T]) Append(dst []byte, c state.Codec[T]) []byte {
	return state.AppendList(dst, slices.Concat(r.pieces...), c)
}

// Decode reads what Append wrote.
func (r *Ranked[T]) Decode(src []byte, c state.Codec[T]) ([]byte, error) {
	in := state.Read(src)
	r.pieces = nil
	for p := range slices.Chunk(state.List(in, c), pieceLen/2) {
		r.pieces = append(r.pieces, slices.Clone(p))
	}
	return in.End()
}

// Append writes all values.
func (g *Gathered[E]) Append(dst []byte, c state.Codec[E]) []byte {
	return state.AppendList(dst, g.list, c)
}

// Decode reads what Append wrote.
func (g *Gathered[E]) Decode(src []byte, c state.Codec[E]) ([]byte, error) {
	r := state.Read(src)
	g.list = state.List(r, c)
	return r.End()
}

// Append writes the entries.
func (e *Entries[K, V]) Append(dst []byte, c state.Codec[[]rt.Entry[K, V]]) []byte {
	return c.Append(dst, e.list)
}

// Decode reads what Append wrote.
func (e *Entries[K, V]) Decode(src []byte, c state.Codec[[]rt.Entry[K, V]]) ([]byte, error) {
	*e = Entries[K, V]{}
	r := state.Read(src)
	for _, entry := range state.Next(r, c) {
		e.Add(entry.Key, entry.Value)
	}
	return r.End()
}

// Append writes the first values.
func (f *Foremost[T]) Append(dst []byte, c state.Codec[T]) []byte {
	return state.AppendList(dst, f.list, c)
}

// Decode reads what Append wrote.
func (f *Foremost[T]) Decode(src []byte, c state.Codec[T]) ([]byte, error) {
	r := state.Read(src)
	f.list = state.List(r, c)
	return r.End()
}
