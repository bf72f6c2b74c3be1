package fast

import (
	"bytes"
	"errors"
	"unsafe"
)

var errCells = errors.New("not a line of cells")

// Cells cuts a line of comma-separated values, which must be padded, and appends its cells to out: an empty one is
// NULL and has no P, a quoted one is text and ends in its line.
func Cells(out []Str, line []byte) ([]Str, error) {
	line = bytes.TrimSuffix(line, []byte{'\r'})
	for {
		n := bytes.IndexByte(line, ',')
		if len(line) > 0 && line[0] == '"' {
			cell, rest, err := quoted(line[1:])
			if err != nil {
				return out, err
			}
			out = append(out, cell)
			if len(rest) == 0 {
				return out, nil
			}
			if line = rest[1:]; rest[0] != ',' {
				return out, errCells
			}
			continue
		}
		last := n < 0
		if last {
			n = len(line)
		}
		cell := Str{}
		if n > 0 {
			cell = Str{P(unsafe.SliceData(line)), uintptr(n)}
		}
		out = append(out, cell)
		if last {
			return out, nil
		}
		line = line[n+1:]
	}
}

// quoted reads up to the closing quote, into memory of its own; two quotes are one.
func quoted(text []byte) (cell Str, rest []byte, err error) {
	var kept []byte
	for {
		n := bytes.IndexByte(text, '"')
		if n < 0 {
			return Str{}, nil, errCells
		}
		kept = append(kept, text[:n]...)
		text = text[n+1:]
		if len(text) == 0 || text[0] != '"' {
			break
		}
		kept = append(kept, '"')
		text = text[1:]
	}
	n := len(kept)
	kept = append(kept, make([]byte, 32)...) // padded, as every string
	return Str{P(unsafe.SliceData(kept)), uintptr(n)}, text, nil
}

// Lines calls each with every line of a block that is not empty.
func Lines(data []byte, each func(line []byte)) {
	for len(data) > 0 {
		n := bytes.IndexByte(data, '\n')
		if n > 0 {
			each(data[:n])
		}
		data = data[n+1:]
	}
}

// Integer reads a cell that is an INTEGER.
func Integer(cell Str) (int64, error) {
	if v, n := Int(cell.P, 0); n == cell.N {
		return v, nil
	}
	s := Slow{line: cell.Bytes()}
	return whole(&s, s.integer)
}

// Decimal4 reads a cell that is a DECIMAL(18,4).
func Decimal4(cell Str) (int64, error) {
	if v, n := Dec4(cell.P, 0); n == cell.N {
		return v, nil
	}
	s := Slow{line: cell.Bytes()}
	return whole(&s, s.decimal4)
}

func whole(s *Slow, read func() (int64, error)) (int64, error) {
	v, err := read()
	if err == nil && s.at != len(s.line) {
		err = errMalformed
	}
	return v, err
}
