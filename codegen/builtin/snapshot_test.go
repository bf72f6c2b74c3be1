package builtin

import (
	"testing"

	"github.com/dave/jennifer/jen"

	"github.com/velostream/veloc/codegen/emit"
	"github.com/velostream/veloc/compiler/types"
)

// An accumulator of many aggregates is a state.State: one that is read goes on as the one that was written.
func TestSnapshotMethods(t *testing.T) {
	p := newProgram(t)
	place := types.TStruct(types.Field{Name: "x", Col: types.Col{Type: types.TFloat}}, types.Field{Name: "tags", Col: types.Col{Type: types.TArray(types.Col{Type: types.TString, Nullable: true}), Nullable: true}})
	text, number := types.Col{Type: types.TString, Nullable: true}, types.Col{Type: types.TDecimal(30, 4)}
	var names []string
	var forms []emit.Form
	var fields []jen.Code
	unique := emit.NewNames()
	use := func(a emit.Aggregate) {
		for _, f := range a.Fields {
			name := unique.Unique(emit.Exported(f.Name))
			names, forms, fields = append(names, name), append(forms, f.Form), append(fields, jen.Id(name).Add(f.Type))
		}
	}
	one := func(name string, distinct bool, args ...types.Col) emit.Aggregate {
		given := make([]types.Arg, len(args))
		for i, c := range args {
			given[i] = types.ArgOf(c)
		}
		i, _, result, err := types.Choose(Set.Aggregate(name), given)
		if err != nil {
			t.Fatal(err)
		}
		return Code.Aggregate(name, i, result, args, make([]any, len(args)), distinct)
	}
	use(one("COUNT", false))
	use(one("SUM", false, number))
	use(one("SUM", true, number))
	use(one("CORR", true, types.Col{Type: types.TFloat}, types.Col{Type: types.TFloat}))
	use(one("LAST", false, types.Col{Type: place, Nullable: true}))
	use(one("ARG_MAX", false, types.Col{Type: place}, text))
	use(one("MODE", false, text))
	use(one("APPROX_COUNT_DISTINCT", false, text))
	use(one("APPROX_MEDIAN", false, types.Col{Type: types.TFloat}))
	use(Code.Sorted(one("STRING_AGG", false, text), []types.Col{text}, []emit.SortKey{{Col: number}, {Col: text, Desc: true}}))
	p.file.Type().Id("acc").Struct(fields...)
	p.file.Add(emit.SnapshotMethods("acc", p.stat, names, forms))
	p.file.Var().Id("_").Qual(emit.State, "State").Op("=").Parens(jen.Op("*").Id("acc")).Call(jen.Nil())
	b := p.block()
	b.Add(
		jen.Var().List(jen.Id("written"), jen.Id("read")).Id("acc"),
		jen.Id("written").Dot("Rows").Op("=").Lit(7),
		jen.Id("written").Dot("Last").Dot("V").Dot("X").Op("=").Lit(1.5),
		jen.List(jen.Id("written").Dot("Last").Dot("Valid"), jen.Id("written").Dot("Last").Dot("Seen")).Op("=").List(jen.True(), jen.True()),
		jen.List(jen.Id("left"), jen.Id("failed")).Op(":=").Id("read").Dot("Decode").Call(jen.Id("append").Call(jen.Id("written").Dot("Append").Call(jen.Nil()), jen.LitByte('!'))),
		jen.Id("whole").Op(":=").Qual("reflect", "DeepEqual").Call(jen.Id("written"), jen.Id("read")),
		jen.List(jen.Id("_"), jen.Id("cut")).Op(":=").Id("read").Dot("Decode").Call(jen.Id("written").Dot("Append").Call(jen.Nil()).Index(jen.Op(":").Lit(3))),
	)
	p.add("accumulator", b, emit.Of(types.TString, emit.PrecUnary, jen.Qual("fmt", "Sprint").Call(
		jen.String().Parens(jen.Id("left")), jen.Lit(" "), jen.Id("failed"), jen.Lit(" "), jen.Id("whole"), jen.Lit(" "), jen.Id("cut"))),
		"! <nil> true the stored state is damaged, or another program wrote it")
	p.run()
}
