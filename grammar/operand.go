package grammar

import (
	"strings"

	"github.com/alecthomas/participle/v2/lexer"
)

// prefix reads an operand, or a prefix operator with its operand.
func (p *parser) prefix(l *lexer.PeekingLexer) (Expr, error) {
	t := l.Peek()
	switch t.Type {
	case tokNumber:
		return &Number{node: p.next(l), Text: t.Value}, nil
	case tokString:
		return &String{node: p.next(l), Value: t.Value}, nil
	case tokDuration:
		return &Interval{node: p.next(l), Text: t.Value}, nil
	case tokQuotedIdent:
		return p.nameOrCall(l)
	case tokIdent:
		return p.word(l)
	case tokKeyword:
		return p.keyword(l)
	case tokPunct:
		return p.sign(l)
	}
	return nil, p.expected(l, expectExpr)
}

func (p *parser) keyword(l *lexer.PeekingLexer) (Expr, error) {
	t := l.Peek()
	switch strings.ToUpper(t.Value) {
	case "TRUE":
		return &Bool{node: p.next(l), Value: true}, nil
	case "FALSE":
		return &Bool{node: p.next(l)}, nil
	case "NULL":
		return &Null{node: p.next(l)}, nil
	case "NOT":
		return p.unary(l, Not, bindNot)
	case "CASE":
		return p.caseExpr(l)
	case "LEFT", "RIGHT", "JOIN": // also names of functions
		if isPunct(p.second(l), "(") {
			return p.nameOrCall(l)
		}
	}
	return nil, p.expected(l, expectExpr)
}

func (p *parser) sign(l *lexer.PeekingLexer) (Expr, error) {
	switch l.Peek().Value {
	case "-":
		return p.unary(l, Neg, bindUnary)
	case "+":
		return p.unary(l, Pos, bindUnary)
	case "(":
		return p.paren(l)
	case "[":
		start := l.Next().Pos
		return p.array(l, start)
	case "{":
		return p.braces(l)
	}
	return nil, p.expected(l, expectExpr)
}

func (p *parser) unary(l *lexer.PeekingLexer, op UnaryOp, power int) (Expr, error) {
	start := l.Next().Pos
	x, err := p.expr(l, power)
	if err != nil {
		return nil, err
	}
	return &Unary{node: p.from(start, l), Op: op, X: x}, nil
}

// word reads an operand that begins with a word that is not reserved. Words with
// a meaning have it only in front of what makes it clear, so that all of them
// remain names of columns.
func (p *parser) word(l *lexer.PeekingLexer) (Expr, error) {
	t, second := l.Peek(), p.second(l)
	open, text := isPunct(second, "("), second.Type == tokString
	switch strings.ToUpper(t.Value) {
	case "INTERVAL":
		if text || second.Type == tokNumber || second.Type == tokDuration || isPunct(second, "-") {
			return p.interval(l)
		}
	case "X":
		if text && second.Pos.Offset == t.Pos.Offset+1 {
			start := l.Next().Pos
			value := l.Next().Value
			return &TypedLiteral{node: p.from(start, l), Type: "BYTES", Value: value}, nil
		}
	case "DATE", "TIMESTAMP", "TIME", "UUID", "JSON":
		if text {
			start := l.Next().Pos
			value := l.Next().Value
			return &TypedLiteral{node: p.from(start, l), Type: strings.ToUpper(t.Value), Value: value}, nil
		}
	case "CAST", "TRY_CAST":
		if open {
			return p.cast(l)
		}
	case "EXTRACT":
		if open {
			return p.extract(l)
		}
	case "EXISTS":
		if open {
			start := l.Next().Pos
			q, err := p.parenQuery(l)
			if err != nil {
				return nil, err
			}
			return &Exists{node: p.from(start, l), Query: q}, nil
		}
	case "ARRAY":
		if isPunct(second, "[") {
			start := l.Next().Pos
			l.Next()
			return p.array(l, start)
		}
	case "MAP":
		if isPunct(second, "[") {
			return p.mapLit(l)
		}
		if isPunct(second, "{") {
			l.Next()
			return p.braces(l)
		}
	case "STRUCT", "ROW":
		if open {
			return p.structLit(l)
		}
	case "CURRENT_TIMESTAMP":
		if !open {
			name := p.identNode(l)
			name.Name = strings.ToUpper(name.Name)
			return &Call{node: name.node, Name: &Name{node: name.node, Parts: []*Ident{name}}, Bare: true}, nil
		}
	}
	return p.nameOrCall(l)
}

