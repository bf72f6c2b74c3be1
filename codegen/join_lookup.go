package codegen

import (
	"github.com/dave/jennifer/jen"

	"github.com/velostream/veloc/codegen/emit"
	"github.com/velostream/veloc/compiler/plan"
)

// lookupJoin is a join in which rows of the left meet the rows of a table that are there when they come.
type lookupJoin struct {
	*joining
	primary []int // columns of the right that identify a row; nil: rows are only added, or withdrawn as a whole
}

func (j *joining) lookup() meeting {
	l := &lookupJoin{joining: j, primary: j.op.Right.Props().Key}
	if l.replaces() {
		j.declareState(1, "Table", "rows of "+sideName(j.sides[1].flow)+" by what is looked up", func(of *jen.Statement) *jen.Statement {
			return jen.Qual(emit.Join, "NewTable").Add(of).Call()
		})
		return l
	}
	j.declareState(1, "Index", "rows of "+sideName(j.sides[1].flow)+" by what is looked up", func(of *jen.Statement) *jen.Statement {
		return jen.Qual(emit.Join, "NewIndex").Add(of).Call()
	})
	return l
}

// replaces tells whether a row of the table takes the place of an earlier one.
func (l *lookupJoin) replaces() bool { return len(l.primary) > 0 }

func (l *lookupJoin) arrive(b *emit.Block, side int, s *scope, ctx rowContext) {
	a := l.arrival(b, side, s, ctx)
	if side == 1 {
		l.store(b, a, ctx)
		return
	}
	l.meetTable(b, a, ctx)
}

// store keeps a row of the table.
func (l *lookupJoin) store(b *emit.Block, a *arriving, ctx rowContext) {
	in := b.Inner()
	at := jen.Lit(0)
	if l.op.Bound != nil {
		at = a.time.Arg()
	}
	if l.replaces() {
		var vals []emit.Value
		for _, i := range l.primary {
			vals = append(vals, a.cols[i])
		}
		own := &joinSide{flow: l.sides[1].flow}
		primary := l.keyOf(in, own, vals)
		if ctx.op != nil {
			in.Add(jen.If(jen.Add(ctx.op).Op("==").Add(emit.RT("Delete"))).Block(l.stored(1).Dot("Withdraw").Call(primary)).Else().Block(
				l.stored(1).Dot("Put").Call(primary, a.key, at).Dot("Row").Op("=").Add(l.kept(1, a.row))))
		} else {
			in.Add(l.stored(1).Dot("Put").Call(primary, a.key, at).Dot("Row").Op("=").Add(l.kept(1, a.row)))
		}
	} else {
		in.Add(
			jen.Id("id").Op(":=").Add(l.stored(1)).Dot("Add").Call(a.key, at),
			l.stored(1).Dot("At").Call(jen.Id("id")).Dot("Row").Op("=").Add(l.kept(1, a.row)))
	}
	if a.has == nil {
		b.Add(in.Code()...)
		return
	}
	b.Add(jen.If(a.has.Expr(0)).Block(in.Code()...)) // nothing equals NULL
}

// meetTable shows a row of the left with its partners.
func (l *lookupJoin) meetTable(b *emit.Block, a *arriving, ctx rowContext) {
	in := b.Inner()
	if a.has == nil {
		in = b
	}
	ts := timeOfRow(ctx)
	counted := l.outer(0)
	if counted {
		a.met = b.Names.Unique("met")
		b.Add(jen.Var().Id(a.met).Int64())
	}
	l.partners(in, a, func(p *emit.Block, e *jen.Statement) {
		left, right := l.pair(a, e)
		if counted {
			p.Add(jen.Id(a.met).Op("++"))
		}
		if l.op.Kind != plan.AntiJoin {
			p.Add(l.shown(opOf(ctx), ts, left, right))
		}
		if l.once() {
			p.Add(jen.Break())
		}
	})
	if a.has != nil {
		b.Add(jen.If(a.has.Expr(0)).Block(in.Code()...))
	}
	if counted {
		left, right := alone(0, jen.Op("&").Add(a.row))
		b.Add(jen.If(jen.Id(a.met).Op("==").Lit(0)).Block(l.shown(opOf(ctx), ts, left, right)))
	}
}

func (l *lookupJoin) result() { l.showMethod() }
