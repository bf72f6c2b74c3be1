package engine_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	rt "github.com/velostream/veloc/runtime"
	"github.com/velostream/veloc/runtime/engine"
	"github.com/velostream/veloc/runtime/mem"
	"github.com/velostream/veloc/runtime/metric"
	"github.com/velostream/veloc/runtime/rttest"
)

// randomRows makes rows with some bad ones, event times that mostly go forward and sometimes far back.
func randomRows(n int, seed uint64) string {
	r := rand.New(rand.NewPCG(seed, 7))
	var b strings.Builder
	at := 100
	for range n {
		switch at += r.IntN(3); {
		case r.IntN(50) == 0:
			b.WriteString("x bad\n")
		case r.IntN(20) == 0:
			fmt.Fprintf(&b, "%c %d %d\n", 'a'+r.IntN(5), r.IntN(100)-20, max(0, at-r.IntN(60)))
		default:
			fmt.Fprintf(&b, "%c %d %d\n", 'a'+r.IntN(5), r.IntN(100)-20, at)
		}
	}
	return b.String()
}

// Whatever the number of workers and however the input is cut, a job's results are those of one pass. This is the test of the ordered
// merge, of lateness at the merge, and of the rule that workers only compute.
func TestOrderedMerge(t *testing.T) {
	rttest.NoLeaks(t)
	for _, c := range []struct {
		kind string
		how  rt.Parallelism
	}{
		{"filter", rt.ByChunk}, {"filter", rt.Ordered}, {"running", rt.Ordered}, {"sums", rt.AtEnd},
		{"windows", rt.ByChunk}, {"windows", rt.Ordered},
	} {
		for seed := range uint64(4) {
			t.Run(fmt.Sprintf("%s %d seed %d", c.kind, c.how, seed), func(t *testing.T) {
				in := randomRows(3000, seed)
				out, s := rttest.Vary(t, job(c.kind, c.how, nil, nil), map[string][]string{"in": {in}}, 12, seed)
				if out["out"] == "" || s.In != 3000 || s.Rejected != int64(strings.Count(in, "bad")) {
					t.Errorf("%+v", s)
				}
				if c.kind == "windows" && s.Late == 0 {
					t.Error("no row was late: the input tests nothing")
				}
			})
		}
	}
}

// ByChunk and Ordered are the same computation.
func TestParallelismDoesNotChangeWindows(t *testing.T) {
	in := map[string][]string{"in": {randomRows(5000, 99)}}
	a, sa := rttest.Vary(t, job("windows", rt.ByChunk, nil, nil), in, 4, 1)
	b, sb := rttest.Vary(t, job("windows", rt.Ordered, nil, nil), in, 4, 2)
	if a["out"] != b["out"] || sa != sb {
		t.Errorf("%+v\n%+v", sa, sb)
	}
}

// Rows that are rejected while they are decoded and rows that are rejected while they are applied become dead letters in the order of the
// input, however it is cut and with any number of workers.
func TestRejectedRowsOfBothStagesAreInOrder(t *testing.T) {
	rttest.NoLeaks(t)
	in := "b bad\na 400\nb two\na 500\na 300\nb bad\nc 1\na 200\n"
	for _, v := range rttest.Variations(12, 4) {
		dead := &letters{}
		j := withStrategy(job("capped", rt.Ordered, nil, nil), "SendToDLQ")
		j.Pipelines[0].Inputs[0].OnError.DeadLetter = func(*rt.Env) (rt.DeadLetter, error) { return dead, nil }
		out, _ := rttest.Run(t, j, map[string][]string{"in": {strings.Repeat(in, 3)}}, v)
		var got []string
		for _, l := range dead.got {
			got = append(got, strings.TrimSpace(string(l.Value)))
		}
		first := "b bad,b two,a 300,b bad,a 200" // a 400 and a 500 leave room for 100 more
		later := "b bad,a 400,b two,a 500,a 300,b bad,a 200"
		if want := first + "," + later + "," + later; strings.Join(got, ",") != want {
			t.Errorf("%s:\n%s\nwant:\n%s", v.Name, strings.Join(got, ","), want)
		}
		if want := "a 400\na 900\nc 1\nc 2\nc 3\n"; out["out"] != want {
			t.Errorf("%s: %q", v.Name, out["out"])
		}
	}
}

// While one chunk is being applied, each worker has decoded one and no more: a slow sink holds the source back.
func TestDecodingStaysWithinTheWorkers(t *testing.T) {
	rttest.NoLeaks(t)
	source, sink := mem.NewSource(strings.Repeat("a 1\n", 100)), mem.NewSink()
	source.ChunkRows = func() int { return 1 }
	var read, applied atomic.Int64
	source.OnPoll = func() error {
		if ahead := read.Add(1) - applied.Load(); ahead > 4 {
			return fmt.Errorf("%d chunks are under way with three workers", ahead)
		}
		return nil
	}
	j := job("running", rt.Ordered, source, sink)
	make := j.Pipelines[0].Task
	j.Pipelines[0].Task = func(env *rt.Env) (rt.Task, error) {
		base, err := make(env)
		return &countingApply{base.(*running), &applied}, err
	}
	s, err := engine.Run(t.Context(), j, engine.Options{Workers: 3})
	if err != nil || s.Out != 100 {
		t.Errorf("%+v, %v", s, err)
	}
}

type countingApply struct {
	*running
	applied *atomic.Int64
}

func (t *countingApply) Apply(c *rt.Chunk, w rt.Task) error {
	t.applied.Add(1)
	return t.running.Apply(c, w)
}

