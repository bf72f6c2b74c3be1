package schema

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/big"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/velostream/veloc/compiler/types"
)

// Forms lists what Write can write.
var Forms = []string{"ddl", "yaml", "avsc", "json-schema"}

// Described is a column to write, with a remark on where its type comes from.
type Described struct {
	Name   string
	Col    types.Col
	Remark string
}

// Relation is what there is to write about a source.
type Relation struct {
	Name       string
	Remark     string // on the whole
	Columns    []Described
	Properties [][2]string // of the WITH list of a declaration
}

// Write writes a relation in one of Forms.
func Write(form string, r Relation) (string, error) {
	switch form {
	case "ddl":
		return writeDDL(r), nil
	case "yaml":
		return writeYAML(r), nil
	case "avsc":
		return writeAvro(r)
	case "json-schema":
		return writeJSONSchema(r)
	}
	return "", fmt.Errorf("there is no form %s; forms are %s", form, strings.Join(Forms, ", "))
}

// writeDDL writes CREATE STREAM, with remarks as comments. A column that is the only one to hold a time is proposed as event time.
func writeDDL(r Relation) string {
	var b strings.Builder
	if r.Remark != "" {
		fmt.Fprintf(&b, "-- %s\n", r.Remark)
	}
	fmt.Fprintf(&b, "CREATE STREAM %s (\n", Name(r.Name))
	names, kinds := make([]string, len(r.Columns)), make([]string, len(r.Columns))
	wide, wider := 0, 0
	var times []string
	for i, c := range r.Columns {
		names[i], kinds[i] = Name(c.Name), spelled(c.Col)
		wide = max(wide, utf8.RuneCountInString(names[i]))
		if len(kinds[i]) <= 40 {
			wider = max(wider, len(kinds[i])+1)
		}
		if c.Col.Type.Kind == types.Timestamp {
			times = append(times, names[i])
		}
	}
	for i, c := range r.Columns {
		comma := ","
		if i == len(r.Columns)-1 {
			comma = ""
		}
		line := fmt.Sprintf("  %s%s %s%s", names[i], strings.Repeat(" ", wide-utf8.RuneCountInString(names[i])), kinds[i], comma)
		if c.Remark != "" {
			line += strings.Repeat(" ", max(0, wider-len(kinds[i])-len(comma))) + "  -- " + c.Remark
		}
		b.WriteString(line + "\n")
	}
	if len(times) == 1 {
		fmt.Fprintf(&b, "  -- event time, if this is it: , WATERMARK FOR %s AS %[1]s - INTERVAL '5' SECOND\n", times[0])
	}
	b.WriteString(") WITH (")
	for i, p := range r.Properties {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "'%s' = '%s'", p[0], strings.ReplaceAll(p[1], "'", "''"))
	}
	b.WriteString(");\n")
	return b.String()
}

// spelled is a column's type as DDL has it, with names of fields in backticks where they need some.
func spelled(c types.Col) string {
	s := spelledType(c.Type)
	if !c.Nullable {
		s += " NOT NULL"
	}
	return s
}

func spelledType(t types.Type) string {
	switch t.Kind {
	case types.Array:
		return "ARRAY<" + spelledType(*t.Elem) + ">"
	case types.Map:
		return "MAP<" + spelledType(*t.Key) + ", " + spelledType(*t.Elem) + ">"
	case types.Struct:
		var parts []string
		for _, f := range t.Fields {
			parts = append(parts, Name(f.Name)+" "+spelled(f.Col))
		}
		return "STRUCT<" + strings.Join(parts, ", ") + ">"
	}
	return t.String()
}

// Name is a name as SQL spells it: in backticks unless it is a plain word. Words that mean something in SQL are quoted generously.
func Name(name string) string {
	plain := name != "" && !unicode.IsDigit(rune(name[0]))
	for _, r := range name {
		plain = plain && (r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r))
	}
	if plain && !sqlWords[strings.ToUpper(name)] {
		return name
	}
	return "`" + strings.ReplaceAll(name, "`", "``") + "`"
}

