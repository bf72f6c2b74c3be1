package state

import (
	"encoding/binary"
	"errors"
	"math"

	"github.com/velostream/veloc/runtime/text"
)

// State is what a group keeps of its rows, as a snapshot stores it: the accumulators of generated programs, and those of their fields that are more than one
// value. Append and Decode are each other's inverse; the form is that of the program that wrote it, so a snapshot is read by a program with the same state.
type State interface {
	// Append appends the state to dst. What it writes follows from what the state has seen and been asked, not from hashing; only the order of the
	// values of a Distinct does.
	Append(dst []byte) []byte
	// Decode replaces the state by the one in front of src and returns what follows it. It keeps nothing of src. Where src is damaged the error is
	// ErrDamaged and the state means nothing; the memory that it takes is proportional to len(src).
	Decode(src []byte) (rest []byte, err error)
}

// StateOf is a State that keeps values of type T, of which c knows the form.
type StateOf[T any] interface {
	Append(dst []byte, c Codec[T]) []byte
	Decode(src []byte, c Codec[T]) (rest []byte, err error)
}

// ErrDamaged says that bytes are no state of the kind that is read.
var ErrDamaged = errors.New("the stored state is damaged, or another program wrote it")

// Reader reads a state from front to back. After the first value that is not there all others are zero, and End returns the error.
type Reader struct {
	src     []byte
	err     error
	behind  []byte // what follows the field that is being read
	inField bool
}

// Read begins to read src.
func Read(src []byte) *Reader { return &Reader{src: src} }

// End returns what has not been read, or the error.
func (r *Reader) End() (rest []byte, err error) {
	r.endField()
	if r.err != nil {
		return nil, r.err
	}
	return r.src, nil
}

// Fail makes what has been read an error.
func (r *Reader) Fail() {
	if r.err == nil {
		r.src, r.err = nil, ErrDamaged
	}
}

// Failed tells whether there was an error.
func (r *Reader) Failed() bool { return r.err != nil }

// take is the next n bytes.
func (r *Reader) take(n int) []byte {
	if n < 0 || n > len(r.src) {
		r.Fail()
		return nil
	}
	b := r.src[:n]
	r.src = r.src[n:]
	return b
}

// Bits reads 64 bits.
func (r *Reader) Bits() uint64 {
	if b := r.take(8); b != nil {
		return binary.LittleEndian.Uint64(b)
	}
	return 0
}

// Float reads what AppendFloat wrote.
func (r *Reader) Float() float64 { return math.Float64frombits(r.Bits()) }

// Int reads what AppendInt wrote.
func (r *Reader) Int() int64 {
	x, n := binary.Varint(r.src)
	if n <= 0 {
		r.Fail()
		return 0
	}
	r.src = r.src[n:]
	return x
}

// Bool reads what AppendBool wrote.
func (r *Reader) Bool() bool {
	b := r.take(1)
	if b == nil {
		return false
	}
	if b[0] > 1 {
		r.Fail()
	}
	return b[0] == 1
}

// Len reads the number of values that follow. Each takes a byte at least, so a number that cannot be true is found before memory is taken.
func (r *Reader) Len() int {
	n, k := binary.Uvarint(r.src)
	if k <= 0 || n > uint64(len(r.src)-k) {
		r.Fail()
		return 0
	}
	r.src = r.src[k:]
	return int(n)
}

// Number reads a number that AppendLen wrote and that nothing follows: a place, up to two thousand millions.
func (r *Reader) Number() int {
	n, k := binary.Uvarint(r.src)
	if k <= 0 || n > math.MaxInt32 {
		r.Fail()
		return 0
	}
	r.src = r.src[k:]
	return int(n)
}

// View reads what AppendText wrote, as a view of what is read.
func (r *Reader) View() []byte { return r.take(r.Len()) }

// Text reads what AppendText wrote, in memory of its own.
func (r *Reader) Text() string { return text.Keep(string(r.View())) }

// Next reads a value of a kind that c knows.
func Next[T any](r *Reader, c Codec[T]) (x T) {
	if r.err != nil {
		return x
	}
	x, rest, err := c.Decode(r.src)
	if err != nil {
		var zero T
		r.src, r.err = nil, err
		return zero
	}
	r.src = rest
	return x
}

// Into reads a state within another.
func (r *Reader) Into(s State) {
	if r.err != nil {
		return
	}
	if r.src, r.err = s.Decode(r.src); r.err != nil {
		r.src = nil
	}
}

// Into reads a state within another, whose values c knows.
func Into[T any](r *Reader, s StateOf[T], c Codec[T]) {
	if r.err != nil {
		return
	}
	if r.src, r.err = s.Decode(r.src, c); r.err != nil {
		r.src = nil
	}
}

// Whole reads what AppendText wrote as a state that takes all of it.
func (r *Reader) Whole(s interface{ Decode(src []byte) error }) {
	if src := r.View(); r.err == nil {
		if err := s.Decode(src); err != nil {
			r.src, r.err = nil, err
		}
	}
}

// AppendInt appends an integer, small ones in a few bytes.
func AppendInt(dst []byte, x int64) []byte { return binary.AppendVarint(dst, x) }

// AppendBits appends 64 bits.
func AppendBits(dst []byte, x uint64) []byte { return binary.LittleEndian.AppendUint64(dst, x) }

// AppendFloat appends numbers with all their bits.
func AppendFloat(dst []byte, xs ...float64) []byte {
	for _, x := range xs {
		dst = AppendBits(dst, math.Float64bits(x))
	}
	return dst
}

// AppendBool appends a truth value.
func AppendBool(dst []byte, x bool) []byte { return append(dst, byte(BoolInt(x))) }

// AppendLen appends how many values follow.
func AppendLen(dst []byte, n int) []byte { return binary.AppendUvarint(dst, uint64(n)) }

// AppendText appends a text or bytes.
func AppendText[S string | []byte](dst []byte, s S) []byte {
	return append(AppendLen(dst, len(s)), s...)
}
