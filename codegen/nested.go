package codegen

import (
	"github.com/dave/jennifer/jen"

	"github.com/velostream/veloc/codegen/emit"
	"github.com/velostream/veloc/compiler/expr"
	"github.com/velostream/veloc/compiler/types"
)

// nested writes functions over values that are made of others.
func nested(b *emit.Block) emit.Nested { return emit.Nested{Statics: b.Func.Statics} }

func (g *gen) nested() emit.Nested { return emit.Nested{Statics: g.statics} }

// makeValue builds an ARRAY or MAP in memory that the task uses for each row again, or a STRUCT in a variable.
func (s *scope) makeValue(b *emit.Block, e *expr.Make) emit.Value {
	t := e.T.Type
	parts := make([]emit.Value, len(e.Parts))
	for i, p := range e.Parts {
		parts[i] = s.value(b, p)
		b.Func.At = e.Span()
	}
	switch t.Kind {
	case types.Array:
		items := make([]jen.Code, len(parts))
		for i, p := range parts {
			items[i] = fieldValue(t.ElemCol(), p)
		}
		return filled(b, "array", t, items)
	case types.Map:
		return makeMap(b, t, parts)
	}
	name := b.Names.Unique("row")
	b.Add(jen.Var().Id(name).Add(emit.GoType(t)))
	for i, p := range parts {
		b.Add(jen.Id(name).Dot(emit.FieldName(t, i)).Op("=").Add(fieldValue(t.Fields[i].Col, p)))
	}
	return emit.Named(t, jen.Id(name))
}

// filled is a slice of the given items, in memory of the task.
func filled(b *emit.Block, hint string, t types.Type, items []jen.Code) emit.Value {
	m := b.Func.Scratch(hint, emit.GoType(t))
	again := jen.Add(m).Index(jen.Op(":").Lit(0))
	if len(items) == 0 {
		b.Add(jen.Add(m).Op("=").Add(again))
	} else {
		b.Add(jen.Add(m).Op("=").Append(append([]jen.Code{again}, items...)...))
	}
	return emit.Named(t, m)
}

// makeMap builds a MAP of keys and values in turns.
func makeMap(b *emit.Block, t types.Type, parts []emit.Value) emit.Value {
	var items []jen.Code
	for i := 0; i < len(parts); i += 2 {
		k := parts[i]
		if k.Valid != nil {
			fail := b.Func.Fail(emit.RT("At").Call(jen.Qual(emit.SQLFn, "ErrNullKey"), jen.Lit(b.Func.Position(b.Func.At))))
			b.Add(jen.If(emit.Not(emit.Holds(k.Valid)).Expr(0)).Block(fail...))
		}
		items = append(items, emit.EntryType(t).Values(jen.Id("Key").Op(":").Add(k.Arg()), jen.Id("Value").Op(":").Add(fieldValue(t.ElemCol(), parts[i+1]))))
	}
	v := filled(b, "entries", t, items)
	b.Add(v.Arg().Op("=").Add(emit.RT("Unique")).Call(v.Arg()))
	return v
}

// fieldValue is v as it stands in a field, element or entry of column type c.
func fieldValue(c types.Col, v emit.Value) *jen.Statement {
	if !c.Nullable {
		return v.Arg()
	}
	n := emit.RT("Null").Types(emit.GoType(c.Type))
	switch {
	case v.IsConst && v.Const == nil:
		return n.Values()
	case v.Valid == nil:
		return n.Values(jen.Id("V").Op(":").Add(v.Arg()), jen.Id("Valid").Op(":").True())
	}
	return n.Values(jen.Id("V").Op(":").Add(v.Arg()), jen.Id("Valid").Op(":").Add(v.Valid))
}

