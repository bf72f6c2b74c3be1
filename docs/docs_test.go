package docs

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/velostream/veloc"
	"github.com/velostream/veloc/grammar/diag"
)

// root is the root of the module, seen from here.
const root = ".."

// TestGeneratedPages compares the generated pages with the registries.
func TestGeneratedPages(t *testing.T) {
	for _, page := range Pages() {
		text, err := os.ReadFile(page.Name)
		if err != nil {
			t.Fatal(err)
		}
		if string(text) != page.Text {
			t.Errorf("docs/%s is stale: run make docs", page.Name)
		}
	}
}

// pages lists what people read: README.md, CONTRIBUTING.md, everything in docs, the pages of the codes.
func pages(t *testing.T) map[string]string {
	t.Helper()
	texts := map[string]string{}
	for _, top := range []string{"README.md", "CONTRIBUTING.md", "docs", "bench/README.md", "grammar/diag/codes"} {
		err := filepath.WalkDir(filepath.Join(root, top), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || filepath.Ext(path) != ".md" {
				return err
			}
			text, err := os.ReadFile(path)
			texts[filepath.ToSlash(strings.TrimPrefix(path, root+string(filepath.Separator)))] = string(text)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return texts
}

// block is one fenced piece of code.
type block struct {
	info string // what stands behind the fence
	text string
	line int // of the fence
}

// blocks finds the fenced pieces of a page.
func blocks(page string) []block {
	var out []block
	open := false
	for i, line := range strings.Split(page, "\n") {
		fence := strings.HasPrefix(line, "```")
		switch {
		case fence && open:
			open = false
		case fence:
			open = true
			out = append(out, block{info: strings.TrimPrefix(line, "```"), line: i + 1})
		case open:
			out[len(out)-1].text += line + "\n"
		}
	}
	return out
}

// TestSQL compiles every SQL block of the documentation, in the folder that its readers have. A block that begins with ```sql fail must have
// errors; ```sql fail VL0304 exactly that one, and ```sql warn VL0704 no error and exactly that warning. Blocks of functions.md are expressions, one a line.
func TestSQL(t *testing.T) {
	compiled := 0
	dir := workspace(t)
	for name, page := range pages(t) {
		if strings.HasPrefix(name, "grammar/diag/codes/") {
			continue // TestCodePages
		}
		for _, b := range blocks(page) {
			kind, want, _ := strings.Cut(b.info, " ")
			if kind != "sql" {
				continue
			}
			compiled++
			if name == "docs/functions.md" {
				checkExamples(t, dir, name, b)
				continue
			}
			checkBlock(t, dir, name, b, want)
		}
	}
	if compiled < 100 {
		t.Errorf("only %d blocks were found", compiled)
	}
}

func checkBlock(t *testing.T, dir, name string, b block, want string) {
	t.Helper()
	found := compile(t, dir, b.text)
	codes := codesOf(found)
	switch expect, code, _ := strings.Cut(want, " "); {
	case expect == "" && len(codes) > 0:
		t.Errorf("%s:%d does not compile cleanly:\n%s", name, b.line, diag.Text(found))
	case expect == "fail" && !found.HasErrors():
		t.Errorf("%s:%d should fail and does not", name, b.line)
	case expect == "fail" && code != "" && !slices.Equal(codes, []string{code}):
		t.Errorf("%s:%d should fail with %s:\n%s", name, b.line, code, diag.Text(found))
	case expect == "warn" && (found.HasErrors() || !slices.Equal(codes, []string{code})):
		t.Errorf("%s:%d should warn with %s:\n%s", name, b.line, code, diag.Text(found))
	case expect != "" && expect != "fail" && expect != "warn":
		t.Errorf("%s:%d: a block is ```sql, ```sql fail or ```sql warn, not ```sql %s", name, b.line, want)
	}
}

// checkExamples compiles the examples of scalar functions; those of aggregates say over which rows they are, and are run, like
// these, by the tests of codegen/builtin.
func checkExamples(t *testing.T, dir, name string, b block) {
	t.Helper()
	for line := range strings.Lines(b.text) {
		expression, result, _ := strings.Cut(line, "  -- ")
		if strings.HasPrefix(result, "over ") {
			continue
		}
		if found := compile(t, dir, "SELECT "+expression+" AS result;"); found.HasErrors() {
			t.Errorf("%s:%d: %s does not compile:\n%s", name, b.line, expression, diag.Text(found))
		}
	}
}

// compile runs all phases, generation of Go included, over SQL whose file would stand in dir.
func compile(t *testing.T, dir, sql string) diag.List {
	t.Helper()
	job, err := veloc.Compile("doc.sql", sql, veloc.Options{Dir: dir, Lock: "-"})
	if err != nil {
		t.Fatalf("%v, in\n%s", err, sql)
	}
	return job.Diagnostics
}

// codesOf lists the different codes of diagnostics.
func codesOf(list diag.List) []string {
	var codes []string
	for _, d := range list {
		if !slices.Contains(codes, string(d.Code)) {
			codes = append(codes, string(d.Code))
		}
	}
	return codes
}

// TestCodePages checks the pages of the codes as users of the veloc command see them: with all functions and through all phases. The
// first example raises the code, the second does not and has no errors.
func TestCodePages(t *testing.T) {
	for _, code := range diag.Codes() {
		t.Run(string(code), func(t *testing.T) {
			example := diag.ExampleOf(code)
			if example.Fail == "" || example.OK == "" {
				t.Fatal("the page has no pair of examples")
			}
			dir := t.TempDir()
			unpack(t, dir, example.Config)
			opts := veloc.Options{Dir: dir, Lock: filepath.Join(dir, "job.schema.lock"), Notes: strings.HasPrefix(string(code), "VL09")}
			for sql, raises := range map[string]bool{example.Fail: true, example.OK: false} {
				job, err := veloc.Check(filepath.Join(dir, "job.sql"), sql, opts)
				if err != nil {
					t.Fatal(err)
				}
				late := slices.Equal(codesOf(job.Diagnostics.Errors()), []string{"VL0590"}) // correct, and not yet compiled
				if slices.Contains(codesOf(job.Diagnostics), string(code)) != raises || !raises && job.Diagnostics.HasErrors() && !late {
					t.Errorf("expected the code: %v; found\n%s\nin\n%s", raises, diag.Text(job.Diagnostics), sql)
				}
			}
		})
	}
}

var link = regexp.MustCompile(`\]\(([^)\s]+)\)`)

// TestLinks follows every relative link, to files and to headings.
func TestLinks(t *testing.T) {
	texts := pages(t)
	followed := 0
	for name, page := range texts {
		for _, m := range link.FindAllStringSubmatch(withoutCode(page), -1) {
			target, heading, _ := strings.Cut(m[1], "#")
			if strings.Contains(target, "://") {
				continue
			}
			followed++
			path := name
			if target != "" {
				path = filepath.ToSlash(filepath.Join(filepath.Dir(name), target))
			}
			if _, err := os.Stat(filepath.Join(root, path)); err != nil {
				t.Errorf("%s links to %s, which does not exist", name, m[1])
			}
			if heading != "" && !slices.Contains(anchors(texts[path]), heading) {
				t.Errorf("%s links to %s, which has no such heading", name, m[1])
			}
		}
	}
	if followed < 100 {
		t.Errorf("only %d links were found", followed)
	}
}

// withoutCode blanks fenced code and code within lines.
func withoutCode(page string) string {
	for _, b := range blocks(page) {
		page = strings.Replace(page, b.text, "", 1)
	}
	return regexp.MustCompile("`[^`\n]*`").ReplaceAllString(page, "")
}

// anchors are the names under which the headings of a page can be linked to.
func anchors(page string) []string {
	var names []string
	for line := range strings.Lines(page) {
		if title := strings.TrimLeft(line, "#"); title != line {
			title = regexp.MustCompile(`[^\p{L}\p{N} _-]`).ReplaceAllString(strings.ToLower(strings.TrimSpace(title)), "")
			names = append(names, strings.ReplaceAll(title, " ", "-"))
		}
	}
	return names
}

var rowCode = regexp.MustCompile(`VR\d{4}`)

// TestRowCodes: every code that a running job can give to a row has a section in run-time-errors.md, and no other has.
func TestRowCodes(t *testing.T) {
	used := map[string]string{}
	for _, top := range []string{"runtime", "codegen"} {
		err := filepath.WalkDir(filepath.Join(root, top), func(path string, d fs.DirEntry, err error) error {
			if err != nil || filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") {
				return err
			}
			text, err := os.ReadFile(path)
			for _, code := range rowCode.FindAllString(string(text), -1) {
				used[code] = path
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	page, err := os.ReadFile("run-time-errors.md")
	if err != nil {
		t.Fatal(err)
	}
	described := regexp.MustCompile(`(?m)^## (VR\d{4}): .`).FindAllStringSubmatch(string(page), -1)
	for _, m := range described {
		if used[m[1]] == "" {
			t.Errorf("run-time-errors.md describes %s, which nothing raises", m[1])
		}
		delete(used, m[1])
	}
	for code, path := range used {
		t.Errorf("%s raises %s, which has no section in docs/run-time-errors.md", path, code)
	}
	if len(described) == 0 {
		t.Error("no section was found")
	}
}
