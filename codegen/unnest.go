package codegen

import (
	"github.com/dave/jennifer/jen"

	"github.com/velostream/veloc/codegen/emit"
	"github.com/velostream/veloc/compiler/physical"
	"github.com/velostream/veloc/compiler/plan"
	"github.com/velostream/veloc/compiler/types"
)

// unnest emits UNNEST: the row goes on once for each element, in a method of its own, so that an element can be dropped or fail by itself.
func (t *task) unnest(b *emit.Block, f *physical.Flow, n, next int, u *plan.Unnest, s *scope, ctx rowContext) {
	base := emit.Local(f.Statement.Name) + "Element"
	schema := u.Props().Schema
	width := len(u.In.Props().Schema)
	row := t.g.schemaRow(base, schema)
	t.g.rows = append(t.g.rows, row.declare("// "+row.name+" is a row of "+f.Statement.Name+" with one element."))
	used, all := readBehind(f.Stages[n].Ops[next:])

	b.Comment(t.g.line(u.Span(), u.Span().Text()))
	array := b.Let("elements", s.value(b, u.Array))
	name := b.Names.Unique("element")
	at := jen.Id(name)
	b.Add(jen.Var().Id(name).Id(row.name))
	for i, v := range s.cols[:width] {
		if v.Code != nil && (all || used[i]) {
			row.assign(b, i, at, v)
		}
	}
	method := t.names.Unique(base)
	params, args := t.rowParams(row.name, ctx.time != nil), t.rowArgs(jen.Op("&").Id(name), ctx.time)
	if ctx.result {
		params, args = params[2:], args[2:]
	}
	if ctx.op != nil {
		args = append([]jen.Code{jen.Add(ctx.op)}, args...)
	}
	failed := []jen.Code{jen.Return(jen.Err())}
	if ctx.inline {
		failed = []jen.Code{t.rejectCall(jen.Err()), jen.Break()}
	}
	call := jen.If(jen.Err().Op(":=").Id("t").Dot(method).Call(args...), jen.Err().Op("!=").Nil())

	in := b.Inner()
	i, x := in.Names.Unique("i"), in.Names.Unique("x")
	for c, v := range elementColumns(u, i, x) {
		row.assign(in, width+c, at, v)
	}
	in.Add(jen.Add(call).Block(failed...))
	index := "_"
	if u.Ordinality {
		index = i
	}
	loop := jen.For(jen.List(jen.Id(index), jen.Id(x)).Op(":=").Range().Add(array.Code)).Block(in.Code()...)
	switch {
	case u.Outer:
		none := b.Inner()
		for c := range schema[width:] {
			none.Add(jen.Add(at).Dot(row.fields[width+c].name).Dot("Valid").Op("=").False())
		}
		if ctx.inline {
			failed = failed[:1]
		}
		none.Add(jen.Add(call).Block(failed...))
		empty := emit.Cond{Code: jen.Len(array.Arg()).Op("==").Lit(0), Prec: emit.PrecCompare}
		if array.Valid != nil {
			empty = emit.Or(emit.Not(emit.Holds(array.Valid)), empty)
		}
		b.Add(jen.If(empty.Expr(0)).Block(none.Code()...).Else().Block(loop))
	case array.Valid != nil:
		b.Add(jen.If(jen.Add(array.Valid)).Block(loop))
	default:
		b.Add(loop)
	}
	t.unnested(f, n, next, u, row, s, method, params, ctx)
}

// unnested writes the method that takes a row with one element on.
func (t *task) unnested(f *physical.Flow, n, next int, u *plan.Unnest, row *rowType, from *scope, method string, params []jen.Code, ctx rowContext) {
	b := t.block(returnError, nil)
	if ctx.result {
		b = t.resultBlock()
	}
	b.Names = t.localNames("t", "c", "r", "row", "err", "ts", "op")
	inside := rowContext{drop: jen.Return(jen.Nil()), result: ctx.result}
	if ctx.time != nil {
		inside.time = jen.Id("ts")
	}
	if ctx.op != nil {
		inside.op = jen.Id("op")
		params = append([]jen.Code{jen.Id("op").Add(emit.RT("Op"))}, params...)
	}
	out := &scope{g: t.g, meta: t.metaOf(inside.time)}
	for i := range row.fields {
		out.cols = append(out.cols, row.read(i, jen.Id("r")))
	}
	t.stageFrom(b, f, n, next, out, inside)
	b.Add(jen.Return(jen.Nil()))
	t.methods = append(t.methods, jen.Comment("// "+method+" takes a row of "+f.Statement.Name+" with one element on.").Line().
		Func().Params(jen.Id("t").Op("*").Id(t.name)).Id(method).Params(params...).Error().Block(b.Code()...).Line())
}

// elementColumns are the columns that an element adds: x at place i.
func elementColumns(u *plan.Unnest, i, x string) []emit.Value {
	t := u.Array.Col().Type
	var out []emit.Value
	element := jen.Id(x)
	switch {
	case t.Kind == types.Map:
		out = append(out, emit.Named(*t.Key, jen.Add(element).Dot("Key")), emit.Field(t.ElemCol(), jen.Add(element).Dot("Value")))
	case t.Elem.Kind == types.Struct:
		whole := emit.Field(t.ElemCol(), element)
		for k, f := range t.Elem.Fields {
			v := emit.Field(f.Col, jen.Add(whole.Code).Dot(emit.FieldName(*t.Elem, k)))
			if whole.Valid != nil {
				v.Valid = emit.AllValid(emit.Value{Valid: whole.Valid}, v)
			}
			out = append(out, v)
		}
	default:
		out = append(out, emit.Field(t.ElemCol(), element))
	}
	if u.Ordinality {
		out = append(out, emit.Of(types.TInteger, emit.PrecAdd, jen.Int64().Call(jen.Id(i)).Op("+").Lit(1)))
	}
	return out
}
