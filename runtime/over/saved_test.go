package over

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/velostream/veloc/runtime/state"
)

func (e *row) Append(dst []byte) []byte {
	return state.AppendInt(state.AppendInt(state.AppendInt(dst, e.key), e.time), e.id)
}

func (e *row) Decode(src []byte) ([]byte, error) {
	r := state.Read(src)
	*e = row{key: r.Int(), time: r.Int(), id: r.Int()}
	return r.End()
}

// parts is all that generated code keeps of a partition.
type parts struct {
	rows     Ring[row]
	kept     Ring[*row]
	queue    Ring[int64]
	first    Ranking[row]
	gathered Gathered[row]
	buffer   Buffer[row]
	n        int64
}

func (p *parts) Append(dst []byte, all bool) []byte {
	dst = AppendRing(dst, &p.rows, all)
	dst = AppendKept(dst, &p.kept, all)
	dst = AppendPlaces(dst, &p.queue, all)
	dst = AppendRanking(dst, &p.first, all)
	dst = AppendGathered(dst, &p.gathered, all)
	dst = AppendBuffer(dst, &p.buffer, all)
	return state.AppendInt(dst, p.n)
}

func (p *parts) Decode(src []byte) ([]byte, error) {
	r := state.Read(src)
	DecodeRing(r, &p.rows)
	DecodeKept(r, &p.kept)
	DecodePlaces(r, &p.queue)
	DecodeRanking(r, &p.first, 5, byKey)
	DecodeGathered(r, &p.gathered)
	DecodeBuffer(r, &p.buffer, byKey)
	p.n = r.Int()
	return r.End()
}

// change does something to the partition, the same whenever r is the same.
func (p *parts) change(r *rand.Rand, id int64, pool *Pool[row]) {
	e := row{key: r.Int64N(9), time: r.Int64N(100), id: id}
	one := func() *row { x := e; return &x }
	switch r.IntN(12) {
	case 0:
		*p.rows.Push() = e
	case 1:
		p.rows.Drop(p.rows.End() - r.Int64N(5))
	case 2:
		*p.kept.Push() = one()
	case 3:
		Release(&p.kept, p.kept.End()-r.Int64N(5), pool)
	case 4, 5:
		*p.queue.Push() = id
	case 6:
		if p.queue.Len() > 0 {
			p.queue.Pop()
		}
	case 7:
		p.queue.Drop(p.queue.End() - r.Int64N(5))
	case 8:
		if e := one(); p.first.Last(5) == nil || byKey(p.first.Last(5), e) > 0 {
			p.first.Add(e, 5, byKey)
		}
	case 9:
		if p.gathered.Add(one()); p.gathered.Len() == 4 {
			p.gathered.Reset(pool)
		}
	case 10:
		p.buffer.Add(one(), 4, byKey)
	case 11:
		if p.n++; r.IntN(5) == 0 { // it has expired
			*p = parts{}
		}
	}
}

func (p *parts) String() string {
	var b strings.Builder
	for i := p.rows.First(); i < p.rows.End(); i++ {
		fmt.Fprint(&b, i, *p.rows.At(i))
	}
	for i := p.kept.First(); i < p.kept.End(); i++ {
		fmt.Fprint(&b, i, **p.kept.At(i))
	}
	for i := p.queue.First(); i < p.queue.End(); i++ {
		fmt.Fprint(&b, i, *p.queue.At(i))
	}
	for _, list := range [][]*row{rows(&p.first), p.gathered.Rows(), p.buffer.Rows()} {
		fmt.Fprint(&b, "\n")
		for _, e := range list {
			fmt.Fprint(&b, *e)
		}
	}
	return fmt.Sprint(b.String(), p.n)
}

// disk is what was saved: a snapshot, and the deltas since it was begun.
type disk struct {
	snapshot, deltas []byte
	next, since      []byte // the snapshot under way, and the deltas since its first slice
	slicing          bool
}

// save saves what has changed, and more or less of a snapshot, while work goes on.
func (d *disk) save(r *rand.Rand, p state.Persister) {
	delta := p.Delta(nil)
	d.deltas, d.since = append(d.deltas, delta...), append(d.since, delta...)
	switch {
	case !d.slicing && r.IntN(4) == 0:
		p.Rewind()
		d.slicing, d.next, d.since = true, nil, nil
	case d.slicing:
		if d.next, d.slicing = p.Slice(d.next, r.IntN(100)); !d.slicing {
			d.snapshot, d.deltas = d.next, d.since
		}
	}
}

