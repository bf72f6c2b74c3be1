package oracle

import (
	"fmt"
	"math/rand"
	"strings"
	"time"

	"github.com/velostream/veloc/compiler/types"
)

// relation is a source for queries over several: of few values, so that rows meet, with NULLs, and with times that are never late.
type relation struct {
	name string
	rows [][]any // nil, or a text as JSON has it
	key  string  // of a table whose rows replace each other
}

// related are the columns of every relation. The first is the number of the row.
var related = []column{
	{name: "id", typ: types.TInteger}, {name: "k", typ: types.TInteger, null: true}, {name: "n", typ: types.TInteger, null: true},
	{name: "s", typ: types.TString, null: true}, {name: "d", typ: types.TDecimal(9, 2), null: true}, {name: "f", typ: types.TFloat, null: true},
	{name: "x", typ: types.TBoolean, null: true}, {name: "day", typ: types.TDate, null: true}, {name: "ms", typ: types.TInteger}, {name: "ts", typ: types.TTimestamp},
}

// outOfOrder is how much earlier than the one before a row may be.
const outOfOrder = 5 * time.Second

func newRelation(r *rand.Rand, name string, rows int) *relation {
	rel := &relation{name: name}
	clock := epoch
	null := func(every int, x any) any {
		if chance(r, every) {
			return nil
		}
		return fmt.Sprint(x)
	}
	for i := range rows {
		clock = clock.Add(time.Duration(r.Intn(9000)) * time.Millisecond)
		at := clock.Add(-time.Duration(r.Int63n(int64(outOfOrder))).Truncate(time.Millisecond))
		rel.rows = append(rel.rows, []any{
			fmt.Sprint(i + 1), null(6, r.Intn(5)), null(8, r.Intn(9)-3), null(7, quoted(pick(r, "a", "b", "B", "ab", ""))), null(7, fmt.Sprintf("%.2f", float64(r.Intn(800)-400)/4)),
			null(7, float64(r.Intn(80)-40)/8), null(6, chance(r, 2)), null(7, quoted(dateText(epoch.AddDate(0, 0, r.Intn(5))))),
			fmt.Sprint(at.UnixMilli()), quoted(at.UTC().Format("2006-01-02T15:04:05.000Z")),
		})
	}
	return rel
}

// data are the rows as JSON lines.
func (rel *relation) data() string {
	var b strings.Builder
	for _, row := range rel.rows {
		var parts []string
		for i, c := range related {
			v := "null"
			if row[i] != nil {
				v = row[i].(string)
			}
			parts = append(parts, quoted(c.name)+":"+v)
		}
		b.WriteString("{" + strings.Join(parts, ",") + "}\n")
	}
	return b.String()
}

// declare is the declaration: of a file, or of a topic that never ends.
func (rel *relation) declare(endless bool) string {
	var cols []string
	for _, c := range related {
		def := c.declaration()
		if c.name == rel.key {
			def = c.sql() + " " + c.typ.String() + " PRIMARY KEY"
		}
		cols = append(cols, def)
	}
	kind, props := "STREAM", fmt.Sprintf("'connector' = 'filesystem', 'path' = '%s.jsonl', 'format' = 'jsonlines'", rel.name)
	if endless {
		props = fmt.Sprintf("'connector' = 'kafka', 'topic' = '%s', 'format' = 'json'", rel.name)
	}
	if rel.key != "" {
		kind = "TABLE"
	}
	return fmt.Sprintf("CREATE %s %s (%s, WATERMARK FOR ts AS ts - INTERVAL '%d' SECOND)\nWITH (%s);\n", kind, rel.name, strings.Join(cols, ", "), outOfOrder/time.Second, props)
}

// relQuery is a random query over relations.
type relQuery struct {
	ours    string // what veloc compiles
	theirs  string // for other engines; empty: the same
	endless bool   // the sources have no end
	kind    string
}

// relWriter writes queries. Every query is of words that veloc, PostgreSQL and DuckDB have in common, unless it says theirs.
type relWriter struct {
	r *rand.Rand
	n int // of names made so far
}

// from is an alias under construction, with the columns that can be read by it.
type from struct {
	alias string
	cols  []column
}

func (w *relWriter) name(prefix string) string {
	w.n++
	return fmt.Sprintf("%s%d", prefix, w.n)
}

