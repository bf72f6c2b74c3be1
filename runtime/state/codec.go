package state

import (
	"encoding/binary"
	"errors"
	"math"
	"unsafe"

	rt "github.com/velostream/veloc/runtime"
	"github.com/velostream/veloc/runtime/decimal"
	"github.com/velostream/veloc/runtime/text"
)

// Codec writes and reads values of a table's key or value type, as snapshots and deltas hold them. A value is an item: its length as a uvarint
// and so many bytes. An item without bytes is the zero value of its type, so whoever finds nothing reads zero.
type Codec[T any] struct {
	// Append appends the item of v to dst.
	Append func(dst []byte, v *T) []byte
	// Decode sets v from the item at the beginning of src and returns what follows it. It copies what it keeps, never panics, and does
	// not allocate more than src can account for.
	Decode func(src []byte, v *T) (rest []byte, err error)
}

// ErrItem means that bytes are not what a codec wrote. Checksums find damage first, so it tells of another version of the program.
var ErrItem = errors.New("state is encoded in a way that this program does not know")

// Begin begins an item that is made of others; End ends it.
func Begin(dst []byte) (_ []byte, at int) { return append(dst, 0), len(dst) }

// End ends the item that Begin began at a place of dst. One byte holds the lengths of most items; where they are longer, the item moves.
func End(dst []byte, at int) []byte {
	n := len(dst) - at - 1
	if n < 1<<7 {
		dst[at] = byte(n)
		return dst
	}
	var size [binary.MaxVarintLen64]byte
	k := binary.PutUvarint(size[:], uint64(n))
	dst = append(dst, size[1:k]...)
	copy(dst[at+k:], dst[at+1:at+1+n])
	copy(dst[at:], size[:k])
	return dst
}

// Item cuts the item at the beginning of src.
func Item(src []byte) (item, rest []byte, err error) {
	if len(src) > 0 && src[0] < 1<<7 {
		if n := int(src[0]); n < len(src) {
			return src[1 : 1+n], src[1+n:], nil
		}
		return nil, nil, ErrItem
	}
	n, k := binary.Uvarint(src)
	if k <= 0 || n > uint64(len(src)-k) {
		return nil, nil, ErrItem
	}
	return src[k : k+int(n)], src[k+int(n):], nil
}

// Reader reads the items that an item is made of. The first error stays.
type Reader struct {
	src []byte
	err error
}

// Parts begins to read the item at the beginning of src; rest is what follows it.
func Parts(src []byte) (r Reader, rest []byte) {
	r.src, rest, r.err = Item(src)
	return r, rest
}

// Read sets v from the next item, or to zero if there is none.
func Read[T any](r *Reader, c Codec[T], v *T) {
	if r.err != nil || len(r.src) == 0 {
		var zero T
		*v = zero
		return
	}
	r.src, r.err = c.Decode(r.src, v)
}

// Err is the first error; what is left over is one.
func (r *Reader) Err() error {
	if r.err == nil && len(r.src) > 0 {
		return ErrItem
	}
	return r.err
}

// The codecs of values that are not made of others.
var (
	Int   = Codec[int64]{appendInt, decodeInt}
	Float = Codec[float64]{appendFloat, decodeFloat}
	Bool  = Codec[bool]{appendBool, decodeBool}
	Text  = Codec[string]{appendText, decodeText}
	Wide  = Codec[decimal.Int128]{appendWide, decodeWide}
	UUID  = Codec[rt.UUID]{appendUUID, decodeUUID}
)

// appendWord appends the item of a word: its bytes, least first, without zeros at the end.
func appendWord(dst []byte, w uint64) []byte {
	at := len(dst)
	dst = append(dst, 0)
	for ; w != 0; w >>= 8 {
		dst = append(dst, byte(w))
	}
	dst[at] = byte(len(dst) - at - 1)
	return dst
}

func decodeWord(src []byte) (w uint64, rest []byte, err error) {
	item, rest, err := Item(src)
	if err != nil || len(item) > 8 {
		return 0, nil, ErrItem
	}
	for i, b := range item {
		w |= uint64(b) << (8 * i)
	}
	return w, rest, nil
}

// Small numbers of either sign take few bytes: the sign is the lowest bit.
func appendInt(dst []byte, v *int64) []byte {
	return appendWord(dst, uint64(*v)<<1^uint64(*v>>63))
}

func decodeInt(src []byte, v *int64) (rest []byte, err error) {
	w, rest, err := decodeWord(src)
	*v = int64(w>>1) ^ -int64(w&1)
	return rest, err
}

// The low bytes of most FLOATs are zero: the high ones come first.
func appendFloat(dst []byte, v *float64) []byte { return appendWord(dst, reverse(math.Float64bits(*v))) }

func decodeFloat(src []byte, v *float64) (rest []byte, err error) {
	w, rest, err := decodeWord(src)
	*v = math.Float64frombits(reverse(w))
	return rest, err
}

func appendBool(dst []byte, v *bool) []byte { return appendWord(dst, uint64(BoolInt(*v))) }

func decodeBool(src []byte, v *bool) (rest []byte, err error) {
	w, rest, err := decodeWord(src)
	*v = w != 0
	return rest, err
}

func appendText(dst []byte, v *string) []byte {
	return append(binary.AppendUvarint(dst, uint64(len(*v))), *v...)
}

func decodeText(src []byte, v *string) (rest []byte, err error) {
	item, rest, err := Item(src)
	*v = keep(item)
	return rest, err
}

func appendWide(dst []byte, v *decimal.Int128) []byte {
	dst, at := Begin(dst)
	if v.Hi == int64(v.Lo)>>63 { // it fits into a word
		low := int64(v.Lo)
		return End(appendNumber(dst, low), at)
	}
	dst = binary.LittleEndian.AppendUint64(dst, v.Lo)
	return End(binary.LittleEndian.AppendUint64(dst, uint64(v.Hi)), at)
}

// appendNumber is appendInt without the length.
func appendNumber(dst []byte, v int64) []byte {
	for w := uint64(v)<<1 ^ uint64(v>>63); w != 0; w >>= 8 {
		dst = append(dst, byte(w))
	}
	return dst
}

func decodeWide(src []byte, v *decimal.Int128) (rest []byte, err error) {
	item, rest, err := Item(src)
	switch {
	case err != nil:
		return nil, err
	case len(item) == 16:
		v.Lo, v.Hi = binary.LittleEndian.Uint64(item), int64(binary.LittleEndian.Uint64(item[8:]))
	case len(item) <= 8:
		var low int64
		if _, err = decodeInt(src, &low); err == nil {
			v.Lo, v.Hi = uint64(low), low>>63
		}
	default:
		err = ErrItem
	}
	return rest, err
}

func appendUUID(dst []byte, v *rt.UUID) []byte {
	if *v == (rt.UUID{}) {
		return append(dst, 0)
	}
	return append(append(dst, byte(len(v))), v[:]...)
}

func decodeUUID(src []byte, v *rt.UUID) (rest []byte, err error) {
	item, rest, err := Item(src)
	*v = rt.UUID{}
	if err != nil || len(item) != 0 && copy(v[:], item) != len(v) || len(item) > len(v) {
		return nil, ErrItem
	}
	return rest, nil
}

func reverse(w uint64) uint64 {
	var b [8]byte
	binary.LittleEndian.PutUint64(b[:], w)
	return binary.BigEndian.Uint64(b[:])
}

// keep is a text in memory of its own.
func keep(item []byte) string {
	if len(item) == 0 {
		return ""
	}
	return text.Keep(textOf(item))
}

// textOf is a view of bytes.
func textOf(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }
