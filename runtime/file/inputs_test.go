package file_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	kzstd "github.com/klauspost/compress/zstd"

	rt "github.com/velostream/veloc/runtime"
	"github.com/velostream/veloc/runtime/file"
	vgzip "github.com/velostream/veloc/runtime/file/gzip"
	vzstd "github.com/velostream/veloc/runtime/file/zstd"
)

type stopped struct{}

func (stopped) Now() int64                      { return 42 }
func (stopped) NewTimer(time.Duration) rt.Timer { panic("bug: nothing here should wait") }

var codecs = []file.Codec{vgzip.Codec, vzstd.Codec}

// read returns all rows, the lines where chunks start, the refused rows and the error.
func read(t *testing.T, o file.SourceOptions) (rows string, rejects []string, err error) {
	t.Helper()
	if o.Clock == nil {
		o.Clock = stopped{}
	}
	s := file.NewSource(o)
	if err := s.Open(t.Context(), nil); err != nil {
		return "", nil, err
	}
	defer s.Close()
	return readOn(t, s)
}

func readOn(t *testing.T, s *file.Source) (rows string, rejects []string, err error) {
	t.Helper()
	var c rt.Chunk
	for seq := int64(0); ; seq++ {
		if err := s.Poll(t.Context(), &c); err == io.EOF {
			return rows, rejects, nil
		} else if err != nil {
			return rows, rejects, err
		}
		if c.Seq != seq || c.Now != 42 {
			t.Errorf("chunk %d: Seq %d, Now %d", seq, c.Seq, c.Now)
		}
		rows += string(c.Data)
		for _, r := range c.Rejects {
			rejects = append(rejects, fmt.Sprintf("line %d: %v: %s", s.Locate(r.Chunk, r.Chunk.Offset), r.Err, r.Data))
		}
		if c.Release != nil {
			c.Release()
		}
	}
}

func put(t *testing.T, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, data, 0o666); err != nil {
		t.Fatal(err)
	}
	return path
}

func gz(text string) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	w.Write([]byte(text))
	w.Close()
	return b.Bytes()
}

func zst(text string) []byte {
	w, _ := kzstd.NewWriter(nil)
	return w.EncodeAll([]byte(text), nil)
}

func lines(from, to int) string {
	var b strings.Builder
	for i := from; i < to; i++ {
		fmt.Fprintf(&b, "row %d\n", i)
	}
	return b.String()
}

