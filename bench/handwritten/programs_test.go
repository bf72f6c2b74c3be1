package handwritten

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// build compiles a command of this module into the test's directory. It reads the sources first: that is how
// go test learns that its cached result depends on them.
func build(t *testing.T, dir, path string) string {
	t.Helper()
	for _, pattern := range []string{filepath.Join(path, "*.go"), "fast/*.go"} {
		sources, err := filepath.Glob(pattern)
		if err != nil || len(sources) == 0 {
			t.Fatalf("no sources in %s: %v", pattern, err)
		}
		for _, source := range sources {
			if _, err := os.ReadFile(source); err != nil {
				t.Fatal(err)
			}
		}
	}
	bin := filepath.Join(dir, filepath.Base(path))
	if text, err := exec.Command("go", "build", "-o", bin, path).CombinedOutput(); err != nil {
		t.Fatalf("go build %s: %v\n%s", path, err, text)
	}
	return bin
}

func generate(t *testing.T, bin, dir, kind string, rows int) string {
	t.Helper()
	path := filepath.Join(dir, kind)
	if text, err := exec.Command(bin, "-kind", kind, "-rows", fmt.Sprint(rows), "-out", path).CombinedOutput(); err != nil {
		t.Fatalf("data -kind %s: %v\n%s", kind, err, text)
	}
	return path
}

// lateTrades writes trades whose event times jump back by up to four minutes, so that many are late, and
// leaves the last line without its newline. They fill several blocks.
func lateTrades(t *testing.T, dir string) string {
	t.Helper()
	r := rand.New(rand.NewPCG(3, 4))
	var text bytes.Buffer
	now := int64(1_767_571_200_000)
	for i := range 15_000 {
		now += r.Int64N(80)
		at := now
		if r.IntN(10) == 0 {
			at -= r.Int64N(240_000)
		}
		fmt.Fprintf(&text, `{"order_id":"%012x","symbol":"S%d","side":"BUY","price":%d.%02d,"quantity":%d,"venue":"X","trader_id":"T%d","event_time":%d,"flags":%d}`+"\n",
			i, r.IntN(50), r.IntN(300), r.IntN(100), r.IntN(1000), i, at, i%256)
	}
	return save(t, dir, "late", strings.TrimSuffix(text.String(), "\n"))
}

