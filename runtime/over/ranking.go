package over

// Ranking is the first rows of a partition, in order.
type Ranking[R any] struct {
	rows  []ranked[R]
	seq   int64
	saved int64 // rows with lower numbers were saved
}

// ranked is a row and its number: the earlier of equal ones goes first.
type ranked[R any] struct {
	row *R
	seq int64
}

// Len is the number of rows.
func (k *Ranking[R]) Len() int { return len(k.rows) }

// At is the row at place i, from 0.
func (k *Ranking[R]) At(i int) *R { return k.rows[i].row }

// Last is the row that has to go for one that comes before it; nil if there are less than n.
func (k *Ranking[R]) Last(n int) *R {
	if len(k.rows) < n {
		return nil
	}
	return k.rows[n-1].row
}

// Add puts a row in its place, behind those that are equal to it, and returns the place and the row that had to go for it, if there were n.
// The row comes before that: see Last.
func (k *Ranking[R]) Add(r *R, n int, compare func(a, b *R) int) (place int, gone *R) {
	place = len(k.rows)
	for place > 0 && compare(k.rows[place-1].row, r) > 0 {
		place--
	}
	if len(k.rows) < n {
		k.rows = append(k.rows, ranked[R]{})
	} else {
		gone = k.rows[n-1].row
	}
	copy(k.rows[place+1:], k.rows[place:])
	k.rows[place] = ranked[R]{r, k.seq}
	k.seq++
	return place, gone
}
