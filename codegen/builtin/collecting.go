package builtin

import (
	"fmt"

	"github.com/dave/jennifer/jen"

	"github.com/velostream/veloc/codegen/emit"
	"github.com/velostream/veloc/compiler/types"
)

// collectingAggregates choose one value, or put values together.
var collectingAggregates = []*Aggregate{
	{
		Name: "COUNT_IF", Aliases: []string{"COUNTIF"}, Category: Aggregation,
		Doc:       "Returns the number of rows for which the condition is TRUE.",
		Overloads: []AggregateOverload{agg("COUNT_IF(condition BOOLEAN) -> INTEGER NOT NULL", countIf)},
		Examples:  []AggregateExample{{`COUNT_IF(x)`, rows(`TRUE`, `FALSE`, `NULL`, `TRUE`), `2`}},
	},
	{
		Name: "DELTA", Aliases: []string{"SPREAD"}, Category: Aggregation,
		Doc: "Returns the greatest x minus the smallest. NULL if there is no value.",
		Overloads: []AggregateOverload{
			agg("DELTA(x INTEGER) -> INTEGER", delta), agg("DELTA(x DECIMAL) -> DECIMAL", delta).derive(func(p []types.Type, _ []any) types.Type {
				return types.TDecimal(min(p[0].Precision+1, types.MaxPrecision), p[0].Scale)
			}),
			agg("DELTA(x FLOAT) -> FLOAT", delta), agg("DELTA(x INTERVAL) -> INTERVAL", delta), agg("DELTA(x TIMESTAMP) -> INTERVAL", delta),
		},
		Examples: []AggregateExample{{`DELTA(x)`, rows(`5`, `1`, `NULL`), `4`}, {`DELTA(x)`, rows(`1.50`, `4.25`), `2.75`}},
	},
	{
		Name: "BOOL_AND", Aliases: []string{"EVERY", "LOGICAL_AND"}, Category: Aggregation,
		Doc:       "Tells whether x is TRUE in all rows where it is not NULL. NULL if there is no value.",
		Overloads: []AggregateOverload{agg("BOOL_AND(x BOOLEAN) -> BOOLEAN", reads(truths, "All")).idempotent()},
		Examples:  []AggregateExample{{`BOOL_AND(x)`, rows(`TRUE`, `NULL`, `FALSE`), `FALSE`}, {`BOOL_AND(x)`, rows(`TRUE`, `TRUE`), `TRUE`}},
	},
	{
		Name: "BOOL_OR", Aliases: []string{"ANY_TRUE", "LOGICAL_OR"}, Category: Aggregation,
		Doc:       "Tells whether x is TRUE in any row. NULL if there is no value.",
		Overloads: []AggregateOverload{agg("BOOL_OR(x BOOLEAN) -> BOOLEAN", reads(truths, "Any")).idempotent()},
		Examples:  []AggregateExample{{`BOOL_OR(x)`, rows(`TRUE`, `NULL`, `FALSE`), `TRUE`}, {`BOOL_OR(x)`, rows(`FALSE`, `NULL`), `FALSE`}},
	},
	{
		Name: "BIT_AND", Category: Aggregation,
		Doc:       "Returns the bits that are 1 in all x. NULL if there is no value.",
		Overloads: []AggregateOverload{agg("BIT_AND(x INTEGER) -> INTEGER", reads(bitState, "And")).idempotent()},
		Examples:  []AggregateExample{{`BIT_AND(x)`, rows(`12`, `10`, `NULL`), `8`}},
	},
	{
		Name: "BIT_OR", Category: Aggregation,
		Doc:       "Returns the bits that are 1 in any x. NULL if there is no value.",
		Overloads: []AggregateOverload{agg("BIT_OR(x INTEGER) -> INTEGER", reads(bitState, "Or")).idempotent()},
		Examples:  []AggregateExample{{`BIT_OR(x)`, rows(`12`, `10`), `14`}},
	},
	{
		Name: "BIT_XOR", Category: Aggregation,
		Doc:       "Returns the bits that are 1 in an odd number of x. NULL if there is no value.",
		Overloads: []AggregateOverload{agg("BIT_XOR(x INTEGER) -> INTEGER", reads(bitState, "Xor"))},
		Examples:  []AggregateExample{{`BIT_XOR(x)`, rows(`12`, `10`), `6`}},
	},
	{
		Name: "ANY_VALUE", Aliases: []string{"FIRST_NOT_NULL", "ARBITRARY"}, Category: Collecting,
		Doc:       "Returns x of the first row in which it is not NULL.",
		Overloads: []AggregateOverload{agg("ANY_VALUE(x T) -> T", present1(true)).idempotent()},
		Examples:  []AggregateExample{{`ANY_VALUE(x)`, rows(`NULL`, `2`, `1`), `2`}, {`ANY_VALUE(x)`, rows(`NULL`), `NULL`}},
	},
	{
		Name: "LAST_NOT_NULL", Category: Collecting,
		Doc:       "Returns x of the last row in which it is not NULL.",
		Overloads: []AggregateOverload{agg("LAST_NOT_NULL(x T) -> T", present1(false)).idempotent()},
		Examples:  []AggregateExample{{`LAST_NOT_NULL(x)`, rows(`'a'`, `'b'`, `NULL`), `'b'`}},
	},
	{
		Name: "NTH", Aliases: []string{"NTH_VALUE"}, Category: Collecting,
		Doc:       "Returns x of the row that arrived as the n-th, counted from 1, even if it is NULL; NULL if fewer have arrived. It keeps the first n values.",
		Overloads: []AggregateOverload{withLiterals("NTH(x T, n INTEGER LITERAL) -> T NULL", nth).check(placeAt(1, "n"))},
		Examples:  []AggregateExample{{`NTH(x, 2)`, rows(`5`, `3`, `1`), `3`}, {`NTH(x, 3)`, rows(`'a'`, `'b'`), `NULL`}},
	},
	{
		Name: "ARG_MIN", Aliases: []string{"MIN_BY", "ARGMIN"}, Category: Collecting,
		Doc:       "Returns x of the row in which y is smallest; of several the first. Rows in which x or y is NULL do not count.",
		Overloads: []AggregateOverload{agg("ARG_MIN(x T, y U ORDERED) -> T", extremumBy("argMin", false)).idempotent()},
		Examples:  []AggregateExample{{`ARG_MIN(x, y)`, rows(`'a'; 3`, `'b'; 1`, `NULL; 0`, `'c'; 1`), `'b'`}},
	},
	{
		Name: "ARG_MAX", Aliases: []string{"MAX_BY", "ARGMAX"}, Category: Collecting,
		Doc:       "Returns x of the row in which y is greatest; of several the first. Rows in which x or y is NULL do not count.",
		Overloads: []AggregateOverload{agg("ARG_MAX(x T, y U ORDERED) -> T", extremumBy("argMax", true)).idempotent()},
		Examples:  []AggregateExample{{`ARG_MAX(x, y)`, rows(`1; 'a'`, `2; 'c'`, `3; 'b'`), `2`}},
	},
	{
		Name: "STRING_AGG", Aliases: []string{"LISTAGG", "GROUP_CONCAT", "COLLECT"}, Category: Collecting,
		Doc:       "Returns all x that are not NULL as text, in order of arrival, with the separator (a comma, if it is left out) between them. NULL if there is no value.",
		Overloads: []AggregateOverload{withLiterals("STRING_AGG(x SCALAR, [separator STRING LITERAL]) -> STRING", stringAgg)},
		Examples:  []AggregateExample{{`STRING_AGG(x, '-')`, rows(`'a'`, `NULL`, `'b'`), `'a-b'`}, {`STRING_AGG(x)`, rows(`1.50`, `2.00`), `'1.50,2.00'`}, {`STRING_AGG(DISTINCT x, '; ')`, rows(`'b'`, `'a'`, `'b'`), `'b; a'`}},
	},
}

