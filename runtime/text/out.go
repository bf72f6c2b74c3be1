package text

import (
	"math"
	"math/bits"
	"slices"
	"strconv"
	"unicode/utf8"
	"unsafe"
)

// Out is a place in an output buffer where bytes are written without bounds checks: Reserve has made room. Writers may overwrite
// up to outPad bytes behind what they write.
type Out struct{ p unsafe.Pointer }

const outPad = 32

// Reserve makes room for n bytes behind b and returns the place to write them and b, perhaps moved.
func Reserve(b []byte, n int) (Out, []byte) {
	if cap(b)-len(b) < n+outPad {
		b = slices.Grow(b, max(n+outPad, cap(b)))
	}
	return Out{unsafe.Add(unsafe.Pointer(unsafe.SliceData(b)), len(b))}, b
}

// Done returns b with everything up to o.
func (o Out) Done(b []byte) []byte {
	return b[:uintptr(o.p)-uintptr(unsafe.Pointer(unsafe.SliceData(b)))]
}

// Lit writes a constant. With a constant of at most 16 bytes it compiles to two stores.
func (o Out) Lit(s string) Out {
	copy(unsafe.Slice((*byte)(o.p), len(s)), s)
	return Out{unsafe.Add(o.p, len(s))}
}

// Byte writes one byte.
func (o Out) Byte(c byte) Out {
	*(*byte)(o.p) = c
	return Out{unsafe.Add(o.p, 1)}
}

// Rune writes a character in UTF-8, at most four bytes.
func (o Out) Rune(r rune) Out {
	if r < utf8.RuneSelf {
		return o.Byte(byte(r))
	}
	return Out{unsafe.Add(o.p, utf8.EncodeRune(unsafe.Slice((*byte)(o.p), utf8.UTFMax), r))}
}

// Copy copies s as it is, where memory can be read up to the next multiple of eight bytes behind the start of s: whole words.
func (o Out) Copy(s string) Out {
	p := unsafe.Pointer(unsafe.StringData(s))
	for i := 0; i < len(s); i += 8 {
		*(*uint64)(unsafe.Add(o.p, i)) = *(*uint64)(unsafe.Add(p, i))
	}
	return Out{unsafe.Add(o.p, len(s))}
}

// Raw copies s as it is.
func (o Out) Raw(s string) Out { return o.Lit(s) }

var digits4 [10000]uint32

func init() {
	for i := range uint32(10000) {
		digits4[i] = 0x30303030 + i/1000 + i/100%10<<8 + i/10%10<<16 + i%10<<24
	}
}

func (o Out) put4(v uint64) { *(*uint32)(o.p) = digits4[v] }

// Uint writes v in decimal.
func (o Out) Uint(v uint64) Out {
	if v < 10000 {
		return o.lead4(v)
	}
	if v < 1e8 {
		o = o.lead4(v / 10000)
		o.put4(v % 10000)
		return Out{unsafe.Add(o.p, 4)}
	}
	o = o.Uint(v / 1e8)
	return o.eight(v % 1e8)
}

func (o Out) eight(v uint64) Out {
	o.put4(v / 10000)
	Out{unsafe.Add(o.p, 4)}.put4(v % 10000)
	return Out{unsafe.Add(o.p, 8)}
}

// lead4 writes v < 10000 without leading zeros. It finds them in the digits: no branch can be right about the lengths of numbers.
func (o Out) lead4(v uint64) Out {
	d := digits4[v]
	zeros := bits.TrailingZeros32(d&0x0f0f0f|1<<24) &^ 7 // in bits; the last digit stays
	*(*uint32)(o.p) = d >> (zeros & 31)
	return Out{unsafe.Add(o.p, 4-zeros>>3)}
}

// Int writes v in decimal; at most 20 bytes.
func (o Out) Int(v int64) Out {
	if u := uint64(v); u < 1e8 {
		if u < 10000 {
			return o.lead4(u)
		}
		head := u / 10000
		o = o.lead4(head)
		o.put4(u - head*10000)
		return Out{unsafe.Add(o.p, 4)}
	}
	if v < 0 {
		return o.Byte('-').Uint(-uint64(v))
	}
	return o.Uint(uint64(v))
}

