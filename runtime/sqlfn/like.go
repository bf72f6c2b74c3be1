package sqlfn

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// LikePattern is a LIKE pattern taken apart once: % is any text, _ any one character, everything else itself.
type LikePattern struct {
	fold  bool
	first string   // what the text starts with, before the first %
	inner []string // what follows in this order, each between two %
	last  string   // what the text ends with, after the last %
	open  bool     // there is a %; otherwise the text matches first as a whole
	plain bool     // no _ anywhere: pieces are compared as they are
}

// anyChar stands for _ in pieces. It is a non-character that no UTF-8 text contains as a rune of its own.
const anyChar = '\uFFFF'

// CompileLike takes a pattern apart. escape, if not 0, makes the %, _ or escape that follows it an ordinary character. fold
// ignores case.
func CompileLike(pattern string, escape rune, fold bool) (*LikePattern, error) {
	p := &LikePattern{fold: fold, plain: true}
	var pieces []string
	var piece strings.Builder
	escaped := false
	for _, r := range pattern {
		switch {
		case escaped:
			if r != '%' && r != '_' && r != escape {
				return nil, badEscape(pattern, escape)
			}
			escaped = false
			piece.WriteRune(r)
		case escape != 0 && r == escape:
			escaped = true
		case r == '%':
			pieces = append(pieces, piece.String())
			piece.Reset()
		case r == '_':
			p.plain = false
			piece.WriteRune(anyChar)
		default:
			if fold {
				r = foldRune(r)
			}
			piece.WriteRune(r)
		}
	}
	if escaped {
		return nil, badEscape(pattern, escape)
	}
	if len(pieces) == 0 {
		p.first = piece.String()
		return p, nil
	}
	p.open, p.first, p.last = true, pieces[0], piece.String()
	for _, s := range pieces[1:] {
		if s != "" {
			p.inner = append(p.inner, s)
		}
	}
	return p, nil
}

func badEscape(pattern string, escape rune) error {
	return Error("in the LIKE pattern '" + pattern + "' the escape character " + string(escape) + " must stand before %, _ or itself")
}

// foldRune is one representative of all runes that differ only in case.
func foldRune(r rune) rune {
	if r < utf8.RuneSelf {
		if 'A' <= r && r <= 'Z' {
			r |= 0x20
		}
		return r
	}
	least := r
	for f := unicode.SimpleFold(r); f != r; f = unicode.SimpleFold(f) {
		least = min(least, f)
	}
	if 'A' <= least && least <= 'Z' {
		least |= 0x20
	}
	return least
}

// Match tells whether all of s matches.
func (p *LikePattern) Match(s string) bool {
	if p.plain && !p.fold {
		return p.matchPlain(s)
	}
	n := p.prefix(s, p.first)
	if n < 0 || !p.open {
		return n == len(s) && !p.open
	}
	s = s[n:]
	for _, piece := range p.inner {
		if n = p.find(s, piece); n < 0 {
			return false
		}
		s = s[n:]
	}
	return p.suffix(s, p.last)
}

func (p *LikePattern) matchPlain(s string) bool {
	if !p.open {
		return s == p.first
	}
	if len(s) < len(p.first)+len(p.last) || s[:len(p.first)] != p.first || s[len(s)-len(p.last):] != p.last {
		return false
	}
	s = s[len(p.first) : len(s)-len(p.last)]
	for _, piece := range p.inner {
		i := strings.Index(s, piece)
		if i < 0 {
			return false
		}
		s = s[i+len(piece):]
	}
	return true
}

// prefix is how many bytes of s match piece, or -1.
func (p *LikePattern) prefix(s, piece string) int {
	i := 0
	for _, want := range piece {
		if i == len(s) {
			return -1
		}
		r, size := rune(s[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(s[i:])
		}
		if p.fold {
			r = foldRune(r)
		}
		if want != anyChar && r != want {
			return -1
		}
		i += size
	}
	return i
}

// find is where the first match of piece in s ends, or -1.
func (p *LikePattern) find(s, piece string) int {
	for i := 0; i <= len(s); {
		if n := p.prefix(s[i:], piece); n >= 0 {
			return i + n
		}
		if i == len(s) {
			break
		}
		_, size := utf8.DecodeRuneInString(s[i:])
		i += size
	}
	return -1
}

// suffix tells whether the end of s matches piece: both have as many characters from there on.
func (p *LikePattern) suffix(s, piece string) bool {
	i := len(s)
	for range utf8.RuneCountInString(piece) {
		if i == 0 {
			return false
		}
		_, size := utf8.DecodeLastRuneInString(s[:i])
		i -= size
	}
	return p.prefix(s[i:], piece) == len(s)-i
}

// Like matches s with a pattern that is known only now. It allocates nothing: after a mismatch it goes back to the last % and
// lets that take one character more.
func Like(s, pattern string, escape rune, fold bool) (bool, error) {
	var retryS, retryP = -1, 0
	i, j := 0, 0
	for i < len(s) || j < len(pattern) {
		if j < len(pattern) {
			t, want, size, err := likeToken(pattern[j:], pattern, escape)
			if err != nil {
				return false, err
			}
			if t == '%' {
				j += size
				retryS, retryP = i, j
				continue
			}
			if i < len(s) {
				r, n := utf8.DecodeRuneInString(s[i:])
				if t == '_' || r == want || fold && foldRune(r) == foldRune(want) {
					i, j = i+n, j+size
					continue
				}
			}
		}
		if retryS < 0 || retryS >= len(s) {
			return false, checkLike(pattern[j:], pattern, escape)
		}
		_, n := utf8.DecodeRuneInString(s[retryS:])
		retryS += n
		i, j = retryS, retryP
	}
	return true, nil
}

// checkLike finds a wrong escape in the rest of a pattern that was not needed.
func checkLike(rest, pattern string, escape rune) error {
	for rest != "" {
		_, _, size, err := likeToken(rest, pattern, escape)
		if err != nil {
			return err
		}
		rest = rest[size:]
	}
	return nil
}

// likeToken is the next element of a pattern: '%', '_', or 0 and the character to match.
func likeToken(s, pattern string, escape rune) (kind byte, want rune, size int, err error) {
	want, size = utf8.DecodeRuneInString(s)
	if escape != 0 && want == escape {
		r, n := utf8.DecodeRuneInString(s[size:])
		if n == 0 || r != '%' && r != '_' && r != escape {
			return 0, 0, 0, badEscape(pattern, escape)
		}
		return 0, r, size + n, nil
	}
	if want == '%' || want == '_' {
		return byte(want), 0, size, nil
	}
	return 0, want, size, nil
}
