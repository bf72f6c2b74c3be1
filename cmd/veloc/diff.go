package main

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/velostream/veloc"
)

// diffCommand is `veloc diff`.
type diffCommand struct {
	Old    string `arg:"" help:"SQL file of the job whose state was saved."`
	New    string `arg:"" help:"SQL file of the job that is to go on from it."`
	Format string `enum:"text,json" default:"text" help:"How to print: text, or json, one object a line."`
}

// exitLost says that some saved state does not survive.
const exitLost = 4

// Run prints what becomes of each table. It exits with 4 if state has to be given up.
func (c *diffCommand) Run(t *terminal) error {
	var jobs [2]*veloc.Job
	for i, file := range []string{c.Old, c.New} {
		p, err := t.load(file, "")
		if err != nil {
			return err
		}
		if jobs[i], err = t.compile(p, veloc.Options{}); err != nil {
			return err
		}
	}
	lost := false
	changes := veloc.CompareState(jobs[0], jobs[1])
	for _, s := range changes {
		lost = lost || s.Outcome == veloc.Lost || s.Outcome == veloc.Rebuilt
		if c.Format == "json" {
			text, err := json.Marshal(s)
			if err != nil {
				return err
			}
			fmt.Fprintf(t.stdout, "%s\n", text)
			continue
		}
		fmt.Fprintf(t.stdout, "%-9s %s\n", s.Outcome, s.Table)
		if s.Why != "" {
			fmt.Fprintf(t.stdout, "          %s\n", s.Why)
		}
		if len(s.Added) > 0 {
			fmt.Fprintf(t.stdout, "          begins with the next row: %s\n", strings.Join(s.Added, ", "))
		}
		if len(s.Dropped) > 0 {
			fmt.Fprintf(t.stdout, "          given up: %s\n", strings.Join(s.Dropped, ", "))
		}
	}
	if len(changes) == 0 && c.Format == "text" {
		fmt.Fprintln(t.stdout, "Neither job keeps state.")
	}
	if lost {
		return exit(exitLost)
	}
	return nil
}
