package builtin

import (
	"fmt"

	"github.com/dave/jennifer/jen"

	"github.com/velostream/veloc/codegen/emit"
	"github.com/velostream/veloc/compiler/types"
)

// orderAggregates ask where values stand in their order, and how frequent they are.
var orderAggregates = []*Aggregate{
	{
		Name: "MEDIAN", Category: Percentiles,
		Doc:       "Returns the median of x: the value in the middle, or the mean of the two in the middle. It keeps all values. NULL if there is none.",
		Overloads: []AggregateOverload{agg("MEDIAN(x FLOAT) -> FLOAT", percentile(0, 0.5))},
		Examples:  []AggregateExample{{`MEDIAN(x)`, rows(`5`, `1`, `2`), `2e0`}, {`MEDIAN(x)`, rows(`4`, `1`, `NULL`), `2.5e0`}},
	},
	{
		Name: "PERCENTILE_CONT", Category: Percentiles,
		Doc: "Returns the value at the share p (0 to 1) of the way from the least to the greatest x, on the line between its neighbours where none is there. It keeps all values. Also written " +
			"PERCENTILE_CONT(p) WITHIN GROUP (ORDER BY x [DESC]). NULL if there is no value.",
		Overloads: []AggregateOverload{withLiterals("PERCENTILE_CONT(p FLOAT LITERAL, x FLOAT, [descending BOOLEAN LITERAL]) -> FLOAT", percentileAt(0, 1)).check(isShare(0))},
		Examples:  []AggregateExample{{`PERCENTILE_CONT(0.25, x)`, rows(`4`, `1`, `2`), `1.5e0`}, {`PERCENTILE_CONT(1, x)`, rows(`4`, `1`, `NULL`), `4e0`}},
	},
	{
		Name: "PERCENTILE_DISC", Category: Percentiles,
		Doc: "Returns the first x, in order, that at least the share p (0 to 1) of all values does not follow. It keeps all values. Also written " +
			"PERCENTILE_DISC(p) WITHIN GROUP (ORDER BY x [DESC]). NULL if there is no value.",
		Overloads: []AggregateOverload{
			withLiterals("PERCENTILE_DISC(p FLOAT LITERAL, x T ORDERED, [descending BOOLEAN LITERAL]) -> T", discrete(0, 1)).check(isShare(0)),
		},
		Examples: []AggregateExample{{`PERCENTILE_DISC(0.5, x)`, rows(`4`, `1`, `2`, `3`), `2`}, {`PERCENTILE_DISC(0.9, x)`, rows(`'b'`, `'a'`), `'b'`}, {`PERCENTILE_DISC(0.5, x, TRUE)`, rows(`4`, `1`, `2`, `3`), `3`}},
	},
	{
		Name: "QUANTILE_CONT", Category: Percentiles,
		Doc:       "Returns PERCENTILE_CONT(p, x); only the order of arguments differs.",
		Overloads: []AggregateOverload{withLiterals("QUANTILE_CONT(x FLOAT, p FLOAT LITERAL) -> FLOAT", percentileAt(1, 0)).check(isShare(1))},
		Examples:  []AggregateExample{{`QUANTILE_CONT(x, 0.25)`, rows(`4`, `1`, `2`), `1.5e0`}},
	},
	{
		Name: "QUANTILE_DISC", Aliases: []string{"QUANTILE"}, Category: Percentiles,
		Doc:       "Returns PERCENTILE_DISC(p, x); only the order of arguments differs.",
		Overloads: []AggregateOverload{withLiterals("QUANTILE_DISC(x T ORDERED, p FLOAT LITERAL) -> T", discrete(1, 0)).check(isShare(1))},
		Examples:  []AggregateExample{{`QUANTILE_DISC(x, 0.5)`, rows(`4`, `1`, `2`, `3`), `2`}},
	},
	{
		Name: "APPROX_PERCENTILE", Aliases: []string{"APPROX_QUANTILE"}, Category: Percentiles,
		Doc: "Returns about the value at the share p (0 to 1) of the way from the least to the greatest x, off by at most one per cent of itself, in bounded memory (DDSketch). It does not depend on the order " +
			"of rows. NULL if there is no finite value.",
		Overloads: []AggregateOverload{withLiterals("APPROX_PERCENTILE(x FLOAT, p FLOAT LITERAL) -> FLOAT NULL", func(t types.Col, args []types.Col, literals []any) emit.Aggregate {
			p, _ := literals[1].(float64)
			return reads(sketch, "Percentile", jen.Lit(p))(t, args)
		}).check(isShare(1))},
		Examples: []AggregateExample{{`APPROX_PERCENTILE(x, 0.5)`, rows(`7`, `7`, `7`), `7e0`}},
	},
	{
		Name: "APPROX_MEDIAN", Category: Percentiles,
		Doc:       "Returns APPROX_PERCENTILE(x, 0.5).",
		Overloads: []AggregateOverload{agg("APPROX_MEDIAN(x FLOAT) -> FLOAT NULL", reads(sketch, "Percentile", jen.Lit(0.5)))},
		Examples:  []AggregateExample{{`APPROX_MEDIAN(x)`, rows(`3`, `3`), `3e0`}},
	},
	{
		Name: "MAD", Category: Percentiles,
		Doc:       "Returns the median absolute deviation of x: the median of the distances of the values from their median. It keeps all values. NULL if there is none.",
		Overloads: []AggregateOverload{agg("MAD(x FLOAT) -> FLOAT", overValues("mad", 0, "Mad"))},
		Examples:  []AggregateExample{{`MAD(x)`, rows(`1`, `1`, `2`, `2`, `4`, `6`, `9`), `1e0`}},
	},
	{
		Name: "MODE", Category: Percentiles,
		Doc:       "Returns the most frequent x; of several the least. Also written MODE() WITHIN GROUP (ORDER BY x). It keeps all different values. NULL if there is none.",
		Overloads: []AggregateOverload{agg("MODE(x T ORDERED) -> T", mode)},
		Examples:  []AggregateExample{{`MODE(x)`, rows(`2`, `1`, `2`), `2`}, {`MODE(x)`, rows(`'b'`, `'a'`), `'a'`}},
	},
	{
		Name: "ENTROPY", Category: Percentiles,
		Doc: "Returns the entropy of x in bits: 0 if all values are equal, the logarithm of their number to base 2 if all differ. It keeps all different values. NULL if there is none.",
		Overloads: []AggregateOverload{agg("ENTROPY(x T ORDERED) -> FLOAT", func(t types.Col, args []types.Col) emit.Aggregate {
			return reads(tally(args[0].Type), "Entropy")(t, args)
		})},
		Examples: []AggregateExample{{`ENTROPY(x)`, rows(`'a'`, `'b'`, `'a'`, `'b'`), `1e0`}},
	},
	{
		Name: "APPROX_COUNT_DISTINCT", Category: Percentiles,
		Doc:       "Returns the number of different values of x that are not NULL: exactly up to 512, then with a standard error of 0.8 %, in bounded memory (HyperLogLog). It does not depend on the order of rows.",
		Overloads: []AggregateOverload{agg("APPROX_COUNT_DISTINCT(x T ORDERED) -> INTEGER NOT NULL", approxCount).idempotent()},
		Examples:  []AggregateExample{{`APPROX_COUNT_DISTINCT(x)`, rows(`'a'`, `'b'`, `'a'`, `NULL`), `2`}, {`APPROX_COUNT_DISTINCT(x)`, rows(`1`, `2`, `3`), `3`}},
	},
}

