package over

import (
	"bytes"
	"cmp"
	"slices"

	"github.com/velostream/veloc/runtime/state"
)

// Lists are saved by what is new in them: the place from which on rows are told, these rows, and the first row that is still there. Whoever reads
// that has the rows before from an earlier entry, or needs them no more.

// listed is a list whose rows have places.
type listed interface {
	bounds() (first, end int64)
	// cut removes the rows from a place on. If the one before is not there, the list is empty behind it and goes on at that place.
	cut(from int64)
	Drop(first int64)
}

func (q *Ring[R]) bounds() (first, end int64) { return q.first, q.end }

func (q *Ring[R]) cut(from int64) {
	if from < q.first || from > q.end { // what is there belongs to another time
		q.first = from
	}
	q.end = from
}

func (g *Gathered[R]) bounds() (first, end int64) { return g.left, g.left + int64(len(g.rows)) }

func (g *Gathered[R]) cut(from int64) {
	if first, end := g.bounds(); from < first || from > end {
		g.left = from
	}
	g.rows = g.rows[:from-g.left]
}

// Drop removes the rows before a place.
func (g *Gathered[R]) Drop(first int64) {
	n := max(0, min(first-g.left, int64(len(g.rows))))
	g.left, g.rows = g.left+n, g.rows[n:]
}

// appendList appends the rows of a list from a place on.
func appendList(dst []byte, l listed, from int64, row func(dst []byte, place int64) []byte) []byte {
	first, end := l.bounds()
	dst = state.AppendInt(state.AppendInt(dst, first), from-first)
	dst = state.AppendLen(dst, int(end-from))
	for place := from; place < end; place++ {
		dst = row(dst, place)
	}
	return dst
}

// decodeList reads what appendList wrote. push reads a row to the end of the list.
func decodeList(r *state.Reader, l listed, push func()) {
	first := r.Int()
	from := first + r.Int()
	n := r.Number()
	if first < 0 || from < first || from > 1<<62 {
		r.Fail()
	}
	if r.Failed() {
		return
	}
	// A snapshot can be newer than the entries behind it. If rows at the end have left since then, the entry tells ones that came behind
	// those, and a later entry tells what is there instead.
	_, end := l.bounds()
	gap := first < end && end < from
	if gap {
		from = end
	}
	l.cut(from)
	for range n {
		if push(); r.Failed() {
			return
		}
	}
	if gap {
		l.cut(end)
	}
	l.Drop(first)
}

// news is the place from which on rows of a list are told: all, or those that are new since saved, which moves.
func news(l listed, all bool, saved *int64) (from int64) {
	from, end := l.bounds()
	if !all {
		from = max(from, *saved)
		*saved = end
	}
	return from
}

// AppendRing appends the rows of a ring that are new since it was saved last, or all.
func AppendRing[R any, PR state.StateOfType[R]](dst []byte, q *Ring[R], all bool) []byte {
	return appendList(dst, q, news(q, all, &q.saved), func(dst []byte, place int64) []byte { return PR(q.At(place)).Append(dst) })
}

// DecodeRing reads what AppendRing wrote.
func DecodeRing[R any, PR state.StateOfType[R]](r *state.Reader, q *Ring[R]) {
	decodeList(r, q, func() { r.Into(PR(q.Push())) })
	q.saved = q.end
}

// AppendKept is AppendRing for rows that are kept elsewhere.
func AppendKept[R any, PR state.StateOfType[R]](dst []byte, q *Ring[*R], all bool) []byte {
	return appendList(dst, q, news(q, all, &q.saved), func(dst []byte, place int64) []byte { return PR(*q.At(place)).Append(dst) })
}

// DecodeKept reads what AppendKept wrote.
func DecodeKept[R any, PR state.StateOfType[R]](r *state.Reader, q *Ring[*R]) {
	decodeList(r, q, func() {
		row := new(R)
		r.Into(PR(row))
		*q.Push() = row
	})
	q.saved = q.end
}

// AppendPlaces is AppendRing for places of rows.
func AppendPlaces(dst []byte, q *Ring[int64], all bool) []byte {
	return appendList(dst, q, news(q, all, &q.saved), func(dst []byte, place int64) []byte { return state.AppendInt(dst, *q.At(place)) })
}