// element reads an element of an ARRAY or the value of a MAP's key; NULL where there is none.
func (s *scope) element(b *emit.Block, e *expr.Element) emit.Value {
	x := b.Let("values", s.value(b, e.X))
	index := s.value(b, e.Index)
	t := x.Type
	if x.IsConst || index.IsConst && index.Const == nil { // there are no constants of these types but NULL
		return literal(&expr.Lit{Node: e.Node})
	}
	name := b.Names.Unique("element")
	out := emit.Named(e.T.Type, jen.Id(name)).With(jen.Id(b.Names.Unique(name + "Valid")))
	in := b.Inner()
	i := jen.Id(in.Names.Unique("i"))
	find := emit.RT("Index").Call(index.Arg(), jen.Len(x.Arg()))
	part := emit.Field(t.ElemCol(), jen.Add(x.Code).Index(i))
	if t.Kind == types.Map {
		find = emit.RT("Find").Call(x.Arg(), index.Arg())
		part = emit.Field(t.ElemCol(), jen.Add(x.Code).Index(i).Dot("Value"))
	}
	s.set(in, out, part)
	there := emit.Cond{Code: jen.Add(i).Op(">=").Lit(0), Prec: emit.PrecCompare}
	b.Add(jen.Var().Id(name).Add(emit.GoType(e.T.Type)), jen.Var().Add(out.Valid).Bool())
	b.Add(jen.If(jen.Add(i).Op(":=").Add(find), emit.And(validity(x), validity(index), there).Expr(0)).Block(in.Code()...))
	return out
}

// part converts a value within another in a method of the task, where a part that fails returns an error.
func (c *conversion) part(b *emit.Block, from, to types.Col, code *jen.Statement) emit.Value {
	v := emit.Field(from, code)
	if !from.Type.Equal(to.Type) {
		in := &conversion{b: b, x: v, to: to.Type, implicit: c.implicit}
		v = in.convert()
	}
	if v.Valid != nil && !to.Nullable {
		fail := b.Func.Fail(emit.RT("At").Call(jen.Qual(emit.SQLFn, "ErrNullElement"), jen.Lit(b.Func.Position(b.Func.At))))
		b.Add(jen.If(emit.Not(emit.Holds(v.Valid)).Expr(0)).Block(fail...))
		v.Valid = nil
	}
	return v
}

// method converts by a method of the task: one that reads JSON, or that goes through the parts of a value.
func (c *conversion) method(hint string, body func(b *emit.Block, x emit.Value) emit.Value) emit.Value {
	name := c.b.Func.Method(hint, c.x.Type, c.to, c.b.Func.At, body)
	return c.attempt(jen.Id(c.b.Func.Task).Dot(name).Call(c.x.Arg()))
}

// toNested converts to ARRAY, MAP or STRUCT.
func (c *conversion) toNested() emit.Value {
	if k := c.x.Type.Kind; k == types.String || k == types.JSON {
		return c.fromJSON()
	}
	return c.method("cast"+emit.NestedName(c.to), func(b *emit.Block, x emit.Value) emit.Value {
		if c.to.Kind == types.Struct {
			return c.fields(b, x)
		}
		return c.elements(b, x)
	})
}

// fields converts field by field.
func (c *conversion) fields(b *emit.Block, x emit.Value) emit.Value {
	name := b.Names.Unique("row")
	b.Add(jen.Var().Id(name).Add(emit.GoType(c.to)))
	for i, f := range c.to.Fields {
		v := c.part(b, x.Type.Fields[i].Col, f.Col, x.Expr(emit.PrecUnary).Dot(emit.FieldName(x.Type, i)))
		b.Add(jen.Id(name).Dot(emit.FieldName(c.to, i)).Op("=").Add(fieldValue(f.Col, v)))
	}
	return emit.Named(c.to, jen.Id(name))
}

