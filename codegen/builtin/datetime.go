package builtin

import (
	"errors"
	"fmt"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/velostream/veloc/codegen/emit"
	"github.com/velostream/veloc/compiler/types"
	"github.com/velostream/veloc/runtime/sqlfn"
)

// timeFunctions work on points in time, in UTC. Where they take a TIMESTAMP they also take a DATE, and an INTEGER that counts
// milliseconds since 1970.
var timeFunctions = []*Function{
	{
		Name: "NOW", Aliases: []string{"CURRENT_TIMESTAMP", "LOCALTIMESTAMP", "GETDATE"}, Category: Time, Volatile: true,
		Doc:       "Returns the current time. All rows that are read together see one reading of the clock.",
		Overloads: []Overload{over("NOW() -> TIMESTAMP NOT NULL", now)},
	},
	{
		Name: "CURRENT_DATE", Category: Time, Volatile: true,
		Doc:       "Returns the current date.",
		Overloads: []Overload{over("CURRENT_DATE() -> DATE NOT NULL", nowAs("DateOf"))},
	},
	{
		Name: "CURRENT_TIME", Aliases: []string{"LOCALTIME"}, Category: Time, Volatile: true,
		Doc:       "Returns the current time of day.",
		Overloads: []Overload{over("CURRENT_TIME() -> TIME NOT NULL", nowAs("TimeOf"))},
	},
	{
		Name: "UNIX_TIMESTAMP", Category: Time, Volatile: true,
		Doc: "Returns whole seconds since 1970-01-01, of ts or of now.",
		Overloads: append([]Overload{over("UNIX_TIMESTAMP() -> INTEGER NOT NULL", nowAs("UnixSeconds"))},
			points("UNIX_TIMESTAMP(ts TIMESTAMP) -> INTEGER", call("UnixSeconds"))...),
		Examples: ex(`UNIX_TIMESTAMP(TIMESTAMP '2026-01-31 00:00:00')`, `1769817600`, `UNIX_TIMESTAMP(1769817600999)`, `1769817600`),
	},
	{
		Name: "FROM_UNIXTIME", Category: Time,
		Doc: "Returns the time that is so many seconds after 1970-01-01; a fraction counts to the microsecond.",
		Overloads: []Overload{
			over("FROM_UNIXTIME(seconds INTEGER) -> TIMESTAMP", try("FromSeconds")),
			over("FROM_UNIXTIME(seconds FLOAT) -> TIMESTAMP", try("FromSecondsFloat")),
		},
		Examples: ex(`FROM_UNIXTIME(1769817600)`, `TIMESTAMP '2026-01-31 00:00:00'`, `FROM_UNIXTIME(0.5)`, `TIMESTAMP '1970-01-01 00:00:00.5'`),
	},
	{
		Name: "EXTRACT", Aliases: []string{"DATE_PART"}, Category: Time,
		Doc: "Returns a part of a time: YEAR, QUARTER, MONTH, WEEK (ISO 8601), DAY, HOUR, MINUTE, SECOND, MILLISECOND, MICROSECOND, NANOSECOND (of the second), " +
			"DOW (0 is Sunday), ISODOW (1 is Monday, 7 Sunday), DOY, ISOYEAR, DECADE, CENTURY, MILLENNIUM, or EPOCH (seconds since 1970). Of an INTERVAL: DAY, HOUR, MINUTE, SECOND, MILLISECOND, MICROSECOND (each " +
			"without what the larger ones hold), or EPOCH, its length in seconds, with the fraction. " +
			"Written EXTRACT(part FROM ts).",
		Overloads: append(checked(points("EXTRACT(part STRING LITERAL, ts TIMESTAMP) -> INTEGER", extract), oneOf(0, "a part of a time", parts)),
			over("EXTRACT(part STRING LITERAL, d INTERVAL) -> FLOAT", extractInterval).check(oneOf(0, "a part of an INTERVAL", intervalParts)).derive(intervalType)),
		Examples: ex(`EXTRACT(YEAR FROM TIMESTAMP '2026-01-31 12:30:45.5')`, `2026`, `EXTRACT(DOW FROM DATE '2026-01-31')`, `6`,
			`EXTRACT('millisecond', TIMESTAMP '2026-01-31 12:30:45.5')`, `500`, `EXTRACT(EPOCH FROM INTERVAL '90' SECOND)`, `90e0`, `EXTRACT(MINUTE FROM INTERVAL '90' SECOND)`, `1`,
			`EXTRACT(EPOCH FROM TIMESTAMP '2026-01-31')`, `1769817600`, `EXTRACT(HOUR FROM 1769817600000)`, `0`),
	},
	{
		Name: "DATE_TRUNC", Category: Time,
		Doc:       "Returns ts rounded down to the start of its year, quarter, month, week (Monday), day, hour, minute, second, millisecond or microsecond.",
		Overloads: checked(points("DATE_TRUNC(unit STRING LITERAL, ts TIMESTAMP) -> TIMESTAMP", dateTrunc), oneOf(0, "a unit of time", truncUnits)),
		Examples: ex(`DATE_TRUNC('month', TIMESTAMP '2026-01-31 12:30:45')`, `TIMESTAMP '2026-01-01 00:00:00'`, `DATE_TRUNC('hour', TIMESTAMP '2026-01-31 12:30:45')`, `TIMESTAMP '2026-01-31 12:00:00'`,
			`DATE_TRUNC('week', DATE '2026-01-31')`, `TIMESTAMP '2026-01-26 00:00:00'`),
	},
	{
		Name: "DATEDIFF", Aliases: []string{"DATE_DIFF"}, Category: Time,
		Doc: "Returns how many boundaries of the unit lie between start and end, negative if end is before start: years, quarters, months, weeks (Mondays), days, hours, minutes, seconds, milliseconds or microseconds. " +
			"With two arguments, as in MySQL, the days from the second to the first.",
		Overloads: append(checked(points("DATEDIFF(unit STRING LITERAL, start TIMESTAMP, end TIMESTAMP) -> INTEGER", dateDiff), oneOf(0, "a unit of time", diffUnits)),
			points("DATEDIFF(end TIMESTAMP, start TIMESTAMP) -> INTEGER", func(c *Call) emit.Value {
				return c.sure(symbol("DiffTime").Call(c.Args[1].Arg(), c.Args[0].Arg(), symbol("Day")))
			})...),
		Examples: ex(`DATEDIFF('days', DATE '2026-01-31', DATE '2026-02-02')`, `2`, `DATEDIFF('minutes', TIMESTAMP '2026-01-31 12:00:59', TIMESTAMP '2026-01-31 12:01:00')`, `1`,
			`DATEDIFF('year', DATE '2026-01-01', DATE '2025-12-31')`, `-1`, `DATEDIFF(DATE '2026-02-02', DATE '2026-01-31')`, `2`),
	},
	{
		Name: "DATE_FORMAT", Aliases: []string{"STRFTIME"}, Category: Time,
		Doc: "Returns ts as text in a strftime format: %Y %m %d %H %M %S, %.3f (milliseconds with the point), %b %B %a %A (names), %j (day of the year), %V (week), %I %p (12 hours), %s (seconds since 1970), %F (%Y-%m-%d), %T (%H:%M:%S), %%.",
		Overloads: checked(points("DATE_FORMAT(ts TIMESTAMP, format STRING LITERAL) -> STRING", func(c *Call) emit.Value {
			return c.sure(symbol("FormatTime").Call(c.B.Arena(), c.timeFormat(1), c.Args[0].Arg()))
		}), validFormat(1)),
		Examples: ex(`DATE_FORMAT(TIMESTAMP '2026-01-31 12:30:45.5', '%Y/%m/%d %H:%M:%S%.3f')`, `'2026/01/31 12:30:45.500'`, `DATE_FORMAT(DATE '2026-01-31', '%d %b')`, `'31 Jan'`),
	},
	{
		Name: "TO_TIMESTAMP", Aliases: []string{"STRPTIME"}, Category: Time,
		Doc: "Reads s as a time: in ISO 8601, or in the given strftime format.",
		Overloads: []Overload{
			over("TO_TIMESTAMP(s STRING) -> TIMESTAMP", try("CastStringToTimestamp")),
			over("TO_TIMESTAMP(s STRING, format STRING LITERAL) -> TIMESTAMP", func(c *Call) emit.Value {
				return c.B.Try("parsed", c.Type, c.timeFormat(1).Dot("Parse").Call(c.Args[0].Arg()), c.Args...)
			}).check(validFormat(1)),
		},
		Examples: ex(`TO_TIMESTAMP('2026-01-31T12:30:45Z')`, `TIMESTAMP '2026-01-31 12:30:45'`, `TO_TIMESTAMP('31/01/2026', '%d/%m/%Y')`, `TIMESTAMP '2026-01-31 00:00:00'`),
	},
	{
		Name: "TO_DATE", Category: Time,
		Doc: "Reads s as a date: 2026-01-31, or in the given strftime format.",
		Overloads: []Overload{
			over("TO_DATE(s STRING) -> DATE", try("CastStringToDate")),
			over("TO_DATE(s STRING, format STRING LITERAL) -> DATE", func(c *Call) emit.Value {
				v := c.B.Try("parsed", types.TTimestamp, c.timeFormat(1).Dot("Parse").Call(c.Args[0].Arg()), c.Args...)
				return emit.Of(c.Type, emit.PrecUnary, symbol("DateOf").Call(v.Arg())).With(v.Valid)
			}).check(validFormat(1)),
		},
		Examples: ex(`TO_DATE('2026-01-31')`, `DATE '2026-01-31'`, `TO_DATE('31.01.26', '%d.%m.%y')`, `DATE '2026-01-31'`),
	},
	{
		Name: "TRY_TO_TIMESTAMP", Aliases: []string{"TRY_STRPTIME"}, Category: Time,
		Doc: "Reads s as a time, as TO_TIMESTAMP does; NULL if it is none.",
		Overloads: []Overload{
			over("TRY_TO_TIMESTAMP(s STRING) -> TIMESTAMP NULL", maybe("TryTimestamp")),
			over("TRY_TO_TIMESTAMP(s STRING, format STRING LITERAL) -> TIMESTAMP NULL", func(c *Call) emit.Value {
				return c.B.Maybe("parsed", c.Type, c.timeFormat(1).Dot("TryParse").Call(c.Args[0].Arg()), c.Args[0])
			}).check(validFormat(1)),
		},
		Examples: ex(`TRY_TO_TIMESTAMP('2026-01-31T12:30:45Z')`, `TIMESTAMP '2026-01-31 12:30:45'`, `TRY_TO_TIMESTAMP('soon')`, `NULL`, `TRY_TO_TIMESTAMP('32/01/2026', '%d/%m/%Y')`, `NULL`),
	},
	{
		Name: "TRY_TO_DATE", Category: Time,
		Doc: "Reads s as a date, as TO_DATE does; NULL if it is none.",
		Overloads: []Overload{
			over("TRY_TO_DATE(s STRING) -> DATE NULL", maybe("TryDate")),
			over("TRY_TO_DATE(s STRING, format STRING LITERAL) -> DATE NULL", func(c *Call) emit.Value {
				return c.B.Maybe("parsed", c.Type, c.timeFormat(1).Dot("TryDate").Call(c.Args[0].Arg()), c.Args[0])
			}).check(validFormat(1)),
		},
		Examples: ex(`TRY_TO_DATE('2026-01-31')`, `DATE '2026-01-31'`, `TRY_TO_DATE('2026-02-31')`, `NULL`, `TRY_TO_DATE('31.01.26', '%d.%m.%y')`, `DATE '2026-01-31'`),
	},
	{
		Name: "TO_CHAR", Category: Time,
		Doc: "Returns ts as text in a format of PostgreSQL and Oracle: YYYY YY MM DD HH24 HH12 MI SS MS US AM PM DDD IYYY IW ID Mon FMMonth Dy FMDay, and \"text\" as it is.",
		Overloads: checked(points("TO_CHAR(ts TIMESTAMP, format STRING LITERAL) -> STRING", func(c *Call) emit.Value {
			strftime, err := fromToChar(c.text(1))
			if err != nil {
				panic("bug: " + err.Error())
			}
			format := c.B.Static("time format", strftime, emit.RT("Must").Call(symbol("CompileTimeFormat").Call(jen.Lit(strftime))))
			return c.sure(symbol("FormatTime").Call(c.B.Arena(), format, c.Args[0].Arg()))
		}), func(literals []any) (int, error) {
			if s, ok := literals[1].(string); ok {
				_, err := fromToChar(s)
				return 1, err
			}
			return 0, nil
		}),
		Examples: ex(`TO_CHAR(TIMESTAMP '2026-01-31 12:30:45.5', 'YYYY-MM-DD HH24:MI:SS.MS')`, `'2026-01-31 12:30:45.500'`, `TO_CHAR(DATE '2026-01-31', 'FMDay, DD Mon YYYY')`, `'Saturday, 31 Jan 2026'`),
	},
	{
		Name: "TIMESTAMP", Category: Time,
		Doc: "Converts x to a TIMESTAMP, as CAST does: a text in ISO 8601, a date, or milliseconds since 1970.",
		Overloads: append(points("TIMESTAMP(x TIMESTAMP) -> TIMESTAMP", same),
			over("TIMESTAMP(x STRING) -> TIMESTAMP", try("CastStringToTimestamp"))),
		Examples: ex(`TIMESTAMP(1769817600000)`, `TIMESTAMP '2026-01-31 00:00:00'`, `TIMESTAMP(DATE '2026-01-31')`, `TIMESTAMP '2026-01-31 00:00:00'`),
	},
	{
		Name: "DATE", Category: Time,
		Doc: "Returns the date of x: of a time, or of a text such as 2026-01-31.",
		Overloads: append(points("DATE(x TIMESTAMP) -> DATE", call("DateOf")),
			over("DATE(x DATE) -> DATE", same), over("DATE(x STRING) -> DATE", try("CastStringToDate"))),
		Examples: ex(`DATE(TIMESTAMP '2026-01-31 12:30:45')`, `DATE '2026-01-31'`),
	},
	{
		Name: "DATE_ADD", Category: Time,
		Doc:       "Returns ts plus the interval, as ts + INTERVAL … does.",
		Overloads: points("DATE_ADD(ts TIMESTAMP, d INTERVAL) -> TIMESTAMP", try("AddTime")),
		Examples:  ex(`DATE_ADD(TIMESTAMP '2026-01-31 00:00:00', INTERVAL '1' DAY)`, `TIMESTAMP '2026-02-01 00:00:00'`),
	},
	{
		Name: "DATE_SUB", Category: Time,
		Doc:       "Returns ts minus the interval, as ts - INTERVAL … does.",
		Overloads: points("DATE_SUB(ts TIMESTAMP, d INTERVAL) -> TIMESTAMP", try("SubTime")),
		Examples:  ex(`DATE_SUB(TIMESTAMP '2026-01-31 00:00:00', INTERVAL '1' HOUR)`, `TIMESTAMP '2026-01-30 23:00:00'`),
	},
	{
		Name: "ADD_MONTHS", Category: Time,
		Doc:       "Returns ts, n months later. A day that the month does not have becomes its last.",
		Overloads: points("ADD_MONTHS(ts TIMESTAMP, n INTEGER) -> TIMESTAMP", try("AddMonths")),
		Examples:  ex(`ADD_MONTHS(TIMESTAMP '2026-01-31 00:00:00', 1)`, `TIMESTAMP '2026-02-28 00:00:00'`),
	},
	field("YEAR", "Year", "the year", `2026`),
	field("QUARTER", "Quarter", "the quarter, 1 to 4,", `1`),
	field("MONTH", "Month", "the month, 1 to 12,", `1`),
	alias(field("WEEK", "WeekOfYear", "the ISO 8601 week, 1 to 53,", `5`), "WEEKOFYEAR"),
	alias(field("DAY", "DayOfMonth", "the day of the month, 1 to 31,", `31`), "DAYOFMONTH"),
	field("DOW", "DayOfWeek", "the day of the week, 0 (Sunday) to 6,", `6`),
	alias(field("DOY", "DayOfYear", "the day of the year, 1 to 366,", `31`), "DAYOFYEAR"),
	field("HOUR", "HourOf", "the hour, 0 to 23,", `12`),
	field("MINUTE", "MinuteOf", "the minute, 0 to 59,", `30`),
	field("SECOND", "SecondOf", "the second, 0 to 59,", `45`),
	field("MILLISECOND", "MillisecondOf", "the milliseconds of the second", `500`),
}

