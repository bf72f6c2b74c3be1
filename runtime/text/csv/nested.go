package csv

import (
	"encoding/base64"
	"strings"
	"unsafe"

	rt "github.com/velostream/veloc/runtime"
	"github.com/velostream/veloc/runtime/text"
	"github.com/velostream/veloc/runtime/text/json"
)

// Resume sets the scanner to the cell at c, in the middle of a row, and reads it. What ends the cell is not passed.
func (s *Scanner) Resume(c text.Cursor, column string) {
	s.p, s.ended, s.err, s.column, s.cell, s.null = c, false, nil, column, "", true
	if c.Byte(0) == '"' {
		s.quoted()
		return
	}
	n := cell(c, s.Delim)
	s.cell, s.null = c.View(n), n == 0
	s.p = c.Add(n)
}

// At is the place behind the cell that Resume read; the nil Cursor after an error.
func (s *Scanner) At() text.Cursor {
	if s.err != nil {
		return text.Cursor{}
	}
	return s.p
}

// UUID is the current cell as UUID.
func (s *Scanner) UUID() (v rt.Null[rt.UUID]) {
	if s.null {
		return v
	}
	if v.V, v.Valid = rt.ParseUUID(strings.TrimSpace(s.cell)); !v.Valid {
		s.wrong("a UUID such as 123e4567-e89b-12d3-a456-426614174000")
	}
	return v
}

// Bytes is the current cell as BYTES: base64, padded or not.
func (s *Scanner) Bytes() (v rt.Null[string]) {
	if s.null {
		return v
	}
	digits := strings.TrimRight(strings.TrimSpace(s.cell), "=")
	room := s.Arena.Room(base64.RawStdEncoding.DecodedLen(len(digits)))
	out, err := base64.RawStdEncoding.AppendDecode(room, unsafe.Slice(unsafe.StringData(digits), len(digits)))
	if err != nil {
		s.wrong("BYTES in base64")
		return v
	}
	return rt.Some(s.Arena.Keep(out))
}

// JSON is the current cell as JSON, without white space between its parts.
func JSON(s *Scanner) (v rt.Null[string]) {
	if s.null {
		return v
	}
	out, err := json.Compact(s.Arena, s.cell)
	if err != nil {
		s.refuse("VR0102", err.Error())
		return v
	}
	return rt.Some(out)
}

// Read reads the current cell, which holds JSON, by the function read into v; false for an empty cell and after an error. typ is what v is.
func Read[T any](s *Scanner, k *json.Scanner, read func(*json.Scanner, *T) bool, v *T, typ string) bool {
	if s.null || s.err != nil {
		return false
	}
	k.Value(s.Arena, s.cell)
	ok := read(k, v)
	if err := k.Whole(ok, typ); err != nil {
		s.refuse("VR0102", err.Error())
		return false
	}
	return true
}
