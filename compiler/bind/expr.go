package bind

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/velostream/veloc/compiler/expr"
	"github.com/velostream/veloc/compiler/types"
	"github.com/velostream/veloc/grammar"
	"github.com/velostream/veloc/grammar/diag"
	"github.com/velostream/veloc/grammar/source"
)

// expr binds an expression over the scope's row.
func (s *scope) expr(e grammar.Expr) expr.Expr {
	switch e := e.(type) {
	case *grammar.Column:
		return s.column(e)
	case *grammar.Number:
		return s.number(e.Span(), e.Text, false)
	case *grammar.String:
		return literal(e.Span(), types.TString, e.Value)
	case *grammar.Bool:
		return literal(e.Span(), types.TBoolean, e.Value)
	case *grammar.Null:
		return null(e.Span(), types.TNull)
	case *grammar.Interval:
		return s.interval(e)
	case *grammar.TypedLiteral:
		return s.typedLiteral(e)
	case *grammar.Unary:
		return s.unary(e)
	case *grammar.Binary:
		return s.binary(e)
	case *grammar.IsTest:
		return s.isTest(e)
	case *grammar.IsDistinct:
		op := expr.IsDistinct
		if e.Not {
			op = expr.NotDistinct
		}
		return s.compare(e.Span(), op, s.expr(e.X), s.expr(e.Y))
	case *grammar.Between:
		return s.between(e)
	case *grammar.InList:
		return s.inList(e)
	case *grammar.Like:
		return s.like(e)
	case *grammar.Case:
		return s.cases(e)
	case *grammar.Cast:
		return s.explicitCast(e)
	case *grammar.Extract:
		part := literal(e.PartNode.Span(), types.TString, e.Part)
		return s.scalar(e.Span(), "EXTRACT", []expr.Expr{part, s.expr(e.X)})
	case *grammar.Call:
		return s.call(e)
	case *grammar.Field:
		x := s.expr(e.X)
		return s.field(x, e.X.Span().Snippet(40), e.Name)
	case *grammar.ArrayLit:
		return s.arrayOf(e.Span(), e.Elems)
	case *grammar.MapLit:
		return s.mapOf(e.Span(), e.Keys, e.Values)
	case *grammar.RowLit:
		return s.rowOf(e)
	case *grammar.Subscript:
		return s.subscript(e)
	case *grammar.AtTimeZone:
		return s.atTimeZone(e)
	case *grammar.TableArg:
		s.report(diag.ArgumentNotHere(e.Span(), "TABLE "+e.Name.String(), "only a function in FROM takes a table"))
		return invalid(e.Span())
	case *grammar.NamedArg:
		s.expr(e.Value)
		s.report(diag.ArgumentNotHere(e.Span(), e.Name.Name+" => …", "give arguments by position; only functions in FROM take them by name"))
		return invalid(e.Span())
	case *grammar.Scalar:
		return s.scalarQuery(e)
	case *grammar.Exists:
		return s.exists(e)
	case *grammar.InQuery:
		return s.inQuery(e)
	case *grammar.Quantified:
		return s.quantified(e)
	}
	panic(fmt.Sprintf("bug: unhandled expression %T", e))
}

func upper(n *grammar.Name) string { return strings.ToUpper(n.String()) }

func (s *scope) isTest(e *grammar.IsTest) expr.Expr {
	x := s.expr(e.X)
	if isInvalid(x) {
		return invalid(e.Span())
	}
	node := expr.Node{T: types.Col{Type: types.TBoolean}, At: e.Span()}
	if e.Test == grammar.IsNull {
		return &expr.IsNull{Node: node, X: x, Not: e.Not}
	}
	x = s.boolean(e.X.Span(), x, "IS "+e.Test.String())
	switch {
	case isInvalid(x):
		return invalid(e.Span())
	case e.Test == grammar.IsUnknown:
		return &expr.IsNull{Node: node, X: x, Not: e.Not}
	}
	return &expr.IsBool{Node: node, X: x, Want: e.Test == grammar.IsTrue, Not: e.Not}
}

// between is x >= low AND x <= high, negated as a whole.
func (s *scope) between(e *grammar.Between) expr.Expr {
	x := s.expr(e.X)
	low := s.compare(e.Span(), expr.Ge, x, s.expr(e.Low))
	high := s.compare(e.Span(), expr.Le, x, s.expr(e.High))
	both := s.logic(e.Span(), expr.And, low, high)
	if e.Not {
		return s.logic(e.Span(), expr.Not, both)
	}
	return both
}

func (s *scope) inList(e *grammar.InList) expr.Expr {
	return s.inValues(e.Span(), e.X, e.List, e.Not)
}

// inValues is x [NOT] IN (values).
func (s *scope) inValues(at source.Span, operand grammar.Expr, values []grammar.Expr, not bool) expr.Expr {
	x := s.expr(operand)
	args := []types.Arg{arg(x)}
	list := make([]expr.Expr, len(values))
	for i, it := range values {
		list[i] = s.expr(it)
		args = append(args, arg(list[i]))
	}
	t, ok := types.CommonOf(args)
	if !ok {
		return s.inListMismatch(at, x, list)
	}
	out := &expr.In{Node: expr.Node{T: types.Col{Type: types.TBoolean}, At: at}, X: s.convert(x, t), Not: not}
	bad := isInvalid(out.X)
	out.T.Nullable = nullable(x)
	for _, it := range list {
		it = s.convert(it, t)
		bad = bad || isInvalid(it)
		out.T.Nullable = out.T.Nullable || nullable(it)
		out.List = append(out.List, it)
	}
	if bad {
		return invalid(at)
	}
	return out
}

