package sqlfn

import (
	"slices"

	rt "github.com/velostream/veloc/runtime"
)

// Rows is the state of an aggregate with ORDER BY: what it needs of all rows.
type Rows[T any] struct {
	list   []*T
	sorted bool
}

// Add adds a row.
func (r *Rows[T]) Add(row T) { r.list, r.sorted = append(r.list, &row), false }

// Remove takes back the first row that equals another one.
func (r *Rows[T]) Remove(row *T, equal func(a, b *T) bool) {
	if i := slices.IndexFunc(r.list, func(x *T) bool { return equal(x, row) }); i >= 0 {
		r.list = slices.Delete(r.list, i, i+1)
	}
}

// Merge adds the rows of o, which came later.
func (r *Rows[T]) Merge(o *Rows[T]) { r.list, r.sorted = append(r.list, o.list...), false }

// Sort puts the rows in order; equal ones stay in the order of arrival.
func (r *Rows[T]) Sort(compare func(a, b *T) int) {
	if !r.sorted {
		slices.SortStableFunc(r.list, compare)
		r.sorted = true
	}
}

// List is the rows.
func (r *Rows[T]) List() []*T { return r.list }

// CompareNulls orders values that may be NULL: NULLs stand at one end.
func CompareNulls[T any](a, b rt.Null[T], descending, nullsFirst bool, compare func(a, b T) int) int {
	switch {
	case !a.Valid && !b.Valid:
		return 0
	case a.Valid != b.Valid:
		if a.Valid == nullsFirst {
			return 1
		}
		return -1
	case descending:
		return compare(b.V, a.V)
	}
	return compare(a.V, b.V)
}
