package console_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	rt "github.com/velostream/veloc/runtime"
	"github.com/velostream/veloc/runtime/console"
)

// hand is a clock that the test moves.
type hand struct{ now time.Duration }

func (c *hand) Now() int64                      { return int64(c.now) }
func (c *hand) NewTimer(time.Duration) rt.Timer { panic("bug: the console makes no timers") }

var trades = []console.Column{{Name: "symbol"}, {Name: "price", Numeric: true}, {Name: "note"}}

func open(t *testing.T, o console.Options) *console.Sink {
	t.Helper()
	if o.Clock == nil {
		o.Clock = &hand{}
	}
	s := console.NewSink(o)
	if err := s.Open(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s
}

func write(t *testing.T, s *console.Sink, text string) {
	t.Helper()
	if err := s.Write(t.Context(), &rt.Output{Buf: []byte(text), Rows: int64(strings.Count(text, "\n"))}); err != nil {
		t.Fatal(err)
	}
}

func TestRowsPassThrough(t *testing.T) {
	for _, tc := range []struct {
		opt            console.Options
		opened, output string
	}{
		{console.Options{Format: console.JSONLines, Columns: trades}, "", "a,1,x\n"},
		{console.Options{Format: console.CSV, Columns: trades}, "symbol,price,note\n", "symbol,price,note\na,1,x\n"},
		{console.Options{Format: console.CSV, Columns: []console.Column{{Name: "a,b"}, {Name: `q"`}, {}}}, "\"a,b\",\"q\"\"\",\"\"\n", "\"a,b\",\"q\"\"\",\"\"\na,1,x\n"},
		{console.Options{Format: console.CSV}, "", "a,1,x\n"},
	} {
		var out bytes.Buffer
		tc.opt.Out = &out
		s := open(t, tc.opt)
		if out.String() != tc.opened {
			t.Errorf("%s: opened with %q", tc.opt.Format, out.String())
		}
		write(t, s, "a,1,x\n")
		if out.String() != tc.output {
			t.Errorf("%s: %q at once, want %q", tc.opt.Format, out.String(), tc.output)
		}
		if err := s.Close(t.Context(), true); err != nil || out.String() != tc.output {
			t.Errorf("%s: %q, %v", tc.opt.Format, out.String(), err)
		}
	}
}

func TestTable(t *testing.T) {
	for _, tc := range []struct {
		name  string
		cols  []console.Column
		width int
		color bool
		rows  string
		want  string
	}{
		{name: "numbers to the right, text to the left, NULL empty", cols: trades,
			rows: "VELO,12.50,first\nX,7,\n,,\"\"\nLONGER,1234.5,\"a, \"\"b\"\"\"\n",
			want: `symbol   price  note
──────  ──────  ──────
VELO     12.50  first
X            7

LONGER  1234.5  a, "b"
`},
		{name: "no rows", cols: trades, want: "symbol  price  note\n──────  ─────  ────\n"},
		{name: "text is cut to the terminal, numbers are not", cols: trades, width: 34,
			rows: "ABCDEFGHIJ,123456789.123456,the quick brown fox\n",
			want: "symbol               price  note\n────────  ────────────────  ────────\nABCDEFG…  123456789.123456  the qui…\n"},
		{name: "the widest text gives way first", cols: trades, width: 30,
			rows: "ABC,1,the quick brown fox jumps\n",
			want: "symbol  price  note\n──────  ─────  ───────────────\nABC         1  the quick brow…\n"},
		{name: "control characters and broken UTF-8 are shown, not obeyed", cols: trades,
			rows: "\"a\nb\tc\",1,\x1b[31m\xff\u202e\n",
			want: "symbol   price  note\n───────  ─────  ────────────────────\n" + `a\nb\tc      1  \u001b[31m\xff\u202e` + "\n"},
		{name: "wide and combining characters", cols: trades,
			rows: "東京,1,e\u0301\n🚀,2,x\n",
			want: "symbol  price  note\n──────  ─────  ────\n東京        1  e\u0301\n🚀          2  x\n"},
		{name: "faint NULL, bold header", cols: trades[:2], color: true, rows: "a,\n,2\n",
			want: "\x1b[1msymbol  price\x1b[0m\n──────  ─────\na        \x1b[2mNULL\x1b[0m\n\x1b[2mNULL\x1b[0m        2\n"},
		{name: "one column", cols: trades[:1], rows: "a\n\nb\n", want: "symbol\n──────\na\n\nb\n"},
		{name: "carriage returns before newlines", cols: trades[:2], rows: "a,1\r\n", want: "symbol  price\n──────  ─────\na           1\n"},
	} {
		var out bytes.Buffer
		s := open(t, console.Options{Format: console.Table, Columns: tc.cols, Out: &out, Width: tc.width, Color: tc.color})
		write(t, s, tc.rows)
		if out.Len() > 0 {
			t.Errorf("%s: printed before the widths are known: %q", tc.name, out.String())
		}
		if err := s.Close(t.Context(), true); err != nil {
			t.Fatal(err)
		}
		if out.String() != tc.want {
			t.Errorf("%s:\n%s\nwant\n%s\n%q", tc.name, out.String(), tc.want, out.String())
		}
	}
}

// A live stream shows after a second, then row by row; the header comes again when a column grows.
func TestTableOfAStream(t *testing.T) {
	var out bytes.Buffer
	c := &hand{}
	s := open(t, console.Options{Format: console.Table, Columns: trades[:2], Out: &out, Clock: c})
	expect := func(want string) {
		t.Helper()
		if out.String() != want {
			t.Errorf("printed %q, want %q", out.String(), want)
		}
		out.Reset()
	}
	write(t, s, "a,1\n")
	c.now = 999 * time.Millisecond
	s.Flush(t.Context())
	expect("")
	c.now = time.Second
	s.Flush(t.Context())
	expect("symbol  price\n──────  ─────\na           1\n")
	write(t, s, "b,2\n")
	expect("b           2\n")
	write(t, s, "abcdefgh,3\n")
	expect("\nsymbol    price\n────────  ─────\nabcdefgh      3\n")
	write(t, s, "c,4\n")
	expect("c             4\n")
	s.Close(t.Context(), false)
	expect("")

	s = open(t, console.Options{Format: console.Table, Columns: trades[:1], Out: &out, Clock: c})
	for i := range 999 {
		write(t, s, fmt.Sprint(i, "\n"))
	}
	expect("")
	write(t, s, "last\n")
	if n := strings.Count(out.String(), "\n"); n != 1002 {
		t.Errorf("%d lines after a thousand rows", n)
	}
}

type broken struct{ err error }

func (b broken) Write([]byte) (int, error) { return 0, b.err }

func TestErrors(t *testing.T) {
	s := open(t, console.Options{Format: console.JSONLines, Out: broken{&os.PathError{Op: "write", Path: "stdout", Err: syscall.EPIPE}}})
	for range 2 {
		if err := s.Write(t.Context(), &rt.Output{Buf: []byte("{}\n"), Rows: 1}); err != console.ErrReaderGone {
			t.Errorf("reader gone: %v", err)
		}
	}
	if err := s.Close(t.Context(), true); err != console.ErrReaderGone {
		t.Errorf("closing: %v", err)
	}
	s = open(t, console.Options{Format: console.JSONLines, Out: broken{io.ErrShortWrite}})
	if err := s.Write(t.Context(), &rt.Output{Buf: []byte("{}\n"), Rows: 1}); !errors.Is(err, io.ErrShortWrite) || !strings.HasPrefix(err.Error(), "cannot write to standard output: ") {
		t.Errorf("%v", err)
	}
	if err := console.NewSink(console.Options{Format: "xml"}).Open(context.Background()); err == nil || !strings.Contains(err.Error(), "expected jsonlines, csv or table") {
		t.Errorf("%v", err)
	}
}

// A process that prints into a pipe nobody reads gets ErrReaderGone; it is not ended by a signal.
func TestPipeWithoutReader(t *testing.T) {
	if os.Getenv("PRINT_UNTIL_GONE") != "" {
		s := open(t, console.Options{Format: console.JSONLines})
		var err error
		for err == nil {
			err = s.Write(t.Context(), &rt.Output{Buf: []byte("{}\n"), Rows: 1})
		}
		fmt.Fprintln(os.Stderr, "ended:", err)
		return
	}
	cmd := exec.Command(os.Args[0], "-test.run=^TestPipeWithoutReader$")
	cmd.Env = append(os.Environ(), "PRINT_UNTIL_GONE=1")
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	var messages bytes.Buffer
	cmd.Stdout, cmd.Stderr = w, &messages
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	w.Close()
	io.ReadFull(r, make([]byte, 30))
	r.Close()
	cmd.Wait() // the test binary itself prints to the closed pipe in the end, so its status tells nothing
	if want := "ended: " + string(console.ErrReaderGone); !strings.Contains(messages.String(), want) {
		t.Errorf("%q, want %q", messages.String(), want)
	}
}
