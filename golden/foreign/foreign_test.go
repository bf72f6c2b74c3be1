package foreign

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/velostream/veloc"
	"github.com/velostream/veloc/codegen/builtin"
	"github.com/velostream/veloc/grammar/diag"
)

// aCase is a line of cases.txt.
type aCase struct{ ours, postgres, duckdb string }

func cases(t *testing.T, file string) []aCase {
	var out []aCase
	for _, line := range lines(t, "testdata/"+file) {
		f := strings.Split(line, "\t")
		if len(f) != 3 {
			t.Fatalf("%s: %q has no three columns", file, line)
		}
		for i := range f[1:] {
			if f[i+1] == "=" {
				f[i+1] = f[0]
			}
		}
		out = append(out, aCase{f[0], f[1], f[2]})
	}
	return out
}

func lines(t *testing.T, path string) []string {
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for line := range strings.Lines(string(data)) {
		if line = strings.TrimRight(line, "\n"); line != "" && !strings.HasPrefix(line, "#") {
			out = append(out, line)
		}
	}
	return out
}

// The forms of queries over the table.
const (
	eachRow   = "SELECT id, %s FROM t"
	eachGroup = "SELECT COALESCE(n, -1) AS id, %s FROM t GROUP BY COALESCE(n, -1) EMIT FINAL"
)

// ours runs one job with a statement for each case over the table, of which query is the form.
func ours(t *testing.T, list []aCase, query string) answers { return oursIn(t, list, 1, query) }

// oursWide is ours with many expressions in each statement; a row that one of them fails on is missing for all of them.
func oursWide(t *testing.T, list []aCase) answers { return oursIn(t, list, wide, eachRow) }

// oursIn runs one job with a statement for so many cases each.
func oursIn(t *testing.T, list []aCase, each int, query string) answers {
	dir := t.TempDir()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("VELOC_RUNTIME", root)
	if err := writeTable(filepath.Join(dir, "t.jsonl")); err != nil {
		t.Fatal(err)
	}
	groups := slices.Collect(slices.Chunk(list, each))
	run(t, dir, jobText(groups, query))
	got := answers{}
	for i, group := range groups {
		for _, c := range group {
			for row := range rows { // a row that fails is missing
				got.put(c.ours, row, answer{refused: "the row is rejected"})
			}
		}
		data, err := os.ReadFile(filepath.Join(dir, fmt.Sprintf("q%d.jsonl", i)))
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(data)) {
			var values map[string]json.RawMessage
			if err := json.Unmarshal([]byte(line), &values); err != nil {
				t.Fatal(err)
			}
			id, err := strconv.Atoi(string(values["id"]))
			if err != nil {
				t.Fatal(err)
			}
			for k, c := range group {
				v := values[fmt.Sprintf("v%d", k)]
				var text string
				if json.Unmarshal(v, &text) != nil {
					text = string(v)
				}
				got.put(c.ours, id, answer{text: text, null: string(v) == "null"})
			}
		}
	}
	return got
}

// jobText is a statement for each group of cases, with a file for its result.
func jobText(groups [][]aCase, query string) string {
	defs := []string{"id INTEGER"}
	for _, c := range columns {
		defs = append(defs, c.name+" "+c.veloc)
	}
	var sql strings.Builder
	fmt.Fprintf(&sql, "CREATE STREAM t (%s) WITH ('connector' = 'filesystem', 'path' = 't.jsonl', 'format' = 'jsonlines');\n", strings.Join(defs, ", "))
	for i, group := range groups {
		var columns []string
		for k, c := range group {
			columns = append(columns, fmt.Sprintf("%s AS v%d", c.ours, k))
		}
		fmt.Fprintf(&sql, "CREATE STREAM q%d AS %s WITH ('q%d.type' = 'file_sink', 'q%d.path' = 'q%d.jsonl', 'q%d.format' = 'jsonlines');\n", i, fmt.Sprintf(query, strings.Join(columns, ", ")), i, i, i, i)
	}
	return sql.String()
}

