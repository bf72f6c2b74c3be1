package main

import (
	"strconv"

	"github.com/velostream/veloc"
)

// runCommand is `veloc run`.
type runCommand struct {
	File    string   `arg:"" optional:"" help:"SQL file, or - for standard input."`
	Inline  string   `name:"execute" short:"e" placeholder:"SQL" help:"Run this SQL."`
	Output  string   `enum:"auto,table,json,csv" default:"auto" help:"How a SELECT without a sink prints its rows: table, json or csv; auto is table on a terminal and json elsewhere."`
	Config  []string `placeholder:"KEY=VALUE" sep:"none" help:"Override a property of the job; can be given many times."`
	Workers int      `placeholder:"N" help:"Goroutines that process rows of one source (default: one per processor)."`

	StateDir    string   `type:"path" placeholder:"DIR" help:"Keep state here, and go on from it after a restart; without, state is in memory only."`
	ResetState  []string `placeholder:"TABLE" sep:"none" help:"Let a table begin empty whose saved state the job cannot use; can be given many times."`
	RestoreFrom string   `type:"path" placeholder:"DIR" help:"Begin with the state of a savepoint."`

	MetricsPort int    `placeholder:"PORT" help:"Serve /metrics, /healthz and /readyz on this port."`
	Quiet       bool   `short:"q" help:"Print errors and rejected rows only."`
	Strict      bool   `help:"Make warnings errors."`
	Runtime     string `placeholder:"DIR" help:"Build with the runtime in this folder, a checkout of veloc, instead of the one inside veloc."`
}

// Run builds the program into the cache and becomes it: signals and the exit code are the program's.
func (c *runCommand) Run(t *terminal) error {
	p, err := t.load(c.File, c.Inline)
	if err != nil {
		return err
	}
	output := c.Output
	if output == "auto" {
		output = "json"
		if t.stdoutIsTTY {
			output = "table"
		}
	}
	job, err := t.compile(p, veloc.Options{Strict: c.Strict, Output: output})
	if err != nil {
		return err
	}
	bin, err := t.build(job, veloc.BuildOptions{Runtime: c.Runtime})
	if err != nil {
		return err
	}
	return become(bin, c.arguments(p.dir(), t.programArgs))
}

// arguments are those of the program.
func (c *runCommand) arguments(dir string, more []string) []string {
	args := []string{"--base-dir=" + dir}
	for _, kv := range c.Config {
		args = append(args, "--config="+kv)
	}
	if c.Workers != 0 {
		args = append(args, "--workers="+strconv.Itoa(c.Workers))
	}
	if c.StateDir != "" {
		args = append(args, "--state-dir="+c.StateDir)
	}
	for _, table := range c.ResetState {
		args = append(args, "--reset-state="+table)
	}
	if c.RestoreFrom != "" {
		args = append(args, "--restore-from="+c.RestoreFrom)
	}
	if c.MetricsPort != 0 {
		args = append(args, "--metrics-port="+strconv.Itoa(c.MetricsPort))
	}
	if c.Quiet {
		args = append(args, "--quiet")
	}
	return append(args, more...)
}
