package grammar

import (
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/alecthomas/participle/v2/lexer"

	"github.com/velostream/veloc/grammar/diag"
	"github.com/velostream/veloc/grammar/source"
)

// definition is the lexer as participle wants it. Parsing does not go through
// it, because tokens of a file are cut into statements first; it gives the
// grammar the names of the token types.
type definition struct{}

func (definition) Symbols() map[string]lexer.TokenType { return symbols }

func (d definition) Lex(name string, r io.Reader) (lexer.Lexer, error) {
	text, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	return d.LexString(name, string(text))
}

func (definition) LexString(name, text string) (lexer.Lexer, error) {
	f := source.New(name, text)
	s := scanner{file: f, text: text, end: len(text), pos: lexer.Position{Filename: name, Line: 1, Column: 1}}
	return &tokenSlice{tokens: s.all()}, nil
}

// tokenSlice is a lexer over tokens that exist already.
type tokenSlice struct {
	tokens []lexer.Token
	next   int
}

func (s *tokenSlice) Next() (lexer.Token, error) {
	t := s.tokens[s.next]
	if s.next < len(s.tokens)-1 {
		s.next++
	}
	return t, nil
}

// scanner cuts text into tokens. It reads bytes up to end, which lets it read
// an expression within a comment at the comment's true positions.
type scanner struct {
	file  *source.File
	text  string
	end   int
	pos   lexer.Position // of the next token
	diags diag.List      // one per Invalid token, in order
	// patterns is set behind MATCH_RECOGNIZE: |, ? and $ are signs in the rest of the statement.
	patterns bool
	// multiline is the first string that runs over a line end: the likely
	// culprit when a later quote has no partner.
	multiline source.Span
}

// all returns the tokens and, last, EOF.
func (s *scanner) all() []lexer.Token {
	tokens := make([]lexer.Token, 0, (s.end-s.pos.Offset)/4+1)
	for s.pos.Offset < s.end {
		start := s.pos.Offset
		typ, end := s.scan(start)
		tokens = append(tokens, lexer.Token{Type: typ, Value: s.text[start:end], Pos: s.pos})
		s.advance(end)
	}
	return append(tokens, lexer.EOFToken(s.pos))
}

// advance moves the position to a later offset.
func (s *scanner) advance(end int) {
	span := s.text[s.pos.Offset:end]
	if nl := strings.LastIndexByte(span, '\n'); nl >= 0 {
		s.pos.Line += strings.Count(span, "\n")
		s.pos.Column = 1
		span = span[nl+1:]
	}
	s.pos.Column += utf8.RuneCountInString(span)
	s.pos.Offset = end
}

// peek returns the byte at an offset, or 0 at the end.
func (s *scanner) peek(i int) byte {
	if i < s.end {
		return s.text[i]
	}
	return 0
}

func (s *scanner) scan(i int) (lexer.TokenType, int) {
	c := s.text[i]
	switch {
	case isSpace(c):
		return tokSpace, s.spaces(i)
	case c == '-' && s.peek(i+1) == '-':
		return s.lineComment(i)
	case c == '/' && s.peek(i+1) == '*':
		return s.blockComment(i)
	case c == '\'' || c == '"' || c == '`':
		return s.quoted(i, c)
	case isDigit(c), c == '.' && isDigit(s.peek(i+1)) && !s.afterOperand(i):
		return s.number(i)
	}
	if end := s.word(i); end > i {
		return s.name(i, end)
	}
	return s.punct(i)
}

func isSpace(c byte) bool {
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v'
}
func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func (s *scanner) spaces(i int) int {
	for i < s.end && isSpace(s.text[i]) {
		i++
	}
	return i
}

// afterOperand reports whether the byte before i ends an operand, so that a dot
// at i is that of a qualified name and not of a number.
func (s *scanner) afterOperand(i int) bool {
	if i == 0 {
		return false
	}
	c := s.text[i-1]
	return isWordByte(c) || c == '`' || c == ')' || c == ']' || c == '"' || c == '\''
}

