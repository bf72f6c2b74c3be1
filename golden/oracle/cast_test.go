package oracle

import (
	"math"
	"math/big"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/velostream/veloc/compiler/expr"
	"github.com/velostream/veloc/compiler/types"
)

func (v *env) cast(e *expr.Cast) any {
	x := v.eval(e.X)
	from, to := e.X.Col().Type, e.T.Type
	if x == nil || from.Equal(to) {
		return x
	}
	if e.Implicit && from.Kind == types.Date && to.Kind == types.Timestamp {
		return clampedMidnight(x.(int64))
	}
	out, failed := attempt(func() any { return convert(x, from, to) })
	if failed && !e.Try {
		fail("cast")
	}
	if failed {
		return nil
	}
	return out
}

// clampedMidnight is the start of a day, or the nearest TIMESTAMP there is.
func clampedMidnight(day int64) int64 {
	ns := new(big.Int).Mul(big.NewInt(day), big.NewInt(86400e9))
	switch {
	case ns.IsInt64():
		return ns.Int64()
	case ns.Sign() < 0:
		return math.MinInt64
	}
	return math.MaxInt64
}

func convert(x any, from, to types.Type) any {
	if out, ok := convertFurther(x, from, to); ok {
		return out
	}
	if s, ok := x.(string); ok {
		return fromText(strings.TrimSpace(s), s, to)
	}
	switch to.Kind {
	case types.String:
		return text(x, from)
	case types.Boolean:
		return nonZero(x)
	case types.Integer:
		return toInteger(x, from)
	case types.Float:
		return toFloating(x, from)
	case types.Decimal:
		return decimal(toRat(x, from), to)
	}
	return toTime(x.(int64), from.Kind, to.Kind)
}

func nonZero(x any) bool {
	switch x := x.(type) {
	case int64:
		return x != 0
	case float64:
		return x != 0
	}
	return x.(*big.Rat).Sign() != 0
}

// millis is what times read as where a number is required.
func millis(n int64, from types.Kind) int64 {
	switch from {
	case types.Timestamp, types.Interval, types.Time:
		return floorDiv(n, 1e6)
	case types.Date:
		return floorDiv(clampedMidnight(n), 1e6)
	}
	return n
}

func toInteger(x any, from types.Type) any {
	switch x := x.(type) {
	case bool:
		return int64(btoi(x))
	case float64:
		return floatInteger(math.Trunc(x))
	case *big.Rat:
		return integer(whole(x))
	}
	return millis(x.(int64), from.Kind)
}

func floatInteger(x float64) int64 {
	if !(x >= -1<<63 && x < 1<<63) {
		fail("%v is out of range", x)
	}
	return int64(x)
}

func toFloating(x any, from types.Type) any {
	switch x := x.(type) {
	case bool:
		return float64(btoi(x))
	case *big.Rat:
		return toFloat(x)
	}
	n := x.(int64)
	switch from.Kind {
	case types.Integer:
		return float64(n)
	case types.Date:
		n = clampedMidnight(n)
	}
	return float64(n) / 1e6
}

func toRat(x any, from types.Type) *big.Rat {
	switch x := x.(type) {
	case bool:
		return rat(int64(btoi(x)))
	case *big.Rat:
		return x
	case float64:
		r, ok := new(big.Rat).SetString(strconv.FormatFloat(x, 'e', -1, 64))
		if !ok {
			fail("%v is no number", x)
		}
		return r
	}
	return rat(millis(x.(int64), from.Kind))
}

func toTime(n int64, from, to types.Kind) any {
	switch {
	case from == types.Date && to == types.Timestamp:
		return integer(new(big.Int).Mul(big.NewInt(n), big.NewInt(86400e9)))
	case from == types.Timestamp && to == types.Date:
		return dayNumber(instant(n))
	case from == types.Timestamp && to == types.Time:
		return n - floorDiv(n, 86400e9)*86400e9
	case from == types.Integer:
		return fromMillis(n)
	case from == types.Time && to == types.Interval:
		return n
	}
	panic("bug: cast from " + from.String() + " to " + to.String())
}

func fromMillis(ms int64) int64 {
	return integer(new(big.Int).Mul(big.NewInt(ms), big.NewInt(1e6)))
}

