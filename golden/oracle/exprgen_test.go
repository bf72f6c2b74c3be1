package oracle

import (
	"fmt"
	"math/rand"
	"strings"

	"github.com/velostream/veloc/compiler/types"
)

// writer writes random typed expressions as SQL. It may write what the compiler refuses (a constant that overflows, say): statements
// are checked before they are used.
type writer struct {
	r    *rand.Rand
	cols []column
	aggs func(kind types.Kind) string // an aggregate of a kind, where aggregates may stand; "" if there is none
}

// of are the columns of a kind.
func (w *writer) of(k types.Kind) []column {
	var out []column
	for _, c := range w.cols {
		if c.typ.Kind == k {
			out = append(out, c)
		}
	}
	return out
}

// format fills a template: {i} an INTEGER, {f} FLOAT, {d} DECIMAL, {n} any number, {s} STRING, {b} BOOLEAN, {t} TIMESTAMP, {D} DATE, {v} INTERVAL, {T} TIME,
// {x} anything, {#} a small literal, {L} a text literal.
func (w *writer) format(template string, depth int) string {
	var b strings.Builder
	for template != "" {
		i := strings.IndexByte(template, '{')
		if i < 0 {
			break
		}
		b.WriteString(template[:i])
		b.WriteString(w.slot(template[i+1], depth))
		template = template[i+3:]
	}
	return b.String() + template
}

var slotKinds = map[byte]types.Kind{
	'i': types.Integer, 'f': types.Float, 'd': types.Decimal, 's': types.String, 'b': types.Boolean, 't': types.Timestamp, 'D': types.Date,
	'v': types.Interval, 'T': types.Time, 'u': types.UUID, 'y': types.Bytes, 'M': types.YearMonth, 'j': types.JSON, 'a': types.Array, 'm': types.Map, 'p': types.Struct,
}

var scalarKinds = []types.Kind{types.Integer, types.Integer, types.Float, types.Decimal, types.Decimal, types.String, types.String, types.Boolean,
	types.Timestamp, types.Date, types.Interval, types.UUID, types.Bytes, types.YearMonth, types.Array, types.Map, types.Struct}

func (w *writer) slot(c byte, depth int) string {
	switch c {
	case 'n':
		return w.expr(pick(w.r, types.Integer, types.Float, types.Decimal), depth-1)
	case 'x':
		return w.expr(pick(w.r, scalarKinds...), depth-1)
	case '#':
		return fmt.Sprint(w.r.Intn(9) - 2)
	case 'L':
		return textLiteral(randomText(w.r))
	}
	return w.expr(slotKinds[c], depth-1)
}

