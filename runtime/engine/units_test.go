package engine

import (
	"context"
	"io"
	"math"
	"net"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	rt "github.com/velostream/veloc/runtime"
)

func TestProgressLine(t *testing.T) {
	for _, c := range []struct {
		name                 string
		rows, rejected       int64
		perSecond            float64
		read, total, elapsed int64
		want                 string
	}{
		{"file", 1234567, 3, 1e6, 512 << 20, 1 << 30, 10, " 50%  1,234,567 rows  1,000,000 rows/s  512.0 MiB of 1.0 GiB  3 rejected  10s left"},
		{"pipe", 10, 0, 5, 2048, 0, 2, "10 rows  5 rows/s  2.0 KiB"},
		{"queue", 10, 0, 5, 0, 0, 2, "10 rows  5 rows/s"},
		{"end", 10, 0, 5, 100, 100, 2, "100%  10 rows  5 rows/s  100 B of 100 B"},
	} {
		if got := progressLine(c.rows, c.rejected, c.perSecond, c.read, c.total, time.Duration(c.elapsed)*time.Second); got != c.want {
			t.Errorf("%s:\n got %q\nwant %q", c.name, got, c.want)
		}
	}
}

func TestMeterForgetsOldSamples(t *testing.T) {
	var m meter
	if m.perSecond() != 0 {
		t.Error("a rate without samples")
	}
	for i := range int64(20) {
		n := i * 100
		if i > 10 {
			n = 1000 + (i-10)*10
		}
		m.add(i*int64(time.Second), n)
	}
	if got := m.perSecond(); got != 10 {
		t.Errorf("%v rows/s, want the latest rate, 10", got)
	}
}