var (
	integerForm = regexp.MustCompile(`^[+-]?[0-9]+$`)
	numberForm  = regexp.MustCompile(`^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$`)
	trueWords   = []string{"true", "t", "yes", "y", "on", "1"}
	falseWords  = []string{"false", "f", "no", "n", "off", "0"}
)

// fromText reads a trimmed text as a value of type to.
func fromText(s, raw string, to types.Type) any {
	switch to.Kind {
	case types.String, types.JSON:
		return raw
	case types.UUID:
		return uuidText(s)
	case types.YearMonth:
		return monthsText(s)
	case types.Boolean:
		return boolText(s)
	case types.Integer:
		return integerText(s)
	case types.Float:
		return floatText(s)
	case types.Decimal:
		return decimal(numberText(s), to)
	case types.Timestamp:
		return timestampText(s)
	case types.Date:
		if len(s) > 10 {
			if ns, failed := attempt(func() any { return timestampText(s) }); !failed {
				return dayNumber(instant(ns.(int64)))
			}
		}
		return dayText(s)
	case types.Interval:
		return spanText(s)
	case types.Time:
		ns, rest := clockText(s)
		if rest != "" {
			fail("no time of day")
		}
		return ns
	}
	panic("bug: text as " + to.String())
}

func boolText(s string) any {
	for _, w := range trueWords {
		if strings.EqualFold(s, w) {
			return true
		}
	}
	for _, w := range falseWords {
		if strings.EqualFold(s, w) {
			return false
		}
	}
	fail("no BOOLEAN")
	return nil
}

func integerText(s string) int64 {
	if !integerForm.MatchString(s) {
		fail("%s is no INTEGER", s)
	}
	n, _ := new(big.Int).SetString(strings.TrimPrefix(s, "+"), 10)
	return integer(n)
}

func floatText(s string) float64 {
	f, err := strconv.ParseFloat(s, 64)
	if !numberForm.MatchString(s) || err != nil {
		fail("%s is no FLOAT", s)
	}
	return f
}

// numberText is the exact value of a number.
func numberText(s string) *big.Rat {
	if !numberForm.MatchString(s) {
		fail("%s is no number", s)
	}
	if mantissa, exp, ok := strings.Cut(strings.ToLower(s), "e"); ok && len(strings.TrimLeft(exp, "+-0")) > 3 {
		if strings.Trim(mantissa, "+-.0") == "" || strings.HasPrefix(exp, "-") {
			return rat(0)
		}
		fail("%s is too large", s)
	}
	r, ok := new(big.Rat).SetString(strings.TrimPrefix(s, "+"))
	if !ok {
		fail("%s is no number", s)
	}
	return r
}

var (
	dayForms = []*regexp.Regexp{
		regexp.MustCompile(`^(?P<y>[0-9]{4})-(?P<m>[0-9]{2})-(?P<d>[0-9]{2})$`), regexp.MustCompile(`^(?P<y>[0-9]{4})/(?P<m>[0-9]{2})/(?P<d>[0-9]{2})$`),
		regexp.MustCompile(`^(?P<m>[0-9]{2})/(?P<d>[0-9]{2})/(?P<y>[0-9]{4})$`), regexp.MustCompile(`^(?P<d>[0-9]{2})-(?P<m>[0-9]{2})-(?P<y>[0-9]{4})$`),
	}
	timestampForm = regexp.MustCompile(`^([0-9]{4}[-/][0-9]{2}[-/][0-9]{2})(?:[Tt ]([0-9:.,]+?))? ?([Zz]|[+-][0-9]{2}(?::?[0-9]{2})?)?$`)
	clockForm     = regexp.MustCompile(`^([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:[.,]([0-9]+))?)?`)
)

func atoi(s string) int {
	n, _ := strconv.Atoi(s)
	return n
}

// dayText reads a date as days since 1970.
func dayText(s string) int64 {
	for _, form := range dayForms {
		m := form.FindStringSubmatch(s)
		if m == nil {
			continue
		}
		y, mo, d := atoi(m[form.SubexpIndex("y")]), atoi(m[form.SubexpIndex("m")]), atoi(m[form.SubexpIndex("d")])
		t := time.Date(y, time.Month(mo), d, 0, 0, 0, 0, time.UTC)
		if mo >= 1 && mo <= 12 && t.Day() == d && d > 0 {
			return dayNumber(t)
		}
	}
	fail("%s is no DATE", s)
	return 0
}