// DecodePlaces reads what AppendPlaces wrote.
func DecodePlaces(r *state.Reader, q *Ring[int64]) {
	decodeList(r, q, func() { *q.Push() = r.Int() })
	q.saved = q.end
}

// AppendGathered appends the rows that are new since they were saved last, or all.
func AppendGathered[R any, PR state.StateOfType[R]](dst []byte, g *Gathered[R], all bool) []byte {
	return appendList(dst, g, news(g, all, &g.saved), func(dst []byte, place int64) []byte { return PR(g.rows[place-g.left]).Append(dst) })
}

// DecodeGathered reads what AppendGathered wrote.
func DecodeGathered[R any, PR state.StateOfType[R]](r *state.Reader, g *Gathered[R]) {
	decodeList(r, g, func() { pushGathered[R, PR](r, g) })
	_, g.saved = g.bounds()
}

func pushGathered[R any, PR state.StateOfType[R]](r *state.Reader, g *Gathered[R]) {
	row := new(R)
	r.Into(PR(row))
	g.rows = append(g.rows, row)
}

// AppendBuffer appends the rows that are new since they were saved last, or all.
func AppendBuffer[R any, PR state.StateOfType[R]](dst []byte, b *Buffer[R], all bool) []byte {
	return AppendKept[R, PR](dst, &b.came, all)
}

// DecodeBuffer reads what AppendBuffer wrote, and puts the rows in order.
func DecodeBuffer[R any, PR state.StateOfType[R]](r *state.Reader, b *Buffer[R], compare func(a, b *R) int) {
	DecodeKept[R, PR](r, &b.came)
	b.sorted = b.sorted[:0]
	for i := b.came.First(); i < b.came.End(); i++ {
		b.sorted = append(b.sorted, *b.came.At(i))
	}
	if !r.Failed() {
		slices.SortStableFunc(b.sorted, compare)
	}
}

// AppendRanking appends the rows that are new since they were saved last, or all. Those that had to go for them are not told: whoever puts the new ones into
// their places sees that.
func AppendRanking[R any, PR state.StateOfType[R]](dst []byte, k *Ranking[R], all bool) []byte {
	from := k.saved
	if all {
		from = 0
	} else {
		k.saved = k.seq
	}
	return appendRanked[R, PR](dst, k.rows, from, k.seq)
}

func appendRanked[R any, PR state.StateOfType[R]](dst []byte, rows []ranked[R], from, seq int64) []byte {
	n := 0
	for _, e := range rows {
		if e.seq >= from {
			n++
		}
	}
	dst = state.AppendLen(state.AppendInt(state.AppendInt(dst, from), seq), n)
	for _, e := range rows {
		if e.seq >= from {
			dst = PR(e.row).Append(state.AppendInt(dst, e.seq))
		}
	}
	return dst
}

// readRanked adds the rows that appendRanked wrote to those that are there, and puts them in order; seq is the number of the next row.
func readRanked[R any, PR state.StateOfType[R]](r *state.Reader, rows []ranked[R], top int, compare func(a, b *R) int) (_ []ranked[R], seq int64) {
	from := r.Int()
	seq = r.Int()
	// Rows that are told anew replace those that are there: the ones of a newer snapshot are, and all where the ranking has begun anew.
	rows = slices.DeleteFunc(rows, func(e ranked[R]) bool { return e.seq >= from })
	for range r.Number() {
		e := ranked[R]{new(R), r.Int()}
		if r.Into(PR(e.row)); r.Failed() {
			return nil, 0
		}
		rows = append(rows, e)
	}
	slices.SortStableFunc(rows, func(a, b ranked[R]) int { return cmp.Or(compare(a.row, b.row), cmp.Compare(a.seq, b.seq)) })
	return rows[:min(len(rows), top)], seq
}

// DecodeRanking reads what AppendRanking wrote into the first n rows.
func DecodeRanking[R any, PR state.StateOfType[R]](r *state.Reader, k *Ranking[R], n int, compare func(a, b *R) int) {
	k.rows, k.seq = readRanked[R, PR](r, k.rows, n, compare)
	k.saved = k.seq
}

