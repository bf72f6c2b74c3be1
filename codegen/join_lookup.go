package codegen

import (
	"github.com/dave/jennifer/jen"

	"github.com/velostream/veloc/codegen/emit"
	"github.com/velostream/veloc/compiler/expr"
	"github.com/velostream/veloc/compiler/plan"
	"github.com/velostream/veloc/compiler/types"
)

// lookupJoin is a join in which rows of the left meet the rows of a table that are there when they come.
type lookupJoin struct {
	*joining
	primary []int     // columns of the right that identify a row, which takes the place of an earlier one; nil: rows are only added
	own     *joinSide // has the memory in which keys of primary are composed
	unknown string    // field that holds the rows of the right with a NULL among the columns that are compared, where a NULL makes the answer NULL
}

func (j *joining) lookup() meeting {
	l := &lookupJoin{joining: j}
	right := j.op.Right.Props()
	kind := "Index"
	if len(right.Key) > 0 || right.Mode != plan.Append {
		kind, l.primary = "Table", right.Key
	}
	j.declareState(1, kind, "rows of "+sideName(j.sides[1].flow)+" by what is looked up", func(of *jen.Statement) *jen.Statement {
		return jen.Qual(emit.Join, "New"+kind).Add(of).Call()
	})
	if j.op.NullAware {
		l.unknown = j.t.names.Unique(j.base + "Unknown")
		of := jen.Types(jen.Id(j.sides[1].row.name))
		j.t.fields = append(j.t.fields, jen.Id(l.unknown).Op("*").Qual(emit.Join, "Index").Add(of).Comment("rows of "+sideName(j.sides[1].flow)+" that have a NULL in what is looked up"))
		j.t.inits = append(j.t.inits, jen.Id("t").Dot(l.unknown).Op("=").Qual(emit.Join, "NewIndex").Add(of).Call())
		j.table(1, "Index", l.unknown, ".unknown")
	}
	return l
}

// replaces tells whether a row of the table takes the place of an earlier one.
func (l *lookupJoin) replaces() bool { return l.primary != nil }

func (l *lookupJoin) arrive(b *emit.Block, side int, s *scope, ctx rowContext) {
	a := l.arrival(b, side, s, ctx)
	if side == 1 {
		l.store(b, a, ctx)
		return
	}
	if l.op.Form == plan.AsOfJoin {
		l.meetNearest(b, a, ctx)
		return
	}
	l.meetTable(b, a, ctx)
}

// primaryKey is the state.Key of the columns by which rows of the table replace each other.
func (l *lookupJoin) primaryKey(b *emit.Block, vals []emit.Value) *jen.Statement {
	if l.own == nil {
		l.own = &joinSide{flow: l.sides[1].flow}
	}
	return l.keyOf(b, l.own, vals)
}

