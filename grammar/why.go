package grammar

import (
	"errors"
	"slices"
	"strings"

	"github.com/alecthomas/participle/v2"
	"github.com/alecthomas/participle/v2/lexer"

	"github.com/velostream/veloc/grammar/diag"
	"github.com/velostream/veloc/grammar/source"
)

// why explains why tokens do not parse as a production.
func (p *parser) why(piece []lexer.Token, production string, cause error) diag.Diagnostic {
	if p.tooDeep.IsValid() {
		return diag.TooDeep(p.tooDeep, "this is nested", maxNesting)
	}
	x := newExplainer(p, piece)
	p.depth, p.explain = 0, x
	ends := x.production(production, 0)
	p.explain = nil
	if p.tooDeep.IsValid() {
		return diag.TooDeep(p.tooDeep, "this is nested", maxNesting)
	}
	last := len(x.tokens) - 1
	follow := expectEnd
	if production == "Expr" {
		follow = "an operator"
	}
	for _, end := range ends {
		if end < last {
			x.note(end, follow)
		}
	}
	far := x.furthest(ends, cause)
	f := failure{explainer: x, production: production, index: far, token: x.tokens[far], expected: x.wanted[far]}
	if isWord(f.token, "AS") && isWord(x.tokens[far+1], "FROM") { // AS takes any word but FROM as a name
		f.index, f.token, f.expected = far+1, x.tokens[far+1], []string{expectName}
	}
	return f.diagnostic()
}

// furthest is the index of the last token that anything was tried at.
func (x *explainer) furthest(ends []int, cause error) int {
	last := len(x.tokens) - 1
	if slices.Contains(ends, last) {
		// The generated parser gave up where the grammar does not: it looks
		// ahead a fixed number of tokens. Its own position is all there is.
		var at participle.Error
		if errors.As(cause, &at) {
			for i, t := range x.tokens {
				if t.Pos.Offset >= at.Position().Offset {
					return i
				}
			}
		}
		return last
	}
	far := 0
	for i := range x.wanted {
		far = max(far, i)
	}
	return far
}

// failure is a place at which no alternative of the grammar goes on.
type failure struct {
	*explainer
	production string
	index      int
	token      *lexer.Token
	expected   []string
}

func (f *failure) diagnostic() diag.Diagnostic {
	if f.index == 0 && f.production == "Statement" && isWordToken(f.token) {
		d := diag.NotAStatement(f.p.tokenSpan(f.token), f.token.Value)
		return f.propose(d, f.token, f.expected)
	}
	if d, ok := f.misspeltBefore(); ok {
		return d
	}
	d := diag.Unexpected(f.at(), f.describe(f.token), f.list())
	if fixed := f.propose(d, f.token, f.expected); fixed.Fix != nil {
		return fixed
	}
	switch {
	case f.reservedName():
		quoted := "`" + f.token.Value + "`"
		return d.WithFix(f.at(), quoted, f.token.Value+" is a reserved word; as a name it stands in backticks: "+quoted)
	case f.wildcardPath():
		return d.WithNote("a path with `*` leads to values of JSON: JSON_QUERY(orders, '$.*.amount') is an array of all that it leads to").
			WithNote("CROSS JOIN UNNEST(items) makes a row of each element of an ARRAY, and of each entry of a MAP")
	case f.strayComma():
		comma := f.p.tokenSpan(f.tokens[f.index-1])
		return d.WithFix(comma, "", "remove the comma before it")
	case f.missingSemicolon():
		end := f.endOf(f.index - 1)
		return d.WithGuess(source.Span{File: f.p.file, Start: end, End: end}, ";", "is a `;` missing before it?")
	}
	return f.labelOpen(d)
}

func isWordToken(t *lexer.Token) bool { return t.Type == tokIdent || t.Type == tokKeyword }

// at is the place of the token; at the end of a statement, that behind its last token.
func (f *failure) at() source.Span {
	if f.token.EOF() && f.index > 0 {
		end := f.endOf(f.index - 1)
		return f.p.file.Span(end, end)
	}
	return f.p.tokenSpan(f.token)
}

func (f *failure) endOf(i int) int {
	t := f.tokens[i]
	return t.Pos.Offset + len(t.Value)
}

// describe names a token for people.
func (f *failure) describe(t *lexer.Token) string {
	switch t.Type {
	case lexer.EOF:
		switch {
		case f.production == "Expr":
			return "end of the expression"
		case t.Pos.Offset < len(f.p.file.Text):
			return "end of the statement"
		}
		return "end of the text"
	case tokKeyword:
		return strings.ToUpper(t.Value)
	case tokString:
		return "string " + f.p.tokenSpan(t).Snippet(30)
	case tokNumber:
		return "number " + t.Value
	default:
		return "`" + f.p.tokenSpan(t).Snippet(30) + "`"
	}
}

