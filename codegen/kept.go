package codegen

import (
	"github.com/dave/jennifer/jen"

	"github.com/velostream/veloc/codegen/emit"
	"github.com/velostream/veloc/compiler/expr"
	"github.com/velostream/veloc/compiler/types"
)

// keptRow is a generated struct for rows that outlive their chunk. Texts and nested values in it are copied into memory of the struct's
// own, which the next row in it uses again.
type keptRow struct {
	name   string
	fields []keptField
	names  *emit.Names
}

type keptField struct {
	name string
	col  types.Col
	of   expr.Expr // what the row has there; nil: a result
	view bool      // it shares the memory of other kept rows, and is copied nowhere
	sql  string
}

func (g *gen) newKept(name string) *keptRow {
	return &keptRow{name: g.names.Unique(name), names: emit.NewNames("part", "ts", "group", "rejected", "waits")}
}

// add gives the row a field for the value of e, and returns its position. Equal expressions share one.
func (k *keptRow) add(hint string, e expr.Expr) int {
	for i, f := range k.fields {
		if f.of != nil && sameValue(f.of, e) {
			return i
		}
	}
	k.fields = append(k.fields, keptField{name: k.names.Unique(emit.Exported(hint)), col: e.Col(), of: e, sql: hint})
	return len(k.fields) - 1
}

// sameValue tells whether x, which is kept, can be read where y is asked for: a column that may be NULL elsewhere may be known not to be
// where y stands.
func sameValue(x, y expr.Expr) bool {
	a, ok := x.(*expr.Column)
	b, same := y.(*expr.Column)
	if ok && same {
		return a.Index == b.Index
	}
	return expr.Equal(x, y)
}

// result gives the row a field for what is computed of it.
func (k *keptRow) result(hint string, col types.Col, view bool) int {
	k.fields = append(k.fields, keptField{name: k.names.Unique(emit.Exported(hint)), col: col, view: view, sql: hint})
	return len(k.fields) - 1
}

// inText tells whether the field holds its value as bytes of its own.
func (f keptField) inText() bool {
	switch f.col.Type.Kind {
	case types.String, types.JSON, types.Bytes:
		return !f.view
	}
	return false
}

func (f keptField) goType() *jen.Statement {
	if f.inText() {
		return jen.Qual(emit.SQLFn, "KeptText")
	}
	return emit.FieldType(f.col)
}

// read is field i of the row that from points to.
func (k *keptRow) read(i int, from *jen.Statement) emit.Value {
	f := k.fields[i]
	at := jen.Add(from).Dot(f.name)
	if !f.inText() {
		return emit.Field(f.col, at)
	}
	v := emit.Named(f.col.Type, jen.Add(at).Dot("Text").Call())
	if f.col.Nullable {
		v.Valid = jen.Add(at).Dot("Valid")
	}
	return v
}

// readAs is field i as the value of e.
func (k *keptRow) readAs(i int, e expr.Expr, from *jen.Statement) emit.Value {
	v := k.read(i, from)
	if !e.Col().Nullable {
		v.Valid = nil
	}
	return v
}

// set copies v into field i of the row that to points to.
func (k *keptRow) set(b *emit.Block, i int, to *jen.Statement, v emit.Value) {
	f := k.fields[i]
	at := jen.Add(to).Dot(f.name)
	valid := jen.True()
	if v.Valid != nil {
		valid = jen.Add(v.Valid)
	}
	owned := !f.view && f.col.Type.Nested()
	switch {
	case v.IsConst && v.Const == nil && !f.inText():
		b.Add(at.Dot("Valid").Op("=").False())
	case f.inText():
		b.Add(at.Dot("Set").Call(v.Arg(), valid))
	case owned && f.col.Nullable:
		keep := emit.Nested{Statics: b.Func.Statics}.Keep(f.col.Type).Call(jen.Op("&").Add(at).Dot("V"), v.Arg())
		b.Add(jen.If(jen.Add(at).Dot("Valid").Op("=").Add(valid), jen.Add(at).Dot("Valid")).Block(keep))
	case owned:
		b.Add(emit.Nested{Statics: b.Func.Statics}.Keep(f.col.Type).Call(jen.Op("&").Add(at), v.Arg()))
	case f.col.Nullable:
		b.Add(jen.List(jen.Add(at).Dot("V"), jen.Add(at).Dot("Valid")).Op("=").List(v.Arg(), valid))
	default:
		b.Add(at.Op("=").Add(v.Arg()))
	}
}

// declare is the struct's declaration; more are fields that are no columns.
func (k *keptRow) declare(doc string, more ...jen.Code) *jen.Statement {
	return jen.Comment(doc).Line().Type().Id(k.name).StructFunc(func(s *jen.Group) {
		for _, f := range k.fields {
			s.Id(f.name).Add(f.goType()).Comment(f.sql + " " + f.col.String())
		}
		for _, m := range more {
			s.Add(m)
		}
	}).Line()
}
