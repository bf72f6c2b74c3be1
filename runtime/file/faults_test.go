package file

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"testing"
	"time"

	rt "github.com/velostream/veloc/runtime"
)

// A file that shrinks while it is mapped must end the job with an error, whether the missing pages are met in Poll or by the one who
// scans a chunk.
func TestTruncatedWhileRead(t *testing.T) {
	const size = 1 << 20
	for _, framing := range []Framing{Lines, CSV} {
		path := filepath.Join(write(t, map[string]string{"in": strings.Repeat("0123456,\"890\"\n", size/14)}), "in")
		open := func(o SourceOptions) (*Source, *rt.Chunk) {
			o.Path, o.Framing, o.Quote, o.ChunkSize = path, framing, '"', 64<<10
			s, c := source(o), new(rt.Chunk)
			if err := s.Open(t.Context(), nil); err != nil {
				t.Fatal(err)
			}
			if err := s.Poll(t.Context(), c); err != nil {
				t.Fatal(err)
			}
			return s, c
		}
		t.Cleanup(func() { debug.SetPanicOnFault(false) })

		s, c := open(SourceOptions{})
		if err := os.Truncate(path, 100); err != nil {
			t.Fatal(err)
		}
		err := func() (err error) { // as the engine does it
			defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
			defer func() {
				if at, ok := recover().(interface{ Addr() uintptr }); ok {
					err = s.Fault(at.Addr())
				}
			}()
			sum := 0
			for _, b := range c.Data {
				sum += int(b)
			}
			t.Errorf("no fault, sum %d", sum)
			return nil
		}()
		want := "was truncated by another process while it was read (it had 1048572 bytes and now has 100): run again when the file is complete"
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("scanning: %v", err)
		}
		for range 2 {
			if err := s.Poll(t.Context(), c); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("polling: %v", err)
			}
		}
		if s.Fault(4096) != nil {
			t.Error("a fault elsewhere is not ours")
		}
		s.Close()

		os.Truncate(path, size)
		s, c = open(SourceOptions{})
		m := s.open[0]
		os.Truncate(path, 100)
		fault := func() (err error) { // the file shrinks after the check at the start of Poll
			defer m.guard(&err)()
			m.rows(place{at: size / 2, seek: true}, size/2, size, 1000)
			return nil
		}()
		if fault == nil || !strings.Contains(fault.Error(), "was truncated") {
			t.Errorf("framing: %v", fault)
		}
		s.Close()

		os.WriteFile(path, []byte(strings.Repeat("x\n", size/2)), 0o666)
		s, c = open(SourceOptions{NoMmap: true})
		os.Truncate(path, 100)
		for err = nil; err == nil; err = s.Poll(t.Context(), c) {
		}
		if !strings.Contains(err.Error(), "was truncated") {
			t.Errorf("reading: %v", err)
		}
		s.Close()
	}
}

// A fault that has another cause is not swallowed.
func TestOtherPanicsPass(t *testing.T) {
	m := &mapped{src: source(SourceOptions{Path: "x"})}
	defer func() {
		if recover() != "bug: elsewhere" {
			t.Error("the panic did not come through")
		}
	}()
	var err error
	defer m.guard(&err)()
	panic("bug: elsewhere")
}

func TestWaitsForTheFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "late.csv")
	c := &clock{}
	looks := 0
	c.wake = func() {
		if looks++; looks == 3 {
			os.WriteFile(path, []byte("here\n"), 0o666)
		}
	}
	r := run(t, SourceOptions{Path: path, FileWait: time.Minute, FileRetry: 10 * time.Second, Clock: c}, 1)
	if r.err != nil || r.text != "here\n" || looks != 3 || c.Now() != int64(30*time.Second) {
		t.Errorf("%q, %v after %d looks", r.text, r.err, looks)
	}

	os.Remove(path)
	c = &clock{}
	r = run(t, SourceOptions{Path: path, FileWait: 25 * time.Second, FileRetry: 10 * time.Second, Clock: c}, 1)
	if r.err == nil || !strings.Contains(r.err.Error(), "late.csv does not exist; the directory is empty (waited 25s for it)") || c.Now() != int64(25*time.Second) {
		t.Errorf("%v at %d", r.err, c.Now())
	}

	ctx, cancel := context.WithCancel(t.Context())
	c = &clock{wake: cancel}
	s := source(SourceOptions{Path: path, FileWait: time.Hour, Clock: c})
	if err := s.Open(ctx, nil); err != context.Canceled && err == nil {
		t.Errorf("cancelled: %v", err)
	}
}

// One line of 64 MiB among others: it is refused, and nothing like its size is held in memory.
func TestHugeLine(t *testing.T) {
	path := filepath.Join(t.TempDir(), "in")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	f.WriteString("a\n\"")
	f.Seek(64<<20, io.SeekCurrent) // a hole
	f.WriteString("\nb\n")
	f.Close()
	for _, o := range []SourceOptions{{}, {NoMmap: true}, {Framing: CSV, Quote: '"'}, {Framing: CSV, Quote: '"', NoMmap: true}} {
		o.Path, o.MaxRow, o.ChunkSize = path, 256<<10, 64<<10
		r := run(t, o, 2)
		if r.err != nil || r.text != "a\nb\n" || len(r.rejects) != 1 || !strings.HasPrefix(r.rejects[0], "2 VR0301: \"\x00") {
			t.Errorf("%q, %v, %d refused", r.text, r.err, len(r.rejects))
		}
	}
}

// Locate counts forward from where it was, and also answers questions out of order.
func TestLocate(t *testing.T) {
	text := strings.Repeat("1234567\n", 3<<20/8*4)
	path := filepath.Join(write(t, map[string]string{"in": text}), "in")
	s := source(SourceOptions{Path: path})
	if err := s.Open(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	ref := rt.ChunkRef{File: path}
	for _, line := range []int64{1, 5, 100_000, 100_001, 1_500_000, 7, 1_500_001, 1_400_000, 2} {
		if got := s.Locate(ref, (line-1)*8); got != line {
			t.Errorf("line %d: %d", line, got)
		}
		if got := s.Locate(ref, (line-1)*8+7); got != line {
			t.Errorf("end of line %d: %d", line, got)
		}
	}
	if got := s.Locate(ref, int64(len(text))+1); got != 0 {
		t.Errorf("behind the end: %d", got)
	}
	if got := s.Locate(rt.ChunkRef{File: path + "x"}, 0); got != 0 {
		t.Errorf("no such file: %d", got)
	}
}
