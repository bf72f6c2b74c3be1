package sqlfn

import (
	"unicode"
	"unicode/utf8"

	"github.com/velostream/veloc/runtime/text"
)

// Masking hides what characters are, and keeps what kind they are of.

// Mask hides characters from to before to, counted from 0; a negative count is one from the end. Upper case letters become X, lower case ones x,
// digits n, and everything else -.
func Mask(a *text.Arena, s string, from, to int64) string {
	b := a.Room(3 * len(s)) // an invalid byte becomes three
	i := int64(0)
	for _, r := range s {
		if i >= from && i < to {
			b = append(b, masked(r))
		} else {
			b = utf8.AppendRune(b, r)
		}
		i++
	}
	return a.Keep(b)
}

func masked(r rune) byte {
	switch {
	case unicode.IsUpper(r) || unicode.IsTitle(r):
		return 'X'
	case unicode.IsLetter(r):
		return 'x'
	case unicode.IsDigit(r):
		return 'n'
	}
	return '-'
}

// MaskAll hides all characters.
func MaskAll(a *text.Arena, s string) string { return Mask(a, s, 0, int64(len(s))) }

// MaskLeft hides the first n characters.
func MaskLeft(a *text.Arena, s string, n int64) string { return Mask(a, s, 0, n) }

// MaskRight hides the last n characters.
func MaskRight(a *text.Arena, s string, n int64) string {
	return Mask(a, s, Length(s)-max(n, 0), int64(len(s)))
}

// MaskKeepLeft hides all but the first n characters.
func MaskKeepLeft(a *text.Arena, s string, n int64) string { return Mask(a, s, n, int64(len(s))) }

// MaskKeepRight hides all but the last n characters.
func MaskKeepRight(a *text.Arena, s string, n int64) string {
	return Mask(a, s, 0, Length(s)-max(n, 0))
}
