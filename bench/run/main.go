package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
)

type options struct {
	rows, brcRows, oddRows, kafkaRows int
	rounds                            int
	only, cache, scratch, markdown    string
}

func main() {
	var o options
	flag.IntVar(&o.rows, "rows", 5_000_000, "trades in the JSON lines file")
	flag.IntVar(&o.brcRows, "brc-rows", 100_000_000, "rows of the 1BRC file")
	flag.IntVar(&o.oddRows, "odd-rows", 1_000_000, "rows of the irregular JSON lines files")
	flag.IntVar(&o.kafkaRows, "kafka-rows", 2_000_000, "records in the Kafka topic (at most -rows)")
	flag.IntVar(&o.rounds, "rounds", 5, "times that each pair runs")
	flag.StringVar(&o.only, "only", "", "comma-separated queries: "+names())
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
func bench(o options) (bool, error) {
	chosen, err := choose(o.only)
	if err != nil {
		return false, err
	}
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
	if err := b.prepare(); err != nil {
		return false, err
	}
	var results []result
	ok := true
	for _, q := range chosen {
		r, err := b.measure(q)
		if err != nil {
			return false, fmt.Errorf("%s: %w", q.name, err)
		}
		ok = ok && r.failure == ""
		results = append(results, r)
	}
	forms, err := b.irregular(chosen)
	if err != nil {
		return false, err
	}
	text, markdown := tables(results)
	formText, formMarkdown := formTables(forms)
	text, markdown = text+formText, markdown+formMarkdown
	fmt.Print(text)
	if o.markdown != "" {
		if err := os.WriteFile(o.markdown, []byte(markdown), 0o644); err != nil {
			return false, err
		}
	} else {
		fmt.Print("\n", markdown)
	}
	return ok, nil
}
