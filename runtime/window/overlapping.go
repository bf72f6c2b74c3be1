package window

import (
	"math"
	"slices"
)

// Overlapping is the state of windows of any shape where rows have to meet every window that they are in, one after the other: because each
// row shows them (EMIT CHANGES), because an aggregate depends on the order of rows, or because windows that have been shown take further
// rows. It holds one pane per window.
type Overlapping[K, A any] struct {
	panes[K, A]
	shape Shape
	// Windows are those that the row at hand is in and that have not closed, in the order of their ends.
	Windows []*Pane[A]

	late  Late
	again func(start, end int64, k *K, a *A) error // shows results before windows close; nil: see Late
	shown int64                                    // windows before this one have been shown
	err   error                                    // of again
}

// Late says what becomes of rows whose windows have all closed.
type Late uint8

const (
	// Drop leaves them to whoever asks.
	Drop Late = iota
	// Next puts them where rows are that are just not late: their time counts as that of the watermark, less the allowed lateness.
	Next
)

// NewOverlapping returns windows of a shape, with the allowed lateness and the out-of-orderness bound in ns.
func NewOverlapping[K, A any](s Shape, lateness, bound int64, late Late) *Overlapping[K, A] {
	w := &Overlapping[K, A]{shape: s, late: late}
	w.init(lateness, bound)
	w.shown = w.shape.ended(w.closed)
	return w
}

// ShowAgain makes windows show their results with emit when they end, before the allowed lateness. Rows that come after that find their
// window Fired, and show its result again.
func (w *Overlapping[K, A]) ShowAgain(emit func(start, end int64, k *K, a *A) error) { w.again = emit }

// Select finds the Windows of a row at time ts. It returns false if all have closed; for max and others see [Tumbling].
func (w *Overlapping[K, A]) Select(ts, max, others int64) bool {
	if !w.shape.inside(ts) {
		return false
	}
	watermark := w.watermark(max, others)
	ended := w.shape.ended(less(watermark, w.lateness))
	n := w.shape.Slice(ts)
	home := n
	if ended > w.shape.newest(n) {
		if w.late == Drop || !w.shape.inside(less(watermark, w.lateness)) {
			return false
		}
		home = w.shape.Slice(watermark - w.lateness)
	}
	if w.again != nil && w.err == nil {
		w.err = w.show(w.shape.ended(watermark))
	}
	first := maxOf(w.shape.oldest(home), ended)
	w.Windows = w.Windows[:0]
	for v := first; v <= w.shape.newest(home); v++ {
		w.choose(v)
		w.Windows = append(w.Windows, w.cur)
		w.note()
	}
	w.Start = w.shape.Begin(n)
	w.Span = uint64(w.shape.Begin(n+1) - w.Start)
	w.limit = more(w.Windows[0].End, w.lateness+w.bound)
	for _, p := range w.Windows { // whoever comes after one of them has ended shows it first
		if w.again != nil && !p.Fired {
			w.limit = min(w.limit, more(p.End, w.bound))
			break
		}
	}
	return true
}

// choose makes the pane of window v the current one.
func (w *Overlapping[K, A]) choose(v int64) {
	i, found := w.find(paneID{n: v})
	if !found {
		p := w.pane()
		p.n, p.Start, p.End = v, w.shape.Begin(w.shape.from(v)), w.shape.Begin(w.shape.to(v))
		p.Fired = v < w.shown
		w.open = slices.Insert(w.open, i, p)
	}
	w.cur = w.open[i]
}

// Change is In for a group that is about to change.
func (w *Overlapping[K, A]) Change(p *Pane[A], id int) *A {
	p.note(uint32(id))
	return w.In(p, id)
}

// show shows the windows before number end that have not been shown.
func (w *Overlapping[K, A]) show(end int64) error {
	if end <= w.shown {
		return nil
	}
	w.shown = end
	for _, p := range w.open {
		if p.n >= end || p.Fired {
			continue
		}
		p.Fired = true
		if err := w.each(p, w.again); err != nil {
			return err
		}
	}
	return nil
}

func (w *Overlapping[K, A]) each(p *Pane[A], emit func(start, end int64, k *K, a *A) error) error {
	for _, id := range p.used {
		if err := emit(p.Start, p.End, &w.Keys[id], &p.acc[id]); err != nil {
			return err
		}
	}
	return nil
}

// Close emits and forgets all windows whose end + lateness is at or before the watermark, by end; groups in order of first
// appearance. What ShowAgain has shown is only forgotten.
func (w *Overlapping[K, A]) Close(watermark int64, emit func(start, end int64, k *K, a *A) error) error {
	if w.err != nil {
		return w.err
	}
	w.closed = max(w.closed, watermark)
	if w.again != nil {
		if err := w.show(w.shape.ended(w.closed)); err != nil {
			return err
		}
	}
	ended := w.shape.ended(less(w.closed, w.lateness))
	n := 0
	for n < len(w.open) && w.open[n].n < ended {
		p := w.open[n]
		n++
		if w.again == nil {
			if err := w.each(p, emit); err != nil {
				return err
			}
		}
		w.remove(p)
	}
	if n > 0 {
		w.open = slices.Delete(w.open, 0, n)
		w.drop()
		w.forgetKeys()
	}
	return nil
}

// Forget drops all windows whose end + lateness is at or before the watermark: with EMIT CHANGES their results have been shown.
func (w *Overlapping[K, A]) Forget(watermark int64) {
	_ = w.Close(watermark, func(int64, int64, *K, *A) error { return nil })
}

// Latest is the watermark that closes all open windows; the least int64 if there are none.
func (w *Overlapping[K, A]) Latest() int64 {
	if len(w.open) == 0 {
		return math.MinInt64
	}
	return w.open[len(w.open)-1].End + w.lateness
}

// Open is the number of open windows.
func (w *Overlapping[K, A]) Open() int { return len(w.open) }

// Due is the watermark at which the next window is shown or closes; the greatest int64 if none is open.
func (w *Overlapping[K, A]) Due() int64 {
	due := int64(math.MaxInt64)
	if len(w.open) == 0 {
		return due
	}
	if w.again != nil {
		for _, p := range w.open {
			if !p.Fired {
				due = p.End
				break
			}
		}
	}
	return min(due, w.open[0].End+w.lateness)
}
