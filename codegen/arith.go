package codegen

import (
	"math/big"

	"github.com/dave/jennifer/jen"

	"github.com/velostream/veloc/codegen/emit"
	"github.com/velostream/veloc/compiler/expr"
	"github.com/velostream/veloc/compiler/types"
)

// negate is -x.
func (s *scope) negate(b *emit.Block, e *expr.Unary) emit.Value {
	x := s.value(b, e.X)
	b.Func.At = e.Span()
	switch {
	case x.Type.Wide():
		return emit.Of(e.T.Type, emit.PrecUnary, x.Expr(emit.PrecUnary).Dot("Neg").Call()).With(x.Valid)
	case e.T.Type.Kind == types.Integer || e.T.Type.Kind == types.Interval || e.T.Type.Kind == types.YearMonth:
		return b.Try("negated", e.T.Type, jen.Qual(emit.SQLFn, "Neg").Call(x.Arg()), x)
	}
	return emit.Of(e.T.Type, emit.PrecUnary, jen.Op("-").Add(x.Expr(emit.PrecUnary))).With(x.Valid)
}

// binary is arithmetic or ||.
func (s *scope) binary(b *emit.Block, e *expr.Binary) emit.Value {
	if e.Op == expr.Concat {
		return s.concat(b, e)
	}
	l, r := s.mantissa(b, e.L), s.mantissa(b, e.R)
	if l.Type.Kind == types.YearMonth || r.Type.Kind == types.YearMonth {
		return monthArith(b, e, l, r)
	}
	b.Func.At = e.Span()
	if e.Op == expr.Div || e.Op == expr.Mod {
		return s.divide(b, e, l, r)
	}
	switch t := e.T.Type; t.Kind {
	case types.Float:
		prec := emit.PrecAdd
		if e.Op == expr.Mul {
			prec = emit.PrecMul
		}
		code := l.Expr(prec).Op(e.Op.String()).Add(r.Expr(prec + 1))
		return emit.Of(t, prec, code).With(emit.AllValid(l, r))
	case types.Decimal:
		return decimalArith(b, e, l, r)
	case types.Integer:
		return b.Try(hint[e.Op], t, jen.Qual(emit.SQLFn, checked[e.Op]).Call(l.Arg(), r.Arg()), l, r)
	case types.Timestamp, types.Interval:
		return timeArith(b, e, l, r)
	}
	panic("bug: arithmetic of type " + e.T.Type.String())
}

var (
	checked = map[expr.Op]string{expr.Add: "Add", expr.Sub: "Sub", expr.Mul: "Mul"}
	hint    = map[expr.Op]string{expr.Add: "sum", expr.Sub: "difference", expr.Mul: "product"}
)

// mantissa emits an operand of arithmetic. An INTEGER that counts as DECIMAL(19,0) stays an int64, which holds it.
func (s *scope) mantissa(b *emit.Block, e expr.Expr) emit.Value {
	if x, ok := integerOperand(e); ok {
		v := s.value(b, x)
		v.Type = types.TDecimal(types.MaxNarrow, 0)
		return v
	}
	return s.value(b, e)
}

// timeArith adds and subtracts points and spans of time.
func timeArith(b *emit.Block, e *expr.Binary, l, r emit.Value) emit.Value {
	fn := map[expr.Op]string{expr.Add: "AddTime", expr.Sub: "SubTime", expr.Mul: "MulTime"}[e.Op]
	if e.Op == expr.Mul {
		if l.Type.Kind != types.Interval {
			l, r = r, l
		}
		if r.Type.Kind == types.Float {
			fn = "ScaleTime"
		}
	}
	return b.Try(hint[e.Op], e.T.Type, jen.Qual(emit.SQLFn, fn).Call(l.Arg(), r.Arg()), l, r)
}

// monthArith is arithmetic with an INTERVAL YEAR TO MONTH.
func monthArith(b *emit.Block, e *expr.Binary, l, r emit.Value) emit.Value {
	b.Func.At = e.Span()
	if l.Type.Kind == types.YearMonth && r.Type.Temporal() {
		l, r = r, l
	}
	fn := checked[e.Op]
	if e.Op != expr.Mul && l.Type.Temporal() {
		fn = map[[2]bool]string{{true, true}: "AddMonthsToDate", {true, false}: "SubMonthsFromDate", {false, true}: "AddMonths", {false, false}: "SubMonths"}[[2]bool{
			l.Type.Kind == types.Date, e.Op == expr.Add}]
	}
	return b.Try(hint[e.Op], e.T.Type, jen.Qual(emit.SQLFn, fn).Call(l.Arg(), r.Arg()), l, r)
}