// col is a column of a kind of one of the relations, or a literal.
func (w *relWriter) col(k types.Kind, fs []from) string {
	var of []string
	for _, f := range fs {
		for _, c := range f.cols {
			if c.typ.Kind == k {
				of = append(of, f.alias+"."+c.name)
			}
		}
	}
	if len(of) == 0 {
		return w.literal(k)
	}
	return pick(w.r, of...)
}

func (w *relWriter) literal(k types.Kind) string {
	switch k {
	case types.Integer:
		return fmt.Sprint(w.r.Intn(7) - 2)
	case types.String:
		return pick(w.r, "'a'", "'b'", "'ab'", "''")
	case types.Decimal:
		return pick(w.r, "CAST(1.25 AS DECIMAL(9,2))", "CAST(-20 AS DECIMAL(9,2))")
	case types.Float:
		return pick(w.r, "CAST(1.5 AS DOUBLE PRECISION)", "CAST(-0.25 AS DOUBLE PRECISION)")
	case types.Boolean:
		return pick(w.r, "TRUE", "FALSE")
	case types.Date:
		return "DATE '2026-01-07'"
	}
	return "TIMESTAMP '2026-01-05 00:00:40'"
}

var relKinds = []types.Kind{types.Integer, types.Integer, types.Integer, types.String, types.Decimal, types.Float, types.Boolean, types.Date, types.Timestamp}

// expr is an expression of a kind.
func (w *relWriter) expr(k types.Kind, fs []from, depth int) string {
	if depth <= 0 || chance(w.r, 3) {
		if chance(w.r, 9) {
			return w.literal(k)
		}
		return w.col(k, fs)
	}
	e := func(k types.Kind) string { return w.expr(k, fs, depth-1) }
	if chance(w.r, 3) {
		return pick(w.r, "COALESCE("+e(k)+", "+e(k)+")", "CASE WHEN "+w.cond(fs, depth-1)+" THEN "+e(k)+" ELSE "+e(k)+" END", "NULLIF("+e(k)+", "+e(k)+")")
	}
	switch k {
	case types.Integer:
		return pick(w.r, "("+e(k)+" + "+e(k)+")", "("+e(k)+" - "+e(k)+")", "("+e(k)+" * 2)", "ABS("+e(k)+")", "LENGTH("+e(types.String)+")")
	case types.Decimal, types.Float:
		return pick(w.r, "("+e(k)+" + "+e(k)+")", "(-"+e(k)+")", "ABS("+e(k)+")")
	case types.String:
		return pick(w.r, "UPPER("+e(k)+")", "("+e(k)+" || "+e(k)+")")
	case types.Boolean:
		return w.cond(fs, depth-1)
	case types.Timestamp:
		return "(" + e(k) + " + INTERVAL '7' SECOND)"
	}
	return e(k)
}

// cond is a condition.
func (w *relWriter) cond(fs []from, depth int) string {
	k := pick(w.r, relKinds...)
	e := func() string { return w.expr(k, fs, depth-1) }
	c := func() string { return w.cond(fs, depth-1) }
	if depth <= 0 {
		return "(" + e() + pick(w.r, " = ", " <> ", " < ", " <= ", " > ", " >= ") + e() + ")"
	}
	switch w.r.Intn(9) {
	case 0:
		return "(" + c() + " OR " + c() + ")"
	case 1:
		return "(" + c() + " AND " + c() + ")"
	case 2:
		return "(NOT " + c() + ")"
	case 3:
		return "(" + e() + pick(w.r, " IS NULL)", " IS NOT NULL)")
	case 4:
		return "(" + e() + pick(w.r, " IS DISTINCT FROM ", " IS NOT DISTINCT FROM ") + e() + ")"
	case 5:
		return "(" + e() + pick(w.r, " IN (", " NOT IN (") + e() + ", " + e() + "))"
	case 6:
		return "(" + w.expr(types.Boolean, fs, 0) + pick(w.r, " IS TRUE)", " IS NOT TRUE)", " IS NOT FALSE)")
	}
	return "(" + e() + pick(w.r, " = ", " <> ", " < ", " <= ", " > ", " >= ") + e() + ")"
}

// items are a SELECT list, and the columns that it makes.
func (w *relWriter) items(fs []from, n int) (list string, cols []column) {
	var out []string
	for i := range n {
		k := pick(w.r, relKinds...)
		name := fmt.Sprintf("c%d", i)
		out = append(out, w.expr(k, fs, 1+w.r.Intn(2))+" AS "+name)
		cols = append(cols, column{name: name, typ: types.Type{Kind: k}})
	}
	return strings.Join(out, ", "), cols
}
