package codegen

import (
	"github.com/dave/jennifer/jen"

	"github.com/velostream/veloc/codegen/emit"
	"github.com/velostream/veloc/compiler/plan"
	"github.com/velostream/veloc/compiler/types"
)

// updatingJoin is a join that follows the changes of both sides. Rows are kept while they are part of their side, with the number of their
// partners: a row without partner is withdrawn when it gets its first one, and shown again when it loses the last.
type updatingJoin struct {
	*joining
	equal [2]string // functions that compare rows of a side
}

func (j *joining) updating() meeting {
	u := &updatingJoin{joining: j}
	for side := range j.sides {
		j.declareState(side, "Index", "rows of "+sideName(j.sides[side].flow), func(of *jen.Statement) *jen.Statement {
			return jen.Qual(emit.Join, "NewIndex").Add(of).Call()
		})
	}
	return u
}

func (u *updatingJoin) arrive(b *emit.Block, side int, s *scope, ctx rowContext) {
	a := u.arrival(b, side, s, ctx)
	in := b.Inner()
	if a.has == nil {
		in = b
	}
	counted := u.outer(side) || u.once() && side == 0 || u.outer(1-side)
	if counted {
		a.met = in.Names.Unique("met")
		in.Add(jen.Var().Id(a.met).Int64())
	}
	u.partners(in, a, func(p *emit.Block, e *jen.Statement) { u.met(p, a, e, ctx) })
	u.own(in, a, ctx)
	u.keepOrForget(in, a, ctx)
	if a.has == nil {
		return
	}
	without := jen.Id("t").Dot("tally").Dot("Filtered").Op("++")
	if u.outer(side) {
		left, right := alone(side, jen.Op("&").Add(a.row))
		without = u.shown(opOf(ctx), timeOfRow(ctx), left, right)
	}
	b.Add(jen.If(a.has.Expr(0)).Block(in.Code()...).Else().Block(without))
}

// met emits what happens to a pair: its joined row appears or disappears, and with it what was shown of the partner alone.
func (u *updatingJoin) met(p *emit.Block, a *arriving, e *jen.Statement, ctx rowContext) {
	if a.met != "" {
		p.Add(jen.Id(a.met).Op("++"))
	}
	ts := jen.Id("max").Call(a.time.Arg(), jen.Add(e).Dot("Time"))
	left, right := u.pair(a, e)
	partners := jen.Add(e).Dot("Partners")
	theirs := 1 - a.side
	meets := func(by int) *jen.Statement { return u.stored(theirs).Dot("Meets").Call(e, jen.Lit(by)) }
	if u.op.Kind == plan.SingleJoin {
		count := jen.Id(a.met)
		if a.side == 1 {
			count = jen.Add(partners).Op("+").Lit(1)
		}
		p.Add(jen.If(u.inserting(ctx).Op("&&").Add(count).Op(">").Lit(1)).Block(
			jen.Id("t").Dot("tally").Dot("RejectResult").Call(emit.RT("ManyRows").Call(jen.Lit(u.t.g.position(u.op.At)))), jen.Continue()))
	}
	if u.once() {
		if a.side == 1 {
			u.transition(p, a, e, ts, ctx)
		}
		return
	}
	show := u.shown(opOf(ctx), ts, left, right)
	if !u.outer(theirs) {
		p.Add(show)
		return
	}
	aloneLeft, aloneRight := alone(theirs, jen.Op("&").Add(e).Dot("Row"))
	add := []jen.Code{
		jen.If(jen.Add(partners).Op("==").Lit(0)).Block(u.shown(emit.RT("Delete"), jen.Add(e).Dot("Time"), aloneLeft, aloneRight)),
		meets(1), show,
	}
	take := []jen.Code{
		show, meets(-1),
		jen.If(jen.Add(partners).Op("==").Lit(0)).Block(u.shown(emit.RT("Insert"), ts, aloneLeft, aloneRight)),
	}
	u.byOp(p, ctx, add, take)
}

// transition shows or withdraws rows of the left that get their first partner, or lose the last.
func (u *updatingJoin) transition(p *emit.Block, a *arriving, e, ts *jen.Statement, ctx rowContext) {
	partners := jen.Add(e).Dot("Partners")
	meets := func(by int) *jen.Statement { return u.stored(0).Dot("Meets").Call(e, jen.Lit(by)) }
	row := jen.Op("&").Add(e).Dot("Row")
	with, without := "Insert", "Delete" // a semi join shows rows that have partners
	if u.op.Kind == plan.AntiJoin {
		with, without = without, with
	}
	u.byOp(p, ctx,
		[]jen.Code{jen.If(meets(1), jen.Add(partners).Op("==").Lit(1)).Block(u.shown(emit.RT(with), ts, row, nil))},
		[]jen.Code{jen.If(meets(-1), jen.Add(partners).Op("==").Lit(0)).Block(u.shown(emit.RT(without), ts, row, nil))})
}

// inserting is the condition that the row is inserted.
func (u *updatingJoin) inserting(ctx rowContext) *jen.Statement {
	if ctx.op == nil {
		return jen.True()
	}
	return jen.Add(ctx.op).Op("==").Add(emit.RT("Insert"))
}

