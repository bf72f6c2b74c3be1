package builtin

import (
	"github.com/dave/jennifer/jen"

	"github.com/velostream/veloc/codegen/emit"
	"github.com/velostream/veloc/compiler/types"
)

// crossing writes how values are handed to user code and taken from it. For those that are made of others there are functions in the generated package.
type crossing struct{ *emit.Statics }

// goType is the Go type of a value on the user's side.
func goType(v types.GoValue) *jen.Statement {
	var t *jen.Statement
	switch v.Type.Kind {
	case types.Timestamp, types.Date:
		t = jen.Qual("time", "Time")
	case types.Time, types.Interval:
		t = jen.Qual("time", "Duration")
	case types.Bytes:
		t = jen.Index().Byte()
	case types.UUID:
		t = jen.Index(jen.Lit(16)).Byte()
	case types.Decimal:
		return jen.Op("*").Qual("math/big", "Rat")
	case types.Array:
		t = jen.Index().Add(goType(v.Parts[0]))
	case types.Map:
		t = jen.Map(goType(v.Parts[0])).Add(goType(v.Parts[1]))
	case types.Struct:
		t = jen.Qual(v.Package, v.Name)
	default:
		t = emit.GoType(v.Type)
	}
	if v.Pointer {
		return jen.Op("*").Add(t)
	}
	return t
}

// give is a value as user code takes it: with memory of its own.
func (c crossing) give(v types.GoValue, a emit.Value) *jen.Statement {
	if !v.Pointer {
		return c.given(v, a)
	}
	valid := jen.True()
	switch {
	case isNull(a):
		return jen.Nil()
	case a.Valid != nil:
		valid = jen.Add(a.Valid)
	}
	if v.Type.Kind == types.Decimal {
		return symbol("OrNil").Call(c.given(v, a), valid)
	}
	return symbol("Pointer").Call(c.given(v, a), valid)
}

// given is a value that is not NULL.
func (c crossing) given(v types.GoValue, a emit.Value) *jen.Statement {
	switch a.Type.Kind {
	case types.String:
		if a.IsConst {
			return typed(a)
		}
		return jen.Qual("strings", "Clone").Call(a.Arg())
	case types.Timestamp:
		return jen.Qual("time", "Unix").Call(jen.Lit(0), a.Arg()).Dot("UTC").Call()
	case types.Date:
		return jen.Qual("time", "Unix").Call(a.Expr(emit.PrecMul).Op("*").Lit(86400), jen.Lit(0)).Dot("UTC").Call()
	case types.Time, types.Interval:
		return jen.Qual("time", "Duration").Call(a.Arg())
	case types.Bytes:
		return jen.Index().Byte().Parens(a.Arg())
	case types.UUID:
		return jen.Index(jen.Lit(16)).Byte().Parens(a.Arg())
	case types.Decimal:
		return symbol("Rat").Call(wide(a), jen.Lit(a.Type.Scale))
	case types.Array, types.Map, types.Struct:
		v.Pointer = false
		if v.Plain() {
			return emit.Nested{Statics: c.Statics}.Clone(a.Type).Call(a.Arg())
		}
		return c.giver(v).Call(a.Arg())
	}
	return typed(a)
}

// goPart is part i of a value: of the program's, at code.
func goPart(v types.GoValue, i int, code *jen.Statement) emit.Value {
	p := v.Parts[i]
	return emit.Field(types.Col{Type: p.Type, Nullable: p.Pointer}, code)
}

