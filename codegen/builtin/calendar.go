package builtin

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/velostream/veloc/codegen/emit"
	"github.com/velostream/veloc/compiler/types"
)

// calendarFunctions make times of parts, count between them, and know the calendar.
var calendarFunctions = slices.Concat([]*Function{
	{
		Name: "MAKE_DATE", Aliases: []string{"DATE_FROM_PARTS", "DATEFROMPARTS"}, Category: Time,
		Doc:       "Returns the date of a year, a month and a day. A date that does not exist is an error.",
		Overloads: []Overload{over("MAKE_DATE(year INTEGER, month INTEGER, day INTEGER) -> DATE", try("MakeDate"))},
		Examples:  ex(`MAKE_DATE(2026, 1, 31)`, `DATE '2026-01-31'`),
	},
	{
		Name: "MAKE_TIME", Category: Time,
		Doc:       "Returns the time of day of hours, minutes and seconds, to the microsecond.",
		Overloads: []Overload{over("MAKE_TIME(hour INTEGER, minute INTEGER, second FLOAT) -> TIME", try("MakeTime"))},
		Examples:  ex(`MAKE_TIME(12, 30, 45.5)`, `TIME '12:30:45.5'`),
	},
	{
		Name: "MAKE_TIMESTAMP", Category: Time,
		Doc:       "Returns the time of a year, a month, a day, hours, minutes and seconds, to the microsecond. A time that does not exist is an error.",
		Overloads: []Overload{over("MAKE_TIMESTAMP(year INTEGER, month INTEGER, day INTEGER, hour INTEGER, minute INTEGER, second FLOAT) -> TIMESTAMP", try("MakeTimestamp"))},
		Examples:  ex(`MAKE_TIMESTAMP(2026, 1, 31, 12, 30, 45.5)`, `TIMESTAMP '2026-01-31 12:30:45.5'`),
	},
	{
		Name: "TIME", Category: Time,
		Doc: "Returns the time of day of x: of a time, or of a text such as 12:30:45.",
		Overloads: append(points("TIME(x TIMESTAMP) -> TIME", call("TimeOf")),
			over("TIME(x TIME) -> TIME", same), over("TIME(x STRING) -> TIME", try("CastStringToTime"))),
		Examples: ex(`TIME(TIMESTAMP '2026-01-31 12:30:45')`, `TIME '12:30:45'`),
	},
	{
		Name: "LAST_DAY", Category: Time,
		Doc:       "Returns the date of the last day of ts's month.",
		Overloads: points("LAST_DAY(ts TIMESTAMP) -> DATE", call("LastDay")),
		Examples:  ex(`LAST_DAY(DATE '2028-02-03')`, `DATE '2028-02-29'`),
	},
	{
		Name: "NEXT_DAY", Category: Time,
		Doc: "Returns the date of the first day behind ts that is a certain day of the week, named by two or more of its first letters.",
		Overloads: checked(points("NEXT_DAY(ts TIMESTAMP, weekday STRING LITERAL) -> DATE", func(c *Call) emit.Value {
			n, _ := weekday(c.text(1))
			return c.sure(symbol("NextDay").Call(c.Args[0].Arg(), jen.Lit(n)))
		}), func(literals []any) (int, error) {
			if s, ok := literals[1].(string); ok {
				if _, known := weekday(s); !known {
					return 1, fmt.Errorf("'%s' is no day of the week (known: Sunday to Saturday, or their first letters)", s)
				}
			}
			return 0, nil
		}),
		Examples: ex(`NEXT_DAY(DATE '2026-01-31', 'Monday')`, `DATE '2026-02-02'`, `NEXT_DAY(DATE '2026-01-31', 'sat')`, `DATE '2026-02-07'`),
	},
	{
		Name: "DAYNAME", Category: Time,
		Doc:       "Returns the English name of ts's day of the week.",
		Overloads: points("DAYNAME(ts TIMESTAMP) -> STRING", call("DayName")),
		Examples:  ex(`DAYNAME(DATE '2026-01-31')`, `'Saturday'`),
	},
	{
		Name: "MONTHNAME", Category: Time,
		Doc:       "Returns the English name of ts's month.",
		Overloads: points("MONTHNAME(ts TIMESTAMP) -> STRING", call("MonthName")),
		Examples:  ex(`MONTHNAME(DATE '2026-01-31')`, `'January'`),
	},
	{
		Name: "TIMESTAMPDIFF", Category: Time,
		Doc: "Returns how many whole units lie between start and end, negative if end is before start: years, quarters, months, weeks, days, hours, minutes, seconds, milliseconds or microseconds. " +
			"Unlike DATEDIFF it counts units that have passed, not boundaries. The unit can be written without quotes.",
		Overloads: checked(points("TIMESTAMPDIFF(unit STRING LITERAL, start TIMESTAMP, end TIMESTAMP) -> INTEGER", elapsed), oneOf(0, "a unit of time", elapsedUnits)),
		Examples: ex(`TIMESTAMPDIFF(DAY, TIMESTAMP '2026-01-31 12:00:00', TIMESTAMP '2026-02-02 11:00:00')`, `1`, `TIMESTAMPDIFF('month', DATE '2026-01-31', DATE '2026-03-30')`, `1`,
			`TIMESTAMPDIFF('minute', TIMESTAMP '2026-01-31 12:00:59', TIMESTAMP '2026-01-31 12:01:00')`, `0`),
	},
	{
		Name: "TIMESTAMPADD", Category: Time,
		Doc:       "Returns ts plus n units: years, quarters, months, weeks, days, hours, minutes, seconds, milliseconds or microseconds. A day that the month does not have becomes its last. The unit can be written without quotes.",
		Overloads: checked(points("TIMESTAMPADD(unit STRING LITERAL, n INTEGER, ts TIMESTAMP) -> TIMESTAMP", addUnits), oneOf(0, "a unit of time", addedUnits))[:2],
		Examples:  ex(`TIMESTAMPADD(HOUR, 3, TIMESTAMP '2026-01-31 22:00:00')`, `TIMESTAMP '2026-02-01 01:00:00'`, `TIMESTAMPADD('quarter', 1, DATE '2026-01-31')`, `TIMESTAMP '2026-04-30 00:00:00'`),
	},
	{
		Name: "MONTHS_BETWEEN", Category: Time,
		Doc:       "Returns the months from start to end, with a fraction in which a day is a 31st; whole if both are the same day of their months, or the last.",
		Overloads: points("MONTHS_BETWEEN(end TIMESTAMP, start TIMESTAMP) -> FLOAT", call("MonthsBetween")),
		Examples:  ex(`MONTHS_BETWEEN(DATE '2026-03-31', DATE '2026-02-28')`, `1e0`, `MONTHS_BETWEEN(DATE '2026-02-14', DATE '2026-02-14')`, `0e0`),
	},
	{
		Name: "TIME_BUCKET", Category: Time,
		Doc: "Returns the start of the bucket of time of the given width that ts lies in. Buckets are counted from origin, or from 2000-01-03, a Monday.",
		Overloads: append(points("TIME_BUCKET(width INTERVAL, ts TIMESTAMP) -> TIMESTAMP", try("TimeBucket")),
			points("TIME_BUCKET(width INTERVAL, ts TIMESTAMP, origin TIMESTAMP) -> TIMESTAMP", try("TimeBucketFrom"))...),
		Examples: ex(`TIME_BUCKET(INTERVAL '15' MINUTE, TIMESTAMP '2026-01-31 12:34:56')`, `TIMESTAMP '2026-01-31 12:30:00'`,
			`TIME_BUCKET(INTERVAL '1' HOUR, TIMESTAMP '2026-01-31 12:34:56', TIMESTAMP '2026-01-01 00:10:00')`, `TIMESTAMP '2026-01-31 12:10:00'`),
	},
	{
		Name: "DATE_BIN", Category: Time,
		Doc:       "Returns the start of the bucket of time of the given width that ts lies in, where one bucket starts at origin.",
		Overloads: points("DATE_BIN(width INTERVAL, ts TIMESTAMP, origin TIMESTAMP) -> TIMESTAMP", try("TimeBucketFrom")),
		Examples:  ex(`DATE_BIN(INTERVAL '15' MINUTE, TIMESTAMP '2020-02-11 15:44:17', TIMESTAMP '2001-01-01 00:02:30')`, `TIMESTAMP '2020-02-11 15:32:30'`),
	},
	field("DAYOFWEEK", "DayNumber", "the day of the week, 1 (Sunday) to 7,", `7`),
	field("ISODOW", "ISODayOfWeek", "the day of the week, 1 (Monday) to 7,", `6`),
	field("ISOYEAR", "ISOYear", "the year of the ISO 8601 week", `2026`),
	field("YEARWEEK", "YearWeek", "the ISO 8601 year and week, as one number,", `202605`),
	field("DAYS_IN_MONTH", "DaysInMonth", "the number of days of the month", `31`),
	field("DECADE", "Decade", "the year divided by 10", `202`),
	field("CENTURY", "Century", "the century", `21`),
	field("MILLENNIUM", "Millennium", "the millennium", `3`),
	field("MICROSECOND", "MicrosecondOf", "the microseconds of the second", `500000`),
	field("NANOSECOND", "NanosecondOf", "the nanoseconds of the second", `500000000`),
}, epochFunctions, spanFunctions)

