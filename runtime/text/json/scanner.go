package json

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	rt "github.com/velostream/veloc/runtime"
	"github.com/velostream/veloc/runtime/decimal"
	"github.com/velostream/veloc/runtime/text"
)

// Scanner walks the keys and values of one row, whatever their order, spacing and escapes. Its errors latch: after the first one Key
// returns false and End returns it. Text that must be unescaped goes to the arena; all other text is a view.
type Scanner struct {
	Name    string // of the current key, unescaped
	Arena   *text.Arena
	Escaped bool // some text of the row had escapes, its keys included

	start text.Cursor
	p     text.Cursor
	first bool
	err   error
}

// Begin starts a row at c.
func (s *Scanner) Begin(c text.Cursor) {
	s.start, s.first, s.err, s.Name, s.Escaped = c, true, nil, "", false
	s.p = space(c)
	switch s.p.Byte(0) {
	case '{':
		s.p = space(s.p.Add(1))
	case '\n':
		s.err = rt.ErrBlank
	default:
		s.fail("VR0101", "expected a JSON object, found "+s.found())
	}
}

func space(p text.Cursor) text.Cursor {
	for {
		switch p.Byte(0) {
		case ' ', '\t', '\r':
			p = p.Add(1)
		default:
			return p
		}
	}
}

// Key goes to the next key; false at the end of the object or after an error. The value must be read or skipped before the next Key.
func (s *Scanner) Key() bool {
	if s.err != nil {
		return false
	}
	s.p = space(s.p)
	switch c := s.p.Byte(0); {
	case c == '}':
		s.p, s.first = s.p.Add(1), false
		return false
	case s.first:
		s.first = false
	case c == ',':
		s.p = space(s.p.Add(1))
	default:
		s.fail("VR0101", "expected `,` or `}` after the value of "+quoted(s.Name)+", found "+s.found())
		return false
	}
	if s.p.Byte(0) != '"' {
		s.fail("VR0101", "expected a key in quotes, found "+s.found())
		return false
	}
	name, ok := s.text()
	if !ok {
		return false
	}
	s.Name = name
	s.p = space(s.p)
	if s.p.Byte(0) != ':' {
		s.fail("VR0101", "expected `:` after the key "+quoted(s.Name)+", found "+s.found())
		return false
	}
	s.p = space(s.p.Add(1))
	return true
}

// Open enters the object that is the current value: its keys follow by Key. It returns false for null, and for anything else, which is an
// error.
func (s *Scanner) Open() bool {
	switch {
	case s.err != nil:
	case s.p.Byte(0) == '{':
		s.p, s.first = space(s.p.Add(1)), true
		return true
	case !s.null():
		s.wrong("an object")
	}
	return false
}

// Resume sets the scanner to a value in the middle of a row. The key that was read last may have been in a chunk that is gone.
func (s *Scanner) Resume(c text.Cursor, arena *text.Arena) {
	s.p, s.start, s.first, s.err, s.Name, s.Arena = c, c, false, nil, "", arena
}

// At is the place behind what has been read since Resume; the nil Cursor after an error.
func (s *Scanner) At() text.Cursor {
	if s.err != nil {
		return text.Cursor{}
	}
	return s.p
}

// End is the place behind the row, and its error. The row ends with its line, whatever stands there.
func (s *Scanner) End() (text.Cursor, error) {
	if s.err == nil {
		s.p = space(s.p)
		if s.p.Byte(0) != '\n' {
			s.fail("VR0101", "expected the end of the line after the object, found "+s.found())
		}
	}
	p := s.start
	if s.err == nil {
		p = s.p
	}
	return lineEnd(p), s.err
}

func lineEnd(p text.Cursor) text.Cursor {
	for {
		if m := text.Equal(p.Word(0), 0x0a0a0a0a0a0a0a0a); m != 0 {
			return p.Add(text.First(m) + 1)
		}
		p = p.Add(8)
	}
}

// Missing fails the row because it has no value for a NOT NULL column.
func (s *Scanner) Missing(column string) {
	if s.err == nil {
		s.err = &rt.RowError{Code: "VR0104", Column: column, Msg: "the column is NOT NULL but the row has no value for it"}
	}
}

// fail fails the row because of what stands at s.p, and says where that is.
func (s *Scanner) fail(code, msg string) {
	if s.err != nil {
		return
	}
	if at := s.p.Since(s.start); at > 0 {
		msg += fmt.Sprintf(" (byte %d of the row)", at+1)
	}
	s.err = &rt.RowError{Code: code, Msg: msg}
}

// wrong fails the row because the value at s.p is not what the column wants.
func (s *Scanner) wrong(want string) { s.refuse("VR0102", "expected "+want+", found "+s.found()) }

// refuse fails the row because the column cannot hold the value at s.p. Errors outlive the chunk, so they hold no views.
func (s *Scanner) refuse(code, msg string) {
	if s.err == nil {
		s.err = &rt.RowError{Code: code, Column: strings.Clone(s.Name), Value: s.excerpt(), Msg: msg}
	}
}