var (
	truths   = removable(record("truths", jen.Qual(emit.SQLFn, "Truths"), 0), takenBack(0))
	bitState = record("bits", jen.Qual(emit.SQLFn, "Bits"), 0)
)

func countIf(types.Col, []types.Col) emit.Aggregate {
	return emit.Aggregate{
		Fields: []emit.StateField{{
			Name: "countIf", Key: "countIf", Type: jen.Int64(), Merge: plus, Form: counterForm,
			Add: func(b *emit.Block, f *jen.Statement, args []emit.Value) {
				b.Add(jen.If(args[0].Arg()).Block(jen.Add(f).Op("++")))
			},
			Retract: func(b *emit.Block, f *jen.Statement, args []emit.Value) {
				b.Add(jen.If(args[0].Arg()).Block(jen.Add(f).Op("--")))
			},
		}},
		Final: field0,
	}
}

// delta shares the states of MIN and MAX.
func delta(t types.Col, args []types.Col) emit.Aggregate {
	extreme := types.Col{Type: args[0].Type, Nullable: t.Nullable}
	low, high := extremum("min", false)(extreme, args), extremum("max", true)(extreme, args)
	return emit.Aggregate{
		Fields: append(low.Fields, high.Fields...),
		Final: func(b *emit.Block, f []*jen.Statement) emit.Value {
			x, y := low.Final(b, f[:1]), high.Final(b, f[1:])
			valid := x.Valid
			x.Valid, y.Valid = nil, nil
			v := difference(b, t.Type, y, x)
			return v.With(valid)
		},
	}
}