// decimalArith is + - * of DECIMALs. Result types have room for every result, so that int64 mantissas need no checks.
func decimalArith(b *emit.Block, e *expr.Binary, l, r emit.Value) emit.Value {
	t, valid := e.T.Type, emit.AllValid(l, r)
	if e.Op == expr.Mul {
		return decimalProduct(b, e, l, r, valid)
	}
	if !t.Wide() {
		code := rescaled(l, t.Scale, emit.PrecAdd).Op(e.Op.String()).Add(rescaled(r, t.Scale, emit.PrecAdd+1))
		return emit.Of(t, emit.PrecAdd, code).With(valid)
	}
	x, y := widened(l, t.Scale), widened(r, t.Scale)
	method := map[expr.Op]string{expr.Add: "Add", expr.Sub: "Sub"}[e.Op]
	if t.Precision < types.MaxPrecision {
		return emit.Of(t, emit.PrecUnary, x.Dot(method).Call(y)).With(valid)
	}
	if upL, upR := t.Scale-l.Type.Scale, t.Scale-r.Type.Scale; digits(l.Type)+upL > types.MaxPrecision || digits(r.Type)+upR > types.MaxPrecision {
		call := jen.Qual(emit.Decimal, "Checked"+method+"Scaled").
			Call(widened(l, l.Type.Scale), jen.Lit(upL), widened(r, r.Type.Scale), jen.Lit(upR))
		return b.Try(hint[e.Op], t, call, l, r)
	}
	return b.Try(hint[e.Op], t, jen.Qual(emit.Decimal, "Checked"+method).Call(x, y), l, r)
}

// digits is how many digits a mantissa of the type can have: one of an int64 without decimals may be an INTEGER's.
func digits(t types.Type) int {
	if t.Precision == types.MaxNarrow && t.Scale == 0 {
		return 19
	}
	return t.Precision
}

func decimalProduct(b *emit.Block, e *expr.Binary, l, r emit.Value, valid *jen.Statement) emit.Value {
	t := e.T.Type
	drop := l.Type.Scale + r.Type.Scale - t.Scale
	switch {
	case !t.Wide():
		return emit.Of(t, emit.PrecMul, l.Expr(emit.PrecMul).Op("*").Add(r.Expr(emit.PrecMul+1))).With(valid)
	case !l.Type.Wide() && !r.Type.Wide() && drop == 0:
		return emit.Of(t, emit.PrecUnary, jen.Qual(emit.Decimal, "MulWide").Call(l.Arg(), r.Arg())).With(valid)
	}
	call := jen.Qual(emit.Decimal, "CheckedMul").Call(widened(l, l.Type.Scale), widened(r, r.Type.Scale), jen.Lit(drop))
	return b.Try("product", t, call, l, r)
}

// rescaled is the int64 mantissa of v at a scale that is not smaller than its own.
func rescaled(v emit.Value, scale, prec int) *jen.Statement {
	up := scale - v.Type.Scale
	if m, ok := v.Const.(*big.Int); ok && v.IsConst {
		x := new(big.Int).Mul(m, tenTo(up))
		return mantissa(x, types.TDecimal(types.MaxNarrow, scale))
	}
	if up == 0 {
		return v.Expr(prec)
	}
	return emit.Paren(v.Expr(emit.PrecMul).Op("*").Add(power(up)), emit.PrecMul, prec)
}

// power spells 10^n.
func power(n int) *jen.Statement { return jen.Op("1e" + jen.Lit(n).GoString()) }

// widened is the 128-bit mantissa of v at a scale that is not smaller than its own.
func widened(v emit.Value, scale int) *jen.Statement {
	up := scale - v.Type.Scale
	if v.Type.Wide() {
		x := v.Expr(emit.PrecUnary)
		if up > 0 {
			x = x.Dot("Up").Call(jen.Lit(up))
		}
		return x
	}
	if up > 0 && v.Type.Precision+up <= types.MaxNarrow {
		return jen.Qual(emit.Decimal, "Wide").Call(rescaled(v, scale, 0))
	}
	x := jen.Qual(emit.Decimal, "Wide").Call(v.Arg())
	if up > 0 {
		x = x.Dot("Up").Call(jen.Lit(up))
	}
	return x
}