// field is a function of a part of a time.
func field(name, fn, what, example string) *Function {
	return &Function{
		Name: name, Category: Time, Doc: "Returns " + what + " of ts.",
		Overloads: points(name+"(ts TIMESTAMP) -> INTEGER", call(fn)),
		Examples:  ex(name+`(TIMESTAMP '2026-01-31 12:30:45.5')`, example),
	}
}

// alias gives a function other names.
func alias(f *Function, names ...string) *Function {
	f.Aliases = names
	return f
}

// points makes overloads of a signature in which each TIMESTAMP parameter can be an INTEGER instead, which counts milliseconds.
func points(sig string, e Emitter) []Overload {
	head, result, _ := strings.Cut(sig, " -> ")
	pieces := strings.Split(head, " TIMESTAMP")
	var out []Overload
	for mask := range 1 << (len(pieces) - 1) {
		text := pieces[0]
		for i, p := range pieces[1:] {
			if mask>>i&1 == 1 {
				text += " INTEGER" + p
			} else {
				text += " TIMESTAMP" + p
			}
		}
		out = append(out, over(text+" -> "+result, fromMillis(types.MustSignature(sig), e)))
	}
	return out
}

// fromMillis converts INTEGER arguments where sig has a TIMESTAMP.
func fromMillis(sig *types.Signature, e Emitter) Emitter {
	return func(c *Call) emit.Value {
		for i, p := range sig.Params {
			if p.Type.Kind == types.Timestamp && c.Args[i].Type.Kind == types.Integer {
				c.Args[i] = c.B.Try("instant", types.TTimestamp, symbol("FromMillis").Call(c.Args[i].Arg()), c.Args[i])
			}
		}
		return e(c)
	}
}

