package diag

import (
	"bytes"
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/velostream/veloc/grammar/source"
)

// raised reads the codes that this package's constructors raise from its source,
// so that a page cannot be forgotten.
func raised(t *testing.T) map[string]string {
	t.Helper()
	files := map[string]string{} // code → the file that raises it
	names, err := fs.Glob(os.DirFS("."), "*.go")
	if err != nil {
		t.Fatal(err)
	}
	code := regexp.MustCompile(`^"VL\d{4}"$`)
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") || name == "lints.go" {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok && code.MatchString(lit.Value) {
				c := strings.Trim(lit.Value, `"`)
				if other := files[c]; other != "" && other != name {
					t.Errorf("%s is raised in %s and in %s; a code belongs to one family", c, other, name)
				}
				files[c] = name
			}
			return true
		})
	}
	return files
}

// TestCodes checks that each code has a page, each page a code, and that each page
// has a title, prose and both example blocks.
func TestCodes(t *testing.T) {
	raised := raised(t)
	if len(raised) == 0 {
		t.Fatal("no codes found")
	}
	for code, file := range raised {
		if _, ok := Page(code); !ok {
			t.Errorf("%s raises %s, which has no page; write codes/%s.md", file, code, code)
		}
	}
	for _, code := range Codes() {
		if raised[string(code)] == "" {
			t.Errorf("codes/%s.md: no constructor raises this code", code)
		}
		page, _ := Page(string(code))
		if !strings.HasPrefix(page, "# "+string(code)+": ") || Title(code) == "" {
			t.Errorf("codes/%s.md: the first line is not \"# %s: title\"", code, code)
		}
		e := ExampleOf(code)
		if strings.TrimSpace(e.Fail) == "" || strings.TrimSpace(e.OK) == "" || e.Fail == e.OK {
			t.Errorf("codes/%s.md needs two different blocks, ```sql fail and ```sql ok", code)
		}
		if _, prose, _ := strings.Cut(page, "\n\n"); strings.HasPrefix(prose, "```") {
			t.Errorf("codes/%s.md has no prose", code)
		}
	}
	if _, ok := Page("vl0101"); !ok {
		t.Error("Page does not ignore case")
	}
	if _, ok := Page("VL9999"); ok || Title("VL9999") != "" {
		t.Error("a page that does not exist was found")
	}
}

func TestBlockWithConfig(t *testing.T) {
	page := "# VL1: x\n\ntext\n\n```sql fail\nA\n```\n```config\nb: 1\n```\n"
	if got := block(page, "config"); got != "b: 1\n" {
		t.Errorf("config = %q", got)
	}
	if got := block(page, "sql ok"); got != "" {
		t.Errorf("missing block = %q", got)
	}
}

func TestNearest(t *testing.T) {
	columns := []string{"symbol", "price", "volume", "event_time"}
	for name, want := range map[string]string{
		"volum":      "volume",
		"prcie":      "price", // swapped neighbours are one edit
		"SYMBOL":     "symbol",
		"eventtime":  "event_time",
		"sybmol":     "symbol",
		"quantity":   "",
		"x":          "",
		"volumetric": "",
	} {
		if got := Nearest(name, columns); got != want {
			t.Errorf("Nearest(%q) = %q, want %q", name, got, want)
		}
	}
}

func TestEditDistance(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"abc", "", 3}, {"abc", "abc", 0}, {"abc", "acb", 1}, {"kitten", "sitting", 3}, {"é", "e", 1}} {
		if got := editDistance(c.a, c.b); got != c.want {
			t.Errorf("editDistance(%q, %q) = %d, want %d", c.a, c.b, got, c.want)
		}
	}
}

var job = source.New("jobs/a.sql", "SELECT\n\tsymbol,\n    SUM(volum) AS n\nFROM trades\nGROUP BY volum;\n")

func sample() List {
	at := strings.Index(job.Text, "volum")
	group := strings.LastIndex(job.Text, "volum")
	d := Diagnostic{
		Code: CodeUnexpected, Span: job.Span(at, at+5), Message: "column `volum` is not in stream `trades`",
		Notes: []string{"trades has: symbol STRING, volume INTEGER"},
	}
	return List{
		d.WithFix(d.Span, "volume", "did you mean `volume`?").WithLabel(job.Span(group, group+5), "used again here"),
		{Severity: Warning, Message: "100% sure, no place\nat all"},
	}
}