// clockText reads a time of day at the start of s as nanoseconds, and returns the rest.
func clockText(s string) (int64, string) {
	m := clockForm.FindStringSubmatch(s)
	if m == nil {
		fail("%s is no time of day", s)
	}
	h, mi, sec := atoi(m[1]), atoi(m[2]), min(atoi(m[3]), 60)
	if sec == 60 {
		sec = 59
	}
	if h > 23 || mi > 59 || atoi(m[3]) > 60 {
		fail("%s is no time of day", s)
	}
	ns := int64(atoi((m[4] + "000000000")[:9]))
	return int64(h*3600+mi*60+sec)*1e9 + ns, s[len(m[0]):]
}

func timestampText(s string) int64 {
	m := timestampForm.FindStringSubmatch(s)
	if m == nil {
		fail("%s is no TIMESTAMP", s)
	}
	if m[2] == "" && m[3] != "" && strings.Contains(s, " ") {
		fail("%s is no TIMESTAMP", s)
	}
	day := calendarDay(dayText(m[1]))
	var clock int64
	if m[2] != "" {
		rest := ""
		if clock, rest = clockText(m[2]); rest != "" {
			fail("%s is no TIMESTAMP", s)
		}
	}
	t := day.Add(time.Duration(clock))
	if z := m[3]; len(z) > 1 {
		digits := strings.ReplaceAll(z[1:], ":", "") + "00"
		h, mi := atoi(digits[:2]), atoi(digits[2:4])
		if h > 23 || mi > 59 {
			fail("%s has a bad offset", s)
		}
		off := time.Duration(h)*time.Hour + time.Duration(mi)*time.Minute
		if z[0] == '+' {
			off = -off
		}
		t = t.Add(off)
	}
	return nanos(t)
}

var (
	isoSpan  = regexp.MustCompile(`^P(?:([0-9.]+)W)?(?:([0-9.]+)D)?(?:T(?:([0-9.]+)H)?(?:([0-9.]+)M)?(?:([0-9.]+)S)?)?$`)
	spanForm = regexp.MustCompile(`^([0-9]*)(?:\.([0-9]*))? *([A-Za-z]+) *`)
	units    = map[string]int64{
		"ns": 1, "nanosecond": 1, "us": 1e3, "microsecond": 1e3, "ms": 1e6, "millisecond": 1e6, "milli": 1e6, "s": 1e9, "sec": 1e9, "second": 1e9,
		"m": 60e9, "min": 60e9, "minute": 60e9, "h": 3600e9, "hour": 3600e9, "d": 86400e9, "day": 86400e9, "w": 7 * 86400e9, "week": 7 * 86400e9,
	}
)

// spanText reads an INTERVAL.
func spanText(s string) int64 {
	total := new(big.Rat)
	neg := strings.HasPrefix(s, "-")
	rest := strings.TrimPrefix(strings.TrimPrefix(s, "-"), "+")
	if rest == "" || len(s)-len(rest) > 1 {
		fail("%s is no INTERVAL", s)
	}
	if rest[0] == 'P' {
		m := isoSpan.FindStringSubmatch(rest)
		if m == nil || len(rest) < 3 || strings.HasSuffix(rest, "T") {
			fail("%s is no INTERVAL", s)
		}
		rest = ""
		for i, unit := range []string{"w", "d", "h", "m", "s"} {
			if m[i+1] != "" {
				rest += m[i+1] + unit
			}
		}
	}
	for rest != "" {
		if len(rest) >= 5 && rest[2] == ':' {
			var ns int64
			ns, rest = clockText(rest)
			total.Add(total, rat(ns))
			rest = strings.TrimLeft(rest, " ")
			continue
		}
		m := spanForm.FindStringSubmatch(rest)
		if m == nil || m[1]+m[2] == "" {
			fail("%s is no INTERVAL", s)
		}
		name := strings.ToLower(m[3])
		unit, ok := units[name]
		if !ok {
			unit, ok = units[strings.TrimSuffix(name, "s")]
		}
		if !ok {
			fail("%s is no unit", m[3])
		}
		n := numberText("0" + m[1] + "." + m[2] + "0")
		total.Add(total, n.Mul(n, rat(unit)))
		rest = rest[len(m[0]):]
	}
	out := mantissa(total, 0)
	if neg {
		out.Neg(out)
	}
	return integer(out)
}
