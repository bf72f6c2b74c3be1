package file

import (
	"fmt"

	rt "github.com/velostream/veloc/runtime"
)

// Codes of the rows that framing refuses (see docs/run-time-errors.md).
const (
	CodeTooLong      = "VR0301" // longer than max.row.size
	CodeOpenQuote    = "VR0122" // the file ends within a quoted field
	CodeRawLineBreak = "VR0303" // line break within a string of a JSON array
)

// fault is why a row cannot be given to a decoder.
type fault uint8

const (
	sound fault = iota
	tooLong
	openQuote
	rawLineBreak
)

// keepOfRow is how much of a refused row a reject quotes.
const keepOfRow = 4 << 10

// refuse adds a reject to c for a row that starts with data, at an offset of the file's content. line is 0 if unknown.
func (s *Source) refuse(c *rt.Chunk, name string, offset, line int64, data []byte, why fault) {
	e := &rt.RowError{Value: string(data[:min(len(data), 60)])}
	switch why {
	case tooLong:
		e.Code = CodeTooLong
		e.Msg = fmt.Sprintf("the row is longer than %d bytes; reading goes on at the next line break after that. If rows may be this long, raise 'max.row.size'", s.opt.MaxRow)
		if s.frame.quoted {
			e.Msg += "; if not, a quoted field is probably never closed"
		}
	case openQuote:
		e.Code = CodeOpenQuote
		e.Msg = fmt.Sprintf("a quoted field of this row is not closed before the end of the file; everything behind its opening %c was read as part of it", s.opt.Quote)
	case rawLineBreak:
		e.Code = CodeRawLineBreak
		e.Msg = `a string of this element contains a line break; JSON wants it written as \n`
	}
	c.Rejects = append(c.Rejects, rt.Reject{
		Chunk: rt.ChunkRef{File: name, Offset: offset, Line: line},
		Row:   -1,
		Data:  append([]byte(nil), data[:min(len(data), keepOfRow)]...),
		Err:   e,
	})
}
