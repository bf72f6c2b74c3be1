package bind

import (
	"strconv"

	"github.com/velostream/veloc/compiler/plan"
	"github.com/velostream/veloc/grammar"
	"github.com/velostream/veloc/grammar/diag"
)

// lateralQuery joins a query that may read the relations left of it. What it reads of them becomes the condition of the join.
func (f *fromBinder) lateralQuery(node plan.Node, r *grammar.DerivedTable, j *grammar.Join, name string) plan.Node {
	if j.Kind != grammar.CrossJoin && j.Kind != grammar.InnerJoin && j.Kind != grammar.LeftJoin {
		f.report(diag.CorrelatedTooDeep(j.Span()))
	}
	ctx := queryContext{outer: f.in(inOn), nested: true}
	out := f.query(r.Query, ctx)
	if out == nil {
		f.broken = true
		return node
	}
	visible := len(out.root.Props().Schema)
	d := decorrelation{}
	right, conds, ok := d.pull(out.root)
	if !ok || readsOuter(right) {
		f.report(diag.CorrelatedTooDeep(r.Span()))
		f.broken = true
		return node
	}
	width := len(f.schema)
	p := &joinParts{scope: f.scope, width: width, at: j.Span(), spec: plan.JoinSpec{Kind: joinKinds[j.Kind]}}
	joined := plan.Through(right)
	for i, c := range joined[:visible] {
		col := right.Props().Schema[i]
		col.Name = c.Name
		if a := j.Right.Alias; a != nil && i < len(a.Columns) {
			col.Name = a.Columns[i].Name
		}
		col.Qualifier = name
		f.schema = append(f.schema, col)
	}
	if a := j.Right.Alias; a != nil && len(a.Columns) > 0 && len(a.Columns) != visible {
		f.report(diag.ColumnCount(a.Span(), name, len(a.Columns), visible))
	}
	f.inputs = append(f.inputs, input{name: name, lo: width, hi: len(f.schema)})
	for i := visible; i < len(joined); i++ { // columns that only the condition reads
		col := right.Props().Schema[i]
		col.Name = "_" + strconv.Itoa(i)
		f.schema = append(f.schema, col)
	}
	for _, c := range conds {
		p.condition(localised(c, width, nil))
	}
	if cond := f.lateralOn(j); cond != nil {
		p.conjuncts(cond)
	}
	return f.joined(node, right, p, j)
}