func TestNumbersForPeople(t *testing.T) {
	for n, want := range map[int64]string{0: "0", 999: "999", 1000: "1,000", -1000: "-1,000", -100: "-100", 1234567: "1,234,567", math.MinInt64: "-9,223,372,036,854,775,808"} {
		if got := count(n); got != want {
			t.Errorf("count(%d) is %s, want %s", n, got, want)
		}
	}
	for n, want := range map[int64]string{0: "0 B", 1023: "1023 B", 1536: "1.5 KiB", 5 << 40: "5.0 TiB"} {
		if got := size(n); got != want {
			t.Errorf("size(%d) is %s, want %s", n, got, want)
		}
	}
	s := Summary{In: 2000, Out: 1, DivByZero: 4, Elapsed: 2 * time.Second}
	if got, want := s.String(), "2,000 rows in, 1 out, 0 filtered, 0 rejected, 0 late, 4 divisions by zero in 2s (1,000 rows/s)"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// A message never runs into the progress line: the line is erased before, and drawn again later.
func TestMessagesEraseTheProgressLine(t *testing.T) {
	var w strings.Builder
	l := newLogger("j", SystemClock(), &w, false)
	l.draw("10%")
	l.draw("20%")
	l.info("hello")
	l.draw("")
	if got, want := w.String(), "10%\r\x1b[K20%\r\x1b[Kj: hello\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestWatermarks(t *testing.T) {
	const s = int64(time.Second)
	w := newWatermarks(rt.TimeSpec{EventTime: true, Bound: 5 * s, Idle: 30 * s})
	check := func(step string, now, want int64) {
		t.Helper()
		if got := w.current(now); got != want {
			t.Errorf("%s: watermark %d s, want %d s", step, got/s, want/s)
		}
	}
	none := int64(math.MinInt64)
	check("nothing known", 0, none)
	w.gain([]int32{0, 1}, 0)
	w.observe(0, 100*s, 1*s)
	check("1 was gained and may deliver anything", 1*s, none)
	w.observe(1, 50*s, 2*s)
	check("the least", 2*s, 45*s)
	if own, others := w.before(0, 2*s); own != 100*s || others != 45*s {
		t.Errorf("before 0: %d, %d", own, others)
	}
	w.observe(0, 90*s, 3*s)
	if own, _ := w.before(0, 3*s); own != 100*s {
		t.Errorf("a maximum fell to %d", own)
	}
	check("1 is silent for 30 s", 32*s, 95*s)
	check("and 0, too: nobody is waited for", 33*s, 95*s)
	w.observe(1, 51*s, 34*s)
	check("1 is back", 34*s, 46*s)
	w.observe(2, 10*s, 34*s)
	check("a partition that nobody gained counts from its first row", 34*s, 5*s)
	w.lose([]int32{1, 2})
	w.observe(0, none, 35*s)
	check("rows without a time keep a partition awake", 35*s, 95*s)
	if _, others := w.before(0, 35*s); others != math.MaxInt64 {
		t.Errorf("no others: %d", others)
	}
	never := newWatermarks(rt.TimeSpec{EventTime: true})
	never.gain([]int32{0}, 0)
	never.observe(1, s, 0)
	if got := never.current(math.MaxInt64); got != none {
		t.Errorf("without an idle time partitions are never excluded, but the watermark is %d", got)
	}
}

func TestReachableAddress(t *testing.T) {
	for _, c := range []struct{ asked, at, want string }{
		{":9090", "[::]:9090", "localhost:9090"},
		{"0.0.0.0:0", "0.0.0.0:41234", "localhost:41234"},
		{"[::]:9090", "[::]:9090", "localhost:9090"},
		{"127.0.0.1:0", "127.0.0.1:41234", "127.0.0.1:41234"},
		{"metrics.internal:http", "10.0.0.7:80", "metrics.internal:80"},
		{"[::1]:9090", "[::1]:9090", "[::1]:9090"},
	} {
		at, err := net.ResolveTCPAddr("tcp", c.at)
		if err != nil {
			t.Fatal(err)
		}
		if got := reachable(c.asked, at); got != c.want {
			t.Errorf("%s: %s, want %s", c.asked, got, c.want)
		}
	}
}

// endless delivers the same chunk n times.
type endless struct {
	rt.Source
	data []byte
	n    int64
	next chan int64
}

func (e *endless) Open(context.Context, rt.Ownership) error { return nil }
func (e *endless) Close() error                             { return nil }
func (e *endless) Progress() (int64, int64)                 { return 0, 0 }
func (e *endless) Bounded() bool                            { return true }
func (e *endless) Poll(_ context.Context, c *rt.Chunk) error {
	seq := <-e.next
	if seq >= e.n {
		e.next <- seq
		return io.EOF
	}
	c.Seq, c.Data, c.Next = seq, e.data, rt.Position(seq+1)
	e.next <- seq + 1
	return nil
}

// idleTask counts chunks.
type idleTask struct {
	tally rt.Tally
	outs  []*rt.Output
}

func (t *idleTask) Process(c *rt.Chunk) error          { t.tally.In++; t.tally.MaxEvent = c.Seq; return nil }
func (t *idleTask) Merge(rt.Task) error                { return nil }
func (t *idleTask) Decode(*rt.Chunk) error             { return nil }
func (t *idleTask) Apply(c *rt.Chunk, _ rt.Task) error { return t.Process(c) }
func (t *idleTask) Advance(int64) error                { return nil }
func (t *idleTask) Finish() error                      { return nil }
func (t *idleTask) Outputs() []*rt.Output              { return t.outs }
func (t *idleTask) Tally() *rt.Tally                   { return &t.tally }

func idleJob(n int64, how rt.Parallelism) *rt.Job {
	return &rt.Job{Name: "idle", Pipelines: []rt.Pipeline{{Parallelism: how,
		Inputs: []rt.Input{{Source: "in", Time: rt.TimeSpec{EventTime: true},
			New: func(*rt.Env) (rt.Source, rt.Ledger, error) {
				e := &endless{data: []byte("x\n"), n: n, next: make(chan int64, 1)}
				e.next <- 0
				return e, nil, nil
			}}},
		Task: func(*rt.Env) (rt.Task, error) { return &idleTask{}, nil }}}}
}

// The engine's own work on a chunk allocates nothing, in every way of running.
func TestNoAllocationPerChunk(t *testing.T) {
	for _, how := range []rt.Parallelism{rt.Ordered, rt.ByChunk, rt.AtEnd} {
		for _, workers := range []int{1, 3} {
			mallocs := func(n int64) uint64 {
				var a, b runtime.MemStats
				runtime.ReadMemStats(&a)
				if _, err := Run(context.Background(), idleJob(n, how), Options{Workers: workers}); err != nil {
					t.Fatal(err)
				}
				runtime.ReadMemStats(&b)
				return b.Mallocs - a.Mallocs
			}
			few, many := mallocs(1000), mallocs(21000)
			if many > few+1000 {
				t.Errorf("parallelism %d, %d workers: 20000 chunks more cost %d allocations more", how, workers, many-few)
			}
		}
	}
}

func BenchmarkChunk(b *testing.B) {
	for name, how := range map[string]rt.Parallelism{"ordered": rt.Ordered, "by chunk": rt.ByChunk, "at end": rt.AtEnd} {
		b.Run(name, func(b *testing.B) {
			if _, err := Run(context.Background(), idleJob(int64(b.N), how), Options{}); err != nil {
				b.Fatal(err)
			}
		})
	}
}

// Letters of pipelines that name the same file go to the same file.
func TestSharedLetterFile(t *testing.T) {
	r := &run{files: map[string]*letterFile{}}
	path := t.TempDir() + "/dead.jsonl"
	a, b := r.letterFile(path), r.letterFile(path)
	ctx := context.Background()
	for _, f := range []*letterFile{a, b} {
		if err := f.Open(ctx); err != nil {
			t.Fatal(err)
		}
	}
	letter := rt.Letter{Source: "a", Value: []byte("x"), Key: []byte("\xff"), Err: &rt.RowError{Msg: "no"}}
	if err := a.Send(ctx, []rt.Letter{letter}); err != nil {
		t.Fatal(err)
	}
	if err := a.Close(ctx); err != nil {
		t.Fatal(err)
	}
	letter.Source = "b"
	if err := b.Send(ctx, []rt.Letter{letter}); err != nil {
		t.Fatalf("the file was closed under the second pipeline: %v", err)
	}
	if err := b.Close(ctx); err != nil {
		t.Fatal(err)
	}
	got, _ := os.ReadFile(path)
	if n := strings.Count(string(got), `"key_base64":"/w=="`); n != 2 {
		t.Errorf("%s", got)
	}
}
