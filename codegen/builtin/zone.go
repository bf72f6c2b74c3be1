package builtin

import (
	"errors"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/velostream/veloc/codegen/emit"
	"github.com/velostream/veloc/compiler/types"
	"github.com/velostream/veloc/runtime/sqlfn/zone"
)

// zoneFunctions know time zones. A TIMESTAMP is a moment; what a clock on the wall shows at it is a TIMESTAMP too, the one at which a clock in UTC shows
// the same.
var zoneFunctions = []*Function{
	{
		Name: "FROM_UTC_TIMESTAMP", Aliases: []string{"TO_LOCAL_TIME"}, Category: Zones,
		Doc:       "Returns what a clock in the time zone shows at ts.",
		Overloads: checked(points("FROM_UTC_TIMESTAMP(ts TIMESTAMP, zone STRING LITERAL) -> TIMESTAMP", inZone("Local")), validZone(1)),
		Examples:  ex(`FROM_UTC_TIMESTAMP(TIMESTAMP '2026-01-31 12:00:00', 'Europe/Berlin')`, `TIMESTAMP '2026-01-31 13:00:00'`, `FROM_UTC_TIMESTAMP(TIMESTAMP '2026-01-31 12:00:00', '+05:30')`, `TIMESTAMP '2026-01-31 17:30:00'`),
	},
	{
		Name: "TO_UTC_TIMESTAMP", Aliases: []string{"FROM_LOCAL_TIME"}, Category: Zones,
		Doc: "Returns when a clock in the time zone shows local. In the hour that is repeated when summer ends it is the first time; a time that the clock skips is read as if the " +
			"clock had not been moved yet.",
		Overloads: checked(points("TO_UTC_TIMESTAMP(local TIMESTAMP, zone STRING LITERAL) -> TIMESTAMP", inZone("UTC")), validZone(1)),
		Examples:  ex(`TO_UTC_TIMESTAMP(TIMESTAMP '2026-07-31 12:00:00', 'Europe/Berlin')`, `TIMESTAMP '2026-07-31 10:00:00'`),
	},
	{
		Name: "CONVERT_TZ", Category: Zones,
		Doc: "Returns what a clock in zone to shows when one in zone from shows local.",
		Overloads: checked(points("CONVERT_TZ(local TIMESTAMP, from STRING LITERAL, to STRING LITERAL) -> TIMESTAMP", func(c *Call) emit.Value {
			return c.B.Try("converted", c.Type, symbol("zone.Convert").Call(c.Args[0].Arg(), c.zone(1), c.zone(2)), c.Args[0])
		}), validZone(1, 2)),
		Examples: ex(`CONVERT_TZ(TIMESTAMP '2026-01-31 12:00:00', 'America/New_York', 'Asia/Tokyo')`, `TIMESTAMP '2026-02-01 02:00:00'`),
	},
	{
		Name: "DATE_TRUNC_TZ", Category: Zones,
		Doc: "Returns ts rounded down to the start of its year, quarter, month, week (Monday), day, hour or minute on a clock in the time zone.",
		Overloads: checked(points("DATE_TRUNC_TZ(unit STRING LITERAL, ts TIMESTAMP, zone STRING LITERAL) -> TIMESTAMP", truncInZone), func(literals []any) (int, error) {
			if at, err := oneOf(0, "a unit of time", truncUnits)(literals); err != nil {
				return at, err
			}
			return validZone(2)(literals)
		}),
		Examples: ex(`DATE_TRUNC_TZ('day', TIMESTAMP '2026-07-31 23:00:00', 'Europe/Berlin')`, `TIMESTAMP '2026-07-31 22:00:00'`),
	},
	{
		Name: "DATE_FORMAT_TZ", Category: Zones,
		Doc: "Returns what a calendar and a clock in the time zone show at ts, in a format of DATE_FORMAT.",
		Overloads: checked(points("DATE_FORMAT_TZ(ts TIMESTAMP, format STRING LITERAL, zone STRING LITERAL) -> STRING", func(c *Call) emit.Value {
			local := c.B.Try("local", types.TTimestamp, c.zone(2).Dot("Local").Call(c.Args[0].Arg()), c.Args[0])
			return emit.Of(c.Type, emit.PrecUnary, symbol("FormatTime").Call(c.B.Arena(), c.timeFormat(1), local.Arg())).With(local.Valid)
		}), func(literals []any) (int, error) {
			if at, err := validFormat(1)(literals); err != nil {
				return at, err
			}
			if s, _ := literals[1].(string); strings.Contains(s, "%z") || strings.Contains(s, "%Z") {
				return 1, errors.New("the offset (%z, %Z) is not known here; leave it out of the format")
			}
			return validZone(2)(literals)
		}),
		Examples: ex(`DATE_FORMAT_TZ(TIMESTAMP '2026-07-31 23:00:00', '%F %R', 'Europe/Berlin')`, `'2026-08-01 01:00'`),
	},
	{
		Name: "HOUR_TZ", Category: Zones,
		Doc: "Returns the hour, 0 to 23, that a clock in the time zone shows at ts.",
		Overloads: checked(points("HOUR_TZ(ts TIMESTAMP, zone STRING LITERAL) -> INTEGER", func(c *Call) emit.Value {
			local := c.B.Try("local", types.TTimestamp, c.zone(1).Dot("Local").Call(c.Args[0].Arg()), c.Args[0])
			return emit.Of(c.Type, emit.PrecUnary, symbol("HourOf").Call(local.Arg())).With(local.Valid)
		}), validZone(1)),
		Examples: ex(`HOUR_TZ(TIMESTAMP '2026-07-31 23:00:00', 'Europe/Berlin')`, `1`),
	},
	{
		Name: "DATE_TZ", Category: Zones,
		Doc: "Returns the date that a calendar in the time zone shows at ts.",
		Overloads: checked(points("DATE_TZ(ts TIMESTAMP, zone STRING LITERAL) -> DATE", func(c *Call) emit.Value {
			local := c.B.Try("local", types.TTimestamp, c.zone(1).Dot("Local").Call(c.Args[0].Arg()), c.Args[0])
			return emit.Of(c.Type, emit.PrecUnary, symbol("DateOf").Call(local.Arg())).With(local.Valid)
		}), validZone(1)),
		Examples: ex(`DATE_TZ(TIMESTAMP '2026-07-31 23:00:00', 'Europe/Berlin')`, `DATE '2026-08-01'`),
	},
}

