package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"

	"github.com/velostream/veloc"
)

// buildCommand is `veloc build`.
type buildCommand struct {
	File    string `arg:"" help:"SQL file, or - for standard input."`
	Output  string `short:"o" placeholder:"PATH" help:"The binary (default: named as the SQL file, in the working directory)."`
	GOOS    string `name:"goos" placeholder:"OS" help:"Operating system to build for, such as linux, darwin or windows (default: this one)."`
	GOARCH  string `name:"goarch" placeholder:"ARCH" help:"Processor to build for, such as amd64 or arm64 (default: this one)."`
	Runtime string `placeholder:"DIR" help:"Build with the runtime in this folder, a checkout of veloc, instead of the one inside veloc."`
	Strict  bool   `help:"Make warnings errors."`
}

// Run builds the binary.
func (c *buildCommand) Run(t *terminal) error {
	p, err := t.load(c.File, "")
	if err != nil {
		return err
	}
	job, err := t.compile(p, veloc.Options{Strict: c.Strict})
	if err != nil {
		return err
	}
	if err := t.pin(job); err != nil {
		return err
	}
	_, err = t.build(job, veloc.BuildOptions{Output: c.output(p, job), GOOS: c.GOOS, GOARCH: c.GOARCH, Runtime: c.Runtime})
	return err
}

// output is where the binary goes.
func (c *buildCommand) output(p program, job *veloc.Job) string {
	goos := c.GOOS
	if goos == "" {
		goos = runtime.GOOS
	}
	name := strings.TrimSuffix(filepath.Base(p.name), filepath.Ext(p.name))
	if p.name == "-" || name == "" {
		name = job.Package
	}
	if goos == "windows" {
		name += ".exe"
	}
	if c.Output == "" {
		return name
	}
	if info, err := os.Stat(c.Output); err == nil && info.IsDir() {
		return filepath.Join(c.Output, name)
	}
	return c.Output
}

// build builds a job. It can be interrupted, and on a terminal it shows that it is still at work.
func (t *terminal) build(job *veloc.Job, o veloc.BuildOptions) (string, error) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	defer t.showWork(tick.C)()
	path, err := veloc.Build(ctx, job, o)
	if ctx.Err() != nil {
		return "", fmt.Errorf("interrupted: nothing was built")
	}
	return path, err
}

// showWork draws a line on a terminal at every tick but the first, until the function that it returns is called.
func (t *terminal) showWork(ticks <-chan time.Time) (end func()) {
	if !t.stderrIsTTY {
		return func() {}
	}
	over, gone := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(gone)
		for n := 1; ; n++ {
			select {
			case <-over:
				if n > 2 {
					fmt.Fprint(t.stderr, "\r\x1b[K")
				}
				return
			case <-ticks:
				if n >= 2 {
					fmt.Fprintf(t.stderr, "\rbuilding, %d s; the first build compiles the runtime and its libraries, later ones take about a second\x1b[K", n)
				}
			}
		}
	}()
	return func() { close(over); <-gone }
}
