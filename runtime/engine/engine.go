package engine

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"
	"sync"
	"time"

	rt "github.com/velostream/veloc/runtime"
	"github.com/velostream/veloc/runtime/metric"
)

// ConfigError is a run that could not start because of its configuration: properties, flags, environment.
type ConfigError struct{ Err error }

func (e *ConfigError) Error() string { return e.Err.Error() }
func (e *ConfigError) Unwrap() error { return e.Err }

// run is one run of a job.
type run struct {
	job      *rt.Job
	opts     Options
	env      *rt.Env
	log      *logger
	registry *metric.Registry
	defaults map[string]string // of properties, from Job.Options
	sinks    []*sink
	pipes    []*pipeline
	files    map[string]*letterFile
	state    *checkpoints // nil: state is in memory only
	totals   totals
	stats    meters
	started  int64

	work context.Context // ends when the run has failed
	fail context.CancelCauseFunc
	read context.Context // ends when nothing more is to be read
}

// Run runs a job until its sources end, ctx ends, or something fails. The end of ctx is a request to stop: what was read is
// finished. An unbounded source is then flushed and committed, which is its normal end. A bounded one leaves its result
// incomplete: sinks are told so, nothing appears under a final name, and Summary.Interrupted is set.
//
// The Summary is valid with an error, too: it says how far the run came. A *ConfigError means that nothing was read or written.
func Run(ctx context.Context, job *rt.Job, opts Options) (Summary, error) {
	r := newRun(ctx, job, opts)
	defer r.fail(nil)
	if err := r.assemble(); err != nil {
		return Summary{}, err
	}
	defer r.closeState()
	if err := r.openState(); err != nil {
		if ctx.Err() != nil { // stopped while it waited for a broker
			return Summary{Interrupted: true}, nil
		}
		return Summary{}, err
	}
	err := r.open()
	if err == nil && r.state != nil {
		err = r.state.restore()
	}
	if err != nil {
		err = errors.Join(err, r.close(false))
		if ctx.Err() != nil { // stopped while it waited for a file or a broker
			return Summary{Interrupted: true}, nil
		}
		return Summary{}, err
	}
	r.opts.Ready(true)
	over := make(chan struct{})
	var aside sync.WaitGroup
	if opts.Progress && !opts.Quiet && !opts.JSON {
		aside.Go(func() { r.showProgress(over) })
	}
	if r.state != nil {
		aside.Go(func() { r.state.run(over) })
		if r.state.l != nil {
			opts.Control.set(r.state.copyTo)
		}
	}
	opts.Control.watch(r)
	r.runPipelines()
	opts.Control.watch(nil)
	opts.Control.set(nil)
	r.opts.Ready(false)
	close(over)
	aside.Wait()
	return r.finish()
}

func newRun(ctx context.Context, job *rt.Job, opts Options) *run {
	if opts.Workers <= 0 {
		opts.Workers = job.Workers // as the SQL asks; else Options decide
	}
	opts.fill()
	r := &run{job: job, opts: opts, registry: opts.Metrics, defaults: map[string]string{}, files: map[string]*letterFile{}}
	r.env = &rt.Env{Config: opts.Config, BaseDir: opts.BaseDir, Lookup: opts.Lookup, Clock: opts.Clock, App: job.Name}
	r.log = newLogger(job.Name, opts.Clock, opts.Stderr, opts.JSON)
	r.env.Log = func(line string) { r.log.warn(line) }
	for _, o := range job.Options {
		r.defaults[o.Key] = o.Default
	}
	r.stats.on = opts.Stats
	work, fail := context.WithCancelCause(context.WithoutCancel(ctx))
	read, stop := context.WithCancel(ctx)
	r.work, r.read = work, read
	r.fail = func(err error) {
		fail(err) // before stop, so that nobody takes a failure for a wish to stop
		stop()
	}
	return r
}

// standard is the default of a property: what the job was compiled with, else def.
func (r *run) standard(key, def string) string {
	if v := r.defaults[key]; v != "" {
		return v
	}
	return def
}

