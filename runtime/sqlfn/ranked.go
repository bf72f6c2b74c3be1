package sqlfn

import (
	"slices"
	"sort"
)

// Ranked is values in order, equal ones beside each other, of which any can be taken out: the state of MIN and MAX where rows are taken back. It is cut into pieces, so that
// a value moves few others.
type Ranked[T any] struct{ pieces [][]T }

// pieceLen is how many values a piece has before it is cut in two.
const pieceLen = 512

// seek is where the first value that is not below x stands, or would.
func (r *Ranked[T]) seek(x T, compare func(a, b T) int) (piece, at int) {
	piece = sort.Search(len(r.pieces), func(i int) bool { return compare(r.pieces[i][len(r.pieces[i])-1], x) >= 0 })
	if piece < len(r.pieces) {
		at, _ = slices.BinarySearchFunc(r.pieces[piece], x, compare)
	}
	return piece, at
}

// Add adds a value, in memory of its own.
func (r *Ranked[T]) Add(x T, compare func(a, b T) int) {
	piece, at := r.seek(x, compare)
	if piece == len(r.pieces) { // above all others
		if piece == 0 {
			r.pieces = append(r.pieces, nil)
			piece = 1
		}
		piece--
		at = len(r.pieces[piece])
	}
	p := slices.Insert(r.pieces[piece], at, x)
	r.pieces[piece] = p
	if half := len(p) / 2; len(p) > pieceLen {
		r.pieces = slices.Insert(r.pieces, piece+1, slices.Clone(p[half:]))
		clear(p[half:])
		r.pieces[piece] = p[:half]
	}
}

// Remove takes out a value that was added.
func (r *Ranked[T]) Remove(x T, compare func(a, b T) int) {
	piece, at := r.seek(x, compare)
	if piece == len(r.pieces) || compare(r.pieces[piece][at], x) != 0 {
		return
	}
	if r.pieces[piece] = slices.Delete(r.pieces[piece], at, at+1); len(r.pieces[piece]) == 0 {
		r.pieces = slices.Delete(r.pieces, piece, piece+1)
	}
}

// Merge adds the values of o.
func (r *Ranked[T]) Merge(o *Ranked[T], compare func(a, b T) int) {
	for _, p := range o.pieces {
		for _, x := range p {
			r.Add(x, compare)
		}
	}
}

// Min is the first value.
func (r *Ranked[T]) Min() (x T, ok bool) {
	if len(r.pieces) == 0 {
		return x, false
	}
	return r.pieces[0][0], true
}

// Max is the last value.
func (r *Ranked[T]) Max() (x T, ok bool) {
	if len(r.pieces) == 0 {
		return x, false
	}
	last := r.pieces[len(r.pieces)-1]
	return last[len(last)-1], true
}
