package window

import (
	"math"
	"math/rand"
	"slices"
	"testing"

	"github.com/velostream/veloc/runtime/state"
)

// column is a key that can be saved.
type column int64

func (c *column) Append(dst []byte) []byte { return state.AppendInt(dst, int64(*c)) }

func (c *column) Decode(src []byte) ([]byte, error) {
	r := state.Read(src)
	*c = column(r.Int())
	return r.End()
}

func (a *acc) Append(dst []byte) []byte {
	dst, at := state.Begin(dst)
	dst = state.AppendLen(dst, len(a.rows))
	for _, id := range a.rows {
		dst = state.AppendInt(dst, int64(id))
	}
	return state.End(dst, at)
}

func (a *acc) Decode(src []byte) ([]byte, error) {
	r := state.Read(src)
	if *a = (acc{}); r.Field() {
		for range r.Len() {
			a.rows = append(a.rows, int(r.Int()))
		}
	}
	return r.End()
}

// disk is what was saved of a window: a snapshot, and the deltas since it was begun.
type disk struct {
	p                state.Persister
	snapshot, deltas []byte
	next, since      []byte // the snapshot under way, and the deltas since its first slice
	slicing          bool
}

// save saves what has changed, and more or less of a snapshot. Then a restart may follow.
func (d *disk) save(r *rand.Rand) {
	delta := d.p.Delta(nil)
	d.deltas, d.since = append(d.deltas, delta...), append(d.since, delta...)
	switch {
	case !d.slicing && r.Intn(4) == 0:
		d.p.Rewind()
		d.slicing, d.next, d.since = true, nil, nil
	case d.slicing:
		if d.next, d.slicing = d.p.Slice(d.next, r.Intn(60)); !d.slicing {
			// It counts with the next delta; as nothing has changed since this one, it does so now.
			d.snapshot, d.deltas = d.next, d.since
		}
	}
}

// load is the window that a new process finds behind p.
func (d *disk) load(t *testing.T, p state.Persister) {
	t.Helper()
	d.p = p
	for _, entries := range [][]byte{d.snapshot, d.deltas} {
		if err := d.p.Load(entries, nil); err != nil {
			t.Fatal(err)
		}
	}
	d.p.Loaded()
	d.p.Track()
	d.slicing = false
}

// restart is the window as a new process finds it.
func (d *disk) restart(t *testing.T, s setting) *Tumbling[column, acc] {
	w := NewTumbling[column, acc](s.size, s.lateness, s.bound)
	d.load(t, PersistTumbling(w, &state.Schema{}))
	return w
}

// saver saves windows of a kind after each chunk, and starts them anew now and then; nil: never.
type saver[W any] struct {
	r       *rand.Rand
	d       disk
	persist func(W) state.Persister
}

// after is the window that goes on where w was, made by fresh.
func (s *saver[W]) after(t *testing.T, w W, fresh func() W) W {
	t.Helper()
	if s == nil {
		return w
	}
	if s.d.p == nil {
		panic("bug: nothing was loaded")
	}
	if s.d.save(s.r); s.r.Intn(5) > 0 {
		return w
	}
	w = fresh()
	s.d.load(t, s.persist(w))
	return w
}

// first is a window to begin with.
func (s *saver[W]) first(t *testing.T, fresh func() W) W {
	w := fresh()
	if s != nil {
		s.d.load(t, s.persist(w))
	}
	return w
}

