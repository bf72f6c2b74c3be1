package main

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// A query is a line of the table.
type query struct {
	name   string // also of bench/sql/<name>.sql and bench/handwritten/<name>
	inputs []input
	state  *keyed // nil for queries that keep nothing, or a few hundred groups
}

// An input is a source in the SQL file, whose sink is always "result". The program by hand takes the files in this order, then that of the output.
type input struct{ stream, kind string } // kind of bench/data

var (
	trades = []input{{"trades", "jsonl"}}
	fills  = []input{{"trades", "jsonl"}, {"fills", "fills"}}
)

// keyed is what a query keeps: how many keys at its most for a number of trades, and how many bytes each of them takes in theory, which is the
// key, what is kept of it, and 8 bytes to find it by.
type keyed struct {
	what  string
	keys  func(trades float64) float64
	bytes int
}

const (
	minutes = 100     // of event time in the data
	symbols = 500     // in the data
	dealers = 10_000  // traders in the data
	columns = 100_000 // combinations of trader, venue and side
)

// seen is how many of n equally frequent keys occur in a number of rows.
func seen(n, rows float64) float64 { return n * -math.Expm1(-rows/n) }

var queries = []query{
	{name: "passthrough", inputs: trades},
	{name: "filter_project", inputs: trades},
	{name: "group_by", inputs: trades},
	{name: "group_by_100k", inputs: trades, state: &keyed{"trader, venue and side", func(n float64) float64 { return seen(columns, n) }, 14 + 48 + 8}},
	{name: "count_distinct", inputs: trades, state: &keyed{"symbol and trader", func(n float64) float64 { return seen(symbols*dealers, n) }, 6 + 4 + 8}},
	{name: "tumbling_1m", inputs: trades},
	{name: "tumbling_1m_changes", inputs: trades},
	{name: "tumbling_10k", inputs: trades, state: &keyed{"trader in an open minute", func(n float64) float64 { return seen(dealers, n/minutes) }, 6 + 48 + 8}},
	{name: "hop_10s", inputs: trades, state: &keyed{"symbol in an open slice of 2 s", func(n float64) float64 { return 8 * seen(symbols, n/minutes/30) }, 6 + 48 + 8}},
	{name: "session_10s", inputs: trades, state: &keyed{"open session", func(n float64) float64 { return seen(dealers, n/minutes/4) }, 6 + 40 + 8}},
	{name: "lag", inputs: trades, state: &keyed{"row that waits 5 s", func(n float64) float64 { return n / minutes / 12 }, 4 + 16}},
	{name: "top10", inputs: trades, state: &keyed{"row among the ten of its symbol", func(float64) float64 { return 10 * symbols }, 12 + 8 + 4}},
	{name: "lookup_join_10k", inputs: []input{{"trades", "jsonl"}, {"traders", "traders"}},
		state: &keyed{"trader", func(float64) float64 { return dealers }, 6 + 8 + 8 + 8}},
	{name: "lookup_join_1m", inputs: []input{{"trades", "jsonl"}, {"orders", "orders"}},
		state: &keyed{"order", func(n float64) float64 { return n / 5 }, 12 + 6 + 8 + 8}},
	{name: "interval_join", inputs: fills, state: &keyed{"trade of the last 20 min", func(n float64) float64 { return n / 5 }, 12 + 4 + 8 + 8 + 8}},
	{name: "update_join", inputs: fills, state: &keyed{"trade of the last 20 min", func(n float64) float64 { return n / 5 }, 12 + 4 + 8 + 8}},
	{name: "onebrc", inputs: []input{{"measurements", "brc"}}},
	{name: "kafka_filter", inputs: trades},
}

func (q query) isKafka() bool { return q.name == "kafka_filter" }

// choose returns the queries whose names are in the comma-separated list only, or all.
func choose(only string) ([]query, error) {
	if only == "" {
		return queries, nil
	}
	var chosen []query
	for name := range strings.SplitSeq(only, ",") {
		i := slices.IndexFunc(queries, func(q query) bool { return q.name == name })
		if i < 0 {
			return nil, fmt.Errorf("no query %q; there are %s", name, names())
		}
		chosen = append(chosen, queries[i])
	}
	return chosen, nil
}

func names() string {
	var all []string
	for _, q := range queries {
		all = append(all, q.name)
	}
	return strings.Join(all, ", ")
}
