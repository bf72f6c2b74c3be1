package window

import "github.com/velostream/veloc/runtime/state"

// Counted is the state of windows of a number of rows of a group, WINDOW TUMBLING(100 ROWS): window j of a group holds its rows from j × step
// on. What time it is plays no role. It holds the windows that have begun and are not full: as many per group as fit over one row.
type Counted[K, A any] struct {
	state.Table
	Keys []K // columns of each group; append to it when Find says fresh
	// Windows are those that the row at hand is in, in the order of their beginnings.
	Windows []*Count[A]

	size, step, wide int64   // wide: windows over one row, at most
	rows             []int64 // by group, rows so far
	all              []Count[A]

	state.Dirty // see savedCounted
}

// Count is a window of rows.
type Count[A any] struct {
	Start, End int64 // times of its first and last row, ns
	Before     int64 // End before the row at hand
	Full       bool  // the row at hand is its last one
	Acc        A

	n int64 // rows in it
}

// NewCounted returns windows of size rows, one each step rows.
func NewCounted[K, A any](size, step int64) *Counted[K, A] {
	w := &Counted[K, A]{size: size, step: step, wide: (size + step - 1) / step}
	w.Init()
	return w
}

// Select finds the Windows of the next row of group id, which is at time ts. They are valid until the next call. Where windows are further
// apart than they are long, there may be none.
func (w *Counted[K, A]) Select(id int, ts int64) bool {
	w.makeRoom(id)
	row := w.rows[id]
	w.rows[id]++
	w.Note(w.place(id, row/w.step)) // if only for the number of rows
	w.Windows = w.Windows[:0]
	for j := max(0, (row-w.size)/w.step); j <= row/w.step; j++ {
		if row-j*w.step >= w.size {
			continue
		}
		place := w.place(id, j)
		w.Note(place)
		c := &w.all[place]
		if c.n == 0 || c.Full {
			*c = Count[A]{Start: ts}
		}
		c.n++
		c.Before, c.End, c.Full = c.End, ts, c.n == w.size
		w.Windows = append(w.Windows, c)
	}
	return len(w.Windows) > 0
}

// makeRoom makes room for the windows of the groups up to id.
func (w *Counted[K, A]) makeRoom(id int) {
	for len(w.rows) <= id {
		w.rows = append(w.rows, 0)
		for range w.wide {
			w.Note(len(w.all)) // no place is left out
			w.all = append(w.all, Count[A]{})
		}
	}
}

// place is where window j of a group is.
func (w *Counted[K, A]) place(id int, j int64) int { return id*int(w.wide) + int(j%w.wide) }

// Finish emits the windows that are not full when the input has ended: groups in order of first appearance, their windows in the order of
// their beginnings.
func (w *Counted[K, A]) Finish(emit func(start, end int64, k *K, a *A) error) error {
	for id, rows := range w.rows {
		for j := max(0, (rows-w.size)/w.step); j*w.step < rows; j++ {
			c := &w.all[w.place(id, j)]
			if rows-j*w.step >= w.size || c.Full {
				continue
			}
			if err := emit(c.Start, c.End, &w.Keys[id], &c.Acc); err != nil {
				return err
			}
		}
	}
	return nil
}
