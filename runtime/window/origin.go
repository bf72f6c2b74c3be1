package window

import (
	"math"

	rt "github.com/velostream/veloc/runtime"
)

// origin is where the rows at hand come from.
type origin struct {
	known  bool
	part   int32
	first  rt.Position // of the chunk
	before int64       // watermark up to which an earlier run had closed the windows of this partition's rows
}

// origins holds, by partition, the position of the first chunk that has a row in a pane; -1 where none has.
type origins []rt.Position

// note adds a chunk. It is called whenever a pane becomes the current one: at least once for every chunk with rows in it.
func (o *origins) note(part int32, from rt.Position) {
	for int32(len(*o)) <= part {
		*o = append(*o, -1)
	}
	if at := &(*o)[part]; *at < 0 || from < *at {
		*at = from
	}
}

func (o *origins) take(other origins) {
	for part, from := range other {
		if from >= 0 {
			o.note(int32(part), from)
		}
	}
}

// Begin tells which chunk the next rows are from. State in memory is gone after a restart, so open windows remember where their rows
// begin (see Held). To read rows again from there is right only if the results of windows that had closed by then stay as they are: the
// rows of such windows, which lie among those of open ones, are late (Chunk.Closed).
func (w *Tumbling[K, A]) Begin(c *rt.Chunk) {
	w.origin = origin{known: true, part: c.Partition, first: c.From, before: math.MinInt64}
	if c.Closed != 0 {
		w.before = c.Closed
	}
	w.leave() // so that the first row notes the chunk in its pane
}

// Held calls note with the position of the first chunk of each partition that has rows in an open window.
func (w *Tumbling[K, A]) Held(note func(part int32, from rt.Position)) {
	for _, p := range w.open {
		for part, from := range p.from {
			if from >= 0 {
				note(int32(part), from)
			}
		}
	}
}