// giver names the function that makes the user's value of the program's.
func (c crossing) giver(v types.GoValue) *jen.Statement {
	name := "give" + emit.NestedName(v.Type)
	return jen.Id(c.Func(name, name+goType(v).GoString()+v.Type.String(), func(name string) *jen.Statement {
		x, e, out := jen.Id("v"), jen.Id("e"), jen.Id("out")
		var body []jen.Code
		switch v.Type.Kind {
		case types.Struct:
			body = append(body, jen.Return(jen.Add(goType(v)).CustomFunc(jen.Options{Open: "{", Close: "}", Separator: ",", Multi: true}, func(g *jen.Group) {
				for i, p := range v.Parts {
					g.Id(p.Field).Op(":").Add(c.give(p, goPart(v, i, jen.Add(x).Dot(emit.FieldName(v.Type, i)))))
				}
			})))
		case types.Array:
			body = append(body, jen.Add(out).Op(":=").Make(goType(v), jen.Len(x)),
				jen.For(jen.List(jen.Id("i"), e).Op(":=").Range().Add(x)).Block(jen.Add(out).Index(jen.Id("i")).Op("=").Add(c.give(v.Parts[0], goPart(v, 0, e)))),
				jen.Return(out))
		case types.Map:
			key, value := c.give(v.Parts[0], goPart(v, 0, jen.Add(e).Dot("Key"))), c.give(v.Parts[1], goPart(v, 1, jen.Add(e).Dot("Value")))
			body = append(body, jen.Add(out).Op(":=").Make(goType(v), jen.Len(x)),
				jen.For(jen.List(jen.Id("_"), e).Op(":=").Range().Add(x)).Block(jen.Add(out).Index(key).Op("=").Add(value)),
				jen.Return(out))
		}
		return jen.Comment("// " + name + " is v as functions of the user's take it.").Line().
			Func().Id(name).Params(jen.Add(x).Add(emit.GoType(v.Type))).Add(goType(v)).Block(body...).Line()
	}))
}

// take is what user code gives, as the program holds it.
func (c crossing) take(b *emit.Block, v types.GoValue, x *jen.Statement) *jen.Statement {
	switch t := v.Type; {
	case t.Kind == types.Decimal:
		wide := types.TDecimal(types.MaxPrecision, t.Scale)
		return mantissa(t, b.Try("digits", wide, symbol("FromRat").Call(x, jen.Lit(t.Precision), jen.Lit(t.Scale))).Arg())
	case t.Nested() && v.HasDecimal():
		return b.Try("taken", t, c.taker(v).Call(x)).Arg()
	case t.Nested() && !v.Plain():
		return c.taker(v).Call(x)
	}
	return taken(v, x)
}

// taken is a value that is not made of others, and no DECIMAL.
func taken(v types.GoValue, x *jen.Statement) *jen.Statement {
	switch v.Type.Kind {
	case types.Timestamp:
		return jen.Add(x).Dot("UnixNano").Call()
	case types.Date:
		return symbol("DayOf").Call(x)
	case types.Time:
		return symbol("TimeOfDay").Call(x)
	case types.Interval:
		return jen.Int64().Parens(x)
	case types.Bytes:
		return jen.String().Parens(x)
	case types.UUID:
		return emit.RT("UUID").Parens(x)
	}
	return jen.Add(x)
}

