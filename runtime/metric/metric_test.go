package metric

import (
	"fmt"
	"math"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"unsafe"

	rt "github.com/velostream/veloc/runtime"
)

// tradeLabels is a label key as generated code writes it.
type tradeLabels struct {
	Symbol string
	Side   rt.Null[string]
}

func (k *tradeLabels) render(l *Labels) {
	l.String(&k.Symbol)
	if k.Side.Valid {
		l.String(&k.Side.V)
	} else {
		l.Null()
	}
}

type noLabels struct{}

func (k *noLabels) render(*Labels) {}

type floatLabel struct{ F float64 }

func (k *floatLabel) render(l *Labels) { l.Float(k.F) }

// exposed returns the exposition lines of metrics whose name starts with prefix, as a scraper gets them.
func exposed(t *testing.T, r *Registry, prefix string) string {
	t.Helper()
	w := httptest.NewRecorder()
	r.Handler().ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	var out []string
	for line := range strings.Lines(w.Body.String()) {
		if strings.HasPrefix(line, prefix) {
			out = append(out, strings.TrimSpace(line))
		}
	}
	return strings.Join(out, "\n")
}

func testSet(limit int) *Set {
	return NewSet(&rt.Env{Metrics: NewRegistry("job", limit)})
}

func want(t *testing.T, got, want string) {
	t.Helper()
	if want = strings.TrimSpace(want); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}

func TestCounter(t *testing.T) {
	s := testSet(0)
	c := NewCounter(s, Desc{Name: "trade_count", Labels: []string{"symbol", "side"}}, (*tradeLabels).render)
	buy := tradeLabels{"ACME", rt.Some("BUY")}
	c.Add(buy, 1)
	c.Add(buy, 2.5)
	c.Add(tradeLabels{Symbol: "ACME"}, 1) // NULL
	c.Add(buy, -1)                        // none of these is an increase
	c.Add(buy, 0)
	c.Add(buy, math.NaN())
	c.Add(buy, math.Inf(1))
	want(t, exposed(t, s.Registry(), "trade_count"), "") // nothing shows before the flush
	s.Flush()
	s.Flush()
	want(t, exposed(t, s.Registry(), "trade_count"), `
trade_count{side="BUY",symbol="ACME"} 3.5
trade_count{side="unknown",symbol="ACME"} 1`)
}

func TestGaugeShowsTheLastValueInFlushOrder(t *testing.T) {
	r := NewRegistry("job", 0)
	env := &rt.Env{Metrics: r}
	a, b := NewSet(env), NewSet(env)
	d := Desc{Name: "price", Labels: []string{"symbol", "side"}}
	ga, gb := NewGauge(a, d, (*tradeLabels).render), NewGauge(b, d, (*tradeLabels).render)
	k := tradeLabels{Symbol: "X"}
	gb.Set(k, 2) // earlier in time, later in order
	ga.Set(k, 7)
	ga.Set(k, 1)
	ga.Set(tradeLabels{Symbol: " X "}, 1.5) // renders like X, so it is the same series
	a.Flush()
	want(t, exposed(t, r, "price{"), `price{side="unknown",symbol="X"} 1.5`)
	b.Flush()
	want(t, exposed(t, r, "price{"), `price{side="unknown",symbol="X"} 2`)
}

func TestHistogram(t *testing.T) {
	s := testSet(0)
	h := NewHistogram(s, Desc{Name: "size", Buckets: []float64{1, 10}}, (*noLabels).render)
	for _, v := range []float64{0.5, 1, 1.5, 10, 11, math.NaN()} {
		h.Observe(noLabels{}, v)
	}
	s.Flush()
	h.Observe(noLabels{}, 1)
	s.Flush()
	want(t, exposed(t, s.Registry(), "size"), `
size_bucket{le="1"} 3
size_bucket{le="10"} 5
size_bucket{le="+Inf"} 6
size_sum 25
size_count 6`)
}

