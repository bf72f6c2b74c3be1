package catalog

import (
	"fmt"
	"path/filepath"
	"sort"
	"strconv"
	"strings"

	"github.com/velostream/veloc/compiler/schema"
	"github.com/velostream/veloc/compiler/types"
	"github.com/velostream/veloc/grammar/diag"
	"github.com/velostream/veloc/grammar/source"
)

// schemaFile reads the columns that a schema file declares. at is where the file is named; it may be the zero span.
func schemaFile(path string, at source.Span, o schema.Options, diags *diag.List) ([]Column, bool) {
	ext := strings.ToLower(filepath.Ext(path))
	if l, ok := schema.OfSuffix(ext); ok {
		return foreignFile(path, l, at, o, diags)
	}
	if ext != ".yaml" && ext != ".yml" {
		diags.Add(diag.BadSchemaFile(at, filepath.ToSlash(path), "its name should end with .avsc, .proto, .json or .yaml"))
		return nil, false
	}
	c, ok := readYAML(path, at, diags, diag.BadSchemaFile)
	if !ok {
		return nil, false
	}
	cols, ok := fieldsOf(c, diags)
	if ok && len(cols) == 0 {
		diags.Add(diag.BadSchemaFile(at, filepath.ToSlash(path), "it has no `fields`"))
		return nil, false
	}
	return cols, ok
}

// fieldPrefixes are where lists of fields stand in schema files and in configuration files.
var fieldPrefixes = []string{"schema.fields", "fields", "datasource.schema.fields", "data_source.schema.fields", "datasink.schema.fields", "data_sink.schema.fields", "table.schema.fields", "columns", "schema.columns"}

// fieldsOf reads a list of fields, name and type each: `fields: [{name: id, type: integer, nullable: false}]`, or the short form
// `fields: {id: integer}`. No list at all is no mistake.
func fieldsOf(c config, diags *diag.List) ([]Column, bool) {
	for _, p := range fieldPrefixes {
		if hasPrefix(c, p+"[") {
			return listedFields(c, p, diags)
		}
		if hasPrefix(c, p+".") {
			return mappedFields(c, p+".", diags)
		}
	}
	return nil, true
}

func hasPrefix(c config, p string) bool {
	for _, e := range c {
		if strings.HasPrefix(e.key, p) {
			return true
		}
	}
	return false
}

func mappedFields(c config, prefix string, diags *diag.List) ([]Column, bool) {
	var cols []Column
	ok := true
	for _, e := range c {
		name, found := strings.CutPrefix(e.key, prefix)
		if !found {
			continue
		}
		text, notNull := strings.CutSuffix(strings.ToUpper(e.value), " NOT NULL")
		t, good := yamlType(e, e.value[:len(text)], "", "", diags)
		ok = ok && good
		cols = append(cols, Column{Name: name, Col: types.Col{Type: t, Nullable: !notNull}, At: e.keyAt})
	}
	return cols, unique(cols, diags) && ok
}

func listedFields(c config, prefix string, diags *diag.List) ([]Column, bool) {
	items := map[int]config{}
	for _, e := range c {
		rest, ok := strings.CutPrefix(e.key, prefix+"[")
		if !ok {
			continue
		}
		number, key, _ := strings.Cut(rest, "]")
		i, err := strconv.Atoi(number)
		if err != nil {
			continue
		}
		e.key = strings.TrimPrefix(key, ".")
		items[i] = append(items[i], e)
	}
	order := make([]int, 0, len(items))
	for i := range items {
		order = append(order, i)
	}
	sort.Ints(order)
	var cols []Column
	ok := true
	for _, i := range order {
		col, good := field(items[i], diags)
		ok = ok && good
		if col.Name != "" {
			cols = append(cols, col)
		}
	}
	return cols, unique(cols, diags) && ok
}

// field reads one field; keys other than name, type, precision, scale, nullable, and those of nested types shape test data and are not about
// types.
func field(keys config, diags *diag.List) (Column, bool) {
	name, hasName := keys.get("name")
	typ, hasType := keys.get("type")
	if hasPrefix(keys, "fields[") && !hasType {
		typ, hasType = entry{value: "struct", at: name.at, file: name.file}, true
	}
	if !hasName || !hasType {
		at, file := firstOf(keys)
		what := "name"
		if hasName {
			at, what = name.at, "type"
		}
		diags.Add(diag.BadSchemaFile(at, filepath.ToSlash(file), "this field has no `"+what+"`"))
		return Column{}, false
	}
	t, ok := nestedType(keys, typ, diags)
	nullable := true
	for _, k := range []string{"nullable", "required"} {
		if e, has := keys.get(k); has {
			b, err := strconv.ParseBool(e.value)
			if err != nil {
				diags.Add(diag.BadSchemaFile(e.at, filepath.ToSlash(e.file), fmt.Sprintf("`%s` should be true or false", k)))
				ok = false
			}
			nullable = b == (k == "nullable")
		}
	}
	return Column{Name: name.value, Col: types.Col{Type: t, Nullable: nullable}, At: name.at}, ok
}

