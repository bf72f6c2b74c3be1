package ledger_test

import (
	"fmt"
	"testing"
	"time"

	rt "github.com/velostream/veloc/runtime"
	"github.com/velostream/veloc/runtime/ledger"
	"github.com/velostream/veloc/runtime/state"
)

// benchGroups is how many groups the benchmarks have: about 200 MB of snapshot.
const benchGroups = 4_000_000

func benchWorld(b *testing.B) *world {
	w := newWorld("rows")
	for i := range benchGroups {
		text := fmt.Sprintf("customer-%012d-of-many", i)
		id, _ := w.groups.Find(state.TextKey(text))
		w.groups.Keys = append(w.groups.Keys, word{text})
		w.groups.Appeared(int64(i), 0)
		w.groups.Change(id).N++
	}
	return w
}

// BenchmarkSnapshot writes all groups in slices and reads them again. It reports how long the longest slice held everything up.
func BenchmarkSnapshot(b *testing.B) {
	dir := b.TempDir()
	w := benchWorld(b)
	for range b.N {
		l, err := ledger.Open(ledger.Options{Dir: dir, Job: "words"})
		if err != nil {
			b.Fatal(err)
		}
		if l.Last() == nil {
			if err := l.Restore([]state.Persister{w.table}, nil); err != nil {
				b.Fatal(err)
			}
			w.table.Track()
			c := &ledger.Capture{}
			c.Inputs = []ledger.Input{{Name: "in", Positions: map[int32]rt.Position{0: 1}}}
			l.Capture(c, nil, true)
			if err := l.Commit(c); err != nil {
				b.Fatal(err)
			}
			s, err := l.Begin()
			if err != nil {
				b.Fatal(err)
			}
			longest, began := time.Duration(0), time.Now()
			for more := true; more; {
				at := time.Now()
				more = s.Slice(1 << 20)
				longest = max(longest, time.Since(at))
				if err := s.Write(more); err != nil {
					b.Fatal(err)
				}
			}
			written := time.Since(began)
			at := time.Now()
			for id := range benchGroups / 10 {
				w.groups.Change(id * 10).N++
			}
			changed := time.Since(at)
			at = time.Now()
			l.Capture(c, s, false)
			captured := time.Since(at)
			if err := l.Commit(c); err != nil {
				b.Fatal(err)
			}
			b.Logf("%d MB written in %v, the longest slice %v; %d changes noted in %v and captured in %v", l.Last().Snapshot.Size>>20, written, longest, benchGroups/10, changed, captured)
			l.Close()
			continue
		}
		again := newWorld("rows")
		at := time.Now()
		if err := l.Restore([]state.Persister{again.table}, nil); err != nil {
			b.Fatal(err)
		}
		took := time.Since(at)
		b.ReportMetric(float64(l.Last().Snapshot.Size)/took.Seconds()/1e6, "MB/s")
		b.ReportMetric(float64(took.Nanoseconds())/benchGroups, "ns/group")
		l.Close()
	}
}

// BenchmarkChange is what it costs to note that a group changes: nobody saves it, or somebody does.
func BenchmarkChange(b *testing.B) {
	for _, saved := range []bool{false, true} {
		b.Run(map[bool]string{false: "memory only", true: "saved"}[saved], func(b *testing.B) {
			w := newWorld("rows")
			for range 1000 {
				w.step()
			}
			if saved {
				w.table.Track()
			}
			n := w.groups.Len()
			for b.Loop() {
				for id := range n {
					w.groups.Change(id).N++
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/row")
		})
	}
	b.Run("without noting", func(b *testing.B) {
		w := newWorld("rows")
		for range 1000 {
			w.step()
		}
		n := w.groups.Len()
		for b.Loop() {
			for id := range n {
				w.groups.At(id).N++
			}
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/row")
	})
}
