package window

import (
	"cmp"
	"fmt"
	"math"
	"math/rand"
	"slices"
	"testing"

	"github.com/velostream/veloc/runtime/state"
)

// row is an event: its time and its group.
type row struct {
	ts, key int64
	id      int
}

// acc remembers the rows of a group in a window in their order, so that nothing can be lost, doubled or swapped unseen.
type acc struct{ rows []int }

type tumbling = Tumbling[int64, acc]

func mergeAcc(dst, src *acc)                 { dst.rows = append(dst.rows, src.rows...) }
func countRows(a *acc) int64                 { return int64(len(a.rows)) }
func shown(s, e, k int64, rows []int) string { return fmt.Sprintf("[%d,%d) key %d: %v", s, e, k, rows) }

// feed does for a row what generated code does. max is the greatest event time of the partition, this row included.
func feed(w *tumbling, r row, max, others int64) (late bool) {
	if max == r.ts { // whoever moves the watermark
		w.Passed(max)
	}
	id, fresh := w.Find(state.IntKey(r.key))
	if fresh {
		w.Keys = append(w.Keys, r.key)
	}
	if uint64(r.ts-w.Start) >= w.Span && !w.Select(r.ts, max, others) {
		return true
	}
	a := w.At(id)
	if len(a.rows) == 0 {
		w.Touch(id)
	}
	a.rows = append(a.rows, r.id)
	return false
}

// setting is how a query is run.
type setting struct {
	size, lateness, bound int64
	workers               int   // 0: the root processes the rows itself
	chunks                []int // rows in each chunk
}

