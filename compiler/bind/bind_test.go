package bind_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/cockroachdb/datadriven"

	"github.com/velostream/veloc/compiler/bind"
	"github.com/velostream/veloc/compiler/bind/bindtest"
	"github.com/velostream/veloc/compiler/catalog"
	"github.com/velostream/veloc/compiler/plan"
	"github.com/velostream/veloc/grammar/diag"
)

var _ bind.Catalog = (*catalog.Catalog)(nil)

// TestBind reads testdata as a manual of the language. Each file may begin with a "tables" command, whose declarations stand above
// every later SQL of the file. "bind" prints the plan, and the diagnostics if there are any; with "notes" also the notes on
// Velostream. "uses" prints what each name was found to mean. Line numbers count from the first line of the SQL.
func TestBind(t *testing.T) {
	datadriven.Walk(t, "testdata", func(t *testing.T, path string) {
		tables := ""
		datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string {
			switch d.Cmd {
			case "tables":
				tables = d.Input
				return ""
			case "bind":
				return bound(t, tables, d.Input, d.HasArg("notes"))
			case "uses":
				return uses(t, tables, d.Input)
			}
			t.Fatalf("unknown command %s", d.Cmd)
			return ""
		})
	})
}

func bound(t *testing.T, tables, sql string, notes bool) string {
	t.Helper()
	job, found := bindtest.Bind(t, tables, sql, bind.Options{Notes: notes})
	if found.HasErrors() {
		return diag.Text(found)
	}
	out := plan.Print(job)
	if len(found) > 0 {
		out += "\n" + diag.Text(found)
	}
	return out
}

// uses prints the names of a SELECT: place, name, meaning, type, and the text that declares it.
func uses(t *testing.T, tables, sql string) string {
	t.Helper()
	kinds := map[bind.UseKind]string{bind.InputColumn: "column", bind.OutputAlias: "alias", bind.SystemColumn: "system column",
		bind.StructField: "field", bind.Function: "function", bind.Relation: "relation"}
	var out strings.Builder
	bindtest.Bind(t, tables, sql, bind.Options{Saw: func(u bind.Use) {
		fmt.Fprintf(&out, "%d:%d %s: %s", u.At.StartPos().Line, u.At.StartPos().Column, u.Name, kinds[u.Kind])
		switch u.Kind {
		case bind.Relation:
			fmt.Fprintf(&out, " of %d columns", len(u.Columns))
		case bind.Function:
		default:
			fmt.Fprintf(&out, " %s", u.Col)
		}
		if u.Of != "" {
			fmt.Fprintf(&out, " of %s", u.Of)
		}
		if u.Declared.IsValid() {
			fmt.Fprintf(&out, ", declared as `%s`", u.Declared.Text())
		}
		out.WriteByte('\n')
	}})
	return out.String()
}
