package bind

import (
	"fmt"
	"strings"

	"github.com/velostream/veloc/compiler/expr"
	"github.com/velostream/veloc/compiler/types"
	"github.com/velostream/veloc/grammar"
	"github.com/velostream/veloc/grammar/diag"
	"github.com/velostream/veloc/grammar/source"
)

// arrayOf binds ARRAY[…]: its elements convert to the type that they have in common.
func (s *scope) arrayOf(at source.Span, list []grammar.Expr) expr.Expr {
	elems := s.exprs(list)
	col, ok := s.commonOf("ARRAY", elems)
	if !ok {
		return invalid(at)
	}
	return s.made(at, types.TArray(col), elems, func(int) types.Type { return col.Type })
}

// mapOf binds MAP[key, value, …]. The keys have one type, and so have the values.
func (s *scope) mapOf(at source.Span, keys, values []grammar.Expr) expr.Expr {
	ks, vs := s.exprs(keys), s.exprs(values)
	key, okk := s.commonOf("the keys of a MAP", ks)
	value, okv := s.commonOf("the values of a MAP", vs)
	if !okk || !okv {
		return invalid(at)
	}
	if key.Type.Kind == types.Null {
		key.Type = types.TString
	}
	if !key.Type.MapKey() {
		s.report(diag.NoOperator(at, "MAP", "keys of type "+key.Type.String()))
		return invalid(at)
	}
	parts := make([]expr.Expr, 0, 2*len(ks))
	for i := range ks {
		parts = append(parts, ks[i], vs[i])
	}
	return s.made(at, types.TMap(key.Type, value), parts, func(i int) types.Type {
		if i%2 == 0 {
			return key.Type
		}
		return value.Type
	})
}

// rowOf binds (a, b), ROW(a, b) and STRUCT(a AS x, b). The fields of the first two are called f0, f1, …; those of a STRUCT by their names, by
// the column that they are, or by their place as well. STRUCT('x', a, 'y', b) names them by texts.
func (s *scope) rowOf(e *grammar.RowLit) expr.Expr {
	named := strings.HasPrefix(strings.ToUpper(e.Span().Text()), "STRUCT")
	elems, names := e.Elems, make([]string, len(e.Elems))
	if texts, values := namedByTexts(e); named && texts != nil {
		elems, names = values, texts
	} else {
		for i, x := range e.Elems {
			names[i] = fmt.Sprintf("f%d", i)
			if c, ok := x.(*grammar.Column); ok && named {
				names[i] = c.Parts[len(c.Parts)-1].Name
			}
			if e.Names[i] != nil {
				names[i] = e.Names[i].Name
			}
		}
	}
	parts := s.exprs(elems)
	if anyInvalid(parts) {
		return invalid(e.Span())
	}
	t := types.TStruct()
	for i, p := range parts {
		for _, f := range t.Fields {
			if f.Name == names[i] {
				s.report(diag.DuplicateColumn(elems[i].Span(), names[i], elems[0].Span(), elems[i].Span(), fmt.Sprintf("%s_%d", names[i], i+1)))
				return invalid(e.Span())
			}
		}
		t.Fields = append(t.Fields, types.Field{Name: names[i], Col: types.Col{Type: p.Col().Type, Nullable: nullable(p)}})
	}
	return s.made(e.Span(), t, parts, func(i int) types.Type { return t.Fields[i].Col.Type })
}

// namedByTexts splits 'x', a, 'y', b into names and values; nil if there are no such pairs.
func namedByTexts(e *grammar.RowLit) (names []string, values []grammar.Expr) {
	if len(e.Elems) == 0 || len(e.Elems)%2 != 0 {
		return nil, nil
	}
	for i := 0; i < len(e.Elems); i += 2 {
		text, ok := e.Elems[i].(*grammar.String)
		if !ok || e.Names[i] != nil || e.Names[i+1] != nil {
			return nil, nil
		}
		names, values = append(names, text.Value), append(values, e.Elems[i+1])
	}
	return names, values
}

