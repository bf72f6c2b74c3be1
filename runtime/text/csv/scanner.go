package csv

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	rt "github.com/velostream/veloc/runtime"
	"github.com/velostream/veloc/runtime/decimal"
	"github.com/velostream/veloc/runtime/text"
)

// Scanner walks the cells of one row, quotes and all. Its errors latch: after the first one cells read as NULL and End returns it.
type Scanner struct {
	Arena *text.Arena
	Delim byte

	p      text.Cursor
	limit  text.Cursor // the end of the chunk
	cells  int         // read so far
	ended  bool        // the row's line end has been passed
	err    error
	column string
	cell   string
	null   bool
}

// Within sets the chunk whose rows are scanned next.
func (s *Scanner) Within(c *rt.Chunk) {
	_, s.limit = text.Bounds(c)
	s.Arena.Reset()
}

// Begin starts a row at c.
func (s *Scanner) Begin(c text.Cursor) {
	s.p, s.cells, s.ended, s.err = c, 0, false, nil
	if e := LineEnd(c); e.OK() {
		s.p, s.ended, s.err = e, true, rt.ErrBlank
	}
}

// Cell goes to the next cell, which holds the named column.
func (s *Scanner) Cell(column string) {
	s.column, s.cell, s.null = column, "", true
	if s.ended {
		if s.err == nil {
			s.err = &rt.RowError{Code: "VR0120", Column: column, Msg: fmt.Sprintf("the row ends after %d columns, before this one", s.cells)}
		}
		return
	}
	s.next()
}

// next reads one cell and passes the delimiter or line end behind it.
func (s *Scanner) next() {
	s.cells++
	if s.p.Byte(0) == '"' {
		s.quoted()
		if s.ended {
			return
		}
	} else {
		n := cell(s.p, s.Delim)
		s.cell, s.null = s.p.View(n), n == 0
		s.p = s.p.Add(n)
	}
	if s.p.Byte(0) == s.Delim {
		s.p = s.p.Add(1)
		return
	}
	if e := LineEnd(s.p); e.OK() {
		s.p, s.ended = e, true
		return
	}
	// Characters behind a closing quote.
	if s.err == nil {
		s.err = &rt.RowError{Code: "VR0121", Column: s.column, Msg: "characters stand between the closing quote of the cell and the next delimiter; quotes within a quoted cell must be doubled"}
	}
	s.p = s.p.Add(cell(s.p, s.Delim))
	if s.p.Byte(0) == s.Delim {
		s.p = s.p.Add(1)
		return
	}
	s.p, s.ended = LineEnd(s.p), true
}

// quoted reads the quoted cell at s.p into the arena if a quote is doubled in it, else as a view.
func (s *Scanner) quoted() {
	begin := s.p.Add(1)
	doubled := 0
	p := begin
	for {
		m := text.Equal(p.Word(0), 0x2222222222222222)
		if m == 0 && p.Before(s.limit) {
			p = p.Add(8)
			continue
		}
		p = p.Add(text.First(m))
		if !p.Before(s.limit) {
			s.p, s.cell, s.null, s.ended = s.limit, "", true, true
			s.err = &rt.RowError{Code: "VR0122", Column: s.column, Msg: "the quote that opens the cell is never closed"}
			return
		}
		if p.Byte(1) != '"' {
			break
		}
		doubled++
		p = p.Add(2)
	}
	s.cell, s.null = begin.View(p.Since(begin)), false
	if doubled > 0 {
		out := s.Arena.Room(len(s.cell))
		for rest := s.cell; ; {
			i := strings.Index(rest, `""`)
			if i < 0 {
				out = append(out, rest...)
				break
			}
			out = append(out, rest[:i+1]...)
			rest = rest[i+2:]
		}
		s.cell = s.Arena.Keep(out)
	}
	s.p = p.Add(1)
}

// End is the place behind the row, and its error. columns is how many cells the row should have.
func (s *Scanner) End(columns int) (text.Cursor, error) {
	for !s.ended {
		s.next()
	}
	if s.err == nil && s.cells != columns {
		s.err = &rt.RowError{Code: "VR0120", Msg: fmt.Sprintf("the row has %d columns, expected %d", s.cells, columns)}
	}
	return s.p, s.err
}

// Required fails the row if the current cell is empty though its column is NOT NULL.
func (s *Scanner) Required() {
	if s.null && s.err == nil {
		s.err = &rt.RowError{Code: "VR0104", Column: s.column, Msg: "the column is NOT NULL but the cell is empty"}
	}
}

