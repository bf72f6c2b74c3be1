package state

import (
	"bytes"
	"encoding/binary"
	"math"
	"math/bits"
	"slices"
	"unsafe"
)

// Key is a group key in the form that tables hash and compare: the first 16 bytes of its text, or up to two integers, and the text.
// Equal SQL values have equal Keys and unequal ones differ, provided that both were made by the same constructor. It has four words, so that
// the compiler keeps it in registers.
type Key struct {
	A, B uint64 // the first 16 bytes, little-endian, zero-padded; or integers
	S    string // the text; its bytes matter only behind the 16th
}

// inline is the length of the longest text that A and B hold whole.
const inline = 16

// TextKey is the key of a non-NULL text. That of the empty text differs from all words that a text can have.
func TextKey(s string) Key {
	n := len(s)
	switch {
	case n == 0:
		return Key{B: 2}
	case n > inline:
		return Key{A: le64(s), B: hashRest(s), S: s}
	case n >= 8:
		return Key{A: le64(s), B: le64(s[n-8:]) >> (uint(16-n) * 8 & 63) & tailMask(n), S: s}
	case n >= 4:
		return Key{A: uint64(le32(s)) | uint64(le32(s[n-4:]))>>(uint(8-n)*8)<<32, S: s}
	}
	k := Key{S: s}
	for i := n - 1; i >= 0; i-- {
		k.A = k.A<<8 | uint64(s[i])
	}
	return k
}

// tailMask is all ones unless n is 8, where nothing follows the first word.
func tailMask(n int) uint64 { return uint64(int64(8-n) >> 63) }

// PaddedTextKey is TextKey for a text behind whose start at least 16 bytes can be read, as is true of every column that a
// decoder returns as a view into a chunk. Both words are loaded and masked without a branch on the length, which no predictor knows.
func PaddedTextKey(s string) Key {
	n := len(s)
	if uint(n-1) >= inline {
		return TextKey(s)
	}
	p, mask := unsafe.Pointer(unsafe.StringData(s)), &masks[n]
	return Key{A: *(*uint64)(p) & mask[0], B: *(*uint64)(unsafe.Add(p, 8)) & mask[1], S: s}
}

// masks cover the bytes of two words that a text of so many bytes takes.
var masks = func() (m [inline + 1][2]uint64) {
	for n := range inline + 1 {
		for i := range n {
			m[n][i/8] |= 0xff << (i % 8 * 8)
		}
	}
	return m
}()

// compared is the length of the text for a slot, and opaque where comparing the words and the length does not suffice.
func (k Key) compared() uint32 {
	n := uint32(len(k.S))
	if n > inline {
		return n | opaque
	}
	for i := range n {
		w := k.A
		if i >= 8 {
			w = k.B
		}
		if byte(w>>(i%8*8)) < 0x20 {
			return n | opaque
		}
	}
	return n
}

// IntKey is the key of an INTEGER, TIMESTAMP, DATE, BOOLEAN or narrow DECIMAL.
func IntKey(v int64) Key { return Key{A: uint64(v)} }

// WideKey is the key of a DECIMAL of more than 18 digits, given by the halves of its mantissa.
func WideKey(hi int64, lo uint64) Key { return Key{A: lo, B: uint64(hi)} }

// UUIDKey is the key of a UUID: that of a text of its 16 bytes.
func UUIDKey(u [16]byte) Key {
	return Key{A: binary.LittleEndian.Uint64(u[:8]), B: binary.LittleEndian.Uint64(u[8:]), S: blank}
}

// NullKey is the key of NULL. Of the texts without bytes in A only the empty one has a second word, another one; no single integer has one;
// and the upper half of a DECIMAL is never the least integer.
func NullKey() Key { return Key{B: 1 << 63} }

// Encoder builds the key of several columns: each value is appended in a form that says where it ends.
type Encoder struct {
	buf  []byte
	ends []int  // of the entries of the MAPs that are being appended
	copy []byte // room to sort entries
}

// Reset begins a key.
func (e *Encoder) Reset() { e.buf, e.ends = e.buf[:0], e.ends[:0] }

// Text appends a text column.
func (e *Encoder) Text(s string, valid bool) {
	if !valid {
		e.buf = append(e.buf, 0)
		return
	}
	e.buf = append(e.buf, 1)
	e.buf = binary.AppendUvarint(e.buf, uint64(len(s)))
	e.buf = append(e.buf, s...)
}

