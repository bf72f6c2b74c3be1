package bind

import (
	"strconv"

	"github.com/velostream/veloc/compiler/expr"
	"github.com/velostream/veloc/compiler/plan"
	"github.com/velostream/veloc/compiler/types"
)

// decorrelation takes the conditions that read the query around a subquery out of its plan, so that a join can check them.
//
// Identities: σ[c AND d] with c correlated is σ[d] with c checked by the join; c moves up through projections that pass on the columns
// it reads, through DISTINCT likewise, and through an aggregate if it compares an expression of the inner row with one of the outer: then
// that expression becomes a key of the groups (the decorrelation of Kim, with the repair of the COUNT bug by [decorrelation.empty]).
type decorrelation struct {
	exists  bool // only whether there is a row counts: LIMIT and ORDER BY mean nothing
	depth   int
	grouped bool      // an aggregate has got keys
	matched int       // column that is NULL exactly where no row was gathered, or -1
	empty   expr.Expr // the value over no rows, where it is not NULL
}

// pull returns the plan without its correlated conditions, and those, over its columns. False: there are some where they cannot be moved.
func (d *decorrelation) pull(n plan.Node) (plan.Node, []expr.Expr, bool) {
	if d.depth == 0 {
		d.matched = -1
	}
	d.depth++
	defer func() { d.depth-- }()
	switch n := n.(type) {
	case *plan.Filter:
		return d.filter(n)
	case *plan.Project:
		return d.project(n)
	case *plan.Aggregate:
		return d.aggregate(n)
	case *plan.Distinct, *plan.Sort, *plan.Limit:
		in, conds, ok := d.pull(n.Inputs()[0])
		if !ok || len(conds) == 0 {
			return plan.WithInputs(n, []plan.Node{in}), nil, ok
		}
		if l, isLimit := n.(*plan.Limit); isLimit && !(d.exists && l.N > 0 && l.Offset == 0) {
			return n, nil, false
		}
		if _, distinct := n.(*plan.Distinct); distinct {
			return plan.NewDistinct(in, nil, n.Span()), conds, true
		}
		return in, conds, true
	case *plan.Join:
		return d.join(n)
	}
	for _, in := range n.Inputs() {
		if readsOuter(in) {
			return n, nil, false
		}
	}
	return n, nil, true
}

func (d *decorrelation) filter(n *plan.Filter) (plan.Node, []expr.Expr, bool) {
	in, conds, ok := d.pull(n.In)
	if !ok {
		return n, nil, false
	}
	var stay []expr.Expr
	for _, c := range expr.Conjuncts(n.Cond) {
		if isCorrelated(c) {
			conds = append(conds, c)
		} else {
			stay = append(stay, c)
		}
	}
	if len(stay) == 0 {
		return in, conds, true
	}
	return plan.NewFilter(in, expr.Conjunction(stay), n.Having, n.At), conds, true
}

// project passes on the columns that the conditions read.
func (d *decorrelation) project(n *plan.Project) (plan.Node, []expr.Expr, bool) {
	in, conds, ok := d.pull(n.In)
	if !ok {
		return n, nil, false
	}
	columns := n.Named()
	first := len(columns)
	if d.grouped && d.empty == nil && d.depth == 1 && !d.exists {
		d.empty = emptyValue(columns[0].E, in)
	}
	moved := map[int]int{}
	pass := func(i int) int {
		at, known := moved[i]
		if !known {
			at = len(columns)
			c := in.Props().Schema[i]
			columns = append(columns, plan.Named{Name: "_" + strconv.Itoa(at-first+1), At: c.At,
				E: &expr.Column{Node: expr.Node{T: c.Col, At: n.At}, Index: i, Name: c.Name}})
			moved[i] = at
		}
		return at
	}
	for i, c := range conds {
		conds[i] = expr.Map(c, func(x expr.Expr) expr.Expr {
			col, ok := x.(*expr.Column)
			if !ok || col.Index >= outerAt {
				return x
			}
			out := *col
			out.Index = pass(col.Index)
			return &out
		})
	}
	if d.grouped && d.matched >= 0 && d.depth == 1 {
		d.matched = pass(d.matched)
	}
	return plan.NewProject(in, columns, n.At), conds, true
}

