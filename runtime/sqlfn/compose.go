package sqlfn

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/velostream/veloc/runtime/text"
)

// Texts that are put together of others.

// Overlay is s with length characters from start (from 1) on replaced by part.
func Overlay(a *text.Arena, s, part string, start, length int64) (string, error) {
	if start < 1 {
		return "", Error("OVERLAY starts at character 1 or behind it, not at " + formatInt(start))
	}
	from := offset(s, start-1)
	to := from
	if length > 0 {
		to += offset(s[from:], length)
	} else if length < 0 { // standard: s up to start, and s from start+length on
		to = offset(s, max(start-1+max(length, -start), 0))
	}
	n := from + len(part) + len(s) - to
	if n > maxResult {
		return "", tooLong("OVERLAY")
	}
	return a.Keep(append(append(append(a.Room(n), s[:from]...), part...), s[to:]...)), nil
}

// OverlayAll is Overlay of as many characters as part has.
func OverlayAll(a *text.Arena, s, part string, start int64) (string, error) {
	return Overlay(a, s, part, start, Length(part))
}

// Space is n spaces.
func Space(a *text.Arena, n int64) (string, error) {
	if n > maxResult {
		return "", tooLong("SPACE")
	}
	n = max(n, 0)
	b := a.Room(int(n))
	for range n {
		b = append(b, ' ')
	}
	return a.Keep(b), nil
}

// SubstringIndex is s up to occurrence n of sep, counted from the left; with a negative n what follows occurrence -n, counted from the right; all of s if
// there are fewer.
func SubstringIndex(s, sep string, n int64) string {
	if n == 0 || sep == "" {
		return ""
	}
	if n > 0 {
		at := 0
		for ; n > 0; n-- {
			i := strings.Index(s[at:], sep)
			if i < 0 {
				return s
			}
			at += i + len(sep)
		}
		return s[:at-len(sep)]
	}
	end := len(s)
	for ; n < 0; n++ {
		if end = strings.LastIndex(s[:end], sep); end < 0 {
			return s
		}
	}
	return s[end+len(sep):]
}

// Count is how often sub occurs in s, without overlaps. An empty sub occurs nowhere.
func Count(s, sub string) int64 {
	if sub == "" {
		return 0
	}
	return int64(strings.Count(s, sub))
}

// Quoted is s between quotes, which are doubled inside.
func Quoted(a *text.Arena, s string, quote byte) (string, error) {
	n := len(s) + 2 + strings.Count(s, string(rune(quote)))
	if n > maxResult {
		return "", tooLong("QUOTE_LITERAL")
	}
	b := append(a.Room(n), quote)
	for i := 0; i < len(s); i++ {
		if s[i] == quote {
			b = append(b, quote)
		}
		b = append(b, s[i])
	}
	return a.Keep(append(b, quote)), nil
}

// FindInSet is the place, from 1, of item among the parts of list, which commas separate; 0 if it is not there.
func FindInSet(item, list string) int64 {
	if strings.Contains(item, ",") || list == "" {
		return 0
	}
	for n := int64(1); ; n++ {
		part, rest, more := strings.Cut(list, ",")
		if part == item {
			return n
		}
		if !more {
			return 0
		}
		list = rest
	}
}

// NormalizeSpace is s without white space at its ends, and with one space for each stretch of white space between.
func NormalizeSpace(a *text.Arena, s string) string {
	b := a.Room(len(s))
	gap := false
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		if unicode.IsSpace(r) {
			gap = len(b) > 0
		} else {
			if gap {
				b = append(b, ' ')
			}
			gap = false
			b = append(b, s[i:i+size]...)
		}
		i += size
	}
	return a.Keep(b)
}
