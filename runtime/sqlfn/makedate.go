package sqlfn

import "math"

// Times that are made of parts, and parts that EXTRACT does not read.

// MakeDate is a DATE of a year, a month and a day.
func MakeDate(y, m, d int64) (int64, error) {
	if y < 0 || y > 9999 || m < 1 || m > 12 || d < 1 || d > daysIn(y, m) {
		return 0, Error("there is no date with year " + formatInt(y) + ", month " + formatInt(m) + " and day " + formatInt(d))
	}
	return daysOf(y, m, d), nil
}

// MakeTime is a TIME of hours, minutes and seconds with a fraction, rounded to the microsecond.
func MakeTime(h, m int64, s float64) (int64, error) {
	if h < 0 || h > 23 || m < 0 || m > 59 || !(s >= 0 && s < 60) {
		return 0, Error("there is no time of day with hour " + formatInt(h) + ", minute " + formatInt(m) + " and second " + formatFloat(s))
	}
	return h*Hour + m*Minute + min(int64(math.Round(s*1e6)), 60e6-1)*Microsecond, nil
}

// MakeTimestamp is a TIMESTAMP of all its parts.
func MakeTimestamp(y, mon, d, h, m int64, s float64) (int64, error) {
	days, err := MakeDate(y, mon, d)
	if err != nil {
		return 0, err
	}
	clock, err := MakeTime(h, m, s)
	if err != nil {
		return 0, err
	}
	start, err := CastDateToTimestamp(days)
	if err != nil {
		return 0, err
	}
	return AddTime(start, clock)
}

// LastDay is the DATE of the last day of ts's month.
func LastDay(ts int64) int64 {
	y, m, _ := civil(floorDiv(ts, Day))
	return daysOf(y, m, daysIn(y, m))
}

// DaysInMonth is the number of days of ts's month.
func DaysInMonth(ts int64) int64 {
	y, m, _ := civil(floorDiv(ts, Day))
	return daysIn(y, m)
}

// NextDay is the DATE of the first day behind ts that is a certain day of the week, 0 for Sunday.
func NextDay(ts, dow int64) int64 {
	days := floorDiv(ts, Day)
	return days + 1 + floorMod(dow-floorMod(days+5, 7), 7)
}

// DayNumber is the day of the week from 1 for Sunday to 7 for Saturday.
func DayNumber(ts int64) int64 { return DayOfWeek(ts) + 1 }

// YearWeek is the ISO 8601 year and week, as 202605.
func YearWeek(ts int64) int64 {
	y, w := isoWeek(floorDiv(ts, Day))
	return y*100 + w
}

// Decade is the year divided by 10, rounded down.
func Decade(ts int64) int64 { return floorDiv(Year(ts), 10) }

// Century is 21 for the years 2001 to 2100.
func Century(ts int64) int64 { return floorDiv(Year(ts)-1, 100) + 1 }

// Millennium is 3 for the years 2001 to 3000.
func Millennium(ts int64) int64 { return floorDiv(Year(ts)-1, 1000) + 1 }

// DayName is the English name of the day of the week.
func DayName(ts int64) string { return dayNames[DayOfWeek(ts)] }

// MonthName is the English name of the month.
func MonthName(ts int64) string { return monthNames[Month(ts)-1] }

// Micros is whole microseconds since 1970, rounded down.
func Micros(ts int64) int64 { return floorDiv(ts, Microsecond) }

// FromMicros is the TIMESTAMP that a number of microseconds since 1970 means.
func FromMicros(us int64) (int64, error) { return fromUnits(us, Microsecond, " microseconds") }

// Elapsed is how many whole units, which have a fixed length, lie between two TIMESTAMPs, cut towards zero.
func Elapsed(start, end, unit int64) (int64, error) {
	d, err := SubTime(end, start)
	return d / unit, err
}

// ElapsedMonths is how many whole months lie between two TIMESTAMPs, cut towards zero: a month is over at the same time of the same day of the next one.
func ElapsedMonths(start, end int64) int64 {
	n := DiffMonths(start, end)
	into := func(ts int64) int64 { return (DayOfMonth(ts)-1)*Day + TimeOf(ts) } // how far into its month
	switch {
	case n > 0 && into(end) < into(start):
		n--
	case n < 0 && into(end) > into(start):
		n++
	}
	return n
}

