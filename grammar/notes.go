package grammar

import (
	"strings"

	"github.com/alecthomas/participle/v2/lexer"

	"github.com/velostream/veloc/grammar/source"
)

// isAnnotation reports whether a comment is an annotation: "@" and a letter are
// the first things in it.
func isAnnotation(comment string) bool {
	text := strings.TrimLeft(comment[2:], " \t")
	return len(text) > 1 && text[0] == '@' && (isWordByte(text[1]) && !isDigit(text[1]))
}

// annotations returns the annotations of a piece: those above its first token,
// and those inside. Plain ones count only above.
func (p *parser) annotations(piece []lexer.Token) (above, inside []*Annotation, hasCode bool) {
	for i := range piece {
		t := &piece[i]
		switch {
		case t.Type == tokAnnotation:
			a := p.annotation(t)
			if hasCode {
				inside = append(inside, a)
			} else {
				above = append(above, a)
			}
		case t.Type == tokComment && !hasCode:
			if a := p.plainAnnotation(t); a != nil {
				above = append(above, a)
			}
		case !isTrivia(t.Type) && t.Type != lexer.EOF:
			hasCode = true
		}
	}
	return above, inside, hasCode
}

// annotation reads `-- @name: value`. The value ends where another comment
// begins: at " --" outside of quotes.
func (p *parser) annotation(t *lexer.Token) *Annotation {
	text := commentText(t.Value)
	name := strings.IndexByte(text, '@') + 1
	end := name
	for end < len(text) && (isWordByte(text[end]) || text[end] == '.' || text[end] == '-') {
		end++
	}
	value := end
	if value < len(text) && text[value] == ':' {
		value++
	}
	return p.newAnnotation(t, name, end, value, value+trailingComment(text[value:]))
}

// commentText is a comment without the "*/" of a block.
func commentText(comment string) string {
	if strings.HasPrefix(comment, "/*") {
		return comment[:len(comment)-2]
	}
	return comment
}

// trailingComment is the length of a value without a comment behind it.
func trailingComment(value string) int {
	quote := byte(0)
	for i := range len(value) {
		switch c := value[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"':
			quote = c
		case c == '-' && i > 0 && isSpace(value[i-1]) && strings.HasPrefix(value[i:], "--"):
			return i
		}
	}
	return len(value)
}

// newAnnotation builds an annotation from offsets into its token.
func (p *parser) newAnnotation(t *lexer.Token, name, nameEnd, value, valueEnd int) *Annotation {
	text := t.Value[value:valueEnd]
	value += len(text) - len(strings.TrimLeft(text, " \t\r\n"))
	valueEnd = max(value, valueEnd-(len(text)-len(strings.TrimRight(text, " \t\r\n"))))
	start := t.Pos.Offset
	return &Annotation{
		Name:      t.Value[name:nameEnd],
		NameSpan:  p.file.Span(start+name, start+nameEnd),
		Value:     t.Value[value:valueEnd],
		ValueSpan: p.file.Span(start+value, start+valueEnd),
		span:      p.tokenSpan(t),
	}
}

// maxPlainWords is the longest key of a plain annotation: "SQL Application Name".
const maxPlainWords = 3

// plainAnnotation reads `-- Key Words: value`, or returns nil for other comments.
func (p *parser) plainAnnotation(t *lexer.Token) *Annotation {
	if !strings.HasPrefix(t.Value, "--") {
		return nil
	}
	colon := strings.IndexByte(t.Value, ':')
	if colon < 0 || strings.HasPrefix(t.Value[colon:], "://") {
		return nil
	}
	key := strings.TrimSpace(t.Value[2:colon])
	words := strings.Fields(key)
	if len(words) == 0 || len(words) > maxPlainWords || !isWordByte(key[0]) || isDigit(key[0]) {
		return nil
	}
	for _, w := range words {
		if strings.Trim(w, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_-") != "" {
			return nil
		}
	}
	name := strings.Index(t.Value, key)
	a := p.newAnnotation(t, name, name+len(key), colon+1, len(t.Value))
	a.Plain = true
	return a
}

// splitHeader divides the annotations above the first statement as [File.Header]
// describes.
func splitHeader(f *source.File, above []*Annotation, code int) (header, own []*Annotation) {
	blank := lastBlankLine(f.Text[:code])
	for _, a := range above {
		switch {
		case blank >= 0 && a.span.Start < blank, blank < 0 && a.Plain:
			header = append(header, a)
		default:
			own = append(own, a)
		}
	}
	return header, own
}

// lastBlankLine is the offset of the last line of only white space, or -1. White
// space at the beginning of the file does not count.
func lastBlankLine(text string) int {
	end := len(text) - len(strings.TrimLeft(text, " \t\r\n\uFEFF"))
	line := len(text)
	for {
		nl := strings.LastIndexByte(text[:line], '\n')
		if nl < end {
			return -1
		}
		prev := strings.LastIndexByte(text[:nl], '\n')
		if strings.TrimSpace(text[prev+1:nl]) == "" {
			return nl
		}
		line = nl
	}
}
