package over

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

type row struct{ time, key, id int64 }

func byKey(a, b *row) int { return cmp.Compare(a.key, b.key) }

// TestRing compares a ring with a slice of all rows ever pushed.
func TestRing(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	var q Ring[int64]
	var all []int64
	first := int64(0)
	for range 20_000 {
		switch r.IntN(5) {
		case 0:
			first = max(first, min(q.End(), first+r.Int64N(6)))
			q.Drop(first)
		case 1:
			if q.Len() > 0 {
				q.Pop()
				all = all[:len(all)-1]
			}
		default:
			v := r.Int64()
			*q.Push() = v
			all = append(all, v)
		}
		if q.End() != int64(len(all)) || q.First() != first || q.Len() != len(all)-int(first) {
			t.Fatalf("the ring is [%d, %d), want [%d, %d)", q.First(), q.End(), first, len(all))
		}
		if q.Len() > 0 {
			if i := first + r.Int64N(int64(q.Len())); *q.At(i) != all[i] || *q.Last() != all[len(all)-1] {
				t.Fatalf("row %d is %d, want %d", i, *q.At(i), all[i])
			}
		}
	}
}

// TestHold compares what comes out of a Hold with rows that are sorted, watermark by watermark.
func TestHold(t *testing.T) {
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 2))
		disorder := 1 + r.Int64N(30)
		var h Hold[*row]
		var waiting, want, have []*row
		watermark := int64(math.MinInt64)
		for id := range int64(300) {
			e := &row{time: id - r.Int64N(disorder), id: id}
			if h.Late(e.time) != (e.time < watermark) {
				t.Fatalf("seed %d: a row of %d is late: %v, with the watermark at %d", seed, e.time, h.Late(e.time), watermark)
			}
			if !h.Late(e.time) {
				h.Add(e.time, e)
				waiting = append(waiting, e)
			}
			if r.IntN(4) > 0 {
				continue
			}
			watermark = max(watermark, id-disorder-r.Int64N(5)+3)
			h.Pass(watermark)
			slices.SortStableFunc(waiting, func(a, b *row) int { return cmp.Compare(a.time, b.time) })
			n := 0
			for n < len(waiting) && waiting[n].time < watermark {
				n++
			}
			want, waiting = append(want, waiting[:n]...), waiting[n:]
			slices.SortFunc(waiting, func(a, b *row) int { return cmp.Compare(a.id, b.id) })
			have = taken(t, &h, have)
			if h.Len() != len(waiting) {
				t.Fatalf("seed %d: %d rows wait, want %d", seed, h.Len(), len(waiting))
			}
			due := int64(math.MaxInt64)
			for _, e := range waiting {
				due = min(due, e.time+1)
			}
			if h.Due() != due {
				t.Fatalf("seed %d: due at %d, want %d", seed, h.Due(), due)
			}
		}
		h.Pass(math.MaxInt64)
		slices.SortStableFunc(waiting, func(a, b *row) int { return cmp.Compare(a.time, b.time) })
		want = append(want, waiting...)
		if have = taken(t, &h, have); !slices.Equal(have, want) {
			t.Fatalf("seed %d: the rows come in another order", seed)
		}
	}
}

// taken takes all rows that are due, which come time by time.
func taken(t *testing.T, h *Hold[*row], have []*row) []*row {
	for rows := h.Together(); len(rows) > 0; rows = h.Together() {
		if len(have) > 0 && have[len(have)-1].time >= rows[0].time && rows[0].time >= have[len(have)-1].time {
			t.Fatalf("rows of %d come in two parts", rows[0].time)
		}
		for _, e := range rows {
			if e.time != rows[0].time {
				t.Fatalf("rows of %d and %d come together", rows[0].time, e.time)
			}
		}
		have = append(have, rows...)
	}
	return have
}

func rows(k *Ranking[row]) (out []*row) {
	for i := range k.Len() {
		out = append(out, k.At(i))
	}
	return out
}

// TestTop compares the first n rows, and a Ranking of them, with all rows sorted.
func TestTop(t *testing.T) {
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 3))
		n := 1 + r.IntN(8)
		top := Top[row]{N: n, Compare: byKey}
		var rank Ranking[row]
		var all []*row
		for id := range int64(r.IntN(60)) {
			e := &row{key: r.Int64N(20), id: id}
			all = append(all, e)
			before := rows(&rank)
			slices.SortStableFunc(all, byKey)
			in := slices.Index(all, e) < n
			if top.Takes(e) != in {
				t.Fatalf("seed %d: row %d is taken: %v", seed, id, !in)
			}
			if in {
				top.Add(e)
			}
			if last := rank.Last(n); in != (last == nil || byKey(last, e) > 0) {
				t.Fatalf("seed %d: row %d gets into the ranking: %v", seed, id, !in)
			}
			if !in {
				continue
			}
			place, gone := rank.Add(e, n, byKey)
			first := all[:min(n, len(all))]
			if !slices.Equal(rows(&rank), first) || first[place] != e {
				t.Fatalf("seed %d: the ranking is wrong behind row %d", seed, id)
			}
			if left := len(before) == n; left != (gone != nil) || left && gone != before[n-1] {
				t.Fatalf("seed %d: another row has left", seed)
			}
		}
		if !slices.Equal(top.Rows(), all[:min(n, len(all))]) {
			t.Fatalf("seed %d: these are not the first rows", seed)
		}
	}
}

