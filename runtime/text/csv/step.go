package csv

import (
	rt "github.com/velostream/veloc/runtime"
	"github.com/velostream/veloc/runtime/decimal"
	"github.com/velostream/veloc/runtime/text"
)

// Stop marks the first byte of w that ends an unquoted cell: the delimiter, of which pattern is eight copies, or a control
// character (the end of the line is one). Bytes behind the first may be marked wrongly.
func Stop(w, pattern uint64) uint64 {
	x := w ^ pattern
	return ((x-0x0101010101010101)&^x | (w-0x2020202020202020)&^w) & 0x8080808080808080
}

// LineEnd is the place behind the line end at c; the nil Cursor if the row goes on.
func LineEnd(c text.Cursor) text.Cursor {
	switch c.Byte(0) {
	case '\n':
		return c.Add(1)
	case '\r':
		if c.Byte(1) == '\n' {
			return c.Add(2)
		}
	}
	return text.Cursor{}
}

// Quoted reads the quoted cell at c, if no quote is doubled within, and returns the place behind it.
func Quoted(c text.Cursor) (string, text.Cursor) {
	s := c.Add(1)
	for p := s; ; p = p.Add(8) {
		m := text.Equal(p.Word(0), 0x2222222222222222) | text.Equal(p.Word(0), 0x0a0a0a0a0a0a0a0a)
		if m == 0 {
			continue
		}
		p = p.Add(text.First(m))
		if p.Byte(0) != '"' || p.Byte(1) == '"' {
			return "", text.Cursor{} // a doubled quote or a newline: the scanner's business
		}
		return s.View(p.Since(s)), p.Add(1)
	}
}

// blank tells whether the cell at c is empty.
func blank(c text.Cursor, delim byte) bool {
	b := c.Byte(0)
	return b == delim || b == '\n' || b == '\r'
}

// orBlank is c if the cell there is empty, else the nil Cursor.
func orBlank(c text.Cursor, delim byte) text.Cursor {
	if blank(c, delim) {
		return c
	}
	return text.Cursor{}
}

// Int reads an INTEGER or nothing at c. What follows is checked by the caller.
func Int(c text.Cursor, delim byte) (rt.Null[int64], text.Cursor) {
	v, p := text.Int(c)
	if p.OK() {
		return rt.Null[int64]{V: v, Valid: true}, p
	}
	return rt.Null[int64]{}, orBlank(c, delim)
}

// Fixed reads a DECIMAL of at most 18 digits or nothing at c; text.Small has refused it. What follows is checked by the caller.
func Fixed(c text.Cursor, delim byte, precision, scale uintptr) (rt.Null[int64], text.Cursor) {
	v, p := text.Fixed(c, scale)
	if p.OK() {
		if limit := int64(text.Pow10[precision]); v >= limit || v <= -limit {
			return rt.Null[int64]{}, text.Cursor{}
		}
		return rt.Null[int64]{V: v, Valid: true}, p
	}
	return rt.Null[int64]{}, orBlank(c, delim)
}

// Float reads a FLOAT or nothing at c.
func Float(c text.Cursor, delim byte) (rt.Null[float64], text.Cursor) {
	v, p := text.Float(c)
	if p.OK() {
		return rt.Null[float64]{V: v, Valid: true}, p
	}
	return rt.Null[float64]{}, orBlank(c, delim)
}

// cell is the length of the unquoted cell at c.
func cell(c text.Cursor, delim byte) uintptr {
	for p := c; ; {
		m := Stop(p.Word(0), text.Splat(delim))
		if m == 0 {
			p = p.Add(8)
			continue
		}
		p = p.Add(text.First(m))
		if b := p.Byte(0); b == delim || b == '\n' || b == '\r' && p.Byte(1) == '\n' {
			return p.Since(c)
		}
		p = p.Add(1) // another control character: go on behind it
	}
}

// Wide reads a DECIMAL of more than 18 digits or nothing at c.
func Wide(c text.Cursor, delim byte, precision, scale int) (rt.Null[decimal.Int128], text.Cursor) {
	n := cell(c, delim)
	if n == 0 {
		return rt.Null[decimal.Int128]{}, c
	}
	v, err := decimal.ParseWide(c.View(n), precision, scale, decimal.Exact)
	if err != nil {
		return rt.Null[decimal.Int128]{}, text.Cursor{}
	}
	return rt.Some(v), c.Add(n)
}

// Bool reads a BOOLEAN, in a form that parse understands, or nothing at c.
func Bool(c text.Cursor, delim byte, parse func(string) (bool, error)) (rt.Null[bool], text.Cursor) {
	n := cell(c, delim)
	if n == 0 {
		return rt.Null[bool]{}, c
	}
	v, err := parse(c.View(n))
	if err != nil {
		return rt.Null[bool]{}, text.Cursor{}
	}
	return rt.Some(v), c.Add(n)
}

// Time reads a TIMESTAMP, DATE, TIME or INTERVAL or nothing at c: an integer that number converts (nil: digits are text too), or text that parse understands.
func Time(c text.Cursor, delim byte, number func(int64) (int64, error), parse func(string) (int64, error)) (v rt.Null[int64], p text.Cursor) {
	n := cell(c, delim)
	if n == 0 {
		return v, c
	}
	var err error
	if i, q := text.Int(c); number != nil && q.OK() && q.Since(c) == n {
		v.V, err = number(i)
	} else {
		v.V, err = parse(c.View(n))
	}
	if err != nil {
		return v, text.Cursor{}
	}
	v.Valid = true
	return v, c.Add(n)
}
