package over

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"github.com/velostream/veloc"
	"github.com/velostream/veloc/grammar/diag"
)

// pair is one call in two ways: as it is tested, and over rows that are sorted at the end of the input.
type pair struct{ from, call, whole string }

const rows = 600

func pick[T any](r *rand.Rand, of ...T) T { return of[r.IntN(len(of))] }

// data are rows whose times are up to 5 s out of order.
func data(r *rand.Rand) string {
	var b strings.Builder
	b.WriteString("id,at,k,x,f,d,s\n")
	null := func(text string) string {
		if r.IntN(12) == 0 {
			return ""
		}
		return text
	}
	for id := range rows {
		at := 1_700_000_000_000 + int64(id)*250 - int64(r.IntN(20))*250
		fmt.Fprintf(&b, "%d,%d,%s,%s,%s,%s,%s\n", id, at, pick(r, "a", "b", "a long name of a partition", ""), null(fmt.Sprint(r.IntN(40)-20)), null(fmt.Sprint(float64(r.IntN(1000)-500)/8)),
			null(fmt.Sprintf("%.2f", float64(r.IntN(10000))/100)), null(pick(r, "x", "yy", "a text that is longer than others", "é")))
	}
	return b.String()
}

func calls(r *rand.Rand) []pair {
	var out []pair
	frame := func(ahead bool) string {
		n := func() int { return r.IntN(6) }
		from := pick(r, "UNBOUNDED PRECEDING", fmt.Sprintf("%d PRECEDING", n()), "CURRENT ROW")
		to := pick(r, "CURRENT ROW", "CURRENT ROW", fmt.Sprintf("%d FOLLOWING", n()))
		if from != "CURRENT ROW" && r.IntN(5) == 0 {
			to = fmt.Sprintf("%d PRECEDING", n())
		}
		if !ahead && strings.HasSuffix(to, "FOLLOWING") {
			to = "CURRENT ROW"
		}
		return " ROWS BETWEEN " + from + " AND " + to
	}
	aggregate := func() string {
		return pick(r, "COUNT(*)", "COUNT(x)", "SUM(x)", "SUM(d)", "SUM(f)", "AVG(d)", "AVG(f)", "AVG(x)", "MIN(x)", "MAX(d)", "MIN(s)", "MAX(s)", "MAX(f)", "STDDEV(f)", "VAR_POP(x)",
			"COUNT(DISTINCT x)", "SUM(x) FILTER (WHERE f > 0)", "MAX(x) FILTER (WHERE f > 0)", "FIRST_VALUE(s)", "LAST_VALUE(s)", "NTH_VALUE(s, 3)", "FIRST_VALUE(x) IGNORE NULLS", "LAST_VALUE(x) IGNORE NULLS")
	}
	single := func() string {
		return pick(r, "ROW_NUMBER()", "LAG(s)", "LAG(x, 3)", "LAG(d, 2, d)", "LEAD(s)", "LEAD(x, 3)", "LEAD(f, 1, 0.5)", "LAG(x) IGNORE NULLS", "LAG(s, 2, 'none') IGNORE NULLS", "LEAD(x) IGNORE NULLS")
	}
	part := func() string { return pick(r, "", "PARTITION BY k ", "PARTITION BY k, x % 2 ", "PARTITION BY x % 3 ") }
	for range 20 { // event time
		p, order := part(), "ORDER BY at, id"
		switch r.IntN(4) {
		case 0:
			c := pick(r, "RANK()", "DENSE_RANK()") + " OVER (" + p + "ORDER BY at)"
			out = append(out, pair{"timed", c, c})
		case 1:
			c := single() + " OVER (" + p + order + ")"
			out = append(out, pair{"timed", c, c})
		case 2:
			c := aggregate() + " OVER (" + p + order + frame(true) + ")"
			out = append(out, pair{"timed", c, c})
		default:
			order := "ORDER BY at"
			call := pick(r, "SUM(x)", "COUNT(*)", "MAX(d)", "MIN(x)", "AVG(f)", "VARIANCE(x)", "COUNT(DISTINCT x)")
			f := pick(r, "", " RANGE BETWEEN INTERVAL '3' SECOND PRECEDING AND CURRENT ROW", " GROUPS BETWEEN 2 PRECEDING AND CURRENT ROW", " GROUPS BETWEEN CURRENT ROW AND 2 FOLLOWING",
				" RANGE CURRENT ROW", " RANGE BETWEEN INTERVAL '5' SECOND PRECEDING AND INTERVAL '1' SECOND PRECEDING", " RANGE BETWEEN INTERVAL '1' SECOND PRECEDING AND INTERVAL '2' SECOND FOLLOWING")
			c := call + " OVER (" + p + order + f + ")"
			out = append(out, pair{"timed", c, c})
		}
	}
	for range 15 { // the order of arrival
		p, order := part(), "ORDER BY id"
		if r.IntN(3) == 0 {
			c := single()
			if r.IntN(2) == 0 {
				c = pick(r, "LAG(x) IGNORE NULLS", "LAG(s, 2, 'none') IGNORE NULLS")
			}
			out = append(out, pair{"plain", c + " OVER (" + p + ")", c + " OVER (" + p + order + ")"})
			continue
		}
		c, f := aggregate(), frame(true)
		out = append(out, pair{"plain", c + " OVER (" + p + f + ")", c + " OVER (" + p + order + f + ")"})
	}
	for range 8 { // buffers
		p, n := part(), 1+r.IntN(8)
		c := aggregate()
		whole := fmt.Sprintf("%s OVER (%sORDER BY id ROWS BETWEEN %d PRECEDING AND CURRENT ROW)", c, p, n-1)
		out = append(out, pair{"plain", fmt.Sprintf("%s OVER (ROWS WINDOW BUFFER %d ROWS %s)", c, n, p), whole})
		out = append(out, pair{"plain", fmt.Sprintf("%s OVER (ROWS WINDOW BUFFER %d ROWS %sORDER BY id)", c, n, p), whole})
	}
	return out
}

