package main

import (
	"fmt"

	"github.com/velostream/veloc"
	"github.com/velostream/veloc/grammar/diag"
)

// maxRounds bounds how often a file is compiled again after its fixes: one may uncover another, and two could undo each other.
const maxRounds = 20

func (c *checkCommand) options() veloc.Options {
	return veloc.Options{Strict: c.Strict, Notes: c.Notes}
}

// fix makes the edits that the diagnostics of a file propose, until none is left, writes the file, and says how many there were.
func (c *checkCommand) fix(t *terminal, p program) (program, error) {
	if p.name == "-" || p.name == "-e" {
		return p, usagef("--fix edits files, and SQL from %s is in none", map[string]string{"-": "standard input", "-e": "the command line"}[p.name])
	}
	total := 0
	for range maxRounds {
		job, err := veloc.Check(p.name, p.text, c.options())
		if err != nil {
			return p, err
		}
		text, edits := diag.Apply(job.Source, job.Diagnostics, c.Guess)
		if edits == 0 {
			break
		}
		p.text, total = text, total+edits
	}
	if total == 0 {
		return p, nil
	}
	fmt.Fprintf(t.stderr, "%s: %s\n", p.name, plural(total, "edit"))
	return p, rewrite(p.name, p.text)
}