// store keeps a row of the table.
func (l *lookupJoin) store(b *emit.Block, a *arriving, ctx rowContext) {
	in := b.Inner()
	var without []jen.Code // what becomes of the row that this one replaces, if this one cannot be found
	at := jen.Lit(0)
	if l.op.Bound != nil {
		at = a.time.Arg()
	}
	if l.replaces() {
		var vals []emit.Value
		for _, i := range l.primary {
			vals = append(vals, a.cols[i])
		}
		primary := l.primaryKey(in, vals)
		out := b.Inner()
		out.Add(l.stored(1).Dot("Withdraw").Call(l.primaryKey(out, vals)))
		without = out.Code()
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
	if l.unknown != "" {
		unknown := jen.Id("t").Dot(l.unknown)
		b.Add(jen.If(a.has.Expr(0)).Block(in.Code()...).Else().Block(
			jen.Id("id").Op(":=").Add(unknown).Dot("Add").Call(jen.Qual(emit.State, "NullKey").Call(), jen.Lit(0)),
			jen.Add(unknown).Dot("At").Call(jen.Id("id")).Dot("Row").Op("=").Add(l.kept(1, a.row))))
		return
	}
	stored := jen.If(a.has.Expr(0)).Block(in.Code()...) // nothing equals NULL
	if without != nil {
		stored = stored.Else().Block(without...)
	}
	b.Add(stored)
}

// meetTable shows a row of the left with its partners.
func (l *lookupJoin) meetTable(b *emit.Block, a *arriving, ctx rowContext) {
	in := b.Inner()
	if a.has == nil {
		in = b
	}
	ts := timeOfRow(ctx)
	if l.outer(0) || l.op.Missing == plan.FailMissing {
		a.met = b.Names.Unique("met")
		b.Add(jen.Var().Id(a.met).Int64())
	}
	one := ""
	if l.op.Kind == plan.SingleJoin {
		one = b.Names.Unique("one")
		b.Add(jen.Var().Id(one).Op("*").Id(l.sides[1].row.name))
	}
	l.partners(in, a, func(p *emit.Block, e *jen.Statement) {
		left := jen.Op("&").Add(a.row)
		if a.met != "" {
			p.Add(jen.Id(a.met).Op("++"))
		}
		switch l.op.Kind {
		case plan.SingleJoin:
			p.Add(jen.Id(one).Op("=").Op("&").Add(e).Dot("Row"))
		case plan.AntiJoin, plan.MarkJoin:
			l.enough(p)
		case plan.SemiJoin:
			p.Add(l.shown(opOf(ctx), ts, left, nil))
			l.enough(p)
		default:
			p.Add(l.shown(opOf(ctx), ts, left, jen.Op("&").Add(e).Dot("Row")))
		}
	})
	if a.has != nil {
		b.Add(jen.If(a.has.Expr(0)).Block(in.Code()...))
	}
	l.without(b, a, one, ts, ctx)
}

// without emits what becomes of a row of the left for itself.
func (l *lookupJoin) without(b *emit.Block, a *arriving, one string, ts *jen.Statement, ctx rowContext) {
	left := jen.Op("&").Add(a.row)
	none := jen.Id(a.met).Op("==").Lit(0)
	if l.op.Missing == plan.FailMissing {
		fails := emit.RT("NoPartner").Call(jen.Lit(l.t.g.position(l.op.At)), jen.Lit(sideName(l.sides[1].flow)))
		b.Add(jen.If(none).Block(b.Func.Fail(fails)...))
		return
	}
	switch l.op.Kind {
	case plan.SingleJoin:
		many := emit.RT("ManyRows").Call(jen.Lit(l.t.g.position(l.op.At)))
		b.Add(jen.If(jen.Id(a.met).Op(">").Lit(1)).Block(b.Func.Fail(many)...))
		b.Add(l.shown(opOf(ctx), ts, left, jen.Id(one)))
	case plan.MarkJoin:
		found, known := jen.Id(a.met).Op(">").Lit(0), jen.True()
		if l.unknown != "" {
			known = jen.Op("!").Id(l.doubt(b, a))
		}
		b.Add(returned(l.showMark(opOf(ctx), ts, left, found, known)))
	case plan.AntiJoin:
		if l.unknown != "" {
			none = jen.Add(none).Op("&&").Op("!").Id(l.doubt(b, a))
		}
		b.Add(jen.If(none).Block(l.shown(opOf(ctx), ts, left, nil)))
	case plan.LeftJoin:
		b.Add(jen.If(none).Block(l.shown(opOf(ctx), ts, left, nil)))
	}
}

// doubt names a variable that tells whether it is not known that the row has no partner: it has none, but with a row of the right the comparison
// is NULL.
func (l *lookupJoin) doubt(b *emit.Block, a *arriving) string {
	doubt := b.Names.Unique("doubt")
	b.Add(jen.Id(doubt).Op(":=").False())
	width := len(l.sides[0].row.fields)
	all := expr.Conjuncts(l.op.Cond)
	for i := range l.op.LeftKeys {
		all = append(all, &expr.Compare{Node: expr.Node{T: types.Col{Type: types.TBoolean, Nullable: true}, At: l.op.At}, Op: expr.Eq, L: l.op.LeftKeys[i], R: moved(l.op.RightKeys[i], width)})
	}
	visit := func(state *jen.Statement) *jen.Statement {
		in := b.Inner()
		in.Func = l.pairs(b.Func)
		fail := in.Func.Fail
		in.Func.Fail = func(err *jen.Statement) []jen.Code { return append(fail(err)[:1:1], jen.Return(jen.True())) }
		both := &scope{g: l.t.g, meta: a.s.meta, cols: append(append([]emit.Value(nil), a.cols...), l.columns(1, jen.Id("e").Dot("Row"))...)}
		v := both.value(in, expr.Conjunction(all))
		if v.Valid == nil {
			in.Add(jen.Return(jen.True()))
		} else {
			in.Add(jen.Id(doubt).Op("=").Op("!").Parens(jen.Add(v.Valid)))
			in.Add(jen.Return(jen.Op("!").Id(doubt)))
		}
		return jen.Add(state).Dot("Each").Call(jen.Func().Params(jen.Id("_").Int32(), jen.Id("e").Op("*").Qual(emit.Join, "Entry").Types(jen.Id(l.sides[1].row.name))).Bool().Block(in.Code()...))
	}
	look := []jen.Code{visit(jen.Id("t").Dot(l.unknown))}
	known := jen.If(jen.Op("!").Id(doubt)).Block(visit(l.stored(1)))
	switch {
	case a.has == nil && l.op.Cond != nil:
		look = append(look, known)
	case a.has != nil && l.op.Cond == nil:
		look = append(look, jen.If(jen.Op("!").Id(doubt).Op("&&").Op("!").Parens(a.has.Expr(0))).Block(visit(l.stored(1))))
	case a.has != nil:
		look = append(look, known)
	}
	b.Add(jen.If(jen.Id(a.met).Op("==").Lit(0)).Block(look...))
	return doubt
}

// moved is an expression over the right row as one over both.
func moved(e expr.Expr, by int) expr.Expr {
	return expr.Map(e, func(x expr.Expr) expr.Expr {
		c, ok := x.(*expr.Column)
		if !ok {
			return x
		}
		n := *c
		n.Index += by
		return &n
	})
}

func (l *lookupJoin) result() { l.showMethod() }
