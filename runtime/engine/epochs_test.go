package engine_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	rt "github.com/velostream/veloc/runtime"
	"github.com/velostream/veloc/runtime/engine"
	"github.com/velostream/veloc/runtime/mem"
	"github.com/velostream/veloc/runtime/rttest"
)

// A commit stores the positions behind what was merged, after the output of it was flushed.
func TestEpochs(t *testing.T) {
	rttest.NoLeaks(t)
	for _, workers := range []int{1, 3} {
		clock := rttest.NewClock(rttest.Start)
		source, sink, ledger := mem.NewStream(2), mem.NewSink(), mem.NewLedger(nil)
		ledger.OnCommit = func(e *rt.Epoch) error {
			if !ledger.Open() {
				t.Errorf("epoch %d was not begun", e.Number)
			}
			if sink.Flushed() != sink.Written() {
				t.Errorf("epoch %d is committed before its output is durable", e.Number)
			}
			return nil
		}
		ctx, stop := context.WithCancel(t.Context())
		over := start(ctx, withLedger(job("filter", rt.ByChunk, source, sink), source, ledger), engine.Options{Workers: workers, Clock: clock})
		source.Push(0, "a 1\nb 0\nc 3")
		source.Push(1, "d 4")
		settle(t, source, clock)
		settle(t, source, clock) // no news: no commit
		source.Push(1, "e 5")
		if err := source.Settled(t.Context()); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(sink.Flushed(), "e 5") {
			t.Error("flushed before the epoch is over")
		}
		stop() // ends the epoch, too: an unbounded source is stopped, not interrupted
		if r := <-over; r.err != nil || r.s.Interrupted || r.s.In != 5 || r.s.Filtered != 1 {
			t.Errorf("%+v", r)
		}
		var got []string
		for _, e := range ledger.Epochs() {
			got = append(got, fmt.Sprint(e.Number, e.Positions))
		}
		if want := []string{"1 map[0:12 1:4]", "2 map[0:12 1:8]"}; !slices.Equal(got, want) {
			t.Errorf("%d workers: epochs %v, want %v", workers, got, want)
		}
		if got, ok := sink.Final(); !ok || !strings.HasSuffix(got, "e 5\n") {
			t.Errorf("%q, %t", got, ok)
		}
	}
}

// Much input ends an epoch before its time.
func TestEpochEndsByBytes(t *testing.T) {
	source, sink, ledger := mem.NewStream(1), mem.NewSink(), mem.NewLedger(nil)
	source.ChunkRows = func() int { return 1 }
	ctx, stop := context.WithCancel(t.Context())
	over := start(ctx, withLedger(job("filter", rt.ByChunk, source, sink), source, ledger),
		engine.Options{Workers: 2, Clock: rttest.NewClock(1), EpochBytes: 10})
	source.Push(0, strings.Repeat("a 1\n", 6)) // 4 bytes a row: 3 rows fill an epoch
	if err := source.Settled(t.Context()); err != nil {
		t.Fatal(err)
	}
	stop()
	<-over
	var got []rt.Position
	for _, e := range ledger.Epochs() {
		got = append(got, e.Positions[0])
	}
	if want := []rt.Position{12, 24}; !slices.Equal(got, want) {
		t.Errorf("committed at %v, want %v", got, want)
	}
}

// A run goes on from the checkpoint that the last one left.
func TestRestore(t *testing.T) {
	source, sink := mem.NewSource("a 1\nb 2\nc 3", "x 7\ny 8"), mem.NewSink()
	ledger := mem.NewLedger(&rt.Checkpoint{Number: 41, Positions: map[int32]rt.Position{0: 8}})
	_, err := engine.Run(t.Context(), withLedger(job("filter", rt.ByChunk, source, sink), source, ledger), engine.Options{Workers: 1})
	if err != nil {
		t.Fatal(err)
	}
	if got := sink.Written(); got != "c 3\nx 7\ny 8\n" {
		t.Errorf("%q", got)
	}
	if ledger.Open() {
		t.Error("an epoch was begun after the last one")
	}
	last := ledger.Epochs()[1]
	if last.Number != 42 || !maps.Equal(last.Positions, map[int32]rt.Position{0: 12, 1: 8}) {
		t.Errorf("%+v", last)
	}
}

