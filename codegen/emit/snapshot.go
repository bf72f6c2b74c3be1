package emit

import (
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/velostream/veloc/compiler/types"
)

// Form is how a field of an accumulator stands in a snapshot.
type Form struct {
	// Append appends the field to dst, the name of a []byte.
	Append func(b *Block, dst, field *jen.Statement)
	// Decode sets the field to what the state.Reader called r reads.
	Decode func(b *Block, r, field *jen.Statement)
}

// ValueForm is that of a field that holds a column: a value, or a rt.Null of it.
func ValueForm(c types.Col) Form {
	return plainForm(func(b *Block) *jen.Statement { return b.codec(c) })
}

// SumForm is that of a decimal.Sum.
func SumForm() Form { return plainForm(func(*Block) *jen.Statement { return jen.Qual(State, "Sum") }) }

func plainForm(codec func(b *Block) *jen.Statement) Form {
	return Form{
		Append: func(b *Block, dst, f *jen.Statement) {
			b.Add(jen.Add(dst).Op("=").Add(codec(b)).Dot("Append").Call(dst, f))
		},
		Decode: func(b *Block, r, f *jen.Statement) {
			b.Add(jen.Add(f).Op("=").Qual(State, "Next").Call(r, codec(b)))
		},
	}
}

// IntForm is that of an int, which is no column.
func IntForm() Form {
	return Form{
		Append: func(b *Block, dst, f *jen.Statement) {
			b.Add(jen.Add(dst).Op("=").Qual(State, "AppendInt").Call(dst, jen.Int64().Call(f)))
		},
		Decode: func(b *Block, r, f *jen.Statement) {
			b.Add(jen.Add(f).Op("=").Int().Call(jen.Add(r).Dot("Int").Call()))
		},
	}
}

// StateForm is that of a field whose type is a state.State.
func StateForm() Form {
	return Form{
		Append: func(b *Block, dst, f *jen.Statement) {
			b.Add(jen.Add(dst).Op("=").Add(f).Dot("Append").Call(dst))
		},
		Decode: func(b *Block, r, f *jen.Statement) { b.Add(jen.Add(r).Dot("Into").Call(jen.Op("&").Add(f))) },
	}
}

// StateOfForm is that of a field whose type is a state.StateOf the Go type of column c.
func StateOfForm(c types.Col) Form {
	return stateOf(func(b *Block) *jen.Statement { return b.codec(c) })
}

// Member is a field of a Go struct that holds a column.
type Member struct {
	Name string
	Col  types.Col
}

// StateOfRowForm is that of a field whose type is a state.StateOf structs of these fields, of which hint says what they are.
func StateOfRowForm(hint string, members []Member) Form {
	return stateOf(func(b *Block) *jen.Statement {
		return Nested{b.Func.Statics}.structCodec(hint, members)
	})
}

func stateOf(codec func(b *Block) *jen.Statement) Form {
	return Form{
		Append: func(b *Block, dst, f *jen.Statement) {
			b.Add(jen.Add(dst).Op("=").Add(f).Dot("Append").Call(dst, codec(b)))
		},
		Decode: func(b *Block, r, f *jen.Statement) {
			b.Add(jen.Qual(State, "Into").Call(r, jen.Op("&").Add(f), codec(b)))
		},
	}
}

// InnerForm is that of a Go struct: of its fields, in order.
func InnerForm(names []string, forms []Form) Form {
	return Form{
		Append: func(b *Block, dst, f *jen.Statement) {
			for i, inner := range forms {
				inner.Append(b, dst, jen.Add(f).Dot(names[i]))
			}
		},
		Decode: func(b *Block, r, f *jen.Statement) {
			for i, inner := range forms {
				inner.Decode(b, r, jen.Add(f).Dot(names[i]))
			}
		},
	}
}

