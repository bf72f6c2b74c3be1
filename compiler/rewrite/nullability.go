package rewrite

import (
	"math/big"

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

// nullable derives whether e can be NULL from its operands, by the rules by which binding did.
func nullable(c *Context, e expr.Expr) bool {
	if !e.Col().Nullable {
		return false
	}
	switch e := e.(type) {
	case *expr.Column, *expr.Meta, *expr.Lit, *expr.IsNull, *expr.IsBool:
		return e.Col().Nullable
	case *expr.Field:
		return e.X.Col().Nullable || e.X.Col().Type.Fields[e.Index].Col.Nullable
	case *expr.Element:
		return true // there may be no such element
	case *expr.Make:
		return false
	case *expr.Unary, *expr.Logic, *expr.In, *expr.Like:
		return anyNullable(expr.Children(e))
	case *expr.Binary:
		byZero := (e.Op == expr.Div || e.Op == expr.Mod) && !nonZero(e.R)
		return byZero || e.L.Col().Nullable || e.R.Col().Nullable
	case *expr.Compare:
		return e.Op != expr.IsDistinct && e.Op != expr.NotDistinct && anyNullable(expr.Children(e))
	case *expr.Case:
		for _, w := range e.Whens {
			if w.Then.Col().Nullable {
				return true
			}
		}
		return e.Else.Col().Nullable
	case *expr.Cast:
		return e.X.Col().Nullable || e.Try && types.Cast(e.X.Col().Type, e.T.Type) == types.Checked
	case *expr.Call:
		return nullableCall(c.Scalar(e.Name)[e.Sig], e.Args)
	}
	panic("bug: unhandled expression")
}

func nullableCall(s *types.Signature, args []expr.Expr) bool {
	switch s.Nulls {
	case types.NeverNull:
		return false
	case types.AlwaysNull:
		return true
	case types.AllNull:
		for _, a := range args {
			if !a.Col().Nullable {
				return false
			}
		}
		return true
	}
	return anyNullable(args)
}

func anyNullable(list []expr.Expr) bool {
	for _, e := range list {
		if e.Col().Nullable {
			return true
		}
	}
	return false
}

// nonZero tells whether e is a literal other than zero.
func nonZero(e expr.Expr) bool {
	l, ok := e.(*expr.Lit)
	if !ok {
		return false
	}
	switch v := l.Val.(type) {
	case int64:
		return v != 0
	case float64:
		return v != 0
	case *big.Int:
		return v.Sign() != 0
	}
	return false
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
