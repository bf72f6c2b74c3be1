package jsonpath

import (
	"unicode/utf16"
	"unicode/utf8"

	"github.com/velostream/veloc/runtime/text"
)

// maxDepth keeps hostile text from exhausting the stack.
const maxDepth = 1000

func space(s string, i int) int {
	for i < len(s) && (s[i] == ' ' || s[i] == '\t' || s[i] == '\n' || s[i] == '\r') {
		i++
	}
	return i
}

// skip is the end of the value that starts at s[i:]; false if there is none.
func skip(s string, i int) (int, bool) { return skipIn(s, i, 0) }

func skipIn(s string, i, depth int) (int, bool) {
	if i >= len(s) || depth > maxDepth {
		return i, false
	}
	switch c := s[i]; {
	case c == '"':
		end, _, ok := skipString(s, i)
		return end, ok
	case c == '{' || c == '[':
		return skipNested(s, i, depth)
	case c == 't':
		return word(s, i, "true")
	case c == 'f':
		return word(s, i, "false")
	case c == 'n':
		return word(s, i, "null")
	}
	return skipNumber(s, i)
}

func word(s string, i int, w string) (int, bool) {
	if len(s)-i < len(w) || s[i:i+len(w)] != w {
		return i, false
	}
	return i + len(w), true
}

// skipString is the end of the text in quotes at s[i:], and whether it holds escapes.
func skipString(s string, i int) (end int, escaped, ok bool) {
	for i++; i < len(s); i++ {
		switch c := s[i]; {
		case c == '"':
			return i + 1, escaped, true
		case c < ' ':
			return i, escaped, false
		case c == '\\':
			escaped = true
			i++
			if i >= len(s) {
				return i, escaped, false
			}
			if n := escapeLen(s[i:]); n == 0 {
				return i, escaped, false
			} else {
				i += n - 1
			}
		}
	}
	return i, escaped, false
}

// escapeLen is the length of an escape behind its backslash; 0 if it is none.
func escapeLen(s string) int {
	switch s[0] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return 1
	case 'u':
		if len(s) >= 5 && isHex(s[1]) && isHex(s[2]) && isHex(s[3]) && isHex(s[4]) {
			return 5
		}
	}
	return 0
}

func isHex(c byte) bool { return c-'0' < 10 || c|0x20-'a' < 6 }

func digits(s string, i int) int {
	for i < len(s) && s[i]-'0' < 10 {
		i++
	}
	return i
}

func skipNumber(s string, i int) (int, bool) {
	if i < len(s) && s[i] == '-' {
		i++
	}
	whole := digits(s, i)
	if whole == i || s[i] == '0' && whole > i+1 {
		return i, false
	}
	i = whole
	if i < len(s) && s[i] == '.' {
		frac := digits(s, i+1)
		if frac == i+1 {
			return i, false
		}
		i = frac
	}
	if i < len(s) && s[i]|0x20 == 'e' {
		j := i + 1
		if j < len(s) && (s[j] == '+' || s[j] == '-') {
			j++
		}
		exp := digits(s, j)
		if exp == j {
			return i, false
		}
		i = exp
	}
	return i, true
}

// skipNested is the end of the object or array at s[i:].
func skipNested(s string, i, depth int) (int, bool) {
	object := s[i] == '{'
	closing := byte(']')
	if object {
		closing = '}'
	}
	i = space(s, i+1)
	if i < len(s) && s[i] == closing {
		return i + 1, true
	}
	for {
		if object {
			if i >= len(s) || s[i] != '"' {
				return i, false
			}
			end, _, ok := skipString(s, i)
			if !ok {
				return end, false
			}
			if i = space(s, end); i >= len(s) || s[i] != ':' {
				return i, false
			}
			i = space(s, i+1)
		}
		end, ok := skipIn(s, i, depth+1)
		if !ok {
			return end, false
		}
		i = space(s, end)
		if i >= len(s) {
			return i, false
		}
		switch s[i] {
		case closing:
			return i + 1, true
		case ',':
			i = space(s, i+1)
		default:
			return i, false
		}
	}
}

// members calls f with each member of the object at s[i:]: its name as it is written, whether that holds escapes, and where its value starts, while it returns
// true.
func members(s string, i int, f func(key string, escaped bool, at int) bool) bool {
	i = space(s, i+1)
	for i < len(s) && s[i] == '"' {
		end, escaped, ok := skipString(s, i)
		if !ok {
			return true
		}
		key := s[i+1 : end-1]
		if i = space(s, end); i >= len(s) || s[i] != ':' {
			return true
		}
		i = space(s, i+1)
		if !f(key, escaped, i) {
			return false
		}
		if end, ok = skip(s, i); !ok {
			return true
		}
		if i = space(s, end); i >= len(s) || s[i] != ',' {
			return true
		}
		i = space(s, i+1)
	}
	return true
}

// elements calls f with where each element of the array at s[i:] starts, while it returns true.
func elements(s string, i int, f func(at int) bool) bool {
	i = space(s, i+1)
	for i < len(s) && s[i] != ']' {
		if !f(i) {
			return false
		}
		end, ok := skip(s, i)
		if !ok {
			return true
		}
		if i = space(s, end); i >= len(s) || s[i] != ',' {
			return true
		}
		i = space(s, i+1)
	}
	return true
}

// count is the number of elements or members of the value at s[i:].
func count(s string, i int) int {
	n := 0
	if s[i] == '{' {
		members(s, i, func(string, bool, int) bool { n++; return true })
	} else {
		elements(s, i, func(int) bool { n++; return true })
	}
	return n
}

// unescape appends the text that stands between quotes in JSON. Half of a surrogate pair becomes U+FFFD.
func unescape(b []byte, s string) []byte {
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' {
			b = append(b, s[i])
			continue
		}
		i++
		switch s[i] {
		case 'b':
			b = append(b, '\b')
		case 'f':
			b = append(b, '\f')
		case 'n':
			b = append(b, '\n')
		case 'r':
			b = append(b, '\r')
		case 't':
			b = append(b, '\t')
		case 'u':
			r := hexRune(s[i+1:])
			i += 4
			if utf16.IsSurrogate(r) {
				if i+6 < len(s) && s[i+1] == '\\' && s[i+2] == 'u' {
					if pair := utf16.DecodeRune(r, hexRune(s[i+3:])); pair != utf8.RuneError {
						r = pair
						i += 6
					}
				}
			}
			b = utf8.AppendRune(b, r) // a lone surrogate is written as U+FFFD
		default:
			b = append(b, s[i])
		}
	}
	return b
}

// hexRune is the number of four hexadecimal digits.
func hexRune(s string) rune {
	r := rune(0)
	for _, c := range []byte(s[:4]) {
		switch {
		case c-'0' < 10:
			r = r<<4 | rune(c-'0')
		default:
			r = r<<4 | rune(c|0x20-'a'+10)
		}
	}
	return r
}

func unescapedEqual(s, want string) bool {
	var buf [256]byte
	return string(unescape(buf[:0], s)) == want
}

// plain is the value at s[from:to] as text: a text without its quotes and escapes, everything else as it is written.
func plain(a *text.Arena, s string, from, to int) string {
	if s[from] != '"' {
		return s[from:to]
	}
	inside := s[from+1 : to-1]
	for i := 0; i < len(inside); i++ {
		if inside[i] == '\\' {
			return a.Keep(unescape(a.Room(len(inside)), inside))
		}
	}
	return inside
}
