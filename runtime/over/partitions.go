package over

import "github.com/velostream/veloc/runtime/state"

// Partitions is what is kept of each partition, by the id that its key has. Ids are given in the order of first appearance.
type Partitions[P any] struct {
	state.Table
	state.Dirty
	list []P
	hand int // the next one that Expire looks at
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

// Expire forgets partitions that are over, if they are among the next few. Call it before the partition of a new key is asked for: ids move. Partitions
// that are saved stay: a delta tells what is new in the partition of an id.
func (p *Partitions[P]) Expire(over func(*P) bool) {
	if p.Kept() {
		return
	}
	for range min(state.Glances, len(p.list)) {
		if p.hand >= len(p.list) {
			p.hand = 0
		}
		if !over(&p.list[p.hand]) {
			p.hand++
			continue
		}
		var none P
		last := len(p.list) - 1
		p.Drop(p.hand)
		p.list[p.hand], p.list[last] = p.list[last], none
		p.list = p.list[:last]
	}
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
