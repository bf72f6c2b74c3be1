package sqlfn

import (
	"strings"
	"testing"
	"unsafe"
)

// What MODE keeps of a text that comes again is still its own copy, and not a view of the row at hand.
func TestTallyKeepsCopies(t *testing.T) {
	row := []byte("often")
	view := unsafe.String(&row[0], len(row))
	var m Tally[string]
	TallyText(&m, view)
	TallyText(&m, view)
	copy(row, "XXXXX")
	if got, _ := m.Mode(strings.Compare); got != "often" {
		t.Errorf("MODE is %q after the row has gone", got)
	}
}
