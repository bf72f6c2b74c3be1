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

// StopDigits marks the bytes of w that are no digits.
func StopDigits(w uint64) uint64 { return text.NonDigit(w ^ zeros) }

const null = 'n' | 'u'<<8 | 'l'<<16 | 'l'<<24

// IsNull tells whether null stands at c.
func IsNull(c text.Cursor) bool { return c.Half(0) == null }

// TextEnd is the closing quote of the string whose first character is at c, if it holds no escape; else the nil Cursor.
func TextEnd(c text.Cursor) text.Cursor {
	for p := c; ; {
		b := p.Byte(0)
		switch {
		case b == '"':
			return p
		case b < 0x20 || b == '\\':
			return text.Cursor{}
		case b < utf8.RuneSelf:
			p = p.Add(1)
		default:
			_, n := utf8.DecodeRuneInString(p.View(utf8.UTFMax))
			if n == 1 {
				return text.Cursor{}
			}
			p = p.Add(uintptr(n))
		}
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

// SkipNumber is the place behind the number or literal at c, else the nil Cursor. Numbers of up to seven digits before and behind the
// point are recognised by two words.
func SkipNumber(c text.Cursor) text.Cursor {
	whole := c.Word(0) ^ zeros
	n := text.First(text.NonDigit(whole))
	if n-1 < 7 && c.Byte(n) == '.' && (byte(whole) != 0 || n == 1) {
		end := c.Add(n + 1)
		frac := text.First(StopDigits(end.Word(0)))
		end = end.Add(frac)
		if b := end.Byte(0); (b == ',' || b == '}') && frac-1 < 7 {
			return end
		}
	}
	return skipScalar(c)
}

func skipScalar(c text.Cursor) text.Cursor {
	switch c.Half(0) {
	case null, 't' | 'r'<<8 | 'u'<<16 | 'e'<<24:
		return c.Add(4)
	case 'f' | 'a'<<8 | 'l'<<16 | 's'<<24:
		if c.Byte(4) == 'e' {
			return c.Add(5)
		}
	}
	if n := text.NumberLen(c); n > 0 {
		return c.Add(n)
	}
	return text.Cursor{}
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
// tells its length; 0: it has another form, and Fixed may read it. What follows the number is not looked at. The digits behind
// the point are cut out of their word where it stands, so that digits that are missing count as zeros.
func Decimal(c text.Cursor, scale uintptr) (v int64, n uintptr) {
	sign := uintptr(0)
	if c.Byte(0) == '-' {
		sign = 1
	}
	x := c.Word(sign) ^ zeros
	k := uintptr(bits.TrailingZeros64(text.NonDigit(x))) &^ 7 // bits before the first character that is no digit
	if k-8 >= 56 || byte(x) == 0 && k != 8 {
		return 0, 0
	}
	v = int64(text.Parse8(x<<((64-k)&63)) * text.Pow10[scale&15])
	n = sign + k>>3
	if c.Byte(n) == '.' {
		y := c.Word(n+1) ^ zeros
		d := uintptr(bits.TrailingZeros64(text.NonDigit(y))) &^ 7
		if d-8 >= scale*8 {
			return 0, 0
		}
		v += int64(text.Parse8(y & (^uint64(0) >> ((64 - d) & 63)) << ((64 - scale*8) & 63)))
		n += 1 + d>>3
	}
	return (v ^ -int64(sign)) + int64(sign), n
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
		return rt.Null[int64]{}, orNull(c)
	}
	if limit := int64(text.Pow10[precision]); v >= limit || v <= -limit {
		return rt.Null[int64]{}, text.Cursor{}
	}
	return rt.Null[int64]{V: v, Valid: true}, p
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

// Timestamp reads a TIMESTAMP or null at c: milliseconds since 1970, or text that parse understands. Most are 9 to 15 digits.
func Timestamp(c text.Cursor, parse func(string) (int64, error)) (rt.Null[int64], text.Cursor) {
	x, y := c.Word(0)^zeros, c.Word(8)^zeros
	k := uintptr(bits.TrailingZeros64(text.NonDigit(y))) &^ 7
	if text.NonDigit(x) != 0 || k-8 >= 56 || byte(x) == 0 {
		return oddTimestamp(c, parse)
	}
	v := int64(text.Parse8(x)*text.Pow10[k>>3&7] + text.Parse8(y<<((64-k)&63)))
	p := c.Add(8 + k>>3)
	if b := p.Byte(0); b != ',' && b != '}' || v > maxMillis {
		return oddTimestamp(c, parse)
	}
	return rt.Null[int64]{V: v * 1e6, Valid: true}, p
}

func oddTimestamp(c text.Cursor, parse func(string) (int64, error)) (rt.Null[int64], text.Cursor) {
	v, p := text.Int(c)
	if p.OK() {
		if b := p.Byte(0); b == '.' || b|0x20 == 'e' || uint64(v+maxMillis) > 2*maxMillis {
			return rt.Null[int64]{}, text.Cursor{}
		}
		return rt.Null[int64]{V: v * 1e6, Valid: true}, p
	}
	return timeText(c, parse)
}

// Time reads a DATE, TIME, INTERVAL or TIMESTAMP, or null, at c: a number that number converts, or text that parse understands.
func Time(c text.Cursor, number func(int64) (int64, error), parse func(string) (int64, error)) (rt.Null[int64], text.Cursor) {
	n, p := text.Int(c)
	if !p.OK() {
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
