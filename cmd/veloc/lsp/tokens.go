package lsp

import (
	"slices"
	"strings"

	"github.com/velostream/veloc/compiler/bind"
	"github.com/velostream/veloc/grammar"
	"github.com/velostream/veloc/grammar/source"
)

// tokenTypes are the names of the protocol for what words mean; a token's type is its position here.
var tokenTypes = []string{"keyword", "function", "class", "property", "variable", "string", "number", "operator", "comment", "decorator", "type"}

func tokenType(name string) int { return slices.Index(tokenTypes, name) }

var meanings = map[bind.UseKind]string{
	bind.InputColumn: "property", bind.OutputAlias: "variable", bind.SystemColumn: "property", bind.StructField: "property",
	bind.Function: "function", bind.Relation: "class",
}

// semanticTokens says what each word of the document means, in the protocol's form: five numbers a token, places relative to the one
// before.
func (d *document) semanticTokens() semanticTokens {
	known := d.meanings()
	data := []int{}
	last := position{}
	for _, t := range grammar.Tokens(d.job.Source) {
		kind := meaning(t, known)
		if kind == "" {
			continue
		}
		for _, line := range lines(t.At) {
			at, end := d.position(line.File, line.Start), d.position(line.File, line.End)
			start := at.Character
			if at.Line == last.Line {
				start -= last.Character
			}
			data = append(data, at.Line-last.Line, start, end.Character-at.Character, tokenType(kind), 0)
			last = at
		}
	}
	return semanticTokens{data}
}

// meaning is the type of a token, or "" for punctuation.
func meaning(t grammar.Token, known map[int]string) string {
	if kind, ok := known[t.At.Start]; ok {
		return kind
	}
	switch t.Kind {
	case grammar.ReservedToken:
		return "keyword"
	case grammar.WordToken:
		if _, ok := slices.BinarySearch(grammar.Words(), strings.ToUpper(t.At.Text())); ok {
			return "keyword"
		}
		return "variable"
	case grammar.StringToken:
		return "string"
	case grammar.NumberToken:
		return "number"
	case grammar.CommentToken:
		return "comment"
	case grammar.AnnotationToken:
		return "decorator"
	case grammar.PunctToken:
		if !strings.ContainsAny(t.At.Text(), "(),;.[]{}") {
			return "operator"
		}
	}
	return ""
}

// meanings are the types of words by offset: what binding found, and of the rest what the tree says: a name is a variable, even where
// it is spelt like a word of the grammar.
func (d *document) meanings() map[int]string {
	known := map[int]string{}
	d.walk(func(n grammar.Node) {
		switch n := n.(type) {
		case *grammar.Ident:
			if _, ok := known[n.Span().Start]; !ok {
				known[n.Span().Start] = "variable"
			}
		case *grammar.Label:
			known[n.Span().Start] = "variable"
		case *grammar.ColumnDef:
			known[n.Name.Span().Start] = "property"
		case *grammar.Create:
			known[n.Name.Span().Start] = "class"
		case *grammar.Type:
			known[n.Span().Start] = "type"
		}
	})
	for _, u := range d.uses {
		if !d.own(u.At) {
			continue
		}
		if u.Kind == bind.Relation && u.At.Text() != u.Name {
			known[u.At.Start] = "class" // behind it stands its alias
			continue
		}
		known[u.At.Start] = meanings[u.Kind]
	}
	return known
}

// lines cuts a span at line ends: editors want tokens of one line.
func lines(s source.Span) []source.Span {
	var out []source.Span
	start := s.Start
	for line := range strings.Lines(s.Text()) {
		end := start + len(strings.TrimRight(line, "\r\n"))
		if end > start {
			out = append(out, s.File.Span(start, end))
		}
		start += len(line)
	}
	return out
}
