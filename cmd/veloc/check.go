package main

import (
	"fmt"

	"github.com/velostream/veloc"
	"github.com/velostream/veloc/grammar/diag"
)

// checkCommand is `veloc check`.
type checkCommand struct {
	Files  []string `arg:"" optional:"" name:"file" help:"SQL files, or - for standard input."`
	Inline string   `name:"execute" short:"e" placeholder:"SQL" help:"Check this SQL."`
	Format string   `enum:"text,json,sarif,github" default:"text" help:"text (to standard error), json (one object a line), sarif, or github (annotations of GitHub Actions)."`
	Strict bool     `help:"Make warnings errors."`
	Notes  bool     `help:"Note where results differ from Velostream's."`
	Fix    bool     `help:"Make the edits that diagnostics propose and that leave no doubt, in the files, and report what remains."`
	Guess  bool     `help:"With --fix, make those too that may not be what you meant, such as 'did you mean'."`
}

// Run reports all diagnostics of all files. A file that cannot be read does not keep the others from being checked.
func (c *checkCommand) Run(t *terminal) error {
	if c.Guess && !c.Fix {
		return usagef("--guess says which edits --fix makes: give both")
	}
	programs, unread, err := c.programs(t)
	if err != nil {
		return err
	}
	var all diag.List
	for _, p := range programs {
		if c.Fix {
			if p, err = c.fix(t, p); err != nil {
				return err
			}
		}
		job, err := veloc.Check(p.name, p.text, c.options())
		if err != nil {
			return err
		}
		all.Merge(job.Diagnostics)
	}
	if err := t.write(all, c.Format); err != nil {
		return err
	}
	if c.Format == "text" && len(programs) > 0 && (len(all) > 0 || t.stderrIsTTY) {
		separator := ""
		if len(all) > 0 {
			separator = "\n"
		}
		fmt.Fprintf(t.stderr, "%s%s in %s\n", separator, totals(all), plural(len(programs), "file"))
	}
	switch {
	case unread:
		return exit(exitUsage)
	case all.HasErrors():
		return exit(exitDiagnostics)
	}
	return nil
}

// programs reads the files and reports those that it cannot read.
func (c *checkCommand) programs(t *terminal) (read []program, unread bool, err error) {
	if c.Inline != "" || len(c.Files) == 0 {
		file := ""
		if len(c.Files) > 0 {
			file = c.Files[0]
		}
		p, err := t.load(file, c.Inline)
		return []program{p}, false, err
	}
	for _, file := range c.Files {
		p, err := t.load(file, "")
		if err != nil {
			t.report(err)
			unread = true
			continue
		}
		read = append(read, p)
	}
	return read, unread, nil
}