func (p *parser) identNode(l *lexer.PeekingLexer) *Ident {
	t := l.Peek()
	return &Ident{node: p.next(l), Name: t.Value}
}

// anyName reads a name where reserved words are names too: after a dot.
func (p *parser) anyName(l *lexer.PeekingLexer) (*Ident, error) {
	if t := l.Peek(); isName(t) || t.Type == tokKeyword {
		return p.identNode(l), nil
	}
	return nil, p.expected(l, expectName)
}

// nameOrCall reads a, a.b.c, f(…), a.f(…).
func (p *parser) nameOrCall(l *lexer.PeekingLexer) (Expr, error) {
	start := l.Peek().Pos
	parts := []*Ident{p.identNode(l)}
	for isPunct(l.Peek(), ".") && !isPunct(p.second(l), "*") {
		l.Next()
		part, err := p.anyName(l)
		if err != nil {
			return nil, err
		}
		parts = append(parts, part)
	}
	if !isPunct(l.Peek(), "(") {
		return &Column{node: p.from(start, l), Parts: parts}, nil
	}
	return p.call(l, &Name{node: p.from(start, l), Parts: parts})
}

func (p *parser) paren(l *lexer.PeekingLexer) (Expr, error) {
	start := l.Peek().Pos
	if p.startsQuery(p.second(l)) {
		q, err := p.parenQuery(l)
		if err != nil {
			return nil, err
		}
		return &Scalar{node: p.from(start, l), Query: q}, nil
	}
	l.Next()
	list, err := p.list(l, ")")
	if err != nil {
		return nil, err
	}
	if len(list) == 1 {
		return list[0], nil
	}
	return &RowLit{node: p.from(start, l), Elems: list, Names: make([]*Label, len(list))}, nil
}

// startsQuery reports whether a token after "(" begins a query.
func (p *parser) startsQuery(t *lexer.Token) bool {
	return isWord(t, "SELECT") || isWord(t, "WITH") || isWord(t, "VALUES")
}

// parenQuery reads a query in parentheses.
func (p *parser) parenQuery(l *lexer.PeekingLexer) (*Query, error) {
	if err := p.expectPunct(l, "("); err != nil {
		return nil, err
	}
	q, err := within(p, p.query, "Query", l)
	if err != nil {
		return nil, err
	}
	return q, p.expectPunct(l, ")")
}

// list reads expressions up to and including a closing sign.
func (p *parser) list(l *lexer.PeekingLexer, closing string) ([]Expr, error) {
	var list []Expr
	for {
		e, err := p.expr(l, 0)
		if err != nil {
			return nil, err
		}
		list = append(list, e)
		if p.acceptPunct(l, closing) {
			return list, nil
		}
		if !p.acceptPunct(l, ",") {
			return nil, p.expected(l, "`,`", "`"+closing+"`")
		}
	}
}

// array reads the elements of an array literal, after its "[".
func (p *parser) array(l *lexer.PeekingLexer, start lexer.Position) (Expr, error) {
	var elems []Expr
	if !p.acceptPunct(l, "]") {
		var err error
		if elems, err = p.list(l, "]"); err != nil {
			return nil, err
		}
	}
	return &ArrayLit{node: p.from(start, l), Elems: elems}, nil
}

// mapLit reads MAP['a', 1, …]. That keys and values pair up is checked when the
// tree is complete.
func (p *parser) mapLit(l *lexer.PeekingLexer) (Expr, error) {
	start := l.Next().Pos
	l.Next()
	m := &MapLit{}
	if !p.acceptPunct(l, "]") {
		list, err := p.list(l, "]")
		if err != nil {
			return nil, err
		}
		for i, e := range list {
			if i%2 == 0 {
				m.Keys = append(m.Keys, e)
			} else {
				m.Values = append(m.Values, e)
			}
		}
	}
	m.node = p.from(start, l)
	return m, nil
}

