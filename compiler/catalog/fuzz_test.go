package catalog

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"unicode/utf8"

	"github.com/velostream/veloc/compiler/annot"
	"github.com/velostream/veloc/grammar"
	"github.com/velostream/veloc/grammar/diag"
	"github.com/velostream/veloc/grammar/source"
)

// FuzzParseObject compares the reader of samples with encoding/json: they accept the same objects, with the same keys.
func FuzzParseObject(f *testing.F) {
	for _, s := range []string{`{"a":1,"b":[true,null,"x\n"]}`, `{"a":{"b":-1.5e+3}} `, `{"a":01}`, `{"a":"\ud800"}`, `{`, `[]`, `{"a":1,}`, `{"é":"\x01"}`, `{"a":1}x`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		o, err := parseObject(text)
		var want map[string]json.RawMessage
		wantErr := json.Unmarshal(text, &want)
		if want == nil && wantErr == nil { // null
			wantErr = os.ErrInvalid
		}
		if (err == nil) != (wantErr == nil) {
			if err != nil && err.Error() == "it is not JSON: it is nested too deeply" {
				return
			}
			t.Fatalf("%q: %v, encoding/json says %v", text, err, wantErr)
		}
		if err != nil {
			return
		}
		if len(o.keys) != len(want) {
			t.Errorf("%q: keys %q, encoding/json has %d", text, o.keys, len(want))
		}
		for _, k := range o.keys {
			if _, ok := want[k]; !ok {
				t.Errorf("%q: encoding/json has no key %q", text, k)
			}
		}
	})
}

// FuzzSample infers columns from any bytes in any format: it never fails but by an error, and what it infers can be locked and read
// back.
func FuzzSample(f *testing.F) {
	f.Add([]byte("a,b\n1,\"x\ny\"\n"), uint8(0))
	f.Add([]byte("{\"a\":{\"b\":[1,2.5,\"2024-01-31\"]}}\n{\"c d\":1}"), uint8(1))
	f.Add([]byte("[{\"a\":1},{\"a\":\"1.50\"}]"), uint8(2))
	f.Add([]byte("\xef\xbb\xbf1;2\r\n"), uint8(3))
	f.Fuzz(func(t *testing.T, text []byte, kind uint8) {
		path := filepath.Join(t.TempDir(), "t")
		if err := os.WriteFile(path, text, 0o666); err != nil {
			t.Fatal(err)
		}
		o := sampleOptions{format: []Format{CSV, JSONLines, JSONArray}[kind%3], delimiter: ",;"[kind&1], quote: '"', header: kind&2 != 0}
		s, err := takeSample(path, o)
		if err != nil {
			return
		}
		e := locked{name: "t", data: path, format: o.format, rows: s.count(), header: o.header}
		for _, c := range inferColumns(s) {
			if c.name == "" || !utf8.ValidString(c.name) {
				return // reported
			}
			e.columns = append(e.columns, lockedColumn{name: c.name, typ: c.typ, seen: c.seen})
		}
		lock := filepath.Join(t.TempDir(), "lock")
		if err := os.WriteFile(lock, []byte(lockText([]locked{e})), 0o666); err != nil {
			t.Fatal(err)
		}
		var diags diag.List
		back, _, ok := readLock(lock, &diags)
		if !ok || len(back) != 1 || len(back[0].columns) != len(e.columns) {
			t.Fatalf("the lock file does not read back:\n%s\n%s", lockText([]locked{e}), diag.Text(diags))
		}
		for i, c := range back[0].columns {
			if c.name != e.columns[i].name || !c.typ.Equal(e.columns[i].typ) {
				t.Errorf("column %q %s reads back as %q %s", e.columns[i].name, e.columns[i].typ, c.name, c.typ)
			}
		}
	})
}

// FuzzYAML reads any bytes as a configuration file.
func FuzzYAML(f *testing.F) {
	for _, s := range []string{"a: 1\nb: {c: [1, x]}\n", "x: &a [1]\ny: *a\n<<: *a\n", "- a\n", "a: |\n  t\n", "extends: t", "a: b: c", "? a\n: b"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		path := filepath.Join(t.TempDir(), "t.yaml")
		if err := os.WriteFile(path, text, 0o666); err != nil {
			t.Fatal(err)
		}
		var diags diag.List
		c := yamlFiles{}.loadConfig(path, source.Span{}, &diags)
		fieldsOf(c, &diags)
		_ = diag.Text(diags)
	})
}

// FuzzBuild builds the catalog of any SQL that parses, annotations included.
func FuzzBuild(f *testing.F) {
	for _, s := range []string{
		"-- @metric: a\n-- @metric_buckets: [1, 2\n-- @data.x: enum [a], weights: \nSELECT a FROM t WITH ('t.type' = 'kafka_source', 'x' = '${')",
		"CREATE STREAM s (a INTEGER, WATERMARK FOR a AS a - INTERVAL '1' SECOND) WITH ('connector' = 'datagen', 'delimiter' = '');SELECT * FROM s",
		"INSERT INTO 'kafka://a/b' SELECT a FROM file://x?y=%z", "-- @data.: x\n-- @metric_labels: ,,\nSELECT 1",
		"CREATE TABLE t AS SELECT a FROM u x WITH ('x.header' = '${A:?b}') INTO v WITH ('type' = 'file_sink', 'path' = '')",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, sql string) {
		file, diags := grammar.Parse(source.New("job.sql", sql))
		if diags.HasErrors() {
			return
		}
		_, diags = Build(file, Options{Dir: t.TempDir(), NoData: true})
		var all []annot.MetricBlock
		for _, s := range file.Statements {
			blocks, more := annot.Metrics(s)
			all = append(all, blocks...)
			diags.Merge(more)
		}
		diags.Merge(annot.CheckMetrics(all))
		_ = diag.Text(diags)
	})
}
