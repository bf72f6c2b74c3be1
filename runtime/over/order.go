package over

import "slices"

// Sort puts rows in order; equal ones stay in the order in which they are.
func Sort[R any](rows []*R, compare func(a, b *R) int) { slices.SortStableFunc(rows, compare) }

// Top keeps the first n of all rows that it is given, in order; of equal rows those that came first.
type Top[R any] struct {
	N       int
	Compare func(a, b *R) int
	heap    []ranked[R] // the last of the kept rows is on top
	seq     int64
	saved   int64 // rows with lower numbers were saved
}

func (t *Top[R]) after(a, b ranked[R]) bool {
	c := t.Compare(a.row, b.row)
	return c > 0 || c == 0 && a.seq > b.seq
}

// Takes tells whether a row would be among the first n now. The row need not be kept anywhere.
func (t *Top[R]) Takes(r *R) bool {
	return len(t.heap) < t.N || t.N > 0 && t.Compare(r, t.heap[0].row) < 0
}

// Add keeps a row that it takes, and returns the one that is no longer among the first n; nil if there is none.
func (t *Top[R]) Add(r *R) (out *R) {
	e := ranked[R]{r, t.seq}
	t.seq++
	if len(t.heap) < t.N {
		t.heap = append(t.heap, e)
		for i := len(t.heap) - 1; i > 0; {
			up := (i - 1) / 2
			if !t.after(t.heap[i], t.heap[up]) {
				break
			}
			t.heap[i], t.heap[up] = t.heap[up], t.heap[i]
			i = up
		}
		return nil
	}
	out = t.heap[0].row
	t.heap[0] = e
	for i := 0; ; {
		last := i
		for c := 2*i + 1; c <= 2*i+2 && c < len(t.heap); c++ {
			if t.after(t.heap[c], t.heap[last]) {
				last = c
			}
		}
		if last == i {
			return out
		}
		t.heap[i], t.heap[last] = t.heap[last], t.heap[i]
		i = last
	}
}

// Rows are the kept rows in order. Nothing is kept afterwards.
func (t *Top[R]) Rows() []*R {
	slices.SortFunc(t.heap, func(a, b ranked[R]) int {
		if t.after(a, b) {
			return 1
		}
		return -1
	})
	rows := make([]*R, len(t.heap))
	for i, e := range t.heap {
		rows[i] = e.row
	}
	t.heap = t.heap[:0]
	return rows
}
