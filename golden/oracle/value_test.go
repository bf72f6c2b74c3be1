package oracle

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/velostream/veloc/compiler/types"
)

// Values are nil for NULL, int64 for INTEGER and everything that is counted in days or nanoseconds, float64, *big.Rat for DECIMAL,
// bool, and string.

// fault is why a row has no value; the row is rejected. It travels as a panic.
type fault string

func fail(format string, args ...any) { panic(fault(fmt.Sprintf(format, args...))) }

// attempt runs f and tells whether it failed.
func attempt(f func() any) (v any, failed bool) {
	defer func() {
		if r := recover(); r != nil {
			if _, ok := r.(fault); !ok {
				panic(r)
			}
			failed = true
		}
	}()
	return f(), false
}

// integer is n as an int64.
func integer(n *big.Int) int64 {
	if !n.IsInt64() {
		fail("%s is out of range", n)
	}
	return n.Int64()
}

func pow10(n int) *big.Int { return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil) }

// mantissa is r × 10^scale, rounded half away from zero.
func mantissa(r *big.Rat, scale int) *big.Int {
	x := new(big.Rat).Mul(r, new(big.Rat).SetInt(pow10(max(scale, 0))))
	if scale < 0 {
		x.Quo(r, new(big.Rat).SetInt(pow10(-scale)))
	}
	twice := new(big.Int).Lsh(new(big.Int).Abs(x.Num()), 1)
	q := new(big.Int).Quo(twice.Add(twice, x.Denom()), new(big.Int).Lsh(x.Denom(), 1))
	if x.Sign() < 0 {
		q.Neg(q)
	}
	return q
}

// rounded is r with scale digits after the point, half away from zero.
func rounded(r *big.Rat, scale int) *big.Rat {
	m := new(big.Rat).SetInt(mantissa(r, scale))
	if scale < 0 {
		return m.Mul(m, new(big.Rat).SetInt(pow10(-scale)))
	}
	return m.Quo(m, new(big.Rat).SetInt(pow10(scale)))
}

// decimal is r as a value of type t: rounded to its scale, refused if it has too many digits.
func decimal(r *big.Rat, t types.Type) *big.Rat {
	r = rounded(r, t.Scale)
	if mantissa(r, t.Scale).CmpAbs(pow10(t.Precision)) >= 0 {
		fail("%s does not fit %s", r.FloatString(t.Scale), t)
	}
	return r
}

// whole is r without what follows the point.
func whole(r *big.Rat) *big.Int { return new(big.Int).Quo(r.Num(), r.Denom()) }

func rat(n int64) *big.Rat { return new(big.Rat).SetInt64(n) }

// toFloat is the float64 nearest to r.
func toFloat(r *big.Rat) float64 {
	f, _ := r.Float64()
	return f
}

// compare orders two values of one kind that are not NULL. NaN is a number that nothing equals.
func compare(a, b any) (order int, comparable bool) {
	switch x := a.(type) {
	case int64:
		return cmp.Compare(x, b.(int64)), true
	case float64:
		y := b.(float64)
		return cmp.Compare(x, y), x == x && y == y
	case *big.Rat:
		return x.Cmp(b.(*big.Rat)), true
	case string:
		return strings.Compare(x, b.(string)), true
	case raw:
		return strings.Compare(string(x), string(b.(raw))), true
	case []any:
		return compareParts(x, b.([]any)), true
	case mapping: // only whether they are equal is asked
		return strings.Compare(identity([]any{a}), identity([]any{b})), true
	case bool:
		return btoi(x) - btoi(b.(bool)), true
	}
	panic(fmt.Sprintf("bug: comparison of %T", a))
}