func isWordByte(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '_' || isDigit(c) || c >= utf8.RuneSelf
}

// lineComment reads "-- …" up to, and without, the line end.
func (s *scanner) lineComment(i int) (lexer.TokenType, int) {
	end := s.end
	if n := strings.IndexByte(s.text[i:s.end], '\n'); n >= 0 {
		end = i + n
		if s.text[end-1] == '\r' {
			end--
		}
	}
	if isAnnotation(s.text[i:end]) {
		return tokAnnotation, end
	}
	return tokComment, end
}

func (s *scanner) blockComment(i int) (lexer.TokenType, int) {
	n := strings.Index(s.text[i+2:s.end], "*/")
	if n < 0 {
		s.diags.Add(diag.Unclosed(s.file.Span(i, i+2), "comment", "*/"))
		return tokInvalid, s.end
	}
	end := i + 2 + n + 2
	if isAnnotation(s.text[i:end]) {
		return tokAnnotation, end
	}
	return tokComment, end
}

// quoted reads a string or a backtick name; a doubled quote stands for itself.
func (s *scanner) quoted(i int, quote byte) (lexer.TokenType, int) {
	for j := i + 1; ; j++ {
		n := strings.IndexByte(s.text[j:s.end], quote)
		if n < 0 {
			return s.unclosed(i, quote)
		}
		if j += n; s.peek(j+1) == quote {
			j++
			continue
		}
		end := j + 1
		if quote == '`' {
			if end-i == 2 {
				s.diags.Add(diag.BadCharacter(s.file.Span(i, end), "a name in backticks cannot be empty", ""))
				return tokInvalid, end
			}
			return tokQuotedIdent, end
		}
		if !s.multiline.IsValid() && strings.IndexByte(s.text[i:end], '\n') >= 0 {
			s.multiline = s.file.Span(i, end)
		}
		return tokString, end
	}
}

func (s *scanner) unclosed(i int, quote byte) (lexer.TokenType, int) {
	what := "string"
	if quote == '`' {
		what = "name"
	}
	d := diag.Unclosed(s.file.Span(i, i+1), what, string(quote))
	if s.multiline.IsValid() {
		d = d.WithLabel(s.file.Span(s.multiline.Start, s.multiline.Start+1),
			"this string runs over a line end; is its closing quote missing?")
	}
	s.diags.Add(d)
	return tokInvalid, s.end
}

// number reads 12, 1.5, .5, 1e3, and 5m, 500ms, 1h30m as durations.
func (s *scanner) number(i int) (lexer.TokenType, int) {
	j := s.digits(i)
	if s.peek(j) == '.' && s.peek(j+1) != '.' {
		j = s.digits(j + 1)
	}
	if c := s.peek(j); c == 'e' || c == 'E' {
		k := j + 1
		if c := s.peek(k); c == '+' || c == '-' {
			k++
		}
		if end := s.digits(k); end > k {
			j = end
		}
	}
	end := s.wordTail(j)
	if end == j {
		return tokNumber, j
	}
	if isDuration(s.text[i:end]) { // one that is too long is reported where it is used
		return tokDuration, end
	}
	s.diags.Add(diag.BadCharacter(s.file.Span(i, end),
		"`"+s.text[i:end]+"` is neither a number nor a name", "a name that begins with a digit stands in backticks; a duration ends with ns, us, ms, s, m, h, d or w"))
	return tokInvalid, end
}

func (s *scanner) digits(i int) int {
	for i < s.end && isDigit(s.text[i]) {
		i++
	}
	return i
}

// word returns the end of the word that starts at i, or i when none does.
func (s *scanner) word(i int) int {
	c := s.text[i]
	if isDigit(c) {
		return i
	}
	if c < utf8.RuneSelf {
		if !isWordByte(c) {
			return i
		}
		return s.wordTail(i + 1)
	}
	r, size := utf8.DecodeRuneInString(s.text[i:s.end])
	if !unicode.IsLetter(r) {
		return i
	}
	return s.wordTail(i + size)
}

