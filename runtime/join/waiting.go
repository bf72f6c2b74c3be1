package join

import (
	"cmp"
	"math"
	"slices"

	"github.com/velostream/veloc/runtime/state"
)

// Waiting is one side of a join of streams: rows that wait for partners until time has passed them. A row of time t can meet rows that come
// until the watermark passes t + Wait.
//
// Rows end in the order of their times. They are gathered in buckets, so that adding one costs no more than appending it; a bucket is
// sorted when its first row ends.
type Waiting[R any] struct {
	Index[R]
	wait    int64
	width   int64     // of a bucket, ns
	buckets []*bucket // ascending by start
	last    *bucket   // where the last row went
	empty   []*bucket // to use again
	order   []waiter  // memory to sort a bucket in
}

// waiter is a row of a bucket that is being sorted: rows themselves are too far apart to be compared.
type waiter struct {
	time  int64
	id    int32
	place int32
}

type bucket struct {
	start  int64
	ids    []int32
	sorted bool
	from   int // ids before have ended
}

// gone marks a row that was removed before its time.
const gone = -1

// leastWidth is the least width of a bucket: a millisecond.
const leastWidth = 1_000_000

// Forever is the wait of rows that do not end before the input does.
const Forever = math.MaxInt64

// NewWaiting returns an empty side whose rows wait for the given time, ns.
func NewWaiting[R any](wait int64) *Waiting[R] {
	w := &Waiting[R]{wait: wait, width: max(wait/256, leastWidth)}
	w.Init()
	return w
}

// Over tells whether a row of the given time has no partners to wait for any more.
func (w *Waiting[R]) Over(time, watermark int64) bool { return w.end(time) < watermark }

// end is the last watermark at which a row may still meet another.
func (w *Waiting[R]) end(time int64) int64 {
	if w.wait > 0 && time > math.MaxInt64-w.wait {
		return math.MaxInt64
	}
	return time + w.wait
}

// Keep adds a row, to which the caller adds Row.
func (w *Waiting[R]) Keep(k state.Key, time int64) *Entry[R] {
	id := w.Add(k, time)
	e := w.At(id)
	b := w.bucket(time)
	if !b.sorted {
		e.place = int32(len(b.ids))
		b.ids = append(b.ids, id)
		return e
	}
	// The bucket is ending: the row goes behind those of its time.
	waiting := slices.DeleteFunc(b.ids[b.from:], func(id int32) bool { return id == gone })
	i, _ := slices.BinarySearchFunc(waiting, time, func(other int32, t int64) int {
		if w.At(other).Time <= t {
			return -1
		}
		return 1
	})
	b.ids = slices.Insert(b.ids[:b.from+len(waiting)], b.from+i, id)
	w.number(b)
	return e
}

// number tells the rows of a bucket where they are in it.
func (w *Waiting[R]) number(b *bucket) {
	for i, id := range b.ids[b.from:] {
		w.At(id).place = int32(b.from + i)
	}
}

// bucket is the one for rows of a time.
func (w *Waiting[R]) bucket(time int64) *bucket {
	start := math.MinInt64 + int64((uint64(time)-1<<63)/uint64(w.width))*w.width
	if w.last != nil && w.last.start == start {
		return w.last
	}
	i, found := slices.BinarySearchFunc(w.buckets, start, func(b *bucket, s int64) int { return cmp.Compare(b.start, s) })
	if !found {
		b := &bucket{}
		if n := len(w.empty); n > 0 {
			b, w.empty = w.empty[n-1], w.empty[:n-1]
		}
		b.start = start
		w.buckets = slices.Insert(w.buckets, i, b)
	}
	w.last = w.buckets[i]
	return w.last
}

// Drop removes a row before its time.
func (w *Waiting[R]) Drop(id int32) {
	e := w.At(id)
	w.bucket(e.Time).ids[e.place] = gone
	w.Remove(id)
}

// Due is the least watermark at which some row may end; MaxInt64 if there is none.
func (w *Waiting[R]) Due() int64 {
	if len(w.buckets) == 0 {
		return math.MaxInt64
	}
	b := w.buckets[0]
	time := b.start
	if b.sorted {
		for b.from < len(b.ids) && b.ids[b.from] == gone {
			b.from++
		}
		if b.from < len(b.ids) {
			time = w.At(b.ids[b.from]).Time
		}
	}
	if end := w.end(time); end < math.MaxInt64 {
		return end + 1
	}
	return math.MaxInt64
}

// End removes the rows that have nothing to wait for at a watermark, after visit has seen them: in the order of their times, of equal ones in
// that in which they came. With MaxInt64 all rows end.
func (w *Waiting[R]) End(watermark int64, visit func(e *Entry[R]) error) error {
	for len(w.buckets) > 0 {
		b := w.buckets[0]
		if watermark != math.MaxInt64 && w.end(b.start) >= watermark {
			return nil
		}
		w.sort(b)
		for ; b.from < len(b.ids); b.from++ {
			id := b.ids[b.from]
			if id == gone {
				continue
			}
			e := w.At(id)
			if watermark != math.MaxInt64 && w.end(e.Time) >= watermark {
				return nil
			}
			if visit != nil {
				if err := visit(e); err != nil {
					return err
				}
			}
			w.Remove(id)
		}
		w.release(b)
	}
	return nil
}

// sort orders the rows of a bucket by time; those of one time stay in their order.
func (w *Waiting[R]) sort(b *bucket) {
	if b.sorted {
		return
	}
	b.sorted = true
	b.ids = slices.DeleteFunc(b.ids, func(id int32) bool { return id == gone })
	w.order = w.order[:0]
	for i, id := range b.ids {
		w.order = append(w.order, waiter{w.At(id).Time, id, int32(i)})
	}
	slices.SortFunc(w.order, func(x, y waiter) int {
		return cmp.Or(cmp.Compare(x.time, y.time), cmp.Compare(x.place, y.place))
	})
	for i, x := range w.order {
		b.ids[i] = x.id
	}
	w.number(b)
}

func (w *Waiting[R]) release(b *bucket) {
	if w.last == b {
		w.last = nil
	}
	b.ids, b.sorted, b.from = b.ids[:0], false, 0
	w.empty = append(w.empty, b)
	w.buckets = slices.Delete(w.buckets, 0, 1)
}