// Fixed writes the mantissa v with all digits of its scale (at most 18); at most 21 bytes.
func (o Out) Fixed(v int64, scale int) Out {
	if uint64(v) < 1e8 && scale == 4 { // prices, for the most part
		whole := uint64(v) / 10000
		o = o.lead4(whole)
		return o.Word('.' | uint64(digits4[uint64(v)-whole*10000])<<8).Back(3)
	}
	if v < 0 {
		return o.Byte('-').fixed(-uint64(v), scale)
	}
	return o.fixed(uint64(v), scale)
}

func (o Out) fixed(v uint64, scale int) Out {
	if scale == 4 {
		o = o.Uint(v / 10000).Byte('.')
		o.put4(v % 10000)
		return Out{unsafe.Add(o.p, 4)}
	}
	if scale == 8 {
		return o.Uint(v / 1e8).Byte('.').eight(v % 1e8)
	}
	if scale == 2 {
		return o.Uint(v / 100).Byte('.').two(v % 100)
	}
	if scale == 0 {
		return o.Uint(v)
	}
	unit := Pow10[scale&31]
	return o.Uint(v/unit).Byte('.').padded(v%unit, scale)
}

// padded writes v in exactly n digits, 1 <= n <= 18.
func (o Out) padded(v uint64, n int) Out {
	for n > 8 {
		unit := Pow10[(n-1)&31]
		o = o.Byte('0' + byte(v/unit))
		v %= unit
		n--
	}
	end := Out{unsafe.Add(o.p, n)}
	v *= Pow10[8-n]
	o.eight(v)
	return end
}

// Wide writes a 128-bit mantissa, given as its two halves, with all digits of its scale; at most 41 bytes.
func (o Out) Wide(hi int64, lo uint64, scale int) Out {
	if hi == int64(lo)>>63 && scale <= 18 {
		return o.Fixed(int64(lo), scale)
	}
	h, l := uint64(hi), lo
	if hi < 0 {
		o = o.Byte('-')
		var borrow uint64
		l, borrow = bits.Sub64(0, l, 0)
		h, _ = bits.Sub64(0, h, borrow)
	}
	var buf [40]byte // digits of up to 2^128 without the point
	i := len(buf)
	for h != 0 || l != 0 || len(buf)-i <= scale {
		var q, r uint64
		q, r = h/10, h%10
		h = q
		l, r = bits.Div64(r, l, 10)
		i--
		buf[i] = '0' + byte(r)
	}
	n := len(buf) - scale
	o = o.Lit(unsafe.String(&buf[i], n-i))
	if scale == 0 {
		return o
	}
	o = o.Byte('.')
	return o.Lit(unsafe.String(&buf[n], scale))
}

// FloatMax is how many bytes Float may write.
const FloatMax = 32

// Float writes v as AppendFloat does. NaN and the infinities have no JSON form: the caller writes null for them.
func (o Out) Float(v float64) Out {
	return Out{unsafe.Add(o.p, len(AppendFloat(unsafe.Slice((*byte)(o.p), FloatMax)[:0], v)))}
}

// AppendFloat appends v in the shortest form that reads back as the same number, as encoding/json does: 0.1, 1e-7, 1e+21. Sinks, casts and
// messages all show FLOAT so.
func AppendFloat(b []byte, v float64) []byte {
	form := byte('f')
	if a := math.Abs(v); a != 0 && (a < 1e-6 || a >= 1e21) {
		form = 'e'
	}
	b = strconv.AppendFloat(b, v, form, -1, 64)
	n := len(b)
	if form == 'e' && n >= 4 && b[n-4] == 'e' && b[n-3] == '-' && b[n-2] == '0' { // e-09 → e-9
		b[n-2] = b[n-1]
		b = b[:n-1]
	}
	return b
}

// Bool writes true or false.
func (o Out) Bool(v bool) Out {
	if v {
		return o.Lit("true")
	}
	return o.Lit("false")
}

// Word writes eight bytes.
func (o Out) Word(w uint64) Out {
	*(*uint64)(o.p) = w
	return Out{unsafe.Add(o.p, 8)}
}

// Back moves n bytes back.
func (o Out) Back(n uintptr) Out { return Out{unsafe.Add(o.p, -int(n))} }

// Skip moves n bytes on, over what Word has written.
func (o Out) Skip(n uintptr) Out { return Out{unsafe.Add(o.p, n)} }
