package handwritten

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"math/big"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// tableEdges are lines of a table of three columns that are easy to get wrong: the keys occur among the edges of trades.
const tableEdges = `key,text,number
1,"first, with a comma",1
1,the last one counts,2
T,"he said ""no""",3
,no key,4
17 bytes are here,,
"17 bytes are here, too",x,5
17 bytes are hera,x,6
"",empty,7
bad,x,y
bad,x,1,2
bad
"A	tab",x,8
`

// lateFills are fills of the trades of lateTrades: some long before or after their time, some twice, and some of no trade.
func lateFills(t *testing.T, dir string) string {
	t.Helper()
	r := rand.New(rand.NewPCG(5, 6))
	var text bytes.Buffer
	now := int64(1_767_571_200_000)
	for i := range 15_000 {
		now += r.Int64N(80)
		at := now
		if r.IntN(10) == 0 {
			at -= r.Int64N(2_400_000)
		}
		order := max(i-r.IntN(12_000), 0)
		fmt.Fprintf(&text, `{"order_id":"%012x","fill_price":%d.%02d,"filled":%d}`+"\n", order, r.IntN(300), r.IntN(100), at)
		if r.IntN(20) == 0 {
			fmt.Fprintf(&text, `{"filled":%d,"order_id":"\u0030%011x","fill_price":null}`+"\n", at-r.Int64N(9000), order)
		}
	}
	return save(t, dir, "latefills", text.String())
}

// fillEdges fit the trades of edges.
const fillEdges = `
{"order_id":"1","fill_price":1,"filled":0}
{"order_id":"1","fill_price":1.00005,"filled":1200000}
{"order_id":"1","fill_price":null,"filled":1200001}
{"order_id":null,"fill_price":3,"filled":5}
{"order_id":"a tab	inside","fill_price":3,"filled":5}
{"order_id":"1","fill_price":01,"filled":5}
{"order_id":"1","fill_price":1,"filled":null}

{"order_id":"1","fill_price":-7,"filled":-1}
{"order_id":"an order id of more than 16 bytes","fill_price":2,"filled":1300000}
{"fill_price":2.5,"order_id":"an order id of more than 16 \u0062ytes", "filled":1300001}
{"order_id":"an order id of more than 16 chars","fill_price":2,"filled":1300002}`

const longOrders = `
{"order_id":"an order id of more than 16 bytes","symbol":"L","side":"BUY","price":1,"quantity":2,"venue":"V","trader_id":"T","event_time":1290000,"flags":1}
{"order_id":"an order id of more than 16 bytes","symbol":null,"price":null,"venue":"another venue","event_time":1300000}`

func TestJoinsAgainstNaiveEvaluation(t *testing.T) {
	dir := t.TempDir()
	data := build(t, dir, "../data")
	regular, weird := generate(t, data, dir, "jsonl", 10_000), generate(t, data, dir, "weird", 15_000)
	late, edge := lateTrades(t, dir), save(t, dir, "edges", edges+longOrders)
	empty := save(t, dir, "empty", "")
	fills, orders, traders := generate(t, data, dir, "fills", 10_000), generate(t, data, dir, "orders", 10_000), generate(t, data, dir, "traders", 0)
	table := save(t, dir, "table", tableEdges)
	laterFills, edgeFills := lateFills(t, dir), save(t, dir, "edgefills", fillEdges)
	for _, c := range []struct {
		program     string
		left, right []string // one beside the other
		naive       func(t *testing.T, trades []row, right string) (lines []string, rejected int)
	}{
		{"lookup_join_10k", []string{regular, weird, edge, empty}, []string{traders, traders, table, traders}, lookupTraders},
		{"lookup_join_1m", []string{regular, weird, edge, regular}, []string{orders, orders, table, empty}, lookupOrders},
		{"interval_join", []string{regular, weird, late, edge, empty, late}, []string{fills, fills, laterFills, edgeFills, fills, empty}, intervalJoin},
		{"update_join", []string{regular, weird, late, edge, empty, late}, []string{fills, fills, laterFills, edgeFills, fills, empty}, updateJoin},
	} {
		bin := build(t, dir, "./"+c.program)
		for i := range c.left {
			t.Run(fmt.Sprintf("%s/%d", c.program, i), func(t *testing.T) {
				trades, rejected := read(t, c.left[i], c.program)
				want, more := c.naive(t, trades, c.right[i])
				compare(t, bin, []string{c.left[i], c.right[i]}, want, fmt.Sprintf("rejected=%d ", rejected+more))
			})
		}
	}
}

// readTable returns the cells of the rows by their keys; NULL is the text \xff.
func readTable(t *testing.T, path string, number func(cell string) bool) (rows map[string][]string, rejected int) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	rows = map[string][]string{}
	for i, line := range strings.Split(string(text), "\n") {
		if i == 0 || line == "" {
			continue
		}
		cells, err := csv.NewReader(strings.NewReader(line)).Read()
		if err != nil || len(cells) != 3 {
			rejected++
			continue
		}
		quoted := strings.HasPrefix(line, `"`)
		if cells[0] == "" && !quoted || cells[2] != "" && !number(cells[2]) {
			rejected++
			continue
		}
		for i := range cells[1:] {
			if cells[i+1] == "" {
				cells[i+1] = "\xff"
			}
		}
		rows[cells[0]] = cells
	}
	return rows, rejected
}

