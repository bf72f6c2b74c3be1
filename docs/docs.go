// Package docs writes the parts of the documentation that follow from registries: functions, types, annotations, connectors and errors.
//
// In: the entries of codegen/builtin, compiler/types, compiler/annot, compiler/connector and grammar/diag. Out: Markdown pages, which
// `make docs` puts beside the pages that people write. The tests here compare them, compile every SQL block of the documentation, and
// follow every link.
//
// Forbidden here: facts. A sentence about a function belongs into its entry.
package docs

import (
	"fmt"
	"strings"

	"github.com/velostream/veloc/codegen/builtin"
	"github.com/velostream/veloc/compiler/annot"
	"github.com/velostream/veloc/compiler/connector"
	"github.com/velostream/veloc/compiler/types"
	"github.com/velostream/veloc/grammar/diag"
)

// Page is one generated page.
type Page struct {
	Name string // of the file, in the folder docs
	Text string
}

// Pages lists the generated pages.
func Pages() []Page {
	return []Page{
		{"annotations.md", annot.Reference()},
		{"connectors.md", connector.Reference()},
		{"errors.md", errorIndex()},
		{"functions.md", builtin.Reference()},
		{"types.md", types.Reference()},
	}
}

// families are the groups of codes, by their first two digits.
var families = []struct{ prefix, title, about string }{
	{"VL01", "Syntax", "The text is not SQL that veloc knows."},
	{"VL02", "Annotations", "Something is wrong with a comment that starts with `@`."},
	{"VL03", "Names", "A stream, column or function is not there, or is there twice."},
	{"VL04", "Types", "A value is of a type that does not fit its place."},
	{"VL05", "Streaming", "Windows, emission, input without end, and what is not compiled yet."},
	{"VL06", "Connectors and schemas", "Properties of sources and sinks, their columns, configuration files and lock files."},
	{"VL07", "Delivery", "What reaches a sink, and under which key."},
	{"VL08", "Functions of your own", "What CREATE FUNCTION declares is not what the Go package defines."},
	{"VL09", "Notes", "Where a result differs from Velostream's, on request."},
}

const errorsHead = `# Errors and warnings

<!-- Written from grammar/diag/codes. Do not edit: change the pages there and run ` + "`make docs`" + `. -->

Everything that veloc says about a SQL file has a code. Each code has a page with an explanation, an example that raises it and
one that does not; ` + "`veloc explain VL0304`" + ` prints it. Codes never change their meaning. What can go wrong with single rows while a job
runs has codes of its own: see [run-time errors](run-time-errors.md).
`

// errorIndex lists the codes by family, each with a link to its page.
func errorIndex() string {
	var b strings.Builder
	b.WriteString(errorsHead)
	listed := 0
	for _, f := range families {
		fmt.Fprintf(&b, "\n## %s: %s\n\n%s\n\n| code | what it says |\n|---|---|\n", f.prefix, f.title, f.about)
		for _, code := range diag.Codes() {
			if strings.HasPrefix(string(code), f.prefix) {
				fmt.Fprintf(&b, "| [%s](../grammar/diag/codes/%s.md) | %s |\n", code, code, diag.Title(code))
				listed++
			}
		}
	}
	if listed != len(diag.Codes()) {
		panic("bug: a code belongs to no family of the error index")
	}
	return b.String()
}
