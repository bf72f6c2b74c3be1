package emit

import (
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/velostream/veloc/compiler/types"
)

// Values that are made of others, ARRAY, MAP and STRUCT, have functions of their own in the generated package, written when an expression
// asks for them: to keep a value beyond its chunk, to make a key of it, to compare it, and to read and write it as JSON.

// Nested writes these functions. What a type needs is written once.
type Nested struct{ *Statics }

// NestedName is what functions for a type are called after: StringArray, StringIntegerMap, and the fields of a STRUCT.
func NestedName(t types.Type) string {
	switch t.Kind {
	case types.Array:
		return NestedName(*t.Elem) + "Array"
	case types.Map:
		return NestedName(*t.Key) + NestedName(*t.Elem) + "Map"
	case types.Struct:
		name := ""
		for _, f := range t.Fields[:min(len(t.Fields), 3)] {
			name += Exported(f.Name)
		}
		return name + "Struct"
	case types.YearMonth:
		return "Months"
	case types.UUID, types.JSON:
		return t.Kind.String()
	}
	word := t.Kind.String()
	return word[:1] + strings.ToLower(word[1:])
}

// part is a column within a value: an element, the value of an entry, a field.
type part struct {
	col  types.Col
	code *jen.Statement // selects it
}

// value is the part without its validity, and valid its validity; nil: it is never NULL.
func (p part) value() (v, valid *jen.Statement) {
	if !p.col.Nullable {
		return jen.Add(p.code), nil
	}
	return jen.Add(p.code).Dot("V"), jen.Add(p.code).Dot("Valid")
}

// fields are the parts of a STRUCT.
func fields(t types.Type, v *jen.Statement) []part {
	out := make([]part, len(t.Fields))
	for i, f := range t.Fields {
		out[i] = part{f.Col, jen.Add(v).Dot(FieldName(t, i))}
	}
	return out
}

func (n Nested) function(verb, doc string, t types.Type, params, results []jen.Code, body func() []jen.Code) *jen.Statement {
	return jen.Id(n.Func(verb+NestedName(t), verb+" "+t.String(), func(name string) *jen.Statement {
		return jen.Comment("// " + name + " " + doc).Line().Func().Id(name).Params(params...).Params(results...).Block(body()...).Line()
	}))
}

// Owns tells whether a value of t holds memory that it may share with a chunk or with the next row.
func Owns(t types.Type) bool {
	switch t.Kind {
	case types.String, types.JSON, types.Bytes, types.Array, types.Map:
		return true
	case types.Struct:
		for _, f := range t.Fields {
			if Owns(f.Col.Type) {
				return true
			}
		}
	}
	return false
}

// Keep names the function func(dst *T, v T) that copies a nested value into memory of dst, which it uses again.
func (n Nested) Keep(t types.Type) *jen.Statement {
	dst := jen.Op("*").Id("dst")
	params := []jen.Code{jen.Id("dst").Op("*").Add(GoType(t)), jen.Id("v").Add(GoType(t))}
	return n.function("keep", "copies v into the memory of dst.", t, params, nil, func() []jen.Code {
		switch {
		case !Owns(t):
			return []jen.Code{jen.Add(dst).Op("=").Id("v")}
		case t.Kind == types.Struct:
			var body []jen.Code
			from := fields(t, jen.Id("v"))
			for i, to := range fields(t, jen.Id("dst")) {
				body = append(body, n.copyPart(to, from[i])...)
			}
			return body
		}
		body := []jen.Code{jen.Add(dst).Op("=").Parens(jen.Add(dst)).Index(jen.Op(":").Lit(0))}
		if !Owns(*t.Elem) && (t.Kind == types.Array || !Owns(*t.Key)) {
			return []jen.Code{jen.Add(dst).Op("=").Append(jen.Parens(jen.Add(dst)).Index(jen.Op(":").Lit(0)), jen.Id("v").Op("..."))}
		}
		loop := []jen.Code{jen.Add(dst).Op("=").Add(RT("Next")).Call(jen.Add(dst)), jen.Id("d").Op(":=").Op("&").Parens(jen.Add(dst)).Index(jen.Id("i"))}
		to, from := part{t.ElemCol(), jen.Id("d")}, part{t.ElemCol(), jen.Id("e")}
		if t.Kind == types.Map {
			to.code, from.code = jen.Id("d").Dot("Value"), jen.Id("e").Dot("Value")
			key := types.Col{Type: *t.Key}
			loop = append(loop, n.copyPart(part{key, jen.Id("d").Dot("Key")}, part{key, jen.Id("e").Dot("Key")})...)
		}
		loop = append(loop, n.copyPart(to, from)...)
		return append(body, jen.For(jen.List(jen.Id("i"), jen.Id("e")).Op(":=").Range().Id("v")).Block(loop...))
	})
}

