package codegen

import (
	"github.com/dave/jennifer/jen"

	"github.com/velostream/veloc/codegen/emit"
	"github.com/velostream/veloc/compiler/physical"
	"github.com/velostream/veloc/compiler/plan"
)

// waitingJoin is a join whose rows wait for partners: of two streams within a time bound, or of inputs that end. A row without partner is shown
// when it can have none any more.
type waitingJoin struct {
	*joining
	limited bool // rows wait for a time rather than until the inputs end
}

func (j *joining) waiting() meeting {
	w := &waitingJoin{joining: j}
	left, right, limited := physical.Waits(j.op)
	w.limited = limited
	for side, wait := range []int64{int64(left), int64(right)} {
		d := jen.Qual(emit.Join, "Forever")
		if limited {
			d = duration(wait)
		}
		j.declareState(side, "Waiting", "rows of "+sideName(j.sides[side].flow)+" that wait for partners", func(of *jen.Statement) *jen.Statement {
			return jen.Qual(emit.Join, "NewWaiting").Add(of).Call(d)
		})
	}
	return w
}

// arrive lets a row meet those that wait on the other side, and wait itself.
func (w *waitingJoin) arrive(b *emit.Block, side int, s *scope, ctx rowContext) {
	a := w.arrival(b, side, s, ctx)
	in := b.Inner()
	if a.has == nil {
		in = b
	}
	counted := w.outer(side) || w.once() && side == 0
	if counted {
		a.met = in.Names.Unique("met")
		in.Add(jen.Var().Id(a.met).Int64())
	}
	w.partners(in, a, func(p *emit.Block, e *jen.Statement) { w.met(p, a, e) })
	w.stay(in, a)
	if a.has == nil {
		return
	}
	without := jen.Id("t").Dot("tally").Dot("Filtered").Op("++") // of a key that is NULL
	if w.outer(side) {
		without = w.shownAlone(side, timeOfRow(ctx), jen.Op("&").Add(a.row))
	}
	b.Add(jen.If(a.has.Expr(0)).Block(in.Code()...).Else().Block(without))
}

// met emits what happens to a pair.
func (w *waitingJoin) met(p *emit.Block, a *arriving, e *jen.Statement) {
	if w.once() && a.side == 0 {
		p.Add(jen.Id(a.met).Op("++"))
		if w.op.Kind == plan.SemiJoin {
			p.Add(w.shown(emit.RT("Insert"), a.time.Arg(), jen.Op("&").Add(a.row), nil))
		}
		w.enough(p)
		return
	}
	ts := jen.Id("max").Call(a.time.Arg(), jen.Add(e).Dot("Time"))
	left, right := w.pair(a, e)
	switch {
	case w.op.Kind == plan.SemiJoin: // the first partner of rows of the left
		p.Add(w.shown(emit.RT("Insert"), ts, left, nil), w.stored(0).Dot("Drop").Call(jen.Add(e).Dot("ID").Call()))
	case w.op.Kind == plan.AntiJoin:
		p.Add(w.stored(0).Dot("Drop").Call(jen.Add(e).Dot("ID").Call()))
	default:
		if w.op.Kind == plan.SingleJoin {
			had := jen.Id(a.met)
			if a.side == 1 {
				had = jen.Add(e).Dot("Partners")
			}
			p.Add(jen.If(jen.Add(had).Op(">").Lit(0)).Block(
				jen.Id("t").Dot("tally").Dot("RejectResult").Call(emit.RT("ManyRows").Call(jen.Lit(w.t.g.position(w.op.At)))), jen.Continue()))
		}
		if a.met != "" {
			p.Add(jen.Id(a.met).Op("++"))
		}
		if w.outer(1 - a.side) {
			p.Add(w.stored(1-a.side).Dot("Meets").Call(e, jen.Lit(1)))
		}
		p.Add(w.shown(emit.RT("Insert"), ts, left, right))
	}
}