func (r *run) property(key, def string) string { return r.env.String(key, r.standard(key, def)) }

// letterFile is the dead-letter file at path, one for all pipelines.
func (r *run) letterFile(path string) *letterFile {
	if r.files[path] == nil {
		r.files[path] = &letterFile{path: path}
	}
	return r.files[path]
}

// assemble makes sinks, sources and tasks, and reports everything wrong with the configuration at once.
func (r *run) assemble() error {
	const cardinality = "metrics.max.cardinality"
	limit := r.env.Int(cardinality, r.standard(cardinality, fmt.Sprint(metric.DefaultCardinality)))
	if r.registry == nil {
		r.registry = metric.NewRegistry(r.job.Name, metric.DefaultCardinality)
	}
	r.registry.SetLimit(int(limit))
	r.env.Metrics = r.registry
	if r.opts.State.Dir == "" {
		r.opts.State.Dir = r.env.Path("state.dir", r.standard("state.dir", ""))
	}
	var errs []error
	for i := range r.job.Sinks {
		spec := &r.job.Sinks[i]
		to, err := spec.New(r.env)
		if err != nil {
			errs = append(errs, fmt.Errorf("sink %s: %w", spec.Name, err))
		}
		r.sinks = append(r.sinks, &sink{name: spec.Name, to: to})
	}
	for i := range r.job.Pipelines {
		p, err := newPipeline(r, &r.job.Pipelines[i])
		if err != nil {
			errs = append(errs, err)
			continue
		}
		r.pipes = append(r.pipes, p)
	}
	if r.opts.State.Interval <= 0 {
		r.opts.State.Interval = r.env.Duration("state.checkpoint.interval", r.standard("state.checkpoint.interval", "1s"))
	}
	if r.opts.Linger <= 0 {
		r.opts.Linger = r.env.Duration("output.linger.ms", r.standard("output.linger.ms", "100ms"))
	}
	if err := r.env.Err(r.job.Options); err != nil {
		errs = append(errs, err)
	}
	if len(errs) > 0 {
		return &ConfigError{errors.Join(errs...)}
	}
	return nil
}

// inputs are the inputs of all pipelines.
func (r *run) inputs() iter.Seq[*input] {
	return func(yield func(*input) bool) {
		for _, p := range r.pipes {
			for _, in := range p.inputs {
				if !yield(in) {
					return
				}
			}
		}
	}
}

// open opens all sources, then all sinks, and reports everything that is wrong at once.
func (r *run) open() error {
	var errs []error
	for in := range r.inputs() {
		if err := in.open(r.read); err != nil {
			errs = append(errs, err)
			in.source = nil
		}
	}
	for _, s := range r.sinks {
		if err := s.to.Open(r.read); err != nil {
			errs = append(errs, fmt.Errorf("sink %s: %w", s.name, err))
			continue
		}
		s.open, s.ready = true, true
	}
	return errors.Join(errs...)
}

// runPipelines returns when all pipelines have ended. The first error of any ends the others.
func (r *run) runPipelines() {
	r.started = r.opts.Clock.Now()
	var wg sync.WaitGroup
	for _, p := range r.pipes {
		wg.Go(func() {
			if err := guard(r.job.Name, "running", p.name, p.run1); err != nil {
				r.fail(err)
			}
		})
	}
	wg.Wait()
}

// run1 runs one pipeline from restore to end, with its ticks beside it.
func (p *pipeline) run1() error {
	p.committed = p.run.opts.Clock.Now()
	if p.finished { // in an earlier run
		p.over = true
		return nil
	}
	for _, in := range p.inputs {
		if err := in.restore(); err != nil {
			return err
		}
	}
	over := make(chan struct{})
	var ticks sync.WaitGroup
	ticks.Go(func() { p.ticks(over) })
	err := p.moveChunks()
	close(over)
	ticks.Wait()
	if err != nil || p.run.work.Err() != nil {
		return err
	}
	return p.end()
}

