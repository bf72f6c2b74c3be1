package sqlfn

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/velostream/veloc/runtime/decimal"
	"github.com/velostream/veloc/runtime/text"
)

// Parts of FORMAT.

// HexDigits is an INTEGER in hexadecimal, a negative one behind a minus sign.
func HexDigits(a *text.Arena, x int64, upper bool) string {
	b := strconv.AppendInt(a.Room(17), x, 16)
	if upper {
		for i, c := range b {
			if c >= 'a' {
				b[i] = c - 'a' + 'A'
			}
		}
	}
	return a.Keep(b)
}

// FixedDecimal is a DECIMAL with so many digits after the point, rounded half away from zero.
func FixedDecimal(a *text.Arena, x decimal.Int128, scale, digits int) string {
	missing := digits - scale
	if missing < 0 {
		x, scale = x.Down(-missing), digits
	}
	b := x.Append(a.Room(96), scale)
	if missing > 0 && scale == 0 {
		b = append(b, '.')
	}
	for ; missing > 0; missing-- {
		b = append(b, '0')
	}
	return a.Keep(b)
}

// FixedFloat is a FLOAT with so many digits after the point, in plain ('f') or scientific ('e') notation.
func FixedFloat(a *text.Arena, x float64, notation byte, digits int) string {
	if !IsFinite(x) {
		return formatFloat(x)
	}
	if notation == 'f' && digits <= 15 && x > -1e15 && x < 1e15 {
		x = RoundFloat(x, int64(digits))
	}
	return a.Keep(strconv.AppendFloat(a.Room(350), x, notation, digits, 64))
}

// Fill makes s at least width characters long: with spaces in front of or behind it, or with zeros behind its sign.
func Fill(a *text.Arena, s string, width int, left, zeros bool) string {
	n := width - utf8.RuneCountInString(s)
	if n <= 0 {
		return s
	}
	b := a.Room(len(s) + n)
	if left {
		b = append(b, s...)
	}
	fill := byte(' ')
	if zeros {
		fill = '0'
		if strings.HasPrefix(s, "-") {
			b, s = append(b, '-'), s[1:]
		}
	}
	for range n {
		b = append(b, fill)
	}
	if !left {
		b = append(b, s...)
	}
	return a.Keep(b)
}
