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
}

type rowField struct {
	name string
	sql  string
	col  types.Col
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
	f := r.fields[i]
	return emit.Field(f.col, jen.Add(from).Dot(f.name))
}

// declare is the struct's declaration.
func (r *rowType) declare(doc string) *jen.Statement {
	return jen.Comment(doc).Line().Type().Id(r.name).StructFunc(func(s *jen.Group) {
		for _, f := range r.fields {
			s.Id(f.name).Add(emit.FieldType(f.col)).Comment(f.sql + " " + f.col.String())
		}
	}).Line()
}

// assign stores v into field i of the row that to selects, field by field: a composite literal would be built on the stack and
// copied, which costs more than the rest of a row (docs/performance.md).
func (r *rowType) assign(b *emit.Block, i int, to *jen.Statement, v emit.Value) {
	f := r.fields[i]
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
