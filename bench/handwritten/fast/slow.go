package fast

import (
	"bytes"
	"errors"
	"unicode/utf8"
	"unsafe"
)

// Columns is a set of trade columns.
type Columns uint16

// The columns of a trade.
const (
	OrderID Columns = 1 << iota
	Symbol
	Side
	Price
	Quantity
	Venue
	TraderID
	EventTime
	Flags
)

// The further columns of a fill.
const (
	FillPrice Columns = 1 << (9 + iota)
	Filled
)

// Str is a string under the padding contract: 32 bytes behind it are readable.
type Str struct {
	P P
	N uintptr
}

// Bytes returns the string as a slice of the memory that it lies in.
func (s Str) Bytes() []byte { return unsafe.Slice((*byte)(s.P), s.N) }

// Trade is a row of trades or fills that the slow path read. Columns in Null have no meaning; strings are valid until the
// next row.
type Trade struct {
	Null                                   Columns
	OrderID, Symbol, Side, Venue, TraderID Str
	Price                                  int64 // 1/10000
	Quantity, Flags                        int64
	EventTime                              int64 // epoch milliseconds
	FillPrice                              int64 // 1/10000
	Filled                                 int64 // epoch milliseconds
}

// PutText writes a string column as a JSON value; it may take 6 bytes for each byte.
func (t *Trade) PutText(o P, at uintptr, c Columns) uintptr {
	if t.Null&c != 0 {
		return Lit(o, at, "null")
	}
	at = Lit(o, at, `"`)
	at = PutString(o, at, t.Text(c))
	return Lit(o, at, `"`)
}

// Text is a string column that is not NULL.
func (t *Trade) Text(c Columns) Str {
	switch c {
	case OrderID:
		return t.OrderID
	case Symbol:
		return t.Symbol
	case Side:
		return t.Side
	case Venue:
		return t.Venue
	}
	return t.TraderID
}

// PutPrice writes the price as a JSON value.
func (t *Trade) PutPrice(o P, at uintptr) uintptr {
	if t.Null&Price != 0 {
		return Lit(o, at, "null")
	}
	return PutDec4(o, at, t.Price)
}

// PutQuantity writes the quantity as a JSON value.
func (t *Trade) PutQuantity(o P, at uintptr) uintptr {
	if t.Null&Quantity != 0 {
		return Lit(o, at, "null")
	}
	return PutInt(o, at, t.Quantity)
}

// Slow reads rows that the fast path does not expect: any order of keys, white space, escapes, nested
// values, NULLs and malformed text. The zero value is ready for use.
type Slow struct {
	Rejected int // lines that were no row
	line     []byte
	at       int
	scratch  []byte // unescaped strings of the row
}

var errMalformed = errors.New("malformed JSON")

const (
	maxDepth  = 200
	maxMillis = 9_223_372_036_854 // int64 nanoseconds end there
)

// Row reads the line at p+i, which ends at the first newline and at the latest at end, into t. It
// returns the index behind the line, and false when the line holds no row: it is blank, or it is
// counted in Rejected. Only the columns of want are read; the others are checked for syntax.
func (s *Slow) Row(p P, i, end uintptr, want Columns, t *Trade) (uintptr, bool) {
	rest := unsafe.Slice((*byte)(unsafe.Add(p, i)), end-i)
	n := bytes.IndexByte(rest, '\n')
	if n < 0 {
		n = len(rest)
		i--
	}
	next := i + uintptr(n) + 1
	ok, err := s.Object(rest[:n], want, t)
	if err != nil {
		s.Rejected++
	}
	return next, ok
}

// Object reads one JSON object from line, which must be padded, into t. It returns false without an
// error for a blank line.
func (s *Slow) Object(line []byte, want Columns, t *Trade) (bool, error) {
	s.line, s.at, s.scratch = line, 0, s.scratch[:0]
	// Views into scratch must survive later appends: reserve for the worst case, padding included.
	if need := len(line) + 10*32 + 64; cap(s.scratch) < need {
		s.scratch = make([]byte, 0, need)
	}
	t.Null = want
	s.space()
	if s.at == len(s.line) {
		return false, nil
	}
	if err := s.object(want, t); err != nil {
		return false, err
	}
	if s.space(); s.at != len(s.line) {
		return false, errMalformed
	}
	return true, nil
}

func (s *Slow) object(want Columns, t *Trade) error {
	if !s.eat('{') {
		return errMalformed
	}
	if s.space(); s.eat('}') {
		return nil
	}
	for {
		s.space()
		key, err := s.text()
		if err != nil {
			return err
		}
		if s.space(); !s.eat(':') {
			return errMalformed
		}
		s.space()
		if err := s.column(columnOf(key.Bytes())&want, t); err != nil {
			return err
		}
		s.space()
		if s.eat('}') {
			return nil
		}
		if !s.eat(',') {
			return errMalformed
		}
	}
}

func columnOf(key []byte) Columns {
	switch string(key) {
	case "order_id":
		return OrderID
	case "symbol":
		return Symbol
	case "side":
		return Side
	case "price":
		return Price
	case "quantity":
		return Quantity
	case "venue":
		return Venue
	case "trader_id":
		return TraderID
	case "event_time":
		return EventTime
	case "flags":
		return Flags
	case "fill_price":
		return FillPrice
	case "filled":
		return Filled
	}
	return 0
}

