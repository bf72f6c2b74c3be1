package veloc_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/cockroachdb/datadriven"

	"github.com/velostream/veloc"
	"github.com/velostream/veloc/compiler/plan"
	"github.com/velostream/veloc/grammar/diag"
)

// TestDialect compiles our own SQL for every construct of the dialect, a file of testdata/dialect for each section of it. "tables" holds
// declarations for the statements below it. "ok" compiles: what it prints begins with "runs", or with what there is no code for yet, and
// shows the operators of the plan. "bad" is a mistake: what it prints are the diagnostics. "app" is a whole application in a file of its
// own. The counts are in docs/dialect-coverage.md, which go test -run TestDialect . -rewrite writes.
func TestDialect(t *testing.T) {
	var sections []section
	files, err := filepath.Glob("testdata/dialect/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no dialect", err)
	}
	for _, path := range files {
		s := section{file: path}
		tables := ""
		datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string {
			switch d.Cmd {
			case "section":
				s.title = strings.TrimSpace(d.Input)
				return ""
			case "tables":
				tables = d.Input + "\n"
				return ""
			case "ok":
				return s.correct(t, d, "dialect.sql", tables, d.Input)
			case "bad":
				return s.mistake(t, d, tables)
			case "app":
				path := filepath.Join("testdata/dialect", strings.TrimSpace(d.Input))
				text, err := os.ReadFile(path)
				if err != nil {
					t.Fatal(err)
				}
				s.apps++
				return s.correct(t, d, path, "", string(text))
			}
			t.Fatalf("unknown command %s", d.Cmd)
			return ""
		})
		sections = append(sections, s)
	}
	for _, s := range sections {
		for _, p := range s.problems {
			t.Error(p)
		}
	}
	page := coverage(sections)
	const name = "docs/dialect-coverage.md"
	if f := flag.Lookup("rewrite"); f != nil && f.Value.String() == "true" {
		if err := os.WriteFile(name, []byte(page), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if have, _ := os.ReadFile(name); string(have) != page {
		t.Errorf("%s is stale: go test -run TestDialect . -rewrite", name)
	}
}

// section counts the examples of one section of the dialect.
type section struct {
	file, title       string
	runs, explained   int
	bad, warned, apps int
	codes             []string // of mistakes
	problems          []string // examples that are not what they are said to be
}

func check(t *testing.T, d *datadriven.TestData, name, sql string) *veloc.Job {
	t.Helper()
	job, err := veloc.Check(name, sql, veloc.Options{Lock: "-"})
	if err != nil {
		d.Fatalf(t, "%v", err)
	}
	return job
}

func (s *section) correct(t *testing.T, d *datadriven.TestData, name, tables, sql string) string {
	job := check(t, d, name, tables+sql)
	var out strings.Builder
	var late []string
	for _, e := range job.Diagnostics {
		switch {
		case e.Code == "VL0590":
			if what := strings.TrimSuffix(e.Message, " is not yet compiled"); !slices.Contains(late, what) {
				late = append(late, what)
			}
		case e.Severity == diag.Error:
			s.problems = append(s.problems, fmt.Sprintf("%s: this should compile: %s\n%s", d.Pos, d.Input, short(job.Diagnostics, strings.Count(tables, "\n"))))
			return "an error\n"
		}
	}
	if len(late) == 0 {
		s.runs++
		out.WriteString("runs\n")
	} else {
		s.explained++
		fmt.Fprintf(&out, "not yet compiled: %s\n", strings.Join(late, "; "))
	}
	warnings := slices.DeleteFunc(slices.Clone(job.Diagnostics), func(e diag.Diagnostic) bool { return e.Code == "VL0590" })
	out.WriteString(short(warnings, strings.Count(tables, "\n")))
	if job.Logical != nil {
		for _, line := range strings.Split(plan.Print(job.Logical), "\n") {
			if text := strings.TrimSpace(line); text != "" && !strings.HasPrefix(text, "-> ") && !strings.HasPrefix(text, "sink stdout") && !strings.HasPrefix(text, "sink result") {
				out.WriteString(line + "\n")
			}
		}
	}
	return out.String()
}

func (s *section) mistake(t *testing.T, d *datadriven.TestData, tables string) string {
	job := check(t, d, "dialect.sql", tables+d.Input)
	found := slices.DeleteFunc(slices.Clone(job.Diagnostics), func(e diag.Diagnostic) bool { return e.Code == "VL0590" && len(job.Diagnostics) > 1 })
	if len(found) == 0 {
		s.problems = append(s.problems, fmt.Sprintf("%s: this is no mistake: %s", d.Pos, d.Input))
	}
	if found.HasErrors() {
		s.bad++
	} else {
		s.warned++
	}
	for _, e := range found {
		if !slices.Contains(s.codes, string(e.Code)) {
			s.codes = append(s.codes, string(e.Code))
		}
	}
	return short(found, strings.Count(tables, "\n"))
}

// short is one line for each diagnostic: severity, code, place in the statement, sentence.
func short(list diag.List, skip int) string {
	var out strings.Builder
	for _, e := range list {
		at := e.Span.StartPos()
		message := []rune(e.Message) // its first words: lists in messages grow with the language
		if len(message) > 60 {
			message = append(message[:60], '…')
		}
		fmt.Fprintf(&out, "%s %s %d:%d: %s\n", e.Severity, e.Code, at.Line-skip, at.Column, string(message))
	}
	return out.String()
}

const coverageHead = `# How much of the dialect is covered

<!-- Written by go test -run TestDialect . -rewrite. Do not edit. -->

Every construct of the dialect has examples in [testdata/dialect](../testdata/dialect), correct ones with the plan that they compile to, and
mistakes with what is said about them. Of the correct ones, those that are only *explained* are bound, typed and checked, and refused with
[VL0590](../grammar/diag/codes/VL0590.md) because there is no code for them yet.

| section | runs | explained | errors | warnings | codes | applications |
|---|---:|---:|---:|---:|---:|---:|
`

func coverage(sections []section) string {
	var b strings.Builder
	b.WriteString(coverageHead)
	var sum section
	for _, s := range sections {
		fmt.Fprintf(&b, "| [%s](../%s) | %d | %d | %d | %d | %d | %d |\n", s.title, filepath.ToSlash(s.file), s.runs, s.explained, s.bad, s.warned, len(s.codes), s.apps)
		sum.runs, sum.explained, sum.bad, sum.warned, sum.apps = sum.runs+s.runs, sum.explained+s.explained, sum.bad+s.bad, sum.warned+s.warned, sum.apps+s.apps
		for _, c := range s.codes {
			if !slices.Contains(sum.codes, c) {
				sum.codes = append(sum.codes, c)
			}
		}
	}
	fmt.Fprintf(&b, "| **all** | %d | %d | %d | %d | %d | %d |\n", sum.runs, sum.explained, sum.bad, sum.warned, len(sum.codes), sum.apps)
	return b.String()
}
