package udf

import (
	gotypes "go/types"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/velostream/veloc/compiler/types"
)

// plainNames are the Go types of values that are handed to user code, by kind.
var plainNames = map[types.Kind]string{
	types.Boolean: "bool", types.Integer: "int64", types.Float: "float64", types.Decimal: "*big.Rat", types.String: "string", types.Bytes: "[]byte",
	types.Timestamp: "time.Time", types.Date: "time.Time", types.Time: "time.Duration", types.Interval: "time.Duration", types.UUID: "[16]byte",
}

// crosses tells whether Go code can take and give values of t. The keys of a Go map are compared by ==, so they are values without pointers.
func crosses(t types.Type) bool {
	switch t.Kind {
	case types.Array:
		return crosses(*t.Elem)
	case types.Map:
		return t.Key.Kind != types.Decimal && t.Key.Kind != types.Bytes && plainNames[t.Key.Kind] != "" && crosses(*t.Elem)
	case types.Struct:
		for _, f := range t.Fields {
			if !crosses(f.Col.Type) {
				return false
			}
		}
		return true
	}
	return plainNames[t.Kind] != ""
}

// goName is the Go type of a value that is handed to user code, as a declaration would name it; that of a STRUCT is a type of the user's with such fields.
func goName(t types.Type, nullable bool) string {
	text := plainNames[t.Kind]
	switch t.Kind {
	case types.Array:
		text = "[]" + goName(*t.Elem, t.ElemCol().Nullable)
	case types.Map:
		text = "map[" + goName(*t.Key, false) + "]" + goName(*t.Elem, t.ElemCol().Nullable)
	case types.Struct:
		var fields []string
		for _, f := range t.Fields {
			fields = append(fields, goField(f.Name)+" "+goName(f.Col.Type, f.Col.Nullable))
		}
		text = "struct{" + strings.Join(fields, "; ") + "}"
	}
	if nullable && t.Kind != types.Decimal {
		return "*" + text
	}
	return text
}

// goField is the name under which a Go struct is asked for a field: unit_price is UnitPrice.
func goField(name string) string {
	var b strings.Builder
	for _, word := range strings.FieldsFunc(name, func(r rune) bool { return r == '_' }) {
		first, n := utf8.DecodeRuneInString(word)
		b.WriteString(string(unicode.ToUpper(first)) + word[n:])
	}
	return b.String()
}

// fit finds how a Go type holds values of t; ok is false if it does not. Nullable ones are pointers to what others are.
func fit(t types.Type, nullable bool, g gotypes.Type) (v types.GoValue, ok bool) {
	v = types.GoValue{Type: t, Pointer: nullable}
	if nullable && t.Kind != types.Decimal {
		p, isPointer := g.(*gotypes.Pointer)
		if !isPointer {
			return v, false
		}
		g = p.Elem()
	}
	switch t.Kind {
	case types.Array:
		s, isSlice := g.(*gotypes.Slice)
		return v, isSlice && part(&v, "", t.ElemCol(), s.Elem())
	case types.Map:
		m, isMap := g.(*gotypes.Map)
		return v, isMap && part(&v, "", types.Col{Type: *t.Key}, m.Key()) && part(&v, "", t.ElemCol(), m.Elem())
	case types.Struct:
		return v, fields(&v, g)
	}
	return v, typeText(g) == plainNames[t.Kind]
}

// part adds how g holds a part of v.
func part(v *types.GoValue, field string, c types.Col, g gotypes.Type) bool {
	p, ok := fit(c.Type, c.Nullable, g)
	p.Field = field
	v.Parts = append(v.Parts, p)
	return ok
}

// fields adds how the fields of a Go struct hold those of a STRUCT: for each there is one of its name, in any order, and there are no others.
func fields(v *types.GoValue, g gotypes.Type) bool {
	named, ok := g.(*gotypes.Named)
	if !ok || !named.Obj().Exported() || named.TypeArgs() != nil {
		return false
	}
	s, ok := named.Underlying().(*gotypes.Struct)
	if !ok || s.NumFields() != len(v.Type.Fields) {
		return false
	}
	v.Package, v.Name = named.Obj().Pkg().Path(), named.Obj().Name()
	for _, f := range v.Type.Fields {
		found := false
		for g := range s.Fields() {
			if g.Exported() && strings.EqualFold(g.Name(), strings.ReplaceAll(f.Name, "_", "")) {
				found = part(v, g.Name(), f.Col, g.Type())
			}
		}
		if !found {
			return false
		}
	}
	return true
}