// SnapshotMethods are the methods that make the struct of that name a state.State: Append and Decode, which go through its fields in order; names and
// forms are theirs. Each field is an item of its own, so that a program with other fields finds those that it knows.
func SnapshotMethods(typ string, statics *Statics, names []string, forms []Form) *jen.Statement {
	block := func(taken ...string) *Block {
		return &Block{Names: NewNames(taken...), Func: &Func{Statics: statics}}
	}
	write, read := block("a", "dst", "at"), block("a", "src", "r")
	for i, form := range forms {
		if i == 0 {
			write.Add(jen.List(jen.Id("dst"), jen.Id("at")).Op(":=").Qual(State, "Begin").Call(jen.Id("dst")))
		} else {
			write.Add(jen.List(jen.Id("dst"), jen.Id("at")).Op("=").Qual(State, "EndField").Call(jen.Id("dst"), jen.Id("at")))
		}
		form.Append(write, jen.Id("dst"), jen.Id("a").Dot(names[i]))
		in := read.Inner()
		form.Decode(in, jen.Id("r"), jen.Id("a").Dot(names[i]))
		read.Add(jen.If(jen.Id("r").Dot("Field").Call()).Block(in.Code()...))
	}
	written, result := jen.Id("dst"), []jen.Code{jen.Id("r").Op(":=").Qual(State, "Read").Call(jen.Id("src")), jen.Op("*").Id("a").Op("=").Id(typ).Values()}
	if len(forms) > 0 {
		written = jen.Qual(State, "End").Call(jen.Id("dst"), jen.Id("at"))
		result = append(result, read.Code()...)
		result = append(result, jen.Return(jen.Id("r").Dot("End").Call()))
	} else {
		result = []jen.Code{jen.Return(jen.Id("src"), jen.Nil())}
	}
	bytes := jen.Index().Byte()
	receiver := jen.Id("a").Op("*").Id(typ)
	return jen.Comment("// Append writes what "+typ+" holds, as snapshots do.").Line().
		Func().Params(receiver).Id("Append").Params(jen.Id("dst").Add(bytes)).Add(bytes).Block(append(write.Code(), jen.Return(written))...).Line().Line().
		Comment("// Decode reads what Append wrote.").Line().
		Func().Params(receiver).Id("Decode").Params(jen.Id("src").Add(bytes)).Params(jen.Id("rest").Add(bytes), jen.Err().Error()).Block(result...).Line()
}

// codec is the state.Codec of a column.
func (b *Block) codec(c types.Col) *jen.Statement { return Nested{b.Func.Statics}.Codec(c) }

// Codec is the state.Codec that writes a column into a snapshot. One that is composed is a variable of the package.
func (n Nested) Codec(c types.Col) *jen.Statement {
	of := func(fn string, parts ...jen.Code) *jen.Statement { return jen.Qual(State, fn).Call(parts...) }
	t := c.Type
	if c.Nullable {
		inner := n.Codec(types.Col{Type: t})
		return n.static("null"+NestedName(t)+"Codec", "null codec "+t.String(), func() *jen.Statement { return of("NullOf", inner) })
	}
	name := Local(NestedName(t) + "Codec")
	switch t.Kind {
	case types.Array:
		return n.static(name, "codec "+t.String(), func() *jen.Statement { return of("ArrayOf", n.Codec(t.ElemCol())) })
	case types.Map:
		return n.static(name, "codec "+t.String(), func() *jen.Statement {
			return of("MapOf", n.Codec(types.Col{Type: *t.Key}), n.Codec(t.ElemCol()))
		})
	case types.Struct:
		members := make([]Member, len(t.Fields))
		for i, f := range t.Fields {
			members[i] = Member{FieldName(t, i), f.Col}
		}
		return n.structCodec(NestedName(t), members)
	case types.String, types.JSON, types.Bytes:
		return jen.Qual(State, "Text")
	case types.Boolean, types.Null:
		return jen.Qual(State, "Boolean")
	case types.Float:
		return jen.Qual(State, "Float")
	case types.UUID:
		return jen.Qual(State, "UUID")
	}
	if t.Wide() {
		return jen.Qual(State, "Wide")
	}
	return jen.Qual(State, "Integer")
}

// structCodec is the state.Codec of a Go struct, with the two functions that it is made of.
func (n Nested) structCodec(hint string, members []Member) *jen.Statement {
	key := "codec struct"
	for _, m := range members {
		key += " " + m.Name + " " + m.Col.String()
	}
	return n.static(Local(hint+"Codec"), key, func() *jen.Statement {
		goType := jen.StructFunc(func(g *jen.Group) {
			for _, m := range members {
				g.Id(m.Name).Add(FieldType(m.Col))
			}
		})
		var write, read []jen.Code
		for _, m := range members {
			codec, at := n.Codec(m.Col), jen.Id("v").Dot(m.Name)
			write = append(write, jen.Id("dst").Op("=").Add(codec).Dot("Append").Call(jen.Id("dst"), at))
			read = append(read, jen.Add(at).Op("=").Qual(State, "Next").Call(jen.Id("r"), codec))
		}
		title := strings.ToUpper(hint[:1]) + hint[1:]
		bytes := jen.Index().Byte()
		appendFn := n.Func("append"+title, "append "+key, func(name string) *jen.Statement {
			return jen.Comment("// "+name+" writes v into a snapshot.").Line().
				Func().Id(name).Params(jen.Id("dst").Add(bytes), jen.Id("v").Add(goType)).Add(bytes).Block(append(write, jen.Return(jen.Id("dst")))...).Line()
		})
		readFn := n.Func("read"+title, "read "+key, func(name string) *jen.Statement {
			return jen.Comment("// " + name + " reads what " + appendFn + " wrote.").Line().
				Func().Id(name).Params(jen.Id("r").Op("*").Qual(State, "Reader")).Params(jen.Id("v").Add(goType)).Block(append(read, jen.Return(jen.Id("v")))...).Line()
		})
		return jen.Qual(State, "CodecOf").Call(jen.Id(appendFn), jen.Id(readFn))
	})
}
