package fast

import (
	"sync"
	"sync/atomic"
)

// A JoinRow is a decoded row of a join of two inputs by text and time.
type JoinRow struct {
	W0, W1  uint64 // the key by its words
	Time    int64  // milliseconds
	Head    int64  // the highest time in the input up to this row
	Value   int64
	Key     P         // of a key of more than 16 bytes
	N       uint32    // length of the key, NullLen for NULL
	Names   [2]uint32 // texts of the row, by their ids
	NoValue bool      // NULL
}

// A JoinBlock has the rows of a block of an input.
type JoinBlock struct {
	Rows     []JoinRow
	Names    [2]*Names // what the names of rows are ids in
	Slow     Slow
	Row      Trade
	Rejected int64
	numbers  [2]Numbers
	next     int // rows before have been taken
}

// Add makes place for a row.
func (b *JoinBlock) Add() *JoinRow {
	if len(b.Rows) == cap(b.Rows) {
		rows := make([]JoinRow, len(b.Rows), 2*cap(b.Rows)+8192)
		copy(rows, b.Rows)
		b.Rows = rows
	}
	b.Rows = b.Rows[:len(b.Rows)+1]
	return &b.Rows[len(b.Rows)-1]
}

// SetKey sets the key of a row that the fast path has read: text under the padding contract that stays where it is.
func (r *JoinRow) SetKey(key P, n uintptr) {
	r.W0, r.W1 = Words(key, n)
	r.N = uint32(n)
	if n > 16 {
		r.Key = key
	}
}

// SetSlowKey sets the key of a row of the slow path, whose text is kept.
func (r *JoinRow) SetSlowKey(key Str, null bool) {
	if null {
		r.N = NullLen
		return
	}
	if key.N > 16 {
		text := append(make([]byte, 0, key.N+32), key.Bytes()...)
		r.SetKey(P(&text[0]), key.N)
		return
	}
	r.SetKey(key.P, key.N)
}

// A Pair is a row of the left and one of the right that belong together.
type Pair struct {
	W0, W1          uint64
	Left, Right     int64 // values
	Time            int64 // of the right
	N               uint32
	Names           [2]uint32
	seq             uint32
	NoLeft, NoRight bool
}

// A Join puts rows of two inputs together that have equal keys and of which the right one is from 0 to Within milliseconds behind the left one.
//
// The row whose input has come least far goes next, of equal ones that of the left. The watermark is Bound behind: rows that it has passed
// by so much that no partner can come any more are forgotten.
//
// It works in rounds. In each, all cores decode blocks; one puts the rows of both inputs into their order; all of them then apply rows,
// each those of its share of the keys; and what they found is gathered in the order of the rows.
type Join struct {
	Within, Bound int64
	Decode        [2]func(b *JoinBlock, data []byte)
	Emit          func(pairs []*Pair) error // in the order of the rows that completed them, valid until it returns

	Names    [2]*Names // of the left, all that have appeared
	long     *Names    // keys of more than 16 bytes
	inputs   [2]joinInput
	order    []turn
	shares   []*share
	pairs    []*Pair
	rows     int64
	rejected int64
}

// joinInput is how far an input was read.
type joinInput struct {
	in     *Input
	next   int // block
	head   int64
	blocks []*JoinBlock // decoded, with rows left
	spare  []*JoinBlock
}

// A turn is a row at its place in the order.
type turn struct {
	row  *JoinRow
	hash uint64
	side uint8
}

// Run joins two inputs, and returns the number of their rows and of lines that were none.
func (j *Join) Run(left, right *Input) (rows, rejected int64, err error) {
	j.long = NewNames()
	j.inputs = [2]joinInput{{in: left, head: -1 << 62}, {in: right, head: -1 << 62}}
	for i := range j.Names {
		j.Names[i] = NewNames()
	}
	for range Workers() {
		j.shares = append(j.shares, &share{sides: [2]*waiting{newWaiting(j.Within), newWaiting(0)}})
	}
	for {
		if !j.decode() {
			return j.rows, j.rejected, nil
		}
		j.merge()
		j.apply()
		j.gather()
		if err := j.Emit(j.pairs); err != nil {
			return j.rows, j.rejected, err
		}
		j.recycle()
	}
}

// decode reads a block for each core of every input of which no rows are left. It returns false when there is nothing more.
func (j *Join) decode() bool {
	type job struct {
		side, block int
		into        *JoinBlock
	}
	var jobs []job
	left := false
	for side := range j.inputs {
		in := &j.inputs[side]
		if len(in.blocks) > 0 {
			left = true
			continue
		}
		for range Workers() {
			if in.next*BlockSize >= in.in.Size() {
				break
			}
			b := &JoinBlock{Names: [2]*Names{NewNames(), NewNames()}}
			if n := len(in.spare); n > 0 {
				b, in.spare = in.spare[n-1], in.spare[:n-1]
			}
			in.blocks = append(in.blocks, b)
			jobs = append(jobs, job{side, in.next, b})
			in.next++
		}
	}
	var next atomic.Int64
	InParallel(func(int) {
		for {
			i := int(next.Add(1) - 1)
			if i >= len(jobs) {
				return
			}
			in := j.inputs[jobs[i].side].in
			in.passed(jobs[i].block)
			from := jobs[i].block * BlockSize
			j.Decode[jobs[i].side](jobs[i].into, in.block(from, min(from+BlockSize, in.Size())))
		}
	})
	for _, done := range jobs {
		j.enter(&j.inputs[done.side], done.into)
	}
	return left || len(jobs) > 0
}

