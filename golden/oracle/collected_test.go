package oracle

import (
	"math"
	"math/big"
	"slices"
	"sort"
	"strings"

	"github.com/velostream/veloc/compiler/expr"
	"github.com/velostream/veloc/compiler/plan"
	"github.com/velostream/veloc/compiler/types"
)

// taken are the arguments of the rows that an aggregate takes: none of them NULL, and each list once under DISTINCT.
func taken(a plan.Agg, i int, rows []fed) [][]any {
	var out [][]any
	seen := map[string]bool{}
next:
	for _, r := range rows {
		if r[i] == nil {
			continue
		}
		args := r[i][:len(a.Args)]
		for _, x := range args {
			if x == nil && (!slices.Contains([]string{"NTH", "ARRAY_AGG", "MAP_AGG", "MISSING"}, a.Name) || a.IgnoreNulls) {
				continue next
			}
		}
		if a.Distinct && seen[identity(args)] {
			continue
		}
		seen[identity(args)] = true
		out = append(out, args)
	}
	return out
}

// inOrderOf are the rows in the order that an aggregate asks for; rows that it does not take are left out.
func inOrderOf(a plan.Agg, i int, rows []fed) []fed {
	if len(a.OrderBy) == 0 {
		return rows
	}
	var out []fed
	for _, r := range rows {
		if r[i] != nil {
			out = append(out, r)
		}
	}
	sort.SliceStable(out, func(p, q int) bool {
		for k, key := range a.OrderBy {
			x, y := out[p][i][len(a.Args)+k], out[q][i][len(a.Args)+k]
			switch {
			case x == nil && y == nil:
				continue
			case x == nil || y == nil:
				return (x == nil) == key.NullsFirst
			}
			if order, _ := compare(x, y); order != 0 {
				return (order < 0) != key.Desc
			}
		}
		return false
	})
	return out
}

// collected are the aggregates that look at all rows of a group together.
var collected = map[string]func(a plan.Agg, rows [][]any) any{
	"MEDIAN":          func(a plan.Agg, rows [][]any) any { return percentile(valuesOf(rows, 0), 0.5) },
	"PERCENTILE_CONT": func(a plan.Agg, rows [][]any) any { return percentile(valuesOf(rows, 1), constantOf(a, 0)) },
	"PERCENTILE_DISC": func(a plan.Agg, rows [][]any) any { return discrete(valuesOf(rows, 1), constantOf(a, 0)) },
	"MODE":            mode,
	"ENTROPY":         entropy,
	"APPROX_COUNT_DISTINCT": func(a plan.Agg, rows [][]any) any { // exact, as it is for so few
		seen := map[string]bool{}
		for _, r := range rows {
			seen[identity(r)] = true
		}
		return int64(len(seen))
	},
	"COUNT_IF": func(a plan.Agg, rows [][]any) any {
		n := int64(0)
		for _, r := range rows {
			n += int64(btoi(r[0].(bool)))
		}
		return n
	},
	"BOOL_AND": func(a plan.Agg, rows [][]any) any { return anyIs(rows, false, false) },
	"BOOL_OR":  func(a plan.Agg, rows [][]any) any { return anyIs(rows, true, true) },
	"BIT_AND":  func(a plan.Agg, rows [][]any) any { return bits(rows, (*big.Int).And) },
	"BIT_OR":   func(a plan.Agg, rows [][]any) any { return bits(rows, (*big.Int).Or) },
	"BIT_XOR":  func(a plan.Agg, rows [][]any) any { return bits(rows, (*big.Int).Xor) },
	"DELTA":    delta,
	"ANY_VALUE": func(a plan.Agg, rows [][]any) any {
		if len(rows) == 0 {
			return nil
		}
		return rows[0][0]
	},
	"LAST_NOT_NULL": func(a plan.Agg, rows [][]any) any {
		if len(rows) == 0 {
			return nil
		}
		return rows[len(rows)-1][0]
	},
	"NTH": func(a plan.Agg, rows [][]any) any {
		if n := a.Args[1].(*expr.Lit).Val.(int64); n <= int64(len(rows)) {
			return rows[n-1][0]
		}
		return nil
	},
	"ARG_MIN":    func(a plan.Agg, rows [][]any) any { return beside(rows, -1) },
	"ARG_MAX":    func(a plan.Agg, rows [][]any) any { return beside(rows, 1) },
	"STRING_AGG": stringAgg,
	"ARRAY_AGG":  func(a plan.Agg, rows [][]any) any { return listOf(valuesOf(rows, 0)) },
	"MAP_AGG": func(a plan.Agg, rows [][]any) any {
		m := mapping{}
		for _, r := range rows {
			if r[0] != nil {
				m = m.put(r[0], r[1])
			}
		}
		if len(m) == 0 {
			return nil
		}
		return m
	},
	"HISTOGRAM": func(a plan.Agg, rows [][]any) any {
		m := mapping{}
		for _, x := range sorted(valuesOf(rows, 0)) {
			n := int64(1)
			if last := len(m) - 1; last >= 0 && identity([]any{m[last].key}) == identity([]any{x}) {
				n += m[last].value.(int64)
			}
			m = m.put(x, n)
		}
		if len(m) == 0 {
			return nil
		}
		return m
	},
	"TOP_K":         func(a plan.Agg, rows [][]any) any { return foremost(a, rows, true) },
	"BOTTOM_K":      func(a plan.Agg, rows [][]any) any { return foremost(a, rows, false) },
	"MOST_FREQUENT": mostFrequent,
	"COVAR_POP": func(a plan.Agg, rows [][]any) any {
		if len(rows) == 0 {
			return nil
		}
		sxy, _, _ := spreads(rows)
		return toFloat(sxy.Quo(sxy, rat(int64(len(rows)))))
	},
	"REGR_SLOPE": func(a plan.Agg, rows [][]any) any {
		sxy, _, sxx := spreads(rows)
		if sxx.Sign() == 0 {
			return nil
		}
		return toFloat(sxy.Quo(sxy, sxx))
	},
	"CORR": func(a plan.Agg, rows [][]any) any {
		sxy, syy, sxx := spreads(rows)
		if sxx.Sign() == 0 || syy.Sign() == 0 {
			return nil
		}
		return toFloat(sxy) / math.Sqrt(toFloat(sxx)*toFloat(syy))
	},
	"SKEWNESS":     func(a plan.Agg, rows [][]any) any { return skewness(valuesOf(rows, 0)) },
	"KURTOSIS_POP": func(a plan.Agg, rows [][]any) any { return kurtosis(valuesOf(rows, 0)) },
}

