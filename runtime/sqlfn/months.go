package sqlfn

import (
	"strconv"
	"strings"

	"github.com/velostream/veloc/runtime/text"
)

// An INTERVAL YEAR TO MONTH is a number of months. It has no fixed length, so it meets dates and its like only.

// Months takes a number for a span of as many months.
func Months(n int64) (int64, error) { return n, nil }

// maxMonths bounds texts of spans: more than any calendar holds.
const maxMonths = 1 << 40

// ParseMonths reads a span of months: 1-2 (years and months), 14 months, 1 year 2 months, or P1Y2M as sinks write it. A minus in front holds
// for all of it.
func ParseMonths(s string) (int64, error) {
	n, ok := parseMonths(strings.TrimSpace(s))
	if !ok {
		return 0, Error("'" + clip(s) + "' is not an INTERVAL YEAR TO MONTH (expected a form such as 1-2, 1 year 2 months or P1Y2M)")
	}
	return n, nil
}

// CastStringToMonths reads what ParseMonths reads.
func CastStringToMonths(s string) (int64, error) { return ParseMonths(s) }

func parseMonths(s string) (int64, bool) {
	neg := false
	if s != "" && (s[0] == '-' || s[0] == '+') {
		neg, s = s[0] == '-', s[1:]
	}
	n, ok := yearsAndMonths(s)
	if neg {
		n = -n
	}
	return n, ok
}

func yearsAndMonths(s string) (int64, bool) {
	if years, months, ok := strings.Cut(s, "-"); ok {
		y, oky := smallNumber(years)
		m, okm := smallNumber(months)
		return 12*y + m, oky && okm && m < 12
	}
	if rest, ok := strings.CutPrefix(s, "P"); ok {
		s = rest
	}
	total, parts := int64(0), 0
	for s != "" {
		i := 0
		for i < len(s) && s[i]-'0' <= 9 {
			i++
		}
		n, ok := smallNumber(s[:i])
		s = strings.TrimLeft(s[i:], " ")
		j := 0
		for j < len(s) && s[j]|0x20 >= 'a' && s[j]|0x20 <= 'z' {
			j++
		}
		unit, known := monthUnit(s[:j])
		if !ok || !known {
			return 0, false
		}
		total, parts, s = total+n*unit, parts+1, strings.TrimLeft(s[j:], " ")
	}
	return total, parts > 0
}

// smallNumber is a number of digits alone that no sum of a few exceeds 64 bits with.
func smallNumber(s string) (int64, bool) {
	n, err := strconv.ParseUint(s, 10, 64)
	return int64(n), err == nil && n <= maxMonths
}

// monthUnit is the length of a unit in months, in any case, short or long.
func monthUnit(s string) (int64, bool) {
	var buf [8]byte
	if len(s) > len(buf) {
		return 0, false
	}
	for i := range len(s) {
		buf[i] = s[i] | 0x20
	}
	switch string(buf[:len(s)]) {
	case "y", "yr", "year", "years":
		return 12, true
	case "q", "quarter", "quarters":
		return 3, true
	case "m", "mon", "mons", "month", "months":
		return 1, true
	}
	return 0, false
}

// MonthsToString is 1 year 2 months.
func MonthsToString(a *text.Arena, n int64) string { return a.Keep(AppendMonths(a.Room(textRoom), n)) }

// AppendMonths writes n as MonthsToString does.
func AppendMonths(b []byte, n int64) []byte {
	m := uint64(n)
	if n < 0 {
		b, m = append(b, '-'), -m
	}
	years := m / 12
	if years > 0 {
		b = append(plural(strconv.AppendUint(b, years, 10), " year", years), ' ')
	}
	if m %= 12; m > 0 || years == 0 {
		return plural(strconv.AppendUint(b, m, 10), " month", m)
	}
	return b[:len(b)-1]
}

func plural(b []byte, word string, n uint64) []byte {
	b = append(b, word...)
	if n != 1 {
		b = append(b, 's')
	}
	return b
}

// SubMonths is the TIMESTAMP n months before ts.
func SubMonths(ts, n int64) (int64, error) {
	n, err := Neg(n)
	if err != nil {
		return 0, errTimeRange
	}
	return AddMonths(ts, n)
}

// maxDate bounds DATEs that are computed, in days: a million years.
const maxDate = 365_242_500

// AddMonthsToDate is the DATE n months after days. A day that its month does not have becomes the month's last.
func AddMonthsToDate(days, n int64) (int64, error) {
	if n > maxMonths || n < -maxMonths || days > maxDate || days < -maxDate {
		return 0, errDateRange
	}
	y, m, d := civil(days)
	m += n - 1
	y, m = y+floorDiv(m, 12), floorMod(m, 12)+1
	if out := daysOf(y, m, min(d, daysIn(y, m))); out <= maxDate && out >= -maxDate {
		return out, nil
	}
	return 0, errDateRange
}

const errDateRange = Error("the result is no DATE: it lies a million years away")

// SubMonthsFromDate is the DATE n months before days.
func SubMonthsFromDate(days, n int64) (int64, error) {
	n, err := Neg(n)
	if err != nil {
		return 0, errDateRange
	}
	return AddMonthsToDate(days, n)
}
