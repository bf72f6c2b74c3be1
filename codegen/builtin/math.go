package builtin

import (
	"math/big"

	"github.com/dave/jennifer/jen"

	"github.com/velostream/veloc/codegen/emit"
	"github.com/velostream/veloc/compiler/types"
)

// mathFunctions work on numbers. TIMESTAMP and INTERVAL arguments read as milliseconds.
var mathFunctions = []*Function{
	{
		Name: "ABS", Category: Math,
		Doc: "Returns the magnitude of x, in x's type.",
		Overloads: []Overload{
			over("ABS(x INTEGER) -> INTEGER", try("Abs")),
			over("ABS(x DECIMAL) -> DECIMAL", absDecimal),
			over("ABS(x FLOAT) -> FLOAT", call("math.Abs")),
			over("ABS(x INTERVAL) -> INTERVAL", try("Abs")),
		},
		Examples: ex(`ABS(-3)`, `3`, `ABS(-1.50)`, `1.50`, `ABS(-1e2)`, `1e2`, `ABS(NULL)`, `NULL`),
	},
	{
		Name: "SIGN", Category: Math,
		Doc: "Returns -1, 0 or 1 as x is negative, zero or positive.",
		Overloads: []Overload{
			over("SIGN(x INTEGER) -> INTEGER", call("Sign")),
			over("SIGN(x DECIMAL) -> INTEGER", signDecimal),
			over("SIGN(x FLOAT) -> INTEGER", call("SignFloat")),
		},
		Examples: ex(`SIGN(-3)`, `-1`, `SIGN(0.00)`, `0`, `SIGN(2.5e0)`, `1`),
	},
	{
		Name: "ROUND", Category: Math,
		Doc: "Rounds x to n digits after the point (none, if n is left out), half away from zero; a negative n rounds before the point. " +
			"A DECIMAL has n digits after the point then, if n is a literal; otherwise it keeps its scale.",
		Overloads: []Overload{
			over("ROUND(x INTEGER) -> INTEGER", same),
			over("ROUND(x INTEGER, n INTEGER) -> INTEGER", try("RoundInteger")),
			over("ROUND(x DECIMAL, [n INTEGER]) -> DECIMAL", roundDecimal).derive(roundedType),
			over("ROUND(x FLOAT) -> FLOAT", call("math.Round")),
			over("ROUND(x FLOAT, n INTEGER) -> FLOAT", call("RoundFloat")),
		},
		Examples: ex(`ROUND(2.345, 2)`, `2.35`, `ROUND(-2.5)`, `-3`, `ROUND(1250, -2)`, `1300`, `ROUND(2.5e0)`, `3e0`, `ROUND(1234.5, -2)`, `1200`),
	},
	{
		Name: "TRUNC", Aliases: []string{"TRUNCATE"}, Category: Math,
		Doc: "Drops what follows n digits after the point (none, if n is left out); a negative n drops before the point.",
		Overloads: []Overload{
			over("TRUNC(x INTEGER) -> INTEGER", same),
			over("TRUNC(x INTEGER, n INTEGER) -> INTEGER", call("TruncInteger")),
			over("TRUNC(x DECIMAL, [n INTEGER LITERAL]) -> DECIMAL", truncDecimal).derive(roundedType),
			over("TRUNC(x FLOAT) -> FLOAT", call("math.Trunc")),
			over("TRUNC(x FLOAT, n INTEGER) -> FLOAT", call("TruncFloat")),
		},
		Examples: ex(`TRUNC(2.349, 2)`, `2.34`, `TRUNC(-2.9)`, `-2`, `TRUNC(1299, -2)`, `1200`),
	},
	{
		Name: "FLOOR", Category: Math,
		Doc: "Returns the greatest INTEGER that is not above x.",
		Overloads: []Overload{
			over("FLOOR(x INTEGER) -> INTEGER", same),
			over("FLOOR(x DECIMAL) -> INTEGER", integerOf("Floor")),
			over("FLOOR(x FLOAT) -> INTEGER", try("FloorFloat")),
		},
		Examples: ex(`FLOOR(2.9)`, `2`, `FLOOR(-2.1)`, `-3`, `FLOOR(2.9e0)`, `2`),
	},
	{
		Name: "CEIL", Aliases: []string{"CEILING"}, Category: Math,
		Doc: "Returns the smallest INTEGER that is not below x.",
		Overloads: []Overload{
			over("CEIL(x INTEGER) -> INTEGER", same),
			over("CEIL(x DECIMAL) -> INTEGER", integerOf("Ceil")),
			over("CEIL(x FLOAT) -> INTEGER", try("CeilFloat")),
		},
		Examples: ex(`CEIL(2.1)`, `3`, `CEIL(-2.9)`, `-2`),
	},
	{
		Name: "MOD", Category: Math,
		Doc: "Returns the remainder of a divided by b, with the sign of a, as the operator % does. Division by zero is NULL, or an error if 'division.by.zero' = 'error'.",
		Overloads: []Overload{
			over("MOD(a INTEGER, b INTEGER) -> INTEGER NULL", mod).nullable(divisible),
			over("MOD(a DECIMAL, b DECIMAL) -> DECIMAL NULL", mod).nullable(divisible).derive(func(p []types.Type, _ []any) types.Type {
				t, _, _, _ := types.Arith(types.Mod, p[0], p[1])
				return t
			}),
			over("MOD(a FLOAT, b FLOAT) -> FLOAT NULL", mod).nullable(divisible),
		},
		Examples: ex(`MOD(7, 3)`, `1`, `MOD(-7, 3)`, `-1`, `MOD(7.5, 2)`, `1.5`, `MOD(7, 0)`, `NULL`),
	},
	{
		Name: "SQRT", Category: Math, Doc: "Returns the square root of x. A negative x is an error.",
		Overloads: []Overload{over("SQRT(x FLOAT) -> FLOAT", try("Sqrt"))},
		Examples:  ex(`SQRT(9)`, `3e0`, `SQRT(2.25)`, `1.5e0`),
	},
	{
		Name: "CBRT", Category: Math, Doc: "Returns the cube root of x.",
		Overloads: []Overload{over("CBRT(x FLOAT) -> FLOAT", call("math.Cbrt"))},
		Examples:  ex(`CBRT(-27)`, `-3e0`),
	},
	{
		Name: "POWER", Aliases: []string{"POW"}, Category: Math, Doc: "Returns x to the power of y.",
		Overloads: []Overload{over("POWER(x FLOAT, y FLOAT) -> FLOAT", try("Power"))},
		Examples:  ex(`POWER(2, 10)`, `1024e0`, `POWER(4, -0.5)`, `0.5e0`),
	},
	{
		Name: "EXP", Category: Math, Doc: "Returns e to the power of x.",
		Overloads: []Overload{over("EXP(x FLOAT) -> FLOAT", try("Exp"))},
		Examples:  ex(`EXP(0)`, `1e0`),
	},
	{
		Name: "LN", Category: Math, Doc: "Returns the natural logarithm of x. An x that is not positive is an error.",
		Overloads: []Overload{over("LN(x FLOAT) -> FLOAT", try("Ln"))},
		Examples:  ex(`LN(1)`, `0e0`),
	},
	{
		Name: "LOG", Category: Math, Doc: "Returns the logarithm of x to base b, or to base 10 if there is only one argument. An x that is not positive is an error.",
		Overloads: []Overload{
			over("LOG(x FLOAT) -> FLOAT", try("Log10")),
			over("LOG(b FLOAT, x FLOAT) -> FLOAT", try("Log")),
		},
		Examples: ex(`LOG(1000)`, `3e0`, `LOG(2, 8)`, `3e0`),
	},
	{
		Name: "LOG10", Category: Math, Doc: "Returns the logarithm of x to base 10. An x that is not positive is an error.",
		Overloads: []Overload{over("LOG10(x FLOAT) -> FLOAT", try("Log10"))},
		Examples:  ex(`LOG10(100)`, `2e0`),
	},
	{
		Name: "LOG2", Category: Math, Doc: "Returns the logarithm of x to base 2. An x that is not positive is an error.",
		Overloads: []Overload{over("LOG2(x FLOAT) -> FLOAT", try("Log2"))},
		Examples:  ex(`LOG2(8)`, `3e0`),
	},
	{
		Name: "PI", Category: Math, Doc: "Returns 3.141592653589793.",
		Overloads: []Overload{over("PI() -> FLOAT NOT NULL", func(c *Call) emit.Value {
			return emit.Of(c.Type, emit.PrecUnary, jen.Float64().Parens(jen.Qual("math", "Pi")))
		})},
		Examples: ex(`PI()`, `3.141592653589793e0`),
	},
	{
		Name: "SIN", Category: Math, Doc: "Returns the sine of x, an angle in radians.",
		Overloads: []Overload{over("SIN(x FLOAT) -> FLOAT", call("math.Sin"))}, Examples: ex(`SIN(0)`, `0e0`),
	},
	{
		Name: "COS", Category: Math, Doc: "Returns the cosine of x, an angle in radians.",
		Overloads: []Overload{over("COS(x FLOAT) -> FLOAT", call("math.Cos"))}, Examples: ex(`COS(0)`, `1e0`),
	},
	{
		Name: "TAN", Category: Math, Doc: "Returns the tangent of x, an angle in radians.",
		Overloads: []Overload{over("TAN(x FLOAT) -> FLOAT", call("math.Tan"))}, Examples: ex(`TAN(0)`, `0e0`),
	},
	{
		Name: "ATAN2", Category: Math, Doc: "Returns the angle, in radians, of the point (x, y) as seen from the origin.",
		Overloads: []Overload{over("ATAN2(y FLOAT, x FLOAT) -> FLOAT", call("math.Atan2"))}, Examples: ex(`ATAN2(0, 1)`, `0e0`),
	},
}

