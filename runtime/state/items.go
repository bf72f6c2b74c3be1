package state

import "encoding/binary"

// Keys and accumulators are written field by field, each field as an item: its length and so many bytes. So a program finds the fields that it knows,
// whatever stands between them; a field without bytes has its zero value. Items are also what tables put around the values of their entries.

// Begin begins an item; End ends it.
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

// EndField ends the item of a field and begins that of the next one.
func EndField(dst []byte, at int) ([]byte, int) { return Begin(End(dst, at)) }

// Field goes on to the next field and tells whether it was written; if not, it is zero.
func (r *Reader) Field() bool {
	r.endField()
	if r.err != nil || len(r.src) == 0 {
		return false
	}
	n := r.Len()
	r.behind, r.inField = r.src[min(n, len(r.src)):], true
	r.src = r.src[:min(n, len(r.src))]
	return n > 0
}

// endField leaves a field, of which nothing may be left over.
func (r *Reader) endField() {
	if !r.inField {
		return
	}
	if len(r.src) > 0 {
		r.Fail()
	}
	if r.inField = false; r.err == nil {
		r.src = r.behind
	}
}

// item is the content of the item at the beginning of src, and what follows it.
func item(src []byte) (content, rest []byte, err error) {
	r := Reader{src: src}
	content = r.View()
	rest, err = r.End()
	return content, rest, err
}
