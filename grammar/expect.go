package grammar

import (
	"slices"
	"strings"
	"sync"

	"github.com/alecthomas/participle/v2/ebnf"
	"github.com/alecthomas/participle/v2/lexer"
)

// When a statement does not parse, what could have stood at the furthest token is
// computed here, from the grammar's own EBNF. The generated parser cannot say: it
// forgets the deeper failure when it backtracks out of an optional group. The
// explainer follows all alternatives at once, as sets of positions, and notes
// every terminal that did not match; the notes at the furthest position are what
// was expected. It runs only after a failure, and memoises productions, so its
// time is polynomial.

const (
	expectExpr = "an expression"
	expectName = "a name"
	expectEnd  = "`;`"
)

// terminalNames are the token classes in words; "" ones go without saying.
var terminalNames = map[string]string{
	"ident": expectName, "quotedident": "", "keyword": "", "uri": "",
	"string": "a string", "number": "a number", "duration": "a duration",
}

// grammarRules is the grammar, read back from its printed form when it is first needed.
var grammarRules struct {
	once   sync.Once
	byName map[string]*ebnf.Expression
}

func (p *parser) rules() map[string]*ebnf.Expression {
	grammarRules.once.Do(func() {
		grammarRules.byName = map[string]*ebnf.Expression{}
		for _, r := range must(ebnf.ParseString(p.ebnf())).Productions {
			grammarRules.byName[r.Production] = r.Expression
		}
	})
	return grammarRules.byName
}

// EBNF is the grammar of statements and clauses. Expr, which is read by binding
// powers, and TableCall, a call in FROM, have no rules of their own.
func EBNF() string { return newParser().ebnf() }

func (p *parser) ebnf() string {
	seen := map[string]bool{}
	var text strings.Builder
	for rule := range strings.Lines(p.statement.String() + "\n" + p.over.String() + "\n") {
		if name, _, _ := strings.Cut(rule, " "); !seen[name] {
			seen[name] = true
			text.WriteString(rule)
		}
	}
	return text.String()
}

type explainer struct {
	p      *parser
	l      *lexer.PeekingLexer
	tokens []*lexer.Token // without trivia; the last is EOF
	at     []lexer.Checkpoint
	wanted map[int][]string // what was tried in vain, by index of token
	memo   map[place][]int
	silent int // > 0 within lookahead, which notes nothing
}

type place struct {
	production string
	index      int
}

func newExplainer(p *parser, piece []lexer.Token) *explainer {
	x := &explainer{p: p, l: peekable(piece), wanted: map[int][]string{}, memo: map[place][]int{}}
	for {
		x.at = append(x.at, x.l.MakeCheckpoint())
		x.tokens = append(x.tokens, x.l.Peek())
		if x.l.Peek().EOF() {
			return x
		}
		x.l.Next()
	}
}

// note records what could have stood at a position.
func (x *explainer) note(i int, what ...string) {
	if x.silent > 0 {
		return
	}
	for _, w := range what {
		if w != "" && !slices.Contains(x.wanted[i], w) {
			x.wanted[i] = append(x.wanted[i], w)
		}
	}
}

// skip moves l behind the longest match of a production.
func (x *explainer) skip(production string, l *lexer.PeekingLexer) error {
	ends := x.production(production, l.Cursor())
	if len(ends) == 0 {
		return errSyntax
	}
	l.LoadCheckpoint(x.at[slices.Max(ends)])
	return nil
}

// production returns the positions at which a production that starts at i may end.
func (x *explainer) production(name string, i int) []int {
	here := place{name, i}
	if ends, known := x.memo[here]; known {
		return ends
	}
	x.memo[here] = nil // a production that meets itself here matches nothing new
	var ends []int
	switch name {
	case "Expr", "TableCall":
		ends = x.custom(name, i)
	default:
		ends = x.alternatives(x.p.rules()[name], []int{i})
	}
	if x.silent == 0 {
		x.memo[here] = ends
	} else {
		delete(x.memo, here) // its notes are still to be made
	}
	return ends
}

func (x *explainer) custom(name string, i int) []int {
	l := *x.l
	l.LoadCheckpoint(x.at[i])
	var err error
	if name == "Expr" {
		_, err = x.p.expr(&l, 0)
	} else if _, err = x.p.parseTableCall(&l); err != nil && l.Cursor() == i {
		x.note(i, expectName)
	}
	if err != nil {
		return nil
	}
	return []int{l.Cursor()}
}

func (x *explainer) alternatives(e *ebnf.Expression, starts []int) []int {
	var ends []int
	for _, seq := range e.Alternatives {
		at := starts
		for _, term := range seq.Terms {
			if at = x.repeated(term, at); len(at) == 0 {
				break
			}
		}
		ends = union(ends, at)
	}
	return ends
}

func (x *explainer) repeated(t *ebnf.Term, starts []int) []int {
	switch t.Repetition {
	case "?":
		return union(starts, x.term(t, starts))
	case "*", "+":
		ends := x.term(t, starts)
		for fresh := ends; len(fresh) > 0; {
			next := x.term(t, fresh)
			fresh = slices.DeleteFunc(next, func(i int) bool { return slices.Contains(ends, i) })
			ends = union(ends, fresh)
		}
		if t.Repetition == "*" {
			ends = union(starts, ends)
		}
		return ends
	default:
		return x.term(t, starts)
	}
}

func (x *explainer) term(t *ebnf.Term, starts []int) []int {
	var ends []int
	for _, i := range starts {
		switch {
		case t.Group != nil:
			ends = union(ends, x.group(t.Group, i))
		case t.Name != "":
			ends = union(ends, x.production(t.Name, i))
		case x.terminal(t, i):
			ends = union(ends, []int{i + 1})
		}
	}
	return ends
}

func (x *explainer) group(g *ebnf.SubExpression, i int) []int {
	if g.Lookahead == ebnf.LookaheadAssertionNone {
		return x.alternatives(g.Expr, []int{i})
	}
	x.silent++
	matched := len(x.alternatives(g.Expr, []int{i})) > 0
	x.silent--
	if matched == (g.Lookahead == ebnf.LookaheadAssertionPositive) {
		return []int{i}
	}
	return nil
}

// terminal reports whether a token matches, and notes the terminal if not.
func (x *explainer) terminal(t *ebnf.Term, i int) bool {
	tok := x.tokens[i]
	if t.Token != "" {
		if strings.EqualFold(tokenTypeName(tok.Type), t.Token) {
			return true
		}
		x.note(i, terminalNames[t.Token])
		return false
	}
	word := strings.Trim(t.Literal, `"`)
	switch tok.Type {
	case tokIdent, tokKeyword:
		if strings.EqualFold(tok.Value, word) {
			return true
		}
	default:
		if tok.Value == word {
			return true
		}
	}
	if isWordByte(word[0]) {
		x.note(i, word)
	} else {
		x.note(i, "`"+word+"`")
	}
	return false
}

func union(a, b []int) []int {
	out := slices.Clone(a)
	for _, i := range b {
		if !slices.Contains(out, i) {
			out = append(out, i)
		}
	}
	return out
}