// copyPart copies one part of a value; a part called d is where the variable d points.
func (n Nested) copyPart(to, from part) []jen.Code {
	v, valid := from.value()
	d, dValid := to.value()
	at := jen.Op("&").Add(d)
	whole := jen.Add(to.code)
	if to.code.GoString() == "d" {
		whole = jen.Op("*").Id("d")
		if valid == nil {
			d, at = whole, jen.Id("d")
		}
	}
	t := from.col.Type
	switch {
	case !Owns(t):
		return []jen.Code{whole.Op("=").Add(from.code)}
	case !t.Nested() && valid != nil:
		return []jen.Code{jen.List(d, dValid).Op("=").List(jen.Qual("strings", "Clone").Call(v), valid)}
	case !t.Nested():
		return []jen.Code{d.Op("=").Qual("strings", "Clone").Call(v)}
	case valid != nil:
		return []jen.Code{jen.If(jen.Add(dValid).Op("=").Add(valid), jen.Add(dValid)).Block(n.Keep(t).Call(at, v))}
	}
	return []jen.Code{n.Keep(t).Call(at, v)}
}

// Clone names the function func(v T) T that copies a nested value into memory of its own.
func (n Nested) Clone(t types.Type) *jen.Statement {
	params, results := []jen.Code{jen.Id("v").Add(GoType(t))}, []jen.Code{jen.Id("c").Add(GoType(t))}
	return n.function("clone", "is v in memory of its own.", t, params, results, func() []jen.Code {
		return []jen.Code{n.Keep(t).Call(jen.Op("&").Id("c"), jen.Id("v")), jen.Return(jen.Id("c"))}
	})
}

// Kept is v in memory of its own, for what outlives the row.
func (b *Block) Kept(v Value) *jen.Statement {
	switch {
	case v.Type.Nested():
		return Nested{Statics: b.Func.Statics}.Clone(v.Type).Call(v.Arg())
	case Owns(v.Type):
		return jen.Qual(Text, "Keep").Call(v.Arg())
	}
	return v.Arg()
}

// Key names the function func(k *state.Encoder, v T) that appends a nested value to a key.
func (n Nested) Key(t types.Type) *jen.Statement {
	params := []jen.Code{jen.Id("k").Op("*").Qual(State, "Encoder"), jen.Id("v").Add(GoType(t))}
	return n.function("key", "appends v to a key.", t, params, nil, func() []jen.Code {
		k := jen.Id("k")
		var body []jen.Code
		if t.Kind == types.Struct {
			for _, p := range fields(t, jen.Id("v")) {
				body = append(body, n.AppendKey(k, p.col, p.code)...)
			}
			return body
		}
		body = append(body, jen.Add(k).Dot("Len").Call(jen.Len(jen.Id("v"))))
		e := jen.Id("e")
		if t.Kind == types.Array {
			return append(body, jen.For(jen.List(jen.Id("_"), e).Op(":=").Range().Id("v")).Block(n.AppendKey(k, t.ElemCol(), e)...))
		}
		entry := n.AppendKey(k, types.Col{Type: *t.Key}, jen.Add(e).Dot("Key"))
		entry = append(entry, n.AppendKey(k, t.ElemCol(), jen.Add(e).Dot("Value"))...)
		entry = append(entry, jen.Add(k).Dot("EndEntry").Call())
		return append(body,
			jen.Id("from").Op(":=").Add(k).Dot("Entries").Call(),
			jen.For(jen.List(jen.Id("_"), e).Op(":=").Range().Id("v")).Block(entry...),
			jen.Add(k).Dot("Sort").Call(jen.Id("from")))
	})
}

