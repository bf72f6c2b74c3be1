package oracle

import (
	"math/big"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/velostream/veloc/compiler/plan"
)

// userFunctions are what golden cases declare with CREATE FUNCTION, by their names in SQL, in terms of the evaluator's values: written once more, and not by calling
// the functions of the case, so that the conversions of arguments and results are compared as well. None gets a NULL but those of nullAware.
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
	"WIDER": func(args []any) any {
		middle, by := args[0].([]any)[2], args[1].(*big.Rat)
		if middle == nil {
			return nil
		}
		return mapping{{"high", new(big.Rat).Add(middle.(*big.Rat), by)}, {"low", new(big.Rat).Sub(middle.(*big.Rat), by)}}
	},
	"KNOWN": func(args []any) any {
		var known []any
		for _, x := range args[0].([]any) {
			if x != nil {
				known = append(known, x)
			}
		}
		return append(known, make([]any, len(args[0].([]any))-len(known))...)
	},
	"LETTERS": func(args []any) any {
		var out mapping
		for _, p := range args[0].(mapping) {
			if p.value == nil {
				out = out.put(p.key, nil)
				continue
			}
			out = out.put(p.key, int64(len([]rune(p.value.(string)))))
		}
		slices.SortFunc(out, func(a, b pair) int { return strings.Compare(a.key.(string), b.key.(string)) })
		return out
	},
}

// nullAware are those that are called with NULLs.
var nullAware = map[string]func(args []any) any{
	"LABEL": func(args []any) any {
		switch {
		case args[0] == nil:
			return nil
		case args[1] == nil:
			return args[0].(string) + " without bid"
		}
		return args[0].(string) + " at " + strconv.FormatFloat(args[1].(float64), 'f', -1, 64)
	},
	"QUOTE_OF": func(args []any) any {
		if args[0] == nil || args[1] == nil {
			return []any{args[0], args[1], nil}
		}
		return []any{args[0], args[1], rounded(new(big.Rat).SetFloat64((args[0].(float64)+args[1].(float64))/2), 3)}
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
	"MISSING": func(_ plan.Agg, rows [][]any) any {
		n := int64(0)
		for _, r := range rows {
			n += int64(btoi(r[0] == nil))
		}
		return n
	},
}
