package file

import (
	"bytes"
	"fmt"

	rt "github.com/velostream/veloc/runtime"
)

// array cuts the elements of one top-level JSON array into rows. It checks the array's own commas and brackets and that brackets
// within elements pair up; the rest is the decoder's task.
type array struct {
	name      string
	max       int // bytes of an element
	state     arrayState
	lineStart int64 // offset of the current line, for columns in errors

	// The element being read.
	part  []byte // what was read of it, when the input paused within it
	size  int    // its bytes so far
	open  []byte // brackets that wait for their partner
	str   bool   // within a string
	esc   bool   // behind a backslash
	raw   bool   // a string of it has a line break
	start int64  // its offset
	line  int64  // its line number

	behind int64 // offset behind the last element that ended
}

// maxRejects ends a chunk early.
const maxRejects = 100

type arrayState uint8

const (
	beforeArray   arrayState = iota
	beforeFirst              // element or ]
	beforeNext               // element
	inElement                //
	behindElement            // , or ]
	behindArray              // blanks only
)

// resume continues behind an element.
func (a *array) resume() {
	a.state = behindElement
}

// fillArray gives c the next elements, each ended by a newline.
func (st *stream) fillArray(c *rt.Chunk) (more bool, err error) {
	a, size := st.array, st.src.opt.ChunkSize
	if cap(c.Buf) < size+rt.Pad {
		c.Buf = make([]byte, 0, size+size/4+4<<10+rt.Pad) // the last element goes beyond size
	}
	c.Offset, c.Line = st.off, st.line
	out := append(c.Buf[:0], a.part...)
	row := 0 // where the current row starts in out
	a.part = a.part[:0]
	in := st.carry
	for (len(out) < size && len(c.Rejects) < maxRejects) || a.state == inElement {
		if len(in) == 0 {
			if st.eof {
				break
			}
			st.carry = st.carry[:0]
			if err := st.more(64 << 10); err == errIdle {
				break
			} else if err != nil {
				return false, err
			}
			in = st.carry
			continue
		}
		n, problem := 0, ""
		if a.state == inElement {
			n, problem = a.element(in, st.off, &st.line)
			out = a.copyElement(out, row, in[:n])
		} else {
			n, problem = a.between(in, st.off, &st.line)
		}
		st.off += int64(n)
		if a.state == behindElement && a.behind < a.start {
			a.behind = st.off
			out = st.endElement(c, out, row)
			row = len(out)
		}
		in = in[n:]
		if problem != "" {
			st.fail(problem)
			in, out = nil, out[:row]
			break
		}
	}
	st.carry = st.carry[:copy(st.carry, in)]
	a.part = append(a.part, out[row:]...)
	c.Buf = out[:0]
	return st.endChunk(c, out[:row])
}

// endChunk delivers data, or explains why there is no more.
func (st *stream) endChunk(c *rt.Chunk, data []byte) (more bool, err error) {
	if st.eof && len(st.carry) == 0 && st.err == nil && st.array.state != behindArray {
		st.fail(st.array.incomplete())
	}
	if len(data) == 0 && len(c.Rejects) == 0 && st.eof {
		return false, st.err
	}
	if cap(data) < len(data)+rt.Pad {
		c.Buf = append(make([]byte, 0, len(data)+len(data)/4+rt.Pad), data...)
		data = c.Buf
	}
	c.Data, c.Next = data, position(st.index, rt.Position(st.array.behind))
	return true, nil
}

// fail ends the content with an error at the current place.
func (st *stream) fail(problem string) {
	column := st.off - st.array.lineStart + 1
	if st.err == nil {
		st.err = fmt.Errorf("%s, line %d, column %d: %s; the rows before were read", st.array.name, st.line, column, problem)
	}
	st.carry, st.eof = st.carry[:0], true
}

func (a *array) incomplete() string {
	switch a.state {
	case beforeArray:
		return "the file is empty: a JSON array was expected"
	case inElement:
		return fmt.Sprintf("the file ends within the array element that starts in line %d; it is probably truncated", a.line)
	}
	return "the file ends before the array is closed by ]; it is probably truncated"
}

