package main

import (
	"fmt"
	"slices"
	"strings"
)

// A query is a line of the table.
type query struct {
	name   string // also of bench/sql/<name>.sql and bench/handwritten/<name>
	input  string // kind of bench/data
	stream string // the source in the SQL file; its sink is always "result"
}

var queries = []query{
	{name: "passthrough", input: "jsonl", stream: "trades"},
	{name: "filter_project", input: "jsonl", stream: "trades"},
	{name: "group_by", input: "jsonl", stream: "trades"},
	{name: "tumbling_1m", input: "jsonl", stream: "trades"},
	{name: "tumbling_1m_changes", input: "jsonl", stream: "trades"},
	{name: "onebrc", input: "brc", stream: "measurements"},
	{name: "kafka_filter", input: "jsonl", stream: "trades"},
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
