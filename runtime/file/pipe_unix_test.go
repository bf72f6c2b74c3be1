//go:build unix

package file_test

import (
	"context"
	"io"
	"os"
	"path/filepath"
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
