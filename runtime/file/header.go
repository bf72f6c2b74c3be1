package file

import (
	"fmt"
	"slices"
	"strings"

	rt "github.com/velostream/veloc/runtime"
)

// ParseHeader splits a CSV header line into column names. Names are unquoted; blanks around unquoted names are dropped.
func ParseHeader(line []byte, delim, quote byte) []string {
	text := strings.TrimRight(string(line), "\r\n")
	var names []string
	for {
		var name string
		if quote != 0 && text != "" && text[0] == quote {
			name, text = unquote(text[1:], quote)
		} else {
			n := strings.IndexByte(text, delim)
			if n < 0 {
				n = len(text)
			}
			name, text = strings.TrimSpace(text[:n]), text[n:]
		}
		names = append(names, name)
		n := strings.IndexByte(text, delim)
		if n < 0 {
			return names
		}
		text = text[n+1:]
	}
}

// unquote reads a quoted name up to its closing quote.
func unquote(s string, quote byte) (name, rest string) {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == quote {
			if i+1 == len(s) || s[i+1] != quote {
				return b.String(), s[i+1:]
			}
			i++
		}
		b.WriteByte(s[i])
	}
	return b.String(), ""
}

// takeHeader checks the header of a file and keeps that of the first. The source's lock is held.
func (s *Source) takeHeader(file string, line []byte) error {
	got := ParseHeader(line, s.opt.Delimiter, s.opt.Quote)
	if err := s.checkHeader(file, got); err != nil {
		return err
	}
	switch {
	case s.header == nil:
		s.header = got
	case s.opt.Check == HeaderHas && !slices.Equal(s.header, got):
		return fmt.Errorf("%s: the header differs from that of %s: %s, there %s; files that are read together need the same columns in the same order",
			file, nameOf(s.paths[0]), strings.Join(got, ", "), strings.Join(s.header, ", "))
	}
	return nil
}

// checkHeader compares the names in a header line with the columns that the job wants.
func (s *Source) checkHeader(file string, got []string) error {
	if s.opt.Check == HeaderAny {
		return nil
	}
	want := s.opt.Columns
	lacks, extra := without(want, got), without(got, want)
	if len(lacks) == len(want) && len(want) > 1 {
		return fmt.Errorf("%s: the first line is no header of the columns %s, but %s; if the file has no header set 'header' = 'false', and if "+
			"something else than %q stands between its columns set 'delimiter'", file, strings.Join(want, ", "), strings.Join(got, ", "), s.opt.Delimiter)
	}
	var wrong []string
	for _, name := range lacks {
		text := "column " + name + " is missing"
		if near := rt.Nearest(name, extra); near != "" {
			text += " (did you mean " + near + "?)"
		}
		wrong = append(wrong, text)
	}
	if s.opt.Check == HeaderExact {
		for _, name := range extra {
			wrong = append(wrong, "column "+name+" is not declared")
		}
		if wrong == nil && !slices.Equal(want, got) {
			wrong = append(wrong, "the columns are declared in the order "+strings.Join(want, ", "))
		}
	}
	for i, name := range got {
		if slices.Contains(got[:i], name) && slices.Contains(want, name) {
			wrong = append(wrong, "column "+name+" occurs twice")
		}
	}
	if wrong == nil {
		return nil
	}
	return fmt.Errorf("%s: the header does not fit: %s; the file has %s", file, strings.Join(wrong, "; "), strings.Join(got, ", "))
}

// without returns the names of a that are not in b.
func without(a, b []string) (rest []string) {
	for _, x := range a {
		if !slices.Contains(b, x) {
			rest = append(rest, x)
		}
	}
	return rest
}
