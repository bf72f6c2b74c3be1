package diag

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/velostream/veloc/grammar/source"
)

// TextOptions chooses how [WriteText] prints.
type TextOptions struct {
	// Color adds ANSI colours.
	Color bool
}

// WriteText prints each diagnostic for a person: code and message, the place,
// the source lines with carets, labels, notes and the proposed fix.
func WriteText(w io.Writer, l List, o TextOptions) error {
	out := bufio.NewWriter(w)
	for i := range l {
		if i > 0 {
			out.WriteByte('\n')
		}
		printer{Writer: out, color: o.Color}.diagnostic(&l[i])
	}
	return out.Flush()
}

// Text is what [WriteText] prints, without colour.
func Text(l List) string {
	var b strings.Builder
	if err := WriteText(&b, l, TextOptions{}); err != nil {
		panic("bug: " + err.Error()) // a strings.Builder does not fail
	}
	return b.String()
}

const (
	styleReset   = "\x1b[0m"
	styleBold    = "\x1b[1m"
	styleError   = "\x1b[1;31m"
	styleWarning = "\x1b[1;33m"
	styleNote    = "\x1b[1;36m"
	styleMargin  = "\x1b[1;34m"
)

type printer struct {
	*bufio.Writer
	color bool
}

func (p printer) paint(style, text string) string {
	if !p.color {
		return text
	}
	return style + text + styleReset
}

func severityStyle(s Severity) string {
	switch s {
	case Error:
		return styleError
	case Warning:
		return styleWarning
	default:
		return styleNote
	}
}

// mark is one underlined piece of one line.
type mark struct {
	line       int // from 1
	start, end int // byte offsets within the line, start < end
	text       string
	primary    bool
}

func (p printer) diagnostic(d *Diagnostic) {
	head := d.Severity.String()
	if d.Code != "" {
		head += "[" + string(d.Code) + "]"
	}
	fmt.Fprintf(p, "%s%s\n", p.paint(severityStyle(d.Severity), head), p.paint(styleBold, ": "+d.Message))

	margin := 1
	if d.Span.IsValid() {
		margin = p.snippets(d)
	}
	for _, note := range d.trailers() {
		kind, text, _ := strings.Cut(note, ": ")
		indent := "\n" + strings.Repeat(" ", margin+5+len(kind))
		fmt.Fprintf(p, "%*s %s %s: %s\n", margin, "", p.paint(styleMargin, "="), p.paint(styleBold, kind),
			strings.ReplaceAll(text, "\n", indent))
	}
}

// trailers are the lines below the snippet: notes, then help.
func (d *Diagnostic) trailers() []string {
	var out []string
	for _, n := range d.Notes {
		out = append(out, "note: "+n)
	}
	if d.Fix != nil && d.caretText() != d.Fix.Message && d.Fix.Message != "" {
		out = append(out, "help: "+d.Fix.Message)
	}
	if d.Code != "" {
		out = append(out, "help: veloc explain "+string(d.Code))
	}
	return out
}

// caretText is what stands behind the primary carets.
func (d *Diagnostic) caretText() string {
	for _, l := range d.Labels {
		if l.Span == d.Span {
			return l.Text
		}
	}
	if d.Fix != nil && d.Fix.Span == d.Span {
		return d.Fix.Message
	}
	return ""
}

// snippets prints the lines with marks, per file, and returns the width of the
// line-number margin.
func (p printer) snippets(d *Diagnostic) int {
	byFile := map[*source.File][]mark{d.Span.File: {markOf(d.Span, d.caretText(), true)}}
	files := []*source.File{d.Span.File}
	for _, l := range d.Labels {
		if l.Span == d.Span || !l.Span.IsValid() {
			continue
		}
		if _, seen := byFile[l.Span.File]; !seen {
			files = append(files, l.Span.File)
		}
		byFile[l.Span.File] = append(byFile[l.Span.File], markOf(l.Span, l.Text, false))
	}
	margin := 1
	for _, marks := range byFile {
		for _, m := range marks {
			margin = max(margin, len(fmt.Sprint(m.line)))
		}
	}
	bar := p.paint(styleMargin, "|")
	for i, f := range files {
		marks := byFile[f]
		arrow, at := "-->", d.Span.StartPos()
		if i > 0 {
			arrow, at = ":::", f.Pos(f.LineStart(marks[0].line)+marks[0].start)
		}
		fmt.Fprintf(p, "%*s%s %s\n", margin, "", p.paint(styleMargin, arrow), at)
		fmt.Fprintf(p, "%*s %s\n", margin, "", bar)
		slices.SortStableFunc(marks, func(a, b mark) int { return a.line - b.line })
		last := 0
		for len(marks) > 0 {
			n := 1
			for n < len(marks) && marks[n].line == marks[0].line {
				n++
			}
			p.gap(f, last, marks[0].line, margin, bar)
			p.line(f, marks[:n], margin, bar, severityStyle(d.Severity))
			last, marks = marks[0].line, marks[n:]
		}
		fmt.Fprintf(p, "%*s %s\n", margin, "", bar)
	}
	return margin
}

// gap prints what lies between two marked lines: the line itself when it is
// one, dots when there are more.
func (p printer) gap(f *source.File, last, next, margin int, bar string) {
	switch {
	case last == 0 || next == last+1:
	case next == last+2:
		p.sourceLine(f, last+1, margin, bar)
	default:
		fmt.Fprintln(p, p.paint(styleMargin, "..."))
	}
}

func (p printer) sourceLine(f *source.File, n, margin int, bar string) {
	text := printable(f.Line(n))
	if text != "" {
		text = " " + text
	}
	fmt.Fprintf(p, "%s %s%s\n", p.paint(styleMargin, fmt.Sprintf("%*d", margin, n)), bar, text)
}

// line prints a source line and, below it, its marks from right to left so that
// each text has room.
func (p printer) line(f *source.File, marks []mark, margin int, bar, style string) {
	n := marks[0].line
	p.sourceLine(f, n, margin, bar)
	text := f.Line(n)
	slices.SortStableFunc(marks, func(a, b mark) int { return b.start - a.start })
	for _, m := range marks {
		sign, paint := "-", styleMargin
		if m.primary {
			sign, paint = "^", style
		}
		under := strings.Repeat(sign, max(1, width(text[min(m.start, len(text)):min(m.end, len(text))])))
		if m.text != "" {
			under += " " + m.text
		}
		pad := strings.Repeat(" ", width(text[:min(m.start, len(text))]))
		fmt.Fprintf(p, "%*s %s %s%s\n", margin, "", bar, pad, p.paint(paint, under))
	}
}

// markOf clips a span to its first line.
func markOf(s source.Span, text string, primary bool) mark {
	pos := s.StartPos()
	start := s.File.LineStart(pos.Line)
	length := len(s.File.Line(pos.Line))
	return mark{
		line:    pos.Line,
		start:   pos.Offset - start,
		end:     min(s.End-start, length),
		text:    text,
		primary: primary,
	}
}

const tabWidth = 4

// printable replaces tabs by spaces and control characters by "·", so that
// carets line up and a hostile file cannot drive the terminal.
func printable(line string) string {
	clean := func(r rune) rune {
		if r < ' ' && r != '\t' || r == 0x7f || r == utf8.RuneError {
			return '·'
		}
		return r
	}
	return strings.ReplaceAll(strings.Map(clean, line), "\t", strings.Repeat(" ", tabWidth))
}

// width counts the columns that printable text takes.
func width(s string) int {
	return utf8.RuneCountInString(s) + (tabWidth-1)*strings.Count(s, "\t")
}
