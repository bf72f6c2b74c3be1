package oracle

import (
	"fmt"
	"strings"

	"github.com/velostream/veloc/compiler/types"
)

// overRows has calls over windows.
func (w *relWriter) overRows() relQuery {
	name := pick(w.r, relNames...)
	text, fs := name+" AS t", []from{{"t", related}}
	unique := "t.id"
	if chance(w.r, 4) {
		text, fs = name+" AS t JOIN "+pick(w.r, relNames...)+" AS u ON t.k = u.k", append(fs, from{"u", related})
		unique = "t.id, u.id"
	}
	items := []string{strings.ReplaceAll(unique, "id, u.id", "id AS i, u.id AS j")}
	for i := range 1 + w.r.Intn(3) {
		items = append(items, fmt.Sprintf("%s AS c%d", w.overCall(fs, unique), i))
	}
	return relQuery{ours: "SELECT " + strings.Join(items, ", ") + "\nFROM " + text + w.where(fs, 2)}
}

func (w *relWriter) overCall(fs []from, unique string) string {
	x := func(k types.Kind) string { return w.col(k, fs) }
	partition := ""
	if !chance(w.r, 4) {
		partition = "PARTITION BY " + x(pick(w.r, types.Integer, types.String, types.Boolean))
		if chance(w.r, 4) {
			partition += ", " + x(types.Date)
		}
	}
	orderKind := pick(w.r, types.Integer, types.Decimal, types.Timestamp, types.String, types.Date)
	key := x(orderKind) + pick(w.r, "", " DESC") + pick(w.r, " NULLS FIRST", " NULLS LAST")
	total := key + ", " + unique
	any := pick(w.r, types.Integer, types.String, types.Decimal)
	switch w.r.Intn(9) {
	case 8: // functions that other engines do not have
		return pick(w.r, "LOCF("+x(any)+")", "CONDITIONAL_CHANGE_EVENT("+x(any)+")", "CONDITIONAL_TRUE_EVENT("+w.cond(fs, 1)+")", "RATIO_TO_REPORT("+x(types.Integer)+")",
			"EXPONENTIAL_MOVING_AVERAGE("+x(pick(w.r, types.Integer, types.Float))+", 0.25)") + over(partition, total, "")
	case 0:
		return pick(w.r, "RANK()", "DENSE_RANK()", "PERCENT_RANK()", "CUME_DIST()") + over(partition, key, "")
	case 1:
		return pick(w.r, "ROW_NUMBER()", fmt.Sprintf("NTILE(%d)", 1+w.r.Intn(4))) + over(partition, total, "")
	case 2:
		v := x(any)
		return pick(w.r, "LAG(", "LEAD(") + v + pick(w.r, "", ", 2", ", 0", ", 1, "+w.literal(any)) + ")" + over(partition, total, "")
	case 3:
		return pick(w.r, "FIRST_VALUE("+x(any)+")", "LAST_VALUE("+x(any)+")", fmt.Sprintf("NTH_VALUE(%s, %d)", x(any), 1+w.r.Intn(3))) + over(partition, total, w.frame(types.String))
	case 4: // a distance of the ORDER BY value
		return w.overAggregate(fs) + over(partition, key, w.frame(orderKind))
	case 5:
		return w.overAggregate(fs) + over(partition, "", "")
	case 6:
		return w.overAggregate(fs) + over(partition, key, pick(w.r, "", w.groupsFrame()))
	}
	return w.overAggregate(fs) + over(partition, total, w.frame(types.String))
}

func over(partition, order, frame string) string {
	var parts []string
	if partition != "" {
		parts = append(parts, partition)
	}
	if order != "" {
		parts = append(parts, "ORDER BY "+order)
	}
	if frame != "" && order != "" {
		parts = append(parts, frame)
	}
	return " OVER (" + strings.Join(parts, " ") + ")"
}

func (w *relWriter) overAggregate(fs []from) string {
	out := pick(w.r, "COUNT(*)", "COUNT("+w.col(types.String, fs)+")", "SUM("+w.col(types.Integer, fs)+")", "SUM("+w.col(types.Decimal, fs)+")", "MIN("+w.col(types.Integer, fs)+")",
		"MAX("+w.col(types.String, fs)+")", "AVG("+w.col(types.Integer, fs)+")", "MAX("+w.col(types.Timestamp, fs)+")", "SUM("+w.col(types.Float, fs)+")")
	if chance(w.r, 5) {
		out += " FILTER (WHERE " + w.cond(fs, 1) + ")"
	}
	return out
}