var sqlWords = func() map[string]bool {
	words := map[string]bool{}
	for _, w := range strings.Fields(`ALL AND ANY ARRAY AS ASC BETWEEN BY CASE CAST CREATE CROSS DELETE DESC DISTINCT DROP ELSE EMIT END EXCEPT EXISTS EXTRACT FALSE
		FETCH FOR FROM FULL GROUP HAVING IN INNER INSERT INTERSECT INTERVAL INTO IS JOIN LATERAL LEFT LIKE LIMIT MAP NATURAL NOT NULL OFFSET ON OR ORDER OUTER OVER
		PARTITION PRIMARY QUALIFY RIGHT ROW SELECT SET SOME STREAM STRUCT TABLE THEN TRUE UNION UNNEST UPDATE USING VALUES WATERMARK WHEN WHERE WINDOW WITH WITHIN`) {
		words[w] = true
	}
	return words
}()

// writeYAML writes a schema file, as `schemas/<source>.schema.yaml` or `schema.file` takes it.
func writeYAML(r Relation) string {
	var b strings.Builder
	if r.Remark != "" {
		fmt.Fprintf(&b, "# %s\n", r.Remark)
	}
	fmt.Fprintf(&b, "name: %s\nfields:\n", strconv.Quote(r.Name))
	for _, c := range r.Columns {
		fmt.Fprintf(&b, "  - name: %s\n    type: %s\n", strconv.Quote(c.Name), strconv.Quote(c.Col.Type.String()))
		if !c.Col.Nullable {
			b.WriteString("    nullable: false\n")
		}
		if c.Remark != "" {
			fmt.Fprintf(&b, "    description: %s\n", strconv.Quote(c.Remark))
		}
	}
	return b.String()
}

// pairs is a JSON object that keeps its order.
type pairs [][2]any

