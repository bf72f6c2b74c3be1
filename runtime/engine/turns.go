package engine

// turns lets workers merge in the order of Chunk.Seq. One token goes from chunk to chunk: it is put into the slot of the next
// chunk when a chunk is merged. Every worker holds at most one chunk and sequence numbers have no gaps, so at most len(slots)
// chunks wait at a time and no two of them share a slot; a slot is emptied by chunk s before the token for chunk s+len(slots) is
// made. Hence sends never block. TestOrderedMerge runs all of this against a sequential pass.
type turns struct{ slots []chan struct{} }

func newTurns(workers int, first int64) *turns {
	t := &turns{slots: make([]chan struct{}, workers)}
	for i := range t.slots {
		t.slots[i] = make(chan struct{}, 1)
	}
	t.pass(first)
	return t
}

func (t *turns) slot(seq int64) chan struct{} { return t.slots[seq%int64(len(t.slots))] }

// wait returns true when all chunks before seq are merged, false when abandoned.
func (t *turns) wait(seq int64, abandoned <-chan struct{}) bool {
	select {
	case <-t.slot(seq):
		return true
	case <-abandoned:
		return false
	}
}

// pass makes it the turn of chunk seq.
func (t *turns) pass(seq int64) { t.slot(seq) <- struct{}{} }
