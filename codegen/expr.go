package codegen

import (
	"encoding/hex"
	"fmt"
	"math/big"
	"strconv"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/velostream/veloc/codegen/emit"
	"github.com/velostream/veloc/compiler/expr"
	"github.com/velostream/veloc/compiler/types"
)

// value emits e: statements that it needs go to b, and the value comes back.
func (s *scope) value(b *emit.Block, e expr.Expr) emit.Value {
	b.Func.At = e.Span()
	switch e := e.(type) {
	case *expr.Column:
		return s.column(e)
	case *expr.Meta:
		return s.meta(b, e)
	case *expr.Lit:
		return literal(e)
	case *expr.Unary:
		return s.negate(b, e)
	case *expr.Binary:
		return s.binary(b, e)
	case *expr.Case:
		return s.caseWhen(b, e)
	case *expr.Cast:
		return s.cast(b, e)
	case *expr.Call:
		return s.call(b, e)
	case *expr.Logic, *expr.Compare, *expr.IsNull, *expr.IsBool, *expr.In, *expr.Like:
		return s.truth(b, e)
	case *expr.Field:
		return s.structField(b, e)
	case *expr.Element:
		return s.element(b, e)
	case *expr.Make:
		return s.makeValue(b, e)
	}
	panic(unhandled(e))
}

// structField is a field of a STRUCT: NULL where the struct or the field is.
func (s *scope) structField(b *emit.Block, e *expr.Field) emit.Value {
	x := b.Let("struct", s.value(b, e.X))
	f := emit.Field(x.Type.Fields[e.Index].Col, x.Expr(emit.PrecUnary).Dot(emit.FieldName(x.Type, e.Index)))
	if x.Valid != nil {
		f.Valid = emit.AllValid(emit.Value{Valid: x.Valid}, f)
	}
	if !e.T.Nullable {
		f.Valid = nil
	}
	return f
}

func unhandled(n any) string { return fmt.Sprintf("bug: codegen: unhandled node %T", n) }

// call applies a builtin function. Its arguments are emitted where the function wants them, so that COALESCE and IF compute only what they
// need.
func (s *scope) call(b *emit.Block, e *expr.Call) emit.Value {
	args := make([]func(*emit.Block) emit.Value, len(e.Args))
	for i, a := range e.Args {
		args[i] = func(b *emit.Block) emit.Value {
			v := s.value(b, a)
			b.Func.At = e.Span()
			return v
		}
	}
	b.Func.At = e.Span()
	v := s.g.opts.Functions.EmitLazy(e.Name, e.Sig, e.T, b, args)
	if !e.T.Nullable {
		v.Valid = nil
	}
	return v
}

// truth is a condition as a BOOLEAN value. Tests of operands are NULL where an operand is; AND and OR need both of their conditions, so
// their operands get names.
func (s *scope) truth(b *emit.Block, e expr.Expr) emit.Value {
	if !e.Col().Nullable {
		c := s.isTrue(b, e)
		return emit.Of(types.TBoolean, c.Prec, c.Code)
	}
	c := conditions{s.value}
	switch e := e.(type) {
	case *expr.Compare:
		l, r := c.operand(b, e.L), c.operand(b, e.R)
		return boolean(comparison(b, e.Op, l, r), l, r)
	case *expr.Like:
		x, p := s.value(b, e.X), s.value(b, e.Pattern)
		return boolean(likeCall(b, e, x, p, !e.Not), x, p)
	case *expr.Logic:
		if e.Op == expr.Not {
			x := s.value(b, e.Args[0])
			return boolean(emit.Not(emit.Cond{Code: x.Code, Prec: x.Prec}), x)
		}
	}
	names := s.hoist(b, e)
	t, f := names.isTrue(b, e), names.isFalse(b, e)
	v := emit.Of(types.TBoolean, t.Prec, t.Code)
	v.Valid = emit.Or(t, f).Expr(emit.PrecAnd)
	return v
}

