package grammar

import (
	"slices"
	"strings"

	"github.com/alecthomas/participle/v2/lexer"
)

const (
	indentStep = 4
	// inlineWidth is the longest CASE, subquery or OVER that stays on one line.
	inlineWidth = 60
	// conditionWidth is the longest condition that stays on one line.
	conditionWidth = 80
)

// layout decides, for one statement, where lines break and which tokens touch.
// It changes no token: [Format] prints the tokens of the source, so nothing that
// is written can get lost. All keys are offsets of tokens.
type layout struct {
	code []lexer.Token // without trivia
	// breaks holds the indent of tokens that begin a line.
	breaks map[int]int
	// tight tokens have no space before them, open ones none behind them.
	tight, open map[int]bool
	// names are words that keep their case; all others are keywords, and so are
	// those in keywords, which the tree holds as names.
	names, keywords map[int]bool
	comments        []lexer.Token
}

func newLayout(piece []lexer.Token, stmt *Statement) *layout {
	y := &layout{breaks: map[int]int{}, tight: map[int]bool{}, open: map[int]bool{}, names: map[int]bool{}, keywords: map[int]bool{}}
	for _, t := range piece {
		switch {
		case t.Type == tokComment || t.Type == tokAnnotation:
			y.comments = append(y.comments, t)
		case !isTrivia(t.Type) && t.Type != lexer.EOF:
			y.code = append(y.code, t)
		}
	}
	Walk(stmt, func(n Node) bool { y.spacing(n); return true })
	y.body(stmt.Body, 0)
	return y
}

// index is the position in code of the first token at or after an offset.
func (y *layout) index(offset int) int {
	i, _ := slices.BinarySearchFunc(y.code, offset, func(t lexer.Token, o int) int { return t.Pos.Offset - o })
	return i
}

// breakAt makes the first token at or after an offset begin a line.
func (y *layout) breakAt(offset, indent int) {
	if i := y.index(offset); i > 0 && i < len(y.code) {
		y.breaks[y.code[i].Pos.Offset] = indent
	}
}

// breakAll puts nodes on lines of their own and the token at closing behind them.
func breakAll[N Node](y *layout, nodes []N, closing, indent int) {
	for _, n := range nodes {
		y.breakAt(n.Span().Start, indent+indentStep)
	}
	y.breakAt(closing, indent)
}

// flat is the width of the code in [start, end) on one line; it is huge when
// there are comments or line ends in it.
func (y *layout) flat(start, end int) int {
	const never = 1 << 20
	for _, t := range y.comments {
		if start <= t.Pos.Offset && t.Pos.Offset < end {
			return never
		}
	}
	width := 0
	for i := y.index(start); i < y.index(end); i++ {
		if strings.Contains(y.code[i].Value, "\n") {
			return never
		}
		width += len(y.code[i].Value)
		if i > 0 && y.space(i-1, i) {
			width++
		}
	}
	return width
}

func (y *layout) body(b Body, indent int) {
	switch b := b.(type) {
	case *Create:
		y.create(b, indent)
	case *CreateFunction:
		y.returns(b, indent)
	case *Insert:
		if b.Properties != nil {
			y.properties(b.Properties, indent)
		}
		y.queryAt(b.Query, indent)
	case *Query:
		y.query(b, indent)
	case *Explain:
		y.breakAt(b.Statement.Span().Start, indent)
		y.body(b.Statement, indent)
	case *Job:
		if b.Statement != nil {
			y.breakAt(b.Statement.Span().Start, indent)
			y.body(b.Statement, indent)
		}
	}
}

// returns puts RETURNS, LANGUAGE and AS of a function on lines of their own.
func (y *layout) returns(f *CreateFunction, indent int) {
	for _, n := range []Node{f.Returns, f.Language, f.Symbol} {
		y.breakAt(y.code[y.index(n.Span().Start)-1].Pos.Offset, indent)
	}
}

func (y *layout) create(c *Create, indent int) {
	if len(c.Elements) > 1 {
		last := c.Elements[len(c.Elements)-1]
		closing := y.index(last.Span().End)
		if isPunct(&y.code[closing], ",") {
			closing++
		}
		breakAll(y, c.Elements, y.code[closing].Pos.Offset, indent)
	}
	for _, e := range c.Elements {
		y.expressions(e, indent+indentStep)
	}
	for _, k := range c.Clauses {
		y.clauseAt(k, k.Properties, k.Into, indent)
	}
	if c.Query != nil {
		y.queryAt(c.Query, indent)
	}
}

// clauseAt begins a line with a clause that may hold properties.
func (y *layout) clauseAt(n Node, ps *Properties, into *Into, indent int) {
	y.breakAt(n.Span().Start, indent)
	if ps != nil {
		y.properties(ps, indent)
	}
	if into != nil && into.Properties != nil {
		y.properties(into.Properties, indent)
	}
}

// properties puts a WITH list on a line of its own, and each of several
// properties on one, too.
func (y *layout) properties(ps *Properties, indent int) {
	y.breakAt(ps.Span().Start, indent)
	if len(ps.List) > 1 {
		breakAll(y, ps.List, ps.Span().End-1, indent)
	}
}

func (y *layout) queryAt(q *Query, indent int) {
	y.breakAt(q.Span().Start, indent)
	y.query(q, indent)
}

