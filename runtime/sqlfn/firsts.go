package sqlfn

import (
	rt "github.com/velostream/veloc/runtime"
	"github.com/velostream/veloc/runtime/text"
)

// Firsts is the state of NTH: the first values, NULLs among them, up to the one that is asked for.
type Firsts[T any] struct{ list []rt.Null[T] }

// Add adds a value, or NULL, if fewer than n have come.
func (f *Firsts[T]) Add(x T, valid bool, n int) {
	if len(f.list) < n {
		f.list = append(f.list, rt.Null[T]{V: x, Valid: valid})
	}
}

// Wants tells whether fewer than n have come.
func (f *Firsts[T]) Wants(n int) bool { return len(f.list) < n }

// FirstText adds a copy of a text.
func FirstText(f *Firsts[string], s string, valid bool, n int) {
	if len(f.list) < n {
		f.Add(text.Keep(s), valid, n)
	}
}

// Merge adds the values of o, which came later.
func (f *Firsts[T]) Merge(o *Firsts[T], n int) {
	for _, x := range o.list {
		f.Add(x.V, x.Valid, n)
	}
}

// Nth is value n, counted from 1.
func (f *Firsts[T]) Nth(n int) (x T, ok bool) {
	if n > len(f.list) {
		return x, false
	}
	return f.list[n-1].V, f.list[n-1].Valid
}
