package oracle

import (
	"os"
	"testing"

	"github.com/velostream/veloc"
	"github.com/velostream/veloc/compiler/expr"
	"github.com/velostream/veloc/compiler/plan"
	"github.com/velostream/veloc/compiler/types"
)

// TestEveryCast holds that the golden case casts has every conversion that the table of conversions knows, so that TestGolden checks each of them.
func TestEveryCast(t *testing.T) {
	sql, err := os.ReadFile("../casts/job.sql")
	if err != nil {
		t.Fatal(err)
	}
	job, err := veloc.Check("../casts/job.sql", string(sql), veloc.Options{})
	if err != nil || job.Diagnostics.HasErrors() {
		t.Fatal(err, job.Diagnostics)
	}
	type pair struct{ from, to types.Kind }
	seen := map[pair]bool{}
	samples := map[types.Kind]types.Type{}
	for _, st := range bound(job).Statements {
		for _, e := range st.Root.(*plan.Project).Exprs {
			expr.Walk(e, func(e expr.Expr) bool {
				samples[e.Col().Type.Kind] = e.Col().Type
				if c, ok := e.(*expr.Cast); ok {
					seen[pair{c.X.Col().Type.Kind, c.T.Type.Kind}] = true
				}
				return true
			})
		}
	}
	for _, from := range types.Descriptions {
		for _, to := range types.Descriptions {
			if from.Kind != to.Kind && types.Cast(samples[from.Kind], samples[to.Kind]) != types.Never && !seen[pair{from.Kind, to.Kind}] {
				t.Errorf("golden/casts has no cast from %s to %s", from.Kind, to.Kind)
			}
		}
	}
}