// taker names the function that makes the program's value of the user's. With a DECIMAL in it there can be an error.
func (c crossing) taker(v types.GoValue) *jen.Statement {
	v.Pointer = false
	name := "take" + emit.NestedName(v.Type)
	return jen.Id(c.Func(name, name+goType(v).GoString()+v.Type.String(), func(name string) *jen.Statement {
		t := taker{crossing: c, names: emit.NewNames("v", "out", "e", "i", "key", "err"), fails: v.HasDecimal()}
		out, e := jen.Id("out"), jen.Id("e")
		var body []jen.Code
		switch v.Type.Kind {
		case types.Struct:
			body = append(body, jen.Var().Add(out).Add(emit.GoType(v.Type)))
			for i, p := range v.Parts {
				body = append(body, t.set(p, jen.Add(out).Dot(emit.FieldName(v.Type, i)), jen.Id("v").Dot(p.Field))...)
			}
		case types.Array:
			body = append(body, jen.Add(out).Op(":=").Make(emit.GoType(v.Type), jen.Len(jen.Id("v"))),
				jen.For(jen.List(jen.Id("i"), e).Op(":=").Range().Id("v")).Block(t.set(v.Parts[0], jen.Add(out).Index(jen.Id("i")), e)...))
		case types.Map:
			entry := emit.EntryType(v.Type)
			loop := append([]jen.Code{jen.Id("entry").Op(":=").Add(entry).Values(jen.Id("Key").Op(":").Add(taken(v.Parts[0], jen.Id("key"))))},
				t.set(v.Parts[1], jen.Id("entry").Dot("Value"), e)...)
			byKey := jen.Func().Params(jen.List(jen.Id("a"), jen.Id("b")).Add(entry)).Int().
				Block(jen.Return(emit.Nested{Statics: c.Statics}.Comparator(types.Col{Type: *v.Type.Key}).Call(jen.Id("a").Dot("Key"), jen.Id("b").Dot("Key"))))
			body = append(body, jen.Add(out).Op(":=").Make(emit.GoType(v.Type), jen.Lit(0), jen.Len(jen.Id("v"))),
				jen.For(jen.List(jen.Id("key"), e).Op(":=").Range().Id("v")).Block(append(loop, jen.Add(out).Op("=").Append(out, jen.Id("entry")))...),
				jen.Qual("slices", "SortFunc").Call(out, byKey)) // a Go map has no order
		}
		results := []jen.Code{emit.GoType(v.Type)}
		if t.fails {
			results = append(results, jen.Error())
			body = append(body, jen.Return(out, jen.Nil()))
		} else {
			body = append(body, jen.Return(out))
		}
		return jen.Comment("// " + name + " is what a function of the user's gives, as the program holds it.").Line().
			Func().Id(name).Params(jen.Id("v").Add(goType(v))).Params(results...).Block(body...).Line()
	}))
}

// taker writes the body of such a function.
type taker struct {
	crossing
	names *emit.Names
	fails bool
}

// set assigns a part of the user's value, x, to one of the program's.
func (t taker) set(v types.GoValue, to, x *jen.Statement) []jen.Code {
	if !v.Pointer {
		return t.setKnown(v, to, x)
	}
	from := jen.Op("*").Add(x)
	if v.Type.Kind == types.Decimal {
		from = x
	}
	if v.Type.Kind == types.Timestamp {
		from = x // the method is that of the pointer's target
	}
	code := append(t.setKnown(v, jen.Add(to).Dot("V"), from), jen.Add(to).Dot("Valid").Op("=").True())
	return []jen.Code{jen.If(jen.Add(x).Op("!=").Nil()).Block(code...)}
}

// setKnown assigns a part that is not NULL.
func (t taker) setKnown(v types.GoValue, to, x *jen.Statement) []jen.Code {
	try := func(hint string, call *jen.Statement, value func(*jen.Statement) *jen.Statement) []jen.Code {
		name := jen.Id(t.names.Unique(hint))
		return []jen.Code{
			jen.List(name, jen.Err()).Op(":=").Add(call),
			jen.If(jen.Err().Op("!=").Nil()).Block(jen.Return(jen.Id("out"), jen.Err())),
			jen.Add(to).Op("=").Add(value(name)),
		}
	}
	same := func(x *jen.Statement) *jen.Statement { return jen.Add(x) }
	plain := v
	plain.Pointer = false
	switch {
	case v.Type.Kind == types.Decimal:
		return try("digits", symbol("FromRat").Call(x, jen.Lit(v.Type.Precision), jen.Lit(v.Type.Scale)), func(x *jen.Statement) *jen.Statement { return mantissa(v.Type, jen.Add(x)) })
	case v.Type.Nested() && v.HasDecimal():
		return try("taken", t.taker(plain).Call(x), same)
	case v.Type.Nested() && !plain.Plain():
		return []jen.Code{jen.Add(to).Op("=").Add(t.taker(plain).Call(x))}
	}
	return []jen.Code{jen.Add(to).Op("=").Add(taken(v, x))}
}
