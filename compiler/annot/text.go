package annot

import (
	"strings"

	"github.com/velostream/veloc/grammar"
	"github.com/velostream/veloc/grammar/source"
)

// part is a piece of an annotation's value with its place.
type part struct {
	text string
	at   source.Span
}

// value is the annotation's text without a comment behind it: "8 -- workers" is "8".
func value(a *grammar.Annotation) part {
	p := part{a.Value, a.ValueSpan}
	if i := strings.Index(p.text, " --"); i >= 0 {
		p = p.slice(0, i)
	}
	return p.trim()
}

// slice is bytes [from, to) of a part.
func (p part) slice(from, to int) part {
	at := p.at
	at.Start, at.End = p.at.Start+from, p.at.Start+to
	return part{p.text[from:to], at}
}

func (p part) trim() part {
	left := len(p.text) - len(strings.TrimLeft(p.text, " \t"))
	return p.slice(left, max(left, len(strings.TrimRight(p.text, " \t"))))
}

// unwrap takes a pair of enclosing characters off: quotes or brackets.
func (p part) unwrap(pairs ...string) part {
	for _, q := range pairs {
		if len(p.text) >= 2 && p.text[0] == q[0] && p.text[len(p.text)-1] == q[1] {
			return p.slice(1, len(p.text)-1)
		}
	}
	return p
}

func (p part) unquote() part { return p.unwrap(`""`, `''`) }

// split cuts at commas that stand outside of quotes and brackets; empty pieces are left out.
func (p part) split() []part {
	var out []part
	depth, start, quote := 0, 0, byte(0)
	for i := 0; i <= len(p.text); i++ {
		if i == len(p.text) || quote == 0 && depth == 0 && p.text[i] == ',' {
			if piece := p.slice(start, i).trim(); piece.text != "" {
				out = append(out, piece)
			}
			start = i + 1
			continue
		}
		switch c := p.text[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '[' || c == '(':
			depth++
		case c == ']' || c == ')':
			depth--
		}
	}
	return out
}
