package plan

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/velostream/veloc/compiler/expr"
)

// Print renders a job for EXPLAIN and for tests: each statement, and below it its operators from the last to the first, each
// above its inputs. A line that begins with "->" gives the columns that an operator puts out and, in brackets, its mode, time and
// end; it is left out where nothing changes against the input.
func Print(j *Job) string {
	var b strings.Builder
	for i, st := range j.Statements {
		if i > 0 {
			b.WriteByte('\n')
		}
		printStatement(&b, st)
	}
	return b.String()
}

// Kind is what the statement makes: stream, table, or query for a part of the statements behind it.
func (s *Statement) Kind() string {
	switch {
	case s.Part:
		return "query"
	case s.Table:
		return "table"
	}
	return "stream"
}

func printStatement(b *strings.Builder, st *Statement) {
	fmt.Fprintf(b, "%s %s\n", st.Kind(), st.Name)
	if st.Sink != nil {
		fmt.Fprintf(b, "  sink %s\n", sinkText(st))
	}
	for _, m := range st.Metrics {
		fmt.Fprintf(b, "  metric %s\n", metricText(m))
	}
	printNode(b, st.Root, 1)
}

// PrintNode renders one operator tree in the form of [Print].
func PrintNode(n Node) string {
	var b strings.Builder
	printNode(&b, n, 0)
	return b.String()
}

func printNode(b *strings.Builder, n Node, depth int) {
	indent := strings.Repeat("  ", depth)
	fmt.Fprintf(b, "%s%s\n", indent, Describe(n))
	if text := outputText(n); text != "" {
		fmt.Fprintf(b, "%s  -> %s\n", indent, text)
	}
	for _, in := range n.Inputs() {
		printNode(b, in, depth+1)
	}
}

// Describe is an operator on one line, without its inputs: "Filter price > 10".
func Describe(n Node) string {
	switch n := n.(type) {
	case *Scan:
		text := "Scan " + alias(n.Source.Name, n.Alias) + " (" + n.Source.Connector + ")"
		if n.Timeless {
			text += ", time not needed"
		}
		return text
	case *Ref:
		return "Ref " + alias(n.Statement.Name, n.Alias)
	case *Values:
		return valuesText(n)
	case *Filter:
		if n.Having {
			return "Having " + expr.String(n.Cond)
		}
		return "Filter " + expr.String(n.Cond)
	case *Project:
		return "Project " + namedText(n.Named())
	case *Aggregate:
		return "Aggregate " + aggregateText(n)
	case *Distinct:
		return distinctText(n)
	case *Limit:
		return limitText(n)
	case *Join:
		return joinText(n)
	case *SetOp:
		return setOpText(n)
	case *Over:
		return overText(n)
	case *Sort:
		return "Sort by " + sortText(n.Keys) + ", " + n.When.String()
	case *Unnest:
		return unnestText(n)
	}
	panic(unhandled(n))
}

func alias(name, as string) string {
	if as == "" || as == name {
		return name
	}
	return name + " AS " + as
}

// namedText lists columns; a name is written only where the expression does not say it.
func namedText(columns []Named) string {
	out := make([]string, len(columns))
	for i, c := range columns {
		text := expr.String(c.E)
		if text != c.Name {
			text = c.Name + " = " + text
		}
		out[i] = text
	}
	return strings.Join(out, ", ")
}

func aggregateText(a *Aggregate) string {
	var parts []string
	if len(a.Keys) > 0 {
		parts = append(parts, "by "+namedText(a.GroupKeys()))
	}
	if a.Window != nil {
		parts = append(parts, WindowText(a.Window))
	}
	var aggs []string
	for i, g := range a.Aggs {
		aggs = append(aggs, a.P.Schema[a.FirstAgg()+i].Name+" = "+AggText(g))
	}
	if len(aggs) > 0 {
		parts = append(parts, strings.Join(aggs, ", "))
	}
	return strings.Join(append(parts, "emit "+a.Emit.String()), "; ")
}

// AggText is one aggregate call as SQL.
func AggText(g Agg) string {
	args := make([]string, len(g.Args))
	for i, a := range g.Args {
		args[i] = expr.String(a)
	}
	text := strings.Join(args, ", ")
	if len(args) == 0 {
		text = "*"
	}
	if g.Distinct {
		text = "DISTINCT " + text
	}
	text = g.Name + "(" + text + ")"
	if len(g.OrderBy) > 0 {
		text += " WITHIN GROUP (ORDER BY " + sortText(g.OrderBy) + ")"
	}
	switch {
	case g.IgnoreNulls:
		text += " IGNORE NULLS"
	case g.RespectNulls:
		text += " RESPECT NULLS"
	}
	if g.Filter != nil {
		text += " FILTER (WHERE " + expr.String(g.Filter) + ")"
	}
	return text
}

// outputText is the line below an operator; empty when it says what the input's line said.
func outputText(n Node) string {
	p := n.Props()
	text := SchemaText(p.Schema) + " " + propsText(p)
	if in := n.Inputs(); len(in) == 1 {
		q := in[0].Props()
		if SchemaText(q.Schema)+" "+propsText(q) == text {
			return ""
		}
	}
	return strings.TrimSpace(text)
}

// SchemaText lists columns with their types.
func SchemaText(s Schema) string {
	out := make([]string, len(s))
	for i, c := range s {
		out[i] = c.Name + " " + c.Col.String()
	}
	return strings.Join(out, ", ")
}

// propsText is mode, key, time and end: "[upsert by symbol; event time ts, 5s behind; bounded]".
func propsText(p *Props) string {
	mode := p.Mode.String()
	switch {
	case p.Key != nil && len(p.Key) == 0:
		mode += " of one row"
	case len(p.Key) > 0:
		mode += " by " + strings.Join(names(p.Schema, p.Key), ", ")
	}
	parts := []string{mode, timeText(p)}
	if p.Bounded {
		parts = append(parts, "bounded")
	}
	return "[" + strings.Join(parts, "; ") + "]"
}

func timeText(p *Props) string {
	t := p.Time
	if !t.EventTime {
		return "arrival time"
	}
	text := "event time"
	if t.Column >= 0 {
		text += " " + p.Schema[t.Column].Name
	}
	if t.Bound > 0 {
		text += ", " + t.Bound.String() + " behind"
	}
	return text
}

func names(s Schema, at []int) []string {
	out := make([]string, len(at))
	for i, k := range at {
		out[i] = s[k].Name
	}
	return out
}

func sinkText(st *Statement) string {
	s := st.Sink
	text := s.Target.Name + " (" + s.Target.Connector
	if s.Target.Format != "" {
		text += " " + string(s.Target.Format)
	}
	text += ")"
	if len(s.Key) > 0 {
		text += " key " + strings.Join(names(st.Root.Props().Schema, s.Key), ", ")
	}
	return text
}

func metricText(m *Metric) string {
	text := m.Kind.String() + " " + m.Name
	var labels []string
	for _, l := range m.Labels {
		labels = append(labels, l.Name+"="+expr.String(l.Value))
	}
	if len(labels) > 0 {
		text += " {" + strings.Join(labels, ", ") + "}"
	}
	if m.Value != nil {
		text += " of " + expr.String(m.Value)
	}
	if len(m.Buckets) > 0 {
		text += " buckets " + strings.Trim(fmt.Sprint(m.Buckets), "[]")
	}
	if m.Condition != nil {
		text += " when " + expr.String(m.Condition)
	}
	if m.SampleRate < 1 {
		text += " sampled " + strconv.FormatFloat(m.SampleRate, 'g', -1, 64)
	}
	return text
}