func save(t *testing.T, dir, name, text string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// edges are lines that are easy to get wrong.
const edges = `
{"order_id":"1","symbol":"A","side":"BUY","price":1,"quantity":2,"venue":"V","trader_id":"T","event_time":0,"flags":1}
{"order_id":"1","symbol":"A","side":"BUY","price":01,"quantity":2,"venue":"V","trader_id":"T","event_time":0,"flags":1}
{"order_id":"1","symbol":"A","side":"BUY","price":1,"quantity":02,"venue":"V","trader_id":"T","event_time":0,"flags":1}
{"order_id":"1","symbol":"unterminated
","side":"BUY","price":1,"quantity":2,"venue":"V","trader_id":"T","event_time":0,"flags":1}
{"order_id":"a tab	inside","symbol":"A","side":"BUY","price":1,"quantity":2,"venue":"V","trader_id":"T","event_time":0,"flags":1}
{"order_id":"1","symbol":"","side":"","price":0.00005,"quantity":0,"venue":"","trader_id":"","event_time":59999,"flags":0}
{"order_id":"1","symbol":"16 bytes is this","side":"BUY","price":-0.00005,"quantity":-9223372036854775808,"venue":"V","trader_id":"T","event_time":-1,"flags":9223372036854775807}
{"order_id":"1","symbol":"17 bytes are here","side":"BUY","price":99999999999999.9999,"quantity":9223372036854775807,"venue":"V","trader_id":"T","event_time":1e3,"flags":1}
{"order_id":"1","symbol":"17 bytes are here","side":"BUY","price":99999999999999.99995,"quantity":1,"venue":"V","trader_id":"T","event_time":1,"flags":1}
{"order_id":"1","symbol":"17 bytes are here","side":"BUY","price":99999999999999.9999,"quantity":-7,"venue":"V","trader_id":"T","event_time":1,"flags":1}
{"order_id":"1","symbol":"A\u0000","side":"BUY","price":"12.5","quantity":1,"venue":"V","trader_id":"T","event_time":1,"flags":1}
{"symbol":"A","price":"\"1\"","quantity":1,"event_time":1}
{"symbol":"A","price":" 1","quantity":1,"event_time":1}
{"symbol":null,"price":100.0001,"quantity":null,"event_time":60000}
{"symbol":"A","symbol":"B","price":1e2,"quantity":1,"event_time":60000}
{"event_time":60001}
{}

   
[]
{"symbol":"A","price":101,"quantity":1,"event_time":null}
{"order_id":"1","symbol":"\ud800 half","side":"BUY","price":150,"quantity":3,"venue":"V","trader_id":"T","event_time":1,"flags":1}
{"order_id":"1","symbol":"A","side":"BUY","price":1,"quantity":2,"venue":"V","trader_id":"T","event_time":"{\"a","flags":1}
{"order_id":"1","symbol":"A","side":"BUY","price":1,"quantity":2,"venue":"V","trader_id":"T","event_time":5,"flags":}
{"order_id":"1","symbol":"A","side":"BUY","price":200,"quantity":2,"venue":"V","trader_id":"T","event_time":5,"flags":7}`

func TestProgramsAgainstNaiveEvaluation(t *testing.T) {
	dir := t.TempDir()
	data := build(t, dir, "../data")
	inputs := map[string]string{
		"regular":   generate(t, data, dir, "jsonl", 10_000),
		"irregular": generate(t, data, dir, "weird", 15_000),
		"late":      lateTrades(t, dir),
		"edges":     save(t, dir, "edges", edges),
		"empty":     save(t, dir, "empty", ""),
		"page":      save(t, dir, "page", strings.Repeat(" ", 4096-2)+"{}"),
	}
	for _, program := range []struct {
		name  string
		naive func(rows []row) (lines []string, late int)
	}{
		{"passthrough", passthrough},
		{"filter_project", filterProject},
		{"group_by", groupBy("symbol")},
		{"group_by_100k", groupBy("trader_id", "venue", "side")},
		{"count_distinct", countDistinct},
		{"tumbling_1m", tumbling("symbol")},
		{"tumbling_10k", tumbling("trader_id")},
		{"hop_10s", hopping},
		{"session_10s", sessions},
		{"lag", lag},
		{"top10", top10},
		{"tumbling_1m_changes", tumblingChanges},
	} {
		bin := build(t, dir, "./"+program.name)
		for name, input := range inputs {
			t.Run(program.name+"/"+name, func(t *testing.T) {
				rows, rejected := read(t, input, program.name)
				want, late := program.naive(rows)
				compare(t, bin, []string{input}, want, fmt.Sprintf("rejected=%d late=%d ", rejected, late))
			})
		}
	}
}

// compare runs a program with one worker and with several, and wants these lines and, in the summary,
// this text.
func compare(t *testing.T, bin string, inputs, want []string, summary string) {
	t.Helper()
	output := filepath.Join(t.TempDir(), "out")
	for _, workers := range []string{"1", "2", "5"} {
		cmd := exec.Command(bin, append(slices.Clone(inputs), output)...)
		cmd.Env = append(os.Environ(), "GOMAXPROCS="+workers)
		var stderr bytes.Buffer
		cmd.Stderr = &stderr
		if err := cmd.Run(); err != nil {
			t.Fatalf("%v\n%s", err, stderr.String())
		}
		text, err := os.ReadFile(output)
		if err != nil {
			t.Fatal(err)
		}
		got := strings.SplitAfter(string(text), "\n")
		got = got[:len(got)-1]
		for i := range max(len(got), len(want)) {
			if i >= len(got) || i >= len(want) || got[i] != want[i]+"\n" {
				t.Fatalf("%s workers, line %d:\n got %s\nwant %s", workers, i+1, lineOf(got, i), lineOf(want, i))
			}
		}
		if !strings.Contains(stderr.String(), summary) {
			t.Errorf("%s workers: summary %q lacks %q", workers, stderr.String(), summary)
		}
	}
}

func lineOf(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return "(none)"
}