func (p *pipeline) ticks(over <-chan struct{}) {
	clock, every := p.run.opts.Clock, p.run.opts.Epoch
	if !p.bounded() {
		every = max(min(every, p.run.opts.Linger), time.Millisecond)
	}
	due := clock.Now() + int64(p.run.opts.Epoch)
	for {
		timer := clock.NewTimer(min(every, time.Duration(due-clock.Now())))
		select {
		case <-timer.C():
		case <-over:
			timer.Stop()
			return
		}
		what := p.linger
		if now := clock.Now(); now >= due {
			what, due = p.tick, now+int64(p.run.opts.Epoch)
		}
		if err := guard(p.run.job.Name, "running", p.name, what); err != nil {
			p.run.fail(err)
			return
		}
	}
}

// Check opens all sources and sinks of a job and closes them again. It returns one line for each, and an error if any of them
// failed. Nothing is read and nothing appears under a final name.
func Check(ctx context.Context, job *rt.Job, opts Options) (report []string, err error) {
	r := newRun(ctx, job, opts)
	defer r.fail(nil)
	if err := r.assemble(); err != nil {
		return nil, err
	}
	err = errors.Join(r.open(), r.close(false))
	for in := range r.inputs() {
		report = append(report, line("source", in.name, in.spec.Connector, in.source != nil))
	}
	for i, s := range r.job.Sinks {
		report = append(report, line("sink", s.Name, s.Connector, r.sinks[i].ready))
	}
	return report, err
}

func line(kind, name, connector string, ok bool) string {
	outcome := "ready"
	if !ok {
		outcome = "failed"
	}
	return strings.TrimSpace(fmt.Sprintf("%-7s %-7s %s  %s", outcome, kind, name, connector))
}

// finish closes everything and sums up.
func (r *run) finish() (Summary, error) {
	elapsed := time.Duration(r.opts.Clock.Now() - r.started)
	err := context.Cause(r.work)
	interrupted, complete := false, true
	for _, p := range r.pipes {
		complete = complete && p.finished
	}
	for in := range r.inputs() {
		interrupted = interrupted || in.interrupted
		in.failures.rest()
	}
	if r.state != nil && err == nil {
		err = r.state.end(complete)
	}
	final := err == nil && !interrupted && (complete || r.state == nil) // what a later run goes on with stays unfinished
	if closeErr := r.close(final); err == nil {
		err = closeErr
		if r.state != nil && err == nil && complete {
			err = r.state.complete()
		}
	} else if closeErr != nil && !errors.Is(closeErr, rt.ErrReaderGone) && closeErr.Error() != err.Error() { // a sink may repeat why it failed
		r.log.error(closeErr.Error())
	}
	s := r.totals.summary(elapsed)
	if s.Interrupted = interrupted && err == nil; s.Interrupted {
		s.Kept = r.kept()
	}
	if r.state != nil {
		s.Saved = err == nil && !complete && r.state.l != nil
		s.Stall = time.Duration(r.state.longest.Load())
	}
	s.Stats = r.stats.result(&s)
	return s, err
}

// kept names the sinks that keep what they were given, although the result is incomplete.
func (r *run) kept() string {
	var names []string
	for _, s := range r.sinks {
		if a, ok := s.to.(rt.Atomic); !ok || !a.Atomic() {
			names = append(names, s.name)
		}
	}
	return strings.Join(names, ", ")
}

// close closes what is open: sources first, so that partitions they give up can still be committed.
func (r *run) close(complete bool) error {
	ctx := context.WithoutCancel(r.work)
	var errs []error
	for in := range r.inputs() {
		if in.source == nil {
			continue
		}
		if err := in.source.Close(); err != nil {
			errs = append(errs, fmt.Errorf("source %s: %w", in.name, err))
		}
	}
	complete = complete && len(errs) == 0
	for _, s := range r.sinks {
		if err := s.close(ctx, complete); err != nil {
			errs = append(errs, err)
		}
	}
	for in := range r.inputs() {
		if in.source == nil || in.failures.letters == nil {
			continue
		}
		if err := in.failures.letters.Close(ctx); err != nil {
			errs = append(errs, fmt.Errorf("dead-letter queue of %s: %w", in.name, err))
		}
	}
	return errors.Join(errs...)
}
