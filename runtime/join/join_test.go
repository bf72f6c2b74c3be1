package join

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/velostream/veloc/runtime/state"
)

// kept is a row of the model: what a naive list of rows holds.
type kept struct {
	key  string
	time int64
	id   int
}

// keyOf makes keys of all sizes, some of which have the same words.
func keyOf(s string) state.Key { return state.TextKey(s) }

func randomKey(r *rand.Rand) string {
	switch n := r.IntN(40); {
	case n < 10:
		return fmt.Sprint("k", n)
	case n < 12:
		return fmt.Sprintf("a key of more than sixteen bytes: %d", n)
	case n == 12:
		return ""
	}
	return fmt.Sprint("key ", r.IntN(3000))
}

// TestIndex compares an index with a list, under additions, removals and lookups.
func TestIndex(t *testing.T) {
	for seed := range uint64(20) {
		r := rand.New(rand.NewPCG(seed, 1))
		var x Index[int]
		x.Init()
		var model []kept
		ids := map[int]int32{}
		for n := range 6000 {
			if grow := n%2000 < 1300; len(model) == 0 || r.IntN(100) < 30 == !grow {
				k := kept{key: randomKey(r), time: int64(n), id: n}
				id := x.Add(keyOf(k.key), k.time)
				x.At(id).Row = n
				ids[n] = id
				model = append(model, k)
			} else {
				i := r.IntN(len(model))
				x.Remove(ids[model[i].id])
				delete(ids, model[i].id)
				model = slices.Delete(model, i, i+1)
			}
			if n%50 == 0 {
				checkKey(t, &x, model, randomKey(r))
			}
		}
		if x.Len() != len(model) {
			t.Fatalf("seed %d: %d rows, want %d", seed, x.Len(), len(model))
		}
		keys := map[string]bool{}
		for _, k := range model {
			keys[k.key] = true
		}
		for k := range keys {
			checkKey(t, &x, model, k)
		}
		if x.Keys() != len(keys) {
			t.Fatalf("seed %d: %d keys, want %d", seed, x.Keys(), len(keys))
		}
		seen := 0
		x.Each(func(id int32, e *Entry[int]) bool {
			if ids[e.Row] != id {
				t.Fatalf("Each: row %d has id %d, want %d", e.Row, id, ids[e.Row])
			}
			seen++
			return true
		})
		if seen != len(model) {
			t.Fatalf("Each visits %d rows, want %d", seen, len(model))
		}
	}
}

func checkKey(t *testing.T, x *Index[int], model []kept, key string) {
	t.Helper()
	var want, got []int
	for _, k := range model {
		if k.key == key {
			want = append(want, k.id)
		}
	}
	for id := x.First(keyOf(key)); id >= 0; id = x.Next(id) {
		got = append(got, x.At(id).Row)
	}
	if !slices.Equal(got, want) {
		t.Fatalf("rows of %q: %v, want %v", key, got, want)
	}
}

// TestWaiting lets time pass over random rows: each ends exactly when the watermark is behind its time + wait, in the order of times and, within
// one time, of arrival.
func TestWaiting(t *testing.T) {
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(seed, 2))
		wait := []int64{0, 5, 1000, 40_000_000, 1_000_000_000, -3_000_000, Forever}[r.IntN(7)]
		w := NewWaiting[int](wait)
		var model []kept
		ids := map[int]int32{}
		now := int64(r.IntN(1000)) - 500
		unit := []int64{1, 1_000_000, 50_000_000}[r.IntN(3)]
		for n := range 3000 {
			now += r.Int64N(3) * unit
			switch r.IntN(10) {
			case 0:
				if len(model) > 0 { // a row goes before its time
					i := r.IntN(len(model))
					w.Drop(ids[model[i].id])
					model = slices.Delete(model, i, i+1)
				}
			case 1, 2:
				watermark := now - r.Int64N(20)*unit
				if due := w.Due(); len(model) > 0 && watermark < due && slices.ContainsFunc(model, func(k kept) bool { return over(k.time, wait, watermark) }) {
					t.Fatalf("seed %d: nothing is due before %d, but at %d something ends", seed, due, watermark)
				}
				model = checkEnd(t, w, model, wait, watermark)
			default:
				k := kept{key: randomKey(r), time: now - r.Int64N(30)*unit, id: n}
				e := w.Keep(keyOf(k.key), k.time)
				e.Row = n
				for id := w.First(keyOf(k.key)); id >= 0; id = w.Next(id) {
					ids[w.At(id).Row] = id
				}
				model = append(model, k)
			}
		}
		checkEnd(t, w, model, wait, math.MaxInt64)
		if w.Len() != 0 || w.Due() != math.MaxInt64 {
			t.Fatalf("seed %d: %d rows are left, due %d", seed, w.Len(), w.Due())
		}
	}
}

func over(time, wait, watermark int64) bool {
	return watermark == math.MaxInt64 || wait != Forever && time+wait < watermark
}

func checkEnd(t *testing.T, w *Waiting[int], model []kept, wait, watermark int64) (left []kept) {
	t.Helper()
	var want []kept
	for _, k := range model {
		if over(k.time, wait, watermark) {
			want = append(want, k)
		} else {
			left = append(left, k)
		}
	}
	slices.SortStableFunc(want, func(a, b kept) int { return cmp.Compare(a.time, b.time) })
	var got []int
	w.End(watermark, func(e *Entry[int]) error { got = append(got, e.Row); return nil })
	if !slices.EqualFunc(got, want, func(id int, k kept) bool { return id == k.id }) {
		t.Fatalf("at %d, of wait %d: ended %v, want %v", watermark, wait, got, want)
	}
	return left
}

// TestVersions asks for versions at random times that have not passed, and compares with a list of all.
func TestVersions(t *testing.T) {
	for seed := range uint64(30) {
		r := rand.New(rand.NewPCG(seed, 3))
		v := NewVersions[int]()
		var model []kept
		watermark := int64(math.MinInt64)
		for n := range 2000 {
			now := int64(n) * 10
			if w := now - r.Int64N(200); w > watermark {
				watermark = w
			}
			if r.IntN(2) == 0 {
				k := kept{key: fmt.Sprint("k", r.IntN(5)), time: now - r.Int64N(300), id: n}
				v.Put(keyOf(k.key), k.time, watermark).Row = n
				model = append(model, k)
				continue
			}
			key, at := fmt.Sprint("k", r.IntN(6)), max(watermark, now-r.Int64N(300))
			want := -1
			best := int64(math.MinInt64)
			for _, k := range model {
				if k.key == key && k.time <= at && k.time >= best {
					want, best = k.id, k.time
				}
			}
			got := -1
			if e := v.At(keyOf(key), at); e != nil {
				got = e.Row
			}
			if got != want {
				t.Fatalf("seed %d: %s at %d (watermark %d): %d, want %d", seed, key, at, watermark, got, want)
			}
		}
		if v.Len() > 500 {
			t.Errorf("seed %d: %d versions are kept", seed, v.Len())
		}
	}
}
