package grammar

import (
	"strings"

	"github.com/alecthomas/participle/v2"
	"github.com/alecthomas/participle/v2/lexer"

	"github.com/velostream/veloc/grammar/source"
)

// Binding powers, from the loosest to the tightest. An operator takes operands
// that bind tighter than itself, which makes equals associate to the left; ^
// takes a right operand of its own power and associates to the right.
//
// Comparisons, IN, BETWEEN and LIKE share a power and do not chain (VL0110);
// IS is looser, so that a > 5 IS TRUE reads as it sounds.
const (
	bindOr = iota + 1
	bindAnd
	bindNot
	bindIs
	bindCompare
	bindConcat
	bindAdd
	bindMul
	bindPow
	bindUnary
	bindPostfix
)

var infix = map[string]struct {
	op    BinaryOp
	power int
}{
	"=": {Eq, bindCompare}, "==": {Eq, bindCompare}, "<>": {NotEq, bindCompare}, "!=": {NotEq, bindCompare},
	"<": {Less, bindCompare}, "<=": {LessEq, bindCompare}, ">": {Greater, bindCompare}, ">=": {GreaterEq, bindCompare},
	"||": {Concat, bindConcat}, "+": {Add, bindAdd}, "-": {Sub, bindAdd},
	"*": {Mul, bindMul}, "/": {Div, bindMul}, "%": {Mod, bindMul}, "^": {Pow, bindPow},
}

// parseExpr is the production Expr of the grammar.
func (p *parser) parseExpr(l *lexer.PeekingLexer) (Expr, error) {
	start := l.Cursor()
	e, err := p.expr(l, 0)
	if err != nil && l.Cursor() == start {
		return nil, participle.NextMatch
	}
	return e, err
}

// expr reads an expression whose operators bind at least as tightly as min.
func (p *parser) expr(l *lexer.PeekingLexer, min int) (Expr, error) {
	if p.depth++; p.depth > maxNesting {
		return nil, p.deep(l)
	}
	defer func() { p.depth-- }()
	start := l.Peek().Pos
	left, err := p.prefix(l)
	if err != nil {
		return nil, err
	}
	return p.operators(l, start, left, min)
}

// operators extends left by all operators that bind at least as tightly as min.
func (p *parser) operators(l *lexer.PeekingLexer, start lexer.Position, left Expr, min int) (Expr, error) {
	for range maxChain {
		next, err := p.operator(l, start, left, min)
		if err != nil {
			return nil, err
		}
		if next == nil {
			return left, nil
		}
		left = next
	}
	return nil, p.deep(l)
}

// operator extends left by the next operator, or returns nil when there is none
// that binds at least as tightly as min.
func (p *parser) operator(l *lexer.PeekingLexer, start lexer.Position, left Expr, min int) (Expr, error) {
	t := l.Peek()
	switch t.Type {
	case tokPunct:
		if t.Value == "[" || t.Value == "::" || t.Value == "." {
			return p.postfix(l, start, left)
		}
		if in, ok := infix[t.Value]; ok && in.power >= min {
			return p.binary(l, start, left, in.op, in.power)
		}
	case tokKeyword:
		switch strings.ToUpper(t.Value) {
		case "OR":
			if bindOr >= min {
				return p.binary(l, start, left, Or, bindOr)
			}
		case "AND":
			if bindAnd >= min {
				return p.binary(l, start, left, And, bindAnd)
			}
		case "IS":
			if bindIs >= min {
				return p.is(l, start, left)
			}
		case "NOT", "IN", "BETWEEN", "LIKE", "ILIKE", "RLIKE":
			if bindCompare >= min {
				return p.predicate(l, start, left)
			}
		}
	case tokIdent:
		switch {
		case bindCompare >= min && isWord(t, "REGEXP") && p.second(l).Type == tokString,
			bindCompare >= min && isWord(t, "SIMILAR") && isWord(p.second(l), "TO"):
			return p.predicate(l, start, left)
		case isWord(t, "AT") && isWord(p.second(l), "TIME"):
			return p.atTimeZone(l, start, left)
		}
	}
	return nil, nil
}

