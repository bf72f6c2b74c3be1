package json

import "github.com/velostream/veloc/runtime/text"

// maxDepth is how deep arrays and objects may nest.
const maxDepth = 512

// Skip is the place behind the value at c, if it is valid JSON; else the nil Cursor.
func Skip(c text.Cursor) text.Cursor {
	switch c.Byte(0) {
	case '"':
		return skipText(c)
	case '{', '[':
		return skipNested(c)
	}
	return skipPlain(c)
}

// skipText is Skip for strings. Most are short.
func skipText(c text.Cursor) text.Cursor {
	m := StopSkipped(c.Word(1))
	if n := text.First(m); m != 0 && c.Byte(n+1) == '"' {
		return c.Add(n + 2)
	}
	return skipLong(c)
}

func skipLong(c text.Cursor) text.Cursor {
	if c = SkipText(c.Add(1)); c.OK() {
		c = c.Add(1)
	}
	return c
}

// SkipText is the closing quote of the string whose first character is at c, with or without escapes; the nil Cursor if there is none.
func SkipText(c text.Cursor) text.Cursor {
	for {
		c = PlainSkipped(c)
		if c.Byte(0) == '"' {
			return c
		}
		n, ok := uintptr(0), false
		if c.Byte(0) == '\\' {
			_, n, ok = unescapeOne(c)
		}
		if !ok {
			return text.Cursor{}
		}
		c = c.Add(n)
	}
}

// skipPlain is Skip for numbers and literals.
func skipPlain(c text.Cursor) text.Cursor {
	if end := Digits(c); IsInteger(c, end) {
		return end
	} else if c.Byte(0)-'1' < 9 && end.Byte(0) == '.' {
		frac := end.Add(1)
		end = Digits(frac)
		if b := end.Byte(0); (b == ',' || b == '}') && end != frac {
			return end
		}
	}
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

// skipNested is Skip for objects and arrays.
func skipNested(c text.Cursor) text.Cursor {
	var objects [maxDepth / 64]uint64 // a bit for each level: whether it is an object
	depth := uint(0)
	inObject := false
	for {
		// A value begins at c.
		if b := c.Byte(0); b == '{' || b == '[' {
			if depth == maxDepth {
				return text.Cursor{}
			}
			inObject = b == '{'
			objects[depth/64] &^= 1 << (depth % 64)
			if inObject {
				objects[depth/64] |= 1 << (depth % 64)
			}
			depth++
			if c = space(c.Add(1)); c.Byte(0) != b+2 { // not the bracket that closes it
				if inObject {
					c = skipKey(c)
				}
				if !c.OK() {
					return c
				}
				continue
			}
		} else {
			if b == '"' {
				c = skipText(c)
			} else {
				c = skipPlain(c)
			}
			if !c.OK() {
				return c
			}
			c = space(c)
		}
		// A value ends at c, and perhaps what is around it.
		for c.Byte(0) != ',' {
			if b := c.Byte(0); inObject && b != '}' || !inObject && b != ']' {
				return text.Cursor{}
			}
			depth--
			if depth == 0 {
				return c.Add(1)
			}
			c = space(c.Add(1))
			inObject = objects[(depth-1)/64]>>((depth-1)%64)&1 != 0
		}
		if c = space(c.Add(1)); inObject {
			if c = skipKey(c); !c.OK() {
				return c
			}
		}
	}
}

// skipKey is the place of the value behind the key at c; the nil Cursor if there is no key.
func skipKey(c text.Cursor) text.Cursor {
	if c.Byte(0) != '"' {
		return text.Cursor{}
	}
	if c = skipText(c); !c.OK() {
		return c
	}
	if c = space(c); c.Byte(0) != ':' {
		return text.Cursor{}
	}
	return space(c.Add(1))
}
