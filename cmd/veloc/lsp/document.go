package lsp

import (
	"net/url"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"github.com/velostream/veloc"
	"github.com/velostream/veloc/compiler/bind"
	"github.com/velostream/veloc/grammar/diag"
	"github.com/velostream/veloc/grammar/source"
)

// document is a file that is open in the editor, and what the compiler says of it.
type document struct {
	uri     string
	version int
	text    string
	utf8    bool // characters of positions are bytes; else UTF-16 code units

	job  *veloc.Job
	bug  error // why the compiler failed; the job is then incomplete
	uses []bind.Use
}

// analyse compiles a text under the name of the document: up to code generation if it is correct, else as far as it can be understood.
func analyse(uri, text string) *document {
	d := &document{uri: uri, text: text}
	name, dir := fileName(uri)
	d.job, d.bug = veloc.Check(name, text, veloc.Options{
		Dir: dir, Notes: true, Partial: true, Saw: func(u bind.Use) { d.uses = append(d.uses, u) },
	})
	return d
}

// fileName is the path that a URI means, and the folder in which its relative paths start. Documents that are in no file get the name
// of SQL from the command line, which has no lock file.
func fileName(uri string) (name, dir string) {
	u, err := url.Parse(uri)
	if err != nil || u.Scheme != "file" {
		return "-e", ""
	}
	path := u.Path
	if len(path) > 2 && path[0] == '/' && path[2] == ':' { // /C:/jobs/a.sql
		path = path[1:]
	}
	path = filepath.FromSlash(path)
	return path, filepath.Dir(path)
}

// use is the innermost name at an offset; nil if there is none. A name ends behind its last character, where a cursor often stands.
func (d *document) use(offset int) *bind.Use {
	var best *bind.Use
	for i := range d.uses {
		u := &d.uses[i]
		if u.At.File != d.job.Source || offset < u.At.Start || offset > u.At.End {
			continue
		}
		if best == nil || u.At.End-u.At.Start <= best.At.End-best.At.Start {
			best = u
		}
	}
	return best
}

// own tells whether a span lies in this document. Others lie in configuration or schema files.
func (d *document) own(s source.Span) bool { return s.IsValid() && s.File == d.job.Source }

// offset is the byte offset of a position. Positions outside of the text are moved to its nearest end.
func (d *document) offset(p position) int {
	f := d.job.Source
	if p.Line < 0 {
		return 0
	}
	if p.Line >= f.LineCount() {
		return len(f.Text)
	}
	start, line := f.LineStart(p.Line+1), f.Line(p.Line+1)
	if d.utf8 {
		return start + min(max(p.Character, 0), len(line))
	}
	units := 0
	for i, r := range line {
		if units >= p.Character {
			return start + i
		}
		units += utf16Len(r)
	}
	return start + len(line)
}

// position is the place of a byte offset in a file.
func (d *document) position(f *source.File, offset int) position {
	p := f.Pos(offset)
	before := f.Text[f.LineStart(p.Line):p.Offset]
	if d.utf8 {
		return position{p.Line - 1, len(before)}
	}
	units := 0
	for _, r := range before {
		units += utf16Len(r)
	}
	return position{p.Line - 1, units}
}

// utf16Len is the number of UTF-16 code units of a character. A byte that is no UTF-8 is shown by editors as one.
func utf16Len(r rune) int {
	if r > 0xffff {
		return 2
	}
	return 1
}

func (d *document) rangeOf(s source.Span) textRange {
	if !s.IsValid() {
		return textRange{}
	}
	return textRange{d.position(s.File, s.Start), d.position(s.File, s.End)}
}

// location is a span with the URI of its file.
func (d *document) location(s source.Span) location {
	uri := d.uri
	if !d.own(s) {
		path, err := filepath.Abs(s.File.Name)
		if err != nil {
			path = s.File.Name
		}
		uri = (&url.URL{Scheme: "file", Path: slashed(path)}).String()
	}
	return location{uri, d.rangeOf(s)}
}

func slashed(path string) string {
	path = filepath.ToSlash(path)
	if !strings.HasPrefix(path, "/") {
		return "/" + path
	}
	return path
}

// The severities of the protocol.
var severities = map[diag.Severity]int{diag.Error: 1, diag.Warning: 2, diag.Note: 3}

// diagnostics are the findings of the compiler as editors show them. One that lies in another file, such as a configuration that the
// SQL names, is shown at the top of the document, with the place in its text.
func (d *document) diagnostics() []diagnostic {
	out := []diagnostic{} // an empty list takes back what was shown before
	if d.bug != nil {
		first, _, _ := strings.Cut(d.bug.Error(), "\n")
		out = append(out, diagnostic{Severity: 1, Source: "veloc", Message: first + "\nThis is a bug in veloc, not in your SQL."})
	}
	for _, found := range d.job.Diagnostics {
		out = append(out, d.diagnostic(found))
	}
	return out
}

func (d *document) diagnostic(found diag.Diagnostic) diagnostic {
	shown := diagnostic{
		Severity: severities[found.Severity], Code: string(found.Code), Source: "veloc", Message: found.Message,
	}
	for _, hint := range found.Hints() {
		shown.Message += "\n" + hint
	}
	if d.own(found.Span) {
		shown.Range = d.rangeOf(found.Span)
	} else if found.Span.IsValid() {
		shown.Message = found.Span.String() + ": " + shown.Message
	}
	for _, l := range found.Labels {
		if l.Span.IsValid() && l.Span != found.Span {
			shown.RelatedInformation = append(shown.RelatedInformation, relatedInformation{d.location(l.Span), l.Text})
		}
	}
	return shown
}

// fixes are the edits that would remove the diagnostics that touch a range.
func (d *document) fixes(r textRange) []codeAction {
	from, to := d.offset(r.Start), d.offset(r.End)
	out := []codeAction{}
	for _, found := range d.job.Diagnostics {
		if found.Fix == nil || !d.own(found.Span) || !d.own(found.Fix.Span) || found.Span.End < from || found.Span.Start > to {
			continue
		}
		out = append(out, codeAction{
			Title: title(found.Fix), Kind: "quickfix", Diagnostics: []diagnostic{d.diagnostic(found)},
			Edit: workspaceEdit{map[string][]textEdit{d.uri: {{d.rangeOf(found.Fix.Span), found.Fix.Replacement}}}},
		})
	}
	return out
}

// title says what a fix does.
func title(f *diag.Fix) string {
	if f.Replacement == "" {
		return "Remove `" + f.Span.Snippet(40) + "`"
	}
	if f.Span.Start == f.Span.End {
		return "Insert `" + strings.TrimSpace(f.Replacement) + "`"
	}
	return "Replace with `" + f.Replacement + "`"
}

// symbols are the statements of the document, for outlines.
func (d *document) symbols() []documentSymbol {
	out := []documentSymbol{}
	if d.job.Syntax == nil {
		return out
	}
	for _, st := range d.job.Syntax.Statements {
		name, detail, at := d.heading(st)
		out = append(out, documentSymbol{Name: name, Detail: detail, Kind: 5, Range: d.rangeOf(st.Span()), SelectionRange: d.rangeOf(at)})
	}
	return out
}

// wordAt is the part of the word at an offset that stands before it, as editors mean a word: letters, digits, _ and what else is given.
func (d *document) wordAt(offset int, also string) source.Span {
	start := offset
	for start > 0 {
		r, n := utf8.DecodeLastRuneInString(d.text[:start])
		if !(r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= utf8.RuneSelf || strings.ContainsRune(also, r)) {
			break
		}
		start -= n
	}
	return d.job.Source.Span(start, offset)
}
