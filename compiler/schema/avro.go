package schema

import (
	"fmt"
	"slices"
	"strings"

	"github.com/twmb/avro"

	"github.com/velostream/veloc/compiler/types"
	"github.com/velostream/veloc/grammar/source"
)

// readAvro reads a record of an Avro schema (https://avro.apache.org/docs/1.12.0/specification/). The attributes of logical types may stand
// on the field instead of its type, as some producers write them.
func readAvro(f *source.File, o Options) ([]Column, []Problem) {
	root, bad := parseJSON(f)
	if bad != nil {
		return nil, []Problem{*bad}
	}
	r := &avroReader{named: map[string]types.Type{}, open: map[string]bool{}, columns: map[string][]Column{}}
	var cache avro.SchemaCache
	for _, ref := range o.References {
		tree, bad := parseJSON(source.New(ref.Name, ref.Text))
		if bad != nil {
			return nil, []Problem{*bad}
		}
		r.col(tree, "")
		if _, err := cache.Parse(ref.Text); err != nil {
			return nil, []Problem{{Text: "the schema " + ref.Name + ", which it uses: " + avroProblem(err)}}
		}
	}
	r.records = nil
	r.col(root, "")
	cols := r.choose(root, o)
	if r.fields > maxFields {
		return nil, []Problem{tooLarge(root.at)}
	}
	if len(r.problems) > 0 {
		return nil, r.problems
	}
	if len(cols) == 0 {
		return nil, []Problem{{root.at, "the record has no fields"}}
	}
	if _, err := cache.Parse(f.Text); err != nil { // what this reader does not look at: defaults, symbols, sizes
		return nil, []Problem{{root.at, avroProblem(err)}}
	}
	return cols, nil
}

func avroProblem(err error) string { return strings.TrimPrefix(err.Error(), "avro: ") }

// avroReader reads types; each named one once.
type avroReader struct {
	problems []Problem
	named    map[string]types.Type // by full name
	columns  map[string][]Column   // of records
	records  []string              // in order
	open     map[string]bool       // records that are being read
	budget
}

func (r *avroReader) problem(at source.Span, format string, args ...any) types.Col {
	r.problems = append(r.problems, Problem{at, fmt.Sprintf(format, args...)})
	return nullable(types.TInvalid)
}

// choose finds the record that rows are.
func (r *avroReader) choose(root *value, o Options) []Column {
	if len(r.problems) > 0 {
		return nil
	}
	if o.Record != "" {
		for _, name := range r.records {
			if name == o.Record || strings.HasSuffix(name, "."+o.Record) {
				return r.columns[name]
			}
		}
		r.problem(root.at, "it has no record `%s`; it has %s", o.Record, quoted(r.records))
		return nil
	}
	switch {
	case root.object && len(r.records) > 0: // the outermost record is the first that begins
		return r.columns[r.records[0]]
	case len(r.records) == 1:
		return r.columns[r.records[0]]
	case len(r.records) > 1:
		r.problem(root.at, "it has several records; choose with the property `schema.message`: %s", quoted(r.records))
		return nil
	}
	r.problem(root.at, "it declares no record; rows are records with named fields")
	return nil
}

func quoted(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	return "`" + strings.Join(names, "`, `") + "`"
}

var avroPrimitives = map[string]types.Type{
	"boolean": types.TBoolean, "int": types.TInteger, "long": types.TInteger, "float": types.TFloat, "double": types.TFloat,
	"bytes": types.TBytes, "string": types.TString,
}

// col reads a type at any place of a schema.
func (r *avroReader) col(v *value, namespace string) types.Col {
	switch {
	case v.str:
		return r.name(v, namespace)
	case v.array:
		return r.union(v, namespace)
	case v.object:
		return r.complex(v, namespace)
	}
	return r.problem(v.at, "a type is a name, an object or a list")
}

func (r *avroReader) name(v *value, namespace string) types.Col {
	if t, ok := avroPrimitives[v.text]; ok {
		return required(t)
	}
	if v.text == "null" {
		return nullable(types.TNull)
	}
	for _, full := range []string{fullName(v.text, namespace), v.text} {
		if r.open[full] {
			return required(types.TJSON)
		}
		if t, ok := r.named[full]; ok {
			if r.fields += size(t); r.fields > maxFields {
				return required(types.TJSON)
			}
			return required(t)
		}
	}
	return r.problem(v.at, "there is no type `%s`", v.text)
}

// size is how many fields a type has in all.
func size(t types.Type) int {
	n := len(t.Fields)
	for _, f := range t.Fields {
		n += size(f.Col.Type)
	}
	if t.Elem != nil {
		n += size(*t.Elem)
	}
	return n
}

func fullName(name, namespace string) string {
	if strings.Contains(name, ".") || namespace == "" {
		return name
	}
	return namespace + "." + name
}

