package handwritten

import (
	"encoding/csv"
	"fmt"
	"io"
	"math/big"
	"os"
	"strings"
	"testing"
)

// stationEdges has names of every length around the words of the table, several for the same slot, values
// that are NULL or take the slow path, and lines that are no reading.
func stationEdges() string {
	var text strings.Builder
	text.WriteString("first;1.0\n;5.0\n\"\";6.0\nnull;\n\"a;b\";-7.5\n\"he said \"\"no\"\"\";8.0\r\nexp;1e1\nlong number;1234.56\nwhole;7\n")
	text.WriteString("bad\nbad;x\nbad;1.0;2.0\n\nbad;1.\nbad;+1.0\nbad;--1.0\nbad;01.0\nbad;12345.0\n\"bad;1.0\n")
	for n := 1; n < 40; n++ {
		name := strings.Repeat("Zürich", 8)[:n] + "x"
		fmt.Fprintf(&text, "%s;-0.0\n%s;99.9\n%s;-99.9\n%s;0.1\n", name, name, name, name)
	}
	// Enough rows for several blocks, and more stations than the table begins with.
	for i := range 200_000 {
		fmt.Fprintf(&text, "s%d;%d.%d\n", i*i%12_000, i%200-100, i%10)
	}
	text.WriteString("16 bytes is this;1.0\n16 bytes is this, and more;2.0\n16 bytes is thisx1.0\n")
	text.WriteString("last without newline;3.3")
	return text.String()
}

func TestOnebrcAgainstNaiveEvaluation(t *testing.T) {
	dir := t.TempDir()
	bin := build(t, dir, "./onebrc")
	for name, input := range map[string]string{
		"regular": generate(t, build(t, dir, "../data"), dir, "brc", 300_000),
		"edges":   save(t, dir, "edges", stationEdges()),
		"empty":   save(t, dir, "empty", ""),
	} {
		t.Run(name, func(t *testing.T) {
			want, rejected := onebrc(t, input)
			compare(t, bin, []string{input}, want, fmt.Sprintf("rejected=%d late=0 ", rejected))
		})
	}
}

type readings struct {
	count            int64
	sum, least, most *big.Rat
}

func onebrc(t *testing.T, path string) (lines []string, rejected int) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	stations := map[string]*readings{}
	var order []string
	for line := range strings.SplitSeq(string(text), "\n") {
		line = strings.TrimSuffix(line, "\r")
		if line == "" {
			continue
		}
		reader := csv.NewReader(strings.NewReader(line))
		reader.Comma = ';'
		cells, err := reader.Read()
		if err != nil || len(cells) != 2 {
			rejected++
			continue
		}
		if _, err := reader.Read(); err != io.EOF {
			t.Fatalf("more than a line: %q", line)
		}
		name := cells[0]
		if name == "" && !strings.HasPrefix(line, `""`) {
			name = "\xff" // NULL
		}
		v, ok := temperature(cells[1])
		if !ok {
			rejected++
			continue
		}
		s := stations[name]
		if s == nil {
			s = &readings{sum: new(big.Rat)}
			stations[name] = s
			order = append(order, name)
		}
		s.add(v)
	}
	lines = []string{"station;min;avg;max"}
	for _, name := range order {
		lines = append(lines, cell(name)+stations[name].String())
	}
	return lines, rejected
}

// temperature reads a DECIMAL(5,1); nil is NULL.
func temperature(text string) (*big.Rat, bool) {
	if text == "" {
		return nil, true
	}
	x, ok := new(big.Rat).SetString(text)
	whole := strings.TrimPrefix(text, "-")
	if !ok || strings.HasPrefix(text, "+") || strings.HasSuffix(text, ".") || len(whole) > 1 && whole[0] == '0' && whole[1] != '.' {
		return nil, false
	}
	x = rounded(x, 1)
	return x, new(big.Rat).Abs(x).Cmp(big.NewRat(10_000, 1)) < 0
}

func (s *readings) add(v *big.Rat) {
	if v == nil {
		return
	}
	if s.count == 0 || v.Cmp(s.least) < 0 {
		s.least = v
	}
	if s.count == 0 || v.Cmp(s.most) > 0 {
		s.most = v
	}
	s.count++
	s.sum.Add(s.sum, v)
}

func (s *readings) String() string {
	if s.count == 0 {
		return ";;;"
	}
	average := rounded(new(big.Rat).Quo(s.sum, new(big.Rat).SetInt64(s.count)), 5)
	return ";" + value(s.least, 1) + ";" + value(average, 5) + ";" + value(s.most, 1)
}

func cell(name string) string {
	if name == "\xff" {
		return ""
	}
	if name != "" && !strings.ContainsAny(name, ";\"\r\n") {
		return name
	}
	return `"` + strings.ReplaceAll(name, `"`, `""`) + `"`
}
