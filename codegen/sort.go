package codegen

import (
	"github.com/dave/jennifer/jen"

	"github.com/velostream/veloc/codegen/emit"
	"github.com/velostream/veloc/compiler/physical"
	"github.com/velostream/veloc/compiler/plan"
)

// ORDER BY keeps rows as OVER does, and shows them in order: at the end of the input, when a window has closed, or as event time passes them.

// sorts emits an ORDER BY, and what follows it in a method of its own.
func (t *task) sorts(b *emit.Block, f *physical.Flow, n, at int, op *plan.Sort, s *scope, ctx rowContext) {
	when := map[plan.SortAt]plan.OverWhen{plan.AtInputEnd: plan.WholeInput, plan.PerWindow: plan.WholeWindow, plan.AsTimePasses: plan.InTime}[op.When]
	u := &overUnit{t: t, f: f, when: when, sort: op, input: op.In, spec: &plan.WindowSpec{Order: op.Keys}, width: len(s.cols)}
	u.name = t.names.Unique(emit.Local(f.Statement.Name) + "Order")
	u.row = t.g.newKept(emit.Local(f.Statement.Name) + "Row")
	if op.When == plan.AtInputEnd {
		u.top = firstOnly(f.Stages[n].Ops[at+1:])
	}
	b.Comment(t.g.line(op.Span(), op.Span().Text()))
	out := &scope{g: s.g, in: s.in, meta: s.meta, cols: s.cols}
	u.enter(b, nil, n, at+1, out, ctx)
}

// firstOnly is how many of the first rows are asked for; 0: all of them.
func firstOnly(ops []plan.Node) int64 {
	for _, op := range ops {
		switch op := op.(type) {
		case *plan.Project:
		case *plan.Limit:
			if op.N >= 0 {
				return op.N + op.Offset
			}
			return 0
		default:
			return 0
		}
	}
	return 0
}

// sorted keeps a row.
func (u *overUnit) sorted(row *jen.Statement, ctx rowContext) []jen.Code {
	t := u.t
	rows := jen.Id("t").Dot(u.name)
	if u.top > 0 {
		t.fields = append(t.fields, jen.Id(u.name).Qual(emit.Over, "Top").Types(jen.Id(u.row.name)).Comment("the first rows"))
		t.inits = append(t.inits, jen.Id("t").Dot(u.name).Op("=").Qual(emit.Over, "Top").Types(jen.Id(u.row.name)).
			Values(jen.Id("N").Op(":").Lit(int(u.top)), jen.Id("Compare").Op(":").Id(u.comparison())))
		put := func(r *jen.Statement) *jen.Statement { return jen.Id("t").Dot(u.name + "Rows").Dot("Put").Call(r) }
		return []jen.Code{
			jen.If(jen.Op("!").Add(rows).Dot("Takes").Call(row)).Block(put(row), jen.Id("t").Dot("tally").Dot("Filtered").Op("++"), jen.Add(ctx.drop)),
			jen.If(jen.Id("gone").Op(":=").Add(rows).Dot("Add").Call(row), jen.Id("gone").Op("!=").Nil()).Block(put(jen.Id("gone")), jen.Id("t").Dot("tally").Dot("Filtered").Op("++")),
		}
	}
	t.fields = append(t.fields, jen.Id(u.name).Qual(emit.Over, "Gathered").Types(jen.Id(u.row.name)).Comment("rows to be put in order"))
	return []jen.Code{jen.Add(rows).Dot("Add").Call(row)}
}

// sortMethods write when rows are shown.
func (u *overUnit) sortMethods() {
	t := u.t
	kept := jen.Id("kept")
	rows := jen.Id("t").Dot(u.name)
	each := func(of *jen.Statement, body ...jen.Code) jen.Code {
		return jen.For(jen.List(jen.Id("_"), kept).Op(":=").Range().Add(of)).Block(body...)
	}
	if u.when == plan.InTime {
		put := jen.Id("t").Dot(u.name + "Rows").Dot("Put").Call(kept)
		held := jen.Id("t").Dot(u.name + "Held")
		var group []jen.Code
		if len(u.spec.Order) > 1 {
			group = append(group, jen.Qual(emit.Over, "Sort").Call(jen.Id("rows"), jen.Id(u.comparison())))
		}
		group = append(group, each(jen.Id("rows"), u.showCall(kept), put))
		u.func_(u.method("release"), "shows the rows that event time has passed.", []jen.Code{jen.Id("watermark").Int64()}, jen.Error(),
			jen.Add(held).Dot("Pass").Call(jen.Id("watermark")),
			jen.For(jen.Id("rows").Op(":=").Add(held).Dot("Together").Call(), jen.Len(jen.Id("rows")).Op(">").Lit(0), jen.Id("rows").Op("=").Add(held).Dot("Together").Call()).Block(group...),
			jen.Return(jen.Nil()))
		call := func(until *jen.Statement) *jen.Statement {
			return tryReturn(jen.Id("t").Dot(u.method("release")).Call(until))
		}
		t.advance = append(t.advance, call(jen.Id("watermark")))
		t.finish = append(t.finish, call(jen.Qual("math", "MaxInt64")))
		return
	}
	var body []jen.Code
	gathered := jen.Add(rows).Dot("Rows").Call()
	reset := jen.Add(rows).Dot("Reset").Call(jen.Op("&").Id("t").Dot(u.name + "Rows"))
	switch {
	case u.top > 0:
		body = append(body, each(jen.Add(rows).Dot("Rows").Call(), u.showCall(kept)))
	case u.when == plan.WholeWindow: // windows that close together stay one behind the other
		body = append(body,
			jen.Qual(emit.Over, "Sort").Call(gathered, jen.Func().Params(jen.List(jen.Id("a"), jen.Id("b")).Op("*").Id(u.row.name)).Int().Block(
				jen.Return(jen.Qual("cmp", "Or").Call(jen.Qual("cmp", "Compare").Call(jen.Id("a").Dot("ts"), jen.Id("b").Dot("ts")), jen.Id(u.comparison()).Call(jen.Id("a"), jen.Id("b")))))),
			each(gathered, u.showCall(kept)), reset)
	default:
		body = append(body,
			jen.Qual(emit.Over, "Sort").Call(gathered, jen.Id(u.comparison())),
			each(gathered, u.showCall(kept)), reset)
	}
	u.func_(u.method("finish"), "shows the rows in order.", nil, jen.Error(), append(body, jen.Return(jen.Nil()))...)
	call := tryReturn(jen.Id("t").Dot(u.method("finish")).Call())
	if u.when == plan.WholeWindow {
		t.advance = append(t.advance, call)
	}
	t.finish = append(t.finish, call)
}
