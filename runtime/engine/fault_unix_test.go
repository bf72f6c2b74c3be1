//go:build unix

package engine_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	rt "github.com/velostream/veloc/runtime"
	"github.com/velostream/veloc/runtime/engine"
	"github.com/velostream/veloc/runtime/mem"
)

// mapped delivers one chunk of mapped memory whose file has been truncated meanwhile.
type mapped struct {
	*mem.Source
	data []byte
}

func (m *mapped) Poll(ctx context.Context, c *rt.Chunk) error {
	if err := m.Source.Poll(ctx, c); err != nil {
		return err
	}
	c.Data = m.data
	return nil
}

// A mapped file that shrinks while it is read raises SIGBUS in the decoder. It becomes an error that says so.
func TestTruncatedMapping(t *testing.T) {
	path := filepath.Join(t.TempDir(), "in.txt")
	if err := os.WriteFile(path, []byte(strings.Repeat("a 1\n", 4096)), 0o644); err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	data, err := syscall.Mmap(int(f.Fd()), 0, 16384, syscall.PROT_READ, syscall.MAP_SHARED)
	if err != nil {
		t.Fatal(err)
	}
	defer syscall.Munmap(data)
	if err := f.Truncate(0); err != nil {
		t.Fatal(err)
	}
	sink := mem.NewSink()
	j := withLedger(job("filter", rt.ByChunk, nil, sink), &mapped{mem.NewSource("x"), data}, nil)
	_, err = engine.Run(t.Context(), j, engine.Options{Workers: 2})
	if err == nil || !strings.Contains(err.Error(), "it was probably truncated or replaced while the job ran") || strings.Contains(err.Error(), "bug:") {
		t.Errorf("%v", err)
	}
	if _, ok := sink.Final(); ok {
		t.Error("the sink was closed as complete")
	}
}
