package bind

import (
	"slices"

	"github.com/velostream/veloc/compiler/expr"
	"github.com/velostream/veloc/compiler/plan"
	"github.com/velostream/veloc/compiler/types"
	"github.com/velostream/veloc/grammar"
	"github.com/velostream/veloc/grammar/diag"
)

// distinctOn binds the expressions of DISTINCT ON, as those of ORDER BY: a position, a name or an expression of the list, or an expression
// over its input. ORDER BY, which chooses the row that stays, has to begin with them.
func (s *scope) distinctOn(q *grammar.Query, sel *grammar.Select, items []*item, order []*orderItem) []*orderItem {
	var on []*orderItem
	for _, x := range sel.On {
		if n, ok := s.ordinal(x, "DISTINCT ON", len(items)); ok {
			if n < 0 {
				s.broken = true
				continue
			}
			on = append(on, &orderItem{plan.SortKey{E: items[n].e}, n})
			continue
		}
		e := s.in(inOrderBy).expr(x)
		if isInvalid(e) {
			s.broken = true
			continue
		}
		if t := e.Col().Type; !t.Groupable() {
			s.report(diag.NotGroupable(x.Span(), "DISTINCT ON", t.String()))
			s.broken = true
			continue
		}
		on = append(on, &orderItem{plan.SortKey{E: e}, slices.IndexFunc(items, func(it *item) bool { return expr.Equal(it.e, e) })})
	}
	for i, o := range order[:min(len(order), len(on))] {
		if !slices.ContainsFunc(on, func(k *orderItem) bool { return expr.Equal(k.key.E, o.key.E) }) {
			s.report(diag.DistinctOnOrder(q.OrderBy.Keys[i].Span(), sel.On[0].Span().To(sel.On[len(sel.On)-1].Span())))
			break
		}
	}
	return on
}

// firstOf passes one row of those that are equal in the columns of DISTINCT ON: the first by the rest of ORDER BY, or else the first that
// comes. The columns have been computed.
func (b *binder) firstOf(in plan.Node, sel *grammar.Select, on, order []*orderItem) plan.Node {
	at := firstWord(sel.Span(), "DISTINCT ON")
	in = b.settled(in, at)
	schema := in.Props().Schema
	column := func(i int) expr.Expr {
		return &expr.Column{Node: expr.Node{T: schema[i].Col, At: at}, Index: i, Name: plan.ColumnName(schema, i)}
	}
	var positions []int
	var spec plan.WindowSpec
	for _, o := range on {
		positions = append(positions, o.item)
		spec.Partition = append(spec.Partition, column(o.item))
	}
	if len(order) <= len(on) {
		return plan.NewDistinct(in, positions, at)
	}
	for _, o := range order[len(on):] {
		key := o.key
		key.E = column(o.item)
		spec.Order = append(spec.Order, key)
	}
	spec.Frame.Start.Unbounded = true
	integer := types.Col{Type: types.TInteger}
	number := plan.Call{Name: "ROW_NUMBER", Col: integer, At: at}
	numbered := plan.NewOver(in, spec, []plan.Call{number}, []string{"_row_number"}, at)
	first := &expr.Compare{Node: expr.Node{T: types.Col{Type: types.TBoolean}, At: at}, Op: expr.Eq,
		L: &expr.Column{Node: expr.Node{T: integer, At: at}, Index: len(schema), Name: "_row_number"},
		R: literal(at, types.TInteger, int64(1))}
	return plan.NewFilter(numbered, first, false, at)
}