// byOp emits what happens to insertions and to deletions.
func (u *updatingJoin) byOp(b *emit.Block, ctx rowContext, insert, remove []jen.Code) {
	if ctx.op == nil {
		b.Add(insert...)
		return
	}
	b.Add(jen.If(u.inserting(ctx)).Block(insert...).Else().Block(remove...))
}

// own shows the row that has come, where it is shown for itself.
func (u *updatingJoin) own(b *emit.Block, a *arriving, ctx rowContext) {
	left, right := alone(a.side, jen.Op("&").Add(a.row))
	show := u.shown(opOf(ctx), a.time.Arg(), left, right)
	switch {
	case u.op.Kind == plan.SemiJoin && a.side == 0:
		b.Add(jen.If(jen.Id(a.met).Op(">").Lit(0)).Block(show))
	case u.outer(a.side):
		b.Add(jen.If(jen.Id(a.met).Op("==").Lit(0)).Block(show))
	}
}

// keepOrForget keeps an inserted row, and forgets one that is deleted.
func (u *updatingJoin) keepOrForget(b *emit.Block, a *arriving, ctx rowContext) {
	state := func() *jen.Statement { return u.stored(a.side) }
	keep := []jen.Code{
		jen.Id("kept").Op(":=").Add(state()).Dot("At").Call(state().Dot("Add").Call(a.key, a.time.Arg())),
		jen.Id("kept").Dot("Row").Op("=").Add(u.kept(a.side, a.row)),
	}
	if u.outer(a.side) || u.once() && a.side == 0 {
		keep = append(keep, jen.Id("kept").Dot("Partners").Op("=").Id(a.met))
	}
	if ctx.op == nil {
		b.Add(keep...)
		return
	}
	forget := jen.For(jen.Id("id").Op(":=").Add(state()).Dot("First").Call(a.key), jen.Id("id").Op(">=").Lit(0), jen.Id("id").Op("=").Add(state()).Dot("Next").Call(jen.Id("id"))).Block(
		jen.If(jen.Id(u.equality(a.side)).Call(jen.Op("&").Add(state()).Dot("At").Call(jen.Id("id")).Dot("Row"), jen.Op("&").Add(a.row))).Block(
			state().Dot("Remove").Call(jen.Id("id")), jen.Break()))
	b.Add(jen.If(u.inserting(ctx)).Block(keep...).Else().Block(forget))
}

// equality is the function that tells whether two rows of a side are the same.
func (u *updatingJoin) equality(side int) string {
	if u.equal[side] == "" {
		u.equal[side] = u.t.equalRows(u.sides[side].row)
	}
	return u.equal[side]
}

// equalRows writes the function that tells whether two rows have equal values, NULLs included.
func (t *task) equalRows(row *rowType) string {
	name := t.g.names.Unique("equal" + upperFirst(row.name))
	b := t.block(returnError, nil)
	all := jen.True()
	for i, f := range row.fields {
		x, y := jen.Id("x").Dot(f.name), jen.Id("y").Dot(f.name)
		var same *jen.Statement
		switch {
		case f.col.Type.Nested():
			xv, yv := row.read(i, jen.Id("x")), row.read(i, jen.Id("y"))
			same = nested(b).Equal(f.col.Type).Call(xv.Arg(), yv.Arg())
			if f.col.Nullable {
				same = jen.Parens(jen.Add(x).Dot("Valid").Op("==").Add(y).Dot("Valid").Op("&&").Parens(jen.Op("!").Add(x).Dot("Valid").Op("||").Add(same)))
			}
		case f.col.Type.Kind == types.Float && f.col.Nullable:
			same = jen.Add(x).Dot("Valid").Op("==").Add(y).Dot("Valid").Op("&&").Qual(emit.State, "FloatBits").Call(jen.Add(x).Dot("V")).Op("==").Qual(emit.State, "FloatBits").Call(jen.Add(y).Dot("V"))
		case f.col.Type.Kind == types.Float:
			same = jen.Qual(emit.State, "FloatBits").Call(x).Op("==").Qual(emit.State, "FloatBits").Call(y)
		case f.col.Nullable: // what a NULL leaves in V means nothing
			same = jen.Add(x).Dot("Valid").Op("==").Add(y).Dot("Valid").Op("&&").Parens(jen.Op("!").Add(x).Dot("Valid").Op("||").Add(x).Dot("V").Op("==").Add(y).Dot("V"))
		default:
			same = jen.Add(x).Op("==").Add(y)
		}
		if i == 0 {
			all = same
		} else {
			all = all.Op("&&").Add(same)
		}
	}
	t.g.states = append(t.g.states, jen.Comment("// "+name+" tells whether two rows are the same.").Line().
		Func().Id(name).Params(jen.List(jen.Id("x"), jen.Id("y")).Op("*").Id(row.name)).Bool().Block(jen.Return(all)).Line())
	return name
}

func (u *updatingJoin) result() { u.showMethod() }
