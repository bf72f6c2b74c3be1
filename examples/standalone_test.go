package examples

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestStandalone writes the module, builds it as its Makefile does, and runs it on the data of the example.
func TestStandalone(t *testing.T) {
	dir := t.TempDir()
	veloc := filepath.Join(dir, "veloc")
	command(t, "..", "go", "build", "-o", veloc, "./cmd/veloc")
	module := filepath.Join(dir, "module")
	command(t, dir, veloc, "generate", "--standalone", module, absolute(t, "standalone/page_views.sql"))
	for line := range strings.Lines(string(read(t, filepath.Join(module, "go.mod")))) {
		if strings.HasPrefix(line, "replace") && line != "replace github.com/velostream/veloc => ./veloc\n" {
			t.Errorf("the module needs something outside of it: %s", line)
		}
	}
	command(t, module, "go", "build", "-trimpath", "-buildvcs=false", "-ldflags=-s -w", "-o", "bin/pageviews", ".")

	data := filepath.Join(dir, "data")
	if err := os.CopyFS(data, os.DirFS("standalone/data")); err != nil {
		t.Fatal(err)
	}
	out := command(t, dir, filepath.Join(module, "bin", "pageviews"), "--base-dir", data)
	if !strings.Contains(out, "page_views: 6 rows in, 4 out") {
		t.Errorf("the summary is\n%s", out)
	}
	want := "page,minute,views,visitors\n" +
		"/,2026-03-01T10:00:00.000Z,3,2\n" +
		"/prices,2026-03-01T10:00:00.000Z,1,1\n" +
		"/,2026-03-01T10:01:00.000Z,1,1\n" +
		"/prices,2026-03-01T10:01:00.000Z,1,1\n"
	if got := string(read(t, filepath.Join(data, "per_minute.csv"))); got != want {
		t.Errorf("the result is\n%s\nwant\n%s", got, want)
	}
}

func absolute(t *testing.T, path string) string {
	t.Helper()
	abs, err := filepath.Abs(path)
	if err != nil {
		t.Fatal(err)
	}
	return abs
}
