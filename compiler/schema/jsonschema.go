package schema

import (
	"errors"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/velostream/veloc/compiler/types"
	"github.com/velostream/veloc/grammar/source"
)

// readJSONSchema reads the properties of an object that a JSON Schema describes (https://json-schema.org/draft/2020-12), of any draft from 4
// on. It looks at what says something about types: values are not validated with it. No library is used because those that there are compile
// the schemas of all drafts when a program starts, and every veloc command would wait for that.
func readJSONSchema(f *source.File, o Options) ([]Column, []Problem) {
	root, bad := parseJSON(f)
	if bad != nil {
		return nil, []Problem{*bad}
	}
	r := &jsonSchemaReader{o: o, open: map[*value]bool{}, docs: map[string]*jsonDoc{}}
	doc := &jsonDoc{path: f.Name, root: root}
	r.docs[filepath.Clean(f.Name)] = doc
	cols := r.columns(r.row(schemaAt{root, doc}))
	switch {
	case r.fields > maxFields:
		return nil, []Problem{tooLarge(root.at)}
	case len(r.problems) > 0:
		return nil, r.problems
	case len(cols) == 0:
		return nil, []Problem{{root.at, "it describes no object with `properties`; rows are objects"}}
	}
	return cols, nil
}

// jsonDoc is one file of schemas.
type jsonDoc struct {
	path  string
	root  *value
	named map[string]*value // by $id and by #$anchor; nil until somebody asks
}

// schemaAt is a schema with the file that it stands in, from which its references start.
type schemaAt struct {
	*value
	doc *jsonDoc
}

func (s schemaAt) in(v *value) schemaAt { return schemaAt{v, s.doc} }

// sub is a keyword whose value is a schema; ok if it is there.
func (s schemaAt) sub(key string) (schemaAt, bool) {
	v := s.get(key)
	return s.in(v), v != nil && (v.object || v.text == "true")
}

// list is a keyword whose value is a list of schemas.
func (s schemaAt) list(key string) []schemaAt {
	var out []schemaAt
	if v := s.get(key); v != nil && v.array {
		for _, item := range v.items {
			out = append(out, s.in(item))
		}
	}
	return out
}

// properties are the members of an object's `properties`.
func (s schemaAt) properties() []member {
	if v := s.get("properties"); v != nil && v.object {
		return v.members
	}
	return nil
}

type jsonSchemaReader struct {
	o        Options
	docs     map[string]*jsonDoc
	open     map[*value]bool // schemas that are being read
	problems []Problem
	budget
}

func (r *jsonSchemaReader) problem(at source.Span, format string, args ...any) {
	p := Problem{at, fmt.Sprintf(format, args...)}
	if !slices.Contains(r.problems, p) {
		r.problems = append(r.problems, p)
	}
}

// target is what the $ref of a schema leads to; ok if it has one that leads somewhere.
func (r *jsonSchemaReader) target(s schemaAt) (schemaAt, bool) {
	for _, key := range []string{"$ref", "$dynamicRef", "$recursiveRef"} {
		ref := s.get(key)
		if ref == nil || !ref.str {
			continue
		}
		address, fragment, _ := strings.Cut(ref.text, "#")
		doc, root := s.doc, s.doc.root
		if address != "" {
			var err error
			if doc, root, err = r.document(s.doc, address); err != nil {
				r.problem(ref.at, "it refers to %s: %s", address, err)
				return schemaAt{}, false
			}
		}
		v := root
		switch {
		case strings.HasPrefix(fragment, "/"):
			v = root.pointer(unescaped(fragment))
		case fragment != "":
			v = doc.find("#" + fragment)
		}
		if v == nil {
			r.problem(ref.at, "nothing is at `#%s`, to which it refers", fragment)
			return schemaAt{}, false
		}
		return schemaAt{v, doc}, true
	}
	return schemaAt{}, false
}

// document finds a schema by its $id, among those that came along, or beside the file that refers to it.
func (r *jsonSchemaReader) document(from *jsonDoc, address string) (*jsonDoc, *value, error) {
	for _, d := range r.docs {
		if v := d.find(address); v != nil {
			return d, v, nil
		}
	}
	path, text := "", ""
	for _, ref := range r.o.References {
		if ref.Name == address || strings.HasSuffix(address, "/"+ref.Name) {
			path, text = ref.Name, ref.Text
		}
	}
	if path == "" {
		if strings.Contains(address, "://") && !strings.HasPrefix(address, "file://") {
			return nil, nil, errors.New("schemas are not fetched while a job is built; keep a copy beside the file")
		}
		path = strings.TrimPrefix(address, "file://")
		if !filepath.IsAbs(path) {
			path = filepath.Join(filepath.Dir(from.path), filepath.FromSlash(path))
		}
		if d, known := r.docs[filepath.Clean(path)]; known {
			return d, d.root, nil
		}
		data, err := os.ReadFile(path)
		if errors.Is(err, os.ErrNotExist) {
			return nil, nil, errors.New("there is no such file")
		}
		if err != nil {
			return nil, nil, err
		}
		text = string(data)
	}
	root, bad := parseJSON(source.New(path, text))
	if bad != nil {
		return nil, nil, fmt.Errorf("%s, line %d", bad.Text, bad.At.Line())
	}
	d := &jsonDoc{path: path, root: root}
	r.docs[filepath.Clean(path)] = d
	return d, root, nil
}

