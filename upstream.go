package veloc

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/velostream/veloc/compiler/catalog"
	"github.com/velostream/veloc/grammar/diag"
)

// upstream compiles the files that others depend on, as far as their results are known.
type upstream struct {
	reading []string // the way here, from the file that is compiled for its own sake
	offline bool
}

// Find looks beside the file.
func (u *upstream) Find(dir, name string) (string, bool) {
	for _, path := range catalog.SQLFiles(dir, name) {
		if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() {
			return path, true
		}
	}
	return "", false
}

// Results checks a file and lists what its statements make. A file with mistakes has no results: what it makes is not certain.
func (u *upstream) Results(path string) ([]catalog.Result, error) {
	same := func(other string) bool { return filepath.Clean(other) == filepath.Clean(path) }
	if slices.ContainsFunc(u.reading, same) {
		return nil, errors.New("the two files depend on one another; declare the columns in one of them")
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	job, err := Check(path, string(text), Options{reading: u.reading, offline: u.offline})
	if err != nil {
		return nil, err
	}
	if n := job.Diagnostics.Count(diag.Error); n > 0 {
		first := job.Diagnostics[slices.IndexFunc(job.Diagnostics, func(d diag.Diagnostic) bool { return d.Severity == diag.Error })]
		return nil, fmt.Errorf("it has mistakes, the first in line %d: %s", first.Span.Line(), first.Message)
	}
	var out []catalog.Result
	for _, st := range job.Logical.Statements {
		r := catalog.Result{Name: st.Name, Dir: filepath.Dir(path)}
		if st.Sink != nil {
			r.Sink = st.Sink.Target
		}
		for _, c := range st.Root.Props().Schema {
			r.Columns = append(r.Columns, catalog.Column{Name: c.Name, Col: c.Col, At: c.At})
		}
		out = append(out, r)
	}
	return out, nil
}
