package builtin

import (
	"maps"

	"github.com/dave/jennifer/jen"

	"github.com/velostream/veloc/codegen/emit"
	"github.com/velostream/veloc/compiler/types"
)

// User is a function or an aggregate that the user wrote in Go. Its parameters and result are of the kinds Boolean, Integer, Float,
// String and Timestamp.
type User struct {
	Signature string // as in the entries of this package
	Path      string // import path
	Symbol    string // a function, or the type of an aggregate with methods Add, Merge and Result
	Aggregate bool
	Maybe     bool // also returns whether there is a result
	Fails     bool // also returns an error
}

// With is the registry with functions of the user's beside those of the language: for binding, and for code generation.
func With(users []User) (set, code) {
	if len(users) == 0 {
		return Set, Code
	}
	s := set{scalars: maps.Clone(Set.scalars), aggregates: maps.Clone(Set.aggregates), windows: Set.windows}
	for _, u := range users {
		sig := types.MustSignature(u.Signature)
		doc := "A function of yours: " + u.Path + "." + u.Symbol + "."
		if u.Aggregate {
			delete(s.scalars, sig.Name)
			s.aggregates[sig.Name] = &Aggregate{Name: sig.Name, Doc: doc, Overloads: []AggregateOverload{{Sig: sig, State: u.state}}}
			continue
		}
		delete(s.aggregates, sig.Name)
		s.scalars[sig.Name] = &Function{Name: sig.Name, Doc: doc, Overloads: []Overload{{Sig: sig, Emit: u.call}}}
	}
	return s, code{s}
}

// call writes a call. The function gets texts of its own, because it may keep them; those of a row last only as long as its chunk.
func (u User) call(c *Call) emit.Value {
	call := jen.Qual(u.Path, u.Symbol).Call(given(c.Args)...)
	switch {
	case u.Fails:
		return c.B.Try(u.Symbol, c.Type, received(c.Type, "Failing", call), c.Args...)
	case u.Maybe:
		return c.B.Maybe(u.Symbol, c.Type, received(c.Type, "Optional", call), c.Args...)
	case c.Type.Kind == types.Timestamp:
		call = call.Dot("UnixNano").Call()
	}
	valid := emit.AllValid(c.Args...)
	if valid == nil {
		return c.sure(call)
	}
	v := c.fresh(emit.Local(u.Symbol)).With(valid) // user code does not have to be ready for the zero values that stand for NULL
	c.B.Add(jen.If(jen.Add(valid)).Block(jen.Add(v.Code).Op("=").Add(call)))
	return v
}

// given are arguments as user code takes them.
func given(args []emit.Value) []jen.Code {
	var out []jen.Code
	for _, a := range args {
		switch a.Type.Kind {
		case types.String:
			if a.IsConst {
				out = append(out, typed(a))
				continue
			}
			out = append(out, jen.Qual("strings", "Clone").Call(a.Arg()))
		case types.Timestamp:
			out = append(out, jen.Qual("time", "Unix").Call(jen.Lit(0), a.Arg()).Dot("UTC").Call())
		default:
			out = append(out, typed(a))
		}
	}
	return out
}

// received is a call with two results, of which the first is as the program holds it.
func received(t types.Type, kind string, call *jen.Statement) *jen.Statement {
	if t.Kind == types.Timestamp {
		return jen.Qual(emit.SQLFn, kind+"Time").Call(call)
	}
	return call
}

// state is the accumulator of an aggregate: a value of the user's type.
func (u User) state(t types.Col, _ []types.Col, _ []any) emit.Aggregate {
	return emit.Aggregate{
		Ordered: true, // what Merge makes of two states may depend on their order
		Fields: []emit.StateField{{
			Name: u.Symbol, Type: jen.Qual(u.Path, u.Symbol), Key: u.Path + "." + u.Symbol,
			Add: func(b *emit.Block, field *jen.Statement, args []emit.Value) {
				b.Add(jen.Add(field).Dot("Add").Call(given(args)...))
			},
			Merge: func(b *emit.Block, dst, src *jen.Statement) {
				b.Add(jen.Add(dst).Dot("Merge").Call(jen.Op("&").Add(src)))
			},
		}},
		Final: func(b *emit.Block, fields []*jen.Statement) emit.Value {
			call := jen.Add(fields[0]).Dot("Result").Call()
			switch {
			case u.Maybe:
				return b.Maybe(u.Symbol, t.Type, received(t.Type, "Optional", call))
			case t.Type.Kind == types.Timestamp:
				call = call.Dot("UnixNano").Call()
			}
			return emit.Of(t.Type, emit.PrecUnary, call)
		},
	}
}
