package rewrite

import (
	"github.com/velostream/veloc/compiler/expr"
	"github.com/velostream/veloc/compiler/plan"
)

// fuseProjects makes one projection of two that meet.
//
// Identity: π[f](π[e](R)) = π[f with each column replaced by its e](R). It holds for any e, but an e that f reads twice would be
// computed twice: such ones must be cheap. A column called _event_time sets the time of its rows, so a projection that has one
// stays as it is.
func fuseProjects(_ *Context, n plan.Node) plan.Node {
	outer, ok := n.(*plan.Project)
	if !ok {
		return n
	}
	inner, ok := outer.In.(*plan.Project)
	if !ok || setsTime(inner) {
		return n
	}
	reads := make([]int, len(inner.Exprs))
	for _, e := range outer.Exprs {
		expr.Walk(e, func(x expr.Expr) bool {
			if col, ok := x.(*expr.Column); ok {
				reads[col.Index]++
			}
			return true
		})
	}
	for i, times := range reads {
		if times > 1 && !cheap(inner.Exprs[i]) {
			return n
		}
	}
	columns := outer.Named()
	for i := range columns {
		columns[i].E = substitute(columns[i].E, inner.Exprs)
	}
	return plan.NewProject(inner.In, columns, outer.At)
}

// setsTime tells whether a projection gives its rows another time than they had.
func setsTime(p *plan.Project) bool {
	t := p.Props().Time
	if t.Column < 0 {
		return false
	}
	below := p.In.Props().Time
	col, ok := p.Exprs[t.Column].(*expr.Column)
	return !ok || col.Index != below.Column
}