// run processes rows as the engine does: chunk by chunk, on any worker, merged in order; windows close after each chunk.
func run(t *testing.T, s setting, rows []row, r *rand.Rand) (emitted []string, late int64) {
	root := NewTumbling[int64, acc](s.size, s.lateness, s.bound)
	var workers []*tumbling
	for range s.workers {
		workers = append(workers, NewTumbling[int64, acc](s.size, s.lateness, s.bound))
	}
	emit := func(start, end int64, k *int64, a *acc) error {
		emitted = append(emitted, shown(start, end, *k, a.rows))
		return nil
	}
	top := int64(math.MinInt64)
	for _, n := range s.chunks {
		w, max := root, top
		if s.workers > 0 {
			w, max = workers[r.Intn(s.workers)], math.MinInt64
		}
		for _, x := range rows[:n] {
			if max = maxOf(max, x.ts); feed(w, x, max, math.MaxInt64) {
				late++
			}
		}
		rows = rows[n:]
		if w != root {
			late += root.Merge(w, countRows, mergeAcc)
			if w.Open() != 0 {
				t.Fatal("a worker keeps panes that were merged")
			}
		}
		if top = maxOf(top, max); top != math.MinInt64 {
			if err := root.Close(top-s.bound, emit); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := root.Close(math.MaxInt64, emit); err != nil {
		t.Fatal(err)
	}
	return emitted, late
}

// naive does it row by row: a row is late when its window has closed, by the greatest event time up to and including itself.
func naive(s setting, rows []row) (emitted []string, late int64) {
	type group struct {
		start, key int64
		rows       []int
	}
	var groups []*group // by first appearance
	top := int64(math.MinInt64)
	for _, x := range rows {
		top = maxOf(top, x.ts)
		start := x.ts - ((x.ts%s.size)+s.size)%s.size
		if start+s.size+s.lateness <= top-s.bound {
			late++
			continue
		}
		i := slices.IndexFunc(groups, func(g *group) bool { return g.start == start && g.key == x.key })
		if i < 0 {
			i = len(groups)
			groups = append(groups, &group{start: start, key: x.key})
		}
		groups[i].rows = append(groups[i].rows, x.id)
	}
	slices.SortStableFunc(groups, func(a, b *group) int { return cmp.Compare(a.start, b.start) })
	for _, g := range groups {
		emitted = append(emitted, shown(g.start, g.start+s.size, g.key, g.rows))
	}
	return emitted, late
}

// Results, their order and the number of late rows are those of one pass over the rows, whatever the chunks and workers, for times before
// 1970 too, and for any disorder.
func TestLikeOnePass(t *testing.T) {
	for seed := range int64(3000) {
		r := rand.New(rand.NewSource(seed))
		s := setting{size: 1 + r.Int63n(40), lateness: r.Int63n(3) * r.Int63n(30), bound: r.Int63n(3) * r.Int63n(50), workers: r.Intn(4)}
		now, jitter := r.Int63n(2000)-1000, 1+r.Int63n(1+3*(s.size+s.lateness+s.bound))
		keys := 1 + r.Int63n(6)
		var rows []row
		for i := range r.Intn(200) {
			now += r.Int63n(1 + s.size/2)
			if r.Intn(40) == 0 {
				now += r.Int63n(10 * s.size)
			}
			rows = append(rows, row{ts: now - r.Int63n(jitter), key: r.Int63n(keys), id: i})
		}
		for left := len(rows); left > 0; {
			n := min(left, r.Intn(1+r.Intn(30))) // empty chunks too
			s.chunks = append(s.chunks, n)
			left -= n
		}
		want, wantLate := naive(s, rows)
		got, late := run(t, s, rows, r)
		if late != wantLate || !slices.Equal(got, want) {
			t.Fatalf("seed %d, %+v:\ngot  %d late, %v\nwant %d late, %v", seed, s, late, got, wantLate, want)
		}
	}
}

// A window closes when the watermark, which is the greatest event time less the bound, has reached its end and the allowed lateness has
// passed, exactly then.
func TestLateExactly(t *testing.T) {
	for _, c := range []struct {
		name                  string
		size, lateness, bound int64
		before                int64 // greatest event time so far
		others                int64 // watermark of the other partitions
		ts                    int64
		late                  bool
	}{
		{"its window is open", 10, 0, 0, 19, math.MaxInt64, 10, false},
		{"its window has just closed", 10, 0, 0, 20, math.MaxInt64, 19, true},
		{"the bound holds the watermark back", 10, 0, 5, 24, math.MaxInt64, 19, false},
		{"the bound is used up", 10, 0, 5, 25, math.MaxInt64, 19, true},
		{"lateness keeps the window", 10, 7, 0, 26, math.MaxInt64, 19, false},
		{"lateness is used up", 10, 7, 0, 27, math.MaxInt64, 19, true},
		{"bound and lateness add up", 10, 7, 5, 31, math.MaxInt64, 10, false},
		{"both are used up", 10, 7, 5, 32, math.MaxInt64, 10, true},
		{"another partition is behind", 10, 0, 0, 1000, 19, 10, false},
		{"the other partition has come too", 10, 0, 0, 1000, 20, 10, true},
		{"before 1970", 10, 0, 0, -1, math.MaxInt64, -10, false},
		{"before 1970, closed", 10, 0, 0, 0, math.MaxInt64, -1, true},
		{"the first row of all", 10, 0, 0, math.MinInt64, math.MaxInt64, -1, false},
	} {
		w := NewTumbling[int64, acc](c.size, c.lateness, c.bound)
		if got := feed(w, row{ts: c.ts}, maxOf(c.before, c.ts), c.others); got != c.late {
			t.Errorf("%s: late %v", c.name, got)
		}
		if open := w.Open(); (open == 0) != c.late {
			t.Errorf("%s: %d windows are open", c.name, open)
		}
	}
}

// A row that WHERE drops, or that another query reads, moves the watermark too.
func TestPassed(t *testing.T) {
	for _, c := range []struct {
		max  int64
		late bool
	}{{9, false}, {29, false}, {30, true}, {31, true}} {
		w := NewTumbling[int64, acc](10, 15, 5)
		feed(w, row{ts: 5}, 5, math.MaxInt64)
		w.Passed(c.max)
		if late := feed(w, row{ts: 6}, c.max, math.MaxInt64); late != c.late {
			t.Errorf("after %d: late %v", c.max, late)
		}
	}
}

// What Close has closed stays closed, even for rows of a partition that is behind.
func TestClosedStaysClosed(t *testing.T) {
	w := NewTumbling[int64, acc](10, 0, 0)
	w.Forget(30)
	if !feed(w, row{ts: 25}, 25, math.MaxInt64) {
		t.Error("a row of a window that was closed is not late")
	}
	w.Forget(10) // a watermark that falls changes nothing
	if !feed(w, row{ts: 29}, 29, math.MaxInt64) {
		t.Error("the watermark fell")
	}
	if feed(w, row{ts: 30}, 30, math.MaxInt64) {
		t.Error("the next window is closed")
	}
}

// Windows that reach beyond what a TIMESTAMP holds do not open: their rows are late, whatever came before.
func TestEndsOfTime(t *testing.T) {
	const first, last = math.MinInt64, math.MaxInt64
	for _, c := range []struct {
		ts   int64
		late bool
	}{{first, true}, {first + 7, true}, {first + 8, false}, {first + 20, false}, {0, false}, {last - 33, false}, {last - 7, true}, {last, true}} {
		for _, before := range []int64{0, first + 8, last} {
			w := NewTumbling[int64, acc](10, 10, 5)
			if before != last { // a row before, which does not move the watermark
				feed(w, row{ts: before}, first, last)
			}
			if late := feed(w, row{ts: c.ts}, first, last); late != c.late {
				t.Errorf("%d behind %d: late %v", c.ts, before, late)
			}
		}
	}
	w := NewTumbling[int64, acc](10, 10, 5)
	if feed(w, row{ts: first + 8}, first+8, last) || feed(w, row{ts: first + 20}, first+20, last) {
		t.Error("the watermark wrapped around")
	}
}

// Panes that are opened in any order close in the order of time, groups in the order of their first row.
func TestPanesCloseInOrder(t *testing.T) {
	w := NewTumbling[int64, acc](10, 1000, 0)
	for i, ts := range []int64{35, -5, 12, 38, 3, -1, 15} {
		feed(w, row{ts: ts, key: int64(i % 2), id: i}, 38, math.MaxInt64)
	}
	var got []string
	emit := func(start, end int64, k *int64, a *acc) error {
		got = append(got, shown(start, end, *k, a.rows))
		return nil
	}
	if err := w.Close(1019, emit); err != nil {
		t.Fatal(err)
	}
	want := []string{"[-10,0) key 1: [1 5]", "[0,10) key 0: [4]"}
	if !slices.Equal(got, want) || w.Open() != 2 {
		t.Errorf("%v, %d are open", got, w.Open())
	}
	got = nil
	if err := w.Close(math.MaxInt64, emit); err != nil {
		t.Fatal(err)
	}
	if want := []string{"[10,20) key 0: [2 6]", "[30,40) key 0: [0]", "[30,40) key 1: [3]"}; !slices.Equal(got, want) {
		t.Errorf("%v", got)
	}
}

// An error of a result ends Close.
func TestEmitFails(t *testing.T) {
	w := NewTumbling[int64, acc](10, 0, 0)
	feed(w, row{ts: 1}, 1, math.MaxInt64)
	broken := fmt.Errorf("disk full")
	if err := w.Close(10, func(int64, int64, *int64, *acc) error { return broken }); err != broken {
		t.Errorf("%v", err)
	}
}

// Memory follows the groups of open windows, not all groups that ever were: with a quarter of a million groups, a few of which are live at a time, the
// tables of the root and of its workers stay small, and nothing is mixed up when groups are numbered anew.
func TestForgetsKeys(t *testing.T) {
	const perWindow, windows = 4000, 60
	for _, workers := range []int{0, 1, 3} {
		root := NewTumbling[int64, acc](10, 0, 0)
		var ws []*tumbling
		for range workers {
			ws = append(ws, NewTumbling[int64, acc](10, 0, 0))
		}
		id, next, most := 0, int64(0), 0
		emit := func(start, end int64, k *int64, a *acc) error {
			// Row n belongs to key n, except for every tenth, which belongs to a key that is always there.
			for _, n := range a.rows {
				if want := keyOf(n); *k != want || start != int64(n/perWindow)*10 {
					t.Fatalf("row %d is counted for key %d in window %d", n, *k, start)
				}
			}
			next += int64(len(a.rows))
			return nil
		}
		for win := range windows {
			w := root
			if workers > 0 {
				w = ws[win%workers]
			}
			for range perWindow {
				ts := int64(win) * 10
				if feed(w, row{ts: ts, key: keyOf(id), id: id}, ts, math.MaxInt64) {
					t.Fatal("late")
				}
				id++
			}
			if w != root {
				root.Merge(w, countRows, mergeAcc)
				most = max(most, w.Len())
			}
			most = max(most, root.Len())
			if err := root.Close(int64(win)*10, emit); err != nil {
				t.Fatal(err)
			}
			if root.Len() != len(root.Keys) {
				t.Fatalf("%d groups, %d keys", root.Len(), len(root.Keys))
			}
		}
		if err := root.Close(math.MaxInt64, emit); err != nil {
			t.Fatal(err)
		}
		if next != int64(id) {
			t.Errorf("%d of %d rows came out", next, id)
		}
		if most > keepKeys+perWindow {
			t.Errorf("%d workers: up to %d groups were remembered", workers, most)
		}
	}
}

func keyOf(n int) int64 {
	if n%10 == 5 {
		return -1
	}
	return int64(n)
}

// Groups that stay live are not forgotten: numbering them anew would cost and free nothing.
func TestKeepsLiveKeys(t *testing.T) {
	w := NewTumbling[int64, acc](10, 0, 0)
	for i := range keepKeys + 10 {
		feed(w, row{ts: 5, key: int64(i), id: i}, 5, math.MaxInt64)
		feed(w, row{ts: 15, key: int64(i), id: i}, 15, 5)
	}
	w.Forget(10)
	if w.Len() != keepKeys+10 || w.Open() != 1 {
		t.Errorf("%d groups in %d windows", w.Len(), w.Open())
	}
	w.Forget(20)
	if w.Len() != 0 || w.Open() != 0 {
		t.Errorf("%d groups in %d windows, none is open", w.Len(), w.Open())
	}
}

func TestFloorTo(t *testing.T) {
	for _, c := range []struct{ ts, size, want int64 }{{0, 10, 0}, {9, 10, 0}, {10, 10, 10}, {-1, 10, -10}, {-10, 10, -10}, {-11, 10, -20}, {7, 1, 7}, {-7, 1, -7}} {
		if got := FloorTo(c.ts, c.size); got != c.want {
			t.Errorf("FloorTo(%d, %d) = %d, want %d", c.ts, c.size, got, c.want)
		}
	}
}

// After warm-up rows cost no allocation, and neither do closing windows.
func TestNoAllocation(t *testing.T) {
	w := NewTumbling[int64, int64](10, 0, 0)
	now := int64(0)
	emit := func(int64, int64, *int64, *int64) error { return nil }
	turn := func() {
		for range 100 {
			now++
			w.Passed(now)
			id, fresh := w.Find(state.IntKey(now % 7))
			if fresh {
				w.Keys = append(w.Keys, now%7)
			}
			if uint64(now-w.Start) >= w.Span && !w.Select(now, now, math.MaxInt64) {
				t.Fatal("late")
			}
			if a := w.At(id); *a == 0 {
				w.Touch(id)
				*a = 1
			}
			if err := w.Close(now, emit); err != nil {
				t.Fatal(err)
			}
		}
	}
	turn()
	if n := testing.AllocsPerRun(20, turn); n > 0 {
		t.Errorf("%v allocations for 100 rows", n)
	}
}
