package schema

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/velostream/veloc/compiler/types"
	"github.com/velostream/veloc/grammar/source"
)

// readJSONSchema reads the properties of an object that a JSON Schema describes, of any draft up to 2020-12.
func readJSONSchema(f *source.File, o Options) ([]Column, []Problem) {
	root, bad := parseJSON(f)
	if bad != nil {
		return nil, []Problem{*bad}
	}
	address := "veloc:///" + filepath.Base(f.Name)
	if abs, err := filepath.Abs(f.Name); err == nil {
		address = (&url.URL{Scheme: "file", Path: filepath.ToSlash(abs)}).String()
	}
	s, err := compileJSONSchema(f, address, o)
	if err != nil {
		return nil, []Problem{jsonSchemaProblem(err, root)}
	}
	address, _, _ = strings.Cut(s.Location, "#")
	r := &jsonSchemaReader{root: root, address: address, open: map[*jsonschema.Schema]bool{}}
	row := r.rows(s)
	cols := r.columns(row)
	switch {
	case r.fields > maxFields:
		return nil, []Problem{tooLarge(root.at)}
	case len(cols) == 0:
		return nil, []Problem{{root.at, "it describes no object with `properties`; rows are objects"}}
	}
	return cols, nil
}

func compileJSONSchema(f *source.File, address string, o Options) (*jsonschema.Schema, error) {
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	c.AssertFormat()
	c.AssertContent()
	c.UseLoader(jsonLoader{o})
	c.UseRegexpEngine(func(s string) (jsonschema.Regexp, error) { return pattern(s), nil }) // values are not looked at
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(f.Text))
	if err != nil {
		return nil, err
	}
	if err := c.AddResource(address, doc); err != nil {
		return nil, err
	}
	return c.Compile(address)
}

// pattern is a regular expression that nothing is matched with.
type pattern string

func (p pattern) MatchString(string) bool { return true }
func (p pattern) String() string          { return string(p) }

// jsonLoader finds the schemas that others refer to: those that came with them, and files. Nothing is fetched from the web.
type jsonLoader struct{ o Options }

func (l jsonLoader) Load(address string) (any, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, err
	}
	for _, r := range l.o.References {
		if r.Name == address || r.Name == strings.TrimPrefix(u.Path, "/") || strings.HasSuffix(u.Path, "/"+r.Name) {
			return jsonschema.UnmarshalJSON(strings.NewReader(r.Text))
		}
	}
	if u.Scheme != "file" {
		return nil, errors.New("schemas are not fetched while a job is built; keep a copy beside the file")
	}
	path, err := jsonschema.FileLoader{}.ToFile(address)
	if err != nil {
		return nil, err
	}
	text, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, errors.New("there is no such file")
	}
	if err != nil {
		return nil, err
	}
	return jsonschema.UnmarshalJSON(strings.NewReader(string(text)))
}

// jsonSchemaProblem finds the place of an error of the library.
func jsonSchemaProblem(err error, root *value) Problem {
	at, text := root.at, err.Error()
	var invalid *jsonschema.SchemaValidationError
	var wrong *jsonschema.ValidationError
	var load *jsonschema.LoadURLError
	var nowhere *jsonschema.JSONPointerNotFoundError
	switch {
	case errors.As(err, &invalid) && errors.As(invalid.Err, &wrong):
		leaf := deepest(wrong)
		if v := root.pointer("/" + strings.Join(leaf.InstanceLocation, "/")); v != nil && len(leaf.InstanceLocation) > 0 {
			at = v.at
		}
		text = "it is no JSON Schema: " + leaf.DetailedOutput().Error.String()
	case errors.As(err, &load):
		name := load.URL
		if u, err := url.Parse(load.URL); err == nil && u.Scheme == "file" {
			name = filepath.Base(u.Path)
		}
		at, text = root.refersTo(name, at), fmt.Sprintf("it refers to %s: %s", name, load.Err)
	case errors.As(err, &nowhere):
		_, fragment, _ := strings.Cut(nowhere.URL, "#")
		at, text = root.refersTo(fragment, at), fmt.Sprintf("nothing is at `#%s`, to which it refers", fragment)
	}
	return Problem{at, text}
}

