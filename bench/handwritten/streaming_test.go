package handwritten

import (
	"cmp"
	"fmt"
	"maps"
	"math/big"
	"slices"
	"time"
)

const bound = 5 * time.Second

// watermarks are where time stands with each row.
func watermarks(rows []row) []time.Time {
	highest := time.UnixMilli(-1 << 50)
	var marks []time.Time
	for _, r := range rows {
		if at := r["event_time"].(time.Time); at.After(highest) {
			highest = at
		}
		marks = append(marks, highest.Add(-bound))
	}
	return marks
}

// hopping puts each row into all windows of ten seconds that have not closed.
func hopping(rows []row) (lines []string, late int) {
	windows := map[time.Time][]row{}
	for i, mark := range watermarks(rows) {
		at := rows[i]["event_time"].(time.Time)
		start := at.Truncate(2 * time.Second)
		if start.After(at) {
			start = start.Add(-2 * time.Second)
		}
		open := false
		for k := range 5 {
			v := start.Add(time.Duration(-2*k) * time.Second)
			if v.Add(10 * time.Second).After(mark) {
				windows[v] = append(windows[v], rows[i])
				open = true
			}
		}
		if !open {
			late++
		}
	}
	var starts []time.Time
	for start := range windows {
		starts = append(starts, start)
	}
	slices.SortFunc(starts, time.Time.Compare)
	for _, start := range starts {
		for _, g := range groups(windows[start], "symbol") {
			lines = append(lines, fmt.Sprintf(`{"window_start":%s,"window_end":%s,%s`, value(start, 0), value(start.Add(10*time.Second), 0), g))
		}
	}
	return lines, late
}

// A naiveSession is the rows of a session, with the place of the first of them in the input.
type naiveSession struct {
	start, last time.Time
	born        int
	group
}

// sessions looks at all sessions of its trader with each row.
func sessions(rows []row) (lines []string, late int) {
	const gap = 10 * time.Second
	byTrader := map[string][]*naiveSession{}
	for i, mark := range watermarks(rows) {
		at, key := rows[i]["event_time"].(time.Time), keyOf(rows[i], "trader_id")
		isClosed := func(last time.Time) bool { return last.Before(mark.Add(-gap)) }
		joined := &naiveSession{at, at, i, group{key, []row{rows[i]}}}
		met := false
		byTrader[key] = slices.DeleteFunc(byTrader[key], func(s *naiveSession) bool {
			if isClosed(s.last) || at.After(s.last.Add(gap)) || at.Before(s.start.Add(-gap)) {
				return false
			}
			met = true
			if s.start.Before(joined.start) {
				joined.start = s.start
			}
			if s.last.After(joined.last) {
				joined.last = s.last
			}
			joined.born = min(joined.born, s.born)
			joined.rows = append(joined.rows, s.rows...)
			return true
		})
		if !met && isClosed(at) {
			late++
			continue
		}
		byTrader[key] = append(byTrader[key], joined)
	}
	all := slices.Concat(slices.Collect(maps.Values(byTrader))...)
	slices.SortFunc(all, func(a, b *naiveSession) int { return cmp.Or(a.last.Compare(b.last), cmp.Compare(a.born, b.born)) })
	for _, s := range all {
		var volume, most any
		for _, r := range s.rows {
			if q, ok := r["quantity"].(*big.Int); ok {
				if volume == nil {
					volume = new(big.Int)
				}
				volume = new(big.Int).Add(volume.(*big.Int), q)
			}
			if price, ok := r["price"].(*big.Rat); ok && (most == nil || price.Cmp(most.(*big.Rat)) > 0) {
				most = price
			}
		}
		lines = append(lines, fmt.Sprintf(`{"window_start":%s,"window_end":%s,%s,"trades":%d,"volume":%s,"max_price":%s}`,
			value(s.start, 0), value(s.last.Add(gap), 0), s.key, len(s.rows), value(volume, 0), value(most, 4)))
	}
	return lines, late
}

// lag sorts the rows that are not late.
func lag(rows []row) (lines []string, late int) {
	var kept []row
	for i, mark := range watermarks(rows) {
		if rows[i]["event_time"].(time.Time).Before(mark) {
			late++
			continue
		}
		kept = append(kept, rows[i])
	}
	slices.SortStableFunc(kept, func(a, b row) int { return a["event_time"].(time.Time).Compare(b["event_time"].(time.Time)) })
	previous := map[string]any{}
	for _, r := range kept {
		key := keyOf(r, "symbol")
		lines = append(lines, fmt.Sprintf(`{%s,"event_time":%s,"price":%s,"previous":%s}`, key, value(r["event_time"], 0), value(r["price"], 4), value(previous[key], 4)))
		previous[key] = r["price"]
	}
	return lines, late
}

// top10 ranks all rows of each symbol. NULLs come before all prices.
func top10(rows []row) (lines []string, late int) {
	for _, g := range groups(rows, "symbol") {
		slices.SortStableFunc(g.rows, func(a, b row) int {
			x, y := a["price"], b["price"]
			switch {
			case x == nil && y == nil:
				return 0
			case x == nil:
				return -1
			case y == nil:
				return 1
			}
			return y.(*big.Rat).Cmp(x.(*big.Rat))
		})
		for i, r := range g.rows[:min(10, len(g.rows))] {
			lines = append(lines, fmt.Sprintf(`{%s,"rn":%d,"price":%s,%s}`, g.key, i+1, value(r["price"], 4), keyOf(r, "order_id")))
		}
	}
	return lines, 0
}

func countDistinct(rows []row) (lines []string, late int) {
	for _, g := range groups(rows, "symbol") {
		traders := map[any]bool{}
		for _, r := range g.rows {
			if trader := r["trader_id"]; trader != nil {
				traders[trader] = true
			}
		}
		lines = append(lines, fmt.Sprintf(`{%s,"traders":%d}`, g.key, len(traders)))
	}
	return lines, 0
}
