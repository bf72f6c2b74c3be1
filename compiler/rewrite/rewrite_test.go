package rewrite_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/cockroachdb/datadriven"

	"github.com/velostream/veloc/compiler/bind"
	"github.com/velostream/veloc/compiler/bind/bindtest"
	"github.com/velostream/veloc/compiler/expr"
	"github.com/velostream/veloc/compiler/plan"
	"github.com/velostream/veloc/compiler/rewrite"
	"github.com/velostream/veloc/grammar/diag"
)

const tables = `
CREATE STREAM trades (
    symbol STRING NOT NULL, price DECIMAL(10,2), volume INTEGER NOT NULL, fee FLOAT, active BOOLEAN, note STRING, ts TIMESTAMP NOT NULL,
    WATERMARK FOR ts AS ts - INTERVAL '5' SECOND
) WITH ('type' = 'kafka_source');
`

// TestPasses runs one pass at a time: the file's name is the pass. "before" and "after" of a plan are printed when they differ.
// With "inline" every reference to an earlier statement is replaced by that statement's plan, which makes shapes that one SELECT
// cannot write.
func TestPasses(t *testing.T) {
	datadriven.Walk(t, "testdata", func(t *testing.T, path string) {
		name := path[strings.LastIndex(path, "/")+1:]
		datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string {
			job, found := bindtest.Bind(t, tables, d.Input, bind.Options{})
			if found.HasErrors() {
				t.Fatal(diag.Text(found))
			}
			if d.HasArg("inline") {
				job = inline(job)
			}
			before := plan.Print(job)
			c := &rewrite.Context{Functions: bindtest.Registry()}
			after := pass(t, name).Fn(c, job)
			checkColumns(t, after)
			if plan.Print(job) != before {
				t.Errorf("the pass has changed its input")
			}
			out := plan.Print(after)
			if out == before {
				out = "unchanged\n"
			}
			return out + diag.Text(c.Diags)
		})
	})
}

func pass(t *testing.T, name string) rewrite.Pass {
	for _, p := range rewrite.Passes {
		if p.Name == name {
			return p
		}
	}
	t.Fatalf("no pass %s", name)
	return rewrite.Pass{}
}

// inline keeps the last statement and puts the plans of the others in the place of the references to them.
func inline(job *plan.Job) *plan.Job {
	last := *job.Statements[len(job.Statements)-1]
	last.Root = inlined(last.Root)
	out := *job
	out.Statements = []*plan.Statement{&last}
	return &out
}

func inlined(n plan.Node) plan.Node {
	if r, ok := n.(*plan.Ref); ok {
		return inlined(r.Statement.Root)
	}
	var in []plan.Node
	for _, x := range n.Inputs() {
		in = append(in, inlined(x))
	}
	return plan.WithInputs(n, in)
}

// checkColumns checks that every expression reads columns that its input has, with the type and nullability that they have there.
func checkColumns(t *testing.T, job *plan.Job) {
	t.Helper()
	for _, st := range job.Statements {
		checkNode(t, st.Root)
	}
}

func checkNode(t *testing.T, n plan.Node) {
	t.Helper()
	for _, in := range n.Inputs() {
		checkNode(t, in)
	}
	if len(n.Inputs()) == 0 {
		return
	}
	schema := n.Inputs()[0].Props().Schema
	if j, ok := n.(*plan.Join); ok {
		over := func(in plan.Schema) func(expr.Expr) expr.Expr {
			return func(e expr.Expr) expr.Expr { checkExpr(t, n, e, in); return e }
		}
		right := j.Right.Props().Schema
		j.JoinSpec.Map(over(schema), over(right), over(slices.Concat(schema, right)))
		return
	}
	for _, e := range rewrite.Exprs(n) {
		checkExpr(t, n, e, schema)
	}
}

func checkExpr(t *testing.T, n plan.Node, e expr.Expr, schema plan.Schema) {
	t.Helper()
	expr.Walk(e, func(x expr.Expr) bool {
		c, ok := x.(*expr.Column)
		switch {
		case !ok:
		case c.Index < 0 || c.Index >= len(schema):
			t.Errorf("%s reads column %d of %d", plan.Describe(n), c.Index, len(schema))
		case !c.T.Type.Equal(schema[c.Index].Col.Type) || c.T.Nullable != schema[c.Index].Col.Nullable:
			t.Errorf("%s reads %s as %s, but it is %s", plan.Describe(n), c.Name, c.T, schema[c.Index].Col)
		}
		return true
	})
}
