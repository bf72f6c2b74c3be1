package window

import (
	"cmp"
	"fmt"
	"math"
	"math/rand"
	"slices"
	"testing"
	"time"

	rt "github.com/velostream/veloc/runtime"
	"github.com/velostream/veloc/runtime/state"
)

// cut is a kind of window, with the windows around a time found by trying all that could be.
type cut struct {
	name                  string
	size, advance, offset int64
	shape                 Shape
	around                func(ts int64) (windows [][2]int64)
}

func hop(size, advance, offset int64) cut {
	return cut{name: "hop", size: size, advance: advance, offset: offset, shape: Hop(size, advance, offset), around: func(ts int64) (out [][2]int64) {
		for start := ts - size - 2*advance; start <= ts; start++ {
			if (start-offset)%advance == 0 && start <= ts && ts < start+size {
				out = append(out, [2]int64{start, start + size})
			}
		}
		return out
	}}
}

func cumulate(size, step, offset int64) cut {
	return cut{name: "cumulate", size: size, advance: step, offset: offset, shape: Cumulate(size, step, offset), around: func(ts int64) (out [][2]int64) {
		for start := ts - 2*size; start <= ts; start++ {
			if (start-offset)%size != 0 || start+size <= ts {
				continue
			}
			for end := start + step; end <= start+size; end += step {
				if ts < end {
					out = append(out, [2]int64{start, end})
				}
			}
		}
		return out
	}}
}

func randomCut(r *rand.Rand) cut {
	switch r.Intn(4) {
	case 0:
		size := 1 + r.Int63n(30)
		return hop(size, size, r.Int63n(41)-20)
	case 1:
		step := 1 + r.Int63n(9)
		return cumulate(step*(1+r.Int63n(6)), step, r.Int63n(21)-10)
	}
	size := 1 + r.Int63n(40)
	if r.Intn(2) == 0 { // many panes
		return hop(size, 1+r.Int63n(min(2, size)), r.Int63n(21)-10)
	}
	return hop(size, 1+r.Int63n(size), r.Int63n(21)-10)
}

// told is a window as the naive program tells it.
type told struct {
	start, end, key int64
	rows            []int
}

// naiveWindows does it row by row: a row is in all windows around it that have not closed by the greatest event time up to and including
// itself. moved puts late rows to the time of the watermark.
func naiveWindows(c cut, s setting, rows []row, moved bool) (out []*told, late int64) {
	top := int64(math.MinInt64)
	for _, x := range rows {
		top = maxOf(top, x.ts)
		in := 0
		place := func(ts int64) {
			for _, w := range c.around(ts) {
				if w[1]+s.lateness <= top-s.bound {
					continue
				}
				in++
				i := slices.IndexFunc(out, func(g *told) bool { return g.start == w[0] && g.end == w[1] && g.key == x.key })
				if i < 0 {
					i = len(out)
					out = append(out, &told{start: w[0], end: w[1], key: x.key})
				}
				out[i].rows = append(out[i].rows, x.id)
			}
		}
		if place(x.ts); in == 0 && moved {
			place(top - s.bound - s.lateness)
		}
		if in == 0 {
			late++
		}
	}
	slices.SortStableFunc(out, func(a, b *told) int { return cmp.Or(cmp.Compare(a.end, b.end), cmp.Compare(a.start, b.start)) })
	return out, late
}

func (g *told) text() string {
	slices.Sort(g.rows)
	return fmt.Sprintf("[%d,%d) key %d: %v", g.start, g.end, g.key, g.rows)
}

func texts(gs []*told) (out []string) {
	for _, g := range gs {
		out = append(out, g.text())
	}
	return out
}

// randomRows are rows of a few groups, in disorder, with gaps, and the sizes of the chunks that they come in.
func randomRows(r *rand.Rand, s *setting, spread int64) (rows []row) {
	now, jitter := r.Int63n(2000)-1000, 1+r.Int63n(1+3*(spread+s.lateness+s.bound))
	for n := r.Intn(150); len(rows) < n; {
		if now += r.Int63n(6); r.Intn(20) == 0 {
			now += r.Int63n(4 * spread)
		}
		rows = append(rows, row{ts: now - r.Int63n(jitter), key: int64(r.Intn(5)), id: len(rows)})
	}
	for left := len(rows); left > 0; {
		n := 1 + r.Intn(min(left, 20))
		s.chunks = append(s.chunks, n)
		left -= n
	}
	return rows
}

type (
	sliced      = Sliced[column, acc]
	overlapping = Overlapping[column, acc]
)

