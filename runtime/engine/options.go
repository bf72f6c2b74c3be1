package engine

import (
	"io"
	"runtime"
	"time"

	rt "github.com/velostream/veloc/runtime"
	"github.com/velostream/veloc/runtime/metric"
)

// Options say how to run a job. The zero value runs it like a built program without flags, but silently.
type Options struct {
	Config  map[string]string           // overrides of properties
	BaseDir string                      // relative paths start here; empty: the working directory
	Lookup  func(string) (string, bool) // environment variables; nil: os.LookupEnv
	Clock   rt.Clock                    // nil: SystemClock
	Workers int                         // per pipeline; 0: GOMAXPROCS

	Epoch      time.Duration // longest time between commits; 0: 200 ms
	EpochBytes int64         // most input between commits; 0: 8 MiB
	Linger     time.Duration // longest time that a result waits for company before it is handed to its sink; 0: what output.linger.ms says, 100 ms
	WriteBytes int           // output is handed to sinks in pieces of about this size; 0: 256 KiB

	Stderr   io.Writer // errors, rejected rows, progress and summary; nil: nowhere
	JSON     bool      // messages as JSON objects, one per line
	Quiet    bool      // no progress, no summary
	Progress bool      // show a line of progress that is redrawn: Stderr is a terminal
	Stats    bool      // measure allocations and memory; the summary then has Stats

	State   StateOptions // where the state is kept
	Control *Control     // if not nil, takes requests to the run

	Metrics *metric.Registry // nil: a registry of the run's own
	Ready   func(bool)       // told true when everything is open, false when the run stops reading
}

func (o *Options) fill() {
	if o.Clock == nil {
		o.Clock = SystemClock()
	}
	if o.Workers <= 0 {
		o.Workers = runtime.GOMAXPROCS(0)
	}
	if o.Epoch <= 0 {
		o.Epoch = 200 * time.Millisecond
	}
	if o.EpochBytes <= 0 {
		o.EpochBytes = 8 << 20
	}
	if o.WriteBytes <= 0 {
		o.WriteBytes = 256 << 10
	}
	if o.Stderr == nil {
		o.Stderr = io.Discard
	}
	if o.Ready == nil {
		o.Ready = func(bool) {}
	}
}
