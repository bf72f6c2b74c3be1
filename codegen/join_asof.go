package codegen

import (
	"github.com/dave/jennifer/jen"

	"github.com/velostream/veloc/codegen/emit"
	"github.com/velostream/veloc/compiler/expr"
	"github.com/velostream/veloc/compiler/physical"
	"github.com/velostream/veloc/compiler/plan"
)

// An ASOF join runs in one of two ways. Over input that can be read first it is a lookup, of whose partners the nearest one is shown. As rows
// come it is a temporal join: rows of the right are versions of what their key holds.

// asOfJoin is an as-of join as the join that its way makes of it; others are as they are.
func asOfJoin(m *physical.Meeting, op *plan.Join) *plan.Join {
	if op.Form != plan.AsOfJoin {
		return op
	}
	own := *op
	if m.Way == physical.Lookup {
		own.Cond = expr.Conjunction(append(expr.Conjuncts(op.Cond), op.AsOf))
	}
	return &own
}

// asked is the time that a row of the left of a temporal join asks for, over its columns.
func (v *temporalJoin) asked() expr.Expr {
	if v.op.Form != plan.AsOfJoin {
		return v.op.AsOf
	}
	left, _, _ := physical.AsOfSides(v.op)
	return left
}

// before is t, a time that versions are asked for, or just before it where a version of that time itself is too young.
func (v *temporalJoin) before(t *jen.Statement) *jen.Statement {
	if cmp, ok := v.op.AsOf.(*expr.Compare); ok && v.op.Form == plan.AsOfJoin && (cmp.Op == expr.Gt || cmp.Op == expr.Lt) {
		return emit.RT("Shift").Call(t, jen.Lit(-1))
	}
	return t
}

// meetNearest shows a row of the left with the nearest of its partners; of several that are as near, with the last that came.
func (l *lookupJoin) meetNearest(b *emit.Block, a *arriving, ctx rowContext) {
	_, right, greatest := physical.AsOfSides(l.op)
	nearest, best := b.Names.Unique("nearest"), b.Names.Unique("best")
	t := right.Col().Type
	b.Add(jen.Var().Id(nearest).Op("*").Id(l.sides[1].row.name))
	in := b.Inner()
	in.Add(jen.Var().Id(best).Add(emit.GoType(t)))
	l.partners(in, a, func(p *emit.Block, e *jen.Statement) {
		both := &scope{g: l.t.g, meta: a.s.meta, cols: append(append([]emit.Value(nil), a.cols...), l.columns(1, jen.Add(e).Dot("Row"))...)}
		v := p.Let("value", both.value(p, right))
		nearer := ">="
		if !greatest {
			nearer = "<="
		}
		order := p.Comparator(t).Call(v.Arg(), jen.Id(best))
		p.Add(jen.If(jen.Id(nearest).Op("==").Nil().Op("||").Add(order).Op(nearer).Lit(0)).Block(
			jen.List(jen.Id(nearest), jen.Id(best)).Op("=").List(jen.Op("&").Add(e).Dot("Row"), v.Arg())))
	})
	if a.has != nil {
		b.Add(jen.If(a.has.Expr(0)).Block(in.Code()...))
	} else {
		b.Add(in.Code()...)
	}
	show := l.shown(opOf(ctx), timeOfRow(ctx), jen.Op("&").Add(a.row), jen.Id(nearest))
	if l.op.Kind != plan.LeftJoin {
		show = jen.If(jen.Id(nearest).Op("!=").Nil()).Block(show)
	}
	b.Add(show)
}