// runSliced processes rows as the engine does: chunk by chunk, on any worker, merged in order; windows close after each chunk.
func runSliced(t *testing.T, c cut, s setting, rows []row, r *rand.Rand, saves *saver[*sliced]) (out []*told, late int64) {
	fresh := func() *sliced { return NewSliced[column](c.shape, s.lateness, s.bound, countRows, mergeAcc) }
	root := saves.first(t, fresh)
	workers := []*sliced{}
	for range s.workers {
		workers = append(workers, fresh())
	}
	seqs := int64(0) // chunks are counted anew after a restart
	emit := func(start, end int64, k *column, a *acc) error {
		out = append(out, &told{start, end, int64(*k), slices.Clone(a.rows)})
		return nil
	}
	top := int64(math.MinInt64)
	for _, n := range s.chunks {
		w, max := root, top
		if s.workers > 0 {
			w, max = workers[r.Intn(s.workers)], math.MinInt64
		}
		w.Begin(&rt.Chunk{Seq: seqs})
		seqs++
		for _, x := range rows[:n] {
			if max = maxOf(max, x.ts); max == x.ts {
				w.Passed(max)
			}
			id, fresh := w.Find(state.IntKey(x.key))
			if fresh {
				w.Keys = append(w.Keys, column(x.key))
			}
			if uint64(x.ts-w.Start) >= w.Span && !w.Select(x.ts, max, math.MaxInt64) {
				late++
				continue
			}
			a := w.Change(id)
			if len(a.rows) == 0 {
				w.Touch(id)
			}
			a.rows = append(a.rows, x.id)
		}
		rows = rows[n:]
		if w != root {
			late += root.Merge(w)
			if w.Open() != 0 {
				t.Fatal("a worker keeps panes that were merged")
			}
		}
		if top = maxOf(top, max); top != math.MinInt64 {
			if err := root.Close(top-s.bound, emit); err != nil {
				t.Fatal(err)
			}
		}
		if was := root; saves != nil {
			if root = saves.after(t, root, fresh); root != was {
				seqs = 0
				for i := range workers {
					workers[i] = fresh()
				}
			}
		}
	}
	if err := root.Close(math.MaxInt64, emit); err != nil {
		t.Fatal(err)
	}
	if root.Open() != 0 {
		t.Fatal("panes are left")
	}
	return out, late
}

// Windows that are put together of panes are those of one pass that adds every row to every window around it, whatever the chunks and
// workers, for times before 1970 too, and for any disorder; groups come in the order of their first row.
func TestSlicedLikeOnePass(t *testing.T) {
	for seed := range int64(600) {
		r := rand.New(rand.NewSource(seed))
		c := randomCut(r)
		s := setting{lateness: r.Int63n(3) * r.Int63n(30), bound: r.Int63n(3) * r.Int63n(50), workers: r.Intn(4)}
		rows := randomRows(r, &s, c.size)
		want, wantLate := naiveWindows(c, s, rows, false)
		got, late := runSliced(t, c, s, rows, r, nil)
		if late != wantLate || !slices.Equal(texts(got), texts(want)) {
			t.Fatalf("seed %d, %s %d %d %d, %+v:\ngot  %d late, %v\nwant %d late, %v", seed, c.name, c.size, c.advance, c.offset, s, late, texts(got), wantLate, texts(want))
		}
	}
}

// runOverlapping does it on the root alone. shown are the results of rows that show them at once: every row of changes, else those of
// windows that have fired.
func runOverlapping(t *testing.T, c cut, s setting, rows []row, late Late, changes, again bool, saves *saver[*overlapping]) (closed, shown []string, lates int64) {
	text := func(start, end, k int64, a *acc) string {
		return fmt.Sprintf("[%d,%d) key %d: %v", start, end, k, a.rows)
	}
	emit := func(start, end int64, k *column, a *acc) error {
		closed = append(closed, text(start, end, int64(*k), a))
		return nil
	}
	fresh := func() *overlapping {
		w := NewOverlapping[column, acc](c.shape, s.lateness, s.bound, late)
		if again {
			w.ShowAgain(func(start, end int64, k *column, a *acc) error {
				shown = append(shown, text(start, end, int64(*k), a))
				return nil
			})
		}
		return w
	}
	w := saves.first(t, fresh)
	top := int64(math.MinInt64)
	for _, n := range s.chunks {
		for _, x := range rows[:n] {
			if top = maxOf(top, x.ts); top == x.ts {
				w.Passed(top)
			}
			id, fresh := w.Find(state.IntKey(x.key))
			if fresh {
				w.Keys = append(w.Keys, column(x.key))
			}
			if uint64(x.ts-w.Start) >= w.Span && !w.Select(x.ts, top, math.MaxInt64) {
				lates++
				continue
			}
			for _, p := range w.Windows {
				a := w.Change(p, id)
				if len(a.rows) == 0 {
					p.Touch(id)
				}
				if a.rows = append(a.rows, x.id); changes || p.Fired {
					shown = append(shown, text(p.Start, p.End, x.key, a))
				}
			}
		}
		rows = rows[n:]
		if err := w.Close(top-s.bound, emit); err != nil {
			t.Fatal(err)
		}
		w = saves.after(t, w, fresh)
	}
	if err := w.Close(math.MaxInt64, emit); err != nil {
		t.Fatal(err)
	}
	if w.Open() != 0 {
		t.Fatal("windows are left")
	}
	return closed, shown, lates
}

