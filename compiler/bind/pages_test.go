package bind_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/velostream/veloc/compiler/bind"
	"github.com/velostream/veloc/compiler/bind/bindtest"
	"github.com/velostream/veloc/compiler/catalog"
	"github.com/velostream/veloc/compiler/physical"
	"github.com/velostream/veloc/compiler/rewrite"
	"github.com/velostream/veloc/grammar"
	"github.com/velostream/veloc/grammar/diag"
	"github.com/velostream/veloc/grammar/source"
)

// lints are the codes of what comes after binding and has tests of its own: compiler/lint, and physical.Check.
var lints = []diag.Code{"VL0350", "VL0450", "VL0504", "VL0550", "VL0552", "VL0560", "VL0561", "VL0750"}

// TestPages checks the examples on the pages of the codes that binding and rewriting report: the first raises exactly that code,
// the second compiles without it and without errors, or is correct and not yet compiled (VL0590).
func TestPages(t *testing.T) {
	seen := 0
	for _, code := range diag.Codes() {
		switch string(code)[:4] {
		case "VL03", "VL04", "VL05", "VL07", "VL09":
		default:
			continue
		}
		if slices.Contains(lints, code) {
			continue
		}
		seen++
		example := diag.ExampleOf(code)
		got := raised(t, code, example.Fail)
		if code != "VL0590" { // what is correct but not yet compiled may surround the mistake
			got = slices.DeleteFunc(got, func(c diag.Code) bool { return c == "VL0590" })
		}
		if !slices.Equal(got, []diag.Code{code}) {
			t.Errorf("%s: the failing example raises %v", code, got)
		}
		if got := raised(t, code, example.OK); len(got) > 0 && !slices.Equal(got, []diag.Code{"VL0590"}) {
			t.Errorf("%s: the correct example raises %v", code, got)
		}
	}
	if seen < 60 {
		t.Errorf("only %d pages", seen)
	}
}

// raised lists the different codes that a program raises. Notes are asked for only where the page is about one.
func raised(t *testing.T, code diag.Code, sql string) []diag.Code {
	t.Helper()
	f, found := grammar.Parse(source.New("page.sql", sql))
	cat, more := catalog.Build(f, catalog.Options{NoData: true, Dir: t.TempDir()})
	found.Merge(more)
	if !found.HasErrors() {
		job, more := bind.Bind(f, cat, bindtest.Registry(), bind.Options{Notes: strings.HasPrefix(string(code), "VL09")})
		found.Merge(more)
		if !found.HasErrors() {
			job, more = rewrite.Run(job, bindtest.Registry(), nil)
			found.Merge(more)
			found.Merge(physical.Refuse(job))
		}
	}
	var codes []diag.Code
	for _, d := range found {
		if !slices.Contains(codes, d.Code) {
			codes = append(codes, d.Code)
		}
	}
	return codes
}
