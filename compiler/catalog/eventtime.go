package catalog

import (
	"slices"
	"strings"
	"time"

	"github.com/velostream/veloc/compiler/types"
	"github.com/velostream/veloc/grammar"
	"github.com/velostream/veloc/grammar/diag"
	"github.com/velostream/veloc/grammar/source"
	rt "github.com/velostream/veloc/runtime"
)

// eventTime reads how the rows of a source are timed: WATERMARK FOR in its declaration, and the properties event.time.* and
// watermark.*.
func (b *builder) eventTime(c *component, src *Source) {
	t := EventTime{
		Column:    -1,
		Bound:     duration(src, "watermark.max_out_of_orderness", "0"),
		Idle:      duration(src, "watermark.idle.timeout", "30s"),
		MaxFuture: duration(src, "watermark.max.future", "5m"),
		Lateness:  duration(src, "allowed.lateness", "0"),
		Late:      LateStrategy(strings.TrimSuffix(src.Prop("late.data.strategy", string(DropLate)), "_window")),
	}
	if p := src.Props["late.data.strategy"]; t.Late == UpdateLate && t.Lateness == 0 {
		b.diags.Add(diag.IdleProperty(p.At, p.Key, "without `allowed.lateness` no window is kept that late rows could update"))
		t.Late = DropLate
	}
	if s := src.Prop("watermark.strategy", ""); s == "ascending" || s == "ascending_timestamps" {
		if p, said := src.Props["watermark.max_out_of_orderness"]; said && t.Bound > 0 {
			b.diags.Add(diag.IdleProperty(p.At, p.Key, "`'watermark.strategy' = '"+s+"'` says that rows are in order"))
		}
		t.Bound = 0
	}
	name, at := b.timeColumn(c, src, &t)
	if name != "" {
		b.placeTime(src, &t, name, at)
	} else if p, ok := src.Props["event.time.format"]; ok {
		b.diags.Add(diag.IdleProperty(p.At, p.Key, "no `event.time.field` says which column it is about"))
	}
	b.marks(src, &t)
	src.EventTime = t
}

// marks reads what moves the watermark, if it is not every row.
func (b *builder) marks(src *Source, t *EventTime) {
	strategy := src.Props["watermark.strategy"]
	column, named := src.Props["watermark.column"]
	if named && strategy.Value != "punctuated" {
		b.diags.Add(diag.IdleProperty(column.At, column.Key, "only `'watermark.strategy' = 'punctuated'` asks for a column"))
	}
	switch {
	case strategy.Value == "from_source" && src.Connector != "kafka_source":
		b.diags.Add(diag.BadProperty(strategy.At, strategy.Key, strategy.Value,
			"one of bounded_out_of_orderness, ascending, punctuated: only records of Kafka have a timestamp of their own", ""))
	case strategy.Value == "from_source":
		t.Marks = RecordTimes
	case strategy.Value == "punctuated" && !named:
		b.diags.Add(diag.MissingProperty(strategy.At, src.Name, "source with punctuated watermarks", "watermark.column", "complete_until"))
	case strategy.Value == "punctuated":
		b.markColumn(src, t, column)
	}
}

// markColumn finds the column that marks rows.
func (b *builder) markColumn(src *Source, t *EventTime, p Property) {
	names := columnNames(src.Schema)
	if t.Mark = slices.Index(names, p.Value); t.Mark < 0 {
		b.diags.Add(diag.NoMarkColumn(p.At, p.Value, src.Name, diag.Nearest(p.Value, names), names))
		return
	}
	switch typ := src.Schema[t.Mark].Col.Type; typ.Kind {
	case types.Boolean:
		t.Marks = MarkedRows
	case types.Timestamp:
		t.Marks = CarriedTimes
	default:
		b.diags.Add(diag.BadMarkColumn(p.At, p.Value, typ.String()))
	}
}

func duration(src *Source, key, def string) time.Duration {
	d, err := rt.ParseDuration(src.Prop(key, def))
	if err != nil {
		return 0 // reported when the property was read
	}
	return d
}

// timeColumn finds the column that holds event time, and the bound of WATERMARK FOR.
func (b *builder) timeColumn(c *component, src *Source, t *EventTime) (name string, at source.Span) {
	field, hasField := src.Props["event.time.field"]
	if c.decl != nil && c.decl.Watermark != nil {
		w := c.decl.Watermark
		name, at = w.Column.String(), w.Column.Span()
		bound, ok := watermarkBound(w)
		if !ok {
			b.diags.Add(diag.BadWatermark(w.Value.Span(), name))
		}
		if p, said := src.Props["watermark.max_out_of_orderness"]; said && t.Bound != bound {
			b.diags.Add(diag.ConfigConflict(p.At, w.Value.Span(), src.Name, p.Key, t.Bound.String(), bound.String()))
		}
		t.Bound = bound
		if hasField && field.Value != name {
			b.diags.Add(diag.ConfigConflict(field.At, at, src.Name, field.Key, field.Value, name))
		}
		return name, at
	}
	return field.Value, field.At
}

// watermarkBound reads ts - INTERVAL '5' SECOND, or ts alone.
func watermarkBound(w *grammar.Watermark) (time.Duration, bool) {
	switch v := w.Value.(type) {
	case *grammar.Column:
		return 0, v.String() == w.Column.String()
	case *grammar.Binary:
		x, isColumn := v.X.(*grammar.Column)
		y, isInterval := v.Y.(*grammar.Interval)
		if v.Op == grammar.Sub && isColumn && isInterval && x.String() == w.Column.String() && y.Months == 0 && y.Value >= 0 {
			return y.Value, true
		}
	}
	return 0, false
}

// placeTime checks that the column is there and can hold time in the format.
func (b *builder) placeTime(src *Source, t *EventTime, name string, at source.Span) {
	names := columnNames(src.Schema)
	i := slices.Index(names, name)
	if slices.ContainsFunc(src.Computed, func(c Computed) bool { return c.Name.Name == name }) {
		t.Declared, t.Name, t.At = true, name, at // binding checks its type
		if p, ok := src.Props["event.time.format"]; ok {
			b.diags.Add(diag.IdleProperty(p.At, p.Key, "`"+name+"` is computed: its expression says how a time is read"))
		}
		return
	}
	if i < 0 {
		b.diags.Add(diag.NoTimeColumn(at, name, src.Name, diag.Nearest(name, names), names))
		return
	}
	t.Declared, t.Name, t.Column, t.At = true, name, i, at
	formatAt := at
	if p, ok := src.Props["event.time.format"]; ok {
		format, problem, meant := timeFormat(p.Value)
		if problem != "" {
			b.diags.Add(diag.BadTimePattern(p.At, p.Value, problem, meant))
			return
		}
		t.Format, formatAt = format, p.At
	}
	kind, numeric := src.Schema[i].Col.Type.Kind, src.Schema[i].Col.Type.Numeric()
	need := ""
	switch t.Format {
	case TimeAuto:
		if kind != types.Timestamp && kind != types.String && kind != types.Date && !numeric {
			need, formatAt = "event time is a TIMESTAMP, a DATE, a number (milliseconds since 1970), or text in ISO 8601", at
		}
	case TimeEpochMillis, TimeEpochSeconds:
		if !numeric && kind != types.Timestamp {
			need = "that format needs a number or a TIMESTAMP"
		}
	default:
		if kind != types.String && kind != types.Timestamp {
			need = "that format needs a STRING or a TIMESTAMP"
		}
	}
	if need != "" {
		b.diags.Add(diag.BadTimeColumn(formatAt, name, src.Schema[i].Col.Type.String(), string(t.Format), need))
	}
}
