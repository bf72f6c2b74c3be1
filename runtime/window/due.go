package window

import "math"

// Where time passes row by row, windows tell when the next of them closes, so that it need not be asked for at every row. A time that is too
// early costs a look, and nothing else.

// Due is the watermark at which the oldest open window closes; MaxInt64 if none is open.
func (w *Tumbling[K, A]) Due() int64 {
	if len(w.open) == 0 {
		return math.MaxInt64
	}
	return more(w.open[0].Start, w.size+w.lateness)
}

// Due is the watermark at which the oldest open window closes, or is shown for the first time; MaxInt64 if none is open.
func (w *Overlapping[K, A]) Due() int64 {
	due := int64(math.MaxInt64)
	for _, p := range w.open {
		if w.again == nil || p.Fired {
			due = min(due, more(p.End, w.lateness))
		} else {
			due = min(due, p.End)
		}
	}
	return due
}

// Due is the watermark at which the next window closes that has rows; MaxInt64 if there is none.
func (w *Sliced[K, A]) Due() int64 {
	due := int64(math.MaxInt64)
	for _, p := range w.open {
		if first := max(p.first, w.unshown); first <= w.shape.newest(p.n) {
			due = min(due, more(w.shape.Begin(w.shape.to(first)), w.lateness))
		}
	}
	return due
}

// Due is the watermark at which the next session may have ended; MaxInt64 if there is none.
func (w *Sessions[K, A]) Due() int64 {
	if len(w.timers) == 0 {
		return math.MaxInt64
	}
	return more(w.timers[0].end, w.gap+w.lateness)
}