func (y *layout) query(q *Query, indent int) {
	for i, c := range q.CTEs {
		if i > 0 {
			y.breakAt(c.Span().Start, indent)
		}
		y.parenthesised(c.Query, indent, 0)
	}
	if len(q.CTEs) > 0 {
		y.breakAt(q.First.Span().Start, indent)
	}
	y.term(q.First, indent)
	for _, op := range q.Rest {
		y.breakAt(op.Span().Start, indent)
		y.breakAt(op.Term.Span().Start, indent)
		y.term(op.Term, indent)
	}
}

func (y *layout) term(t Term, indent int) {
	switch t := t.(type) {
	case *Select:
		if len(t.Items) > 1 {
			for _, item := range t.Items {
				y.breakAt(item.Span().Start, indent+indentStep)
			}
		}
		for _, item := range t.Items {
			y.expressions(item, indent+indentStep)
		}
	case *Nested:
		y.parenthesised(t.Query, indent, 0)
	case *Values:
		if len(t.Rows) > 1 {
			for _, r := range t.Rows {
				y.breakAt(r.Span().Start, indent+indentStep)
			}
		}
	}
	for _, c := range t.clauses() {
		y.clause(c, indent)
	}
}

// parenthesised lays out a query in parentheses: inline when it is short, else
// on lines of its own.
func (y *layout) parenthesised(q *Query, indent, limit int) {
	start, end := q.Span().Start, q.Span().End
	if y.flat(start, end) <= limit {
		return
	}
	y.queryAt(q, indent+indentStep)
	y.breakAt(end, indent)
}

func (y *layout) clause(c *Clause, indent int) {
	y.clauseAt(c, c.Properties, c.Into, indent)
	switch {
	case c.From != nil:
		y.fromItem(c.From.First, indent)
		for _, j := range c.From.Joins {
			y.join(j, indent)
		}
	case c.Where != nil:
		y.condition(c.Where.Cond, indent)
	case c.Having != nil:
		y.condition(c.Having.Cond, indent)
	case c.Qualify != nil:
		y.condition(c.Qualify.Cond, indent)
	case c.Properties == nil && c.Into == nil:
		y.expressions(c, indent+indentStep)
	}
}

func (y *layout) join(j *Join, indent int) {
	if !isPunct(&y.code[y.index(j.Span().Start)], ",") {
		y.breakAt(j.Span().Start, indent)
	}
	y.fromItem(j.Right, indent)
	if j.On != nil {
		if y.flat(j.Span().Start, j.Span().End) > conditionWidth {
			on := y.index(j.On.Span().Start) - 1
			for !isWord(&y.code[on], "ON") { // past the parentheses of the condition
				on--
			}
			y.breakAt(y.code[on].Pos.Offset, indent+indentStep)
		}
		y.condition(j.On, indent+indentStep)
	}
}

func (y *layout) fromItem(f *FromItem, indent int) {
	switch r := f.Relation.(type) {
	case *DerivedTable:
		y.parenthesised(r.Query, indent, inlineWidth)
	case *JoinedTable:
		y.fromItem(r.First, indent+indentStep)
		for _, j := range r.Joins {
			y.join(j, indent+indentStep)
		}
	}
	if f.Properties != nil {
		y.properties(f.Properties, indent)
	}
}

// condition puts the operands of a long AND or OR chain on lines of their own.
func (y *layout) condition(e Expr, indent int) {
	if s := e.Span(); y.flat(s.Start, s.End) > conditionWidth {
		y.chain(e, indent)
	}
	y.expressions(e, indent+indentStep)
}

func (y *layout) chain(e Expr, indent int) {
	b, ok := e.(*Binary)
	if !ok || b.Op != And && b.Op != Or {
		return
	}
	y.breakAt(b.OpNode.Span().Start, indent+indentStep/2)
	if left, ok := b.X.(*Binary); ok && left.Op == b.Op && left.Span().Start == b.Span().Start {
		y.chain(left, indent)
	}
}

// expressions lays out what is long inside of expressions: CASE, OVER, subqueries.
func (y *layout) expressions(n Node, indent int) {
	Walk(n, func(n Node) bool {
		switch n := n.(type) {
		case *Case:
			return y.caseExpr(n, indent)
		case *OverSpec:
			if s := n.Span(); len(n.Parts) > 1 && y.flat(s.Start, s.End) > inlineWidth {
				breakAll(y, n.Parts, s.End, indent)
			}
		case *Query:
			y.parenthesised(n, indent, inlineWidth)
			return false
		}
		return true
	})
}

func (y *layout) caseExpr(c *Case, indent int) bool {
	s := c.Span()
	if y.flat(s.Start, s.End) <= inlineWidth {
		return false
	}
	for _, w := range c.Whens {
		y.breakAt(w.Span().Start, indent+indentStep)
		y.expressions(w, indent+indentStep)
	}
	if c.Operand != nil {
		y.expressions(c.Operand, indent+indentStep)
	}
	if c.Else != nil {
		last := c.Whens[len(c.Whens)-1]
		for i := y.index(last.Span().End); i < y.index(c.Else.Span().Start); i++ {
			if isWord(&y.code[i], "ELSE") {
				y.breakAt(y.code[i].Pos.Offset, indent+indentStep)
			}
		}
		y.expressions(c.Else, indent+indentStep)
	}
	y.breakAt(s.End-len("END"), indent)
	return false
}