// list is what was expected, with the grammar's words last: they are many.
func (f *failure) list() []string {
	list := slices.Clone(f.expected)
	slices.SortStableFunc(list, func(a, b string) int { return rank(a) - rank(b) })
	return list
}

func rank(expected string) int {
	switch {
	case strings.HasPrefix(expected, "a"): // an expression, a name, a number
		return 0
	case strings.HasPrefix(expected, "`"):
		return 1
	default:
		return 2
	}
}

// misspeltBefore finds the mistake one token earlier: in SELECT a FORM t, FORM
// was read as the alias of a.
func (f *failure) misspeltBefore() (diag.Diagnostic, bool) {
	if f.index == 0 || f.tokens[f.index-1].Type != tokIdent {
		return diag.Diagnostic{}, false
	}
	before := f.tokens[f.index-1]
	earlier := f.wanted[f.index-1]
	d := diag.Unexpected(f.p.tokenSpan(before), f.describe(before), nil)
	d = f.propose(d, before, earlier)
	return d, d.Fix != nil
}

// propose adds the expected keyword that the token is a misspelling of.
func (f *failure) propose(d diag.Diagnostic, t *lexer.Token, expected []string) diag.Diagnostic {
	const shortest = 3 // anything is close to a word of two letters
	if !isWordToken(t) || len(t.Value) < shortest {
		return d
	}
	var words []string
	for _, w := range expected {
		if 'A' <= w[0] && w[0] <= 'Z' {
			words = append(words, w)
		}
	}
	near := diag.Nearest(t.Value, words)
	if near == "" {
		return d
	}
	return d.WithGuess(f.p.tokenSpan(t), near, "did you mean "+near+"?")
}

// wildcardPath reports whether the step of a path is *: orders.*.amount, items[*].price, orders.**.amount.
func (f *failure) wildcardPath() bool {
	if f.index < 2 {
		return false
	}
	before := f.tokens[f.index-1]
	star := isPunct(f.token, "*")
	switch {
	case star && isPunct(before, "["):
		return true
	case star && isPunct(before, ".") && f.index+1 < len(f.tokens): // not t.* in a wrong place
		next := f.tokens[f.index+1]
		return isPunct(next, ".") || isPunct(next, "[")
	case star || isPunct(f.token, ".") || isPunct(f.token, "["):
		return isPunct(before, "*") && isPunct(f.tokens[f.index-2], ".")
	}
	return false
}

// strayComma reports whether an element is missing after a comma.
func (f *failure) strayComma() bool {
	return f.index > 0 && isPunct(f.tokens[f.index-1], ",") &&
		(f.token.Type == tokKeyword || isPunct(f.token, ")") || f.token.EOF())
}

// missingSemicolon reports whether a new statement begins where the one before
// could have ended.
func (f *failure) missingSemicolon() bool {
	return f.index > 0 && slices.Contains(f.expected, expectEnd) &&
		(isWord(f.token, "CREATE") || isWord(f.token, "SELECT") || isWord(f.token, "INSERT"))
}

// reservedName reports whether a reserved word stands where a name should, used
// as one: what follows it could follow a name.
func (f *failure) reservedName() bool {
	if f.token.Type != tokKeyword || !slices.Contains(f.expected, expectName) && !slices.Contains(f.expected, expectExpr) {
		return false
	}
	next := f.tokens[f.index+1]
	switch next.Type {
	case tokPunct:
		return next.Value != "(" && next.Value != "*"
	case tokKeyword:
		return isWord(next, "AS") || isWord(next, "FROM")
	default:
		return isWordToken(next) && f.inColumnList()
	}
}

// inColumnList reports whether only a name could stand here, after "(" or ",", as in
// a list of column definitions.
func (f *failure) inColumnList() bool {
	before := f.tokens[max(0, f.index-1)]
	return (isPunct(before, "(") || isPunct(before, ",")) && !slices.Contains(f.expected, expectExpr)
}

// labelOpen points at the bracket that a missing closing one belongs to.
func (f *failure) labelOpen(d diag.Diagnostic) diag.Diagnostic {
	closing := ""
	for _, c := range []string{")", "]", "}"} {
		if slices.Contains(f.expected, "`"+c+"`") {
			closing = c
		}
	}
	if closing == "" {
		return d
	}
	var open []*lexer.Token
	for _, t := range f.tokens[:f.index] {
		switch {
		case isPunct(t, "("), isPunct(t, "["), isPunct(t, "{"):
			open = append(open, t)
		case (isPunct(t, ")") || isPunct(t, "]") || isPunct(t, "}")) && len(open) > 0:
			open = open[:len(open)-1]
		}
	}
	if len(open) == 0 {
		return d
	}
	t := open[len(open)-1]
	return d.WithLabel(f.p.tokenSpan(t), "`"+t.Value+"` opened here")
}
