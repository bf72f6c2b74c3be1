package plan_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/cockroachdb/datadriven"

	"github.com/velostream/veloc/compiler/bind"
	"github.com/velostream/veloc/compiler/bind/bindtest"
	"github.com/velostream/veloc/compiler/plan"
	"github.com/velostream/veloc/grammar/diag"
)

// TestForms prints one job in its three forms: text, JSON and Mermaid.
func TestForms(t *testing.T) {
	datadriven.RunTest(t, "testdata/forms", func(t *testing.T, d *datadriven.TestData) string {
		job, found := bindtest.Bind(t, "", d.Input, bind.Options{})
		if found.HasErrors() {
			t.Fatal(diag.Text(found))
		}
		switch d.Cmd {
		case "text":
			return plan.Print(job)
		case "json":
			out := plan.JSON(job)
			if !json.Valid(out) {
				t.Error("this is no JSON")
			}
			return string(out)
		case "mermaid":
			return plan.Mermaid(job)
		}
		t.Fatalf("unknown command %s", d.Cmd)
		return ""
	})
}

// Properties follow from the fields of a node, so building it again over the same inputs gives the same ones.
func TestWithInputs(t *testing.T) {
	job, _ := bindtest.Bind(t, "", `
CREATE STREAM t (a INTEGER, b STRING) WITH ('connector' = 'kafka');
SELECT DISTINCT b, COUNT(*) AS n FROM t WHERE a > 1 GROUP BY b HAVING COUNT(*) > 2 WINDOW TUMBLING(1m) LIMIT 3;`, bind.Options{})
	var walk func(plan.Node)
	walk = func(n plan.Node) {
		in := n.Inputs()
		if len(in) == 0 {
			return
		}
		if same := plan.WithInputs(n, in); same != n {
			t.Errorf("%s was rebuilt over its own input", plan.Describe(n))
		}
		other := plan.NewDistinct(in[0], nil, n.Span()) // passes everything through
		rebuilt := plan.WithInputs(n, []plan.Node{other})
		got, want := plan.PrintNode(rebuilt), plan.PrintNode(n)
		if strings.Split(got, "\n")[0] != strings.Split(want, "\n")[0] || plan.SchemaText(rebuilt.Props().Schema) != plan.SchemaText(n.Props().Schema) {
			t.Errorf("rebuilt as\n%s instead of\n%s", got, want)
		}
		walk(in[0])
	}
	walk(job.Statements[0].Root)
}
