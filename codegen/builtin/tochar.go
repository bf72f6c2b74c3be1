package builtin

import (
	"errors"
	"fmt"
	"strings"
)

// charPatterns are what TO_CHAR patterns mean in strftime, the longer ones of equal beginnings first.
var charPatterns = []struct{ pattern, strftime string }{
	{"YYYY", "%Y"}, {"IYYY", "%G"}, {"YY", "%y"}, {"HH24", "%H"}, {"HH12", "%I"}, {"HH", "%I"}, {"DDD", "%j"}, {"DD", "%d"}, {"MM", "%m"}, {"MI", "%M"},
	{"SS", "%S"}, {"MS", "%3f"}, {"US", "%6f"}, {"IW", "%V"}, {"AM", "%p"}, {"PM", "%p"}, {"am", "%P"}, {"pm", "%P"}, {"Month", "%B"}, {"Mon", "%b"}, {"Day", "%A"}, {"Dy", "%a"},
	{"ID", "%u"},
}

// fromToChar writes a TO_CHAR pattern as one of strftime.
func fromToChar(pattern string) (string, error) {
	var b strings.Builder
	for s := pattern; s != ""; {
		if rest, ok := strings.CutPrefix(s, "FM"); ok {
			if !strings.HasPrefix(rest, "Month") && !strings.HasPrefix(rest, "Day") {
				return "", errors.New("FM stands before Month or Day, whose names it does not fill with spaces")
			}
			s = rest
		} else if strings.HasPrefix(s, "Month") || strings.HasPrefix(s, "Day") {
			name := "Day"
			if s[0] == 'M' {
				name = "Month"
			}
			return "", fmt.Errorf("write FM%[1]s: %[1]s alone would be filled with spaces to nine characters, which is not supported", name)
		}
		n, text, err := charPiece(s)
		if err != nil {
			return "", err
		}
		b.WriteString(text)
		s = s[n:]
	}
	return b.String(), nil
}

// charPiece translates the first piece of a TO_CHAR pattern, n bytes long.
func charPiece(s string) (n int, text string, err error) {
	for _, p := range charPatterns {
		if strings.HasPrefix(s, p.pattern) {
			return len(p.pattern), p.strftime, nil
		}
	}
	switch c := s[0]; {
	case c == '"':
		end := strings.IndexByte(s[1:], '"')
		if end < 0 {
			return 0, "", errors.New("the quote \" of the format has no end")
		}
		return end + 2, strings.ReplaceAll(s[1:1+end], "%", "%%"), nil
	case c|0x20 >= 'a' && c|0x20 <= 'z':
		word := s[:len(s)-len(strings.TrimLeft(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"))]
		return 0, "", fmt.Errorf("'%s' is no part of a format (known: YYYY YY MM DD HH24 HH12 MI SS MS US AM DDD IYYY IW ID Mon FMMonth Dy FMDay; put text in \"quotes\")", word)
	case c == '%':
		return 1, "%%", nil
	}
	return 1, s[:1], nil
}