// epochFunctions count from 1970 on.
var epochFunctions = []*Function{
	sinceEpoch("EPOCH", []string{"UNIX_SECONDS"}, "seconds", call("UnixSeconds"), `1769862645`),
	sinceEpoch("EPOCH_MS", []string{"UNIX_MILLIS"}, "milliseconds", call("Millis"), `1769862645500`),
	sinceEpoch("EPOCH_US", []string{"UNIX_MICROS"}, "microseconds", call("Micros"), `1769862645500000`),
	sinceEpoch("EPOCH_NS", []string{"UNIX_NANOS"}, "nanoseconds", same, `1769862645500000000`),
	{
		Name: "UNIX_DATE", Category: Time, Doc: "Returns the days from 1970-01-01 to d.",
		Overloads: []Overload{over("UNIX_DATE(d DATE) -> INTEGER", same)},
		Examples:  ex(`UNIX_DATE(DATE '1970-02-01')`, `31`),
	},
	{
		Name: "DATE_FROM_UNIX_DATE", Category: Time, Doc: "Returns the date that lies n days after 1970-01-01.",
		Overloads: []Overload{over("DATE_FROM_UNIX_DATE(n INTEGER) -> DATE", try("DateOfNumber"))},
		Examples:  ex(`DATE_FROM_UNIX_DATE(31)`, `DATE '1970-02-01'`),
	},
	fromEpoch("TIMESTAMP_SECONDS", "seconds", "FromSeconds", `TIMESTAMP_SECONDS(1769862645)`, `TIMESTAMP '2026-01-31 12:30:45'`),
	fromEpoch("TIMESTAMP_MILLIS", "milliseconds", "FromMillis", `TIMESTAMP_MILLIS(1769862645500)`, `TIMESTAMP '2026-01-31 12:30:45.5'`),
	fromEpoch("TIMESTAMP_MICROS", "microseconds", "FromMicros", `TIMESTAMP_MICROS(1769862645500001)`, `TIMESTAMP '2026-01-31 12:30:45.500001'`),
	{
		Name: "TO_TIMESTAMP_LTZ", Category: Time,
		Doc: "Returns the time that lies n seconds (precision 0), milliseconds (3) or microseconds (6) after 1970-01-01; milliseconds, if precision is left out.",
		Overloads: []Overload{
			over("TO_TIMESTAMP_LTZ(n INTEGER, [precision INTEGER LITERAL]) -> TIMESTAMP", func(c *Call) emit.Value {
				fn := "FromMillis"
				if len(c.Args) == 2 {
					fn = epochUnits[c.Args[1].Const]
				}
				return c.B.Try("instant", c.Type, symbol(fn).Call(c.Args[0].Arg()), c.Args[0])
			}).check(func(literals []any) (int, error) {
				if len(literals) == 2 && literals[1] != nil && epochUnits[literals[1]] == "" {
					return 1, fmt.Errorf("the precision is 0 for seconds, 3 for milliseconds or 6 for microseconds, not %v", literals[1])
				}
				return 0, nil
			}),
		},
		Examples: ex(`TO_TIMESTAMP_LTZ(1769862645, 0)`, `TIMESTAMP '2026-01-31 12:30:45'`, `TO_TIMESTAMP_LTZ(1769862645500, 3)`, `TIMESTAMP '2026-01-31 12:30:45.5'`),
	},
}