// find is the schema in a document that has a $id, or an anchor written as #name.
func (d *jsonDoc) find(name string) *value {
	if d.named == nil {
		d.named = map[string]*value{}
		d.collect(d.root)
	}
	return d.named[name]
}

func (d *jsonDoc) collect(v *value) {
	for _, m := range v.members {
		switch {
		case m.val.str && (m.key == "$id" || m.key == "id"):
			d.named[strings.TrimSuffix(m.val.text, "#")] = v
			d.named[m.val.text[strings.LastIndexByte(m.val.text, '/')+1:]] = v
		case m.val.str && (m.key == "$anchor" || m.key == "$dynamicAnchor"):
			d.named["#"+m.val.text] = v
		}
		d.collect(m.val)
	}
	for _, item := range v.items {
		d.collect(item)
	}
}

// unescaped is a fragment of an address as a JSON pointer.
func unescaped(fragment string) string {
	var b strings.Builder
	for i := 0; i < len(fragment); i++ {
		var c byte
		if fragment[i] == '%' && i+2 < len(fragment) {
			if _, err := fmt.Sscanf(fragment[i+1:i+3], "%02x", &c); err == nil {
				b.WriteByte(c)
				i += 2
				continue
			}
		}
		b.WriteByte(fragment[i])
	}
	return b.String()
}

// row is the schema of one row: what the outermost schema refers to, or the elements of its array.
func (r *jsonSchemaReader) row(s schemaAt) schemaAt {
	for range maxNesting {
		if items, ok := s.sub("items"); ok && items.object {
			s = items
			continue
		}
		next, ok := r.target(s)
		if !ok || len(s.properties()) > 0 {
			return s
		}
		s = next
	}
	return s
}

// parts are the schemas that hold besides one: those of allOf, and the one that it refers to.
func (r *jsonSchemaReader) parts(s schemaAt) []schemaAt {
	parts := s.list("allOf")
	if t, ok := r.target(s); ok {
		parts = append(parts, t)
	}
	return slices.DeleteFunc(parts, func(p schemaAt) bool { return r.open[p.value] })
}

// columns are the properties of an object, those of its parts included, in the order in which they are written.
func (r *jsonSchemaReader) columns(s schemaAt) []Column {
	if !r.spend() || s.value == nil {
		return nil
	}
	if !r.open[s.value] {
		r.open[s.value] = true
		defer delete(r.open, s.value)
	}
	var cols []Column
	add := func(c Column) {
		if i := slices.IndexFunc(cols, func(d Column) bool { return d.Name == c.Name }); i >= 0 {
			cols[i].Col.Nullable = cols[i].Col.Nullable && c.Col.Nullable
			return
		}
		cols = append(cols, c)
	}
	for _, part := range r.parts(s) {
		for _, c := range r.columns(part) {
			add(c)
		}
	}
	needed := s.words("required")
	for _, m := range s.properties() {
		c := r.col(s.in(m.val))
		add(Column{m.key, types.Col{Type: known(c.Type), Nullable: c.Nullable || !slices.Contains(needed, m.key)}, m.at})
	}
	for i, c := range cols { // what is required here and described in a part
		if c.Col.Nullable && slices.Contains(needed, c.Name) && !r.takesNull(s, c.Name) {
			cols[i].Col.Nullable = false
		}
	}
	return cols
}

// words are a keyword's list of texts.
func (s schemaAt) words(key string) []string {
	var out []string
	if v := s.get(key); v != nil {
		for _, item := range v.items {
			out = append(out, item.text)
		}
	}
	return out
}

// takesNull tells whether a schema or a part of it lets a property be null.
func (r *jsonSchemaReader) takesNull(s schemaAt, name string) bool {
	if !r.spend() {
		return true
	}
	for _, m := range s.properties() {
		if m.key == name && r.col(s.in(m.val)).Nullable {
			return true
		}
	}
	return slices.ContainsFunc(r.parts(s), func(p schemaAt) bool { return r.takesNull(p, name) })
}

// col is the type of a schema; nullable if null is valid.
func (r *jsonSchemaReader) col(s schemaAt) types.Col {
	switch {
	case s.text == "true" && !s.str:
		return nullable(types.TJSON)
	case !s.object:
		r.problem(s.at, "a schema is an object, or true")
		return nullable(types.TJSON)
	case r.open[s.value] || !r.spend():
		return required(types.TJSON)
	}
	r.open[s.value] = true
	defer delete(r.open, s.value)
	names, null := r.typeNames(s)
	if len(names) == 0 {
		return r.untyped(s, null)
	}
	var branches []types.Type
	for _, n := range names {
		branches = append(branches, r.simple(s, n))
	}
	return types.Col{Type: either(branches), Nullable: null}
}

