package handwritten

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/big"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// The naive evaluation: encoding/json into maps, big.Rat for every number, and every group kept as the
// list of its rows. It shares nothing with the programs.

type row map[string]any // string, *big.Rat, *big.Int or time.Time; no entry is NULL

var stringColumns = []string{"order_id", "symbol", "side", "venue", "trader_id"}

// columns are those that the queries read: others may hold values of any type.
var columns = map[string][]string{
	"passthrough":         {"order_id", "symbol", "side", "price", "quantity", "venue", "trader_id", "event_time", "flags"},
	"filter_project":      {"symbol", "price", "quantity"},
	"group_by":            {"symbol", "price", "quantity"},
	"tumbling_1m":         {"symbol", "price", "quantity", "event_time"},
	"tumbling_1m_changes": {"symbol", "price", "quantity", "event_time"},
}

func read(t *testing.T, path string, columns []string) (rows []row, rejected int) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	windowed := slices.Contains(columns, "event_time") && len(columns) == 4
	for line := range bytes.SplitSeq(text, []byte{'\n'}) {
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		r, err := parse(line, columns)
		if err != nil || windowed && r["event_time"] == nil {
			rejected++
			continue
		}
		rows = append(rows, r)
	}
	return rows, rejected
}

func parse(line []byte, columns []string) (row, error) {
	decoder := json.NewDecoder(bytes.NewReader(line))
	decoder.UseNumber()
	var object map[string]any
	if err := decoder.Decode(&object); err != nil {
		return nil, err
	}
	if _, err := decoder.Token(); err != io.EOF || object == nil {
		return nil, errors.New("not one object")
	}
	r := row{}
	for _, c := range columns {
		v := object[c]
		if v == nil {
			continue
		}
		typed, err := convert(c, v)
		if err != nil {
			return nil, err
		}
		r[c] = typed
	}
	return r, nil
}

func convert(column string, v any) (any, error) {
	if slices.Contains(stringColumns, column) {
		if s, ok := v.(string); ok {
			return s, nil
		}
		return nil, errors.New("not a string")
	}
	n, ok := v.(json.Number)
	if s, isString := v.(string); isString && column == "price" {
		n, ok = json.Number(s), true
	}
	if !ok {
		return nil, errors.New("not a number")
	}
	if column == "price" {
		x, ok := new(big.Rat).SetString(string(n))
		if !ok {
			return nil, errors.New("no number")
		}
		x = rounded(x, 4)
		if new(big.Rat).Abs(x).Cmp(big.NewRat(1e14, 1)) >= 0 {
			return nil, errors.New("too large")
		}
		return x, nil
	}
	i, err := strconv.ParseInt(string(n), 10, 64)
	if column == "event_time" {
		if i > 9_223_372_036_854 || i < -9_223_372_036_854 {
			return nil, errors.New("too large")
		}
		return time.UnixMilli(i).UTC(), err
	}
	return big.NewInt(i), err
}

// rounded rounds half away from zero.
func rounded(x *big.Rat, scale int) *big.Rat {
	y, _ := new(big.Rat).SetString(x.FloatString(scale)) // FloatString rounds that way
	return y
}

func value(v any, scale int) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case string:
		var out strings.Builder
		encoder := json.NewEncoder(&out)
		encoder.SetEscapeHTML(false)
		_ = encoder.Encode(v)
		// encoding/json also escapes the line separators of JavaScript, and writes DEL as it is.
		return strings.NewReplacer("\\u2028", "\u2028", "\\u2029", "\u2029").Replace(strings.TrimSpace(out.String()))
	case *big.Rat:
		s := v.FloatString(scale)
		if strings.Trim(s, "-0.") == "" {
			s = strings.TrimPrefix(s, "-")
		}
		return s
	case *big.Int:
		return v.String()
	case time.Time:
		return v.Format(`"2006-01-02T15:04:05.000Z"`)
	}
	panic(fmt.Sprintf("bug: value %T", v))
}

func passthrough(rows []row) (lines []string, late int) {
	for _, r := range rows {
		var fields []string
		for _, c := range columns["passthrough"] {
			fields = append(fields, fmt.Sprintf(`"%s":%s`, c, value(r[c], 4)))
		}
		lines = append(lines, "{"+strings.Join(fields, ",")+"}")
	}
	return lines, 0
}