// A window that is saved now and then, and read again by another process, shows what one shows that is left alone.
func TestSavedWindows(t *testing.T) {
	for seed := range int64(2000) {
		r := rand.New(rand.NewSource(seed))
		s := setting{size: 1 + r.Int63n(40), lateness: r.Int63n(3) * r.Int63n(30), bound: r.Int63n(3) * r.Int63n(50)}
		now := r.Int63n(2000) - 1000
		var rows []row
		for i := range r.Intn(200) {
			now += r.Int63n(1 + s.size/2)
			rows = append(rows, row{ts: now - r.Int63n(1+2*s.size), key: r.Int63n(6), id: i})
		}
		want, wantLate := naive(s, rows)
		var got []string
		late, top := int64(0), int64(math.MinInt64)
		emit := func(start, end int64, k *column, a *acc) error {
			got = append(got, shown(start, end, int64(*k), a.rows))
			return nil
		}
		d := &disk{}
		w := d.restart(t, s)
		for len(rows) > 0 {
			n := min(len(rows), r.Intn(20))
			worker := NewTumbling[column, acc](s.size, s.lateness, s.bound)
			into, max := w, top
			if r.Intn(2) == 0 {
				into, max = worker, math.MinInt64
			}
			for _, x := range rows[:n] {
				max = maxOf(max, x.ts)
				if into.Passed(max); !take(into, x, max) {
					late++
				}
			}
			rows = rows[n:]
			late += w.Merge(worker, countRows, mergeAcc)
			if top = maxOf(top, max); top != math.MinInt64 {
				if err := w.Close(top-s.bound, emit); err != nil {
					t.Fatal(err)
				}
			}
			if d.save(r); r.Intn(5) == 0 {
				w = d.restart(t, s)
			}
		}
		if err := w.Close(math.MaxInt64, emit); err != nil {
			t.Fatal(err)
		}
		if late != wantLate || !slices.Equal(got, want) {
			t.Fatalf("seed %d, %+v:\ngot  %d late, %v\nwant %d late, %v", seed, s, late, got, wantLate, want)
		}
	}
}

// take does for a row what generated code does; false: it is late.
func take(w *Tumbling[column, acc], x row, max int64) bool {
	id, fresh := w.Find(state.IntKey(x.key))
	if fresh {
		w.Keys = append(w.Keys, column(x.key))
	}
	if uint64(x.ts-w.Start) >= w.Span && !w.Select(x.ts, max, math.MaxInt64) {
		return false
	}
	a := w.Change(id)
	if len(a.rows) == 0 {
		w.Touch(id)
	}
	a.rows = append(a.rows, x.id)
	return true
}

// The same for windows of all other kinds: see the tests of each of them.
func TestOthersAreSaved(t *testing.T) {
	schema := &state.Schema{}
	for seed := range int64(400) {
		r := rand.New(rand.NewSource(seed))
		c := randomCut(r)
		s := setting{lateness: r.Int63n(3) * r.Int63n(30), bound: r.Int63n(3) * r.Int63n(50), workers: r.Intn(4)}
		rows := randomRows(r, &s, c.size)

		want, wantLate := naiveWindows(c, s, rows, false)
		got, late := runSliced(t, c, s, rows, r, &saver[*sliced]{r: r, persist: func(w *sliced) state.Persister { return PersistSliced(w, schema) }})
		if late != wantLate || !slices.Equal(texts(got), texts(want)) {
			t.Fatalf("seed %d, %s %d %d %d, %+v:\ngot  %d late, %v\nwant %d late, %v", seed, c.name, c.size, c.advance, c.offset, s, late, texts(got), wantLate, texts(want))
		}

		how := Late(r.Intn(2))
		changes, again := r.Intn(2) == 0, r.Intn(2) == 0
		want1, want2, wantLate := runOverlapping(t, c, s, rows, how, changes, again, nil)
		got1, got2, late := runOverlapping(t, c, s, rows, how, changes, again, &saver[*overlapping]{r: r, persist: func(w *overlapping) state.Persister { return PersistOverlapping(w, schema) }})
		if late != wantLate || !slices.Equal(got1, want1) || !slices.Equal(got2, want2) {
			t.Fatalf("seed %d, %s %d %d %d, %+v:\ngot  %d late, %v, %v\nwant %d late, %v, %v", seed, c.name, c.size, c.advance, c.offset, s, late, got1, got2, wantLate, want1, want2)
		}

		gap := r.Int63n(12)
		want1, wantLate = runSessions(t, gap, s, rows, how, nil)
		got1, late = runSessions(t, gap, s, rows, how, &saver[*sessions]{r: r, persist: func(w *sessions) state.Persister { return PersistSessions(w, schema) }})
		if late != wantLate || !slices.Equal(got1, want1) {
			t.Fatalf("seed %d, gap %d, %+v:\ngot  %d late, %v\nwant %d late, %v", seed, gap, s, late, got1, wantLate, want1)
		}

		size, step := 1+r.Int63n(9), 1+r.Int63n(9)
		want1 = runCounted(t, size, step, rows, nil)
		got1 = runCounted(t, size, step, rows, &saver[*counted]{r: r, persist: func(w *counted) state.Persister { return PersistCounted(w, schema) }})
		if !slices.Equal(got1, want1) {
			t.Fatalf("seed %d, %d rows each %d:\ngot  %v\nwant %v", seed, size, step, got1, want1)
		}
	}
}

