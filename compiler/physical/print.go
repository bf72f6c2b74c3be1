package physical

import (
	"fmt"
	"strings"

	"github.com/velostream/veloc/compiler/catalog"
	"github.com/velostream/veloc/compiler/plan"
)

// Print renders the job as EXPLAIN shows it: per pipeline its source, how many workers may share it and why, and the flows with
// their operators, state and sinks.
func Print(j *Job) string {
	var b strings.Builder
	fmt.Fprintf(&b, "job %s\n", j.Name)
	for _, p := range j.Pipelines {
		b.WriteByte('\n')
		printPipeline(&b, p)
	}
	return b.String()
}

func printPipeline(b *strings.Builder, p *Pipeline) {
	if p.Source == nil {
		fmt.Fprintf(b, "pipeline %s: no source, one row\n", p.Name)
	} else {
		fmt.Fprintf(b, "pipeline %s: %s, %s%s\n", p.Name, p.Source.Connector, formatName(p.Source.Format), bounded(p.Source))
		fmt.Fprintf(b, "  reads    %s\n", columnText(p))
		if p.Source.EventTime.Declared {
			et := p.Source.EventTime
			fmt.Fprintf(b, "  time     %s, at most %s out of order\n", et.Name, et.Bound)
		}
	}
	if p.Source != nil {
		fmt.Fprintf(b, "  workers  %s: %s\n", p.Parallelism, p.Why)
	}
	for _, f := range p.Flows {
		printFlow(b, f, "  ")
	}
}

func bounded(s *catalog.Source) string {
	if s.Bounded {
		return ", bounded"
	}
	return ", unbounded"
}

func formatName(f catalog.Format) string {
	if f == "" {
		return "no format"
	}
	return string(f)
}

// columnText lists the columns that are decoded, of how many.
func columnText(p *Pipeline) string {
	var names []string
	for _, c := range p.Columns {
		names = append(names, p.Source.Schema[c].Name+" "+p.Source.Schema[c].Col.String())
	}
	if len(names) == 0 {
		names = []string{"no columns"}
	}
	if n := len(p.Source.Schema); n > len(p.Columns) {
		return fmt.Sprintf("%s (%d of %d columns)", strings.Join(names, ", "), len(p.Columns), n)
	}
	return strings.Join(names, ", ")
}

func printFlow(b *strings.Builder, f *Flow, indent string) {
	fmt.Fprintf(b, "%s%s %s\n", indent, f.Statement.Kind(), f.Statement.Name)
	for _, st := range f.Stages {
		for _, op := range st.Ops {
			fmt.Fprintf(b, "%s  %s\n", indent, plan.Describe(op))
		}
		if st.Table != nil {
			fmt.Fprintf(b, "%s    state %s: %s\n", indent, st.Table.Name, stateText(st.Table.Agg))
		}
	}
	for _, m := range f.Statement.Metrics {
		fmt.Fprintf(b, "%s  metric %s %s\n", indent, m.Kind, m.Name)
	}
	if f.Sink != nil {
		fmt.Fprintf(b, "%s  → %s (%s, %s)\n", indent, f.Sink.Target.Name, f.Sink.Target.Connector, formatName(f.Sink.Target.Format))
	}
	for _, c := range f.Flows {
		printFlow(b, c, indent+"  ")
	}
}

// stateText says what bounds the state.
func stateText(a *plan.Aggregate) string {
	switch {
	case a.Window != nil:
		return fmt.Sprintf("bounded by open windows of %s and the groups in them", a.Window.Size)
	case len(a.Keys) == 0:
		return "one group"
	}
	return "one entry per group, kept while the job runs"
}
