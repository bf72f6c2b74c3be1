package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

type options struct {
	rows, brcRows, oddRows, kafkaRows int
	events                            int
	nexmark                           bool
	rounds                            int
	only, cache, scratch, markdown    string
}

func main() {
	var o options
	flag.IntVar(&o.rows, "rows", 5_000_000, "trades in the JSON lines file")
	flag.IntVar(&o.brcRows, "brc-rows", 100_000_000, "rows of the 1BRC file")
	flag.IntVar(&o.oddRows, "odd-rows", 1_000_000, "rows of the irregular JSON lines files")
	flag.IntVar(&o.kafkaRows, "kafka-rows", 2_000_000, "records in the Kafka topic (at most -rows)")
	flag.BoolVar(&o.nexmark, "nexmark", false, "measure the queries of examples/nexmark instead")
	flag.IntVar(&o.events, "events", 10_000_000, "events of each Nexmark query")
	flag.IntVar(&o.rounds, "rounds", 5, "times that each pair runs")
	flag.StringVar(&o.only, "only", "", "comma-separated queries: "+names()+"; with -nexmark q0 to q22")
	flag.StringVar(&o.cache, "cache", "bench/.cache", "directory for data and binaries")
	flag.StringVar(&o.scratch, "scratch", "", "directory for outputs (default /dev/shm if there is one, else the cache)")
	flag.StringVar(&o.markdown, "markdown", "", "also write the table to this Markdown file")
	flag.Parse()
	ok, err := bench(o)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	if err != nil || !ok {
		os.Exit(1)
	}
}

// bench returns false when a query failed and the others were measured all the same.
func bench(o options) (ok bool, err error) {
	if _, err := os.Stat("bench/sql"); err != nil {
		return false, fmt.Errorf("run this from the root of the module: %w", err)
	}
	if o.cache, err = filepath.Abs(o.cache); err != nil {
		return false, err
	}
	if o.scratch == "" {
		o.scratch = o.cache
		if info, err := os.Stat("/dev/shm"); err == nil && info.IsDir() {
			o.scratch = "/dev/shm"
		}
	}
	if o.scratch, err = os.MkdirTemp(o.scratch, "veloc-bench-"); err != nil {
		return false, err
	}
	defer os.RemoveAll(o.scratch)
	b := &builder{options: o}
	var text, markdown string
	if o.nexmark {
		text, markdown, ok, err = b.nexmarkQueries()
	} else {
		text, markdown, ok, err = b.queries()
	}
	if err != nil {
		return false, err
	}
	fmt.Print(text)
	if o.markdown == "" {
		fmt.Print(markdown)
		return ok, nil
	}
	return ok, os.WriteFile(o.markdown, []byte(strings.TrimPrefix(markdown, "\n")), 0o644)
}

// queries measures those that were chosen, and prints the tables.
func (b *builder) queries() (text, markdown string, ok bool, err error) {
	chosen, err := choose(b.only)
	if err != nil {
		return "", "", false, err
	}
	if err := b.prepare(); err != nil {
		return "", "", false, err
	}
	var results []result
	ok = true
	for _, q := range chosen {
		r, err := b.measure(q)
		if err != nil {
			return "", "", false, fmt.Errorf("%s: %w", q.name, err)
		}
		ok = ok && r.failure == ""
		results = append(results, r)
	}
	forms, err := b.irregular(chosen)
	if err != nil {
		return "", "", false, err
	}
	for _, part := range []func() (string, string){
		func() (string, string) { return tables(results) },
		func() (string, string) { return stateTables(results) },
		func() (string, string) { return formTables(forms) },
	} {
		t, m := part()
		text, markdown = text+t, markdown+m
	}
	return text, markdown, ok, nil
}
