package annot

import (
	"flag"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/cockroachdb/datadriven"
	"github.com/velostream/veloc/compiler/types"
	"github.com/velostream/veloc/grammar"
	"github.com/velostream/veloc/grammar/diag"
	"github.com/velostream/veloc/grammar/source"
)

// TestAnnotations runs the stories in testdata: SQL with annotations in, what they mean and every diagnostic out.
func TestAnnotations(t *testing.T) {
	datadriven.Walk(t, "testdata", func(t *testing.T, path string) {
		datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string {
			file, diags := grammar.Parse(source.New("x.sql", d.Input))
			if diags.HasErrors() {
				d.Fatalf(t, "the SQL does not parse:\n%s", diag.Text(diags))
			}
			var b strings.Builder
			run, ok := commands[d.Cmd]
			if !ok {
				d.Fatalf(t, "no command %s", d.Cmd)
			}
			diags = run(d, file, &b)
			diags.Sort()
			return b.String() + diag.Text(diags)
		})
	})
}

var commands = map[string]func(*datadriven.TestData, *grammar.File, *strings.Builder) diag.List{
	"check": func(_ *datadriven.TestData, f *grammar.File, _ *strings.Builder) diag.List { return Check(f) },
	"app": func(_ *datadriven.TestData, f *grammar.File, b *strings.Builder) diag.List {
		a, diags := Application(f)
		fmt.Fprintf(b, "name=%q version=%q description=%q owner=%q author=%q phase=%q tags=%q\n", a.Name, a.Version, a.Description, a.Owner, a.Author, a.Phase, a.Tags)
		for i, s := range f.Statements {
			j, more := JobOf(f, s)
			diags.Merge(more)
			fmt.Fprintf(b, "statement %d: name=%q workers=%d", i+1, j.Name, j.Workers)
			for _, p := range j.Properties {
				fmt.Fprintf(b, " %s=%s", p.Key, p.Value)
			}
			b.WriteString("\n")
		}
		return diags
	},
	"metrics": metricsCommand,
	"hints": func(_ *datadriven.TestData, f *grammar.File, b *strings.Builder) diag.List {
		hints, diags := Hints(f)
		for _, h := range hints {
			fmt.Fprintf(b, "source %q records=%s seed=%s start=%s end=%s steady=%v\n", h.Source, h.Records.Text, h.Seed.Text, h.TimeStart.Text, h.TimeEnd.Text, h.Steady)
			for _, c := range h.Columns {
				fmt.Fprintf(b, "  %s type=%s values=%q weights=%v range=[%s,%s] distribution=%s params=%v group_by=%s sequential=%v at %s %q datagen=%q\n", c.Name, c.Type.Text,
					c.Values, c.Weights, c.Low, c.High, c.Distribution, c.Params, c.GroupBy, c.Sequential, c.At, c.At.Text(), h.For(c.Name))
			}
		}
		return diags
	},
}

// columns are the result that "metrics" checks against.
var columns = func() []types.Field {
	city := types.Type{Kind: types.Struct, Fields: []types.Field{{Name: "city", Col: types.Col{Type: types.TString}}}}
	return []types.Field{
		{Name: "symbol", Col: types.Col{Type: types.TString}},
		{Name: "price", Col: types.Col{Type: types.TDecimal(18, 4)}},
		{Name: "ts", Col: types.Col{Type: types.TTimestamp}},
		{Name: "venue", Col: types.Col{Type: city, Nullable: true}},
	}
}()

func metricsCommand(_ *datadriven.TestData, f *grammar.File, b *strings.Builder) diag.List {
	diags := Check(f)
	var all []MetricBlock
	for _, s := range f.Statements {
		blocks, more := Metrics(s)
		diags.Merge(more)
		all = append(all, blocks...)
	}
	for i := range all {
		m := &all[i]
		fmt.Fprintf(b, "%s %s help=%q field=%q condition=%q at %s rate=%v buckets=%v", m.Kind, m.Name, m.Help, m.Field.Text, m.Condition.Text, m.Condition.At, m.SampleRate, m.Buckets)
		for _, l := range m.Labels {
			fmt.Fprintf(b, " %s<-%s", l.Name, l.Path)
		}
		b.WriteString("\n")
		diags.Merge(m.CheckColumns("s", columns))
	}
	diags.Merge(CheckMetrics(all))
	return diags
}

// Every annotation has a text and an example that passes its own check; names are unique.
func TestSpecsAreComplete(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range All() {
		if s.Doc == "" || s.Example == "" {
			t.Errorf("@%s lacks text or example", s.Name)
		}
		for _, n := range append([]string{s.Name}, s.Aliases...) {
			if seen[n] {
				t.Errorf("@%s is listed twice", n)
			}
			seen[n] = true
		}
		file, diags := grammar.Parse(source.New("x.sql", "-- "+s.Example+"\nSELECT 1;"))
		diags.Merge(Check(file))
		for _, d := range diags {
			if s.Idle == "" || d.Code != "VL0212" {
				t.Errorf("@%s: its example is reported:\n%s", s.Name, diag.Text(diags))
			}
		}
		if !strings.Contains(Reference(), "`@"+strings.ReplaceAll(s.Name, "*", "…")+"`") {
			t.Errorf("@%s is not in the reference", s.Name)
		}
	}
}

func TestDefaultBucketsAreThoseOfTheReference(t *testing.T) {
	s, _ := Lookup("metric_buckets")
	for i, text := range strings.Split(s.Default, ", ") {
		if f, err := strconv.ParseFloat(text, 64); err != nil || f != defaultBuckets[i] {
			t.Errorf("bucket %d: the reference says %s, the code %v", i, text, defaultBuckets[i])
		}
	}
}

var update = flag.Bool("update", false, "rewrite generated documentation")

func TestReferenceIsUpToDate(t *testing.T) {
	const path = "../../docs/annotations.md"
	if *update {
		if err := os.WriteFile(path, []byte(Reference()), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(text) != Reference() {
		t.Errorf("%s is stale: run go test ./compiler/annot -update", path)
	}
}
