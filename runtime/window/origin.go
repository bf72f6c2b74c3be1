package window

import rt "github.com/velostream/veloc/runtime"

// origin is where the rows at hand come from.
type origin struct {
	known   bool
	part    int32
	first   rt.Position // of the chunk
	before  int64       // watermark up to which an earlier run had closed the windows of this partition's rows
	touches int64       // counts first appearances of groups: the chunk's number above, and the number within it
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
