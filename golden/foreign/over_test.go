package foreign

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
)

// TestOver compares functions over windows with DuckDB: random calls with random partitions, orders and frames over the whole table.
func TestOver(t *testing.T) {
	list := overCases(rand.New(rand.NewPCG(7, 11)), 240)
	have := ours(t, list, eachRow)
	var ask []question
	for _, c := range list {
		ask = append(ask, question{c.ours, c.duckdb, true})
	}
	got := duckDB(t, setup(), rows, ask)
	compared := 0
	for _, c := range list {
		for row := range rows {
			a, b := have[c.ours][row], got[c.ours][row]
			if b.refused != "" {
				t.Errorf("%s: DuckDB refuses: %s", c.duckdb, b.refused)
				break
			}
			if compared++; !agree(a, b) && !near(a, b) {
				t.Errorf("%s, row %d: %s, but DuckDB says %s", c.ours, row, a, b)
				break
			}
		}
	}
	if compared < 200*rows {
		t.Errorf("only %d results were compared", compared)
	}
}

// close tells whether two answers are numbers that differ in the order of additions only.
func near(a, b answer) bool {
	x, errX := strconv.ParseFloat(a.text, 64)
	y, errY := strconv.ParseFloat(b.text, 64)
	return errX == nil && errY == nil && !a.null && !b.null && a.refused == "" && math.Abs(x-y) <= 1e-9*max(math.Abs(x), math.Abs(y), 1)
}

// overCases are random calls, in our words and in DuckDB's.
func overCases(r *rand.Rand, n int) []aCase {
	var out []aCase
	seen := map[string]bool{}
	for len(out) < n {
		c := overCase(r)
		if !seen[c.ours] {
			seen[c.ours] = true
			out = append(out, c)
		}
	}
	return out
}

func pick[T any](r *rand.Rand, of ...T) T { return of[r.IntN(len(of))] }

func overCase(r *rand.Rand) aCase {
	var parts []string
	if r.IntN(4) > 0 {
		parts = append(parts, "PARTITION BY "+pick(r, "n % 3", "i % 4", "n % 2, j % 2", "s"))
	}
	nulls := func() string { return pick(r, "", " DESC") + pick(r, " NULLS FIRST", " NULLS LAST") }
	key := pick(r, "i", "f", "d", "t", "n", "s", "a")
	order := "ORDER BY " + key + nulls()
	switch r.IntN(11) {
	case 10:
		return spelledCase(r, append(parts, order+", id"+pick(r, "", " DESC")))
	case 0, 1, 2, 3: // a call whose result depends on the order of equal rows
		order += pick(r, "", ", j"+nulls()) + ", id" + pick(r, "", " DESC")
		x := pick(r, "i", "f", "d", "s", "t", "n + j")
		skip := pick(r, "", "", "IGNORE")
		distance := pick(r, "", ", 1", ", 2", ", 3", ", 0")
		return over(pick(r, "ROW_NUMBER()", fmt.Sprintf("NTILE(%d)", 1+r.IntN(6)),
			fmt.Sprintf("LAG(%s%s)%s", x, distance, skip), fmt.Sprintf("LEAD(%s%s)%s", x, distance, skip),
			"LAG(i, 2, -1)", "LEAD(s, 1, 'none')", "LAG(i, n)", "LEAD(d, n, d)",
			"FIRST_VALUE("+x+")"+skip, "LAST_VALUE("+x+")"+skip, fmt.Sprintf("NTH_VALUE(%s, %d)%s", x, 1+r.IntN(4), skip), "NTH_VALUE(i, n)"),
			append(parts, order), rowsFrame(r))
	case 4:
		return over(pick(r, "RANK()", "DENSE_RANK()", "PERCENT_RANK()", "CUME_DIST()"), append(parts, order), "")
	}
	call := pick(r, "COUNT(*)", "COUNT(i)", "SUM(i)", "SUM(d)", "SUM(f)", "AVG(f)", "AVG(i)", "MIN(i)", "MAX(d)", "MIN(s)", "MAX(s)", "MAX(t)", "MIN(f)", "STDDEV(f)", "VAR_POP(i)", "VARIANCE(f)",
		"COUNT(DISTINCT n)", "SUM(DISTINCT n)", "SUM(i) FILTER (WHERE j > 0)", "MAX(i) FILTER (WHERE j > 0)", "COUNT(*) FILTER (WHERE s > 'b')", "STDDEV_POP(f)")
	frame := ""
	switch r.IntN(5) {
	case 0:
		order += ", id"
		frame = rowsFrame(r)
	case 1, 2:
		unit := pick(r, "INTEGER", "FLOAT", "TIMESTAMP", "DECIMAL")
		key := map[string]string{"INTEGER": "i", "FLOAT": "f", "TIMESTAMP": "t", "DECIMAL": "d"}[unit]
		order = "ORDER BY " + key + nulls()
		frame = frameOf(r, "RANGE", func() string {
			n := r.IntN(60)
			switch unit {
			case "TIMESTAMP":
				return fmt.Sprintf("INTERVAL '%d' DAY", 10*n)
			case "FLOAT":
				return fmt.Sprintf("%d.25", 4*n)
			case "DECIMAL":
				return fmt.Sprintf("%d.5", 10*n)
			}
			return fmt.Sprint(n)
		})
	case 3:
		frame = frameOf(r, "GROUPS", func() string { return fmt.Sprint(r.IntN(4)) })
	}
	if r.IntN(8) == 0 && !strings.HasPrefix(frame, "RANGE") && !strings.HasPrefix(frame, "GROUPS") && frame == "" {
		return over(call, parts, "")
	}
	return over(call, append(parts, order), frame)
}

