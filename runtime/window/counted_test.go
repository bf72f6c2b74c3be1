package window

import (
	"fmt"
	"math/rand"
	"slices"
	"testing"

	"github.com/velostream/veloc/runtime/state"
)

// Windows of rows are those of a program that keeps all rows of a group and cuts them.
func TestCountedLikeOnePass(t *testing.T) {
	for seed := range int64(2000) {
		r := rand.New(rand.NewSource(seed))
		size, step := 1+r.Int63n(9), 1+r.Int63n(9)
		w := NewCounted[int64, acc](size, step)
		var got, want []string
		groups := map[int64][]row{}
		var order []int64
		show := func(start, end int64, k *int64, a *acc) error {
			got = append(got, fmt.Sprintf("%d to %d, key %d: %v", start, end, *k, a.rows))
			return nil
		}
		cut := func(of []row, full bool) {
			for from := int64(0); from < int64(len(of)); from += step {
				to := from + size
				if to > int64(len(of)) != full && (!full || to == int64(len(of))) {
					part := of[from:min(to, int64(len(of)))]
					var ids []int
					for _, x := range part {
						ids = append(ids, x.id)
					}
					want = append(want, fmt.Sprintf("%d to %d, key %d: %v", part[0].ts, part[len(part)-1].ts, part[0].key, ids))
				}
			}
		}
		for i := range r.Intn(120) {
			x := row{ts: r.Int63n(100), key: r.Int63n(4), id: i}
			id, fresh := w.Find(state.IntKey(x.key))
			if fresh {
				w.Keys = append(w.Keys, x.key)
				order = append(order, x.key)
			}
			if w.Select(id, x.ts) {
				for _, c := range w.Windows {
					c.Acc.rows = append(c.Acc.rows, x.id)
					if c.Full {
						_ = show(c.Start, c.End, &w.Keys[id], &c.Acc)
					}
				}
			}
			groups[x.key] = append(groups[x.key], x)
			cut(groups[x.key], true)
		}
		if err := w.Finish(show); err != nil {
			t.Fatal(err)
		}
		for _, k := range order {
			cut(groups[k], false)
		}
		if !slices.Equal(got, want) {
			t.Fatalf("seed %d, %d rows each %d:\ngot  %v\nwant %v", seed, size, step, got, want)
		}
	}
}