// A gauge shows the last value in the order of the input, a counter the sum, with any number of workers.
func TestMetricsFollowTheOrderOfResults(t *testing.T) {
	in := randomRows(2000, 5)
	want := ""
	for _, v := range rttest.Variations(10, 3) {
		v.Opts.Metrics = metric.NewRegistry("toy", 0)
		rttest.Run(t, job("filter", rt.ByChunk, nil, nil), map[string][]string{"in": {in}}, v)
		got := scrape(v.Opts.Metrics, "seen", "last", "velo_records")
		if want == "" {
			want = got
		}
		if got != want || !strings.Contains(got, `last{key="a"}`) || !strings.Contains(got, `velo_records_in_total{job_name="toy"} 2000`) {
			t.Fatalf("%s:\n%s\nwant:\n%s", v.Name, got, want)
		}
	}
}

func scrape(r *metric.Registry, prefixes ...string) string {
	w := httptest.NewRecorder()
	r.Handler().ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	var out strings.Builder
	for line := range strings.Lines(w.Body.String()) {
		for _, p := range prefixes {
			if strings.HasPrefix(line, p) {
				out.WriteString(line)
			}
		}
	}
	return out.String()
}

// LIMIT ends the job while the source could go on, also an unbounded one.
func TestDoneEndsTheJob(t *testing.T) {
	rttest.NoLeaks(t)
	for _, workers := range []int{1, 3} {
		source, sink := mem.NewStream(1), mem.NewSink()
		source.ChunkRows = func() int { return 3 }
		source.Push(0, strings.Repeat("k 1\n", 100))
		s, err := engine.Run(t.Context(), job("limited", rt.Ordered, source, sink), engine.Options{Workers: workers, Clock: rttest.NewClock(1)})
		if err != nil || s.Interrupted || s.Out != 7 {
			t.Errorf("%+v, %v", s, err)
		}
		if got, ok := sink.Final(); got != strings.Repeat("k 1\n", 7) || !ok {
			t.Errorf("%q, %t", got, ok)
		}
		if !source.Closed() {
			t.Error("the source was not closed")
		}
	}
}

// Two sources feed one sink; a third has nothing. All of them end before the sink does.
func TestSeveralPipelines(t *testing.T) {
	rttest.NoLeaks(t)
	sink := mem.NewSink()
	j := job("filter", rt.ByChunk, mem.NewSource(strings.Repeat("a 1\n", 500)), sink)
	j.Pipelines = append(j.Pipelines, job("filter", rt.ByChunk, mem.NewSource(strings.Repeat("b 1\n", 300)), sink).Pipelines[0],
		job("sums", rt.AtEnd, mem.NewSource(""), sink).Pipelines[0])
	s, err := engine.Run(t.Context(), j, engine.Options{Workers: 2, WriteBytes: 16})
	if err != nil || s.In != 800 || s.Out != 800 {
		t.Errorf("%+v, %v", s, err)
	}
	got, ok := sink.Final()
	if strings.Count(got, "a 1\n") != 500 || strings.Count(got, "b 1\n") != 300 || len(got) != 800*4 || !ok {
		t.Errorf("%d bytes, %t", len(got), ok)
	}
}

// The watermark of a source is the least of its active partitions'. One that was gained holds windows open until it delivers or has been
// idle; then the others go on, and without the engine reading anything.
func TestIdlePartitionReleasesWindows(t *testing.T) {
	rttest.NoLeaks(t)
	clock := rttest.NewClock(rttest.Start)
	source, sink, ledger := mem.NewStream(2), mem.NewSink(), mem.NewLedger(nil)
	j := withLedger(job("windows", rt.Ordered, source, sink), source, ledger)
	ctx, stop := context.WithCancel(t.Context())
	over := start(ctx, j, engine.Options{Workers: 1, Clock: clock})
	source.Push(0, "k 1 100\nk 2 120")
	settle(t, source, clock)
	if got := sink.Written(); got != "" {
		t.Fatalf("a window closed although partition 1 may still deliver rows of it: %q", got)
	}
	source.Push(1, "k 4 105")
	settle(t, source, clock)
	if got := sink.Written(); got != "" {
		t.Fatalf("the watermark is 100 s, so no window has closed, but: %q", got)
	}
	clock.Advance(31 * time.Second) // both partitions are silent: nothing is known, nothing closes
	source.Push(0, "k 8 131")
	settle(t, source, clock)
	if got := sink.Written(); got != "110 k 5\n" {
		t.Errorf("got %q", got)
	}
	clock.Advance(29 * time.Second)
	source.Push(1, "k 9 133") // awake again, it holds nothing back that it did not hold before
	settle(t, source, clock)
	if got := sink.Written(); got != "110 k 5\n" {
		t.Errorf("got %q", got)
	}
	stop()
	if r := <-over; r.err != nil || r.s.Interrupted {
		t.Errorf("%+v", r)
	}
}

type outcome struct {
	s   engine.Summary
	err error
}

func start(ctx context.Context, j *rt.Job, opts engine.Options) <-chan outcome {
	over := make(chan outcome, 1)
	go func() {
		s, err := engine.Run(ctx, j, opts)
		over <- outcome{s, err}
	}()
	return over
}

// settle waits until everything pushed so far is merged, and one tick of the epoch timer later.
func settle(t *testing.T, source *mem.Source, clock *rttest.Clock) {
	t.Helper()
	if err := source.Settled(t.Context()); err != nil {
		t.Fatal(err)
	}
	clock.Await(1)
	clock.Advance(200 * time.Millisecond)
	clock.Await(1) // the timer runs again when the tick is over
}
