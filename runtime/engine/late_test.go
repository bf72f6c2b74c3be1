package engine_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	rt "github.com/velostream/veloc/runtime"
	"github.com/velostream/veloc/runtime/engine"
	"github.com/velostream/veloc/runtime/mem"
	"github.com/velostream/veloc/runtime/rttest"
)

// restless is a task with windows that wait for rows no longer than ten seconds.
type restless struct{ *windows }

func (t restless) Rest(idle int64) error {
	if idle < int64(10*time.Second) {
		return nil
	}
	latest := t.closed
	for end := range t.panes {
		latest = max(latest, end)
	}
	return t.windows.Advance(latest)
}

// A window whose source is silent is shown when no row has come for the time that its statement says, by the clock of the engine.
func TestWindowsRest(t *testing.T) {
	clock := rttest.NewClock(rttest.Start)
	source, sink := mem.NewStream(1), mem.NewSink()
	j := job("windows", rt.Ordered, source, sink)
	of := j.Pipelines[0].Task
	j.Pipelines[0].Task = func(env *rt.Env) (rt.Task, error) {
		made, err := of(env)
		return restless{made.(*windows)}, err
	}
	over := start(t.Context(), j, engine.Options{Workers: 1, Clock: clock})
	settle(t, source, clock)
	for range 60 { // twelve seconds without any row at all
		settle(t, source, clock)
	}
	source.Push(0, "a 1 1000\na 2 1004")
	for range 49 {
		settle(t, source, clock)
	}
	if got := sink.Flushed(); got != "" {
		t.Errorf("shown before ten seconds have passed: %q", got)
	}
	for range 2 {
		settle(t, source, clock)
	}
	first := sink.Flushed()
	if first == "" {
		t.Fatal("the window is not shown after ten seconds")
	}
	source.Push(0, "a 3 1020")
	settle(t, source, clock)
	if got := sink.Flushed(); got != first {
		t.Errorf("a row shows %q", strings.TrimPrefix(got, first))
	}
	source.End()
	if r := <-over; r.err != nil {
		t.Error(r.err)
	}
}

// tardy is a task for which every row with a negative value comes late.
type tardy struct{ *filter }

func (t tardy) Apply(c *rt.Chunk, w rt.Task) error {
	for _, r := range rowsOf(w) {
		if r.value < 0 {
			t.tally.Reject(c, r.n, r.from, r.to, rt.LateRow("totals", r.time))
		}
	}
	return nil
}

// Late rows go to the dead-letter queue with their original bytes, are counted as late and not as rejected, and leave the failure strategy alone.
func TestLateRowsAreSetAside(t *testing.T) {
	path := filepath.Join(t.TempDir(), "late.jsonl")
	for _, workers := range []int{1, 3} {
		j := job("filter", rt.Ordered, mem.NewSource("a 1 10\na -2 3\nb nothing\nb -3 4\n"), mem.NewSink())
		j.Pipelines[0].Inputs[0].OnError = rt.FailureSpec{Source: "in", Late: true}
		of := j.Pipelines[0].Task
		j.Pipelines[0].Task = func(env *rt.Env) (rt.Task, error) {
			made, err := of(env)
			return tardy{made.(*filter)}, err
		}
		s, err := engine.Run(t.Context(), j, engine.Options{Workers: workers, Config: map[string]string{"in.dead.letter.queue.path": path}, Clock: rttest.NewClock(rttest.Start)})
		if err != nil {
			t.Fatal(err)
		}
		if s.Late != 2 || s.Rejected != 1 {
			t.Errorf("%d late, %d rejected", s.Late, s.Rejected)
		}
		letters, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		got := strings.Split(strings.TrimSpace(string(letters)), "\n")
		if len(got) != 2 || !strings.Contains(got[0], `"original":"a -2 3`) || !strings.Contains(got[0], `"code":"VR0112"`) ||
			!strings.Contains(got[0], "its windows in totals have closed") || !strings.Contains(got[1], `"original":"b -3 4`) {
			t.Errorf("%d workers: %s", workers, letters)
		}
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
	}
}
