package file

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	rt "github.com/velostream/veloc/runtime"
)

// residentFile is the memory of this process that shows files, in bytes.
func residentFile(t *testing.T) (n int) {
	t.Helper()
	b, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(b)) {
		if strings.HasPrefix(line, "RssFile:") {
			fmt.Sscanf(line, "RssFile: %d kB", &n)
			return n << 10
		}
	}
	t.Fatal("no RssFile in /proc/self/status")
	return 0
}

// The pages of a mapping count as memory of the process until they are given back: a large file must not add up.
func TestResidentMemoryIsBounded(t *testing.T) {
	const size = 256 << 20
	path := filepath.Join(t.TempDir(), "in")
	if err := os.WriteFile(path, bytes.Repeat([]byte("0123456789abcde\n"), size/16), 0o666); err != nil {
		t.Fatal(err)
	}
	s := NewSource(SourceOptions{Path: path, Clock: &clock{}})
	if err := s.Open(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	before, most, lines := residentFile(t), 0, 0
	var c rt.Chunk
	for {
		if err := s.Poll(t.Context(), &c); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		lines += perLine(c.Data)
		most = max(most, residentFile(t)-before)
		if c.Release != nil {
			c.Release()
		}
	}
	if lines != size/16 {
		t.Errorf("%d lines", lines)
	}
	if most > 2*windowSize {
		t.Errorf("%d MiB of the file were resident at once", most>>20)
	}
	if !s.open[0].gone.Load() {
		t.Error("the file is still mapped when all its chunks are released")
	}
	t.Logf("at most %d MiB resident of %d", most>>20, size>>20)
}