// braces reads {'a': 1, 'b': 2}.
func (p *parser) braces(l *lexer.PeekingLexer) (Expr, error) {
	start := l.Next().Pos
	m := &MapLit{}
	for !p.acceptPunct(l, "}") {
		if len(m.Keys) > 0 && !p.acceptPunct(l, ",") {
			return nil, p.expected(l, "`,`", "`}`")
		}
		k, err := p.expr(l, 0)
		if err != nil {
			return nil, err
		}
		if err := p.expectPunct(l, ":"); err != nil {
			return nil, err
		}
		v, err := p.expr(l, 0)
		if err != nil {
			return nil, err
		}
		m.Keys, m.Values = append(m.Keys, k), append(m.Values, v)
	}
	m.node = p.from(start, l)
	return m, nil
}

// structLit reads STRUCT(a AS x, b).
func (p *parser) structLit(l *lexer.PeekingLexer) (Expr, error) {
	start := l.Next().Pos
	l.Next()
	row := &RowLit{}
	for !p.acceptPunct(l, ")") {
		if len(row.Elems) > 0 && !p.acceptPunct(l, ",") {
			return nil, p.expected(l, "`,`", "`)`", "AS")
		}
		e, err := p.expr(l, 0)
		if err != nil {
			return nil, err
		}
		var name *Label
		if p.accept(l, "AS") {
			id, err := p.anyName(l)
			if err != nil {
				return nil, err
			}
			name = &Label{node: id.node, Name: id.Name, Quoted: id.Quoted}
		}
		row.Elems, row.Names = append(row.Elems, e), append(row.Names, name)
	}
	row.node = p.from(start, l)
	return row, nil
}

// interval reads INTERVAL '5' MINUTE, INTERVAL 5 MINUTES, INTERVAL '5 minutes'.
func (p *parser) interval(l *lexer.PeekingLexer) (Expr, error) {
	start := l.Next().Pos
	i := &Interval{}
	if p.acceptPunct(l, "-") {
		i.Text = "-"
	}
	t := l.Peek()
	switch t.Type {
	case tokString, tokNumber, tokDuration:
		i.Text += l.Next().Value
	default:
		return nil, p.expected(l, "a number", "a string")
	}
	if u := l.Peek(); u.Type == tokIdent && isUnitWord(u.Value) {
		i.Unit = l.Next().Value
		if isWord(l.Peek(), "TO") {
			l.Next()
			if u := l.Peek(); u.Type != tokIdent || !isUnitWord(u.Value) {
				return nil, p.expected(l, "a unit of time")
			}
			i.To = l.Next().Value
		}
	} else if strings.Trim(t.Value, "0123456789.-+' \"") == "" { // '10 minutes' holds its unit
		return nil, p.expected(l, "a unit of time (SECOND, MINUTE, HOUR, DAY, …)")
	}
	i.node = p.from(start, l)
	return i, nil
}

func isUnitWord(word string) bool {
	return isUnit(word) || monthUnits[strings.ToUpper(word)] != 0
}

func (p *parser) caseExpr(l *lexer.PeekingLexer) (Expr, error) {
	c := &Case{}
	start := l.Next().Pos
	var err error
	if !isWord(l.Peek(), "WHEN") {
		p.expected(l, "WHEN") // beside an operand
		if c.Operand, err = p.expr(l, 0); err != nil {
			return nil, err
		}
	}
	for isWord(l.Peek(), "WHEN") {
		w := &When{}
		at := l.Next().Pos
		if w.Cond, err = p.expr(l, 0); err != nil {
			return nil, err
		}
		if err := p.expectWord(l, "THEN"); err != nil {
			return nil, err
		}
		if w.Then, err = p.expr(l, 0); err != nil {
			return nil, err
		}
		w.node = p.from(at, l)
		c.Whens = append(c.Whens, w)
	}
	if len(c.Whens) == 0 {
		return nil, p.expected(l, "WHEN")
	}
	if p.accept(l, "ELSE") {
		if c.Else, err = p.expr(l, 0); err != nil {
			return nil, err
		}
	}
	if !p.accept(l, "END") {
		if c.Else == nil {
			p.expected(l, "WHEN", "ELSE")
		}
		return nil, p.expected(l, "END")
	}
	c.node = p.from(start, l)
	return c, nil
}
