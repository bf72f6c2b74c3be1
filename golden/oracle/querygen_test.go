package oracle

import (
	"fmt"
	"math/rand"
	"strings"

	"github.com/velostream/veloc/compiler/types"
)

// statement is one statement of a random program.
type statement struct {
	name    string
	sql     string // without its WITH
	source  *readable
	parent  *statement // whose rows it reads; nil: the source's
	columns []column   // of its result
	updates bool       // it shows groups again and again
	loose   bool       // it computes variances
	csv     bool       // the result is written as CSV
	ttl     string     // its state.ttl, if it has one
	part    int        // of a partition of all rows by one condition: 1 all rows, 2 TRUE, 3 FALSE, 4 NULL; 0: none
}

func (s *statement) text() string {
	format := "jsonlines"
	switch {
	case s.csv && len(s.columns) == 1 && len(s.sql)%2 == 0: // half of those that can be lines of text
		format = "raw"
	case s.csv:
		format = "csv"
	}
	ttl := ""
	if s.ttl != "" {
		ttl = "'state.ttl' = '" + s.ttl + "', "
	}
	return fmt.Sprintf("%s\nWITH (%s'%s.type' = 'file_sink', '%s.path' = 'out/%s', '%s.format' = '%s');\n", s.sql, ttl, s.name, s.name, s.name, s.name, format)
}

// readable is a declared source.
type readable struct {
	name string
	data *dataset
}

// A style says which statements a source gets. All statements over one source run in one pipeline, and the strictest decides how parallel
// it is: so most sources are of one style.
type style int

const (
	plain     style = iota // filter and project
	mergeable              // groups that can be merged in any order
	grouped                // any aggregates, at the end
	changing               // any aggregates, after each row
	windowed               // windows, when they close
	flashing               // windows, after each row
	few                    // DISTINCT and LIMIT
	styles
)

// query is one random SELECT under construction.
type query struct {
	*writer
	from  string
	time  string // a column or nothing that windows can use
	style style
	loose bool
	used  map[string]bool
	order bool // aggregates that depend on the order of rows are welcome
}

// newStatement writes a random CREATE … AS.
func newStatement(r *rand.Rand, name string, st style, src *readable, parent *statement) *statement {
	s := &statement{name: name, source: src, parent: parent}
	q := &query{writer: &writer{r: r, cols: src.data.columns}, from: src.name, style: st, used: map[string]bool{}, order: st != mergeable && !chance(r, 3)}
	if parent != nil {
		q.from, q.cols = parent.name, parent.columns
	} else if src.data.time >= 0 {
		q.time = src.data.columns[src.data.time].sql()
	}
	kind := "STREAM"
	body := ""
	switch {
	case st == plain || st == few:
		body = q.rows()
	default:
		kind = pick(r, "STREAM", "TABLE")
		body = q.groups()
		s.updates = st == changing || st == flashing
	}
	if s.updates {
		kind = "STREAM"
	}
	s.loose = q.loose
	s.csv = !s.loose && chance(r, 6)
	s.sql = fmt.Sprintf("CREATE %s %s AS\n%s", kind, name, body)
	if parent == nil && (st == changing || st == few) && chance(r, 2) { // where it means nothing, the statement is refused
		s.ttl = pick(r, "1s", "20s", "1m", "1h", "1d", "30d")
	}
	return s
}

// alias is a new name for an item.
func (q *query) alias() string {
	name := fmt.Sprintf("c%d", len(q.used))
	if chance(q.r, 3) {
		name = pick(q.r, names...)
	}
	for q.used[name] {
		name += "_"
	}
	q.used[name] = true
	return name
}

// items are a SELECT list of expressions.
func (q *query) items(n int) []string {
	var out []string
	for range n {
		out = append(out, q.expr(pick(q.r, scalarKinds...), 1+q.r.Intn(3))+" AS `"+q.alias()+"`")
	}
	return out
}

func (q *query) where(every int) string {
	if chance(q.r, every) {
		return ""
	}
	return "\nWHERE " + q.expr(types.Boolean, 1+q.r.Intn(3))
}

// rows is a query that shows each row.
func (q *query) rows() string {
	sel, limit := "SELECT ", ""
	n := 1 + q.r.Intn(5)
	if q.style == few {
		if n = 1 + q.r.Intn(2); chance(q.r, 2) {
			sel += "DISTINCT "
		}
		if sel == "SELECT " || chance(q.r, 2) {
			limit = fmt.Sprintf("\nLIMIT %d", q.r.Intn(12))
		}
	}
	list := strings.Join(q.items(n), ", ")
	if chance(q.r, 8) {
		list = "*"
	}
	return sel + list + "\nFROM " + q.from + q.where(3) + limit
}