// Partition is what is kept of a partition, as it is saved: Append appends what is new since it was saved last, or all; Decode adds it to what is
// there.
type Partition[P any] interface {
	*P
	Append(dst []byte, all bool) []byte
	Decode(src []byte) (rest []byte, err error)
}

// savedPartitions are partitions as their owner saves them, by their ids.
type savedPartitions[P any, PP Partition[P]] struct{ *Partitions[P] }

// PersistPartitions makes partitions a state.Persister.
func PersistPartitions[P any, PP Partition[P]](p *Partitions[P], schema *state.Schema) state.Persister {
	return state.PersistElements(savedPartitions[P, PP]{p}, schema)
}

func (s savedPartitions[P, PP]) Places() int { return len(s.list) }

func (s savedPartitions[P, PP]) AppendElement(dst []byte, id int) (_ []byte, there bool) {
	return PP(&s.list[id]).Append(state.AppendKey(dst, s.Key(id)), true), true
}

func (s savedPartitions[P, PP]) AppendChange(dst []byte, id int) []byte {
	return PP(&s.list[id]).Append(state.AppendKey(dst, s.Key(id)), false)
}

func (s savedPartitions[P, PP]) DecodeElement(id int, src []byte, _ *state.Values) (rest []byte, err error) {
	if rest, err = s.restore(id, src); err != nil {
		return nil, err
	}
	return PP(&s.list[id]).Decode(rest)
}

// restore makes the partition of an id.
func (p *Partitions[P]) restore(id int, src []byte) (rest []byte, err error) {
	r := state.Read(src)
	k := r.Key()
	if rest, err = r.End(); err != nil {
		return nil, err
	}
	fresh, err := p.Restore(k, id)
	if fresh {
		var none P
		p.list = append(p.list, none)
	}
	return rest, err
}

// DropElement has nothing to do: partitions stay.
func (p *Partitions[P]) DropElement(int) {}

// Loaded has nothing to do.
func (p *Partitions[P]) Loaded() {}

// savedKeys are partitions of which only the ids are kept.
type savedKeys[P any] struct{ *Partitions[P] }

// PersistPartitionKeys makes the ids of partitions a state.Persister, where rows know theirs and are kept elsewhere.
func PersistPartitionKeys[P any](p *Partitions[P], schema *state.Schema) state.Persister {
	return state.PersistElements(savedKeys[P]{p}, schema)
}

func (s savedKeys[P]) Places() int { return len(s.list) }

func (s savedKeys[P]) AppendElement(dst []byte, id int) (_ []byte, there bool) {
	return state.AppendKey(dst, s.Key(id)), true
}

func (s savedKeys[P]) DecodeElement(id int, src []byte, _ *state.Values) (rest []byte, err error) {
	return s.restore(id, src)
}

// saver is something of which there is only one, as its owner saves it.
type saver struct {
	schema *state.Schema
	size   func() int
	write  func(dst []byte, all bool) []byte
	read   func(src []byte) (rest []byte, err error)
	last   []byte // the delta before
}

// PersistPartition makes what is kept of all rows together a state.Persister.
func PersistPartition[P any, PP Partition[P]](p *P, schema *state.Schema) state.Persister {
	return &saver{schema: schema, size: func() int { return 1 }, write: PP(p).Append, read: PP(p).Decode}
}

func (s *saver) Schema() *state.Schema { return s.schema }
func (s *saver) Size() int             { return s.size() }
func (s *saver) Rewind()               {}
func (s *saver) Loaded()               {}
func (s *saver) Track()                { s.last = s.write(nil, false) }

// Delta appends nothing if it would be what it was the last time: rows have places, so then there are no new ones.
func (s *saver) Delta(dst []byte) []byte {
	at := len(dst)
	dst = s.write(dst, false)
	if bytes.Equal(dst[at:], s.last) {
		return dst[:at]
	}
	s.last = append(s.last[:0], dst[at:]...)
	return dst
}

func (s *saver) Slice(dst []byte, _ int) (_ []byte, more bool) { return s.write(dst, true), false }

func (s *saver) Load(entries []byte, _ state.Arrange) (err error) {
	for err == nil && len(entries) > 0 {
		entries, err = s.read(entries)
	}
	return err
}
