package join

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// TestTable compares a table with a map, while rows come, change the columns by which they are looked up, and go: a lookup finds each row by what
// it has now, once, and by nothing that it had before.
func TestTable(t *testing.T) {
	type row struct{ primary, looked, version int }
	for seed := range uint64(20) {
		r := rand.New(rand.NewPCG(seed, 4))
		x, model := NewTable[row](), map[int]row{}
		for n := range 4000 {
			p := r.IntN(200)
			if r.IntN(4) == 0 {
				x.Withdraw(keyOf(fmt.Sprint("p", p)))
				delete(model, p)
			} else {
				now := row{p, r.IntN(12), n}
				x.Put(keyOf(fmt.Sprint("p", p)), keyOf(fmt.Sprint("k", now.looked)), int64(n)).Row = now
				model[p] = now
			}
			if n%100 > 0 {
				continue
			}
			for k := range 12 {
				var got, want []row
				for id := x.First(keyOf(fmt.Sprint("k", k))); id >= 0; {
					e := x.At(id)
					got, id = append(got, e.Row), e.Next()
				}
				for _, m := range model {
					if m.looked == k {
						want = append(want, m)
					}
				}
				byVersion := func(a, b row) int { return a.version - b.version }
				slices.SortFunc(got, byVersion)
				slices.SortFunc(want, byVersion)
				if !slices.Equal(got, want) {
					t.Fatalf("seed %d, row %d, key %d: %v, want %v", seed, n, k, got, want)
				}
			}
			if x.Len() != len(model) {
				t.Fatalf("seed %d: %d rows, want %d", seed, x.Len(), len(model))
			}
		}
	}
}

// One key with very many rows costs no more than as many keys with one: rows of it are added, found and removed, in any order, without looking at the
// others. (If they were, this would take many minutes.)
func TestOneKeyWithAllRows(t *testing.T) {
	const n = 400_000
	r := rand.New(rand.NewPCG(1, 5))
	x := NewTable[int]()
	k := keyOf("all")
	for i := range n {
		x.Put(keyOf(fmt.Sprint(i)), k, 0).Row = i
	}
	met := 0
	for id := x.First(k); id >= 0; met++ {
		id = x.At(id).Next()
	}
	if met != n || x.Keys() != 1 {
		t.Fatalf("%d partners of %d keys", met, x.Keys())
	}
	for _, i := range r.Perm(n) {
		x.Withdraw(keyOf(fmt.Sprint(i)))
	}
	if x.Len() != 0 || x.First(k) >= 0 {
		t.Errorf("%d rows are left", x.Len())
	}
}