func (d *disk) load(t *testing.T, p state.Persister) {
	t.Helper()
	for _, entries := range [][]byte{d.snapshot, d.deltas} {
		if err := p.Load(entries, nil); err != nil {
			t.Fatal(err)
		}
	}
	p.Loaded()
	p.Track()
	d.slicing = false
}

// What is saved and read again, now and then, is what is left alone.
func TestSavedPartitions(t *testing.T) {
	for seed := range uint64(400) {
		r := rand.New(rand.NewPCG(seed, 1))
		open := func() (*Partitions[parts], *parts, state.Persister) {
			var all Partitions[parts]
			all.Init()
			one := &parts{}
			return &all, one, state.PersistTogether(&state.Schema{}, PersistPartitions(&all, nil), PersistPartition(one, nil))
		}
		want, wantOne, _ := open()
		have, haveOne, p := open()
		p.Track()
		d := &disk{}
		var pool Pool[row]
		for id := range int64(300) {
			key, both := state.IntKey(r.Int64N(6)), r.Uint64()
			for _, of := range []*Partitions[parts]{want, have} {
				of.At(of.Of(key)).change(rand.New(rand.NewPCG(both, 0)), id, &pool)
			}
			for _, of := range []*parts{wantOne, haveOne} {
				of.change(rand.New(rand.NewPCG(both, 1)), id, &pool)
			}
			if r.IntN(3) == 0 {
				if d.save(r, p); r.IntN(6) == 0 {
					have, haveOne, p = open()
					d.load(t, p)
				}
			}
		}
		for id := range want.Len() {
			if got, want := have.At(id).String(), want.At(id).String(); got != want {
				t.Fatalf("seed %d, partition %d:\nread %s\nwant %s", seed, id, got, want)
			}
		}
		if got, want := haveOne.String(), wantOne.String(); got != want {
			t.Fatalf("seed %d:\nread %s\nwant %s", seed, got, want)
		}
	}
}

// Rows that wait for event time, and lists that are long, come as they would have without restarts.
func TestSavedLists(t *testing.T) {
	for seed := range uint64(400) {
		r := rand.New(rand.NewPCG(seed, 2))
		type lists struct {
			held  Hold[*row]
			ring  Ring[Waiter]
			whole Whole[row]
			top   Top[row]
		}
		open := func() (*lists, state.Persister) {
			l := &lists{top: Top[row]{N: 4, Compare: byKey}}
			return l, state.PersistTogether(&state.Schema{}, PersistHold(&l.held, nil), PersistRing(&l.ring, nil),
				PersistWhole(&l.whole, nil, func(e *row) int { return int(e.key) }), PersistTop(&l.top, nil))
		}
		want, _ := open()
		have, p := open()
		p.Track()
		d := &disk{}
		now := int64(-50)
		for id := range int64(300) {
			now += r.Int64N(3)
			e := row{key: r.Int64N(5), time: now - r.Int64N(12), id: id}
			one := func() *row { x := e; return &x }
			what, pass := r.IntN(12), r.IntN(4) == 0
			var out [2]string
			for i, l := range []*lists{want, have} {
				if !l.held.Late(e.time) {
					l.held.Add(e.time, one())
				}
				if pass {
					l.held.Pass(now - 5)
					for rows := l.held.Together(); len(rows) > 0; rows = l.held.Together() {
						for _, e := range rows {
							out[i] += fmt.Sprint(*e)
						}
					}
				}
				if *l.ring.Push() = (Waiter{int(e.key), e.time}); what == 0 {
					l.ring.Drop(l.ring.End() - 2)
				}
				if l.whole.Add(int(e.key), one()); what == 1 {
					out[i] += shownWhole(&l.whole)
				}
				if l.top.Takes(&e) {
					l.top.Add(one())
				}
			}
			if out[0] != out[1] {
				t.Fatalf("seed %d, at row %d:\nshown %s\nwant  %s", seed, id, out[1], out[0])
			}
			if r.IntN(3) == 0 {
				if d.save(r, p); r.IntN(6) == 0 {
					have, p = open()
					d.load(t, p)
				}
			}
		}
		var out [2]string
		for i, l := range []*lists{want, have} {
			l.held.Pass(math.MaxInt64)
			for rows := l.held.Together(); len(rows) > 0; rows = l.held.Together() {
				for _, e := range rows {
					out[i] += fmt.Sprint(*e)
				}
			}
			for ; l.ring.Len() > 0; l.ring.Drop(l.ring.First() + 1) {
				out[i] += fmt.Sprint(*l.ring.At(l.ring.First()))
			}
			out[i] += shownWhole(&l.whole)
			for _, e := range l.top.Rows() {
				out[i] += fmt.Sprint(*e)
			}
		}
		if out[0] != out[1] {
			t.Fatalf("seed %d, in the end:\nshown %s\nwant  %s", seed, out[1], out[0])
		}
	}
}

