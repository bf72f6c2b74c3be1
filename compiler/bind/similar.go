package bind

import (
	"errors"
	"fmt"
	"regexp"
	"regexp/syntax"
	"strings"

	"github.com/velostream/veloc/compiler/expr"
	"github.com/velostream/veloc/compiler/types"
	"github.com/velostream/veloc/grammar"
	"github.com/velostream/veloc/grammar/diag"
)

// similar binds x [NOT] SIMILAR TO 'pattern': a regular expression of the SQL standard, which must match the whole text. It becomes
// one in RE2 syntax.
func (s *scope) similar(e *grammar.Like, x, pattern expr.Expr) expr.Expr {
	at := e.Span()
	escape, ok := s.escape(e)
	if !ok || isInvalid(x) || isInvalid(pattern) {
		return invalid(at)
	}
	if !isText(x) || !isText(pattern) {
		s.report(diag.NoOperator(at, e.Op.String(), typeName(x), typeName(pattern)))
		return invalid(at)
	}
	if isNull(pattern) {
		return null(at, types.TBoolean)
	}
	text, ok := e.Pattern.(*grammar.String)
	if !ok {
		s.report(diag.SimilarPattern(e.Pattern.Span(), "it must be a text in quotes: it is compiled with the job"))
		return invalid(at)
	}
	re, err := similarPattern(text.Value, escape)
	if err != nil {
		s.report(diag.SimilarPattern(e.Pattern.Span(), err.Error()))
		return invalid(at)
	}
	match := s.scalar(at, "REGEXP", []expr.Expr{x, literal(e.Pattern.Span(), types.TString, re)})
	if e.Not {
		return s.logic(at, expr.Not, match)
	}
	return match
}

// similarPattern translates a pattern of SIMILAR TO into RE2 syntax: % is any text and _ any character; | * + ? {m,n} ( ) and [ ] mean what
// they mean in regular expressions; everything else, and what follows escape, is itself.
func similarPattern(pattern string, escape rune) (string, error) {
	t := similarText{escape: escape}
	for _, r := range pattern {
		t.next(r)
	}
	switch {
	case t.escaped:
		return "", errors.New("nothing follows the escape character at its end")
	case t.inSet:
		return "", errors.New("a `[` is not closed")
	}
	re := `\A(?s:` + t.out.String() + `)\z`
	if _, err := regexp.Compile(re); err != nil {
		var bad *syntax.Error
		if errors.As(err, &bad) && bad.Code != syntax.ErrMissingParen && bad.Code != syntax.ErrUnexpectedParen {
			return "", fmt.Errorf("%s: `%s`", bad.Code, bad.Expr)
		}
		return "", errors.New("its parentheses do not pair up")
	}
	return re, nil
}

// similarText is a pattern in translation.
type similarText struct {
	out     strings.Builder
	escape  rune
	escaped bool
	inSet   bool
	class   bool // inside of [:alpha:]
	start   bool // directly behind [ or [^
}

func (t *similarText) next(r rune) {
	start := t.start
	t.start = false
	switch {
	case t.escaped:
		t.out.WriteString(regexp.QuoteMeta(string(r)))
		t.escaped = false
	case t.escape != 0 && r == t.escape:
		t.escaped = true
	case t.inSet:
		t.set(r, start)
	case r == '%':
		t.out.WriteString(".*")
	case r == '_':
		t.out.WriteByte('.')
	case r == '[':
		t.out.WriteByte('[')
		t.inSet, t.start = true, true
	case strings.ContainsRune("|*+?{}()", r):
		t.out.WriteRune(r)
	default:
		t.out.WriteString(regexp.QuoteMeta(string(r)))
	}
}

// set translates a character between [ and ].
func (t *similarText) set(r rune, start bool) {
	switch {
	case r == '^' && start && strings.HasSuffix(t.out.String(), "["):
		t.out.WriteByte('^')
		t.start = true
	case r == '[':
		t.out.WriteByte('[')
		t.class = true
	case r == ']' && t.class:
		t.out.WriteByte(']')
		t.class = false
	case r == ']' && start:
		t.out.WriteString(`\]`)
	case r == ']':
		t.out.WriteByte(']')
		t.inSet = false
	case r == '\\':
		t.out.WriteString(`\\`)
	default:
		t.out.WriteRune(r)
	}
}