// boolean is a condition that is NULL where one of vs is.
func boolean(c emit.Cond, vs ...emit.Value) emit.Value {
	return emit.Of(types.TBoolean, c.Prec, c.Code).With(emit.AllValid(vs...))
}

// hoist gives names to the operands of a condition, so that they can be read twice. It returns a scope that knows the names.
func (s *scope) hoist(b *emit.Block, e expr.Expr) *hoisted {
	h := &hoisted{scope: s, known: map[expr.Expr]emit.Value{}}
	h.visit(b, e)
	return h
}

type hoisted struct {
	*scope
	known map[expr.Expr]emit.Value
}

func (h *hoisted) visit(b *emit.Block, e expr.Expr) {
	switch e := e.(type) {
	case *expr.Logic:
		for _, a := range e.Args {
			h.visit(b, a)
		}
		return
	case *expr.IsBool:
		h.visit(b, e.X)
		return
	case *expr.Compare, *expr.In, *expr.IsNull, *expr.Like:
		for _, k := range expr.Children(e) {
			if x, ok := integerOperand(k); ok {
				k = x
			}
			if _, ok := k.(*expr.Lit); !ok {
				h.name(b, k)
			}
		}
		return
	}
	h.name(b, e)
}

func (h *hoisted) name(b *emit.Block, e expr.Expr) {
	v := h.scope.value(b, e)
	h.known[e] = b.LetValid("v", b.Let("v", v), v.Plain)
}

func (h *hoisted) isTrue(b *emit.Block, e expr.Expr) emit.Cond {
	return conditions{h.read}.isTrue(b, e)
}
func (h *hoisted) isFalse(b *emit.Block, e expr.Expr) emit.Cond {
	return conditions{h.read}.isFalse(b, e)
}

func (h *hoisted) read(b *emit.Block, e expr.Expr) emit.Value {
	if v, ok := h.known[e]; ok {
		return v
	}
	return h.scope.value(b, e)
}

func (s *scope) isTrue(b *emit.Block, e expr.Expr) emit.Cond { return conditions{s.value}.isTrue(b, e) }

// literal is a constant.
func literal(l *expr.Lit) emit.Value {
	v := emit.Value{Type: l.T.Type, Prec: emit.PrecUnary, Plain: true, Const: l.Val, IsConst: true}
	switch x := l.Val.(type) {
	case nil:
		v.Code, v.Valid = emit.Zero(l.T.Type), jen.False()
		if l.T.Type.Nested() || l.T.Type.Kind == types.UUID { // a composite literal cannot stand in a condition, and nil has no type
			v.Code = jen.Parens(jen.Op("*").New(emit.GoType(l.T.Type)))
		}
	case bool:
		v.Code = jen.Lit(x)
	case int64:
		v.Code = integer(l.T.Type, x)
	case float64:
		v.Code = jen.Lit(x)
	case string:
		v.Code = goString(x)
		if l.T.Type.Kind == types.UUID {
			v.Code = uuidLiteral(x)
		}
	case []byte:
		v.Code = goString(string(x))
	case *big.Int:
		v.Code = mantissa(x, l.T.Type)
	default:
		panic(fmt.Sprintf("bug: literal of Go type %T", x))
	}
	return v
}

// integer spells an int64 constant; intervals in units that a reader recognises.
func integer(t types.Type, x int64) *jen.Statement {
	if t.Kind == types.Interval && x != 0 {
		for _, u := range []struct {
			ns   int64
			name string
		}{{3600e9, "Hour"}, {60e9, "Minute"}, {1e9, "Second"}, {1e6, "Millisecond"}} {
			if x%u.ns == 0 {
				return jen.Int64().Parens(jen.Lit(int(x/u.ns)).Op("*").Qual("time", u.name))
			}
		}
	}
	return jen.Op(strconv.FormatInt(x, 10))
}

// uuidLiteral spells a UUID in its parts.
func uuidLiteral(text string) *jen.Statement {
	u, err := hex.DecodeString(strings.ReplaceAll(text, "-", ""))
	if err != nil {
		panic("bug: literal " + text + " is no UUID")
	}
	return jen.Parens(emit.RT("UUID").ValuesFunc(func(g *jen.Group) {
		for _, b := range u {
			g.Op(fmt.Sprintf("0x%02x", b))
		}
	}))
}

