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

// restart is the window as a new process finds it.
func (d *disk) restart(t *testing.T, s setting) *Tumbling[column, acc] {
	w := NewTumbling[column, acc](s.size, s.lateness, s.bound)
	d.p = PersistTumbling(w, &state.Schema{})
	for _, entries := range [][]byte{d.snapshot, d.deltas} {
		if err := d.p.Load(entries, nil); err != nil {
			t.Fatal(err)
		}
	}
	d.p.Loaded()
	d.p.Track()
	d.slicing = false
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