// enter tells the rows of the next block what depends on the rows before it.
func (j *Join) enter(in *joinInput, b *JoinBlock) {
	var numbers [2][]uint32
	for i := range numbers {
		numbers[i] = b.numbers[i].Of(j.Names[i], b.Names[i])
	}
	for i := range b.Rows {
		r := &b.Rows[i]
		in.head = max(in.head, r.Time)
		r.Head = in.head
		for k := range r.Names {
			if len(numbers[k]) > 0 {
				r.Names[k] = numbers[k][r.Names[k]]
			}
		}
		if r.N > 16 && r.N != NullLen {
			r.W0, r.W1 = uint64(j.long.Find(r.W0, r.W1, r.Key, r.N)), 0
		}
	}
	j.rows += int64(len(b.Rows))
	j.rejected += b.Rejected + int64(b.Slow.Rejected)
	b.Rejected, b.Slow.Rejected = 0, 0
}

// AppendKey appends the key of a pair as a JSON string.
func (j *Join) AppendKey(out []byte, p *Pair) []byte {
	out = append(out, '"')
	if p.N > 16 {
		name, _ := j.long.Name(uint32(p.W0))
		return append(AppendEscaped(out, name), '"')
	}
	words := [2]uint64{p.W0, p.W1}
	return append(AppendEscaped(out, Str{P(&words), uintptr(p.N)}.Bytes()), '"')
}

// merge puts rows in order until an input has none left that has more to read.
func (j *Join) merge() {
	j.order = j.order[:0]
	for {
		l, r := j.peek(0), j.peek(1)
		switch {
		case l == nil && (r == nil || !j.ended(0)), r == nil && !j.ended(1):
			return
		case r == nil || l != nil && l.Head <= r.Head:
			j.take(0, l)
		default:
			j.take(1, r)
		}
	}
}

func (j *Join) ended(side int) bool { return j.inputs[side].next*BlockSize >= j.inputs[side].in.Size() }

// peek returns the next row of an input, nil if none is left of what was decoded.
func (j *Join) peek(side int) *JoinRow {
	for _, b := range j.inputs[side].blocks {
		if b.next < len(b.Rows) {
			return &b.Rows[b.next]
		}
	}
	return nil
}

func (j *Join) take(side int, r *JoinRow) {
	for _, b := range j.inputs[side].blocks {
		if b.next < len(b.Rows) {
			b.next++
			break
		}
	}
	if r.N != NullLen {
		j.order = append(j.order, turn{r, Hash(r.W0, r.W1), uint8(side)})
	}
}

// recycle makes the blocks of which all rows have had their turn ready for others.
func (j *Join) recycle() {
	for side := range j.inputs {
		in := &j.inputs[side]
		n := 0
		for n < len(in.blocks) && in.blocks[n].next == len(in.blocks[n].Rows) {
			b := in.blocks[n]
			b.Rows, b.next = b.Rows[:0], 0
			n++
		}
		in.spare = append(in.spare, in.blocks[:n]...)
		in.blocks = append(in.blocks[:0], in.blocks[n:]...)
	}
}

// apply lets each core apply the rows with its share of the keys.
func (j *Join) apply() {
	InParallel(func(worker int) {
		s := j.shares[worker]
		s.pairs = s.pairs[:0]
		for i := range j.order {
			if t := &j.order[i]; int(t.hash&0xffff)%len(j.shares) == worker {
				s.apply(j, t, uint32(i))
			}
		}
	})
}

// gather lists the pairs of all shares in the order of the rows.
func (j *Join) gather() {
	j.pairs = j.pairs[:0]
	at := make([]int, len(j.shares))
	for {
		least := -1
		for k, s := range j.shares {
			if at[k] < len(s.pairs) && (least < 0 || s.pairs[at[k]].seq < j.shares[least].pairs[at[least]].seq) {
				least = k
			}
		}
		if least < 0 {
			return
		}
		j.pairs = append(j.pairs, &j.shares[least].pairs[at[least]])
		at[least]++
	}
}

// InParallel calls work on all cores, and waits.
func InParallel(work func(worker int)) {
	var wg sync.WaitGroup
	for w := range Workers() {
		wg.Go(func() { work(w) })
	}
	wg.Wait()
}
