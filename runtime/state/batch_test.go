package state

import (
	"fmt"
	"strings"
	"testing"
)

func TestBatch(t *testing.T) {
	b := NewBatch(4)
	var shown strings.Builder
	show := func() {
		b.Show(func(group int, ts int64) error { fmt.Fprintf(&shown, "%d@%d ", group, ts); return nil })
		shown.WriteString("| ")
	}
	for i, group := range []int{7, 2, 7, 0, 2, 2, 2, 2, 5} {
		if b.Note(group, int64(i)) {
			show()
		}
	}
	show()
	show()
	if got, want := shown.String(), "7@2 2@1 0@3 | 2@7 | 5@8 | | "; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if n := testing.AllocsPerRun(9, func() {
		for range 4 {
			b.Note(3, 1)
		}
		b.Show(func(int, int64) error { return nil })
	}); n > 0 {
		t.Errorf("%v allocations", n)
	}
}
