package oracle

import (
	"strings"

	"github.com/velostream/veloc/compiler/catalog"
	"github.com/velostream/veloc/compiler/plan"
)

// line is a line that a sink must have; or may have, if SQL leaves it open.
type line struct {
	text  string
	maybe bool
}

// lines is what the sink of a statement holds in the end, header included.
func lines(st *plan.Statement, o *output) []line {
	schema := st.Root.Props().Schema
	isCSV := st.Sink.Target.Format == catalog.CSV
	var out []line
	if isCSV {
		var names []string
		for _, c := range schema {
			names = append(names, c.Name)
		}
		out = append(out, line{text: strings.Join(names, ",")})
	}
	for _, e := range o.events {
		var cells []string
		for i, c := range schema {
			if isCSV {
				cells = append(cells, csvText(e.row[i], c.Col.Type))
			} else {
				cells = append(cells, quoted(c.Name)+":"+jsonText(e.row[i], c.Col.Type))
			}
		}
		text := strings.Join(cells, ",")
		if !isCSV {
			text = "{" + text + "}"
		}
		out = append(out, line{text, e.maybe})
	}
	if st.Sink.Target.Format == catalog.JSONArray {
		for i := range len(out) - 1 {
			out[i].text += ","
		}
		out = append(append([]line{{text: "["}}, out...), line{text: "]"})
	}
	return split(out)
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