func absDecimal(c *Call) emit.Value {
	if c.Type.Wide() {
		return c.sure(c.Args[0].Expr(emit.PrecUnary).Dot("Abs").Call())
	}
	return c.sure(symbol("decimal.Abs64").Call(c.Args[0].Arg()))
}

func signDecimal(c *Call) emit.Value {
	if c.Args[0].Type.Wide() {
		return c.sure(jen.Int64().Parens(c.Args[0].Expr(emit.PrecUnary).Dot("Sign").Call()))
	}
	return c.sure(symbol("Sign").Call(c.Args[0].Arg()))
}

// roundedType: a literal n is the scale of the result; rounding can carry into one digit more.
func roundedType(p []types.Type, literals []any) types.Type {
	t, n := p[0], int64(0)
	if len(p) == 2 {
		var ok bool
		if n, ok = literals[1].(int64); !ok {
			return t
		}
	}
	if n >= int64(t.Scale) {
		return t
	}
	scale := int(max(n, 0))
	t = types.TDecimal(t.Precision-t.Scale+scale+1, scale)
	t.Precision = min(t.Precision, types.MaxPrecision)
	return t
}

// digits is n of ROUND(x, n), 0 if it is left out, when it decided the result type; see roundedType.
func (c *Call) digits() (n int64, decided bool) {
	if c.Type.Equal(c.Args[0].Type) {
		return 0, false
	}
	if len(c.Args) == 1 {
		return 0, true
	}
	n, decided = c.Args[1].Const.(int64)
	return n, decided
}

