package engine_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	rt "github.com/velostream/veloc/runtime"
	"github.com/velostream/veloc/runtime/engine"
	"github.com/velostream/veloc/runtime/mem"
	"github.com/velostream/veloc/runtime/rttest"
)

// text is a place to write messages to.
type text struct {
	mu sync.Mutex
	b  strings.Builder
}

func (w *text) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.b.Write(p)
}

func (w *text) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.b.String()
}

const goodAndBad = "a 1\nb two\nc 3\nbroken\nd 4 \xff\xfe"

func withStrategy(j *rt.Job, strategy string) *rt.Job {
	j.Pipelines[0].Inputs[0].OnError = rt.FailureSpec{Strategy: strategy, Source: "in"}
	return j
}

func TestLogAndContinue(t *testing.T) {
	var log text
	source, sink := mem.NewSource(goodAndBad), mem.NewSink()
	source.File = "in.txt"
	s, err := engine.Run(t.Context(), job("filter", rt.ByChunk, source, sink), engine.Options{Workers: 1, Stderr: &log, Clock: rttest.NewClock(rttest.Start)})
	if err != nil || s.Rejected != 3 || s.Out != 2 {
		t.Fatalf("%+v, %v", s, err)
	}
	want := `toy: warning: row rejected: in.txt:2: toy.sql:3:8: column value: 'two' is not an INTEGER [VR0102], in "b two"
toy: warning: row rejected: in.txt:4: a row has a key and a value [VR0001], in "broken"
toy: warning: row rejected: in.txt:5: column time: not a time [VR0103], in "d 4 \xff\xfe"
`
	if log.String() != want {
		t.Errorf("got:\n%s\nwant:\n%s", log.String(), want)
	}
}

// Records are found by partition and offset.
func TestRejectedRecord(t *testing.T) {
	var log text
	source, sink := mem.NewSource("a 1", "b 1\nb two"), mem.NewSink()
	source.Records = true
	_, err := engine.Run(t.Context(), job("filter", rt.ByChunk, source, sink), engine.Options{Workers: 1, Stderr: &log, Clock: rttest.NewClock(rttest.Start)})
	if err != nil || !strings.Contains(log.String(), "row rejected: in partition 1 offset 1: ") {
		t.Errorf("%v\n%s", err, log.String())
	}
}

// Ten rejected rows a minute are printed in full, the others are counted.
func TestRejectedRowsDoNotFloodTheLog(t *testing.T) {
	var log text
	clock := rttest.NewClock(rttest.Start)
	source, sink := mem.NewStream(1), mem.NewSink()
	source.ChunkRows = func() int { return 7 }
	over := start(t.Context(), job("filter", rt.ByChunk, source, sink), engine.Options{Workers: 2, Stderr: &log, Clock: clock})
	source.Push(0, strings.Repeat("bad\n", 1244))
	settle(t, source, clock)
	lines := func() []string { return strings.Split(strings.TrimSpace(log.String()), "\n") }
	if n := len(lines()); n != 10 {
		t.Errorf("%d lines", n)
	}
	clock.Await(1)
	clock.Advance(time.Minute)
	source.Push(0, "bad\nbad")
	settle(t, source, clock)
	if l := lines(); len(l) != 13 || l[10] != "toy: warning: … and 1,234 more rejected rows of in" || !strings.Contains(l[12], "row rejected") {
		t.Errorf("%d lines:\n%s", len(l), log.String())
	}
	source.Push(0, strings.Repeat("bad\n", 9))
	source.End()
	if r := <-over; r.err != nil || r.s.Rejected != 1244+2+9 {
		t.Errorf("%+v", r)
	}
	if l := lines(); l[len(l)-1] != "toy: warning: … and 1 more rejected rows of in" {
		t.Errorf("%s", l[len(l)-1])
	}
}