// compareParts orders two ARRAYs or STRUCTs by the first parts that differ; NULL is behind all values, and what is the beginning of the other one comes first.
func compareParts(a, b []any) int {
	for i := range min(len(a), len(b)) {
		order := 0
		if a[i] == nil || b[i] == nil {
			order = btoi(a[i] == nil) - btoi(b[i] == nil)
		} else {
			order, _ = compare(a[i], b[i])
		}
		if order != 0 {
			return order
		}
	}
	return cmp.Compare(len(a), len(b))
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// identity is a text that is the same for values that GROUP BY and DISTINCT take for the same.
func identity(vals []any) string {
	var b strings.Builder
	for _, v := range vals {
		if s, ok := nestedIdentity(v); ok {
			b.WriteString(s + "|")
			continue
		}
		switch v := v.(type) {
		case nil:
			b.WriteString("∅|")
		case float64:
			if v == 0 {
				v = 0 // also -0
			}
			fmt.Fprintf(&b, "f%v|", v)
		case *big.Rat:
			fmt.Fprintf(&b, "d%s|", v.RatString())
		default:
			fmt.Fprintf(&b, "%T%q|", v, fmt.Sprint(v))
		}
	}
	return b.String()
}

func instant(ns int64) time.Time { return time.Unix(0, ns).UTC() }
func calendarDay(d int64) time.Time {
	return time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, int(d))
}

// nanos is t as nanoseconds since 1970, if 64 bits can hold them.
func nanos(t time.Time) int64 {
	ns := new(big.Int).Mul(big.NewInt(t.Unix()), big.NewInt(1e9))
	return integer(ns.Add(ns, big.NewInt(int64(t.Nanosecond()))))
}

// dayNumber is the day of t, counted from 1970.
func dayNumber(t time.Time) int64 { return floorDiv(t.Unix(), 86400) }

func floorDiv(a, b int64) int64 {
	q := new(big.Int)
	q.Div(big.NewInt(a), big.NewInt(b)) // Euclidean: rounds down for a positive divisor
	return q.Int64()
}

// fraction writes the nanoseconds of a second in groups of three digits, at least least of them.
func fraction(ns, least int) string {
	digits := fmt.Sprintf("%09d", ns)
	n := least
	for n < 3 && strings.Trim(digits[3*n:], "0") != "" {
		n++
	}
	if n == 0 {
		return ""
	}
	return "." + digits[:3*n]
}

// text is a value as CAST(… AS STRING) writes it.
func text(v any, t types.Type) string {
	switch x := v.(type) {
	case bool:
		return strconv.FormatBool(x)
	case string:
		return x
	case raw, doc, mapping, []any:
		out, _ := convertFurther(v, t, types.TString)
		return out.(string)
	case float64:
		if a := math.Abs(x); a != 0 && (a < 1e-6 || a >= 1e21) {
			return strings.Replace(strconv.FormatFloat(x, 'e', -1, 64), "e-0", "e-", 1)
		}
		return strconv.FormatFloat(x, 'f', -1, 64)
	case *big.Rat:
		return x.FloatString(t.Scale)
	}
	n := v.(int64)
	switch t.Kind {
	case types.Date:
		return dateText(calendarDay(n))
	case types.Timestamp:
		at := instant(n)
		return dateText(at) + at.Format("T15:04:05") + fraction(at.Nanosecond(), 1) + "Z"
	case types.Time:
		at := instant(n)
		return at.Format("15:04:05") + fraction(at.Nanosecond(), 0)
	case types.Interval:
		return intervalText(n)
	case types.YearMonth:
		return monthsWords(n)
	}
	return strconv.FormatInt(n, 10)
}

func dateText(t time.Time) string {
	if t.Year() < 0 {
		return fmt.Sprintf("-%04d-%02d-%02d", -t.Year(), t.Month(), t.Day())
	}
	return fmt.Sprintf("%04d-%02d-%02d", t.Year(), t.Month(), t.Day())
}

func intervalText(ns int64) string {
	sign := ""
	abs := new(big.Int).Abs(big.NewInt(ns))
	if ns < 0 {
		sign = "-"
	}
	days, rest := new(big.Int).QuoRem(abs, big.NewInt(86400e9), new(big.Int))
	r := rest.Int64()
	clock := fmt.Sprintf("%02d:%02d:%02d%s", r/3600e9, r/60e9%60, r/1e9%60, fraction(int(r%1e9), 0))
	switch days.Int64() {
	case 0:
		return sign + clock
	case 1:
		return sign + "1 day " + clock
	}
	return sign + days.String() + " days " + clock
}

