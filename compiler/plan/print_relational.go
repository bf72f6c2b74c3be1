package plan

import (
	"slices"
	"strconv"
	"strings"

	"github.com/velostream/veloc/compiler/expr"
)

func joinText(j *Join) string {
	text := "Join " + j.Kind.String() + " " + j.Form.String()
	var parts []string
	left, right := j.Left.Props().Schema, j.Right.Props().Schema
	both := slices.Concat(left, right)
	for i, l := range j.LeftKeys {
		parts = append(parts, qualified(l, left)+" = "+qualified(j.RightKeys[i], right))
	}
	if j.Cond != nil {
		parts = append(parts, qualified(j.Cond, both))
	}
	if len(parts) > 0 {
		text += " on " + strings.Join(parts, " AND ")
	}
	if b := j.Bound; b != nil {
		text += "; " + boundText(b, qualified(b.Left, left), qualified(b.Right, right))
	}
	switch {
	case j.AsOf != nil && j.Form == TemporalJoin:
		text += "; as of " + qualified(j.AsOf, left)
	case j.AsOf != nil:
		text += "; nearest " + qualified(j.AsOf, both)
	}
	if w := j.SameWindow; w != nil {
		text += "; in one " + WindowText(w)
	}
	if j.NullAware {
		text += "; NULL where unknown"
	}
	switch j.Missing {
	case FailMissing:
		text += "; rows without partner fail"
	case DefaultMissing:
		text += "; without partner " + defaultsText(j.Defaults)
	}
	if j.TTL > 0 {
		text += "; rows are kept for " + j.TTL.String()
	}
	return text
}

func defaultsText(ds []Named) string {
	var parts []string
	for _, d := range ds {
		parts = append(parts, d.Name+" = "+expr.String(d.E))
	}
	return strings.Join(parts, ", ")
}

// boundText is the distance between the times of two rows that meet, as a pair of limits.
func boundText(b *TimeBound, left, right string) string {
	lower, upper := "-∞", "∞"
	if b.HasLower {
		lower = b.Lower.String()
	}
	if b.HasUpper {
		upper = b.Upper.String()
	}
	return right + " - " + left + " in [" + lower + ", " + upper + "]"
}

// qualified is e with the names of relations in front of those of columns.
func qualified(e expr.Expr, in Schema) string {
	return expr.String(expr.Map(e, func(x expr.Expr) expr.Expr {
		c, ok := x.(*expr.Column)
		if !ok || c.Index >= len(in) || in[c.Index].Qualifier == "" {
			return x
		}
		named := *c
		named.Name = in[c.Index].Qualifier + "." + in[c.Index].Name
		return &named
	}))
}

func setOpText(s *SetOp) string {
	if s.All {
		return s.Kind.String() + " all"
	}
	return s.Kind.String() + " distinct"
}

func overText(o *Over) string {
	var parts []string
	if len(o.Partition) > 0 {
		parts = append(parts, "partition by "+exprsText(o.Partition))
	}
	if len(o.Order) > 0 {
		parts = append(parts, "order by "+sortText(o.Order))
	}
	parts = append(parts, frameText(o.Frame))
	if o.Buffer > 0 {
		parts = append(parts, "buffer of "+strconv.FormatInt(o.Buffer, 10)+" rows")
	}
	if o.Emit == OnBufferFull {
		parts = append(parts, "shown when the buffer is full")
	}
	if o.Expire > 0 {
		parts = append(parts, "forgotten after "+o.Expire.String())
	}
	if o.Top > 0 {
		parts = append(parts, FirstRows(o.Top))
	}
	var calls []string
	for i, c := range o.Calls {
		calls = append(calls, o.Names[i]+" = "+callText(c))
	}
	return "Over " + strings.Join(parts, ", ") + ": " + strings.Join(calls, ", ")
}

func callText(c Call) string {
	text := AggText(Agg{Name: c.Name, Args: c.Args, Distinct: c.Distinct, Filter: c.Filter, IgnoreNulls: c.IgnoreNulls})
	if len(c.Args) == 0 && !c.Aggregate {
		text = strings.Replace(text, "(*)", "()", 1)
	}
	return text
}

