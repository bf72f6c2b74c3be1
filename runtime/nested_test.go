package rt

import (
	"fmt"
	"testing"
)

// A key that comes again keeps its place and takes the last value, in small maps and in large ones.
func TestUnique(t *testing.T) {
	for _, n := range []int{0, 1, 5, fewEntries, fewEntries + 1, 500} {
		var m, want []Entry[string, int]
		for i := range n {
			m = append(m, Entry[string, int]{fmt.Sprint(i % 7), i})
		}
		for k := range min(n, 7) {
			last := 0
			for i := range n {
				if i%7 == k {
					last = i
				}
			}
			want = append(want, Entry[string, int]{fmt.Sprint(k), last})
		}
		if got := Unique(m); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("of %d entries remain %v, want %v", n, got, want)
		}
	}
}

func TestUUID(t *testing.T) {
	const text = "123e4567-e89b-12d3-a456-426614174000"
	for _, s := range []string{text, "123E4567-E89B-12D3-A456-426614174000"} {
		if u, ok := ParseUUID(s); !ok || u.String() != text {
			t.Errorf("%s reads as %s, %v", s, u, ok)
		}
	}
	for _, s := range []string{"", "123e4567e89b12d3a456426614174000", "123e4567-e89b-12d3-a456-42661417400g", "123e4567-e89b-12d3-a456-4266141740001", "123e4567-e89b-12d3-a456+426614174000"} {
		if u, ok := ParseUUID(s); ok {
			t.Errorf("%q reads as %s", s, u)
		}
	}
	low, _ := ParseUUID("00000000-0000-0000-0000-0000000000ff")
	high, _ := ParseUUID(text)
	if !low.Less(high) || high.Less(low) || low.Less(low) {
		t.Error("UUIDs are not ordered by their bytes")
	}
}

// What is read into a slice again finds the memory of last time.
func TestNextReuses(t *testing.T) {
	var rows [][]int
	fill := func() {
		rows = rows[:0]
		for i := range 3 {
			rows = Next(rows)
			r := &rows[i]
			*r = (*r)[:0]
			for k := range 4 {
				*r = append(*r, k)
			}
		}
	}
	fill()
	if n := testing.AllocsPerRun(10, fill); n != 0 {
		t.Errorf("%v allocations when memory is there", n)
	}
	if Index(0, 3) != -1 || Index(1, 3) != 0 || Index(3, 3) != 2 || Index(4, 3) != -1 || Index(-1, 3) != -1 {
		t.Error("subscripts count from 1")
	}
}