// goString spells a text constant: in back quotes where that reads better.
func goString(s string) *jen.Statement { return emit.GoText(s) }

// mantissa spells a DECIMAL constant, with an underscore where its point is: 157.1430 is 157_1430.
func mantissa(x *big.Int, t types.Type) *jen.Statement {
	if t.Wide() && !x.IsInt64() {
		var lo, hi big.Int
		lo.And(x, new(big.Int).SetUint64(1<<64-1))
		hi.Rsh(x, 64)
		return jen.Parens(jen.Qual(emit.Decimal, "Int128").Values(jen.Dict{
			jen.Id("Hi"): jen.Lit(int(hi.Int64())), jen.Id("Lo"): jen.Op(fmt.Sprintf("%#x", lo.Uint64())),
		}))
	}
	if t.Wide() {
		return jen.Qual(emit.Decimal, "Wide").Call(jen.Op(pointed(x.String(), t.Scale)))
	}
	return jen.Op(pointed(x.String(), t.Scale))
}

// pointed sets an underscore before the last scale digits.
func pointed(digits string, scale int) string {
	sign := ""
	if strings.HasPrefix(digits, "-") {
		sign, digits = "-", digits[1:]
	}
	if scale == 0 || len(digits) <= scale {
		return sign + digits
	}
	return sign + digits[:len(digits)-scale] + "_" + digits[len(digits)-scale:]
}

// caseWhen emits CASE as a switch, or as a chain of ifs where a condition needs statements of its own.
func (s *scope) caseWhen(b *emit.Block, e *expr.Case) emit.Value {
	name := b.Names.Unique("result")
	v := emit.Named(e.T.Type, jen.Id(name))
	b.Add(jen.Var().Id(name).Add(emit.GoType(e.T.Type)))
	if e.T.Nullable {
		valid := b.Names.Unique(name + "Valid")
		b.Add(jen.Var().Id(valid).Bool())
		v.Valid = jen.Id(valid)
	}
	arm := func(x expr.Expr) []jen.Code {
		in := b.Inner()
		s.set(in, v, s.value(in, x))
		return in.Code()
	}
	var conds []emit.Cond
	simple := true
	probe := make([]*emit.Block, len(e.Whens))
	for i, w := range e.Whens {
		probe[i] = b.Inner()
		conds = append(conds, s.isTrue(probe[i], w.Cond))
		simple = simple && probe[i].Empty()
	}
	if simple {
		b.Add(jen.Switch().BlockFunc(func(g *jen.Group) {
			for i, w := range e.Whens {
				g.Case(conds[i].Expr(0)).Block(arm(w.Then)...)
			}
			if code := arm(e.Else); len(code) > 0 {
				g.Default().Block(code...)
			}
		}))
		return v
	}
	code := arm(e.Else)
	for i := len(e.Whens) - 1; i >= 0; i-- {
		branch := jen.If(conds[i].Expr(0)).Block(arm(e.Whens[i].Then)...)
		if len(code) > 0 {
			branch.Else().Block(code...)
		}
		if i == 0 {
			b.Splice(probe[0])
			b.Add(branch)
			break
		}
		code = append(append([]jen.Code(nil), probe[i].Code()...), branch)
	}
	return v
}

// set assigns src to the variables of dst.
func (s *scope) set(b *emit.Block, dst, src emit.Value) {
	switch {
	case src.IsConst && src.Const == nil: // the variables start as NULL
	case dst.Valid == nil:
		b.Add(dst.Arg().Op("=").Add(src.Arg()))
	case src.Valid == nil:
		b.Add(jen.List(dst.Arg(), jen.Add(dst.Valid)).Op("=").List(src.Arg(), jen.True()))
	default:
		b.Add(jen.List(dst.Arg(), jen.Add(dst.Valid)).Op("=").List(src.Arg(), jen.Add(src.Valid)))
	}
}
