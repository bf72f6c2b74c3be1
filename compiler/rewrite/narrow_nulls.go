package rewrite

import (
	"slices"

	"github.com/velostream/veloc/compiler/expr"
	"github.com/velostream/veloc/compiler/plan"
	"github.com/velostream/veloc/compiler/types"
)

// narrowNulls removes NULLs from the types of columns that a filter has shown to be there, and from everything computed of them.
//
// Identity: a filter keeps rows for which its condition is TRUE. A condition that is NULL or FALSE whenever x is NULL is never TRUE
// then, so behind the filter x is not NULL. Comparisons, LIKE, IN and arithmetic are of this kind; x IS NOT NULL is by
// definition; of OR both sides must be.
func narrowNulls(c *Context, job *plan.Job) *plan.Job {
	return eachRoot(c, job, func(st *plan.Statement) plan.Node { return bottomUp(c, st.Root, narrow) })
}

func narrow(c *Context, n plan.Node) plan.Node {
	if len(n.Inputs()) == 0 {
		return n
	}
	in := n.Inputs()[0].Props().Schema
	if j, ok := n.(*plan.Join); ok {
		return narrowJoin(c, j)
	}
	n = mapExprs(n, func(e expr.Expr) expr.Expr { return retype(c, e, in) })
	switch n := n.(type) {
	case *plan.Filter:
		return n.Narrowed(shown(c, n.Cond, in))
	case *plan.Aggregate:
		return narrowAggs(c, n)
	}
	return n
}

// narrowJoin brings the conditions of a join up to the schemas of its two sides.
func narrowJoin(c *Context, j *plan.Join) plan.Node {
	l, r := j.Left.Props().Schema, j.Right.Props().Schema
	over := func(in plan.Schema) func(expr.Expr) expr.Expr {
		return func(e expr.Expr) expr.Expr { return retype(c, e, in) }
	}
	return plan.NewJoin(j.Left, j.Right, j.JoinSpec.Map(over(l), over(r), over(slices.Concat(l, r))), j.At)
}

// shown lists the nullable columns that are not NULL where cond is TRUE.
func shown(c *Context, cond expr.Expr, in plan.Schema) []int {
	found := map[int]bool{}
	for _, part := range expr.Conjuncts(cond) {
		requires(c, part, found)
	}
	var out []int
	for i := range found {
		if in[i].Col.Nullable {
			out = append(out, i)
		}
	}
	slices.Sort(out)
	return out
}

// requires adds the columns that are not NULL where e is TRUE.
func requires(c *Context, e expr.Expr, found map[int]bool) {
	switch e := e.(type) {
	case *expr.IsNull:
		if e.Not {
			strict(c, e.X, found)
		}
	case *expr.IsBool:
		if e.Want && !e.Not {
			requires(c, e.X, found)
		} else if !e.Not {
			strict(c, e.X, found)
		}
	case *expr.Logic:
		requiresLogic(c, e, found)
	default:
		strict(c, e, found)
	}
}

func requiresLogic(c *Context, e *expr.Logic, found map[int]bool) {
	switch e.Op {
	case expr.And:
		for _, a := range e.Args {
			requires(c, a, found)
		}
	case expr.Or:
		both := map[int]bool{}
		requires(c, e.Args[0], both)
		for _, a := range e.Args[1:] {
			other := map[int]bool{}
			requires(c, a, other)
			for i := range both {
				if !other[i] {
					delete(both, i)
				}
			}
		}
		for i := range both {
			found[i] = true
		}
	case expr.Not: // NOT x is TRUE only where x is FALSE, so not NULL
		strict(c, e.Args[0], found)
	}
}

// strict adds the columns whose NULL makes e NULL.
func strict(c *Context, e expr.Expr, found map[int]bool) {
	switch e := e.(type) {
	case *expr.Column:
		found[e.Index] = true
	case *expr.Field, *expr.Unary, *expr.Binary, *expr.Cast, *expr.Like:
		for _, k := range expr.Children(e) {
			strict(c, k, found)
		}
	case *expr.In:
		strict(c, e.X, found)
	case *expr.Compare:
		if e.Op != expr.IsDistinct && e.Op != expr.NotDistinct {
			strict(c, e.L, found)
			strict(c, e.R, found)
		}
	case *expr.Call:
		// A signature that decides for itself when it is NULL, such as that of IF, may have arguments that it does not look at.
		if sig := c.Scalar(e.Name)[e.Sig]; sig.Nulls == types.AnyNull && sig.Nullable == nil {
			for _, a := range e.Args {
				strict(c, a, found)
			}
		}
	}
}

// narrowAggs narrows results of aggregates whose arguments have been narrowed. FILTER can leave an aggregate without rows, and so
// can an input without rows where one group is shown at the end.
func narrowAggs(c *Context, n *plan.Aggregate) plan.Node {
	perhapsEmpty := len(n.Keys) == 0 && n.Window == nil && n.Emit == plan.EmitFinal
	if perhapsEmpty {
		return n
	}
	aggs := slices.Clone(n.Aggs)
	for i, g := range aggs {
		if g.Col.Nullable && g.Filter == nil {
			aggs[i].Col.Nullable = expr.CallCanBeNull(c.Aggregate(g.Name)[g.Sig], g.Args)
		}
	}
	return plan.NewAggregate(n.In, n.GroupKeys(), n.Window, aggs, n.AggNames(), n.Emit, n.At)
}
