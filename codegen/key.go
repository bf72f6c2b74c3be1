package codegen

import (
	"github.com/dave/jennifer/jen"

	"github.com/velostream/veloc/codegen/emit"
	"github.com/velostream/veloc/compiler/types"
)

// key is the state.Key of a list of values.
func (t *task) key(b *emit.Block, vals []emit.Value) *jen.Statement {
	if len(vals) == 1 && !vals[0].Type.Nested() {
		return b.Key(vals[0])
	}
	enc := "keys"
	if !t.hasEncoder {
		t.hasEncoder = true
		t.fields = append(t.fields, jen.Id(enc).Qual(emit.State, "Encoder").Comment("composes keys of several columns"))
	}
	k := jen.Id("t").Dot(enc)
	b.Add(jen.Add(k).Dot("Reset").Call())
	for _, v := range vals {
		b.Add(b.AppendKey(k, v)...)
	}
	return jen.Add(k).Dot("Key").Call()
}

// keepValue is a key column as it is kept: what it shares with the chunk is copied.
func keepValue(b *emit.Block, c types.Col, v emit.Value) *jen.Statement {
	code := b.Kept(v)
	if c.Type.Kind == types.Float { // -0 is in the group of 0, and the group is shown as 0
		code = v.Expr(emit.PrecAdd).Op("+").Lit(0)
	}
	if !c.Nullable {
		return code
	}
	valid := jen.True()
	if v.Valid != nil {
		valid = jen.Add(v.Valid)
	}
	return emit.RT("Null").Types(emit.GoType(c.Type)).Values(jen.Id("V").Op(":").Add(code), jen.Id("Valid").Op(":").Add(valid))
}
