package sqlfn

import (
	"strings"
	"unicode"
	"unicode/utf8"

	rt "github.com/velostream/veloc/runtime"
	"github.com/velostream/veloc/runtime/text"
)

// Text is counted in characters (Unicode code points), never in bytes. Bytes that are not UTF-8 count as one character each.
// Results that are parts of an argument are views of it; others are put into the arena.

// maxResult keeps REPEAT, LPAD and their like from filling the memory.
const maxResult = 1 << 28

// Length is the number of characters of s.
func Length(s string) int64 { return int64(utf8.RuneCountInString(s)) }

// Upper is s with every letter in upper case.
func Upper(a *text.Arena, s string) string { return mapLetters(a, s, 'a', unicode.ToUpper) }

// Lower is s with every letter in lower case.
func Lower(a *text.Arena, s string) string { return mapLetters(a, s, 'A', unicode.ToLower) }

// mapLetters maps every letter; from is the first of the 26 ASCII letters that change.
func mapLetters(a *text.Arena, s string, from byte, f func(rune) rune) string {
	change := false
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			b := a.Room(3 * len(s)) // no letter's other case is more than one byte longer, and an invalid byte becomes three
			for _, r := range s {
				b = utf8.AppendRune(b, f(r))
			}
			return a.Keep(b)
		}
		change = change || s[i]-from < 26
	}
	if !change {
		return s
	}
	b := a.Room(len(s))
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c-from < 26 {
			c ^= 0x20
		}
		b = append(b, c)
	}
	return a.Keep(b)
}

// Initcap is s with the first letter of each word in upper case and all others in lower case.
func Initcap(a *text.Arena, s string) string {
	b := a.Room(3 * len(s))
	inWord := false
	for _, r := range s {
		letter := unicode.IsLetter(r) || unicode.IsDigit(r)
		if inWord {
			b = utf8.AppendRune(b, unicode.ToLower(r))
		} else {
			b = utf8.AppendRune(b, unicode.ToUpper(r))
		}
		inWord = letter
	}
	return a.Keep(b)
}

// offset is the byte offset of character n (from 0) of s, or len(s).
func offset(s string, n int64) int {
	if n <= 0 {
		return 0
	}
	if n >= int64(len(s)) {
		return len(s)
	}
	i := 0
	for ; n > 0 && i < len(s); n-- {
		if s[i] < utf8.RuneSelf {
			i++
			continue
		}
		_, size := utf8.DecodeRuneInString(s[i:])
		i += size
	}
	return i
}

// Substring is s from character start (from 1) to its end.
func Substring(s string, start int64) string { return s[offset(s, start-1):] }

// SubstringLen is length characters of s from character start (from 1). A start before 1 counts as 1.
func SubstringLen(s string, start, length int64) (string, error) {
	if length < 0 {
		return "", Error("the length of SUBSTRING must not be negative")
	}
	s = Substring(s, start)
	return s[:offset(s, length)], nil
}

// Left is the first n characters of s; with a negative n, all but the last -n.
func Left(s string, n int64) string {
	if n < 0 {
		n += Length(s)
	}
	return s[:offset(s, n)]
}

// Right is the last n characters of s; with a negative n, all but the first -n.
func Right(s string, n int64) string {
	if n < 0 {
		return s[offset(s, -n):]
	}
	return s[offset(s, Length(s)-n):]
}

// Position is where sub starts in s, in characters from 1; 0 if it does not occur.
func Position(sub, s string) int64 {
	i := strings.Index(s, sub)
	if i < 0 {
		return 0
	}
	return Length(s[:i]) + 1
}

// PositionFrom is Position, but looks from character start (from 1) on.
func PositionFrom(sub, s string, start int64) int64 {
	from := offset(s, start-1)
	i := strings.Index(s[from:], sub)
	if i < 0 {
		return 0
	}
	return Length(s[:from+i]) + 1
}

// Replace is s with every from replaced by to. An empty from changes nothing.
func Replace(a *text.Arena, s, from, to string) (string, error) {
	n := 0
	if from != "" {
		n = strings.Count(s, from)
	}
	if n == 0 {
		return s, nil
	}
	size := len(s) + n*(len(to)-len(from))
	if size > maxResult {
		return "", tooLong("REPLACE")
	}
	b := a.Room(size)
	for {
		i := strings.Index(s, from)
		if i < 0 {
			return a.Keep(append(b, s...)), nil
		}
		b = append(append(b, s[:i]...), to...)
		s = s[i+len(from):]
	}
}