// between reads blanks, commas and the array's brackets, up to the first byte of an element.
func (a *array) between(b []byte, off int64, line *int64) (n int, problem string) {
	for i, c := range b {
		switch {
		case c == '\n':
			a.newLine(off+int64(i), line)
			continue
		case c == ' ' || c == '\t' || c == '\r':
			continue
		}
		switch {
		case a.state == beforeArray && c == '[':
			a.state = beforeFirst
		case a.state == beforeArray && c == '{':
			return i, "expected [ at the start of a JSON array, found {; if every line is an object, set 'format' = 'jsonlines'"
		case a.state == beforeArray:
			return i, fmt.Sprintf("expected [ at the start of a JSON array, found %q", c)
		case a.state == behindArray:
			return i, fmt.Sprintf("expected nothing behind the array, found %q", c)
		case a.state == behindElement && c == ',':
			a.state = beforeNext
		case (a.state == behindElement || a.state == beforeFirst) && c == ']':
			a.state = behindArray
		case a.state == behindElement:
			return i, fmt.Sprintf("expected , or ] behind an array element, found %q", c)
		case c == ',' || c == ']' || c == '}':
			return i, fmt.Sprintf("expected an array element, found %q", c)
		default:
			a.state, a.start, a.line = inElement, off+int64(i), *line
			a.size, a.open, a.str, a.esc, a.raw = 0, a.open[:0], false, false, false
			return i, ""
		}
	}
	return len(b), ""
}

// The bytes that element stops at: within a string, between brackets, and in a number or word outside of brackets.
var (
	inString   = stops("\"\\\n")
	inBrackets = stops("\"{}[]\n")
	inWord     = stops("\"{}[]\n, \t\r")
)

func stops(chars string) *[256]bool {
	var t [256]bool
	for _, c := range []byte(chars) {
		t[c] = true
	}
	return &t
}

// element reads b up to the end of the element, or all of it.
func (a *array) element(b []byte, off int64, line *int64) (n int, problem string) {
	for i := 0; i < len(b); i++ {
		if a.esc {
			a.esc = false
			if b[i] != '\n' {
				continue
			}
		}
		stop := inWord
		switch {
		case a.str:
			stop = inString
		case len(a.open) > 0:
			stop = inBrackets
		}
		for i < len(b) && !stop[b[i]] {
			i++
		}
		if i == len(b) {
			break
		}
		c := b[i]
		if a.str {
			switch c {
			case '\\':
				a.esc = true
			case '\n':
				a.raw = true
				a.newLine(off+int64(i), line)
			case '"':
				a.str = false
				if len(a.open) == 0 {
					a.state = behindElement
					return i + 1, ""
				}
			}
			continue
		}
		switch c {
		case '"':
			a.str = true
		case '{', '[':
			a.open = append(a.open, c+2) // in ASCII the closing bracket is two behind the opening one
		case '}', ']':
			if len(a.open) == 0 && c == ']' {
				a.state = behindElement
				return i, ""
			}
			if len(a.open) == 0 || a.open[len(a.open)-1] != c {
				return i, fmt.Sprintf("%q does not close what was opened last in the array element that starts in line %d", c, a.line)
			}
			a.open = a.open[:len(a.open)-1]
			if len(a.open) == 0 {
				a.state = behindElement
				return i + 1, ""
			}
		default: // white space or a comma
			if len(a.open) == 0 { // behind a number or a word; between reads it again
				a.state = behindElement
				return i, ""
			}
			a.newLine(off+int64(i), line)
		}
	}
	return len(b), ""
}

// newLine notes a newline at offset at.
func (a *array) newLine(at int64, line *int64) {
	*line++
	a.lineStart = at + 1
}

// copyElement appends a piece of the element to out, its line breaks as blanks. Of an element that is too long only the start is kept.
func (a *array) copyElement(out []byte, row int, piece []byte) []byte {
	a.size += len(piece)
	if a.size >= a.max {
		room := max(keepOfRow-(len(out)-row), 0)
		return append(out, piece[:min(room, len(piece))]...)
	}
	at := len(out)
	out = append(out, piece...)
	for {
		i := bytes.IndexByte(out[at:], '\n')
		if i < 0 {
			return out
		}
		out[at+i] = ' '
		at += i + 1
	}
}

// endElement makes the element at out[row:] a row, or refuses it.
func (st *stream) endElement(c *rt.Chunk, out []byte, row int) []byte {
	a := st.array
	why := sound
	switch {
	case a.size >= a.max:
		why = tooLong
	case a.raw:
		why = rawLineBreak
	}
	if why != sound {
		st.src.refuse(c, c.File, a.start, a.line, out[row:], why)
		return out[:row]
	}
	c.Lines = append(c.Lines, a.line)
	c.Ends = append(c.Ends, position(st.index, rt.Position(a.behind)))
	return append(out, '\n')
}
