package builtin

import (
	"fmt"

	"github.com/dave/jennifer/jen"

	"github.com/velostream/veloc/codegen/emit"
	"github.com/velostream/veloc/compiler/types"
)

// statisticalAggregates describe how values are spread, and how two variables hang together.
var statisticalAggregates = []*Aggregate{
	{
		Name: "SEM", Category: Statistics,
		Doc:       "Returns the standard error of the mean of x: the sample standard deviation divided by the root of the number of values. NULL if there are fewer than two.",
		Overloads: []AggregateOverload{agg("SEM(x FLOAT) -> FLOAT NULL", moments("StdErr"))},
		Examples:  []AggregateExample{{`SEM(x)`, rows(`1`, `3`, `NULL`), `1e0`}, {`SEM(x)`, rows(`1`), `NULL`}},
	},
	{
		Name: "SKEWNESS", Category: Statistics,
		Doc:       "Returns the skewness of x that a sample suggests. NULL if there are fewer than three values, or all are equal.",
		Overloads: []AggregateOverload{agg("SKEWNESS(x FLOAT) -> FLOAT NULL", rounding(fourMoments, "Skewness"))},
		Examples:  []AggregateExample{{`SKEWNESS(x)`, rows(`1`, `2`, `3`), `0e0`}, {`SKEWNESS(x)`, rows(`1`, `2`), `NULL`}},
	},
	{
		Name: "KURTOSIS", Aliases: []string{"KURTOSIS_SAMP"}, Category: Statistics,
		Doc:       "Returns the excess kurtosis of x that a sample suggests. NULL if there are fewer than four values, or all are equal.",
		Overloads: []AggregateOverload{agg("KURTOSIS(x FLOAT) -> FLOAT NULL", rounding(fourMoments, "Kurtosis"))},
		Examples:  []AggregateExample{{`KURTOSIS(x)`, rows(`1`, `1`, `3`, `3`), `-6e0`}, {`KURTOSIS(x)`, rows(`1`, `2`, `3`), `NULL`}},
	},
	{
		Name: "KURTOSIS_POP", Category: Statistics,
		Doc:       "Returns the excess kurtosis of x as a whole population. NULL if there are fewer than two values, or all are equal.",
		Overloads: []AggregateOverload{agg("KURTOSIS_POP(x FLOAT) -> FLOAT NULL", rounding(fourMoments, "KurtosisPop"))},
		Examples:  []AggregateExample{{`KURTOSIS_POP(x)`, rows(`1`, `3`, `NULL`), `-2e0`}},
	},
	pairs("CORR", "Corr", "FLOAT NULL", "Returns the coefficient of correlation (Pearson) of y and x, from -1 to 1. NULL if one of them does not vary.", `1e0`),
	pairs("COVAR_POP", "CovarPop", "FLOAT", "Returns the covariance of y and x as a whole population. NULL if there is no pair.", `2e0`),
	pairs("COVAR_SAMP", "CovarSamp", "FLOAT NULL", "Returns the covariance of y and x that a sample suggests. NULL if there are fewer than two pairs.", `4e0`),
	pairs("REGR_SLOPE", "Slope", "FLOAT NULL", "Returns the slope of the line y = slope × x + intercept that fits the pairs best. NULL if x does not vary.", `2e0`),
	pairs("REGR_INTERCEPT", "Intercept", "FLOAT NULL", "Returns where the line that fits the pairs best has x = 0. NULL if x does not vary.", `1e0`),
	pairs("REGR_R2", "R2", "FLOAT NULL", "Returns the share of y's variance that the line explains that fits the pairs best, from 0 to 1. NULL if x does not vary.", `1e0`),
	{
		Name: "REGR_COUNT", Category: Statistics,
		Doc: "Returns the number of pairs of which neither y nor x is NULL.",
		Overloads: []AggregateOverload{agg("REGR_COUNT(y FLOAT, x FLOAT) -> INTEGER NOT NULL", func(types.Col, []types.Col) emit.Aggregate {
			return emit.Aggregate{OrderSensitive: true, Fields: []emit.StateField{pairState}, Final: func(_ *emit.Block, f []*jen.Statement) emit.Value {
				return emit.Named(types.TInteger, jen.Add(f[0]).Dot("N"))
			}}
		})},
		Examples: []AggregateExample{{`REGR_COUNT(x, y)`, rows(`3; 1`, `NULL; 1`, `7; 3`), `2`}, {`REGR_COUNT(DISTINCT x, y)`, rows(`3; 1`, `3; 1`, `7; 1`), `2`}},
	},
	pairs("REGR_AVGX", "AvgX", "FLOAT", "Returns the mean of x over the pairs. NULL if there is no pair.", `2e0`),
	pairs("REGR_AVGY", "AvgY", "FLOAT", "Returns the mean of y over the pairs. NULL if there is no pair.", `5e0`),
	pairs("REGR_SXX", "SXX", "FLOAT", "Returns the sum of squared distances of x from its mean. NULL if there is no pair.", `2e0`),
	pairs("REGR_SYY", "SYY", "FLOAT", "Returns the sum of squared distances of y from its mean. NULL if there is no pair.", `8e0`),
	pairs("REGR_SXY", "SXY", "FLOAT", "Returns the sum of products of the distances of y and x from their means. NULL if there is no pair.", `4e0`),
	{
		Name: "GEOMEAN", Aliases: []string{"GEOMETRIC_MEAN"}, Category: Statistics,
		Doc:       "Returns the geometric mean of x. NULL if there is no value, or a negative one.",
		Overloads: []AggregateOverload{agg("GEOMEAN(x FLOAT) -> FLOAT NULL", rounding(record("logarithms", jen.Qual(emit.SQLFn, "Geo"), 0), "Mean"))},
		Examples:  []AggregateExample{{`GEOMEAN(x)`, rows(`1`, `1`, `NULL`), `1e0`}, {`GEOMEAN(x)`, rows(`0`, `4`), `0e0`}, {`GEOMEAN(x)`, rows(`-1`), `NULL`}},
	},
	{
		Name: "PRODUCT", Category: Statistics,
		Doc:       "Returns the product of x. NULL if there is no value.",
		Overloads: []AggregateOverload{agg("PRODUCT(x FLOAT) -> FLOAT", rounding(record("product", jen.Qual(emit.SQLFn, "Product"), 0), "Value"))},
		Examples:  []AggregateExample{{`PRODUCT(x)`, rows(`2`, `3`, `NULL`), `6e0`}},
	},
	{
		Name: "WEIGHTED_AVG", Aliases: []string{"WAVG", "AVG_WEIGHTED", "VWAP"}, Category: Statistics,
		Doc:       "Returns the mean of x in which each value counts by its weight: of prices by volumes, for example. NULL if the weights add up to nothing.",
		Overloads: []AggregateOverload{agg("WEIGHTED_AVG(x FLOAT, weight FLOAT) -> FLOAT NULL", rounding(record("weighted", jen.Qual(emit.SQLFn, "Weighted"), 0, 1), "Mean"))},
		Examples:  []AggregateExample{{`WEIGHTED_AVG(x, y)`, rows(`10; 1`, `20; 3`), `17.5e0`}},
	},
	{
		Name: "EWMA", Category: Statistics,
		Doc: "Returns the exponentially weighted moving average of x in order of arrival: each value weighs alpha, all before it together 1 - alpha. NULL if there is no value.",
		Overloads: []AggregateOverload{withLiterals("EWMA(x FLOAT, alpha FLOAT LITERAL) -> FLOAT", smoothed).check(func(literals []any) (int, error) {
			if a, ok := literals[1].(float64); ok && !(a > 0 && a <= 1) {
				return 1, fmt.Errorf("alpha lies above 0 and is at most 1, not %v", a)
			}
			return 0, nil
		})},
		Examples: []AggregateExample{{`EWMA(x, 0.5)`, rows(`1`, `2`, `4`), `2.75e0`}},
	},
}