// listOf is an ARRAY; NULL if it is empty.
func listOf(xs []any) any {
	if len(xs) == 0 {
		return nil
	}
	return xs
}

// foremost is the greatest or the smallest values.
func foremost(a plan.Agg, rows [][]any, greatest bool) any {
	xs := sorted(valuesOf(rows, 0))
	if greatest {
		slices.Reverse(xs)
	}
	return listOf(xs[:min(len(xs), int(a.Args[1].(*expr.Lit).Val.(int64)))])
}

// mostFrequent takes away the mode, again and again.
func mostFrequent(a plan.Agg, rows [][]any) any {
	var out []any
	for k := a.Args[1].(*expr.Lit).Val.(int64); k > 0 && len(rows) > 0; k-- {
		m := mode(a, rows)
		out = append(out, m)
		rows = slices.DeleteFunc(slices.Clone(rows), func(r []any) bool { return identity(r[:1]) == identity([]any{m}) })
	}
	return listOf(out)
}

func constantOf(a plan.Agg, arg int) float64 { return a.Args[arg].(*expr.Lit).Val.(float64) }

func valuesOf(rows [][]any, i int) []any {
	var out []any
	for _, r := range rows {
		out = append(out, r[i])
	}
	return out
}

func sorted(xs []any) []any {
	out := append([]any(nil), xs...)
	sort.SliceStable(out, func(i, j int) bool { order, _ := compare(out[i], out[j]); return order < 0 })
	return out
}

func percentile(xs []any, p float64) any {
	if len(xs) == 0 {
		return nil
	}
	xs = sorted(xs)
	at := p * float64(len(xs)-1)
	low, high := xs[int(math.Floor(at))].(float64), xs[int(math.Ceil(at))].(float64)
	return low + (high-low)*(at-math.Floor(at))
}

// discrete is the first value of which the share of values up to it is at least p.
func discrete(xs []any, p float64) any {
	for i, x := range sorted(xs) {
		if float64(i+1)/float64(len(xs)) >= p {
			return x
		}
	}
	return nil
}

func counts(rows [][]any) (map[string]int, map[string]any) {
	n, values := map[string]int{}, map[string]any{}
	for _, r := range rows {
		n[identity(r)]++
		values[identity(r)] = r[0]
	}
	return n, values
}

