package grammar

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// timeUnits are the units of a fixed length, by every word for them.
var timeUnits = unitWords(map[time.Duration]string{
	time.Nanosecond:    "NS NANO NANOS NANOSECOND NANOSECONDS",
	time.Microsecond:   "US MICRO MICROS MICROSECOND MICROSECONDS",
	time.Millisecond:   "MS MILLI MILLIS MILLISECOND MILLISECONDS",
	time.Second:        "S SEC SECS SECOND SECONDS",
	time.Minute:        "M MIN MINS MINUTE MINUTES",
	time.Hour:          "H HR HRS HOUR HOURS",
	24 * time.Hour:     "D DAY DAYS",
	7 * 24 * time.Hour: "W WEEK WEEKS",
})

// monthUnits are the units that have no fixed length, in months.
var monthUnits = map[string]int64{
	"MONTH": 1, "MONTHS": 1, "QUARTER": 3, "QUARTERS": 3, "YEAR": 12, "YEARS": 12,
}

func unitWords(units map[time.Duration]string) map[string]time.Duration {
	words := map[string]time.Duration{}
	for d, list := range units {
		for _, w := range strings.Fields(list) {
			words[w] = d
		}
	}
	return words
}

// isUnit reports whether a word is a unit of time of a fixed length.
func isUnit(word string) bool {
	_, ok := timeUnits[strings.ToUpper(word)]
	return ok
}

// isDuration reports whether text is numbers with short units: 5m, 1.5h, 1h30m.
func isDuration(text string) bool {
	_, err := parseShort(text)
	return err == nil || err == errTooLong
}

// parseShort reads 5m, 500ms, 1h30m.
func parseShort(text string) (time.Duration, error) {
	var sum time.Duration
	for rest := text; ; {
		n := 0
		for n < len(rest) && (isDigit(rest[n]) || rest[n] == '.') {
			n++
		}
		u := n
		for u < len(rest) && !isDigit(rest[u]) && rest[u] != '.' {
			u++
		}
		unit, ok := shortUnits[rest[n:u]]
		if n == 0 || !ok {
			return 0, fmt.Errorf("it needs a number with one of the units ns, us, ms, s, m, h, d, w")
		}
		d, err := times(rest[:n], unit)
		if err != nil {
			return 0, err
		}
		if sum += d; sum < 0 {
			return 0, errTooLong
		}
		if rest = rest[u:]; rest == "" {
			return sum, nil
		}
	}
}

var shortUnits = map[string]time.Duration{
	"ns": time.Nanosecond, "us": time.Microsecond, "ms": time.Millisecond, "s": time.Second,
	"m": time.Minute, "h": time.Hour, "d": 24 * time.Hour, "w": 7 * 24 * time.Hour,
	"S": time.Second, "M": time.Minute, "H": time.Hour, "D": 24 * time.Hour, "W": 7 * 24 * time.Hour,
	"MS": time.Millisecond, "US": time.Microsecond, "NS": time.Nanosecond,
}

var errTooLong = fmt.Errorf("it is longer than 292 years")

// times multiplies a decimal number with a unit. Fractions of a nanosecond are
// dropped. Whole numbers are exact.
func times(number string, unit time.Duration) (time.Duration, error) {
	if n, err := strconv.ParseInt(number, 10, 64); err == nil {
		if n > math.MaxInt64/int64(unit) || n < math.MinInt64/int64(unit) {
			return 0, errTooLong
		}
		return time.Duration(n) * unit, nil
	}
	x, err := strconv.ParseFloat(number, 64)
	if err != nil || strings.ContainsAny(number, "xXpP_nN") {
		return 0, fmt.Errorf("`%s` is not a number", number)
	}
	if x *= float64(unit); math.Abs(x) >= math.MaxInt64 {
		return 0, errTooLong
	}
	return time.Duration(x), nil
}

