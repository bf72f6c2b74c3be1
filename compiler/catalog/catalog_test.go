package catalog

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/cockroachdb/datadriven"
	"github.com/klauspost/compress/zstd"
	"github.com/velostream/veloc/grammar"
	"github.com/velostream/veloc/grammar/diag"
	"github.com/velostream/veloc/grammar/source"
)

// TestCatalog runs the stories in testdata/stories. Commands:
//
//	file path=… [gzip|zstd]   puts a file into the folder of the story
//	remove path=…             takes it away
//	env name=… value=…        sets a variable
//	build [nodata] [lock]     builds the catalog of job.sql and prints it, with every diagnostic; lock writes the lock file as the driver does
//	show path=…               prints a file
func TestCatalog(t *testing.T) {
	datadriven.Walk(t, "testdata/stories", func(t *testing.T, path string) {
		s := story{env: map[string]string{}}
		start, err := os.Getwd()
		if err != nil {
			t.Fatal(err)
		}
		abs := filepath.Join(start, path)
		t.Chdir(t.TempDir())
		datadriven.RunTest(t, abs, func(t *testing.T, d *datadriven.TestData) string { return s.run(t, d) })
	})
}

type story struct{ env map[string]string }

func (s *story) run(t *testing.T, d *datadriven.TestData) string {
	var path, name, value string
	d.MaybeScanArgs(t, "path", &path)
	switch d.Cmd {
	case "file":
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, encode(t, d), 0o666); err != nil {
			t.Fatal(err)
		}
		return ""
	case "remove":
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
		return ""
	case "show":
		text, err := os.ReadFile(path)
		if err != nil {
			return err.Error() + "\n"
		}
		return string(text)
	case "env":
		d.ScanArgs(t, "name", &name)
		d.ScanArgs(t, "value", &value)
		s.env[name] = value
		return ""
	case "build":
		return s.build(t, d)
	}
	d.Fatalf(t, "no command %s", d.Cmd)
	return ""
}

func encode(t *testing.T, d *datadriven.TestData) []byte {
	text := []byte(d.Input + "\n")
	var b bytes.Buffer
	switch {
	case d.HasArg("gzip"):
		w := gzip.NewWriter(&b)
		w.Write(text)
		w.Close()
	case d.HasArg("zstd"):
		w, err := zstd.NewWriter(&b)
		if err != nil {
			t.Fatal(err)
		}
		w.Write(text)
		w.Close()
	default:
		return text
	}
	return b.Bytes()
}

func (s *story) build(t *testing.T, d *datadriven.TestData) string {
	f, diags := grammar.Parse(source.New("job.sql", d.Input))
	if diags.HasErrors() {
		d.Fatalf(t, "the SQL does not parse:\n%s", diag.Text(diags))
	}
	lookup := func(n string) (string, bool) { v, ok := s.env[n]; return v, ok }
	c, diags := Build(f, Options{Lock: "job.schema.lock", Lookup: lookup, NoData: d.HasArg("nodata")})
	if d.HasArg("lock") && c.Lock.Changed {
		if err := os.WriteFile(c.Lock.Path, []byte(c.Lock.Text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return describe(c) + diag.Text(diags)
}

func describe(c *Catalog) string {
	var b strings.Builder
	for _, s := range c.sources {
		fmt.Fprintf(&b, "source %s: %s %s", s.Name, s.Connector, s.Format)
		if s.Bounded {
			b.WriteString(" bounded")
		}
		fmt.Fprintf(&b, " %s\n", s.Role)
		describeProps(&b, s.Props)
		if len(s.Schema) > 0 {
			fmt.Fprintf(&b, "  columns from %s:", s.Origin)
			for _, col := range s.Schema {
				fmt.Fprintf(&b, " %s %s,", col.Name, col.Col)
			}
			b.WriteString("\n")
		}
		if s.HeaderColumns != nil {
			fmt.Fprintf(&b, "  header %v: %s\n", s.Header, strings.Join(s.HeaderColumns, ", "))
		}
		if s.KeyOrder != nil {
			fmt.Fprintf(&b, "  keys: %s\n", strings.Join(s.KeyOrder, ", "))
		}
		if s.PrimaryKey != nil {
			fmt.Fprintf(&b, "  primary key: %s\n", strings.Join(s.PrimaryKey, ", "))
		}
		if e := s.EventTime; e.Declared {
			fmt.Fprintf(&b, "  time: %s format=%q bound=%s idle=%s future=%s lateness=%s\n", s.Schema[e.Column].Name, e.Format, e.Bound, e.Idle, e.MaxFuture, e.Lateness)
		}
	}
	for _, s := range c.Statements {
		fmt.Fprintf(&b, "statement %s", s.Name)
		if s.Sink != nil {
			fmt.Fprintf(&b, " to %s: %s %s", s.Sink.Name, s.Sink.Connector, s.Sink.Format)
		}
		b.WriteString("\n")
		describeProps(&b, s.Props)
		if s.Sink != nil {
			describeProps(&b, s.Sink.Props)
		}
	}
	return b.String()
}

func describeProps(b *strings.Builder, props map[string]Property) {
	for _, k := range sortedKeys(props) {
		fmt.Fprintf(b, "  %s = %q (%s)\n", k, props[k].Value, props[k].From)
	}
}

// The same input gives the same catalog and the same lock file, byte for byte.
func TestBuildIsDeterministic(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile("t.csv", []byte("id,price,ok\n1,2.50,true\n2,3.75,false\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	sql := "SELECT id FROM a WITH ('a.type' = 'file_source', 'a.path' = 't.csv', 'b.x' = 'y', 'c' = 'd');\n" +
		"SELECT id FROM b WITH ('b.type' = 'file_source', 'b.path' = 't.csv', 'b.has_headr' = 'true');"
	var runs []string
	for range 5 {
		f, _ := grammar.Parse(source.New("job.sql", sql))
		c, diags := Build(f, Options{Lock: "job.schema.lock"})
		runs = append(runs, describe(c)+c.Lock.Text+diag.Text(diags))
	}
	if len(slices.Compact(runs)) != 1 {
		t.Errorf("five runs differ:\n%s", strings.Join(slices.Compact(runs), "\n=====\n"))
	}
	if !strings.Contains(runs[0], "header: true") {
		t.Errorf("the lock file lacks the sources:\n%s", runs[0])
	}
}
