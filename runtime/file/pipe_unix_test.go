//go:build unix

package file_test

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	rt "github.com/velostream/veloc/runtime"
	"github.com/velostream/veloc/runtime/file"
)

// A pipe delivers rows as they come, and empty chunks while nothing comes.
func TestPipeIsLive(t *testing.T) {
	path := filepath.Join(t.TempDir(), "fifo")
	if err := syscall.Mkfifo(path, 0o666); err != nil {
		t.Fatal(err)
	}
	s := file.NewSource(file.SourceOptions{Path: path, Clock: stopped{}})
	if err := s.Open(t.Context(), nil); err != nil { // does not wait for a writer
		t.Fatal(err)
	}
	defer s.Close()
	if s.Bounded() {
		t.Error("a pipe is not bounded")
	}
	var c rt.Chunk
	next := func(want string) {
		t.Helper()
		for {
			if err := s.Poll(t.Context(), &c); err != nil {
				t.Fatal(err)
			}
			if len(c.Data) > 0 {
				break
			}
		}
		if string(c.Data) != want {
			t.Fatalf("got %q, want %q", c.Data, want)
		}
	}
	if err := s.Poll(t.Context(), &c); err != nil || len(c.Data) != 0 {
		t.Fatalf("before the writer came: %q, %v", c.Data, err)
	}
	w, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	w.WriteString("one\ntwo\nthr")
	next("one\ntwo\n")
	if err := s.Poll(t.Context(), &c); err != nil || len(c.Data) != 0 {
		t.Fatalf("within a row: %q, %v", c.Data, err)
	}
	w.WriteString("ee\nlast")
	next("three\n")
	if c.Line != 3 || c.Offset != 8 {
		t.Errorf("line %d, offset %d", c.Line, c.Offset)
	}
	w.Close()
	next("last\n")
	if err := s.Poll(t.Context(), &c); err != io.EOF {
		t.Fatal(err)
	}
	if err := s.Seek(0, 4); err != rt.ErrNotReplayable {
		t.Errorf("seek: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	s2 := file.NewSource(file.SourceOptions{Path: path, Clock: stopped{}})
	if err := s2.Open(ctx, nil); err != nil {
		t.Fatal(err)
	}
	cancel()
	if err := s2.Poll(ctx, &c); err != context.Canceled {
		t.Errorf("after cancel: %v", err)
	}
	s2.Close()
}

func TestCompressedPipeAndHeader(t *testing.T) {
	path := filepath.Join(t.TempDir(), "fifo")
	if err := syscall.Mkfifo(path, 0o666); err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() {
		w, err := os.OpenFile(path, os.O_WRONLY, 0)
		if err == nil {
			_, err = w.Write(gz("a,b\n" + lines(0, 30_000)))
			w.Close()
		}
		done <- err
	}()
	got, _, err := read(t, file.SourceOptions{Path: path, Framing: file.CSV, Header: true, Columns: []string{"a"}, Check: file.HeaderHas, Codecs: codecs})
	if err != nil || got != lines(0, 30_000) {
		t.Errorf("%d bytes, %v", len(got), err)
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
}

// Standard input may be a file: then it is mapped like one, and its lines can be located.
func TestStandardInput(t *testing.T) {
	old := os.Stdin
	defer func() { os.Stdin = old }()
	path := put(t, "in.csv", []byte("a,b\n1,\"x\ny\"\n2,\"z\n3,w\n"))
	for _, noMmap := range []bool{false, true} {
		f, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		os.Stdin = f
		got, rejects, err := read(t, file.SourceOptions{Path: "-", Framing: file.CSV, Quote: '"', Header: true, ChunkSize: 4, NoMmap: noMmap})
		if err != nil || got != "1,\"x\ny\"\n" {
			t.Errorf("%q, %v", got, err)
		}
		if len(rejects) != 1 || !strings.HasPrefix(rejects[0], "line 4: a quoted field of this row is not closed") {
			t.Errorf("refused %q", rejects)
		}
		if _, err := f.Seek(4, io.SeekStart); err != nil {
			t.Errorf("the source closed standard input: %v", err)
		}
		// Someone has read the first line already.
		got, _, err = read(t, file.SourceOptions{Path: "-", ChunkSize: 4, NoMmap: noMmap})
		if err != nil || got != "1,\"x\ny\"\n2,\"z\n3,w\n" {
			t.Errorf("rest: %q, %v", got, err)
		}
		f.Close()
	}
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	os.Stdin = r
	w.WriteString("a,b\n1,2\n3,4")
	w.Close()
	got, _, err := read(t, file.SourceOptions{Path: "-", Framing: file.CSV, Quote: '"', Header: true, Columns: []string{"b"}, Check: file.HeaderHas})
	if err != nil || got != "1,2\n3,4\n" {
		t.Errorf("pipe: %q, %v", got, err)
	}
	r.Close()
}
