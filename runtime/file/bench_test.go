package file

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	rt "github.com/velostream/veloc/runtime"
)

// benchFile makes a file of about size bytes of one kind of row.
func benchFile(b *testing.B, size int, row string) string {
	b.Helper()
	path := filepath.Join(b.TempDir(), "in")
	if err := os.WriteFile(path, bytes.Repeat([]byte(row), size/len(row)), 0o666); err != nil {
		b.Fatal(err)
	}
	return path
}

// perLine is the least that a job does: find every line's end.
func perLine(data []byte) (n int) {
	for len(data) > 0 {
		data = data[bytes.IndexByte(data, '\n')+1:]
		n++
	}
	return n
}

// BenchmarkSource measures reading and framing with a scan of every line, against the floor: the same scan over a mapping of the
// whole file, without a source.
func BenchmarkSource(b *testing.B) {
	const size = 256 << 20
	json := `{"order_id":"945942528d1c","symbol":"YBVY","side":"BUY","price":157.143,"quantity":2868,"venue":"IEXG","trader_id":"T11658","event_time":1767571200000,"flags":188}` + "\n"
	quoted := strings.Repeat(`"some text","12.34",`, 7) + "\"end\"\n"
	path := benchFile(b, size, json)
	b.Run("floor/workers=1", func(b *testing.B) {
		b.SetBytes(size)
		for range b.N {
			f, err := os.Open(path)
			if err != nil {
				b.Fatal(err)
			}
			st, _ := f.Stat()
			mem, err := mapMemory(f, int(st.Size()))
			if err != nil {
				b.Fatal(err)
			}
			perLine(mem)
			unmapMemory(mem)
			f.Close()
		}
	})
	for _, k := range []struct {
		name string
		opt  SourceOptions
	}{
		{"lines", SourceOptions{Path: path}},
		{"lines-read", SourceOptions{Path: path, NoMmap: true}},
		{"csv-quotes-everywhere", SourceOptions{Path: benchFile(b, size, quoted), Framing: CSV, Quote: '"'}},
		{"csv-without-quotes", SourceOptions{Path: benchFile(b, size, strings.ReplaceAll(quoted, `"`, "_")), Framing: CSV, Quote: '"'}},
	} {
		for _, workers := range []int{1, 2} {
			b.Run(fmt.Sprintf("%s/workers=%d", k.name, workers), func(b *testing.B) {
				b.SetBytes(size)
				b.ReportAllocs()
				for range b.N {
					k.opt.Clock = &clock{}
					s := NewSource(k.opt)
					if err := s.Open(b.Context(), nil); err != nil {
						b.Fatal(err)
					}
					var wg sync.WaitGroup
					for range workers {
						wg.Go(func() {
							var c rt.Chunk
							for {
								if err := s.Poll(b.Context(), &c); err == io.EOF {
									return
								} else if err != nil {
									b.Error(err)
									return
								}
								perLine(c.Data)
								if c.Release != nil {
									c.Release()
								}
							}
						})
					}
					wg.Wait()
					s.Close()
				}
			})
		}
	}
}

func BenchmarkSink(b *testing.B) {
	row := strings.Repeat("x", 120) + "\n"
	o := &rt.Output{Buf: []byte(strings.Repeat(row, 4000)), Rows: 4000}
	for _, path := range []string{os.DevNull, filepath.Join(b.TempDir(), "out")} {
		b.Run(filepath.Base(path), func(b *testing.B) {
			b.SetBytes(int64(len(o.Buf)))
			b.ReportAllocs()
			s := NewSink(SinkOptions{Path: path, NoSync: true, Clock: &clock{}})
			if err := s.Open(b.Context()); err != nil {
				b.Fatal(err)
			}
			for range b.N {
				if err := s.Write(b.Context(), o); err != nil {
					b.Fatal(err)
				}
			}
			if err := s.Close(b.Context(), false); err != nil {
				b.Fatal(err)
			}
		})
	}
}

// BenchmarkArray measures the framing of JSON arrays, which is sequential.
func BenchmarkArray(b *testing.B) {
	const size = 64 << 20
	row := `{"order_id":"945942528d1c","symbol":"YBVY","side":"BUY","price":157.143,"quantity":2868,"venue":"IEXG"},` + "\n"
	path := benchFile(b, size, row)
	text, err := os.ReadFile(path)
	if err != nil {
		b.Fatal(err)
	}
	text = append(append([]byte{'['}, text...), "{}]"...)
	if err := os.WriteFile(path, text, 0o666); err != nil {
		b.Fatal(err)
	}
	b.SetBytes(size)
	b.ReportAllocs()
	b.ResetTimer()
	for range b.N {
		s := NewSource(SourceOptions{Path: path, Framing: JSONArray, Clock: &clock{}})
		if err := s.Open(b.Context(), nil); err != nil {
			b.Fatal(err)
		}
		var c rt.Chunk
		for {
			if err := s.Poll(b.Context(), &c); err == io.EOF {
				break
			} else if err != nil {
				b.Fatal(err)
			}
		}
		s.Close()
	}
}
