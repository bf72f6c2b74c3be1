package json

import (
	"math/bits"
	"unicode/utf8"

	rt "github.com/velostream/veloc/runtime"
	"github.com/velostream/veloc/runtime/decimal"
	"github.com/velostream/veloc/runtime/text"
)

// Stop marks the first byte of w that ends the plain part of a string: a quote, a backslash, a control character, or the start of
// a character that is not ASCII. Bytes behind the first may be marked wrongly. Flipping bit 1 puts the quote next to the control
// characters, so that one subtraction finds both; a byte that it marks by accident is not ASCII, and so is marked by w itself.
func Stop(w uint64) uint64 {
	return (((w ^ 0x0202020202020202) - 0x2121212121212121) | ((w ^ 0x5c5c5c5c5c5c5c5c) - 0x0101010101010101) | w) & 0x8080808080808080
}

// StopSkipped is Stop for a string that is not needed: characters that are not ASCII do not stop it.
func StopSkipped(w uint64) uint64 {
	return (((w ^ 0x0202020202020202) - 0x2121212121212121) | ((w ^ 0x5c5c5c5c5c5c5c5c) - 0x0101010101010101)) &^ w & 0x8080808080808080
}

// Plain is the place of the first byte at or behind c that Stop marks.
func Plain(c text.Cursor) text.Cursor {
	for {
		if m := Stop(c.Word(0)); m != 0 {
			return c.Add(text.First(m))
		}
		c = c.Add(8)
	}
}

// PlainSkipped is the place of the first byte at or behind c that StopSkipped marks.
func PlainSkipped(c text.Cursor) text.Cursor {
	for {
		if m := StopSkipped(c.Word(0)); m != 0 {
			return c.Add(text.First(m))
		}
		c = c.Add(8)
	}
}

// Digits is the place of the first byte at or behind c that is no digit.
func Digits(c text.Cursor) text.Cursor {
	for {
		if m := text.NonDigit(c.Word(0) ^ zeros); m != 0 {
			return c.Add(text.First(m))
		}
		c = c.Add(8)
	}
}

const null = 'n' | 'u'<<8 | 'l'<<16 | 'l'<<24

// IsNull tells whether null stands at c.
func IsNull(c text.Cursor) bool { return c.Half(0) == null }

// TextEnd is the closing quote of the string whose first character is at c, if it holds no escape; else the nil Cursor.
func TextEnd(c text.Cursor) text.Cursor {
	for {
		c = Plain(c)
		n := uintptr(0)
		switch b := c.Byte(0); {
		case b == '"':
			return c
		case b >= utf8.RuneSelf:
			n = runeLen(c)
		}
		if n == 0 {
			return text.Cursor{}
		}
		c = c.Add(n)
	}
}

// zeros is eight times '0'.
const zeros = 0x3030303030303030

// IsInteger tells whether the digits between c and end are an integer of the JSON grammar that ends there: the fast way past the
// value of a key that is not read.
func IsInteger(c, end text.Cursor) bool {
	next := end.Byte(0)
	return (next == ',' || next == '}') && (c.Byte(0) != '0' && c != end || end.Since(c) == 1)
}

// IsMillis tells whether thirteen digits stand at c, the first of them 1 to 8: milliseconds since 1970 as they have been since 2001 and
// will be until 2255. The caller checks what follows. A length that is predicted, and not computed from the digits, keeps the next key
// from waiting for them.
func IsMillis(c text.Cursor) bool {
	x, y := c.Word(0)^zeros, c.Word(5)^zeros
	return text.NonDigit(x)|text.NonDigit(y) == 0 && byte(x)-1 < 8
}

// Int reads an INTEGER or null at c. The caller checks what follows, so that 1.5 is not taken for 1.
func Int(c text.Cursor) (rt.Null[int64], text.Cursor) {
	x := c.Word(0) ^ zeros
	k := uintptr(bits.TrailingZeros64(text.NonDigit(x))) &^ 7
	if k-8 < 56 && (byte(x) != 0 || k == 8) { // one to seven digits
		return rt.Null[int64]{V: int64(text.Parse8(x << ((64 - k) & 63))), Valid: true}, c.Add(k >> 3)
	}
	return longInt(c)
}

func longInt(c text.Cursor) (rt.Null[int64], text.Cursor) {
	v, p := text.Int(c)
	if p.OK() {
		return rt.Null[int64]{V: v, Valid: true}, p
	}
	return rt.Null[int64]{}, orNull(c)
}

// Decimal reads a number with up to seven digits before the point and up to scale, which is 1 to 8, behind it as a mantissa, and
// tells its length; 0: it has another form, and Fixed may read it. What follows the number is not looked at. Both ends of the number
// are found in one mask of 16 bits, so that what follows waits for one chain of operations and not two; the digits behind the
// point are cut out of a word where they stand, so that digits that are missing count as zeros.
func Decimal(c text.Cursor, scale uintptr) (v int64, n uintptr) {
	x := c.Word(0) ^ zeros
	m := gather(text.NonDigit(x)) | gather(text.NonDigit(c.Word(8)^zeros))<<8
	k := uintptr(bits.TrailingZeros64(m))
	if k-1 >= 7 || byte(x) == 0 && k != 1 {
		return negative(c, scale)
	}
	v = int64(text.Parse8(x<<((64-k*8)&63)) * text.Pow10[scale&15])
	if c.Byte(k) != '.' {
		return v, k
	}
	n = uintptr(bits.TrailingZeros64(m & (m - 1)))
	y := c.Word(k+1) ^ zeros
	k = n - k - 1 // digits behind the point
	if k-1 >= scale || n > 15 {
		return 0, 0
	}
	return v + int64(text.Parse8(y&(^uint64(0)>>((64-k*8)&63))<<((64-scale*8)&63))), n
}