func filterProject(rows []row) (lines []string, late int) {
	for _, r := range rows {
		price, ok := r["price"].(*big.Rat)
		if !ok || price.Cmp(big.NewRat(100, 1)) <= 0 {
			continue
		}
		var notional any
		if quantity, ok := r["quantity"].(*big.Int); ok {
			notional = new(big.Rat).Mul(price, new(big.Rat).SetInt(quantity))
		}
		lines = append(lines, fmt.Sprintf(`{"symbol":%s,"price":%s,"notional":%s}`, value(r["symbol"], 0), value(price, 4), value(notional, 4)))
	}
	return lines, 0
}

// group is the rows of a symbol, in order.
type group struct {
	symbol any
	rows   []row
}

func groups(rows []row) []*group {
	var order []*group
	bySymbol := map[any]*group{}
	for _, r := range rows {
		g := bySymbol[r["symbol"]]
		if g == nil {
			g = &group{symbol: r["symbol"]}
			bySymbol[g.symbol] = g
			order = append(order, g)
		}
		g.rows = append(g.rows, r)
	}
	return order
}

func (g *group) String() string {
	var volume, average, least, most any
	count, sum := int64(0), new(big.Rat)
	for _, r := range g.rows {
		if q, ok := r["quantity"].(*big.Int); ok {
			if volume == nil {
				volume = new(big.Int)
			}
			volume = new(big.Int).Add(volume.(*big.Int), q)
		}
		price, ok := r["price"].(*big.Rat)
		if !ok {
			continue
		}
		count++
		sum.Add(sum, price)
		if least == nil || price.Cmp(least.(*big.Rat)) < 0 {
			least = price
		}
		if most == nil || price.Cmp(most.(*big.Rat)) > 0 {
			most = price
		}
	}
	if count > 0 {
		average = rounded(sum.Quo(sum, new(big.Rat).SetInt64(count)), 8)
	}
	return fmt.Sprintf(`"symbol":%s,"trades":%d,"volume":%s,"avg_price":%s,"min_price":%s,"max_price":%s}`, value(g.symbol, 0),
		len(g.rows), value(volume, 0), value(average, 8), value(least, 4), value(most, 4))
}

func groupBy(rows []row) (lines []string, late int) {
	for _, g := range groups(rows) {
		lines = append(lines, "{"+g.String())
	}
	return lines, 0
}

func windowStart(r row) time.Time {
	millis := r["event_time"].(time.Time).UnixMilli()
	offset := millis % 60_000
	if offset < 0 {
		offset += 60_000
	}
	return time.UnixMilli(millis - offset).UTC()
}

func prefix(start time.Time) string {
	return fmt.Sprintf(`{"window_start":%s,"window_end":%s,`, value(start, 0), value(start.Add(time.Minute), 0))
}

// inTime drops the rows whose window the watermark, 5 s behind the rows before, has passed.
func inTime(rows []row) (kept []row, late int) {
	highest := time.UnixMilli(-1 << 50)
	for _, r := range rows {
		if at := r["event_time"].(time.Time); at.After(highest) {
			highest = at
		}
		if windowStart(r).Add(time.Minute).After(highest.Add(-5 * time.Second)) {
			kept = append(kept, r)
		} else {
			late++
		}
	}
	return kept, late
}

func tumbling(rows []row) (lines []string, late int) {
	rows, late = inTime(rows)
	windows := map[time.Time][]row{}
	var starts []time.Time
	for _, r := range rows {
		start := windowStart(r)
		if windows[start] == nil {
			starts = append(starts, start)
		}
		windows[start] = append(windows[start], r)
	}
	slices.SortFunc(starts, time.Time.Compare)
	for _, start := range starts {
		for _, g := range groups(windows[start]) {
			lines = append(lines, prefix(start)+g.String())
		}
	}
	return lines, late
}

func tumblingChanges(rows []row) (lines []string, late int) {
	rows, late = inTime(rows)
	type key struct {
		start  time.Time
		symbol any
	}
	state := map[key]*group{}
	for _, r := range rows {
		k := key{windowStart(r), r["symbol"]}
		if state[k] == nil {
			state[k] = &group{symbol: k.symbol}
		}
		state[k].rows = append(state[k].rows, r)
		lines = append(lines, prefix(k.start)+state[k].String())
	}
	return lines, late
}
