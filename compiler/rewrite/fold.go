package rewrite

import (
	"cmp"
	"math"
	"math/big"
	"math/bits"

	"github.com/velostream/veloc/compiler/expr"
	"github.com/velostream/veloc/compiler/types"
	"github.com/velostream/veloc/grammar/diag"
)

// fold computes expressions over literals.
//
// Identity: an operator whose operands do not depend on the row gives the same value for each row. Values are computed as the job
// would compute them: INTEGER and the mantissas of DECIMAL exactly and checked, FLOAT in 64 bits, NULL by SQL's three-valued
// logic. What would fail each row is reported now (VL0411) and left as it is. Left as well, for the job to do: division by zero,
// which is counted at run time; results that are no finite FLOAT; function calls and conversions of text, whose rules the
// run time knows.
func fold(c *Context, e expr.Expr) expr.Expr {
	switch e := e.(type) {
	case *expr.Unary:
		return foldNegate(c, e)
	case *expr.Binary:
		return foldBinary(c, e)
	case *expr.Compare:
		return foldCompare(e)
	case *expr.IsNull:
		if l, ok := e.X.(*expr.Lit); ok {
			return boolLit(e, (l.Val == nil) != e.Not)
		}
	case *expr.IsBool:
		if l, ok := e.X.(*expr.Lit); ok {
			return boolLit(e, (l.Val == any(e.Want)) != e.Not)
		}
	case *expr.Logic:
		if l, ok := e.Args[0].(*expr.Lit); ok && e.Op == expr.Not && l.Val == nil {
			return nullLit(e)
		}
	case *expr.Cast:
		return foldCast(c, e)
	}
	return e
}

func lit(at expr.Expr, v any) expr.Expr {
	return &expr.Lit{Node: expr.Node{T: types.Col{Type: at.Col().Type}, At: at.Span()}, Val: v}
}

func nullLit(at expr.Expr) expr.Expr {
	return &expr.Lit{Node: expr.Node{T: types.Col{Type: at.Col().Type, Nullable: true}, At: at.Span()}}
}

// fails reports an expression without a value and leaves it to fail its rows.
func fails(c *Context, e expr.Expr) expr.Expr {
	c.Diags.Add(diag.ConstantFails(e.Span(), "the result does not fit "+e.Col().Type.String()))
	return e
}

func foldNegate(c *Context, e *expr.Unary) expr.Expr {
	l, ok := e.X.(*expr.Lit)
	if !ok {
		return e
	}
	switch v := l.Val.(type) {
	case nil:
		return nullLit(e)
	case int64:
		if v == math.MinInt64 {
			return fails(c, e)
		}
		return lit(e, -v)
	case float64:
		return lit(e, -v)
	case *big.Int:
		return lit(e, new(big.Int).Neg(v))
	}
	return e
}

func foldBinary(c *Context, e *expr.Binary) expr.Expr {
	l, okl := e.L.(*expr.Lit)
	r, okr := e.R.(*expr.Lit)
	if !okl || !okr {
		return e
	}
	if l.Val == nil || r.Val == nil {
		return nullLit(e)
	}
	if (e.Op == expr.Div || e.Op == expr.Mod) && !expr.NonZero(r) {
		return e
	}
	switch a := l.Val.(type) {
	case int64:
		if b, ok := r.Val.(int64); ok {
			return foldInt(c, e, a, b)
		}
	case float64:
		if b, ok := r.Val.(float64); ok {
			return foldFloat(e, a, b)
		}
	case *big.Int:
		return foldDecimal(c, e, a, l.T.Type.Scale, r.DecimalVal(), r.T.Type.Scale)
	case string:
		return lit(e, a+r.Val.(string))
	}
	return e // INTERVAL * FLOAT is rounded at run time
}

// foldInt serves INTEGER and everything that is counted in nanoseconds.
func foldInt(c *Context, e *expr.Binary, a, b int64) expr.Expr {
	l, r := e.L.Col().Type, e.R.Col().Type
	switch {
	case l.Kind == types.Date || r.Kind == types.Date:
		return e
	case l.Temporal() && r.Kind == types.YearMonth || r.Temporal() && l.Kind == types.YearMonth: // months are no nanoseconds
		return e
	}
	switch e.Op {
	case expr.Add:
		sum := a + b
		if (sum > a) != (b > 0) {
			return fails(c, e)
		}
		return lit(e, sum)
	case expr.Sub:
		diff := a - b
		if (diff < a) != (b > 0) {
			return fails(c, e)
		}
		return lit(e, diff)
	case expr.Mul:
		if product, ok := mulInt(a, b); ok {
			return lit(e, product)
		}
		return fails(c, e)
	case expr.Mod:
		return lit(e, a%b)
	}
	return e
}

func mulInt(a, b int64) (int64, bool) {
	hi, lo := bits.Mul64(magnitude(a), magnitude(b))
	negative := (a < 0) != (b < 0)
	switch {
	case hi != 0 || lo > 1<<63 || lo == 1<<63 && !negative:
		return 0, false
	case negative:
		return -int64(lo), true
	}
	return int64(lo), true
}

func magnitude(v int64) uint64 {
	if v < 0 {
		return -uint64(v)
	}
	return uint64(v)
}