// Int appends a column held in an int64.
func (e *Encoder) Int(v int64, valid bool) {
	if !valid {
		e.buf = append(e.buf, 0)
		return
	}
	e.buf = append(e.buf, 1)
	e.buf = binary.LittleEndian.AppendUint64(e.buf, uint64(v))
}

// Float appends a FLOAT column. All NaNs are one group, and so are 0 and -0.
func (e *Encoder) Float(v float64, valid bool) { e.Int(FloatBits(v), valid) }

// UUID appends a UUID column.
func (e *Encoder) UUID(u [16]byte, valid bool) {
	if e.Some(valid) {
		e.buf = append(e.buf, u[:]...)
	}
}

// Some appends whether a value that is made of others is not NULL, and tells it; what follows are its parts.
func (e *Encoder) Some(valid bool) bool {
	if valid {
		e.buf = append(e.buf, 1)
	} else {
		e.buf = append(e.buf, 0)
	}
	return valid
}

// Len appends how many elements an ARRAY or MAP has.
func (e *Encoder) Len(n int) { e.buf = binary.AppendUvarint(e.buf, uint64(n)) }

// Entries begins the entries of a MAP and returns what Sort needs to know.
func (e *Encoder) Entries() int {
	e.ends = append(e.ends, len(e.buf))
	return len(e.ends)
}

// EndEntry ends an entry of a MAP.
func (e *Encoder) EndEntry() { e.ends = append(e.ends, len(e.buf)) }

// Sort brings the entries since Entries into an order that does not depend on theirs, because MAPs with equal entries are equal.
func (e *Encoder) Sort(from int) {
	start := e.ends[from-1]
	ends := e.ends[from:]
	e.copy = append(e.copy[:0], e.buf[start:]...)
	entry := func(i int) []byte { // of the copy
		lo := 0
		if i > 0 {
			lo = ends[i-1] - start
		}
		return e.copy[lo : ends[i]-start]
	}
	var few [32]int32
	order := few[:0]
	for i := range ends {
		order = append(order, int32(i))
	}
	slices.SortFunc(order, func(a, b int32) int { return bytes.Compare(entry(int(a)), entry(int(b))) })
	e.buf = e.buf[:start]
	for _, i := range order {
		e.buf = append(e.buf, entry(int(i))...)
	}
	e.ends = e.ends[:from-1]
}

// Equal tells whether the same was appended to both.
func (e *Encoder) Equal(o *Encoder) bool { return bytes.Equal(e.buf, o.buf) }

// Key is the key of what was appended. It points into the encoder: tables copy what they keep.
func (e *Encoder) Key() Key { return TextKey(view(e.buf)) }

// view is bytes as a text, without a copy.
func view(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// FloatBits maps a FLOAT to an integer such that equal SQL values are equal: -0 is 0 and all NaNs are one.
func FloatBits(v float64) int64 {
	switch {
	case v == 0:
		return 0
	case v != v:
		return int64(math.Float64bits(math.NaN()))
	}
	return int64(math.Float64bits(v))
}

// BoolInt maps a BOOLEAN to an integer for IntKey.
func BoolInt(v bool) int64 {
	if v {
		return 1
	}
	return 0
}

func le64(s string) uint64 {
	return *(*uint64)(unsafe.Pointer(unsafe.StringData(s[:8])))
}

func le32(s string) uint32 {
	return *(*uint32)(unsafe.Pointer(unsafe.StringData(s[:4])))
}

// hashRest condenses all bytes after the first eight of a text longer than 16 by a chain of 64×64→128 bit multiplications, as
// wyhash does (Wang Yi, public domain).
func hashRest(s string) uint64 {
	h := uint64(len(s))
	last := le64(s[len(s)-8:])
	for s = s[8:]; len(s) > 8; s = s[8:] {
		hi, lo := bits.Mul64(le64(s)^h^mix1, mix2)
		h = hi ^ lo
	}
	hi, lo := bits.Mul64(last^h^mix1, mix2)
	return hi ^ lo
}

const (
	mix1 = 0xa0761d6478bd642f
	mix2 = 0xe7037ed1a0b428db
)
