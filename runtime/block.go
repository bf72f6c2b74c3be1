package rt

// Block holds rows of type R between Decode and Apply: those of one chunk. Its memory is used again for the next one, and
// Next returns what an earlier row has left there: clear what the decoder may not write.
type Block[R any] struct {
	rows  []R
	n     int
	taken int
}

// Reset drops all rows and keeps their memory.
func (b *Block[R]) Reset() { b.n, b.taken = 0, 0 }

// Next is the place for another row. The row is part of the block only with Keep; without, the next call returns the same place.
func (b *Block[R]) Next() *R {
	if b.n == len(b.rows) {
		b.grow()
	}
	return &b.rows[b.n]
}

// Keep makes the row that Next returned part of the block.
func (b *Block[R]) Keep() { b.n++ }

// Rows are the rows that were kept, in order. They are valid until the next Reset.
func (b *Block[R]) Rows() []R { return b.rows[:b.n] }

// Left are the rows that have not been taken.
func (b *Block[R]) Left() []R { return b.rows[b.taken:b.n] }

// Take notes that the first n of the rows that were left have been applied.
func (b *Block[R]) Take(n int) { b.taken += n }

// Last is the row that was taken last.
func (b *Block[R]) Last() *R { return &b.rows[b.taken-1] }

// grow doubles the room: after a few chunks there is enough for any.
func (b *Block[R]) grow() {
	rows := make([]R, max(256, 2*len(b.rows)))
	copy(rows, b.rows)
	b.rows = rows
}