func (r *avroReader) union(v *value, namespace string) types.Col {
	null := false
	var branches []types.Type
	for _, b := range v.items {
		c := r.col(b, namespace)
		null = null || c.Type.Kind == types.Null
		if c.Type.Kind != types.Null {
			branches = append(branches, c.Type)
		}
	}
	if len(branches) == 0 {
		return nullable(types.TNull)
	}
	return types.Col{Type: either(branches), Nullable: null}
}

func (r *avroReader) complex(v *value, namespace string) types.Col {
	kind := v.get("type")
	switch {
	case kind == nil:
		return r.problem(v.at, "this type has no `type`")
	case !kind.str: // {"type": {"type": …}}
		return r.logical(v, r.col(kind, namespace))
	}
	switch kind.text {
	case "record", "error":
		return r.record(v, namespace)
	case "enum", "fixed":
		return r.defined(v, kind.text, namespace)
	case "array", "map":
		key := map[string]string{"array": "items", "map": "values"}[kind.text]
		of := v.get(key)
		if of == nil {
			return r.problem(v.at, "this %s has no `%s`", kind.text, key)
		}
		elem := known(r.col(of, namespace).Type)
		if kind.text == "array" {
			return required(array(elem))
		}
		return required(mapOf(types.TString, elem))
	}
	return r.logical(v, r.name(kind, namespace))
}

// known replaces the type of what is always null, which can be read as text.
func known(t types.Type) types.Type {
	if t.Kind == types.Null {
		return types.TString
	}
	return t
}

// names are the full name of a type and the namespace inside of it.
func (r *avroReader) names(v *value, namespace string) (full, inside string) {
	if n := v.get("namespace"); n != nil && n.str {
		namespace = n.text
	}
	full = fullName(v.word("name"), namespace)
	if i := strings.LastIndexByte(full, '.'); i >= 0 {
		return full, full[:i]
	}
	return full, ""
}

func (r *avroReader) record(v *value, namespace string) types.Col {
	fields := v.get("fields")
	full, inside := r.names(v, namespace)
	switch {
	case full == "":
		return r.problem(v.at, "this record has no `name`")
	case fields == nil || !fields.array:
		return r.problem(v.at, "the record `%s` has no list of `fields`", full)
	}
	r.records = append(r.records, full)
	r.open[full] = true
	var cols []Column
	for _, f := range fields.items {
		name, typ := f.get("name"), f.get("type")
		switch {
		case name == nil || !name.str || name.text == "":
			r.problem(f.at, "this field has no `name`")
			continue
		case typ == nil:
			r.problem(f.at, "the field `%s` has no `type`", name.text)
			continue
		case slices.ContainsFunc(cols, func(c Column) bool { return c.Name == name.text }):
			r.problem(name.at, "`%s` has two fields `%s`", full, name.text)
			continue
		}
		c := r.logical(f, r.col(typ, inside))
		cols = append(cols, Column{name.text, types.Col{Type: known(c.Type), Nullable: c.Nullable}, name.at})
	}
	delete(r.open, full)
	r.named[full], r.columns[full] = structure(cols), cols
	return required(r.named[full])
}

// defined reads an enum or a fixed, which later types can name.
func (r *avroReader) defined(v *value, kind, namespace string) types.Col {
	full, _ := r.names(v, namespace)
	if full == "" {
		return r.problem(v.at, "this %s has no `name`", kind)
	}
	c := required(types.TString)
	if kind == "fixed" {
		c = r.logical(v, required(types.TBytes))
	}
	r.named[full] = c.Type
	return c
}

// logical applies the attributes of a logical type, which stand beside the type v. Those that are unknown, or that do not fit the type below,
// count for nothing, as the specification has it.
func (r *avroReader) logical(v *value, c types.Col) types.Col {
	raw := c.Type.Kind
	whole, binary := raw == types.Integer, raw == types.Bytes
	text := raw == types.String
	t := c.Type
	switch name := v.word("logicalType"); {
	case name == "decimal" && (binary || whole || text || raw == types.Float):
		precision, ok := v.number("precision")
		scale, _ := v.number("scale")
		if !ok {
			return r.problem(v.get("logicalType").at, "a decimal needs a `precision`")
		}
		d, err := decimal(precision, scale)
		if err != nil {
			return r.problem(v.get("logicalType").at, "%s", err)
		}
		t = d
	case name == "date" && whole:
		t = types.TDate
	case whole && (name == "time-millis" || name == "time-micros"):
		t = types.TTime
	case whole && isOne(name, "timestamp-millis", "timestamp-micros", "timestamp-nanos", "local-timestamp-millis", "local-timestamp-micros", "local-timestamp-nanos"):
		t = types.TTimestamp
	case name == "uuid" && (text || binary):
		t = types.TUUID
	case name == "duration" && binary:
		t = types.TInterval
	}
	return types.Col{Type: t, Nullable: c.Nullable}
}

func isOne(s string, of ...string) bool { return slices.Contains(of, s) }
