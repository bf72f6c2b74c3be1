package types

import (
	"fmt"
	"slices"
	"strings"
)

// Describes is what the reference says of a kind of types. A new kind needs an entry in Descriptions.
type Describes struct {
	Kind    Kind
	About   string // what values are
	Literal string // how SQL writes one
	JSON    string // how sources read and sinks write one in JSON
	CSV     string // and in CSV; empty: as in JSON, without quotes
	Compare string // what equality and order mean
}

// Descriptions lists all kinds that columns can have, in the order of the reference.
var Descriptions = []Describes{
	{Boolean, "TRUE or FALSE", "`TRUE`", "`true`", "`true`; read as CAST reads text", "FALSE < TRUE"},
	{Integer, "whole numbers of 64 bits; overflow is an error of the row. SMALLINT, BIGINT and the like are other names for it: a narrower range is not enforced", "`42`", "a number; `42.0` is read too", "", "by value"},
	{Float, "IEEE 754 numbers of 64 bits", "`1.5e0`", "a number; NaN and the infinities are written as `null`", "", "by value; in groups, -0 is 0 and all NaNs are one"},
	{Decimal, "exact numbers of up to 38 digits, of which a fixed number follows the point", "`157.1430`", "a number with all its digits (`'decimal.format' = 'string'`: in quotes); numbers and strings are read", "", "by value, whatever the scales"},
	{String, "UTF-8 text of any length", "`'it''s'`", "a string", "in quotes where it must; `\"\"` is the empty text", "byte by byte, which is by code point"},
	{Bytes, "bytes", "`X'01ff'`", "a string in base64 (RFC 4648); padding may be missing", "base64", "byte by byte"},
	{Date, "days of the Gregorian calendar", "`DATE '2026-01-31'`", "`\"2026-01-31\"`; numbers are milliseconds since 1970", "", "by time"},
	{Time, "times of day, to the nanosecond", "`TIME '10:30:00'`", "`\"10:30:00.000\"`", "", "by time"},
	{Timestamp, "moments, to the nanosecond, from 1677 to 2262", "`TIMESTAMP '2026-01-31 10:00:00'`", "`\"2026-01-31T10:00:00.000Z\"` (`'timestamp.format'` chooses others); texts with an offset are converted to UTC, numbers are milliseconds since 1970", "", "by time"},
	{Interval, "spans of a fixed length, to the nanosecond: INTERVAL DAY TO SECOND", "`INTERVAL '5' MINUTE`, `INTERVAL '1 02:03:04.5' DAY TO SECOND`", "`\"PT1H30M\"`; texts such as `1h30m` are read, numbers are milliseconds", "", "by length"},
	{YearMonth, "spans of months, which have no fixed length", "`INTERVAL '1-2' YEAR TO MONTH`, `INTERVAL '3' MONTHS`", "`\"P1Y2M\"`; texts such as `1-2` are read, numbers are months", "", "by number of months"},
	{UUID, "UUIDs", "`UUID '123e4567-e89b-12d3-a456-426614174000'`", "a string of 36 characters, in lower case; upper case is read", "", "by bytes, which is by text"},
	{JSON, "JSON text: any value, as it was written", "`JSON '{\"a\": 1}'`", "the value as it stands", "the text of the value", "none, as of json in PostgreSQL: one value has many texts. CAST to STRING compares the text, CAST to ARRAY, MAP or STRUCT what it says"},
	{Array, "lists of elements of one type; `a[1]` is the first", "`ARRAY[1, 2]`", "an array", "the array as JSON text", "by the first elements that differ, NULL behind all others; the beginning of another ARRAY comes before it"},
	{Map, "entries of keys and values, each of one type, in the order in which the keys first came; of a key that comes again the last value counts. `m['k']` is the value of a key", "`MAP['k', 1, 'l', 2]`, `MAP {'k': 1}`", "an object", "the object as JSON text", "equality of the entries, in any order; no order"},
	{Struct, "named fields, each of its own type; `s.a` is a field", "`STRUCT(1 AS a, 'x' AS b)`, `ROW(1, 'x')`", "an object", "the object as JSON text", "by the first fields that differ, NULL behind all others"},
}

const referenceHead = `# Types

<!-- Written from compiler/types. Do not edit: change the tables there and run ` + "`make docs`" + `. -->

Every column and every expression has a type, and may or may not be NULL: a column of a type is nullable unless its declaration says
NOT NULL, and so are elements of an ARRAY, values of a MAP and fields of a STRUCT. Types nest without limit: ` + "`MAP<STRING, ARRAY<STRUCT<a INTEGER NOT NULL, b DATE>>>`" + `.

## The types

`

// Reference is the page about types, for the documentation.
func Reference() string {
	var b strings.Builder
	b.WriteString(referenceHead)
	for _, d := range Descriptions {
		fmt.Fprintf(&b, "### %s\n\n%s.\n\n", d.Kind, upperFirst(d.About))
		if names := namesOf(d.Kind); len(names) > 1 {
			fmt.Fprintf(&b, "- Names: %s\n", strings.Join(names, ", "))
		}
		fmt.Fprintf(&b, "- Literals: %s\n- JSON: %s\n", d.Literal, d.JSON)
		if d.CSV != "" {
			fmt.Fprintf(&b, "- CSV: %s\n", d.CSV)
		}
		fmt.Fprintf(&b, "- Order and equality: %s\n\n", d.Compare)
	}
	b.WriteString(referenceNested)
	b.WriteString(referenceImplicit)
	writeImplicit(&b)
	b.WriteString(referenceCast)
	writeCasts(&b)
	b.WriteString(referenceZones)
	return b.String()
}

