package schema

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cockroachdb/datadriven"

	"github.com/velostream/veloc/compiler/types"
	"github.com/velostream/veloc/grammar/source"
)

// TestRead runs the stories in testdata. Commands:
//
//	file path=…                                puts a file into the folder of the story
//	avro | proto | json [record=…] [name=…]    reads a schema and prints its columns with their places, or its problems
func TestRead(t *testing.T) {
	languages := map[string]Language{"avro": Avro, "proto": Protobuf, "json": JSONSchema}
	datadriven.Walk(t, "testdata", func(t *testing.T, path string) {
		abs, err := filepath.Abs(path)
		if err != nil {
			t.Fatal(err)
		}
		t.Chdir(t.TempDir())
		datadriven.RunTest(t, abs, func(t *testing.T, d *datadriven.TestData) string {
			if d.Cmd == "file" {
				var path string
				d.ScanArgs(t, "path", &path)
				if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(path, []byte(d.Input+"\n"), 0o666); err != nil {
					t.Fatal(err)
				}
				return ""
			}
			var o Options
			d.MaybeScanArgs(t, "record", &o.Record)
			d.MaybeScanArgs(t, "name", &o.Name)
			l, ok := languages[d.Cmd]
			if !ok {
				d.Fatalf(t, "no command %s", d.Cmd)
			}
			return describe(Read(l, source.New("row."+d.Cmd, d.Input), o))
		})
	})
}

func describe(cols []Column, problems []Problem) string {
	var b strings.Builder
	for _, c := range cols {
		fmt.Fprintf(&b, "%s %s  -- %s\n", c.Name, c.Col, where(c.At))
	}
	for _, p := range problems {
		fmt.Fprintf(&b, "%s: %s\n", where(p.At), p.Text)
	}
	return b.String()
}

// where is a place with what stands there.
func where(at source.Span) string {
	if !at.IsValid() {
		return "somewhere"
	}
	p := at.StartPos()
	return fmt.Sprintf("%d:%d %s", p.Line, p.Column, at.Snippet(30))
}

// A schema that came from a registry names others by path or by the names of their types.
func TestReferences(t *testing.T) {
	for _, c := range []struct {
		language        Language
		text, ref, name string
	}{
		{Avro, `{"type":"record","name":"Order","fields":[{"name":"to","type":"shop.Address"}]}`,
			`{"type":"record","name":"Address","namespace":"shop","fields":[{"name":"city","type":"string"}]}`, "shop.Address"},
		{Protobuf, `syntax = "proto3"; import "shop/address.proto"; message Order { shop.Address to = 1; }`,
			`syntax = "proto3"; package shop; message Address { string city = 1; }`, "shop/address.proto"},
		{JSONSchema, `{"type":"object","properties":{"to":{"$ref":"address.json"}},"required":["to"]}`,
			`{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}`, "address.json"},
	} {
		cols, problems := Read(c.language, source.New("orders-value", c.text), Options{References: []Reference{{c.name, c.ref}}})
		if len(problems) > 0 || len(cols) != 1 || cols[0].Col.Type.Kind != types.Struct || cols[0].Col.Type.Fields[0].Name != "city" {
			t.Errorf("%s: %s", c.language, describe(cols, problems))
		}
		if _, problems = Read(c.language, source.New("orders-value", c.text), Options{}); len(problems) == 0 {
			t.Errorf("%s: the reference is missed by nobody", c.language)
		}
	}
}

// Types that name each other twice stand for more fields than there are atoms: that is said, not tried.
func TestTypesThatExplode(t *testing.T) {
	var avro, proto, json strings.Builder
	avro.WriteString(`[{"type":"record","name":"T0","fields":[{"name":"x","type":"int"}]}`)
	proto.WriteString(`syntax = "proto3"; message T0 { int32 x = 1; }`)
	json.WriteString(`{"$ref":"#/$defs/T40","$defs":{"T0":{"type":"object","properties":{"x":{"type":"integer"}}}`)
	for i := 1; i <= 40; i++ {
		fmt.Fprintf(&avro, `,{"type":"record","name":"T%d","fields":[{"name":"a","type":"T%[2]d"},{"name":"b","type":"T%[2]d"}]}`, i, i-1)
		fmt.Fprintf(&proto, ` message T%d { T%[2]d a = 1; T%[2]d b = 2; }`, i, i-1)
		fmt.Fprintf(&json, `,"T%d":{"type":"object","properties":{"a":{"$ref":"#/$defs/T%[2]d"},"b":{"$ref":"#/$defs/T%[2]d"}}}`, i, i-1)
	}
	avro.WriteString("]")
	json.WriteString("}}")
	for l, text := range map[Language]string{Avro: avro.String(), Protobuf: proto.String(), JSONSchema: json.String()} {
		_, problems := Read(l, source.New("t", text), Options{Record: "T40"})
		if len(problems) != 1 || !strings.Contains(problems[0].Text, "more than 10000 fields") {
			t.Errorf("%s: %s", l, describe(nil, problems))
		}
	}
}

// Whatever the text, reading ends with columns or with problems, and columns have types that SQL can spell.
func FuzzRead(f *testing.F) {
	f.Add(`{"type":"record","name":"R","fields":[{"name":"a","type":["null","long"],"logicalType":"decimal","precision":9}]}`)
	f.Add(`{"type":"object","properties":{"a":{"oneOf":[{"type":"null"},{"$ref":"#"}]},"b":{"items":{"type":"integer"}}},"$defs":{}}`)
	f.Add(`syntax = "proto3"; message R { repeated int32 a = 1; map<string, R> b = 2; oneof c { bytes d = 3; } }`)
	f.Fuzz(func(t *testing.T, text string) {
		for _, l := range []Language{Avro, JSONSchema, Protobuf} {
			cols, problems := Read(l, source.New("fuzz", text), Options{})
			if (len(cols) > 0) == (len(problems) > 0) {
				t.Fatalf("%s: %d columns and %d problems", l, len(cols), len(problems))
			}
			for _, c := range cols {
				if c.Col.Type.Kind == types.Invalid || c.Col.Type.Kind == types.Null {
					t.Fatalf("%s: the column %q has no type", l, c.Name)
				}
			}
		}
	})
}