var sketch = record("sketch", symbol("quantile.Sketch"), 0)

// isShare checks that literal argument i lies from 0 to 1.
func isShare(i int) func(literals []any) (int, error) {
	return func(literals []any) (int, error) {
		if p, ok := literals[i].(float64); ok && !(p >= 0 && p <= 1) {
			return i, fmt.Errorf("a share lies between 0 and 1, not at %v; the 95th percentile is 0.95", p)
		}
		return 0, nil
	}
}

// values is the state that keeps all values of argument arg.
func values(t types.Type, arg int) emit.StateField {
	f := record("values", jen.Qual(emit.SQLFn, "Values").Types(emit.GoType(t)), arg)
	f.Grows = true
	f.Form = emit.StateOfForm(types.Col{Type: t})
	f.Add = func(b *emit.Block, f *jen.Statement, args []emit.Value) {
		b.Add(jen.Add(f).Dot("Add").Call(b.Kept(args[arg])))
	}
	return f
}

// isText tells whether values of t are texts in Go, which states must copy.
func isText(t types.Type) bool {
	return t.Kind == types.String || t.Kind == types.JSON || t.Kind == types.Bytes
}

// overValues is an aggregate that a function of runtime/sqlfn computes of all values.
func overValues(hint string, arg int, fn string, more ...jen.Code) func(t types.Col, args []types.Col) emit.Aggregate {
	return func(t types.Col, args []types.Col) emit.Aggregate {
		return emit.Aggregate{
			Fields: []emit.StateField{values(args[arg].Type, arg)},
			Final: func(b *emit.Block, f []*jen.Statement) emit.Value {
				return outcome(b, hint, t, symbol(fn).Call(append([]jen.Code{jen.Op("&").Add(f[0])}, more...)...))
			},
		}
	}
}

