package sqlfn

import (
	"strings"
	"testing"
	"unsafe"

	"github.com/velostream/veloc/runtime/state"
	"github.com/velostream/veloc/runtime/text"
)

// Of what comes again a tally keeps the first copy, and nothing of the row at hand.
func TestTallyKeepsCopies(t *testing.T) {
	row := []byte("often, and long enough to stand outside of a slot")
	view := unsafe.String(&row[0], len(row))
	var m Tally[string]
	for range 2 {
		if m.Add(state.TextKey(view)) {
			m.Keep(text.Keep(view))
		}
	}
	copy(row, "XXXXX")
	if got, _ := m.Mode(strings.Compare); got[:5] != "often" {
		t.Errorf("MODE is %q after the row has gone", got)
	}
	if m.Add(state.TextKey("often, and long enough to stand outside of a slot")) {
		t.Error("the text is not known any more")
	}
}
