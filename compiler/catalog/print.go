package catalog

import (
	"fmt"
	"slices"
	"strings"
)

// Print renders a catalog for --dump: every source with its columns and time, every statement with its sink.
func Print(c *Catalog) string {
	var b strings.Builder
	for _, name := range c.Sources() {
		s := c.Source(name)
		fmt.Fprintf(&b, "source %s: %s, %s, schema from %s\n", s.Name, s.Connector, s.Format, s.Origin)
		for _, col := range s.Schema {
			fmt.Fprintf(&b, "  %s %s\n", col.Name, col.Col)
		}
		if s.EventTime.Declared {
			fmt.Fprintf(&b, "  event time %s, at most %s out of order\n", s.EventTime.Name, s.EventTime.Bound)
		}
		printProps(&b, s.Props)
	}
	for _, st := range c.Statements {
		fmt.Fprintf(&b, "statement %s\n", st.Name)
		printProps(&b, st.Props)
		if st.Sink != nil {
			fmt.Fprintf(&b, "  sink %s: %s, %s\n", st.Sink.Name, st.Sink.Connector, st.Sink.Format)
			printProps(&b, st.Sink.Props)
		}
	}
	return b.String()
}

func printProps(b *strings.Builder, props map[string]Property) {
	keys := make([]string, 0, len(props))
	for k := range props {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for _, k := range keys {
		fmt.Fprintf(b, "  '%s' = '%s' (%s)\n", k, props[k].Value, props[k].From)
	}
}
