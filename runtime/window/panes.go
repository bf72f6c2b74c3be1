package window

import (
	"cmp"
	"math"
	"slices"

	rt "github.com/velostream/veloc/runtime"
	"github.com/velostream/veloc/runtime/state"
)

// panes is what all windows that are cut from time have in common: the groups, and panes with an accumulator A for each group. What a pane
// is, and which window it belongs to, is for the types that embed it to say.
type panes[K, A any] struct {
	state.Table
	Keys []K // columns of each group; append to it when Find says fresh

	Start int64  // of the current pane; rows with uint64(ts-Start) < Span belong to it
	Span  uint64 // 0: there is no current pane, and every row asks
	cur   *Pane[A]

	lateness, bound int64
	limit           int64      // event time that ends what Start and Span say
	closed          int64      // watermark up to which windows have been closed
	open            []*Pane[A] // ascending
	free            []*Pane[A]
	into            []int32  // ids in the root that this worker is merged into, +1; 0: unknown
	intoEpoch       int      // epoch of the root that into speaks of
	epoch           int      // how often ids have been given out anew
	saving          bool     // panes note what changes in them
	gone            []paneID // that were removed since they were saved
	since           int64    // added to the first appearances of groups: behind what earlier runs have seen

	origin // of the rows at hand, where Begin told it
}

// Pane holds the accumulators of the groups that have rows in a piece of time.
type Pane[A any] struct {
	Start, End int64
	Fired      bool // its result has been shown: see Overlapping

	n     int64 // number of the slice or window; of a tumbling window its start
	first int64 // number of the first window that it belongs to; see Sliced
	acc   []A
	used  []uint32 // ids in order of first appearance
	seen  []int64  // by id, when it appeared first; see Sliced
	from  origins

	changed state.Changes // ids that have changed since they were saved; nil: nobody saves them
}

// paneID tells the panes of windows apart. Open panes are in this order.
type paneID struct{ n, first int64 }

func (p *Pane[A]) id() paneID { return paneID{p.n, p.first} }

func (id paneID) compare(o paneID) int {
	return cmp.Or(cmp.Compare(id.n, o.n), cmp.Compare(id.first, o.first))
}

func (id paneID) append(dst []byte) []byte {
	return state.AppendInt(state.AppendInt(dst, id.n), id.first)
}

// find is the place of an open pane, or where it would be.
func (w *panes[K, A]) find(id paneID) (place int, found bool) {
	return slices.BinarySearchFunc(w.open, id, func(p *Pane[A], id paneID) int { return p.id().compare(id) })
}

func (w *panes[K, A]) init(lateness, bound int64) {
	w.lateness, w.bound, w.closed = lateness, bound, math.MinInt64
	w.drop()
	w.Init()
}

// drop forgets which pane is the current one, so that the next row asks.
func (w *panes[K, A]) drop() {
	w.Start, w.Span, w.limit, w.cur = math.MinInt64, 0, math.MaxInt64, nil
}

// Passed tells that the greatest event time of the partition has moved to max, by whatever row. It lets go of the current pane when its
// window may have closed, so that the next row asks. Small enough to be inlined.
func (w *panes[K, A]) Passed(max int64) {
	if max >= w.limit {
		w.Start, w.Span, w.limit = math.MinInt64, 0, math.MaxInt64
	}
}

// watermark is how far event time has come for a row: by the rows before it in its partition, and by what has been closed already.
func (w *panes[K, A]) watermark(max, others int64) int64 {
	closed := w.closed
	if w.known {
		closed = maxOf(closed, w.before)
	}
	return maxOf(closed, min(less(max, w.bound), others))
}

func maxOf(a, b int64) int64 { return max(a, b) }

// less is t - d for a d that is not negative, or the least int64.
func less(t, d int64) int64 {
	if t < math.MinInt64+d {
		return math.MinInt64
	}
	return t - d
}

// more is t + d for a d that is not negative, or the greatest int64.
func more(t, d int64) int64 {
	if t > math.MaxInt64-d {
		return math.MaxInt64
	}
	return t + d
}

// Later is the watermark t, d later.
func Later(t, d int64) int64 { return more(t, d) }

// note tells the current pane where the row at hand is from.
func (w *panes[K, A]) note() {
	if w.known {
		w.cur.from.note(w.part, w.origin.first)
	}
}

func (w *panes[K, A]) pane() *Pane[A] {
	var p *Pane[A]
	if n := len(w.free); n > 0 {
		p = w.free[n-1]
		w.free = w.free[:n-1]
	} else {
		p = &Pane[A]{}
	}
	if w.saving && p.changed == nil {
		p.changed = state.Track()
	}
	return p
}

func (w *panes[K, A]) release(p *Pane[A]) {
	p.clear()
	clear(p.changed)
	w.free = append(w.free, p)
}

// remove releases a pane that was open.
func (w *panes[K, A]) remove(p *Pane[A]) {
	w.goes(p)
	w.release(p)
}

// goes notes that an open pane holds nothing any more.
func (w *panes[K, A]) goes(p *Pane[A]) {
	if w.saving {
		w.gone = append(w.gone, p.id())
	}
}

