package source

import (
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"
)

// File is the text of one source file with its line table. It is immutable
// after [New], so spans may share it between goroutines.
type File struct {
	// Name is the path as the user wrote it; "-" is standard input and
	// "-e" is SQL from the command line.
	Name string
	// Text is the whole content, byte for byte.
	Text string

	lines []int // byte offset of the first byte of each line
}

// New indexes the lines of text. A line ends with "\n"; a "\r" before it
// belongs to the line end.
func New(name, text string) *File {
	lines := make([]int, 1, 1+strings.Count(text, "\n"))
	for i := 0; ; {
		n := strings.IndexByte(text[i:], '\n')
		if n < 0 {
			break
		}
		i += n + 1
		lines = append(lines, i)
	}
	return &File{Name: name, Text: text, lines: lines}
}

// Pos is a point in a file. Its fields are those of the lexer's positions, so
// that one converts into the other without a copy of the names.
type Pos struct {
	// Filename is the Name of the file.
	Filename string
	// Offset counts bytes from 0.
	Offset int
	// Line counts from 1; 0 means that the position is unknown.
	Line int
	// Column counts characters (runes, not bytes) from 1.
	Column int
}

// String is "name:line:column", or "name" when the line is unknown.
func (p Pos) String() string {
	if p.Line == 0 {
		return p.Filename
	}
	return p.Filename + ":" + strconv.Itoa(p.Line) + ":" + strconv.Itoa(p.Column)
}

// Pos returns the position of a byte offset. Offsets outside of the text are
// moved to its nearest end.
func (f *File) Pos(offset int) Pos {
	offset = max(0, min(offset, len(f.Text)))
	line := sort.SearchInts(f.lines, offset+1) // the first line that starts after offset
	start := f.lines[line-1]
	return Pos{
		Filename: f.Name,
		Offset:   offset,
		Line:     line,
		Column:   utf8.RuneCountInString(f.Text[start:offset]) + 1,
	}
}

// LineCount is the number of lines; an empty file has one.
func (f *File) LineCount() int { return len(f.lines) }

// LineStart is the byte offset at which line n (from 1) begins.
func (f *File) LineStart(n int) int { return f.lines[n-1] }

// Line is the text of line n (from 1) without its line end, or "" when there
// is no such line.
func (f *File) Line(n int) string {
	if n < 1 || n > len(f.lines) {
		return ""
	}
	end := len(f.Text)
	if n < len(f.lines) {
		end = f.lines[n] - 1
	}
	return strings.TrimSuffix(f.Text[f.lines[n-1]:end], "\r")
}

// Span is the span of the bytes [start, end).
func (f *File) Span(start, end int) Span { return Span{File: f, Start: start, End: end} }

// Span is a half-open range of bytes of a file. The zero Span points nowhere:
// it marks what has no place in any text, such as a command-line flag. Spans
// are comparable.
type Span struct {
	File       *File
	Start, End int
}

// IsValid reports whether the span points into a file.
func (s Span) IsValid() bool { return s.File != nil }

// StartPos is the position of the first byte.
func (s Span) StartPos() Pos {
	if s.File == nil {
		return Pos{}
	}
	return s.File.Pos(s.Start)
}

// EndPos is the position just after the last byte.
func (s Span) EndPos() Pos {
	if s.File == nil {
		return Pos{}
	}
	return s.File.Pos(s.End)
}

// Line is the line, from 1, on which the span starts; 0 for the zero Span.
func (s Span) Line() int { return s.StartPos().Line }

// Text is the source text that the span covers.
func (s Span) Text() string {
	if s.File == nil {
		return ""
	}
	start := max(0, min(s.Start, len(s.File.Text)))
	return s.File.Text[start:max(start, min(s.End, len(s.File.Text)))]
}

// Snippet is [Span.Text] as one line of at most limit characters: runs of white
// space become one space and what does not fit is replaced by "…". It is meant
// for comments in generated code and for names of unnamed columns.
func (s Span) Snippet(limit int) string {
	text := strings.Join(strings.Fields(s.Text()), " ")
	if utf8.RuneCountInString(text) <= limit {
		return text
	}
	return string([]rune(text)[:max(0, limit-1)]) + "…"
}

// To is the smallest span that covers both s and other, which must be of the
// same file. A span that points nowhere is ignored.
func (s Span) To(other Span) Span {
	switch {
	case s.File == nil:
		return other
	case other.File == nil:
		return s
	}
	return Span{File: s.File, Start: min(s.Start, other.Start), End: max(s.End, other.End)}
}

// Contains reports whether other lies inside of s.
func (s Span) Contains(other Span) bool {
	return s.File == other.File && s.Start <= other.Start && other.End <= s.End
}

// String is the position of the first byte, as "name:line:column".
func (s Span) String() string { return s.StartPos().String() }
