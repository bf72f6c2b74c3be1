package oracle

import (
	"strings"

	"github.com/velostream/veloc/compiler/catalog"
	"github.com/velostream/veloc/compiler/plan"
	"github.com/velostream/veloc/compiler/types"
)

// line is a line that a sink must have; or may have, if SQL leaves it open.
type line struct {
	text  string
	maybe bool
}

// lines is what the sink of a statement holds in the end, header included.
func lines(st *plan.Statement, o *output) []line {
	schema, sink := st.Root.Props().Schema, st.Sink.Target
	delimiter := strings.ReplaceAll(sink.Prop("delimiter", ","), `\t`, "\t")
	isCSV := sink.Format == catalog.CSV
	var out []line
	if isCSV {
		var names []string
		for _, c := range schema {
			names = append(names, c.Name)
		}
		out = append(out, line{text: strings.Join(names, delimiter)})
	}
	for _, e := range o.events {
		var cells []string
		for i, c := range schema {
			v, t := formed(e.row[i], c.Col.Type, sink.Prop)
			switch {
			case sink.Format == catalog.Raw && v == nil:
				cells = append(cells, "")
			case sink.Format == catalog.Raw:
				cells = append(cells, plainCell(v, t))
			case isCSV:
				cells = append(cells, csvText(v, t, delimiter[0]))
			case v != nil || sink.Prop("json.nulls", "null") != "omit":
				cells = append(cells, quoted(c.Name)+":"+jsonText(v, t))
			}
		}
		row := strings.Join(cells, delimiter)
		if !isCSV && sink.Format != catalog.Raw {
			row = "{" + strings.Join(cells, ",") + "}"
		}
		out = append(out, line{row, e.maybe})
	}
	if sink.Format == catalog.JSONArray {
		for i := range len(out) - 1 {
			out[i].text += ","
		}
		out = append(append([]line{{text: "["}}, out...), line{text: "]"})
	}
	return split(out)
}

// timestampAs is a time as the sink's timestamp.format wants it.
func timestampAs(format string, ns int64) (any, types.Type) {
	switch format {
	case "iso8601":
		return ns, types.TTimestamp
	case "epoch_millis":
		return floorDiv(ns, 1e6), types.TInteger
	case "epoch_seconds":
		return floorDiv(ns, 1e9), types.TInteger
	}
	return strftime(format, instant(ns)), types.TString
}

// split cuts rows with newlines in quoted cells, because files are compared line by line.
func split(in []line) []line {
	var out []line
	for _, l := range in {
		for _, part := range strings.Split(l.text, "\n") {
			out = append(out, line{part, l.maybe})
		}
	}
	return out
}
