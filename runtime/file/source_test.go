package file

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"sync"
	"testing"
	"time"
	"unsafe"

	rt "github.com/velostream/veloc/runtime"
)

// clock stands still, except that waiting for a timer moves it on at once.
type clock struct {
	mu   sync.Mutex
	now  int64
	wake func() // called when a timer is made
}

type firedTimer chan time.Time

func (c *clock) Now() int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) NewTimer(d time.Duration) rt.Timer {
	c.mu.Lock()
	c.now += int64(d)
	c.mu.Unlock()
	if c.wake != nil {
		c.wake()
	}
	t := make(firedTimer, 1)
	t <- time.Time{}
	return t
}

func (t firedTimer) C() <-chan time.Time { return t }
func (t firedTimer) Stop() bool          { return true }

// result is what a source delivered, in the order of chunks.
type result struct {
	chunks  []rt.Chunk // Data copied
	text    string     // all data
	rejects []string   // "line code: data" of every refused row
	lines   []int64    // line of each chunk's first row, as the engine would find it
	err     error
}

// run reads everything that o describes, with several workers.
func run(t *testing.T, o SourceOptions, workers int) result {
	t.Helper()
	s := source(o)
	if err := s.Open(t.Context(), nil); err != nil {
		return result{err: err}
	}
	return drain(t, s, workers)
}

func source(o SourceOptions) *Source {
	if o.Clock == nil {
		o.Clock = &clock{}
	}
	s := NewSource(o)
	s.frame.tail = max(min(s.frame.tail, o.ChunkSize/3), 1) // so that short blocks are framed from their tails too
	return s
}

func drain(t *testing.T, s *Source, workers int) (r result) {
	t.Helper()
	var mu sync.Mutex
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			var c rt.Chunk
			for {
				err := s.Poll(t.Context(), &c)
				if err != nil {
					mu.Lock()
					defer mu.Unlock()
					if err != io.EOF {
						r.err = err
					}
					return
				}
				keep := c
				keep.Data = bytes.Clone(c.Data)
				keep.Lines, keep.Rejects, keep.Buf = slices.Clone(c.Lines), slices.Clone(c.Rejects), nil
				touchPad(t, c.Data)
				mu.Lock()
				r.chunks = append(r.chunks, keep)
				mu.Unlock()
				if c.Release != nil {
					c.Release()
				}
			}
		})
	}
	wg.Wait()
	sort.Slice(r.chunks, func(i, j int) bool { return r.chunks[i].Seq < r.chunks[j].Seq })
	for i, c := range r.chunks {
		r.add(t, s, i, c)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	return r
}

func (r *result) add(t *testing.T, s *Source, i int, c rt.Chunk) {
	t.Helper()
	if c.Seq != int64(i) {
		t.Fatalf("chunk %d has Seq %d", i, c.Seq)
	}
	if n := len(c.Data); n > 0 && c.Data[n-1] != '\n' {
		t.Errorf("chunk %d does not end with a newline: %q", i, c.Data)
	}
	if c.Others != math.MaxInt64 || c.Partition != 0 {
		t.Errorf("chunk %d: Others %d, Partition %d", i, c.Others, c.Partition)
	}
	r.text += string(c.Data)
	if len(c.Data) > 0 {
		line := c.LineOf(0, 0)
		if line == 0 {
			line = s.Locate(rt.ChunkRef{File: c.File, Offset: c.Offset, Line: c.Line}, c.Offset)
		}
		r.lines = append(r.lines, line)
	}
	for _, j := range c.Rejects {
		line := s.Locate(j.Chunk, j.Chunk.Offset+j.Offset)
		r.rejects = append(r.rejects, fmt.Sprintf("%d %s: %s", line, j.Err.(*rt.RowError).Code, j.Data))
	}
}

// touchPad reads the padding that the contract promises.
func touchPad(t *testing.T, data []byte) {
	if len(data) == 0 {
		return
	}
	sum := 0
	for _, b := range unsafe.Slice(unsafe.SliceData(data), len(data)+rt.Pad)[len(data):] {
		sum += int(b)
	}
	if sum < 0 {
		t.Error(sum)
	}
}

