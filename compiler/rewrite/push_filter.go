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
	case *plan.Join:
		return pushIntoJoin(c, f, in)
	}
	return f
}

// pushIntoJoin moves the conditions that read one side only to that side.
//
// Identity: σ[c](L ⋈ R) = σ[c](L) ⋈ R where c reads only L and every row of the result comes from one of L as it is: not in right and
// full joins, which also put out rows with NULLs in place of L. Likewise for R, in inner and right joins.
func pushIntoJoin(c *Context, f *plan.Filter, j *plan.Join) plan.Node {
	width := len(j.Left.Props().Schema)
	leftStays := j.Kind != plan.RightJoin && j.Kind != plan.FullJoin
	rightStays := (j.Kind == plan.InnerJoin || j.Kind == plan.RightJoin) && j.Missing == plan.KindMissing // else rows would be missing that are not
	var left, right, rest []expr.Expr
	for _, part := range expr.Conjuncts(f.Cond) {
		used := map[int]bool{}
		expr.Columns(part, used)
		onLeft, onRight := 0, 0
		for i := range used {
			if i < width {
				onLeft++
			} else {
				onRight++
			}
		}
		switch {
		case leftStays && onLeft > 0 && onRight == 0:
			left = append(left, part)
		case rightStays && onRight > 0 && onLeft == 0 && j.Form != plan.TemporalJoin && j.Form != plan.AsOfJoin:
			right = append(right, expr.Map(part, func(e expr.Expr) expr.Expr {
				col, ok := e.(*expr.Column)
				if !ok {
					return e
				}
				moved := *col
				moved.Index -= width
				return &moved
			}))
		default:
			rest = append(rest, part)
		}
	}
	if len(left)+len(right) == 0 {
		return f
	}
	filtered := func(in plan.Node, conds []expr.Expr) plan.Node {
		if len(conds) == 0 {
			return in
		}
		return pushFilter(c, plan.NewFilter(in, expr.Conjunction(conds), false, f.At))
	}
	var out plan.Node = plan.NewJoin(filtered(j.Left, left), filtered(j.Right, right), j.JoinSpec, j.At)
	if len(rest) > 0 {
		out = plan.NewFilter(out, expr.Conjunction(rest), f.Having, f.At)
	}
	return out
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