// refersTo is the place of the first $ref that ends so.
func (v *value) refersTo(name string, def source.Span) source.Span {
	for _, m := range v.members {
		if m.key == "$ref" && m.val.str && strings.Contains(m.val.text, name) {
			return m.val.at
		}
		if at := m.val.refersTo(name, source.Span{}); at.IsValid() {
			return at
		}
	}
	for _, item := range v.items {
		if at := item.refersTo(name, source.Span{}); at.IsValid() {
			return at
		}
	}
	return def
}

// deepest is the cause that looked at the innermost value.
func deepest(e *jsonschema.ValidationError) *jsonschema.ValidationError {
	best := e
	for _, c := range e.Causes {
		if d := deepest(c); len(d.InstanceLocation) > len(best.InstanceLocation) || best == e {
			best = d
		}
	}
	return best
}

// jsonSchemaReader turns compiled schemas into types.
type jsonSchemaReader struct {
	root    *value
	address string // of the file; places in others are not known
	open    map[*jsonschema.Schema]bool
	budget
}

// place is where a schema, or something below it, stands; the zero span if that is in another file.
func (r *jsonSchemaReader) place(s *jsonschema.Schema, below string) *value {
	address, fragment, _ := strings.Cut(s.Location, "#")
	if address != r.address {
		return nil
	}
	if plain, err := url.PathUnescape(fragment); err == nil {
		fragment = plain
	}
	return r.root.pointer(fragment + below)
}

// rows is the schema of one row: what the outermost schema refers to, or the elements of its array.
func (r *jsonSchemaReader) rows(s *jsonschema.Schema) *jsonschema.Schema {
	for range maxNesting {
		switch {
		case s.Ref != nil && len(s.Properties) == 0:
			s = s.Ref
		case s.Items2020 != nil:
			s = s.Items2020
		default:
			items, ok := s.Items.(*jsonschema.Schema)
			if !ok {
				return s
			}
			s = items
		}
	}
	return s
}

// columns are the properties of an object, those of allOf included, in the order in which they are written.
func (r *jsonSchemaReader) columns(s *jsonschema.Schema) []Column {
	if !r.spend() {
		return nil
	}
	r.open[s] = true
	defer delete(r.open, s)
	var cols []Column
	add := func(c Column) {
		i := slices.IndexFunc(cols, func(d Column) bool { return d.Name == c.Name })
		if i < 0 {
			cols = append(cols, c)
			return
		}
		cols[i].Col.Nullable = cols[i].Col.Nullable && c.Col.Nullable
	}
	for _, part := range append(slices.Clone(s.AllOf), s.Ref) {
		if part == nil || r.open[part] {
			continue
		}
		for _, c := range r.columns(part) {
			add(c)
		}
	}
	for _, name := range r.order(s) {
		c := r.col(s.Properties[name])
		col := Column{Name: name, Col: types.Col{Type: known(c.Type)}}
		if v := r.place(s, "/properties"); v != nil {
			for _, m := range v.members {
				if m.key == name {
					col.At = m.at
				}
			}
		}
		col.Col.Nullable = c.Nullable || !slices.Contains(s.Required, name)
		add(col)
	}
	for i, c := range cols { // required beside allOf
		if slices.Contains(s.Required, c.Name) && s.Properties[c.Name] == nil && !r.takesNull(s, c.Name) {
			cols[i].Col.Nullable = false
		}
	}
	return cols
}

// takesNull tells whether a part of allOf lets a property be null.
func (r *jsonSchemaReader) takesNull(s *jsonschema.Schema, name string) bool {
	for _, part := range append(slices.Clone(s.AllOf), s.Ref) {
		if part == nil || r.open[part] || !r.spend() {
			continue
		}
		if p := part.Properties[name]; p != nil && r.col(p).Nullable || r.takesNull(part, name) {
			return true
		}
	}
	return false
}

// order are the names of properties as written; those of another file sorted.
func (r *jsonSchemaReader) order(s *jsonschema.Schema) []string {
	var names []string
	if v := r.place(s, "/properties"); v != nil {
		for _, m := range v.members {
			if s.Properties[m.key] != nil && !slices.Contains(names, m.key) {
				names = append(names, m.key)
			}
		}
	}
	if len(names) == len(s.Properties) {
		return names
	}
	names = names[:0]
	for n := range s.Properties {
		names = append(names, n)
	}
	slices.Sort(names)
	return names
}

