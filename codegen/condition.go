package codegen

import (
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/velostream/veloc/codegen/emit"
	"github.com/velostream/veloc/compiler/expr"
	"github.com/velostream/veloc/compiler/types"
)

// conditions turns BOOLEAN expressions into two-valued Go conditions (see emit/logic.go); read emits their operands.
type conditions struct {
	read func(*emit.Block, expr.Expr) emit.Value
}

// isTrue is the condition that e is TRUE.
func (c conditions) isTrue(b *emit.Block, e expr.Expr) emit.Cond {
	switch e := e.(type) {
	case *expr.Logic:
		switch e.Op {
		case expr.And:
			return c.both(b, e.Args, c.isTrue)
		case expr.Or:
			return c.either(b, e.Args, c.isTrue)
		}
		return c.isFalse(b, e.Args[0])
	case *expr.Compare:
		return c.compare(b, e, e.Op)
	case *expr.IsNull:
		return c.isNull(b, e, e.Not)
	case *expr.IsBool:
		return c.isBool(b, e, e.Not)
	case *expr.In:
		return c.in(b, e, !e.Not)
	case *expr.Like:
		return c.like(b, e, !e.Not)
	}
	return emit.IsTrue(c.read(b, e))
}

// isFalse is the condition that e is FALSE.
func (c conditions) isFalse(b *emit.Block, e expr.Expr) emit.Cond {
	switch e := e.(type) {
	case *expr.Logic:
		switch e.Op {
		case expr.And:
			return c.either(b, e.Args, c.isFalse)
		case expr.Or:
			return c.both(b, e.Args, c.isFalse)
		}
		return c.isTrue(b, e.Args[0])
	case *expr.Compare:
		return c.compare(b, e, negated[e.Op])
	case *expr.IsNull:
		return c.isNull(b, e, !e.Not)
	case *expr.IsBool:
		return c.isBool(b, e, !e.Not)
	case *expr.In:
		return c.in(b, e, e.Not)
	case *expr.Like:
		return c.like(b, e, e.Not)
	}
	return emit.IsFalse(c.read(b, e))
}

type condition func(*emit.Block, expr.Expr) emit.Cond

// both is the conjunction. Where a later operand needs statements they run only if the earlier ones hold.
func (c conditions) both(b *emit.Block, args []expr.Expr, each condition) emit.Cond {
	return c.sequence(b, args, each, emit.And, func(x emit.Cond) emit.Cond { return x })
}

// either is the disjunction; later statements run only if the earlier operands do not hold.
func (c conditions) either(b *emit.Block, args []expr.Expr, each condition) emit.Cond {
	return c.sequence(b, args, each, emit.Or, emit.Not)
}

func (c conditions) sequence(b *emit.Block, args []expr.Expr, each condition, join func(...emit.Cond) emit.Cond, goOn func(emit.Cond) emit.Cond) emit.Cond {
	acc := each(b, args[0])
	for _, a := range args[1:] {
		in := b.Inner()
		next := each(in, a)
		if in.Empty() {
			acc = join(acc, next)
			continue
		}
		name := b.Names.Unique("ok")
		b.Add(jen.Id(name).Op(":=").Add(acc.Expr(0)))
		acc = emit.Cond{Code: jen.Id(name), Prec: emit.PrecUnary}
		in.Add(jen.Id(name).Op("=").Add(next.Expr(0)))
		b.Add(jen.If(goOn(acc).Expr(0)).Block(in.Code()...))
	}
	return acc
}

// negated are the comparisons that hold where the others are FALSE.
var negated = map[expr.CmpOp]expr.CmpOp{
	expr.Eq: expr.Ne, expr.Ne: expr.Eq, expr.Lt: expr.Ge, expr.Ge: expr.Lt, expr.Gt: expr.Le, expr.Le: expr.Gt,
	expr.IsDistinct: expr.NotDistinct, expr.NotDistinct: expr.IsDistinct,
}

