//go:build linux

package file_test

import (
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	rt "github.com/velostream/veloc/runtime"
	"github.com/velostream/veloc/runtime/file"
	vgzip "github.com/velostream/veloc/runtime/file/gzip"
	vzstd "github.com/velostream/veloc/runtime/file/zstd"
)

// handClock is moved by the test.
type handClock struct{ now time.Duration }

func (c *handClock) Now() int64                      { return int64(c.now) }
func (c *handClock) NewTimer(time.Duration) rt.Timer { panic("bug: nothing here should wait") }

func opened(t *testing.T, o file.SinkOptions) *file.Sink {
	t.Helper()
	if o.Clock == nil {
		o.Clock = stopped{}
	}
	s := file.NewSink(o)
	if err := s.Open(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s
}

// batch is the output of rows that each end with a newline.
func batch(rows ...string) *rt.Output {
	return &rt.Output{Buf: []byte(strings.Join(rows, "")), Rows: int64(len(rows))}
}

// content returns the files of a directory and what they hold.
func content(t *testing.T, dir string) map[string]string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, e := range entries {
		b, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		files[e.Name()] = string(b)
	}
	return files
}

func TestSinkWrites(t *testing.T) {
	rows := []string{"{\"a\":1}\n", "{\"a\":2}\n", "{\"a\":3}\n"}
	csvRows := []string{"1,\"x\ny\"\n", "2,\"say \"\"\n\"\"\"\n", "3,z\n"}
	for _, tc := range []struct {
		name string
		opt  file.SinkOptions
		rows []string
		old  map[string]string
		want map[string]string
	}{
		{name: "lines", rows: rows, want: map[string]string{"out.x": "{\"a\":1}\n{\"a\":2}\n{\"a\":3}\n"}},
		{name: "an older result is replaced", rows: rows[:1], old: map[string]string{"out.x": "old old old old old old\n"}, want: map[string]string{"out.x": "{\"a\":1}\n"}},
		{name: "nothing", want: map[string]string{"out.x": ""}},
		{name: "header", opt: file.SinkOptions{Header: "n,s", Quote: '"'}, rows: csvRows, want: map[string]string{"out.x": "n,s\n" + strings.Join(csvRows, "")}},
		{name: "header without rows", opt: file.SinkOptions{Header: "n,s"}, want: map[string]string{"out.x": "n,s\n"}},
		{name: "array", opt: file.SinkOptions{Array: true}, rows: rows, want: map[string]string{"out.x": "[\n{\"a\":1},\n{\"a\":2},\n{\"a\":3}\n]\n"}},
		{name: "array without rows", opt: file.SinkOptions{Array: true}, want: map[string]string{"out.x": "[]\n"}},
		{name: "append to nothing", opt: file.SinkOptions{Append: true, Header: "h"}, rows: rows[:1], want: map[string]string{"out.x": "h\n{\"a\":1}\n"}},
		{name: "append", opt: file.SinkOptions{Append: true, Header: "h"}, rows: rows[:1], old: map[string]string{"out.x": "h\n0\n"}, want: map[string]string{"out.x": "h\n0\n{\"a\":1}\n"}},
		{name: "append behind a row that a crash cut", opt: file.SinkOptions{Append: true}, rows: rows[:1], old: map[string]string{"out.x": "{\"a"}, want: map[string]string{"out.x": "{\"a\n{\"a\":1}\n"}},
		{name: "rotate by rows", opt: file.SinkOptions{RotateRows: 2, Header: "h", Quote: '"'}, rows: csvRows,
			want: map[string]string{"out-000001.x": "h\n" + csvRows[0] + csvRows[1], "out-000002.x": "h\n" + csvRows[2]}},
		{name: "rotate by bytes", opt: file.SinkOptions{RotateBytes: 17}, rows: rows,
			want: map[string]string{"out-000001.x": rows[0] + rows[1], "out-000002.x": rows[2]}},
		{name: "a row longer than a file may be", opt: file.SinkOptions{RotateBytes: 3}, rows: rows[:2],
			want: map[string]string{"out-000001.x": rows[0], "out-000002.x": rows[1]}},
		{name: "rotated arrays", opt: file.SinkOptions{RotateBytes: 22, Array: true}, rows: rows,
			want: map[string]string{"out-000001.x": "[\n{\"a\":1},\n{\"a\":2}\n]\n", "out-000002.x": "[\n{\"a\":3}\n]\n"}},
		{name: "numbers go on behind what is there", opt: file.SinkOptions{RotateRows: 2}, rows: rows[:2], old: map[string]string{"out-000007.x": "7\n", "out-x.x": "", "out-000009.y": ""},
			want: map[string]string{"out-000007.x": "7\n", "out-x.x": "", "out-000009.y": "", "out-000008.x": rows[0] + rows[1]}},
		{name: "rotation without rows", opt: file.SinkOptions{RotateRows: 2, Header: "h"}, want: map[string]string{}},
		{name: "a dead process left its file", rows: rows[:1], old: map[string]string{".out.x.tmp-999999": "half", ".out.x.tmp-no": "not ours"},
			want: map[string]string{"out.x": rows[0], ".out.x.tmp-no": "not ours"}},
	} {
		for size := 1; size <= 3; size++ { // rows per batch
			dir := t.TempDir()
			for name, text := range tc.old {
				os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666)
			}
			o := tc.opt
			o.Path, o.NoSync = filepath.Join(dir, "out.x"), size > 1
			s := opened(t, o)
			for part := range slices.Chunk(tc.rows, size) {
				if err := s.Write(t.Context(), batch(part...)); err != nil {
					t.Fatal(err)
				}
				if err := s.Flush(t.Context()); err != nil {
					t.Fatal(err)
				}
				if _, there := content(t, dir)["out.x"]; there && !o.Append && tc.old["out.x"] == "" {
					t.Errorf("%s: the file has its final name before it is complete", tc.name)
				}
			}
			if err := s.Close(t.Context(), true); err != nil {
				t.Errorf("%s: %v", tc.name, err)
			}
			if got := content(t, dir); !reflect.DeepEqual(got, tc.want) {
				t.Errorf("%s, batches of %d:\n got %q\nwant %q", tc.name, size, got, tc.want)
			}
			if err := s.Close(t.Context(), true); err != nil {
				t.Errorf("%s: closing again: %v", tc.name, err)
			}
		}
	}
}

