package window

import "time"

const nsPerDay = int64(24 * time.Hour)

// Days is windows of whole days of a time zone: size days long, one each advance days, both counted from 1970; where they begin each week, they
// begin on Mondays. A day begins offset ns after midnight by the clock on the wall; where clocks are changed it has 23 or 25 hours.
func Days(size, advance int64, zone *time.Location, offset int64) Shape {
	slice := gcd(size, advance)
	return newShape(daySlices(slice, advance, zone, offset), size/slice, advance/slice, false)
}

// daySlices is slices of some days, of which windows begin each by days.
func daySlices(slice, by int64, zone *time.Location, offset int64) *calendar {
	c := &calendar{zone: zone, offset: offset, per: slice, first: 1}
	if by%7 == 0 {
		c.first = 5 // of January 1970, a Monday
	}
	return c
}

// Months is windows of whole months of a time zone: size months long, one each advance months, both counted from January 1970, so that
// three months are a quarter and twelve a year. The first day of a month begins offset ns after midnight.
func Months(size, advance int64, zone *time.Location, offset int64) Shape {
	slice := gcd(size, advance)
	return newShape(&calendar{zone: zone, offset: offset, per: slice, months: true, first: 1}, size/slice, advance/slice, false)
}

// CumulateDays is windows that grow by step days up to size days.
func CumulateDays(size, step int64, zone *time.Location, offset int64) Shape {
	return newShape(daySlices(step, size, zone, offset), size/step, 1, true)
}

// CumulateMonths is windows that grow by step months up to size months.
func CumulateMonths(size, step int64, zone *time.Location, offset int64) Shape {
	return newShape(&calendar{zone: zone, offset: offset, per: step, months: true, first: 1}, size/step, 1, true)
}

// calendar is slices of whole days or months. It remembers the slice that was asked for last, because rows come in about the order of time.
type calendar struct {
	zone   *time.Location
	offset int64 // ns from midnight
	per    int64 // days or months in a slice
	months bool
	first  int // day of January 1970 on which slice 0 begins

	n, from, to int64 // the slice asked for last
}

// Slice finds the slice by the date, and corrects it by one where offset or a change of clocks make the date differ.
func (c *calendar) Slice(ts int64) int64 {
	if c.from <= ts && ts < c.to {
		return c.n
	}
	y, m, d := time.Unix(0, ts).In(c.zone).Date()
	var n int64
	if c.months {
		n = floorDiv(int64(y-1970)*12+int64(m)-1, c.per)
	} else {
		day := time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / 86400
		n = floorDiv(day+1-int64(c.first), c.per)
	}
	for c.Begin(n) > ts {
		n--
	}
	for c.Begin(n+1) <= ts {
		n++
	}
	c.n, c.from, c.to = n, c.Begin(n), c.Begin(n+1)
	return n
}

func (c *calendar) Begin(n int64) int64 {
	day, month := c.first, time.January
	if c.months {
		month += time.Month(n * c.per)
	} else {
		day += int(n * c.per)
	}
	wall := time.Date(1970, month, day, 0, 0, 0, 0, time.UTC).UnixNano() + c.offset
	t := time.Unix(0, wall).UTC()
	at := time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), c.zone)
	// Where clocks skip that time, the slice begins when they do, and not an hour earlier.
	_, east := at.Zone()
	return at.UnixNano() + max(0, wall-at.UnixNano()-int64(east)*int64(time.Second))
}
