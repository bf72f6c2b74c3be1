package state

import "slices"

// Groups is the state of a GROUP BY: for each key an accumulator A, in the key's slot, and its columns K.
type Groups[K, A any] struct {
	Slots[A]
	Keys  []K     // columns of each group, by id; append to it when Find says fresh
	first []int64 // by id, where the group appeared first: number of the chunk, and row or byte in it
	since int64   // added to first: behind what earlier runs have seen

	changed Changes // groups that have changed since they were saved; nil: nobody saves them
	gone    []byte  // entries of those that went
	sliced  int     // groups that the snapshot under way has
	hand    int     // the next group that Expire looks at
}

// NewGroups returns empty groups.
func NewGroups[K, A any]() *Groups[K, A] {
	g := &Groups[K, A]{}
	g.Init()
	return g
}

// At is the accumulator of a group. It moves when a group is added.
func (g *Groups[K, A]) At(id int) *A { return g.valueOf(id) }

// Change is At for a group that is about to change.
func (g *Groups[K, A]) Change(id int) *A {
	if g.changed != nil {
		g.changed.Note(id)
	}
	return g.valueOf(id)
}

// Appeared notes where the newest group was first seen: the chunk's number, and the place of the row within it (its index or its offset,
// but always the same of the two).
func (g *Groups[K, A]) Appeared(seq, place int64) {
	g.first = append(g.first, g.since+(seq<<32|place))
}

// Merge folds the groups of a worker into g and empties the worker's accumulators: merge is called with the accumulator here and
// there, for those that seen says hold rows. Groups that are new here take their columns along.
func (g *Groups[K, A]) Merge(w *Groups[K, A], seen func(*A) bool, merge func(dst, src *A)) {
	if g.Len() == 0 && g.since == 0 && g.changed == nil && w.all(seen) { // nothing to fold
		*g, *w = *w, *g
		return
	}
	few := make([]int, 0, atOnce)
	for id := range w.Len() {
		if few = append(few, id); len(few) == atOnce {
			g.mergeFew(w, few, seen, merge)
			few = few[:0]
		}
	}
	g.mergeFew(w, few, seen, merge)
}

// atOnce is how many groups are merged, visited or written at a time. Each stands at another place of the memory, and waiting for one after the other
// takes longer than what is done with them.
const atOnce = 32

// mergeFew is Merge for some groups of the worker.
func (g *Groups[K, A]) mergeFew(w *Groups[K, A], ids []int, seen func(*A) bool, merge func(dst, src *A)) {
	w.fetch(ids)
	ids = slices.DeleteFunc(ids, func(id int) bool { return !seen(w.At(id)) })
	g.fetchHomes(&w.Slots, ids)
	var zero A
	for _, id := range ids {
		src := w.At(id)
		to, fresh := g.Find(w.Key(id))
		if fresh {
			g.Keys = append(g.Keys, w.Keys[id])
			g.first = append(g.first, g.since+w.first[id])
		} else {
			g.first[to] = min(g.first[to], g.since+w.first[id])
		}
		merge(g.Change(to), src)
		*src = zero
	}
}

// all tells whether every group is one of those that seen says hold rows.
func (g *Groups[K, A]) all(seen func(*A) bool) bool {
	for id := range g.Len() {
		if !seen(g.At(id)) {
			return false
		}
	}
	return true
}

// Each visits the groups in order of first appearance.
func (g *Groups[K, A]) Each(visit func(k *K, a *A) error) error {
	order := make([]uint32, g.Len())
	for i := range order {
		order[i] = uint32(i)
	}
	slices.SortStableFunc(order, func(x, y uint32) int {
		switch fx, fy := g.first[x], g.first[y]; {
		case fx < fy:
			return -1
		case fx > fy:
			return 1
		}
		return 0
	})
	few := make([]int, 0, atOnce)
	for next := range slices.Chunk(order, atOnce) {
		few = few[:0]
		for _, id := range next {
			few = append(few, int(id))
		}
		g.fetch(few)
		for _, id := range few {
			if err := visit(&g.Keys[id], g.At(id)); err != nil {
				return err
			}
		}
	}
	return nil
}
