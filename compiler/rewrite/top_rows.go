package rewrite

import (
	"github.com/velostream/veloc/compiler/expr"
	"github.com/velostream/veloc/compiler/plan"
	"github.com/velostream/veloc/compiler/types"
)

// topRows finds conditions that let only the first rows of each partition pass, ROW_NUMBER() OVER (…) <= n, where a later row can still be one
// of them. Then only these have to be kept, and the condition has been met.
//
// Identity: σ[r <= n](Over[r = ROW_NUMBER](R)) is the n rows of each partition that come first in its order, with their numbers.
func topRows(c *Context, n plan.Node) plan.Node {
	if l, ok := n.(*plan.Limit); ok {
		return topSorted(l)
	}
	f, ok := n.(*plan.Filter)
	if !ok {
		return n
	}
	o, ok := f.In.(*plan.Over)
	if !ok || len(o.Calls) != 1 || o.Calls[0].Name != "ROW_NUMBER" || o.Top > 0 || o.In.Props().Mode != plan.Append {
		return n
	}
	atEnd := o.When() == plan.WholeInput
	if !atEnd && o.When() != plan.Unsettled {
		return n
	}
	number := len(o.In.Props().Schema)
	var rest []expr.Expr
	top := int64(0)
	for _, cond := range expr.Conjuncts(f.Cond) {
		if k, ok := atMost(cond, number); ok && k > 0 && top == 0 {
			top = k
			continue
		}
		rest = append(rest, cond)
	}
	if top == 0 || top == 1 && len(rest) > 0 && !atEnd { // a row that fails the rest would hide that the one before it has gone
		return n
	}
	spec := o.WindowSpec
	spec.Top = top
	var out plan.Node = plan.NewOver(o.In, spec, o.Calls, o.Names, o.At)
	if len(rest) > 0 {
		out = plan.NewFilter(out, expr.Conjunction(rest), f.Having, f.At)
	}
	return out
}

// topSorted makes the same of ORDER BY … LIMIT n OFFSET m over input that does not end: all rows are one partition.
func topSorted(l *plan.Limit) plan.Node {
	below := l.In
	project, ok := below.(*plan.Project)
	if ok {
		below = project.In
	}
	s, ok := below.(*plan.Sort)
	if !ok || s.When != plan.KeepTop || l.N < 1 || s.In.Props().Mode != plan.Append {
		return l
	}
	spec := plan.WindowSpec{Order: s.Keys, Top: l.N + l.Offset, Frame: plan.Frame{Unit: plan.FrameRange, Start: plan.FrameBound{Unbounded: true}}}
	number := plan.Call{Name: "ROW_NUMBER", Col: types.Col{Type: types.TInteger}, At: s.At}
	var over plan.Node = plan.NewOver(s.In, spec, []plan.Call{number}, []string{"row_number"}, s.At)
	if l.Offset > 0 { // rows come in front of others, which go behind the first ones
		at := len(s.In.Props().Schema)
		over = plan.NewFilter(over, &expr.Compare{Node: expr.Node{T: types.Col{Type: types.TBoolean}, At: l.At}, Op: expr.Gt,
			L: &expr.Column{Node: expr.Node{T: number.Col, At: l.At}, Index: at, Name: "row_number"},
			R: &expr.Lit{Node: expr.Node{T: number.Col, At: l.At}, Val: l.Offset}}, false, l.At)
	}
	if project != nil {
		return plan.NewProject(over, project.Named(), project.At)
	}
	return plan.NewProject(over, plan.Through(s), s.At)
}

// atMost tells whether cond is column <= n, in any of its spellings.
func atMost(cond expr.Expr, column int) (n int64, ok bool) {
	c, ok := cond.(*expr.Compare)
	if !ok {
		return 0, false
	}
	op := c.Op
	col, isColumn := c.L.(*expr.Column)
	lit, isLit := c.R.(*expr.Lit)
	if !isColumn {
		col, isColumn = c.R.(*expr.Column)
		lit, isLit = c.L.(*expr.Lit)
		op = map[expr.CmpOp]expr.CmpOp{expr.Ge: expr.Le, expr.Gt: expr.Lt, expr.Eq: expr.Eq}[op]
		if c.Op != expr.Ge && c.Op != expr.Gt && c.Op != expr.Eq {
			return 0, false
		}
	}
	if !isColumn || !isLit || col.Index != column {
		return 0, false
	}
	v, whole := lit.Val.(int64)
	switch {
	case !whole:
		return 0, false
	case op == expr.Le, op == expr.Eq && v == 1:
		return v, true
	case op == expr.Lt:
		return v - 1, true
	}
	return 0, false
}