// divide is / or %. Division by zero is NULL and counted, or fails the row where division.by.zero says so.
func (s *scope) divide(b *emit.Block, e *expr.Binary, l, r emit.Value) emit.Value {
	t := e.T.Type
	if l.IsConst && l.Const == nil || r.IsConst && r.Const == nil {
		return literal(&expr.Lit{Node: e.Node})
	}
	if r.IsConst && r.Const != nil && !isZero(r.Const) {
		v := s.quotient(b, e, l, r)
		return v.With(emit.AllValid(l, r))
	}
	if r.IsConst && r.Const != nil {
		return s.byZero(b, e, l)
	}
	l, r = b.Let("dividend", l), b.Let("divisor", r)
	name := b.Names.Unique(map[expr.Op]string{expr.Div: "quotient", expr.Mod: "remainder"}[e.Op])
	out := emit.Named(t, jen.Id(name))
	zero := r.Expr(emit.PrecCompare + 1).Op("==").Lit(0)
	if r.Type.Wide() {
		zero = r.Expr(emit.PrecUnary).Dot("Sign").Call().Op("==").Lit(0)
	}
	b.Add(jen.Var().Id(name).Add(emit.GoType(t)))
	in := b.Inner()
	q := s.quotient(in, e, l, r)
	in.Add(jen.Id(name).Op("=").Add(q.Arg()))
	var body []jen.Code
	valid := emit.AllValid(l, r)
	if b.Func.DivisionByZeroFails {
		fail := b.Func.Fail(emit.RT("At").Call(jen.Qual(emit.SQLFn, "ErrDivisionByZero"), jen.Lit(b.Func.Position(e.Span()))))
		body = append(append(body, jen.If(zero).Block(fail...)), in.Code()...)
		if valid != nil {
			body = []jen.Code{jen.If(jen.Add(valid)).Block(body...)}
		}
		b.Add(body...)
		return out.With(valid)
	}
	ok := b.Names.Unique(name + "Valid")
	out.Valid = jen.Id(ok)
	count := jen.Id(b.Func.Task).Dot("tally").Dot("DivByZero").Op("++")
	if valid == nil {
		b.Add(jen.Id(ok).Op(":=").True())
		b.Add(jen.If(zero).Block(jen.Id(ok).Op("=").False(), count).Else().Block(in.Code()...))
		return out
	}
	b.Add(jen.Id(ok).Op(":=").Add(valid))
	b.Add(jen.Switch().Block(
		jen.Case(jen.Op("!").Id(ok)),
		jen.Case(zero).Block(jen.Id(ok).Op("=").False(), count),
		jen.Default().Block(in.Code()...),
	))
	return out
}

// byZero is a division by a constant zero, which Go would not compile.
func (s *scope) byZero(b *emit.Block, e *expr.Binary, l emit.Value) emit.Value {
	code := []jen.Code{jen.Id(b.Func.Task).Dot("tally").Dot("DivByZero").Op("++")}
	if b.Func.DivisionByZeroFails {
		code = b.Func.Fail(emit.RT("At").Call(jen.Qual(emit.SQLFn, "ErrDivisionByZero"), jen.Lit(b.Func.Position(e.Span()))))
	}
	if l.Valid != nil {
		code = []jen.Code{jen.If(emit.Holds(l.Valid).Expr(0)).Block(code...)}
	} else if b.Func.DivisionByZeroFails {
		code = []jen.Code{jen.If(jen.True()).Block(code...)}
	}
	b.Add(code...)
	return literal(&expr.Lit{Node: e.Node})
}

func isZero(c any) bool {
	switch x := c.(type) {
	case int64:
		return x == 0
	case float64:
		return x == 0
	case *big.Int:
		return x.Sign() == 0
	}
	return false
}

// quotient divides values that are not NULL by one that is not zero.
func (s *scope) quotient(b *emit.Block, e *expr.Binary, l, r emit.Value) emit.Value {
	t := e.T.Type
	l.Valid, r.Valid = nil, nil
	switch {
	case t.Kind == types.Decimal:
		return decimalQuotient(b, e, l, r)
	case t.Kind == types.Float && e.Op == expr.Mod:
		return emit.Of(t, emit.PrecUnary, jen.Qual("math", "Mod").Call(l.Arg(), r.Arg()))
	case t.Kind == types.Integer && e.Op == expr.Mod, t.Kind == types.Interval && e.Op == expr.Mod:
		return emit.Of(t, emit.PrecMul, l.Expr(emit.PrecMul).Op("%").Add(r.Expr(emit.PrecMul+1)))
	case t.Kind == types.Float:
		return emit.Of(t, emit.PrecMul, l.Expr(emit.PrecMul).Op("/").Add(r.Expr(emit.PrecMul+1)))
	}
	panic("bug: quotient of type " + t.String())
}

