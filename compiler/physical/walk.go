package physical

import (
	"fmt"

	"github.com/velostream/veloc/compiler/expr"
	"github.com/velostream/veloc/compiler/plan"
)

// eachFlow visits flows, those that read them, and those that their rows meet in.
func eachFlow(flows []*Flow, visit func(*Flow)) {
	for _, f := range flows {
		visit(f)
		if m := f.Into; m != nil && f == m.Sides[0] {
			eachFlow([]*Flow{m.Out}, visit)
		}
		eachFlow(f.Flows, visit)
	}
}

// walkFlow visits every expression that the rows of a flow reach.
func walkFlow(f *Flow, visit func(expr.Expr)) {
	each := func(e expr.Expr) {
		if e != nil {
			expr.Walk(e, func(x expr.Expr) bool { visit(x); return true })
		}
	}
	for _, st := range f.Stages {
		for _, op := range st.Ops {
			plan.EachExpr(op, each)
		}
	}
	if f.Into != nil {
		plan.EachExpr(f.Into.Op, each)
		walkFlow(f.Into.Out, visit)
		return
	}
	for _, m := range f.Statement.Metrics {
		each(m.Condition)
		each(m.Value)
		for _, l := range m.Labels {
			each(l.Value)
		}
	}
	for _, c := range f.Flows {
		walkFlow(c, visit)
	}
}

// Exprs visits every expression that the rows of a flow reach.
func (f *Flow) Exprs(visit func(expr.Expr)) { walkFlow(f, visit) }

func unhandled(n any) string {
	return "bug: physical: unhandled node " + fmt.Sprintf("%T", n)
}