// write makes files in a new directory and returns it.
func write(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		p := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(p), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// ways are the ways a plain file can be read; the rows must be the same.
var ways = []struct {
	name string
	set  func(*SourceOptions)
}{
	{"mapped, blocks of 16", func(o *SourceOptions) { o.ChunkSize = 16 }},
	{"mapped, blocks of 5", func(o *SourceOptions) { o.ChunkSize = 5 }},
	{"read, chunks of 16", func(o *SourceOptions) { o.ChunkSize, o.NoMmap = 16, true }},
	{"read, chunks of 5", func(o *SourceOptions) { o.ChunkSize, o.NoMmap = 5, true }},
	{"one chunk", func(o *SourceOptions) {}},
}

func TestFramesRows(t *testing.T) {
	long := strings.Repeat("x", 90)
	for _, tc := range []struct {
		name    string
		in      string
		opt     SourceOptions
		want    string
		rejects []string
	}{
		{name: "lines", in: "a\nbb\n\nccc\n", want: "a\nbb\n\nccc\n"},
		{name: "the last newline is added", in: "a\nb", want: "a\nb\n"},
		{name: "an empty file has no rows", in: "", want: ""},
		{name: "a byte order mark is no data", in: "\xef\xbb\xbfa\nb\n", want: "a\nb\n"},
		{name: "carriage returns stay for the decoder", in: "a\r\nb\r\n", want: "a\r\nb\r\n"},
		{name: "lines can be skipped", in: "# made by x\n# on y\na\nb\n", opt: SourceOptions{SkipLines: 2}, want: "a\nb\n"},
		{name: "more lines skipped than there are", in: "a\n", opt: SourceOptions{SkipLines: 5}, want: ""},
		{name: "a header is no data", in: "x,y\n1,2\n", opt: SourceOptions{Framing: CSV, Header: true}, want: "1,2\n"},
		{name: "a header can be all there is", in: "x,y\n", opt: SourceOptions{Framing: CSV, Header: true}, want: ""},
		{name: "a header may have newlines in quotes", in: "\"x\ny\",z\n1,2\n", opt: SourceOptions{Framing: CSV, Quote: '"', Header: true}, want: "1,2\n"},
		{name: "a long row is refused, the next is read", in: "a\n" + long + "\nb\n", opt: SourceOptions{MaxRow: 50}, want: "a\nb\n", rejects: []string{"2 VR0301: " + long[:50]}},
		{name: "a row of exactly the limit is read", in: long[:49] + "\nb\n", opt: SourceOptions{MaxRow: 50}, want: long[:49] + "\nb\n"},
		{name: "a row one longer is not", in: long[:50] + "\nb\n", opt: SourceOptions{MaxRow: 50}, want: "b\n", rejects: []string{"1 VR0301: " + long[:50]}},
		{name: "a last row of the limit", in: "a\n" + long[:49], opt: SourceOptions{MaxRow: 50}, want: "a\n" + long[:49] + "\n"},
		{name: "a last row one longer", in: "a\n" + long[:50], opt: SourceOptions{MaxRow: 50}, want: "a\n", rejects: []string{"2 VR0301: " + long[:50]}},
		{name: "quoted newlines belong to the row", in: "1,\"a\nb\"\n2,\"c\"\n", opt: SourceOptions{Framing: CSV, Quote: '"'}, want: "1,\"a\nb\"\n2,\"c\"\n"},
		{name: "a quote within a field opens nothing", in: "1,5\" disk\n2,b\n3,\"x\n\"\n", opt: SourceOptions{Framing: CSV, Quote: '"'}, want: "1,5\" disk\n2,b\n3,\"x\n\"\n"},
		{name: "a quote that is never closed", in: "1,a\n2,\"b\n3,c\n4,d\n", opt: SourceOptions{Framing: CSV, Quote: '"'}, want: "1,a\n", rejects: []string{"2 VR0122: 2,\"b\n3,c\n4,d\n"}},
		{name: "a quote that is not closed soon enough", in: "1,a\n2,\"b\n3,c\n4,d\n5,e\n6,f\n", opt: SourceOptions{Framing: CSV, Quote: '"', MaxRow: 10}, want: "1,a\n5,e\n6,f\n", rejects: []string{"2 VR0301: 2,\"b\n3,c\n4"}},
		{name: "another quote and delimiter", in: "1;'a;\n''b'\n2;c\n", opt: SourceOptions{Framing: CSV, Quote: '\'', Delimiter: ';'}, want: "1;'a;\n''b'\n2;c\n"},
	} {
		path := filepath.Join(write(t, map[string]string{"in": tc.in}), "in")
		for _, way := range ways {
			o := tc.opt
			o.Path = path
			way.set(&o)
			for workers := 1; workers <= 3; workers++ {
				r := run(t, o, workers)
				if r.err != nil {
					t.Errorf("%s (%s): %v", tc.name, way.name, r.err)
				}
				if r.text != tc.want {
					t.Errorf("%s (%s, %d workers): rows %q, want %q", tc.name, way.name, workers, r.text, tc.want)
				}
				for i := range r.rejects {
					want := tc.rejects[min(i, len(tc.rejects)-1)]
					if got := r.rejects[i]; !strings.HasPrefix(got, want) && !strings.HasPrefix(want, got) {
						t.Errorf("%s (%s): refused %q, want %q", tc.name, way.name, got, want)
					}
				}
				if len(r.rejects) != len(tc.rejects) {
					t.Errorf("%s (%s): refused %q, want %q", tc.name, way.name, r.rejects, tc.rejects)
				}
			}
		}
	}
}

// Every chunk's line number and position must be right: rejects are reported and jobs restarted by them.
func TestLinesAndPositions(t *testing.T) {
	text := "h1,h2\n"
	for i := range 60 {
		text += fmt.Sprintf("%d,\"a\nb%s\"\n", i, strings.Repeat("x", i%7))
	}
	path := filepath.Join(write(t, map[string]string{"in.csv": text}), "in.csv")
	for _, way := range ways {
		o := SourceOptions{Path: path, Framing: CSV, Quote: '"', Header: true}
		way.set(&o)
		r := run(t, o, 2)
		nonEmpty := 0
		for _, c := range r.chunks {
			if len(c.Data) == 0 {
				continue
			}
			want := int64(strings.Count(text[:c.Offset], "\n") + 1)
			if got := r.lines[nonEmpty]; got != want {
				t.Errorf("%s: chunk at %d is in line %d, want %d", way.name, c.Offset, got, want)
			}
			nonEmpty++
			s := source(o)
			if err := s.Open(t.Context(), nil); err != nil {
				t.Fatal(err)
			}
			if err := s.Seek(0, c.Next); err != nil {
				t.Fatal(err)
			}
			if rest := drain(t, s, 2); rest.text != text[c.Offset+int64(len(c.Data)):] {
				t.Errorf("%s: from %d on: %q", way.name, c.Next, rest.text)
			}
		}
	}
}

func TestSeveralFilesAreOneSequence(t *testing.T) {
	dir := write(t, map[string]string{
		"b.csv": "k,v\n3,c\n4,d", "a.csv": "k,v\n1,a\n2,b\n", "c.csv": "k,v\n", "d.csv": "k,v\n5,e\n",
		".hidden.csv": "x\n", "sub.csv/x": "", "other.txt": "k,v\n9,z\n",
	})
	for _, way := range ways {
		o := SourceOptions{Path: filepath.Join(dir, "*.csv"), Framing: CSV, Quote: '"', Header: true, Columns: []string{"v", "k"}, Check: HeaderHas}
		way.set(&o)
		r := run(t, o, 2)
		if want := "1,a\n2,b\n3,c\n4,d\n5,e\n"; r.text != want || r.err != nil {
			t.Errorf("%s: %q, %v", way.name, r.text, r.err)
		}
		for _, c := range r.chunks {
			s := source(o)
			if err := s.Open(t.Context(), nil); err != nil {
				t.Fatal(err)
			}
			if err := s.Seek(0, c.Next); err != nil {
				t.Fatal(err)
			}
			got := drain(t, s, 1).text
			var rest string
			for _, later := range r.chunks[c.Seq+1:] {
				rest += string(later.Data)
			}
			if got != rest {
				t.Errorf("%s: after chunk %d: %q, want %q", way.name, c.Seq, got, rest)
			}
		}
	}
}

func TestProgressReachesTheEnd(t *testing.T) {
	dir := write(t, map[string]string{"a": "1\n2\n3\n4\n", "b": "5\n"})
	for _, way := range ways {
		o := SourceOptions{Path: dir + "/*"}
		way.set(&o)
		s := source(o)
		if err := s.Open(context.Background(), nil); err != nil {
			t.Fatal(err)
		}
		if !s.Bounded() {
			t.Error("files are bounded")
		}
		drain(t, s, 1)
		if read, total := s.Progress(); read != 10 || total != 10 {
			t.Errorf("%s: %d of %d bytes", way.name, read, total)
		}
	}
}
