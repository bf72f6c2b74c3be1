package builtin

import (
	"github.com/velostream/veloc/codegen/emit"
	"github.com/velostream/veloc/compiler/types"
)

// Aggregate is an aggregate function. Rows whose argument is NULL are skipped, except by COUNT(*), FIRST and LAST.
type Aggregate struct {
	Name      string
	Aliases   []string
	Category  Category
	Doc       string
	Overloads []AggregateOverload
	Examples  []AggregateExample
}

// AggregateOverload is one signature with its state.
type AggregateOverload struct {
	Sig   *types.Signature
	State func(t types.Col, args []types.Col, literals []any) emit.Aggregate
	// Retract is the state where rows are taken back; nil: State.
	Retract func(t types.Col, args []types.Col, literals []any) emit.Aggregate
	// Idempotent: adding an equal row again changes nothing, so DISTINCT means nothing.
	Idempotent bool
}

// AggregateExample is an aggregate over rows in order of arrival, and what it yields. A row is a SQL literal, the value of column x, or several with semicolons
// between them, those of x, y and z.
type AggregateExample struct {
	SQL  string
	Rows []string
	Want string
}

func agg(sig string, state func(t types.Col, args []types.Col) emit.Aggregate) AggregateOverload {
	return withLiterals(sig, func(t types.Col, args []types.Col, _ []any) emit.Aggregate { return state(t, args) })
}

// withLiterals is an overload whose state depends on literal arguments.
func withLiterals(sig string, state func(t types.Col, args []types.Col, literals []any) emit.Aggregate) AggregateOverload {
	return AggregateOverload{Sig: types.MustSignature(sig), State: state}
}

// idempotent says that adding an equal value again changes nothing, so that DISTINCT means nothing.
func (o AggregateOverload) idempotent() AggregateOverload {
	o.Idempotent = true
	return o
}

// check sets what is required of literal arguments.
func (o AggregateOverload) check(f func(literals []any) (int, error)) AggregateOverload {
	o.Sig.Check = f
	return o
}

func (o AggregateOverload) derive(f func(p []types.Type, literals []any) types.Type) AggregateOverload {
	o.Sig.Derive = f
	return o
}

func rows(x ...string) []string { return x }

