package rewrite

import (
	"github.com/velostream/veloc/compiler/expr"
	"github.com/velostream/veloc/compiler/plan"
)

// pushFilter moves a filter towards the source, where it spares the work behind it, and merges filters that meet.
//
// Identities: σ[c](π[e](R)) = π[e](σ[c with each column replaced by its e](R)), and σ[a](σ[b](R)) = σ[b AND a](R). The order of
// conditions is kept: b is checked first. A filter does not move below an aggregate, which would see other rows, nor below a
// LIMIT or a HAVING's aggregate. Where a column of the condition is expensive the filter stays: it would be computed twice.
func pushFilter(c *Context, n plan.Node) plan.Node {
	f, ok := n.(*plan.Filter)
	if !ok {
		return n
	}
	switch in := f.In.(type) {
	case *plan.Project:
		if !allCheap(in.Exprs, f.Cond) {
			return f
		}
		below := pushFilter(c, plan.NewFilter(in.In, substitute(f.Cond, in.Exprs), f.Having, f.At))
		return plan.NewProject(below, in.Named(), in.At)
	case *plan.Filter:
		if in.Having != f.Having {
			return f
		}
		both := expr.Conjunction(append(expr.Conjuncts(in.Cond), expr.Conjuncts(f.Cond)...))
		return plan.NewFilter(in.In, both, f.Having, in.At.To(f.At))
	}
	return f
}

// allCheap tells whether every column that cond reads is cheap to compute again.
func allCheap(columns []expr.Expr, cond expr.Expr) bool {
	used := map[int]bool{}
	expr.Columns(cond, used)
	for i := range used {
		if !cheap(columns[i]) {
			return false
		}
	}
	return true
}

// cheap tells whether e reads or converts one value and no more.
func cheap(e expr.Expr) bool {
	switch e := e.(type) {
	case *expr.Column, *expr.Meta, *expr.Lit:
		return true
	case *expr.Field:
		return cheap(e.X)
	case *expr.Cast:
		return e.Implicit && cheap(e.X)
	case *expr.Unary:
		return cheap(e.X)
	}
	return false
}
