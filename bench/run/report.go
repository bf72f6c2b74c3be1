package main

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
)

var header = []string{"query", "rows", "veloc rows/s", "MB/s", "allocs/row", "peak MB", "twin rows/s", "MB/s", "allocs/row", "peak MB", "ratio", "CPU ratio", "outputs"}

// tables prints the results twice: aligned, and as Markdown.
func tables(results []result) (text, markdown string) {
	var rows [][]string
	for _, r := range results {
		rows = append(rows, r.cells())
	}
	return table(header, rows)
}

var stateHeader = []string{"query", "what is kept", "keys", "in theory B/key", "veloc peak B/key", "twin peak B/key"}

// stateTables prints what the queries that keep many keys take for each, twice as tables does. Peaks are those of the whole process.
func stateTables(results []result) (text, markdown string) {
	var rows [][]string
	for _, r := range results {
		if r.query.state == nil {
			continue
		}
		s := r.query.state
		keys := s.keys(float64(r.trades))
		perKey := func(samples []sample) string {
			if len(samples) == 0 {
				return "-"
			}
			return fmt.Sprintf("%.0f", median(samples, func(s sample) float64 { return float64(s.peak) })/keys)
		}
		rows = append(rows, []string{r.query.name, s.what, fmt.Sprintf("%.0f", keys), strconv.Itoa(s.bytes), perKey(r.veloc), perKey(r.twin)})
	}
	return table(stateHeader, rows)
}

// table prints rows twice: aligned, and as Markdown. There is nothing to see without rows.
func table(header []string, rows [][]string) (text, markdown string) {
	if len(rows) == 0 {
		return "", ""
	}
	var aligned, md bytes.Buffer
	w := tabwriter.NewWriter(&aligned, 0, 8, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, strings.Join(header, "\t")+"\t")
	fmt.Fprintf(&md, "| %s |\n|%s\n", strings.Join(header, " | "), strings.Repeat("---|", len(header)))
	for _, cells := range rows {
		fmt.Fprintln(w, strings.Join(cells, "\t")+"\t")
		fmt.Fprintf(&md, "| %s |\n", strings.Join(cells, " | "))
	}
	w.Flush()
	return "\n" + aligned.String(), "\n" + md.String()
}

func (r result) cells() []string {
	cells := []string{r.query.name, millions(float64(r.rows))}
	cells = append(cells, r.side(r.veloc)...)
	cells = append(cells, r.side(r.twin)...)
	outputs := "equal"
	if r.failure != "" {
		outputs = r.failure
	}
	return append(cells, r.ratio(func(s sample) float64 { return s.seconds }),
		r.ratio(func(s sample) float64 { return s.cpu.Seconds() }), outputs)
}

func (r result) side(samples []sample) []string {
	if len(samples) == 0 {
		return []string{"-", "-", "-", "-"}
	}
	seconds := median(samples, func(s sample) float64 { return s.seconds })
	allocs := "-"
	if a := median(samples, func(s sample) float64 { return s.allocs }); a >= 0 {
		allocs = fmt.Sprintf("%.4f", a)
	}
	peak := median(samples, func(s sample) float64 { return float64(s.peak) })
	return []string{millions(float64(r.rows) / seconds), fmt.Sprintf("%.0f", float64(r.bytes)/seconds/1e6), allocs, fmt.Sprintf("%.0f", peak/1e6)}
}

// ratio is the median over the rounds of what the twin costs over what veloc costs.
func (r result) ratio(cost func(sample) float64) string {
	if len(r.veloc) == 0 || len(r.veloc) != len(r.twin) {
		return "-"
	}
	ratios := make([]float64, len(r.twin))
	for i := range r.twin {
		ratios[i] = cost(r.twin[i]) / cost(r.veloc[i])
	}
	slices.Sort(ratios)
	return fmt.Sprintf("%.2f", middle(ratios))
}

func median(samples []sample, of func(sample) float64) float64 {
	values := make([]float64, len(samples))
	for i, s := range samples {
		values[i] = of(s)
	}
	slices.Sort(values)
	return middle(values)
}

func middle(sorted []float64) float64 {
	n := len(sorted)
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}

func millions(v float64) string { return fmt.Sprintf("%.2fM", v/1e6) }
