package rewrite_test

import (
	"testing"

	"github.com/velostream/veloc/compiler/bind"
	"github.com/velostream/veloc/compiler/bind/bindtest"
	"github.com/velostream/veloc/compiler/plan"
	"github.com/velostream/veloc/compiler/rewrite"
	"github.com/velostream/veloc/grammar/diag"
)

// TestRun applies all passes to a chain of statements and checks that every pass leaves expressions that fit their inputs, keeps the
// columns of each result, and that references lead to statements of the same job.
func TestRun(t *testing.T) {
	job, found := bindtest.Bind(t, tables, `
CREATE STREAM clean AS SELECT symbol, price, volume, note, ts AS _event_time FROM trades WHERE price > 10.0 * 2 AND TRUE;
CREATE STREAM minutes AS SELECT symbol, SUM(volume) AS total, SUM(volume) / COUNT(*) AS mean, note FROM clean GROUP BY symbol, note HAVING SUM(volume) > 1 WINDOW TUMBLING(1m);
CREATE TABLE latest AS SELECT symbol PRIMARY KEY, MAX(total) AS top FROM minutes GROUP BY symbol;
SELECT DISTINCT symbol, top FROM latest WHERE top > 5 LIMIT 10;
`, bind.Options{})
	if found.HasErrors() {
		t.Fatal(diag.Text(found))
	}
	var ran []string
	out, found := rewrite.Run(job, bindtest.Registry(), func(pass string, now *plan.Job) {
		ran = append(ran, pass)
		checkRefs(t, now)
		for i, st := range now.Statements {
			sameColumns(t, pass, job.Statements[i].Root.Props().Schema, st.Root.Props().Schema)
		}
	})
	if len(ran) != len(rewrite.Passes) || len(found) > 0 {
		t.Errorf("ran %v and found %v", ran, found)
	}
	checkColumns(t, out)
}

func checkRefs(t *testing.T, job *plan.Job) {
	t.Helper()
	ours := map[*plan.Statement]bool{}
	var walk func(plan.Node)
	walk = func(n plan.Node) {
		if r, ok := n.(*plan.Ref); ok && !ours[r.Statement] {
			t.Errorf("%s leads out of the job", plan.Describe(r))
		}
		for _, in := range n.Inputs() {
			walk(in)
		}
	}
	for _, st := range job.Statements {
		walk(st.Root)
		ours[st] = true
	}
}

func sameColumns(t *testing.T, pass string, want, got plan.Schema) {
	t.Helper()
	if len(want) != len(got) {
		t.Fatalf("%s: %d columns became %d", pass, len(want), len(got))
	}
	for i := range want {
		if want[i].Name != got[i].Name || !want[i].Col.Type.Equal(got[i].Col.Type) || got[i].Col.Nullable && !want[i].Col.Nullable {
			t.Errorf("%s: column %s %s became %s %s", pass, want[i].Name, want[i].Col, got[i].Name, got[i].Col)
		}
	}
}
