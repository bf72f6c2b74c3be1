package state

// Counted is a multiset of keys: how many rows of each there are.
type Counted struct {
	Table
	Dirty
	n []int64
}

// NewCounted returns an empty multiset.
func NewCounted() *Counted {
	c := &Counted{}
	c.Init()
	return c
}

// Change adds by rows of a key, or takes -by away, and returns how many there are.
func (c *Counted) Change(k Key, by int64) (n int64) {
	id, fresh := c.Find(k)
	if fresh {
		c.n = append(c.n, 0)
	}
	c.Note(id)
	c.n[id] += by
	return c.n[id]
}

// Count is how many rows of a key there are.
func (c *Counted) Count(k Key) int64 {
	if id := c.Get(k); id >= 0 {
		return c.n[id]
	}
	return 0
}