// aggregate makes keys of what is compared with the outer row.
func (d *decorrelation) aggregate(n *plan.Aggregate) (plan.Node, []expr.Expr, bool) {
	in, conds, ok := d.pull(n.In)
	if !ok || len(conds) == 0 {
		return plan.WithInputs(n, []plan.Node{in}), nil, ok
	}
	if n.Window != nil {
		return n, nil, false
	}
	keys := n.GroupKeys()
	first := len(keys)
	for i, c := range conds {
		cmp, ok := c.(*expr.Compare)
		if !ok || cmp.Op != expr.Eq {
			return n, nil, false
		}
		inner, outer := cmp.L, cmp.R
		if isCorrelated(inner) {
			inner, outer = outer, inner
		}
		if some, _ := sides(outer, func(i int) bool { return i < outerAt }); isCorrelated(inner) || some {
			return n, nil, false
		}
		at := len(keys)
		keys = append(keys, plan.GroupKey{Name: "_key_" + strconv.Itoa(at-first+1), E: inner})
		col := &expr.Column{Node: expr.Node{T: inner.Col(), At: inner.Span()}, Index: at, Name: keys[at].Name}
		conds[i] = &expr.Compare{Node: cmp.Node, Op: expr.Eq, L: col, R: outer}
	}
	if first == 0 {
		d.grouped, d.matched = true, 0
	}
	// The new keys stand behind the old ones and in front of the aggregates, which a projection puts back to where they were.
	agg := plan.NewAggregate(in, keys, nil, n.Aggs, n.AggNames(), n.Emit, n.At)
	schema := agg.Props().Schema
	added := len(keys) - first
	var columns []plan.Named
	name := func(i int) {
		columns = append(columns, plan.Named{Name: schema[i].Name, At: schema[i].At,
			E: &expr.Column{Node: expr.Node{T: schema[i].Col, At: n.At}, Index: i, Name: schema[i].Name}})
	}
	for i := range n.P.Schema {
		if i < first {
			name(i)
		} else {
			name(i + added)
		}
	}
	behind := len(columns)
	for i := range added {
		name(first + i)
		conds[i] = expr.Map(conds[i], func(x expr.Expr) expr.Expr {
			col, ok := x.(*expr.Column)
			if !ok || col.Index != first+i {
				return x
			}
			out := *col
			out.Index = behind + i
			return &out
		})
	}
	if d.matched >= 0 {
		d.matched = behind
	}
	return plan.NewProject(agg, columns, n.At), conds, true
}

// join lets correlated conditions out of an inner join, and from the left of others.
func (d *decorrelation) join(n *plan.Join) (plan.Node, []expr.Expr, bool) {
	if readsOuter(n.Right) {
		return n, nil, false
	}
	width := len(n.Left.Props().Schema)
	left, conds, ok := d.pull(n.Left)
	if !ok || len(left.Props().Schema) != width && len(conds) > 0 {
		return n, nil, false
	}
	spec := n.JoinSpec
	if n.Kind == plan.RightJoin || n.Kind == plan.FullJoin {
		if len(conds) > 0 {
			return n, nil, false
		}
	}
	var stay []expr.Expr
	for _, c := range expr.Conjuncts(spec.Cond) {
		if !isCorrelated(c) {
			stay = append(stay, c)
			continue
		}
		if n.Kind != plan.InnerJoin {
			return n, nil, false
		}
		conds = append(conds, c)
	}
	spec.Cond = expr.Conjunction(stay)
	return plan.NewJoin(left, n.Right, spec, n.At), conds, true
}

// emptyValue is what an expression over an aggregate's row is worth where there are no rows; nil: NULL. COUNT is 0, the others are NULL.
func emptyValue(e expr.Expr, below plan.Node) expr.Expr {
	var agg *plan.Aggregate
	plan.Walk(below, func(n plan.Node) bool {
		if a, ok := n.(*plan.Aggregate); ok && agg == nil {
			agg = a
		}
		return agg == nil
	})
	counts := false
	out := expr.Map(e, func(x expr.Expr) expr.Expr {
		c, ok := x.(*expr.Column)
		if !ok {
			return x
		}
		if i := c.Index; agg != nil && i < len(agg.Aggs) && agg.Aggs[i].Name == "COUNT" {
			counts = true
			return literal(c.At, types.TInteger, int64(0))
		}
		return null(c.At, c.T.Type)
	})
	if !counts {
		return nil
	}
	return out
}