// difference is y - x, which is not negative. Where both are unset it is that of two zeros.
func difference(b *emit.Block, t types.Type, y, x emit.Value) emit.Value {
	switch t.Kind {
	case types.Float:
		return emit.Of(t, emit.PrecAdd, y.Expr(emit.PrecAdd).Op("-").Add(x.Expr(emit.PrecMul)))
	case types.Decimal:
		return emit.Of(t, emit.PrecUnary, mantissa(t, wide(y).Dot("Sub").Call(wide(x))))
	case types.Integer:
		return b.Try("delta", t, symbol("Sub").Call(y.Arg(), x.Arg()))
	}
	return b.Try("delta", t, symbol("SubTime").Call(y.Arg(), x.Arg()))
}

// present1 keeps the first or the last value that is not NULL.
func present1(first bool) func(t types.Col, args []types.Col) emit.Aggregate {
	name := map[bool]string{true: "firstNotNull", false: "lastNotNull"}[first]
	return func(t types.Col, args []types.Col) emit.Aggregate {
		a := kept(name, first)(t, args)
		a.NullsToo = false
		return a
	}
}

// placeAt checks that literal argument i is a place, counted from 1, that is not too far.
func placeAt(i int, name string) func(literals []any) (int, error) {
	return func(literals []any) (int, error) {
		if n, ok := literals[i].(int64); ok && (n < 1 || n > 1e6) {
			return i, fmt.Errorf("%s is a number from 1 to 1000000, not %d", name, n)
		}
		return 0, nil
	}
}

func nth(t types.Col, args []types.Col, literals []any) emit.Aggregate {
	place, _ := literals[1].(int64)
	n := func() *jen.Statement { return jen.Lit(int(max(place, 1))) }
	return emit.Aggregate{
		NullsToo: true, Ordered: true,
		Fields: []emit.StateField{{
			Name: "firsts", Type: jen.Qual(emit.SQLFn, "Firsts").Types(emit.GoType(args[0].Type)),
			Form: emit.StateOfForm(types.Col{Type: args[0].Type}),
			Add: func(b *emit.Block, f *jen.Statement, args []emit.Value) {
				x, valid := args[0], jen.True()
				if x.Valid != nil {
					valid = jen.Add(x.Valid)
				}
				if isText(x.Type) {
					b.Add(symbol("FirstText").Call(jen.Op("&").Add(f), x.Arg(), valid, n()))
					return
				}
				if x.Type.Nested() {
					b.Add(jen.If(jen.Add(f).Dot("Wants").Call(n())).Block(jen.Add(f).Dot("Add").Call(b.Kept(x), valid, n())))
					return
				}
				b.Add(jen.Add(f).Dot("Add").Call(x.Arg(), valid, n()))
			},
			Merge: func(b *emit.Block, dst, src *jen.Statement) {
				b.Add(jen.Add(dst).Dot("Merge").Call(jen.Op("&").Add(src), n()))
			},
		}},
		Final: func(b *emit.Block, f []*jen.Statement) emit.Value {
			return outcome(b, "nth", t, jen.Add(f[0]).Dot("Nth").Call(n()))
		},
	}
}