func TestSinkAbort(t *testing.T) {
	for _, tc := range []struct {
		name string
		opt  file.SinkOptions
		want map[string]string
	}{
		{name: "nothing appears", want: map[string]string{"out": "old\n"}},
		{name: "appended rows stay as far as they were flushed", opt: file.SinkOptions{Append: true}, want: map[string]string{"out": "old\nflushed\n"}},
		{name: "full rotated files stay", opt: file.SinkOptions{RotateRows: 1}, want: map[string]string{"out": "old\n", "out-000001": "flushed\n", "out-000002": "more\n"}},
		{name: "unfinished ones do not", opt: file.SinkOptions{RotateRows: 5}, want: map[string]string{"out": "old\n"}},
	} {
		dir := t.TempDir()
		os.WriteFile(filepath.Join(dir, "out"), []byte("old\n"), 0o666)
		tc.opt.Path = filepath.Join(dir, "out")
		s := opened(t, tc.opt)
		s.Write(t.Context(), batch("flushed\n"))
		if err := s.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
		s.Write(t.Context(), batch("more\n"))
		if err := s.Close(t.Context(), false); err != nil {
			t.Error(err)
		}
		if got := content(t, dir); !reflect.DeepEqual(got, tc.want) {
			t.Errorf("%s: %q, want %q", tc.name, got, tc.want)
		}
	}
}

