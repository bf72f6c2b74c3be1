package annot

import (
	"fmt"
	"slices"
	"strings"

	"github.com/velostream/veloc/compiler/types"
	"github.com/velostream/veloc/grammar/diag"
)

// builtins are the metrics that every job serves itself.
var builtins = []string{
	"velo_records_in_total", "velo_records_out_total", "velo_records_filtered_total", "velo_records_rejected_total", "velo_records_late_total",
	"velo_division_by_zero_total", "velo_metric_overflow_total", "up",
}

// builtinPrefixes are those of the metrics of the Go run time, the process and the metrics page.
var builtinPrefixes = []string{"go_", "process_", "promhttp_"}

// CheckMetrics reports metrics of a whole file that contradict each other or have the name of a built-in one.
func CheckMetrics(all []MetricBlock) diag.List {
	var out diag.List
	first := map[string]*MetricBlock{}
	for i := range all {
		b := &all[i]
		if builtin := builtinOf(b.series()); builtin != "" {
			out.Add(diag.MetricIsBuiltin(b.At, builtin))
			continue
		}
		if a, again := first[b.Name]; again {
			compare(&out, a, b)
			continue
		}
		first[b.Name] = b
	}
	for i := range all { // a histogram h also serves h_bucket, h_sum and h_count
		for _, s := range all[i].series()[1:] {
			if other, ok := first[s]; ok && first[all[i].Name] == &all[i] {
				out.Add(diag.MetricConflict(other.At, all[i].At, s, "type", other.Kind, "part of the histogram "+all[i].Name))
			}
		}
	}
	return out
}

// series are the names under which a metric is served, its own first.
func (b *MetricBlock) series() []string {
	if b.Kind == "histogram" {
		return []string{b.Name, b.Name + "_bucket", b.Name + "_sum", b.Name + "_count"}
	}
	return []string{b.Name}
}

func builtinOf(names []string) string {
	for _, n := range names {
		if slices.Contains(builtins, n) {
			return n
		}
		for _, p := range builtinPrefixes {
			if strings.HasPrefix(n, p) {
				return p + "*"
			}
		}
	}
	return ""
}

func compare(out *diag.List, a, b *MetricBlock) {
	for _, c := range []struct{ what, there, here string }{
		{"type", a.Kind, b.Kind},
		{"labels", a.labelNames(), b.labelNames()},
		{"buckets", fmt.Sprint(a.Buckets), fmt.Sprint(b.Buckets)},
		{"help", a.Help, b.Help},
	} {
		if c.there != c.here {
			out.Add(diag.MetricConflict(b.At, a.At, b.Name, c.what, c.here, c.there))
			return
		}
	}
}

func (b *MetricBlock) labelNames() string {
	names := make([]string, len(b.Labels))
	for i, l := range b.Labels {
		names[i] = l.Name
	}
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}

// CheckColumns reports labels and fields of a metric that the result of its statement does not have, or has in a type that a metric
// cannot use. The condition is bound as SQL by the caller, which reports diag.MetricConditionType if it is not BOOLEAN.
func (b *MetricBlock) CheckColumns(statement string, result []types.Field) diag.List {
	var out diag.List
	for _, l := range b.Labels {
		t, ok := b.column(&out, statement, result, Ref{l.Path, l.At})
		if ok && !labelType(t) {
			out.Add(diag.MetricColumnType(l.At, l.Path, t.String(), "a single value"))
		}
	}
	if b.Field.Text != "" {
		t, ok := b.column(&out, statement, result, b.Field)
		if ok && !t.Numeric() && !t.Temporal() && t.Kind != types.Interval {
			out.Add(diag.MetricColumnType(b.Field.At, b.Field.Text, t.String(), "a number"))
		}
	}
	return out
}

// labelType tells whether values of a type can be shown as a label.
func labelType(t types.Type) bool {
	switch t.Kind {
	case types.Array, types.Map, types.Struct, types.JSON, types.Bytes:
		return false
	}
	return true
}

func (b *MetricBlock) column(out *diag.List, statement string, result []types.Field, r Ref) (types.Type, bool) {
	_, col, failed := ResolvePath(result, r.Text)
	if failed == nil {
		return col.Type, col.Type.Kind != types.Invalid
	}
	names := make([]string, len(failed.Fields))
	for i, f := range failed.Fields {
		names[i] = f.Name
	}
	if failed.At == 0 && len(names) == 0 {
		names = nil
	}
	at := part{r.Text, r.At}
	if len(r.Text) == r.At.End-r.At.Start {
		at = at.slice(failed.At, failed.At+len(failed.Name))
	}
	of := statement
	if failed.At > 0 {
		of = r.Text[:failed.At-1]
	}
	out.Add(diag.MetricColumn(at.at, failed.Name, of, diag.Nearest(failed.Name, names), names))
	return types.TInvalid, false
}

// NoField says where a path leads nowhere.
type NoField struct {
	Name   string        // the part that does not exist
	At     int           // its byte offset in the path
	Fields []types.Field // what there is instead; nil below something that is not a structure
}

// ResolvePath follows a dotted path through columns and fields of structures: the positions of each step and the type at the end,
// nullable if anything on the way is.
func ResolvePath(columns []types.Field, path string) ([]int, types.Col, *NoField) {
	var steps []int
	var col types.Col
	at := 0
	for _, name := range strings.Split(path, ".") {
		i := slices.IndexFunc(columns, func(f types.Field) bool { return f.Name == name })
		if i < 0 {
			return nil, types.Col{}, &NoField{name, at, columns}
		}
		steps = append(steps, i)
		nullable := col.Nullable || columns[i].Col.Nullable
		col = columns[i].Col
		col.Nullable = nullable
		columns = col.Type.Fields
		at += len(name) + 1
	}
	return steps, col, nil
}