func textLiteral(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

// expr is an expression of a kind.
func (w *writer) expr(k types.Kind, depth int) string {
	if w.aggs != nil && chance(w.r, 3) {
		if a := w.aggs(k); a != "" {
			return a
		}
	}
	if depth <= 0 || chance(w.r, 5) {
		return w.leaf(k)
	}
	if chance(w.r, 7) {
		return w.format(strings.ReplaceAll(pick(w.r, anyKind...), "{?}", "{"+string(slotOf(k))+"}"), depth)
	}
	return w.format(pick(w.r, templates[k]...), depth)
}

func slotOf(k types.Kind) byte {
	for c, kind := range slotKinds {
		if kind == k {
			return c
		}
	}
	panic("bug: no slot for " + k.String())
}

func (w *writer) leaf(k types.Kind) string {
	r := w.r
	if cols := w.of(k); len(cols) > 0 && !chance(r, 5) {
		return pick(r, cols...).sql()
	}
	if len(w.cols) > 0 && !chance(r, 3) {
		if s := w.fromOther(k); s != "" {
			return s
		}
	}
	if chance(r, 25) {
		return "CAST(NULL AS " + typeWord(r, k) + ")"
	}
	switch k {
	case types.Integer:
		if n := randomInteger(r); n > -1<<62 {
			return fmt.Sprint(n)
		}
		return "0"
	case types.Float:
		return fmt.Sprintf("%de-%d", r.Intn(200)-100, r.Intn(3))
	case types.Decimal:
		return randomDecimal(r, pick(r, types.TDecimal(5, 2), types.TDecimal(3, 1), types.TDecimal(12, 4), types.TDecimal(25, 6)))
	case types.String:
		return textLiteral(randomText(r))
	case types.Boolean:
		return pick(r, "TRUE", "FALSE")
	case types.Timestamp:
		return "TIMESTAMP '" + epoch.AddDate(0, 0, r.Intn(60)-30).Add(1e6*123456).Format("2006-01-02 15:04:05.999") + "'"
	case types.Date:
		return "DATE '" + dateText(epoch.AddDate(0, 0, r.Intn(800)-400)) + "'"
	case types.UUID, types.Bytes, types.YearMonth, types.JSON, types.Array, types.Map, types.Struct:
		return furtherLeaf(r, k)
	case types.Time:
		return "TIME '10:30:0" + fmt.Sprint(r.Intn(10)) + "'"
	}
	return fmt.Sprintf("INTERVAL '%d' %s", r.Intn(100), pick(r, "SECOND", "MINUTE", "HOUR", "DAY", "MILLISECOND"))
}

// furtherLeaf is a literal of one of the types that fewer columns have.
func furtherLeaf(r *rand.Rand, k types.Kind) string {
	switch k {
	case types.UUID:
		return fmt.Sprintf("UUID '00000000-0000-4000-8000-%012x'", r.Intn(6))
	case types.Bytes:
		return pick(r, "X''", "X'00'", "X'616263'", "X'ff'")
	case types.YearMonth:
		return pick(r, "INTERVAL '1-2' YEAR TO MONTH", "INTERVAL '-3' MONTH", "INTERVAL '1' YEAR")
	case types.JSON:
		return pick(r, "JSON '1'", `JSON '{"a": [1, null]}'`, `JSON '"x"'`)
	case types.Array:
		return pick(r, "ARRAY[1, 2]", "ARRAY[NULL, 3]", "CAST(ARRAY[] AS ARRAY<INTEGER>)")
	case types.Map:
		return pick(r, "MAP['a', 1]", "MAP['a', 1, 'b', NULL, 'a', 2]", "{'k': 3}")
	}
	return pick(r, "STRUCT(1 AS a, 'x' AS b)", "STRUCT('a', 2, 'b', NULL)", "CAST((1, 'y') AS STRUCT<a INTEGER, b STRING>)")
}

// fromOther makes a value of a kind out of a column of another kind, so that expressions depend on rows; "" if it finds no way.
func (w *writer) fromOther(k types.Kind) string {
	for range 4 {
		c := pick(w.r, w.cols...)
		if ways := conversions[[2]types.Kind{c.typ.Kind, k}]; ways != "" {
			return strings.ReplaceAll(ways, "?", c.sql())
		}
	}
	return ""
}

var conversions = map[[2]types.Kind]string{
	{types.String, types.Integer}: "LENGTH(?)", {types.Timestamp, types.Integer}: "MINUTE(?)", {types.Boolean, types.Integer}: "CAST(? AS INTEGER)",
	{types.Integer, types.Float}: "CAST(? AS FLOAT)", {types.Decimal, types.Float}: "CAST(? AS FLOAT)", {types.String, types.Float}: "TRY_CAST(? AS FLOAT)",
	{types.Integer, types.Decimal}: "CAST(? AS DECIMAL(22,2))", {types.String, types.Decimal}: "TRY_CAST(? AS DECIMAL(10,3))", {types.Float, types.Decimal}: "TRY_CAST(? AS DECIMAL(12,2))",
	{types.Integer, types.String}: "CAST(? AS STRING)", {types.Date, types.String}: "CAST(? AS STRING)", {types.Decimal, types.String}: "CAST(? AS STRING)",
	{types.Integer, types.Boolean}: "(? > 0)", {types.String, types.Boolean}: "(? <= 'b')", {types.Decimal, types.Boolean}: "(? < 1)", {types.Timestamp, types.Boolean}: "(? IS NULL)",
	{types.Date, types.Timestamp}: "CAST(? AS TIMESTAMP)", {types.Integer, types.Timestamp}: "TRY_CAST(? AS TIMESTAMP)",
	{types.Timestamp, types.Date}: "CAST(? AS DATE)", {types.String, types.Date}: "TRY_CAST(? AS DATE)",
	{types.Timestamp, types.Interval}: "(? - TIMESTAMP '2026-01-05')", {types.Integer, types.Interval}: "TRY_CAST(? AS INTERVAL)", {types.Timestamp, types.Time}: "CAST(? AS TIME)",
}

// typeWord is a type of a kind as CAST spells it.
func typeWord(r *rand.Rand, k types.Kind) string {
	switch k {
	case types.Array:
		return "ARRAY<INTEGER>"
	case types.Map:
		return "MAP<STRING, INTEGER>"
	case types.Struct:
		return pairType.String()
	}
	if k == types.Decimal {
		return pick(r, "DECIMAL(10,2)", "DECIMAL(18,6)", "DECIMAL(30,4)", "DECIMAL(38,10)", "DECIMAL(5,0)", "DECIMAL(18,0)", "DECIMAL(38,0)", "DECIMAL(4,4)")
	}
	return k.String()
}

// anyKind are expressions of whatever kind stands for {?}.
var anyKind = []string{
	"CASE WHEN {b} THEN {?} ELSE {?} END", "CASE WHEN {b} THEN {?} WHEN {b} THEN {?} END", "COALESCE({?}, {?})", "COALESCE({?}, {?}, {?})", "IFNULL({?}, {?})",
	"NULLIF({?}, {?})", "IF({b}, {?}, {?})", "LEAST({?}, {?})", "GREATEST({?}, {?}, {?})", "CASE {i} WHEN {#} THEN {?} WHEN 3 THEN {?} ELSE {?} END",
	"CASE {s} WHEN {L} THEN {?} END", "({?})",
}

var templates = map[types.Kind][]string{
	types.Integer: {
		"({i} + {i})", "({i} - {i})", "({i} * {#})", "({i} * {i})", "({i} % {i})", "({i} % 7)", "MOD({i}, {#})", "(-{i})", "ABS({i})", "SIGN({n})", "ROUND({i}, {#})",
		"TRUNC({i}, -1)", "ROUND({i})", "FLOOR({n})", "CEIL({n})", "LENGTH({s})", "OCTET_LENGTH({s})", "POSITION({s} IN {s})", "POSITION({L}, {s}, {#})", "INSTR({s}, {L})",
		"EXTRACT(YEAR FROM {t})", "EXTRACT(DOW FROM {t})", "EXTRACT(WEEK FROM {D})", "EXTRACT(EPOCH FROM {t})", "EXTRACT(MICROSECOND FROM {t})", "EXTRACT(ISODOW FROM {t})",
		"YEAR({t})", "MONTH({D})", "DAY({t})", "HOUR({t})", "MINUTE({t})", "SECOND({t})", "MILLISECOND({t})", "QUARTER({t})", "DOY({D})", "DOW({t})", "WEEK({t})",
		"DATEDIFF('day', {t}, {t})", "DATEDIFF('month', {D}, {t})", "DATEDIFF({D}, {D})", "DATEDIFF('hours', {t}, {t})", "DATEDIFF('week', {t}, {D})", "DATEDIFF('quarter', {D}, {D})",
		"UNIX_TIMESTAMP({t})", "CAST({b} AS INTEGER)", "CAST({f} AS INTEGER)", "CAST({d} AS INTEGER)", "TRY_CAST({s} AS INTEGER)", "TRY_CAST({s} AS INTEGER)", "CAST({t} AS INTEGER)",
		"CAST({v} AS INTEGER)", "CAST({L} AS INTEGER)", "{a}[{#}]", "{a}[{i}]", "{m}['a']", "{m}[{s}]", "{p}.a", "{p}['a']", "CAST({M} AS INTEGER)", "TRY_CAST({j} AS INTEGER)", "({t} - {i})", "({i} + {v})",
	},
	types.Float: {
		"({f} + {f})", "({f} - {n})", "({n} * {f})", "({f} / {f})", "({i} / {i})", "({i} / {#})", "({f} % {f})", "(-{f})", "ABS({f})", "ROUND({f}, {#})", "ROUND({f})", "TRUNC({f}, 1)",
		"SQRT(ABS({n}))", "CBRT({f})", "POWER({#}, {#})", "SIN({f})", "COS({f})", "ATAN2({f}, {f})", "EXP({#})", "LN(ABS({f}) + 1)", "LOG10(ABS({i}) + 1)", "LOG(2, ABS({n}) + 1)",
		"CAST({i} AS FLOAT)", "CAST({d} AS FLOAT)", "TRY_CAST({s} AS FLOAT)", "EXTRACT(EPOCH FROM {v})", "({v} / {v})", "CAST({b} AS FLOAT)", "MOD({f}, {n})", "PI()", "CAST({t} AS FLOAT)",
	},
	types.Decimal: {
		"({d} + {d})", "({d} - {d})", "({d} * {d})", "({d} / {d})", "({d} % {d})", "({d} + {i})", "({i} - {d})", "({d} * {#})", "({d} / 3)", "({i} / {d})", "(-{d})", "ABS({d})",
		"ROUND({d}, 1)", "ROUND({d})", "ROUND({d}, -1)", "ROUND({d}, {i})", "TRUNC({d}, 1)", "TRUNC({d})", "TRUNC({d}, -2)", "MOD({d}, {d})", "CAST({i} AS DECIMAL(20,2))",
		"TRY_CAST({d} AS DECIMAL(6,1))", "TRY_CAST({s} AS DECIMAL(12,3))", "TRY_CAST({f} AS DECIMAL(15,5))", "CAST({d} AS DECIMAL(38,4))", "CAST({b} AS DECIMAL(3,1))",
		"CAST({i} AS DECIMAL(38,0))", "TRY_CAST({i} AS DECIMAL(5,2))", "TRY_CAST({s} AS DECIMAL(30,10))", "TRY_CAST({f} AS DECIMAL(38,8))", "({d} * 1000000.0001)", "(10.5 - {d})",
		"TRY_CAST({d} AS DECIMAL(38,20))", "CAST({t} AS DECIMAL(25,3))",
	},
	types.String: {
		"({s} || {s})", "({s} || {i})", "({L} || {d} || {s})", "UPPER({s})", "LOWER({s})", "INITCAP({s})", "TRIM({s})", "LTRIM({s})", "RTRIM({s})", "TRIM({s}, {L})", "LTRIM({s}, 'a b')",
		"SUBSTRING({s}, {#})", "SUBSTRING({s}, {#}, 3)", "SUBSTRING({s} FROM 2 FOR 4)", "LEFT({s}, {#})", "RIGHT({s}, {#})", "REPLACE({s}, {L}, {L})", "REPLACE({s}, 'a', {s})",
		"REVERSE({s})", "REPEAT({s}, {#})", "LPAD({s}, {#})", "LPAD({s}, 12, {L})", "RPAD({s}, 7, '*é')", "SPLIT_PART({s}, ' ', 1)", "SPLIT_PART({s}, {L}, -1)", "CONCAT({x}, {s}, {x})",
		"CONCAT_WS({L}, {s}, {x}, {s})", "CONCAT_WS({s}, {s}, {n})", "REGEXP_REPLACE({s}, '[0-9]+', '<$0>')", "REGEXP_REPLACE({s}, '[aeiou]', '', 'g')", "REGEXP_EXTRACT({s}, '([a-z]+)', 1)",
		"REGEXP_EXTRACT({s}, '[0-9.]+')", "CAST({i} AS STRING)", "CAST({f} AS STRING)", "CAST({d} AS STRING)", "CAST({b} AS STRING)", "CAST({t} AS STRING)", "CAST({D} AS STRING)", "CAST({v} AS STRING)",
		"CAST({a} AS STRING)", "CAST({m} AS STRING)", "CAST({p} AS STRING)", "CAST({u} AS STRING)", "TRY_CAST({y} AS STRING)", "CAST({M} AS STRING)", "({s} || {u})", "({a} || {s})", "{p}.b", "CAST({j} AS STRING)",
		"DATE_FORMAT({t}, '%Y/%m/%d %H:%M:%S%.3f')", "DATE_FORMAT({D}, '%a %d %b %y, %j %V')", "CAST({T} AS STRING)", "DATE_FORMAT({t}, '%I %p %B %A %%')",
	},
	types.Boolean: {
		"({i} < {i})", "({i} = {#})", "({n} >= {n})", "({d} <= {d})", "({d} > {i})", "({s} = {s})", "({s} <> {L})", "({s} < {s})", "({f} > {f})", "({t} < {t})", "({D} >= {D})", "({D} < {t})", "({v} > {v})",
		"({b} AND {b})", "({b} OR {b})", "({b} AND {b} AND {b})", "(NOT {b})", "(NOT ({b} OR {b}))", "({x} IS NULL)", "({x} IS NOT NULL)", "({b} IS TRUE)", "({b} IS NOT FALSE)", "({b} IS NOT TRUE)",
		"({i} IN (1, 2, {#}))", "({i} NOT IN ({#}, {i}, NULL))", "({s} IN ({L}, {L}, {s}))", "({d} IN (1.5, {d}))", "({d} NOT IN ({d}, {i}))", "({i} BETWEEN {#} AND {i})", "({d} NOT BETWEEN 0 AND {d})", "({t} BETWEEN {t} AND {t})",
		"({s} LIKE 'a%')", "({s} LIKE '%e%')", "({s} LIKE '_%b_')", "({s} NOT LIKE '%i%e%')", "({s} ILIKE '%Ä%')", "({s} LIKE {L})", "({s} LIKE {s})", "({s} LIKE '%!%c!_%' ESCAPE '!')", "({s} ILIKE {s})",
		"({i} IS DISTINCT FROM {i})", "({s} IS NOT DISTINCT FROM {s})", "({d} IS DISTINCT FROM {d})", "STARTS_WITH({s}, {L})", "ENDS_WITH({s}, {s})", "CONTAINS({s}, {L})", "REGEXP({s}, '^[a-z]')",
		"REGEXP({s}, 'B', 'i')", "TRY_CAST({s} AS BOOLEAN)", "CAST({i} AS BOOLEAN)", "CAST({d} AS BOOLEAN)", "CAST({f} AS BOOLEAN)", "({b} = {b})", "({b} <> {b})", "({b} < {b})", "({t} > {i})", "({v} >= {i})", "({T} < {T})",
		"({a} = {a})", "({a} IS DISTINCT FROM {a})", "({m} = {m})", "({p} <> {p})", "({u} < {u})", "({u} = {u})", "({u} IN ({u}, {u}))", "({y} >= {y})", "({M} < {M})", "(({i}, {s}) = ({i}, {s}))", "({a} IN ({a}, {a}))",
		"({a} < {a})", "({a} >= {a})", "({p} <= {p})", "({p} > {p})", "({a} BETWEEN {a} AND {a})", "(({i}, {s}) < ({i}, {s}))", "(ARRAY[{a}, {a}] < ARRAY[{a}, {a}])",
		"({a} IS NULL)", "({m}['b'] IS NULL)", "({i} = ANY ({a}))", "({i} <> ANY ({a}))", "({i} > ALL ({a}))", "({i} <= ALL (ARRAY[{i}, {#}]))", "({s} = ANY (ARRAY[{s}, {L}, NULL]))",
		"({s} SIMILAR TO '(a|%b)_*')", "({s} NOT SIMILAR TO '[0-9 ]+%')", "TRY_CAST({j} AS BOOLEAN)",
		"({s} LIKE 'a')", "({s} LIKE '%')", "({s} LIKE '')", "({s} LIKE '_')",
	},
	types.Timestamp: {
		"({t} + {M})", "({t} - {M})", "({t} AT TIME ZONE 'Europe/Berlin')",
		"({t} + {v})", "({t} - {v})", "({D} + {v})", "({v} + {t})", "DATE_TRUNC('hour', {t})", "DATE_TRUNC('week', {t})", "DATE_TRUNC('month', {D})", "DATE_TRUNC('quarter', {t})", "DATE_TRUNC('second', {t})",
		"CAST({D} AS TIMESTAMP)", "TRY_CAST({s} AS TIMESTAMP)", "TRY_CAST({i} AS TIMESTAMP)", "TIMESTAMP({D})", "DATE_ADD({t}, {v})", "DATE_SUB({D}, {v})", "ADD_MONTHS({t}, {#})", "ADD_MONTHS({D}, 13)",
		"FROM_UNIXTIME(1769817600 + {#})", "TO_TIMESTAMP('2026-01-31T12:30:45Z')", "FROM_UNIXTIME({#} / 4)", "DATE_TRUNC('year', {t})", "TO_TIMESTAMP('31/01/2026 10:11', '%d/%m/%Y %H:%M')",
	},
	types.UUID:      {"TRY_CAST({s} AS UUID)", "CAST(CAST({u} AS BYTES) AS UUID)", "TRY_CAST({y} AS UUID)", "TRY_CAST({j} AS UUID)"},
	types.Bytes:     {"CAST({s} AS BYTES)", "CAST({u} AS BYTES)", "TRY_CAST({j} AS BYTES)"},
	types.YearMonth: {"({M} + {M})", "({M} - {M})", "({M} * {#})", "(-{M})", "CAST({#} AS INTERVAL YEAR TO MONTH)", "TRY_CAST({s} AS INTERVAL YEAR TO MONTH)"},
	types.JSON:      {"CAST({a} AS JSON)", "CAST({m} AS JSON)", "CAST({p} AS JSON)", "TRY_CAST({s} AS JSON)", "CAST({i} AS JSON)", "CAST({t} AS JSON)", "CAST({u} AS JSON)"},
	types.Array: {"ARRAY[{i}, {i}]", "ARRAY[{i}, NULL, {i}]", "TRY_CAST({s} AS ARRAY<INTEGER>)", "TRY_CAST({j} AS ARRAY<INTEGER>)", "ARRAY({i})", "TRY_CAST(ARRAY[{s}, {s}] AS ARRAY<INTEGER>)",
		"ARRAY[{a}, {a}][{#}]", "CAST(CAST({a} AS ARRAY<DECIMAL(30,2)>) AS ARRAY<INTEGER>)"},
	types.Map:    {"MAP['a', {i}, 'b', {i}]", "MAP[{L}, {i}, {L}, {i}]", "TRY_CAST({s} AS MAP<STRING, INTEGER>)", "TRY_CAST({j} AS MAP<STRING, INTEGER>)", "MAP['k', {m}, 'l', {m}]['k']"},
	types.Struct: {"STRUCT({i} AS a, {s} AS b)", "CAST(({i}, {s}) AS STRUCT<a INTEGER, b STRING>)", "TRY_CAST({j} AS STRUCT<a INTEGER, b STRING>)", "ARRAY[{p}][{#}]"},
	types.Date: {
		"({D} + {M})", "({D} - {M})",
		"CAST({t} AS DATE)", "DATE({t})", "TRY_CAST({s} AS DATE)", "TO_DATE('2026-02-28')", "DATE({D})", "TO_DATE('01.02.26', '%d.%m.%y')",
	},
	types.Time: {"CAST({t} AS TIME)", "TRY_CAST({s} AS TIME)"},
	types.Interval: {
		"({t} - {t})", "({D} - {D})", "({t} - {D})", "({v} + {v})", "({v} - {v})", "({v} * {#})", "({#} * {v})", "({v} * {f})", "(-{v})", "ABS({v})", "({v} % {v})", "CAST({#} AS INTERVAL)", "TRY_CAST({s} AS INTERVAL)",
		"({v} * {d})", "CAST({T} AS INTERVAL)",
	},
}
