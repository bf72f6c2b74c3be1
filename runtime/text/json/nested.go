package json

import (
	"encoding/base64"
	"strings"
	"unsafe"

	rt "github.com/velostream/veloc/runtime"
)

// OpenArray enters the array that is the current value: its elements follow by Elem. It returns false for null, and for anything else,
// which is an error.
func (s *Scanner) OpenArray() bool {
	switch {
	case s.err != nil:
	case s.p.Byte(0) == '[':
		s.p, s.first = space(s.p.Add(1)), true
		return true
	case !s.null():
		s.wrong("an array")
	}
	return false
}

// Elem goes to the next element of an array; false at its end or after an error. The element must be read or skipped before the next Elem.
func (s *Scanner) Elem() bool {
	if s.err != nil {
		return false
	}
	s.p = space(s.p)
	switch c := s.p.Byte(0); {
	case c == ']':
		s.p, s.first = s.p.Add(1), false
		return false
	case s.first:
		s.first = false
	case c == ',':
		s.p = space(s.p.Add(1))
	default:
		s.fail("VR0101", "expected `,` or `]` in an array, found "+s.found())
		return false
	}
	return true
}

// NullElement fails the row because of a null where elements of an array or values of a map are NOT NULL.
func (s *Scanner) NullElement() {
	if s.err == nil {
		s.err = &rt.RowError{Code: "VR0104", Column: strings.Clone(s.Name), Value: "null", Msg: "elements are NOT NULL but there is a null"}
	}
}

// BadKey fails the row because the current key is no key of the MAP.
func (s *Scanner) BadKey(err error) {
	if s.err == nil {
		s.refuse("VR0102", err.Error()+" in the key "+quoted(strings.Clone(s.Name)))
	}
}

// UUID reads a UUID.
func (s *Scanner) UUID() (v rt.Null[rt.UUID]) {
	at := s.p
	t := s.Text()
	if !t.Valid {
		return v
	}
	if v.V, v.Valid = rt.ParseUUID(t.V); !v.Valid {
		s.p = at
		s.wrong("a UUID such as 123e4567-e89b-12d3-a456-426614174000")
	}
	return v
}

// Bytes reads BYTES, which are text in base64 (RFC 4648, padded or not).
func (s *Scanner) Bytes() (v rt.Null[string]) {
	at := s.p
	t := s.Text()
	if !t.Valid {
		return v
	}
	room := s.Arena.Room(base64.RawStdEncoding.DecodedLen(len(t.V)))
	digits := strings.TrimRight(t.V, "=")
	out, err := base64.RawStdEncoding.AppendDecode(room, unsafe.Slice(unsafe.StringData(digits), len(digits)))
	if err != nil {
		s.p = at
		s.wrong("BYTES in base64")
		return v
	}
	return rt.Some(s.Arena.Keep(out))
}

// Raw reads a JSON value as it stands; null is NULL.
func (s *Scanner) Raw() (v rt.Null[string]) {
	if s.err != nil || s.null() {
		return v
	}
	at := s.p
	s.Skip()
	if s.err != nil {
		return v
	}
	return rt.Some(at.View(s.p.Since(at)))
}