// run compiles, builds and runs a job.
func run(t *testing.T, dir, sql string) {
	path := filepath.Join(dir, "job.sql")
	if err := os.WriteFile(path, []byte(sql), 0o644); err != nil {
		t.Fatal(err)
	}
	job, err := veloc.Compile(path, sql, veloc.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range job.Diagnostics {
		if d.Severity == diag.Error {
			t.Errorf("%s: %s: %.300s", d.Code, d.Message, d.Span.Text())
		}
	}
	if job.Diagnostics.HasErrors() {
		t.FailNow()
	}
	bin, err := veloc.Build(context.Background(), job, veloc.BuildOptions{Output: filepath.Join(dir, "job")})
	if err != nil {
		t.Fatalf("%.4000s", err)
	}
	cmd := exec.Command(bin)
	cmd.Dir = dir
	var failed *exec.ExitError
	if out, err := cmd.CombinedOutput(); err != nil && !errors.As(err, &failed) {
		t.Fatalf("%v\n%s", err, out)
	}
}

// agree tells whether two answers are the same value: numbers in their first twelve digits, times to the microsecond, truth values in any spelling. Where an engine
// refuses what we answer with NULL, or the other way round, they do not agree.
func agree(a, b answer) bool {
	if (a.refused != "") != (b.refused != "") || a.null != b.null {
		return false
	}
	if a.refused != "" || a.text == b.text {
		return true
	}
	x, errX := strconv.ParseFloat(a.text, 64)
	y, errY := strconv.ParseFloat(b.text, 64)
	if errX == nil && errY == nil {
		return x == y || math.Abs(x-y) <= 1e-12*max(math.Abs(x), math.Abs(y), 1e-3)
	}
	return plain(a.text) == plain(b.text)
}

// plain is a value without the ways in which engines write it differently.
func plain(s string) string {
	switch s {
	case "t":
		return "true"
	case "f":
		return "false"
	}
	if len(s) > 10 && s[4] == '-' && s[7] == '-' {
		s = strings.TrimSuffix(strings.Replace(s, "T", " ", 1), "Z")
		if strings.Contains(s, ".") {
			s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
		}
		s = strings.TrimSuffix(s, " 00:00:00") // a date is its midnight
	}
	return s
}

// difference is a line of differences.txt.
type difference struct{ engine, expr, reason string }

func differences(t *testing.T) []difference {
	var out []difference
	for _, line := range lines(t, "testdata/differences.txt") {
		f := strings.Split(line, "\t")
		if len(f) != 3 || f[2] == "" {
			t.Fatalf("differences.txt: %q has no three columns", line)
		}
		out = append(out, difference{f[0], f[1], f[2]})
	}
	return out
}

func TestFunctions(t *testing.T) {
	known := differences(t)
	used := map[difference]bool{}
	differ := func(engine, expr, format string, args ...any) {
		i := slices.IndexFunc(known, func(d difference) bool { return d.engine == engine && d.expr == expr })
		if i < 0 {
			t.Errorf("%s: %s: %s", engine, expr, fmt.Sprintf(format, args...))
			return
		}
		used[known[i]] = true
	}
	list := cases(t, "cases.txt")
	engines := map[string]func(questions []question) answers{
		"DuckDB":     func(q []question) answers { return duckDB(t, setup(), rows, q) },
		"PostgreSQL": func(q []question) answers { return startPostgres(t).ask(setup(), q) },
	}
	have := ours(t, list, eachRow)
	for _, engine := range []string{"DuckDB", "PostgreSQL"} {
		got := engines[engine](questions(engine, list))
		compared, examples := 0, 0
		for _, c := range list {
			if c.in(engine) == "-" {
				continue
			}
			compared++
			for row := range rows {
				if a, b := have[c.ours][row], got[c.ours][row]; !agree(a, b) {
					differ(engine, c.ours, "%s, but %s says %s; the row is %v", a, c.in(engine), b, table()[row])
					break
				}
			}
		}
		for _, e := range examplesOf() {
			result, want := got["example "+e.SQL][0], got["want "+e.Want][0]
			if result.refused != "" || want.refused != "" {
				continue // it has no such function, or not with these words
			}
			if examples++; !agree(want, result) {
				differ(engine, e.SQL, "%s, but it says %s", e.Want, result)
			}
		}
		t.Logf("%s: %d expressions over %d rows, %d examples", engine, compared, rows, examples)
		if compared < 80 || examples < 100 {
			t.Errorf("%s: that is too few", engine)
		}
	}
	for _, d := range known {
		if !used[d] {
			t.Errorf("differences.txt: %s agrees about %s", d.engine, d.expr)
		}
	}
}

// Aggregates are compared over the groups that column n makes, of which each row asks for its own.
func TestAggregates(t *testing.T) {
	list := cases(t, "aggregates.txt")
	have := ours(t, list, eachGroup)
	engines := map[string]func(questions []question) answers{
		"DuckDB":     func(q []question) answers { return duckDB(t, setup(), rows, q) },
		"PostgreSQL": func(q []question) answers { return startPostgres(t).ask(setup(), q) },
	}
	for engine, ask := range engines {
		var questions []question
		for _, c := range list {
			if expr := c.in(engine); expr != "-" {
				questions = append(questions, question{c.ours, "(SELECT " + expr + " FROM t AS x WHERE x.n IS NOT DISTINCT FROM t.n)", true})
			}
		}
		got := ask(questions)
		for _, q := range questions {
			for row, columns := range table() {
				group := -1
				if n, ok := columns["n"].(int); ok {
					group = n
				}
				if a, b := have[q.key][group], got[q.key][row]; !agree(a, b) {
					t.Errorf("%s: %s where n is %d: %s, but it says %s", engine, q.key, group, a, b)
					break
				}
			}
		}
		t.Logf("%s: %d aggregates", engine, len(questions))
		if len(questions) < 20 {
			t.Errorf("%s: that is too few", engine)
		}
	}
}

func (c aCase) in(engine string) string {
	if engine == "DuckDB" {
		return c.duckdb
	}
	return c.postgres
}

func examplesOf() []builtin.Example {
	var out []builtin.Example
	for _, f := range builtin.Scalars() {
		out = append(out, f.Examples...)
	}
	return out
}

// questions are all cases that an engine has something like, and all examples as they are.
func questions(engine string, list []aCase) []question {
	var out []question
	for _, c := range list {
		if expr := c.in(engine); expr != "-" {
			out = append(out, question{c.ours, expr, true})
		}
	}
	seen := map[string]bool{}
	for _, e := range examplesOf() {
		out = append(out, question{"example " + e.SQL, e.SQL, false})
		if !seen[e.Want] {
			out = append(out, question{"want " + e.Want, e.Want, false})
			seen[e.Want] = true
		}
	}
	return out
}
