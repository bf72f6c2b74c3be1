package json

import (
	"math/bits"
	"unicode/utf8"

	rt "github.com/velostream/veloc/runtime"
	"github.com/velostream/veloc/runtime/decimal"
	"github.com/velostream/veloc/runtime/text"
)

// Stop marks the first byte of w that ends the plain part of a string: a quote, a backslash, a control character, or the start of
// a character that is not ASCII. Bytes behind the first may be marked wrongly.
func Stop(w uint64) uint64 {
	a := w ^ 0x2222222222222222
	b := w ^ 0x5c5c5c5c5c5c5c5c
	return ((a-0x0101010101010101)&^a | (b-0x0101010101010101)&^b | (w-0x2020202020202020)&^w | w) & 0x8080808080808080
}

// StopSkipped is Stop for a string that is not needed: characters that are not ASCII do not stop it.
func StopSkipped(w uint64) uint64 {
	a := w ^ 0x2222222222222222
	b := w ^ 0x5c5c5c5c5c5c5c5c
	return ((a-0x0101010101010101)&^a | (b-0x0101010101010101)&^b | (w-0x2020202020202020)&^w) & 0x8080808080808080
}

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

// SkipNumber is the place behind the number or literal at c, else the nil Cursor. Integers of up to 15 digits are recognised by two words.
func SkipNumber(c text.Cursor) text.Cursor {
	first := c.Word(0) ^ zeros
	m := text.NonDigit(first)
	n := text.First(m)
	if m == 0 {
		m = text.NonDigit(c.Word(8) ^ zeros)
		n = 8 + text.First(m)
	}
	if b := c.Byte(n); (b == ',' || b == '}') && n-1 < 15 && (byte(first) != 0 || n == 1) {
		return c.Add(n)
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
	v, p := text.Int(c)
	if p.OK() {
		return rt.Null[int64]{V: v, Valid: true}, p
	}
	return rt.Null[int64]{}, orNull(c)
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