// basicAggregates are those that everybody knows.
var basicAggregates = []*Aggregate{
	{
		Name: "COUNT", Category: Aggregation,
		Doc: "COUNT(*) is the number of rows, COUNT(x) the number of rows whose x is not NULL, COUNT(DISTINCT x) the number of different values of x that are not NULL.",
		Overloads: []AggregateOverload{
			agg("COUNT() -> INTEGER NOT NULL", countRows),
			agg("COUNT(x ANY) -> INTEGER NOT NULL", countValues),
		},
		Examples: []AggregateExample{
			{`COUNT(*)`, rows(`1`, `NULL`, `1`), `3`}, {`COUNT(x)`, rows(`1`, `NULL`, `1`), `2`}, {`COUNT(DISTINCT x)`, rows(`1`, `NULL`, `1`), `1`},
		},
	},
	{
		Name: "SUM", Category: Aggregation,
		Doc: "Returns the sum of x. Sums of INTEGER and DECIMAL are exact: an INTEGER sum that 64 bits cannot hold is an error, a DECIMAL sum has 38 digits. NULL if there is no value.",
		Overloads: []AggregateOverload{
			agg("SUM(x INTEGER) -> INTEGER", sumInteger),
			agg("SUM(x DECIMAL) -> DECIMAL", sumDecimal).derive(func(p []types.Type, _ []any) types.Type {
				return types.TDecimal(types.MaxPrecision, p[0].Scale)
			}),
			agg("SUM(x FLOAT) -> FLOAT", sumFloat),
			agg("SUM(x INTERVAL) -> INTERVAL", sumInterval),
		},
		Examples: []AggregateExample{
			{`SUM(x)`, rows(`1`, `NULL`, `2`), `3`}, {`SUM(x)`, rows(`1.10`, `2.20`), `3.30`}, {`SUM(x)`, rows(`NULL`), `NULL`}, {`SUM(DISTINCT x)`, rows(`2`, `2`, `5`), `7`},
		},
	},
	{
		Name: "AVG", Aliases: []string{"MEAN"}, Category: Aggregation,
		Doc: "Returns the mean of x. The mean of DECIMALs has four digits more after the point than they have, rounded half away from zero. NULL if there is no value.",
		Overloads: []AggregateOverload{
			agg("AVG(x INTEGER) -> FLOAT", avgInteger),
			agg("AVG(x DECIMAL) -> DECIMAL", avgDecimal).derive(func(p []types.Type, _ []any) types.Type {
				more := avgDigits(p[0])
				return types.TDecimal(p[0].Precision+more, p[0].Scale+more)
			}),
			agg("AVG(x FLOAT) -> FLOAT", avgFloat),
			agg("AVG(x INTERVAL) -> INTERVAL", avgInterval),
		},
		Examples: []AggregateExample{
			{`AVG(x)`, rows(`1`, `2`, `NULL`), `1.5e0`}, {`AVG(x)`, rows(`1.00`, `1.00`, `2.00`), `1.333333`},
		},
	},
	{
		Name: "MIN", Category: Aggregation,
		Doc:       "Returns the smallest x. NULL if there is no value.",
		Overloads: []AggregateOverload{agg("MIN(x T ORDERED) -> T", extremum("min", false)).idempotent().retracting(ranked("Min"))},
		Examples:  []AggregateExample{{`MIN(x)`, rows(`2`, `NULL`, `1`), `1`}, {`MIN(x)`, rows(`'b'`, `'a'`), `'a'`}},
	},
	{
		Name: "MAX", Category: Aggregation,
		Doc:       "Returns the greatest x. NULL if there is no value.",
		Overloads: []AggregateOverload{agg("MAX(x T ORDERED) -> T", extremum("max", true)).idempotent().retracting(ranked("Max"))},
		Examples:  []AggregateExample{{`MAX(x)`, rows(`2`, `NULL`, `1`), `2`}, {`MAX(x)`, rows(`1.5`, `2.25`), `2.25`}},
	},
	{
		Name: "FIRST", Aliases: []string{"FIRST_VALUE"}, Category: Collecting,
		Doc:       "Returns x of the row that arrived first, even if it is NULL.",
		Overloads: []AggregateOverload{agg("FIRST(x T) -> T", kept("first", true)).idempotent()},
		Examples:  []AggregateExample{{`FIRST(x)`, rows(`2`, `1`, `3`), `2`}, {`FIRST(x)`, rows(`NULL`, `1`), `NULL`}},
	},
	{
		Name: "LAST", Aliases: []string{"LAST_VALUE"}, Category: Collecting,
		Doc:       "Returns x of the row that arrived last, even if it is NULL.",
		Overloads: []AggregateOverload{agg("LAST(x T) -> T", kept("last", false)).idempotent()},
		Examples:  []AggregateExample{{`LAST(x)`, rows(`2`, `1`, `3`), `3`}, {`LAST(x)`, rows(`'a'`, `'b'`), `'b'`}},
	},
	{
		Name: "STDDEV", Aliases: []string{"STDDEV_SAMP"}, Category: Statistics,
		Doc:       "Returns the sample standard deviation of x. NULL if there are fewer than two values.",
		Overloads: []AggregateOverload{agg("STDDEV(x FLOAT) -> FLOAT NULL", moments("StddevSamp"))},
		Examples:  []AggregateExample{{`STDDEV(x)`, rows(`1`, `2`, `3`), `1e0`}, {`STDDEV(x)`, rows(`1`), `NULL`}},
	},
	{
		Name: "STDDEV_POP", Category: Statistics,
		Doc:       "Returns the standard deviation of x as a whole population. NULL if there is no value.",
		Overloads: []AggregateOverload{agg("STDDEV_POP(x FLOAT) -> FLOAT", moments("StddevPop"))},
		Examples:  []AggregateExample{{`STDDEV_POP(x)`, rows(`1`, `3`), `1e0`}},
	},
	{
		Name: "VARIANCE", Aliases: []string{"VAR_SAMP"}, Category: Statistics,
		Doc:       "Returns the sample variance of x. NULL if there are fewer than two values.",
		Overloads: []AggregateOverload{agg("VARIANCE(x FLOAT) -> FLOAT NULL", moments("VarSamp"))},
		Examples:  []AggregateExample{{`VARIANCE(x)`, rows(`1`, `3`), `2e0`}},
	},
	{
		Name: "VAR_POP", Category: Statistics,
		Doc:       "Returns the variance of x as a whole population. NULL if there is no value.",
		Overloads: []AggregateOverload{agg("VAR_POP(x FLOAT) -> FLOAT", moments("VarPop"))},
		Examples:  []AggregateExample{{`VAR_POP(x)`, rows(`1`, `3`), `1e0`}},
	},
}
