package codegen

import (
	"github.com/dave/jennifer/jen"

	"github.com/velostream/veloc/codegen/emit"
	"github.com/velostream/veloc/compiler/plan"
	"github.com/velostream/veloc/compiler/types"
)

// rowType is a generated struct with one field per column.
type rowType struct {
	name   string
	fields []rowField
	// escaped, of rows that are decoded from JSON, is set when an encoder asks for the field of that name: whether texts of the row
	// had escapes. All others can be copied into JSON as they are.
	escaped *bool
}

type rowField struct {
	name string
	sql  string
	col  types.Col
	view bool      // a text behind which memory can be read, as emit.Value says
	in   *rowField // the field of the source row r that holds the column; nil: the struct has a field of its own
}

// newRow names a struct for the given columns; the caller puts its declaration into a file.
func (g *gen) newRow(name string, columns []rowField) *rowType {
	r := &rowType{name: g.names.Unique(name)}
	names := emit.NewNames()
	for _, c := range columns {
		c.name = names.Unique(emit.Exported(c.sql))
		r.fields = append(r.fields, c)
	}
	return r
}

// schemaRow is newRow for an operator's output.
func (g *gen) schemaRow(name string, schema plan.Schema) *rowType {
	var cols []rowField
	for _, c := range schema {
		cols = append(cols, rowField{sql: c.Name, col: c.Col})
	}
	return g.newRow(name, cols)
}

// read is field i of the row that from selects.
func (r *rowType) read(i int, from *jen.Statement) emit.Value {
	return emit.Field(r.fields[i].col, r.field(i, from))
}

// field selects field i of the row from, or of the source row.
func (r *rowType) field(i int, from *jen.Statement) *jen.Statement {
	f := r.fields[i]
	if f.in == nil {
		return jen.Add(from).Dot(f.name)
	}
	s := jen.Id("r").Dot(f.in.name)
	if f.in.col.Nullable && !f.col.Nullable {
		s = s.Dot("V")
	}
	return s
}

// reads tells which rows the fields of r are read from: the source row, a struct of r's own, or both.
func (r *rowType) reads() (source, own bool) {
	for _, f := range r.fields {
		source = source || f.in != nil
		own = own || f.in == nil
	}
	return source, own || !source
}

// declare is the struct's declaration.
func (r *rowType) declare(doc string) *jen.Statement {
	return jen.Comment(doc).Line().Type().Id(r.name).StructFunc(func(s *jen.Group) {
		for _, f := range r.fields {
			if f.in != nil {
				continue
			}
			s.Id(f.name).Add(emit.FieldType(f.col)).Comment(f.sql + " " + f.col.String())
		}
		if r.escaped != nil && *r.escaped {
			s.Id("escaped").Bool().Comment("some text had escapes")
		}
	}).Line()
}

// assign stores v into field i of the row that to selects, field by field: a composite literal would be built on the stack and
// copied, which costs more than the rest of a row (docs/performance.md).
func (r *rowType) assign(b *emit.Block, i int, to *jen.Statement, v emit.Value) {
	f := r.fields[i]
	if f.in != nil {
		return
	}
	field := jen.Add(to).Dot(f.name)
	switch {
	case !f.col.Nullable:
		b.Add(field.Op("=").Add(v.Arg()))
	case v.IsConst && v.Const == nil:
		b.Add(field.Dot("Valid").Op("=").False())
	case v.Valid == nil:
		b.Add(jen.List(jen.Add(to).Dot(f.name).Dot("V"), jen.Add(to).Dot(f.name).Dot("Valid")).Op("=").List(v.Arg(), jen.True()))
	default:
		b.Add(jen.List(jen.Add(to).Dot(f.name).Dot("V"), jen.Add(to).Dot(f.name).Dot("Valid")).Op("=").List(v.Arg(), jen.Add(v.Valid)))
	}
}