func TestCompressedFiles(t *testing.T) {
	text := lines(0, 50_000)
	noise := make([]byte, 400_000) // does not compress, so that half the file is half the content
	for i, r := 0, rand.New(rand.NewPCG(5, 6)); i < len(noise); i++ {
		noise[i] = "0123456789abcdef\n"[r.IntN(17)]
	}
	for _, tc := range []struct {
		name, file string
		data       []byte
		opt        file.SourceOptions
		want       string // "" with an error: only part of the rows
		err        string
	}{
		{name: "gzip by its name", file: "a.gz", data: gz(text), want: text},
		{name: "gzip by its content", file: "a.csv", data: gz(text), want: text},
		{name: "several gzip members", file: "a.gz", data: append(gz(text), gz("more\n")...), want: text + "more\n"},
		{name: "zstd", file: "a.jsonl.zst", data: zst(text), want: text},
		{name: "several zstd frames", file: "a.zst", data: append(zst(text), zst("more\n")...), want: text + "more\n"},
		{name: "a member that ends within a row", file: "a.gz", data: append(gz("ab"), gz("c\nd\n")...), want: "abc\nd\n"},
		{name: "compression none reads bytes as they are", file: "a.gz", data: []byte("plain\n"), opt: file.SourceOptions{Compression: file.None}, want: "plain\n"},
		{name: "truncated gzip", file: "a.gz", data: gz(string(noise))[:100_000], err: "a.gz is truncated: its gzip data ends unfinished, after "},
		{name: "truncated zstd", file: "a.zst", data: zst(string(noise) + text)[:200_000], err: "a.zst is truncated: its zstd data ends unfinished, after "},
		{name: "damaged gzip", file: "a.gz", data: append(gz(text)[:5000], bytes.Repeat([]byte{0xff}, 9000)...), err: "a.gz is damaged: its gzip data cannot be decompressed beyond "},
		{name: "the name lies", file: "a.gz", data: []byte("plain\n"), err: "the name says gzip, but the content is not gzip: repair the file, or set 'compression' = 'none'"},
		{name: "an empty file has no rows, whatever its name", file: "a.gz"},
		{name: "codec not linked", file: "a.zst", data: zst(text), opt: file.SourceOptions{Codecs: codecs[:1]}, err: "a.zst is zstd-compressed, and this program was built without zstd: set 'compression' = 'zstd' on the source and build again"},
		{name: "unknown compression", file: "a", opt: file.SourceOptions{Compression: "rar"}, err: "'compression' = 'rar': expected auto, none, gzip or zstd"},
	} {
		o := tc.opt
		o.Path = put(t, tc.file, tc.data)
		if o.Codecs == nil {
			o.Codecs = codecs
		}
		o.ChunkSize = 4096
		got, _, err := read(t, o)
		if tc.err == "" && (err != nil || got != tc.want) {
			t.Errorf("%s: %d bytes, %v", tc.name, len(got), err)
		}
		if tc.err != "" && (err == nil || !strings.Contains(err.Error(), tc.err)) {
			t.Errorf("%s: error %v, want %s", tc.name, err, tc.err)
		}
		if strings.HasPrefix(tc.name, "truncated") && (len(got) < 100_000 || !strings.HasPrefix(string(noise)+text, got) || got[len(got)-1] != '\n') {
			t.Errorf("%s: only %d bytes of whole rows before the damage", tc.name, len(got))
		}
	}
}

func TestJSONArray(t *testing.T) {
	for _, tc := range []struct {
		name, in, want, err string
		rejects             []string
	}{
		{name: "compact", in: `[{"a":1},{"a":2}]`, want: "{\"a\":1}\n{\"a\":2}\n"},
		{name: "pretty", in: "[\n  {\n    \"a\": 1\n  },\n  { \"b\": [1,\n 2] }\n]\n", want: "{     \"a\": 1   }\n{ \"b\": [1,  2] }\n"},
		{name: "empty array", in: "\xef\xbb\xbf [ ]\n", want: ""},
		{name: "brackets in strings", in: `[{"a":"]}\"["}, "x]\\", 3]`, want: "{\"a\":\"]}\\\"[\"}\n\"x]\\\\\"\n3\n"},
		{name: "elements of any kind are rows", in: "[1, null\n, \"s\", [2], true]", want: "1\nnull\n\"s\"\n[2]\ntrue\n"},
		{name: "line break in a string", in: "[1,\n\"a\nb\",\n2]", want: "1\n2\n", rejects: []string{"line 2: a string of this element contains a line break; JSON wants it written as \\n [VR0303]: \"a b\""}},
		{name: "element too long", in: "[1,\n[" + strings.Repeat("7,", 60) + "7],2]", want: "1\n2\n", rejects: []string{"line 2: the row is longer than 99 bytes"}},
		{name: "truncated within an element", in: "[{\"a\":1},\n{\"a\":", want: "{\"a\":1}\n", err: "in.json, line 2, column 6: the file ends within the array element that starts in line 2; it is probably truncated; the rows before were read"},
		{name: "truncated between elements", in: "[{\"a\":1},\n", want: "{\"a\":1}\n", err: "line 2, column 1: the file ends before the array is closed by ]"},
		{name: "empty", in: "", err: "the file is empty: a JSON array was expected"},
		{name: "JSON lines instead", in: "{\"a\":1}\n", err: "line 1, column 1: expected [ at the start of a JSON array, found {; if every line is an object, set 'format' = 'jsonlines'"},
		{name: "something else", in: "id,name\n", err: "expected [ at the start of a JSON array, found 'i'"},
		{name: "missing comma", in: "[1\n 2]", want: "1\n", err: "line 2, column 2: expected , or ] behind an array element, found '2'"},
		{name: "two commas", in: "[1,,2]", want: "1\n", err: "line 1, column 4: expected an array element, found ','"},
		{name: "comma at the end", in: "[1,]", want: "1\n", err: "line 1, column 4: expected an array element, found ']'"},
		{name: "wrong bracket", in: "[1,\n{\"a\":[1}]", want: "1\n", err: "line 2, column 8: '}' does not close what was opened last in the array element that starts in line 2"},
		{name: "text behind", in: "[1] 2", want: "1\n", err: "line 1, column 5: expected nothing behind the array, found '2'"},
	} {
		path := put(t, "in.json", []byte(tc.in))
		for _, size := range []int{1, 7, 0} {
			got, rejects, err := read(t, file.SourceOptions{Path: path, Framing: file.JSONArray, ChunkSize: size, MaxRow: 99})
			if got != tc.want {
				t.Errorf("%s (chunks of %d): %q, want %q", tc.name, size, got, tc.want)
			}
			if tc.err == "" && err != nil || tc.err != "" && (err == nil || !strings.Contains(err.Error(), tc.err)) {
				t.Errorf("%s (chunks of %d): error %v, want %s", tc.name, size, err, tc.err)
			}
			if !slices.EqualFunc(rejects, tc.rejects, strings.HasPrefix) {
				t.Errorf("%s (chunks of %d): refused %q, want %q", tc.name, size, rejects, tc.rejects)
			}
		}
	}
}