// column reads the value at s.at into column c, or checks and skips it when c is empty.
func (s *Slow) column(c Columns, t *Trade) (err error) {
	if c == 0 {
		return s.skip(0)
	}
	if s.peek() == 'n' {
		t.Null |= c
		return s.word("null")
	}
	t.Null &^= c
	switch c {
	case OrderID:
		t.OrderID, err = s.text()
	case Symbol:
		t.Symbol, err = s.text()
	case Side:
		t.Side, err = s.text()
	case Venue:
		t.Venue, err = s.text()
	case TraderID:
		t.TraderID, err = s.text()
	case Price:
		t.Price, err = s.decimal4()
	case Quantity:
		t.Quantity, err = s.integer()
	case Flags:
		t.Flags, err = s.integer()
	case EventTime:
		t.EventTime, err = s.millis()
	case FillPrice:
		t.FillPrice, err = s.decimal4()
	case Filled:
		t.Filled, err = s.millis()
	}
	return err
}

func (s *Slow) millis() (int64, error) {
	v, err := s.integer()
	if v > maxMillis || v < -maxMillis {
		err = errors.New("TIMESTAMP out of range")
	}
	return v, err
}

func (s *Slow) peek() byte {
	if s.at < len(s.line) {
		return s.line[s.at]
	}
	return 0
}

func (s *Slow) eat(c byte) bool {
	if s.peek() != c {
		return false
	}
	s.at++
	return true
}

func (s *Slow) space() {
	for s.at < len(s.line) {
		switch s.line[s.at] {
		case ' ', '\t', '\r', '\n':
			s.at++
		default:
			return
		}
	}
}

func (s *Slow) word(w string) error {
	if s.at+len(w) > len(s.line) || string(s.line[s.at:s.at+len(w)]) != w {
		return errMalformed
	}
	s.at += len(w)
	return nil
}

// text reads the string at s.at: a view of the line, or of scratch when it has escapes.
func (s *Slow) text() (Str, error) {
	if !s.eat('"') {
		return Str{}, errMalformed
	}
	start := s.at
	if start == len(s.line) {
		return Str{}, errMalformed
	}
	// The scan ends in the line: a newline or, where there is none, the padding stops it.
	p := P(&s.line[start])
	n := StringEnd(p, 0)
	if s.at += int(n); s.at >= len(s.line) {
		return Str{}, errMalformed
	}
	switch s.line[s.at] {
	case '"':
		s.at++
		return Str{p, n}, nil
	case '\\':
		return s.escaped(start)
	}
	return Str{}, errMalformed // a control character
}

func (s *Slow) escaped(start int) (Str, error) {
	from := len(s.scratch)
	out := append(s.scratch, s.line[start:s.at]...)
	for s.at < len(s.line) {
		c := s.line[s.at]
		s.at++
		switch {
		case c == '"':
			n := len(out) - from
			s.scratch = append(out, make([]byte, 32)...)
			return Str{P(unsafe.SliceData(s.scratch[from:])), uintptr(n)}, nil
		case c == '\\':
			e := s.peek()
			s.at++
			if e == 'u' {
				r, ok := s.rune()
				if !ok {
					return Str{}, errMalformed
				}
				out = utf8.AppendRune(out, r)
				continue
			}
			c, ok := unescape(e)
			if !ok {
				return Str{}, errMalformed
			}
			out = append(out, c)
		case c < 0x20:
			return Str{}, errMalformed
		default:
			out = append(out, c)
		}
	}
	return Str{}, errMalformed
}

func unescape(e byte) (byte, bool) {
	switch e {
	case '"', '\\', '/':
		return e, true
	case 'b':
		return '\b', true
	case 'f':
		return '\f', true
	case 'n':
		return '\n', true
	case 'r':
		return '\r', true
	case 't':
		return '\t', true
	}
	return 0, false
}

// rune reads the hexadecimal digits of a \u escape, and of a second one when the first is the high half
// of a pair. Half a pair alone is U+FFFD, as in encoding/json.
func (s *Slow) rune() (rune, bool) {
	r, ok := s.hex4()
	if !ok {
		return 0, false
	}
	if r < 0xd800 || r > 0xdfff {
		return r, true
	}
	if r < 0xdc00 && s.at+6 <= len(s.line) && s.line[s.at] == '\\' && s.line[s.at+1] == 'u' {
		back := s.at
		s.at += 2
		if l, ok := s.hex4(); ok && l >= 0xdc00 && l <= 0xdfff {
			return (r-0xd800)<<10 + (l - 0xdc00) + 0x10000, true
		}
		s.at = back
	}
	return utf8.RuneError, true
}

func (s *Slow) hex4() (rune, bool) {
	if s.at+4 > len(s.line) {
		return 0, false
	}
	var r rune
	for _, c := range s.line[s.at : s.at+4] {
		switch {
		case c-'0' < 10:
			r = r<<4 | rune(c-'0')
		case c|0x20-'a' < 6:
			r = r<<4 | rune(c|0x20-'a'+10)
		default:
			return 0, false
		}
	}
	s.at += 4
	return r, true
}

// skip checks the value at s.at and steps over it.
func (s *Slow) skip(depth int) error {
	switch c := s.peek(); c {
	case '"':
		_, err := s.text()
		return err
	case '{', '[':
		if depth == maxDepth {
			return errMalformed
		}
		return s.nested(c, depth)
	case 't':
		return s.word("true")
	case 'f':
		return s.word("false")
	case 'n':
		return s.word("null")
	}
	_, err := s.number()
	return err
}

func (s *Slow) nested(open byte, depth int) error {
	s.at++
	if s.space(); s.eat(open + 2) { // '}' is '{'+2 and ']' is '['+2
		return nil
	}
	for {
		s.space()
		if open == '{' {
			if _, err := s.text(); err != nil {
				return err
			}
			if s.space(); !s.eat(':') {
				return errMalformed
			}
			s.space()
		}
		if err := s.skip(depth + 1); err != nil {
			return err
		}
		s.space()
		if s.eat(open + 2) {
			return nil
		}
		if !s.eat(',') {
			return errMalformed
		}
	}
}
