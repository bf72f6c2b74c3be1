package oracle

import (
	"fmt"
	"math/rand"
	"strings"

	"github.com/velostream/veloc/compiler/types"
)

var relNames = []string{"a", "b", "c"}

// newRelQuery writes one query.
func newRelQuery(r *rand.Rand) relQuery {
	w := &relWriter{r: r}
	shapes := []struct {
		kind  string
		write func() relQuery
	}{
		{"join", w.joined}, {"join", w.joined}, {"join", w.joined}, {"group", w.gathered}, {"set operation", w.setOperation}, {"set operation", w.setOperation},
		{"over", w.overRows}, {"over", w.overRows}, {"over", w.overRows}, {"subquery", w.subqueried}, {"subquery", w.subqueried}, {"subquery", w.subqueried},
		{"order", w.ordered}, {"unnest", w.unnested}, {"stream join", w.streamed}, {"stream join", w.streamed}, {"as-of join", w.asOf}, {"temporal join", w.temporal},
		{"window", w.windowed}, {"window", w.windowed}, {"buffer", w.buffered},
	}
	s := shapes[r.Intn(len(shapes))]
	q := s.write()
	q.kind = s.kind
	return q
}

// relation is something to read in FROM.
func (w *relWriter) relation() (string, from) {
	alias := w.name("t")
	name := pick(w.r, relNames...)
	switch w.r.Intn(9) {
	case 0: // groups
		return fmt.Sprintf("(SELECT k, s, COUNT(*) AS n, MAX(d) AS d FROM %s GROUP BY k, s) AS %s", name, alias),
			from{alias, []column{related[1], related[2], related[3], related[4]}}
	case 1:
		return fmt.Sprintf("(SELECT DISTINCT k, n FROM %s WHERE id > 2) AS %s", name, alias), from{alias, []column{related[1], related[2]}}
	case 2:
		if chance(w.r, 2) {
			return fmt.Sprintf("(VALUES (1, 'a'), (2, 'b'), (2, NULL), (NULL, 'ab')) AS %s (k, s)", alias), from{alias, []column{related[1], related[3]}}
		}
	}
	return name + " AS " + alias, from{alias, related}
}

// joins is a FROM of several relations.
func (w *relWriter) joins() (string, []from) {
	text, f := w.relation()
	fs := []from{f}
	for range 1 + w.r.Intn(2) {
		next, g := w.relation()
		if chance(w.r, 10) {
			text += " CROSS JOIN " + next
			fs = append(fs, g)
			continue
		}
		kind := pick(w.r, "JOIN", "INNER JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN", "LEFT OUTER JOIN")
		if len(fs) == 1 && chance(w.r, 9) {
			text += " " + kind + " " + next + " USING (" + pick(w.r, "k", "k", "k") + ")"
			fs = append(fs, g)
			continue
		}
		if chance(w.r, 10) {
			text += " " + pick(w.r, "SEMI", "ANTI") + " JOIN " + next + " ON " + w.on(fs, g)
			continue
		}
		text += " " + kind + " " + next + " ON " + w.on(fs, g)
		fs = append(fs, g)
	}
	return text, fs
}

// on is a join condition: keys in most cases, and perhaps more.
func (w *relWriter) on(left []from, right from) string {
	var out []string
	all := append(append([]from(nil), left...), right)
	for range pick(w.r, 0, 1, 1, 1, 2) {
		k := pick(w.r, types.Integer, types.Integer, types.String, types.Boolean)
		out = append(out, w.expr(k, left, w.r.Intn(2))+" = "+w.expr(k, []from{right}, 0))
	}
	if len(out) == 0 || chance(w.r, 3) {
		out = append(out, w.cond(all, 1))
	}
	return strings.Join(out, " AND ")
}

func (w *relWriter) where(fs []from, every int) string {
	if chance(w.r, every) {
		return ""
	}
	return "\nWHERE " + w.cond(fs, 2)
}

func (w *relWriter) joined() relQuery {
	text, fs := w.joins()
	list, _ := w.items(fs, 2+w.r.Intn(4))
	return relQuery{ours: "SELECT " + pick(w.r, "", "", "", "DISTINCT ") + list + "\nFROM " + text + w.where(fs, 2)}
}

