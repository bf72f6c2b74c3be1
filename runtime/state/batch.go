package state

// Batch gathers the groups that have changed since they were shown last, so that each is shown once for several rows.
type Batch struct {
	size    int
	rows    int     // since the groups were shown
	changed []int   // groups, in the order in which they changed first
	times   []int64 // of the newest row of each of these
	place   []int32 // by group: its place in changed, plus 1; 0: it has not changed
}

// NewBatch returns an empty batch, which is full after size rows.
func NewBatch(size int) *Batch { return &Batch{size: size} }

// Note notes that a row with time ts has changed a group; full tells that it is time to show what there is.
func (b *Batch) Note(group int, ts int64) (full bool) {
	for len(b.place) <= group {
		b.place = append(b.place, 0)
	}
	if at := b.place[group]; at > 0 {
		b.times[at-1] = ts
	} else {
		b.changed, b.times = append(b.changed, group), append(b.times, ts)
		b.place[group] = int32(len(b.changed))
	}
	b.rows++
	return b.rows >= b.size
}

// Show lets the groups be shown that have changed, with the time of their newest row, and forgets that they have.
func (b *Batch) Show(show func(group int, ts int64) error) error {
	for i, group := range b.changed {
		b.place[group] = 0
		if err := show(group, b.times[i]); err != nil {
			return err
		}
	}
	b.changed, b.times, b.rows = b.changed[:0], b.times[:0], 0
	return nil
}