func decimalQuotient(b *emit.Block, e *expr.Binary, l, r emit.Value) emit.Value {
	t := e.T.Type
	if e.Op == expr.Mod {
		if !l.Type.Wide() && !r.Type.Wide() && l.Type.Scale == r.Type.Scale {
			return emit.Of(t, emit.PrecMul, l.Expr(emit.PrecMul).Op("%").Add(r.Expr(emit.PrecMul+1)))
		}
		rem := jen.Qual(emit.Decimal, "RemScaled").Call(widened(l, l.Type.Scale), jen.Lit(l.Type.Scale), widened(r, r.Type.Scale), jen.Lit(r.Type.Scale))
		if t.Wide() {
			return emit.Of(t, emit.PrecUnary, rem)
		}
		return emit.Of(t, emit.PrecUnary, jen.Int64().Parens(rem.Dot("Lo")))
	}
	shift := t.Scale - l.Type.Scale + r.Type.Scale
	if !t.Wide() && !l.Type.Wide() && !r.Type.Wide() && shift >= 0 && l.Type.Precision+shift <= types.MaxNarrow {
		return emit.Of(t, emit.PrecUnary, jen.Qual(emit.Decimal, "Quo64").Call(l.Arg(), r.Arg(), jen.Lit(shift)))
	}
	call := jen.Qual(emit.Decimal, "Quo").Call(widened(l, l.Type.Scale), widened(r, r.Type.Scale), jen.Lit(shift))
	wide := types.TDecimal(types.MaxPrecision, t.Scale)
	q := b.Try("quotient", wide, call)
	if t.Wide() {
		q.Type = t
		return q
	}
	return emit.Of(t, emit.PrecUnary, jen.Int64().Parens(q.Expr(emit.PrecUnary).Dot("Lo")))
}

// concat joins the texts of a chain of || in the task's arena.
func (s *scope) concat(b *emit.Block, e *expr.Binary) emit.Value {
	var parts []emit.Value
	var walk func(x expr.Expr)
	walk = func(x expr.Expr) {
		if c, ok := x.(*expr.Binary); ok && c.Op == expr.Concat {
			walk(c.L)
			walk(c.R)
			return
		}
		parts = append(parts, s.value(b, x))
	}
	walk(e)
	var args []jen.Code
	for _, p := range parts {
		args = append(args, p.Arg())
	}
	b.Arena()
	code := jen.Id(b.Func.Task).Dot("text").Dot("Concat").Call(args...)
	return emit.Of(types.TString, emit.PrecUnary, code).With(emit.AllValid(parts...))
}

// compareDecimals compares exactly, whatever the scales.
func compareDecimals(op expr.CmpOp, l, r emit.Value) emit.Cond {
	sign := goCompare[op]
	scale := max(l.Type.Scale, r.Type.Scale)
	if narrowAt(l, scale) && narrowAt(r, scale) {
		code := rescaled(l, scale, emit.PrecCompare+1).Op(sign).Add(rescaled(r, scale, emit.PrecCompare+1))
		return emit.Cond{Code: code, Prec: emit.PrecCompare}
	}
	var cmp *jen.Statement
	if !l.Type.Wide() && !r.Type.Wide() {
		cmp = jen.Qual(emit.Decimal, "Cmp64").Call(l.Arg(), jen.Lit(l.Type.Scale), r.Arg(), jen.Lit(r.Type.Scale))
	} else if l.Type.Scale == r.Type.Scale {
		cmp = widened(l, scale).Dot("Cmp").Call(widened(r, scale))
	} else {
		cmp = jen.Qual(emit.Decimal, "CmpScaled").Call(widened(l, l.Type.Scale), jen.Lit(l.Type.Scale), widened(r, r.Type.Scale), jen.Lit(r.Type.Scale))
	}
	return emit.Cond{Code: cmp.Op(sign).Lit(0), Prec: emit.PrecCompare}
}

// narrowAt tells whether v's mantissa fits an int64 at a larger scale.
func narrowAt(v emit.Value, scale int) bool {
	up := scale - v.Type.Scale
	if m, ok := v.Const.(*big.Int); ok && v.IsConst {
		x := new(big.Int).Mul(m, tenTo(up))
		return x.IsInt64()
	}
	return !v.Type.Wide() && v.Type.Precision+up <= types.MaxNarrow
}

func tenTo(n int) *big.Int { return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil) }