// note notes that group id of the pane changes.
func (p *Pane[A]) note(id uint32) {
	if p.changed != nil {
		p.changed.Note(int(id))
	}
}

func (p *Pane[A]) clear() {
	var zero A
	for _, id := range p.used {
		p.acc[id] = zero
	}
	p.used, p.from, p.Fired = p.used[:0], p.from[:0], false
}

// At is the accumulator of a group in the current pane, valid until the next At. Call Touch for one that holds no row yet.
func (w *panes[K, A]) At(id int) *A { return w.In(w.cur, id) }

// Change is At for a group that is about to change.
func (w *panes[K, A]) Change(id int) *A {
	w.cur.note(uint32(id))
	return w.At(id)
}

// In is the accumulator of a group in pane p, valid until the next call.
func (w *panes[K, A]) In(p *Pane[A], id int) *A {
	if uint(id) < uint(len(p.acc)) {
		return &p.acc[id]
	}
	return p.grow(id, w.Len())
}

func (p *Pane[A]) grow(id, groups int) *A {
	n := max(id+1, groups)
	p.acc = slices.Grow(p.acc, n-len(p.acc))[:n]
	return &p.acc[id]
}

// Touch notes that group id appears in the current pane for the first time.
func (w *panes[K, A]) Touch(id int) { w.cur.Touch(id) }

// Touch notes that group id appears in the pane for the first time.
func (p *Pane[A]) Touch(id int) { p.used = append(p.used, uint32(id)) }

// merged ends a worker's chunk: its panes have been taken over.
func (w *panes[K, A]) merged() {
	w.open = w.open[:0]
	w.drop()
	if w.Len() >= keepKeys {
		w.forgetKeys()
		w.into = w.into[:0]
	}
}

// adopt finds the root's id for a worker's id.
func (w *panes[K, A]) adopt(from *panes[K, A], id uint32) int {
	if from.intoEpoch != w.epoch {
		clear(from.into)
		from.intoEpoch = w.epoch
	}
	for len(from.into) <= int(id) {
		from.into = append(from.into, 0)
	}
	if to := from.into[id]; to > 0 {
		return int(to) - 1
	}
	to, fresh := w.Find(from.Key(int(id)))
	if fresh {
		w.Keys = append(w.Keys, from.Keys[id])
	}
	from.into[id] = int32(to) + 1
	return to
}

// keepKeys is how many groups a window remembers beyond those in open windows before it forgets the others.
const keepKeys = 1 << 16

// forgetKeys drops groups that no open window holds once they are the greater part, so that memory follows the groups of open windows
// and not all groups ever seen. Workers forget theirs on the same rule after a merge: ids of both sides are looked up anew.
func (w *panes[K, A]) forgetKeys() {
	if w.Len() < keepKeys {
		return
	}
	live := make([]bool, w.Len())
	n := 0
	for _, p := range w.open {
		for _, id := range p.used {
			if !live[id] {
				live[id] = true
				n++
			}
		}
	}
	if n*2 > w.Len() {
		return
	}
	moved := make([]uint32, w.Len())
	var table state.Table
	table.Init()
	keys := make([]K, 0, n)
	for id, used := range live {
		if used {
			to, _ := table.Find(w.Key(id))
			moved[id] = uint32(to)
			keys = append(keys, w.Keys[id])
		}
	}
	for _, p := range w.open {
		acc, seen := make([]A, n), make([]int64, 0)
		if len(p.seen) > 0 {
			seen = make([]int64, n)
		}
		for i, id := range p.used {
			acc[moved[id]] = p.acc[id]
			if len(seen) > 0 {
				seen[moved[id]] = p.seen[id]
			}
			p.used[i] = moved[id]
		}
		p.acc, p.seen = acc, seen
		if p.changed != nil {
			changed := state.Track()
			p.changed.Take(func(id int) { changed.Note(int(moved[id])) })
			p.changed = changed
		}
	}
	w.Table, w.Keys, w.free = table, keys, nil
	w.epoch++
}

// Open is the number of panes that hold state.
func (w *panes[K, A]) Open() int { return len(w.open) }

// Begin tells which chunk the next rows are from. State in memory is gone after a restart, so open windows remember where their rows
// begin (see Held). To read rows again from there is right only if the results of windows that had closed by then stay as they are: the
// rows of such windows, which lie among those of open ones, are late (Chunk.Closed).
func (w *panes[K, A]) Begin(c *rt.Chunk) {
	w.origin = origin{known: true, part: c.Partition, first: c.From, before: math.MinInt64, touches: w.since + c.Seq<<32}
	if c.Closed != 0 {
		w.before = c.Closed
	}
	w.drop() // so that the first row notes the chunk in its pane
}

// Held calls note with the position of the first chunk of each partition that has rows in an open window.
func (w *panes[K, A]) Held(note func(part int32, from rt.Position)) {
	for _, p := range w.open {
		for part, from := range p.from {
			if from >= 0 {
				note(int32(part), from)
			}
		}
	}
}
