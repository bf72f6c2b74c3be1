package fast

// A share is the rows with one part of the keys that wait for partners.
type share struct {
	sides [2]*waiting
	pairs []Pair
}

// waiting is the rows of one side, found by the hashes of their keys. They leave in the order in which they came: one that is behind a
// later row may stay longer than it has to, and is passed over.
type waiting struct {
	wait    int64
	heads   []int32 // first row of each hash; 0: none
	rows    []kept  // the first one is not used
	free    []int32
	queue   []int32 // a ring
	from, n int     // of the queue
}

type kept struct {
	w0, w1  uint64
	time    int64
	value   int64
	n       uint32
	names   [2]uint32
	next    int32
	noValue bool
}

func newWaiting(wait int64) *waiting {
	return &waiting{wait: wait, heads: make([]int32, 1<<10), rows: make([]kept, 1, 1<<10), queue: make([]int32, 1<<10)}
}

func (w *waiting) slot(hash uint64) *int32 { return &w.heads[hash>>20&uint64(len(w.heads)-1)] }

// apply finds the partners of a row, and keeps it for those to come.
func (s *share) apply(j *Join, t *turn, seq uint32) {
	r := t.row
	mine, others := s.sides[t.side], s.sides[1-t.side]
	watermark := r.Head - j.Bound
	mine.forget(watermark)
	others.forget(watermark)
	for at := *others.slot(t.hash); at != 0; {
		o := &others.rows[at]
		at = o.next
		if o.w0 != r.W0 || o.w1 != r.W1 || o.n != r.N || o.time+others.wait < watermark {
			continue
		}
		p := Pair{W0: r.W0, W1: r.W1, N: r.N, seq: seq}
		behind := r.Time - o.time
		if t.side == 1 {
			p.Left, p.NoLeft, p.Names, p.Right, p.NoRight, p.Time = o.value, o.noValue, o.names, r.Value, r.NoValue, r.Time
		} else {
			p.Left, p.NoLeft, p.Names, p.Right, p.NoRight, p.Time = r.Value, r.NoValue, r.Names, o.value, o.noValue, o.time
			behind = -behind
		}
		if behind >= 0 && behind <= j.Within {
			s.pairs = append(s.pairs, p)
		}
	}
	if r.Time+mine.wait >= watermark {
		mine.keep(t)
	}
}

// keep adds a row, behind those with its hash.
func (w *waiting) keep(t *turn) {
	if w.n == len(w.queue) {
		w.grow()
	}
	at := int32(len(w.rows))
	if n := len(w.free); n > 0 {
		at, w.free = w.free[n-1], w.free[:n-1]
	} else {
		w.rows = append(w.rows, kept{})
	}
	r := t.row
	w.rows[at] = kept{w0: r.W0, w1: r.W1, time: r.Time, value: r.Value, n: r.N, names: r.Names, noValue: r.NoValue}
	link := w.slot(t.hash)
	for *link != 0 {
		link = &w.rows[*link].next
	}
	*link = at
	w.queue[(w.from+w.n)&(len(w.queue)-1)] = at
	w.n++
}

// grow doubles the queue and the heads, which have as many places.
func (w *waiting) grow() {
	queue := make([]int32, 2*len(w.queue))
	for i := range w.n {
		queue[i] = w.queue[(w.from+i)&(len(w.queue)-1)]
	}
	w.queue, w.from = queue, 0
	w.heads = make([]int32, 2*len(w.heads))
	for _, at := range w.queue[:w.n] { // in their order, so that it stays one within a hash
		r := &w.rows[at]
		r.next = 0
		link := w.slot(Hash(r.w0, r.w1))
		for *link != 0 {
			link = &w.rows[*link].next
		}
		*link = at
	}
}

// forget removes rows from the front of the queue for which no partner can come at a watermark.
func (w *waiting) forget(watermark int64) {
	for w.n > 0 {
		at := w.queue[w.from]
		r := &w.rows[at]
		if r.time+w.wait >= watermark {
			return
		}
		link := w.slot(Hash(r.w0, r.w1))
		for *link != at {
			link = &w.rows[*link].next
		}
		*link = r.next
		w.free = append(w.free, at)
		w.from = (w.from + 1) & (len(w.queue) - 1)
		w.n--
	}
}