// col is the type of a schema; nullable if null is valid.
func (r *jsonSchemaReader) col(s *jsonschema.Schema) types.Col {
	if r.open[s] || !r.spend() {
		return required(types.TJSON)
	}
	r.open[s] = true
	defer delete(r.open, s)
	names, null := typeNames(s)
	switch {
	case s.Bool != nil:
		return nullable(types.TJSON)
	case len(s.OneOf) > 0 && len(names) == 0:
		return r.one(s.OneOf, null)
	case len(s.AnyOf) > 0 && len(names) == 0:
		return r.one(s.AnyOf, null)
	case s.Ref != nil && len(names) == 0 && len(s.Properties) == 0:
		return r.col(s.Ref)
	case len(names) == 0 && null:
		return nullable(types.TNull)
	case len(names) == 0 && len(s.AllOf) == 1 && len(s.Properties) == 0:
		return r.col(s.AllOf[0])
	case len(names) == 0 && (len(s.Properties) > 0 || len(s.AllOf) > 0):
		names = []string{"object"}
	case len(names) == 0:
		return nullable(types.TJSON)
	}
	var branches []types.Type
	for _, n := range names {
		branches = append(branches, r.simple(s, n))
	}
	return types.Col{Type: either(branches), Nullable: null}
}

// typeNames are the types that a schema allows, null aside: those it names, else those of its constants.
func typeNames(s *jsonschema.Schema) (names []string, null bool) {
	var all []string
	switch {
	case s.Types != nil && !s.Types.IsEmpty():
		all = s.Types.ToStrings()
	case s.Enum != nil:
		for _, v := range s.Enum.Values {
			all = append(all, typeOfConstant(v))
		}
	case s.Const != nil:
		all = append(all, typeOfConstant(*s.Const))
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

func typeOfConstant(v any) string {
	switch v.(type) {
	case nil:
		return "null"
	case string:
		return "string"
	case bool:
		return "boolean"
	case []any:
		return "array"
	case map[string]any:
		return "object"
	}
	if text := fmt.Sprint(v); !strings.ContainsAny(text, ".eE") {
		return "integer"
	}
	return "number"
}

// one is a value that fits one of several schemas.
func (r *jsonSchemaReader) one(of []*jsonschema.Schema, null bool) types.Col {
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

// simple is the type of a schema for values of one JSON type.
func (r *jsonSchemaReader) simple(s *jsonschema.Schema, name string) types.Type {
	switch name {
	case "boolean":
		return types.TBoolean
	case "integer":
		return types.TInteger
	case "number":
		if s.MultipleOf != nil {
			return fixedPoint(s)
		}
		return types.TFloat
	case "string":
		if s.ContentEncoding != nil && s.ContentEncoding.Name == "base64" {
			return types.TBytes
		}
		if s.Format != nil {
			if t, ok := jsonFormats[s.Format.Name]; ok {
				return t
			}
		}
		return types.TString
	case "array":
		return r.elements(s)
	}
	if cols := r.properties(s); len(cols) > 0 {
		return structure(cols)
	}
	if values, ok := s.AdditionalProperties.(*jsonschema.Schema); ok && values.Bool == nil {
		return mapOf(types.TString, known(r.col(values).Type))
	}
	return types.TJSON
}

// properties are those of a schema that col has entered.
func (r *jsonSchemaReader) properties(s *jsonschema.Schema) []Column {
	defer func() { r.open[s] = true }()
	return r.columns(s)
}

// fixedPoint is the type of numbers that are multiples of 0.1, 0.01, …: exact. Other steps say nothing about digits.
func fixedPoint(s *jsonschema.Schema) types.Type {
	scale, exact := s.MultipleOf.FloatPrec()
	if !exact || scale > types.MaxNarrow-6 {
		return types.TFloat
	}
	return types.TDecimal(types.MaxNarrow, scale)
}

func (r *jsonSchemaReader) elements(s *jsonschema.Schema) types.Type {
	items := s.Items2020
	if one, ok := s.Items.(*jsonschema.Schema); ok {
		items = one
	}
	_, tuple := s.Items.([]*jsonschema.Schema)
	if items == nil || tuple || len(s.PrefixItems) > 0 {
		return array(types.TJSON)
	}
	return array(known(r.col(items).Type))
}
