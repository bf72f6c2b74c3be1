package grammar

import (
	"strings"

	"github.com/alecthomas/participle/v2"
	"github.com/alecthomas/participle/v2/lexer"
)

// parseTableCall is the production TableCall of the grammar: a call in FROM.
func (p *parser) parseTableCall(l *lexer.PeekingLexer) (TableCall, error) {
	t := l.Peek()
	if !isName(t) {
		return nil, participle.NextMatch
	}
	e, err := p.nameOrCall(l)
	if err != nil {
		return nil, err
	}
	c, ok := e.(*Call)
	if !ok {
		return nil, p.expected(l, "`(`")
	}
	return c, nil
}

// call reads what follows the name of a function, from "(" to OVER.
func (p *parser) call(l *lexer.PeekingLexer, name *Name) (Expr, error) {
	c := &Call{Name: name}
	l.Next()
	if err := p.args(l, c); err != nil {
		return nil, err
	}
	if err := p.callSuffixes(l, c); err != nil {
		return nil, err
	}
	c.node = p.from(lexer.Position(name.Pos), l)
	return c, nil
}

// args reads the arguments and the closing parenthesis.
func (p *parser) args(l *lexer.PeekingLexer, c *Call) error {
	if p.acceptPunct(l, ")") {
		return nil
	}
	if isPunct(l.Peek(), "*") {
		l.Next()
		c.Star = true
		return p.expectPunct(l, ")")
	}
	if p.accept(l, "DISTINCT") {
		c.Distinct = true
	} else if isWord(l.Peek(), "ALL") && p.startsOperand(p.second(l)) {
		l.Next()
	}
	first, done, err := p.firstArg(l, c)
	if err != nil || done {
		return err
	}
	c.Args = append(c.Args, first)
	for p.acceptPunct(l, ",") {
		a, err := p.arg(l)
		if err != nil {
			return err
		}
		c.Args = append(c.Args, a)
	}
	if isWord(l.Peek(), "ORDER") {
		order, err := within(p, p.orderBy, "OrderBy", l)
		if err != nil {
			return err
		}
		c.OrderBy = order
	}
	p.nullTreatment(l, c)
	if p.acceptPunct(l, ")") {
		return nil
	}
	return p.expected(l, "`,`", "`)`")
}

// startsOperand reports whether a token can follow ALL in a call, as opposed to
// a column that is named all.
func (p *parser) startsOperand(t *lexer.Token) bool {
	return t.Type != tokPunct || t.Value == "("
}

func (p *parser) arg(l *lexer.PeekingLexer) (Expr, error) {
	t, second := l.Peek(), p.second(l)
	switch {
	case isName(t) && isPunct(second, "=>"):
		name := p.identNode(l)
		l.Next()
		v, err := p.arg(l)
		if err != nil {
			return nil, err
		}
		return &NamedArg{node: p.from(lexer.Position(name.Pos), l), Name: name, Value: v}, nil
	case isWord(t, "TABLE") && isName(second):
		l.Next()
		start := l.Peek().Pos
		parts := []*Ident{p.identNode(l)}
		for p.acceptPunct(l, ".") {
			part, err := p.anyName(l)
			if err != nil {
				return nil, err
			}
			parts = append(parts, part)
		}
		table := &TableArg{Name: &Name{node: p.from(start, l), Parts: parts}}
		if err := p.tablePartition(l, table); err != nil {
			return nil, err
		}
		table.node = p.from(t.Pos, l)
		return table, nil
	}
	return p.expr(l, 0)
}

// tablePartition reads PARTITION BY behind TABLE t, where only parentheses hold several keys: commas are those of the call.
func (p *parser) tablePartition(l *lexer.PeekingLexer, t *TableArg) error {
	if !isWord(l.Peek(), "PARTITION") || !isWord(p.second(l), "BY") {
		return nil
	}
	l.Next()
	l.Next()
	key, err := p.expr(l, 0)
	if err != nil {
		return err
	}
	t.PartitionBy = []Expr{key}
	if row, ok := key.(*RowLit); ok {
		t.PartitionBy = row.Elems
	}
	return nil
}

// firstArg reads the first argument; or, done being true, all arguments and the
// closing parenthesis of a function for which standard SQL has words instead of
// commas:
//
//	POSITION(sub IN s)   SUBSTRING(s FROM a [FOR n])   TRIM([LEADING] [c] FROM s)
//	OVERLAY(s PLACING r FROM a [FOR n])   TIMESTAMPDIFF(DAY, a, b)
func (p *parser) firstArg(l *lexer.PeekingLexer, c *Call) (first Expr, done bool, err error) {
	function := ""
	if len(c.Name.Parts) == 1 {
		function = strings.ToUpper(c.Name.Parts[0].Name)
	}
	switch function {
	case "POSITION":
		start := l.Peek().Pos
		first, err = p.expr(l, bindCompare+1)
		if err != nil {
			return nil, false, err
		}
		if isWord(l.Peek(), "IN") {
			return nil, true, p.moreArgs(l, c, first, "IN")
		}
		first, err = p.operators(l, start, first, 0)
		return first, false, err
	case "SUBSTRING", "SUBSTR":
		first, err = p.expr(l, 0)
		if err == nil && isWord(l.Peek(), "FROM") {
			return nil, true, p.moreArgs(l, c, first, "FROM", "FOR")
		}
		return first, false, err
	case "TRIM":
		return p.trimArgs(l, c)
	case "OVERLAY":
		first, err = p.expr(l, 0)
		if err == nil && isWord(l.Peek(), "PLACING") {
			return nil, true, p.moreArgs(l, c, first, "PLACING", "FROM", "FOR")
		}
		return first, false, err
	case "TIMESTAMPDIFF", "TIMESTAMPADD":
		if unit := l.Peek(); isName(unit) && isPunct(p.second(l), ",") { // a unit without quotes
			return &String{node: p.next(l), Value: unit.Value}, false, nil
		}
	}
	first, err = p.arg(l)
	return first, false, err
}

