package codegen

import (
	"fmt"

	"github.com/dave/jennifer/jen"

	"github.com/velostream/veloc/codegen/emit"
	"github.com/velostream/veloc/compiler/expr"
	"github.com/velostream/veloc/compiler/plan"
)

// scope is what expressions of one operator can read: the columns of its input row, and what the source knows of the row.
type scope struct {
	g    *gen
	cols []emit.Value
	in   []*rowField // by column: the field of the source row that holds it as it is, or nil; empty behind other operators
	meta func(b *emit.Block, m *expr.Meta) emit.Value
}

// rowScope reads the columns from the fields of a struct.
func (g *gen) rowScope(row *rowType, schema plan.Schema, fields []int, from *jen.Statement) *scope {
	s := &scope{g: g}
	for i := range schema {
		s.cols = append(s.cols, row.read(fields[i], from))
	}
	return s
}

// source is the field of the source row that an expression reads as it is; nil if it computes something.
func (s *scope) source(e expr.Expr) *rowField {
	if c, ok := e.(*expr.Column); ok && c.Index < len(s.in) {
		return s.in[c.Index]
	}
	return nil
}

// column is column i of the input, without a NULL check where the plan has shown that it cannot be NULL here.
func (s *scope) column(e *expr.Column) emit.Value {
	if e.Index >= len(s.cols) {
		panic(fmt.Sprintf("bug: column %d (%s) of a row of %d", e.Index, e.Name, len(s.cols)))
	}
	v := s.cols[e.Index]
	if !e.T.Nullable {
		v.Valid = nil
	}
	return v
}