func checked(overloads []Overload, f func([]any) (int, error)) []Overload {
	for i := range overloads {
		overloads[i] = overloads[i].check(f)
	}
	return overloads
}

// now is the clock reading of the rows at hand.
func now(c *Call) emit.Value {
	if now := c.B.Func.Now; now != nil {
		n := now()
		return emit.Named(c.Type, n)
	}
	return emit.Named(c.Type, jen.Id("c").Dot("Now"))
}

func nowAs(fn string) Emitter {
	return func(c *Call) emit.Value {
		return emit.Of(c.Type, emit.PrecUnary, symbol(fn).Call(now(c).Arg()))
	}
}

// parts are what EXTRACT reads of a time, and the functions that read them.
var parts = map[string]string{
	"YEAR": "Year", "QUARTER": "Quarter", "MONTH": "Month", "WEEK": "WeekOfYear", "DAY": "DayOfMonth", "HOUR": "HourOf", "MINUTE": "MinuteOf",
	"SECOND": "SecondOf", "MILLISECOND": "MillisecondOf", "MICROSECOND": "MicrosecondOf", "NANOSECOND": "NanosecondOf", "DOW": "DayOfWeek",
	"ISODOW": "ISODayOfWeek", "DOY": "DayOfYear", "ISOYEAR": "ISOYear", "EPOCH": "UnixSeconds",
	"DECADE": "Decade", "CENTURY": "Century", "MILLENNIUM": "Millennium",
}

