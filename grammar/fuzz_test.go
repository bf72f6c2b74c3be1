package grammar

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/alecthomas/participle/v2/lexer"

	"github.com/velostream/veloc/grammar/diag"
	"github.com/velostream/veloc/grammar/source"
)

// seeds adds every input of the test data to a fuzz corpus.
func seeds(f *testing.F) {
	for _, sql := range testInputs(f) {
		f.Add(sql)
	}
	for _, sql := range []string{"", ";", "\ufeffSELECT 1", "SELECT 'a", "/* x", "SELECT \xff\xfe", "-- @", "`", "``", "{'a':", "a.5.b", "1..2", "5mm"} {
		f.Add(sql)
	}
}

// commands are those of [TestData].
var commands = map[string]bool{"parse": true, "expr": true, "tokens": true, "errors": true, "format": true}

// testInputs are the inputs of all data-driven tests.
func testInputs(tb testing.TB) []string {
	tb.Helper()
	files, err := filepath.Glob("testdata/*/*")
	if err != nil || len(files) == 0 {
		tb.Fatalf("no test data: %v", err)
	}
	var inputs []string
	for _, name := range files {
		if strings.HasPrefix(name, filepath.Join("testdata", "fuzz")) {
			continue
		}
		text, err := os.ReadFile(name)
		if err != nil {
			tb.Fatal(err)
		}
		var input []string
		reading := false
		for line := range strings.Lines(string(text)) {
			switch line = strings.TrimSuffix(line, "\n"); {
			case commands[line]:
				input, reading = nil, true
			case line == "----" && reading:
				inputs = append(inputs, strings.Join(input, "\n"))
				reading = false
			default:
				input = append(input, line)
			}
		}
	}
	return inputs
}

// FuzzLexRoundTrip checks that tokens concatenate to the input and know where
// they are.
func FuzzLexRoundTrip(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, text string) {
		file := source.New("fuzz.sql", text)
		s := scanner{file: file, text: text, end: len(text), pos: lexer.Position{Filename: file.Name, Line: 1, Column: 1}}
		var all strings.Builder
		invalid := 0
		for _, tok := range s.all() {
			if tok.Pos.Offset != all.Len() || source.Pos(tok.Pos) != file.Pos(tok.Pos.Offset) {
				t.Errorf("token %q is at %+v, want offset %d, %+v", tok.Value, tok.Pos, all.Len(), file.Pos(all.Len()))
			}
			if tok.Type == tokInvalid {
				invalid++
			}
			all.WriteString(tok.Value)
		}
		if all.String() != text {
			t.Errorf("tokens concatenate to %q, want %q", all.String(), text)
		}
		if invalid != len(s.diags) {
			t.Errorf("%d invalid tokens but %d diagnostics", invalid, len(s.diags))
		}
	})
}

// FuzzParse checks that parsing never panics, that what fails is explained, and
// that spans stay within the file and within their parents.
func FuzzParse(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, text string) {
		file, diags := Parse(source.New("fuzz.sql", text))
		checkSpans(t, file)
		Dump(file)
		diag.Text(diags)
		for _, d := range diags {
			if d.Span.Start < 0 || d.Span.End > len(text) || d.Span.Start > d.Span.End || d.Code == "" || d.Message == "" {
				t.Errorf("bad diagnostic: %+v", d)
			}
		}
		e, diags := ParseExpr(source.New("fuzz.sql", text))
		if (e == nil) != diags.HasErrors() {
			t.Errorf("expression %v with diagnostics %v", e, diags)
		}
	})
}

func checkSpans(t *testing.T, root Node) {
	t.Helper()
	outer := root.Span()
	Walk(root, func(n Node) bool {
		s := n.Span()
		if s.File != outer.File || s.Start < 0 || s.End > len(outer.File.Text) || s.Start > s.End {
			t.Errorf("%T has the span %d..%d of %v", n, s.Start, s.End, s.File)
		}
		return true
	})
}

// FuzzFormat checks that formatting keeps the tree and all comments, and that
// formatting again changes nothing.
func FuzzFormat(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, text string) {
		checkFormat(t, text)
	})
}

func checkFormat(t *testing.T, text string) {
	t.Helper()
	before := source.New("fuzz.sql", text)
	formatted, diags := Format(before)
	if diags.HasErrors() {
		if formatted != text {
			t.Error("a file with errors was changed")
		}
		return
	}
	after := source.New("fuzz.sql", formatted)
	was, _ := Parse(before)
	is, diags := Parse(after)
	if diags.HasErrors() {
		t.Fatalf("the formatted text does not parse:\n%s\n%s", formatted, diag.Text(diags))
	}
	if a, b := Dump(was), Dump(is); a != b {
		t.Fatalf("formatting changed the tree of\n%s\nformatted\n%s\nbefore\n%s\nafter\n%s", text, formatted, a, b)
	}
	if a, b := comments(before), comments(after); a != b {
		t.Fatalf("formatting changed comments from\n%q to\n%q", a, b)
	}
	if again, _ := Format(after); again != formatted {
		t.Fatalf("formatting is not idempotent: first\n%s\nthen\n%s", formatted, again)
	}
}

// comments joins the comments of a file.
func comments(f *source.File) string {
	s := scanner{file: f, text: f.Text, end: len(f.Text), pos: lexer.Position{Line: 1, Column: 1}}
	var all []string
	for _, t := range s.all() {
		if t.Type == tokComment || t.Type == tokAnnotation {
			all = append(all, t.Value)
		}
	}
	return strings.Join(all, "\n")
}
