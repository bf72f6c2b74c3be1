package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/velostream/veloc"
	"github.com/velostream/veloc/grammar/diag"
)

// program is SQL text with its name: a path, "-" for standard input or "-e" for the command line.
type program struct{ name, text string }

// dir is where relative paths of the SQL start.
func (p program) dir() string {
	if p.name == "-" || p.name == "-e" {
		return "."
	}
	return filepath.Dir(p.name)
}

// maxSize is the most that is taken for SQL, so that a data file given by mistake is not read whole.
const maxSize = 16 << 20

// load reads the SQL that the arguments of a command name: a file, - for standard input, or the text behind -e.
func (t *terminal) load(file, inline string) (program, error) {
	switch {
	case inline != "" && file != "":
		return program{}, usagef("give a SQL file or -e, not both")
	case inline != "":
		return program{"-e", inline}, nil
	case file == "":
		return program{}, usagef(`expected a SQL file, - for standard input, or -e "SELECT …"`)
	case file == "-":
		if t.stdinIsTTY {
			fmt.Fprintln(t.stderr, "Reading SQL from the terminal; end it with Ctrl-D.")
		}
		return read("-", t.stdin)
	}
	f, err := open(file)
	if err != nil {
		return program{}, err
	}
	defer f.Close()
	return read(file, f)
}

// open opens a SQL file, with errors that help.
func open(path string) (*os.File, error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, usagef("there is no file %s%s", path, nearby(path))
	case errors.Is(err, fs.ErrPermission):
		return nil, usagef("%s may not be read: permission denied", path)
	case err != nil:
		return nil, usageError{err}
	case info.IsDir():
		return nil, usagef("%s is a folder; expected a SQL file%s", path, inside(path))
	}
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrPermission) {
		return nil, usagef("%s may not be read: permission denied", path)
	}
	if err != nil {
		return nil, usageError{err}
	}
	return f, nil
}

// read takes the text of a program and refuses what cannot be SQL.
func read(name string, r io.Reader) (program, error) {
	shown := name
	if name == "-" {
		shown = "standard input"
	}
	data, err := io.ReadAll(io.LimitReader(r, maxSize+1))
	if err != nil {
		return program{}, usagef("%s cannot be read: %w", shown, err)
	}
	if len(data) > maxSize {
		return program{}, usagef("%s is longer than %d MiB; is it SQL?", shown, maxSize>>20)
	}
	if bytes.HasPrefix(data, []byte{0xff, 0xfe}) || bytes.HasPrefix(data, []byte{0xfe, 0xff}) {
		return program{}, usagef("%s is UTF-16 text; save it as UTF-8", shown)
	}
	if at := notText(data); at >= 0 {
		line := 1 + bytes.Count(data[:at], []byte{'\n'})
		return program{}, usagef("%s is not a text file: line %d holds the byte 0x%02X; SQL files are UTF-8 text", shown, line, data[at])
	}
	if len(bytes.TrimSpace(bytes.TrimPrefix(data, []byte("\ufeff")))) == 0 {
		return program{}, usagef("%s is empty", shown)
	}
	return program{name, string(data)}, nil
}

// notText is the position of the first byte that text does not have: NUL or what is not UTF-8; -1 for none.
func notText(data []byte) int {
	for i := 0; i < len(data); {
		r, size := utf8.DecodeRune(data[i:])
		if r == 0 || r == utf8.RuneError && size == 1 {
			return i
		}
		i += size
	}
	return -1
}

// nearby suggests what a path that does not exist was meant to be.
func nearby(path string) string {
	dir := filepath.Dir(path)
	if _, err := os.Stat(dir); err != nil {
		return ": there is no folder " + dir
	}
	names := sqlFiles(dir)
	if slices.Contains(names, filepath.Base(path)+".sql") {
		return fmt.Sprintf("; did you mean %s.sql?", path)
	}
	if near := diag.Nearest(filepath.Base(path), names); near != "" {
		return fmt.Sprintf("; did you mean %s?", filepath.Join(dir, near))
	}
	return inside(dir)
}

// inside lists the SQL files of a folder.
func inside(dir string) string {
	names := sqlFiles(dir)
	switch {
	case len(names) == 0:
		return ""
	case len(names) > 8:
		names = append(names[:8], "…")
	}
	return fmt.Sprintf("; SQL files in %s: %s", dir, strings.Join(names, ", "))
}

func sqlFiles(dir string) []string {
	paths, err := filepath.Glob(filepath.Join(strings.NewReplacer("*", `\*`, "?", `\?`, "[", `\[`).Replace(dir), "*.sql"))
	if err != nil {
		return nil // the pattern is escaped: nothing matches at worst
	}
	for i := range paths {
		paths[i] = filepath.Base(paths[i])
	}
	return paths
}

// compile compiles a program for use and prints what is to be said about it; errors end the command.
func (t *terminal) compile(p program, opts veloc.Options) (*veloc.Job, error) {
	job, err := veloc.Compile(p.name, p.text, opts)
	if err != nil {
		return nil, err
	}
	if err := t.write(job.Diagnostics, "text"); err != nil {
		return nil, err
	}
	if job.Diagnostics.HasErrors() {
		fmt.Fprintf(t.stderr, "\n%s\n", totals(job.Diagnostics))
		return job, exit(exitDiagnostics)
	}
	return job, nil
}

// pin writes the schema lock file and says so.
func (t *terminal) pin(job *veloc.Job) error {
	path, err := job.WriteLock()
	if err != nil {
		return fmt.Errorf("the schema lock file cannot be written: %w", err)
	}
	if path != "" {
		fmt.Fprintf(t.stderr, "wrote %s: the columns that were found; commit it, so that later builds need no data and no registry\n", path)
	}
	return nil
}
