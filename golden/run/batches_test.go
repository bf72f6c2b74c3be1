package run

import (
	"testing"
	"time"

	emitbatches "github.com/velostream/veloc/golden/emit_batches/gen"
	rt "github.com/velostream/veloc/runtime"
	"github.com/velostream/veloc/runtime/engine"
	"github.com/velostream/veloc/runtime/mem"
	"github.com/velostream/veloc/runtime/rttest"
)

// Where input does not end, a batch that does not fill is shown when output is committed: nobody waits for rows that do not come.
func TestBatchesDoNotWaitForRows(t *testing.T) {
	rttest.NoLeaks(t)
	clock, source := rttest.NewClock(rttest.Start), mem.NewStream(1)
	job := emitbatches.New()
	job.Pipelines[0].Inputs[0].New = func(*rt.Env) (rt.Source, rt.Ledger, error) { return source, nil, nil }
	balances := mem.NewSink()
	for i := range job.Sinks {
		to := mem.NewSink()
		if job.Sinks[i].Name == "balances" {
			to = balances
		}
		job.Sinks[i].New = func(*rt.Env) (rt.Sink, error) { return to, nil }
	}
	over := make(chan error, 1)
	go func() {
		_, err := engine.Run(t.Context(), job, engine.Options{Workers: 1, Clock: clock})
		over <- err
	}()
	source.Push(0, "x,1,2026-01-01T00:00:00Z\ny,2,2026-01-01T00:00:00Z\nx,3,2026-01-01T00:00:00Z")
	if err := source.Settled(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := balances.Written(); got != "" {
		t.Errorf("before the batch is full: %q", got)
	}
	clock.Await(1)
	clock.Advance(200 * time.Millisecond)
	clock.Await(1)
	want := "{\"account\":\"x\",\"balance\":4.00,\"entries\":2}\n{\"account\":\"y\",\"balance\":2.00,\"entries\":1}\n"
	if got := balances.Written(); got != want {
		t.Errorf("%q, want %q", got, want)
	}
	source.End()
	if err := <-over; err != nil {
		t.Error(err)
	}
	if got := balances.Written(); got != want {
		t.Errorf("at the end %q, want %q", got, want)
	}
}
