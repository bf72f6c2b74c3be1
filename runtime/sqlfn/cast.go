package sqlfn

import (
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/velostream/veloc/runtime/decimal"
	"github.com/velostream/veloc/runtime/text"
)

// Casts from STRING ignore white space around the value. Casts of DECIMAL are in runtime/decimal.

// CastStringToInteger reads a whole number.
func CastStringToInteger(s string) (int64, error) {
	t := strings.TrimSpace(s)
	i, neg := 0, false
	if t != "" && (t[0] == '-' || t[0] == '+') {
		neg, i = t[0] == '-', 1
	}
	if i == len(t) {
		return 0, notInteger(s)
	}
	var n uint64
	for ; i < len(t); i++ {
		d := uint64(t[i] - '0')
		if d > 9 {
			return 0, notInteger(s)
		}
		if n > (1<<63)/10 {
			return 0, tooLargeInteger(s)
		}
		n = n*10 + d
	}
	if neg && n <= 1<<63 {
		return -int64(n), nil
	}
	if n > math.MaxInt64 {
		return 0, tooLargeInteger(s)
	}
	return int64(n), nil
}

func notInteger(s string) error {
	return Error("'" + clip(s) + "' is not an INTEGER (expected digits, for example -12)")
}

func tooLargeInteger(s string) error {
	return Error(clip(s) + " is out of range of INTEGER (64 bits)")
}

// CastStringToFloat reads a number, with or without exponent; NaN and Infinity are none.
func CastStringToFloat(s string) (float64, error) {
	t := strings.TrimSpace(s)
	for i := range len(t) {
		if c := t[i]; (c-'0' > 9) && c != '.' && c != '-' && c != '+' && c|0x20 != 'e' {
			return 0, notFloat(s)
		}
	}
	f, err := strconv.ParseFloat(t, 64)
	if err != nil {
		if math.IsInf(f, 0) {
			return 0, Error(clip(s) + " is out of range of FLOAT")
		}
		return 0, notFloat(s)
	}
	return f, nil
}

func notFloat(s string) error {
	return Error("'" + clip(s) + "' is not a FLOAT (expected a number, for example -1.5 or 2e10)")
}

// CastStringToDecimal reads a number as DECIMAL(precision, scale) of up to 18 digits; digits behind the scale are rounded.
func CastStringToDecimal(s string, precision, scale int) (int64, error) {
	return decimal.Parse(strings.TrimSpace(s), precision, scale, decimal.HalfAway)
}

// CastStringToDecimalWide is CastStringToDecimal for up to 38 digits.
func CastStringToDecimalWide(s string, precision, scale int) (decimal.Int128, error) {
	return decimal.ParseWide(strings.TrimSpace(s), precision, scale, decimal.HalfAway)
}

// CastStringToBoolean reads true, t, yes, y, on, 1 or false, f, no, n, off, 0 in any case.
func CastStringToBoolean(s string) (bool, error) {
	t := strings.TrimSpace(s)
	var buf [8]byte
	if len(t) <= len(buf) {
		for i := range len(t) {
			buf[i] = t[i]
			if t[i]-'A' < 26 {
				buf[i] |= 0x20
			}
		}
		switch string(buf[:len(t)]) {
		case "true", "t", "yes", "y", "on", "1":
			return true, nil
		case "false", "f", "no", "n", "off", "0":
			return false, nil
		}
	}
	return false, Error("'" + clip(s) + "' is not a BOOLEAN (expected true or false)")
}

// CastStringToTimestamp reads what ParseTimestamp reads.
func CastStringToTimestamp(s string) (int64, error) { return ParseTimestamp(strings.TrimSpace(s)) }

// CastStringToDate reads what ParseDate reads; of a date with a time of day, the date.
func CastStringToDate(s string) (int64, error) {
	t := strings.TrimSpace(s)
	if len(t) > 10 {
		if ts, ok := parseTimestamp(t); ok {
			return DateOf(ts), nil
		}
	}
	return ParseDate(t)
}

// CastStringToTime reads what ParseTime reads.
func CastStringToTime(s string) (int64, error) { return ParseTime(strings.TrimSpace(s)) }

// CastStringToInterval reads what ParseInterval reads.
func CastStringToInterval(s string) (int64, error) { return ParseInterval(s) }

// CastBytesToString checks that b is UTF-8 and returns it.
func CastBytesToString(b string) (string, error) {
	if !utf8.ValidString(b) {
		return "", Error("these BYTES are not UTF-8 text")
	}
	return b, nil
}

// CountTrue is how many of the conditions hold, and n more.
func CountTrue(n int64, conditions ...bool) int64 {
	for _, c := range conditions {
		n += BooleanToInteger(c)
	}
	return n
}

// BooleanToInteger is 1 for true and 0 for false.
func BooleanToInteger(v bool) int64 {
	if v {
		return 1
	}
	return 0
}

// BooleanToFloat is 1 for true and 0 for false.
func BooleanToFloat(v bool) float64 {
	if v {
		return 1
	}
	return 0
}

// BooleanToString is true or false.
func BooleanToString(v bool) string {
	if v {
		return "true"
	}
	return "false"
}

// textRoom is enough for the text of any value of fixed size.
const textRoom = 64

// IntegerToString is n in digits.
func IntegerToString(a *text.Arena, n int64) string {
	return a.Keep(strconv.AppendInt(a.Room(textRoom), n, 10))
}

// FloatToString is the shortest number that reads back as x; an exponent is written from 1e21 and below 1e-6 on.
func FloatToString(a *text.Arena, x float64) string {
	return a.Keep(text.AppendFloat(a.Room(textRoom), x))
}

// DecimalToString is m with all digits of its scale.
func DecimalToString(a *text.Arena, m int64, scale int) string {
	return a.Keep(decimal.Append(a.Room(textRoom), m, scale))
}

// DecimalWideToString is m with all digits of its scale.
func DecimalWideToString(a *text.Arena, m decimal.Int128, scale int) string {
	return a.Keep(m.Append(a.Room(textRoom), scale))
}

// DateToString is 2026-01-31.
func DateToString(a *text.Arena, days int64) string {
	return a.Keep(appendDate(a.Room(textRoom), days))
}

// TimeToString is 23:59:59, with a fraction if there is one.
func TimeToString(a *text.Arena, ns int64) string { return a.Keep(AppendTime(a.Room(textRoom), ns)) }

// TimestampToString is 2026-01-31T23:59:59.000Z, with finer digits if there are any.
func TimestampToString(a *text.Arena, ts int64) string {
	return a.Keep(AppendTimestamp(a.Room(textRoom), ts))
}

// IntervalToString is 1 day 02:03:04, with a fraction if there is one.
func IntervalToString(a *text.Arena, ns int64) string {
	return a.Keep(AppendInterval(a.Room(textRoom), ns))
}

// FormatTime is ts in a compiled format.
func FormatTime(a *text.Arena, f *TimeFormat, ts int64) string {
	n := 0
	for _, s := range f.steps {
		n += max(len(s.lit), 20)
	}
	return a.Keep(f.Append(a.Room(n), ts))
}
