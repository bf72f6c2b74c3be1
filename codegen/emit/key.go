package emit

import (
	"github.com/dave/jennifer/jen"

	"github.com/velostream/veloc/compiler/types"
)

// Key is the state.Key of values: what tables of groups tell them apart by. The key of several, or of one that is made of others, is composed in memory of the task.
func (b *Block) Key(vals ...Value) *jen.Statement {
	if len(vals) == 1 && !vals[0].Type.Nested() {
		return b.plainKey(vals[0])
	}
	k := b.Func.Scratch("distinctKey", jen.Qual(State, "Encoder"))
	b.Add(jen.Add(k).Dot("Reset").Call())
	for _, v := range vals {
		b.Add(b.AppendKey(k, v)...)
	}
	return jen.Add(k).Dot("Key").Call()
}

// AppendKey appends a value to the key that the encoder k builds.
func (b *Block) AppendKey(k *jen.Statement, v Value) []jen.Code {
	valid := jen.True()
	if v.Valid != nil {
		valid = jen.Add(v.Valid)
	}
	if !v.Type.Nested() {
		return AppendKeyPart(k, v.Type, v.Expr(PrecUnary), valid)
	}
	return []jen.Code{jen.If(jen.Add(k).Dot("Some").Call(valid)).Block(Nested{b.Func.Statics}.Key(v.Type).Call(jen.Op("&").Add(k), v.Arg()))}
}

// plainKey is the key of one value that is not made of others.
func (b *Block) plainKey(v Value) *jen.Statement {
	var key *jen.Statement
	switch {
	case v.Type.Kind == types.UUID:
		key = jen.Qual(State, "UUIDKey").Call(v.Arg())
	case Owns(v.Type):
		fn := "TextKey"
		if v.View {
			fn = "PaddedTextKey"
		}
		key = jen.Qual(State, fn).Call(v.Arg())
	case v.Type.Wide():
		key = jen.Qual(State, "WideKey").Call(v.Expr(PrecUnary).Dot("Hi"), v.Expr(PrecUnary).Dot("Lo"))
	case v.Type.Kind == types.Boolean, v.Type.Kind == types.Null:
		key = jen.Qual(State, "IntKey").Call(jen.Qual(State, "BoolInt").Call(v.Arg()))
	case v.Type.Kind == types.Float:
		key = jen.Qual(State, "IntKey").Call(jen.Qual(State, "FloatBits").Call(v.Arg()))
	default:
		key = jen.Qual(State, "IntKey").Call(v.Arg())
	}
	if v.Valid == nil {
		return key
	}
	name := b.Names.Unique("k")
	b.Add(jen.Id(name).Op(":=").Qual(State, "NullKey").Call())
	b.Add(jen.If(jen.Add(v.Valid)).Block(jen.Id(name).Op("=").Add(key)))
	return jen.Id(name)
}
