package engine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"runtime/pprof"
	"syscall"

	"golang.org/x/term"

	rt "github.com/velostream/veloc/runtime"
	"github.com/velostream/veloc/runtime/metric"
)

// The exit codes of built programs.
const (
	ExitDone       = 0   // the input ended, or an unbounded job was stopped
	ExitUsage      = 2   // wrong flags or properties; nothing was read
	ExitFailed     = 3   // the run failed
	ExitInterrupt  = 130 // stopped by SIGINT before a bounded input ended: the result is incomplete
	ExitTerminated = 143 // the same, by SIGTERM
)

// Main is the main function of a built program: it reads flags, runs the job until it ends or a signal stops it, and returns
// the exit code.
//
//	func main() { os.Exit(engine.Main(job.New())) }
func Main(job *rt.Job) int {
	// A second signal ends the process at once, wherever it is.
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	defer signal.Stop(signals)
	return Command{Job: job, Args: os.Args[1:], Stdout: os.Stdout, Stderr: os.Stderr, Signals: signals, Exit: os.Exit}.Run()
}

// Command is one call of a built program with its surroundings.
type Command struct {
	Job            *rt.Job
	Args           []string // without the program's name
	Stdout, Stderr io.Writer
	Signals        <-chan os.Signal // the first asks the run to stop, the second ends it
	Exit           func(code int)   // called for the second signal
	Clock          rt.Clock         // nil: SystemClock
	Lookup         func(string) (string, bool)
}

// Run does what the arguments say and returns the exit code.
func (c Command) Run() int {
	f, err := parse(c.Job.Name, c.Args)
	switch {
	case err != nil:
		fmt.Fprintf(c.Stderr, "%s: %v\nRun '%s --help' for usage.\n", c.Job.Name, err, c.Job.Name)
		return ExitUsage
	case f.help:
		help(c.Stdout, c.Job)
		return ExitDone
	case f.version:
		fmt.Fprintln(c.Stdout, version(c.Job))
		return ExitDone
	case f.explain:
		fmt.Fprint(c.Stdout, c.Job.Plan)
		return ExitDone
	}
	opts := c.options(f)
	if f.check {
		return c.check(opts)
	}
	return c.execute(f, opts)
}

func (c Command) options(f *flags) Options {
	o := Options{Config: f.config, BaseDir: f.baseDir, Workers: f.workers, Stderr: c.Stderr, JSON: f.logFormat == "json",
		Quiet: f.quiet, Stats: f.stats, Clock: c.Clock, Lookup: c.Lookup,
		State: StateOptions{Dir: f.stateDir, RestoreFrom: f.restoreFrom, Reset: f.resetState}}
	if o.Clock == nil {
		o.Clock = SystemClock()
	}
	switch f.progress {
	case "always":
		o.Progress = true
	case "auto":
		file, ok := c.Stderr.(*os.File)
		o.Progress = ok && term.IsTerminal(int(file.Fd()))
	}
	return o
}

func (c Command) check(opts Options) int {
	report, err := Check(context.Background(), c.Job, opts)
	for _, l := range report {
		fmt.Fprintln(c.Stdout, l)
	}
	if err == nil {
		return ExitDone
	}
	return c.failed(newLogger(c.Job.Name, opts.Clock, c.Stderr, opts.JSON), err)
}

// failed reports an error and tells the exit code.
func (c Command) failed(log *logger, err error) int {
	var config *ConfigError
	if errors.As(err, &config) {
		log.error(err.Error())
		return ExitUsage
	}
	text := err.Error()
	if c.Job.Owner != "" {
		text += " (owner: " + c.Job.Owner + ")"
	}
	log.error(text)
	return ExitFailed
}

// execute runs the job with everything around it: signals, the metrics port, profiles, the summary.
func (c Command) execute(f *flags, opts Options) int {
	log := newLogger(c.Job.Name, opts.Clock, c.Stderr, opts.JSON)
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	stopped, unwatch := c.watch(stop, log)
	defer unwatch()
	if f.metricsAddr != "" {
		opts.Metrics = metric.NewRegistry(c.Job.Name, metric.DefaultCardinality)
		opts.Control = &Control{}
		server, err := serve(f.metricsAddr, opts.Metrics, opts.Control)
		if err != nil {
			return c.failed(log, fmt.Errorf("the metrics port cannot be opened: %w", err))
		}
		defer server.close()
		opts.Ready = server.ready.Store
		if !opts.Quiet {
			log.info("metrics are served at http://" + server.addr + "/metrics")
		}
	}
	endProfile, err := startProfile(f)
	if err != nil {
		return c.failed(log, err)
	}
	s, err := Run(ctx, c.Job, opts)
	if profileErr := endProfile(); err == nil {
		err = profileErr
	}
	return c.report(log, opts, &s, err, stopped)
}

// report says how the run ended.
func (c Command) report(log *logger, opts Options, s *Summary, err error, stopped func() os.Signal) int {
	if !opts.Quiet {
		if err == nil || s.Elapsed > 0 { // it got as far as running
			log.info(s.String(), s.attrs()...)
		}
	}
	if opts.Stats && s.Stats != nil {
		fmt.Fprintln(c.Stderr, s.line())
	}
	switch {
	case errors.Is(err, rt.ErrReaderGone), errors.Is(err, syscall.EPIPE):
		return ExitDone // the reader has seen enough
	case err != nil:
		return c.failed(log, err)
	case s.Interrupted:
		log.error("stopped before the input ended: " + s.incomplete())
		if stopped() == syscall.SIGTERM {
			return ExitTerminated
		}
		return ExitInterrupt
	}
	return ExitDone
}

// watch stops the run with the first signal and exits with the second. stopped is the signal that came, or nil.
func (c Command) watch(stop func(), log *logger) (stopped func() os.Signal, unwatch func()) {
	if c.Signals == nil {
		return func() os.Signal { return nil }, func() {}
	}
	over, first := make(chan struct{}), make(chan os.Signal, 1)
	go func() {
		for n := 0; ; n++ {
			select {
			case <-over:
				return
			case s := <-c.Signals:
				if n > 0 {
					c.Exit(exitOf(s))
					return
				}
				log.info("stopping: what was read is being finished (a second signal ends the program at once)")
				first <- s
				stop()
			}
		}
	}()
	stopped = func() os.Signal {
		select {
		case s := <-first:
			return s
		default:
			return nil
		}
	}
	return stopped, func() { close(over) }
}

func exitOf(s os.Signal) int {
	if s == syscall.SIGTERM {
		return ExitTerminated
	}
	return ExitInterrupt
}

// startProfile starts what --cpuprofile asks for; the function it returns writes what is due at the end.
func startProfile(f *flags) (end func() error, err error) {
	var cpu *os.File
	if f.cpuProfile != "" {
		if cpu, err = os.Create(f.cpuProfile); err != nil {
			return nil, err
		}
		if err := pprof.StartCPUProfile(cpu); err != nil {
			return nil, errors.Join(err, cpu.Close())
		}
	}
	return func() error {
		var errs []error
		if cpu != nil {
			pprof.StopCPUProfile()
			errs = append(errs, cpu.Close())
		}
		if f.memProfile != "" {
			runtime.GC() // so that the profile shows what is live
			file, err := os.Create(f.memProfile)
			if err != nil {
				return errors.Join(append(errs, err)...)
			}
			errs = append(errs, pprof.Lookup("allocs").WriteTo(file, 0), file.Close())
		}
		return errors.Join(errs...)
	}, nil
}
