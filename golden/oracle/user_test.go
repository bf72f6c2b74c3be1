package oracle

import (
	"math/big"
	"strings"
	"time"

	"github.com/velostream/veloc/compiler/plan"
)

// userFunctions are what golden cases declare with CREATE FUNCTION, by their names in SQL, in terms of the evaluator's values: written once more, and not by calling
// the functions of the case, so that the conversions of arguments and results are compared as well. None gets a NULL.
var userFunctions = map[string]func(args []any) any{
	"BID_ASK": func(args []any) any { return args[1].(float64) - args[0].(float64) },
	"MARKET": func(args []any) any {
		if market, _, ok := strings.Cut(args[0].(string), "."); ok {
			return market
		}
		return nil
	},
	"ROOT": func(args []any) any {
		x := args[0].(float64)
		if x < 0 {
			fail("a negative number has no root")
		}
		return floatFunctions["SQRT"]([]any{x})
	},
	"TOMORROW": func(args []any) any { return args[0].(int64) + 86400e9 },
	"WITH_TAX": func(args []any) any {
		return rounded(new(big.Rat).Mul(args[0].(*big.Rat), big.NewRat(12, 10)), 2)
	},
	"FIRST_OF_MONTH": func(args []any) any {
		day := calendarDay(args[0].(int64))
		if day.Day() == 1 {
			return nil
		}
		return dayNumber(time.Date(day.Year(), day.Month(), 1, 0, 0, 0, 0, time.UTC))
	},
	"ROUNDED": func(args []any) any {
		span := args[0].(int64)
		if span < 0 {
			fail("a negative span")
		}
		return (span + 1800e9) / 3600e9 * 3600e9
	},
	"FINGERPRINT": func(args []any) any { return raw(strings.ToUpper(args[0].(string))) },
	"SPREAD_OF": func(args []any) any {
		prices := sorted(args[0].([]any))
		return prices[len(prices)-1].(float64) - prices[0].(float64)
	},
}

// userAggregates are the aggregates among them.
var userAggregates = map[string]func(a plan.Agg, rows [][]any) any{
	"HARMONIC": func(_ plan.Agg, rows [][]any) any {
		if len(rows) == 0 {
			return nil
		}
		sum := 0.0
		for _, r := range rows {
			sum += 1 / r[0].(float64)
		}
		return float64(len(rows)) / sum
	},
}
