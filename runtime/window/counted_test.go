package window

import (
	"fmt"
	"math/rand"
	"slices"
	"testing"

	"github.com/velostream/veloc/runtime/state"
)

type counted = Counted[column, acc]

// runCounted does for each row what generated code does.
func runCounted(t *testing.T, size, step int64, rows []row, saves *saver[*counted]) (out []string) {
	show := func(start, end int64, k *column, a *acc) error {
		out = append(out, fmt.Sprintf("%d to %d, key %d: %v", start, end, *k, a.rows))
		return nil
	}
	fresh := func() *counted { return NewCounted[column, acc](size, step) }
	w := saves.first(t, fresh)
	for _, x := range rows {
		id, isNew := w.Find(state.IntKey(x.key))
		if isNew {
			w.Keys = append(w.Keys, column(x.key))
		}
		w.Select(id, x.ts)
		for _, c := range w.Windows {
			c.Acc.rows = append(c.Acc.rows, x.id)
			if c.Full {
				_ = show(c.Start, c.End, &w.Keys[id], &c.Acc)
			}
		}
		w = saves.after(t, w, fresh)
	}
	if err := w.Finish(show); err != nil {
		t.Fatal(err)
	}
	return out
}

// Windows of rows are those of a program that keeps all rows of a group and cuts them.
func TestCountedLikeOnePass(t *testing.T) {
	for seed := range int64(2000) {
		r := rand.New(rand.NewSource(seed))
		size, step := 1+r.Int63n(9), 1+r.Int63n(9)
		var rows []row
		for i := range r.Intn(120) {
			rows = append(rows, row{ts: r.Int63n(100), key: r.Int63n(4), id: i})
		}
		got := runCounted(t, size, step, rows, nil)
		var want []string
		groups := map[int64][]row{}
		var order []int64
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
		for _, x := range rows {
			if groups[x.key] == nil {
				order = append(order, x.key)
			}
			groups[x.key] = append(groups[x.key], x)
			cut(groups[x.key], true)
		}
		for _, k := range order {
			cut(groups[k], false)
		}
		if !slices.Equal(got, want) {
			t.Fatalf("seed %d, %d rows each %d:\ngot  %v\nwant %v", seed, size, step, got, want)
		}
	}
}
