package builtin

import (
	"github.com/dave/jennifer/jen"

	"github.com/velostream/veloc/codegen/emit"
	"github.com/velostream/veloc/compiler/types"
)

// gatheringAggregates make an ARRAY or a MAP of the values of a group.
var gatheringAggregates = []*Aggregate{
	{
		Name: "ARRAY_AGG", Aliases: []string{"COLLECT_LIST", "LIST"}, Category: Collecting,
		Doc:       "Returns all x as an ARRAY, in order of arrival, NULLs among them. It keeps all values. NULL if there is no row.",
		Overloads: []AggregateOverload{agg("ARRAY_AGG(x T) -> ARRAY<T> NULL", arrayAgg)},
		Examples: []AggregateExample{
			{`ARRAY_AGG(x)`, rows(`2`, `1`, `2`), `ARRAY[2, 1, 2]`}, {`ARRAY_AGG(x)`, rows(`'b'`, `NULL`, `'a'`), `ARRAY['b', NULL, 'a']`},
			{`ARRAY_AGG(DISTINCT x)`, rows(`2`, `NULL`, `2`, `NULL`, `1`), `ARRAY[2, NULL, 1]`},
		},
	},
	{
		Name: "MAP_AGG", Aliases: []string{"OBJECT_AGG"}, Category: Collecting,
		Doc: "Returns a MAP of the keys to the values. Of a key that comes again the last value counts. Rows in which the key is NULL do not count. It keeps all different keys. NULL if there is no key.",
		Overloads: []AggregateOverload{agg("MAP_AGG(key K KEY, value V) -> MAP NULL", mapAgg).derive(func(p []types.Type, _ []any) types.Type {
			return types.TMap(p[0], types.Col{Type: p[1], Nullable: true})
		})},
		Examples: []AggregateExample{{`MAP_AGG(x, y)`, rows(`'a'; 1`, `'b'; NULL`, `NULL; 5`, `'a'; 3`), `MAP['a', 3, 'b', NULL]`}},
	},
	{
		Name: "HISTOGRAM", Aliases: []string{"FREQUENCIES"}, Category: Percentiles,
		Doc: "Returns a MAP of each different x to how often it was there, in the order of x. It keeps all different values. NULL if there is none.",
		Overloads: []AggregateOverload{agg("HISTOGRAM(x T KEY) -> MAP NULL", func(t types.Col, args []types.Col) emit.Aggregate {
			return emit.Aggregate{
				Fields: []emit.StateField{tally(args[0].Type)},
				Final: func(b *emit.Block, f []*jen.Statement) emit.Value {
					return outcome(b, "histogram", t, symbol("Histogram").Call(jen.Op("&").Add(f[0]), b.Comparator(args[0].Type)))
				},
			}
		}).derive(func(p []types.Type, _ []any) types.Type { return types.TMap(p[0], types.Col{Type: types.TInteger}) })},
		Examples: []AggregateExample{{`HISTOGRAM(x)`, rows(`'b'`, `'a'`, `NULL`, `'b'`), `MAP['a', 1, 'b', 2]`}, {`HISTOGRAM(x)`, rows(`7`, `7`), `MAP[7, 2]`}},
	},
	foremost("TOP_K", []string{"TOPK", "MAX_N"}, "greatest", "the greatest first", true, `ARRAY[9, 5]`),
	foremost("BOTTOM_K", []string{"BOTTOMK", "MIN_N"}, "smallest", "the smallest first", false, `ARRAY[1, 5]`),
	{
		Name: "MOST_FREQUENT", Aliases: []string{"APPROX_TOP_K"}, Category: Percentiles,
		Doc: "Returns the k most frequent x as an ARRAY, the most frequent first; of equally frequent ones the smallest. It is exact, and keeps all different values. NULL if there is none.",
		Overloads: []AggregateOverload{withLiterals("MOST_FREQUENT(x T ORDERED, k INTEGER LITERAL) -> ARRAY NULL", func(t types.Col, args []types.Col, literals []any) emit.Aggregate {
			return ordering(tally(args[0].Type), "Frequent", args[0].Type, jen.Lit(place(literals)))(t, args)
		}).check(placeAt(1, "k")).derive(arrayOfFirst)},
		Examples: []AggregateExample{{`MOST_FREQUENT(x, 2)`, rows(`'c'`, `'b'`, `'a'`, `'b'`), `ARRAY['b', 'a']`}},
	},
}

// arrayOfFirst is an ARRAY of what argument 0 is, without NULLs.
func arrayOfFirst(p []types.Type, _ []any) types.Type { return types.TArray(types.Col{Type: p[0]}) }

// place is literal argument 1, a number from 1; anything else has been reported.
func place(literals []any) int {
	n, _ := literals[1].(int64)
	return int(max(n, 1))
}

