package physical

import (
	"fmt"

	"github.com/velostream/veloc/compiler/catalog"
	"github.com/velostream/veloc/compiler/plan"
	"github.com/velostream/veloc/grammar/diag"
	"github.com/velostream/veloc/grammar/source"
)

// Check finds what a job asks for and its sinks cannot write. Each place is reported once.
func Check(j *Job) diag.List {
	c := &checker{seen: map[source.Span]bool{}}
	for _, p := range j.Pipelines {
		c.flows(p.Roots())
		c.clock(p)
	}
	c.out.Sort()
	return c.out
}

type checker struct {
	out  diag.List
	seen map[source.Span]bool
}

func (c *checker) flows(flows []*Flow) {
	eachFlow(flows, c.lines)
	eachFlow(flows, c.served)
	eachFlow(flows, c.batched)
	eachFlow(flows, c.withdrawn)
	eachFlow(flows, c.grows)
	eachFlow(flows, c.forgets)
}

// lines reports a sink of lines of text that gets more than one column.
func (c *checker) lines(f *Flow) {
	schema := f.Statement.Root.Props().Schema
	if f.Sink == nil || f.Sink.Target.Format != catalog.Raw || len(schema) == 1 || c.seen[f.Sink.At] {
		return
	}
	c.seen[f.Sink.At] = true
	var names []string
	for _, col := range schema {
		names = append(names, col.Name)
	}
	c.out.Add(diag.NotOneLine(f.Sink.At, f.Sink.Target.Name, "write", names))
}

// served checks what a table that is served needs: a key, and rows as they are.
func (c *checker) served(f *Flow) {
	if f.Sink == nil || f.Sink.Target.Connector != "table_sink" || c.seen[f.Sink.At] {
		return
	}
	target := f.Sink.Target
	if p, said := target.Props["changelog"]; said {
		c.out.Add(diag.IdleProperty(p.At, p.Key, "the table follows all changes, and has the rows that they lead to"))
	}
	if key := f.Statement.Root.Props().Key; len(f.Sink.Key) == 0 && (key == nil || len(key) > 0) {
		c.seen[f.Sink.At] = true
		c.out.Add(diag.TableWithoutKey(f.Sink.At, target.Name))
	}
}

// batched reports a size of batches that nothing is shown in.
func (c *checker) batched(f *Flow) {
	if f.Sink == nil {
		return
	}
	p, said := f.Sink.Target.Props["emit.batch.rows"]
	if said && BatchOf(f, len(f.Stages)-2) == 0 {
		c.out.Add(diag.IdleProperty(p.At, p.Key, "it is for a GROUP BY without a window that shows its groups with every change, and none of whose rows are withdrawn"))
	}
}

// withdrawn reports a sink that cannot say that a row has disappeared.
func (c *checker) withdrawn(f *Flow) {
	if f.Sink == nil || !f.Changes || c.seen[f.Sink.At] {
		return
	}
	target := f.Sink.Target
	switch Changelog(f.Sink, f.Statement.Root) {
	case Newest:
		if target.Connector != "blackhole_sink" {
			c.seen[f.Sink.At] = true
			c.out.Add(diag.CannotWithdraw(f.Sink.At, target.Name, target.Connector == "kafka_sink"))
		}
	case Debezium:
		if target.Format == catalog.CSV || target.Format == catalog.Raw {
			c.seen[f.Sink.At] = true
			c.out.Add(diag.DebeziumIsJSON(f.Sink.At, target.Name, string(target.Format)))
		}
	}
}

// grows reports state that nothing bounds and that its author has not accepted.
func (c *checker) grows(f *Flow) {
	if f.Statement.Grows {
		return
	}
	if m := f.From; m != nil {
		c.growing(f.Statement, m.Op, m.Bound)
	}
	for _, st := range f.Stages {
		for _, t := range st.Tables {
			c.growing(f.Statement, t.Op, t.Bound)
		}
		if st.Table != nil {
			c.growing(f.Statement, st.Table.Agg, st.Table.Bound)
		}
	}
}

func (c *checker) growing(s *plan.Statement, op plan.Node, b Bound) {
	if !b.Grows || c.seen[op.Span()] {
		return
	}
	c.seen[op.Span()] = true
	size := ""
	if b.Bytes > 0 {
		size = fmt.Sprintf("about %s a %s", byteText(b.Bytes), b.Entry)
	}
	c.out.Add(diag.GrowingState(op.Span(), b.Why, size, b.Keep, s.Begins))
}

// forgets reports a statement that is to forget something and has nothing that could.
func (c *checker) forgets(f *Flow) {
	s := f.Statement
	if s.TTL == 0 || s.Part || f.Into != nil || c.seen[s.Begins] {
		return
	}
	if !canForget(s) {
		c.seen[s.Begins] = true
		c.out.Add(diag.NothingToForget(s.At))
	}
}

// canForget tells whether state.ttl has an effect on a statement or on a query in it.
func canForget(s *plan.Statement) bool {
	found := false
	plan.Walk(s.Root, func(n plan.Node) bool {
		switch n := n.(type) {
		case *plan.Join:
			found = found || n.TTL > 0
		case *plan.Ref:
			found = found || n.Statement.Part && canForget(n.Statement)
		}
		found = found || TTL(s, n) > 0
		return !found
	})
	return found
}

// clock reports state that forgets and whose rows have no time.
func (c *checker) clock(p *Pipeline) {
	for _, in := range p.Inputs {
		timed := in.Source.EventTime.Declared || in.Source.Connector == "kafka_source"
		for _, f := range in.Flows {
			if key := f.forgetsBy(); key != "" && (!timed || in.RowTime == nil) {
				c.out.Add(diag.ForgetsWithoutTime(f.Statement.At, key, in.Source.Name))
			}
		}
	}
}
