package sqlfn

import (
	"slices"

	rt "github.com/velostream/veloc/runtime"
)

// Gathered is the state of ARRAY_AGG: all values, in order of arrival.
type Gathered[E any] struct{ list []E }

// Add adds a value, in memory of its own.
func (g *Gathered[E]) Add(x E) { g.list = append(g.list, x) }

// Merge adds the values of o, which came later.
func (g *Gathered[E]) Merge(o *Gathered[E]) { g.list = append(g.list, o.list...) }

// List is the values, and whether there is any.
func (g *Gathered[E]) List() ([]E, bool) { return g.list, len(g.list) > 0 }

// Entries is the state of MAP_AGG: the last value of each key, in the order in which the keys first came.
type Entries[K comparable, V any] struct {
	places map[K]int
	list   []rt.Entry[K, V]
}

// Has tells whether a key has come.
func (e *Entries[K, V]) Has(k K) bool {
	_, ok := e.places[k]
	return ok
}

// Add adds an entry, in memory of its own. Of a key that has come before it may be any form.
func (e *Entries[K, V]) Add(k K, v V) {
	if at, ok := e.places[k]; ok {
		e.list[at].Value = v
		return
	}
	if e.places == nil {
		e.places = map[K]int{}
	}
	e.places[k] = len(e.list)
	e.list = append(e.list, rt.Entry[K, V]{Key: k, Value: v})
}

// Merge adds the entries of o, which came later.
func (e *Entries[K, V]) Merge(o *Entries[K, V]) {
	for i := range o.list {
		e.Add(o.list[i].Key, o.list[i].Value)
	}
}

// List is the entries, and whether there is any.
func (e *Entries[K, V]) List() ([]rt.Entry[K, V], bool) { return e.list, len(e.list) > 0 }

// Histogram is the values of a tally with their counts, in their order.
func Histogram[K comparable](t *Tally[K], compare func(a, b K) int) ([]rt.Entry[K, int64], bool) {
	list := make([]rt.Entry[K, int64], 0, len(t.values))
	for i, x := range t.values {
		if t.counts[i] > 0 {
			list = append(list, rt.Entry[K, int64]{Key: x, Value: t.counts[i]})
		}
	}
	slices.SortFunc(list, func(a, b rt.Entry[K, int64]) int { return compare(a.Key, b.Key) })
	return list, len(list) > 0
}

// Frequent is the k most frequent values of a tally, the most frequent first; of equally frequent ones the least.
func (t *Tally[T]) Frequent(k int, compare func(a, b T) int) ([]T, bool) {
	order := make([]int, 0, len(t.values))
	for i, n := range t.counts {
		if n > 0 {
			order = append(order, i)
		}
	}
	slices.SortFunc(order, func(i, j int) int {
		if t.counts[i] != t.counts[j] {
			return int(t.counts[j] - t.counts[i])
		}
		return compare(t.values[i], t.values[j])
	})
	list := make([]T, 0, min(k, len(order)))
	for _, i := range order[:cap(list)] {
		list = append(list, t.values[i])
	}
	return list, len(list) > 0
}

// Foremost is the state of TOP_K and BOTTOM_K: the first k values in an order. Equal ones stand in the order in which they came.
type Foremost[T any] struct{ list []T }

// Wants tells whether x is one of the first k.
func (f *Foremost[T]) Wants(x T, k int, compare func(a, b T) int) bool {
	return len(f.list) < k || compare(x, f.list[k-1]) < 0
}

// Add adds a value that is wanted, in memory of its own.
func (f *Foremost[T]) Add(x T, k int, compare func(a, b T) int) {
	at, _ := slices.BinarySearchFunc(f.list, x, func(y, x T) int {
		if compare(y, x) <= 0 {
			return -1
		}
		return 1
	})
	if len(f.list) == k {
		f.list = f.list[:k-1]
	}
	f.list = slices.Insert(f.list, at, x)
}

// Merge adds the values of o, which came later.
func (f *Foremost[T]) Merge(o *Foremost[T], k int, compare func(a, b T) int) {
	for _, x := range o.list {
		if f.Wants(x, k, compare) {
			f.Add(x, k, compare)
		}
	}
}

// List is the values, and whether there is any.
func (f *Foremost[T]) List() ([]T, bool) { return f.list, len(f.list) > 0 }

// Descending turns an order around.
func Descending[T any](compare func(a, b T) int) func(a, b T) int {
	return func(a, b T) int { return compare(b, a) }
}
