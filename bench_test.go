package veloc_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/velostream/veloc"
)

// largeApplication is a correct application of about a thousand lines.
const largeApplication = "testdata/large/application.sql"

// BenchmarkCheck is what `veloc check` does with it.
func BenchmarkCheck(b *testing.B) {
	text, err := os.ReadFile(largeApplication)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		job, err := veloc.Check(largeApplication, string(text), veloc.Options{Lock: "-"})
		if err != nil || len(job.Diagnostics) > 0 {
			b.Fatal(err, job.Diagnostics)
		}
	}
}

// BenchmarkGenerate is Check with the Go program of the application.
func BenchmarkGenerate(b *testing.B) {
	text, err := os.ReadFile(largeApplication)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		job, err := veloc.Compile(largeApplication, string(text), veloc.Options{Lock: "-"})
		if err != nil || len(job.Files) == 0 {
			b.Fatal(err, job.Diagnostics)
		}
	}
}

// BenchmarkBuild builds queries of 1, 10 and 100 functions into programs. Each is another text, so that nothing is found in a cache but what
// all programs share.
func BenchmarkBuild(b *testing.B) {
	root, err := filepath.Abs(".")
	if err != nil {
		b.Fatal(err)
	}
	b.Setenv("VELOC_RUNTIME", root)
	b.Setenv("VELOC_CACHE", b.TempDir())
	list := functionsOfColumns(b)
	for _, n := range []int{1, 10, 100} {
		b.Run(fmt.Sprintf("functions=%d", n), func(b *testing.B) {
			dir := b.TempDir()
			build(b, dir, list, n, -1) // what all programs share
			for i := 0; b.Loop(); i++ {
				build(b, dir, list, n, i)
			}
		})
	}
}

// functionsOfColumns are expressions over the columns of a table, a function each.
func functionsOfColumns(b *testing.B) (list []string) {
	text, err := os.ReadFile("golden/foreign/testdata/cases.txt")
	if err != nil {
		b.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if ours, _, ok := strings.Cut(line, "\t"); ok && !strings.HasPrefix(line, "#") {
			list = append(list, ours)
		}
	}
	return list
}

func build(b *testing.B, dir string, list []string, n, i int) {
	var sql strings.Builder
	sql.WriteString(`CREATE STREAM t (i INTEGER, j INTEGER, n INTEGER, f FLOAT, g FLOAT, p FLOAT, s STRING, u STRING, d DECIMAL(10,3), t TIMESTAMP, v TIMESTAMP, a DATE, b DATE)
WITH ('connector' = 'file', 'path' = 't.jsonl', 'format' = 'jsonlines');
`)
	fmt.Fprintf(&sql, "SELECT i + %d AS first", i)
	for k, f := range list[:n] {
		fmt.Fprintf(&sql, ",\n    %s AS v%d", f, k)
	}
	sql.WriteString("\nFROM t;\n")
	path := filepath.Join(dir, fmt.Sprintf("job%d.sql", i+1))
	job, err := veloc.Compile(path, sql.String(), veloc.Options{Lock: "-"})
	if err != nil || job.Diagnostics.HasErrors() {
		b.Fatal(err, job.Diagnostics)
	}
	if _, err := veloc.Build(context.Background(), job, veloc.BuildOptions{Output: filepath.Join(dir, "job")}); err != nil {
		b.Fatal(err)
	}
}