// TestBuffer compares a buffer with the last rows, sorted.
func TestBuffer(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 4))
	for n := 1; n < 9; n++ {
		var b Buffer[row]
		var all []*row
		for id := range int64(200) {
			e := &row{key: r.Int64N(10), id: id}
			all = append(all, e)
			gone := b.Add(e, n, byKey)
			if len(all) > n && gone != all[len(all)-n-1] || len(all) <= n && gone != nil {
				t.Fatalf("another row had to go for row %d", id)
			}
			last := slices.Clone(all[max(0, len(all)-n):])
			slices.SortStableFunc(last, byKey)
			if !slices.Equal(b.Rows(), last) {
				t.Fatalf("the last %d rows are in another order", n)
			}
		}
	}
}

// TestWhole visits partitions in the order of their ids, each in order.
func TestWhole(t *testing.T) {
	var w Whole[row]
	var pool Pool[row]
	for id, e := range []row{{key: 3}, {key: 1}, {key: 2}, {key: 1}, {key: 0}} {
		r := pool.Get()
		*r = e
		r.id = int64(id)
		w.Add(id%2*2, r) // no rows in partition 1
	}
	var ids [][]int64
	w.Each(byKey, func(rows []*row) {
		var part []int64
		for _, r := range rows {
			part = append(part, r.id)
		}
		ids = append(ids, part)
	})
	if len(ids) != 2 || !slices.Equal(ids[0], []int64{4, 2, 0}) || !slices.Equal(ids[1], []int64{1, 3}) {
		t.Errorf("visited %v", ids)
	}
	if w.Reset(&pool); len(w.Rows()) != 0 || len(pool.free) != 5 {
		t.Error("rows are still there")
	}
}

func TestRanks(t *testing.T) {
	for n := int64(1); n < 12; n++ {
		for groups := int64(1); groups < 8; groups++ {
			sizes := make([]int64, groups)
			last := int64(1)
			for i := range n {
				g, err := NTile(i, n, groups)
				if err != nil || g < last || g > groups {
					t.Fatalf("row %d of %d is in group %d of %d (%v)", i, n, g, groups, err)
				}
				last = g
				sizes[g-1]++
			}
			for g, s := range sizes {
				want := n / groups
				if int64(g) < n%groups {
					want++
				}
				if s != want {
					t.Errorf("%d rows in %d groups: sizes %v", n, groups, sizes)
				}
			}
		}
	}
	if _, err := NTile(0, 1, 0); err == nil {
		t.Error("NTILE(0) has groups")
	}
	odd := func(at int64) bool { return at%2 == 1 }
	for _, c := range []struct {
		i, step, n, want int64
		ok               bool
	}{{4, 1, 9, 3, true}, {4, 2, 9, 1, true}, {4, 3, 9, 0, false}, {4, -1, 9, 5, true}, {4, -2, 9, 7, true}, {4, -3, 9, 0, false}, {4, 0, 9, 4, true}, {-1, -1, 9, 1, true}} {
		if at, ok := Skip(c.i, c.step, c.n, odd); ok != c.ok || ok && at != c.want {
			t.Errorf("Skip(%d, %d, %d) = %d, %v", c.i, c.step, c.n, at, ok)
		}
	}
}

// TestNoAllocations: what has grown to its size allocates no more.
func TestNoAllocations(t *testing.T) {
	var q Ring[row]
	var h Hold[*row]
	var pool Pool[row]
	var ring Ring[*row]
	clock := int64(0)
	step := func() {
		for range 100 {
			clock++
			*q.Push() = row{time: clock}
			q.Drop(q.End() - 3)
			r := pool.Get()
			r.time = clock
			h.Add(clock-clock%7, r)
			h.Pass(clock - 20)
			for rows := h.Together(); len(rows) > 0; rows = h.Together() {
				for _, r := range rows {
					*ring.Push() = r
					Release(&ring, ring.End()-5, &pool)
				}
			}
		}
	}
	for range 100 {
		step()
	}
	if n := testing.AllocsPerRun(20, step); n > 0 {
		t.Errorf("%v allocations", n)
	}
}