func TestText(t *testing.T) {
	const want = "error[VL0101]: column `volum` is not in stream `trades`\n" +
		" --> jobs/a.sql:3:9\n" +
		"  |\n" +
		"3 |     SUM(volum) AS n\n" +
		"  |         ^^^^^ did you mean `volume`?\n" +
		"4 | FROM trades\n" +
		"5 | GROUP BY volum;\n" +
		"  |          ----- used again here\n" +
		"  |\n" +
		"  = note: trades has: symbol STRING, volume INTEGER\n" +
		"  = help: veloc explain VL0101\n" +
		"\n" +
		"warning: 100% sure, no place\nat all\n"
	if got := Text(sample()); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// Tabs count as four columns, and control characters cannot reach the terminal.
func TestTextOfHostileLines(t *testing.T) {
	f := source.New("x.sql", "\tSELECT \x1b[31m é, b\n")
	at := strings.Index(f.Text, "b\n")
	got := Text(List{{Span: f.Span(at, at+1), Message: "m"}})
	if !strings.Contains(got, "1 |     SELECT ·[31m é, b\n") || !strings.Contains(got, "  |                     ^\n") {
		t.Errorf("got\n%s", got)
	}
	if strings.Contains(got, "\x1b") {
		t.Error("an escape character was printed")
	}
	var colored bytes.Buffer
	if err := WriteText(&colored, sample(), TextOptions{Color: true}); err != nil || !strings.Contains(colored.String(), styleError+"error[VL0101]"+styleReset) {
		t.Errorf("colour: %v\n%q", err, colored.String())
	}
}

func TestJSON(t *testing.T) {
	var b bytes.Buffer
	if err := WriteJSON(&b, sample()); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(b.String()), "\n")
	want := `{"code":"VL0101","severity":"error","message":"column ` + "`volum` is not in stream `trades`" + `","file":"jobs/a.sql","line":3,"column":9,"end_line":3,"end_column":14,` +
		`"hints":["did you mean ` + "`volume`" + `?","trades has: symbol STRING, volume INTEGER"],` +
		`"labels":[{"file":"jobs/a.sql","line":5,"column":10,"end_line":5,"end_column":15,"text":"used again here"}],` +
		`"fix":{"file":"jobs/a.sql","line":3,"column":9,"end_line":3,"end_column":14,"replacement":"volume"}}`
	if len(lines) != 2 || lines[0] != want {
		t.Errorf("got\n%s\nwant\n%s", lines[0], want)
	}
	if want := `"severity":"warning","message":"100% sure, no place\nat all","file":"","line":0`; !strings.Contains(lines[1], want) || !strings.Contains(lines[1], `"hints":[]`) {
		t.Errorf("got\n%s", lines[1])
	}
}

func TestGitHub(t *testing.T) {
	var b bytes.Buffer
	if err := WriteGitHub(&b, sample()); err != nil {
		t.Fatal(err)
	}
	want := "::error file=jobs/a.sql,line=3,col=9,endLine=3,endColumn=14,title=VL0101::column `volum` is not in stream `trades`%0Adid you mean `volume`?%0Atrades has: symbol STRING, volume INTEGER\n" +
		"::warning file=,line=0,col=0,endLine=0,endColumn=0,title=::100%25 sure, no place%0Aat all\n"
	if b.String() != want {
		t.Errorf("got\n%s\nwant\n%s", b.String(), want)
	}
}

func TestSARIF(t *testing.T) {
	var b bytes.Buffer
	if err := WriteSARIF(&b, sample()); err != nil {
		t.Fatal(err)
	}
	var log sarifLog
	if err := json.Unmarshal(b.Bytes(), &log); err != nil {
		t.Fatal(err)
	}
	run := log.Runs[0]
	if log.Version != "2.1.0" || len(run.Results) != 2 || len(run.Tool.Driver.Rules) != 1 || run.Tool.Driver.Rules[0].ID != "VL0101" {
		t.Fatalf("got %s", b.String())
	}
	r := run.Results[0]
	if r.Level != "error" || r.Locations[0].Physical.Region != (sarifRegion{3, 9, 3, 14}) ||
		r.Related[0].Message.Text != "used again here" || r.Fixes[0].Changes[0].Replacements[0].Inserted.Text != "volume" {
		t.Errorf("got %+v", r)
	}
	if run.Results[1].Locations != nil {
		t.Error("a diagnostic without a place has a location")
	}
}

func TestList(t *testing.T) {
	var l List
	if l.HasErrors() {
		t.Error("the empty list has errors")
	}
	at := func(start int) source.Span { return job.Span(start, start+1) }
	l.Add(Diagnostic{Span: at(9), Message: "c"}, Diagnostic{Span: at(2), Severity: Warning, Message: "b"})
	l.Merge(List{{Span: at(2), Message: "a"}, {Span: at(9), Message: "c"}})
	l.Sort()
	var order string
	for _, d := range l {
		order += d.Message
	}
	if order != "abc" { // errors come first at one place, and repetitions go
		t.Errorf("sorted %q", order)
	}
	if !l.HasErrors() || l.Count(Warning) != 1 || l.Strict().Count(Error) != 3 || l.Count(Error) != 2 {
		t.Error("counts")
	}
}
