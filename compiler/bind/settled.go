package bind

import (
	"slices"

	"github.com/velostream/veloc/compiler/expr"
	"github.com/velostream/veloc/compiler/plan"
	"github.com/velostream/veloc/compiler/types"
	"github.com/velostream/veloc/grammar/source"
)

// settled are the rows that are left of n when its input has ended, for operators that take no row back: ORDER BY, OVER, LIMIT. Over input that does not
// end, or whose rows only come, it is n itself.
//
// Identity: the rows of a table are the groups of all its columns, each as often as it counts. Where rows have a key there is one of each.
func (b *binder) settled(n plan.Node, at source.Span) plan.Node {
	p := n.Props()
	if p.Mode == plan.Append || !p.Bounded || slices.ContainsFunc(p.Schema, func(c plan.Column) bool { return !c.Col.Type.Groupable() }) {
		return n
	}
	keys := plan.Through(n)
	if p.Mode == plan.Upsert && p.Key != nil {
		return plan.NewAggregate(n, keys, nil, nil, nil, plan.EmitFinal, at)
	}
	count := plan.Agg{Name: "COUNT", Col: types.Col{Type: types.TInteger}, At: at}
	count.Sig = slices.IndexFunc(b.fns.Aggregate("COUNT"), func(s *types.Signature) bool { return len(s.Params) == 0 })
	counted := plan.NewAggregate(n, keys, nil, []plan.Agg{count}, []string{"_count"}, plan.EmitFinal, at)
	width := len(keys)
	each := b.scope(nil).scalar(at, "SEQUENCE", []expr.Expr{literal(at, types.TInteger, int64(1)),
		&expr.Column{Node: expr.Node{T: count.Col, At: at}, Index: width, Name: "_count"}})
	if isInvalid(each) || count.Sig < 0 {
		return n
	}
	out := plan.NewUnnest(counted, each, []string{"_copy"}, false, false, at)
	return plan.NewProject(out, plan.Through(out)[:width], at)
}