// gather moves the marks of a mask into the lowest eight bits.
func gather(m uint64) uint64 { return m * 0x0002040810204081 >> 56 }

func negative(c text.Cursor, scale uintptr) (v int64, n uintptr) {
	if c.Byte(0) == '-' && c.Byte(1) != '-' {
		if v, n = Decimal(c.Add(1), scale); n > 0 {
			return -v, n + 1
		}
	}
	return 0, 0
}

func orNull(c text.Cursor) text.Cursor {
	if IsNull(c) {
		return c.Add(4)
	}
	return text.Cursor{}
}

// Fixed reads a DECIMAL of at most 18 digits or null at c; text.Small has refused it. The caller checks what follows.
func Fixed(c text.Cursor, precision, scale uintptr) (rt.Null[int64], text.Cursor) {
	v, p := text.Fixed(c, scale)
	if !p.OK() {
		return oddFixed(c, int(precision), int(scale))
	}
	if limit := int64(text.Pow10[precision]); v >= limit || v <= -limit {
		return rt.Null[int64]{}, text.Cursor{}
	}
	return rt.Null[int64]{V: v, Valid: true}, p
}

// oddFixed is Fixed for numbers with an exponent and for strings.
func oddFixed(c text.Cursor, precision, scale int) (rt.Null[int64], text.Cursor) {
	n := text.NumberLen(c)
	number, end := c.View(n), c.Add(n)
	if c.Byte(0) == '"' {
		begin := c.Add(1)
		if end = TextEnd(begin); !end.OK() {
			return rt.Null[int64]{}, text.Cursor{}
		}
		number, end = begin.View(end.Since(begin)), end.Add(1)
	} else if n == 0 {
		return rt.Null[int64]{}, orNull(c)
	}
	v, err := decimal.Parse(number, precision, scale, decimal.Exact)
	if err != nil {
		return rt.Null[int64]{}, text.Cursor{}
	}
	return rt.Some(v), end
}

// Float reads a FLOAT or null at c.
func Float(c text.Cursor) (rt.Null[float64], text.Cursor) {
	v, p := text.Float(c)
	if p.OK() {
		return rt.Null[float64]{V: v, Valid: true}, p
	}
	return rt.Null[float64]{}, orNull(c)
}

// Bool reads a BOOLEAN or null at c.
func Bool(c text.Cursor) (rt.Null[bool], text.Cursor) {
	switch c.Half(0) {
	case 't' | 'r'<<8 | 'u'<<16 | 'e'<<24:
		return rt.Null[bool]{V: true, Valid: true}, c.Add(4)
	case 'f' | 'a'<<8 | 'l'<<16 | 's'<<24:
		if c.Byte(4) == 'e' {
			return rt.Null[bool]{Valid: true}, c.Add(5)
		}
	}
	return rt.Null[bool]{}, orNull(c)
}

// Wide reads a DECIMAL of more than 18 digits or null at c.
func Wide(c text.Cursor, precision, scale int) (rt.Null[decimal.Int128], text.Cursor) {
	n := text.NumberLen(c)
	if n == 0 {
		return rt.Null[decimal.Int128]{}, orNull(c)
	}
	v, err := decimal.ParseWide(c.View(n), precision, scale, decimal.Exact)
	if err != nil {
		return rt.Null[decimal.Int128]{}, text.Cursor{}
	}
	return rt.Some(v), c.Add(n)
}

// maxMillis is the greatest number of milliseconds since 1970 that fits a TIMESTAMP.
const maxMillis = (1<<63 - 1) / 1000000

// Timestamp reads a TIMESTAMP or null at c: milliseconds since 1970, or text that parse understands.
func Timestamp(c text.Cursor, parse func(string) (int64, error)) (rt.Null[int64], text.Cursor) {
	v, p := text.Int(c)
	if p.OK() {
		if b := p.Byte(0); b == '.' || b|0x20 == 'e' || uint64(v+maxMillis) > 2*maxMillis {
			return rt.Null[int64]{}, text.Cursor{}
		}
		return rt.Null[int64]{V: v * 1e6, Valid: true}, p
	}
	return timeText(c, parse)
}

// Millis is the TIMESTAMP of thirteen digits that IsMillis has seen, given as the first eight of them and the last eight.
func Millis(head, tail uint64) int64 {
	return int64(text.Parse8(head^zeros)*1e11 + text.Parse8((tail^zeros)&^0xffffff)*1e6)
}

// Time reads a DATE, TIME, INTERVAL or TIMESTAMP, or null, at c: a number that number converts (nil: the scanner reads numbers), or text that parse understands.
func Time(c text.Cursor, number func(int64) (int64, error), parse func(string) (int64, error)) (rt.Null[int64], text.Cursor) {
	n, p := text.Int(c)
	if !p.OK() || number == nil {
		return timeText(c, parse)
	}
	v, err := number(n)
	if b := p.Byte(0); err != nil || b == '.' || b|0x20 == 'e' {
		return rt.Null[int64]{}, text.Cursor{}
	}
	return rt.Some(v), p
}

func timeText(c text.Cursor, parse func(string) (int64, error)) (rt.Null[int64], text.Cursor) {
	if c.Byte(0) != '"' {
		return rt.Null[int64]{}, orNull(c)
	}
	begin := c.Add(1)
	end := TextEnd(begin)
	if !end.OK() {
		return rt.Null[int64]{}, text.Cursor{}
	}
	v, err := parse(begin.View(end.Since(begin)))
	if err != nil {
		return rt.Null[int64]{}, text.Cursor{}
	}
	return rt.Some(v), end.Add(1)
}
