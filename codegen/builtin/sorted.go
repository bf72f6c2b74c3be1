package builtin

import (
	"github.com/dave/jennifer/jen"

	"github.com/velostream/veloc/codegen/emit"
	"github.com/velostream/veloc/compiler/types"
)

// sorted is an aggregate with ORDER BY: it keeps the arguments of all rows and what orders them, and gives them to the state of the aggregate, in order, when
// the result is asked for.
type sorted struct {
	emit.Aggregate
	cols []types.Col // the arguments, then the keys
	args int
	keys []emit.SortKey
}

// Sorted makes an aggregate over args take its rows in the order of keys, whose values follow the arguments.
func (code) Sorted(a emit.Aggregate, args []types.Col, keys []emit.SortKey) emit.Aggregate {
	s := &sorted{Aggregate: a, cols: append([]types.Col(nil), args...), args: len(args), keys: keys}
	for _, k := range keys {
		s.cols = append(s.cols, k.Col)
	}
	return emit.Aggregate{
		NullsToo: true, Ordered: true, // equal keys stay in the order of arrival
		Fields: []emit.StateField{{
			Name: "sorted", Type: jen.Qual(emit.SQLFn, "Rows").Types(s.row()), Add: s.add, Retract: s.remove, Merge: mergeInto, Form: s.form(), Grows: true,
		}},
		Final: s.final,
	}
}

// row is the Go type of what is kept of a row.
func (s *sorted) row() *jen.Statement {
	var fields []jen.Code
	for i, c := range s.cols {
		fields = append(fields, jen.Id(keyField(i)).Add(emit.FieldType(c)))
	}
	return jen.Struct(fields...)
}

// form is how the rows stand in a snapshot.
func (s *sorted) form() emit.Form {
	var members []emit.Member
	for i, c := range s.cols {
		members = append(members, emit.Member{Name: keyField(i), Col: c})
	}
	return emit.StateOfRowForm("sortedRow", members)
}

// add keeps a row, unless an argument is NULL that the aggregate skips.
func (s *sorted) add(b *emit.Block, f *jen.Statement, vals []emit.Value) {
	s.taking(b, vals, jen.Add(f).Dot("Add").Call(s.rowOf(vals, b.Kept)))
}

// remove takes back a row.
func (s *sorted) remove(b *emit.Block, f *jen.Statement, vals []emit.Value) {
	var members []emit.Member
	for i, c := range s.cols {
		members = append(members, emit.Member{Name: keyField(i), Col: c})
	}
	row := s.rowOf(vals, emit.Value.Arg)
	equal := jen.Func().Params(jen.List(jen.Id("x"), jen.Id("y")).Op("*").Add(s.row())).Bool().Block(jen.Return(b.EqualMembers(members, "x", "y")))
	s.taking(b, vals, jen.Add(f).Dot("Remove").Call(jen.Op("&").Add(row), equal))
}

// rowOf is what is kept of a row.
func (s *sorted) rowOf(vals []emit.Value, as func(v emit.Value) *jen.Statement) *jen.Statement {
	return s.row().ValuesFunc(func(g *jen.Group) {
		for i, v := range vals {
			code := as(v)
			if s.cols[i].Nullable {
				valid := jen.True()
				if v.Valid != nil {
					valid = jen.Add(v.Valid)
				}
				code = emit.RT("Null").Types(emit.GoType(v.Type)).Values(jen.Id("V").Op(":").Add(code), jen.Id("Valid").Op(":").Add(valid))
			}
			g.Add(code)
		}
	})
}

// taking writes code for rows that the aggregate takes.
func (s *sorted) taking(b *emit.Block, vals []emit.Value, code *jen.Statement) {
	if valid := emit.AllValid(vals[:s.args]...); valid != nil && !s.NullsToo {
		code = jen.If(valid).Block(code)
	}
	b.Add(code)
}

// final sorts the rows and adds them to a state of its own.
func (s *sorted) final(b *emit.Block, f []*jen.Statement) emit.Value {
	if len(s.keys) > 0 {
		b.Add(jen.Add(f[0]).Dot("Sort").Call(s.compare(b)))
	}
	var state []*jen.Statement
	for _, inner := range s.Fields {
		name := b.Names.Unique(emit.Local(inner.Name))
		b.Add(jen.Var().Id(name).Add(inner.Type))
		state = append(state, jen.Id(name))
	}
	in := b.Inner()
	row := in.Names.Unique("row")
	var vals []emit.Value
	for i, c := range s.cols[:s.args] {
		v := emit.Field(c, jen.Id(row).Dot(keyField(i)))
		if !s.NullsToo {
			v.Valid = nil
		}
		vals = append(vals, v)
	}
	for i, inner := range s.Fields {
		inner.Add(in, state[i], append([]emit.Value(nil), vals...))
	}
	b.Add(jen.For(jen.List(jen.Id("_"), jen.Id(row)).Op(":=").Range().Add(f[0]).Dot("List").Call()).Block(in.Code()...))
	return s.Final(b, state)
}

// compare is a Go function that orders two rows by the keys.
func (s *sorted) compare(b *emit.Block) *jen.Statement {
	var parts []jen.Code
	for i, k := range s.keys {
		field := keyField(s.args + i)
		compare, x, y := b.Comparator(k.Col.Type), jen.Id("a").Dot(field), jen.Id("b").Dot(field)
		switch {
		case k.Col.Nullable:
			parts = append(parts, symbol("CompareNulls").Call(x, y, jen.Lit(k.Desc), jen.Lit(k.NullsFirst), compare))
		case k.Desc:
			parts = append(parts, jen.Add(compare).Call(y, x))
		default:
			parts = append(parts, jen.Add(compare).Call(x, y))
		}
	}
	order := parts[0]
	if len(parts) > 1 {
		order = jen.Qual("cmp", "Or").Call(parts...)
	}
	return jen.Func().Params(jen.List(jen.Id("a"), jen.Id("b")).Op("*").Add(s.row())).Int().Block(jen.Return(order))
}
