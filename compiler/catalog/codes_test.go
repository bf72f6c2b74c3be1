package catalog

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/velostream/veloc/compiler/annot"
	"github.com/velostream/veloc/compiler/connector"
	"github.com/velostream/veloc/grammar"
	"github.com/velostream/veloc/grammar/diag"
	"github.com/velostream/veloc/grammar/source"
	"golang.org/x/tools/txtar"
)

// needColumns are codes whose examples need the columns of a result, which binding knows, or the warnings of all phases.
var needColumns = []diag.Code{"VL0218", "VL0219", "VL0223", "VL0250", "VL0251", "VL0252", "VL0638", "VL0639", "VL0643", "VL0644", "VL0645"}

// TestCodePages runs the examples on the pages of the families 02 and 06: the first raises the code, the second raises no code of
// these families. The files that a page shows stand beside them.
func TestCodePages(t *testing.T) {
	ran := 0
	for _, code := range diag.Codes() {
		if !strings.HasPrefix(string(code), "VL02") && !strings.HasPrefix(string(code), "VL06") || slices.Contains(needColumns, code) {
			continue
		}
		ran++
		t.Run(string(code), func(t *testing.T) {
			ex := diag.ExampleOf(code)
			t.Chdir(t.TempDir())
			unpack(t, ex.Config)
			if got := codesOf(t, ex.Fail); !slices.Contains(got, code) {
				t.Errorf("the first example raises %v", got)
			}
			if got := codesOf(t, ex.OK); len(got) > 0 {
				t.Errorf("the second example raises %v", got)
			}
		})
	}
	if ran < 40 {
		t.Errorf("only %d pages were tried", ran)
	}
}

func unpack(t *testing.T, archive string) {
	for _, f := range txtar.Parse([]byte(archive)).Files {
		if err := os.MkdirAll(filepath.Dir(f.Name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(f.Name, f.Data, 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

// codesOf compiles as far as the catalog goes, metrics included.
func codesOf(t *testing.T, sql string) []diag.Code {
	f, diags := grammar.Parse(source.New("job.sql", sql))
	if diags.HasErrors() {
		t.Fatalf("the example does not parse:\n%s", diag.Text(diags))
	}
	_, diags = Build(f, Options{Lock: "job.schema.lock"})
	var all []annot.MetricBlock
	for _, s := range f.Statements {
		blocks, more := annot.Metrics(s)
		all = append(all, blocks...)
		diags.Merge(more)
	}
	diags.Merge(annot.CheckMetrics(all))
	var codes []diag.Code
	for _, d := range diags {
		codes = append(codes, d.Code)
	}
	return codes
}

// TestExamplesOfConnectors compiles the SQL of the connector reference, beside files with the data that it names.
func TestExamplesOfConnectors(t *testing.T) {
	t.Chdir(t.TempDir())
	unpack(t, "-- trades.csv --\nsymbol,price\nAAPL,101.25\n-- measurements.txt --\nstation;temperature\nOslo;3.5\n")
	for _, spec := range connector.All() {
		f, diags := grammar.Parse(source.New("job.sql", spec.Example))
		c, more := Build(f, Options{Dir: "."})
		diags.Merge(more)
		if len(diags) > 0 || len(c.Statements) == 0 {
			t.Errorf("%s: the example makes %d statements\n%s", spec.Name, len(c.Statements), diag.Text(diags))
		}
	}
}

// BenchmarkBuild is a job with a source whose columns are inferred from a full sample: 1000 rows of nine fields.
func BenchmarkBuild(b *testing.B) {
	b.Chdir(b.TempDir())
	row := `{"symbol":"AAPL","exchange":"XNAS","price":101.25,"bid":101.20,"ask":101.30,"volume":1200,"ts":1706695200000,"ok":true,"note":"x"}` + "\n"
	if err := os.WriteFile("t.jsonl", []byte(strings.Repeat(row, 2000)), 0o666); err != nil {
		b.Fatal(err)
	}
	text := source.New("job.sql", "SELECT symbol FROM t WITH ('t.type' = 'file_source', 't.path' = 't.jsonl');")
	for b.Loop() {
		f, _ := grammar.Parse(text)
		if _, diags := Build(f, Options{}); diags.HasErrors() {
			b.Fatal(diag.Text(diags))
		}
	}
}
