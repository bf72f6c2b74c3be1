package codegen

import (
	"github.com/dave/jennifer/jen"

	"github.com/velostream/veloc/codegen/emit"
	"github.com/velostream/veloc/compiler/plan"
)

// temporalJoin is a join FOR SYSTEM_TIME AS OF: a row of the left meets the version of the right that held at its time. It waits until event time has
// passed it, so that every version up to then is there.
type temporalJoin struct {
	*joining
}

func (j *joining) temporal() meeting {
	j.declareState(0, "Waiting", "rows of "+sideName(j.sides[0].flow)+" whose time has not passed", func(of *jen.Statement) *jen.Statement {
		return jen.Qual(emit.Join, "NewWaiting").Add(of).Call(jen.Lit(0))
	})
	j.declareState(1, "Versions", "versions of "+sideName(j.sides[1].flow), func(of *jen.Statement) *jen.Statement {
		return jen.Qual(emit.Join, "NewVersions").Add(of).Call()
	})
	return &temporalJoin{j}
}

func (v *temporalJoin) arrive(b *emit.Block, side int, s *scope, ctx rowContext) {
	a := v.arrival(b, side, s, ctx)
	if side == 1 {
		put := v.stored(1).Dot("Put").Call(a.key, timeOfRow(ctx), v.before(jen.Id("t").Dot("watermark"))).Dot("Row").Op("=").Add(v.kept(1, a.row))
		if a.has == nil {
			b.Add(put)
			return
		}
		b.Add(jen.If(a.has.Expr(0)).Block(put)) // nothing equals NULL
		return
	}
	at := b.Let("asOf", s.value(b, v.asked()))
	keep := jen.Add(v.stored(0)).Dot("Keep").Call(jen.Qual(emit.State, "NullKey").Call(), at.Arg()).Dot("Row").Op("=").Add(v.kept(0, a.row))
	if at.Valid == nil {
		b.Add(keep)
		return
	}
	never := jen.Id("t").Dot("tally").Dot("Filtered").Op("++") // held at no time
	if v.op.Kind == plan.LeftJoin {
		never = v.shown(emit.RT("Insert"), timeOfRow(ctx), jen.Op("&").Add(a.row), nil)
	}
	b.Add(jen.If(jen.Add(at.Valid)).Block(keep).Else().Block(never))
}

func (v *temporalJoin) result() {
	t := v.t
	advanced, finished := len(t.advance), len(t.finish)
	v.showMethod()
	later := [2][]jen.Code{append([]jen.Code(nil), t.advance[advanced:]...), append([]jen.Code(nil), t.finish[finished:]...)}
	t.advance, t.finish = t.advance[:advanced], t.finish[:finished]
	visit := jen.Id("t").Dot(v.meetMethod())
	t.advance = append(t.advance, returned(v.stored(0).Dot("End").Call(jen.Id("watermark"), visit)))
	t.finish = append(t.finish, returned(v.stored(0).Dot("End").Call(jen.Qual("math", "MaxInt64"), visit)))
	t.due = append(t.due, v.stored(0).Dot("Due").Call())
	t.advance, t.finish = append(t.advance, later[0]...), append(t.finish, later[1]...)
}

// meetMethod writes the method that shows a row of the left whose time has passed, with the version that held then.
func (v *temporalJoin) meetMethod() string {
	t, left := v.t, v.sides[0]
	name := t.names.Unique("meet" + upperFirst(left.row.name))
	b := t.resultBlock()
	b.Names = t.localNames("t", "e", "v", "id", "err")
	row := jen.Id("e").Dot("Row")
	s := &scope{g: t.g, cols: v.columns(0, row), meta: t.metaOf(jen.Id("e").Dot("Time"))}
	keys := exprValues(b, s, v.op.LeftKeys, "key")
	valid := emit.AllValid(keys...)
	for i := range keys {
		keys[i].Valid = nil
	}
	b.Add(jen.Var().Id("found").Op("*").Id(v.sides[1].row.name))
	in := b.Inner()
	match := in.Inner()
	if v.op.Cond != nil {
		match.Func = v.pairs(b.Func)
		both := &scope{g: t.g, meta: s.meta, cols: append(append([]emit.Value(nil), s.cols...), v.columns(1, jen.Id("v").Dot("Row"))...)}
		fail := match.Func.Fail
		match.Func.Fail = func(err *jen.Statement) []jen.Code { return append(fail(err)[:1:1], jen.Return(jen.Nil())) }
		cond := both.isTrue(match, v.op.Cond)
		match.Add(jen.If(cond.Expr(0)).Block(jen.Id("found").Op("=").Op("&").Id("v").Dot("Row")))
	} else {
		match.Add(jen.Id("found").Op("=").Op("&").Id("v").Dot("Row"))
	}
	in.Add(jen.If(jen.Id("v").Op(":=").Add(v.stored(1)).Dot("At").Call(v.keyOf(in, left, keys), v.before(jen.Id("e").Dot("Time"))), jen.Id("v").Op("!=").Nil()).Block(match.Code()...))
	if valid != nil {
		b.Add(jen.If(valid).Block(in.Code()...))
	} else {
		b.Add(in.Code()...)
	}
	if v.op.Kind != plan.LeftJoin {
		b.Add(jen.If(jen.Id("found").Op("==").Nil()).Block(jen.Id("t").Dot("tally").Dot("Filtered").Op("++"), jen.Return(jen.Nil())))
	}
	b.Add(jen.Return(v.showCall(emit.RT("Insert"), jen.Id("e").Dot("Time"), jen.Op("&").Id("e").Dot("Row"), jen.Id("found"))))
	t.methods = append(t.methods, jen.Comment("// "+name+" shows a row of "+sideName(left.flow)+" with the version of "+sideName(v.sides[1].flow)+" that held at its time.").Line().
		Func().Params(jen.Id("t").Op("*").Id(t.name)).Id(name).Params(jen.Id("e").Op("*").Qual(emit.Join, "Entry").Types(jen.Id(left.row.name))).Error().Block(b.Code()...).Line())
	return name
}