// Killed anywhere and started again, a job loses no row: what a commit covers is in the flushed output. (Rows after the last commit
// come twice: at least once.)
func TestCrashLosesNothing(t *testing.T) {
	rows := []string{}
	for i := range 60 {
		rows = append(rows, fmt.Sprintf("k%d 1", i))
	}
	for crash := 1; crash < 12; crash++ {
		ledger := mem.NewLedger(nil)
		survived := ""
		for run := 0; run < 3; run++ {
			source, sink := mem.NewSource(strings.Join(rows, "\n")), mem.NewSink()
			source.ChunkRows = func() int { return 3 }
			var calls atomic.Int32
			fail := func() error {
				if run < 2 && calls.Add(1) == int32(crash*(run+1)) {
					return errors.New("power failure")
				}
				return nil
			}
			sink.OnWrite, sink.OnFlush = fail, fail
			ledger.OnCommit = func(*rt.Epoch) error { return fail() }
			j := withLedger(job("filter", rt.ByChunk, source, sink), unbounded{source}, ledger)
			_, err := engine.Run(t.Context(), j, engine.Options{Workers: 2, EpochBytes: 40, WriteBytes: 1, Clock: rttest.NewClock(1)})
			if (err != nil) != (run < 2) && int(calls.Load()) >= crash*(run+1) {
				t.Fatalf("run %d: %v", run, err)
			}
			survived += sink.Flushed()
		}
		for _, r := range rows {
			if !strings.Contains(survived, r+"\n") {
				t.Errorf("crash at call %d: row %q is lost", crash, r)
			}
		}
	}
}

// unbounded hides that a source ends, so that the engine commits on the way.
type unbounded struct{ *mem.Source }

func (unbounded) Bounded() bool { return false }

