package grammar

import (
	"maps"
	"regexp"
	"slices"
	"sync"

	"github.com/alecthomas/participle/v2/lexer"

	"github.com/velostream/veloc/grammar/source"
)

// TokenKind says what a token is, for tools that colour or complete SQL.
type TokenKind uint8

// The kinds of tokens. Space is not among them.
const (
	WordToken       TokenKind = iota // a name or an unreserved word of the grammar
	ReservedToken                    // a reserved word
	StringToken                      // 'text'
	NumberToken                      // 12, 1.5e3 and durations such as 5m
	PunctToken                       // operators and brackets
	CommentToken                     // a comment that means nothing to veloc
	AnnotationToken                  // a comment that begins with @, or a header line
	InvalidToken                     // what is no SQL
)

var tokenKinds = map[lexer.TokenType]TokenKind{
	tokIdent: WordToken, tokQuotedIdent: WordToken, tokKeyword: ReservedToken, tokString: StringToken, tokURI: StringToken,
	tokNumber: NumberToken, tokDuration: NumberToken, tokPunct: PunctToken, tokComment: CommentToken, tokAnnotation: AnnotationToken,
	tokInvalid: InvalidToken,
}

// Token is a piece of SQL that is not space.
type Token struct {
	Kind TokenKind
	At   source.Span
}

// Tokens cuts a file into tokens, in order. It needs no statement to be correct.
func Tokens(f *source.File) []Token {
	s := scanner{file: f, text: f.Text, end: len(f.Text), pos: lexer.Position{Filename: f.Name, Line: 1, Column: 1}}
	var out []Token
	for _, t := range s.all() {
		if kind, ok := tokenKinds[t.Type]; ok {
			out = append(out, Token{kind, f.Span(t.Pos.Offset, t.Pos.Offset+len(t.Value))})
		}
	}
	return out
}

var wordInGrammar = regexp.MustCompile(`"([A-Z_]+)"`)

// explained are words of the grammar that a correct file does not have: what they begin is read only to say what to do instead.
var explained = wordSet("UPDATE DELETE MERGE TRUNCATE ALTER DROP MATCH_RECOGNIZE")

// Words lists every word that a correct file may have, in upper case, sorted: those that are reserved and those that mean something in their
// place.
var Words = sync.OnceValue(func() []string {
	words := slices.Collect(maps.Keys(reserved))
	for _, m := range wordInGrammar.FindAllStringSubmatch(EBNF(), -1) {
		if !explained[m[1]] {
			words = append(words, m[1])
		}
	}
	slices.Sort(words)
	return slices.Compact(words)
})
