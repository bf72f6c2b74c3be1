package console

import (
	"os"
	"slices"

	rt "github.com/velostream/veloc/runtime"
)

// ConnectSink makes the sink of a generated job from its properties.
func ConnectSink(env *rt.Env, name string, given rt.Props, rows rt.Layout) (rt.Sink, error) {
	o := Options{Format: JSONLines, Clock: env.Clock}
	if rows.Format == "csv" {
		o.Format = CSV
		if given.Get("format", "") == "table" {
			o.Format, o.Color = Table, terminalWidth(os.Stdout) > 0
		}
	}
	if rows.Header || o.Format == Table {
		for _, c := range rows.Columns {
			o.Columns = append(o.Columns, Column{Name: c, Numeric: slices.Contains(rows.Numeric, c)})
		}
	}
	return NewSink(o), nil
}