// The same, where each row meets all of its windows, and late rows go to the windows of the watermark or not.
func TestOverlappingLikeOnePass(t *testing.T) {
	for seed := range int64(600) {
		r := rand.New(rand.NewSource(seed))
		c := randomCut(r)
		s := setting{lateness: r.Int63n(3) * r.Int63n(30), bound: r.Int63n(3) * r.Int63n(50)}
		rows := randomRows(r, &s, c.size)
		late := Late(r.Intn(2))
		want, wantLate := naiveWindows(c, s, rows, late == Next)
		got, _, lates := runOverlapping(t, c, s, rows, late, false, false, nil)
		if lates != wantLate || !slices.Equal(got, texts(want)) {
			t.Fatalf("seed %d, %s %d %d %d, %+v:\ngot  %d late, %v\nwant %d late, %v", seed, c.name, c.size, c.advance, c.offset, s, lates, got, wantLate, texts(want))
		}
	}
}

// Windows that are shown again: first when they end, then with each row that comes within the allowed lateness; nothing depends on chunks.
func TestShowAgain(t *testing.T) {
	for seed := range int64(600) {
		r := rand.New(rand.NewSource(seed))
		c := randomCut(r)
		s := setting{lateness: r.Int63n(60), bound: r.Int63n(3) * r.Int63n(50)}
		rows := randomRows(r, &s, c.size)
		_, got, lates := runOverlapping(t, c, s, rows, Drop, false, true, nil)
		want, wantLate := naiveAgain(c, s, rows)
		if lates != wantLate || !slices.Equal(got, want) {
			t.Fatalf("seed %d, %s %d %d %d, %+v:\ngot  %d late, %v\nwant %d late, %v", seed, c.name, c.size, c.advance, c.offset, s, lates, got, wantLate, want)
		}
	}
}

func naiveAgain(c cut, s setting, rows []row) (shown []string, late int64) {
	var open []*told
	fired := map[*told]bool{}
	top := int64(math.MinInt64)
	fire := func(until int64) {
		var due []*told
		for _, g := range open {
			if !fired[g] && (until == math.MaxInt64 || g.end <= until) {
				due = append(due, g)
			}
		}
		slices.SortStableFunc(due, func(a, b *told) int { return cmp.Or(cmp.Compare(a.end, b.end), cmp.Compare(a.start, b.start)) })
		for _, g := range due {
			fired[g] = true
			shown = append(shown, fmt.Sprintf("[%d,%d) key %d: %v", g.start, g.end, g.key, g.rows))
		}
	}
	for _, x := range rows {
		top = maxOf(top, x.ts)
		fire(top - s.bound)
		in := 0
		for _, w := range c.around(x.ts) {
			if w[1]+s.lateness <= top-s.bound {
				continue
			}
			in++
			i := slices.IndexFunc(open, func(g *told) bool { return g.start == w[0] && g.end == w[1] && g.key == x.key })
			if i < 0 {
				i = len(open)
				open = append(open, &told{start: w[0], end: w[1], key: x.key})
			}
			g := open[i]
			if g.rows = append(g.rows, x.id); g.end <= top-s.bound {
				fired[g] = true
				shown = append(shown, fmt.Sprintf("[%d,%d) key %d: %v", g.start, g.end, g.key, g.rows))
			}
		}
		if in == 0 {
			late++
		}
	}
	fire(math.MaxInt64)
	return shown, late
}