// nestedType reads the type of a field. A struct lists its fields, an array has items, a map has values: a type, or keys like those of a field.
func nestedType(keys config, typ entry, diags *diag.List) (types.Type, bool) {
	below := func(name string) (types.Type, bool) {
		if e, has := keys.get(name); has {
			return yamlType(e, e.value, "", "", diags)
		}
		inner := config{}
		for _, e := range keys {
			if rest, ok := strings.CutPrefix(e.key, name+"."); ok {
				e.key = rest
				inner = append(inner, e)
			}
		}
		if e, has := inner.get("type"); has {
			return nestedType(inner, e, diags)
		}
		diags.Add(diag.BadSchemaFile(typ.at, filepath.ToSlash(typ.file), fmt.Sprintf("a field of type `%s` needs `%s`", typ.value, name)))
		return types.TInvalid, false
	}
	switch strings.ToLower(typ.value) {
	case "struct", "record", "object", "row":
		cols, ok := listedFields(keys, "fields", diags)
		t := types.Type{Kind: types.Struct}
		for _, c := range cols {
			t.Fields = append(t.Fields, types.Field{Name: c.Name, Col: c.Col})
		}
		if ok && len(cols) == 0 {
			return types.TJSON, true
		}
		return t, ok
	case "array", "list":
		elem, ok := below("items")
		return types.Type{Kind: types.Array, Elem: &elem}, ok
	case "map":
		elem, ok := below("values")
		return types.Type{Kind: types.Map, Key: &types.Type{Kind: types.String}, Elem: &elem}, ok
	}
	precision, _ := keys.get("precision")
	scale, _ := keys.get("scale")
	return yamlType(typ, typ.value, precision.value, scale.value, diags)
}

func firstOf(keys config) (source.Span, string) {
	var first entry
	for _, e := range keys {
		if first.file == "" || e.at.Start < first.at.Start {
			first = e
		}
	}
	return first.at, first.file
}

// yamlType reads a type of a YAML file. `decimal(4)`, and `decimal` with a precision but no scale, count the digits after the point,
// as such files do; with both numbers it is as in SQL.
func yamlType(e entry, text, precision, scale string, diags *diag.List) (types.Type, bool) {
	t, err := typeOfText(text)
	if err == nil && t.Kind == types.Decimal && precision+scale != "" {
		t, err = yamlDecimal(precision, scale)
	}
	if err != nil {
		word, _, _ := strings.Cut(text, "(")
		diags.Add(diag.BadType(e.at, strings.TrimSpace(word), err.Error(), types.Names()))
		return types.TInvalid, false
	}
	return t, true
}

func yamlDecimal(precision, scale string) (types.Type, error) {
	switch {
	case precision == "":
		return decimals(scale)
	case scale == "":
		return decimals(precision)
	}
	t, _, err := types.Parse("DECIMAL(" + precision + "," + scale + ")")
	return t, err
}

// typeOfText reads the type of a hint or of a YAML file.
func typeOfText(text string) (types.Type, error) {
	low := strings.ToLower(strings.Join(strings.Fields(text), ""))
	if digits, ok := strings.CutPrefix(low, "decimal("); ok && !strings.Contains(digits, ",") {
		return decimals(strings.TrimSuffix(digits, ")"))
	}
	t, _, err := types.Parse(strings.TrimSpace(text))
	return t, err
}

// decimals is DECIMAL(18, n), or wider when n leaves too few digits before the point.
func decimals(n string) (types.Type, error) {
	scale, err := strconv.Atoi(strings.TrimSpace(n))
	if err != nil || scale < 0 || scale > types.MaxPrecision {
		return types.TInvalid, fmt.Errorf("`%s` is no number of digits; write decimal(4), or decimal(18, 4)", n)
	}
	if scale > types.MaxNarrow-6 {
		return types.TDecimal(types.MaxPrecision, scale), nil
	}
	return types.TDecimal(types.MaxNarrow, scale), nil
}

// unique reports columns that are declared twice.
func unique(cols []Column, diags *diag.List) bool {
	first := map[string]source.Span{}
	ok := true
	for _, c := range cols {
		if at, again := first[c.Name]; again {
			diags.Add(diag.RepeatedColumn(c.At, at, c.Name))
			ok = false
			continue
		}
		first[c.Name] = c.At
	}
	return ok
}
