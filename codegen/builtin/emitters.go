package builtin

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/dave/jennifer/jen"

	"github.com/velostream/veloc/codegen/emit"
	"github.com/velostream/veloc/compiler/types"
)

// The common shapes of emission. A function is named by package and symbol, "strings.HasPrefix", or by its symbol alone if it is
// in runtime/sqlfn.

func symbol(name string) *jen.Statement {
	if pkg, fn, ok := strings.Cut(name, "."); ok {
		switch pkg {
		case "decimal":
			pkg = emit.Decimal
		case "digest", "zone", "jsonpath", "cardinality", "quantile":
			pkg = emit.SQLFn + "/" + pkg
		}
		return jen.Qual(pkg, fn)
	}
	return jen.Qual(emit.SQLFn, name)
}

// call writes a function that always has a result.
func call(fn string, more ...jen.Code) Emitter {
	return func(c *Call) emit.Value {
		return c.sure(symbol(fn).Call(append(c.codes(), more...)...))
	}
}

// arena writes a function that always has a result and puts it into the arena, its first argument.
func arena(fn string) Emitter {
	return func(c *Call) emit.Value {
		return c.sure(symbol(fn).Call(append([]jen.Code{c.B.Arena()}, c.codes()...)...))
	}
}

// try writes a function that can refuse its arguments.
func try(fn string) Emitter {
	return func(c *Call) emit.Value {
		return c.B.Try(hint(fn), c.Type, symbol(fn).Call(c.codes()...), c.Args...)
	}
}

// tryArena is try for a function that puts its result into the arena.
func tryArena(fn string) Emitter {
	return func(c *Call) emit.Value {
		return c.B.Try(hint(fn), c.Type, symbol(fn).Call(append([]jen.Code{c.B.Arena()}, c.codes()...)...), c.Args...)
	}
}

// maybe writes a function that may have no result, which is NULL then.
func maybe(fn string) Emitter {
	return func(c *Call) emit.Value {
		return c.B.Maybe(hint(fn), c.Type, symbol(fn).Call(c.codes()...), c.Args...)
	}
}

// maybeArena is maybe for a function that puts its result into the arena.
func maybeArena(fn string) Emitter {
	return func(c *Call) emit.Value {
		return c.B.Maybe(hint(fn), c.Type, symbol(fn).Call(append([]jen.Code{c.B.Arena()}, c.codes()...)...), c.Args...)
	}
}

// same is a function that changes nothing.
func same(c *Call) emit.Value {
	v := c.Args[0]
	v.Type = c.Type
	return v
}

// hint is what a result is called in generated code.
func hint(fn string) string {
	if _, name, ok := strings.Cut(fn, "."); ok {
		return name
	}
	return fn
}

// codes are the arguments as Go arguments.
func (c *Call) codes() []jen.Code {
	out := make([]jen.Code, len(c.Args))
	for i, a := range c.Args {
		out[i] = a.Arg()
	}
	return out
}

// sure is a result that is NULL where an argument is.
func (c *Call) sure(s *jen.Statement) emit.Value {
	return emit.Of(c.Type, emit.PrecUnary, s).With(emit.AllValid(c.Args...))
}

// text is the value of a literal argument of type STRING.
func (c *Call) text(i int) string {
	s, ok := c.Args[i].Const.(string)
	if !ok {
		panic(fmt.Sprintf("bug: argument %d is no STRING literal", i+1))
	}
	return s
}

// name gives argument i a name, so that it can be read more than once, and returns it.
func (c *Call) name(i int, hint string) emit.Value {
	c.Args[i] = c.B.LetValid(hint, c.B.Let(hint, c.Args[i]), c.Args[i].Plain)
	return c.Args[i]
}

// fresh is a new variable of the result type, declared as NULL or zero.
func (c *Call) fresh(hint string) emit.Value {
	name := c.B.Names.Unique(hint)
	c.B.Add(jen.Var().Id(name).Add(emit.GoType(c.Type)))
	return emit.Named(c.Type, jen.Id(name))
}

// freshValid adds a variable that tells whether v is not NULL; it starts with what valid says, or false.
func (c *Call) freshValid(v emit.Value, valid *jen.Statement) emit.Value {
	name := c.B.Names.Unique(v.Code.GoString() + "Valid")
	if valid == nil {
		valid = jen.False()
	}
	c.B.Add(jen.Id(name).Op(":=").Add(valid))
	return v.With(jen.Id(name))
}

// isNull tells whether v is the constant NULL.
func isNull(v emit.Value) bool { return v.IsConst && v.Const == nil }

// null is the constant NULL.
func null(t types.Type) emit.Value {
	return emit.Value{Type: t, Code: emit.Zero(t), Valid: jen.False(), Prec: emit.PrecUnary, Plain: true, IsConst: true}
}

