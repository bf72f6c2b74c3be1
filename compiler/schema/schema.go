package schema

import (
	"fmt"

	"github.com/velostream/veloc/compiler/types"
	"github.com/velostream/veloc/grammar/source"
)

// Language is one in which schemas are written.
type Language string

// The languages.
const (
	Avro       Language = "Avro"
	Protobuf   Language = "Protobuf"
	JSONSchema Language = "JSON Schema"
)

// OfSuffix is the language of schema files whose names end with suffix, such as ".avsc".
func OfSuffix(suffix string) (Language, bool) {
	l, ok := map[string]Language{".avsc": Avro, ".proto": Protobuf, ".json": JSONSchema, ".jsonschema": JSONSchema}[suffix]
	return l, ok
}

// LooksLikeAvro tells whether a JSON text is an Avro schema rather than a JSON Schema, which never has fields.
func LooksLikeAvro(text string) bool {
	v, bad := parseJSON(source.New("", text))
	return bad == nil && v.object && v.word("type") == "record" && v.get("fields") != nil
}

// Column is one column that a schema declares.
type Column struct {
	Name string
	Col  types.Col
	At   source.Span // of its name in the schema
}

// Problem is a reason why a schema cannot be read. The zero span is the schema as a whole.
type Problem struct {
	At   source.Span
	Text string
}

// Options say what is around the text of a schema.
type Options struct {
	Record string // name of the record or message that rows are; empty: there is one only, or it is called like Name
	Name   string // of the source, to choose among several messages
	// References are the schemas that this one uses, by the names that it uses for them: paths in Protobuf and JSON Schema, full names
	// of types in Avro. What is not among them is looked for beside the file.
	References []Reference
}

// Reference is a schema that another one uses.
type Reference struct{ Name, Text string }

// Read reads the columns that a schema declares. The name of f is the path of its file, from which paths inside start.
func Read(l Language, f *source.File, o Options) ([]Column, []Problem) {
	switch l {
	case Avro:
		return readAvro(f, o)
	case Protobuf:
		return readProto(f, o)
	case JSONSchema:
		return readJSONSchema(f, o)
	}
	panic("bug: no such language: " + string(l))
}

// nullable is a column that may be NULL.
func nullable(t types.Type) types.Col { return types.Col{Type: t, Nullable: true} }

// required is a column that may not.
func required(t types.Type) types.Col { return types.Col{Type: t} }

func array(elem types.Type) types.Type { return types.Type{Kind: types.Array, Elem: &elem} }

func mapOf(key, elem types.Type) types.Type {
	return types.Type{Kind: types.Map, Key: &key, Elem: &elem}
}

// structure is a STRUCT of columns; one without fields can hold anything.
func structure(cols []Column) types.Type {
	t := types.Type{Kind: types.Struct}
	for _, c := range cols {
		t.Fields = append(t.Fields, types.Field{Name: c.Name, Col: c.Col})
	}
	if len(t.Fields) == 0 {
		return types.TJSON
	}
	return t
}

// either is the type of values that are of one of several types: the widest number, or JSON.
func either(branches []types.Type) types.Type {
	t := branches[0]
	for _, u := range branches[1:] {
		switch {
		case t.Equal(u):
		case t.Numeric() && u.Numeric() && (t.Kind == types.Float || u.Kind == types.Float):
			t = types.TFloat
		default:
			return types.TJSON
		}
	}
	return t
}

// decimal is DECIMAL(precision, scale), or what is wrong with it.
func decimal(precision, scale int) (types.Type, error) {
	switch {
	case precision < 1 || precision > types.MaxPrecision:
		return types.TInvalid, fmt.Errorf("DECIMAL holds from 1 to %d digits, not %d", types.MaxPrecision, precision)
	case scale < 0 || scale > precision:
		return types.TInvalid, fmt.Errorf("of %d digits, from 0 to %[1]d can follow the point, not %d", precision, scale)
	}
	return types.TDecimal(precision, scale), nil
}

// maxFields bounds how many fields a schema may have in all, since types that name each other can stand for any number of them.
const maxFields = 10_000

// budget counts the fields that a reader has made.
type budget struct{ fields int }

// spend tells whether there may be one more.
func (b *budget) spend() bool {
	b.fields++
	return b.fields <= maxFields
}

// tooLarge is the problem of a schema with more.
func tooLarge(at source.Span) Problem {
	return Problem{at, fmt.Sprintf("its types stand for more than %d fields", maxFields)}
}
