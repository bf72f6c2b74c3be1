package text

import (
	"math/bits"
	"unsafe"

	rt "github.com/velostream/veloc/runtime"
)

// Cursor is a place in a chunk's data. The nil Cursor means "not found" or "not in the expected form". Loads may reach rt.Pad
// bytes behind the chunk's end, never further.
type Cursor struct{ p unsafe.Pointer }

// Bounds are the first byte of a chunk's data and the one behind its last.
func Bounds(c *rt.Chunk) (begin, end Cursor) {
	p := unsafe.Pointer(unsafe.SliceData(c.Data))
	return Cursor{p}, Cursor{unsafe.Add(p, len(c.Data))}
}

// Start is a cursor at the start of b, which must keep the padding contract.
func Start(b []byte) Cursor { return Cursor{unsafe.Pointer(unsafe.SliceData(b))} }

// Of is a cursor at the start of a text that keeps the padding contract.
func Of(s string) Cursor { return Cursor{unsafe.Pointer(unsafe.StringData(s))} }

// OK tells whether c is a place.
func (c Cursor) OK() bool { return c.p != nil }

// Before tells whether c is before d.
func (c Cursor) Before(d Cursor) bool { return uintptr(c.p) < uintptr(d.p) }

// Add moves n bytes on.
func (c Cursor) Add(n uintptr) Cursor { return Cursor{unsafe.Add(c.p, n)} }

// Back moves n bytes back.
func (c Cursor) Back(n uintptr) Cursor { return Cursor{unsafe.Add(c.p, -int(n))} }

// Since is the number of bytes from d to c.
func (c Cursor) Since(d Cursor) uintptr { return uintptr(c.p) - uintptr(d.p) }

// In is the offset of c in the chunk's data.
func (c Cursor) In(k *rt.Chunk) int {
	return int(uintptr(c.p) - uintptr(unsafe.Pointer(unsafe.SliceData(k.Data))))
}

// Byte is the byte n places on.
func (c Cursor) Byte(n uintptr) byte { return *(*byte)(unsafe.Add(c.p, n)) }

// Word is the eight bytes n places on, the first in the lowest bits.
func (c Cursor) Word(n uintptr) uint64 { return *(*uint64)(unsafe.Add(c.p, n)) }

// Half is the four bytes n places on.
func (c Cursor) Half(n uintptr) uint32 { return *(*uint32)(unsafe.Add(c.p, n)) }

// View is the n bytes at c as a string that shares the chunk's memory.
func (c Cursor) View(n uintptr) string { return unsafe.String((*byte)(c.p), n) }

// Bytes is the n bytes at c, sharing the chunk's memory.
func (c Cursor) Bytes(n uintptr) []byte { return unsafe.Slice((*byte)(c.p), n) }

// View is b as a string that shares its memory.
func View(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

const (
	low  = 0x0101010101010101
	high = 0x8080808080808080
)

// First is the index of the first byte that a mask marks (bit 7 of each byte).
func First(mask uint64) uintptr { return uintptr(bits.TrailingZeros64(mask)) >> 3 }

// Equal marks the first byte of w that equals the byte of which pattern is eight copies. Bytes behind the first one that is marked
// may be marked wrongly.
func Equal(w, pattern uint64) uint64 {
	x := w ^ pattern
	return (x - low) &^ x & high
}

// Control marks the first byte below 0x20. Bytes behind the first may be marked wrongly.
func Control(w uint64) uint64 { return (w - 0x2020202020202020) &^ w & high }

// Splat is eight copies of b.
func Splat(b byte) uint64 { return uint64(b) * low }
