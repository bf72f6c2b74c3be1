package codegen

import (
	"github.com/dave/jennifer/jen"

	"github.com/velostream/veloc/codegen/emit"
	"github.com/velostream/veloc/compiler/plan"
)

// changes tells whether results are shown as changes: the old one is withdrawn before the new one is shown.
func (a *aggregation) changes() bool { return a.f.Stages[a.n+1].Changes }

// remembersShown tells whether the accumulator says that there is a result to withdraw: the only group has one without rows, too.
func (a *aggregation) remembersShown() bool {
	return a.op.Window == nil && len(a.op.Keys) == 0 && a.f.Stages[a.n].Changes
}

// change updates a group whose rows can be taken back, or whose results are withdrawn when they are replaced. A group without rows has no result,
// unless there is only one group.
func (a *aggregation) change(b *emit.Block, acc string, inputs []aggInput, ctx rowContext) {
	row := jen.Id(acc)
	has := func() *jen.Statement { return jen.Id(acc).Dot("Rows").Op(">").Lit(0) }
	if a.remembersShown() {
		has = func() *jen.Statement { return jen.Id(acc).Dot("Shown") }
	}
	show := a.op.Emit == plan.EmitChanges
	if a.changes() {
		b.Add(jen.If(has()).Block(a.shown(emit.RT("Delete"), row, ctx)))
	}
	if ctx.op == nil {
		a.addTo(b, acc, inputs)
	} else {
		add, take := b.Inner(), b.Inner()
		a.addTo(add, acc, inputs)
		a.takeFrom(take, acc, inputs)
		b.Add(jen.If(jen.Add(ctx.op).Op("==").Add(emit.RT("Insert"))).Block(add.Code()...).Else().Block(take.Code()...))
	}
	var op *jen.Statement
	if a.changes() {
		op = emit.RT("Insert")
	}
	switch {
	case !show:
	case ctx.op == nil:
		b.Add(a.shown(op, row, ctx))
	case len(a.op.Keys) == 0:
		b.Add(jen.Add(has()).Op("=").True(), a.shown(op, row, ctx))
	default:
		b.Add(jen.If(has()).Block(a.shown(op, row, ctx)))
	}
}

// retractingOf is an aggregate call as code from which rows can be taken back.
func retractingOf(fns Functions, agg plan.Agg) emit.Aggregate {
	if len(agg.OrderBy) > 0 {
		return AggregateOf(fns, agg) // which keeps the rows
	}
	cols, literals := argumentsOf(agg)
	a := fns.Retracting(agg.Name, agg.Sig, agg.Col, cols, literals, agg.Distinct)
	if agg.IgnoreNulls {
		a.NullsToo = false
	}
	return a
}