func exprsText(list []expr.Expr) string {
	out := make([]string, len(list))
	for i, e := range list {
		out[i] = expr.String(e)
	}
	return strings.Join(out, ", ")
}

func sortText(keys []SortKey) string {
	out := make([]string, len(keys))
	for i, k := range keys {
		out[i] = expr.String(k.E)
		if k.Desc {
			out[i] += " DESC"
		}
		if k.NullsFirst {
			out[i] += " NULLS FIRST"
		}
	}
	return strings.Join(out, ", ")
}

func frameText(f Frame) string {
	return strings.ToLower(f.Unit.String()) + " " + frameBoundText(f.Start, "preceding") + " to " + frameBoundText(f.End, "following")
}

func frameBoundText(b FrameBound, unbounded string) string {
	side := "preceding"
	if b.Following {
		side = "following"
	}
	switch {
	case b.Unbounded:
		return "unbounded " + unbounded
	case b.Offset != nil:
		return expr.String(b.Offset) + " " + side
	}
	return "current row"
}

func valuesText(v *Values) string {
	if v.Rows == nil {
		return "Values (one row)"
	}
	var rows []string
	for _, r := range v.Rows[:min(len(v.Rows), 3)] {
		rows = append(rows, "("+exprsText(r)+")")
	}
	text := "Values " + strings.Join(rows, ", ")
	if more := len(v.Rows) - 3; more > 0 {
		text += " and " + strconv.Itoa(more) + " more rows"
	}
	return text
}

func limitText(l *Limit) string {
	text := "Limit"
	if l.N >= 0 {
		text += " " + strconv.FormatInt(l.N, 10)
	}
	if l.Offset > 0 {
		text += " after " + strconv.FormatInt(l.Offset, 10)
	}
	return text
}

func unnestText(u *Unnest) string {
	text := "Unnest " + expr.String(u.Array)
	if u.Outer {
		text += ", also of nothing"
	}
	return text + " as " + strings.Join(u.Names, ", ")
}

// WindowText describes the window of an aggregate.
func WindowText(w *Window) string {
	text := "window "
	if w.Kind != Tumbling {
		text += w.Kind.String() + " "
	}
	switch {
	case w.Rows > 0:
		text += strconv.FormatInt(w.Rows, 10) + " rows"
		if w.RowsStep != w.Rows {
			text += " every " + strconv.FormatInt(w.RowsStep, 10)
		}
		return text
	case w.MonthsBy > 0:
		text += months(w.Months) + " every " + months(w.MonthsBy)
	case w.Months > 0:
		text += months(w.Months)
	case w.Advance > 0:
		text += w.Size.String() + " every " + w.Advance.String()
	default:
		text += w.Size.String()
	}
	if w.Offset != 0 {
		text += " from " + w.Offset.String()
	}
	if w.Zone != "" {
		text += " in " + w.Zone
	}
	text += " on " + expr.String(w.Time)
	if w.Lateness > 0 {
		text += " lateness " + w.Lateness.String()
	}
	if w.Late != DropLate {
		text += ", late rows " + w.Late.String()
	}
	if w.Rest > 0 {
		text += ", shown after " + w.Rest.String() + " without rows"
	}
	return text
}

// Length is the size of a window as a reader would say it: 10s, 3 months, 100 rows.
func (w *Window) Length() string {
	switch {
	case w.Rows > 0:
		return strconv.FormatInt(w.Rows, 10) + " rows"
	case w.Months > 0:
		return months(w.Months)
	}
	return w.Size.String()
}

func months(n int64) string {
	if n == 1 {
		return "1 month"
	}
	return strconv.FormatInt(n, 10) + " months"
}

func distinctText(d *Distinct) string {
	if d.On == nil {
		return "Distinct"
	}
	names := make([]string, len(d.On))
	for i, at := range d.On {
		names[i] = ColumnName(d.P.Schema, at)
	}
	return "Distinct on " + strings.Join(names, ", ")
}

// FirstRows names the first n rows in a text.
func FirstRows(n int64) string {
	if n == 1 {
		return "the first row"
	}
	return "the first " + strconv.FormatInt(n, 10) + " rows"
}
