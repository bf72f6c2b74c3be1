package sqlfn

import "math"

// A TIMESTAMP is nanoseconds since 1970-01-01T00:00:00Z and all calendar functions work in UTC, so there are no time zones and
// no leap seconds here, and a day has 86400 seconds.

// Spans in nanoseconds.
const (
	Microsecond = int64(1e3)
	Millisecond = int64(1e6)
	Second      = int64(1e9)
	Minute      = 60 * Second
	Hour        = 60 * Minute
	Day         = 24 * Hour
	Week        = 7 * Day
)

// floorDiv is the greatest integer not above a/b, for b > 0.
func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// floorMod is what floorDiv leaves: 0 <= floorMod < b.
func floorMod(a, b int64) int64 {
	r := a % b
	if r < 0 {
		r += b
	}
	return r
}

// civil is the calendar day that lies days after 1970-01-01. The year is counted from March, so that the leap day is its last;
// 400 years have 146097 days. (H. Hinnant, "chrono-compatible low-level date algorithms".)
func civil(days int64) (year, month, day int64) {
	z := days + 719468
	era := floorDiv(z, 146097)
	doe := z - era*146097
	yoe := (doe - doe/1460 + doe/36524 - doe/146096) / 365
	doy := doe - (365*yoe + yoe/4 - yoe/100)
	mp := (5*doy + 2) / 153
	day = doy - (153*mp+2)/5 + 1
	month = mp + 3
	year = yoe + era*400
	if month > 12 {
		month, year = month-12, year+1
	}
	return year, month, day
}

// daysOf is the inverse of civil.
func daysOf(year, month, day int64) int64 {
	if month <= 2 {
		year, month = year-1, month+12
	}
	era := floorDiv(year, 400)
	yoe := year - era*400
	doy := (153*(month-3)+2)/5 + day - 1
	doe := yoe*365 + yoe/4 - yoe/100 + doy
	return era*146097 + doe - 719468
}

func leap(year int64) bool { return year%4 == 0 && (year%100 != 0 || year%400 == 0) }

// daysIn is the number of days of a month.
func daysIn(year, month int64) int64 {
	switch month {
	case 2:
		if leap(year) {
			return 29
		}
		return 28
	case 4, 6, 9, 11:
		return 30
	}
	return 31
}

// The fields of a TIMESTAMP, as EXTRACT reads them.

// Year is the calendar year.
func Year(ts int64) int64 { y, _, _ := civil(floorDiv(ts, Day)); return y }

// Month is 1 to 12.
func Month(ts int64) int64 { _, m, _ := civil(floorDiv(ts, Day)); return m }

// DayOfMonth is 1 to 31.
func DayOfMonth(ts int64) int64 { _, _, d := civil(floorDiv(ts, Day)); return d }

// HourOf is 0 to 23.
func HourOf(ts int64) int64 { return floorMod(ts, Day) / Hour }

// MinuteOf is 0 to 59.
func MinuteOf(ts int64) int64 { return floorMod(ts, Hour) / Minute }

// SecondOf is 0 to 59.
func SecondOf(ts int64) int64 { return floorMod(ts, Minute) / Second }

// MillisecondOf is the milliseconds of the second, 0 to 999.
func MillisecondOf(ts int64) int64 { return floorMod(ts, Second) / Millisecond }

// MicrosecondOf is the microseconds of the second, 0 to 999999.
func MicrosecondOf(ts int64) int64 { return floorMod(ts, Second) / Microsecond }

// NanosecondOf is the nanoseconds of the second.
func NanosecondOf(ts int64) int64 { return floorMod(ts, Second) }

// DayOfWeek is 0 for Sunday to 6 for Saturday. 1970-01-01 was a Thursday.
func DayOfWeek(ts int64) int64 { return floorMod(floorDiv(ts, Day)+4, 7) }

// ISODayOfWeek is 1 for Monday to 7 for Sunday.
func ISODayOfWeek(ts int64) int64 { return floorMod(floorDiv(ts, Day)+3, 7) + 1 }

// DayOfYear is 1 to 366.
func DayOfYear(ts int64) int64 {
	days := floorDiv(ts, Day)
	y, _, _ := civil(days)
	return days - daysOf(y, 1, 1) + 1
}

// Quarter is 1 to 4.
func Quarter(ts int64) int64 { return (Month(ts)-1)/3 + 1 }

// WeekOfYear is the ISO 8601 week, 1 to 53: weeks start on Monday, and week 1 holds the year's first Thursday.
func WeekOfYear(ts int64) int64 { _, w := isoWeek(floorDiv(ts, Day)); return w }

// ISOYear is the year that the ISO 8601 week belongs to.
func ISOYear(ts int64) int64 { y, _ := isoWeek(floorDiv(ts, Day)); return y }

// isoWeek: a week belongs to the year of its Thursday.
func isoWeek(days int64) (year, week int64) {
	thursday := days - floorMod(days+3, 7) + 3
	year, _, _ = civil(thursday)
	return year, (thursday-daysOf(year, 1, 1))/7 + 1
}

// UnixSeconds is whole seconds since 1970, rounded down.
func UnixSeconds(ts int64) int64 { return floorDiv(ts, Second) }

// Millis is what a TIMESTAMP or INTERVAL reads as where an INTEGER is required: milliseconds, rounded down.
func Millis(ns int64) int64 { return floorDiv(ns, Millisecond) }

// MillisFloat is what a TIMESTAMP or INTERVAL reads as where a FLOAT is required: milliseconds with their fraction.
func MillisFloat(ns int64) float64 { return float64(ns) / 1e6 }