// zone is a package-level variable with the time zone that argument i names.
func (c *Call) zone(i int) *jen.Statement {
	name := c.text(i)
	return c.B.Static("time zone", name, emit.RT("Must").Call(symbol("zone.Load").Call(jen.Lit(name))))
}

// inZone calls a method of the zone that argument 1 names.
func inZone(method string) Emitter {
	return func(c *Call) emit.Value {
		return c.B.Try("local", c.Type, c.zone(1).Dot(method).Call(c.Args[0].Arg()), c.Args[0])
	}
}

func truncInZone(c *Call) emit.Value {
	fn, _ := unit(truncUnits, c.text(0))
	round := symbol(fn)
	if !strings.HasPrefix(fn, "Trunc") {
		round = jen.Func().Params(jen.Id("local").Int64()).Int64().Block(jen.Return(symbol("TruncTime").Call(jen.Id("local"), symbol(fn))))
	}
	return c.B.Try("truncated", c.Type, c.zone(2).Dot("Trunc").Call(c.Args[1].Arg(), round), c.Args[1])
}

// validZone checks that literal arguments name time zones.
func validZone(args ...int) func([]any) (int, error) {
	return func(literals []any) (int, error) {
		for _, i := range args {
			if name, ok := literals[i].(string); ok {
				if _, err := zone.Load(name); err != nil {
					return i, err
				}
			}
		}
		return 0, nil
	}
}