func (p pairs) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, kv := range p {
		if i > 0 {
			b.WriteByte(',')
		}
		for j, v := range kv {
			var text bytes.Buffer
			enc := json.NewEncoder(&text)
			enc.SetEscapeHTML(false)
			if err := enc.Encode(v); err != nil {
				return nil, err
			}
			if j == 1 {
				b.WriteByte(':')
			}
			b.Write(bytes.TrimSpace(text.Bytes()))
		}
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// indented prints a schema for people.
func indented(v any) (string, error) {
	text, err := json.Marshal(v)
	if err != nil {
		return "", err
	}
	var b bytes.Buffer
	if err := json.Indent(&b, text, "", "  "); err != nil {
		return "", err
	}
	return b.String() + "\n", nil
}

// avroWriter makes Avro types. Records and fixed types inside get names of their own.
type avroWriter struct {
	names map[string]int
	err   error
}

func writeAvro(r Relation) (string, error) {
	w := &avroWriter{names: map[string]int{}}
	var cols []types.Field
	remarks := map[string]string{}
	for _, c := range r.Columns {
		cols = append(cols, types.Field{Name: c.Name, Col: c.Col})
		remarks[c.Name] = c.Remark
	}
	record := w.record(camel(r.Name), cols, remarks)
	if w.err != nil {
		return "", w.err
	}
	if r.Remark != "" {
		record = append(record[:2:2], append(pairs{{"doc", r.Remark}}, record[2:]...)...)
	}
	return indented(record)
}

// camel makes a type's name of a source's: order_lines is OrderLines.
func camel(name string) string {
	var b strings.Builder
	up := true
	for _, r := range name {
		switch {
		case r < 0x80 && (unicode.IsLetter(r) || unicode.IsDigit(r) && b.Len() > 0):
			if up {
				r = unicode.ToUpper(r)
			}
			b.WriteRune(r)
			up = false
		default:
			up = true
		}
	}
	if b.Len() == 0 {
		return "Row"
	}
	return b.String()
}

var avroName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

func (w *avroWriter) unique(name string) string {
	w.names[name]++
	if n := w.names[name]; n > 1 {
		return name + strconv.Itoa(n)
	}
	return name
}

func (w *avroWriter) record(name string, fields []types.Field, remarks map[string]string) pairs {
	own := w.unique(name)
	list := []pairs{}
	for _, f := range fields {
		if !avroName.MatchString(f.Name) {
			w.err = fmt.Errorf("the name %q is none for Avro: names are letters, digits and _", f.Name)
		}
		p := pairs{{"name", f.Name}}
		t := w.typ(f.Col.Type, f.Name)
		if f.Col.Nullable {
			p = append(p, pairs{{"type", []any{"null", t}}, {"default", nil}}...)
		} else {
			p = append(p, [2]any{"type", t})
		}
		if r := remarks[f.Name]; r != "" {
			p = append(p, [2]any{"doc", r})
		}
		list = append(list, p)
	}
	return pairs{{"type", "record"}, {"name", own}, {"fields", list}}
}

func logical(base, name string) pairs { return pairs{{"type", base}, {"logicalType", name}} }

func (w *avroWriter) typ(t types.Type, name string) any {
	switch t.Kind {
	case types.Boolean:
		return "boolean"
	case types.Integer:
		return "long"
	case types.Float:
		return "double"
	case types.Decimal:
		return append(logical("bytes", "decimal"), pairs{{"precision", t.Precision}, {"scale", t.Scale}}...)
	case types.Bytes:
		return "bytes"
	case types.Date:
		return logical("int", "date")
	case types.Time:
		return logical("long", "time-micros")
	case types.Timestamp:
		return logical("long", "timestamp-micros")
	case types.Interval:
		return pairs{{"type", "fixed"}, {"name", w.unique("Interval")}, {"size", 12}, {"logicalType", "duration"}}
	case types.UUID:
		return logical("string", "uuid")
	case types.Array:
		return pairs{{"type", "array"}, {"items", w.typ(*t.Elem, name)}}
	case types.Map:
		if t.Key.Kind != types.String {
			w.err = fmt.Errorf("the keys of maps are text in Avro; `%s` is %s", name, t)
		}
		return pairs{{"type", "map"}, {"values", w.typ(*t.Elem, name)}}
	case types.Struct:
		return w.record(camel(name), t.Fields, nil)
	}
	return "string" // STRING, and JSON as its text
}

func writeJSONSchema(r Relation) (string, error) {
	var cols []types.Field
	for _, c := range r.Columns {
		cols = append(cols, types.Field{Name: c.Name, Col: c.Col})
	}
	s := pairs{{"$schema", "https://json-schema.org/draft/2020-12/schema"}, {"title", r.Name}}
	if r.Remark != "" {
		s = append(s, [2]any{"description", r.Remark})
	}
	s = append(s, object(cols)...)
	return indented(s)
}

func object(fields []types.Field) pairs {
	properties, needed := pairs{}, []string{}
	for _, f := range fields {
		properties = append(properties, [2]any{f.Name, jsonType(f.Col)})
		if !f.Col.Nullable {
			needed = append(needed, f.Name)
		}
	}
	s := pairs{{"type", "object"}, {"properties", properties}}
	if len(needed) > 0 {
		s = append(s, [2]any{"required", needed})
	}
	return s
}

// jsonType is the schema of a column; null is allowed besides where it can be NULL.
func jsonType(c types.Col) any {
	var s pairs
	format := func(name string) pairs { return pairs{{"type", "string"}, {"format", name}} }
	switch t := c.Type; t.Kind {
	case types.Boolean:
		s = pairs{{"type", "boolean"}}
	case types.Integer:
		s = pairs{{"type", "integer"}}
	case types.Float:
		s = pairs{{"type", "number"}}
	case types.Decimal:
		step := new(big.Rat).SetFrac(big.NewInt(1), new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(t.Scale)), nil))
		s = pairs{{"type", "number"}, {"multipleOf", json.Number(step.FloatString(t.Scale))}}
	case types.Bytes:
		s = pairs{{"type", "string"}, {"contentEncoding", "base64"}}
	case types.Date:
		s = format("date")
	case types.Time:
		s = format("time")
	case types.Timestamp:
		s = format("date-time")
	case types.Interval:
		s = format("duration")
	case types.UUID:
		s = format("uuid")
	case types.JSON:
		return true
	case types.Array:
		s = pairs{{"type", "array"}, {"items", jsonType(required(*t.Elem))}}
	case types.Map:
		s = pairs{{"type", "object"}, {"additionalProperties", jsonType(required(*t.Elem))}}
	case types.Struct:
		s = object(t.Fields)
	default:
		s = pairs{{"type", "string"}}
	}
	if c.Nullable {
		s[0][1] = []any{s[0][1], "null"}
	}
	return s
}
