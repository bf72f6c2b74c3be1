package engine

import (
	"math"

	rt "github.com/velostream/veloc/runtime"
)

// What a restart goes on from where there is no state directory (see checkpoints). State lives in memory only, so a commit must not cover rows that open windows are made of: it stores the
// position of the first of them. A restart reads on from there and builds the windows anew. Rows of windows that had closed lie among
// those it reads again; the commit says up to where windows are closed, so that such rows count as late instead of making a second,
// partial result. TestWindowsSurviveRestart stops a job after every chunk.
//
// What has no window (GROUP BY alone, DISTINCT) has no such position: its first row may be the first of all. It begins anew.

// hold takes the positions of an epoch back to the first rows of open windows, and notes up to where windows are closed.
func (in *input) hold(e *rt.Epoch) {
	h, ok := in.p.root.(rt.Holding)
	if !ok {
		return
	}
	h.Held(func(part int32, from rt.Position) {
		if at, ok := e.Positions[part]; ok && from < at {
			e.Positions[part] = from
		}
	})
	e.Closed = in.closed()
}

// closed tells up to where windows are closed, for the partitions with rows.
func (in *input) closed() map[int32]int64 {
	out := make(map[int32]int64, len(in.positions))
	for part := range in.positions {
		wm := in.p.watermark
		if before, ok := in.before[part]; ok && before > wm {
			wm = before // this run has not come as far as the one before
		}
		if wm != math.MinInt64 {
			out[part] = wm
		}
	}
	return out
}
