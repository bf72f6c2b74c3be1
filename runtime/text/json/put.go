package json

import (
	"math"
	"unicode/utf8"

	"github.com/velostream/veloc/runtime/text"
)

// TextMax is how many bytes Text may write for s: each byte can become \u00XX.
func TextMax(s string) int { return 6*len(s) + 2 }

// Text writes s as a JSON string: quotes, backslashes and control characters escaped, bytes that are not UTF-8 replaced by U+FFFD as in
// encoding/json, everything else as it is. Only texts that are not ASCII pay for the check.
func Text(o text.Out, s string) text.Out {
	o = o.Byte('"')
	n := len(s)
	if n < 8 {
		w := short(s)
		if Stop(w)<<((64-8*n)&63) != 0 && n > 0 {
			return escape(o, s, 0).Byte('"')
		}
		o.Word(w)
		return o.Skip(uintptr(n)).Byte('"')
	}
	i := 0
	for ; i+8 <= n; i += 8 {
		w := load(s, i)
		if Stop(w) != 0 {
			return escape(o, s, i).Byte('"')
		}
		o = o.Word(w)
	}
	if i < n { // the last 8 bytes, some of them once more
		w := load(s, n-8)
		if Stop(w) != 0 {
			return escape(o, s, i).Byte('"')
		}
		o = o.Back(uintptr(8 - (n - i))).Word(w)
	}
	return o.Byte('"')
}

// View writes the inside of s as a JSON string, without its quotes, where memory can be read up to the next multiple of eight bytes behind
// the start of s, as it can behind every text that a decoder returns. It looks for what must be escaped while it copies.
func View(o text.Out, s string) text.Out {
	c, at := text.Of(s), o
	n := uintptr(len(s))
	odd := uint64(0)
	for ; n > 8; n -= 8 {
		w := c.Word(0)
		odd |= Stop(w)
		at = at.Word(w)
		c = c.Add(8)
	}
	if n > 0 {
		w := c.Word(0)
		odd |= Stop(w) << ((64 - n*8) & 63)
		at.Word(w)
		at = at.Skip(n)
	}
	if odd != 0 {
		return escape(o, s, 0)
	}
	return at
}

// Escape is the inside of s, which must be UTF-8, as a JSON string, without its quotes: s itself, if nothing in it must be escaped, or a text of
// the arena.
func Escape(a *text.Arena, s string) string {
	if isPlain(s) {
		return s
	}
	o, b := text.Reserve(a.Room(TextMax(s)), TextMax(s))
	return a.Keep(escape(o, s, 0).Done(b))
}

// isPlain tells whether nothing in s must be escaped.
func isPlain(s string) bool {
	n := len(s)
	if n < 8 {
		return StopSkipped(short(s))<<((64-8*n)&63) == 0 || n == 0
	}
	odd := StopSkipped(load(s, n-8))
	for i := 0; i < n-8; i += 8 {
		odd |= StopSkipped(load(s, i))
	}
	return odd == 0
}

// short is a text of fewer than eight bytes as a word, the first byte lowest. Loads that overlap read the same bytes twice.
func short(s string) uint64 {
	switch n := len(s); {
	case n >= 4:
		return uint64(load4(s, 0)) | uint64(load4(s, n-4))<<(8*(n-4))
	case n > 0:
		return uint64(s[0]) | uint64(s[n>>1])<<(8*(n>>1)) | uint64(s[n-1])<<(8*(n-1))
	}
	return 0
}

func load4(s string, i int) uint32 {
	b := s[i : i+4]
	return uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16 | uint32(b[3])<<24
}

func load(s string, i int) uint64 {
	b := s[i : i+8]
	return uint64(b[0]) | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 | uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56
}

// escape writes s[i:] with escapes, and with U+FFFD for each byte that is not UTF-8.
func escape(o text.Out, s string, i int) text.Out {
	valid := utf8.ValidString(s[i:])
	for i < len(s) {
		if i+8 <= len(s) && valid {
			w := load(s, i)
			m := StopSkipped(w)
			o.Word(w)
			if m == 0 {
				o, i = o.Skip(8), i+8
				continue
			}
			n := text.First(m)
			o, i = o.Skip(n), i+int(n)
		}
		c := s[i]
		i++
		switch {
		case c >= utf8.RuneSelf && !valid:
			r, n := utf8.DecodeRuneInString(s[i-1:])
			o, i = o.Rune(r), i-1+n
		case c == '"' || c == '\\' || c < 0x20:
			o = escapeByte(o, c)
		default:
			o = o.Byte(c)
		}
	}
	return o
}

func escapeByte(o text.Out, c byte) text.Out {
	const hex = "0123456789abcdef"
	switch c {
	case '"', '\\':
		return o.Byte('\\').Byte(c)
	case '\n':
		return o.Lit(`\n`)
	case '\r':
		return o.Lit(`\r`)
	case '\t':
		return o.Lit(`\t`)
	case '\b':
		return o.Lit(`\b`)
	case '\f':
		return o.Lit(`\f`)
	}
	return o.Lit(`\u00`).Byte(hex[c>>4]).Byte(hex[c&15])
}

// Number writes a FLOAT; NaN and the infinities, which JSON cannot say, become null.
func Number(o text.Out, v float64) text.Out {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return o.Lit("null")
	}
	return o.Float(v)
}
