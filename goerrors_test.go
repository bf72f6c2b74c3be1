package veloc

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestGoErrors builds with a runtime that lacks a function: what Go says of the generated program is shown as a bug of veloc, with the
// place in the SQL, the place in the generated file and the line of Go.
func TestGoErrors(t *testing.T) {
	rtDir := t.TempDir()
	if err := ExtractRuntime(rtDir); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(rtDir, "runtime", "sqlfn", "float.go")
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, bytes.Replace(data, []byte("func Sqrt("), []byte("func Root("), 1), 0o644); err != nil {
		t.Fatal(err)
	}
	t.Setenv("VELOC_CACHE", t.TempDir())
	t.Setenv("VELOC_RUNTIME", rtDir)

	job, err := Compile("roots.sql", `CREATE STREAM numbers (n FLOAT NOT NULL, m FLOAT NOT NULL) WITH ('connector' = 'datagen', 'rows' = '3');
SELECT n
FROM numbers
WHERE SQRT(n)
      > 2;`, Options{Lock: "-"})
	if err != nil || job.Diagnostics.HasErrors() {
		t.Fatal(err, job.Diagnostics)
	}
	_, err = Build(t.Context(), job, BuildOptions{})
	if err == nil {
		t.Fatal("it builds without SQRT")
	}
	got := regexp.MustCompile(`\.go:\d+:\d+:`).ReplaceAllString(err.Error(), ".go:LINE:COLUMN:")
	want := `bug: the generated program does not build
roots.sql:4: WHERE SQRT(n) > 2
    roots/process.go:LINE:COLUMN: undefined: sqlfn.Sqrt
        sqrt, err := sqlfn.Sqrt(r.N)`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	line := regexp.MustCompile(`process\.go:(\d+)`).FindString(err.Error())
	if line == "" || strings.HasSuffix(line, ":1") {
		t.Errorf("no line in %s", err)
	}
}

// TestExplainGoErrors shows what is said of the output of the Go toolchain, line by line.
func TestExplainGoErrors(t *testing.T) {
	process := `package q

// Process runs the query.
func (t *task) Process() {
	first()
	// q.sql:3: WHERE a > 1
	second()
	acc.N++ // q.sql:4: COUNT(*)
}

// q.sqlite:1: is another file
func other() {
	third()
}
`
	b := build{sql: "q.sql", files: map[string][]byte{"q/process.go": []byte(process), "main.go": []byte("package main\n\nfunc main() { x }\n")}}
	for _, test := range []struct{ name, output, want string }{
		{"before the first comment of a function only the file is known", "# veloc.generated/q\nq/process.go:5:2: undefined: first", `bug: the generated program does not build
q.sql
    q/process.go:5:2: undefined: first
        first()`},
		{"errors of one place stand together", "q/process.go:6:2: one\nq/process.go:7:2: two\nq/process.go:8:2: three\ntoo many errors", `bug: the generated program does not build
q.sql:3: WHERE a > 1
    q/process.go:6:2: one
        // q.sql:3: WHERE a > 1
    q/process.go:7:2: two
        second()
q.sql:4: COUNT(*)
    q/process.go:8:2: three
        acc.N++ // q.sql:4: COUNT(*)`},
		{"comments of the function before do not count", "q/process.go:13:2: undefined: third", `bug: the generated program does not build
q.sql
    q/process.go:13:2: undefined: third
        third()`},
		{"the main program", "./main.go:3:15: undefined: x", `bug: the generated program does not build
q.sql
    main.go:3:15: undefined: x
        func main() { x }`},
		{"the runtime", "# github.com/velostream/veloc/runtime/text\n../../rt/runtime/text/out.go:5:1: syntax error", `bug: the program does not build
# github.com/velostream/veloc/runtime/text
../../rt/runtime/text/out.go:5:1: syntax error`},
		{"a line that is not there", "q/process.go:99:2: odd", "bug: the program does not build\nq/process.go:99:2: odd"},
		{"the machine", "write /tmp/x: no space left on device", "the Go toolchain cannot build the program: the disk is full\nwrite /tmp/x: no space left on device"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := b.explain(test.output, os.ErrInvalid).Error(); got != test.want {
				t.Errorf("got\n%s\nwant\n%s", got, test.want)
			}
		})
	}
}