// elements converts element by element, or entry by entry.
func (c *conversion) elements(b *emit.Block, x emit.Value) emit.Value {
	m := b.Func.Scratch("converted", emit.GoType(c.to))
	b.Add(jen.Add(m).Op("=").Add(m).Index(jen.Op(":").Lit(0)))
	in := b.Inner()
	e := in.Names.Unique("e")
	from, code := x.Type.ElemCol(), jen.Id(e)
	in.Add(jen.Add(m).Op("=").Add(emit.RT("Next")).Call(m))
	last := jen.Add(m).Index(jen.Len(m).Op("-").Lit(1))
	if c.to.Kind == types.Map {
		key := c.part(in, types.Col{Type: *x.Type.Key}, types.Col{Type: *c.to.Key}, jen.Id(e).Dot("Key"))
		in.Add(jen.Add(last).Dot("Key").Op("=").Add(key.Arg()))
		code, last = jen.Id(e).Dot("Value"), jen.Add(last).Dot("Value")
	}
	v := c.part(in, from, c.to.ElemCol(), code)
	c.store(in, last, v)
	each := jen.List(jen.Id("_"), jen.Id(e)).Op(":=").Range()
	if from.Type.Kind == types.Null && c.to.Kind == types.Array {
		each = jen.Range() // ARRAY[NULL] has elements, but nothing is in them
	}
	b.Add(jen.For(each.Add(x.Arg())).Block(in.Code()...))
	if c.to.Kind == types.Map {
		b.Add(jen.Add(m).Op("=").Add(emit.RT("Unique")).Call(m))
	}
	return emit.Named(c.to, m)
}

// store puts an element in its place. One that is made of others is copied: its memory is used for the next element again.
func (c *conversion) store(b *emit.Block, at *jen.Statement, v emit.Value) {
	col := c.to.ElemCol()
	if !col.Type.Nested() || v.IsConst {
		b.Add(jen.Add(at).Op("=").Add(fieldValue(col, v)))
		return
	}
	keep := nested(b).Keep(col.Type)
	if !col.Nullable {
		b.Add(keep.Call(jen.Op("&").Add(at), v.Arg()))
		return
	}
	valid := jen.True()
	if v.Valid != nil {
		valid = jen.Add(v.Valid)
	}
	b.Add(jen.If(jen.Add(at).Dot("Valid").Op("=").Add(valid), jen.Add(at).Dot("Valid")).Block(keep.Call(jen.Op("&").Add(at).Dot("V"), v.Arg())))
}

// fromJSON reads a text as JSON.
func (c *conversion) fromJSON() emit.Value {
	return c.method("parse"+emit.NestedName(c.to), func(b *emit.Block, x emit.Value) emit.Value {
		k := b.Func.Scratch("parser", jen.Qual(emit.JSON, "Scanner"))
		b.Add(jen.Add(k).Dot("Value").Call(b.Arena(), x.Arg()))
		valid, out := jen.Id("ok"), emit.Value{}
		if c.to.Nested() {
			m := b.Func.Scratch("parsed", emit.GoType(c.to))
			b.Add(jen.Id("ok").Op(":=").Add(nested(b).ReadJSON(c.to)).Call(jen.Op("&").Add(k), jen.Op("&").Add(m)))
			out = emit.Named(c.to, m)
		} else {
			b.Add(jen.Id("read").Op(":=").Add(emit.ScanJSON(k, c.to, emit.TimeFormOf(c.to))))
			valid, out = jen.Id("read").Dot("Valid"), emit.Named(c.to, jen.Id("read").Dot("V"))
		}
		fail := b.Func.Fail(emit.RT("At").Call(jen.Err(), jen.Lit(b.Func.Position(b.Func.At))))
		b.Add(jen.If(jen.Err().Op(":=").Add(k).Dot("Whole").Call(valid, jen.Lit(c.to.String())), jen.Err().Op("!=").Nil()).Block(fail...))
		return out
	})
}

// toJSON writes a value as JSON, as a JSON or as a text.
func (c *conversion) toJSON() emit.Value {
	if c.x.IsConst && c.x.Const == nil {
		return c.sure(emit.PrecUnary, jen.Lit(""))
	}
	x := c.b.Let("value", c.x)
	m := c.b.Func.Scratch("written", jen.Index().Byte())
	write := jen.Add(m).Op("=").Add(nested(c.b).AppendJSON(jen.Add(m).Index(jen.Op(":").Lit(0)), x.Type, emit.JSONForm{}, x.Arg()))
	if x.Valid != nil {
		write = jen.If(jen.Add(x.Valid)).Block(write)
	}
	c.b.Add(write)
	c.b.Arena()
	return c.sure(emit.PrecUnary, jen.Id(c.b.Func.Task).Dot("text").Dot("Copy").Call(m))
}