// extremumBy is ARG_MIN or ARG_MAX: it keeps x beside the best y.
func extremumBy(name string, greatest bool) func(t types.Col, args []types.Col) emit.Aggregate {
	return func(t types.Col, args []types.Col) emit.Aggregate {
		cx, cy := cellOf(args[0].Type, false), cellOf(args[1].Type, false)
		take := func(b *emit.Block, f *jen.Statement, x, y emit.Value) {
			y = b.Let("by", y)
			first, second := y, cy.read(jen.Add(f).Dot("By"))
			if greatest {
				first, second = second, first
			}
			set := append(cx.set(b, jen.Add(f).Dot("Value"), x, jen.True()), cy.set(b, jen.Add(f).Dot("By"), y, jen.True())...)
			b.Add(jen.If(jen.Op("!").Add(f).Dot("By").Dot("Valid").Op("||").Add(less(b, first, second))).Block(set...))
		}
		return emit.Aggregate{
			Ordered: true,
			Fields: []emit.StateField{{
				Name: name, Key: name, Type: jen.Struct(jen.Id("Value").Add(cx.goType), jen.Id("By").Add(cy.goType)),
				Form: emit.InnerForm([]string{"Value", "By"}, []emit.Form{cx.form(), cy.form()}),
				Add:  func(b *emit.Block, f *jen.Statement, args []emit.Value) { take(b, f, args[0], args[1]) },
				Merge: func(b *emit.Block, dst, src *jen.Statement) {
					in := b.Inner()
					take(in, dst, cx.read(jen.Add(src).Dot("Value")), cy.read(jen.Add(src).Dot("By")))
					b.Add(jen.If(jen.Add(src).Dot("By").Dot("Valid")).Block(in.Code()...))
				},
			}},
			Final: func(b *emit.Block, f []*jen.Statement) emit.Value {
				return cx.final(t)(b, []*jen.Statement{jen.Add(f[0]).Dot("Value")})
			},
		}
	}
}

func stringAgg(t types.Col, args []types.Col, literals []any) emit.Aggregate {
	separator := ","
	if len(literals) == 2 {
		separator, _ = literals[1].(string)
	}
	return emit.Aggregate{
		Ordered: true,
		Fields: []emit.StateField{{
			Name: "joined", Grows: true, Type: jen.Qual(emit.SQLFn, "Joined"), Form: emit.StateForm(),
			Add: func(b *emit.Block, f *jen.Statement, args []emit.Value) {
				b.Add(jen.Add(f).Dot("Add").Call(joinable(b, args[0]).Arg(), emit.GoText(separator)))
			},
			Merge: func(b *emit.Block, dst, src *jen.Statement) {
				b.Add(jen.Add(dst).Dot("Merge").Call(jen.Op("&").Add(src), emit.GoText(separator)))
			},
		}},
		Final: func(b *emit.Block, f []*jen.Statement) emit.Value {
			v := b.Try("joined", t.Type, jen.Add(f[0]).Dot("Text").Call())
			if t.Nullable {
				v.Valid = jen.Add(f[0]).Dot("Some").Call()
			}
			return v
		},
	}
}

// joinable is a value as text. It cannot fail, because part of the row has been added by now: bytes that may be no text are shown in hexadecimal.
func joinable(b *emit.Block, v emit.Value) emit.Value {
	if v.Type.Kind == types.Bytes {
		return emit.Of(types.TString, emit.PrecUnary, symbol("HexText").Call(b.Arena(), v.Arg()))
	}
	return asText(b, v)
}
