package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/velostream/veloc"
)

// commandLine is the whole command line; kong reads it from the tags.
type commandLine struct {
	Build      buildCommand      `cmd:"" help:"Build a static binary of a SQL file."`
	Run        runCommand        `cmd:"" help:"Build a SQL file and run it; arguments after -- go to the program."`
	Check      checkCommand      `cmd:"" help:"Report every error and warning of SQL files."`
	Explain    explainCommand    `cmd:"" help:"Explain a diagnostic's code (VL0304), or print the plan of a SQL file."`
	Generate   generateCommand   `cmd:"" help:"Write the Go code of a SQL file."`
	Fmt        fmtCommand        `cmd:"" help:"Format SQL files."`
	Diff       diffCommand       `cmd:"" help:"Tell what becomes of a job's saved state when its SQL changes."`
	Savepoint  savepointCommand  `cmd:"" help:"Let a running job write a copy of its state."`
	Lsp        lspCommand        `cmd:"" help:"Serve an editor: the language server."`
	Schema     schemaCommand     `cmd:"" help:"Show the columns of a job's sources, or conclude a schema from data."`
	Functions  functionsCommand  `cmd:"" help:"List the functions of the language, or describe one."`
	Dev        devCommand        `cmd:"" help:"Servers to try things out with."`
	Completion completionCommand `cmd:"" help:"Print a script that completes veloc's commands and flags in a shell."`
	Version    versionCommand    `cmd:"" help:"Print the version."`

	Color       string           `enum:"auto,always,never" default:"auto" help:"When to colour diagnostics: auto (on a terminal, unless NO_COLOR is set), always or never."`
	ShowVersion kong.VersionFlag `name:"version" help:"Print the version."`
}

// The exit codes of veloc.
const (
	exitDone        = 0
	exitDiagnostics = 1
	exitUsage       = 2
	exitFailed      = 3
)

// exit ends a command with an exit code, after everything has been said.
type exit int

func (e exit) Error() string { return fmt.Sprintf("exit code %d", int(e)) }

// usageError is a mistake in the arguments.
type usageError struct{ error }

func (e usageError) Unwrap() error { return e.error }

func usagef(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

func main() { os.Exit(run(os.Args[1:], surroundings())) }

// run does what the arguments say and returns the exit code.
func run(args []string, t *terminal) int {
	var line commandLine
	k := parser(&line, t)
	if len(args) == 0 {
		args = []string{"--help"}
		k.Exit = func(int) { os.Exit(exitUsage) }
	}
	args, t.programArgs = normalize(args, longNames(k.Model.Node))
	ctx, err := k.Parse(args)
	if err != nil {
		return t.report(usageError{err})
	}
	t.setColor(line.Color)
	return t.report(ctx.Run(t, k))
}

func parser(line *commandLine, t *terminal) *kong.Kong {
	return kong.Must(line,
		kong.Name("veloc"),
		kong.Description("veloc compiles streaming SQL to Go programs.\n\nStart with: veloc run -e \"SELECT 1 + 1 AS two\""),
		kong.Vars{"phases": strings.Join(veloc.Phases(), ", "), "version": versionText()},
		kong.Writers(t.stdout, t.stderr),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
	)
}

// longNames are the names of all flags that have more than one letter.
func longNames(n *kong.Node) map[string]bool {
	names := map[string]bool{"help": true}
	for _, f := range n.Flags {
		names[f.Name] = true
	}
	for _, child := range n.Children {
		for name := range longNames(child) {
			names[name] = true
		}
	}
	return names
}

// normalize prepares arguments: long flags may be written with one dash, as Go's tools have them; the SQL behind -e may start with a dash,
// as comments do; and what follows -- belongs to the program that `veloc run` starts.
func normalize(args []string, long map[string]bool) (own, program []string) {
	isRun := len(args) > 0 && args[0] == "run"
	for i := 0; i < len(args); i++ {
		a := args[i]
		name, _, _ := strings.Cut(strings.TrimPrefix(a, "-"), "=")
		switch {
		case a == "--" && isRun:
			return own, args[i+1:]
		case a == "--":
			return append(own, args[i:]...), nil
		case (a == "-e" || a == "--execute") && i+1 < len(args):
			i++
			own = append(own, "--execute="+args[i])
		case len(name) > 1 && long[name] && !strings.HasPrefix(a, "--") && a[0] == '-':
			own = append(own, "-"+a) // kong would read -pkg as -p -k -g
		default:
			own = append(own, a)
		}
	}
	return own, nil
}

// report says why a command failed, if it did and has not said so, and returns the exit code.
func (t *terminal) report(err error) int {
	var code exit
	var usage usageError
	switch {
	case err == nil:
		return exitDone
	case errors.As(err, &code):
		return int(code)
	case errors.As(err, &usage):
		fmt.Fprintf(t.stderr, "veloc: %v\n", err)
		var parse *kong.ParseError
		if errors.As(err, &parse) {
			fmt.Fprintf(t.stderr, "Run '%s --help' for usage.\n", commandName(parse))
		}
		return exitUsage
	case strings.HasPrefix(err.Error(), "bug: "):
		writeBug(t.stderr, err)
		return exitFailed
	}
	fmt.Fprintf(t.stderr, "veloc: %v\n", err)
	return exitFailed
}

// commandName is the command that a parse error is about, as far as it was given.
func commandName(err *kong.ParseError) string {
	words := []string{"veloc"}
	for _, p := range err.Context.Path {
		if p.Command != nil {
			words = append(words, p.Command.Name)
		}
	}
	return strings.Join(slices.Compact(words), " ")
}

// writeBug asks the user to report a defect of veloc.
func writeBug(w io.Writer, err error) {
	fmt.Fprintf(w, `veloc: %v

This is a bug in veloc, not in your SQL. Please report it at https://github.com/velostream/veloc/issues with
the text above, the SQL file, the files that it names (of its input the first rows are enough), and this line:
  %s
`, err, versionText())
}
