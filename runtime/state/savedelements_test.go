package state

import (
	"bytes"
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// queue is a collection of texts in the order in which they came, with places that are used again.
type queue struct {
	Dirty
	all   []queued
	free  []int
	order []int // derived: places in the order of coming
	seq   int64
}

type queued struct {
	there bool
	seq   int64
	text  word
}

func (q *queue) Len() int    { return len(q.all) - len(q.free) }
func (q *queue) Places() int { return len(q.all) }

func (q *queue) AppendElement(dst []byte, place int) ([]byte, bool) {
	e := &q.all[place]
	if !e.there {
		return dst, false
	}
	return AppendValue(AppendInt(dst, e.seq), &e.text), true
}

func (q *queue) DecodeElement(place int, src []byte, values *Values) ([]byte, error) {
	q.DropElement(place)
	r := Read(src)
	e := queued{there: true, seq: r.Int()}
	rest, err := r.End()
	if err != nil {
		return nil, err
	}
	rest, err = values.Decode(rest, &e.text)
	q.all[place] = e
	return rest, err
}

func (q *queue) DropElement(place int) {
	if place == len(q.all) {
		q.all = append(q.all, queued{})
	}
	q.all[place] = queued{}
}

func (q *queue) Loaded() {
	for place, e := range q.all {
		if !e.there {
			q.free = append(q.free, place)
			continue
		}
		q.order = append(q.order, place)
		q.seq = max(q.seq, e.seq+1)
	}
	slices.SortFunc(q.order, func(a, b int) int { return cmp.Compare(q.all[a].seq, q.all[b].seq) })
}

func (q *queue) add(text word) {
	place := len(q.all)
	if n := len(q.free); n > 0 {
		place, q.free = q.free[n-1], q.free[:n-1]
	} else {
		q.all = append(q.all, queued{})
	}
	q.all[place] = queued{true, q.seq, text}
	q.order = append(q.order, place)
	q.seq++
	q.Note(place)
}

// change alters, or drops, the n-th text.
func (q *queue) change(n int, drop bool) {
	place := q.order[n]
	q.Note(place)
	if !drop {
		q.all[place].text += "!"
		return
	}
	q.order = slices.Delete(q.order, n, n+1)
	q.all[place] = queued{}
	q.free = append(q.free, place)
}

func (q *queue) String() string {
	var b bytes.Buffer
	for _, place := range q.order {
		fmt.Fprintln(&b, q.all[place].seq, q.all[place].text)
	}
	return b.String()
}

// Whatever happens between the slices of a snapshot, it makes the elements again together with the deltas since its first slice: in their order,
// and in their places, so that what is saved after a restart speaks of the same ones.
func TestSnapshotWhileElementsChange(t *testing.T) {
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 0))
		q := &queue{}
		p := PersistElements(q, &Schema{})
		p.Track()
		work := func() {
			for range r.IntN(30) {
				if len(q.order) == 0 || r.IntN(3) > 0 {
					q.add(word(fmt.Sprint("text ", r.IntN(1000))))
				} else {
					q.change(r.IntN(len(q.order)), r.IntN(3) > 0)
				}
			}
		}
		var snapshot, deltas []byte
		for range 3 { // restarts
			work()
			deltas = p.Delta(deltas)
			if r.IntN(2) == 0 {
				p.Rewind()
				snapshot, deltas = nil, nil
				for more := true; more; {
					snapshot, more = p.Slice(snapshot, r.IntN(200))
					work()
					if r.IntN(2) == 0 {
						deltas = p.Delta(deltas)
					}
				}
				work()
				deltas = p.Delta(deltas)
			}
			if n := len(p.Delta(nil)); n != 0 {
				t.Fatalf("%d bytes have changed after all", n)
			}
			again := &queue{}
			l := PersistElements(again, &Schema{})
			for _, entries := range [][]byte{snapshot, deltas} {
				if err := l.Load(entries, nil); err != nil {
					t.Fatal(err)
				}
			}
			l.Loaded()
			if got, want := again.String(), q.String(); got != want || l.Size() != p.Size() {
				t.Fatalf("seed %d: read\n%swant\n%s", seed, got, want)
			}
			q, p = again, l
			p.Track()
		}
	}
}

// What is cut or changed is either noticed or read as something else; it does not crash.
func TestDamagedElements(t *testing.T) {
	q := &queue{}
	p := PersistElements(q, &Schema{})
	p.Track()
	for i := range 20 {
		q.add(word(fmt.Sprint("text ", i)))
	}
	p.Delta(nil)
	q.change(3, true)
	q.change(5, false)
	all, _ := p.Slice(nil, 1<<20)
	all = p.Delta(all)
	for i := range all {
		_ = PersistElements(&queue{}, &Schema{}).Load(all[:i], nil)
		for _, b := range []byte{0, 1, 0x7f, 0xff} {
			damaged := slices.Clone(all)
			damaged[i] = b
			l := PersistElements(&queue{}, &Schema{})
			if l.Load(damaged, nil) == nil {
				l.Loaded()
			}
		}
	}
	if err := PersistElements(&queue{}, &Schema{}).Load(all[:len(all)-1], nil); err == nil {
		t.Error("a part of an element is read")
	}
}

// Nothing is noted where nobody saves, and noting does not allocate.
func TestDirtyCosts(t *testing.T) {
	var d Dirty
	d.Note(5)
	if d.places != nil {
		t.Error("changes are noted that nobody asks for")
	}
	d.places = Track()
	if n := testing.AllocsPerRun(10, func() { d.Note(500) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
