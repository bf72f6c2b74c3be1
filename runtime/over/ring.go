package over

// Ring is a queue of rows that are known by their place: the first row ever pushed is row 0. Rows leave at the front, and their memory
// is used again for later ones. The zero Ring is empty.
type Ring[R any] struct {
	rows       []R // a power of two of them
	first, end int64
	saved      int64 // rows before this place are as they were saved last: see AppendRing
}

// End is the place that the next row will have, and so the number of rows that have ever been pushed.
func (q *Ring[R]) End() int64 { return q.end }

// First is the place of the first row that is still there, or End.
func (q *Ring[R]) First() int64 { return q.first }

// Len is the number of rows that are there.
func (q *Ring[R]) Len() int { return int(q.end - q.first) }

// Push adds a row and returns its memory, in which an earlier row may have left what it was.
func (q *Ring[R]) Push() *R {
	if q.end-q.first == int64(len(q.rows)) {
		q.grow()
	}
	q.end++
	return &q.rows[(q.end-1)&int64(len(q.rows)-1)]
}

// At is the row at place i, which must be there. It moves when a row is pushed.
func (q *Ring[R]) At(i int64) *R { return &q.rows[i&int64(len(q.rows)-1)] }

// Last is the row that was pushed last.
func (q *Ring[R]) Last() *R { return q.At(q.end - 1) }

// Drop removes the rows before place i.
func (q *Ring[R]) Drop(i int64) { q.first = max(q.first, min(i, q.end)) }

// Pop removes the row that was pushed last; its place is given to the next one.
func (q *Ring[R]) Pop() {
	q.end--
	q.saved = min(q.saved, q.end)
}

// Reset removes all rows and counts from 0 again.
func (q *Ring[R]) Reset() { q.first, q.end, q.saved = 0, 0, 0 }

func (q *Ring[R]) grow() {
	rows := make([]R, max(4, 2*len(q.rows)))
	for i := q.first; i < q.end; i++ {
		rows[i&int64(len(rows)-1)] = *q.At(i)
	}
	q.rows = rows
}

// Pool makes rows and takes them back, with the memory that they hold.
type Pool[R any] struct {
	free  []*R
	block []R
}

// Get is a row to be filled, in which an earlier one may have left what it was.
func (p *Pool[R]) Get() *R {
	if n := len(p.free); n > 0 {
		r := p.free[n-1]
		p.free = p.free[:n-1]
		return r
	}
	if len(p.block) == 0 {
		p.block = make([]R, 256)
	}
	r := &p.block[0]
	p.block = p.block[1:]
	return r
}

// Put takes a row back that nobody looks at any more.
func (p *Pool[R]) Put(r *R) { p.free = append(p.free, r) }

// Release removes the rows before place i from a partition and gives them back to the pool.
func Release[R any](q *Ring[*R], i int64, p *Pool[R]) {
	for ; q.first < i && q.first < q.end; q.first++ {
		p.Put(*q.At(q.first))
	}
}
