package rttest_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	rt "github.com/velostream/veloc/runtime"
	"github.com/velostream/veloc/runtime/mem"
	"github.com/velostream/veloc/runtime/rttest"
)

func rows(part, n int) (text string, list []string) {
	for i := range n {
		list = append(list, fmt.Sprintf("%d/%d %s", part, i, strings.Repeat("x", i%37)))
	}
	return strings.Join(list, "\n"), list
}

// The sources and sinks in memory pass their own suites: what tests build on keeps the contract.
func TestMemSource(t *testing.T) {
	a, listA := rows(0, 1000)
	b, listB := rows(1, 333)
	want := map[int32][]string{0: listA, 1: listB}
	t.Run("bounded", func(t *testing.T) {
		rttest.NoLeaks(t)
		rttest.Source(t, rttest.SourceCase{Rows: want, New: func(testing.TB) rt.Source { return mem.NewSource(a, b) }})
	})
	t.Run("records", func(t *testing.T) {
		rttest.Source(t, rttest.SourceCase{Rows: want, New: func(testing.TB) rt.Source {
			s := mem.NewSource(a, b)
			s.Records = true
			return s
		}})
	})
	t.Run("stream", func(t *testing.T) {
		rttest.NoLeaks(t)
		rttest.Source(t, rttest.SourceCase{Rows: want, Unbounded: true, New: func(testing.TB) rt.Source {
			s := mem.NewStream(2)
			s.Push(0, a)
			s.Push(1, b)
			return s
		}})
	})
}

func TestMemSink(t *testing.T) {
	var s *mem.Sink
	rttest.Sink(t, rttest.SinkCase{
		Reset: func(testing.TB) { s = mem.NewSink() },
		New:   func(testing.TB) rt.Sink { return s },
		Read:  func(testing.TB) (string, bool) { return s.Final() },
		Broken: func(testing.TB) rt.Sink {
			s := mem.NewSink()
			s.OnOpen = func() error { return rt.Error("the folder does not exist") }
			return s
		},
	})
}

func TestMemSinkKeepsRecords(t *testing.T) {
	s := mem.NewSink()
	o := &rt.Output{Buf: []byte("k1v1v2k3v3"), Rows: 3, Recs: []rt.OutRec{
		{Key: 2, Value: 4, Time: 9}, {Key: 4, Value: 6, NoKey: true}, {Key: 8, Value: 10}}}
	if err := s.Write(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range s.Records() {
		got = append(got, fmt.Sprintf("%s=%s@%d,%t", r.Key, r.Value, r.Time, r.Key == nil))
	}
	if want := "k1=v1@9,false =v2@0,true k3=v3@0,false"; strings.Join(got, " ") != want {
		t.Errorf("got %v, want %s", got, want)
	}
}

func TestLedger(t *testing.T) {
	l := mem.NewLedger(&rt.Checkpoint{Number: 4, Positions: map[int32]rt.Position{0: 10}})
	pos := map[int32]rt.Position{0: 20}
	if err := l.Commit(t.Context(), &rt.Epoch{Number: 5, Positions: pos}); err != nil {
		t.Fatal(err)
	}
	pos[0] = 99 // the caller goes on using its map
	if err := l.Await(t.Context(), 0, 20); err != nil {
		t.Fatal(err)
	}
	ck, err := l.Restore(t.Context(), 0)
	if err != nil || ck.Number != 5 || ck.Positions[0] != 20 {
		t.Errorf("Restore: %+v, %v", ck, err)
	}
}

func TestClock(t *testing.T) {
	c := rttest.NewClock(1000)
	late, soon, stopped := c.NewTimer(time.Second), c.NewTimer(time.Millisecond), c.NewTimer(time.Millisecond)
	c.Await(3)
	if !stopped.Stop() {
		t.Error("Stop of a running timer returns false")
	}
	c.Advance(time.Millisecond)
	<-soon.C()
	if c.Now() != 1000+int64(time.Millisecond) {
		t.Errorf("the clock shows %d", c.Now())
	}
	select {
	case <-late.C():
		t.Error("a timer fired early")
	case <-stopped.C():
		t.Error("a stopped timer fired")
	default:
	}
	c.Advance(time.Hour)
	<-late.C()
	if late.Stop() {
		t.Error("Stop of a timer that fired returns true")
	}
	<-c.NewTimer(0).C()
}
