package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// forms are the kinds of bench/data in which nothing is wrong but the form of rows. In those with equal set, rows hold what regular ones do.
var forms = []struct {
	kind  string
	equal bool
}{{"shuffled", true}, {"missing", false}, {"nested", true}, {"escaped", true}, {"mixed", false}}

// formQueries are the queries that are measured on them: one that reads all columns, and one that passes over most.
var formQueries = []string{"passthrough", "group_by"}

// A formResult is what veloc costs on rows of one form, beside what it costs on as many regular rows of the same content.
type formResult struct {
	query, kind        string
	rows               int
	regular, irregular []sample
	outputs            string
}

// irregular measures the binaries of the chosen queries, which have been built, on irregular rows.
func (b *builder) irregular(chosen []query) (results []formResult, err error) {
	for _, q := range chosen {
		program := b.bin(q.name + "-veloc")
		if _, err := os.Stat(program); err != nil || !slices.Contains(formQueries, q.name) {
			continue
		}
		regular, err := b.form("jsonl")
		if err != nil {
			return nil, err
		}
		for _, form := range forms {
			r := formResult{query: q.name, kind: form.kind, rows: b.oddRows, outputs: "not compared"}
			path, err := b.form(form.kind)
			if err != nil {
				return nil, err
			}
			if err := r.measure(b, q, program, [2]string{regular, path}, form.equal); err != nil {
				return nil, fmt.Errorf("%s of %s rows: %w", q.name, form.kind, err)
			}
			results = append(results, r)
		}
	}
	return results, nil
}

// form is a file of rows of a kind, all kinds with as many rows of the same trades.
func (b *builder) form(kind string) (string, error) {
	path := filepath.Join(b.cache, fmt.Sprintf("%s-%d-%s", kind, b.oddRows, b.data))
	if _, err := os.Stat(path); err != nil {
		fmt.Fprintf(os.Stderr, "generating %d rows of %s\n", b.oddRows, kind)
		if err := command(b.bin("data"), "-kind", kind, "-rows", strconv.Itoa(b.oddRows), "-out", path); err != nil {
			return "", err
		}
	}
	_, err := warm(path)
	return path, err
}

func (r *formResult) measure(b *builder, q query, program string, paths [2]string, equal bool) error {
	outputs := [2]string{filepath.Join(b.scratch, "regular"), filepath.Join(b.scratch, "irregular")}
	for round := range b.rounds {
		fmt.Fprintf(os.Stderr, "%s, %s: round %d\n", q.name, r.kind, round+1)
		for i, samples := range [2]*[]sample{&r.regular, &r.irregular} {
			os.Remove(outputs[i])
			s, err := start(program, "--config", q.inputs[0].stream+".path="+paths[i], "--config", "result.path="+outputs[i])
			if err != nil {
				return err
			}
			*samples = append(*samples, s)
		}
	}
	defer os.Remove(outputs[0])
	defer os.Remove(outputs[1])
	if !equal {
		return nil
	}
	r.outputs = "equal"
	if err := same(outputs[0], outputs[1]); err != nil {
		r.outputs = "output differs"
		loud(q.name, "THE OUTPUTS FOR REGULAR AND "+strings.ToUpper(r.kind)+" ROWS DIFFER", err)
	}
	return nil
}

var formHeader = []string{"query", "form of the rows", "rows", "regular CPU ns/row", "irregular CPU ns/row", "factor", "outputs"}

// formTables prints the results twice, as tables does.
func formTables(results []formResult) (text, markdown string) {
	var rows [][]string
	for _, r := range results {
		rows = append(rows, r.cells())
	}
	return table(formHeader, rows)
}

func (r formResult) cells() []string {
	perRow := func(samples []sample) string {
		return fmt.Sprintf("%.0f", 1e9*median(samples, func(s sample) float64 { return s.cpu.Seconds() })/float64(r.rows))
	}
	factors := make([]float64, len(r.regular))
	for i := range factors {
		factors[i] = r.irregular[i].cpu.Seconds() / r.regular[i].cpu.Seconds()
	}
	slices.Sort(factors)
	return []string{r.query, r.kind, millions(float64(r.rows)), perRow(r.regular), perRow(r.irregular), fmt.Sprintf("%.2f", middle(factors)), r.outputs}
}
