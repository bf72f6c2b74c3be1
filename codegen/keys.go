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

// countDistinct is COUNT(DISTINCT x): a set of the values seen.
func countDistinct() emit.Aggregate {
	return emit.Aggregate{
		Fields: []emit.StateField{{
			Name: "Distinct", Key: "distinct", Type: jen.Qual(emit.State, "Distinct"), Form: emit.StateForm(),
			Add: func(b *emit.Block, field *jen.Statement, args []emit.Value) {
				b.Add(jen.Add(field).Dot("Add").Call(b.Key(args[0])))
			},
			Merge: func(b *emit.Block, dst, src *jen.Statement) {
				b.Add(jen.Add(dst).Dot("Merge").Call(jen.Op("&").Add(src)))
			},
		}},
		Final: func(b *emit.Block, fields []*jen.Statement) emit.Value {
			return emit.Of(types.TInteger, emit.PrecUnary, jen.Add(fields[0]).Dot("Len").Call())
		},
	}
}