var epochUnits = map[any]string{int64(0): "FromSeconds", int64(3): "FromMillis", int64(6): "FromMicros"}

// spanFunctions make INTERVALs of numbers.
var spanFunctions = []*Function{
	span("TO_WEEKS", "weeks", "Week", `TO_WEEKS(1)`, `INTERVAL '7' DAY`),
	span("TO_DAYS", "days", "Day", `TO_DAYS(2)`, `INTERVAL '2' DAY`),
	span("TO_HOURS", "hours", "Hour", `TO_HOURS(36)`, `INTERVAL '36' HOUR`),
	span("TO_MINUTES", "minutes", "Minute", `TO_MINUTES(5)`, `INTERVAL '5' MINUTE`),
	span("TO_SECONDS", "seconds", "Second", `TO_SECONDS(90)`, `INTERVAL '90' SECOND`),
	span("TO_MILLISECONDS", "milliseconds", "Millisecond", `TO_MILLISECONDS(1500)`, `INTERVAL '1.5' SECOND`),
	span("TO_MICROSECONDS", "microseconds", "Microsecond", `TO_MICROSECONDS(1500000)`, `INTERVAL '1.5' SECOND`),
}

func sinceEpoch(name string, aliases []string, unit string, e Emitter, example string) *Function {
	return &Function{
		Name: name, Aliases: aliases, Category: Time, Doc: "Returns the whole " + unit + " from 1970-01-01 to ts.",
		Overloads: points(name+"(ts TIMESTAMP) -> INTEGER", e),
		Examples:  ex(name+`(TIMESTAMP '2026-01-31 12:30:45.5')`, example),
	}
}

