package file

import "bytes"

// Framing says how bytes are divided into rows.
type Framing uint8

const (
	// Lines ends a row at every newline: JSON lines, text, CSV without quotes.
	Lines Framing = iota
	// CSV ends a row at a newline outside of quoted fields.
	CSV
	// JSONArray makes a row of every element of one top-level array.
	JSONArray
)

// framer finds the ends of rows that are ended by newlines.
type framer struct {
	quoted bool // newlines in quoted fields do not end a row
	quote  byte
	delim  byte
	tail   int // how much of the end of a block whole looks at first
}

// whole returns how many bytes of b, which starts where a row starts, are complete rows. unquoted tells that there is no quote in b; false
// where nobody has looked.
func (f framer) whole(b []byte) (n int, unquoted bool) {
	unquoted = f.quoted && bytes.IndexByte(b, f.quote) < 0
	if !f.quoted || unquoted {
		return bytes.LastIndexByte(b, '\n') + 1, unquoted
	}
	for tail := f.tail; tail < len(b); tail *= 16 {
		if n := f.sync(b, len(b)-tail); n > 0 {
			return n + f.walk(b[n:]), false
		}
	}
	return f.walk(b), false
}

// sync returns the start of a row behind b[from], found without knowing the rows before, or 0.
//
// A quote that stands behind an ordinary character (no quote, delimiter or newline) and before anything but a quote leaves us outside
// of quoted fields whatever came before: within a quoted field it closes the field, since only a doubled quote would not; elsewhere
// it is a plain character, since only the first character of a field opens one. From there on the rows can be followed.
func (f framer) sync(b []byte, from int) int {
	for i := from + 1; ; {
		q := bytes.IndexByte(b[i:], f.quote)
		if q < 0 || i+q+1 == len(b) {
			return 0
		}
		i += q + 1
		if before := b[i-2]; before != f.quote && before != f.delim && before != '\n' && b[i] != f.quote {
			if n, _ := f.end(b[i:], true); n > 0 {
				return i + n
			}
			return 0
		}
	}
}

// walk is whole, row by row.
func (f framer) walk(b []byte) int {
	at := 0
	for {
		q := bytes.IndexByte(b[at:], f.quote)
		if q < 0 {
			return at + bytes.LastIndexByte(b[at:], '\n') + 1
		}
		// Rows before the quote are free of quotes; the row that holds it is walked field by field.
		at += bytes.LastIndexByte(b[at:at+q], '\n') + 1
		n, _ := f.rowEnd(b[at:])
		if n < 0 {
			return at
		}
		at += n
	}
}

// rowEnd returns the length of the row at the start of b, newline included, or -1 if b ends before the row does; open then tells
// whether that is within a quoted field.
func (f framer) rowEnd(b []byte) (n int, open bool) {
	if !f.quoted {
		if i := bytes.IndexByte(b, '\n'); i >= 0 {
			return i + 1, false
		}
		return -1, false
	}
	return f.end(b, false)
}

// end is rowEnd for quoted rows. With within, b starts in a field, outside of quotes.
func (f framer) end(b []byte, within bool) (n int, open bool) {
	i := 0
	for {
		if !within && i < len(b) && b[i] == f.quote {
			if i = f.closing(b, i+1); i < 0 {
				return -1, true
			}
		}
		within = false
		for {
			if i == len(b) {
				return -1, false
			}
			c := b[i]
			i++
			if c == '\n' {
				return i, false
			}
			if c == f.delim {
				break
			}
		}
	}
}

// closing returns the index behind the quote that closes the field whose content starts at b[i], or -1.
func (f framer) closing(b []byte, i int) int {
	for {
		q := bytes.IndexByte(b[i:], f.quote)
		if q < 0 {
			return -1
		}
		i += q + 1
		if i == len(b) || b[i] != f.quote {
			return i
		}
		i++
	}
}