// Seconds is an INTERVAL in seconds, as EXTRACT(EPOCH FROM …) reads it.
func Seconds(ns int64) float64 { return float64(ns) / 1e9 }

// DateOf is the day of a TIMESTAMP.
func DateOf(ts int64) int64 { return floorDiv(ts, Day) }

// TimeOf is the time of day of a TIMESTAMP.
func TimeOf(ts int64) int64 { return floorMod(ts, Day) }

// DateToTimestamp is the start of a DATE; dates outside of 1677–2262 become the nearest TIMESTAMP, so that comparisons stay right.
func DateToTimestamp(days int64) int64 {
	if ns, ok := mul(days, Day); ok {
		return ns
	}
	if days < 0 {
		return math.MinInt64
	}
	return math.MaxInt64
}

// CastDateToTimestamp is the start of a DATE.
func CastDateToTimestamp(days int64) (int64, error) {
	if ns, ok := mul(days, Day); ok {
		return ns, nil
	}
	var buf [32]byte
	return 0, Error("the date " + string(appendDate(buf[:0], days)) + " is out of range of TIMESTAMP, which covers the years 1677 to 2262")
}

// FromMillis is the TIMESTAMP or INTERVAL that an INTEGER number of milliseconds means.
func FromMillis(ms int64) (int64, error) { return fromUnits(ms, Millisecond, " milliseconds") }

// DateFromMillis is the DATE of a number of milliseconds since 1970. It takes the years that ParseDate reads.
func DateFromMillis(ms int64) (int64, error) {
	days := floorDiv(ms, Day/Millisecond)
	if days < daysOf(0, 1, 1) || days > daysOf(9999, 12, 31) {
		return 0, rangeError(formatInt(ms) + " milliseconds since 1970 are out of range of DATE, which covers the years 0000 to 9999")
	}
	return days, nil
}

// FromSeconds is the TIMESTAMP that an INTEGER number of seconds since 1970 means.
func FromSeconds(s int64) (int64, error) { return fromUnits(s, Second, " seconds") }

// rangeError is a number that no TIMESTAMP can hold; OutOfRange tells decoders which code it has.
type rangeError string

func (e rangeError) Error() string { return string(e) }
func (rangeError) OutOfRange()     {}

func fromUnits(n, unit int64, name string) (int64, error) {
	if ns, ok := mul(n, unit); ok {
		return ns, nil
	}
	return 0, rangeError(formatInt(n) + name + " are out of range of TIMESTAMP and INTERVAL, which cover 292 years in both directions")
}

// FromSecondsFloat is FromSeconds for a number with a fraction, rounded to the microsecond, because a double holds no finer
// digits of today's date.
func FromSecondsFloat(s float64) (int64, error) {
	us := math.Round(s * 1e6)
	if us > -9.2e15 && us < 9.2e15 {
		return int64(us) * Microsecond, nil
	}
	return 0, Error(formatFloat(s) + " seconds are out of range of TIMESTAMP and INTERVAL, which cover 292 years in both directions")
}

// TruncTime is ts rounded down to a multiple of unit, which divides a day.
func TruncTime(ts, unit int64) int64 { return ts - floorMod(ts, unit) }

// TruncWeek is the start of the Monday of ts's week.
func TruncWeek(ts int64) int64 {
	days := floorDiv(ts, Day)
	return DateToTimestamp(days - floorMod(days+3, 7))
}

// TruncMonth is the start of ts's month.
func TruncMonth(ts int64) int64 {
	y, m, _ := civil(floorDiv(ts, Day))
	return DateToTimestamp(daysOf(y, m, 1))
}

// TruncQuarter is the start of ts's quarter.
func TruncQuarter(ts int64) int64 {
	y, m, _ := civil(floorDiv(ts, Day))
	return DateToTimestamp(daysOf(y, m-(m-1)%3, 1))
}

// TruncYear is the start of ts's year.
func TruncYear(ts int64) int64 { return DateToTimestamp(daysOf(Year(ts), 1, 1)) }

// DiffTime is how many boundaries of unit, which divides a day, lie between two TIMESTAMPs.
func DiffTime(start, end, unit int64) int64 { return floorDiv(end, unit) - floorDiv(start, unit) }

// DiffWeeks is how many Mondays lie between two TIMESTAMPs.
func DiffWeeks(start, end int64) int64 {
	week := func(ts int64) int64 { return floorDiv(floorDiv(ts, Day)+3, 7) }
	return week(end) - week(start)
}

// DiffMonths is how many firsts of a month lie between two TIMESTAMPs.
func DiffMonths(start, end int64) int64 { return months(end) - months(start) }

// DiffQuarters is how many firsts of a quarter lie between two TIMESTAMPs.
func DiffQuarters(start, end int64) int64 {
	return floorDiv(months(end), 3) - floorDiv(months(start), 3)
}

// DiffYears is how many New Years lie between two TIMESTAMPs.
func DiffYears(start, end int64) int64 { return Year(end) - Year(start) }

func months(ts int64) int64 {
	y, m, _ := civil(floorDiv(ts, Day))
	return y*12 + m - 1
}

// AddMonths is ts, n months later; a day that the month does not have becomes its last.
func AddMonths(ts, n int64) (int64, error) {
	days := floorDiv(ts, Day)
	y, m, d := civil(days)
	if n < -12*600 || n > 12*600 {
		return 0, errTimeRange
	}
	t := y*12 + m - 1 + n
	y, m = floorDiv(t, 12), floorMod(t, 12)+1
	start, ok := mul(daysOf(y, m, min(d, daysIn(y, m))), Day)
	if !ok {
		return 0, errTimeRange
	}
	return AddTime(start, floorMod(ts, Day))
}