// untyped is the type of a schema that names none: of what it refers to, of its alternatives, of its parts.
func (r *jsonSchemaReader) untyped(s schemaAt, null bool) types.Col {
	all := s.list("allOf")
	for _, key := range []string{"oneOf", "anyOf"} {
		if of := s.list(key); len(of) > 0 {
			return r.one(of, null)
		}
	}
	target, refers := r.target(s)
	switch {
	case refers && len(s.properties()) == 0 && len(all) == 0:
		return r.col(target)
	case null:
		return nullable(types.TNull)
	case len(all) == 1 && len(s.properties()) == 0 && !refers:
		return r.col(all[0])
	case len(s.properties()) > 0 || len(all) > 0:
		return required(r.simple(s, "object"))
	}
	return nullable(types.TJSON)
}

// jsonTypes are the types of JSON.
var jsonTypes = []string{"array", "boolean", "integer", "null", "number", "object", "string"}

// typeNames are the types that a schema allows, null aside: those it names, else those of its constants.
func (r *jsonSchemaReader) typeNames(s schemaAt) (names []string, null bool) {
	var all []string
	add := func(v *value) {
		if !v.str || !slices.Contains(jsonTypes, v.text) {
			r.problem(v.at, "`%s` is no type of JSON; there are %s", v.at.Text(), strings.Join(jsonTypes, ", "))
			return
		}
		all = append(all, v.text)
	}
	switch t, enum, constant := s.get("type"), s.get("enum"), s.get("const"); {
	case t != nil && t.array:
		for _, item := range t.items {
			add(item)
		}
	case t != nil:
		add(t)
	case enum != nil:
		for _, v := range enum.items {
			all = append(all, v.jsonType())
		}
	case constant != nil:
		all = append(all, constant.jsonType())
	}
	for _, n := range all {
		if n == "null" {
			null = true
		} else if !slices.Contains(names, n) {
			names = append(names, n)
		}
	}
	return names, null
}

// jsonType is the type of a constant.
func (v *value) jsonType() string {
	switch {
	case v.str:
		return "string"
	case v.object:
		return "object"
	case v.array:
		return "array"
	case v.text == "true" || v.text == "false":
		return "boolean"
	case v.text == "null":
		return "null"
	case strings.ContainsAny(v.text, ".eE"):
		return "number"
	}
	return "integer"
}

// one is a value that fits one of several schemas.
func (r *jsonSchemaReader) one(of []schemaAt, null bool) types.Col {
	var branches []types.Type
	for _, s := range of {
		c := r.col(s)
		null = null || c.Nullable
		if c.Type.Kind != types.Null {
			branches = append(branches, c.Type)
		}
	}
	if len(branches) == 0 {
		return nullable(types.TNull)
	}
	return types.Col{Type: either(branches), Nullable: null}
}

var jsonFormats = map[string]types.Type{
	"date-time": types.TTimestamp, "date": types.TDate, "time": types.TTime, "duration": types.TInterval, "uuid": types.TUUID,
}

// simple is the type of a schema, which col has entered, for values of one JSON type.
func (r *jsonSchemaReader) simple(s schemaAt, name string) types.Type {
	switch name {
	case "boolean":
		return types.TBoolean
	case "integer":
		return types.TInteger
	case "number":
		return fixedPoint(s.get("multipleOf"))
	case "string":
		if s.word("contentEncoding") == "base64" {
			return types.TBytes
		}
		if t, ok := jsonFormats[s.word("format")]; ok {
			return t
		}
		return types.TString
	case "array":
		items, ok := s.sub("items")
		if !ok || s.get("prefixItems") != nil {
			return array(types.TJSON)
		}
		return array(known(r.col(items).Type))
	}
	if cols := r.columns(s); len(cols) > 0 {
		return structure(cols)
	}
	if values, ok := s.sub("additionalProperties"); ok && values.object {
		return mapOf(types.TString, known(r.col(values).Type))
	}
	return types.TJSON
}

// fixedPoint is the type of numbers that are multiples of 0.1, 0.01, …: exact. Other steps say nothing about digits.
func fixedPoint(step *value) types.Type {
	if step == nil || step.str || len(step.text) > 40 || strings.ContainsAny(step.text, "eE") {
		return types.TFloat
	}
	r, ok := new(big.Rat).SetString(step.text)
	if !ok || r.Sign() <= 0 {
		return types.TFloat
	}
	scale, exact := r.FloatPrec()
	if !exact || scale > types.MaxNarrow-6 {
		return types.TFloat
	}
	return types.TDecimal(types.MaxNarrow, scale)
}