// unfit fails the row because the cell could not be converted.
func (s *Scanner) unfit(err error) { s.refuse(text.Code(err), err.Error()) }

func (s *Scanner) wrong(want string) {
	s.refuse("VR0102", "expected "+want+", found `"+clip(s.cell)+"`")
}

// number fails the row because the cell is not the number wanted: what strconv says decides why.
func (s *Scanner) number(err error, want, typ string) {
	if errors.Is(err, strconv.ErrRange) {
		s.refuse("VR0103", "`"+clip(s.cell)+"` does not fit "+typ)
		return
	}
	s.wrong(want)
}

// refuse fails the row because the column cannot hold the cell. Errors outlive the chunk, so they hold no views.
func (s *Scanner) refuse(code, msg string) {
	if s.err == nil {
		s.err = &rt.RowError{Code: code, Column: s.column, Value: clip(s.cell), Msg: msg}
	}
}

// clip cuts a value to a readable length, in memory of its own.
func clip(v string) string {
	cut := v[:min(len(v), 40)]
	if len(cut) < len(v) {
		for range utf8.UTFMax - 1 {
			if r, _ := utf8.DecodeLastRuneInString(cut); r != utf8.RuneError {
				break
			}
			cut = cut[:len(cut)-1]
		}
		return strings.ToValidUTF8(cut, "�") + "…"
	}
	return strings.Clone(strings.ToValidUTF8(cut, "�"))
}

// Text is the current cell as STRING.
func (s *Scanner) Text() rt.Null[string] { return rt.Null[string]{V: s.cell, Valid: !s.null} }

// Int is the current cell as INTEGER.
func (s *Scanner) Int() (v rt.Null[int64]) {
	if s.null {
		return v
	}
	n, err := strconv.ParseInt(strings.TrimSpace(s.cell), 10, 64)
	if err != nil {
		s.number(err, "an INTEGER", "an INTEGER (64 bits)")
		return v
	}
	return rt.Some(n)
}

// Float is the current cell as FLOAT.
func (s *Scanner) Float() (v rt.Null[float64]) {
	if s.null {
		return v
	}
	cell := strings.TrimSpace(s.cell)
	f, err := strconv.ParseFloat(cell, 64)
	if err == nil && strings.Trim(cell, "+-.0123456789eE") != "" {
		err = strconv.ErrSyntax // Go's Inf, NaN, 0x1p-2 and 1_000 are no numbers of SQL
	}
	if err != nil {
		s.number(err, "a number", "a FLOAT")
		return v
	}
	return rt.Some(f)
}

// Fixed is the current cell as DECIMAL of at most 18 digits.
func (s *Scanner) Fixed(precision, scale int) (v rt.Null[int64]) {
	if s.null {
		return v
	}
	m, err := decimal.Parse(strings.TrimSpace(s.cell), precision, scale, decimal.Exact)
	if err != nil {
		s.unfit(err)
		return v
	}
	return rt.Some(m)
}

// Wide is the current cell as DECIMAL of more than 18 digits.
func (s *Scanner) Wide(precision, scale int) (v rt.Null[decimal.Int128]) {
	if s.null {
		return v
	}
	m, err := decimal.ParseWide(strings.TrimSpace(s.cell), precision, scale, decimal.Exact)
	if err != nil {
		s.unfit(err)
		return v
	}
	return rt.Some(m)
}

// Bool is the current cell as BOOLEAN, in a form that parse understands.
func (s *Scanner) Bool(parse func(string) (bool, error)) (v rt.Null[bool]) {
	if s.null {
		return v
	}
	b, err := parse(s.cell)
	if err != nil {
		s.wrong("true or false")
		return v
	}
	return rt.Some(b)
}

// Time is the current cell as a time: an integer that number converts (nil: digits are text too), or text that parse understands.
func (s *Scanner) Time(number func(int64) (int64, error), parse func(string) (int64, error)) (v rt.Null[int64]) {
	if s.null {
		return v
	}
	t, err, cell := int64(0), error(nil), strings.TrimSpace(s.cell)
	if n, bad := strconv.ParseInt(cell, 10, 64); bad == nil && number != nil {
		t, err = number(n)
	} else {
		t, err = parse(cell)
	}
	if err != nil {
		s.unfit(err)
		return v
	}
	return rt.Some(t)
}