func mode(_ plan.Agg, rows [][]any) any {
	n, values := counts(rows)
	var best any
	most := 0
	for id, count := range n {
		x := values[id]
		order := 0
		if best != nil {
			order, _ = compare(x, best)
		}
		if count > most || count == most && order < 0 {
			best, most = x, count
		}
	}
	return best
}

func entropy(_ plan.Agg, rows [][]any) any {
	if len(rows) == 0 {
		return nil
	}
	n, _ := counts(rows)
	h := 0.0
	for _, count := range n {
		p := float64(count) / float64(len(rows))
		h += p * math.Log2(1/p)
	}
	return h
}

func anyIs(rows [][]any, x, then bool) any {
	if len(rows) == 0 {
		return nil
	}
	for _, r := range rows {
		if r[0] == x {
			return then
		}
	}
	return !then
}

func bits(rows [][]any, op func(z, x, y *big.Int) *big.Int) any {
	if len(rows) == 0 {
		return nil
	}
	z := big.NewInt(rows[0][0].(int64))
	for _, r := range rows[1:] {
		op(z, z, big.NewInt(r[0].(int64)))
	}
	return z.Int64()
}

func delta(a plan.Agg, rows [][]any) any {
	if len(rows) == 0 {
		return nil
	}
	xs := sorted(valuesOf(rows, 0))
	switch low := xs[0].(type) {
	case int64:
		return integer(new(big.Int).Sub(big.NewInt(xs[len(xs)-1].(int64)), big.NewInt(low)))
	case float64:
		return xs[len(xs)-1].(float64) - low
	case *big.Rat:
		return decimal(new(big.Rat).Sub(xs[len(xs)-1].(*big.Rat), low), a.Col.Type)
	}
	panic("bug: DELTA of another type")
}

// beside is the first value of the rows whose second value is the least or the greatest.
func beside(rows [][]any, want int) any {
	var best []any
	for _, r := range rows {
		order := want
		if best != nil {
			order, _ = compare(r[1], best[1])
		}
		if order*want > 0 {
			best = r
		}
	}
	if best == nil {
		return nil
	}
	return best[0]
}

func stringAgg(a plan.Agg, rows [][]any) any {
	if len(rows) == 0 {
		return nil
	}
	separator := ","
	if len(a.Args) == 2 {
		separator = a.Args[1].(*expr.Lit).Val.(string)
	}
	var parts []string
	for _, r := range rows {
		parts = append(parts, text(r[0], a.Args[0].Col().Type))
	}
	return strings.Join(parts, separator)
}

// spreads are the sums of products of distances from the means: of both variables, of the first with itself, of the second with itself.
func spreads(rows [][]any) (both, first, second *big.Rat) {
	moment := func(i, j int) *big.Rat {
		mi, mj := exactMean(valuesOf(rows, i)), exactMean(valuesOf(rows, j))
		sum := new(big.Rat)
		for _, r := range rows {
			x, y := new(big.Rat).SetFloat64(r[i].(float64)), new(big.Rat).SetFloat64(r[j].(float64))
			sum.Add(sum, x.Sub(x, mi).Mul(x, y.Sub(y, mj)))
		}
		return sum
	}
	return moment(0, 1), moment(0, 0), moment(1, 1)
}

func exactMean(xs []any) *big.Rat {
	sum := new(big.Rat)
	for _, x := range xs {
		sum.Add(sum, new(big.Rat).SetFloat64(x.(float64)))
	}
	if len(xs) > 0 {
		sum.Quo(sum, rat(int64(len(xs))))
	}
	return sum
}

// central is the mean of the n-th powers of distances from the mean.
func central(xs []any, n int) float64 {
	m, sum := exactMean(xs), new(big.Rat)
	for _, x := range xs {
		d := new(big.Rat).SetFloat64(x.(float64))
		d.Sub(d, m)
		p := rat(1)
		for range n {
			p.Mul(p, d)
		}
		sum.Add(sum, p)
	}
	return toFloat(sum.Quo(sum, rat(int64(len(xs)))))
}

func skewness(xs []any) any {
	n := float64(len(xs))
	if n < 3 || central(xs, 2) == 0 {
		return nil
	}
	return math.Sqrt(n*(n-1)) / (n - 2) * central(xs, 3) / math.Pow(central(xs, 2), 1.5)
}