// A partition that goes to another process is committed first; the rest goes on.
func TestLostPartition(t *testing.T) {
	rttest.NoLeaks(t)
	clock := rttest.NewClock(rttest.Start)
	source := &handover{Source: mem.NewStream(2), own: make(chan rt.Ownership, 1)}
	sink, ledger := mem.NewSink(), mem.NewLedger(nil)
	ctx, stop := context.WithCancel(t.Context())
	over := start(ctx, withLedger(job("filter", rt.ByChunk, nil, sink), source, ledger), engine.Options{Workers: 3, Clock: clock})
	own := <-source.own
	source.Push(0, "a 1")
	source.Push(1, "b 2")
	if err := source.Settled(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := own.Lost([]int32{1}); err != nil {
		t.Fatal(err)
	}
	if e := ledger.Epochs(); len(e) != 1 || e[0].Positions[1] != 4 || sink.Flushed() != sink.Written() {
		t.Fatalf("lost without a commit: %v", e)
	}
	source.Push(0, "c 3")
	source.Push(1, "d 4") // belongs to somebody else now
	settle(t, source.Source, clock)
	stop()
	<-over
	if e := ledger.Epochs()[1]; !maps.Equal(e.Positions, map[int32]rt.Position{0: 8}) {
		t.Errorf("the lost partition is committed again: %v", e)
	}
}

type handover struct {
	*mem.Source
	own chan rt.Ownership
}

func (h *handover) Open(ctx context.Context, own rt.Ownership) error {
	h.own <- own
	return h.Source.Open(ctx, own)
}

// A fenced or aborted epoch ends the run; nothing of it counts.
func TestAbortedCommit(t *testing.T) {
	for _, cause := range []error{rt.ErrFenced, rt.ErrAborted} {
		source, sink, ledger := mem.NewSource("a 1"), mem.NewSink(), mem.NewLedger(nil)
		ledger.OnCommit = func(*rt.Epoch) error { return cause }
		_, err := engine.Run(t.Context(), withLedger(job("filter", rt.ByChunk, source, sink), source, ledger), engine.Options{})
		if !errors.Is(err, cause) || !strings.Contains(err.Error(), "start the job again") {
			t.Errorf("%v", err)
		}
		if _, ok := sink.Final(); ok {
			t.Error("the sink was closed as complete")
		}
	}
}

// A bounded job that is stopped leaves nothing under a final name; what it had read is not lost time but no result either.
func TestStopBounded(t *testing.T) {
	rttest.NoLeaks(t)
	for _, how := range []rt.Parallelism{rt.Ordered, rt.ByChunk, rt.AtEnd} {
		source, sink := mem.NewSource(strings.Repeat("a 1\n", 1000)), mem.NewSink()
		source.ChunkRows = func() int { return 10 }
		ctx, stop := context.WithCancel(t.Context())
		var polls atomic.Int32
		source.OnPoll = func() error {
			if polls.Add(1) == 20 {
				stop()
			}
			return nil
		}
		s, err := engine.Run(ctx, job("sums", how, source, sink), engine.Options{Workers: 2, Clock: rttest.NewClock(1)})
		if err != nil || !s.Interrupted || s.In == 0 || s.In == 1000 {
			t.Errorf("%d: %+v, %v", how, s, err)
		}
		if _, ok := sink.Final(); ok || !sink.Closed() || !source.Closed() {
			t.Errorf("%d: complete %t, sink closed %t, source closed %t", how, ok, sink.Closed(), source.Closed())
		}
	}
}

// While a bounded source is silent (a pipe that somebody types into), output arrives all the same.
func TestOutputArrivesWhileTheSourceIsSilent(t *testing.T) {
	clock := rttest.NewClock(rttest.Start)
	source, sink := mem.NewStream(1), mem.NewSink()
	j := job("filter", rt.ByChunk, nil, sink)
	j.Pipelines[0].Inputs[0].New = func(*rt.Env) (rt.Source, rt.Ledger, error) { return pipe{source}, nil, nil }
	over := start(t.Context(), j, engine.Options{Workers: 2, Clock: clock})
	source.Push(0, "a 1")
	settle(t, source, clock)
	settle(t, source, clock)
	if got := sink.Flushed(); got != "a 1\n" {
		t.Errorf("%q", got)
	}
	source.End()
	if r := <-over; r.err != nil {
		t.Error(r.err)
	}
}

type pipe struct{ *mem.Source }

func (pipe) Bounded() bool { return true }

func TestEpochOfNoTimeIsTheDefault(t *testing.T) {
	clock := rttest.NewClock(rttest.Start)
	source, sink := mem.NewStream(1), mem.NewSink()
	ctx, stop := context.WithCancel(t.Context())
	over := start(ctx, job("filter", rt.ByChunk, source, sink), engine.Options{Workers: 1, Clock: clock})
	clock.Await(1)
	clock.Advance(199 * time.Millisecond)
	source.Push(0, "a 1")
	if err := source.Settled(t.Context()); err != nil {
		t.Fatal(err)
	}
	if sink.Flushed() != "" {
		t.Error("flushed before the epoch is over")
	}
	clock.Advance(time.Millisecond)
	clock.Await(1)
	if sink.Flushed() != "a 1\n" {
		t.Error("not flushed at the end of the epoch")
	}
	stop()
	<-over
}

// A result waits for company no longer than output.linger.ms, and not at all when none has come for so long.
func TestLinger(t *testing.T) {
	clock := rttest.NewClock(rttest.Start)
	source, sink := mem.NewStream(1), mem.NewSink()
	ctx, stop := context.WithCancel(t.Context())
	over := start(ctx, job("filter", rt.ByChunk, source, sink), engine.Options{Workers: 1, Clock: clock, Linger: 50 * time.Millisecond, Epoch: time.Hour})
	push := func(row, want string) {
		t.Helper()
		source.Push(0, row)
		if err := source.Settled(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := sink.Written(); got != want {
			t.Errorf("after %s: %q, want %q", row, got, want)
		}
	}
	clock.Await(1)
	clock.Advance(50 * time.Millisecond)
	clock.Await(1)
	push("a 1", "a 1\n")
	clock.Advance(49 * time.Millisecond)
	push("b 1", "a 1\n")
	clock.Advance(time.Millisecond)
	clock.Await(1)
	push("c 1", "a 1\nb 1\n")
	clock.Advance(50 * time.Millisecond)
	clock.Await(1)
	if got := sink.Written(); got != "a 1\nb 1\nc 1\n" {
		t.Errorf("%q", got)
	}
	stop()
	<-over
}

// A job that waits for its file or broker can be stopped while it waits.
func TestStopWhileOpening(t *testing.T) {
	rttest.NoLeaks(t)
	ctx, stop := context.WithCancel(t.Context())
	source := &patient{Source: mem.NewSource("a 1"), waits: stop}
	sink := mem.NewSink()
	s, err := engine.Run(ctx, withLedger(job("filter", rt.ByChunk, nil, sink), source, nil), engine.Options{})
	if err != nil || !s.Interrupted {
		t.Errorf("%+v, %v", s, err)
	}
	if _, ok := sink.Final(); ok || !sink.Closed() {
		t.Error("the sink was not closed as incomplete")
	}
}

type patient struct {
	*mem.Source
	waits func()
}

func (p *patient) Open(ctx context.Context, own rt.Ownership) error {
	p.waits()
	<-ctx.Done()
	return fmt.Errorf("waiting for in.txt: %w", ctx.Err())
}

// The progress line is redrawn twice a second and gone at the end.
func TestProgress(t *testing.T) {
	rttest.NoLeaks(t)
	clock := rttest.NewClock(rttest.Start)
	var log text
	source := mem.NewStream(1)
	over := start(t.Context(), job("filter", rt.ByChunk, source, mem.NewSink()), engine.Options{Workers: 1, Clock: clock, Stderr: &log, Progress: true})
	source.Push(0, strings.Repeat("a 1\n", 50))
	if err := source.Settled(t.Context()); err != nil {
		t.Fatal(err)
	}
	clock.Await(2) // the epoch's timer and the line's
	clock.Advance(500 * time.Millisecond)
	clock.Await(2)
	source.End()
	<-over
	if want := "50 rows  100 rows/s  200 B\r\x1b[K"; log.String() != want {
		t.Errorf("got %q, want %q", log.String(), want)
	}
}
