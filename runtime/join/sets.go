package join

import "github.com/velostream/veloc/runtime/state"

// SetKind is a set operation, of which All counts equal rows.
type SetKind uint8

// The set operations.
const (
	Union SetKind = iota
	Intersect
	IntersectAll
	Except
	ExceptAll
)

// Sets is the state of a set operation: how often each row is in the left and in the right input.
type Sets[R any] struct {
	state.Table
	state.Dirty // ids of rows whose counts have changed, where they are saved
	kind        SetKind
	counts      [][2]int64
	rows        []R // by id, where they are shown when the input ends
}

// NewSets returns the state of a set operation.
func NewSets[R any](kind SetKind) *Sets[R] {
	s := &Sets[R]{kind: kind}
	s.Init()
	return s
}

// Change adds by rows, or takes -by away, that are equal and have the key k, on side 0 or 1. It returns how many of them appear in the result, or
// with a minus how many disappear.
func (s *Sets[R]) Change(k state.Key, side int, by int64) int64 {
	id, fresh := s.Find(k)
	if fresh {
		s.counts = append(s.counts, [2]int64{})
	}
	c := &s.counts[id]
	before := s.visible(c)
	c[side] += by
	s.Note(id)
	return s.visible(c) - before
}

// Gather is Change for a result that is shown when the input ends. It returns a place for the row where it is new, else nil.
func (s *Sets[R]) Gather(k state.Key, side int) *R {
	n := s.Len()
	s.Change(k, side, 1)
	if s.Len() == n {
		return nil
	}
	var row R
	s.rows = append(s.rows, row)
	return &s.rows[n]
}

// visible is how often a row is in the result.
func (s *Sets[R]) visible(c *[2]int64) int64 {
	l, r := c[0], c[1]
	switch s.kind {
	case Union:
		return min(l+r, 1)
	case Intersect:
		return min(l, r, 1)
	case IntersectAll:
		return min(l, r)
	case Except:
		if r > 0 {
			return 0
		}
		return min(l, 1)
	}
	return max(l-r, 0)
}

// End shows the result of rows that Gather has taken: in the order in which they appeared first, each as often as it is in it.
func (s *Sets[R]) End(show func(r *R) error) error {
	for id := range s.rows {
		for range s.visible(&s.counts[id]) {
			if err := show(&s.rows[id]); err != nil {
				return err
			}
		}
	}
	return nil
}