func (c conditions) compare(b *emit.Block, e *expr.Compare, op expr.CmpOp) emit.Cond {
	l, r := c.operand(b, e.L), c.operand(b, e.R)
	switch op {
	case expr.IsDistinct:
		return emit.Not(same(b, l, r))
	case expr.NotDistinct:
		return same(b, l, r)
	}
	return emit.And(validity(l), validity(r), comparison(b, op, l, r))
}

// operand emits one side of a comparison. An INTEGER that was widened to DECIMAL only to be compared stays an int64.
func (c conditions) operand(b *emit.Block, e expr.Expr) emit.Value {
	if x, ok := integerOperand(e); ok {
		v := c.read(b, x)
		v.Type = types.TDecimal(types.MaxNarrow, 0) // an int64 mantissa of scale 0
		return v
	}
	return c.read(b, e)
}

// integerOperand is the INTEGER below an implicit cast to DECIMAL.
func integerOperand(e expr.Expr) (expr.Expr, bool) {
	k, ok := e.(*expr.Cast)
	if !ok || !k.Implicit || k.T.Type.Kind != types.Decimal || k.X.Col().Type.Kind != types.Integer {
		return nil, false
	}
	return k.X, true
}

// validity is the condition that v is not NULL.
func validity(v emit.Value) emit.Cond {
	if v.Valid == nil {
		return emit.Known(true)
	}
	if v.IsConst {
		return emit.Known(v.Const != nil)
	}
	return emit.Holds(v.Valid)
}

// same is IS NOT DISTINCT FROM.
func same(b *emit.Block, l, r emit.Value) emit.Cond {
	lv, rv := validity(l), validity(r)
	return emit.Or(emit.And(lv, rv, comparison(b, expr.Eq, l, r)), emit.And(emit.Not(lv), emit.Not(rv)))
}

var goCompare = map[expr.CmpOp]string{expr.Eq: "==", expr.Ne: "!=", expr.Lt: "<", expr.Le: "<=", expr.Gt: ">", expr.Ge: ">="}

// comparison compares two values that are not NULL.
func comparison(b *emit.Block, op expr.CmpOp, l, r emit.Value) emit.Cond {
	sign := goCompare[op]
	switch {
	case l.Type.Kind == types.Boolean && op != expr.Eq && op != expr.Ne:
		return compareBools(op, l, r)
	case l.Type.Nested() && op != expr.Eq && op != expr.Ne:
		return emit.Cond{Code: b.Comparator(l.Type).Call(l.Arg(), r.Arg()).Op(sign).Lit(0), Prec: emit.PrecCompare}
	case l.Type.Nested():
		eq := emit.Cond{Code: nested(b).Equal(l.Type).Call(l.Arg(), r.Arg()), Prec: emit.PrecUnary}
		if op == expr.Ne {
			return emit.Not(eq)
		}
		return eq
	case l.Type.Kind == types.UUID && op != expr.Eq && op != expr.Ne:
		return emit.Cond{Code: l.Expr(emit.PrecUnary).Dot("Compare").Call(r.Arg()).Op(sign).Lit(0), Prec: emit.PrecCompare}
	case l.Type.Kind == types.Decimal || r.Type.Kind == types.Decimal:
		return compareDecimals(op, l, r)
	}
	return emit.Cond{Code: l.Expr(emit.PrecCompare + 1).Op(sign).Add(r.Expr(emit.PrecCompare + 1)), Prec: emit.PrecCompare}
}

// compareBools orders FALSE before TRUE.
func compareBools(op expr.CmpOp, l, r emit.Value) emit.Cond {
	t, f := func(v emit.Value) emit.Cond { return emit.Cond{Code: v.Code, Prec: v.Prec} }, func(v emit.Value) emit.Cond {
		return emit.Not(emit.Cond{Code: v.Code, Prec: v.Prec})
	}
	switch op {
	case expr.Lt:
		return emit.And(f(l), t(r))
	case expr.Gt:
		return emit.And(t(l), f(r))
	case expr.Le:
		return emit.Or(f(l), t(r))
	}
	return emit.Or(t(l), f(r))
}