// AppendKey appends a column to the key that the encoder k builds.
func (n Nested) AppendKey(k *jen.Statement, c types.Col, code *jen.Statement) []jen.Code {
	v, valid := part{c, code}.value()
	if !c.Type.Nested() {
		if valid == nil {
			valid = jen.True()
		}
		return AppendKeyPart(k, c.Type, v, valid)
	}
	call := n.Key(c.Type).Call(jen.Add(k), v)
	if valid == nil {
		return []jen.Code{call}
	}
	return []jen.Code{jen.If(jen.Add(k).Dot("Some").Call(valid)).Block(call)}
}

// AppendKeyPart appends a value that is not made of others to the key that the encoder k builds.
func AppendKeyPart(k *jen.Statement, t types.Type, v, valid *jen.Statement) []jen.Code {
	add := func(method string, v *jen.Statement) jen.Code { return jen.Add(k).Dot(method).Call(v, jen.Add(valid)) }
	switch {
	case t.Kind == types.String || t.Kind == types.JSON || t.Kind == types.Bytes:
		return []jen.Code{add("Text", v)}
	case t.Kind == types.UUID:
		return []jen.Code{add("UUID", v)}
	case t.Wide():
		return []jen.Code{add("Int", jen.Add(v).Dot("Hi")), add("Int", jen.Int64().Parens(jen.Add(v).Dot("Lo")))}
	case t.Kind == types.Boolean || t.Kind == types.Null:
		return []jen.Code{add("Int", jen.Qual(State, "BoolInt").Call(v))}
	case t.Kind == types.Float:
		return []jen.Code{add("Float", v)}
	}
	return []jen.Code{add("Int", v)}
}

// Equal names the function func(x, y T) bool that tells whether two nested values are equal, NULLs in them included.
func (n Nested) Equal(t types.Type) *jen.Statement {
	params := []jen.Code{jen.List(jen.Id("x"), jen.Id("y")).Add(GoType(t))}
	return n.function("equal", "tells whether x and y have equal parts; a NULL within equals a NULL.", t, params, []jen.Code{jen.Bool()}, func() []jen.Code {
		no := jen.Return(jen.False())
		if t.Kind == types.Struct {
			var conds []Cond
			ys := fields(t, jen.Id("y"))
			for i, x := range fields(t, jen.Id("x")) {
				conds = append(conds, n.equalParts(x, ys[i]))
			}
			return []jen.Code{jen.Return(And(conds...).Expr(0))}
		}
		x, y := part{t.ElemCol(), jen.Id("x").Index(jen.Id("i"))}, part{t.ElemCol(), jen.Id("y").Index(jen.Id("i"))}
		var loop []jen.Code
		if t.Kind == types.Map {
			x.code = jen.Id("e").Dot("Value")
			y.code = jen.Id("y").Index(jen.Id("i")).Dot("Value")
			loop = append(loop, jen.Id("i").Op(":=").Add(RT("Find")).Call(jen.Id("y"), jen.Id("e").Dot("Key")))
			same := And(Cond{Code: jen.Id("i").Op(">=").Lit(0), Prec: PrecCompare}, n.equalParts(x, y))
			loop = append(loop, jen.If(Not(same).Expr(0)).Block(no))
		} else {
			loop = append(loop, jen.If(Not(n.equalParts(x, y)).Expr(0)).Block(no))
		}
		each := jen.For(jen.Id("i").Op(":=").Range().Id("x"))
		if t.Kind == types.Map {
			each = jen.For(jen.List(jen.Id("_"), jen.Id("e")).Op(":=").Range().Id("x"))
		}
		return []jen.Code{jen.If(jen.Len(jen.Id("x")).Op("!=").Len(jen.Id("y"))).Block(no), each.Block(loop...), jen.Return(jen.True())}
	})
}