func (p *parser) binary(l *lexer.PeekingLexer, start lexer.Position, left Expr, op BinaryOp, power int) (Expr, error) {
	sign := p.next(l)
	if op.IsComparison() && p.isQuantifier(l) {
		return p.quantified(l, start, left, op)
	}
	right := power + 1
	if op == Pow {
		right = power
	}
	y, err := p.expr(l, right)
	if err != nil {
		return nil, err
	}
	return &Binary{node: p.from(start, l), Op: op, OpNode: &Operator{sign}, X: left, Y: y}, nil
}

func (p *parser) isQuantifier(l *lexer.PeekingLexer) bool {
	t := l.Peek()
	return (isWord(t, "ANY") || isWord(t, "ALL") || isWord(t, "SOME")) && isPunct(p.second(l), "(")
}

func (p *parser) quantified(l *lexer.PeekingLexer, start lexer.Position, left Expr, op BinaryOp) (Expr, error) {
	q := &Quantified{X: left, Op: op, All: isWord(l.Next(), "ALL")}
	var err error
	if p.startsQuery(p.second(l)) {
		q.Query, err = p.parenQuery(l)
	} else {
		l.Next()
		if q.Array, err = p.expr(l, 0); err == nil {
			err = p.expectPunct(l, ")")
		}
	}
	if err != nil {
		return nil, err
	}
	q.node = p.from(start, l)
	return q, nil
}

func (p *parser) is(l *lexer.PeekingLexer, start lexer.Position, left Expr) (Expr, error) {
	l.Next()
	not := p.accept(l, "NOT")
	if p.accept(l, "DISTINCT") {
		if err := p.expectWord(l, "FROM"); err != nil {
			return nil, err
		}
		y, err := p.expr(l, bindCompare+1)
		if err != nil {
			return nil, err
		}
		return &IsDistinct{node: p.from(start, l), X: left, Not: not, Y: y}, nil
	}
	for _, test := range []Test{IsNull, IsTrue, IsFalse, IsUnknown} {
		if p.accept(l, test.String()) {
			return &IsTest{node: p.from(start, l), X: left, Not: not, Test: test}, nil
		}
	}
	if !not {
		p.expected(l, "NOT")
	}
	return nil, p.expected(l, "NULL", "TRUE", "FALSE", "DISTINCT FROM")
}

// predicate reads [NOT] IN, BETWEEN, LIKE and their like.
func (p *parser) predicate(l *lexer.PeekingLexer, start lexer.Position, left Expr) (Expr, error) {
	not := p.accept(l, "NOT")
	switch {
	case p.accept(l, "IN"):
		return p.in(l, start, left, not)
	case p.accept(l, "BETWEEN"):
		low, err := p.expr(l, bindCompare+1)
		if err != nil {
			return nil, err
		}
		if err := p.expectWord(l, "AND"); err != nil {
			return nil, err
		}
		high, err := p.expr(l, bindCompare+1)
		if err != nil {
			return nil, err
		}
		return &Between{node: p.from(start, l), X: left, Not: not, Low: low, High: high}, nil
	case p.accept(l, "LIKE"):
		return p.like(l, start, left, not, LikeLike)
	case p.accept(l, "ILIKE"):
		return p.like(l, start, left, not, LikeILike)
	case p.accept(l, "RLIKE"), p.accept(l, "REGEXP"):
		return p.like(l, start, left, not, LikeRLike)
	case p.accept(l, "SIMILAR"):
		if err := p.expectWord(l, "TO"); err != nil {
			return nil, err
		}
		return p.like(l, start, left, not, LikeSimilar)
	}
	return nil, p.expected(l, "IN", "BETWEEN", "LIKE")
}

