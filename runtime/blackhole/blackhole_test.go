package blackhole_test

import (
	"testing"

	rt "github.com/velostream/veloc/runtime"
	"github.com/velostream/veloc/runtime/blackhole"
)

func TestCounts(t *testing.T) {
	s := blackhole.NewSink()
	var sink rt.Sink = s
	if err := sink.Open(t.Context()); err != nil {
		t.Fatal(err)
	}
	o := &rt.Output{Buf: []byte("one\ntwo\n"), Rows: 2}
	if n := testing.AllocsPerRun(9, func() { sink.Write(t.Context(), o) }); n > 0 {
		t.Errorf("%v allocations", n)
	}
	if s.Rows() != 20 || s.Bytes() != 80 {
		t.Errorf("%d rows, %d bytes", s.Rows(), s.Bytes())
	}
	if err := sink.Close(t.Context(), true); err != nil {
		t.Fatal(err)
	}
}