// aggregate is an aggregate that every engine computes alike.
func (w *relWriter) aggregate(fs []from) string {
	x := func(k types.Kind) string { return w.expr(k, fs, w.r.Intn(2)) }
	out := pick(w.r, "COUNT(*)", "COUNT("+x(types.String)+")", "COUNT(DISTINCT "+x(types.Integer)+")", "SUM("+x(types.Integer)+")", "SUM("+x(types.Decimal)+")", "MIN("+x(types.String)+")",
		"MAX("+x(types.Timestamp)+")", "MAX("+x(types.Integer)+")", "MIN("+x(types.Float)+")", "AVG("+x(types.Integer)+")", "SUM("+x(types.Float)+")")
	if chance(w.r, 5) {
		out += " FILTER (WHERE " + w.cond(fs, 1) + ")"
	}
	return out
}

func (w *relWriter) gathered() relQuery {
	text, fs := w.joins()
	if chance(w.r, 3) {
		var f from
		text, f = w.relation()
		fs = []from{f}
	}
	var keys, items []string
	for range w.r.Intn(3) {
		keys = append(keys, w.col(pick(w.r, types.Integer, types.String, types.Boolean, types.Date), fs))
	}
	items = append(items, keys...)
	for range 1 + w.r.Intn(3) {
		items = append(items, w.aggregate(fs))
	}
	for i := range items {
		items[i] += fmt.Sprintf(" AS c%d", i)
	}
	out := "SELECT " + strings.Join(items, ", ") + "\nFROM " + text + w.where(fs, 2)
	if len(keys) > 0 {
		out += "\nGROUP BY " + strings.Join(keys, ", ")
		if chance(w.r, 3) {
			out += "\nHAVING COUNT(*) > " + fmt.Sprint(w.r.Intn(3))
		}
	}
	return relQuery{ours: out + "\nEMIT FINAL", theirs: out}
}

// setOperation is several SELECTs of the same kinds of columns.
func (w *relWriter) setOperation() relQuery {
	kinds := []types.Kind{pick(w.r, types.Integer, types.String, types.Boolean)}
	for range w.r.Intn(3) {
		kinds = append(kinds, pick(w.r, types.Integer, types.String, types.Boolean, types.Date, types.Decimal))
	}
	term := func() string {
		text, f := w.relation()
		fs := []from{f}
		if chance(w.r, 4) {
			text, fs = w.joins()
		}
		var items []string
		for i, k := range kinds {
			items = append(items, fmt.Sprintf("%s AS c%d", w.col(k, fs), i))
		}
		return "SELECT " + strings.Join(items, ", ") + " FROM " + text + strings.ReplaceAll(w.where(fs, 2), "\n", " ")
	}
	out := term()
	for range 1 + w.r.Intn(2) {
		out += "\n" + pick(w.r, "UNION ALL", "UNION", "INTERSECT", "INTERSECT ALL", "EXCEPT", "EXCEPT ALL", "EXCEPT") + "\n" + term()
	}
	if chance(w.r, 3) {
		out = fmt.Sprintf("SELECT c0, COUNT(*) AS n FROM (%s) AS u GROUP BY c0", out)
		return relQuery{ours: out + "\nEMIT FINAL", theirs: out}
	}
	return relQuery{ours: out}
}

func (w *relWriter) ordered() relQuery {
	text, f := w.relation()
	fs := []from{f}
	if chance(w.r, 3) {
		text, fs = w.joins()
	}
	list, cols := w.items(fs, 1+w.r.Intn(3))
	var keys []string
	for _, i := range w.r.Perm(len(cols)) {
		keys = append(keys, cols[i].name+pick(w.r, "", " ASC", " DESC")+pick(w.r, " NULLS FIRST", " NULLS LAST"))
	}
	tail := pick(w.r, "", "\nLIMIT 5", "\nLIMIT 3 OFFSET 2", "\nLIMIT 0", "\nLIMIT 100 OFFSET 1")
	return relQuery{ours: "SELECT " + list + "\nFROM " + text + w.where(fs, 2) + "\nORDER BY " + strings.Join(keys, ", ") + tail}
}