// groups is a query that aggregates.
func (q *query) groups() string {
	var keys, items []string
	plain := &writer{r: q.r, cols: q.cols}
	for range pick(q.r, 0, 1, 1, 1, 2, 2, 3) {
		e := pick(q.r, q.cols...).sql()
		if chance(q.r, 3) {
			e = plain.expr(pick(q.r, types.Integer, types.String, types.Boolean, types.Decimal, types.Date), 2)
		}
		keys = append(keys, e)
		if !chance(q.r, 8) {
			items = append(items, e+" AS `"+q.alias()+"`")
		}
	}
	window := ""
	if q.style == windowed || q.style == flashing {
		if window = q.window(&keys); chance(q.r, 2) {
			items = append(items, "_window_start AS `"+q.alias()+"`", "_window_end AS `"+q.alias()+"`")
		}
	}
	where := q.where(2)
	over := &query{writer: &writer{r: q.r}, used: q.used, order: q.order}
	over.aggs = func(k types.Kind) string { return over.aggregate(plain, k) }
	for range 1 + q.r.Intn(4) {
		switch {
		case q.order && chance(q.r, 8):
			q.loose = true
			items = append(items, fmt.Sprintf("%s AS `%s`", plain.format(pick(q.r, inexact...), 1), q.alias()))
		case chance(q.r, 3):
			items = append(items, over.items(1)...)
		default:
			if a := over.aggregate(plain, pick(q.r, scalarKinds...)); a != "" {
				items = append(items, a+" AS `"+q.alias()+"`")
			}
		}
	}
	if len(items) == 0 {
		items = append(items, "COUNT(*) AS `"+q.alias()+"`")
	}
	out := "SELECT " + strings.Join(items, ", ") + "\nFROM " + q.from + where
	if len(keys) > 0 {
		out += "\nGROUP BY " + strings.Join(keys, ", ")
	}
	if chance(q.r, 4) {
		out += "\nHAVING " + over.expr(types.Boolean, 2)
	}
	return out + window + q.emit()
}

func (q *query) emit() string {
	switch {
	case q.style == mergeable || q.style == grouped, q.style == windowed && chance(q.r, 2):
		return "\nEMIT FINAL"
	case q.style == flashing, q.style == changing && chance(q.r, 2):
		return "\nEMIT CHANGES"
	}
	return ""
}

// aggregate is an aggregate of a kind over columns and small expressions.
func (q *query) aggregate(over *writer, k types.Kind) string {
	x := func(k types.Kind) string { return over.expr(k, q.r.Intn(3)) }
	var out string
	switch k {
	case types.Integer:
		out = pick(q.r, "COUNT(*)", "COUNT("+x(pick(q.r, scalarKinds...))+")", "COUNT(DISTINCT "+x(pick(q.r, types.Integer, types.String, types.Decimal, types.Date))+")",
			"SUM("+x(types.Integer)+")", "SUM("+x(types.Integer)+")")
	case types.Float:
		out = "AVG(" + x(types.Integer) + ")"
		if q.order && chance(q.r, 2) {
			out = pick(q.r, "SUM", "AVG") + "(" + x(types.Float) + ")"
		}
	case types.Decimal, types.Interval:
		out = pick(q.r, "SUM", "AVG") + "(" + x(k) + ")"
	case types.Boolean:
		out = "MAX(" + x(k) + ")"
	default:
		out = "MIN(" + x(k) + ")"
	}
	if chance(q.r, 3) {
		fns := []string{"MIN", "MAX"}
		if q.order {
			fns = []string{"MIN", "MAX", "FIRST", "LAST", "FIRST_VALUE", "LAST_VALUE"}
		}
		out = pick(q.r, fns...) + "(" + x(k) + ")"
	}
	if more := append(append([]string(nil), ofKind[k]...), orderly(q.order, k)...); len(more) > 0 && chance(q.r, 2) {
		out = over.format(pick(q.r, more...), q.r.Intn(3))
	}
	if chance(q.r, 6) {
		out += " FILTER (WHERE " + over.expr(types.Boolean, 1) + ")"
	}
	return out
}

// orderly are aggregates of a kind that depend on the order of rows, where they are welcome.
func orderly(welcome bool, k types.Kind) []string {
	if !welcome {
		return nil
	}
	return inOrder[k]
}

// partition is four statements: all rows, those for which a condition is TRUE, FALSE, and NULL. Rows for which it fails are in none.
func partition(r *rand.Rand, name string, src *readable) []*statement {
	q := &query{writer: &writer{r: r, cols: src.data.columns}, from: src.name, used: map[string]bool{}}
	list := strings.Join(q.items(1+r.Intn(3)), ", ")
	p := q.expr(types.Boolean, 1+r.Intn(3))
	var out []*statement
	for i, cond := range []string{"(%s) IS TRUE OR (%s) IS NOT TRUE", "%s", "NOT (%s)", "(%s) IS NULL"} {
		s := &statement{name: fmt.Sprintf("%s_%d", name, i), source: src, part: i + 1}
		s.sql = fmt.Sprintf("CREATE STREAM %s AS\nSELECT %s\nFROM %s\nWHERE %s", s.name, list, src.name, strings.ReplaceAll(cond, "%s", p))
		out = append(out, s)
	}
	return out
}
