package window

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"math/rand"
	"slices"
	"testing"

	"github.com/velostream/veloc/runtime/state"
)

type sessions = Sessions[column, acc]

func newSessions(gap, lateness, bound int64, late Late) *sessions {
	return NewSessions[column](gap, lateness, bound, late, mergeAcc)
}

// feedSession does for a row what generated code does.
func feedSession(w *sessions, x row, max, others int64) (late bool) {
	id, fresh := w.Find(state.IntKey(x.key))
	if fresh {
		w.Keys = append(w.Keys, column(x.key))
	}
	a := w.At(id, x.ts, max, others)
	if a == nil {
		return true
	}
	a.rows = append(a.rows, x.id)
	return false
}

func runSessions(t *testing.T, gap int64, s setting, rows []row, late Late, saves *saver[*sessions]) (out []string, lates int64) {
	fresh := func() *sessions { return newSessions(gap, s.lateness, s.bound, late) }
	w := saves.first(t, fresh)
	emit := func(start, end int64, k *column, a *acc) error {
		out = append(out, shown(start, end, int64(*k), a.rows))
		return nil
	}
	top := int64(math.MinInt64)
	for _, n := range s.chunks {
		for _, x := range rows[:n] {
			if top = maxOf(top, x.ts); feedSession(w, x, top, math.MaxInt64) {
				lates++
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
	if w.Open() != 0 || len(w.timers) != 0 {
		t.Fatal("sessions or timers are left")
	}
	return out, lates
}

// naiveSessions keeps lists of rows, and puts those together that a new row connects.
func naiveSessions(gap int64, s setting, rows []row, moved bool) (out []string, late int64) {
	type session struct {
		start, last, key int64
		rows             []int
	}
	var all []*session
	top := int64(math.MinInt64)
	for _, x := range rows {
		top = maxOf(top, x.ts)
		closed := func(last int64) bool { return last+gap+s.lateness < top-s.bound }
		place := func(ts int64) bool {
			var mine []*session
			for _, g := range all {
				if g.key == x.key && !closed(g.last) && ts >= g.start-gap && ts <= g.last+gap {
					mine = append(mine, g)
				}
			}
			if len(mine) == 0 {
				if closed(ts) {
					return false
				}
				all = append(all, &session{start: ts, last: ts, key: x.key, rows: []int{x.id}})
				return true
			}
			slices.SortFunc(mine, func(a, b *session) int { return cmp.Compare(a.start, b.start) })
			one := mine[0] // of those in order of first rows, the one that is kept is the first
			for _, g := range all {
				if slices.Contains(mine, g) {
					one = g
					break
				}
			}
			var rows []int
			start, last := ts, ts
			for _, g := range mine {
				rows = append(rows, g.rows...)
				start, last = min(start, g.start), max(last, g.last)
			}
			all = slices.DeleteFunc(all, func(g *session) bool { return g != one && slices.Contains(mine, g) })
			one.start, one.last, one.rows = start, last, append(rows, x.id)
			return true
		}
		if !place(x.ts) {
			if moved {
				place(top - s.bound - s.lateness)
			} else {
				late++
			}
		}
	}
	slices.SortStableFunc(all, func(a, b *session) int { return cmp.Compare(a.last, b.last) })
	for _, g := range all {
		out = append(out, shown(g.start, g.last+gap, g.key, g.rows))
	}
	return out, late
}

// Sessions are those of a program that keeps lists of rows, whatever the chunks, for any disorder.
func TestSessionsLikeOnePass(t *testing.T) {
	for seed := range int64(800) {
		r := rand.New(rand.NewSource(seed))
		gap := r.Int63n(12)
		s := setting{lateness: r.Int63n(3) * r.Int63n(30), bound: r.Int63n(3) * r.Int63n(50)}
		rows := randomRows(r, &s, gap+1)
		late := Late(r.Intn(2))
		want, wantLate := naiveSessions(gap, s, rows, late == Next)
		got, lates := runSessions(t, gap, s, rows, late, nil)
		if lates != wantLate || !slices.Equal(got, want) {
			t.Fatalf("seed %d, gap %d, %+v:\ngot  %d late, %v\nwant %d late, %v", seed, gap, s, lates, got, wantLate, want)
		}
	}
}

// With Withdraw, what a row shows less what it takes back is at every time the sessions that there are, and in the end all of them.
func TestSessionChanges(t *testing.T) {
	for seed := range int64(800) {
		r := rand.New(rand.NewSource(seed))
		gap := r.Int63n(12)
		s := setting{lateness: r.Int63n(3) * r.Int63n(30), bound: r.Int63n(3) * r.Int63n(50)}
		rows := randomRows(r, &s, gap+1)
		late := Late(r.Intn(2))
		w := newSessions(gap, s.lateness, s.bound, late)
		live := map[string]bool{}
		w.Withdraw(func(start, end int64, k *column, a *acc) error {
			old := shown(start, end, int64(*k), a.rows)
			if !live[old] {
				t.Fatalf("seed %d: %s is withdrawn, and was not shown", seed, old)
			}
			delete(live, old)
			return nil
		})
		top := int64(math.MinInt64)
		all := rows
		for _, n := range s.chunks {
			for _, x := range rows[:n] {
				top = maxOf(top, x.ts)
				id, fresh := w.Find(state.IntKey(x.key))
				if fresh {
					w.Keys = append(w.Keys, column(x.key))
				}
				if a := w.At(id, x.ts, top, math.MaxInt64); a != nil {
					a.rows = append(a.rows, x.id)
					live[shown(w.Start, w.End, x.key, a.rows)] = true
				}
			}
			rows = rows[n:]
			if err := w.Forget(top - s.bound); err != nil {
				t.Fatal(err)
			}
		}
		want, _ := naiveSessions(gap, s, all, late == Next)
		got := slices.Sorted(maps.Keys(live))
		if slices.Sort(want); !slices.Equal(got, want) {
			t.Fatalf("seed %d, gap %d, %+v:\ngot  %v\nwant %v", seed, gap, s, got, want)
		}
	}
}

// The rules at their edges: a row exactly one gap behind the last one belongs to the session, one between two makes one of them, and one
// that comes when its session has closed is late or begins another one.
func TestSessionEdges(t *testing.T) {
	const gap = 10
	for _, c := range []struct {
		name            string
		lateness, bound int64
		times           []int64
		want            string
		late            int64
	}{
		{"exactly one gap", 0, 0, []int64{0, 10}, "[[0,20) key 0: [0 1]]", 0},
		{"one more", 0, 0, []int64{0, 11}, "[[0,10) key 0: [0] [11,21) key 0: [1]]", 0},
		{"a row before its session", 0, 20, []int64{30, 20}, "[[20,40) key 0: [0 1]]", 0},
		{"a row between two", 0, 50, []int64{0, 20, 10}, "[[0,30) key 0: [0 1 2]]", 0},
		{"its session is just open", 0, 5, []int64{0, 15, 0}, "[[0,10) key 0: [0 2] [15,25) key 0: [1]]", 0},
		{"its session has closed", 0, 5, []int64{0, 16, 0}, "[[0,10) key 0: [0] [16,26) key 0: [1]]", 1},
		{"lateness keeps it open", 7, 5, []int64{0, 22, 0}, "[[0,10) key 0: [0 2] [22,32) key 0: [1]]", 0},
		{"lateness is used up", 7, 5, []int64{0, 23, 0}, "[[0,10) key 0: [0] [23,33) key 0: [1]]", 1},
		{"late by itself, not in its session", 0, 0, []int64{0, 10, 20, 5}, "[[0,30) key 0: [0 1 2 3]]", 0},
		{"before 1970", 0, 0, []int64{-30, -20, -9}, "[[-30,-10) key 0: [0 1] [-9,1) key 0: [2]]", 0},
		{"the ends of time", 0, 0, []int64{math.MinInt64, math.MaxInt64}, "[]", 2},
	} {
		var rows []row
		for i, ts := range c.times {
			rows = append(rows, row{ts: ts, id: i})
		}
		s := setting{lateness: c.lateness, bound: c.bound, chunks: []int{len(rows)}}
		got, late := runSessions(t, gap, s, rows, Drop, nil)
		if fmt.Sprint(got) != c.want || late != c.late {
			t.Errorf("%s: %v, %d late; want %s, %d late", c.name, got, late, c.want, c.late)
		}
	}
}

// Memory follows open sessions, not all groups that ever were, and nothing is mixed up when groups are numbered anew.
func TestSessionsForgetKeys(t *testing.T) {
	w := newSessions(10, 0, 0, Drop)
	n, most := 0, 0
	emit := func(start, end int64, k *column, a *acc) error {
		n += len(a.rows)
		for _, id := range a.rows {
			if *k != column(id) {
				t.Fatalf("row %d is in a session of %d", id, *k)
			}
		}
		return nil
	}
	const all = 300_000
	for i := range all {
		ts := int64(i) / 100
		if feedSession(w, row{ts: ts, key: int64(i), id: i}, ts, math.MaxInt64) {
			t.Fatal("late")
		}
		if i%1000 == 0 {
			if err := w.Close(ts, emit); err != nil {
				t.Fatal(err)
			}
		}
		most = max(most, w.Len())
	}
	if err := w.Close(math.MaxInt64, emit); err != nil {
		t.Fatal(err)
	}
	if n != all || most > keepKeys+2000 || w.Open() != 0 || len(w.all) > keepKeys {
		t.Errorf("%d of %d rows came out; up to %d groups, %d places for sessions", n, all, most, len(w.all))
	}
}

// After warm-up rows cost no allocation, and neither do sessions that close.
func TestSessionsNoAllocation(t *testing.T) {
	w := NewSessions[int64](3, 0, 0, Drop, func(dst, src *int64) { *dst += *src })
	now := int64(0)
	emit := func(int64, int64, *int64, *int64) error { return nil }
	turn := func() {
		for range 200 {
			now++
			id, fresh := w.Find(state.IntKey(now * 7 % 13))
			if fresh {
				w.Keys = append(w.Keys, now*7%13)
			}
			*w.At(id, now, now, math.MaxInt64)++
			if err := w.Close(now, emit); err != nil {
				t.Fatal(err)
			}
		}
	}
	turn()
	if n := testing.AllocsPerRun(20, turn); n > 0 {
		t.Errorf("%v allocations for 200 rows", n)
	}
}