func TestJSONLog(t *testing.T) {
	var log text
	source, sink := mem.NewSource(goodAndBad), mem.NewSink()
	source.File = "in.txt"
	if _, err := engine.Run(t.Context(), job("filter", rt.ByChunk, source, sink), engine.Options{Stderr: &log, JSON: true, Clock: rttest.NewClock(rttest.Start)}); err != nil {
		t.Fatal(err)
	}
	first, _, _ := strings.Cut(log.String(), "\n")
	var got map[string]any
	if err := json.Unmarshal([]byte(first), &got); err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]any{"time": "2026-01-05T00:00:00Z", "level": "WARN", "job": "toy", "source": "in", "file": "in.txt",
		"line": 2.0, "offset": 4.0, "partition": 0.0, "code": "VR0102", "column": "value", "sql": "toy.sql:3:8", "value": "two", "row": `"b two"`} {
		if got[key] != want {
			t.Errorf("%s is %v, want %v", key, got[key], want)
		}
	}
}

func TestFailBatch(t *testing.T) {
	rttest.NoLeaks(t)
	for _, workers := range []int{1, 4} {
		for _, how := range []rt.Parallelism{rt.ByChunk, rt.Ordered, rt.AtEnd} {
			source, sink, ledger := mem.NewStream(1), mem.NewSink(), mem.NewLedger(nil)
			source.ChunkRows = func() int { return 1 }
			source.Push(0, strings.Repeat("a 1\n", 50)+"b two\n"+strings.Repeat("c 1\n", 50))
			j := withStrategy(withLedger(job("filter", how, source, sink), source, ledger), "FailBatch")
			_, err := engine.Run(t.Context(), j, engine.Options{Workers: workers, Clock: rttest.NewClock(1)})
			want := "in:51: toy.sql:3:8: column value: 'two' is not an INTEGER [VR0102], in \"b two\": the failure strategy is FailBatch"
			if err == nil || err.Error() != want {
				t.Errorf("%v", err)
			}
			if len(ledger.Epochs()) != 0 || sink.Written() != "" {
				t.Errorf("the failed epoch left something: %v, %q", ledger.Epochs(), sink.Written())
			}
			if _, ok := sink.Final(); ok {
				t.Error("the sink was closed as complete")
			}
		}
	}
}

func TestDeadLetterFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "dead.jsonl")
	run := func() {
		source, sink := mem.NewSource(goodAndBad), mem.NewSink()
		source.File = "in.txt"
		source.ChunkRows = func() int { return 1 }
		s, err := engine.Run(t.Context(), withStrategy(job("filter", rt.ByChunk, source, sink), "SendToDLQ"), engine.Options{
			Workers: 3, Config: map[string]string{"in.dead.letter.queue.path": "dead.jsonl"}, BaseDir: filepath.Dir(path), Clock: rttest.NewClock(rttest.Start)})
		if err != nil || s.Rejected != 3 {
			t.Fatalf("%+v, %v", s, err)
		}
	}
	run()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"error":"'two' is not an INTEGER","code":"VR0102","job":"toy","source":"in","file":"in.txt","line":2,"partition":0,"offset":4,"column":"value","value":"two","sql":"toy.sql:3:8","time":"2026-01-05T00:00:00Z","original":"b two\n"}
{"error":"a row has a key and a value","code":"VR0001","job":"toy","source":"in","file":"in.txt","line":4,"partition":0,"offset":14,"time":"2026-01-05T00:00:00Z","original":"broken\n"}
{"error":"not a time","code":"VR0103","job":"toy","source":"in","file":"in.txt","line":5,"partition":0,"offset":21,"column":"time","value":"\ufffd\ufffd","time":"2026-01-05T00:00:00Z","original_base64":"` + base64.StdEncoding.EncodeToString([]byte("d 4 \xff\xfe\n")) + `"}
`
	if string(b) != want {
		t.Errorf("got:\n%s\nwant:\n%s", b, want)
	}
	run() // the letters of an earlier run stay
	if again, _ := os.ReadFile(path); string(again) != want+want {
		t.Errorf("after a second run:\n%s", again)
	}
}

func TestDeadLetterFileWithoutLetters(t *testing.T) {
	path := filepath.Join(t.TempDir(), "dead.jsonl")
	j := withStrategy(job("filter", rt.ByChunk, mem.NewSource("a 1"), mem.NewSink()), "SendToDLQ")
	if _, err := engine.Run(t.Context(), j, engine.Options{Config: map[string]string{"in.dead.letter.queue.path": path}}); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); !os.IsNotExist(err) {
		t.Errorf("an empty file is left: %v", err)
	}
}

func TestDeadLetterFileThatCannotBeWritten(t *testing.T) {
	j := withStrategy(job("filter", rt.ByChunk, mem.NewSource("a 1"), mem.NewSink()), "SendToDLQ")
	_, err := engine.Run(t.Context(), j, engine.Options{Config: map[string]string{"in.dead.letter.queue.path": "/nowhere/dead.jsonl"}})
	if err == nil || !strings.Contains(err.Error(), "dead-letter queue of in: the dead-letter file cannot be written: open /nowhere/dead.jsonl") {
		t.Errorf("%v", err)
	}
}

// letters is a dead-letter queue as a connector supplies it.
type letters struct {
	got    []rt.Letter
	events []string
}

func (l *letters) Open(context.Context) error  { l.events = append(l.events, "open"); return nil }
func (l *letters) Flush(context.Context) error { l.events = append(l.events, "flush"); return nil }
func (l *letters) Close(context.Context) error { l.events = append(l.events, "close"); return nil }
func (l *letters) Send(_ context.Context, ls []rt.Letter) error {
	l.events = append(l.events, "send")
	for _, x := range ls {
		x.Value, x.Key = append([]byte(nil), x.Value...), append([]byte(nil), x.Key...)
		l.got = append(l.got, x)
	}
	return nil
}

// A queue of a connector gets key, headers and value of the record, and is flushed before the position behind it is committed.
func TestDeadLetterQueueOfAConnector(t *testing.T) {
	l := &letters{}
	source, sink, ledger := mem.NewSource("a 1\nb two"), mem.NewSink(), mem.NewLedger(nil)
	source.Records = true
	source.Meta = func(part int32, row int64, m *rt.Meta) {
		m.Key, m.Stamp = fmt.Appendf(nil, "key%d", row), 77
		m.Headers = []rt.Header{{Key: "h", Value: []byte("v")}}
	}
	ledger.OnCommit = func(*rt.Epoch) error { l.events = append(l.events, "commit"); return nil }
	j := withStrategy(withLedger(job("filter", rt.ByChunk, nil, sink), source, ledger), "SendToDLQ")
	j.Pipelines[0].Inputs[0].OnError.DeadLetter = func(*rt.Env) (rt.DeadLetter, error) { return l, nil }
	if _, err := engine.Run(t.Context(), j, engine.Options{Workers: 1}); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(l.events, " "); got != "open send flush commit close" {
		t.Errorf("events: %s", got)
	}
	x := l.got[0]
	if !x.Record || x.Offset != 1 || string(x.Key) != "key1" || x.RecordTime != 77 || string(x.Value) != "b two" || x.Headers[0].Key != "h" || x.Err.Code != "VR0102" {
		t.Errorf("%+v", x)
	}
}

// Writes, flushes and commits are tried again with growing pauses.
func TestRetryWithBackoff(t *testing.T) {
	rttest.NoLeaks(t)
	for _, c := range []struct {
		name  string
		fails int32
		ok    bool
	}{{"recovers", 3, true}, {"gives up", 4, false}} {
		clock := rttest.NewClock(rttest.Start)
		var log text
		source, sink := mem.NewSource("a 1"), mem.NewSink()
		var tries atomic.Int32
		failed := make(chan struct{}, 4)
		sink.OnWrite = func() error {
			if tries.Add(1) <= c.fails {
				failed <- struct{}{}
				return errors.New("no route to host")
			}
			return nil
		}
		j := withStrategy(job("filter", rt.ByChunk, source, sink), "RetryWithBackoff")
		over := start(t.Context(), j, engine.Options{Workers: 1, Clock: clock, Stderr: &log,
			Config: map[string]string{"in.max_retries": "3", "in.retry_backoff": "1s"}})
		for _, pause := range []time.Duration{time.Second, 2 * time.Second, 4 * time.Second} {
			<-failed // the input has ended by then, so that the only timer is the pause
			clock.Await(1)
			clock.Advance(pause)
		}
		r := <-over
		if c.ok && (r.err != nil || sink.Written() != "a 1\n") {
			t.Errorf("%s: %v", c.name, r.err)
		}
		if !c.ok && (r.err == nil || r.err.Error() != "sink out: no route to host (given up after 4 attempts)") {
			t.Errorf("%s: %v", c.name, r.err)
		}
		if !strings.Contains(log.String(), "writing to sink out failed, attempt 4 of 4 follows in 4s: sink out: no route to host") {
			t.Errorf("%s: log:\n%s", c.name, log.String())
		}
	}
}

func TestOtherStrategiesDoNotRetry(t *testing.T) {
	sink := mem.NewSink()
	var n atomic.Int32
	sink.OnWrite = func() error { n.Add(1); return errors.New("disk full") }
	_, err := engine.Run(t.Context(), job("filter", rt.ByChunk, mem.NewSource("a 1"), sink), engine.Options{})
	if err == nil || err.Error() != "sink out: disk full" || n.Load() != 1 {
		t.Errorf("%v after %d attempts", err, n.Load())
	}
}

func TestPanicIsReportedAsABug(t *testing.T) {
	rttest.NoLeaks(t)
	for _, how := range []rt.Parallelism{rt.Ordered, rt.ByChunk, rt.AtEnd} {
		sink := mem.NewSink()
		_, err := engine.Run(t.Context(), job("broken", how, mem.NewSource("a 1\npanic 5"), sink), engine.Options{Workers: 3})
		if err == nil {
			t.Fatal("no error")
		}
		for _, want := range []string{"bug: job toy: processing rows of in: runtime error: index out of range [5] with length 0", "brokenTask", "toy_test.go:", "report"} {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%v\nlacks %q", err, want)
			}
		}
		if _, ok := sink.Final(); ok {
			t.Error("the sink was closed as complete")
		}
	}
}

func TestSourceThatFails(t *testing.T) {
	source := mem.NewSource("a 1")
	source.OnPoll = func() error { return errors.New("read in.csv: input/output error") }
	_, err := engine.Run(t.Context(), job("filter", rt.ByChunk, source, mem.NewSink()), engine.Options{Workers: 2})
	if err == nil || err.Error() != "source in: read in.csv: input/output error" {
		t.Errorf("%v", err)
	}
}

// refusing is a source that cannot make a row of some bytes.
type refusing struct{ *mem.Source }

func (r refusing) Poll(ctx context.Context, c *rt.Chunk) error {
	err := r.Source.Poll(ctx, c)
	if err == nil && c.Seq == 0 {
		c.Rejects = append(c.Rejects, rt.Reject{Row: -1, Chunk: rt.ChunkRef{File: "in.txt", Offset: 900, Line: 77}, Data: []byte("so long"),
			Err: &rt.RowError{Code: "VR0301", Msg: "the row is too long"}})
	}
	return err
}

// Rows that the source refuses and results that cannot be computed count and are reported like rows that fail.
func TestRowsThatNoTaskRejects(t *testing.T) {
	for _, how := range []rt.Parallelism{rt.Ordered, rt.ByChunk, rt.AtEnd} {
		for _, workers := range []int{1, 2} {
			var log text
			j := withLedger(job("sums", how, nil, mem.NewSink()), refusing{mem.NewSource("a 1\nb 2")}, nil)
			make := j.Pipelines[0].Task
			j.Pipelines[0].Task = func(env *rt.Env) (rt.Task, error) {
				env.Log("the broker is away")
				base, err := make(env)
				return &overflowing{base.(*sums)}, err
			}
			s, err := engine.Run(t.Context(), j, engine.Options{Workers: workers, Stderr: &log, Clock: rttest.NewClock(rttest.Start)})
			if err != nil || s.In != 3 || s.Rejected != 2 {
				t.Errorf("%+v, %v", s, err)
			}
			for _, want := range []string{"toy: warning: the broker is away\n", "toy: warning: row rejected: in.txt:77: the row is too long [VR0301], in \"so long\"\n",
				"toy: warning: row rejected: a result of in: column total: overflow [VR0201]\n"} {
				if !strings.Contains(log.String(), want) {
					t.Errorf("the log lacks %q:\n%s", want, log.String())
				}
			}
		}
	}
}

type overflowing struct{ *sums }

func (o *overflowing) Merge(w rt.Task) error { return o.sums.Merge(w.(*overflowing).sums) }

func (o *overflowing) Finish() error {
	o.tally.RejectResult(&rt.RowError{Code: "VR0201", Column: "total", Msg: "overflow"})
	return o.sums.Finish()
}
