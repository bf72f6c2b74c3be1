package jsonpath

import (
	"unicode/utf8"

	"github.com/velostream/veloc/runtime/text"
)

// Value is the scalar that the path leads to, as text; there is none where it leads to null, to an object or an array, to several values, or nowhere.
func (p *Path) Value(a *text.Arena, s string) (string, bool) {
	from, to, n := 0, 0, 0
	p.each(s, func(x, y int) bool {
		from, to = x, y
		n++
		return n < 2
	})
	if n != 1 || s[from] == '{' || s[from] == '[' || s[from] == 'n' {
		return "", false
	}
	return plain(a, s, from, to), true
}

// Extract is what the path leads to, as text: a scalar without quotes, an object or array as JSON, several values as a JSON array of them. There is none
// where it leads to null, or nowhere.
func (p *Path) Extract(a *text.Arena, s string) (string, bool) {
	if p.wildcard {
		return p.list(a, s)
	}
	from, to, ok := p.find(s)
	if !ok || s[from] == 'n' {
		return "", false
	}
	return plain(a, s, from, to), true
}

// Query is the object or array that the path leads to, or an array of the several values, as JSON.
func (p *Path) Query(a *text.Arena, s string) (string, bool) {
	if p.wildcard {
		return p.list(a, s)
	}
	from, to, ok := p.find(s)
	if !ok || s[from] != '{' && s[from] != '[' {
		return "", false
	}
	return s[from:to], true
}

// list is all values that the path leads to, as a JSON array; there is none where it leads nowhere.
func (p *Path) list(a *text.Arena, s string) (string, bool) {
	b := append(a.Room(2*len(s)+2), '[')
	p.each(s, func(from, to int) bool {
		if len(b) > 1 {
			b = append(b, ',')
		}
		b = append(b, s[from:to]...)
		return len(b) <= 2*len(s)
	})
	if len(b) == 1 {
		return "", false
	}
	return a.Keep(append(b, ']')), true
}

// Exists tells whether the path leads anywhere.
func (p *Path) Exists(s string) bool {
	_, _, ok := p.find(s)
	return ok
}

// Length is the number of elements of the array, or members of the object, that the path leads to.
func (p *Path) Length(s string) (int64, bool) {
	from, _, ok := p.find(s)
	if !ok || s[from] != '{' && s[from] != '[' {
		return 0, false
	}
	return int64(count(s, from)), true
}

// ArrayLength is Length of an array.
func (p *Path) ArrayLength(s string) (int64, bool) {
	if from, _, ok := p.find(s); !ok || s[from] != '[' {
		return 0, false
	}
	return p.Length(s)
}

// Type is the kind of value that the path leads to: object, array, string, number, boolean or null.
func (p *Path) Type(s string) (string, bool) {
	from, _, ok := p.find(s)
	if !ok {
		return "", false
	}
	switch s[from] {
	case '{':
		return "object", true
	case '[':
		return "array", true
	case '"':
		return "string", true
	case 't', 'f':
		return "boolean", true
	case 'n':
		return "null", true
	}
	return "number", true
}

// Keys calls the members of the object that the path leads to by their names, as a JSON array.
func (p *Path) Keys(a *text.Arena, s string) (string, bool) {
	from, _, ok := p.find(s)
	if !ok || s[from] != '{' {
		return "", false
	}
	b := append(a.Room(len(s)+2), '[')
	members(s, from, func(key string, _ bool, _ int) bool {
		if len(b) > 1 {
			b = append(b, ',')
		}
		b = append(append(append(b, '"'), key...), '"')
		return true
	})
	return a.Keep(append(b, ']')), true
}

// Valid tells whether s is JSON.
func Valid(s string) bool {
	end, ok := skip(s, space(s, 0))
	return ok && space(s, end) == len(s) && utf8.ValidString(s)
}

// Compact is JSON without white space between its tokens.
func Compact(a *text.Arena, s string) (string, bool) {
	if !Valid(s) {
		return "", false
	}
	b := a.Room(len(s))
	for i := 0; i < len(s); {
		switch s[i] {
		case ' ', '\t', '\n', '\r':
			i++
		case '"':
			end, _, _ := skipString(s, i)
			b = append(b, s[i:end]...)
			i = end
		default:
			b = append(b, s[i])
			i++
		}
	}
	return a.Keep(b), true
}

const hexDigits = "0123456789abcdef"

// AppendQuoted appends s as a JSON text in quotes.
func AppendQuoted(b []byte, s string) []byte {
	b = append(b, '"')
	for i := 0; i < len(s); {
		c := s[i]
		switch {
		case c == '"' || c == '\\':
			b = append(b, '\\', c)
		case c == '\n':
			b = append(b, '\\', 'n')
		case c == '\r':
			b = append(b, '\\', 'r')
		case c == '\t':
			b = append(b, '\\', 't')
		case c < ' ':
			b = append(b, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
		case c >= utf8.RuneSelf:
			r, n := utf8.DecodeRuneInString(s[i:])
			b = utf8.AppendRune(b, r)
			i += n
			continue
		default:
			b = append(b, c)
		}
		i++
	}
	return append(b, '"')
}

// Quote is s as a JSON text in quotes.
func Quote(a *text.Arena, s string) string { return a.Keep(AppendQuoted(a.Room(6*len(s)+2), s)) }

// Unquote is the text that s, a JSON text in quotes, stands for; everything else stays as it is.
func Unquote(a *text.Arena, s string) string {
	if len(s) < 2 || s[0] != '"' {
		return s
	}
	if end, _, ok := skipString(s, 0); !ok || end != len(s) {
		return s
	}
	return plain(a, s, 0, len(s))
}

// Part is a value of JSON_OBJECT or JSON_ARRAY: its text, whether it is written in quotes, and whether it is not NULL.
type Part struct {
	Text          string
	Quoted, Valid bool
}

func appendPart(b []byte, p Part) []byte {
	switch {
	case !p.Valid:
		return append(b, "null"...)
	case p.Quoted:
		return AppendQuoted(b, p.Text)
	}
	return append(b, p.Text...)
}

func room(a *text.Arena, parts []Part) []byte {
	n := 2
	for _, p := range parts {
		n += 6*len(p.Text) + 8
	}
	return a.Room(n)
}

// Array is a JSON array of the parts.
func Array(a *text.Arena, parts ...Part) string {
	b := append(room(a, parts), '[')
	for i, p := range parts {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendPart(b, p)
	}
	return a.Keep(append(b, ']'))
}

// Object is a JSON object of pairs of a name and a value. Pairs whose name is NULL are left out.
func Object(a *text.Arena, parts ...Part) string {
	b := append(room(a, parts), '{')
	for i := 0; i+1 < len(parts); i += 2 {
		if !parts[i].Valid {
			continue
		}
		if len(b) > 1 {
			b = append(b, ',')
		}
		b = append(AppendQuoted(b, parts[i].Text), ':')
		b = appendPart(b, parts[i+1])
	}
	return a.Keep(append(b, '}'))
}
