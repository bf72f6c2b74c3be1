package over

import "slices"

// Gathered is rows in the order in which they came, until all of them leave at once.
type Gathered[R any] struct {
	rows  []*R
	left  int64 // rows that were there before
	saved int64 // of all that ever came, those that are as they were saved last
}

// Add keeps a row.
func (g *Gathered[R]) Add(r *R) { g.rows = append(g.rows, r) }

// Len is the number of rows.
func (g *Gathered[R]) Len() int { return len(g.rows) }

// Rows are the rows in the order in which they came. Whoever puts them into another one resets them before more come.
func (g *Gathered[R]) Rows() []*R { return g.rows }

// Reset gives all rows back to the pool.
func (g *Gathered[R]) Reset(p *Pool[R]) {
	for _, r := range g.rows {
		p.Put(r)
	}
	g.left += int64(len(g.rows))
	g.rows = g.rows[:0]
}

// Whole gathers rows until their partitions are complete.
type Whole[R any] struct {
	Gathered[R]
	parts []int
}

// Add keeps a row of the partition with that id.
func (w *Whole[R]) Add(part int, r *R) {
	w.Gathered.Add(r)
	w.parts = append(w.parts, part)
}

// Each visits the partitions in the order of their ids, each with its rows in order: equal rows, and all if compare is nil, in the order in
// which they came.
func (w *Whole[R]) Each(compare func(a, b *R) int, visit func(rows []*R)) {
	if len(w.rows) == 0 {
		return
	}
	starts := make([]int, slices.Max(w.parts)+2)
	for _, p := range w.parts {
		starts[p+1]++
	}
	for p := 1; p < len(starts); p++ {
		starts[p] += starts[p-1]
	}
	next := slices.Clone(starts)
	ordered := make([]*R, len(w.rows))
	for i, r := range w.rows {
		p := w.parts[i]
		ordered[next[p]] = r
		next[p]++
	}
	for p := range len(starts) - 1 {
		rows := ordered[starts[p]:starts[p+1]]
		if len(rows) == 0 {
			continue
		}
		if compare != nil {
			slices.SortStableFunc(rows, compare)
		}
		visit(rows)
	}
}

// Reset gives all rows back to the pool.
func (w *Whole[R]) Reset(p *Pool[R]) {
	w.Gathered.Reset(p)
	w.parts = w.parts[:0]
}

// Buffer keeps the last rows in an order of their own.
type Buffer[R any] struct {
	came   Ring[*R]
	sorted []*R
}

// Add keeps a row among the last n, behind those that are equal to it in order, and returns the one that had to go for it; nil if there was
// room.
func (b *Buffer[R]) Add(r *R, n int, compare func(a, b *R) int) (gone *R) {
	if b.came.Len() == n {
		gone = *b.came.At(b.came.First())
		b.came.Drop(b.came.First() + 1)
		at := slices.Index(b.sorted, gone)
		b.sorted = slices.Delete(b.sorted, at, at+1)
	}
	*b.came.Push() = r
	at := len(b.sorted)
	for at > 0 && compare(b.sorted[at-1], r) > 0 {
		at--
	}
	b.sorted = slices.Insert(b.sorted, at, r)
	return gone
}

// Rows are the rows in order.
func (b *Buffer[R]) Rows() []*R { return b.sorted }
