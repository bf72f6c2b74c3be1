package datagen

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"math"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	rt "github.com/velostream/veloc/runtime"
	"github.com/velostream/veloc/runtime/rttest"
)

func col(name, typ, hint string) rt.GenColumn {
	return rt.GenColumn{Name: name, Type: typ, Precision: 18, Scale: 2, Hints: map[string]string{"": hint}}
}

var trades = []rt.GenColumn{
	col("symbol", "STRING", `enum ["ACME", "WID,GET", "Ü\"x"], weights: [0.7, 0.2, 0.1]`),
	col("price", "DECIMAL", `range [100, 200], distribution: random_walk, volatility: 0.02, drift: 0.0001, group_by: symbol`),
	col("quantity", "INTEGER", `range [1, 500], distribution: log_normal`),
	col("bid", "DECIMAL", ""),
	col("at", "TIMESTAMP", `timestamp, sequential: true, time_start: "2025-06-01T09:30:00Z", time_end: "2025-06-01T10:30:00Z"`),
	col("id", "STRING", "uuid"),
	col("ok", "BOOLEAN", ""),
	col("ratio", "FLOAT", "range [-1, 1], distribution: normal"),
	col("day", "DATE", `range ["2025-01-01", "2025-01-31"]`),
}

func init() { trades[3].Hints["derived"] = "price * random(0.998, 0.9999)" }

