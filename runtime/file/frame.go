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
}

// whole returns how many bytes of b, which starts where a row starts, are complete rows.
func (f framer) whole(b []byte) int {
	if !f.quoted {
		return bytes.LastIndexByte(b, '\n') + 1
	}
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
	i := 0
	for {
		if i < len(b) && b[i] == f.quote {
			if i = f.closing(b, i+1); i < 0 {
				return -1, true
			}
		}
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