// ElapsedQuarters is ElapsedMonths in threes.
func ElapsedQuarters(start, end int64) int64 { return ElapsedMonths(start, end) / 3 }

// ElapsedYears is ElapsedMonths in twelves.
func ElapsedYears(start, end int64) int64 { return ElapsedMonths(start, end) / 12 }

// AddUnits is ts plus n units of fixed length.
func AddUnits(ts, n, unit int64) (int64, error) {
	d, err := MulTime(n, unit)
	if err != nil {
		return 0, err
	}
	return AddTime(ts, d)
}

// AddQuarters is ts, n quarters later.
func AddQuarters(ts, n int64) (int64, error) { return addManyMonths(ts, n, 3) }

// AddYears is ts, n years later.
func AddYears(ts, n int64) (int64, error) { return addManyMonths(ts, n, 12) }

func addManyMonths(ts, n, by int64) (int64, error) {
	m, ok := mul(n, by)
	if !ok {
		return 0, errTimeRange
	}
	return AddMonths(ts, m)
}

// MonthsBetween is the months from start to end with a fraction, in which each day is a 31st; whole if both are the same day of their months, or the
// last.
func MonthsBetween(end, start int64) float64 {
	n := float64(DiffMonths(start, end))
	d1, d2 := DayOfMonth(start), DayOfMonth(end)
	if d1 == d2 || d1 == DaysInMonth(start) && d2 == DaysInMonth(end) {
		return n
	}
	seconds := func(ts, day int64) float64 { return float64(day)*86400 + float64(TimeOf(ts)/Second) }
	return n + (seconds(end, d2)-seconds(start, d1))/(31*86400)
}

// bucketOrigin is where buckets of time are counted from: 2000-01-03, a Monday.
const bucketOrigin = 946857600 * Second

// TimeBucket is the start of the bucket of time of the given width that ts lies in.
func TimeBucket(width, ts int64) (int64, error) { return TimeBucketFrom(width, ts, bucketOrigin) }

// TimeBucketFrom is TimeBucket where one bucket starts at origin.
func TimeBucketFrom(width, ts, origin int64) (int64, error) {
	if width <= 0 {
		return 0, Error("a bucket of time must be wider than nothing, not " + string(AppendInterval(nil, width)))
	}
	into := floorMod(floorMod(ts, width)-floorMod(origin, width), width)
	return SubTime(ts, into)
}

// TryParse is Parse for a text that may be no time: it tells whether it is one.
func (f *TimeFormat) TryParse(s string) (int64, bool) {
	ts, err := f.Parse(s)
	return ts, err == nil
}

// TryDate is the DATE of TryParse.
func (f *TimeFormat) TryDate(s string) (int64, bool) {
	ts, err := f.Parse(s)
	return DateOf(ts), err == nil
}

// TryTimestamp is CastStringToTimestamp for a text that may be no time.
func TryTimestamp(s string) (int64, bool) {
	ts, err := CastStringToTimestamp(s)
	return ts, err == nil
}

// TryDate is CastStringToDate for a text that may be no date.
func TryDate(s string) (int64, bool) {
	d, err := CastStringToDate(s)
	return d, err == nil
}

// IntervalDays is the whole days of an INTERVAL.
func IntervalDays(ns int64) int64 { return ns / Day }

// IntervalHours is the hours of an INTERVAL that follow its whole days.
func IntervalHours(ns int64) int64 { return ns % Day / Hour }

// IntervalMinutes is the minutes of an INTERVAL that follow its whole hours.
func IntervalMinutes(ns int64) int64 { return ns % Hour / Minute }

// IntervalSeconds is the seconds of an INTERVAL that follow its whole minutes.
func IntervalSeconds(ns int64) int64 { return ns % Minute / Second }

// IntervalMillis is the milliseconds of an INTERVAL that follow its whole seconds.
func IntervalMillis(ns int64) int64 { return ns % Second / Millisecond }

// IntervalMicros is the microseconds of an INTERVAL that follow its whole seconds.
func IntervalMicros(ns int64) int64 { return ns % Second / Microsecond }

// DateOfNumber is the DATE that lies n days after 1970-01-01, in the years 0000 to 9999.
func DateOfNumber(n int64) (int64, error) {
	if n < daysOf(0, 1, 1) || n > daysOf(9999, 12, 31) {
		return 0, rangeError(formatInt(n) + " days since 1970 are out of range of DATE, which covers the years 0000 to 9999")
	}
	return n, nil
}