// kinds are windows that can be saved, each with what adds a row.
func kinds() map[string]func() (state.Persister, func(x row)) {
	schema := &state.Schema{}
	find := func(id int, fresh bool, keys *[]column, x row) int {
		if fresh {
			*keys = append(*keys, column(x.key))
		}
		return id
	}
	return map[string]func() (state.Persister, func(x row)){
		"tumbling": func() (state.Persister, func(x row)) {
			w := NewTumbling[column, acc](10, 0, 0)
			return PersistTumbling(w, schema), func(x row) { take(w, x, math.MinInt64) }
		},
		"sliced": func() (state.Persister, func(x row)) {
			w := NewSliced[column](Hop(20, 10, 0), 0, 0, countRows, mergeAcc)
			return PersistSliced(w, schema), func(x row) {
				id, fresh := w.Find(state.IntKey(x.key))
				find(id, fresh, &w.Keys, x)
				w.Select(x.ts, math.MinInt64, math.MaxInt64)
				if a := w.Change(id); len(a.rows) == 0 {
					w.Touch(id)
				}
				w.At(id).rows = append(w.At(id).rows, x.id)
			}
		},
		"overlapping": func() (state.Persister, func(x row)) {
			w := NewOverlapping[column, acc](Hop(20, 10, 0), 0, 0, Drop)
			return PersistOverlapping(w, schema), func(x row) {
				id, fresh := w.Find(state.IntKey(x.key))
				find(id, fresh, &w.Keys, x)
				w.Select(x.ts, math.MinInt64, math.MaxInt64)
				for _, p := range w.Windows {
					if a := w.Change(p, id); len(a.rows) == 0 {
						p.Touch(id)
					}
					w.In(p, id).rows = append(w.In(p, id).rows, x.id)
				}
			}
		},
		"sessions": func() (state.Persister, func(x row)) {
			w := newSessions(5, 0, 0, Drop)
			return PersistSessions(w, schema), func(x row) { feedSession(w, x, math.MinInt64, math.MaxInt64) }
		},
		"counted": func() (state.Persister, func(x row)) {
			w := NewCounted[column, acc](4, 2)
			return PersistCounted(w, schema), func(x row) {
				id, fresh := w.Find(state.IntKey(x.key))
				w.Select(find(id, fresh, &w.Keys, x), x.ts)
				for _, c := range w.Windows {
					c.Acc.rows = append(c.Acc.rows, x.id)
				}
			}
		},
	}
}

// What is cut or changed is either noticed or read as something else; it does not crash, and takes no more memory than there are bytes.
func TestDamagedWindows(t *testing.T) {
	r := rand.New(rand.NewSource(1))
	for name, open := range kinds() {
		p, add := open()
		p.Track()
		for i := range 30 {
			add(row{ts: r.Int63n(100), key: int64(i % 7), id: i})
		}
		p.Rewind()
		all, _ := p.Slice(nil, 1<<20)
		all = p.Delta(all)
		if len(all) < 300 {
			t.Fatalf("%s: only %d bytes", name, len(all))
		}
		load := func(entries []byte) error {
			l, _ := open()
			err := l.Load(entries, nil)
			if err == nil {
				l.Loaded()
			}
			return err
		}
		for i := range all {
			_ = load(all[:i])
			for _, b := range []byte{0, 1, 2, 0x40, 0x7f, 0xff} {
				damaged := slices.Clone(all)
				damaged[i] = b
				_ = load(damaged)
			}
		}
		if load(all) != nil || load(all[:len(all)-1]) == nil {
			t.Errorf("%s: a part of an entry is read", name)
		}
	}
}

// What is written is as much as has changed: of many groups one.
func TestDeltasAreSmall(t *testing.T) {
	for name, open := range kinds() {
		p, add := open()
		p.Track()
		for i := range 1000 {
			add(row{ts: 5, key: int64(i), id: i})
		}
		all := len(p.Delta(nil))
		add(row{ts: 6, key: 500, id: 1000})
		if one := len(p.Delta(nil)); one == 0 || one > all/300 {
			t.Errorf("%s: %d bytes for one group, %d for 1000", name, one, all)
		}
		if n := len(p.Delta(nil)); n > 0 {
			t.Errorf("%s: %d bytes for nothing", name, n)
		}
	}
}
