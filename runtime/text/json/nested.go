package json

import (
	"encoding/base64"
	"strings"
	"unsafe"

	rt "github.com/velostream/veloc/runtime"
	"github.com/velostream/veloc/runtime/text"
)

// Value sets the scanner to a text that is one value, of which it works on a copy: padded, and ended by a newline as rows are.
func (s *Scanner) Value(arena *text.Arena, value string) {
	b := append(arena.Room(len(value)+1), value...)
	for i, c := range b {
		if c == '\n' {
			b[i] = '\r' // white space between values, and an error within a string, as a newline is
		}
	}
	s.start = text.Of(arena.Keep(append(b, '\n')))
	s.Arena, s.Name, s.first, s.err, s.Escaped = arena, "", false, nil, false
	s.p = space(s.start)
}

// Whole tells what is wrong with the text that Value set: an error while it was read, a null, or more text behind the value.
func (s *Scanner) Whole(valid bool, typ string) error {
	s.p = space(s.p)
	switch {
	case s.err == nil && !valid:
		return textError("null is no " + typ)
	case s.err == nil && s.p.Byte(0) != '\n':
		s.fail("VR0101", "expected the end of the text, found "+s.found())
	}
	if s.err == nil {
		return nil
	}
	e, ok := s.err.(*rt.RowError)
	if !ok {
		return s.err
	}
	msg := e.Msg
	if e.Column != "" {
		msg = quoted(e.Column) + ": " + msg
	}
	return textError("the text is no " + typ + ": " + strings.Replace(msg, " of the row)", " of the text)", 1))
}

// Compact checks that a text is JSON and returns it without white space between its parts.
func Compact(arena *text.Arena, value string) (string, error) {
	var s Scanner
	s.Value(arena, value)
	s.Skip()
	if err := s.Whole(true, "JSON"); err != nil {
		return "", err
	}
	out := arena.Room(len(value))
	inText, escaped := false, false
	for i := range uintptr(len(value)) {
		c := s.start.Byte(i)
		switch {
		case inText:
			inText = c != '"' || escaped
			escaped = c == '\\' && !escaped
		case c == '"':
			inText = true
		case c == ' ' || c == '\t' || c == '\r':
			continue
		}
		out = append(out, c)
	}
	return arena.Keep(out), nil
}

// textError is why a text is no value of a type.
type textError string

func (e textError) Error() string { return string(e) }

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
