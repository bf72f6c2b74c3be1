package engine

import (
	"math"
	"sync"

	rt "github.com/velostream/veloc/runtime"
)

// watermarks follows event time through the partitions of one source.
//
// A partition's watermark is its greatest event time minus the bound. The source's watermark is the least of its active
// partitions'. A partition is active from when the source gains it (or first delivers a row of it) until it has been silent for the
// idle time; it is active again with its next row. A partition that the source never spoke of holds nothing back; one that
// it gained holds everything back until its first row, so that no row is late merely because another partition was read first.
// The source's watermark never falls.
type watermarks struct {
	spec rt.TimeSpec

	mu    sync.Mutex
	parts map[int32]*partition
	owned map[int32]bool // partitions gained and not lost; nil for sources that gain none
}

type partition struct {
	max  int64 // greatest event time; MinInt64 before the first
	last int64 // clock reading of the last sign of life
	rose int64 // clock reading when max rose last, or when the partition became known
}

func newWatermarks(spec rt.TimeSpec) *watermarks {
	return &watermarks{spec: spec, parts: map[int32]*partition{}}
}

func (w *watermarks) part(id int32, now int64) *partition {
	p := w.parts[id]
	if p == nil {
		p = &partition{max: math.MinInt64, last: now, rose: now}
		w.parts[id] = p
	}
	return p
}

// gain makes partitions active.
func (w *watermarks) gain(ids []int32, now int64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.owned == nil {
		w.owned = map[int32]bool{}
	}
	for _, id := range ids {
		w.part(id, now).last = now
		w.owned[id] = true
	}
}

// owns tells whether a partition's position is this process's to commit.
func (w *watermarks) owns(id int32) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.owned == nil || w.owned[id]
}

// gained tells whether the source has said that a partition is its own.
func (w *watermarks) gained(id int32) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.owned[id]
}

// lose forgets partitions.
func (w *watermarks) lose(ids []int32) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, id := range ids {
		delete(w.parts, id)
		delete(w.owned, id)
	}
}

// observe records that rows of a partition arrived, the greatest event time of which is max.
func (w *watermarks) observe(id int32, max, now int64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	p := w.part(id, now)
	p.last = now
	if max > p.max {
		p.max, p.rose = max, now
	}
}

// before tells what a task needs to know before it processes a chunk of a partition: the partition's greatest event time so
// far, and the watermark of all others (MaxInt64 if none is active).
func (w *watermarks) before(id int32, now int64) (own, others int64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	own = math.MinInt64
	if p := w.parts[id]; p != nil {
		own = p.max
	}
	return own, w.least(id, true, now)
}

// current is the watermark of the source. When no partition is active, nobody is waited for: it is the greatest of all, so that what the
// last rows before the silence have closed is shown. MinInt64 if there was no row at all.
func (w *watermarks) current(now int64) int64 {
	w.mu.Lock()
	defer w.mu.Unlock()
	if least := w.least(0, false, now); least != math.MaxInt64 {
		return least
	}
	most := int64(math.MinInt64)
	for _, p := range w.parts {
		most = max(most, w.below(p.max))
	}
	return most
}

// restore sets how far a partition had come in an earlier run.
func (w *watermarks) restore(id int32, max, now int64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if max != math.MinInt64 {
		w.part(id, now).max = max
	}
}

// greatest is the greatest event time of each partition.
func (w *watermarks) greatest() map[int32]int64 {
	w.mu.Lock()
	defer w.mu.Unlock()
	out := map[int32]int64{}
	for id, p := range w.parts {
		if p.max != math.MinInt64 {
			out[id] = p.max
		}
	}
	return out
}

// active is the least watermark of the active partitions; MaxInt64 if there are none.
func (w *watermarks) active(now int64) int64 {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.least(0, false, now)
}

func (w *watermarks) least(except int32, skip bool, now int64) int64 {
	least := int64(math.MaxInt64)
	for id, p := range w.parts {
		if skip && id == except || w.idle(p, now) {
			continue
		}
		least = min(least, w.below(p.max))
	}
	return least
}

// idle tells whether a partition has been silent for so long that it holds nothing back.
func (w *watermarks) idle(p *partition, now int64) bool {
	return w.spec.Idle > 0 && now-p.last >= w.spec.Idle
}

// below is t - bound without wrapping around.
func (w *watermarks) below(t int64) int64 {
	if t < math.MinInt64+w.spec.Bound {
		return math.MinInt64
	}
	return t - w.spec.Bound
}