func textOrNull(cell string) string {
	if cell == "\xff" {
		return "null"
	}
	return value(cell, 0)
}

func lookupTraders(t *testing.T, trades []row, right string) (lines []string, rejected int) {
	traders, rejected := readTable(t, right, func(cell string) bool { _, err := strconv.ParseInt(cell, 10, 64); return err == nil })
	for _, r := range trades {
		if id, ok := r["trader_id"].(string); ok && traders[id] != nil {
			credit := strings.ReplaceAll(traders[id][2], "\xff", "null")
			lines = append(lines, fmt.Sprintf(`{%s,"price":%s,"quantity":%s,"desk":%s,"credit":%s}`, keyOf(r, "order_id", "symbol"),
				value(r["price"], 4), value(r["quantity"], 0), textOrNull(traders[id][1]), credit))
		}
	}
	return lines, rejected
}

func lookupOrders(t *testing.T, trades []row, right string) (lines []string, rejected int) {
	orders, rejected := readTable(t, right, func(cell string) bool { _, ok := new(big.Rat).SetString(cell); return ok })
	for _, r := range trades {
		id, ok := r["order_id"].(string)
		if !ok || orders[id] == nil {
			continue
		}
		limit := "null"
		if x, ok := new(big.Rat).SetString(orders[id][2]); ok {
			limit = value(x, 4)
		}
		lines = append(lines, fmt.Sprintf(`{%s,"price":%s,"client":%s,"limit_price":%s}`, keyOf(r, "order_id", "symbol"), value(r["price"], 4),
			textOrNull(orders[id][1]), limit))
	}
	return lines, rejected
}

// pairs takes the rows of both sides in the order of the highest time so far, trades first, and compares each with all of its order
// before it.
func pairs(t *testing.T, trades []row, right string) (found [][2]row, rejected int) {
	fills, rejected := read(t, right, "fills")
	const within = 20 * time.Minute
	type heard struct {
		r        row
		at, head time.Time
		isFill   bool
	}
	var all []heard
	for side, rows := range [][]row{trades, fills} {
		highest := time.UnixMilli(-1 << 50)
		for _, r := range rows {
			at := r[[]string{"event_time", "filled"}[side]].(time.Time)
			if at.After(highest) {
				highest = at
			}
			all = append(all, heard{r, at, highest, side == 1})
		}
	}
	slices.SortStableFunc(all, func(a, b heard) int { return a.head.Compare(b.head) })
	// Rows that wait: a trade until the watermark is twenty minutes behind it, a fill until the watermark has passed it.
	ends := func(h heard) time.Time {
		if h.isFill {
			return h.at
		}
		return h.at.Add(within)
	}
	before := map[any][]heard{} // by order, in the order in which they came
	for _, h := range all {
		id := h.r["order_id"]
		if id == nil {
			continue
		}
		watermark := h.head.Add(-bound)
		for _, o := range before[id] {
			trade, fill := o, h
			if o.isFill {
				trade, fill = h, o
			}
			if o.isFill != h.isFill && !ends(o).Before(watermark) && !fill.at.Before(trade.at) && !fill.at.After(trade.at.Add(within)) {
				found = append(found, [2]row{trade.r, fill.r})
			}
		}
		if !ends(h).Before(watermark) {
			before[id] = append(before[id], h)
		}
	}
	return found, rejected
}

func intervalJoin(t *testing.T, trades []row, right string) (lines []string, rejected int) {
	found, rejected := pairs(t, trades, right)
	for _, p := range found {
		lines = append(lines, fmt.Sprintf(`{%s,"price":%s,"fill_price":%s,"filled":%s}`, keyOf(p[0], "order_id", "symbol"), value(p[0]["price"], 4),
			value(p[1]["fill_price"], 4), value(p[1]["filled"], 0)))
	}
	return lines, rejected
}

func updateJoin(t *testing.T, trades []row, right string) (lines []string, rejected int) {
	found, rejected := pairs(t, trades, right)
	best := map[string]map[string]*big.Rat{} // by trader and venue
	var order []string
	for _, p := range found {
		trader, venue := keyOf(p[0], "trader_id"), keyOf(p[0], "venue")
		if best[trader] == nil {
			best[trader] = map[string]*big.Rat{}
			order = append(order, trader)
		}
		price, _ := p[1]["fill_price"].(*big.Rat)
		if old := best[trader][venue]; old == nil || price != nil && price.Cmp(old) > 0 {
			best[trader][venue] = price
		}
	}
	for _, trader := range order {
		var average any
		sum, count := new(big.Rat), int64(0)
		for _, price := range best[trader] {
			if price != nil {
				sum.Add(sum, price)
				count++
			}
		}
		if count > 0 {
			average = rounded(sum.Quo(sum, new(big.Rat).SetInt64(count)), 8)
		}
		lines = append(lines, fmt.Sprintf(`{%s,"venues":%d,"avg_best":%s}`, trader, len(best[trader]), value(average, 8)))
	}
	return lines, rejected
}
