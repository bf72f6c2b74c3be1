package window

import "math"

// Due is the watermark at which the oldest open window closes; MaxInt64 if none is open.
func (w *Tumbling[K, A]) Due() int64 {
	if len(w.open) == 0 {
		return math.MaxInt64
	}
	return w.open[0].start + w.size + w.lateness
}