const referenceNested = `## Values made of others

A subscript that is out of range, a key that is not there, and a field of a STRUCT that is NULL are NULL. Two ARRAYs, MAPs or STRUCTs are compared, grouped and
counted as wholes: a NULL within equals a NULL within, as in GROUP BY. Keys of a MAP are STRING, INTEGER, DECIMAL, BOOLEAN, DATE, TIME, TIMESTAMP or UUID, and never NULL.

`

const referenceImplicit = `## Conversions that need not be written

They never lose the meaning of a value. In CASE, COALESCE, IN and UNION, and between the elements of an ARRAY, values meet in the narrower type that holds both.

| from | becomes by itself |
|---|---|
`

// samples stand for their kinds in the tables of conversions.
var samples = map[Kind]Type{
	Decimal: TDecimal(18, 4), Array: TArray(Col{Type: TInteger, Nullable: true}), Map: TMap(TString, Col{Type: TInteger, Nullable: true}),
	Struct: TStruct(Field{"a", Col{Type: TInteger, Nullable: true}}),
}

func sample(k Kind) Type {
	if t, ok := samples[k]; ok {
		return t
	}
	return Type{Kind: k}
}

func writeImplicit(b *strings.Builder) {
	for _, from := range Descriptions {
		var to []string
		for _, d := range Descriptions {
			wide := sample(d.Kind)
			if d.Kind == Decimal {
				wide = TDecimal(MaxPrecision, DefaultScale)
			}
			if d.Kind != from.Kind && Implicit(sample(from.Kind), wide) {
				to = append(to, d.Kind.String())
			}
		}
		if len(to) > 0 {
			fmt.Fprintf(b, "| %s | %s |\n", from.Kind, strings.Join(to, ", "))
		}
	}
	b.WriteString("| DECIMAL(p,s) | DECIMAL of at least as many digits before and behind the point |\n| ARRAY, MAP, STRUCT | one of the same form whose parts are what these become by themselves |\n")
	b.WriteString("| a text in quotes | DATE, TIME, TIMESTAMP, INTERVAL, UUID beside a value of that type |\n| NULL | every type |\n\n")
	b.WriteString("Where a number is required, TIMESTAMP and INTERVAL read as milliseconds.\n\n")
}

const referenceCast = `## CAST

` + "`CAST(x AS type)`" + ` and ` + "`x::type`" + ` convert a value; **c** marks conversions that meet values which they must refuse. Such a row is rejected; with ` + "`TRY_CAST(x AS type)`" + ` the result is NULL
instead. A dot is a conversion that does not exist. ARRAY, MAP and STRUCT convert part by part, the fields of a STRUCT by position; they become text as JSON, and text is read as JSON.

`

// short are the heads of the columns of the matrix.
var short = map[Kind]string{Boolean: "BOOL", Integer: "INT", Decimal: "DEC", String: "STR", Timestamp: "TS", Interval: "INTERVAL", YearMonth: "Y–M"}

func writeCasts(b *strings.Builder) {
	b.WriteString("| from \\ to |")
	rule := "|---|"
	for _, d := range Descriptions {
		head := short[d.Kind]
		if head == "" {
			head = d.Kind.String()
		}
		b.WriteString(" " + head + " |")
		rule += "---|"
	}
	b.WriteString("\n" + rule + "\n")
	for _, from := range Descriptions {
		fmt.Fprintf(b, "| %s |", from.Kind)
		for _, to := range Descriptions {
			b.WriteString(" " + castSign(sample(from.Kind), sample(to.Kind)) + " |")
		}
		b.WriteString("\n")
	}
	b.WriteString("\nWhether a DECIMAL fits depends on its digits: the table shows DECIMAL(18,4). Casts to a smaller scale round half away from zero, casts to INTEGER cut off what follows the point.\n\n")
}

func castSign(from, to Type) string {
	if from.Equal(to) {
		return "="
	}
	return map[Conversion]string{Never: "·", Checked: "c", Total: "✓"}[Cast(from, to)]
}

const referenceZones = `## Time zones

A TIMESTAMP is a moment and has no zone; its text and its parts (` + "`EXTRACT`, `DATE_TRUNC`" + `) are those of UTC. ` + "`ts AT TIME ZONE 'Europe/Berlin'`" + ` is what a clock there shows, as a TIMESTAMP whose text and
parts are those of that clock: the same as FROM_UTC_TIMESTAMP, as in PostgreSQL and DuckDB. More is among the [functions](functions.md).
`

// namesOf are all names of a kind, its own first.
func namesOf(k Kind) []string {
	var names []string
	for name, sp := range spellings {
		if sp.typ.Kind == k && name != k.String() {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return append([]string{k.String()}, names...)
}

func upperFirst(s string) string { return strings.ToUpper(s[:1]) + s[1:] }