// equalParts is the condition that two parts are equal, as GROUP BY sees them.
func (n Nested) equalParts(x, y part) Cond {
	xv, xValid := x.value()
	yv, yValid := y.value()
	eq := Cond{Code: jen.Add(xv).Op("==").Add(yv), Prec: PrecCompare}
	switch {
	case x.col.Type.Nested():
		eq = Cond{Code: n.Equal(x.col.Type).Call(xv, yv), Prec: PrecUnary}
	case x.col.Type.Kind == types.Float:
		bits := func(v *jen.Statement) *jen.Statement { return jen.Qual(State, "FloatBits").Call(v) }
		eq.Code = bits(xv).Op("==").Add(bits(yv))
	}
	if xValid == nil {
		return eq
	}
	same := Cond{Code: jen.Add(xValid).Op("==").Add(yValid), Prec: PrecCompare}
	return And(same, Or(Not(Holds(xValid)), eq))
}

// Compare names the function func(x, y T) int that orders two nested values: by the first parts that differ, NULL behind all values, and of two ARRAYs of which
// one is the beginning of the other, the shorter first.
func (n Nested) Compare(t types.Type) *jen.Statement {
	params := []jen.Code{jen.List(jen.Id("x"), jen.Id("y")).Add(GoType(t))}
	return n.function("compare", "orders x and y by the first parts that differ.", t, params, []jen.Code{jen.Int()}, func() []jen.Code {
		if t.Kind == types.Array {
			return []jen.Code{jen.Return(jen.Qual("slices", "CompareFunc").Call(jen.Id("x"), jen.Id("y"), n.Comparator(t.ElemCol())))}
		}
		var parts []jen.Code
		ys := fields(t, jen.Id("y"))
		for i, x := range fields(t, jen.Id("x")) {
			parts = append(parts, n.Comparator(x.col).Call(x.code, ys[i].code))
		}
		if len(parts) == 1 {
			return []jen.Code{jen.Return(parts[0])}
		}
		return []jen.Code{jen.Return(jen.Qual("cmp", "Or").Call(parts...))}
	})
}

// Comparator is a Go function func(x, y T) int that orders columns of an ordered type, NULL behind all values.
func (n Nested) Comparator(c types.Col) *jen.Statement {
	if c.Nullable {
		less := n.Comparator(types.Col{Type: c.Type})
		return n.static("order"+NestedName(c.Type), "order "+c.Type.String(), func() *jen.Statement { return jen.Qual(SQLFn, "NullsLast").Call(less) })
	}
	switch t := c.Type; {
	case t.Nested():
		return n.Compare(t)
	case t.Kind == types.Boolean || t.Kind == types.Null:
		return jen.Qual(SQLFn, "CompareBool")
	case t.Kind == types.UUID:
		return RT("UUID").Dot("Compare")
	case t.Wide():
		return jen.Qual(Decimal, "Int128").Dot("Cmp")
	default:
		return jen.Qual("cmp", "Compare").Types(GoType(t))
	}
}

// Comparator is a Go function func(x, y T) int that orders values of t.
func (b *Block) Comparator(t types.Type) *jen.Statement {
	return Nested{b.Func.Statics}.Comparator(types.Col{Type: t})
}

// EqualMembers is the condition that two structs, called x and y, have equal members, NULLs included.
func (b *Block) EqualMembers(members []Member, x, y string) *jen.Statement {
	var conds []Cond
	for _, m := range members {
		conds = append(conds, Nested{b.Func.Statics}.equalParts(part{m.Col, jen.Id(x).Dot(m.Name)}, part{m.Col, jen.Id(y).Dot(m.Name)}))
	}
	if len(conds) == 0 {
		return jen.True()
	}
	return And(conds...).Expr(0)
}
