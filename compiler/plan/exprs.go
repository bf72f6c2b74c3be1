package plan

import "github.com/velostream/veloc/compiler/expr"

// EachExpr visits the expressions of one operator, without those below it.
func EachExpr(n Node, visit func(expr.Expr)) {
	f := func(e expr.Expr) expr.Expr {
		if e != nil {
			visit(e)
		}
		return e
	}
	switch n := n.(type) {
	case *Filter:
		f(n.Cond)
	case *Project:
		mapAll(n.Exprs, f)
	case *Aggregate:
		mapAll(n.Keys, f)
		if n.Window != nil {
			f(n.Window.Time)
		}
		for _, g := range n.Aggs {
			mapAll(g.Args, f)
			f(g.Filter)
			MapKeys(g.OrderBy, f)
		}
	case *Join:
		n.JoinSpec.Map(f, f, f)
	case *Over:
		n.WindowSpec.Map(f)
		MapCalls(n.Calls, f)
	case *Sort:
		MapKeys(n.Keys, f)
	case *Unnest:
		f(n.Array)
	case *Values:
		for _, r := range n.Rows {
			mapAll(r, f)
		}
	case *Scan, *Ref, *Distinct, *Limit, *SetOp:
	default:
		panic(unhandled(n))
	}
}

// Walk visits n and, as long as visit returns true, what it reads, parents first. It does not follow references to other statements.
func Walk(n Node, visit func(Node) bool) {
	if !visit(n) {
		return
	}
	for _, in := range n.Inputs() {
		Walk(in, visit)
	}
}
