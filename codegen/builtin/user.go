package builtin

import (
	"maps"

	"github.com/dave/jennifer/jen"

	"github.com/velostream/veloc/codegen/emit"
	"github.com/velostream/veloc/compiler/types"
)

// User is a function or an aggregate that the user wrote in Go. Its parameters and result are of types that compiler/udf allows.
type User struct {
	Signature string // as in the entries of this package
	Path      string // import path
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
		s.scalars[sig.Name] = &Function{Name: sig.Name, Doc: doc, Overloads: []Overload{{Sig: sig, Emit: u.call}}}
	}
	return s, code{s}
}

// call writes a call. The function gets texts of its own, because it may keep them; those of a row last only as long as its chunk.
func (u User) call(c *Call) emit.Value {
	return u.result(c.B, c.Type, jen.Qual(u.Path, u.Symbol).Call(given(c.B, c.Args)...), c.Args...)
}

// result is what a call of user code gives: as the program holds it, and NULL where an argument is NULL. User code does not have to be ready for the zero values
// that stand for NULL, so it is not called then.
func (u User) result(b *emit.Block, t types.Type, call *jen.Statement, args ...emit.Value) emit.Value {
	valid := emit.AllValid(args...)
	if received[t.Kind] == nil {
		switch {
		case u.Fails:
			return b.Try(u.Symbol, t, call, args...)
		case u.Maybe:
			return b.Maybe(u.Symbol, t, call, args...)
		case valid == nil:
			return emit.Of(t, emit.PrecUnary, call)
		}
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
	convert := received[v.Type.Kind]
	if convert == nil {
		b.Add(jen.Add(v.Code).Op("=").Add(call))
		return
	}
	raw := jen.Id(b.Names.Unique("given"))
	set := func(in *emit.Block) { in.Add(jen.Add(v.Code).Op("=").Add(convert(in, v.Type, raw))) }
	switch {
	case u.Fails:
		fail := b.Func.Fail(emit.RT("At").Call(jen.Err(), jen.Lit(b.Func.Position(b.Func.At))))
		b.Add(jen.List(raw, jen.Err()).Op(":=").Add(call), jen.If(jen.Err().Op("!=").Nil()).Block(fail...))
		set(b)
	case u.Maybe:
		b.Add(jen.Var().Add(raw).Add(userType[v.Type.Kind]()))
		in := b.Inner()
		set(in)
		b.Add(jen.If(jen.List(raw, jen.Add(v.Valid)).Op("=").Add(call), jen.Add(v.Valid)).Block(in.Code()...))
	default:
		b.Add(jen.Add(raw).Op(":=").Add(call))
		set(b)
	}
}

// userType are the Go types of the values that received converts.
var userType = map[types.Kind]func() *jen.Statement{
	types.Timestamp: func() *jen.Statement { return jen.Qual("time", "Time") },
	types.Date:      func() *jen.Statement { return jen.Qual("time", "Time") },
	types.Time:      func() *jen.Statement { return jen.Qual("time", "Duration") },
	types.Interval:  func() *jen.Statement { return jen.Qual("time", "Duration") },
	types.Bytes:     func() *jen.Statement { return jen.Index().Byte() },
	types.UUID:      func() *jen.Statement { return jen.Index(jen.Lit(16)).Byte() },
	types.Decimal:   func() *jen.Statement { return jen.Op("*").Qual("math/big", "Rat") },
}

// received makes what user code gives of a kind what the program holds; kinds that are not here are the same in both.
var received = map[types.Kind]func(b *emit.Block, t types.Type, x *jen.Statement) *jen.Statement{
	types.Timestamp: func(_ *emit.Block, _ types.Type, x *jen.Statement) *jen.Statement {
		return jen.Add(x).Dot("UnixNano").Call()
	},
	types.Date:     func(_ *emit.Block, _ types.Type, x *jen.Statement) *jen.Statement { return symbol("DayOf").Call(x) },
	types.Time:     func(_ *emit.Block, _ types.Type, x *jen.Statement) *jen.Statement { return symbol("TimeOfDay").Call(x) },
	types.Interval: func(_ *emit.Block, _ types.Type, x *jen.Statement) *jen.Statement { return jen.Int64().Parens(x) },
	types.Bytes:    func(_ *emit.Block, _ types.Type, x *jen.Statement) *jen.Statement { return jen.String().Parens(x) },
	types.UUID:     func(_ *emit.Block, _ types.Type, x *jen.Statement) *jen.Statement { return emit.RT("UUID").Parens(x) },
	types.Decimal: func(b *emit.Block, t types.Type, x *jen.Statement) *jen.Statement {
		wide := types.TDecimal(types.MaxPrecision, t.Scale)
		return mantissa(t, b.Try("digits", wide, symbol("FromRat").Call(x, jen.Lit(t.Precision), jen.Lit(t.Scale))).Arg())
	},
}

// given are arguments as user code takes them: with memory of their own.
func given(b *emit.Block, args []emit.Value) []jen.Code {
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
		case types.Date:
			out = append(out, jen.Qual("time", "Unix").Call(a.Expr(emit.PrecMul).Op("*").Lit(86400), jen.Lit(0)).Dot("UTC").Call())
		case types.Time, types.Interval:
			out = append(out, jen.Qual("time", "Duration").Call(a.Arg()))
		case types.Bytes:
			out = append(out, jen.Index().Byte().Parens(a.Arg()))
		case types.UUID:
			out = append(out, jen.Index(jen.Lit(16)).Byte().Parens(a.Arg()))
		case types.Decimal:
			out = append(out, symbol("Rat").Call(wide(a), jen.Lit(a.Type.Scale)))
		case types.Array:
			out = append(out, b.Kept(a))
		default:
			out = append(out, typed(a))
		}
	}
	return out
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
		Ordered: true, // what Merge makes of two states may depend on their order
		Fields: []emit.StateField{{
			Name: u.Symbol, Type: jen.Qual(u.Path, u.Symbol), Key: u.Path + "." + u.Symbol, Form: u.form(),
			Add: func(b *emit.Block, field *jen.Statement, args []emit.Value) {
				b.Add(jen.Add(field).Dot("Add").Call(given(b, args)...))
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