// element is x as it stands in an ARRAY, or as the value of a MAP, in memory of its own.
func element(b *emit.Block, c types.Col, x emit.Value) *jen.Statement {
	if !c.Nullable {
		return b.Kept(x)
	}
	valid := jen.True()
	if x.Valid != nil {
		valid = jen.Add(x.Valid)
	}
	return emit.FieldType(c).Values(b.Kept(x), valid)
}

func arrayAgg(t types.Col, _ []types.Col) emit.Aggregate {
	elem := t.Type.ElemCol()
	return emit.Aggregate{
		NullsToo: true, Ordered: true,
		Fields: []emit.StateField{{
			Name: "gathered", Key: "gathered", Type: jen.Qual(emit.SQLFn, "Gathered").Types(emit.FieldType(elem)), Form: emit.StateOfForm(elem), Merge: mergeInto, Grows: true,
			Add: func(b *emit.Block, f *jen.Statement, args []emit.Value) {
				b.Add(jen.Add(f).Dot("Add").Call(element(b, elem, args[0])))
			},
		}},
		Final: func(b *emit.Block, f []*jen.Statement) emit.Value {
			return outcome(b, "gathered", t, jen.Add(f[0]).Dot("List").Call())
		},
	}
}

func mapAgg(t types.Col, args []types.Col) emit.Aggregate {
	value := t.Type.ElemCol()
	return emit.Aggregate{
		NullsToo: true, Ordered: true,
		Fields: []emit.StateField{{
			Name: "entries", Key: "entries", Grows: true, Type: jen.Qual(emit.SQLFn, "Entries").Types(emit.GoType(args[0].Type), emit.FieldType(value)),
			Form: emit.StateOfForm(types.Col{Type: t.Type}), Merge: mergeInto,
			Add: func(b *emit.Block, f *jen.Statement, args []emit.Value) {
				in := b.Inner()
				k := args[0]
				valid := k.Valid
				k.Valid = nil
				key := in.Kept(k)
				if emit.Owns(k.Type) { // copy only what is new
					k = in.Let("key", k)
					in.Add(jen.Id("kept").Op(":=").Add(k.Arg()), jen.If(jen.Op("!").Add(f).Dot("Has").Call(jen.Id("kept"))).Block(jen.Id("kept").Op("=").Add(in.Kept(k))))
					key = jen.Id("kept")
				}
				in.Add(jen.Add(f).Dot("Add").Call(key, element(in, value, args[1])))
				if valid == nil {
					b.Add(jen.Block(in.Code()...))
					return
				}
				b.Add(jen.If(jen.Add(valid)).Block(in.Code()...))
			},
		}},
		Final: func(b *emit.Block, f []*jen.Statement) emit.Value {
			return outcome(b, "entries", t, jen.Add(f[0]).Dot("List").Call())
		},
	}
}

// foremost is TOP_K or BOTTOM_K.
func foremost(name string, aliases []string, which, first string, greatest bool, example string) *Aggregate {
	return &Aggregate{
		Name: name, Aliases: aliases, Category: Collecting,
		Doc: "Returns the k " + which + " x as an ARRAY, " + first + "; with DISTINCT the k " + which + " different ones. NULL if there is no value.",
		Overloads: []AggregateOverload{withLiterals(name+"(x T ORDERED, k INTEGER LITERAL) -> ARRAY NULL", func(t types.Col, args []types.Col, literals []any) emit.Aggregate {
			x, k := args[0].Type, jen.Lit(place(literals))
			order := func(b *emit.Block) *jen.Statement {
				if greatest {
					return b.Static("descending", x.String(), symbol("Descending").Call(b.Comparator(x)))
				}
				return b.Comparator(x)
			}
			return emit.Aggregate{
				Fields: []emit.StateField{{
					Name: "foremost", Type: jen.Qual(emit.SQLFn, "Foremost").Types(emit.GoType(x)), Form: emit.StateOfForm(types.Col{Type: x}),
					Add: func(b *emit.Block, f *jen.Statement, args []emit.Value) {
						v := b.Let("x", args[0])
						add := jen.Add(f).Dot("Add").Call(b.Kept(v), k, order(b))
						b.Add(jen.If(jen.Add(f).Dot("Wants").Call(v.Arg(), k, order(b))).Block(add))
					},
					Merge: func(b *emit.Block, dst, src *jen.Statement) {
						b.Add(jen.Add(dst).Dot("Merge").Call(jen.Op("&").Add(src), k, order(b)))
					},
				}},
				Final: func(b *emit.Block, f []*jen.Statement) emit.Value {
					return outcome(b, "foremost", t, jen.Add(f[0]).Dot("List").Call())
				},
			}
		}).check(placeAt(1, "k")).derive(arrayOfFirst)},
		Examples: []AggregateExample{{name + `(x, 2)`, rows(`5`, `1`, `NULL`, `9`), example}, {name + `(DISTINCT x, 1)`, rows(`'a'`, `'a'`), `ARRAY['a']`}},
	}
}
