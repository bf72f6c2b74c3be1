package rewrite

import (
	"maps"
	"slices"

	"github.com/velostream/veloc/compiler/expr"
	"github.com/velostream/veloc/compiler/plan"
)

// pruneColumns makes rows carry only what is read: scans decode no other columns, inner projections and aggregates compute no others.
//
// Identity: a column that no expression above reads and that is not in the result has no effect on it, except the one that
// holds the event time, and the key of a table that is looked up.
func pruneColumns(c *Context, job *plan.Job) *plan.Job {
	return eachRoot(c, job, func(st *plan.Statement) plan.Node {
		n, _ := prune(st.Root, all(len(st.Root.Props().Schema)))
		return n
	})
}

func all(n int) map[int]bool {
	used := make(map[int]bool, n)
	for i := range n {
		used[i] = true
	}
	return used
}

// prune rewrites n for a reader of the used columns. It returns where the columns have gone; -1 for those that are gone.
func prune(n plan.Node, used map[int]bool) (plan.Node, []int) {
	switch n := n.(type) {
	case *plan.Scan:
		return pruneScan(n, used)
	case *plan.Ref, *plan.Values:
		return n, identity(len(n.Props().Schema))
	case *plan.Filter, *plan.Sort:
		for _, e := range exprs(n) {
			expr.Columns(e, used)
		}
		in, moved := prune(n.Inputs()[0], used)
		return withMoved(n, in, moved), moved
	case *plan.SetOp: // columns correspond by position
		if out, moved, ok := pruneUnion(n, used); ok {
			return out, moved
		}
		return mapInputs(n, func(in plan.Node) plan.Node {
			in, _ = prune(in, all(len(in.Props().Schema)))
			return in
		}), identity(len(n.P.Schema))
	case *plan.Join:
		return pruneJoin(n, used)
	case *plan.Over, *plan.Unnest:
		return pruneAdding(n, used)
	case *plan.Limit:
		in, moved := prune(n.In, used)
		return plan.WithInputs(n, []plan.Node{in}), moved
	case *plan.Distinct: // every column counts
		in, moved := prune(n.In, all(len(n.P.Schema)))
		return plan.WithInputs(n, []plan.Node{in}), moved
	case *plan.Project:
		return pruneProject(n, used)
	case *plan.Aggregate:
		return pruneAggregate(n, used)
	}
	panic("bug: unhandled plan node")
}

func identity(n int) []int {
	to := make([]int, n)
	for i := range to {
		to[i] = i
	}
	return to
}

// keep numbers the positions below n that stay.
func keep(n int, stays func(int) bool) (kept, moved []int) {
	moved = make([]int, n)
	for i := range moved {
		moved[i] = -1
		if stays(i) {
			moved[i] = len(kept)
			kept = append(kept, i)
		}
	}
	return kept, moved
}

func pruneScan(n *plan.Scan, used map[int]bool) (plan.Node, []int) {
	kept, moved := keep(len(n.Columns), func(i int) bool { return used[i] || i == n.P.Time.Column })
	columns := make([]int, len(kept)) // not nil, which would mean all
	for i, k := range kept {
		columns[i] = n.Columns[k]
	}
	out := plan.NewScan(n.Source, n.Alias, columns, n.At)
	if n.Timeless {
		out = out.WithoutTime()
	}
	return out, moved
}

func pruneProject(n *plan.Project, used map[int]bool) (plan.Node, []int) {
	kept, moved := keep(len(n.Exprs), func(i int) bool { return used[i] || i == n.P.Time.Column })
	columns := make([]plan.Named, len(kept))
	below := map[int]bool{}
	for i, k := range kept {
		columns[i] = n.Named()[k]
		expr.Columns(columns[i].E, below)
	}
	in, to := prune(n.In, below)
	for i := range columns {
		columns[i].E = remap(columns[i].E, to)
	}
	return plan.NewProject(in, columns, n.At), moved
}

