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
		printPipeline(&b, j, p)
	}
	return b.String()
}

func printPipeline(b *strings.Builder, j *Job, p *Pipeline) {
	delivery := func(s *Sink) string { return deliveryText(j, p, s) }
	switch len(p.Inputs) {
	case 0:
		fmt.Fprintf(b, "pipeline %s: no source, one row\n", p.Name)
		for _, f := range p.Flows {
			printFlow(b, f, "  ", delivery)
		}
		return
	case 1:
		in := p.Inputs[0]
		fmt.Fprintf(b, "pipeline %s: %s\n", p.Name, sourceText(in.Source))
		printInput(b, in, "  ")
	default:
		fmt.Fprintf(b, "pipeline %s: %d sources, %s\n", p.Name, len(p.Inputs), mergeText(p))
		for _, in := range p.Inputs {
			fmt.Fprintf(b, "  source %s: %s\n", in.Source.Name, sourceText(in.Source))
			printInput(b, in, "    ")
		}
	}
	fmt.Fprintf(b, "  workers  %s: %s\n", p.Parallelism, p.Why)
	for _, f := range p.Roots() {
		printFlow(b, f, "  ", delivery)
	}
}

func sourceText(s *catalog.Source) string {
	return fmt.Sprintf("%s, %s%s", s.Connector, formatName(s.Format), bounded(s))
}

func printInput(b *strings.Builder, in *Input, indent string) {
	fmt.Fprintf(b, "%sreads    %s\n", indent, columnText(in))
	et := in.Source.EventTime
	switch {
	case et.Marks == catalog.EveryRow && et.Declared:
		fmt.Fprintf(b, "%stime     %s, at most %s out of order\n", indent, et.Name, et.Bound)
	case et.Marks != catalog.EveryRow:
		name := et.Name
		if !et.Declared {
			name = "of the record"
		}
		fmt.Fprintf(b, "%stime     %s; the watermark follows %s\n", indent, name, marksText(in.Source))
	}
}

// marksText says what moves the watermark.
func marksText(s *catalog.Source) string {
	et, behind := s.EventTime, ""
	if et.Bound > 0 {
		behind = fmt.Sprintf(", %s behind", et.Bound)
	}
	switch et.Marks {
	case catalog.MarkedRows:
		return "rows in which " + s.Schema[et.Mark].Name + " is true" + behind
	case catalog.CarriedTimes:
		return s.Schema[et.Mark].Name + behind
	}
	return "the timestamps of records" + behind
}

// mergeText says in which order rows of several sources are taken.
func mergeText(p *Pipeline) string {
	var first []string
	timed := true
	for _, in := range p.Inputs {
		if in.First {
			first = append(first, in.Source.Name)
		} else {
			timed = timed && in.RowTime != nil
		}
	}
	switch {
	case len(first) > 0:
		return strings.Join(first, " and ") + " first"
	case timed:
		return "merged by event time"
	}
	return "those without event time first"
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
func columnText(in *Input) string {
	var names []string
	for _, c := range in.Columns {
		names = append(names, in.Source.Schema[c].Name+" "+in.Source.Schema[c].Col.String())
	}
	if len(names) == 0 {
		names = []string{"no columns"}
	}
	if n := len(in.Source.Schema); n > len(in.Columns) {
		return fmt.Sprintf("%s (%d of %d columns)", strings.Join(names, ", "), len(in.Columns), n)
	}
	return strings.Join(names, ", ")
}

func printFlow(b *strings.Builder, f *Flow, indent string, delivery func(*Sink) string) {
	_, met := f.Leaf.(*plan.Scan)
	switch {
	case f.Into != nil && met:
		fmt.Fprintf(b, "%s%s into %s\n", indent, f.Leaf.(*plan.Scan).Source.Name, f.Into.Name)
	case f.Into != nil:
		fmt.Fprintf(b, "%sinto %s\n", indent, f.Into.Name)
	default:
		fmt.Fprintf(b, "%s%s %s\n", indent, f.Statement.Kind(), f.Statement.Name)
	}
	if m := meetingAt(f); m != nil {
		fmt.Fprintf(b, "%s  %s\n", indent, plan.Describe(m))
		if met := meetingOf(f); met != nil {
			fmt.Fprintf(b, "%s    state %s: %s\n", indent, met.Name, met.text(f.Statement.Grows))
		}
	}
	for _, st := range f.Stages {
		for _, op := range st.Ops {
			fmt.Fprintf(b, "%s  %s\n", indent, plan.Describe(op))
			for _, t := range st.Tables {
				if t.Op == op {
					fmt.Fprintf(b, "%s    state %s: %s\n", indent, t.Name, t.text(f.Statement.Grows))
				}
			}
		}
		if st.Table != nil {
			fmt.Fprintf(b, "%s    state %s: %s\n", indent, st.Table.Name, st.Table.text(f.Statement.Grows))
		}
	}
	if f.Into != nil {
		if m := f.Into; f == m.Sides[len(m.Sides)-1] {
			printFlow(b, m.Out, indent, delivery)
		}
		return
	}
	for _, m := range f.Statement.Metrics {
		fmt.Fprintf(b, "%s  metric %s %s\n", indent, m.Kind, m.Name)
	}
	if f.Sink != nil {
		fmt.Fprintf(b, "%s  → %s (%s, %s%s)\n", indent, f.Sink.Target.Name, f.Sink.Target.Connector, formatName(f.Sink.Target.Format), delivery(f.Sink))
	}
	for _, c := range f.Flows {
		printFlow(b, c, indent+"  ", delivery)
	}
}

// meetingAt is the operator from which a flow takes the rows of others that meet; nil if it takes those of a source or a statement.
func meetingAt(f *Flow) plan.Node {
	switch f.Leaf.(type) {
	case *plan.Join, *plan.SetOp:
		return f.Leaf
	}
	return nil
}

// meetingOf is the meeting whose result a flow is, if it keeps rows.
func meetingOf(f *Flow) *Meeting {
	if m := f.From; m != nil {
		if s, ok := m.Op.(*plan.SetOp); !ok || s.Kind != plan.Union || !s.All {
			return m
		}
	}
	return nil
}
