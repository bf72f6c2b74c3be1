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
	"tumbling_10k":        {"trader_id", "price", "quantity", "event_time"},
	"hop_10s":             {"symbol", "price", "quantity", "event_time"},
	"session_10s":         {"trader_id", "price", "quantity", "event_time"},
	"lag":                 {"symbol", "price", "event_time"},
	"top10":               {"order_id", "symbol", "price"},
	"count_distinct":      {"symbol", "trader_id"},
	"group_by_100k":       {"trader_id", "venue", "side", "price", "quantity"},
	"lookup_join_10k":     {"order_id", "symbol", "price", "quantity", "trader_id"},
	"lookup_join_1m":      {"order_id", "symbol", "price"},
	"interval_join":       {"order_id", "symbol", "price", "event_time"},
	"update_join":         {"order_id", "venue", "trader_id", "event_time"},
	"fills":               {"order_id", "fill_price", "filled"},
}

// timed are the programs that drop rows without an event time.
var timed = []string{"tumbling_1m", "tumbling_1m_changes", "tumbling_10k", "hop_10s", "session_10s", "lag", "interval_join", "update_join", "fills"}

// read returns the rows of a file that a program reads.
func read(t *testing.T, path, program string) (rows []row, rejected int) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	columns := columns[program]
	time := "event_time"
	if program == "fills" {
		time = "filled"
	}
	for line := range bytes.SplitSeq(text, []byte{'\n'}) {
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		r, err := parse(line, columns)
		if err != nil || slices.Contains(timed, program) && r[time] == nil {
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
	isPrice := column == "price" || column == "fill_price"
	if s, isString := v.(string); isString && isPrice {
		n, ok = json.Number(s), true
	}
	if !ok {
		return nil, errors.New("not a number")
	}
	if isPrice {
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
	if column == "event_time" || column == "filled" {
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

// group is the rows of a key, in order.
type group struct {
	key  string // its columns as JSON
	rows []row
}

// keyOf is the text of columns that are strings.
func keyOf(r row, columns ...string) string {
	var fields []string
	for _, c := range columns {
		fields = append(fields, fmt.Sprintf(`"%s":%s`, c, value(r[c], 0)))
	}
	return strings.Join(fields, ",")
}

func groups(rows []row, columns ...string) []*group {
	var order []*group
	byKey := map[string]*group{}
	for _, r := range rows {
		key := keyOf(r, columns...)
		g := byKey[key]
		if g == nil {
			g = &group{key: key}
			byKey[key] = g
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
	return fmt.Sprintf(`%s,"trades":%d,"volume":%s,"avg_price":%s,"min_price":%s,"max_price":%s}`, g.key,
		len(g.rows), value(volume, 0), value(average, 8), value(least, 4), value(most, 4))
}

func groupBy(columns ...string) func(rows []row) (lines []string, late int) {
	return func(rows []row) (lines []string, late int) {
		for _, g := range groups(rows, columns...) {
			lines = append(lines, "{"+g.String())
		}
		return lines, 0
	}
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

func tumbling(column string) func(rows []row) (lines []string, late int) {
	return func(rows []row) ([]string, int) { return tumblingBy(rows, column) }
}

func tumblingBy(rows []row, column string) (lines []string, late int) {
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
		for _, g := range groups(windows[start], column) {
			lines = append(lines, prefix(start)+g.String())
		}
	}
	return lines, late
}

func tumblingChanges(rows []row) (lines []string, late int) {
	rows, late = inTime(rows)
	type key struct {
		start time.Time
		key   string
	}
	state := map[key]*group{}
	for _, r := range rows {
		k := key{windowStart(r), keyOf(r, "symbol")}
		if state[k] == nil {
			state[k] = &group{key: k.key}
		}
		state[k].rows = append(state[k].rows, r)
		lines = append(lines, prefix(k.start)+state[k].String())
	}
	return lines, late
}