func percentile(arg int, p float64) func(t types.Col, args []types.Col) emit.Aggregate {
	return overValues("percentile", arg, "Percentile", jen.Lit(p))
}

// percentileAt is percentile with p as an argument.
func percentileAt(p, x int) func(t types.Col, args []types.Col, literals []any) emit.Aggregate {
	return func(t types.Col, args []types.Col, literals []any) emit.Aggregate {
		share, _ := literals[p].(float64)
		if len(literals) == 3 && literals[2] == true {
			share = 1 - share
		}
		return percentile(x, share)(t, args)
	}
}

// discrete is PERCENTILE_DISC.
func discrete(p, x int) func(t types.Col, args []types.Col, literals []any) emit.Aggregate {
	return func(t types.Col, args []types.Col, literals []any) emit.Aggregate {
		share, _ := literals[p].(float64)
		descending := len(literals) == 3 && literals[2] == true
		return ordering(values(args[x].Type, x), "Disc", args[x].Type, jen.Lit(share), jen.Lit(descending))(t, args)
	}
}

// tally is the state that counts each value.
func tally(t types.Type) emit.StateField {
	f := record("tally", jen.Qual(emit.SQLFn, "Tally").Types(emit.GoType(t)), 0)
	f.Grows = true
	f.Retract = func(b *emit.Block, f *jen.Statement, args []emit.Value) {
		b.Add(jen.Add(f).Dot("Remove").Call(b.Key(args[0])))
	}
	f.Form = emit.StateOfForm(types.Col{Type: t})
	f.Add = func(b *emit.Block, f *jen.Statement, args []emit.Value) {
		x := b.Let("x", args[0])
		in := b.Inner()
		kept := in.Kept(x)
		if x.Type.Kind == types.Float { // -0 is 0
			kept = x.Expr(emit.PrecAdd).Op("+").Lit(0)
		}
		in.Add(jen.Add(f).Dot("Keep").Call(kept))
		b.Add(jen.If(jen.Add(f).Dot("Add").Call(b.Key(x))).Block(in.Code()...))
	}
	return f
}

func mode(t types.Col, args []types.Col) emit.Aggregate {
	return ordering(tally(args[0].Type), "Mode", args[0].Type)(t, args)
}

// approxCount feeds a counter by the method for the kind of value.
func approxCount(_ types.Col, args []types.Col) emit.Aggregate {
	f := record("counter", symbol("cardinality.Counter"), 0)
	f.Add = func(b *emit.Block, f *jen.Statement, args []emit.Value) {
		x := args[0]
		switch {
		case x.Type.Nested():
			b.Add(jen.Add(f).Dot("AddKey").Call(b.Key(x)))
		case isText(x.Type):
			b.Add(jen.Add(f).Dot("AddText").Call(x.Arg()))
		case x.Type.Kind == types.Boolean || x.Type.Kind == types.Null:
			b.Add(jen.Add(f).Dot("AddBool").Call(x.Arg()))
		case x.Type.Kind == types.Float:
			b.Add(jen.Add(f).Dot("AddFloat").Call(x.Arg()))
		case x.Type.Kind == types.UUID:
			b.Add(jen.Add(f).Dot("AddUUID").Call(x.Arg()))
		case x.Type.Wide():
			x = b.Let("x", x)
			b.Add(jen.Add(f).Dot("AddWide").Call(x.Expr(emit.PrecUnary).Dot("Hi"), x.Expr(emit.PrecUnary).Dot("Lo")))
		default:
			b.Add(jen.Add(f).Dot("AddInt").Call(x.Arg()))
		}
	}
	return emit.Aggregate{Fields: []emit.StateField{f}, Final: func(_ *emit.Block, f []*jen.Statement) emit.Value {
		return emit.Of(types.TInteger, emit.PrecUnary, jen.Add(f[0]).Dot("Count").Call())
	}}
}
