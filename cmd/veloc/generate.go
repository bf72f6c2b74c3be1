package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"regexp"

	"github.com/velostream/veloc"
)

// generateCommand is `veloc generate`.
type generateCommand struct {
	File       string `arg:"" help:"SQL file."`
	Package    string `name:"pkg" placeholder:"NAME" help:"Name of the package (default: made from the job's name)."`
	Output     string `short:"o" placeholder:"DIR" help:"Folder of the package (default: the package's name, beside the SQL file)."`
	Standalone string `placeholder:"DIR" help:"Write a whole module into this folder: package, main program, runtime, Dockerfile, Makefile and README."`
	Check      bool   `help:"Write nothing; exit with 1 if something is out of date."`
	Strict     bool   `help:"Make warnings errors."`
}

var packagePattern = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)

// Run writes the generated code, or tells what of it is out of date.
func (c *generateCommand) Run(t *terminal) error {
	switch {
	case c.Package != "" && !packagePattern.MatchString(c.Package):
		return usagef("--pkg %s: expected the name of a Go package, lower-case letters and digits", c.Package)
	case c.Package == "main":
		return usagef("--pkg main: the package is used by a main program and cannot be one; --standalone writes both")
	case c.Standalone != "" && c.Output != "":
		return usagef("give -o, for the package alone, or --standalone, not both")
	}
	p, err := t.load(c.File, "")
	if err != nil {
		return err
	}
	job, err := t.compile(p, veloc.Options{Strict: c.Strict, Package: c.Package})
	if err != nil {
		return err
	}
	files, dir, err := c.files(p, job)
	if err != nil {
		return err
	}
	if c.Check {
		return c.check(t, job, files, dir)
	}
	if err := t.pin(job); err != nil {
		return err
	}
	if stale, err := files.Stale(dir); err != nil || len(stale) == 0 {
		return err
	}
	if err := c.verify(t, job); err != nil {
		return err
	}
	changed, err := files.Write(dir)
	if err != nil {
		return err
	}
	if len(changed) > 0 {
		fmt.Fprintf(t.stderr, "updated %s in %s\n", plural(len(changed), "file"), dir)
	}
	return nil
}

// verify has Go compile what will be written, in veloc's cache, where a build of the same job finds the result. Without a toolchain that
// works nothing is lost but this check.
func (c *generateCommand) verify(t *terminal, job *veloc.Job) error {
	_, err := t.build(job, veloc.BuildOptions{})
	var unable *veloc.ToolchainError
	switch {
	case errors.Is(err, veloc.ErrNoGo):
		fmt.Fprintln(t.stderr, "note: there is no `go` on the PATH: what is generated was not compiled")
	case errors.As(err, &unable):
		fmt.Fprintf(t.stderr, "note: what is generated was not compiled: %v\n", unable)
	default:
		return err
	}
	return nil
}

// files are what the command writes, and where.
func (c *generateCommand) files(p program, job *veloc.Job) (*veloc.Generated, string, error) {
	if c.Standalone != "" {
		files, err := job.StandaloneFiles()
		return files, c.Standalone, err
	}
	dir := c.Output
	if dir == "" {
		dir = filepath.Join(p.dir(), job.Package)
	}
	return job.PackageFiles(), dir, nil
}

// check lists what is out of date.
func (c *generateCommand) check(t *terminal, job *veloc.Job, files *veloc.Generated, dir string) error {
	stale, err := files.Stale(dir)
	if err != nil {
		return err
	}
	for i := range stale {
		stale[i] = filepath.Join(dir, filepath.FromSlash(stale[i]))
	}
	if lock := job.Catalog.Lock; lock.Path != "" && lock.Changed {
		stale = append(stale, lock.Path)
	}
	if len(stale) == 0 {
		return nil
	}
	for _, path := range stale {
		fmt.Fprintf(t.stderr, "%s is out of date\n", path)
	}
	fmt.Fprintln(t.stderr, "run the same command without --check, and review what changes")
	return exit(exitDiagnostics)
}
