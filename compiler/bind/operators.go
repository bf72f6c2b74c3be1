package bind

import (
	"strings"

	"github.com/velostream/veloc/compiler/expr"
	"github.com/velostream/veloc/compiler/types"
	"github.com/velostream/veloc/grammar"
	"github.com/velostream/veloc/grammar/diag"
	"github.com/velostream/veloc/grammar/source"
)

func (s *scope) unary(e *grammar.Unary) expr.Expr {
	at := e.Span()
	if num, ok := e.X.(*grammar.Number); ok && e.Op == grammar.Neg {
		return s.number(at, num.Text, true)
	}
	x := s.expr(e.X)
	if isInvalid(x) {
		return invalid(at)
	}
	if e.Op == grammar.Not {
		if b, ok := e.X.(*grammar.Binary); ok && b.Op.IsComparison() && !negatesParentheses(at) {
			s.note(diag.NoteNotPrecedence(at))
		}
		return s.logic(at, expr.Not, s.boolean(e.X.Span(), x, "NOT"))
	}
	t, ok := types.Negate(x.Col().Type)
	if !ok {
		s.report(diag.NoOperator(at, e.Op.String(), typeName(x)))
		return invalid(at)
	}
	x = s.convert(x, t)
	if e.Op == grammar.Pos || t.Kind == types.Null {
		return x
	}
	return &expr.Unary{Node: expr.Node{T: x.Col(), At: at}, Op: expr.Neg, X: x}
}

// negatesParentheses tells whether a NOT is written NOT (…), which no one reads in two ways.
func negatesParentheses(at source.Span) bool {
	_, operand, _ := strings.Cut(strings.ToUpper(at.Text()), "NOT")
	return strings.HasPrefix(strings.TrimSpace(operand), "(")
}

var comparisons = map[grammar.BinaryOp]expr.CmpOp{
	grammar.Eq: expr.Eq, grammar.NotEq: expr.Ne, grammar.Less: expr.Lt, grammar.LessEq: expr.Le,
	grammar.Greater: expr.Gt, grammar.GreaterEq: expr.Ge,
}

var arithmetic = map[grammar.BinaryOp]struct {
	op  expr.Op
	typ types.Op
}{
	grammar.Add: {expr.Add, types.Add}, grammar.Sub: {expr.Sub, types.Sub}, grammar.Mul: {expr.Mul, types.Mul},
	grammar.Div: {expr.Div, types.Div}, grammar.Mod: {expr.Mod, types.Mod},
}

func (s *scope) binary(e *grammar.Binary) expr.Expr {
	switch e.Op {
	case grammar.And, grammar.Or:
		return s.connective(e)
	case grammar.Pow:
		return s.scalar(e.Span(), "POWER", []expr.Expr{s.expr(e.X), s.expr(e.Y)})
	case grammar.Concat:
		return s.concat(e.Span(), s.expr(e.X), s.expr(e.Y))
	}
	l, r := s.expr(e.X), s.expr(e.Y)
	if op, ok := comparisons[e.Op]; ok {
		s.noteNull(e, l, r)
		return s.compare(e.Span(), op, l, r)
	}
	return s.arith(e.Span(), e.Op, l, r)
}

// connective flattens a chain of one operator: a AND b AND c is one Logic of three operands.
func (s *scope) connective(e *grammar.Binary) expr.Expr {
	op := expr.And
	if e.Op == grammar.Or {
		op = expr.Or
	}
	var chain []grammar.Expr
	for {
		chain = append(chain, e.Y)
		left, ok := e.X.(*grammar.Binary)
		if !ok || left.Op != e.Op {
			chain = append(chain, e.X)
			break
		}
		e = left
	}
	at := chain[len(chain)-1].Span().To(chain[0].Span())
	args := make([]expr.Expr, len(chain))
	for i := range chain {
		args[i] = s.condition(chain[len(chain)-1-i], op.String())
	}
	return s.logic(at, op, args...)
}

// logic joins BOOLEANs; Invalid if one is.
func (s *scope) logic(at source.Span, op expr.LogicOp, args ...expr.Expr) expr.Expr {
	out := &expr.Logic{Node: expr.Node{T: types.Col{Type: types.TBoolean}, At: at}, Op: op}
	for _, a := range args {
		if isInvalid(a) {
			return invalid(at)
		}
		out.T.Nullable = out.T.Nullable || nullable(a)
		if l, ok := a.(*expr.Logic); ok && l.Op == op && op != expr.Not {
			out.Args = append(out.Args, l.Args...)
			continue
		}
		out.Args = append(out.Args, a)
	}
	return out
}