func fromEpoch(name, unit, fn string, example ...string) *Function {
	return &Function{
		Name: name, Category: Time, Doc: "Returns the time that lies n " + unit + " after 1970-01-01.",
		Overloads: []Overload{over(name+"(n INTEGER) -> TIMESTAMP", try(fn))},
		Examples:  ex(example...),
	}
}

func span(name, unit, constant string, example ...string) *Function {
	return &Function{
		Name: name, Category: Time, Doc: "Returns the INTERVAL of n " + unit + ".",
		Overloads: []Overload{over(name+"(n INTEGER) -> INTERVAL", func(c *Call) emit.Value {
			return c.B.Try("span", c.Type, symbol("MulTime").Call(c.Args[0].Arg(), symbol(constant)), c.Args[0])
		})},
		Examples: ex(example...),
	}
}

// elapsedUnits and addedUnits: the units of fixed length name a constant of runtime/sqlfn, the others a function.
var elapsedUnits = map[string]string{
	"YEAR": "ElapsedYears", "QUARTER": "ElapsedQuarters", "MONTH": "ElapsedMonths", "WEEK": "Week", "DAY": "Day", "HOUR": "Hour", "MINUTE": "Minute",
	"SECOND": "Second", "MILLISECOND": "Millisecond", "MICROSECOND": "Microsecond",
}

var addedUnits = map[string]string{
	"YEAR": "AddYears", "QUARTER": "AddQuarters", "MONTH": "AddMonths", "WEEK": "Week", "DAY": "Day", "HOUR": "Hour", "MINUTE": "Minute",
	"SECOND": "Second", "MILLISECOND": "Millisecond", "MICROSECOND": "Microsecond",
}

func elapsed(c *Call) emit.Value {
	fn, _ := unit(elapsedUnits, c.text(0))
	c.Args = c.Args[1:]
	if strings.HasPrefix(fn, "Elapsed") {
		return call(fn)(c)
	}
	return c.B.Try("elapsed", c.Type, symbol("Elapsed").Call(append(c.codes(), symbol(fn))...), c.Args...)
}

func addUnits(c *Call) emit.Value {
	fn, _ := unit(addedUnits, c.text(0))
	n, ts := c.Args[1], c.Args[2]
	if strings.HasPrefix(fn, "Add") {
		return c.B.Try("later", c.Type, symbol(fn).Call(ts.Arg(), n.Arg()), n, ts)
	}
	return c.B.Try("later", c.Type, symbol("AddUnits").Call(ts.Arg(), n.Arg(), symbol(fn)), n, ts)
}

// weekday is a day of the week, 0 for Sunday, by the first letters of its name.
func weekday(s string) (int, bool) {
	for i, name := range []string{"sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"} {
		if len(s) >= 2 && strings.HasPrefix(name, strings.ToLower(s)) {
			return i, true
		}
	}
	return 0, false
}

// intervalType: EXTRACT of an INTERVAL is whole, but for EPOCH.
func intervalType(_ []types.Type, literals []any) types.Type {
	if s, _ := literals[0].(string); s != "" {
		if fn, _ := unit(intervalParts, s); fn != "Seconds" {
			return types.TInteger
		}
	}
	return types.TFloat
}