// inListMismatch reads a TIMESTAMP beside numbers as milliseconds, as a comparison does, or reports the first item that does not fit.
func (s *scope) inListMismatch(at source.Span, x expr.Expr, list []expr.Expr) expr.Expr {
	for _, it := range list {
		if _, _, ok := types.Comparable(beside(x, it), beside(it, x)); !ok {
			s.report(diag.NotComparable(it.Span(), typeName(x), typeName(it)))
			return invalid(at)
		}
	}
	eq := make([]expr.Expr, len(list))
	for i, it := range list {
		eq[i] = s.compare(at, expr.Eq, x, it)
	}
	return s.logic(at, expr.Or, eq...)
}

func (s *scope) like(e *grammar.Like) expr.Expr {
	x, pattern := s.expr(e.X), s.expr(e.Pattern)
	if e.Op == grammar.LikeSimilar {
		return s.similar(e, x, pattern)
	}
	if e.Op == grammar.LikeRLike {
		if e.Escape != nil {
			s.report(diag.BadEscape(e.Escape.Span()))
			return invalid(e.Span())
		}
		match := s.scalar(e.Span(), "REGEXP", []expr.Expr{x, pattern})
		if e.Not {
			return s.logic(e.Span(), expr.Not, match)
		}
		return match
	}
	if isInvalid(x) || isInvalid(pattern) {
		return invalid(e.Span())
	}
	if !isText(x) || !isText(pattern) {
		s.report(diag.NoOperator(e.Span(), e.Op.String(), typeName(x), typeName(pattern)))
		return invalid(e.Span())
	}
	out := &expr.Like{
		Node: expr.Node{T: types.Col{Type: types.TBoolean, Nullable: nullable(x) || nullable(pattern)}, At: e.Span()},
		X:    s.convert(x, types.TString), Pattern: s.convert(pattern, types.TString), Fold: e.Op == grammar.LikeILike, Not: e.Not,
	}
	escape, ok := s.escape(e)
	if !ok {
		return invalid(e.Span())
	}
	out.Escape = escape
	return out
}

// escape is the character of ESCAPE, 0 where there is none; false after a report.
func (s *scope) escape(e *grammar.Like) (rune, bool) {
	if e.Escape == nil {
		return 0, true
	}
	text, ok := e.Escape.(*grammar.String)
	if !ok || utf8.RuneCountInString(text.Value) != 1 {
		s.report(diag.BadEscape(e.Escape.Span()))
		return 0, false
	}
	r, _ := utf8.DecodeRuneInString(text.Value)
	return r, true
}

func isText(e expr.Expr) bool {
	k := e.Col().Type.Kind
	return k == types.String || k == types.Null
}

// cases binds both forms of CASE; the simple one becomes searched.
func (s *scope) cases(e *grammar.Case) expr.Expr {
	var operand expr.Expr
	if e.Operand != nil {
		operand = s.expr(e.Operand)
	}
	out := &expr.Case{Node: expr.Node{At: e.Span()}}
	var results []expr.Expr
	bad := false
	for _, w := range e.Whens {
		cond := s.expr(w.Cond)
		if operand != nil {
			cond = s.compare(w.Cond.Span(), expr.Eq, operand, cond)
		} else {
			cond = s.boolean(w.Cond.Span(), cond, "WHEN")
		}
		bad = bad || isInvalid(cond)
		then := s.expr(w.Then)
		out.Whens = append(out.Whens, expr.When{Cond: cond, Then: then})
		results = append(results, then)
	}
	if e.Else != nil {
		results = append(results, s.expr(e.Else))
	} else {
		results = append(results, null(e.Span(), types.TNull))
	}
	t, ok := s.common("the results of CASE", results)
	if !ok || bad {
		return invalid(e.Span())
	}
	for i := range out.Whens {
		out.Whens[i].Then = s.convert(results[i], t)
		out.T.Nullable = out.T.Nullable || nullable(results[i])
	}
	last := results[len(results)-1]
	out.Else = s.convert(last, t)
	out.T.Nullable, out.T.Type = out.T.Nullable || nullable(last), t
	return out
}

// common finds the type that results share; false after reporting the first that does not fit, or if one is Invalid.
func (s *scope) common(what string, list []expr.Expr) (types.Type, bool) {
	var args []types.Arg
	for i, e := range list {
		if isInvalid(e) {
			return types.TInvalid, false
		}
		args = append(args, arg(e))
		if _, ok := types.CommonOf(args); !ok {
			first := firstTyped(list[:i])
			s.report(diag.NoCommonType(e.Span(), what, typeName(first), first.Span(), typeName(e)))
			return types.TInvalid, false
		}
	}
	t, _ := types.CommonOf(args)
	return t, true
}

func firstTyped(list []expr.Expr) expr.Expr {
	for _, e := range list {
		if e.Col().Type.Kind != types.Null {
			return e
		}
	}
	return list[0]
}