// spelledCase is a function that DuckDB does not have, and what it is there.
func spelledCase(r *rand.Rand, parts []string) aCase {
	x := pick(r, "i", "f", "d", "s", "t", "n")
	number := pick(r, "i", "n", "j")
	window := " OVER (" + strings.Join(parts, " ")
	upToHere := window + " ROWS UNBOUNDED PRECEDING)"
	known := func(x string) string { return "list(" + x + ") FILTER (WHERE " + x + " IS NOT NULL)" + upToHere }
	return pick(r,
		aCase{ours: "LOCF(" + x + ")" + window + ")", duckdb: "LAST_VALUE(" + x + " IGNORE NULLS)" + upToHere},
		aCase{ours: "CONDITIONAL_TRUE_EVENT(" + number + " > 1)" + window + ")", duckdb: "COUNT(*) FILTER (WHERE " + number + " > 1)" + upToHere},
		aCase{ours: "CONDITIONAL_CHANGE_EVENT(" + x + ")" + window + ")",
			duckdb: "coalesce(len(list_filter(list_zip((" + known(x) + ")[2:], " + known(x) + ", true), lambda p: p[1] <> p[2])), 0)"},
		aCase{ours: "EXPONENTIAL_MOVING_AVERAGE(" + number + ", 0.25)" + window + ")", duckdb: "list_reduce(" + known("CAST("+number+" AS DOUBLE)") + ", lambda a, v: a + 0.25 * (v - a))"},
		aCase{ours: "RATIO_TO_REPORT(" + number + ")" + window + ")", duckdb: "CAST(" + number + " AS DOUBLE) / NULLIF(SUM(" + number + ")" + window + "), 0)"})
}

func rowsFrame(r *rand.Rand) string {
	if r.IntN(4) == 0 {
		return ""
	}
	return frameOf(r, "ROWS", func() string { return fmt.Sprint(r.IntN(5)) })
}

// frameOf is a frame whose bounds are in order; distances need not be.
func frameOf(r *rand.Rand, unit string, distance func() string) string {
	bounds := []func() string{
		func() string { return "UNBOUNDED PRECEDING" },
		func() string { return distance() + " PRECEDING" },
		func() string { return "CURRENT ROW" },
		func() string { return distance() + " FOLLOWING" },
		func() string { return "UNBOUNDED FOLLOWING" },
	}
	from := r.IntN(4)
	to := max(from+r.IntN(5-from), 1)
	return unit + " BETWEEN " + bounds[from]() + " AND " + bounds[to]()
}

// over puts a call together: IGNORE NULLS stands inside of the parentheses in DuckDB.
func over(call string, parts []string, frame string) aCase {
	mine, theirs := call, call
	if head, ignores := strings.CutSuffix(call, "IGNORE"); ignores {
		mine, theirs = head+" IGNORE NULLS", strings.TrimSuffix(head, ")")+" IGNORE NULLS)"
	}
	ranks := strings.HasPrefix(call, "LAG") || strings.HasPrefix(call, "LEAD") || strings.HasPrefix(call, "ROW") || strings.HasPrefix(call, "NTILE")
	if frame != "" && !ranks {
		parts = append(parts[:len(parts):len(parts)], frame)
	}
	window := " OVER (" + strings.Join(parts, " ") + ")"
	return aCase{ours: mine + window, duckdb: theirs + window}
}
