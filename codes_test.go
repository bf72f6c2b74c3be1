package veloc_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/velostream/veloc"
	"github.com/velostream/veloc/grammar/diag"
)

// TestCodePages runs the examples on the page of every code through the whole compiler: the first raises that code and no other, the
// second raises nothing, except that it may be correct and not yet compiled (VL0590). The files that a page shows stand beside them.
func TestCodePages(t *testing.T) {
	codes := diag.Codes()
	if len(codes) < 100 {
		t.Fatalf("only %d pages", len(codes))
	}
	for _, code := range codes {
		t.Run(string(code), func(t *testing.T) {
			example := diag.ExampleOf(code)
			if example.Fail == "" || example.OK == "" {
				t.Fatal("the page has no pair of examples")
			}
			t.Chdir(t.TempDir())
			unpack(t, example.Config)
			got := raised(t, code, example.Fail)
			if code != "VL0590" { // what is correct but not yet compiled may surround the mistake
				got = slices.DeleteFunc(got, func(c diag.Code) bool { return c == "VL0590" })
			}
			if !slices.Equal(got, []diag.Code{code}) {
				t.Errorf("the first example raises %v", got)
			}
			if got := raised(t, code, example.OK); len(got) > 0 && !slices.Equal(got, []diag.Code{"VL0590"}) {
				t.Errorf("the second example raises %v", got)
			}
		})
	}
}

// raised lists the different codes that a program raises. Notes are asked for only where the page is about one.
func raised(t *testing.T, code diag.Code, sql string) []diag.Code {
	t.Helper()
	job, err := veloc.Compile("job.sql", sql, veloc.Options{Notes: strings.HasPrefix(string(code), "VL09")})
	if err != nil {
		t.Fatal(err)
	}
	var codes []diag.Code
	for _, d := range job.Diagnostics {
		if !slices.Contains(codes, d.Code) {
			codes = append(codes, d.Code)
		}
	}
	return codes
}

// unpack writes the files of a text archive to the working directory.
func unpack(t *testing.T, archive string) {
	t.Helper()
	for _, f := range txtar.Parse([]byte(archive)).Files {
		if err := os.MkdirAll(filepath.Dir(f.Name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(f.Name, f.Data, 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

// TestWarningsHaveNames makes sure that every warning can be silenced by a name: what the first example of a page raises as a warning
// is among diag.Lints.
func TestWarningsHaveNames(t *testing.T) {
	for _, code := range diag.Codes() {
		example := diag.ExampleOf(code)
		t.Chdir(t.TempDir())
		unpack(t, example.Config)
		job, err := veloc.Check("job.sql", example.Fail, veloc.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range job.Diagnostics {
			if d.Severity == diag.Warning && diag.LintName(d.Code) == "" {
				t.Errorf("the warning %s has no name in diag.Lints", d.Code)
			}
		}
	}
	for _, l := range diag.Lints() {
		if _, ok := diag.Page(string(l.Code)); !ok {
			t.Errorf("%s is the name of %s, which has no page", l.Name, l.Code)
		}
	}
}
