package rewrite

import (
	"slices"

	"github.com/velostream/veloc/compiler/expr"
	"github.com/velostream/veloc/compiler/plan"
	"github.com/velostream/veloc/compiler/types"
	"github.com/velostream/veloc/grammar/diag"
)

// Functions tells passes how functions treat NULL and whether calls can be merged. The registry of codegen/builtin is one.
type Functions interface {
	Scalar(name string) []*types.Signature
	Aggregate(name string) []*types.Signature
	Volatile(name string) bool // two calls with equal arguments may differ, as for NOW()
}

// Context is what passes share: the functions, and the list that takes what a pass finds to be wrong.
type Context struct {
	Functions
	Diags diag.List
}

// Pass is one rewrite of a whole job. Fn may change every statement's Root; it must not change the job that it is given.
type Pass struct {
	Name string
	Fn   func(*Context, *plan.Job) *plan.Job
}

// Passes lists the rewrites in the order in which they run. Each runs once.
//
// fold and simplify come first, because all others profit from shorter conditions. top-rows wants conditions where push-filter has put them. fuse-projects and share-aggregates come before
// place-time and prune-columns, because they remove readers of columns; place-time comes before prune-columns, because a time that
// nobody asks for is a column that nobody reads.
var Passes = []Pass{
	{"fold", perExpr(fold)},
	{"simplify", perNode(simplify)},
	{"push-filter", perNode(pushFilter)},
	{"top-rows", perNode(topRows)},
	{"narrow-nulls", narrowNulls},
	{"fuse-projects", perNode(fuseProjects)},
	{"share-aggregates", shareAggregates},
	{"place-time", placeTime},
	{"prune-columns", pruneColumns},
}

// Run applies all passes. After each, seen is called with its name and the job so far, if it is not nil.
func Run(job *plan.Job, fns Functions, seen func(pass string, job *plan.Job)) (*plan.Job, diag.List) {
	c := &Context{Functions: fns}
	for _, p := range Passes {
		job = p.Fn(c, job)
		if seen != nil {
			seen(p.Name, job)
		}
	}
	c.Diags.Sort()
	return job, c.Diags
}

// eachRoot rebuilds a job with other roots. References between statements follow; schemas that have narrowed are passed on.
func eachRoot(c *Context, job *plan.Job, root func(*plan.Statement) plan.Node) *plan.Job {
	out := *job
	out.Statements = make([]*plan.Statement, len(job.Statements))
	moved := map[*plan.Statement]*plan.Statement{}
	for i, st := range job.Statements {
		n := *st
		n.Root = reRef(st.Root, moved)
		n.Root = root(&n)
		n.Metrics = retypeMetrics(c, n.Metrics, n.Root.Props().Schema)
		out.Statements[i] = &n
		moved[st] = &n
	}
	return &out
}

// reRef points references at the statements that have replaced the old ones.
func reRef(n plan.Node, moved map[*plan.Statement]*plan.Statement) plan.Node {
	if r, ok := n.(*plan.Ref); ok {
		return plan.NewRef(moved[r.Statement], r.Alias, r.At)
	}
	return mapInputs(n, func(in plan.Node) plan.Node { return reRef(in, moved) })
}

func mapInputs(n plan.Node, f func(plan.Node) plan.Node) plan.Node {
	in := slices.Clone(n.Inputs())
	for i := range in {
		in[i] = f(in[i])
	}
	return plan.WithInputs(n, in)
}

// perNode makes a pass of a function that rewrites one node whose inputs have been rewritten.
func perNode(f func(*Context, plan.Node) plan.Node) func(*Context, *plan.Job) *plan.Job {
	return func(c *Context, job *plan.Job) *plan.Job {
		return eachRoot(c, job, func(st *plan.Statement) plan.Node { return bottomUp(c, st.Root, f) })
	}
}

func bottomUp(c *Context, n plan.Node, f func(*Context, plan.Node) plan.Node) plan.Node {
	return f(c, mapInputs(n, func(in plan.Node) plan.Node { return bottomUp(c, in, f) }))
}