func (p *parser) in(l *lexer.PeekingLexer, start lexer.Position, left Expr, not bool) (Expr, error) {
	if !isPunct(l.Peek(), "(") {
		return nil, p.expected(l, "`(`")
	}
	if p.startsQuery(p.second(l)) {
		q, err := p.parenQuery(l)
		if err != nil {
			return nil, err
		}
		return &InQuery{node: p.from(start, l), X: left, Not: not, Query: q}, nil
	}
	l.Next()
	list, err := p.list(l, ")")
	if err != nil {
		return nil, err
	}
	return &InList{node: p.from(start, l), X: left, Not: not, List: list}, nil
}

func (p *parser) like(l *lexer.PeekingLexer, start lexer.Position, left Expr, not bool, op LikeOp) (Expr, error) {
	pattern, err := p.expr(l, bindCompare+1)
	if err != nil {
		return nil, err
	}
	like := &Like{Op: op, X: left, Not: not, Pattern: pattern}
	if p.accept(l, "ESCAPE") {
		if like.Escape, err = p.expr(l, bindCompare+1); err != nil {
			return nil, err
		}
	}
	like.node = p.from(start, l)
	return like, nil
}

// postfix reads x[i], x::type and x.field.
func (p *parser) postfix(l *lexer.PeekingLexer, start lexer.Position, left Expr) (Expr, error) {
	switch l.Next().Value {
	case "[":
		index, err := p.expr(l, 0)
		if err != nil {
			return nil, err
		}
		if err := p.expectPunct(l, "]"); err != nil {
			return nil, err
		}
		return &Subscript{node: p.from(start, l), X: left, Index: index}, nil
	case "::":
		typ, err := within(p, p.typ, "Type", l)
		if err != nil {
			return nil, err
		}
		return &Cast{node: p.from(start, l), X: left, Type: typ}, nil
	default:
		name, err := p.anyName(l)
		if err != nil {
			return nil, err
		}
		return &Field{node: p.from(start, l), X: left, Name: name}, nil
	}
}

func (p *parser) atTimeZone(l *lexer.PeekingLexer, start lexer.Position, left Expr) (Expr, error) {
	l.Next()
	l.Next()
	if err := p.expectWord(l, "ZONE"); err != nil {
		return nil, err
	}
	zone, err := p.expr(l, bindPostfix)
	if err != nil {
		return nil, err
	}
	return &AtTimeZone{node: p.from(start, l), X: left, Zone: zone}, nil
}

// The small steps that the precedence parser is made of.

// from is the place from start to the end of the last token that was read.
func (p *parser) from(start lexer.Position, l *lexer.PeekingLexer) node {
	return node{Pos: source.Pos(start), EndPos: source.Pos(l.RawPeek().Pos)}
}

// next reads a token and returns its place.
func (p *parser) next(l *lexer.PeekingLexer) node {
	start := l.Next().Pos
	return p.from(start, l)
}

// second is the token after the next.
func (p *parser) second(l *lexer.PeekingLexer) *lexer.Token {
	here := l.MakeCheckpoint()
	l.Next()
	t := l.Peek()
	l.LoadCheckpoint(here)
	return t
}

func (p *parser) accept(l *lexer.PeekingLexer, word string) bool {
	if isWord(l.Peek(), word) {
		l.Next()
		return true
	}
	return false
}

func (p *parser) acceptPunct(l *lexer.PeekingLexer, sign string) bool {
	if isPunct(l.Peek(), sign) {
		l.Next()
		return true
	}
	return false
}

func (p *parser) expectWord(l *lexer.PeekingLexer, word string) error {
	if p.accept(l, word) {
		return nil
	}
	return p.expected(l, word)
}

func (p *parser) expectPunct(l *lexer.PeekingLexer, sign string) error {
	if p.acceptPunct(l, sign) {
		return nil
	}
	return p.expected(l, "`"+sign+"`")
}

// expected fails at the next token and, while an error is explained, notes what
// could have stood there.
func (p *parser) expected(l *lexer.PeekingLexer, what ...string) error {
	if p.explain != nil {
		p.explain.note(l.Cursor(), what...)
	}
	return errSyntax
}