func (s *scanner) wordTail(i int) int {
	for i < s.end {
		c := s.text[i]
		if c < utf8.RuneSelf {
			if !isWordByte(c) {
				return i
			}
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s.text[i:s.end])
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) {
			return i
		}
		i += size
	}
	return i
}

// name classifies a word: reserved, a name, or the scheme of an address.
func (s *scanner) name(i, end int) (lexer.TokenType, int) {
	if strings.HasPrefix(s.text[end:s.end], "://") {
		if j := s.address(end + 3); j > end+3 {
			return tokURI, j
		}
	}
	if isReserved(s.text[i:end]) {
		return tokKeyword, end
	}
	s.patterns = s.patterns || strings.EqualFold(s.text[i:end], "MATCH_RECOGNIZE")
	return tokIdent, end
}

// address returns the end of a bare address: it lasts to a space, a quote, a
// parenthesis, a comma or a semicolon.
func (s *scanner) address(i int) int {
	for i < s.end && s.text[i] > ' ' && strings.IndexByte("'\"`(),;", s.text[i]) < 0 {
		i++
	}
	return i
}

var twoByteSigns = [...]string{"<>", "<=", ">=", "!=", "==", "||", "::", "=>"}

func (s *scanner) punct(i int) (lexer.TokenType, int) {
	rest := s.text[i:s.end]
	for _, sign := range twoByteSigns {
		if strings.HasPrefix(rest, sign) {
			return tokPunct, i + 2
		}
	}
	if strings.IndexByte("+-*/%^=<>()[]{},.;:", rest[0]) >= 0 {
		s.patterns = s.patterns && rest[0] != ';'
		return tokPunct, i + 1
	}
	if s.patterns && strings.IndexByte("|?$", rest[0]) >= 0 {
		return tokPunct, i + 1
	}
	if strings.HasPrefix(rest, "\uFEFF") && i == 0 {
		return tokSpace, i + len("\uFEFF")
	}
	return s.invalid(i)
}

// invalid reads a run of characters that begin no token.
func (s *scanner) invalid(i int) (lexer.TokenType, int) {
	r, size := utf8.DecodeRuneInString(s.text[i:s.end])
	end := i + size
	switch {
	case r == utf8.RuneError && size == 1:
		for end < s.end {
			if r, size := utf8.DecodeRuneInString(s.text[end:s.end]); r != utf8.RuneError || size != 1 {
				break
			}
			end++
		}
		s.diags.Add(diag.BadCharacter(s.file.Span(i, end), "the file is not UTF-8 text here", "save the file as UTF-8"))
	case unicode.IsControl(r):
		s.diags.Add(diag.BadCharacter(s.file.Span(i, end), "a control character is not part of SQL", ""))
	default:
		hint := badCharacterHints[r]
		s.diags.Add(diag.BadCharacter(s.file.Span(i, end), "`"+string(r)+"` is not part of SQL", hint))
	}
	return tokInvalid, end
}

var badCharacterHints = map[rune]string{
	'!': "write `NOT x`, or `!=` and `<>` for \"not equal\"",
	'|': "`||` joins strings",
	'&': "write `AND`",
	'#': "a comment begins with `--`",
	'@': "an annotation stands in a comment: `-- @name: value`",
	'$': "`${NAME}` is replaced in YAML files and property values, not in SQL",
	'‘': "this is a typographic quote; strings stand in straight quotes '…'",
	'’': "this is a typographic quote; strings stand in straight quotes '…'",
	'“': "this is a typographic quote; strings stand in straight quotes '…'",
	'”': "this is a typographic quote; strings stand in straight quotes '…'",
	'…': "fill in what the dots stand for",
}