// commonOf is the type that values have in common, and whether one can be NULL. That they have none is reported.
func (s *scope) commonOf(what string, values []expr.Expr) (types.Col, bool) {
	t, ok := s.common(what, values)
	col := types.Col{Type: t, Nullable: len(values) == 0}
	for _, v := range values {
		col.Nullable = col.Nullable || nullable(v)
	}
	return col, ok
}

// made builds a value of type t out of parts, each converted to the type that it has there.
func (s *scope) made(at source.Span, t types.Type, parts []expr.Expr, want func(i int) types.Type) expr.Expr {
	out := &expr.Make{Node: expr.Node{T: types.Col{Type: t}, At: at}, Parts: make([]expr.Expr, len(parts))}
	for i, p := range parts {
		out.Parts[i] = s.convert(p, want(i))
		if isInvalid(out.Parts[i]) {
			return invalid(at)
		}
	}
	return out
}

// convertParts makes a value that is being built one of type t by converting its parts.
func (s *scope) convertParts(e *expr.Make, t types.Type) expr.Expr {
	return s.made(e.At, t, e.Parts, func(i int) types.Type {
		switch {
		case t.Kind == types.Struct:
			return t.Fields[i].Col.Type
		case t.Kind == types.Map && i%2 == 0:
			return *t.Key
		}
		return *t.Elem
	})
}

// subscript binds x[i]: an element of an ARRAY, the value of a MAP's key, or a field of a STRUCT by its name.
func (s *scope) subscript(e *grammar.Subscript) expr.Expr {
	x, index := s.expr(e.X), s.expr(e.Index)
	at := e.Span()
	if isInvalid(x) || isInvalid(index) {
		return invalid(at)
	}
	t := x.Col().Type
	want := types.TInteger
	switch t.Kind {
	case types.Array:
	case types.Map:
		want = *t.Key
	case types.Struct:
		if name, ok := e.Index.(*grammar.String); ok {
			return s.fieldNamed(x, e.X.Span().Snippet(40), name.Value, name.Span())
		}
		s.report(diag.NoOperator(at, "[ ]", typeName(x), typeName(index)))
		return invalid(at)
	default:
		s.report(diag.NoOperator(at, "[ ]", typeName(x), typeName(index)))
		return invalid(at)
	}
	if it := arg(index).Beside(want); !types.Implicit(it, want) {
		s.report(diag.NoOperator(at, "[ ]", typeName(x), typeName(index)))
		return invalid(at)
	}
	if index = s.convert(index, want); isInvalid(index) {
		return invalid(at)
	}
	return &expr.Element{Node: expr.Node{T: types.Col{Type: *t.Elem, Nullable: true}, At: at}, X: x, Index: index}
}

// atTimeZone binds ts AT TIME ZONE zone: what a clock there shows.
func (s *scope) atTimeZone(e *grammar.AtTimeZone) expr.Expr {
	return s.scalar(e.Span(), "FROM_UTC_TIMESTAMP", []expr.Expr{s.expr(e.X), s.expr(e.Zone)})
}

// constructor binds ARRAY(…) and MAP(key, value, …), which are ARRAY[…] and MAP[…] in the form of calls.
func (s *scope) constructor(c *grammar.Call, name string) (expr.Expr, bool) {
	switch {
	case s.fns.Scalar(name) != nil || c.Star:
	case name == "ARRAY":
		return s.arrayOf(c.Span(), c.Args), true
	case name == "MAP" && len(c.Args)%2 == 0:
		var keys, values []grammar.Expr
		for i := 0; i < len(c.Args); i += 2 {
			keys, values = append(keys, c.Args[i]), append(values, c.Args[i+1])
		}
		return s.mapOf(c.Span(), keys, values), true
	}
	return nil, false
}
