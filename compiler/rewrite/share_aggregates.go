package rewrite

import (
	"slices"

	"github.com/velostream/veloc/compiler/expr"
	"github.com/velostream/veloc/compiler/plan"
)

// shareAggregates computes equal aggregates of one grouping once: SUM(x) in SELECT and SUM(x) in HAVING.
//
// Identity: aggregates with equal name, arguments, DISTINCT and FILTER have equal results, because they see the same rows in the
// same order. (That AVG and COUNT share a counter is a matter of state, not of the plan.)
func shareAggregates(c *Context, job *plan.Job) *plan.Job {
	return eachRoot(c, job, func(st *plan.Statement) plan.Node {
		n, _ := share(st.Root)
		return n
	})
}

// share rewrites n and says where its columns have gone; nil means that they are where they were.
func share(n plan.Node) (plan.Node, []int) {
	in := n.Inputs()
	if len(in) == 0 {
		return n, nil
	}
	if !follows(n) {
		return mapInputs(n, func(x plan.Node) plan.Node { return restored(x) }), nil
	}
	below, moved := share(in[0])
	if moved != nil {
		n = withMoved(n, below, moved)
		if !isShaped(n) {
			return n, moved // a Filter's columns are those of its input
		}
	} else {
		n = plan.WithInputs(n, []plan.Node{below})
	}
	a, ok := n.(*plan.Aggregate)
	if !ok {
		return n, nil
	}
	return shareIn(a)
}

// follows tells whether a node of one input can be told where the columns of it have gone.
func follows(n plan.Node) bool {
	switch n.(type) {
	case *plan.Filter, *plan.Distinct, *plan.Limit, *plan.Sort, *plan.Project, *plan.Aggregate:
		return true
	}
	return false
}

// restored shares below n and puts the columns back to where they were.
func restored(n plan.Node) plan.Node {
	out, moved := share(n)
	if moved == nil {
		return out
	}
	columns := make([]plan.Named, len(moved))
	for i, c := range n.Props().Schema {
		columns[i] = plan.Named{Name: c.Name, At: c.At,
			E: &expr.Column{Node: expr.Node{T: out.Props().Schema[moved[i]].Col, At: n.Span()}, Index: moved[i], Name: c.Name}}
	}
	return plan.NewProject(out, columns, n.Span())
}

// isShaped tells whether a node makes columns of its own rather than passing on those of its input.
func isShaped(n plan.Node) bool {
	switch n.(type) {
	case *plan.Filter, *plan.Distinct, *plan.Limit, *plan.Sort:
		return false
	}
	return true
}

// withMoved is n over an input whose columns have moved.
func withMoved(n, in plan.Node, moved []int) plan.Node {
	f, narrowed := n.(*plan.Filter)
	n = plan.WithInputs(mapExprs(unnarrowed(n), func(e expr.Expr) expr.Expr { return plan.Renamed(remap(e, moved), in.Props().Schema) }), []plan.Node{in})
	if !narrowed {
		return n
	}
	var nonNull []int
	for _, i := range f.NonNull {
		if moved[i] >= 0 {
			nonNull = append(nonNull, moved[i])
		}
	}
	slices.Sort(nonNull)
	return n.(*plan.Filter).Narrowed(nonNull)
}

// unnarrowed is a filter without the positions of columns that are about to move; other nodes as they are.
func unnarrowed(n plan.Node) plan.Node {
	if f, ok := n.(*plan.Filter); ok {
		return plan.NewFilter(f.In, f.Cond, f.Having, f.At)
	}
	return n
}

func shareIn(a *plan.Aggregate) (plan.Node, []int) {
	first := a.FirstAgg()
	moved := make([]int, first, first+len(a.Aggs))
	for i := range moved {
		moved[i] = i
	}
	var aggs []plan.Agg
	var names []string
	for i, g := range a.Aggs {
		at := slices.IndexFunc(aggs, func(h plan.Agg) bool { return sameAgg(g, h) })
		if at < 0 {
			at = len(aggs)
			aggs, names = append(aggs, g), append(names, a.AggNames()[i])
		}
		moved = append(moved, first+at)
	}
	if len(aggs) == len(a.Aggs) {
		return a, nil
	}
	return plan.NewAggregate(a.In, a.GroupKeys(), a.Window, aggs, names, a.Emit, a.At), moved
}

func sameAgg(a, b plan.Agg) bool {
	return a.Name == b.Name && a.Sig == b.Sig && a.Distinct == b.Distinct && expr.Equal(a.Filter, b.Filter) &&
		a.IgnoreNulls == b.IgnoreNulls && slices.EqualFunc(a.OrderBy, b.OrderBy, sameKey) &&
		slices.EqualFunc(a.Args, b.Args, expr.Equal)
}

func sameKey(a, b plan.SortKey) bool {
	return a.Desc == b.Desc && a.NullsFirst == b.NullsFirst && expr.Equal(a.E, b.E)
}
