package rewrite

import (
	"slices"

	"github.com/velostream/veloc/compiler/expr"
	"github.com/velostream/veloc/compiler/plan"
	"github.com/velostream/veloc/compiler/types"
)

// simplify shortens conditions.
//
// Identities, all of them valid for NULL: x AND TRUE = x; x AND FALSE = FALSE; x AND x = x; the same for OR with TRUE and FALSE
// exchanged; NOT NOT x = x; NOT (a < b) = a >= b, except for FLOAT, where NaN is neither; x IS NULL = FALSE for a column that is
// never NULL; a IS DISTINCT FROM b = a <> b where neither is nullable; CASE without its FALSE arms, ending at the first TRUE one;
// σ[TRUE](R) = R. An operand that is dropped is not evaluated, so it cannot fail its row either.
func simplify(c *Context, n plan.Node) plan.Node {
	n = mapExprs(n, func(e expr.Expr) expr.Expr { return expr.Map(e, func(x expr.Expr) expr.Expr { return simpler(c, x) }) })
	if f, ok := n.(*plan.Filter); ok && isBool(f.Cond, true) {
		return f.In
	}
	return n
}

// simpler rewrites one expression whose operands have been simplified.
func simpler(c *Context, e expr.Expr) expr.Expr {
	switch e := e.(type) {
	case *expr.Logic:
		if e.Op == expr.Not {
			return negated(e)
		}
		return simplerLogic(c, e)
	case *expr.IsNull:
		if !e.X.Col().Nullable && cheap(e.X) {
			return boolLit(e, e.Not)
		}
	case *expr.IsBool:
		if !e.X.Col().Nullable && e.Want != e.Not {
			return e.X // IS TRUE, IS NOT FALSE
		}
	case *expr.Compare:
		return simplerCompare(e)
	case *expr.Case:
		return simplerCase(e)
	case *expr.Cast:
		if !e.Try && e.X.Col().Type.Equal(e.T.Type) {
			return e.X
		}
	}
	return e
}

func isBool(e expr.Expr, want bool) bool {
	l, ok := e.(*expr.Lit)
	return ok && l.Val == any(want)
}

func boolLit(at expr.Expr, v bool) expr.Expr {
	return &expr.Lit{Node: expr.Node{T: types.Col{Type: types.TBoolean}, At: at.Span()}, Val: v}
}

func simplerLogic(c *Context, e *expr.Logic) expr.Expr {
	neutral := e.Op == expr.And // TRUE changes nothing in AND, FALSE changes nothing in OR
	var args []expr.Expr
	for _, a := range e.Args {
		switch {
		case isBool(a, neutral):
			continue
		case isBool(a, !neutral):
			return boolLit(e, !neutral)
		}
		for _, part := range flat(e.Op, a) {
			if !slices.ContainsFunc(args, func(b expr.Expr) bool { return stable(c, part) && expr.Equal(part, b) }) {
				args = append(args, part)
			}
		}
	}
	switch len(args) {
	case 0:
		return boolLit(e, neutral)
	case 1:
		return args[0]
	}
	if slices.Equal(args, e.Args) {
		return e
	}
	out := &expr.Logic{Node: e.Node, Op: e.Op, Args: args}
	out.T.Nullable = expr.AnyNullable(args)
	return out
}

// flat is a, or its operands if it is a chain of the same connective.
func flat(op expr.LogicOp, a expr.Expr) []expr.Expr {
	if l, ok := a.(*expr.Logic); ok && l.Op == op {
		return l.Args
	}
	return []expr.Expr{a}
}

// stable tells whether e gives the same value when it is computed again for the same row.
func stable(c *Context, e expr.Expr) bool {
	ok := true
	expr.Walk(e, func(x expr.Expr) bool {
		call, is := x.(*expr.Call)
		ok = ok && !(is && c.Volatile(call.Name))
		return ok
	})
	return ok
}

var inverse = map[expr.CmpOp]expr.CmpOp{
	expr.Eq: expr.Ne, expr.Ne: expr.Eq, expr.Lt: expr.Ge, expr.Ge: expr.Lt, expr.Le: expr.Gt, expr.Gt: expr.Le,
	expr.IsDistinct: expr.NotDistinct, expr.NotDistinct: expr.IsDistinct,
}

// negated moves NOT inwards where an operator has an opposite.
func negated(e *expr.Logic) expr.Expr {
	switch x := e.Args[0].(type) {
	case *expr.Logic:
		if x.Op == expr.Not {
			return x.Args[0]
		}
	case *expr.Lit:
		if v, ok := x.Val.(bool); ok {
			return boolLit(e, !v)
		}
	case *expr.Compare:
		if x.L.Col().Type.Kind != types.Float {
			return &expr.Compare{Node: expr.Node{T: x.T, At: e.At}, Op: inverse[x.Op], L: x.L, R: x.R}
		}
	case *expr.IsNull:
		return &expr.IsNull{Node: expr.Node{T: x.T, At: e.At}, X: x.X, Not: !x.Not}
	case *expr.IsBool:
		return &expr.IsBool{Node: expr.Node{T: x.T, At: e.At}, X: x.X, Want: x.Want, Not: !x.Not}
	case *expr.In:
		return &expr.In{Node: expr.Node{T: x.T, At: e.At}, X: x.X, List: x.List, Not: !x.Not}
	case *expr.Like:
		not := *x
		not.At, not.Not = e.At, !x.Not
		return &not
	}
	return e
}

func simplerCompare(e *expr.Compare) expr.Expr {
	if e.L.Col().Nullable || e.R.Col().Nullable {
		return e
	}
	switch e.Op {
	case expr.IsDistinct:
		return &expr.Compare{Node: e.Node, Op: expr.Ne, L: e.L, R: e.R}
	case expr.NotDistinct:
		return &expr.Compare{Node: e.Node, Op: expr.Eq, L: e.L, R: e.R}
	}
	return e
}

func simplerCase(e *expr.Case) expr.Expr {
	var whens []expr.When
	last := e.Else
	for _, w := range e.Whens {
		if never(w.Cond) {
			continue
		}
		if isBool(w.Cond, true) {
			last = w.Then
			break
		}
		whens = append(whens, w)
	}
	switch len(whens) {
	case 0:
		return last
	case len(e.Whens):
		return e
	}
	return &expr.Case{Node: e.Node, Whens: whens, Else: last}
}

// never tells whether a condition is FALSE or NULL for every row.
func never(e expr.Expr) bool {
	l, ok := e.(*expr.Lit)
	return ok && (l.Val == nil || l.Val == any(false))
}
