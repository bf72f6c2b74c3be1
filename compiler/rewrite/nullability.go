package rewrite

import (
	"github.com/velostream/veloc/compiler/expr"
	"github.com/velostream/veloc/compiler/plan"
	"github.com/velostream/veloc/compiler/types"
)

// retype brings an expression up to a schema in which columns may have stopped being nullable. Types never change.
func retype(c *Context, e expr.Expr, in plan.Schema) expr.Expr {
	if e == nil {
		return nil
	}
	return expr.Map(e, func(x expr.Expr) expr.Expr {
		if col, ok := x.(*expr.Column); ok {
			return withNullable(x, in[col.Index].Col.Nullable)
		}
		return withNullable(x, nullable(c, x))
	})
}

// nullable tells whether e, which could be NULL so far, still can.
func nullable(c *Context, e expr.Expr) bool {
	return e.Col().Nullable && expr.CanBeNull(e, c.Scalar)
}

// withNullable is e with another nullability; e itself when it has that one.
func withNullable(e expr.Expr, yes bool) expr.Expr {
	if e.Col().Nullable == yes {
		return e
	}
	col := types.Col{Type: e.Col().Type, Nullable: yes}
	return expr.WithCol(e, col)
}

// retypeMetrics brings metrics up to the schema of their statement's result.
func retypeMetrics(c *Context, metrics []*plan.Metric, out plan.Schema) []*plan.Metric {
	var list []*plan.Metric
	for _, m := range metrics {
		n := *m
		n.Condition, n.Value = retype(c, m.Condition, out), retype(c, m.Value, out)
		n.Labels = nil
		for _, l := range m.Labels {
			n.Labels = append(n.Labels, plan.MetricLabel{Name: l.Name, Value: retype(c, l.Value, out)})
		}
		list = append(list, &n)
	}
	return list
}
