package oracle

import (
	"fmt"
	"math"
	"math/big"
	"strings"
	"time"

	"github.com/velostream/veloc/compiler/types"
)

// timeCall applies the functions of dates and times; false if name is none of them.
func (v *env) timeCall(name string, args []any, kinds []types.Type) (any, bool) {
	point := func(i int) time.Time {
		if kinds[i].Kind == types.Integer {
			return instant(fromMillis(num(args, i)))
		}
		return instant(num(args, i))
	}
	last := len(args) - 1
	switch name {
	case "NOW":
		return v.now, true
	case "CURRENT_DATE":
		return dayNumber(instant(v.now)), true
	case "CURRENT_TIME":
		return v.now - floorDiv(v.now, 86400e9)*86400e9, true
	case "UNIX_TIMESTAMP":
		if last < 0 {
			return floorDiv(v.now, 1e9), true
		}
		return point(0).Unix(), true
	case "FROM_UNIXTIME":
		return fromUnix(args[0]), true
	case "EXTRACT":
		if kinds[1].Kind == types.Interval {
			return float64(num(args, 1)) / 1e9, true
		}
		return datePart(unit(str(args, 0)), point(1)), true
	case "YEAR", "QUARTER", "MONTH", "WEEK", "DAY", "DOW", "DOY", "HOUR", "MINUTE", "SECOND", "MILLISECOND":
		return datePart(name, point(0)), true
	case "FROM_UTC_TIMESTAMP":
		zone, err := time.LoadLocation(args[1].(string))
		if err != nil {
			panic(err)
		}
		_, offset := instant(args[0].(int64)).In(zone).Zone()
		return nanos(instant(args[0].(int64)).Add(time.Duration(offset) * time.Second)), true
	case "DATE_TRUNC":
		return clampedNanos(floorTo(unit(str(args, 0)), point(1))), true
	case "DATEDIFF":
		if len(args) == 2 {
			return boundaries("DAY", point(1), point(0)), true
		}
		return boundaries(unit(str(args, 0)), point(1), point(2)), true
	case "DATE_FORMAT":
		return strftime(str(args, 1), point(0)), true
	case "TO_TIMESTAMP", "TO_DATE":
		return v.parsed(name, args), true
	case "TIMESTAMP":
		if s, ok := args[0].(string); ok {
			return timestampText(strings.TrimSpace(s)), true
		}
		return nanos(point(0)), true
	case "DATE":
		switch {
		case kinds[0].Kind == types.Date:
			return args[0], true
		case kinds[0].Kind == types.String:
			return fromText(strings.TrimSpace(str(args, 0)), "", types.TDate), true
		}
		return dayNumber(point(0)), true
	case "DATE_ADD", "DATE_SUB":
		d := big.NewInt(num(args, 1))
		if name == "DATE_SUB" {
			d.Neg(d)
		}
		return integer(d.Add(d, big.NewInt(nanos(point(0))))), true
	case "ADD_MONTHS":
		return addMonths(point(0), num(args, 1)), true
	}
	return nil, false
}

func (v *env) parsed(name string, args []any) any {
	if len(args) == 1 {
		if name == "TO_DATE" {
			return fromText(strings.TrimSpace(str(args, 0)), "", types.TDate)
		}
		return timestampText(strings.TrimSpace(str(args, 0)))
	}
	at := strptime(str(args, 0), str(args, 1))
	if name == "TO_DATE" {
		return dayNumber(instant(at))
	}
	return at
}

// clampedNanos is t, or the nearest TIMESTAMP there is.
func clampedNanos(t time.Time) any {
	ns, failed := attempt(func() any { return nanos(t) })
	if failed {
		return int64(math.MinInt64) // a start lies before what it is the start of
	}
	return ns
}

func fromUnix(x any) any {
	if n, ok := x.(int64); ok {
		return integer(new(big.Int).Mul(big.NewInt(n), big.NewInt(1e9)))
	}
	us := math.Round(x.(float64) * 1e6)
	if !(us > -9.2e15 && us < 9.2e15) {
		fail("out of range")
	}
	return int64(us) * 1000
}

// unit is the upper-case singular of a unit.
func unit(s string) string {
	return strings.TrimSuffix(strings.ToUpper(strings.TrimSpace(s)), "S")
}

func datePart(name string, t time.Time) any {
	isoYear, week := t.ISOWeek()
	n := map[string]int{
		"YEAR": t.Year(), "QUARTER": (int(t.Month())-1)/3 + 1, "MONTH": int(t.Month()), "WEEK": week, "DAY": t.Day(), "HOUR": t.Hour(),
		"MINUTE": t.Minute(), "SECOND": t.Second(), "MILLISECOND": t.Nanosecond() / 1e6, "MICROSECOND": t.Nanosecond() / 1e3,
		"NANOSECOND": t.Nanosecond(), "DOW": int(t.Weekday()), "ISODOW": (int(t.Weekday())+6)%7 + 1, "DOY": t.YearDay(), "ISOYEAR": isoYear,
		"EPOCH": int(t.Unix()),
	}
	out, ok := n[name]
	if !ok {
		panic("bug: no part " + name)
	}
	return int64(out)
}

