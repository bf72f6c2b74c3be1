package state

// A key that does not stand in its first slot costs several times as much as one that does. Even in a sparse table a handful of a few hundred
// keys share their first slot with another one, and with them a percent of all rows. Seeds are random, so a table that meets such keys again
// and again looks for seeds that scatter its keys better.
const (
	patience     = 1 << 12 // lookups of astray keys until a table looks for other seeds; doubled every time
	scatterTries = 64
	scatterKeys  = 1 << 10 // of more keys about the same share is astray, whatever the seeds
)

// strayed notes that a key was found behind its first slot.
func (t *Slots[V]) strayed() {
	if t.strays++; t.strays < t.patience || t.n > scatterKeys {
		return
	}
	t.strays, t.patience = 0, max(t.patience, t.patience*2)
	t.scatter()
}

// scatter takes the best of the present and some random seeds.
func (t *Slots[V]) scatter() {
	taken := make([]uint64, (len(t.slots)+63)/64)
	was := t.sharing(taken)
	least, s1, s2 := was, t.s1, t.s2
	for try := 0; try < scatterTries && least > 0; try++ {
		t.seed()
		if n := t.sharing(taken); n < least {
			least, s1, s2 = n, t.s1, t.s2
		}
	}
	t.s1, t.s2 = s1, s2
	if least < was {
		t.rebuild(len(t.slots))
	}
}

// sharing is the number of keys whose first slot is that of an earlier key too. taken has a bit for each slot.
func (t *Slots[V]) sharing(taken []uint64) (n int) {
	clear(taken)
	for _, at := range t.at {
		s := &t.slots[at]
		h := t.home(s.a, s.b)
		n += int(taken[h/64] >> (h % 64) & 1)
		taken[h/64] |= 1 << (h % 64)
	}
	return n
}