// Rows of a JSON array know their lines, and reading can go on behind any chunk.
func TestJSONArrayLinesAndPositions(t *testing.T) {
	var elements []json.RawMessage
	for i := range 300 {
		elements = append(elements, json.RawMessage(fmt.Sprintf(`{"i":%d,"s":"%s"}`, i, strings.Repeat("x", i%9))))
	}
	text, err := json.MarshalIndent(elements, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	o := file.SourceOptions{Path: put(t, "in.json", text), Framing: file.JSONArray, ChunkSize: 100, Clock: stopped{}}
	s := file.NewSource(o)
	if err := s.Open(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	var c rt.Chunk
	rows := 0
	for s.Poll(t.Context(), &c) == nil {
		for i := range bytes.Count(c.Data, []byte{'\n'}) {
			if want := int64(2 + 4*rows); c.LineOf(int64(i), 0) != want {
				t.Fatalf("row %d is in line %d, want %d", rows, c.LineOf(int64(i), 0), want)
			}
			rows++
		}
		rest := file.NewSource(o)
		if err := rest.Open(t.Context(), nil); err != nil {
			t.Fatal(err)
		}
		if err := rest.Seek(0, c.Next); err != nil {
			t.Fatal(err)
		}
		got, _, err := readOn(t, rest)
		if n := strings.Count(got, "\n"); err != nil || n != 300-rows {
			t.Fatalf("behind row %d: %d rows, %v", rows, n, err)
		}
		rest.Close()
	}
	if rows != 300 {
		t.Errorf("%d rows", rows)
	}
}

func TestOpenExplains(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"trades.csv", "quotes.csv", "sub/x.csv", "empty/"} {
		p := filepath.Join(dir, name)
		os.MkdirAll(filepath.Dir(p), 0o777)
		if !strings.HasSuffix(name, "/") {
			os.WriteFile(p, []byte("symbol,price,volume\nA,1,2\n"), 0o666)
		}
	}
	os.MkdirAll(filepath.Join(dir, "empty"), 0o777)
	os.WriteFile(filepath.Join(dir, "void.csv"), nil, 0o666)
	os.WriteFile(filepath.Join(dir, "quotes.csv"), []byte("price,symbol,volume\n"), 0o666)
	os.WriteFile(filepath.Join(dir, "twice.csv"), []byte("price,symbol,price\n"), 0o666)
	header := func(c file.HeaderCheck, cols ...string) file.SourceOptions {
		return file.SourceOptions{Framing: file.CSV, Quote: '"', Header: true, Check: c, Columns: cols}
	}
	for _, tc := range []struct {
		path string
		opt  file.SourceOptions
		err  string // D stands for the directory
	}{
		{path: "trads.csv", err: "D/trads.csv does not exist; did you mean D/trades.csv?"},
		{path: "else", err: "D/else does not exist; the directory holds empty, quotes.csv, sub, trades.csv, twice.csv, void.csv"},
		{path: "sbu/x.csv", err: "D/sbu/x.csv does not exist: D/sbu does not exist; did you mean D/sub?"},
		{path: "empty/x", err: "D/empty/x does not exist; the directory is empty"},
		{path: "*.json", err: "no file matches D/*.json; the directory holds"},
		{path: "trads*.csv", err: "no file matches D/trads*.csv; did you mean D/trades.csv?"},
		{path: "nowhere/*.csv", err: "no file matches D/nowhere/*.csv: D/nowhere does not exist; the directory holds"},
		{path: "[x", err: "the pattern D/[x is malformed"},
		{path: "sub", err: "D/sub is a directory; to read the files in it, write a pattern such as D/sub/*.csv"},
		{path: "trades.csv/x", err: "cannot read D/trades.csv/x: not a directory"},
		{path: "void.csv", opt: header(file.HeaderAny), err: "D/void.csv is empty: a header line with the column names was expected; for files without one set 'header' = 'false'"},
		{path: "trades.csv", opt: header(file.HeaderHas, "symbol", "pirce"), err: "D/trades.csv: the header does not fit: column pirce is missing (did you mean price?); the file has symbol, price, volume"},
		{path: "trades.csv", opt: header(file.HeaderExact, "symbol", "price"), err: "the header does not fit: column volume is not declared; the file has"},
		{path: "trades.csv", opt: header(file.HeaderExact, "price", "symbol", "volume"), err: "the columns are declared in the order price, symbol, volume; the file has symbol, price, volume"},
		{path: "twice.csv", opt: header(file.HeaderHas, "price"), err: "column price occurs twice"},
		{path: "[tq][ru]*.csv", opt: header(file.HeaderHas, "price"), err: "D/trades.csv: the header differs from that of D/quotes.csv: symbol, price, volume, there price, symbol, volume"},
	} {
		o := tc.opt
		o.Path, o.Clock = dir+"/"+tc.path, stopped{}
		s := file.NewSource(o)
		err := s.Open(context.Background(), nil)
		if err == nil || !strings.Contains(strings.ReplaceAll(err.Error(), dir, "D"), tc.err) {
			t.Errorf("%s: %v\nwant %s", tc.path, err, tc.err)
		}
		s.Close()
	}
	o := header(file.HeaderHas, "volume")
	o.Path, o.Clock = dir+"/trades.csv", stopped{}
	s := file.NewSource(o)
	if err := s.Open(context.Background(), nil); err != nil || !slices.Equal(s.Header(), []string{"symbol", "price", "volume"}) {
		t.Errorf("header %q, %v", s.Header(), err)
	}
	s.Close()
}

func TestParseHeader(t *testing.T) {
	for in, want := range map[string][]string{
		"a,b\r\n":                   {"a", "b"},
		" a , b c ":                 {"a", "b c"},
		"\"a,\"\"x\"\"\",\" b\",\n": {"a,\"x\"", " b", ""},
		"one":                       {"one"},
		"":                          {""},
		"\"open":                    {"open"},
	} {
		if got := file.ParseHeader([]byte(in), ',', '"'); !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}