// parseDuration reads a number with a unit in words, or a short duration when
// unit is "". A bare number counts seconds. Months are returned apart, because
// they have no fixed length.
func parseDuration(text, unit string) (d time.Duration, months int64, err error) {
	text = strings.TrimSpace(text)
	if unit == "" {
		if d, err := times(text, time.Second); err == nil {
			return d, 0, nil
		}
		sign := time.Duration(1)
		if rest, negative := strings.CutPrefix(text, "-"); negative {
			text, sign = rest, -1
		}
		if number, word, ok := strings.Cut(text, " "); ok { // '5 minutes'
			d, months, err := parseDuration(number, strings.TrimSpace(word))
			return sign * d, int64(sign) * months, err
		}
		d, err := parseShort(text)
		return sign * d, 0, err
	}
	if u, ok := timeUnits[strings.ToUpper(unit)]; ok {
		d, err := times(text, u)
		return d, 0, err
	}
	if m, ok := monthUnits[strings.ToUpper(unit)]; ok {
		n, err := strconv.ParseInt(text, 10, 32)
		if err != nil {
			return 0, 0, fmt.Errorf("`%s` is not a whole number", text)
		}
		return 0, n * m, nil
	}
	return 0, 0, fmt.Errorf("`%s` is not a unit of time", unit)
}

// compoundUnits are the units that INTERVAL '…' unit TO unit runs through, the largest first, with what stands in front of each in the text.
var compoundUnits = []struct {
	name  string
	lead  string
	value time.Duration
}{
	{"DAY", "", 24 * time.Hour}, {"HOUR", " ", time.Hour}, {"MINUTE", ":", time.Minute}, {"SECOND", ":", time.Second},
}

// parseCompound reads '1-2' of YEAR TO MONTH and '1 02:03:04.5' of DAY TO SECOND, or the part of it that runs from one unit to another.
func parseCompound(text, from, to string) (d time.Duration, months int64, err error) {
	text = strings.TrimSpace(text)
	rest, negative := strings.CutPrefix(text, "-")
	sign := int64(1)
	if negative {
		sign = -1
	}
	if from == "YEAR" && to == "MONTH" {
		years, more, ok := strings.Cut(rest, "-")
		y, err1 := strconv.ParseUint(years, 10, 32)
		m, err2 := strconv.ParseUint(more, 10, 32)
		if !ok || err1 != nil || err2 != nil || m > 11 {
			return 0, 0, fmt.Errorf("YEAR TO MONTH is written like '1-2': years, and months below 12")
		}
		return 0, sign * int64(12*y+m), nil
	}
	first, last := -1, -1
	for i, u := range compoundUnits {
		if u.name == from {
			first = i
		}
		if u.name == to {
			last = i
		}
	}
	if first < 0 || last <= first {
		return 0, 0, fmt.Errorf("%s TO %s is no span: there are YEAR TO MONTH, and DAY, HOUR or MINUTE TO HOUR, MINUTE or SECOND", from, to)
	}
	for i := first; i <= last; i++ {
		u := compoundUnits[i]
		part := rest
		if i < last {
			var ok bool
			next := compoundUnits[i+1].lead
			if part, rest, ok = strings.Cut(rest, next); !ok {
				return 0, 0, fmt.Errorf("%s TO %s is written like %s", from, to, compoundForm(first, last))
			}
		}
		v, err := times(part, u.value)
		if err != nil || strings.Trim(part, "0123456789.") != "" || i < last && strings.Contains(part, ".") {
			return 0, 0, fmt.Errorf("%s TO %s is written like %s", from, to, compoundForm(first, last))
		}
		if i > first && v >= limitOf(i) {
			return 0, 0, fmt.Errorf("`%s` is too many for %s within %s TO %s", part, u.name, from, to)
		}
		if d += v; d < 0 {
			return 0, 0, errTooLong
		}
	}
	return time.Duration(sign) * d, 0, nil
}

// limitOf is the length of the unit before, which a part of a compound interval stays below.
func limitOf(i int) time.Duration { return compoundUnits[i-1].value }

// compoundForm is an example of the text from one unit to another.
func compoundForm(first, last int) string {
	parts := []string{"1", "02", "03", "04.5"}
	out := parts[first]
	for i := first + 1; i <= last; i++ {
		out += compoundUnits[i].lead + parts[i]
	}
	return "'" + out + "'"
}
