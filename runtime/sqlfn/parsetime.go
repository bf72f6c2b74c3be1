package sqlfn

import (
	"strings"
	"unicode/utf8"
)

// ParseTimestamp reads a point in time as ISO 8601 and RFC 3339 write it: 2026-01-31, 2026-01-31 23:59, 2026-01-31T23:59:59.5,
// each with or without Z or an offset such as +02:00 (none means UTC), and with / for - in the date. Digits finer than a
// nanosecond are dropped.
func ParseTimestamp(s string) (int64, error) {
	ns, ok := parseTimestamp(s)
	if !ok {
		return 0, timeError(s, "TIMESTAMP", "2026-01-31T23:59:59.999Z")
	}
	return ns, nil
}

func timeError(s, typ, example string) error {
	return Error("'" + clip(s) + "' is not a " + typ + " (expected a form such as " + example + ")")
}

// clip cuts a value to a readable length, between characters.
func clip(s string) string {
	if len(s) <= 60 {
		return s
	}
	n := 60
	for n > 56 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n] + "…"
}

// two is the number of two digits at s[i:], or a negative number.
func two(s string, i int) int64 {
	a, b := s[i]-'0', s[i+1]-'0'
	if a > 9 || b > 9 {
		return -1 << 20
	}
	return int64(a)*10 + int64(b)
}

// parseDay reads YYYY-MM-DD or YYYY/MM/DD at the start of s as days since 1970.
func parseDay(s string) (days int64, ok bool) {
	if len(s) < 10 || s[4] != '-' && s[4] != '/' || s[7] != s[4] {
		return 0, false
	}
	y, m, d := two(s, 0)*100+two(s, 2), two(s, 5), two(s, 8)
	if y < 0 || m < 1 || m > 12 || d < 1 || d > daysIn(y, m) {
		return 0, false
	}
	return daysOf(y, m, d), true
}

// parseClock reads HH:MM, HH:MM:SS or HH:MM:SS.fraction as nanoseconds of the day, and returns what follows.
func parseClock(s string) (ns int64, rest string, ok bool) {
	if len(s) < 5 || s[2] != ':' {
		return 0, s, false
	}
	h, m, sec := two(s, 0), two(s, 3), int64(0)
	s = s[5:]
	if len(s) > 0 && s[0] == ':' {
		if len(s) < 3 {
			return 0, s, false
		}
		sec, s = two(s, 1), s[3:]
		if sec == 60 {
			sec = 59 // a leap second counts as the one before it
		}
	}
	if h < 0 || h > 23 || m < 0 || m > 59 || sec < 0 || sec > 59 {
		return 0, s, false
	}
	ns = h*Hour + m*Minute + sec*Second
	if len(s) > 1 && (s[0] == '.' || s[0] == ',') {
		frac, n := fraction(s[1:])
		if n == 0 {
			return 0, s, false
		}
		ns, s = ns+frac, s[1+n:]
	}
	return ns, s, true
}

// fraction reads digits behind the point of a second as nanoseconds; n is how many digits there are.
func fraction(s string) (ns int64, n int) {
	for n < len(s) && s[n]-'0' <= 9 {
		if n < 9 {
			ns = ns*10 + int64(s[n]-'0')
		}
		n++
	}
	for i := n; i < 9; i++ {
		ns *= 10
	}
	return ns, n
}

// parseOffset reads Z, +02, +0200 or +02:00 as nanoseconds east of UTC, and returns what follows.
func parseOffset(s string) (ns int64, rest string, ok bool) {
	if s == "" {
		return 0, s, false
	}
	if s[0] == 'Z' || s[0] == 'z' {
		return 0, s[1:], true
	}
	if len(s) < 3 || s[0] != '+' && s[0] != '-' {
		return 0, s, false
	}
	sign, h, m := s[0], two(s, 1), int64(0)
	s = s[3:]
	if len(s) >= 3 && s[0] == ':' {
		m, s = two(s, 1), s[3:]
	} else if len(s) >= 2 && s[0]-'0' <= 9 {
		m, s = two(s, 0), s[2:]
	}
	if h < 0 || h > 23 || m < 0 || m > 59 {
		return 0, s, false
	}
	ns = h*Hour + m*Minute
	if sign == '-' {
		ns = -ns
	}
	return ns, s, true
}

func parseTimestamp(s string) (int64, bool) {
	days, ok := parseDay(s)
	if !ok {
		return 0, false
	}
	s = s[10:]
	var clock, zone int64
	if len(s) > 0 {
		if s[0] != 'T' && s[0] != 't' && s[0] != ' ' {
			return 0, false
		}
		if clock, s, ok = parseClock(s[1:]); !ok {
			return 0, false
		}
		s = strings.TrimPrefix(s, " ") // PostgreSQL writes 2026-01-31 23:59:59 +00
	}
	if len(s) > 0 {
		if zone, s, ok = parseOffset(s); !ok || s != "" {
			return 0, false
		}
	}
	return instant(days, clock-zone)
}

// instant is days since 1970 plus ns, if a TIMESTAMP can hold it.
func instant(days, ns int64) (int64, bool) {
	// The earliest TIMESTAMP lies in a day whose start is none; count from the next day then.
	if days < 0 {
		days, ns = days+1, ns-Day
	}
	t, ok := mul(days, Day)
	if !ok {
		return 0, false
	}
	sum, err := AddTime(t, ns)
	return sum, err == nil
}

