package main

import (
	"bytes"
	"fmt"
	"os"

	"github.com/rogpeppe/go-internal/diff"

	"github.com/velostream/veloc/grammar"
	"github.com/velostream/veloc/grammar/source"
)

// fmtCommand is `veloc fmt`.
type fmtCommand struct {
	Files []string `arg:"" name:"file" help:"SQL files, or - for standard input."`
	Write bool     `short:"w" help:"Write the result to the file instead of standard output."`
	Diff  bool     `short:"d" help:"Print what would change, as a diff; exit with 1 if anything would."`
	List  bool     `short:"l" help:"Print the names of files that would change; exit with 1 if there are any."`
}

// Run formats each file. One with syntax errors is reported and left as it is, and the others are formatted.
func (c *fmtCommand) Run(t *terminal) error {
	if c.Write && (c.Diff || c.List) {
		return usagef("give -w, or -d and -l, which write nothing")
	}
	worst := 0
	for _, file := range c.Files {
		changed, err := c.format(t, file)
		if err != nil {
			worst = max(worst, t.report(err))
		} else if changed && (c.Diff || c.List) {
			worst = max(worst, exitDiagnostics)
		}
	}
	if worst > 0 {
		return exit(worst)
	}
	return nil
}

// format does one file.
func (c *fmtCommand) format(t *terminal, file string) (changed bool, err error) {
	p, err := t.load(file, "")
	if err != nil {
		return false, err
	}
	if c.Write && p.name == "-" {
		return false, usagef("standard input cannot be written to: leave out -w")
	}
	text, found := grammar.Format(source.New(p.name, p.text))
	if found.HasErrors() {
		if err := t.write(found, "text"); err != nil {
			return false, err
		}
		return false, exit(exitDiagnostics)
	}
	changed = text != p.text
	switch {
	case c.Write && changed:
		return true, rewrite(p.name, text)
	case c.Write:
	case c.List || c.Diff:
		if changed && c.List {
			fmt.Fprintln(t.stdout, p.name)
		}
		if c.Diff {
			_, err = t.stdout.Write(diff.Diff(p.name, []byte(p.text), p.name+" (formatted)", []byte(text)))
		}
	default:
		_, err = bytes.NewBufferString(text).WriteTo(t.stdout)
	}
	return changed, err
}

// rewrite replaces a file in one step and keeps its permissions.
func rewrite(path, text string) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	beside := path + ".veloc-fmt"
	if err := os.WriteFile(beside, []byte(text), info.Mode().Perm()); err != nil {
		return err
	}
	if err := os.Rename(beside, path); err != nil {
		os.Remove(beside)
		return err
	}
	return nil
}