func (c conditions) isNull(b *emit.Block, e *expr.IsNull, not bool) emit.Cond {
	v := validity(c.read(b, e.X))
	if not {
		return v
	}
	return emit.Not(v)
}

func (c conditions) isBool(b *emit.Block, e *expr.IsBool, not bool) emit.Cond {
	var is emit.Cond
	if e.Want {
		is = c.isTrue(b, e.X)
	} else {
		is = c.isFalse(b, e.X)
	}
	if not {
		return emit.Not(is)
	}
	return is
}

// in is the condition that x IN (list) is TRUE (want), or FALSE. With a NULL in the list, IN is never FALSE.
func (c conditions) in(b *emit.Block, e *expr.In, want bool) emit.Cond {
	x := b.Let("value", c.read(b, e.X))
	found, known := emit.Known(false), emit.Known(true)
	for _, item := range e.List {
		v := c.operand(b, item)
		found = emit.Or(found, emit.And(validity(v), comparison(b, expr.Eq, x, v)))
		known = emit.And(known, validity(v))
	}
	if want {
		return emit.And(validity(x), found)
	}
	return emit.And(validity(x), known, emit.Not(found))
}

// like is the condition that x LIKE pattern matches (want), or does not; both need x and pattern not NULL.
func (c conditions) like(b *emit.Block, e *expr.Like, want bool) emit.Cond {
	x, p := c.read(b, e.X), c.read(b, e.Pattern)
	return emit.And(validity(x), validity(p), likeCall(b, e, x, p, want))
}

// likeCall is the condition that x, which is not NULL, matches, or does not.
func likeCall(b *emit.Block, e *expr.Like, x, p emit.Value, want bool) emit.Cond {
	match := likeMatch(b, e, x, p)
	if !want {
		return emit.Not(match)
	}
	return match
}

func likeMatch(b *emit.Block, e *expr.Like, x, p emit.Value) emit.Cond {
	pattern, constant := p.Const.(string)
	if !constant {
		call := jen.Qual(emit.SQLFn, "Like").Call(x.Arg(), p.Arg(), escapeRune(e.Escape), jen.Lit(e.Fold))
		v := b.Try("like", types.TBoolean, call, x, p)
		return emit.Cond{Code: v.Code, Prec: emit.PrecUnary}
	}
	if call := simpleLike(e, x, pattern); call != nil {
		return *call
	}
	m := b.Static("like "+pattern, pattern,
		emit.RT("Must").Call(jen.Qual(emit.SQLFn, "CompileLike").Call(goString(pattern), escapeRune(e.Escape), jen.Lit(e.Fold))))
	return emit.Cond{Code: m.Dot("Match").Call(x.Arg()), Prec: emit.PrecUnary}
}

// escapeRune spells the escape character of a LIKE; 0 is none.
func escapeRune(r rune) *jen.Statement {
	if r == 0 {
		return jen.Lit(0)
	}
	return jen.LitRune(r)
}

// simpleLike is a pattern without inner wildcards as the call that a Go programmer would write.
func simpleLike(e *expr.Like, x emit.Value, pattern string) *emit.Cond {
	body := strings.Trim(pattern, "%")
	if e.Fold || strings.ContainsAny(body, "%_") || e.Escape != 0 || strings.Contains(body, `\`) || body == "" {
		return nil
	}
	lead, trail := strings.HasPrefix(pattern, "%"), strings.HasSuffix(pattern, "%")
	fn := map[[2]bool]string{{true, true}: "Contains", {false, true}: "HasPrefix", {true, false}: "HasSuffix"}[[2]bool{lead, trail}]
	if fn == "" {
		return &emit.Cond{Code: x.Expr(emit.PrecCompare + 1).Op("==").Add(goString(body)), Prec: emit.PrecCompare}
	}
	return &emit.Cond{Code: jen.Qual("strings", fn).Call(x.Arg(), goString(body)), Prec: emit.PrecUnary}
}