// stay emits how a row waits for partners that come later.
func (w *waitingJoin) stay(b *emit.Block, a *arriving) {
	keep := []jen.Code{
		jen.Id("kept").Op(":=").Add(w.stored(a.side)).Dot("Keep").Call(a.key, a.time.Arg()),
		jen.Id("kept").Dot("Row").Op("=").Add(w.kept(a.side, a.row)),
	}
	if w.outer(a.side) && !w.once() {
		keep = append(keep, jen.Id("kept").Dot("Partners").Op("=").Id(a.met))
	}
	once := w.once() && a.side == 0 // with a partner the row needs no other
	if !w.limited {
		if once {
			keep = []jen.Code{jen.If(jen.Id(a.met).Op("==").Lit(0)).Block(keep...)}
		}
		b.Add(keep...)
		return
	}
	over := w.stored(a.side).Dot("Over").Call(a.time.Arg(), jen.Id("t").Dot("watermark"))
	switch show := w.shownAlone(a.side, a.time.Arg(), jen.Op("&").Add(a.row)); {
	case once && w.outer(a.side):
		b.Add(jen.If(jen.Id(a.met).Op("==").Lit(0)).Block(jen.If(over).Block(show).Else().Block(keep...)))
	case once:
		b.Add(jen.If(jen.Id(a.met).Op("==").Lit(0).Op("&&").Op("!").Add(over)).Block(keep...))
	case w.outer(a.side):
		b.Add(jen.If(jen.Op("!").Add(over)).Block(keep...).Else().If(jen.Id(a.met).Op("==").Lit(0)).Block(show))
	default:
		b.Add(jen.If(jen.Op("!").Add(over)).Block(keep...))
	}
}

// shownAlone shows a row without partner.
func (w *waitingJoin) shownAlone(side int, ts, row *jen.Statement) *jen.Statement {
	left, right := alone(side, row)
	return w.shown(emit.RT("Insert"), ts, left, right)
}

// result writes what becomes of joined rows, and of those whose time is over.
func (w *waitingJoin) result() {
	t := w.t
	advanced, finished := len(t.advance), len(t.finish)
	w.showMethod()
	later := [2][]jen.Code{append([]jen.Code(nil), t.advance[advanced:]...), append([]jen.Code(nil), t.finish[finished:]...)}
	t.advance, t.finish = t.advance[:advanced], t.finish[:finished]
	for side := range w.sides {
		visit := jen.Nil()
		if w.outer(side) {
			visit = jen.Id("t").Dot(w.endMethod(side))
			t.finish = append(t.finish, returned(w.stored(side).Dot("End").Call(jen.Qual("math", "MaxInt64"), visit)))
		}
		if w.limited {
			t.advance = append(t.advance, returned(w.stored(side).Dot("End").Call(jen.Id("watermark"), visit)))
			t.due = append(t.due, w.stored(side).Dot("Due").Call())
		}
	}
	t.advance, t.finish = append(t.advance, later[0]...), append(t.finish, later[1]...)
}

// endMethod writes the method that shows the rows of a side that have found no partner when their time is over.
func (w *waitingJoin) endMethod(side int) string {
	t := w.t
	s := w.sides[side]
	name := t.names.Unique("end" + upperFirst(s.row.name))
	var body []jen.Code
	if !w.once() {
		body = append(body, jen.If(jen.Id("e").Dot("Partners").Op(">").Lit(0)).Block(jen.Return(jen.Nil())))
	}
	left, right := alone(side, jen.Op("&").Id("e").Dot("Row"))
	body = append(body, jen.Return(w.showCall(emit.RT("Insert"), jen.Id("e").Dot("Time"), left, right)))
	t.methods = append(t.methods, jen.Comment("// "+name+" shows a row of "+sideName(s.flow)+" that has found no partner.").Line().
		Func().Params(jen.Id("t").Op("*").Id(t.name)).Id(name).Params(jen.Id("e").Op("*").Qual(emit.Join, "Entry").Types(jen.Id(s.row.name))).Error().Block(body...).Line())
	return name
}
