package sqlfn

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/velostream/veloc/runtime/state"
)

// Ranked against a sorted list, through enough values for several pieces, and through a snapshot now and then.
func TestRanked(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	var r Ranked[int64]
	var want []int64
	for step := range 40_000 {
		x := random.Int64N(3000)
		if add := step < 5000 || random.IntN(2) == 0; add {
			r.Add(x, cmp.Compare[int64])
			at, _ := slices.BinarySearch(want, x)
			want = slices.Insert(want, at, x)
		} else {
			if len(want) > 0 && random.IntN(4) > 0 {
				x = want[random.IntN(len(want))]
			}
			r.Remove(x, cmp.Compare[int64])
			if at, ok := slices.BinarySearch(want, x); ok {
				want = slices.Delete(want, at, at+1)
			}
		}
		least, some := r.Min()
		most, _ := r.Max()
		if some != (len(want) > 0) || some && (least != want[0] || most != want[len(want)-1]) {
			t.Fatalf("step %d: %d to %d of %d values", step, least, most, len(want))
		}
		if step%5000 == 0 {
			written := r.Append(nil, state.Integer)
			if _, err := r.Decode(written, state.Integer); err != nil || !slices.Equal(slices.Concat(r.pieces...), want) {
				t.Fatalf("step %d: error %v, or other values", step, err)
			}
		}
	}
}

// A tally that loses values counts as one that never had them.
func TestTallyRemove(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	var m Tally[int64]
	counts := map[int64]int64{}
	for step := range 50_000 {
		x := random.Int64N(300)
		k := state.IntKey(x)
		if random.IntN(2) == 0 {
			if fresh := m.Add(k); fresh != (counts[x] == 0) {
				t.Fatalf("step %d: fresh is %v, count %d", step, fresh, counts[x])
			} else if fresh {
				m.Keep(x)
			}
			counts[x]++
		} else if gone := m.Remove(k); counts[x] > 0 {
			counts[x]--
			if gone != (counts[x] == 0) {
				t.Fatalf("step %d: gone is %v, count %d", step, gone, counts[x])
			}
		} else if gone {
			t.Fatalf("step %d: what was not there is gone", step)
		}
		if step%1000 != 0 {
			continue
		}
		list, _ := Histogram(&m, cmp.Compare[int64])
		var want int
		for _, n := range counts {
			if n > 0 {
				want++
			}
		}
		for _, e := range list {
			if counts[e.Key] != e.Value {
				t.Fatalf("step %d: %d counts %d, want %d", step, e.Key, e.Value, counts[e.Key])
			}
		}
		if len(list) != want {
			t.Fatalf("step %d: %d values, want %d", step, len(list), want)
		}
	}
}