var fourMoments = record("fourMoments", jen.Qual(emit.SQLFn, "Moments4"), 0)

var pairState = record("pairs", jen.Qual(emit.SQLFn, "Pairs"), 0, 1)

// pairs is an aggregate of a dependent and an independent variable; all of them share one state.
func pairs(name, method, result, doc, example string) *Aggregate {
	return &Aggregate{
		Name: name, Category: Statistics, Doc: doc,
		Overloads: []AggregateOverload{agg(name+"(y FLOAT, x FLOAT) -> "+result, rounding(pairState, method))},
		Examples:  []AggregateExample{{name + `(x, y)`, rows(`3; 1`, `NULL; 1`, `7; 3`), example}},
	}
}

// smoothed passes alpha along with each value.
func smoothed(t types.Col, args []types.Col, literals []any) emit.Aggregate {
	alpha, _ := literals[1].(float64)
	field := emit.StateField{
		Name: "smoothed", Type: jen.Qual(emit.SQLFn, "Smoothed"), Form: emit.StateForm(),
		Add: func(b *emit.Block, f *jen.Statement, args []emit.Value) {
			b.Add(jen.Add(f).Dot("Add").Call(args[0].Arg(), jen.Lit(alpha)))
		},
		Merge: mergeInto,
	}
	a := rounding(field, "Mean")(t, args)
	a.Ordered = true
	return a
}