// ParseDate reads 2026-01-31, 2026/01/31, 01/31/2026 (month first) or 31-01-2026 (day first) as days since 1970.
func ParseDate(s string) (int64, error) {
	if len(s) == 10 {
		if d, ok := parseDay(s); ok {
			return d, nil
		}
		if s[2] == '/' && s[5] == '/' {
			if d, ok := day(two(s, 6)*100+two(s, 8), two(s, 0), two(s, 3)); ok {
				return d, nil
			}
		}
		if s[2] == '-' && s[5] == '-' {
			if d, ok := day(two(s, 6)*100+two(s, 8), two(s, 3), two(s, 0)); ok {
				return d, nil
			}
		}
	}
	return 0, timeError(s, "DATE", "2026-01-31")
}

func day(y, m, d int64) (int64, bool) {
	if y < 0 || m < 1 || m > 12 || d < 1 || d > daysIn(y, m) {
		return 0, false
	}
	return daysOf(y, m, d), true
}

// ParseTime reads a time of day, 23:59, 23:59:59 or 23:59:59.999, as nanoseconds since midnight.
func ParseTime(s string) (int64, error) {
	ns, rest, ok := parseClock(s)
	if !ok || rest != "" {
		return 0, timeError(s, "TIME", "23:59:59.999")
	}
	return ns, nil
}

// ParseInterval reads a span of time: numbers with units, such as 90 seconds, 1h30m, 1.5 days or -2 hours 30 minutes, or what
// IntervalToString writes, such as 1 day 02:03:04.500, or ISO 8601 as sinks write it, such as PT1H30M. Months and years have no fixed length and are refused.
func ParseInterval(s string) (int64, error) {
	ns, ok := parseInterval(strings.TrimSpace(s))
	if !ok {
		return 0, Error("'" + clip(s) + "' is not an INTERVAL (expected a form such as 90 seconds, 1h30m or 1 day 02:03:04; units go from ns to weeks)")
	}
	return ns, nil
}

func parseInterval(s string) (total int64, ok bool) {
	if s == "" {
		return 0, false
	}
	neg := false
	if s[0] == '-' || s[0] == '+' {
		neg, s = s[0] == '-', s[1:]
	}
	if rest, ok := strings.CutPrefix(s, "P"); ok {
		total, ok = parseISOSpan(rest)
		if neg {
			total = -total
		}
		return total, ok
	}
	for first := true; s != "" || first; first = false {
		var ns int64
		if len(s) >= 5 && s[2] == ':' {
			ns, s, ok = parseClock(s)
		} else {
			ns, s, ok = parseSpan(s)
		}
		if !ok {
			return 0, false
		}
		sum, err := AddTime(total, ns)
		if err != nil {
			return 0, false
		}
		total, s = sum, strings.TrimLeft(s, " ")
	}
	if neg {
		total = -total
	}
	return total, true
}

// parseISOSpan reads what follows the P of a span as ISO 8601 writes it: weeks and days, then a T and hours, minutes and seconds.
func parseISOSpan(s string) (total int64, ok bool) {
	parts, clock := 0, false
	for s != "" {
		if s[0] == 'T' && !clock {
			clock, s = true, s[1:]
			continue
		}
		n := 0
		for n < len(s) && (s[n]-'0' <= 9 || s[n] == '.') {
			n++
		}
		if n == len(s) || !clock && s[n] != 'W' && s[n] != 'D' || clock && s[n] != 'H' && s[n] != 'M' && s[n] != 'S' {
			return 0, false
		}
		ns, _, ok := parseSpan(s[:n+1])
		sum, err := AddTime(total, ns)
		if !ok || err != nil {
			return 0, false
		}
		total, parts, s = sum, parts+1, s[n+1:]
	}
	return total, parts > 0
}

// parseSpan reads one number and its unit.
func parseSpan(s string) (ns int64, rest string, ok bool) {
	i := 0
	var whole int64
	for ; i < len(s) && s[i]-'0' <= 9; i++ {
		if whole > 1e17 {
			return 0, s, false
		}
		whole = whole*10 + int64(s[i]-'0')
	}
	digits := i
	var frac int64
	if i < len(s) && s[i] == '.' {
		var n int
		frac, n = fraction(s[i+1:])
		digits, i = digits+n, i+1+n
	}
	s = strings.TrimLeft(s[i:], " ")
	j := 0
	for j < len(s) && (s[j]|0x20 >= 'a' && s[j]|0x20 <= 'z') {
		j++
	}
	unit, known := spanUnit(s[:j])
	if digits == 0 || !known {
		return 0, s, false
	}
	if ns, ok = mul(whole, unit); !ok {
		return 0, s, false
	}
	return ns + int64(float64(frac)/1e9*float64(unit)+0.5), s[j:], true
}

// spanUnit is the length of a unit, in any case, short or long, singular or plural.
func spanUnit(s string) (int64, bool) {
	var buf [12]byte
	if len(s) > len(buf) {
		return 0, false
	}
	for i := range len(s) {
		buf[i] = s[i] | 0x20
	}
	switch string(buf[:len(s)]) {
	case "ns", "nanosecond", "nanoseconds":
		return 1, true
	case "us", "microsecond", "microseconds":
		return Microsecond, true
	case "ms", "millisecond", "milliseconds", "millis":
		return Millisecond, true
	case "s", "sec", "secs", "second", "seconds":
		return Second, true
	case "m", "min", "mins", "minute", "minutes":
		return Minute, true
	case "h", "hour", "hours":
		return Hour, true
	case "d", "day", "days":
		return Day, true
	case "w", "week", "weeks":
		return Week, true
	}
	return 0, false
}
