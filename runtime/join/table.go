package join

import "github.com/velostream/veloc/runtime/state"

// Table is what one side of a join looks up: the newest row of each primary key, found by the columns that the join compares.
type Table[R any] struct {
	Index[R]
	primary Index[int32] // by primary key: the row's place; unused where rows have none
	owners  []int32      // by id of a row, where they are saved: that of its primary key
}

// NewTable returns an empty table.
func NewTable[R any]() *Table[R] {
	t := &Table[R]{}
	t.Init()
	t.primary.Init()
	return t
}

// Put adds a row that the caller fills in, in place of the one that has the same primary key. k is the key of the columns that the join compares.
func (t *Table[R]) Put(primary, k state.Key, time int64) *Entry[R] {
	t.Withdraw(primary)
	id := t.Add(k, time)
	t.own(primary, id)
	return t.At(id)
}

// own makes a row the one that has a primary key.
func (t *Table[R]) own(primary state.Key, id int32) {
	at := t.primary.Add(primary, 0)
	t.primary.At(at).Row = id
	if !t.order.on {
		return
	}
	for int(id) >= len(t.owners) {
		t.owners = append(t.owners, noRow)
	}
	t.owners[id] = at
}

// Withdraw removes the row that has a primary key, if there is one.
func (t *Table[R]) Withdraw(primary state.Key) {
	if at := t.primary.First(primary); at >= 0 {
		t.Remove(t.primary.At(at).Row)
		t.primary.Remove(at)
	}
}