var intervalParts = map[string]string{
	"EPOCH": "Seconds", "DAY": "IntervalDays", "HOUR": "IntervalHours", "MINUTE": "IntervalMinutes", "SECOND": "IntervalSeconds", "MILLISECOND": "IntervalMillis",
	"MICROSECOND": "IntervalMicros",
}

// truncUnits and diffUnits: the units of fixed length name a constant of runtime/sqlfn, the others a function.
var truncUnits = map[string]string{
	"YEAR": "TruncYear", "QUARTER": "TruncQuarter", "MONTH": "TruncMonth", "WEEK": "TruncWeek", "DAY": "Day", "HOUR": "Hour", "MINUTE": "Minute",
	"SECOND": "Second", "MILLISECOND": "Millisecond", "MICROSECOND": "Microsecond",
}

var diffUnits = map[string]string{
	"YEAR": "DiffYears", "QUARTER": "DiffQuarters", "MONTH": "DiffMonths", "WEEK": "DiffWeeks", "DAY": "Day", "HOUR": "Hour", "MINUTE": "Minute",
	"SECOND": "Second", "MILLISECOND": "Millisecond", "MICROSECOND": "Microsecond",
}

// unit finds a unit in any case, singular or plural.
func unit(units map[string]string, s string) (string, bool) {
	s = strings.ToUpper(strings.TrimSpace(s))
	if fn, ok := units[s]; ok {
		return fn, true
	}
	fn, ok := units[strings.TrimSuffix(s, "S")]
	return fn, ok
}

