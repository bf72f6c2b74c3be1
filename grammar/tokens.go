package grammar

import (
	"strings"

	"github.com/alecthomas/participle/v2/lexer"
)

// Token types. Space, Comment and Annotation are trivia: real tokens, so that
// tokens concatenate to the input and ends of nodes are exact, but invisible to
// the grammar. Invalid tokens carry their own diagnostic and are never parsed.
const (
	tokIdent lexer.TokenType = -(iota + 2) // lexer.EOF is -1
	tokKeyword
	tokQuotedIdent
	tokString
	tokNumber
	tokDuration
	tokURI
	tokPunct
	tokSpace
	tokComment
	tokAnnotation
	tokInvalid
)

// symbols names the token types for the grammar tags and for [DumpTokens].
var symbols = map[string]lexer.TokenType{
	"EOF":         lexer.EOF,
	"Ident":       tokIdent,
	"Keyword":     tokKeyword,
	"QuotedIdent": tokQuotedIdent,
	"String":      tokString,
	"Number":      tokNumber,
	"Duration":    tokDuration,
	"URI":         tokURI,
	"Punct":       tokPunct,
	"Space":       tokSpace,
	"Comment":     tokComment,
	"Annotation":  tokAnnotation,
	"Invalid":     tokInvalid,
}

var typeNames = func() map[lexer.TokenType]string {
	names := make(map[lexer.TokenType]string, len(symbols))
	for name, t := range symbols {
		names[t] = name
	}
	return names
}()

// tokenTypeName is the name of a token type: "Ident".
func tokenTypeName(t lexer.TokenType) string { return typeNames[t] }

func isTrivia(t lexer.TokenType) bool {
	return t == tokSpace || t == tokComment || t == tokAnnotation
}

// reserved are the words that cannot be a bare name, because a name may stand
// where they do: a clause after an implicit alias, an operator after an operand,
// the beginning of an expression. Every other word of the grammar, such as KEY,
// STREAM, TIMESTAMP, ROWS or INTERVAL, is an ordinary name wherever the grammar
// does not ask for it. A reserved word is a name after AS, after a dot and in
// `backticks`.
var reserved = wordSet(`
	SELECT DISTINCT FROM WHERE GROUP HAVING WINDOW QUALIFY ORDER LIMIT EMIT INTO WITH AS FOR
	JOIN INNER LEFT RIGHT FULL CROSS NATURAL ON USING WITHIN UNION EXCEPT INTERSECT
	AND OR NOT IN IS LIKE ILIKE RLIKE BETWEEN CASE WHEN THEN ELSE END NULL TRUE FALSE
	CREATE INSERT`)

func wordSet(words string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(words) {
		set[w] = true
	}
	return set
}

// maxReserved is the length of the longest reserved word.
const maxReserved = 9

// isReserved reports whether a word is reserved, in any case, without allocating.
func isReserved(word string) bool {
	if len(word) > maxReserved {
		return false
	}
	var upper [maxReserved]byte
	for i := range len(word) {
		c := word[i]
		if 'a' <= c && c <= 'z' {
			c -= 'a' - 'A'
		}
		upper[i] = c
	}
	return reserved[string(upper[:len(word)])]
}

// isWord reports whether a token is the given unquoted word, which is in upper case.
func isWord(t *lexer.Token, word string) bool {
	return (t.Type == tokIdent || t.Type == tokKeyword) && strings.EqualFold(t.Value, word)
}

func isPunct(t *lexer.Token, sign string) bool {
	return t.Type == tokPunct && t.Value == sign
}

func isName(t *lexer.Token) bool {
	return t.Type == tokIdent || t.Type == tokQuotedIdent
}

// unquote removes the quotes of a string or a backtick name and makes doubled
// quotes single.
func unquote(text string) string {
	q := text[:1]
	return strings.ReplaceAll(text[1:len(text)-1], q+q, q)
}