// Days, weeks and months of a time zone are those of package time.
func TestCalendar(t *testing.T) {
	for _, name := range []string{"UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "America/Sao_Paulo", "Pacific/Apia", "Australia/Lord_Howe", "Africa/Cairo"} {
		zone, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, offset := range []time.Duration{0, 8 * time.Hour, -3 * time.Hour, 30 * time.Minute} {
			r := rand.New(rand.NewSource(1))
			day, week, month, quarter := Days(1, 1, zone, int64(offset)), Days(7, 7, zone, int64(offset)), Months(1, 1, zone, int64(offset)), Months(3, 3, zone, int64(offset))
			for range 3000 {
				ts := time.Date(1960+r.Intn(80), 1, 1+r.Intn(366), r.Intn(24), r.Intn(60), r.Intn(60), r.Intn(1e9), zone)
				for _, c := range []struct {
					name  string
					shape Shape
					good  func(start time.Time) bool
				}{
					{"day", day, func(time.Time) bool { return true }},
					{"week", week, func(s time.Time) bool { return s.Weekday() == time.Monday }},
					{"month", month, func(s time.Time) bool { return s.Day() == 1 }},
					{"quarter", quarter, func(s time.Time) bool { return s.Day() == 1 && (s.Month()-1)%3 == 0 }},
				} {
					n := c.shape.Slice(ts.UnixNano())
					start, end := c.shape.Begin(n), c.shape.Begin(n+1)
					if ts.UnixNano() < start || ts.UnixNano() >= end {
						t.Fatalf("%s, %s + %s: %s is not in [%s, %s)", name, c.name, offset, ts, time.Unix(0, start).In(zone), time.Unix(0, end).In(zone))
					}
					if offset >= 0 && offset < 12*time.Hour && !c.good(time.Unix(0, start).In(zone)) {
						t.Fatalf("%s, %s + %s: begins %s", name, c.name, offset, time.Unix(0, start).In(zone))
					}
				}
			}
		}
	}
}

// Windows of many panes cost, when they close, about twice the square root of the panes for each group: blocks of panes are put together once.
func TestClosingManyPanes(t *testing.T) {
	const size, keys = 400, 7
	merges := 0
	w := NewSliced[int64](Hop(size, 1, 0), 0, 0, func(a *int64) int64 { return *a }, func(dst, src *int64) { *dst += *src; merges++ })
	shown := 0
	emit := func(start, end int64, k *int64, a *int64) error {
		if shown++; start >= 0 && *a != size {
			t.Fatalf("[%d,%d): %d rows of %d", start, end, *a, *k)
		}
		return nil
	}
	warm := 0
	for now := range int64(3000) {
		for key := range int64(keys) {
			w.Passed(now)
			id, fresh := w.Find(state.IntKey(key))
			if fresh {
				w.Keys = append(w.Keys, key)
			}
			if uint64(now-w.Start) >= w.Span && !w.Select(now, now, math.MaxInt64) {
				t.Fatal("late")
			}
			if a := w.At(id); *a == 0 {
				w.Touch(id)
				*a = 1
			}
		}
		if err := w.Close(now, emit); err != nil {
			t.Fatal(err)
		}
		if now == 1000 {
			merges, warm = 0, shown
		}
	}
	if per := merges / (shown - warm); per > 70 {
		t.Errorf("%d merges for each result", per)
	}
}

// After warm-up rows cost no allocation, and neither do windows that are put together of panes.
func TestSlicedNoAllocation(t *testing.T) {
	for _, size := range []int64{5, 64} {
		w := NewSliced[int64](Hop(size, 1, 0), 0, 0, func(a *int64) int64 { return *a }, func(dst, src *int64) { *dst += *src })
		o := NewOverlapping[int64, int64](Hop(size, 1, 0), 0, 0, Drop)
		now := int64(0)
		emit := func(int64, int64, *int64, *int64) error { return nil }
		turn := func() {
			for range 200 {
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
				if o.Passed(now); fresh {
					o.Find(state.IntKey(now % 7))
					o.Keys = append(o.Keys, now%7)
				}
				if uint64(now-o.Start) >= o.Span && !o.Select(now, now, math.MaxInt64) {
					t.Fatal("late")
				}
				for _, p := range o.Windows {
					if a := o.In(p, id); *a == 0 {
						p.Touch(id)
						*a = 1
					}
				}
				if w.Close(now, emit) != nil || o.Close(now, emit) != nil {
					t.Fatal("an error")
				}
			}
		}
		for range 20 {
			turn()
		}
		if n := testing.AllocsPerRun(20, turn); n > 0 {
			t.Errorf("size %d: %v allocations for 200 rows", size, n)
		}
	}
}