func roundDecimal(c *Call) emit.Value {
	x := c.Args[0]
	p, s := jen.Lit(x.Type.Precision), jen.Lit(x.Type.Scale)
	n, decided := c.digits()
	switch {
	case !decided && len(c.Args) == 1:
		return same(c)
	case !decided && x.Type.Wide():
		return c.B.Try("rounded", c.Type, x.Expr(emit.PrecUnary).Dot("Round").Call(c.Args[1].Arg(), p, s), c.Args...)
	case !decided:
		return c.B.Try("rounded", c.Type, symbol("decimal.Round64").Call(x.Arg(), c.Args[1].Arg(), p, s), c.Args...)
	case n < 0:
		// Round before the point, then drop the digits behind it, which are zeros now. One digit more has room for the carry.
		p = jen.Lit(min(x.Type.Precision+1, types.MaxPrecision))
		r := wide(x).Dot("Round").Call(jen.Lit(int(n)), p, s)
		v := c.B.Try("rounded", types.TDecimal(types.MaxPrecision, x.Type.Scale), r, c.Args...)
		return emit.Of(c.Type, emit.PrecUnary, mantissa(c.Type, v.Arg().Dot("Trunc").Call(s))).With(v.Valid)
	}
	drop := jen.Lit(x.Type.Scale - int(n))
	if !x.Type.Wide() && !c.Type.Wide() {
		return c.sure(symbol("decimal.Down64").Call(x.Arg(), drop))
	}
	return c.sure(mantissa(c.Type, wide(x).Dot("Down").Call(drop)))
}

func truncDecimal(c *Call) emit.Value {
	x := c.Args[0]
	n, _ := c.digits()
	if len(c.Args) == 2 { // also where the result type has no digit more to show it
		n, _ = c.Args[1].Const.(int64)
	}
	if n >= int64(x.Type.Scale) {
		return same(c)
	}
	drop := int(min(int64(x.Type.Scale)-n, types.MaxPrecision))
	code := wide(x).Dot("Trunc").Call(jen.Lit(drop))
	if n < 0 {
		code = code.Dot("Up").Call(jen.Lit(drop - x.Type.Scale))
	}
	return c.sure(mantissa(c.Type, code))
}

