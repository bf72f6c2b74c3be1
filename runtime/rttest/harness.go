package rttest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	rt "github.com/velostream/veloc/runtime"
	"github.com/velostream/veloc/runtime/engine"
	"github.com/velostream/veloc/runtime/mem"
)

// Rewire makes a copy of a job whose sources read lines from memory and whose sinks keep what is written. in holds, by the source's
// name in the SQL, the rows of each partition as the source's format has them (no CSV header).
func Rewire(job *rt.Job, in map[string][]string, set func(*mem.Source)) (*rt.Job, map[string]*mem.Sink) {
	copied := *job
	copied.Pipelines, copied.Sinks = nil, nil
	for _, p := range job.Pipelines {
		p.Inputs = slices.Clone(p.Inputs)
		for i := range p.Inputs {
			rows := in[p.Inputs[i].Source]
			if len(rows) == 0 {
				rows = []string{""}
			}
			p.Inputs[i].New = func(*rt.Env) (rt.Source, rt.Ledger, error) {
				s := mem.NewSource(rows...)
				if set != nil {
					set(s)
				}
				return s, nil, nil
			}
		}
		copied.Pipelines = append(copied.Pipelines, p)
	}
	sinks := map[string]*mem.Sink{}
	for _, s := range job.Sinks {
		to := mem.NewSink()
		sinks[s.Name] = to
		s.New = func(*rt.Env) (rt.Sink, error) { return to, nil }
		copied.Sinks = append(copied.Sinks, s)
	}
	return &copied, sinks
}

// Variation is one way to run a job: how input is cut into chunks, how many workers there are, how often output is written.
type Variation struct {
	Name  string
	Set   func(*mem.Source)
	Opts  engine.Options
	Clock *Clock
}

// Start is what the clocks of variations show: 2026-01-05 00:00:00 UTC.
const Start = 1767571200_000000000

// Variations makes n variations. The first has one worker and whole partitions as chunks; the others are random, the same ones for
// the same seed.
func Variations(n int, seed uint64) []Variation {
	random := rand.New(rand.NewPCG(seed, 1))
	var out []Variation
	for i := range n {
		v := Variation{Clock: NewClock(Start)}
		v.Opts = engine.Options{Workers: 1, Clock: v.Clock}
		rows, sizes := 1<<30, rand.New(rand.NewPCG(seed, uint64(i)+2))
		if i > 0 {
			v.Opts.Workers = 1 + random.IntN(6)
			v.Opts.WriteBytes = 1 + random.IntN(1<<random.IntN(16))
			v.Opts.EpochBytes = int64(1 + random.IntN(1<<random.IntN(16)))
			rows = 1 + random.IntN(1<<random.IntN(10))
		}
		v.Set = func(s *mem.Source) { s.ChunkRows = func() int { return 1 + sizes.IntN(rows) } }
		if i == 0 {
			v.Set = func(s *mem.Source) { s.ChunkRows = func() int { return rows } }
		}
		v.Name = fmt.Sprintf("variation %d of seed %d: %d workers, up to %d rows a chunk", i, seed, v.Opts.Workers, rows)
		out = append(out, v)
	}
	return out
}

// Vary runs a job over in n times, in different ways, and fails the test where a way gives another result than the first. It returns
// the output of the first by sink name, and its summary.
func Vary(t testing.TB, job *rt.Job, in map[string][]string, n int, seed uint64) (map[string]string, engine.Summary) {
	t.Helper()
	var first map[string]string
	var firstSummary engine.Summary
	for i, v := range Variations(n, seed) {
		out, s := Run(t, job, in, v)
		s.Elapsed = 0
		if i == 0 {
			first, firstSummary = out, s
			continue
		}
		if s != firstSummary {
			t.Fatalf("%s:\n got %+v\nwant %+v", v.Name, s, firstSummary)
		}
		for name, want := range first {
			if out[name] != want {
				t.Fatalf("%s: sink %s differs:\n got %q\nwant %q", v.Name, name, clip(out[name]), clip(want))
			}
		}
	}
	return first, firstSummary
}

// Run runs a job over in once, in the given way, and returns what its sinks hold at the end.
func Run(t testing.TB, job *rt.Job, in map[string][]string, v Variation) (map[string]string, engine.Summary) {
	t.Helper()
	wired, sinks := Rewire(job, in, v.Set)
	ctx, cancel := context.WithTimeout(context.Background(), 2*patience)
	defer cancel()
	s, err := engine.Run(ctx, wired, v.Opts)
	if err != nil || s.Interrupted {
		t.Fatalf("%s: %v (interrupted: %t)", v.Name, err, s.Interrupted)
	}
	out := map[string]string{}
	for name, sink := range sinks {
		text, ok := sink.Final()
		if !ok {
			t.Fatalf("%s: sink %s was not closed as complete", v.Name, name)
		}
		out[name] = text
	}
	return out, s
}

func clip(s string) string {
	if len(s) > 2000 {
		return s[:2000] + "…"
	}
	return s
}
