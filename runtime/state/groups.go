package state

import "slices"

// Groups is the state of a GROUP BY: for each key its columns K and its accumulator A, by id.
type Groups[K, A any] struct {
	Table
	Keys  []K // columns of each group; append to it when Find says fresh
	acc   []A
	first []int64 // order of first appearance over all workers: chunk number and row
}

// NewGroups returns empty groups.
func NewGroups[K, A any]() *Groups[K, A] {
	g := &Groups[K, A]{}
	g.Init()
	return g
}

// At is the accumulator of a group. It stays valid until the next At.
func (g *Groups[K, A]) At(id int) *A {
	if uint(id) < uint(len(g.acc)) {
		return &g.acc[id]
	}
	return g.grow(id)
}

func (g *Groups[K, A]) grow(id int) *A {
	for len(g.acc) <= id {
		var zero A
		g.acc = append(g.acc, zero)
	}
	return &g.acc[id]
}

// Appeared notes where the newest group was first seen: the chunk's number and the row within it.
func (g *Groups[K, A]) Appeared(seq, row int64) {
	g.first = append(g.first, seq<<32|row)
}

// Merge folds the groups of a worker into g and empties the worker's accumulators: merge is called with the accumulator here and
// there, for those that seen says hold rows. Groups that are new here take their columns along.
func (g *Groups[K, A]) Merge(w *Groups[K, A], seen func(*A) bool, merge func(dst, src *A)) {
	var zero A
	for id := range w.acc {
		src := &w.acc[id]
		if !seen(src) {
			continue
		}
		to, fresh := g.Find(w.Key(id))
		if fresh {
			g.Keys = append(g.Keys, w.Keys[id])
			g.first = append(g.first, w.first[id])
		} else if w.first[id] < g.first[to] {
			g.first[to] = w.first[id]
		}
		merge(g.At(to), src)
		*src = zero
	}
}

// Each visits the groups in order of first appearance.
func (g *Groups[K, A]) Each(visit func(k *K, a *A) error) error {
	order := make([]uint32, len(g.acc))
	for i := range order {
		order[i] = uint32(i)
	}
	slices.SortFunc(order, func(x, y uint32) int {
		switch fx, fy := g.first[x], g.first[y]; {
		case fx < fy:
			return -1
		case fx > fy:
			return 1
		}
		return 0
	})
	for _, id := range order {
		if err := visit(&g.Keys[id], &g.acc[id]); err != nil {
			return err
		}
	}
	return nil
}