// floorTo is the start of the unit that t is in.
func floorTo(unit string, t time.Time) time.Time {
	y, m, d := t.Date()
	switch unit {
	case "YEAR":
		m, d = 1, 1
	case "QUARTER":
		m, d = m-(m-1)%3, 1
	case "MONTH":
		d = 1
	case "WEEK":
		d -= (int(t.Weekday()) + 6) % 7
	case "DAY":
	case "HOUR":
		return time.Date(y, m, d, t.Hour(), 0, 0, 0, time.UTC)
	case "MINUTE":
		return time.Date(y, m, d, t.Hour(), t.Minute(), 0, 0, time.UTC)
	case "SECOND":
		return time.Date(y, m, d, t.Hour(), t.Minute(), t.Second(), 0, time.UTC)
	case "MILLISECOND":
		return time.Date(y, m, d, t.Hour(), t.Minute(), t.Second(), t.Nanosecond()/1e6*1e6, time.UTC)
	case "MICROSECOND":
		return time.Date(y, m, d, t.Hour(), t.Minute(), t.Second(), t.Nanosecond()/1e3*1e3, time.UTC)
	default:
		panic("bug: no unit " + unit)
	}
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// boundaries counts the starts of a unit between two times.
func boundaries(unit string, from, to time.Time) any {
	a, b := floorTo(unit, from), floorTo(unit, to)
	months := func(t time.Time) int64 { return int64(t.Year())*12 + int64(t.Month()) }
	switch unit {
	case "YEAR":
		return int64(b.Year() - a.Year())
	case "QUARTER":
		return (months(b) - months(a)) / 3
	case "MONTH":
		return months(b) - months(a)
	case "WEEK":
		return (dayNumber(b) - dayNumber(a)) / 7
	}
	size := map[string]int64{"DAY": 86400e9, "HOUR": 3600e9, "MINUTE": 60e9, "SECOND": 1e9, "MILLISECOND": 1e6, "MICROSECOND": 1e3}[unit]
	return floorDiv(nanos(to), size) - floorDiv(nanos(from), size)
}

func addMonths(t time.Time, n int64) any {
	if n < -7200 || n > 7200 {
		fail("out of range")
	}
	y, m, d := t.Date()
	first := time.Date(y, m+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
	lastDay := first.AddDate(0, 1, -1).Day()
	day := first.AddDate(0, 0, min(d, lastDay)-1)
	return nanos(day.Add(t.Sub(floorTo("DAY", t))))
}

// layouts are the strftime specifiers that package time has a layout for.
var layouts = map[string]string{
	"%Y": "2006", "%m": "01", "%d": "02", "%H": "15", "%M": "04", "%S": "05", "%.3f": ".000", "%b": "Jan", "%B": "January", "%a": "Mon",
	"%A": "Monday", "%j": "002", "%I": "03", "%p": "PM", "%y": "06", "%F": "2006-01-02", "%T": "15:04:05", "%R": "15:04", "%D": "01/02/06",
}

// specifiers cuts a pattern into specifiers and the characters between them.
func specifiers(pattern string) []string {
	var out []string
	for pattern != "" {
		n := 1
		if pattern[0] == '%' {
			n = 2
			if strings.HasPrefix(pattern, "%.3f") {
				n = 4
			}
		}
		out = append(out, pattern[:n])
		pattern = pattern[n:]
	}
	return out
}

func strftime(pattern string, t time.Time) string {
	out := ""
	for _, s := range specifiers(pattern) {
		layout, ok := layouts[s]
		switch {
		case ok:
			out += t.Format(layout)
		case s == "%V":
			_, week := t.ISOWeek()
			out += fmt.Sprintf("%02d", week)
		case s == "%s":
			out += fmt.Sprint(t.Unix())
		case s == "%%":
			out += "%"
		case s[0] == '%':
			panic("bug: the oracle does not know " + s)
		default:
			out += s
		}
	}
	return out
}

// strptime reads texts that were written in a pattern, digits in full.
func strptime(s, pattern string) int64 {
	layout := ""
	for _, p := range specifiers(pattern) {
		if l, ok := layouts[p]; ok {
			p = l
		}
		layout += p
	}
	t, err := time.Parse(layout, strings.TrimSpace(s))
	if err != nil {
		fail("%v", err)
	}
	return nanos(t)
}
