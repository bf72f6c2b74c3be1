package json

import (
	"unicode/utf8"

	"github.com/velostream/veloc/runtime/text"
)

// shortText is the length of texts that are unescaped without being measured first.
const shortText = 256

// OddText is the string whose first character is at c, and its closing quote, or the nil Cursor: for strings that are not plain ASCII. If
// the string has escapes, OddText unescapes it into the arena and sets escaped, unless that is nil.
func OddText(c text.Cursor, a *text.Arena, escaped *bool) (string, text.Cursor) {
	o, b := text.Reserve(a.Room(shortText), shortText)
	o, end := unescape(o, c, shortText)
	if end.Since(c) >= shortText {
		n := int(textLen(c)) // unescaped it is shorter
		o, b = text.Reserve(a.Room(n), n)
		o, end = unescape(o, c, uintptr(n)+1)
	}
	if end.Byte(0) != '"' {
		return "", text.Cursor{}
	}
	b = o.Done(b)
	if n := end.Since(c); int(n) == len(b) { // every escape is longer than its character
		return c.View(n), end
	}
	if escaped != nil {
		*escaped = true
	}
	return a.Keep(b), end
}

// unescape writes the string whose first character is at p without its escapes and returns the place of its closing quote, or of the first
// byte that cannot stand in a string, or a place that is limit bytes on or a few more. There must be room for limit bytes.
func unescape(o text.Out, p text.Cursor, limit uintptr) (text.Out, text.Cursor) {
	for end := p.Add(limit); p.Before(end); {
		w := p.Word(0)
		m := Stop(w)
		o.Word(w)
		if m == 0 {
			o, p = o.Skip(8), p.Add(8)
			continue
		}
		n := text.First(m)
		o, p = o.Skip(n), p.Add(n)
		switch c := p.Byte(0); {
		case c == '\\':
			r, n, ok := unescapeOne(p)
			if !ok {
				return o, p
			}
			o, p = o.Rune(r), p.Add(n)
		case c >= utf8.RuneSelf:
			n := runeLen(p)
			if n == 0 {
				return o, p
			}
			o.Word(p.Word(0))
			o, p = o.Skip(n), p.Add(n)
		default:
			return o, p
		}
	}
	return o, p
}

// runeLen is the length of the character at p, which is not ASCII; 0: it is not UTF-8.
func runeLen(p text.Cursor) uintptr {
	_, n := utf8.DecodeRuneInString(p.View(utf8.UTFMax))
	if n == 1 {
		return 0
	}
	return uintptr(n)
}

// textLen is the number of bytes from p to the quote that ends the string, or to the end of the line.
func textLen(p text.Cursor) (n uintptr) {
	for {
		n += text.First(StopSkipped(p.Word(n)))
		switch b := p.Byte(n); {
		case b == '"' || b == '\n':
			return n
		case b == '\\' && p.Byte(n+1) != '\n':
			n += 2
		case b == '\\' || b < 0x20:
			n++
		}
	}
}

// unescapeOne decodes the escape at p and tells its length. Lone surrogates become U+FFFD, as in encoding/json.
func unescapeOne(p text.Cursor) (rune, uintptr, bool) {
	switch p.Byte(1) {
	case '"', '\\', '/':
		return rune(p.Byte(1)), 2, true
	case 'n':
		return '\n', 2, true
	case 't':
		return '\t', 2, true
	case 'r':
		return '\r', 2, true
	case 'b':
		return '\b', 2, true
	case 'f':
		return '\f', 2, true
	case 'u':
		r, ok := hex4(p.Add(2))
		if !ok {
			return 0, 0, false
		}
		if r < 0xd800 || r >= 0xe000 {
			return r, 6, true
		}
		if r < 0xdc00 && p.Byte(6) == '\\' && p.Byte(7) == 'u' {
			if lo, ok := hex4(p.Add(8)); ok && lo >= 0xdc00 && lo < 0xe000 {
				return (r-0xd800)<<10 + (lo - 0xdc00) + 0x10000, 12, true
			}
		}
		return utf8.RuneError, 6, true
	}
	return 0, 0, false
}

// hexValue is the value of a hexadecimal digit; -1 for other bytes.
var hexValue = func() (v [256]int16) {
	for c := range v {
		switch c := byte(c); {
		case c-'0' < 10:
			v[c] = int16(c - '0')
		case c|0x20-'a' < 6:
			v[c] = int16(c | 0x20 - 'a' + 10)
		default:
			v[c] = -1
		}
	}
	return v
}()

// hex4 is the number of four hexadecimal digits.
func hex4(p text.Cursor) (r rune, ok bool) {
	r = rune(hexValue[p.Byte(0)])<<12 | rune(hexValue[p.Byte(1)])<<8 | rune(hexValue[p.Byte(2)])<<4 | rune(hexValue[p.Byte(3)])
	return r, r >= 0
}