// oneOf checks that literal argument i is one of units.
func oneOf(i int, what string, units map[string]string) func([]any) (int, error) {
	return func(literals []any) (int, error) {
		s, ok := literals[i].(string)
		if _, known := unit(units, s); ok && !known {
			return i, fmt.Errorf("'%s' is not %s (known: %s)", s, what, strings.Join(sortedKeys(units), ", "))
		}
		return 0, nil
	}
}

func validFormat(i int) func([]any) (int, error) {
	return func(literals []any) (int, error) {
		if s, ok := literals[i].(string); ok {
			if _, err := sqlfn.CompileTimeFormat(s); err != nil {
				return i, errors.New(err.Error())
			}
		}
		return 0, nil
	}
}

// timeFormat is a package-level variable with the compiled format of argument i.
func (c *Call) timeFormat(i int) *jen.Statement {
	s := c.text(i)
	return c.B.Static("time format", s, emit.RT("Must").Call(symbol("CompileTimeFormat").Call(jen.Lit(s))))
}

func extract(c *Call) emit.Value {
	fn, _ := unit(parts, c.text(0))
	c.Args = c.Args[1:]
	return call(fn)(c)
}

func extractInterval(c *Call) emit.Value {
	fn, _ := unit(intervalParts, c.text(0))
	c.Args = c.Args[1:]
	return call(fn)(c)
}

func dateTrunc(c *Call) emit.Value {
	fn, _ := unit(truncUnits, c.text(0))
	c.Args = c.Args[1:]
	if strings.HasPrefix(fn, "Trunc") {
		return call(fn)(c)
	}
	return call("TruncTime", symbol(fn))(c)
}

func dateDiff(c *Call) emit.Value {
	fn, _ := unit(diffUnits, c.text(0))
	c.Args = c.Args[1:]
	if strings.HasPrefix(fn, "Diff") {
		return call(fn)(c)
	}
	return call("DiffTime", symbol(fn))(c)
}