func foldFloat(e *expr.Binary, a, b float64) expr.Expr {
	var v float64
	switch e.Op {
	case expr.Add:
		v = a + b
	case expr.Sub:
		v = a - b
	case expr.Mul:
		v = a * b
	case expr.Div:
		v = a / b
	case expr.Mod:
		v = math.Mod(a, b)
	}
	if math.IsInf(v, 0) || math.IsNaN(v) {
		return e
	}
	return lit(e, v)
}

// foldDecimal computes at a common scale; the result's scale is that of its type.
func foldDecimal(c *Context, e *expr.Binary, a *big.Int, as int, b *big.Int, bs int) expr.Expr {
	t := e.T.Type
	common := max(as, bs)
	v := new(big.Int)
	switch e.Op {
	case expr.Add:
		v.Add(scaled(a, common-as), scaled(b, common-bs))
	case expr.Sub:
		v.Sub(scaled(a, common-as), scaled(b, common-bs))
	case expr.Mod:
		v.Rem(scaled(a, common-as), scaled(b, common-bs))
	case expr.Mul:
		v.Mul(a, b)
		common = as + bs
	case expr.Div: // a/10^as ÷ b/10^bs at scale t.Scale
		v = divRound(scaled(a, t.Scale+bs), scaled(b, as))
		common = t.Scale
	}
	if out, ok := fit(v, common, t); ok {
		return lit(e, out)
	}
	return fails(c, e)
}

func scaled(v *big.Int, by int) *big.Int {
	return new(big.Int).Mul(v, pow10(by))
}

func pow10(n int) *big.Int { return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil) }

// divRound divides and rounds half away from zero.
func divRound(a, b *big.Int) *big.Int {
	q, r := new(big.Int).QuoRem(a, b, new(big.Int))
	if new(big.Int).Lsh(r.Abs(r), 1).CmpAbs(b) >= 0 {
		q.Add(q, big.NewInt(int64(a.Sign()*b.Sign())))
	}
	return q
}

// fit moves a mantissa from one scale to that of t, rounding half away from zero; false if it has too many digits.
func fit(v *big.Int, scale int, t types.Type) (*big.Int, bool) {
	if scale <= t.Scale {
		v = scaled(v, t.Scale-scale)
	} else {
		v = divRound(v, pow10(scale-t.Scale))
	}
	return v, v.CmpAbs(pow10(t.Precision)) < 0
}

func foldCompare(e *expr.Compare) expr.Expr {
	l, okl := e.L.(*expr.Lit)
	r, okr := e.R.(*expr.Lit)
	if !okl || !okr {
		return e
	}
	distinct := e.Op == expr.IsDistinct || e.Op == expr.NotDistinct
	if l.Val == nil || r.Val == nil {
		if distinct {
			return boolLit(e, (l.Val == nil && r.Val == nil) == (e.Op == expr.NotDistinct))
		}
		return nullLit(e)
	}
	order, ok := compareLits(l, r)
	if !ok {
		return e
	}
	return boolLit(e, holds(e.Op, order))
}

func holds(op expr.CmpOp, order int) bool {
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

// compareLits orders two literals of one kind; false where the run time has rules of its own.
func compareLits(l, r *expr.Lit) (int, bool) {
	switch a := l.Val.(type) {
	case int64:
		b, ok := r.Val.(int64)
		return cmp.Compare(a, b), ok
	case float64:
		b, ok := r.Val.(float64)
		return cmp.Compare(a, b), ok && !math.IsNaN(a) && !math.IsNaN(b)
	case string:
		b, ok := r.Val.(string)
		return cmp.Compare(a, b), ok && l.T.Type.Kind == types.String
	case bool:
		b, ok := r.Val.(bool)
		return cmp.Compare(number(a), number(b)), ok
	case *big.Int:
		common := max(l.T.Type.Scale, r.T.Type.Scale)
		return scaled(a, common-l.T.Type.Scale).Cmp(scaled(r.DecimalVal(), common-r.T.Type.Scale)), true
	}
	return 0, false
}

func number(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// foldCast converts numbers to numbers.
func foldCast(c *Context, e *expr.Cast) expr.Expr {
	l, ok := e.X.(*expr.Lit)
	if !ok {
		return e
	}
	from, to := l.T.Type, e.T.Type
	switch v := l.Val.(type) {
	case nil:
		return nullLit(e)
	case int64:
		if from.Kind == types.Integer {
			return foldIntCast(c, e, v)
		}
	case *big.Int:
		switch to.Kind {
		case types.Decimal:
			if out, ok := fit(v, from.Scale, to); ok {
				return lit(e, out)
			}
			return failsCast(c, e)
		case types.Integer:
			whole := new(big.Int).Quo(v, pow10(from.Scale))
			if whole.IsInt64() {
				return lit(e, whole.Int64())
			}
			return failsCast(c, e)
		}
	}
	return e
}

func foldIntCast(c *Context, e *expr.Cast, v int64) expr.Expr {
	switch e.T.Type.Kind {
	case types.Float:
		return lit(e, float64(v))
	case types.Decimal:
		if out, ok := fit(big.NewInt(v), 0, e.T.Type); ok {
			return lit(e, out)
		}
		return failsCast(c, e)
	case types.Boolean:
		return lit(e, v != 0)
	}
	return e
}

// failsCast is what becomes of a conversion without a value: NULL under TRY_CAST.
func failsCast(c *Context, e *expr.Cast) expr.Expr {
	if e.Try {
		return nullLit(e)
	}
	return fails(c, e)
}