// shownWhole shows all partitions and begins anew.
func shownWhole(w *Whole[row]) (out string) {
	w.Each(byKey, func(rows []*row) {
		for _, e := range rows {
			out += fmt.Sprint(*e)
		}
	})
	var pool Pool[row]
	w.Reset(&pool)
	return out + ";"
}

// What is cut or changed is either noticed or read as something else; it does not crash.
func TestDamagedRows(t *testing.T) {
	open := func() (state.Persister, func(id int64)) {
		var all Partitions[parts]
		all.Init()
		var held Hold[*row]
		var whole Whole[row]
		top := Top[row]{N: 4, Compare: byKey}
		var pool Pool[row]
		p := state.PersistTogether(&state.Schema{}, PersistPartitions(&all, nil), PersistHold(&held, nil),
			PersistWhole(&whole, nil, func(e *row) int { return int(e.key) }), PersistTop(&top, nil))
		return p, func(id int64) {
			e := &row{key: id % 3, time: id, id: id}
			all.At(all.Of(state.IntKey(id%3))).change(rand.New(rand.NewPCG(uint64(id), 1)), id, &pool)
			held.Add(e.time, e)
			whole.Add(int(e.key), e)
			if top.Takes(e) {
				top.Add(e)
			}
		}
	}
	p, add := open()
	p.Track()
	for id := range int64(40) {
		add(id)
	}
	p.Rewind()
	var all []byte
	for more := true; more; {
		all, more = p.Slice(all, 100)
	}
	all = p.Delta(all)
	load := func(entries []byte) error {
		l, _ := open()
		err := l.Load(entries, nil)
		if err == nil {
			l.Loaded()
		}
		return err
	}
	for i := range all {
		_ = load(all[:i])
		for _, b := range []byte{0, 1, 2, 0x40, 0x7f, 0xff} {
			damaged := slices.Clone(all)
			damaged[i] = b
			_ = load(damaged)
		}
	}
	if load(all) != nil || load(all[:len(all)-1]) == nil {
		t.Error("a part of an entry is read")
	}
}

// What is written is as much as has changed: of a list the rows that are new.
func TestDeltasAreSmall(t *testing.T) {
	var all Partitions[parts]
	all.Init()
	var held Hold[*row]
	var whole Whole[row]
	p := state.PersistTogether(&state.Schema{}, PersistPartitions(&all, nil), PersistHold(&held, nil), PersistWhole(&whole, nil, func(e *row) int { return 0 }))
	p.Track()
	add := func(id int64) {
		e := &row{key: id % 3, time: id, id: id}
		of := all.At(all.Of(state.IntKey(id % 3)))
		*of.rows.Push() = *e
		*of.kept.Push() = e
		held.Add(id, e)
		whole.Add(0, e)
	}
	for id := range int64(1000) {
		add(id)
	}
	if n := len(p.Delta(nil)); n < 10_000 {
		t.Errorf("%d bytes for 4000 rows", n)
	}
	add(1000)
	if n := len(p.Delta(nil)); n == 0 || n > 100 {
		t.Errorf("%d bytes for 4 rows", n)
	}
	if n := len(p.Delta(nil)); n > 0 {
		t.Errorf("%d bytes for nothing", n)
	}
}
