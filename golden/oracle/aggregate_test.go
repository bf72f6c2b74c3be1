package oracle

import (
	"math"
	"math/big"

	"github.com/velostream/veloc/compiler/plan"
	"github.com/velostream/veloc/compiler/types"
)

// fed is what one row gives to the aggregates of its group: per aggregate its arguments, or nil where FILTER keeps it out.
type fed [][]any

// feed computes what a row gives to each aggregate; it fails if one of them has no value.
func feed(v *env, aggs []plan.Agg) fed {
	out := make(fed, len(aggs))
	for i, a := range aggs {
		if a.Filter != nil && v.eval(a.Filter) != true {
			continue
		}
		out[i] = make([]any, len(a.Args))
		for k, x := range a.Args {
			out[i][k] = v.eval(x)
		}
		for _, k := range a.OrderBy { // behind the arguments
			out[i] = append(out[i], v.eval(k.E))
		}
	}
	return out
}

// finals are the results of all aggregates over the rows of a group.
func finals(aggs []plan.Agg, rows []fed) []any {
	out := make([]any, len(aggs))
	for i, a := range aggs {
		out[i] = final(a, i, rows)
	}
	return out
}

func final(a plan.Agg, i int, rows []fed) any {
	rows = inOrderOf(a, i, rows)
	for _, known := range []map[string]func(plan.Agg, [][]any) any{userAggregates, collected} {
		if f := known[a.Name]; f != nil {
			return f(a, taken(a, i, rows))
		}
	}
	var all, present []any
	count := int64(0)
	seen := map[string]bool{}
	for _, r := range rows {
		if r[i] == nil {
			continue
		}
		count++
		if len(a.Args) == 0 {
			continue
		}
		x := r[i][0]
		all = append(all, x)
		if x == nil || a.Distinct && seen[identity([]any{x})] {
			continue
		}
		seen[identity([]any{x})] = true
		present = append(present, x)
	}
	switch {
	case a.Name == "COUNT" && len(a.Args) == 0:
		return count
	case a.Name == "COUNT":
		return int64(len(present))
	case a.Name == "FIRST" && len(all) > 0:
		return all[0]
	case a.Name == "LAST" && len(all) > 0:
		return all[len(all)-1]
	case len(present) == 0:
		return nil
	}
	switch a.Name {
	case "MIN", "MAX":
		return extreme(present, a.Name == "MAX")
	case "SUM":
		return sum(present, a.Col.Type)
	case "AVG":
		return mean(present, a.Args[0].Col().Type, a.Col.Type)
	}
	return moment(a.Name, present)
}

// exactSum adds numbers that are not FLOAT.
func exactSum(xs []any) *big.Rat {
	total := new(big.Rat)
	for _, x := range xs {
		if n, ok := x.(int64); ok {
			x = rat(n)
		}
		total.Add(total, x.(*big.Rat))
	}
	return total
}

// floatSum adds in the order of the rows, as it is defined for FLOAT.
func floatSum(xs []any) float64 {
	total := 0.0
	for _, x := range xs {
		total += x.(float64)
	}
	return total
}

func sum(xs []any, t types.Type) any {
	switch t.Kind {
	case types.Float:
		return floatSum(xs)
	case types.Decimal:
		return decimal(exactSum(xs), t)
	}
	return integer(exactSum(xs).Num())
}

func mean(xs []any, from, t types.Type) any {
	n := rat(int64(len(xs)))
	switch from.Kind {
	case types.Float:
		return floatSum(xs) / float64(len(xs))
	case types.Integer:
		return toFloat(exactSum(xs)) / float64(len(xs))
	case types.Decimal:
		return decimal(n.Quo(exactSum(xs), n), t)
	}
	return integer(mantissa(n.Quo(exactSum(xs), n), 0))
}

// moment is a variance or standard deviation, by its definition and exactly; the job's may differ in the last digits.
func moment(name string, xs []any) any {
	n := int64(len(xs))
	m := new(big.Rat)
	for _, x := range xs {
		m.Add(m, new(big.Rat).SetFloat64(x.(float64)))
	}
	m.Quo(m, rat(n))
	squares := new(big.Rat)
	for _, x := range xs {
		d := new(big.Rat).SetFloat64(x.(float64))
		d.Sub(d, m)
		squares.Add(squares, d.Mul(d, d))
	}
	if name == "VARIANCE" || name == "STDDEV" {
		if n < 2 {
			return nil
		}
		n--
	}
	v := toFloat(squares.Quo(squares, rat(n)))
	if name == "STDDEV" || name == "STDDEV_POP" {
		return math.Sqrt(v)
	}
	return v
}