// pruneAggregate drops aggregates that nothing reads. Keys and the window's bounds stay: they make the groups.
func pruneAggregate(n *plan.Aggregate, used map[int]bool) (plan.Node, []int) {
	first := n.FirstAgg()
	kept, moved := keep(len(n.P.Schema), func(i int) bool { return i < first || used[i] })
	var aggs []plan.Agg
	var names []string
	for _, k := range kept[first:] {
		aggs, names = append(aggs, n.Aggs[k-first]), append(names, n.P.Schema[k].Name)
	}
	thin := plan.NewAggregate(n.In, n.GroupKeys(), n.Window, aggs, names, n.Emit, n.At)
	below := map[int]bool{}
	for _, e := range exprs(thin) {
		expr.Columns(e, below)
	}
	in, to := prune(n.In, below)
	return withMoved(thin, in, to), moved
}

// pruneAdding prunes below a node that adds columns behind those of its input; the added ones stay.
func pruneAdding(n plan.Node, used map[int]bool) (plan.Node, []int) {
	width := len(n.Inputs()[0].Props().Schema)
	below := map[int]bool{}
	for i := range used {
		if i < width {
			below[i] = true
		}
	}
	for _, e := range exprs(n) {
		expr.Columns(e, below)
	}
	in, moved := prune(n.Inputs()[0], below)
	out := withMoved(n, in, moved)
	first := len(in.Props().Schema)
	for i := width; i < len(n.Props().Schema); i++ {
		moved = append(moved, first+i-width)
	}
	return out, moved
}

func pruneJoin(n *plan.Join, used map[int]bool) (plan.Node, []int) {
	width := len(n.Left.Props().Schema)
	left, right := map[int]bool{}, map[int]bool{}
	note := func(i int) {
		if i < width {
			left[i] = true
		} else {
			right[i-width] = true
		}
	}
	for i := range used {
		if i < width || n.Kind != plan.MarkJoin { // the mark is no column of the right
			note(i)
		}
	}
	reads := func(into map[int]bool) func(expr.Expr) expr.Expr {
		return func(e expr.Expr) expr.Expr { expr.Columns(e, into); return e }
	}
	both := map[int]bool{}
	n.JoinSpec.Map(reads(left), reads(right), reads(both))
	for i := range both {
		note(i)
	}
	if n.Form == plan.LookupJoin || n.Form == plan.TableJoin { // rows replace those of their key, whoever reads it
		for _, i := range n.Right.Props().Key {
			right[i] = true
		}
	}
	l, toLeft := prune(n.Left, left)
	r, toRight := prune(n.Right, right)
	first := len(l.Props().Schema)
	moved := make([]int, 0, width+len(toRight))
	moved = append(moved, toLeft...)
	for _, at := range toRight {
		if at >= 0 {
			at += first
		}
		moved = append(moved, at)
	}
	move := func(to []int, in plan.Schema) func(expr.Expr) expr.Expr {
		return func(e expr.Expr) expr.Expr { return plan.Renamed(remap(e, to), in) }
	}
	ls, rs := l.Props().Schema, r.Props().Schema
	spec := n.JoinSpec.Map(move(toLeft, ls), move(toRight, rs), move(moved, slices.Concat(ls, rs)))
	switch n.Kind {
	case plan.SemiJoin, plan.AntiJoin:
		moved = moved[:width]
	case plan.MarkJoin:
		moved = append(moved[:width:width], first)
	}
	return plan.NewJoin(l, r, spec, n.At), moved
}

// pruneUnion prunes both inputs of UNION ALL, if they lose the same columns.
func pruneUnion(n *plan.SetOp, used map[int]bool) (plan.Node, []int, bool) {
	if n.Kind != plan.Union || !n.All {
		return nil, nil, false
	}
	for _, k := range n.UpdateKey {
		used[k] = true
	}
	left, moved := prune(n.Left, maps.Clone(used))
	right, other := prune(n.Right, maps.Clone(used))
	if !slices.Equal(moved, other) {
		return nil, nil, false
	}
	out := *n
	out.UpdateKey = nil
	for _, k := range n.UpdateKey {
		out.UpdateKey = append(out.UpdateKey, moved[k])
	}
	return plan.WithInputs(&out, []plan.Node{left, right}), moved, true
}