// integerOf is FLOOR or CEIL of a DECIMAL.
func integerOf(fn string) Emitter {
	return func(c *Call) emit.Value {
		x := c.Args[0]
		if x.Type.Wide() {
			whole := x.Expr(emit.PrecUnary).Dot(fn).Call(jen.Lit(x.Type.Scale))
			return c.B.Try(fn, c.Type, symbol("decimal.ToIntegerWide").Call(whole, jen.Lit(0)), c.Args...)
		}
		return c.sure(symbol("decimal."+fn+"64").Call(x.Arg(), jen.Lit(x.Type.Scale)))
	}
}

// mod is NULL, and counted, where b is zero; or it fails the row.
func mod(c *Call) emit.Value {
	return c.unlessZero("remainder", func(_ *emit.Block, a, b emit.Value) emit.Value {
		return c.remainder(a, b).With(emit.AllValid(a, b))
	})
}

// div is the same for the whole quotient.
func div(c *Call) emit.Value {
	return c.unlessZero("quotient", func(in *emit.Block, a, b emit.Value) emit.Value {
		if nonZero(b) && b.Const != int64(-1) {
			if a.IsConst {
				a.Code, a.Prec = typed(a), emit.PrecUnary
			}
			return emit.Of(c.Type, emit.PrecMul, a.Expr(emit.PrecMul).Op("/").Add(b.Expr(emit.PrecMul+1))).With(emit.AllValid(a, b))
		}
		return in.Try("quotient", c.Type, symbol("Div").Call(a.Arg(), b.Arg()), a, b)
	})
}

// unlessZero computes something of two arguments where the second is not zero; where it is, the result is NULL, and counted, or the row fails.
func (c *Call) unlessZero(hint string, f func(in *emit.Block, a, b emit.Value) emit.Value) emit.Value {
	a, b := c.name(0, "dividend"), c.name(1, "divisor")
	if nonZero(b) {
		return f(c.B, a, b)
	}
	if b.IsConst { // Go refuses to divide by the constant 0
		b.IsConst, b.Plain, b.Code = false, false, typed(b)
		b = c.B.Let("divisor", b)
	}
	zero := b.Expr(emit.PrecCompare + 1).Op("==").Lit(0)
	if b.Type.Wide() {
		zero = b.Expr(emit.PrecUnary).Dot("Sign").Call().Op("==").Lit(0)
	}
	out := c.fresh(hint)
	in := c.B.Inner()
	in.Add(out.Arg().Op("=").Add(f(in, a.With(nil), b.With(nil)).Arg()))
	compute := in.Code()
	onZero := []jen.Code{jen.Id(c.B.Func.Task).Dot("tally").Dot("DivByZero").Op("++")}
	failing := c.B.Func.DivisionByZeroFails
	if failing {
		onZero = c.B.Func.Fail(emit.RT("At").Call(symbol("ErrDivisionByZero"), jen.Lit(c.B.Func.Position(c.B.Func.At))))
	} else {
		out = c.freshValid(out, nil)
		compute = append(compute, jen.Add(out.Valid).Op("=").True())
	}
	body := jen.If(zero).Block(onZero...).Else().Block(compute...)
	if valid := emit.AllValid(a, b); valid != nil {
		body = jen.If(valid).Block(body)
		if failing {
			out.Valid = jen.Add(valid)
		}
	}
	c.B.Add(body)
	return out
}

// divisible: a literal divisor other than zero yields no NULL.
func divisible(args []types.Arg) bool {
	return args[0].CanBeNull() || !otherThanZero(args[1].Value)
}

func nonZero(v emit.Value) bool { return v.IsConst && otherThanZero(v.Const) }

func otherThanZero(literal any) bool {
	switch x := literal.(type) {
	case int64:
		return x != 0
	case float64:
		return x != 0
	case *big.Int:
		return x.Sign() != 0
	}
	return false
}

// remainder is that of a divided by b, neither of them NULL and b not zero.
func (c *Call) remainder(a, b emit.Value) emit.Value {
	switch c.Type.Kind {
	case types.Float:
		return emit.Of(c.Type, emit.PrecUnary, jen.Qual("math", "Mod").Call(a.Arg(), b.Arg()))
	case types.Integer:
		if a.IsConst && b.IsConst {
			a.Code, a.Prec = typed(a), emit.PrecUnary
		}
		return emit.Of(c.Type, emit.PrecMul, a.Expr(emit.PrecMul).Op("%").Add(b.Expr(emit.PrecMul+1)))
	}
	rem := symbol("decimal.RemScaled").Call(wide(a), jen.Lit(a.Type.Scale), wide(b), jen.Lit(b.Type.Scale))
	return emit.Of(c.Type, emit.PrecUnary, mantissa(c.Type, rem))
}
