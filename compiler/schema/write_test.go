package schema

import (
	"strings"
	"testing"

	"github.com/velostream/veloc/compiler/types"
	"github.com/velostream/veloc/grammar/source"
)

func everyType() Relation {
	structure := types.Type{Kind: types.Struct, Fields: []types.Field{{Name: "mic", Col: required(types.TString)}, {Name: "opens", Col: nullable(types.TTimestamp)}}}
	r := Relation{Name: "every_type", Remark: "made by hand", Properties: [][2]string{{"connector", "kafka"}, {"topic", "it's"}}}
	for _, t := range []types.Type{
		types.TBoolean, types.TInteger, types.TFloat, types.TDecimal(18, 4), types.TString, types.TBytes, types.TDate, types.TTime, types.TTimestamp,
		types.TInterval, types.TUUID, array(types.TInteger), mapOf(types.TString, types.TFloat), structure, array(structure),
	} {
		name := strings.ToLower(t.Kind.String())
		if t.Kind == types.Array && t.Elem.Kind == types.Struct {
			name = "list"
		}
		r.Columns = append(r.Columns, Described{name, required(t), "seen"}, Described{name + "_or_null", nullable(t), ""})
	}
	return r
}

// What is written in Avro and JSON Schema reads back as the same columns. JSON Schema knows no precision: it comes back as 18 digits.
func TestWrittenSchemasReadBack(t *testing.T) {
	r := everyType()
	for form, l := range map[string]Language{"avsc": Avro, "json-schema": JSONSchema} {
		text, err := Write(form, r)
		if err != nil {
			t.Fatal(err)
		}
		cols, problems := Read(l, source.New("back", text), Options{})
		if len(problems) > 0 || len(cols) != len(r.Columns) {
			t.Fatalf("%s: %s\n%s", form, describe(cols, problems), text)
		}
		for i, c := range cols {
			if want := r.Columns[i]; c.Name != want.Name || c.Col.Nullable != want.Col.Nullable || !c.Col.Type.Equal(want.Col.Type) {
				t.Errorf("%s: %s %s reads back as %s %s", form, want.Name, want.Col, c.Name, c.Col)
			}
		}
	}
}

func TestDDL(t *testing.T) {
	got, err := Write("ddl", Relation{Name: "daily trades", Remark: "2 rows of t.csv", Properties: [][2]string{{"connector", "filesystem"}, {"path", "it's.csv"}},
		Columns: []Described{
			{"order", required(types.TInteger), "2 integers"}, {"price", nullable(types.TDecimal(18, 2)), ""}, {"ts", nullable(types.TTimestamp), "2 timestamps"},
			{"venue", nullable(types.Type{Kind: types.Struct, Fields: []types.Field{{Name: "from", Col: nullable(types.TString)}}}), ""},
		}})
	const want = "-- 2 rows of t.csv\n" +
		"CREATE STREAM `daily trades` (\n" +
		"  `order` INTEGER NOT NULL,       -- 2 integers\n" +
		"  price   DECIMAL(18,2),\n" +
		"  ts      TIMESTAMP,              -- 2 timestamps\n" +
		"  venue   STRUCT<`from` STRING>\n" +
		"  -- event time, if this is it: , WATERMARK FOR ts AS ts - INTERVAL '5' SECOND\n" +
		") WITH ('connector' = 'filesystem', 'path' = 'it''s.csv');\n"
	if err != nil || got != want {
		t.Errorf("%v\n%s", err, got)
	}
	if _, err := Write("avsc", Relation{Name: "t", Columns: []Described{{"no name", nullable(types.TString), ""}}}); err == nil {
		t.Error("Avro takes a name with a blank")
	}
	if _, err := Write("xsd", Relation{}); err == nil || !strings.Contains(err.Error(), "forms are ddl, yaml, avsc, json-schema") {
		t.Errorf("another form: %v", err)
	}
}
