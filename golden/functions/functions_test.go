package functions

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/velostream/veloc"
	"github.com/velostream/veloc/codegen/builtin"
	"github.com/velostream/veloc/grammar/diag"
)

// perStatement is how many examples a statement selects.
const perStatement = 100

// source has one row for each kind of row: the examples do not depend on it, but the compiler must not know that there is only one.
const source = "CREATE STREAM rows (n INTEGER) WITH ('connector' = 'filesystem', 'path' = 'rows.jsonl', 'format' = 'jsonlines');\n"

func TestExamples(t *testing.T) {
	var examples []builtin.Example
	for _, f := range builtin.Scalars() {
		examples = append(examples, f.Examples...)
	}
	for i := range examples { // NULL is not distinct from NULL
		examples[i].SQL = fmt.Sprintf("((%s) IS NOT DISTINCT FROM (%s))", examples[i].SQL, examples[i].Want)
	}
	rows := run(t, source+statements(examples), "{\"n\": 1}\n")
	seen := 0
	for _, row := range rows {
		for column, ok := range row {
			var i int
			if _, err := fmt.Sscanf(column, "e%d", &i); err != nil {
				t.Fatal(err)
			}
			if seen++; ok != true {
				t.Errorf("%s is %v", examples[i].SQL, ok)
			}
		}
	}
	if seen != len(examples) {
		t.Errorf("%d results of %d examples", seen, len(examples))
	}
}

// statements select examples, perStatement in each.
func statements(examples []builtin.Example) string {
	var b strings.Builder
	n := 0
	for chunk := range slices.Chunk(examples, perStatement) {
		var items []string
		for _, e := range chunk {
			items = append(items, fmt.Sprintf("  %s AS e%d", e.SQL, n))
			n++
		}
		s := fmt.Sprintf("s%d", n)
		fmt.Fprintf(&b, "CREATE STREAM %s AS SELECT\n%s\nFROM rows WITH ('%s.type' = 'file_sink', '%s.path' = '%s.jsonl', '%s.format' = 'jsonlines');\n", s, strings.Join(items, ",\n"), s, s, s, s)
	}
	return b.String()
}

// Examples of aggregates, each as a statement over the rows of the example.
func TestAggregates(t *testing.T) {
	var sql, data strings.Builder
	want := map[string]string{}
	n := 0
	for _, a := range builtin.Aggregates() {
		for _, ex := range a.Examples {
			s := fmt.Sprintf("s%d", n)
			var branches [3][]string // CASE n WHEN row THEN value, for x, y and z
			for i, r := range ex.Rows {
				for k, v := range strings.Split(r, "; ") {
					branches[k] = append(branches[k], fmt.Sprintf("WHEN %d THEN %s", i, v))
				}
			}
			call := ex.SQL
			for k, name := range []string{"x", "y", "z"} {
				if len(branches[k]) > 0 {
					call = replaceName(call, name, fmt.Sprintf("(CASE n %s END)", strings.Join(branches[k], " ")))
				}
			}
			fmt.Fprintf(&sql, "CREATE STREAM %s AS SELECT g, %s AS got, %s AS want FROM rows WHERE g = %d GROUP BY g EMIT FINAL WITH ('%s.type' = 'file_sink', '%s.path' = '%s.jsonl', '%s.format' = 'jsonlines');\n",
				s, call, ex.Want, n, s, s, s, s)
			want[fmt.Sprint(n)] = fmt.Sprintf("%s over %s", ex.SQL, strings.Join(ex.Rows, ", "))
			for i := range ex.Rows {
				fmt.Fprintf(&data, "{\"g\": %d, \"n\": %d}\n", n, i)
			}
			n++
		}
	}
	rows := run(t, strings.Replace(source, "(n INTEGER)", "(g INTEGER NOT NULL, n INTEGER NOT NULL)", 1)+sql.String(), data.String())
	for _, row := range rows {
		if got, wanted := fmt.Sprint(row["got"]), fmt.Sprint(row["want"]); got != wanted && !near(row["got"], row["want"]) {
			t.Errorf("%s is %s, not %s", want[fmt.Sprint(row["g"])], got, wanted)
		}
	}
	if len(rows) != n {
		t.Errorf("%d results of %d examples", len(rows), n)
	}
}

// near tells whether two numbers differ in their last digits only.
func near(a, b any) bool {
	x, okX := a.(float64)
	y, okY := b.(float64)
	return okX && okY && max(x-y, y-x) <= 1e-12*max(x, -x, 1)
}

// replaceName replaces a column by an expression.
func replaceName(sql, name, by string) string {
	var b strings.Builder
	word := func(c byte) bool { return c == '_' || c-'0' < 10 || c|0x20-'a' < 26 }
	for i := 0; i < len(sql); i++ {
		if sql[i] == name[0] && (i == 0 || !word(sql[i-1])) && (i+1 == len(sql) || !word(sql[i+1])) {
			b.WriteString(by)
			continue
		}
		b.WriteByte(sql[i])
	}
	return b.String()
}

// run compiles, builds and runs a job over rows.jsonl, and reads what it has written.
func run(t *testing.T, sql, data string) []map[string]any {
	t.Helper()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("VELOC_RUNTIME", root)
	dir := t.TempDir()
	path := filepath.Join(dir, "job.sql")
	for name, text := range map[string]string{"job.sql": sql, "rows.jsonl": data} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	job, err := veloc.Compile(path, sql, veloc.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range job.Diagnostics {
		if d.Severity == diag.Error {
			t.Errorf("%s %s: %s", d.Code, d.Span.Text(), d.Message)
		}
	}
	if t.Failed() {
		t.FailNow()
	}
	bin, err := veloc.Build(context.Background(), job, veloc.BuildOptions{Output: filepath.Join(dir, "job")})
	if err != nil {
		t.Fatalf("%.3000s", err)
	}
	cmd := exec.Command(bin)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%.3000s", err, out)
	}
	files, err := filepath.Glob(filepath.Join(dir, "s*.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	var rows []map[string]any
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for line := range bytes.Lines(data) {
			row := map[string]any{}
			if err := json.Unmarshal(line, &row); err != nil {
				t.Fatal(err)
			}
			rows = append(rows, row)
		}
	}
	return rows
}