func source(t testing.TB, o Options) *Source {
	t.Helper()
	s, err := NewSource(o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// lines reads a bounded source with so many workers and returns its rows in order.
func lines(t testing.TB, s *Source, workers int) []string {
	t.Helper()
	var mu sync.Mutex
	chunks := map[int64]string{}
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			var c rt.Chunk
			for {
				err := s.Poll(context.Background(), &c)
				if errors.Is(err, io.EOF) {
					return
				}
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				chunks[c.Seq] = string(c.Data)
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	var all strings.Builder
	for i := range len(chunks) {
		all.WriteString(chunks[int64(i)])
	}
	return strings.Split(strings.TrimSuffix(all.String(), "\n"), "\n")
}

// A change of these rows changes what every example and benchmark with datagen computes.
func TestRows(t *testing.T) {
	got := lines(t, source(t, Options{Rows: 3, Seed: 42, Columns: trades}), 1)
	want := `
{"symbol":"Ü\"x","price":153.17,"quantity":44,"bid":152.92,"at":"2025-06-01T09:30:00.000Z","id":"bc16a3d4-cc48-478e-9c83-9d924aae6dff","ok":true,"ratio":0.21557729104574203,"day":"2025-01-08"}
{"symbol":"ACME","price":147.54,"quantity":41,"bid":147.40,"at":"2025-06-01T10:00:00.000Z","id":"a5e3e18d-59e4-41ca-bbfc-b3522b23afb8","ok":true,"ratio":-0.2513488521385917,"day":"2025-01-26"}
{"symbol":"ACME","price":148.31,"quantity":30,"bid":148.14,"at":"2025-06-01T10:30:00.000Z","id":"a08b73a4-c97c-42c6-a56c-a37f22e80f73","ok":false,"ratio":0.378107350053977,"day":"2025-01-29"}
`
	if strings.Join(got, "\n") != strings.TrimSpace(want) {
		t.Errorf("got:\n%s", strings.Join(got, "\n"))
	}
	for i, row := range got {
		var r map[string]any
		if err := json.Unmarshal([]byte(row), &r); err != nil || len(r) != len(trades) {
			t.Errorf("row %d: %v: %s", i, err, row)
		}
	}
	for i, at := range []string{"2025-06-01T09:30:00.000Z", "2025-06-01T10:00:00.000Z", "2025-06-01T10:30:00.000Z"} {
		if !strings.Contains(got[i], `"at":"`+at+`"`) {
			t.Errorf("row %d is not at %s: %s", i, at, got[i])
		}
	}
}

func TestSameSeedSameRows(t *testing.T) {
	const n = 20_000
	want := lines(t, source(t, Options{Rows: n, Seed: 7, Columns: trades}), 1)
	if got := lines(t, source(t, Options{Rows: n, Seed: 7, Columns: trades}), 4); strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Error("four workers make other rows than one")
	}
	if got := lines(t, source(t, Options{Rows: n, Seed: 8, Columns: trades}), 1); got[0] == want[0] {
		t.Error("another seed makes the same row")
	}
	clock := rttest.NewClock(rttest.Start)
	slow := source(t, Options{Rows: n, RowsPerSecond: 100_000, Seed: 7, Columns: trades, Clock: clock})
	go func() { // ends with the test at the latest: every wait needs one more advance
		for range 2 * n {
			clock.Await(1)
			clock.Advance(20 * time.Millisecond)
		}
	}()
	if got := lines(t, slow, 1); strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Error("a rate changes the rows")
	}
}

func TestSourceContract(t *testing.T) {
	for name, columns := range map[string][]rt.GenColumn{"with a walk": trades, "without": trades[4:7]} {
		t.Run(name, func(t *testing.T) {
			rttest.Source(t, rttest.SourceCase{Unlocated: true,
				New:  func(t testing.TB) rt.Source { return source(t, Options{Rows: 9000, Seed: 3, Columns: columns}) },
				Rows: map[int32][]string{0: lines(t, source(t, Options{Rows: 9000, Seed: 3, Columns: columns}), 1)}})
		})
	}
}

// numbers makes n values of one column.
func numbers(t *testing.T, typ, hint string, n int64) []float64 {
	t.Helper()
	s := source(t, Options{Rows: n, Seed: 1, Columns: []rt.GenColumn{col("x", typ, hint)}})
	var out []float64
	for _, l := range lines(t, s, 1) {
		var r struct{ X float64 }
		if err := json.Unmarshal([]byte(l), &r); err != nil {
			t.Fatalf("%v: %s", err, l)
		}
		out = append(out, r.X)
	}
	return out
}

func TestDistributions(t *testing.T) {
	const n = 20_000
	for _, c := range []struct {
		typ, hint          string
		low, high          float64 // of all values
		mean, meanTo       float64
		share, below, from float64 // share of values below `below` is at least `from`
	}{
		{"INTEGER", "range [1, 100]", 1, 100, 49, 52, 0, 51, .48},
		{"DECIMAL", "range [1.50, 2.50], distribution: uniform", 1.5, 2.5, 1.98, 2.02, 0, 2, .48},
		{"FLOAT", "range [0, 100], distribution: normal", 0, 100, 49, 51, 0, 66, .80},
		{"FLOAT", "range [0, 100], distribution: normal, mean: 20, std_dev: 1", 0, 100, 19.9, 20.1, 0, 22, .95},
		{"INTEGER", "range [1, 10000], distribution: log_normal", 1, 10000, 90, 140, 0, 300, .95},
		{"INTEGER", "range [1, 1000], distribution: zipf", 1, 1000, 50, 250, 0, 101, .60},
		{"INTEGER", "range [1, 1000], distribution: zipf, exponent: 1", 1, 1000, 100, 250, 0, 32, .45},
		{"FLOAT", "range [0, 1], distribution: zipf, exponent: 2", 0, 1, 0, .05, 0, .01, .8},
		{"DECIMAL", "range [90, 110], distribution: random_walk, volatility: 0.001", 90, 110, 90, 110, 0, 111, 1},
		{"INTEGER", "", 0, 1000, 480, 520, 0, 500, .45},
		{"INTEGER", "range [0, 10], min: 8", 8, 10, 8.9, 9.1, 0, 9, .3},
	} {
		sum, below, low, high := 0.0, 0.0, math.Inf(1), math.Inf(-1)
		for _, v := range numbers(t, c.typ, c.hint, n) {
			sum += v
			low, high = min(low, v), max(high, v)
			if v < c.below {
				below++
			}
		}
		mean := sum / n
		if low < c.low || high > c.high || mean < c.mean || mean > c.meanTo || below/n < c.from {
			t.Errorf("%s %s: from %v to %v, mean %v, %v below %v", c.typ, c.hint, low, high, mean, below/n, c.below)
		}
	}
}

// A walk goes in small steps, each group on its own.
func TestRandomWalk(t *testing.T) {
	s := source(t, Options{Rows: 5000, Seed: 1, Columns: []rt.GenColumn{col("s", "STRING", `enum ["a", "b"]`),
		col("x", "FLOAT", "range [50, 150], distribution: random_walk, volatility: 0.001, group_by: s")}})
	last := map[string]float64{"a": 100, "b": 100}
	for _, l := range lines(t, s, 1) {
		var r struct {
			S string
			X float64
		}
		if err := json.Unmarshal([]byte(l), &r); err != nil {
			t.Fatal(err)
		}
		if math.Abs(r.X/last[r.S]-1) > 0.006 {
			t.Fatalf("%s jumps from %v to %v", r.S, last[r.S], r.X)
		}
		last[r.S] = r.X
	}
	if last["a"] == last["b"] {
		t.Error("both groups share one walk")
	}
}

func TestWeights(t *testing.T) {
	n := map[string]int{}
	for _, l := range lines(t, source(t, Options{Rows: 10_000, Seed: 5, Columns: trades[:1]}), 1) {
		n[l]++
	}
	if a := n[`{"symbol":"ACME"}`]; a < 6800 || a > 7200 || len(n) != 3 {
		t.Errorf("%v", n)
	}
}

func TestDerived(t *testing.T) {
	for _, c := range []struct{ formula, want string }{
		{"a + 2 * a", "30"}, {"(a + 2) * -a", "-120"}, {"a / 4 - 1.5", "1"}, {"round(a / 3, 1)", "3.30"},
		{"min(a, 3) + max(a, 20) - abs(0 - a)", "13"}, {"round(random(7, 7), 0)", "7"}, {"b * 2", "22"}, {"a / 0", "9999999999999999.99"}, {"0 / 0", "0"},
	} {
		cols := []rt.GenColumn{col("x", "DECIMAL", ""), col("a", "INTEGER", "range [10, 10]"), col("b", "INTEGER", "")}
		cols[0].Hints["derived"] = c.formula
		cols[2].Hints["derived"] = "a + 1" // stands behind its reader
		got := lines(t, source(t, Options{Rows: 1, Columns: cols}), 1)[0]
		var r struct{ X json.Number }
		if err := json.Unmarshal([]byte(got), &r); err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(r.X.String()+".00", c.want) {
			t.Errorf("%s is %s, want %s", c.formula, r.X, c.want)
		}
	}
}

func TestDefaults(t *testing.T) {
	cols := []rt.GenColumn{col("name", "STRING", ""), col("ts", "TIMESTAMP", ""), col("small", "DECIMAL", ""), col("id", "STRING", "uuid")}
	cols[2].Precision = 3
	got := lines(t, source(t, Options{Rows: 2, RowsPerSecond: 0, Seed: 1, Columns: cols}), 1)
	want := regexp.MustCompile(`^\{"name":"name_\d+","ts":"2024-01-01T00:00:00.100Z","small":\d\.\d\d,"id":"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"\}$`)
	if !want.MatchString(got[1]) {
		t.Errorf("%s", got[1])
	}
}

func TestRelativeTimes(t *testing.T) {
	s := source(t, Options{Rows: 2, Now: rttest.Start, Columns: []rt.GenColumn{col("ts", "TIMESTAMP", `sequential: true, time_start: "-1h", time_end: now`)}})
	if got := strings.Join(lines(t, s, 1), ""); got != `{"ts":"2026-01-04T23:00:00.000Z"}{"ts":"2026-01-05T00:00:00.000Z"}` {
		t.Error(got)
	}
}

func TestCSV(t *testing.T) {
	s := source(t, Options{Rows: 500, Seed: 2, Columns: append([]rt.GenColumn{col("e", "STRING", `enum [""]`)}, trades...), Delimiter: ','})
	text := strings.Join(lines(t, s, 1), "\n")
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil || len(rows) != 500 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	if !strings.HasPrefix(text, `"",`) || rows[0][0] != "" {
		t.Errorf("the empty text is not told from NULL: %s", rows[0])
	}
	seen := map[string]bool{}
	for _, r := range rows {
		seen[r[1]] = true
	}
	if !seen["WID,GET"] || !seen[`Ü"x`] {
		t.Errorf("%v", seen)
	}
}

func TestRate(t *testing.T) {
	rttest.NoLeaks(t)
	clock := rttest.NewClock(rttest.Start)
	s := source(t, Options{RowsPerSecond: 500, Columns: trades, Clock: clock})
	poll := func() (rows int, err error) {
		var c rt.Chunk
		err = s.Poll(t.Context(), &c)
		return strings.Count(string(c.Data), "\n"), err
	}
	type result struct {
		rows int
		err  error
	}
	total := 0
	for range 50 { // one second in steps of 20 ms
		done := make(chan result, 1)
		go func() { n, err := poll(); done <- result{n, err} }()
		clock.Await(1)
		clock.Advance(20 * time.Millisecond)
		r := <-done
		if r.err != nil || r.rows != 10 {
			t.Fatalf("%+v", r)
		}
		total += r.rows
	}
	clock.Advance(2 * time.Second) // nobody asked for two seconds: the rows are still due
	if n, err := poll(); n != 1000 || err != nil {
		t.Errorf("%d rows, %v", n, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var c rt.Chunk
	if err := s.Poll(ctx, &c); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

// A slow source says now and then that it has nothing, so that time can go on.
func TestSlowRateReturnsEmptyChunks(t *testing.T) {
	clock := rttest.NewClock(rttest.Start)
	s := source(t, Options{RowsPerSecond: 0.1, Columns: trades, Clock: clock})
	go func() {
		clock.Await(1)
		clock.Advance(longestWait)
	}()
	var c rt.Chunk
	if err := s.Poll(t.Context(), &c); err != nil || len(c.Data) != 0 || c.Seq != 0 {
		t.Errorf("%v, %q", err, c.Data)
	}
}

func TestConnectSource(t *testing.T) {
	env := &rt.Env{Clock: rttest.NewClock(rttest.Start), Config: map[string]string{"trades.rows": "5"}}
	layout := rt.Layout{Format: "none", Generate: trades}
	s, ledger, err := ConnectSource(env, "trades", rt.Props{"rows": "10", "seed": "42", "rows.per.second": "${RATE:0}"}, layout)
	if err != nil || ledger != nil || len(lines(t, s.(*Source), 2)) != 5 {
		t.Errorf("%v, %v", ledger, err)
	}
	_, _, err = ConnectSource(env, "trades", rt.Props{"rows.per.second": "fast"}, layout)
	if err == nil || err.Error() != "property 'trades.rows.per.second' = 'fast': expected a number of rows" {
		t.Errorf("%v", err)
	}
}

func TestHintsThatMakeNoSense(t *testing.T) {
	for _, c := range []struct {
		typ, key, hint, want string
	}{
		{"INTEGER", "", "sometimes [1, 2]", "column x: `sometimes [1, 2]` says nothing about values"},
		{"INTEGER", "colour", "red", `column x: there is no hint "colour"`},
		{"INTEGER", "", "range [5, 1]", "column x: the range ends before it begins: 1 is less than 5"},
		{"INTEGER", "", "range [1]", "column x: a range has two ends, not 1"},
		{"INTEGER", "", "range [1, x]", `column x: "x" is not a number`},
		{"INTEGER", "", "range [1, 2.5]", `column x: "2.5" is not a whole number`},
		{"INTEGER", "", "enum [1, two]", `column x: "two" is not a number`},
		{"STRING", "", "enum [a, b], weights: [1]", "column x: there are 2 values and 1 weights"},
		{"STRING", "", "enum [a], weights: [-1]", `column x: "-1" is not a weight`},
		{"STRING", "", "enum [a], weights: [0]", "column x: all weights are zero"},
		{"BOOLEAN", "", "enum [maybe]", `column x: "maybe" is neither true nor false`},
		{"INTEGER", "", "range [1, 2], distribution: poisson", `column x: there is no distribution "poisson"; there are uniform, normal, log_normal, zipf and random_walk`},
		{"INTEGER", "", "range [1, 2], distribution: zipf, exponent: 0", "column x: exponent: 0 is not above 0"},
		{"INTEGER", "", "range [1, 2], distribution: random_walk, group_by: y", "column x: there is no column y"},
		{"INTEGER", "", "range [1, 2], distribution: normal, mean: much", "column x: `mean: much` is not a number"},
		{"INTEGER", "", "range [-2, -1], distribution: log_normal", "column x: log_normal needs a range above 0"},
		{"TIMESTAMP", "", "time_start: tomorrow", `column x: time "tomorrow": expected RFC 3339, a date, now, or a distance from now such as -1h`},
		{"TIMESTAMP", "", "time_start: now, time_end: -1h", "column x: time_end -1h is before time_start"},
		{"TIMESTAMP", "", "time_start: -1x", `column x: time "-1x": expected a duration`},
		{"INTEGER", "", "range [1, 2], volatility: 3", "column x: the hint `volatility: 3` has no meaning here"},
		{"STRING", "", "range [1, 2]", "column x: the hint `range: [1, 2]` has no meaning here"},
		{"DATE", "", "sequential: true", "column x: the hint `sequential: true` has no meaning here"},
		{"INTEGER", "", "min: 2000", "column x: the range ends before it begins: 1000 is less than 2000"},
		{"ARRAY", "", "", "column x: values of type ARRAY cannot be made up without knowing what they are made of"},
		{"STRING", "derived", "1", "column x: only numbers can be derived, not STRING"},
		{"FLOAT", "derived", "x + 1", "column x depends on itself"},
		{"FLOAT", "derived", "y + 1", `column x: expression "y + 1": there is no column y`},
		{"FLOAT", "derived", "1 +", `column x: expression "1 +": expected a number, a column or ` + "`(` at the end"},
		{"FLOAT", "derived", "(1", "column x: expression \"(1\": expected `)` at the end"},
		{"FLOAT", "derived", "1 2", `column x: expression "1 2": expected an operator at "2"`},
		{"FLOAT", "derived", "sin(1)", `column x: expression "sin(1)": there is no function sin`},
		{"FLOAT", "derived", "random(1)", `column x: expression "random(1)": random takes 2 arguments, not 1`},
		{"FLOAT", "derived", "1..2", `column x: expression "1..2": expected a number at "1..2"`},
	} {
		_, err := NewSource(Options{Rows: 10, Columns: []rt.GenColumn{{Name: "x", Type: c.typ, Hints: map[string]string{c.key: c.hint}}}})
		if err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%s %s %s:\n got %v\nwant %s", c.typ, c.key, c.hint, err, c.want)
		}
	}
}

func BenchmarkRows(b *testing.B) {
	s := source(b, Options{Columns: trades})
	var c rt.Chunk
	n := 0
	for b.Loop() {
		if err := s.Poll(context.Background(), &c); err != nil {
			b.Fatal(err)
		}
		n += chunkRows
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(n), "ns/row")
}

func FuzzHints(f *testing.F) {
	for _, c := range trades {
		f.Add(c.Type, c.Hints[""], c.Hints["derived"])
	}
	f.Fuzz(func(t *testing.T, typ, hint, derived string) {
		s, err := NewSource(Options{Rows: 3, Columns: []rt.GenColumn{{Name: "x", Type: typ, Precision: 9, Scale: 2, Hints: map[string]string{"": hint, "derived": derived}}, col("y", "INTEGER", "")}})
		if err != nil {
			return
		}
		for _, l := range lines(t, s, 1) {
			if !json.Valid([]byte(l)) {
				t.Errorf("not JSON: %s", l)
			}
		}
	})
}