// found describes what stands at s.p in a few characters.
func (s *Scanner) found() string {
	if s.p.Byte(0) == '\n' {
		return "the end of the line"
	}
	return quoted(s.excerpt())
}

// excerpt is the value at s.p, cut to a readable length.
func (s *Scanner) excerpt() string {
	n := uintptr(0)
	inText := s.p.Byte(0) == '"'
	for n < 40 {
		c := s.p.Byte(n)
		if c == '\n' || n > 0 && (inText && c == '"' || !inText && (c == ',' || c == '}' || c == ']')) {
			if c == '"' {
				n++
			}
			break
		}
		n++
	}
	return strings.Clone(strings.ToValidUTF8(s.p.View(n), "�"))
}

func quoted(s string) string { return "`" + s + "`" }

// null consumes a null.
func (s *Scanner) null() bool {
	if !IsNull(s.p) {
		return false
	}
	s.p = s.p.Add(4)
	return true
}

// Text reads a STRING.
func (s *Scanner) Text() (v rt.Null[string]) {
	if s.p.Byte(0) == '"' {
		v.V, v.Valid = s.text()
		return v
	}
	if !s.null() {
		s.wrong("a STRING in quotes")
	}
	return v
}

// Int reads an INTEGER; a fraction of zeros is accepted.
func (s *Scanner) Int() rt.Null[int64] {
	v, p := Int(s.p)
	if p.OK() {
		if b := p.Byte(0); b == '.' || b|0x20 == 'e' {
			v, p = rt.Null[int64]{}, text.Cursor{}
		}
	}
	if !p.OK() {
		return s.longInt()
	}
	s.p = p
	return v
}

// longInt is Int for numbers with a point and for those that are no INTEGER.
func (s *Scanner) longInt() (v rt.Null[int64]) {
	n := text.NumberLen(s.p)
	whole, zeros, point := strings.Cut(s.p.View(n), ".")
	if n == 0 || point && strings.Trim(zeros, "0") != "" || strings.ContainsAny(whole, "eE") {
		s.wrong("an INTEGER")
		return v
	}
	i, err := strconv.ParseInt(whole, 10, 64)
	if err != nil {
		s.refuse("VR0103", s.found()+" does not fit an INTEGER (64 bits)")
		return v
	}
	s.p = s.p.Add(n)
	return rt.Some(i)
}

// Float reads a FLOAT.
func (s *Scanner) Float() rt.Null[float64] {
	v, p := Float(s.p)
	if !p.OK() {
		if text.NumberLen(s.p) > 0 {
			s.refuse("VR0103", s.found()+" does not fit a FLOAT")
		} else {
			s.wrong("a number")
		}
		return v
	}
	s.p = p
	return v
}

// Bool reads a BOOLEAN.
func (s *Scanner) Bool() rt.Null[bool] {
	v, p := Bool(s.p)
	if !p.OK() {
		s.wrong("true or false")
		return v
	}
	s.p = p
	return v
}

// number returns the text of a number, or of a string, for DECIMAL(precision, scale), which reads both; false for null and after an error.
func (s *Scanner) number(precision, scale int) (string, bool) {
	if s.p.Byte(0) == '"' {
		return s.text()
	}
	if n := text.NumberLen(s.p); n > 0 {
		t := s.p.View(n)
		s.p = s.p.Add(n)
		return t, true
	}
	if !s.null() {
		s.wrong(fmt.Sprintf("a DECIMAL(%d,%d)", precision, scale))
	}
	return "", false
}

// Fixed reads a DECIMAL(precision, scale) of at most 18 digits, from a number or a string.
func (s *Scanner) Fixed(precision, scale int) (v rt.Null[int64]) {
	at := s.p
	t, ok := s.number(precision, scale)
	if !ok {
		return v
	}
	m, err := decimal.Parse(t, precision, scale, decimal.Exact)
	if err != nil {
		s.unfit(at, err)
		return v
	}
	return rt.Some(m)
}

// unfit fails the row because the value at c could not be converted.
func (s *Scanner) unfit(c text.Cursor, err error) {
	s.p = c
	s.refuse(text.Code(err), err.Error())
}

// Time reads a TIMESTAMP, DATE or TIME: number converts a number, parse a string. With a nil number the digits of a number are text too: 20260131 in
// a column of the form %Y%m%d is no count of milliseconds.
func (s *Scanner) Time(want string, number func(int64) (int64, error), parse func(string) (int64, error)) (v rt.Null[int64]) {
	var err error
	at := s.p
	switch {
	case s.p.Byte(0) == '"':
		t, ok := s.text()
		if !ok {
			return v
		}
		v.V, err = parse(t)
	case s.null():
		return v
	case number == nil:
		n := text.NumberLen(s.p)
		if n == 0 {
			s.wrong(want)
			return v
		}
		v.V, err = parse(s.p.View(n))
		s.p = s.p.Add(n)
	default:
		n := s.Int()
		if s.err != nil {
			if s.err.(*rt.RowError).Code != "VR0103" {
				s.err = nil
				s.wrong(want)
			}
			return v
		}
		v.V, err = number(n.V)
	}
	if err != nil {
		s.unfit(at, err)
		return v
	}
	v.Valid = true
	return v
}

