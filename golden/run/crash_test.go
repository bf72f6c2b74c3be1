package run

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	rt "github.com/velostream/veloc/runtime"
	"github.com/velostream/veloc/runtime/engine"
	"github.com/velostream/veloc/runtime/ledger"
	"github.com/velostream/veloc/runtime/rttest"
)

var (
	crashSeeds = flag.Uint64("crash.seeds", 8, "how many times each case is crashed to its end")
	crashSeed  = flag.Uint64("crash.seed", 0, "the first of them")
)

var errCrash = errors.New("the machine is gone")

// doom is how a run ends.
type doom struct {
	r     *rand.Rand
	clock *rttest.Clock
	polls int // until the source fails; the run has no time to save anything
	stop  int // polls until the run is asked to stop
	steps int // of the ledger until the disk fails
	ask   context.CancelFunc
}

// fs is a file system that fails after some steps.
type fs struct {
	ledger.OS
	d *doom
}

func (f fs) step() error {
	if f.d.steps--; f.d.steps < 0 {
		return errCrash
	}
	return nil
}

func (f fs) Create(name string) (ledger.File, error) {
	if err := f.step(); err != nil {
		return nil, err
	}
	file, err := f.OS.Create(name)
	return steps{file, f}, err
}

func (f fs) Rename(from, to string) error {
	if err := f.step(); err != nil {
		return err
	}
	return f.OS.Rename(from, to)
}

func (f fs) Remove(name string) error {
	if err := f.step(); err != nil {
		return err
	}
	return f.OS.Remove(name)
}

func (f fs) SyncDir(string) error { return f.step() }

type steps struct {
	ledger.File
	fs fs
}

func (s steps) Write(b []byte) (int, error) {
	if err := s.fs.step(); err != nil {
		n, _ := s.File.Write(b[:s.fs.d.r.IntN(len(b)+1)]) // a part may have got through
		return n, err
	}
	return s.File.Write(b)
}

// Sync saves the time of a real one: what is lost with a machine is the business of the ledger's own tests.
func (s steps) Sync() error { return s.fs.step() }

// doomed is a source whose polls let time pass, and end with the run.
type doomed struct {
	rt.Source
	d *doom
}

func (s doomed) Poll(ctx context.Context, c *rt.Chunk) error {
	s.d.clock.Advance(time.Second) // a checkpoint is due, now or a little later
	if s.d.stop--; s.d.stop == 0 {
		s.d.ask()
	}
	if s.d.polls--; s.d.polls == 0 {
		return errCrash
	}
	return s.Source.Poll(ctx, c)
}

func (s doomed) Bounded() bool {
	b, ok := s.Source.(rt.Bounded)
	return !ok || b.Bounded()
}

// doomJob makes the sources of a job doomed.
func doomJob(job *rt.Job, d *doom) *rt.Job {
	copied := *job
	copied.Pipelines = slices.Clone(job.Pipelines)
	for i := range copied.Pipelines {
		p := &copied.Pipelines[i]
		p.Inputs = slices.Clone(p.Inputs)
		for k := range p.Inputs {
			create := p.Inputs[k].New
			p.Inputs[k].New = func(env *rt.Env) (rt.Source, rt.Ledger, error) {
				s, l, err := create(env)
				return doomed{s, d}, l, err
			}
		}
	}
	return &copied
}

// live runs a job once. How many workers there are, how large chunks are, and when and how it ends are a matter of chance.
func live(job *rt.Job, dir, state string, r *rand.Rand, doomIt bool) (engine.Summary, string, error) {
	ctx, ask := context.WithCancel(context.Background())
	defer ask()
	d := &doom{r: r, clock: rttest.NewClock(time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC).UnixNano()), polls: 1 << 30, stop: 1 << 30, steps: 1 << 30, ask: ask}
	if doomIt {
		switch r.IntN(3) {
		case 0:
			d.polls = 1 + r.IntN(12)
		case 1:
			d.stop = 1 + r.IntN(12)
		case 2:
			d.steps = 1 + r.IntN(40)
		}
	}
	config := settings(job, fmt.Sprint(16+r.IntN(200)))
	var log bytes.Buffer
	s, err := engine.Run(ctx, doomJob(job, d), engine.Options{Config: config, BaseDir: dir, Workers: 1 + r.IntN(3), Stderr: &log, Clock: d.clock,
		State: engine.StateOptions{Dir: state, Interval: time.Second, FS: fs{d: d}, SnapshotAfter: 1 + r.Int64N(2000)}})
	return s, log.String(), err
}

// TestCrash stops every case in all possible ways, again and again, until it is through. The results are those of one run, to the byte.
func TestCrash(t *testing.T) {
	for _, name := range slices.Sorted(maps.Keys(jobs)) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for seed := *crashSeed; seed < *crashSeed+*crashSeeds; seed++ {
				crash(t, name, seed)
			}
		})
	}
}

func crash(t *testing.T, name string, seed uint64) {
	dir, state := t.TempDir(), t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(filepath.Join("..", name))); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(dir, "out"), 0o755); err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(seed, 7))
	for n := 0; ; n++ {
		s, log, err := live(jobs[name](), dir, state, r, n < 25)
		if err == nil && !s.Interrupted {
			if s.Saved {
				continue
			}
			for _, o := range jobs[name]().Options {
				if strings.HasSuffix(o.Key, ".dead.letter.queue.path") && o.Default != "" {
					_ = os.Remove(filepath.Join(dir, o.Default)) // a row that was set aside can be so twice
				}
			}
			results(t, name, dir, false, nil, log)
			if t.Failed() {
				t.Fatalf("seed %d, after %d crashes", seed, n)
			}
			return
		}
		if err != nil && strings.Contains(err.Error(), "VR0406") {
			t.Skip(err)
		}
		if err != nil && !errors.Is(err, errCrash) {
			t.Fatalf("seed %d, run %d: %v\n%s", seed, n, err, log)
		}
	}
}