func TestHistogramDefaultBuckets(t *testing.T) {
	s := testSet(0)
	NewHistogram(s, Desc{Name: "seconds"}, (*noLabels).render).Observe(noLabels{}, .02)
	s.Flush()
	if got := strings.Count(exposed(t, s.Registry(), "seconds_bucket"), "\n") + 1; got != len(DefaultBuckets)+1 {
		t.Errorf("%d buckets, want %d", got, len(DefaultBuckets)+1)
	}
}

func TestLabelText(t *testing.T) {
	long := strings.Repeat("ü", 1025)
	for _, c := range []struct {
		name string
		draw func(l *Labels)
		want string
	}{
		{"plain", func(l *Labels) { l.Text("ACME") }, "ACME"},
		{"empty", func(l *Labels) { l.Text("") }, ""},
		{"controls become spaces, ends are trimmed", func(l *Labels) { l.Text("\ta\nb\x7fc ") }, "a b c"},
		{"quotes and backslashes stay: the exposition format escapes them once", func(l *Labels) { l.Text(`a"b\c`) }, `a"b\c`},
		{"not UTF-8", func(l *Labels) { l.Text("a\xffb") }, "a\ufffdb"},
		{"1024 characters fit", func(l *Labels) { l.Text(long[2:]) }, long[2:]},
		{"longer ones are cut", func(l *Labels) { l.Text(long) }, strings.Repeat("ü", 1021) + "..."},
		{"NULL", (*Labels).Null, "unknown"},
		{"int", func(l *Labels) { l.Int(math.MinInt64) }, "-9223372036854775808"},
		{"float", func(l *Labels) { l.Float(1.5) }, "1.5"},
		{"float, whole", func(l *Labels) { l.Float(100) }, "100"},
		{"float, six decimals", func(l *Labels) { l.Float(1.0 / 3) }, "0.333333"},
		{"float, no minus zero", func(l *Labels) { l.Float(-1e-9) }, "0"},
		{"NaN", func(l *Labels) { l.Float(math.NaN()) }, "unknown"},
		{"infinity", func(l *Labels) { l.Float(math.Inf(-1)) }, "unknown"},
		{"decimal", func(l *Labels) { l.Decimal(12345, 2) }, "123.45"},
		{"decimal, zeros cut", func(l *Labels) { l.Decimal(12300, 4) }, "1.23"},
		{"decimal, whole", func(l *Labels) { l.Decimal(1200, 2) }, "12"},
		{"decimal below one", func(l *Labels) { l.Decimal(-5, 3) }, "-0.005"},
		{"decimal of scale 0", func(l *Labels) { l.Decimal(100, 0) }, "100"},
		{"decimal, smallest", func(l *Labels) { l.Decimal(math.MinInt64, 18) }, "-9.223372036854775808"},
		{"decimal zero", func(l *Labels) { l.Decimal(0, 2) }, "0"},
		{"boolean", func(l *Labels) { l.Bool(true) }, "true"},
		{"timestamp", func(l *Labels) { l.Timestamp(1767571200_123456789) }, "2026-01-05 00:00:00"},
		{"date", func(l *Labels) { l.Date(-1) }, "1969-12-31"},
	} {
		var l Labels
		c.draw(&l)
		if got := l.values(); len(got) != 1 || got[0] != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

// Keys are views of memory that is used again: what is kept must be a copy.
func TestKeysAreCopied(t *testing.T) {
	s := testSet(0)
	c := NewCounter(s, Desc{Name: "n", Labels: []string{"symbol", "side"}}, (*tradeLabels).render)
	chunk := make([]byte, 1)
	for _, name := range []byte("ABA") {
		chunk[0] = name
		c.Add(tradeLabels{Symbol: unsafe.String(&chunk[0], 1)}, 1)
	}
	chunk[0] = '?'
	c.Add(tradeLabels{Symbol: "A"}, 1)
	s.Flush()
	want(t, exposed(t, s.Registry(), "n{"), `
n{side="unknown",symbol="A"} 3
n{side="unknown",symbol="B"} 1`)
}

// A NaN is never equal to itself as a map key; the series must still be one and memory must not grow.
func TestNaNKey(t *testing.T) {
	s := testSet(0)
	c := NewCounter(s, Desc{Name: "n", Labels: []string{"f"}}, (*floatLabel).render)
	for range 5 {
		c.Add(floatLabel{math.NaN()}, 1)
	}
	s.Flush()
	want(t, exposed(t, s.Registry(), "n{"), `n{f="unknown"} 5`)
	if len(c.byKey) != 0 || len(c.byText) != 1 {
		t.Errorf("%d keys, %d texts kept", len(c.byKey), len(c.byText))
	}
}

func TestCardinalityLimit(t *testing.T) {
	s := testSet(2)
	c := NewCounter(s, Desc{Name: "n", Labels: []string{"f"}}, (*floatLabel).render)
	for i := range 5 { // before the first flush nobody knows the limit is met
		c.Add(floatLabel{float64(i)}, 1)
	}
	s.Flush()
	for i := range 5 {
		c.Add(floatLabel{float64(i)}, 1) // 0, 1 admitted, 2..4 known as refused
		c.Add(floatLabel{float64(i + 100)}, 1)
	}
	s.Flush()
	want(t, exposed(t, s.Registry(), "n{"), "n{f=\"0\"} 2\nn{f=\"1\"} 2")
	want(t, exposed(t, s.Registry(), "velo_metric_overflow_total"), `velo_metric_overflow_total{job_name="job",metric="n"} 11`)
	if len(c.byKey) != 5 {
		t.Errorf("%d keys kept, want the five from before the limit was met", len(c.byKey))
	}
}

// Which label sets are admitted depends on the order of flushes, not on which task was faster.
func TestCardinalityLimitFollowsFlushOrder(t *testing.T) {
	r := NewRegistry("job", 2)
	d := Desc{Name: "n", Labels: []string{"f"}}
	var sets [3]*Set
	var counters [3]Counter[floatLabel]
	var wg sync.WaitGroup
	for i := range sets {
		sets[i] = NewSet(&rt.Env{Metrics: r})
		counters[i] = NewCounter(sets[i], d, (*floatLabel).render)
		wg.Go(func() { counters[i].Add(floatLabel{float64(i)}, 1) })
	}
	wg.Wait()
	for _, i := range []int{2, 0, 1} {
		sets[i].Flush()
	}
	want(t, exposed(t, r, "n{"), "n{f=\"0\"} 1\nn{f=\"2\"} 1")
}

func TestConflictingDeclarations(t *testing.T) {
	for _, c := range []struct {
		name    string
		declare func(s *Set)
		want    string
	}{
		{"other type", func(s *Set) { NewGauge(s, Desc{Name: "m"}, (*noLabels).render).Set(noLabels{}, 1) }, "metric m is declared as counter and as gauge"},
		{"other labels", func(s *Set) {
			NewCounter(s, Desc{Name: "m", Labels: []string{"f"}}, (*floatLabel).render).Add(floatLabel{1}, 1)
		}, "metric m is declared with labels [] and with labels [f]"},
		{"built-in", func(s *Set) { NewCounter(s, Desc{Name: "velo_records_in_total"}, (*noLabels).render) }, "metric velo_records_in_total cannot be registered"},
		{"the same again", func(s *Set) { NewCounter(s, Desc{Name: "m"}, (*noLabels).render) }, ""},
	} {
		s := testSet(0)
		NewCounter(s, Desc{Name: "m"}, (*noLabels).render)
		c.declare(s)
		s.Flush()
		err := s.Err()
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
}

func TestSampleIsAFunctionOfTheRow(t *testing.T) {
	s, again := testSet(0), testSet(0)
	d := Desc{Name: "m", Rate: 0.25}
	c, c2 := NewCounter(s, d, (*noLabels).render), NewCounter(again, d, (*noLabels).render)
	all := NewCounter(s, Desc{Name: "all", Rate: 1}, (*noLabels).render)
	n := 0
	for i := range int64(100_000) {
		row := RowID(3, i*160)
		if c.Sampled(row) != c2.Sampled(row) {
			t.Fatal("two tasks disagree")
		}
		if c.Sampled(row) {
			n++
		}
		if !all.Sampled(row) {
			t.Fatal("a rate of 1 leaves rows out")
		}
	}
	if n < 24_000 || n > 26_000 {
		t.Errorf("%d of 100000 rows for a rate of 0.25", n)
	}
	if s.Emitted() != 1 || s.Emitted() != 2 {
		t.Error("emitted rows are not numbered")
	}
}

func TestBuiltins(t *testing.T) {
	r := NewRegistry("prices", 0)
	r.Count(&rt.Tally{In: 10, Out: 5, Filtered: 2, Late: 1, Rejected: 2, DivByZero: 3})
	r.Count(&rt.Tally{In: 1})
	want(t, exposed(t, r, "velo_"), `
velo_division_by_zero_total{job_name="prices"} 3
velo_records_filtered_total{job_name="prices"} 2
velo_records_in_total{job_name="prices"} 11
velo_records_late_total{job_name="prices"} 1
velo_records_out_total{job_name="prices"} 5
velo_records_rejected_total{job_name="prices"} 2`)
	if exposed(t, r, "go_goroutines") == "" {
		t.Error("the Go collector is missing")
	}
}

// Scrapes come at any time; the row path has no lock for them to wait for.
func TestScrapeWhileTasksRun(t *testing.T) {
	r := NewRegistry("job", 50)
	var wg sync.WaitGroup
	for range 4 {
		s := NewSet(&rt.Env{Metrics: r})
		c := NewCounter(s, Desc{Name: "n", Labels: []string{"f"}}, (*floatLabel).render)
		wg.Go(func() {
			for i := range 2000 {
				c.Add(floatLabel{float64(i % 70)}, 1)
				if i%7 == 0 {
					s.Flush()
				}
			}
			s.Flush()
		})
	}
	for range 20 {
		exposed(t, r, "n")
	}
	wg.Wait()
	total := 0.0
	for line := range strings.Lines(exposed(t, r, "n{") + "\n" + exposed(t, r, "velo_metric_overflow_total")) {
		var v float64
		fmt.Sscan(line[strings.LastIndexByte(line, ' '):], &v)
		total += v
	}
	if total != 8000 {
		t.Errorf("series and overflow sum to %v, want 8000", total)
	}
}

func TestRepeatedLabelSetsDoNotAllocate(t *testing.T) {
	s := testSet(3)
	d := Desc{Labels: []string{"symbol", "side"}}
	d.Name = "c"
	c := NewCounter(s, d, (*tradeLabels).render)
	d.Name = "g"
	g := NewGauge(s, d, (*tradeLabels).render)
	d.Name = "h"
	h := NewHistogram(s, d, (*tradeLabels).render)
	keys := []tradeLabels{{"A", rt.Some("B")}, {"B", rt.Some("S")}, {Symbol: "C"}}
	stranger := tradeLabels{Symbol: "one too many"}
	row := func() {
		for _, k := range keys {
			c.Add(k, 1)
			g.Set(k, 2)
			h.Observe(k, 3)
		}
	}
	row()
	s.Flush()
	c.Add(stranger, 1)
	if n := testing.AllocsPerRun(100, func() { row(); s.Flush() }); n != 0 {
		t.Errorf("%v allocations for known label sets", n)
	}
	if n := testing.AllocsPerRun(100, func() { c.Add(stranger, 1); s.Flush() }); n != 0 {
		t.Errorf("%v allocations for a refused label set", n)
	}
}

func BenchmarkCounterAdd(b *testing.B) {
	s := testSet(0)
	c := NewCounter(s, Desc{Name: "c", Labels: []string{"symbol", "side"}}, (*tradeLabels).render)
	keys := make([]tradeLabels, 500)
	for i := range keys {
		keys[i] = tradeLabels{Symbol: fmt.Sprintf("SYM%d", i), Side: rt.Some("BUY")}
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		c.Add(keys[i%500], 1)
		if i%8192 == 0 {
			s.Flush()
		}
	}
}
