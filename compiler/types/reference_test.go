package types

import (
	"slices"
	"strings"
	"testing"
)

// Each kind that a column can have is described, and named types read back as its kind.
func TestDescriptions(t *testing.T) {
	for k := Boolean; k <= Struct; k++ {
		if !slices.ContainsFunc(Descriptions, func(d Describes) bool {
			return d.Kind == k && d.About != "" && d.Literal != "" && d.JSON != "" && d.Compare != ""
		}) {
			t.Errorf("%s is not described", k)
		}
		for _, name := range namesOf(k) {
			if sample(k).Nested() {
				continue
			}
			if typ, _, err := Parse(name); err != nil || typ.Kind != k {
				t.Errorf("%s reads as %s, %v", name, typ, err)
			}
		}
	}
	if page := Reference(); !strings.Contains(page, "| JSON | c |") || strings.Contains(page, "%!") {
		t.Error("the reference has no matrix of casts")
	}
}
