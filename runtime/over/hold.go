package over

import (
	"math"

	rt "github.com/velostream/veloc/runtime"
)

// Hold keeps rows until event time has passed them, and gives them back in the order of their times; rows of one time in the order in
// which they came. Rows that come in order cost no comparison but one.
type Hold[R any] struct {
	queue  Ring[held[R]] // in order
	heap   []held[R]     // those that came behind a later one
	seq    int64
	passed int64
	began  bool
	group  []R
	given  mark  // of the last row that was given back
	saved  int64 // rows with lower numbers were saved
}

// arity is the number of children in the heap: with four, half as many steps lead to the bottom, and those of one parent lie side by side.
const arity = 4

// mark is a place in the order in which rows are given back, behind a row; the zero mark is before all.
type mark struct{ time, next int64 }

type held[R any] struct {
	time, seq int64
	row       R
}

func (h held[R]) before(o held[R]) bool { return h.time < o.time || h.time == o.time && h.seq < o.seq }

// Len is the number of rows that wait.
func (h *Hold[R]) Len() int { return h.queue.Len() + len(h.heap) }

// Late tells whether event time has passed a row of that time: rows that come after it have been given back already, or could have been.
func (h *Hold[R]) Late(time int64) bool { return h.began && time < h.passed }

// Passed is the event time that the rows which were given back lie before; MinInt64 before the first call of Pass.
func (h *Hold[R]) Passed() int64 {
	if !h.began {
		return math.MinInt64
	}
	return h.passed
}

// Pass says that event time has reached watermark: no more rows from before it are expected.
func (h *Hold[R]) Pass(watermark int64) {
	if !h.began || watermark > h.passed {
		h.began, h.passed = true, watermark
	}
}

// Due is the watermark with which the first row can be given back; MaxInt64 if none waits.
func (h *Hold[R]) Due() int64 {
	time, ok := h.least()
	if !ok {
		return math.MaxInt64
	}
	return rt.Shift(time, 1)
}

// Together returns all rows of the next time that event time has passed, until the next call; none if it has passed no more.
func (h *Hold[R]) Together() []R {
	h.group = h.group[:0]
	r, time, ok := h.Next()
	for ok {
		h.group = append(h.group, r)
		if next, more := h.least(); !more || next != time {
			break
		}
		r, _, ok = h.Next()
	}
	return h.group
}

// least is the time of the first row.
func (h *Hold[R]) least() (int64, bool) {
	switch queued := h.queue.Len() > 0; {
	case len(h.heap) == 0 && !queued:
		return 0, false
	case len(h.heap) == 0:
		return h.queue.At(h.queue.First()).time, true
	case !queued:
		return h.heap[0].time, true
	}
	return min(h.heap[0].time, h.queue.At(h.queue.First()).time), true
}

// Add keeps a row.
func (h *Hold[R]) Add(time int64, row R) {
	e := held[R]{time, h.seq, row}
	h.seq++
	if h.queue.Len() == 0 || h.queue.Last().time <= time {
		*h.queue.Push() = e
		return
	}
	h.heap = append(h.heap, e)
	i := len(h.heap) - 1
	for i > 0 {
		up := (i - 1) / arity
		if !e.before(h.heap[up]) {
			break
		}
		h.heap[i] = h.heap[up]
		i = up
	}
	h.heap[i] = e
}

// Next returns the first of the rows that event time has passed, with its time; ok is false if there is none.
func (h *Hold[R]) Next() (row R, time int64, ok bool) {
	if !h.began {
		return row, 0, false
	}
	queued := h.queue.Len() > 0
	if len(h.heap) > 0 && (!queued || h.heap[0].before(*h.queue.At(h.queue.First()))) {
		if time = h.heap[0].time; time >= h.passed && h.passed != math.MaxInt64 {
			return row, 0, false
		}
		return h.pop(), time, true
	}
	if !queued {
		return row, 0, false
	}
	e := h.queue.At(h.queue.First())
	if e.time >= h.passed && h.passed != math.MaxInt64 {
		return row, 0, false
	}
	row, time = e.row, e.time
	h.given = mark{e.time, e.seq + 1}
	h.queue.Drop(h.queue.First() + 1)
	return row, time, true
}

func (h *Hold[R]) pop() R {
	top := h.heap[0].row
	h.given = mark{h.heap[0].time, h.heap[0].seq + 1}
	n := len(h.heap) - 1
	last := h.heap[n]
	var none held[R]
	h.heap[n] = none
	h.heap = h.heap[:n]
	if n == 0 {
		return top
	}
	i := 0 // a gap, which sinks to where last belongs
	for {
		down := arity*i + 1
		if down >= n {
			break
		}
		least := &h.heap[down]
		for c := down + 1; c < min(arity*i+1+arity, n); c++ {
			if other := &h.heap[c]; other.before(*least) {
				least, down = other, c
			}
		}
		if !least.before(last) {
			break
		}
		h.heap[i] = *least
		i = down
	}
	h.heap[i] = last
	return top
}