// perExpr makes a pass of a function that rewrites one expression whose operands have been rewritten.
func perExpr(f func(*Context, expr.Expr) expr.Expr) func(*Context, *plan.Job) *plan.Job {
	return perNode(func(c *Context, n plan.Node) plan.Node {
		return mapExprs(n, func(e expr.Expr) expr.Expr {
			return expr.Map(e, func(x expr.Expr) expr.Expr { return f(c, x) })
		})
	})
}

// mapExprs replaces every expression of one node; f is not called for absent ones.
func mapExprs(n plan.Node, f func(expr.Expr) expr.Expr) plan.Node {
	switch n := n.(type) {
	case *plan.Filter:
		return plan.NewFilter(n.In, f(n.Cond), n.Having, n.At).Narrowed(n.NonNull)
	case *plan.Project:
		columns := n.Named()
		for i := range columns {
			columns[i].E = f(columns[i].E)
		}
		return plan.NewProject(n.In, columns, n.At)
	case *plan.Aggregate:
		keys := n.GroupKeys()
		for i := range keys {
			keys[i].E = f(keys[i].E)
		}
		return plan.NewAggregate(n.In, keys, mapWindow(n.Window, f), mapAggs(n.Aggs, f), n.AggNames(), n.Emit, n.At)
	case *plan.Join:
		return plan.NewJoin(n.Left, n.Right, n.JoinSpec.Map(f, f, f), n.At)
	case *plan.Over:
		return plan.NewOver(n.In, n.WindowSpec.Map(f), plan.MapCalls(n.Calls, f), n.Names, n.At)
	case *plan.Sort:
		return plan.NewSort(n.In, plan.MapKeys(n.Keys, f), n.When, n.At)
	case *plan.Unnest:
		return plan.NewUnnest(n.In, f(n.Array), n.Names, n.Ordinality, n.Outer, n.At)
	case *plan.Values:
		return mapRows(n, f)
	case *plan.Scan, *plan.Ref, *plan.Distinct, *plan.Limit, *plan.SetOp:
		return n
	}
	panic("bug: unhandled plan node")
}

func mapRows(v *plan.Values, f func(expr.Expr) expr.Expr) plan.Node {
	if v.Rows == nil {
		return v
	}
	rows := make([][]expr.Expr, len(v.Rows))
	for i, r := range v.Rows {
		rows[i] = make([]expr.Expr, len(r))
		for k, e := range r {
			rows[i][k] = f(e)
		}
	}
	names := make([]string, len(v.P.Schema))
	for i, c := range v.P.Schema {
		names[i] = c.Name
	}
	return plan.NewRows(rows, names, v.At)
}

func mapWindow(w *plan.Window, f func(expr.Expr) expr.Expr) *plan.Window {
	if w == nil {
		return nil
	}
	out := *w
	out.Time = f(w.Time)
	return &out
}

func mapAggs(aggs []plan.Agg, f func(expr.Expr) expr.Expr) []plan.Agg {
	out := slices.Clone(aggs)
	for i, g := range aggs {
		out[i].Args = make([]expr.Expr, len(g.Args))
		for k, a := range g.Args {
			out[i].Args[k] = f(a)
		}
		if g.Filter != nil {
			out[i].Filter = f(g.Filter)
		}
		out[i].OrderBy = plan.MapKeys(g.OrderBy, f)
	}
	return out
}

// exprs lists the expressions of one node.
func exprs(n plan.Node) []expr.Expr {
	var out []expr.Expr
	mapExprs(n, func(e expr.Expr) expr.Expr {
		out = append(out, e)
		return e
	})
	return out
}

// substitute replaces columns by expressions: column i by with[i].
func substitute(e expr.Expr, with []expr.Expr) expr.Expr {
	return expr.Map(e, func(x expr.Expr) expr.Expr {
		if col, ok := x.(*expr.Column); ok {
			return with[col.Index]
		}
		return x
	})
}

// remap moves columns: column i to position to[i].
func remap(e expr.Expr, to []int) expr.Expr {
	return expr.Map(e, func(x expr.Expr) expr.Expr {
		col, ok := x.(*expr.Column)
		if !ok || to[col.Index] == col.Index {
			return x
		}
		moved := *col
		moved.Index = to[col.Index]
		return &moved
	})
}
