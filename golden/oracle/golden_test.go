package oracle

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/velostream/veloc"
	"github.com/velostream/veloc/compiler/bind"
	"github.com/velostream/veloc/compiler/expr"
	"github.com/velostream/veloc/compiler/plan"
	"github.com/velostream/veloc/grammar/diag"
)

// bound is the plan of a compiled job before any rewrite.
func bound(job *veloc.Job) *plan.Job {
	logical, ds := bind.Bind(job.Syntax, job.Catalog, job.Functions(), bind.Options{})
	if ds.HasErrors() {
		panic("bug: binding again fails: " + diag.Text(ds))
	}
	return logical
}

// needed are the columns of each source that some statement still reads after all rewrites: only they are decoded.
func needed(job *plan.Job) map[string]map[int]bool {
	out := map[string]map[int]bool{}
	var visit func(n plan.Node, timed bool)
	visit = func(n plan.Node, timed bool) {
		if a, ok := n.(*plan.Aggregate); ok && a.Window != nil {
			if _, ok := a.Window.Time.(*expr.Meta); ok {
				timed = true
			}
		}
		if s, ok := n.(*plan.Scan); ok {
			if out[s.Source.Name] == nil {
				out[s.Source.Name] = map[int]bool{}
			}
			for _, c := range s.Columns {
				out[s.Source.Name][c] = true
			}
			if timed && s.Source.EventTime.Declared {
				out[s.Source.Name][s.Source.EventTime.Column] = true
			}
		}
		for _, in := range n.Inputs() {
			visit(in, timed)
		}
	}
	for _, st := range job.Statements {
		visit(st.Root, st.TTL > 0)
	}
	return out
}

// beyond are golden cases about when rows are shown or dropped, of which the evaluator knows nothing.
var beyond = map[string]string{
	"emit_batches":    "results of several rows are shown together",
	"join_late":       "rows of a join come late",
	"join_missing":    "rows that a lookup misses have other values",
	"join_ttl":        "rows of a join are forgotten",
	"served_tables":   "results are asked for over HTTP",
	"watermark_marks": "rows carry the watermark",
}

// TestGolden checks the results of every golden case against the evaluator, over the plan as bound and as rewritten.
func TestGolden(t *testing.T) {
	files, err := filepath.Glob("../*/job.sql")
	if err != nil || len(files) == 0 {
		t.Fatalf("no golden cases: %v", err)
	}
	for _, path := range files {
		dir := filepath.Dir(path)
		t.Run(filepath.Base(dir), func(t *testing.T) {
			if why := beyond[filepath.Base(dir)]; why != "" {
				t.Skip(why)
			}
			sql, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			job, err := veloc.Check(path, string(sql), veloc.Options{})
			if err != nil || job.Diagnostics.HasErrors() {
				t.Fatalf("%v\n%s", err, diag.Text(job.Diagnostics))
			}
			for _, name := range job.Catalog.Sources() {
				if c := job.Catalog.Source(name).Connector; !strings.HasPrefix(c, "file_source") {
					t.Skipf("the evaluator reads files, not a %s", c)
				}
			}
			now := time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC).UnixNano()
			for phase, logical := range map[string]*plan.Job{"bound": bound(job), "rewritten": job.Logical} {
				m := newMachine(dir, now, needed(job.Logical))
				m.zero = job.Catalog.Job("division.by.zero", "null") == "error"
				m.run(logical)
				for _, st := range logical.Statements {
					if st.Sink == nil || st.Sink.Target.Prop("changelog", "") != "" && dir == "../window_sessions_changes" {
						continue // see TestWindowChanges
					}
					name := filepath.Base(st.Sink.Target.Prop("path", ""))
					have, err := os.ReadFile(filepath.Join(dir, "want", name))
					if err != nil {
						t.Fatal(err)
					}
					o := m.out[st]
					if o.doubt && !straight(st.Root) {
						t.Logf("%s: the SQL leaves open what it holds", name)
						continue
					}
					if d := m.compared(st, contents(have)); d != "" {
						t.Errorf("%s plan, %s: %s", phase, name, d)
					}
				}
			}
		})
	}
}

// contents are the lines of a file.
func contents(data []byte) []string {
	if len(data) == 0 {
		return nil
	}
	return strings.Split(strings.TrimSuffix(string(data), "\n"), "\n")
}