// compare binds a comparison of two values.
func (s *scope) compare(at source.Span, op expr.CmpOp, l, r expr.Expr) expr.Expr {
	if isInvalid(l) || isInvalid(r) {
		return invalid(at)
	}
	lt, rt, ok := types.Comparable(beside(l, r), beside(r, l))
	if !ok && monthsBesideTime(l, r) {
		s.report(diag.MonthInterval(at))
		return invalid(at)
	}
	if !ok {
		s.report(diag.NotComparable(at, typeName(l), typeName(r)))
		return invalid(at)
	}
	if op != expr.Eq && op != expr.Ne && op != expr.IsDistinct && op != expr.NotDistinct && !lt.Ordered() {
		s.report(diag.NotOrdered(at, op.String(), lt.String()))
		return invalid(at)
	}
	if !lt.Groupable() {
		s.report(diag.NoOperator(at, op.String(), lt.String(), rt.String()).
			WithNote("one JSON value has many texts: compare what stands in it, or CAST(… AS STRING) to compare the text"))
		return invalid(at)
	}
	if lt.Kind == types.Decimal && (op == expr.Eq || op == expr.Ne) {
		s.note(diag.NoteDecimalEquality(at))
	}
	l, r = s.convert(l, lt), s.convert(r, rt)
	if isInvalid(l) || isInvalid(r) {
		return invalid(at)
	}
	out := &expr.Compare{Node: expr.Node{T: types.Col{Type: types.TBoolean}, At: at}, Op: op, L: l, R: r}
	out.T.Nullable = op != expr.IsDistinct && op != expr.NotDistinct && (nullable(l) || nullable(r))
	return out
}

// monthsBesideTime tells whether an interval of months stands beside one of a fixed length.
func monthsBesideTime(l, r expr.Expr) bool {
	a, b := l.Col().Type.Kind, r.Col().Type.Kind
	return a == types.YearMonth && b == types.Interval || a == types.Interval && b == types.YearMonth
}

// noteNull warns of x = NULL, and notes where Velostream's two-valued logic would keep a row.
func (s *scope) noteNull(e *grammar.Binary, l, r expr.Expr) {
	if isInvalid(l) || isInvalid(r) {
		return
	}
	test := " IS NULL"
	if e.Op == grammar.NotEq {
		test = " IS NOT NULL"
	}
	switch {
	case isNull(r) && !isNull(l):
		s.report(diag.ComparedWithNull(e.Span(), parenthesised(e.X)+test))
	case isNull(l) && !isNull(r):
		s.report(diag.ComparedWithNull(e.Span(), parenthesised(e.Y)+test))
	case e.Op == grammar.NotEq && (nullable(l) || nullable(r)), e.Op == grammar.Eq && nullable(l) && nullable(r):
		s.note(diag.NoteNullComparison(e.Span()))
	}
}

func (s *scope) arith(at source.Span, sign grammar.BinaryOp, l, r expr.Expr) expr.Expr {
	if isInvalid(l) || isInvalid(r) {
		return invalid(at)
	}
	op := arithmetic[sign]
	result, lt, rt, ok := types.Arith(op.typ, beside(l, r), beside(r, l))
	if !ok && monthsBesideTime(l, r) {
		s.report(diag.MonthInterval(at))
		return invalid(at)
	}
	if !ok {
		s.report(diag.NoOperator(at, sign.String(), typeName(l), typeName(r)))
		return invalid(at)
	}
	if result.Kind == types.Null {
		return null(at, types.TNull)
	}
	l, r = s.convert(l, lt), s.convert(r, rt)
	if isInvalid(l) || isInvalid(r) {
		return invalid(at)
	}
	out := &expr.Binary{Node: expr.Node{T: types.Col{Type: result, Nullable: nullable(l) || nullable(r)}, At: at}, Op: op.op, L: l, R: r}
	if (op.op == expr.Div || op.op == expr.Mod) && !isNonZero(r) {
		out.T.Nullable = true
		s.note(diag.NoteDivisionByZero(at))
	}
	return out
}

// concat joins texts; anything that has a text form is converted to it.
func (s *scope) concat(at source.Span, l, r expr.Expr) expr.Expr {
	if isInvalid(l) || isInvalid(r) {
		return invalid(at)
	}
	l, okl := s.asText(l)
	r, okr := s.asText(r)
	if !okl || !okr {
		s.report(diag.NoOperator(at, "||", typeName(l), typeName(r)))
		return invalid(at)
	}
	return &expr.Binary{
		Node: expr.Node{T: types.Col{Type: types.TString, Nullable: nullable(l) || nullable(r)}, At: at},
		Op:   expr.Concat, L: l, R: r,
	}
}

func (s *scope) asText(e expr.Expr) (expr.Expr, bool) {
	t := e.Col().Type
	if types.Cast(t, types.TString) == types.Never {
		return e, false
	}
	return s.cast(e, types.TString), true
}
