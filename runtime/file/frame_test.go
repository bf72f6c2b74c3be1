package file

import (
	"bytes"
	"encoding/csv"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// rowsOf frames text in the plainest way, byte by byte: the meaning that framer must have.
func rowsOf(text string, quote, delim byte, max int) (rows []string, refused []string) {
	const (
		fieldStart = iota
		plain
		quoted
		quoteInQuoted
	)
	state, start := fieldStart, 0
	for i := 0; i < len(text); i++ {
		if i-start >= max { // too long: go on behind the next newline at or after the last byte within the limit
			refused = append(refused, text[start:i])
			i += max - (i - start) - 1
			for i < len(text) && text[i] != '\n' {
				i++
			}
			start, state = i+1, fieldStart
			continue
		}
		c := text[i]
		switch {
		case state == quoted:
			if c == quote {
				state = quoteInQuoted
			}
		case state == quoteInQuoted && c == quote:
			state = quoted
		case c == '\n':
			rows = append(rows, text[start:i+1])
			start, state = i+1, fieldStart
		case c == delim:
			state = fieldStart
		case state == fieldStart && c == quote && quote != 0:
			state = quoted
		default:
			state = plain
		}
	}
	switch rest := text[min(start, len(text)):]; {
	case rest == "":
	case state == quoted || len(rest) >= max:
		refused = append(refused, rest)
	default:
		rows = append(rows, rest+"\n")
	}
	return rows, refused
}

// checkFraming reads text in every way and with 1 to 4 workers, and compares with rowsOf.
func checkFraming(t *testing.T, path, text string, max int) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	rows, refused := rowsOf(text, '"', ',', max)
	for _, way := range ways {
		for workers := 1; workers <= 4; workers++ {
			o := SourceOptions{Path: path, Framing: CSV, Quote: '"', MaxRow: max}
			way.set(&o)
			r := run(t, o, workers)
			if r.err != nil || r.text != strings.Join(rows, "") {
				t.Fatalf("%s, %d workers, %q:\n got %q, %v\nwant %q", way.name, workers, text, r.text, r.err, rows)
			}
			if len(r.rejects) != len(refused) {
				t.Fatalf("%s, %d workers, %q:\nrefused %q\n   want %q", way.name, workers, text, r.rejects, refused)
			}
		}
	}
}

// Any bytes: the blocks of parallel workers must end where one sequential reader ends rows.
func TestFramingDoesNotDependOnWorkers(t *testing.T) {
	path := filepath.Join(t.TempDir(), "in.csv")
	rnd := rand.New(rand.NewPCG(1, 2))
	pieces := []string{"a", "bb", `"`, `"`, `""`, ",", ",", "\n", "\n", "\r\n", `,"`, `",`, "\n\"", "\"\n", "xxxxxxxxxxxxxxxxxxx"}
	for range 150 {
		var b strings.Builder
		for range rnd.IntN(60) {
			b.WriteString(pieces[rnd.IntN(len(pieces))])
		}
		text := b.String()
		if strings.HasPrefix(text, "\xef\xbb\xbf") {
			continue
		}
		checkFraming(t, path, text, []int{1 << 20, 40, 17}[rnd.IntN(3)])
	}
}

// Well-formed CSV: our rows are the records of encoding/csv.
func TestFramingAgreesWithEncodingCSV(t *testing.T) {
	path := filepath.Join(t.TempDir(), "in.csv")
	rnd := rand.New(rand.NewPCG(3, 4))
	cells := []string{"1", "two", "", "a,b", "say \"hi\"", "line\nbreak", "\n", "\"", "ä\r\nö", strings.Repeat("long\n", 9)}
	for range 60 {
		var want [][]string
		var b bytes.Buffer
		w := csv.NewWriter(&b)
		w.UseCRLF = rnd.IntN(2) == 0
		for range rnd.IntN(30) {
			row := []string{"k"} // encoding/csv skips blank lines
			for range 3 {
				row = append(row, cells[rnd.IntN(len(cells))])
			}
			want = append(want, row)
			w.Write(row)
		}
		w.Flush()
		if err := os.WriteFile(path, b.Bytes(), 0o666); err != nil {
			t.Fatal(err)
		}
		o := SourceOptions{Path: path, Framing: CSV, Quote: '"', ChunkSize: 1 + rnd.IntN(40)}
		r := run(t, o, 1+rnd.IntN(4))
		var got [][]string
		for _, c := range r.chunks {
			for rest := c.Data; len(rest) > 0; {
				n, _ := framer{quoted: true, quote: '"', delim: ','}.rowEnd(rest)
				rec, err := csv.NewReader(bytes.NewReader(rest[:n])).Read()
				if err != nil && err != io.EOF {
					t.Fatalf("%q: %v", rest[:n], err)
				}
				got = append(got, rec)
				rest = rest[n:]
			}
		}
		if all, err := csv.NewReader(bytes.NewReader(b.Bytes())).ReadAll(); err != nil || !slices.EqualFunc(got, all, slices.Equal[[]string]) || len(all) != len(want) {
			t.Fatalf("%q:\n got %q\nwant %q (%v)", b.String(), got, all, err)
		}
	}
}

func FuzzCSVFraming(f *testing.F) {
	f.Add("a,b\n1,\"x\ny\"\n", uint16(100))
	f.Add("\"a\"\"b\n,c\"d\n\"\n", uint16(7))
	f.Add("a\"b\n\"c\n", uint16(3))
	f.Fuzz(func(t *testing.T, text string, max uint16) {
		if strings.HasPrefix(text, string(bom)) || max == 0 || len(text) > 400 {
			return
		}
		path := filepath.Join(t.TempDir(), "in.csv")
		if text[:min(len(text), 2)] == "\x1f\x8b" || strings.HasPrefix(text, "\x28\xb5\x2f\xfd") {
			return // compressed
		}
		checkFraming(t, path, text, int(max))
	})
}