func TestWays(t *testing.T) {
	for _, seed := range []uint64{1} {
		t.Run(fmt.Sprint(seed), func(t *testing.T) { testWays(t, seed) })
	}
}

func testWays(t *testing.T, seed uint64) {
	r := rand.New(rand.NewPCG(seed, 5))
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "in.csv"), []byte(data(r)), 0o644); err != nil {
		t.Fatal(err)
	}
	pairs := calls(r)
	var sql strings.Builder
	columns := "id INTEGER, at TIMESTAMP, k STRING, x INTEGER, f FLOAT, d DECIMAL(10,2), s STRING"
	fmt.Fprintf(&sql, "CREATE STREAM plain (%s) WITH ('connector' = 'filesystem', 'path' = 'in.csv', 'format' = 'csv', 'event.time.format' = 'epoch_millis');\n", strings.Replace(columns, "at TIMESTAMP", "at INTEGER", 1))
	fmt.Fprintf(&sql, "CREATE STREAM timed (%s, WATERMARK FOR at AS at - INTERVAL '5' SECOND) WITH ('connector' = 'filesystem', 'path' = 'in.csv', 'format' = 'csv');\n", columns)
	statement := func(name, call, from string) {
		fmt.Fprintf(&sql, "CREATE STREAM %s AS SELECT id, %s AS v FROM %s WITH ('%s.type' = 'file_sink', '%s.path' = '%s.jsonl', '%s.format' = 'jsonlines');\n", name, call, from, name, name, name, name)
	}
	for i, p := range pairs {
		statement(fmt.Sprintf("q%d", i), p.call, p.from)
		whole := p.whole
		if p.from == "timed" { // the same without event time
			whole = strings.NewReplacer("INTERVAL '1' SECOND", "1000", "INTERVAL '2' SECOND", "2000", "INTERVAL '3' SECOND", "3000", "INTERVAL '5' SECOND", "5000").Replace(whole)
		}
		statement(fmt.Sprintf("w%d", i), whole, "plain")
	}
	bin := build(t, dir, sql.String())
	for _, args := range [][]string{{"--workers", "1"}, {"--workers", "2", "--config", "timed.chunk.size=700B", "--config", "plain.chunk.size=300B"}} {
		cmd := exec.Command(bin, args...)
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		for i, p := range pairs {
			have, want := result(t, dir, "q", i), result(t, dir, "w", i)
			if len(want) != rows {
				t.Fatalf("%s: %d rows", p.whole, len(want))
			}
			if d := difference(have, want); d != "" {
				t.Errorf("%v: %s from %s: %s", args, p.call, p.from, d)
			}
		}
	}
}

func build(t *testing.T, dir, sql string) string {
	t.Helper()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("VELOC_RUNTIME", root)
	path := filepath.Join(dir, "job.sql")
	if err := os.WriteFile(path, []byte(sql), 0o644); err != nil {
		t.Fatal(err)
	}
	job, err := veloc.Compile(path, sql, veloc.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if job.Diagnostics.HasErrors() {
		t.Fatal(diag.Text(job.Diagnostics))
	}
	bin, err := veloc.Build(context.Background(), job, veloc.BuildOptions{Output: filepath.Join(dir, "job")})
	if err != nil {
		t.Fatal(err)
	}
	return bin
}

// result are the values of a statement by the number of the row.
func result(t *testing.T, dir, kind string, i int) map[int]string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, fmt.Sprintf("%s%d.jsonl", kind, i)))
	if err != nil {
		t.Fatal(err)
	}
	out := map[int]string{}
	for line := range strings.Lines(string(text)) {
		var r struct {
			ID int
			V  json.RawMessage
		}
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		if _, twice := out[r.ID]; twice {
			t.Errorf("%s%d: row %d twice", kind, i, r.ID)
		}
		out[r.ID] = string(r.V)
	}
	return out
}

func difference(have, want map[int]string) string {
	var out []string
	for id, w := range want {
		if h, ok := have[id]; !ok || !alike(h, w) {
			out = append(out, fmt.Sprintf("row %d: %q, want %s", id, h, w))
		}
	}
	if len(have) != len(want) {
		out = append(out, fmt.Sprintf("%d rows, want %d", len(have), len(want)))
	}
	sort.Strings(out)
	if len(out) > 3 {
		out = append(out[:3], fmt.Sprintf("and %d more", len(out)-3))
	}
	return strings.Join(out, "; ")
}

// alike tells whether two values are the same but for the rounding of a running sum.
func alike(a, b string) bool {
	if a == b {
		return true
	}
	var x, y float64
	if json.Unmarshal([]byte(a), &x) != nil || json.Unmarshal([]byte(b), &y) != nil || a == "null" || b == "null" {
		return false
	}
	return x-y < 1e-9 && y-x < 1e-9
}

func sorted(rows []string) []string {
	out := append([]string(nil), rows...)
	sort.Strings(out)
	return out
}