// frame is a frame over rows that are ordered by a kind: by a distance where it has one, otherwise of rows.
func (w *relWriter) frame(order types.Kind) string {
	distance := func() string { return fmt.Sprint(w.r.Intn(4)) }
	unit := "ROWS"
	switch order {
	case types.Integer, types.Decimal:
		unit = "RANGE"
	case types.Timestamp:
		unit, distance = "RANGE", func() string { return fmt.Sprintf("INTERVAL '%d' SECOND", 1+w.r.Intn(40)) }
	case types.Date:
		unit, distance = "RANGE", func() string { return fmt.Sprintf("INTERVAL '%d' DAY", 1+w.r.Intn(3)) }
	}
	return w.between(unit, distance)
}

func (w *relWriter) groupsFrame() string {
	return w.between("GROUPS", func() string { return fmt.Sprint(w.r.Intn(3)) })
}

func (w *relWriter) between(unit string, distance func() string) string {
	switch w.r.Intn(7) {
	case 0:
		return unit + " BETWEEN " + distance() + " PRECEDING AND CURRENT ROW"
	case 1:
		return unit + " BETWEEN UNBOUNDED PRECEDING AND " + distance() + " FOLLOWING"
	case 2:
		return unit + " BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING"
	case 3:
		return unit + " BETWEEN " + distance() + " FOLLOWING AND UNBOUNDED FOLLOWING"
	case 4:
		return unit + " BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING"
	case 5:
		return unit + " BETWEEN UNBOUNDED PRECEDING AND " + distance() + " PRECEDING"
	}
	return unit + " BETWEEN " + distance() + " PRECEDING AND " + distance() + " FOLLOWING"
}

// streamed joins sources without end, within a bound on their times.
func (w *relWriter) streamed() relQuery {
	fs := []from{{"t", related}, {"u", related}}
	lower, upper := w.r.Intn(40), w.r.Intn(40)
	bound := fmt.Sprintf("u.ts BETWEEN t.ts - INTERVAL '%d' SECOND AND t.ts + INTERVAL '%d' SECOND", lower, upper)
	keys := pick(w.r, "t.k = u.k", "t.k = u.k", "t.k = u.n", "t.k = u.k AND t.s = u.s", "t.k = u.k AND t.n < u.n", "t.x IS DISTINCT FROM u.x")
	kind := pick(w.r, "JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN")
	list, _ := w.items(fs, 3)
	text := fmt.Sprintf("%s AS t %s %s AS u ON %s AND %s", pick(w.r, relNames...), kind, pick(w.r, relNames...), keys, bound)
	out := "SELECT " + list + "\nFROM " + text
	if kind == "JOIN" && chance(w.r, 3) {
		out += w.where(fs, 2)
	}
	return relQuery{ours: out, endless: chance(w.r, 3)}
}

// asOf meets the nearest row.
func (w *relWriter) asOf() relQuery {
	fs := []from{{"t", related}, {"u", related}}
	list, _ := w.items(fs, 3)
	kind := pick(w.r, "", " LEFT")
	op := pick(w.r, ">=", ">", "<=", "<")
	order := "DESC"
	if op[0] == '<' {
		order = "ASC"
	}
	left, right := pick(w.r, relNames...), pick(w.r, relNames...)
	ours := fmt.Sprintf("SELECT %s\nFROM %s AS t ASOF%s JOIN %s AS u ON t.k = u.k AND t.ts %s u.ts", list, left, kind, right, op)
	lateral := pick(w.r, "CROSS JOIN")
	on := ""
	if kind != "" {
		lateral, on = "LEFT JOIN", " ON TRUE"
	}
	theirs := fmt.Sprintf("SELECT %s\nFROM %s AS t %s LATERAL (SELECT * FROM %s AS v WHERE v.k = t.k AND t.ts %s v.ts ORDER BY v.ts %s LIMIT 1) AS u%s", list, left, lateral, right, op, order, on)
	return relQuery{ours: ours, theirs: theirs, endless: chance(w.r, 2)}
}