// typed is v as an operand that gives a short variable declaration v's Go type.
func typed(v emit.Value) *jen.Statement {
	if v.IsConst || !strings.ContainsFunc(v.Code.GoString(), unicode.IsLetter) { // digits alone are an untyped Go constant
		return emit.GoType(v.Type).Parens(v.Arg())
	}
	return v.Arg()
}

// validity is the condition that v is not NULL.
func validity(v emit.Value) emit.Cond {
	if v.Valid == nil {
		return emit.Known(true)
	}
	if v.IsConst {
		return emit.Known(v.Const != nil)
	}
	return emit.Cond{Code: v.Valid, Prec: emit.PrecAnd}
}

// assign sets the variables of dst, of which Valid may be missing, to src.
func assign(b *emit.Block, dst, src emit.Value) {
	switch {
	case dst.Valid == nil:
		b.Add(dst.Arg().Op("=").Add(src.Arg()))
	case src.Valid == nil:
		b.Add(jen.List(dst.Arg(), jen.Add(dst.Valid)).Op("=").List(src.Arg(), jen.True()))
	default:
		b.Add(jen.List(dst.Arg(), jen.Add(dst.Valid)).Op("=").List(src.Arg(), jen.Add(src.Valid)))
	}
}

// less is the condition x < y of two values of one ordered type.
func less(b *emit.Block, x, y emit.Value) *jen.Statement {
	switch {
	case x.Type.Nested():
		return b.Comparator(x.Type).Call(x.Arg(), y.Arg()).Op("<").Lit(0)
	case x.Type.Kind == types.Boolean, x.Type.Kind == types.Null:
		return jen.Op("!").Add(x.Expr(emit.PrecUnary)).Op("&&").Add(y.Expr(emit.PrecAnd))
	case x.Type.Wide(), x.Type.Kind == types.UUID:
		return x.Expr(emit.PrecUnary).Dot("Less").Call(y.Arg())
	}
	return x.Expr(emit.PrecCompare + 1).Op("<").Add(y.Expr(emit.PrecCompare + 1))
}

// compare is the condition x == y or x != y of two values of one type.
func compare(b *emit.Block, x emit.Value, op string, y emit.Value) emit.Cond {
	if x.Type.Nested() {
		eq := emit.Cond{Code: emit.Nested{Statics: b.Func.Statics}.Equal(x.Type).Call(x.Arg(), y.Arg()), Prec: emit.PrecUnary}
		if op == "!=" {
			return emit.Not(eq)
		}
		return eq
	}
	return emit.Cond{Code: x.Expr(emit.PrecCompare + 1).Op(op).Add(y.Expr(emit.PrecCompare + 1)), Prec: emit.PrecCompare}
}

// wide is the 128-bit mantissa of a DECIMAL.
func wide(v emit.Value) *jen.Statement {
	if v.Type.Wide() {
		return v.Expr(emit.PrecUnary)
	}
	return jen.Qual(emit.Decimal, "Wide").Call(v.Arg())
}

// mantissa makes a 128-bit mantissa one of type t, whose digits suffice.
func mantissa(t types.Type, s *jen.Statement) *jen.Statement {
	if t.Wide() {
		return s
	}
	return jen.Int64().Parens(s.Dot("Lo"))
}

// asText is a value of any scalar type as text.
func asText(b *emit.Block, v emit.Value) emit.Value {
	fn := ""
	more := []jen.Code{v.Arg()}
	switch v.Type.Kind {
	case types.Null:
		return null(types.TString)
	case types.String, types.JSON:
		v.Type = types.TString
		return v
	case types.Boolean:
		s := jen.Qual(emit.SQLFn, "BooleanToString").Call(v.Arg())
		return emit.Of(types.TString, emit.PrecUnary, s).With(v.Valid)
	case types.Bytes:
		return b.Try("decoded", types.TString, jen.Qual(emit.SQLFn, "CastBytesToString").Call(v.Arg()), v)
	case types.Decimal:
		fn = "DecimalToString"
		if v.Type.Wide() {
			fn = "DecimalWideToString"
		}
		more = append(more, jen.Lit(v.Type.Scale))
	default:
		fn = toText[v.Type.Kind]
	}
	if fn == "" {
		panic("bug: " + v.Type.String() + " as text")
	}
	s := jen.Qual(emit.SQLFn, fn).Call(append([]jen.Code{b.Arena()}, more...)...)
	return emit.Of(types.TString, emit.PrecUnary, s).With(v.Valid)
}

var toText = map[types.Kind]string{
	types.Integer: "IntegerToString", types.Float: "FloatToString", types.Date: "DateToString", types.Time: "TimeToString",
	types.Timestamp: "TimestampToString", types.Interval: "IntervalToString", types.YearMonth: "MonthsToString", types.UUID: "UUIDToString",
}
