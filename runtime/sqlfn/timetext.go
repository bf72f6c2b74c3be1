package sqlfn

import "strconv"

func formatInt(n int64) string { return strconv.FormatInt(n, 10) }

// appendPadded writes n >= 0 with leading zeros to width digits.
func appendPadded(b []byte, n int64, width int) []byte {
	var buf [20]byte
	i := len(buf)
	for n > 0 || i > len(buf)-width {
		i--
		buf[i] = byte('0' + n%10)
		n /= 10
	}
	return append(b, buf[i:]...)
}

func appendYear(b []byte, y int64) []byte {
	if y < 0 {
		return appendPadded(append(b, '-'), -y, 4)
	}
	return appendPadded(b, y, 4)
}

// appendDate writes a DATE as 2026-01-31.
func appendDate(b []byte, days int64) []byte {
	y, m, d := civil(days)
	b = append(appendYear(b, y), '-')
	b = append(appendPadded(b, m, 2), '-')
	return appendPadded(b, d, 2)
}

// appendClock writes nanoseconds of a day, or a longer span, as 23:59:59.
func appendClock(b []byte, ns int64) []byte {
	b = append(appendPadded(b, ns/Hour, 2), ':')
	b = append(appendPadded(b, ns%Hour/Minute, 2), ':')
	return appendPadded(b, ns%Minute/Second, 2)
}

// appendFraction writes .5, .500, .123456 or nothing: at least least digits, and as many groups of three as ns needs.
func appendFraction(b []byte, ns int64, least int) []byte {
	switch {
	case ns%1000 != 0:
		return appendPadded(append(b, '.'), ns, 9)
	case ns%1000000 != 0 || least > 3:
		return appendPadded(append(b, '.'), ns/1000, 6)
	case ns != 0 || least > 0:
		return appendPadded(append(b, '.'), ns/1000000, 3)
	}
	return b
}

// AppendTimestamp writes a TIMESTAMP as RFC 3339 in UTC, with milliseconds, and finer digits if it has any.
func AppendTimestamp(b []byte, ts int64) []byte {
	b = append(appendDate(b, floorDiv(ts, Day)), 'T')
	b = appendClock(b, floorMod(ts, Day))
	return append(appendFraction(b, floorMod(ts, Second), 3), 'Z')
}

// AppendInterval writes an INTERVAL as 1 day 02:03:04.500.
func AppendInterval(b []byte, ns int64) []byte {
	if ns < 0 {
		b = append(b, '-')
	}
	days, rest := ns/Day, ns%Day
	if ns < 0 {
		days, rest = -days, -rest
	}
	switch days {
	case 0:
	case 1:
		b = append(b, "1 day "...)
	default:
		b = append(strconv.AppendInt(b, days, 10), " days "...)
	}
	b = appendClock(b, rest)
	return appendFraction(b, rest%Second, 0)
}

// AppendTime writes a TIME as 23:59:59, with a fraction if it has one.
func AppendTime(b []byte, ns int64) []byte {
	return appendFraction(appendClock(b, ns), ns%Second, 0)
}

// AppendDate writes a DATE as 2026-01-31.
func AppendDate(b []byte, days int64) []byte { return appendDate(b, days) }
