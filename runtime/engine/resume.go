package engine

import (
	"maps"
	"math"

	rt "github.com/velostream/veloc/runtime"
)

// What a restart goes on from where there is no state directory (see checkpoints). State lives in memory only, so a commit must not cover rows that open windows are made of: it stores the
// position of the first of them. A restart reads on from there and builds the windows anew. Rows of windows that had closed lie among
// those it reads again; the commit says up to where windows are closed, so that such rows count as late instead of making a second,
// partial result. TestWindowsSurviveRestart stops a job after every chunk.
//
// What has no window (GROUP BY alone, DISTINCT) has no such position: its first row may be the first of all. It begins anew.

// resumable are the positions to commit.
func (in *input) resumable() map[int32]rt.Position {
	out := maps.Clone(in.positions)
	if h, ok := in.p.root.(rt.Holding); ok {
		h.Held(func(part int32, from rt.Position) {
			if at, ok := out[part]; ok && from < at {
				out[part] = from
			}
		})
	}
	return out
}

// closed tells up to where windows are closed, for the same partitions; nil if there are none or none has closed.
func (in *input) closed() map[int32]int64 {
	if _, ok := in.p.root.(rt.Holding); !ok {
		return nil
	}
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