func TestSinkRotatesByTime(t *testing.T) {
	dir, c := t.TempDir(), &handClock{}
	s := opened(t, file.SinkOptions{Path: dir + "/log.csv.gz", Codec: &vgzip.Codec, RotateEvery: time.Minute, Clock: c})
	s.Write(t.Context(), batch("a\n"))
	c.now = 59 * time.Second
	s.Write(t.Context(), batch("b\n"))
	c.now = 60 * time.Second
	s.Flush(t.Context()) // time is up though no row comes
	if got := content(t, dir); len(got) != 1 || got["log-000001.csv.gz"] == "" {
		t.Errorf("after a minute: %q", got)
	}
	c.now = 200 * time.Second
	s.Write(t.Context(), batch("c\n"))
	c.now = 250 * time.Second
	s.Write(t.Context(), batch("d\n"))
	if err := s.Close(t.Context(), true); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"log-000001.csv.gz": "a\nb\n", "log-000002.csv.gz": "c\nd\n"} {
		if got, _, err := read(t, file.SourceOptions{Path: dir + "/" + name, Codecs: codecs}); err != nil || got != want {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}

// What the sink compresses, the source reads: also when members follow one another, after failures, and without any row.
func TestSinkCompresses(t *testing.T) {
	for _, codec := range []*file.Codec{&vgzip.Codec, &vzstd.Codec} {
		path := filepath.Join(t.TempDir(), "out"+codec.Suffix)
		check := func(what, want string) {
			t.Helper()
			got, _, err := read(t, file.SourceOptions{Path: path, Codecs: codecs})
			if err != nil || got != want {
				t.Errorf("%s, %s: %q, %v; want %q", codec.Name, what, got, err, want)
			}
		}
		o := file.SinkOptions{Path: path, Codec: codec}
		if err := opened(t, o).Close(t.Context(), true); err != nil {
			t.Fatal(err)
		}
		check("no rows", "")
		s := opened(t, o)
		s.Write(t.Context(), batch(lines(0, 90_000)))
		s.Close(t.Context(), true)
		check("many rows", lines(0, 90_000))
		o.Append = true
		s = opened(t, o)
		s.Write(t.Context(), batch("flushed\n"))
		s.Flush(t.Context())
		check("after a flush", lines(0, 90_000)+"flushed\n")
		s.Write(t.Context(), batch("lost\n"))
		s.Close(t.Context(), false)
		check("after an abort", lines(0, 90_000)+"flushed\n")
		s = opened(t, o)
		s.Write(t.Context(), batch("kept\n"))
		s.Close(t.Context(), true)
		check("after another run", lines(0, 90_000)+"flushed\nkept\n")
	}
}

// Batches of any size come out as they went in.
func TestSinkKeepsEveryByte(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	for range 20 {
		path := filepath.Join(t.TempDir(), "out")
		o := file.SinkOptions{Path: path, NoSync: true, Append: r.IntN(2) == 0}
		var want bytes.Buffer
		if o.Append && r.IntN(2) == 0 {
			want.WriteString(strings.Repeat("x", r.IntN(9000)) + "\n")
			os.WriteFile(path, want.Bytes(), 0o666)
		}
		s := opened(t, o)
		for range 60 {
			row := bytes.Repeat([]byte{byte('a' + r.IntN(26))}, r.IntN(1<<r.IntN(20))+1)
			row[len(row)-1] = '\n'
			want.Write(row)
			if err := s.Write(t.Context(), &rt.Output{Buf: row, Rows: 1}); err != nil {
				t.Fatal(err)
			}
			if r.IntN(5) == 0 {
				s.Flush(t.Context())
			}
		}
		if err := s.Close(t.Context(), true); err != nil {
			t.Fatal(err)
		}
		if got, _ := os.ReadFile(path); !bytes.Equal(got, want.Bytes()) {
			t.Fatalf("%d bytes, want %d", len(got), want.Len())
		}
	}
}

func TestSinkExplains(t *testing.T) {
	dir := t.TempDir()
	os.MkdirAll(filepath.Join(dir, "sub"), 0o777)
	os.WriteFile(filepath.Join(dir, "plain"), nil, 0o666)
	for _, tc := range []struct {
		path string
		opt  file.SinkOptions
		err  string
	}{
		{path: "", err: "the file sink has no path"},
		{path: "sub", err: "cannot write D/sub: it is a directory; name a file in it, such as D/sub/out.csv"},
		{path: "new/", err: "cannot write D/new/: it names a directory; name a file in it"},
		{path: "sbu/out.csv", err: "cannot write D/sbu/out.csv: D/sbu does not exist; did you mean D/sub?; create the directory with mkdir -p D/sbu"},
		{path: "sbu/out.csv", opt: file.SinkOptions{RotateRows: 1}, err: "cannot write D/sbu/out.csv: D/sbu does not exist"},
		{path: "plain/out.csv", err: "cannot write D/plain/out.csv: not a directory"},
		{path: strings.Repeat("n", 300), err: "file name too long"},
		{path: "a", opt: file.SinkOptions{Append: true, Array: true}, err: "a JSON array cannot be appended to"},
		{path: "a", opt: file.SinkOptions{Append: true, RotateRows: 1}, err: "'append' and rotation exclude each other"},
	} {
		o := tc.opt
		o.Clock = stopped{}
		if tc.path != "" {
			o.Path = dir + "/" + tc.path
		}
		s := file.NewSink(o)
		err := s.Open(t.Context())
		if err == nil || !strings.Contains(strings.ReplaceAll(err.Error(), dir, "D"), tc.err) {
			t.Errorf("%s: %v\nwant %s", tc.path, err, tc.err)
		}
		if err := s.Close(t.Context(), false); err != nil && !strings.Contains(strings.ReplaceAll(err.Error(), dir, "D"), tc.err) {
			t.Errorf("%s: closing: %v", tc.path, err)
		}
	}
	if got := content(t, filepath.Join(dir, "sub")); len(got) != 0 {
		t.Errorf("left behind: %q", got)
	}
}

func TestSinkRefusesSecondWriter(t *testing.T) {
	path := filepath.Join(t.TempDir(), "out.csv")
	first := opened(t, file.SinkOptions{Path: path})
	second := file.NewSink(file.SinkOptions{Path: path, Clock: stopped{}})
	if err := second.Open(t.Context()); err == nil || !strings.Contains(err.Error(), "another run is writing it") {
		t.Errorf("second writer: %v", err)
	}
	first.Write(t.Context(), batch("x\n"))
	if err := first.Close(t.Context(), true); err != nil {
		t.Error(err)
	}
	third := opened(t, file.SinkOptions{Path: path}) // the first has ended
	if err := third.Close(t.Context(), false); err != nil {
		t.Error(err)
	}
	if got := content(t, filepath.Dir(path)); !reflect.DeepEqual(got, map[string]string{"out.csv": "x\n"}) {
		t.Errorf("%q", got)
	}
}

// A link stays a link, and a replaced file keeps its mode.
func TestSinkReplacesBehindLinks(t *testing.T) {
	dir := t.TempDir()
	os.Mkdir(filepath.Join(dir, "real"), 0o777)
	os.WriteFile(filepath.Join(dir, "real", "out"), []byte("old\n"), 0o640)
	os.Symlink("real/out", filepath.Join(dir, "out"))
	os.Symlink("real/new", filepath.Join(dir, "new"))
	for _, name := range []string{"out", "new"} {
		s := opened(t, file.SinkOptions{Path: filepath.Join(dir, name)})
		s.Write(t.Context(), batch(name+"\n"))
		if err := s.Close(t.Context(), true); err != nil {
			t.Fatal(err)
		}
		if _, err := os.Readlink(filepath.Join(dir, name)); err != nil {
			t.Error(err)
		}
	}
	if got := content(t, filepath.Join(dir, "real")); got["out"] != "out\n" || got["new"] != "new\n" {
		t.Errorf("%q", got)
	}
	if st, _ := os.Stat(filepath.Join(dir, "real", "out")); st.Mode().Perm() != 0o640 {
		t.Errorf("mode %v", st.Mode())
	}
}

func TestSinkIntoDevices(t *testing.T) {
	s := opened(t, file.SinkOptions{Path: os.DevNull})
	s.Write(t.Context(), batch(lines(0, 100_000)))
	if err := s.Flush(t.Context()); err != nil {
		t.Error(err)
	}
	if err := s.Close(t.Context(), true); err != nil {
		t.Error(err)
	}
	if st, err := os.Stat(os.DevNull); err != nil || st.Mode()&os.ModeCharDevice == 0 {
		t.Error("/dev/null was replaced")
	}

	s = opened(t, file.SinkOptions{Path: "/dev/full"}) // a disk without space
	s.Write(t.Context(), batch("x\n"))
	err := s.Flush(t.Context())
	if !errors.Is(err, syscall.ENOSPC) || !strings.Contains(err.Error(), "cannot write /dev/full: no space left on device; free some space in /dev or write elsewhere") {
		t.Errorf("disk full: %v", err)
	}
	if again := s.Write(t.Context(), batch("y\n")); again != err {
		t.Errorf("the error does not stay: %v", again)
	}
	if again := s.Close(t.Context(), true); again != err {
		t.Errorf("closing: %v", again)
	}
}

// On a full file system nothing stays, neither under the final name nor beside it.
func TestSinkDiskFull(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=64k"); err != nil {
		t.Logf("cannot mount a small file system (%v); TestSinkIntoDevices covers the error", err)
		return
	}
	defer syscall.Unmount(dir, 0)
	for _, o := range []file.SinkOptions{{}, {Append: true}, {RotateBytes: 40_000}, {Array: true}, {Codec: &vzstd.Codec}} {
		o.Path = filepath.Join(dir, "out.csv")
		s := opened(t, o)
		var err error
		r := rand.New(rand.NewPCG(1, 1))
		for i := 0; err == nil && i < 10_000; i++ {
			err = s.Write(t.Context(), batch(fmt.Sprintf("%d\n", r.Uint64()), fmt.Sprintf("%d\n", r.Uint64())))
		}
		closing := s.Close(t.Context(), true)
		if err == nil {
			err = closing
		}
		if !errors.Is(err, syscall.ENOSPC) || closing == nil || !strings.Contains(err.Error(), "no space left on device; free some space in "+dir) {
			t.Errorf("%+v: %v, closing %v", o, err, closing)
		}
		for name, text := range content(t, dir) {
			if name != "out-000001.csv" && text != "" || strings.HasPrefix(name, ".") {
				t.Errorf("%s stays with %d bytes", name, len(text))
			}
			os.Remove(filepath.Join(dir, name))
		}
	}
}

