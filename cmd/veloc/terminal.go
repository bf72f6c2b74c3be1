package main

import (
	"bytes"
	"fmt"
	"io"
	"os"

	"golang.org/x/term"

	"github.com/velostream/veloc/grammar/diag"
)

// terminal is what a command reads from and writes to.
type terminal struct {
	stdin          io.Reader
	stdout, stderr io.Writer

	programArgs []string // what followed -- on the command line

	stdinIsTTY, stdoutIsTTY, stderrIsTTY bool

	noColor bool // NO_COLOR is set or the terminal knows no colours
	color   bool // diagnostics are coloured
}

// surroundings are the terminal of this process.
func surroundings() *terminal {
	return &terminal{
		stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr,
		stdinIsTTY:  term.IsTerminal(int(os.Stdin.Fd())),
		stdoutIsTTY: term.IsTerminal(int(os.Stdout.Fd())),
		stderrIsTTY: term.IsTerminal(int(os.Stderr.Fd())),
		noColor:     os.Getenv("NO_COLOR") != "" || os.Getenv("TERM") == "dumb", // see no-color.org
	}
}

func (t *terminal) setColor(when string) {
	t.color = when == "always" || when == "auto" && t.stderrIsTTY && !t.noColor
}

// write prints diagnostics in a format: text to standard error, the others to standard output.
func (t *terminal) write(l diag.List, format string) error {
	var b bytes.Buffer
	var err error
	out := t.stdout
	switch format {
	case "json":
		err = diag.WriteJSON(&b, l)
	case "sarif":
		err = diag.WriteSARIF(&b, l)
	case "github":
		err = diag.WriteGitHub(&b, l)
	default:
		out = t.stderr
		err = diag.WriteText(&b, l, diag.TextOptions{Color: t.color})
	}
	if err != nil {
		return fmt.Errorf("bug: rendering diagnostics: %w", err)
	}
	_, err = out.Write(b.Bytes())
	return err
}

// totals is "2 errors, 1 warning".
func totals(l diag.List) string {
	errors, warnings := l.Count(diag.Error), l.Count(diag.Warning)
	switch {
	case errors == 0 && warnings == 0:
		return "no errors"
	case warnings == 0:
		return plural(errors, "error")
	case errors == 0:
		return plural(warnings, "warning")
	}
	return plural(errors, "error") + ", " + plural(warnings, "warning")
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
