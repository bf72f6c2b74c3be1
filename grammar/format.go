package grammar

import (
	"strings"

	"github.com/alecthomas/participle/v2/lexer"

	"github.com/velostream/veloc/grammar/diag"
	"github.com/velostream/veloc/grammar/source"
)

// Format returns the file in canonical form: keywords in upper case, one clause, one
// SELECT item and one property per line, one blank line between statements. All
// names, literals, comments and annotations stay as they are, and so does the
// order of everything. Formatting formatted text changes nothing.
//
// A file with syntax errors is returned unchanged, with the errors.
func Format(f *source.File) (string, diag.List) {
	parsed, diags := Parse(f)
	if diags.HasErrors() {
		return f.Text, diags
	}
	s := scanner{file: f, text: f.Text, end: len(f.Text), pos: lexer.Position{Filename: f.Name, Line: 1, Column: 1}}
	w := &writer{file: f}
	statements := parsed.Statements
	for _, piece := range split(s.all()) {
		if !hasCode(piece) {
			w.comments(piece)
			continue
		}
		w.statement(piece, newLayout(piece, statements[0]))
		statements = statements[1:]
	}
	return w.text(), diags
}

func hasCode(piece []lexer.Token) bool {
	for i := range piece {
		if !isTrivia(piece[i].Type) && piece[i].Type != lexer.EOF {
			return true
		}
	}
	return false
}

// writer prints tokens with comments between them.
type writer struct {
	file *source.File
	out  strings.Builder
	// line is set while something stands on the current line.
	line bool
	// indent is that of the current line.
	indent int
	// atEnd is set while the current line is that of a ";".
	atEnd bool
	// mustBreak is set after a comment that lasts to the end of its line.
	mustBreak bool
}

func (w *writer) text() string {
	text := strings.TrimRight(w.out.String(), "\n")
	if text == "" {
		return ""
	}
	return text + "\n"
}

func (w *writer) write(text string) {
	w.out.WriteString(text)
	w.line = true
}

// newline ends the current line, if there is one, and begins the next.
func (w *writer) newline(indent int) {
	if w.line {
		w.out.WriteByte('\n')
	}
	w.out.WriteString(strings.Repeat(" ", indent))
	w.indent, w.line, w.mustBreak, w.atEnd = indent, false, false, false
}

// blank puts a blank line before what follows, unless there is one or nothing
// stands above.
func (w *writer) blank() {
	if w.out.Len() == 0 {
		return
	}
	if w.line {
		w.out.WriteByte('\n')
		w.line, w.mustBreak, w.atEnd = false, false, false
	}
	if !strings.HasSuffix(w.out.String(), "\n\n") {
		w.out.WriteByte('\n')
	}
}

// comments prints a piece without code.
func (w *writer) comments(piece []lexer.Token) {
	w.above(piece)
}

// above prints the comments that stand before the code of a piece and returns
// the rest. Single blank lines between them stay: they divide a file's header from
// its first statement.
func (w *writer) above(piece []lexer.Token) []lexer.Token {
	first, lines := true, 0 // lines counts the line ends since the last comment
	for i := range piece {
		t := &piece[i]
		switch {
		case t.Type == tokSpace:
			lines += strings.Count(t.Value, "\n")
		case isTrivia(t.Type):
			behind := lines == 0 && w.atEnd && !w.mustBreak // the ";" of the statement above
			switch {
			case first && behind, !first && lines == 0 && !w.mustBreak:
				w.write(" ")
			case first && w.out.Len() > 0 || lines > 1:
				w.blank()
			default:
				w.newline(0)
			}
			w.write(t.Value)
			w.mustBreak = strings.HasPrefix(t.Value, "--")
			first, lines = first && behind, 0
		case t.Type == lexer.EOF:
			return nil
		default:
			switch {
			case first && w.out.Len() > 0, lines > 1:
				w.blank()
			case lines > 0 || w.mustBreak:
				w.newline(0)
			case !first:
				w.write(" ")
			}
			return piece[i:]
		}
	}
	return nil
}

// statement prints a piece with code, and its ";".
func (w *writer) statement(piece []lexer.Token, y *layout) {
	// A comment that stands behind the ";" above belongs to the line above.
	rest := w.above(piece)
	n, lines := 0, 0
	var held []lexer.Token // comments since the last token of code
	var starts []int       // for each, the number of line ends before it
	for i := range rest {
		t := &rest[i]
		switch {
		case t.Type == tokSpace:
			lines += strings.Count(t.Value, "\n")
		case isTrivia(t.Type):
			held, starts = append(held, *t), append(starts, lines)
			lines = 0
		case t.Type == lexer.EOF:
			w.finish(held, starts)
		default:
			w.code(y, n, held, starts, lines)
			n, held, starts, lines = n+1, nil, nil, 0
		}
	}
}

// code prints the comments before a token, and the token.
func (w *writer) code(y *layout, n int, held []lexer.Token, starts []int, lines int) {
	t := &y.code[n]
	indent, breaks := y.breaks[t.Pos.Offset]
	if !breaks {
		indent = w.indent
	}
	if isPunct(t, ",") && len(held) > 0 && starts[0] == 0 && !breaks {
		// "a -- note" and a comma on the next line: the comma goes to its item.
		w.write(",")
		for i := range held {
			w.comment(&held[i], starts[i], indent)
		}
		return
	}
	for i := range held {
		w.comment(&held[i], starts[i], indent)
	}
	switch {
	case n == 0:
	case breaks, w.mustBreak:
		w.newline(indent)
	case len(held) > 0 && lines > 0 && starts[len(held)-1] > 0:
		w.newline(indent)
	case len(held) > 0 && !isPunct(t, ",") && !isPunct(t, ")"), len(held) == 0 && y.space(n-1, n):
		w.write(" ")
	}
	w.write(y.text(t))
}

// text is a token as it is printed.
func (y *layout) text(t *lexer.Token) string {
	if isWordToken(t) && (!y.names[t.Pos.Offset] || y.keywords[t.Pos.Offset]) {
		return strings.ToUpper(t.Value)
	}
	return t.Value
}

// comment prints a comment: behind the code when it stood there, else on a line
// of its own.
func (w *writer) comment(t *lexer.Token, lines, indent int) {
	switch {
	case lines == 0 && !w.mustBreak:
		w.write(" ")
	case lines > 1:
		w.blank()
		w.newline(indent)
	default:
		w.newline(indent)
	}
	w.write(t.Value)
	w.mustBreak = strings.HasPrefix(t.Value, "--")
}

// finish prints the ";" and the comments before it. The ";" comes directly behind
// the code unless an annotation must stay inside of the statement.
func (w *writer) finish(held []lexer.Token, starts []int) {
	inside := 0
	for i := range held {
		if held[i].Type == tokAnnotation {
			inside = i + 1
		}
	}
	for i := range held[:inside] {
		w.comment(&held[i], starts[i], 0)
	}
	if w.mustBreak {
		w.newline(0)
	}
	w.write(";")
	w.atEnd = true
	below := false // on lines after that of the ";"
	for i := inside; i < len(held); i++ {
		if lines := starts[i]; lines > 0 && !below {
			below = true
			w.blank()
			w.newline(0)
			w.write(held[i].Value)
			w.mustBreak = strings.HasPrefix(held[i].Value, "--")
			continue
		}
		w.comment(&held[i], starts[i], 0)
	}
}