// moreArgs reads arguments that words introduce, and the closing parenthesis.
func (p *parser) moreArgs(l *lexer.PeekingLexer, c *Call, first Expr, words ...string) error {
	c.Args = []Expr{first}
	for _, w := range words {
		if !p.accept(l, w) {
			break
		}
		a, err := p.expr(l, 0)
		if err != nil {
			return err
		}
		c.Args = append(c.Args, a)
	}
	return p.expectPunct(l, ")")
}

// trimSides are the words of TRIM and the function that each stands for.
var trimSides = map[string]string{"BOTH": "TRIM", "LEADING": "LTRIM", "TRAILING": "RTRIM"}

// trimArgs makes TRIM(LEADING c FROM s) into LTRIM(s, c).
func (p *parser) trimArgs(l *lexer.PeekingLexer, c *Call) (first Expr, done bool, err error) {
	function := trimSides[strings.ToUpper(l.Peek().Value)]
	if second := p.second(l); second.Type != tokString && !isName(second) && !isWord(second, "FROM") {
		function = "" // a column that is named so
	}
	if function != "" {
		l.Next()
	}
	if !isWord(l.Peek(), "FROM") {
		if first, err = p.arg(l); err != nil {
			return nil, false, err
		}
	}
	if !p.accept(l, "FROM") {
		if function != "" || first == nil {
			err = p.expected(l, "FROM")
		}
		return first, false, err
	}
	s, err := p.expr(l, 0)
	if err != nil {
		return nil, false, err
	}
	if function != "" {
		c.Name.Parts[0].Name = function
	}
	if c.Args = []Expr{s}; first != nil {
		c.Args = append(c.Args, first)
	}
	return nil, true, p.expectPunct(l, ")")
}

// callSuffixes reads WITHIN GROUP, FILTER, IGNORE NULLS and OVER.
func (p *parser) callSuffixes(l *lexer.PeekingLexer, c *Call) error {
	if isWord(l.Peek(), "WITHIN") && isWord(p.second(l), "GROUP") {
		l.Next()
		l.Next()
		if err := p.expectPunct(l, "("); err != nil {
			return err
		}
		order, err := within(p, p.orderBy, "OrderBy", l)
		if err != nil {
			return err
		}
		c.OrderBy, c.WithinGroup = order, true
		if err := p.expectPunct(l, ")"); err != nil {
			return err
		}
	}
	if isWord(l.Peek(), "FILTER") && isPunct(p.second(l), "(") {
		l.Next()
		l.Next()
		if err := p.expectWord(l, "WHERE"); err != nil {
			return err
		}
		cond, err := p.expr(l, 0)
		if err != nil {
			return err
		}
		c.Filter = cond
		if err := p.expectPunct(l, ")"); err != nil {
			return err
		}
	}
	p.nullTreatment(l, c)
	if isWord(l.Peek(), "OVER") && (isPunct(p.second(l), "(") || isName(p.second(l))) {
		over, err := within(p, p.over, "Over", l)
		if err != nil {
			return err
		}
		c.Over = over
	}
	return nil
}

func (p *parser) nullTreatment(l *lexer.PeekingLexer, c *Call) {
	t := l.Peek()
	if c.Nulls == "" && (isWord(t, "IGNORE") || isWord(t, "RESPECT")) && isWord(p.second(l), "NULLS") {
		c.Nulls = strings.ToUpper(t.Value)
		l.Next()
		l.Next()
	}
}

func (p *parser) cast(l *lexer.PeekingLexer) (Expr, error) {
	start := l.Peek().Pos
	c := &Cast{Try: len(l.Next().Value) > len("CAST")}
	l.Next()
	var err error
	if c.X, err = p.expr(l, 0); err != nil {
		return nil, err
	}
	if err := p.expectWord(l, "AS"); err != nil {
		return nil, err
	}
	if c.Type, err = within(p, p.typ, "Type", l); err != nil {
		return nil, err
	}
	if err := p.expectPunct(l, ")"); err != nil {
		return nil, err
	}
	c.node = p.from(start, l)
	return c, nil
}

// extract reads EXTRACT(part FROM x) and EXTRACT('part', x).
func (p *parser) extract(l *lexer.PeekingLexer) (Expr, error) {
	start := l.Next().Pos
	l.Next()
	e := &Extract{}
	part := l.Peek()
	if part.Type != tokString && !isName(part) {
		return nil, p.expected(l, "a part of a time (YEAR, HOUR, EPOCH, …)")
	}
	e.Part = strings.ToUpper(strings.Trim(part.Value, "'\"`"))
	e.PartNode = &Operator{p.next(l)}
	if part.Type == tokString {
		if err := p.expectPunct(l, ","); err != nil {
			return nil, err
		}
	} else if err := p.expectWord(l, "FROM"); err != nil {
		return nil, err
	}
	x, err := p.expr(l, 0)
	if err != nil {
		return nil, err
	}
	e.X = x
	if err := p.expectPunct(l, ")"); err != nil {
		return nil, err
	}
	e.node = p.from(start, l)
	return e, nil
}