// temporal meets the version of a table that there was at a row's time.
func (w *relWriter) temporal() relQuery {
	fs := []from{{"t", related}, {"u", related}}
	list, _ := w.items(fs, 3)
	left := pick(w.r, relNames...)
	kind, lateral, on := "JOIN", "CROSS JOIN", ""
	if chance(w.r, 2) {
		kind, lateral, on = "LEFT JOIN", "LEFT JOIN", " ON TRUE"
	}
	ours := fmt.Sprintf("SELECT %s\nFROM %s AS t %s v FOR SYSTEM_TIME AS OF t.ts AS u ON t.k = u.k", list, left, kind)
	theirs := fmt.Sprintf("SELECT %s\nFROM %s AS t %s LATERAL (SELECT * FROM v AS w WHERE w.k = t.k AND w.ts <= t.ts ORDER BY w.ts DESC, w.id DESC LIMIT 1) AS u%s", list, left, lateral, on)
	return relQuery{ours: ours, theirs: theirs, endless: chance(w.r, 2)}
}

// windowed gathers rows in windows that overlap, grow, or end with a pause.
func (w *relWriter) windowed() relQuery {
	name := pick(w.r, relNames...)
	fs := []from{{"t", related}}
	aggs := w.aggregate(fs) + " AS a1, " + w.aggregate(fs) + " AS a2"
	key := pick(w.r, "k", "s", "x")
	bounds := "_window_start AS c0, _window_end AS c1, t." + key + " AS c2, "
	step := 1000 * (1 + w.r.Intn(10))
	size := step * (1 + w.r.Intn(4))
	q := relQuery{endless: chance(w.r, 2)}
	switch w.r.Intn(3) {
	case 0:
		window := fmt.Sprintf("WINDOW HOPPING(%dms, %dms)", size, step)
		q.ours = fmt.Sprintf("SELECT %s%s\nFROM %s AS t\nGROUP BY t.%s\n%s EMIT FINAL", bounds, aggs, name, key, window)
		q.theirs = fmt.Sprintf("SELECT w0, w0 + %d, t.%s, %s FROM (SELECT *, ms - ms %% %d - i * %d AS w0 FROM %s CROSS JOIN generate_series(0, %d) AS g (i)) AS t GROUP BY w0, t.%s", size, key, aggs, step, step, name, size/step-1, key)
	case 1:
		window := fmt.Sprintf("WINDOW CUMULATE(%dms, %dms)", step, size)
		q.ours = fmt.Sprintf("SELECT %s%s\nFROM %s AS t\nGROUP BY t.%s\n%s EMIT FINAL", bounds, aggs, name, key, window)
		q.theirs = fmt.Sprintf("SELECT w0, w0 + (i + 1) * %d, t.%s, %s FROM (SELECT *, ms - ms %% %d AS w0 FROM %s CROSS JOIN generate_series(0, %d) AS g (i)) AS t WHERE ms < w0 + (i + 1) * %d GROUP BY w0, i, t.%s", step, key, aggs, size, name, size/step-1, step, key)
	default:
		window := fmt.Sprintf("WINDOW SESSION(%dms)", size)
		q.ours = fmt.Sprintf("SELECT %s%s\nFROM %s AS t\nGROUP BY t.%s\n%s EMIT FINAL", bounds, aggs, name, key, window)
		q.theirs = fmt.Sprintf(`SELECT MIN(ms), MAX(ms) + %d, t.%s, %s FROM (
  SELECT *, SUM(CASE WHEN ms - prev <= %d THEN 0 ELSE 1 END) OVER (PARTITION BY %s ORDER BY ms, id) AS g FROM (
    SELECT *, LAG(ms) OVER (PARTITION BY %s ORDER BY ms, id) AS prev FROM %s) AS p) AS t GROUP BY t.%s, g`, size, key, aggs, size, key, key, name, key)
	}
	return q
}

// buffered has ROWS WINDOW BUFFER: the last rows of a partition in the order in which they come, which is that of id.
func (w *relWriter) buffered() relQuery {
	name := pick(w.r, relNames...)
	fs := []from{{"t", related}}
	agg := w.overAggregate(fs)
	n := 1 + w.r.Intn(5)
	key := pick(w.r, "t.k", "t.s")
	ours := fmt.Sprintf("SELECT t.id AS c0, %s OVER (ROWS WINDOW BUFFER %d ROWS PARTITION BY %s) AS c1\nFROM %s AS t", agg, n, key, name)
	theirs := fmt.Sprintf("SELECT t.id AS c0, %s OVER (PARTITION BY %s ORDER BY t.id ROWS BETWEEN %d PRECEDING AND CURRENT ROW) AS c1\nFROM %s AS t", agg, key, n-1, name)
	return relQuery{ours: ours, theirs: theirs, endless: chance(w.r, 2)}
}
