package text

import (
	"fmt"
	"math/bits"
	"strings"

	rt "github.com/velostream/veloc/runtime"
)

// ParseFixed reads a decimal number, with or without exponent, into a mantissa of the given scale. Digits other than 0 beyond the
// scale and more than precision digits are errors: nothing is rounded in silence.
func ParseFixed(s string, precision, scale int) (int64, error) {
	num := strings.TrimSpace(s)
	neg := strings.HasPrefix(num, "-")
	if neg || strings.HasPrefix(num, "+") {
		num = num[1:]
	}
	mant, exp, ok := splitExponent(num)
	if !ok {
		return 0, notDecimal(s, precision, scale)
	}
	var v uint64
	point, seen, digits := 0, false, 0
	for i := 0; i < len(mant); i++ {
		c := mant[i]
		switch {
		case c == '.' && !seen:
			seen = true
		case c-'0' < 10:
			digits++
			if seen {
				point++
			}
			hi, lo := bits.Mul64(v, 10)
			if hi != 0 || lo > 1<<63 {
				return 0, tooLarge(s, precision, scale)
			}
			v = lo + uint64(c-'0')
		default:
			return 0, notDecimal(s, precision, scale)
		}
	}
	if digits == 0 {
		return 0, notDecimal(s, precision, scale)
	}
	for shift := scale - point + exp; shift != 0 && v != 0; {
		if shift > 0 {
			hi, lo := bits.Mul64(v, 10)
			if hi != 0 || lo > 1<<63 {
				return 0, tooLarge(s, precision, scale)
			}
			v, shift = lo, shift-1
			continue
		}
		if v%10 != 0 {
			return 0, &rt.RowError{Code: "VR0105", Value: s, Msg: fmt.Sprintf("%s has more than the %d decimals of DECIMAL(%d,%d)", clip(s), scale, precision, scale)}
		}
		v, shift = v/10, shift+1
	}
	if v >= Pow10[precision] {
		return 0, tooLarge(s, precision, scale)
	}
	if neg {
		return -int64(v), nil
	}
	return int64(v), nil
}

func splitExponent(s string) (mant string, exp int, ok bool) {
	i := strings.IndexAny(s, "eE")
	if i < 0 {
		return s, 0, true
	}
	e := s[i+1:]
	neg := strings.HasPrefix(e, "-")
	if neg || strings.HasPrefix(e, "+") {
		e = e[1:]
	}
	if e == "" || len(e) > 4 {
		return "", 0, false
	}
	for _, c := range []byte(e) {
		if c-'0' >= 10 {
			return "", 0, false
		}
		exp = exp*10 + int(c-'0')
	}
	if neg {
		exp = -exp
	}
	return s[:i], exp, true
}

func notDecimal(s string, p, scale int) error {
	return &rt.RowError{Code: "VR0102", Value: s, Msg: fmt.Sprintf("expected a DECIMAL(%d,%d), found `%s`", p, scale, clip(s))}
}

func tooLarge(s string, p, scale int) error {
	return &rt.RowError{Code: "VR0103", Value: s, Msg: fmt.Sprintf("%s does not fit DECIMAL(%d,%d)", clip(s), p, scale)}
}

// clip cuts a value to a length that reads well in a message.
func clip(s string) string {
	if len(s) > 60 {
		return strings.ToValidUTF8(s[:57], "") + "…"
	}
	return s
}