func kurtosis(xs []any) any {
	if len(xs) < 2 || central(xs, 2) == 0 {
		return nil
	}
	return central(xs, 4)/math.Pow(central(xs, 2), 2) - 3
}

// ofKind are aggregates that give a kind, as templates of writer.format; those of inOrder depend on the order of rows, or of adding.
var ofKind = map[types.Kind][]string{
	types.Integer: {"COUNT_IF({b})", "BIT_AND({i})", "BIT_OR({i})", "BIT_XOR({i})", "BIT_XOR(DISTINCT {i})", "SUM(DISTINCT {i})", "DELTA({i})", "PERCENTILE_DISC(0.3, {i})", "MODE({i})",
		"APPROX_COUNT_DISTINCT({x})", "DELTA({i} % 100)"},
	types.Float:    {"MEDIAN({i})", "MEDIAN({d})", "MEDIAN(DISTINCT {i})", "PERCENTILE_CONT(0.9, {d})", "PERCENTILE_CONT(0, {i})", "AVG(DISTINCT {i})"},
	types.Decimal:  {"PERCENTILE_DISC(0.75, {d})", "MODE({d})", "DELTA({d})", "SUM(DISTINCT {d})"},
	types.String:   {"MODE({s})", "PERCENTILE_DISC(0.5, {s})"},
	types.Boolean:  {"BOOL_AND({b})", "BOOL_OR({b})", "MODE({b})"},
	types.Date:     {"MODE({D})", "PERCENTILE_DISC(0.1, {D})"},
	types.Interval: {"SUM(DISTINCT {v})", "MODE({v})"},
	types.Array:    {"TOP_K({i}, 2)", "TOP_K(DISTINCT {i} % 5, 3)", "BOTTOM_K({i}, 3)", "MOST_FREQUENT({i} % 4, 3)", "MODE({a})", "PERCENTILE_DISC(0.5, {a})"},
	types.Map:      {"HISTOGRAM({s})", "HISTOGRAM(LEFT({s}, 1))"},
	types.Struct:   {"MODE({p})"},
}

var inOrder = map[types.Kind][]string{
	types.Integer: {"ARG_MIN({i}, {s})", "ARG_MAX({i}, {d})", "NTH({i}, 2)", "ANY_VALUE({i})", "LAST_NOT_NULL({i})"},
	types.Float:   {"SUM(DISTINCT {i} % 10 + 0.5e0)"},
	types.Decimal: {"ARG_MIN({d}, {i})", "LAST_NOT_NULL({d})"},
	types.String: {"STRING_AGG({s}, '|')", "STRING_AGG({i})", "STRING_AGG(DISTINCT {s}, '; ')", "STRING_AGG({s}, '|' ORDER BY {i} DESC, {s})", "STRING_AGG(DISTINCT {s}, ',' ORDER BY {s})",
		"FIRST({s} ORDER BY {i})", "LAST({s} ORDER BY {d} DESC NULLS LAST)", "NTH({s}, 2 ORDER BY {i} NULLS FIRST)", "ARG_MAX({s}, {i})", "ARG_MIN({s}, {s})", "NTH({s}, 3)", "ANY_VALUE({s})", "LAST_NOT_NULL({s})"},
	types.Boolean:   {"ARG_MAX({b}, {s})", "NTH({b}, 1)"},
	types.Timestamp: {"ARG_MAX({t}, {i})", "ANY_VALUE({t})"},
	types.Date:      {"LAST_NOT_NULL({D})"},
	types.Array:     {"ARRAY_AGG({i})", "ARRAY_AGG(DISTINCT {i} % 3)", "ARRAY_AGG({i} ORDER BY {s}, {i})", "ARRAY_AGG({i} ORDER BY {p} DESC)", "ARG_MAX({a}, {a})"},
	types.Map:       {"MAP_AGG({s}, {i})", "MAP_AGG({L}, {i} ORDER BY {i})"},
}

// inexact are aggregates whose last digits depend on how they are computed.
var inexact = []string{"STDDEV({i})", "VARIANCE({i})", "VAR_POP({i})", "STDDEV_POP({i})", "ENTROPY({s})", "ENTROPY({x})", "COVAR_POP({i} % 10, {i} % 7)", "CORR({i} % 100, {i} % 9)",
	"REGR_SLOPE({i} % 10, {i} % 5)", "SKEWNESS({i} % 20)", "KURTOSIS_POP({i} % 20)"}
