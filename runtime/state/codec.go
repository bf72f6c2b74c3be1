package state

import (
	rt "github.com/velostream/veloc/runtime"
	"github.com/velostream/veloc/runtime/decimal"
)

// Codec writes values of type T into a snapshot and reads them back. Those of SQL types that are made of others are composed: ArrayOf(NullOf(Text)) is that of an
// ARRAY of texts that can be NULL. What is read has memory of its own.
type Codec[T any] struct {
	Append func(dst []byte, x T) []byte
	Decode func(src []byte) (x T, rest []byte, err error)
}

// Into reads a value to where dst points.
func (c Codec[T]) Into(dst *T, src []byte) (rest []byte, err error) {
	*dst, rest, err = c.Decode(src)
	return rest, err
}

// CodecOf makes a Codec of a function that writes and one that reads.
func CodecOf[T any](write func(dst []byte, x T) []byte, read func(r *Reader) T) Codec[T] {
	return Codec[T]{write, func(src []byte) (x T, rest []byte, err error) {
		r := Reader{src: src}
		x = read(&r)
		rest, err = r.End()
		return x, rest, err
	}}
}

// The codecs of values that are not made of others.
var (
	Integer = CodecOf(AppendInt, (*Reader).Int) // also narrow DECIMALs, times and intervals
	Float   = CodecOf(func(dst []byte, x float64) []byte { return AppendFloat(dst, x) }, (*Reader).Float)
	Boolean = CodecOf(AppendBool, (*Reader).Bool)
	Text    = CodecOf(AppendText[string], (*Reader).Text) // also JSON and BYTES

	// Wide is that of DECIMALs of more than 18 digits, and of exact sums.
	Wide = CodecOf(func(dst []byte, x decimal.Int128) []byte { return AppendBits(AppendInt(dst, x.Hi), x.Lo) },
		func(r *Reader) decimal.Int128 { return decimal.Int128{Hi: r.Int(), Lo: r.Bits()} })

	// Sum is that of exact sums of DECIMALs of more than 18 digits.
	Sum = CodecOf(func(dst []byte, x decimal.Sum) []byte {
		return AppendBits(AppendBits(AppendInt(dst, x.Hi), x.Mid), x.Lo)
	},
		func(r *Reader) decimal.Sum { return decimal.Sum{Hi: r.Int(), Mid: r.Bits(), Lo: r.Bits()} })

	UUID = CodecOf(func(dst []byte, x rt.UUID) []byte { return append(dst, x[:]...) },
		func(r *Reader) (u rt.UUID) {
			copy(u[:], r.take(len(u)))
			return u
		})
)

// NullOf is the codec of values that can be NULL.
func NullOf[T any](c Codec[T]) Codec[rt.Null[T]] {
	return CodecOf(func(dst []byte, x rt.Null[T]) []byte {
		if dst = AppendBool(dst, x.Valid); x.Valid {
			dst = c.Append(dst, x.V)
		}
		return dst
	}, func(r *Reader) (x rt.Null[T]) {
		if x.Valid = r.Bool(); x.Valid {
			x.V = Next(r, c)
		}
		return x
	})
}

// ArrayOf is the codec of ARRAYs.
func ArrayOf[T any](c Codec[T]) Codec[[]T] {
	return CodecOf(func(dst []byte, x []T) []byte { return AppendList(dst, x, c) }, func(r *Reader) []T { return List(r, c) })
}

// MapOf is the codec of MAPs.
func MapOf[K comparable, V any](k Codec[K], v Codec[V]) Codec[[]rt.Entry[K, V]] {
	return ArrayOf(CodecOf(func(dst []byte, e rt.Entry[K, V]) []byte { return v.Append(k.Append(dst, e.Key), e.Value) },
		func(r *Reader) rt.Entry[K, V] { return rt.Entry[K, V]{Key: Next(r, k), Value: Next(r, v)} }))
}

// AppendList appends values and their number.
func AppendList[T any](dst []byte, list []T, c Codec[T]) []byte {
	dst = AppendLen(dst, len(list))
	for _, x := range list {
		dst = c.Append(dst, x)
	}
	return dst
}

// List reads what AppendList wrote; nil if there are none.
func List[T any](r *Reader, c Codec[T]) []T {
	n := r.Len()
	if n == 0 {
		return nil
	}
	list := make([]T, 0, n)
	for range n {
		if list = append(list, Next(r, c)); r.Failed() {
			return nil
		}
	}
	return list
}

// AppendKey appends the key of a table.
func AppendKey(dst []byte, k Key) []byte {
	dst = AppendLen(dst, len(k.S))
	switch n := len(k.S); {
	case n == 0:
		return AppendInt(AppendInt(dst, int64(k.A)), int64(k.B))
	case n > inline:
		return append(dst, k.S...)
	default:
		return AppendBits(AppendBits(dst, k.A), k.B)[:len(dst)+n]
	}
}

// Key reads what AppendKey wrote. Its text is a view of what is read: tables copy what they keep.
func (r *Reader) Key() Key {
	n := r.Len()
	switch {
	case n == 0:
		return Key{A: uint64(r.Int()), B: uint64(r.Int())}
	case n > inline:
		return TextKey(view(r.take(n)))
	}
	var words [inline]byte
	copy(words[:], r.take(n))
	in := Reader{src: words[:]}
	return Key{A: in.Bits(), B: in.Bits(), S: blank[:n]}
}

// Append writes the values seen, in any order.
func (d *Distinct) Append(dst []byte) []byte {
	dst = AppendLen(dst, int(d.Len()))
	d.each(func(k Key) { dst = AppendKey(dst, k) })
	return dst
}

// Decode reads what Append wrote.
func (d *Distinct) Decode(src []byte) ([]byte, error) {
	*d = Distinct{}
	r := Read(src)
	for range r.Len() {
		k := r.Key()
		if r.Failed() {
			break
		}
		d.Add(k)
	}
	return r.End()
}