// jsonText is a value as sinks write it into JSON lines.
func jsonText(v any, t types.Type) string {
	switch x := v.(type) {
	case nil:
		return "null"
	case string:
		return quoted(x)
	case raw, doc, mapping, []any:
		if s, ok := jsonFurther(v, t); ok {
			return s
		}
	}
	switch x := v.(type) {
	case []any:
		var fields []string
		for i, f := range t.Fields {
			fields = append(fields, quoted(f.Name)+":"+jsonText(x[i], f.Col.Type))
		}
		return "{" + strings.Join(fields, ",") + "}"
	case float64:
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return "null"
		}
		out, _ := json.Marshal(x)
		return string(out)
	}
	switch t.Kind {
	case types.Timestamp, types.Date, types.Time, types.Interval, types.YearMonth:
		return `"` + sinkTime(v.(int64), t.Kind) + `"`
	}
	return text(v, t)
}

// sinkTime is a time as sinks write it: to the millisecond, spans in the form of ISO 8601.
func sinkTime(n int64, k types.Kind) string {
	switch k {
	case types.Timestamp:
		at := instant(n)
		return dateText(at) + at.Format("T15:04:05.000Z")
	case types.Time:
		return instant(n).Format("15:04:05.000")
	case types.Interval:
		return isoDuration(n)
	case types.YearMonth:
		return isoMonths(n)
	}
	return dateText(calendarDay(n))
}

func isoDuration(ns int64) string {
	out := "PT"
	abs := new(big.Int).Abs(big.NewInt(ns)).Uint64()
	if ns < 0 {
		out = "-PT"
	}
	if h := abs / 3600e9; h > 0 {
		out += fmt.Sprint(h, "H")
	}
	if m := abs / 60e9 % 60; m > 0 {
		out += fmt.Sprint(m, "M")
	}
	switch s, frac := abs/1e9%60, abs%1e9; {
	case frac > 0:
		out += fmt.Sprint(s) + "." + strings.TrimRight(fmt.Sprintf("%09d", frac), "0") + "S"
	case s > 0 || abs < 60e9:
		out += fmt.Sprint(s, "S")
	}
	return out
}

func quoted(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c >= utf8.RuneSelf: // a byte that is no UTF-8 becomes U+FFFD
			r, n := utf8.DecodeRuneInString(s[i:])
			b.WriteRune(r)
			i += n - 1
		case c == '"' || c == '\\':
			b.WriteString("\\" + string(c))
		case strings.IndexByte("\b\t\n\f\r", c) >= 0:
			b.WriteString("\\" + string("btn?fr"[c-8]))
		case c < 0x20:
			fmt.Fprintf(&b, "\\u%04x", c)
		default:
			b.WriteByte(c)
		}
	}
	return b.String() + `"`
}

// csvText is a value as a cell.
func csvText(v any, t types.Type, delimiter byte) string {
	s := plainCell(v, t)
	_, isText := v.(string)
	if _, further := cellText(v, t); further {
		isText = true
	}
	switch {
	case v == nil || !isText:
	case s == "" || s[0] == ' ' || s[len(s)-1] == ' ' || strings.ContainsFunc(s, func(r rune) bool { return r < 0x20 || r == rune(delimiter) || r == '"' }):
		return `"` + strings.ReplaceAll(s, `"`, `""`) + `"`
	}
	return s
}

// plainCell is a value as CSV has it, without the quotes around it, and as a line of text.
func plainCell(v any, t types.Type) string {
	if v == nil {
		return ""
	}
	switch t.Kind {
	case types.Timestamp, types.Date, types.Time, types.Interval, types.YearMonth:
		return sinkTime(v.(int64), t.Kind)
	case types.Float:
		return jsonText(v, t)
	}
	if s, ok := cellText(v, t); ok {
		return s
	}
	if s, ok := v.(string); ok {
		return s
	}
	return text(v, t)
}