func (w *relWriter) unnested() relQuery {
	text, f := w.relation()
	fs := []from{f}
	u := w.name("u")
	array := "ARRAY[" + w.expr(types.Integer, fs, 1) + ", " + w.expr(types.Integer, fs, 1) + ", " + w.literal(types.Integer) + "]"
	join := pick(w.r, " CROSS JOIN UNNEST(", " CROSS JOIN UNNEST(", " LEFT JOIN UNNEST(")
	on, cols := "", ""
	if strings.Contains(join, "LEFT") {
		on = " ON TRUE"
	}
	if chance(w.r, 3) {
		cols = pick(w.r, "e, p")
		text += join + array + ") WITH ORDINALITY AS " + u + " (" + cols + ")" + on
		fs = append(fs, from{u, []column{{name: "e", typ: types.TInteger}, {name: "p", typ: types.TInteger}}})
	} else {
		text += join + array + ") AS " + u + " (e)" + on
		fs = append(fs, from{u, []column{{name: "e", typ: types.TInteger}}})
	}
	list, _ := w.items(fs, 2)
	return relQuery{ours: "SELECT " + u + ".e AS e, " + list + "\nFROM " + text + w.where(fs, 2)}
}

// subqueried has subqueries in WHERE, in the SELECT list, or both.
func (w *relWriter) subqueried() relQuery {
	text, f := w.relation()
	fs := []from{f}
	if chance(w.r, 4) {
		text, fs = w.joins()
	}
	list, _ := w.items(fs, 1+w.r.Intn(2))
	for i := range w.r.Intn(2) {
		list += fmt.Sprintf(", %s AS q%d", pick(w.r, w.scalar(fs), w.truth(fs)), i)
	}
	cond := ""
	if !chance(w.r, 4) {
		cond = "\nWHERE " + w.truth(fs)
		switch w.r.Intn(4) {
		case 0:
			cond += " AND " + w.cond(fs, 1)
		case 1:
			cond += " OR " + w.truth(fs)
		case 2:
			cond = "\nWHERE " + w.scalar(fs) + pick(w.r, " > ", " = ", " <= ") + w.expr(types.Integer, fs, 0)
		}
	}
	return relQuery{ours: "SELECT " + list + "\nFROM " + text + cond}
}

// inner is a subquery's FROM and WHERE, which may read the query around it.
func (w *relWriter) inner(outer []from) (string, []from) {
	text, f := w.relation()
	cond := ""
	switch w.r.Intn(4) {
	case 0:
	case 1:
		cond = " WHERE " + w.cond([]from{f}, 1)
	case 2:
		cond = " WHERE " + w.col(types.Integer, []from{f}) + " = " + w.col(types.Integer, outer)
	case 3:
		cond = " WHERE " + w.col(types.String, []from{f}) + " = " + w.col(types.String, outer) + " AND " + w.cond([]from{f}, 1)
		if chance(w.r, 2) {
			cond = " WHERE " + w.cond(append([]from{f}, outer...), 1)
		}
	}
	return text + cond, []from{f}
}

// scalar is a subquery that is an INTEGER.
func (w *relWriter) scalar(outer []from) string {
	text, fs := w.inner(outer)
	agg := pick(w.r, "COUNT(*)", "MAX("+w.col(types.Integer, fs)+")", "SUM("+w.col(types.Integer, fs)+")", "COUNT("+w.col(types.String, fs)+")", "MIN("+w.col(types.Integer, fs)+") + 1")
	return "(SELECT " + agg + " FROM " + text + ")"
}

// truth is a condition with a subquery.
func (w *relWriter) truth(outer []from) string {
	text, fs := w.inner(outer)
	k := pick(w.r, types.Integer, types.Integer, types.String)
	x, y := w.expr(k, outer, w.r.Intn(2)), w.expr(k, fs, w.r.Intn(2))
	switch w.r.Intn(8) {
	case 0:
		return "EXISTS (SELECT 1 FROM " + text + ")"
	case 1:
		return "NOT EXISTS (SELECT 1 FROM " + text + ")"
	case 2, 3:
		return x + " IN (SELECT " + y + " FROM " + text + ")"
	case 4, 5:
		return x + " NOT IN (SELECT " + y + " FROM " + text + ")"
	case 6:
		return x + pick(w.r, " = ", " < ", " >= ", " <> ") + "ANY (SELECT " + y + " FROM " + text + ")"
	}
	return x + pick(w.r, " > ", " <= ", " <> ", " = ") + "ALL (SELECT " + y + " FROM " + text + ")"
}