// text reads the string whose opening quote is at s.p.
func (s *Scanner) text() (string, bool) {
	begin := s.p.Add(1)
	if end := TextEnd(begin); end.OK() {
		s.p = end.Add(1)
		return begin.View(end.Since(begin)), true
	}
	return s.unescape(begin)
}

// unescape reads a string with escapes into the arena.
func (s *Scanner) unescape(p text.Cursor) (string, bool) {
	s.Escaped = true
	n := int(textLen(p)) // unescaped it is shorter
	o, b := text.Reserve(s.Arena.Room(n), n)
	o, end := unescape(o, p, uintptr(n)+1)
	switch c := end.Byte(0); {
	case c == '"':
		s.p = end.Add(1)
		return s.Arena.Keep(o.Done(b)), true
	case c >= utf8.RuneSelf:
		s.p = end
		s.fail("VR0106", fmt.Sprintf("byte 0x%02x is not valid UTF-8", c))
	default:
		s.p = end
		s.badText()
	}
	return "", false
}

// badText fails the row because of a byte that cannot stand in a string.
func (s *Scanner) badText() {
	switch b := s.p.Byte(0); b {
	case '\n':
		s.fail("VR0101", "a string has no closing quote")
	case '\\':
		s.fail("VR0101", "a string holds an escape that JSON does not know: "+s.found())
	default:
		s.fail("VR0101", fmt.Sprintf("a string holds the control character 0x%02x, which must be written as \\u%04x", b, b))
	}
}

// Skip passes over the current value, checking that it is valid JSON.
func (s *Scanner) Skip() {
	if s.err != nil {
		return
	}
	if p := Skip(s.p); p.OK() {
		s.p = p
		return
	}
	s.skip(0)
}

// skip is Skip step by step, to say what is wrong.
func (s *Scanner) skip(depth int) {
	if s.err != nil {
		return
	}
	switch b := s.p.Byte(0); {
	case b == '"':
		s.skipText()
	case (b == '[' || b == '{') && depth == maxDepth:
		s.fail("VR0101", fmt.Sprintf("arrays and objects nest deeper than %d levels", maxDepth))
	case b == '[':
		s.skipArray(depth)
	case b == '{':
		s.skipObject(depth)
	default:
		p := skipPlain(s.p)
		if !p.OK() {
			s.fail("VR0101", "expected a JSON value, found "+s.found())
			return
		}
		s.p = p
	}
}

// skipText passes over a string without keeping it.
func (s *Scanner) skipText() {
	p := SkipText(s.p.Add(1))
	if !p.OK() {
		s.p = badByte(s.p.Add(1))
		s.badText()
		return
	}
	s.p = p.Add(1)
}

// badByte is the place where the string whose first character is at p goes wrong; SkipText has refused it.
func badByte(p text.Cursor) text.Cursor {
	for {
		p = PlainSkipped(p)
		_, n, ok := unescapeOne(p)
		if p.Byte(0) != '\\' || !ok {
			return p
		}
		p = p.Add(n)
	}
}

func (s *Scanner) skipArray(depth int) {
	s.p = space(s.p.Add(1))
	if s.p.Byte(0) == ']' {
		s.p = s.p.Add(1)
		return
	}
	for s.err == nil {
		s.skip(depth + 1)
		s.p = space(s.p)
		switch s.p.Byte(0) {
		case ',':
			s.p = space(s.p.Add(1))
		case ']':
			s.p = s.p.Add(1)
			return
		default:
			s.fail("VR0101", "expected `,` or `]` in an array, found "+s.found())
		}
	}
}

func (s *Scanner) skipObject(depth int) {
	s.p = space(s.p.Add(1))
	if s.p.Byte(0) == '}' {
		s.p = s.p.Add(1)
		return
	}
	for s.err == nil {
		if s.p.Byte(0) != '"' {
			s.fail("VR0101", "expected a key in quotes, found "+s.found())
			return
		}
		s.skipText()
		s.p = space(s.p)
		if s.err == nil && s.p.Byte(0) != ':' {
			s.fail("VR0101", "expected `:` after a key, found "+s.found())
			return
		}
		s.p = space(s.p.Add(1))
		s.skip(depth + 1)
		s.p = space(s.p)
		switch s.p.Byte(0) {
		case ',':
			s.p = space(s.p.Add(1))
		case '}':
			s.p = s.p.Add(1)
			return
		default:
			s.fail("VR0101", "expected `,` or `}` in an object, found "+s.found())
		}
	}
}

// Wide reads a DECIMAL of more than 18 digits, from a number or a string.
func (s *Scanner) Wide(precision, scale int) (v rt.Null[decimal.Int128]) {
	at := s.p
	t, ok := s.number(precision, scale)
	if !ok {
		return v
	}
	m, err := decimal.ParseWide(t, precision, scale, decimal.Exact)
	if err != nil {
		s.unfit(at, err)
		return v
	}
	return rt.Some(m)
}
