package csv

import (
	"strings"

	"github.com/velostream/veloc/runtime/text"
)

// TextMax is how many bytes Text may write for s: each quote is doubled, and two stand around.
func TextMax(s string) int { return 2*len(s) + 2 }

// Text writes s as a cell, in quotes if it is empty or holds the delimiter, a quote, or a line end.
func Text(o text.Out, s string, delim byte) text.Out {
	if plain(s, delim) {
		return o.Lit(s)
	}
	o = o.Byte('"')
	for {
		i := strings.IndexByte(s, '"')
		if i < 0 {
			return o.Lit(s).Byte('"')
		}
		o = o.Lit(s[:i+1]).Byte('"')
		s = s[i+1:]
	}
}

// Base64 writes BYTES as a cell; those without any are a cell in quotes, because an empty one is NULL.
func Base64(o text.Out, s string) text.Out {
	if s == "" {
		return o.Lit(`""`)
	}
	return o.Base64(s)
}

// AppendText appends s as a cell.
func AppendText(b []byte, s string, delim byte) []byte {
	o, b := text.Reserve(b, TextMax(s))
	return Text(o, s, delim).Done(b)
}

// plain tells whether s needs no quotes. Spaces at its ends do, so that readers who trim keep them.
func plain(s string, delim byte) bool {
	if s == "" || s[0] == ' ' || s[len(s)-1] == ' ' {
		return false
	}
	for i := 0; i < len(s); i++ {
		if c := s[i]; c == delim || c == '"' || c < 0x20 {
			return false
		}
	}
	return true
}
