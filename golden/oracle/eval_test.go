package oracle

import (
	"fmt"
	"math"
	"math/big"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/velostream/veloc/compiler/expr"
	"github.com/velostream/veloc/compiler/types"
)

// env is what an expression is computed over.
type env struct {
	row  []any
	time any // event time of the row, ns; nil: it has none
	now  int64
	// zeroFails is 'division.by.zero' = 'error'.
	zeroFails bool
	// doubt is set when SQL leaves it open whether the row fails: an operand of AND or OR fails that another makes irrelevant.
	doubt bool
}

// eval is the value of e; it panics with a fault if there is none.
func (v *env) eval(e expr.Expr) any {
	switch e := e.(type) {
	case *expr.Column:
		return v.row[e.Index]
	case *expr.Meta:
		return v.meta(e)
	case *expr.Element:
		return v.element(e)
	case *expr.Make:
		return v.made(e)
	case *expr.Lit:
		if x, ok := literalOf(e); ok {
			return x
		}
		if m, ok := e.Val.(*big.Int); ok {
			return new(big.Rat).SetFrac(m, pow10(e.T.Type.Scale))
		}
		return e.Val
	case *expr.Unary:
		return negate(v.eval(e.X))
	case *expr.Binary:
		l, r := v.eval(e.L), v.eval(e.R)
		return v.divided(e.Op == expr.Div || e.Op == expr.Mod, binary(e, l, r), l, r)
	case *expr.Field:
		if fields := v.eval(e.X); fields != nil {
			return fields.([]any)[e.Index]
		}
		return nil
	case *expr.Logic:
		return v.logic(e)
	case *expr.Compare:
		return comparison(e.Op, v.eval(e.L), v.eval(e.R))
	case *expr.IsNull:
		return (v.eval(e.X) == nil) != e.Not
	case *expr.IsBool:
		return (v.eval(e.X) == any(e.Want)) != e.Not
	case *expr.In:
		return v.in(e)
	case *expr.Like:
		return v.like(e)
	case *expr.Case:
		for _, w := range e.Whens {
			if v.eval(w.Cond) == true {
				return v.eval(w.Then)
			}
		}
		return v.eval(e.Else)
	case *expr.Cast:
		return v.cast(e)
	case *expr.Call:
		return v.call(e)
	}
	panic(fmt.Sprintf("bug: unhandled expression %T", e))
}

// divided is the result of a division, which has none for a divisor of zero: the row fails then, if it should.
func (v *env) divided(division bool, result any, operands ...any) any {
	if division && v.zeroFails && result == nil && !slices.Contains(operands, nil) {
		fail("division by zero")
	}
	return result
}

func (v *env) meta(e *expr.Meta) any {
	switch e.Field {
	case expr.MetaEventTime:
		if v.time == nil {
			fail("the row has no event time")
		}
		return v.time
	case expr.MetaTimestamp:
		return v.now
	case expr.MetaPartition:
		return int64(0)
	}
	panic("bug: the oracle does not know " + e.Field.String())
}

// logic is AND, OR and NOT in three-valued logic.
func (v *env) logic(e *expr.Logic) any {
	if e.Op == expr.Not {
		if x := v.eval(e.Args[0]); x != nil {
			return !x.(bool)
		}
		return nil
	}
	decides := e.Op == expr.Or
	var result any = !decides
	decided := false
	var failure any
	for _, a := range e.Args {
		x, failed := attempt(func() any { return v.eval(a) })
		switch {
		case failed:
			failure = a
		case x == any(decides):
			decided = true
		case x == nil:
			result = nil
		}
	}
	switch {
	case decided && failure != nil:
		v.doubt = true
		return decides
	case failure != nil && result == nil: // whoever asks only whether it is TRUE may have his answer
		v.doubt = true
		return nil
	case failure != nil:
		fail("an operand of %s", e.Op)
	case decided:
		return decides
	}
	return result
}

func comparison(op expr.CmpOp, l, r any) any {
	switch {
	case l == nil || r == nil:
		switch op {
		case expr.IsDistinct:
			return (l == nil) != (r == nil)
		case expr.NotDistinct:
			return (l == nil) == (r == nil)
		}
		return nil
	}
	order, ok := compare(l, r)
	if !ok { // NaN
		return op == expr.Ne || op == expr.IsDistinct
	}
	switch op {
	case expr.Eq, expr.NotDistinct:
		return order == 0
	case expr.Ne, expr.IsDistinct:
		return order != 0
	case expr.Lt:
		return order < 0
	case expr.Le:
		return order <= 0
	case expr.Gt:
		return order > 0
	}
	return order >= 0
}

