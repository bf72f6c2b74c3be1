package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// toFile is the sink of a query of examples/nexmark.
var toFile = regexp.MustCompile(`WITH \('(q\d+)\.type' = 'file_sink'[^)]*\)`)

var nexmarkHeader = []string{"query", "events", "events/s", "per CPU second", "rows written", "peak MB", "more than q0 MB"}

// A nexmarkResult is what a query of the Nexmark benchmark costs over events from the generator, whose results nobody gets.
type nexmarkResult struct {
	name    string
	samples []sample
	rows    int64 // that it wrote
}

// nexmarkQueries measures q0 to q22, or those in -only, and prints the table. There are no programs by hand for them.
func (b *builder) nexmarkQueries() (text, markdown string, ok bool, err error) {
	if err := b.prepare(); err != nil {
		return "", "", false, err
	}
	if b.compiler != nil {
		return "", "", false, b.compiler
	}
	var results []nexmarkResult
	ok = true
	for n := range 23 {
		name := fmt.Sprintf("q%d", n)
		if b.only != "" && !slices.Contains(strings.Split(b.only, ","), name) {
			continue
		}
		r, err := b.nexmarkQuery(name)
		if err != nil {
			loud(name, "FAILS", err)
			ok = false
		}
		results = append(results, r)
	}
	text, markdown = nexmarkTables(results, b.events)
	return text, markdown, ok, nil
}

// nexmarkQuery builds a query with a sink that drops rows, and runs it.
func (b *builder) nexmarkQuery(name string) (nexmarkResult, error) {
	r := nexmarkResult{name: name}
	sql, err := os.ReadFile(filepath.Join("examples", "nexmark", name+".sql"))
	if err != nil {
		return r, err
	}
	changed := toFile.ReplaceAll(sql, []byte("WITH ('$1.type' = 'blackhole_sink')"))
	path, program := filepath.Join(b.scratch, name+".sql"), b.bin("nexmark-"+name)
	if err := os.WriteFile(path, changed, 0o644); err != nil {
		return r, err
	}
	fmt.Fprintf(os.Stderr, "%s: building\n", name)
	if err := command(b.bin("veloc"), "build", path, "-o", program); err != nil {
		return r, err
	}
	args := []string{"--stats", "--config", "datagen.events.num=" + strconv.Itoa(b.events)}
	if name == "q13" {
		args = append(args, "--config", "side_input.path="+filepath.Join("examples", "nexmark", "data", "side_input.csv"))
	}
	for round := range b.rounds {
		fmt.Fprintf(os.Stderr, "%s: round %d\n", name, round+1)
		s, err := start(program, args...)
		if err != nil {
			return r, err
		}
		r.samples, r.rows = append(r.samples, s), s.written
	}
	return r, nil
}

func nexmarkTables(results []nexmarkResult, events int) (text, markdown string) {
	var rows [][]string
	stateless := 0.0 // the peak of q0, which keeps nothing
	for _, r := range results {
		if len(r.samples) == 0 {
			rows = append(rows, []string{r.name, "fails", "-", "-", "-", "-", "-"})
			continue
		}
		peak := median(r.samples, func(s sample) float64 { return float64(s.peak) / 1e6 })
		if r.name == "q0" {
			stateless = peak
		}
		more := "-"
		if stateless > 0 {
			more = fmt.Sprintf("%.0f", max(peak-stateless, 0))
		}
		rows = append(rows, []string{r.name, millions(float64(events)),
			millions(float64(events) / median(r.samples, func(s sample) float64 { return s.seconds })),
			millions(float64(events) / median(r.samples, func(s sample) float64 { return s.cpu.Seconds() })),
			strconv.FormatInt(r.rows, 10), fmt.Sprintf("%.0f", peak), more})
	}
	return table(nexmarkHeader, rows)
}
