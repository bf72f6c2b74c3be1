package over

import "github.com/velostream/veloc/runtime/state"

// Partitions is what is kept of each partition, by the id that its key has. Ids are given in the order of first appearance.
type Partitions[P any] struct {
	state.Table
	state.Dirty
	list []P
}

// Init makes the partitions ready; the zero value is not.
func (p *Partitions[P]) Init() { p.Table.Init() }

// Of is the id of the partition with that key, which is made if there is none.
func (p *Partitions[P]) Of(k state.Key) int {
	if id := p.Probe(k); id >= 0 {
		return id
	}
	id, fresh := p.Find(k)
	if fresh {
		var none P
		p.list = append(p.list, none)
		p.Note(id)
	}
	return id
}

// At is what is kept of a partition, which may change now. It moves when a partition is made.
func (p *Partitions[P]) At(id int) *P {
	p.Note(id)
	return &p.list[id]
}

// View is what is kept of a partition, which does not change now.
func (p *Partitions[P]) View(id int) *P { return &p.list[id] }

// Waiter is a row that waits until event time has passed a frame which reaches behind it, by its partition and its time.
type Waiter struct {
	Part int
	Time int64
}

// Append writes the waiter, as snapshots do.
func (w *Waiter) Append(dst []byte) []byte {
	return state.AppendInt(state.AppendInt(dst, int64(w.Part)), w.Time)
}

// Decode reads what Append wrote.
func (w *Waiter) Decode(src []byte) (rest []byte, err error) {
	r := state.Read(src)
	*w = Waiter{int(r.Int()), r.Int()}
	return r.End()
}