func (v *env) in(e *expr.In) any {
	x := v.eval(e.X)
	found, unknown := false, x == nil
	for _, item := range e.List {
		y := v.eval(item)
		if x == nil {
			continue
		}
		switch comparison(expr.Eq, x, y) {
		case true:
			found = true
		case nil:
			unknown = true
		}
	}
	switch {
	case found:
		return !e.Not
	case unknown:
		return nil
	}
	return e.Not
}

func (v *env) like(e *expr.Like) any {
	x, p := v.eval(e.X), v.eval(e.Pattern)
	if x == nil || p == nil {
		return nil
	}
	return like([]rune(x.(string)), pattern(p.(string), e.Escape), e.Fold) != e.Not
}

// Elements of a pattern that are no characters.
const (
	anyText = -1
	anyChar = -2
)

func pattern(s string, escape rune) []rune {
	var out []rune
	runes := []rune(s)
	for i := 0; i < len(runes); i++ {
		switch r := runes[i]; {
		case escape != 0 && r == escape:
			i++
			if i == len(runes) || runes[i] != '%' && runes[i] != '_' && runes[i] != escape {
				fail("bad escape")
			}
			out = append(out, runes[i])
		case r == '%':
			out = append(out, anyText)
		case r == '_':
			out = append(out, anyChar)
		default:
			out = append(out, r)
		}
	}
	return out
}

func like(s, p []rune, fold bool) bool {
	if len(p) == 0 {
		return len(s) == 0
	}
	if p[0] == anyText {
		return like(s, p[1:], fold) || len(s) > 0 && like(s[1:], p, fold)
	}
	if len(s) == 0 {
		return false
	}
	same := p[0] == anyChar || s[0] == p[0] || fold && strings.EqualFold(string(s[0]), string(p[0]))
	return same && like(s[1:], p[1:], fold)
}

func negate(x any) any {
	switch x := x.(type) {
	case int64:
		return integer(new(big.Int).Neg(big.NewInt(x)))
	case float64:
		return -x
	case *big.Rat:
		return new(big.Rat).Neg(x)
	}
	return nil
}

func binary(e *expr.Binary, l, r any) any {
	if l == nil || r == nil {
		return nil
	}
	t := e.T.Type
	if e.L.Col().Type.Kind == types.YearMonth || e.R.Col().Type.Kind == types.YearMonth {
		return monthArith(e, l, r)
	}
	switch x := l.(type) {
	case string:
		return x + r.(string)
	case float64:
		if y, ok := r.(float64); ok {
			return floatArith(e.Op, x, y)
		}
		return scaleInterval(r.(int64), x)
	case *big.Rat:
		return decimalArith(e.Op, x, r.(*big.Rat), t)
	}
	if f, ok := r.(float64); ok {
		return scaleInterval(l.(int64), f)
	}
	return intArith(e.Op, l.(int64), r.(int64))
}

func scaleInterval(n int64, f float64) any {
	p := math.Round(float64(n) * f)
	if !(p >= -1<<63 && p < 1<<63) {
		fail("out of range")
	}
	return int64(p)
}

func floatArith(op expr.Op, x, y float64) any {
	switch op {
	case expr.Add:
		return x + y
	case expr.Sub:
		return x - y
	case expr.Mul:
		return x * y
	}
	switch {
	case y == 0:
		return nil
	case op == expr.Div:
		return x / y
	}
	return math.Mod(x, y)
}

func intArith(op expr.Op, x, y int64) any {
	a, b := big.NewInt(x), big.NewInt(y)
	switch op {
	case expr.Add:
		return integer(a.Add(a, b))
	case expr.Sub:
		return integer(a.Sub(a, b))
	case expr.Mul:
		return integer(a.Mul(a, b))
	case expr.Mod:
		if y == 0 {
			return nil
		}
		return integer(a.Rem(a, b))
	}
	panic("bug: integer " + op.String())
}

func decimalArith(op expr.Op, x, y *big.Rat, t types.Type) any {
	z := new(big.Rat)
	switch op {
	case expr.Add:
		return decimal(z.Add(x, y), t)
	case expr.Sub:
		return decimal(z.Sub(x, y), t)
	case expr.Mul:
		return decimal(z.Mul(x, y), t)
	}
	if y.Sign() == 0 {
		return nil
	}
	q := new(big.Rat).Quo(x, y)
	if op == expr.Div {
		return decimal(q, t)
	}
	return decimal(z.Sub(x, z.Mul(y, new(big.Rat).SetInt(whole(q)))), t)
}

func characters(s string) int64 { return int64(utf8.RuneCountInString(s)) }
