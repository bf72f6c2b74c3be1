package state

import rt "github.com/velostream/veloc/runtime"

// Codecs of values that are made of others.

// Nullable is the codec of a column that can be NULL: NULL has no bytes, any other value at least its length.
func Nullable[T any](c Codec[T]) Codec[rt.Null[T]] {
	return Codec[rt.Null[T]]{
		Append: func(dst []byte, v *rt.Null[T]) []byte {
			dst, at := Begin(dst)
			if !v.Valid {
				return dst
			}
			return End(c.Append(dst, &v.V), at)
		},
		Decode: func(src []byte, v *rt.Null[T]) ([]byte, error) {
			r, rest := Parts(src)
			v.Valid = r.err == nil && len(r.src) > 0
			Read(&r, c, &v.V)
			return rest, r.Err()
		},
	}
}

// List is the codec of an ARRAY.
func List[T any](c Codec[T]) Codec[[]T] {
	return Codec[[]T]{
		Append: func(dst []byte, v *[]T) []byte {
			dst, at := Begin(dst)
			for i := range *v {
				dst = c.Append(dst, &(*v)[i])
			}
			return End(dst, at)
		},
		Decode: func(src []byte, v *[]T) ([]byte, error) {
			r, rest := Parts(src)
			*v = nil
			for r.err == nil && len(r.src) > 0 {
				var x T
				Read(&r, c, &x)
				*v = append(*v, x)
			}
			return rest, r.Err()
		},
	}
}

// Entries is the codec of a MAP.
func Entries[K comparable, V any](key Codec[K], value Codec[V]) Codec[[]rt.Entry[K, V]] {
	return List(Codec[rt.Entry[K, V]]{
		Append: func(dst []byte, e *rt.Entry[K, V]) []byte {
			dst, at := Begin(dst)
			dst = key.Append(dst, &e.Key)
			return End(value.Append(dst, &e.Value), at)
		},
		Decode: func(src []byte, e *rt.Entry[K, V]) ([]byte, error) {
			r, rest := Parts(src)
			Read(&r, key, &e.Key)
			Read(&r, value, &e.Value)
			return rest, r.Err()
		},
	})
}

// Own is the codec of a type that writes and reads itself.
func Own[T any, P interface {
	*T
	Append(dst []byte) []byte
	Decode(src []byte) (rest []byte, err error)
}]() Codec[T] {
	return Codec[T]{
		Append: func(dst []byte, v *T) []byte {
			dst, at := Begin(dst)
			return End(P(v).Append(dst), at)
		},
		Decode: func(src []byte, v *T) ([]byte, error) {
			r, rest := Parts(src)
			var zero T
			*v = zero
			if r.err == nil && len(r.src) > 0 {
				r.src, r.err = P(v).Decode(r.src)
			}
			return rest, r.Err()
		},
	}
}
