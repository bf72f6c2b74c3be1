package builtin

import (
	"maps"
	"slices"

	"github.com/dave/jennifer/jen"

	"github.com/velostream/veloc/codegen/emit"
	"github.com/velostream/veloc/compiler/types"
)

// User is a function or an aggregate that the user wrote in Go. Its parameters and result are of types that compiler/udf allows.
type User struct {
	Signature string // as in the entries of this package
	Path      string // import path
	Takes     []types.GoValue
	Gives     types.GoValue
	Symbol    string // a function, or the type of an aggregate with methods Add, Merge and Result
	Aggregate bool
	Stored    bool // the aggregate has the methods Append and Decode
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
		o := Overload{Sig: sig, Emit: u.call}
		if u.seesNulls() && !u.Maybe {
			o = o.nullable(u.nullable)
		}
		s.scalars[sig.Name] = &Function{Name: sig.Name, Doc: doc, NullAware: u.seesNulls(), Overloads: []Overload{o}}
	}
	return s, code{s}
}

// seesNulls tells whether some parameter is a pointer, so that the function is called where its argument is NULL.
func (u User) seesNulls() bool {
	return slices.ContainsFunc(u.Takes, func(v types.GoValue) bool { return v.Pointer })
}

// nullable tells whether an argument can be NULL for which the function is not called.
func (u User) nullable(args []types.Arg) bool {
	for i, a := range args {
		if !u.Takes[i].Pointer && a.CanBeNull() {
			return true
		}
	}
	return false
}

// strict are the arguments for which it is not called where they are NULL.
func (u User) strict(args []emit.Value) (out []emit.Value) {
	for i, a := range args {
		if !u.Takes[i].Pointer {
			out = append(out, a)
		}
	}
	return out
}

// call writes a call. The function gets texts of its own, because it may keep them; those of a row last only as long as its chunk.
func (u User) call(c *Call) emit.Value {
	strict := u.strict(c.Args)
	if slices.ContainsFunc(strict, isNull) {
		return null(c.Type)
	}
	return u.result(c.B, c.Type, jen.Qual(u.Path, u.Symbol).Call(u.given(c.B, c.Args)...), strict...)
}

// given are the arguments as the function takes them.
func (u User) given(b *emit.Block, args []emit.Value) []jen.Code {
	var out []jen.Code
	for i, a := range args {
		out = append(out, crossing{b.Func.Statics}.give(u.Takes[i], a))
	}
	return out
}

// result is what a call of user code gives: as the program holds it, and NULL where an argument is NULL. User code does not have to be ready for the zero values
// that stand for NULL, so it is not called then.
func (u User) result(b *emit.Block, t types.Type, call *jen.Statement, args ...emit.Value) emit.Value {
	valid := emit.AllValid(args...)
	switch {
	case valid == nil && !u.Fails && !u.Maybe:
		return emit.Of(t, emit.PrecUnary, crossing{b.Func.Statics}.take(b, u.Gives, call))
	case u.Gives.Plain() && u.Fails:
		return b.Try(u.Symbol, t, call, args...)
	case u.Gives.Plain() && u.Maybe:
		return b.Maybe(u.Symbol, t, call, args...)
	}
	name := b.Names.Unique(emit.Local(u.Symbol))
	v := emit.Named(t, jen.Id(name)).With(valid)
	b.Add(jen.Var().Id(name).Add(emit.GoType(t)))
	if u.Maybe {
		v.Valid = jen.Id(b.Names.Unique(name + "Valid"))
		b.Add(jen.Var().Add(v.Valid).Bool())
	}
	in := b.Inner()
	u.receive(in, v, call)
	switch {
	case valid != nil:
		b.Add(jen.If(jen.Add(valid)).Block(in.Code()...))
	default:
		b.Splice(in)
	}
	return v
}

// receive sets v to what a call gives.
func (u User) receive(b *emit.Block, v emit.Value, call *jen.Statement) {
	if u.Gives.Plain() {
		b.Add(jen.Add(v.Code).Op("=").Add(call))
		return
	}
	raw := jen.Id(b.Names.Unique("given"))
	set := func(in *emit.Block) {
		in.Add(jen.Add(v.Code).Op("=").Add(crossing{b.Func.Statics}.take(in, u.Gives, raw)))
	}
	switch {
	case u.Fails:
		fail := b.Func.Fail(emit.RT("At").Call(jen.Err(), jen.Lit(b.Func.Position(b.Func.At))))
		b.Add(jen.List(raw, jen.Err()).Op(":=").Add(call), jen.If(jen.Err().Op("!=").Nil()).Block(fail...))
		set(b)
	case u.Maybe:
		b.Add(jen.Var().Add(raw).Add(goType(u.Gives)))
		in := b.Inner()
		set(in)
		b.Add(jen.If(jen.List(raw, jen.Add(v.Valid)).Op("=").Add(call), jen.Add(v.Valid)).Block(in.Code()...))
	default:
		b.Add(jen.Add(raw).Op(":=").Add(call))
		set(b)
	}
}

// form is how the state stands in a snapshot; there is none of a type without the methods for it.
func (u User) form() emit.Form {
	if !u.Stored {
		return emit.Form{}
	}
	return emit.Form{
		Append: func(b *emit.Block, dst, f *jen.Statement) {
			b.Add(jen.Add(dst).Op("=").Qual(emit.State, "AppendText").Call(dst, jen.Add(f).Dot("Append").Call(jen.Nil())))
		},
		Decode: func(b *emit.Block, r, f *jen.Statement) { b.Add(jen.Add(r).Dot("Whole").Call(jen.Op("&").Add(f))) },
	}
}

// state is the accumulator of an aggregate: a value of the user's type.
func (u User) state(t types.Col, _ []types.Col, _ []any) emit.Aggregate {
	return emit.Aggregate{
		NullsToo: u.seesNulls(),
		Ordered:  true, // what Merge makes of two states may depend on their order
		Fields: []emit.StateField{{
			Name: u.Symbol, Type: jen.Qual(u.Path, u.Symbol), Key: u.Path + "." + u.Symbol, Form: u.form(),
			Add: func(b *emit.Block, field *jen.Statement, args []emit.Value) {
				add := jen.Add(field).Dot("Add").Call(u.given(b, args)...)
				if valid := emit.AllValid(u.strict(args)...); u.seesNulls() && valid != nil {
					add = jen.If(valid).Block(add)
				}
				b.Add(add)
			},
			Merge: func(b *emit.Block, dst, src *jen.Statement) {
				b.Add(jen.Add(dst).Dot("Merge").Call(jen.Op("&").Add(src)))
			},
		}},
		Final: func(b *emit.Block, fields []*jen.Statement) emit.Value {
			return u.result(b, t.Type, jen.Add(fields[0]).Dot("Result").Call())
		},
	}
}
