package grammar

import (
	"strconv"
	"strings"

	"github.com/velostream/veloc/grammar/diag"
	"github.com/velostream/veloc/grammar/source"
)

// The methods in this file read the value of an annotation in the forms that
// annotations have. Each part keeps its own span, so that a mistake in one
// element of a list is underlined there and nowhere else. Diagnostics are VL0201.

// Word is a piece of an annotation's value with its place.
type Word struct {
	Text string
	Span source.Span
}

// AnnotationNumber is a number in an annotation's value with its place.
type AnnotationNumber struct {
	Value float64
	// Text is as written.
	Text string
	Span source.Span
}

// String returns the value without the quotes around it, if it has any.
func (a *Annotation) String() Word { return unquoteWord(Word{Text: a.Value, Span: a.ValueSpan}) }

func unquoteWord(w Word) Word {
	n := len(w.Text)
	if n >= 2 && (w.Text[0] == '"' || w.Text[0] == '\'') && w.Text[n-1] == w.Text[0] {
		w.Text = w.Text[1 : n-1]
		w.Span.Start, w.Span.End = w.Span.Start+1, w.Span.End-1
	}
	return w
}

// Names reads a list of names that commas separate, with or without brackets;
// a name may have dots: meta.region.
func (a *Annotation) Names() ([]Word, diag.List) {
	return a.list("a name", func(w Word) bool {
		for _, part := range strings.Split(w.Text, ".") {
			if part == "" || isDigit(part[0]) || strings.IndexFunc(part, func(r rune) bool {
				return r < 0x80 && !isWordByte(byte(r))
			}) >= 0 {
				return false
			}
		}
		return true
	})
}

// Words reads a list of texts that commas separate, with or without brackets and
// quotes.
func (a *Annotation) Words() ([]Word, diag.List) {
	return a.list("a word", func(w Word) bool { return w.Text != "" })
}

// Numbers reads a list of numbers that commas separate, with or without brackets.
func (a *Annotation) Numbers() ([]AnnotationNumber, diag.List) {
	words, diags := a.list("a number", func(w Word) bool { return isNumeric(w.Text) })
	numbers := make([]AnnotationNumber, len(words))
	for i, w := range words {
		numbers[i] = number(w)
	}
	return numbers, diags
}

// Number reads one number.
func (a *Annotation) Number() (AnnotationNumber, diag.List) {
	w := a.String()
	if !isNumeric(w.Text) {
		return AnnotationNumber{}, diag.List{diag.AnnotationValue(w.Span, "a number", w.Text)}
	}
	return number(w), nil
}

// isNumeric reports whether text is a decimal number; Go's other spellings, such
// as 0x1p4, 1_000, Inf and NaN, are not.
func isNumeric(text string) bool {
	_, err := strconv.ParseFloat(text, 64)
	return err == nil && strings.Trim(text, "0123456789.eE+-") == ""
}

func number(w Word) AnnotationNumber {
	v, _ := strconv.ParseFloat(w.Text, 64) // isNumeric has seen it
	return AnnotationNumber{Value: v, Text: w.Text, Span: w.Span}
}

// Bool reads true, false, on, off, yes or no, in any case.
func (a *Annotation) Bool() (bool, diag.List) {
	w := a.String()
	switch strings.ToLower(w.Text) {
	case "true", "on", "yes":
		return true, nil
	case "false", "off", "no":
		return false, nil
	}
	return false, diag.List{diag.AnnotationValue(w.Span, "true or false", w.Text)}
}

// Expr reads the value as an SQL expression, which may stand in double quotes. It
// is nil when there is an error.
func (a *Annotation) Expr() (Expr, diag.List) {
	at := a.ValueSpan
	if text := a.Value; len(text) >= 2 && text[0] == '"' && strings.IndexByte(text[1:], '"') == len(text)-2 {
		at.Start, at.End = at.Start+1, at.End-1
	}
	if strings.TrimSpace(at.Text()) == "" {
		return nil, diag.List{diag.AnnotationValue(at, expectExpr, "")}
	}
	return ParseExprIn(at)
}

// list cuts the value at commas and checks each element. Elements that are wrong
// are reported and left out.
func (a *Annotation) list(want string, valid func(Word) bool) ([]Word, diag.List) {
	var words []Word
	var diags diag.List
	text, start := a.Value, a.ValueSpan.Start
	if strings.HasPrefix(text, "[") {
		if !strings.HasSuffix(text, "]") {
			at := a.ValueSpan
			at.Start = at.End
			return nil, diag.List{diag.AnnotationValue(at, "`]`", "")}
		}
		text, start = text[1:len(text)-1], start+1
	}
	if text == "" {
		return nil, diag.List{diag.AnnotationValue(a.ValueSpan, want, "")}
	}
	for _, piece := range splitList(text) {
		lead := len(piece) - len(strings.TrimLeft(piece, " \t\r\n"))
		w := Word{Text: strings.TrimSpace(piece)}
		w.Span = source.Span{File: a.span.File, Start: start + lead, End: start + lead + len(w.Text)}
		w = unquoteWord(w)
		if valid(w) {
			words = append(words, w)
		} else {
			diags.Add(diag.AnnotationValue(w.Span, want, w.Text))
		}
		start += len(piece) + 1
	}
	return words, diags
}

// splitList cuts at commas outside of quotes.
func splitList(text string) []string {
	var pieces []string
	quote, begin := byte(0), 0
	for i := range len(text) {
		switch c := text[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == ',':
			pieces = append(pieces, text[begin:i])
			begin = i + 1
		}
	}
	return append(pieces, text[begin:])
}
