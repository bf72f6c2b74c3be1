package bind

import (
	"slices"

	"github.com/velostream/veloc/compiler/expr"
	"github.com/velostream/veloc/compiler/plan"
	"github.com/velostream/veloc/grammar/source"
)

// lets are the values of one SELECT that have to be computed once although several expressions read them: those of aliases whose expression
// gives something else at each call, such as RANDOM().
type lets struct {
	list []*let
}

// let is such a value.
type let struct {
	e     expr.Expr // over the virtual row
	name  string
	after expr.Expr // the column that holds it, once it has been placed
}

// once reads the value of an alias.
func (l *lets) once(e expr.Expr, name string, at source.Span) expr.Expr {
	i := slices.IndexFunc(l.list, func(x *let) bool { return x.e == e })
	if i < 0 {
		i = len(l.list)
		l.list = append(l.list, &let{e: e, name: name})
	}
	return &expr.Column{Node: expr.Node{T: e.Col(), At: at}, Index: letAt + i, Name: name}
}

// share makes the items that define such values read them, too.
func (l *lets) share(items []*item) {
	for i, x := range l.list {
		for _, it := range items {
			if it.e == x.e {
				it.e = &expr.Column{Node: expr.Node{T: x.e.Col(), At: x.e.Span()}, Index: letAt + i, Name: x.name}
			}
		}
	}
}

// place computes the values that have not been computed yet and that which accepts, in a projection of their own.
func (l *lets) place(node plan.Node, which func(expr.Expr) bool) plan.Node {
	columns := plan.Through(node)
	var placed []*let
	for _, x := range l.list {
		if x.after != nil || !which(x.e) {
			continue
		}
		e := l.resolve(x.e)
		x.after = &expr.Column{Node: expr.Node{T: e.Col(), At: e.Span()}, Index: len(columns), Name: x.name}
		columns = append(columns, plan.Named{Name: x.name, E: plan.Renamed(e, node.Props().Schema), At: e.Span()})
		placed = append(placed, x)
	}
	if len(placed) == 0 {
		return node
	}
	return plan.NewProject(node, columns, placed[0].e.Span())
}

// resolve replaces values by the columns that hold them.
func (l *lets) resolve(e expr.Expr) expr.Expr {
	if e == nil || len(l.list) == 0 {
		return e
	}
	return expr.Map(e, func(x expr.Expr) expr.Expr {
		c, ok := x.(*expr.Column)
		if !ok || !isLetAt(c.Index) {
			return x
		}
		if after := l.list[c.Index-letAt].after; after != nil {
			return after
		}
		return x
	})
}
