package oracle

import (
	"encoding/json"
	"fmt"
	"math"
	"reflect"
)

// difference tells where a file is not what it should be; empty: nowhere. Lines that may be missing may be missing. Loose allows FLOATs
// to differ in their last digits.
func difference(want []line, have []string, loose bool) string {
	i := 0
	for n, w := range want {
		if i < len(have) && same(w.text, have[i], loose) {
			i++
			continue
		}
		if w.maybe {
			continue
		}
		got := "the end of the file"
		if i < len(have) {
			got = have[i]
		}
		return fmt.Sprintf("row %d of %d (line %d of %d)\n  want %s\n  got  %s", n+1, len(want), i+1, len(have), w.text, got)
	}
	if i < len(have) {
		return fmt.Sprintf("line %d of %d is too many\n  got  %s", i+1, len(have), have[i])
	}
	return ""
}

// same compares two lines.
func same(want, have string, loose bool) bool {
	if want == have || !loose {
		return want == have
	}
	var w, h map[string]any
	if json.Unmarshal([]byte(want), &w) != nil || json.Unmarshal([]byte(have), &h) != nil || len(w) != len(h) {
		return false
	}
	for k, a := range w {
		b := h[k]
		x, okx := a.(float64)
		y, oky := b.(float64)
		if okx && oky && math.Abs(x-y) <= 1e-6*max(1, math.Abs(x), math.Abs(y)) || reflect.DeepEqual(a, b) {
			continue
		}
		return false
	}
	return true
}
