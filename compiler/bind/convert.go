package bind

import (
	"math/big"
	"strconv"
	"strings"

	"github.com/velostream/veloc/compiler/expr"
	"github.com/velostream/veloc/compiler/types"
	"github.com/velostream/veloc/grammar"
	"github.com/velostream/veloc/grammar/diag"
	"github.com/velostream/veloc/grammar/source"
)

func nullable(e expr.Expr) bool { return e.Col().Nullable || e.Col().Type.Kind == types.Null }

func isNull(e expr.Expr) bool { return e.Col().Type.Kind == types.Null }

// typeName is the type of e for messages.
func typeName(e expr.Expr) string { return e.Col().Type.String() }

// arg is e among other operands: literals adapt to their neighbours.
func arg(e expr.Expr) types.Arg {
	a := types.ArgOf(e.Col())
	if l, ok := e.(*expr.Lit); ok && l.Val != nil {
		a.Value = l.Val
		switch v := l.Val.(type) {
		case int64:
			if l.T.Type.Kind == types.Integer {
				a.Digits = len(strings.TrimPrefix(strconv.FormatInt(v, 10), "-"))
			}
		case string:
			a.Text = l.T.Type.Kind == types.String
		}
	}
	return a
}

// beside is the type of e next to other.
func beside(e, other expr.Expr) types.Type { return arg(e).Beside(other.Col().Type) }

// isNonZero tells whether e is a literal other than zero.
func isNonZero(e expr.Expr) bool {
	l, ok := e.(*expr.Lit)
	if !ok {
		return false
	}
	switch v := l.Val.(type) {
	case int64:
		return v != 0
	case float64:
		return v != 0
	case *big.Int:
		return v.Sign() != 0
	}
	return false
}

func null(at source.Span, t types.Type) expr.Expr {
	return &expr.Lit{Node: expr.Node{T: types.Col{Type: t, Nullable: true}, At: at}}
}

func literal(at source.Span, t types.Type, v any) expr.Expr {
	return &expr.Lit{Node: expr.Node{T: types.Col{Type: t}, At: at}, Val: v}
}

// convert makes e a t where the coercion table says that it becomes one by itself. Literals are converted here and now; a text
// that is no value of t is reported.
func (s *scope) convert(e expr.Expr, t types.Type) expr.Expr {
	if isInvalid(e) || t.Kind == types.Invalid {
		return invalid(e.Span())
	}
	if e.Col().Type.Equal(t) {
		return e
	}
	if m, ok := e.(*expr.Make); ok && m.T.Type.Kind == t.Kind && types.Implicit(m.T.Type, t) {
		return s.convertParts(m, t)
	}
	l, ok := e.(*expr.Lit)
	if !ok {
		return s.cast(e, t)
	}
	if l.Val == nil {
		return null(e.Span(), t)
	}
	switch v := l.Val.(type) {
	case int64:
		if l.T.Type.Kind == types.Integer && t.Kind == types.Float {
			return literal(l.At, t, float64(v))
		}
		if l.T.Type.Kind == types.Integer && t.Kind == types.Decimal {
			return literal(l.At, t, rescale(big.NewInt(v), 0, t.Scale))
		}
	case *big.Int:
		if t.Kind == types.Decimal && t.Scale >= l.T.Type.Scale {
			return literal(l.At, t, rescale(v, l.T.Type.Scale, t.Scale))
		}
		if t.Kind == types.Float {
			f, _ := strconv.ParseFloat(expr.DecimalText(v, l.T.Type.Scale), 64)
			return literal(l.At, t, f)
		}
	case string:
		if l.T.Type.Kind == types.String && types.TextLiteral(t) {
			return s.textAs(l.At, v, t)
		}
	}
	return s.cast(e, t)
}

func rescale(v *big.Int, from, to int) *big.Int {
	return new(big.Int).Mul(v, new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(to-from)), nil))
}

// cast writes an implicit conversion down.
func (s *scope) cast(e expr.Expr, t types.Type) expr.Expr {
	if e.Col().Type.Equal(t) {
		return e
	}
	if isNull(e) {
		return null(e.Span(), t)
	}
	return &expr.Cast{Node: expr.Node{T: types.Col{Type: t, Nullable: nullable(e)}, At: e.Span()}, X: e, Implicit: true}
}

// explicitCast binds CAST, TRY_CAST and ::.
func (s *scope) explicitCast(e *grammar.Cast) expr.Expr {
	x := s.expr(e.X)
	t, ok := s.typ(e.Type)
	if !ok || isInvalid(x) {
		return invalid(e.Span())
	}
	if isNull(x) {
		return null(e.Span(), t)
	}
	from := x.Col().Type
	how := types.Cast(from, t)
	if how == types.Never {
		s.report(diag.NoCast(e.Span(), from.String(), t.String()))
		return invalid(e.Span())
	}
	if from.Kind == types.Integer && t.Kind == types.Timestamp {
		s.note(diag.NoteMillisTimestamp(e.Span()))
	}
	col := types.Col{Type: t, Nullable: nullable(x) || e.Try && how == types.Checked}
	return &expr.Cast{Node: expr.Node{T: col, At: e.Span()}, X: x, Try: e.Try}
}

// typ resolves a type as written.
func (s *scope) typ(t *grammar.Type) (types.Type, bool) {
	out, notes, err := typeOf(t)
	if err != nil {
		s.report(diag.BadType(t.Span(), t.Name, err.Error(), types.Names()))
		return types.TInvalid, false
	}
	for _, n := range notes {
		s.report(diag.TypeParameterIgnored(t.Span(), n))
	}
	return out, true
}

// typeOf reads the text of a type: types.Parse knows every spelling but the postfix arrays.
func typeOf(t *grammar.Type) (types.Type, []string, error) {
	if !t.Suffix {
		return types.Parse(t.Span().Text())
	}
	text := strings.TrimSpace(t.Span().Text())
	upper := strings.ToUpper(text)
	text = strings.TrimRight(strings.TrimSuffix(text, "]"), " \t\r\n[")
	if strings.HasSuffix(upper, "ARRAY") {
		text = text[:len(text)-len("ARRAY")]
	}
	elem, notes, err := types.Parse(text)
	return types.Type{Kind: types.Array, Elem: &elem}, notes, err
}
