package bind

import (
	"github.com/velostream/veloc/compiler/expr"
	"github.com/velostream/veloc/compiler/types"
	"github.com/velostream/veloc/grammar"
	"github.com/velostream/veloc/grammar/diag"
	"github.com/velostream/veloc/grammar/source"
)

// opposites are the comparisons that hold where another does not.
var opposites = map[grammar.BinaryOp]grammar.BinaryOp{
	grammar.Eq: grammar.NotEq, grammar.NotEq: grammar.Eq, grammar.Less: grammar.GreaterEq, grammar.LessEq: grammar.Greater,
	grammar.Greater: grammar.LessEq, grammar.GreaterEq: grammar.Less,
}

// quantified is x op ANY|ALL (SELECT …) or x op ANY|ALL (array). ALL is: there is none for which the opposite holds.
func (s *scope) quantified(e *grammar.Quantified) expr.Expr {
	op := e.Op
	if e.All {
		op = opposites[op]
	}
	var some expr.Expr
	if e.Query != nil {
		some = s.anyRow(e, op)
	} else {
		some = s.anyElement(e, op)
	}
	if e.All {
		return s.logic(e.Span(), expr.Not, some)
	}
	return some
}

// anyRow is the truth of: x op y for some row y of the query.
func (s *scope) anyRow(e *grammar.Quantified, op grammar.BinaryOp) expr.Expr {
	x := s.expr(e.X)
	node := s.bindSub(e.Query, e.Span())
	if node == nil || isInvalid(x) {
		return invalid(e.Span())
	}
	return s.compared(node, []expr.Expr{x}, comparisons[op], e.Span())
}

// anyElement is the truth of: x op y for some element y of the array. The elements of an array that is written out are compared one by
// one.
func (s *scope) anyElement(e *grammar.Quantified, op grammar.BinaryOp) expr.Expr {
	at := e.Span()
	if list, ok := e.Array.(*grammar.ArrayLit); ok {
		return s.anyOf(e, list.Elems, op)
	}
	x, array := s.expr(e.X), s.expr(e.Array)
	if isInvalid(x) || isInvalid(array) {
		return invalid(at)
	}
	if isNull(array) {
		return null(at, types.TBoolean)
	}
	if k := array.Col().Type.Kind; k != types.Array {
		s.report(diag.QuantifiedOperand(e.Array.Span(), quantifier(e), typeName(array)))
		return invalid(at)
	}
	if elem := array.Col().Type.ElemCol(); !canCompare(x, elem) {
		s.report(diag.NotComparable(at, typeName(x), elem.Type.String()))
		return invalid(at)
	}
	sign := literal(at, types.TString, op.String())
	some := s.scalar(at, "ARRAY_ANY", []expr.Expr{array, sign, x})
	if isInvalid(some) || !nullable(x) {
		return some
	}
	// A NULL compares with nothing of an empty array, which is no doubt.
	empty := s.compare(at, expr.Eq, s.scalar(at, "ARRAY_LENGTH", []expr.Expr{array}), literal(at, types.TInteger, int64(0)))
	return &expr.Case{Node: expr.Node{T: types.Col{Type: types.TBoolean, Nullable: true}, At: at},
		Whens: []expr.When{{Cond: empty, Then: literal(at, types.TBoolean, false)}}, Else: some}
}

// canCompare tells whether x can be converted to a type that it has in common with an element.
func canCompare(x expr.Expr, elem types.Col) bool {
	_, ok := types.CommonOf([]types.Arg{types.ArgOf(elem), arg(x)})
	return ok
}

func quantifier(e *grammar.Quantified) string {
	if e.All {
		return "ALL"
	}
	return "ANY"
}

// anyOf is the truth of: x op y for some y of the list.
func (s *scope) anyOf(e *grammar.Quantified, list []grammar.Expr, op grammar.BinaryOp) expr.Expr {
	at := e.Span()
	if len(list) == 0 {
		return emptyAny(at, s.expr(e.X))
	}
	if op == grammar.Eq {
		return s.inValues(at, e.X, list, false)
	}
	x := s.expr(e.X)
	some := make([]expr.Expr, len(list))
	for i, y := range list {
		some[i] = s.compare(at, comparisons[op], x, s.expr(y))
	}
	if len(some) == 1 {
		return some[0]
	}
	return s.logic(at, expr.Or, some...)
}

// emptyAny is x op ANY of nothing.
func emptyAny(at source.Span, x expr.Expr) expr.Expr {
	if isInvalid(x) {
		return x
	}
	return literal(at, types.TBoolean, false)
}