func TestSinkIntoPipe(t *testing.T) {
	path := filepath.Join(t.TempDir(), "fifo")
	if err := syscall.Mkfifo(path, 0o666); err != nil {
		t.Fatal(err)
	}
	done := make(chan string)
	go func() {
		f, err := os.Open(path)
		if err != nil {
			done <- err.Error()
			return
		}
		b, _ := io.ReadAll(f)
		done <- string(b)
	}()
	s := file.NewSink(file.SinkOptions{Path: path, Clock: realTime{}})
	if err := s.Open(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.Write(t.Context(), batch(lines(0, 50_000)))
	if err := s.Close(t.Context(), true); err != nil {
		t.Fatal(err)
	}
	if got := <-done; got != lines(0, 50_000) {
		t.Errorf("%d bytes", len(got))
	}
}

// realTime lets a pipe's reader come.
type realTime struct{}

type realTimer struct{ *time.Timer }

func (realTime) Now() int64                        { return 0 }
func (realTime) NewTimer(d time.Duration) rt.Timer { return realTimer{time.NewTimer(d)} }
func (r realTimer) C() <-chan time.Time            { return r.Timer.C }

func TestSinkOutputIsValid(t *testing.T) {
	path := filepath.Join(t.TempDir(), "out.json.gz")
	s := opened(t, file.SinkOptions{Path: path, Array: true, Codec: &vgzip.Codec})
	for i := range 1000 {
		s.Write(t.Context(), batch(fmt.Sprintf("{\"i\":%d}\n", i), "{\"i\":null}\n"))
	}
	if err := s.Close(t.Context(), true); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	var rows []map[string]any
	if err := json.NewDecoder(z).Decode(&rows); err != nil || len(rows) != 2000 {
		t.Errorf("%d rows, %v", len(rows), err)
	}
}

func TestSinkAllocatesNothingPerRow(t *testing.T) {
	s := opened(t, file.SinkOptions{Path: os.DevNull, Header: "a,b", Quote: '"', RotateRows: 0})
	o := batch("1,\"x\"\n", "2,\"y\"\n")
	if n := testing.AllocsPerRun(1000, func() { s.Write(t.Context(), o) }); n > 0 {
		t.Errorf("%v allocations", n)
	}
	s.Close(t.Context(), true)
}

func TestRotationNeverSplitsRows(t *testing.T) {
	dir := t.TempDir()
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	r := rand.New(rand.NewPCG(9, 9))
	for i := range 500 {
		w.Write([]string{fmt.Sprint(i), strings.Repeat("\"\n,", r.IntN(9))})
	}
	w.Flush()
	s := opened(t, file.SinkOptions{Path: dir + "/o.csv", Quote: '"', RotateBytes: 333, NoSync: true})
	if err := s.Write(t.Context(), &rt.Output{Buf: b.Bytes(), Rows: 500}); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(t.Context(), true); err != nil {
		t.Fatal(err)
	}
	var all string
	files := content(t, dir)
	for i := 1; i <= len(files); i++ {
		text := files[fmt.Sprintf("o-%06d.csv", i)]
		if len(text) > 333 || len(text) == 0 {
			t.Errorf("file %d has %d bytes", i, len(text))
		}
		if _, err := csv.NewReader(strings.NewReader(text)).ReadAll(); err != nil {
			t.Errorf("file %d: %v", i, err)
		}
		all += text
	}
	if all != b.String() {
		t.Error("the files together are not the rows")
	}
}