// Translate is s with every character of from replaced by the one at the same place in to, or left out if to is shorter. Of a
// character that from holds twice, the first place counts.
func Translate(a *text.Arena, s, from, to string) string {
	if !strings.ContainsAny(s, from) {
		return s
	}
	b := a.Room(utf8.UTFMax * len(s))
	for len(s) > 0 {
		r, size := utf8.DecodeRuneInString(s)
		if i := strings.IndexRune(from, r); i < 0 {
			b = append(b, s[:size]...)
		} else if at := offset(to, Length(from[:i])); at < len(to) {
			_, width := utf8.DecodeRuneInString(to[at:])
			b = append(b, to[at:at+width]...)
		}
		s = s[size:]
	}
	return a.Keep(b)
}

func tooLong(name string) error {
	return Error("the result of " + name + " is longer than 256 MiB")
}

// OrEmpty is s if it is valid, else the empty text: how CONCAT reads NULL.
func OrEmpty(s string, valid bool) string {
	if valid {
		return s
	}
	return ""
}

// ConcatWS is all parts that are not NULL, with sep between them.
func ConcatWS(a *text.Arena, sep string, parts ...rt.Null[string]) string {
	n := 0
	for _, p := range parts {
		n += len(sep) + len(p.V)
	}
	b := a.Room(n)
	first := true
	for _, p := range parts {
		if !p.Valid {
			continue
		}
		if !first {
			b = append(b, sep...)
		}
		first = false
		b = append(b, p.V...)
	}
	return a.Keep(b)
}

// Repeat is s, n times. n below 1 gives the empty text.
func Repeat(a *text.Arena, s string, n int64) (string, error) {
	if n <= 0 || s == "" {
		return "", nil
	}
	if n > maxResult/int64(len(s)) {
		return "", tooLong("REPEAT")
	}
	b := a.Room(int(n) * len(s))
	for range n {
		b = append(b, s...)
	}
	return a.Keep(b), nil
}

// Reverse is the characters of s in reverse order.
func Reverse(a *text.Arena, s string) string {
	b := a.Room(len(s))
	for len(s) > 0 {
		_, size := utf8.DecodeLastRuneInString(s)
		b = append(b, s[len(s)-size:]...)
		s = s[:len(s)-size]
	}
	return a.Keep(b)
}

// Lpad is s, filled with pad at its left to n characters; a longer s is cut to its first n.
func Lpad(a *text.Arena, s string, n int64, pad string) (string, error) {
	return padded(a, s, n, pad, true)
}

// Rpad is s, filled with pad at its right to n characters; a longer s is cut to its first n.
func Rpad(a *text.Arena, s string, n int64, pad string) (string, error) {
	return padded(a, s, n, pad, false)
}

func padded(a *text.Arena, s string, n int64, pad string, left bool) (string, error) {
	missing := n - Length(s)
	if missing <= 0 || pad == "" {
		return s[:offset(s, n)], nil
	}
	whole := missing / Length(pad)
	part := pad[:offset(pad, missing%Length(pad))]
	if whole > maxResult/int64(len(pad)) {
		return "", tooLong("LPAD and RPAD")
	}
	b := a.Room(len(s) + int(whole)*len(pad) + len(part))
	if !left {
		b = append(b, s...)
	}
	for range whole {
		b = append(b, pad...)
	}
	b = append(b, part...)
	if left {
		b = append(b, s...)
	}
	return a.Keep(b), nil
}

// SplitPart is part n (from 1) of s, cut at every sep; the empty text if there is no such part. A negative n counts from the end.
func SplitPart(s, sep string, n int64) (string, error) {
	switch {
	case n == 0:
		return "", Error("SPLIT_PART counts parts from 1, or from -1 at the end; there is no part 0")
	case sep == "" && (n == 1 || n == -1):
		return s, nil
	case sep == "":
		return "", nil
	case n < 0:
		n += int64(strings.Count(s, sep)) + 2
		if n < 1 {
			return "", nil
		}
	}
	for ; n > 1; n-- {
		i := strings.Index(s, sep)
		if i < 0 {
			return "", nil
		}
		s = s[i+len(sep):]
	}
	if i := strings.Index(s, sep); i >= 0 {
		s = s[:i]
	}
	return s, nil
}

// Trim takes white space from both ends of s.
func Trim(s string) string { return strings.TrimSpace(s) }

// Ltrim takes white space from the left end of s.
func Ltrim(s string) string { return strings.TrimLeftFunc(s, unicode.IsSpace) }

// Rtrim takes white space from the right end of s.
func Rtrim(s string) string { return strings.TrimRightFunc(s, unicode.IsSpace) }
