package fast

import (
	"os"
	"unsafe"
)

// Rows is a part of the output of a query that writes rows in the order of its input.
type Rows struct {
	Counts Counts
	Slow   Slow
	Times  Times
	Row    Trade
	buf    []byte
	O      P       // start of the buffer
	At     uintptr // bytes written
	Limit  uintptr // a row begins below it
}

// reserve is the space that is left for a row that begins below Limit.
const reserve = 4096

// NewRows returns a part whose buffer takes the output of most blocks.
func NewRows() *Rows {
	r := &Rows{}
	r.grow(BlockSize*3/2 + reserve)
	return r
}

func (r *Rows) grow(size int) {
	buf := make([]byte, size)
	copy(buf, r.buf[:min(len(r.buf), int(r.At))])
	r.buf, r.O, r.Limit = buf, P(unsafe.SliceData(buf)), uintptr(size-reserve)
}

// Reserve makes space for a row of up to need bytes, when At has passed Limit or the row is long.
func (r *Rows) Reserve(need uintptr) {
	if r.At+need+64 > uintptr(len(r.buf)) || r.At >= r.Limit {
		r.grow(2*len(r.buf) + int(need))
	}
}

// WriteRows runs a query that maps rows to rows: decode turns a block into output of its part.
func WriteRows(in *Input, out *os.File, decode func(r *Rows, data []byte)) (Counts, error) {
	var total Counts
	var failed error
	Ordered(in, NewRows, func(r *Rows, data []byte, _ int) {
		r.At = 0
		decode(r, data)
	}, func(r *Rows) {
		if _, err := out.Write(r.buf[:r.At]); err != nil && failed == nil {
			failed = err
		}
		r.Counts.Rejected = int64(r.Slow.Rejected)
		total.Add(r.Counts)
		r.Counts, r.Slow.Rejected = Counts{}, 0
	})
	return total, failed
}
