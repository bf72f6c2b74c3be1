package rewrite

import (
	"github.com/velostream/veloc/compiler/catalog"
	"github.com/velostream/veloc/compiler/expr"
	"github.com/velostream/veloc/compiler/plan"
)

// placeTime finds the sources whose rows' time nothing asks for. They need no event time, no watermark, and perhaps no time column.
//
// Identity: time decides which window a row is in, whether it is late and when a window closes; it can be read as _event_time; and
// a Kafka sink writes it as the record's timestamp. Where none of these is above a source, rows with and without time give the same
// result.
func placeTime(c *Context, job *plan.Job) *plan.Job {
	t := &timeReaders{results: map[*plan.Statement]bool{}, sources: map[*catalog.Source]bool{}}
	for i := len(job.Statements) - 1; i >= 0; i-- { // readers stand below what they read
		st := job.Statements[i]
		needed := t.results[st] || st.Sink != nil && keepsTime(st.Sink.Target.Connector)
		t.forgets = st.TTL > 0
		t.visit(st.Root, needed)
	}
	return eachRoot(c, job, func(st *plan.Statement) plan.Node {
		return bottomUp(c, st.Root, func(_ *Context, n plan.Node) plan.Node {
			if s, ok := n.(*plan.Scan); ok && !t.sources[s.Source] {
				return s.WithoutTime()
			}
			return n
		})
	})
}

// keepsTime tells whether a sink writes the time of rows besides their columns.
func keepsTime(connector string) bool { return connector == "kafka_sink" }

// timeReaders says of which statements' and sources' rows something asks for the time. Scans of one source share its rows, and so
// its time.
type timeReaders struct {
	results map[*plan.Statement]bool
	sources map[*catalog.Source]bool
	forgets bool // the statement at hand forgets what no row has come to for a time
}

// visit walks down from n. needed says whether anything above asks for the time of n's rows.
func (t *timeReaders) visit(n plan.Node, needed bool) {
	switch n := n.(type) {
	case *plan.Scan:
		t.sources[n.Source] = t.sources[n.Source] || needed
		return
	case *plan.Ref:
		t.results[n.Statement] = t.results[n.Statement] || needed
		return
	case *plan.Aggregate:
		if n.Window != nil || t.forgets {
			needed = true // the watermark of its input closes it
		}
	case *plan.Distinct:
		needed = needed || t.forgets
	case *plan.Join:
		if n.Form != plan.LookupJoin && n.Form != plan.TableJoin || n.Bound.Closed() {
			needed = true // the watermark says when rows have no partner to wait for
		}
	case *plan.Over:
		needed = needed || len(n.Order) > 0 || n.Expire > 0
	case *plan.Sort:
		needed = needed || n.When == plan.PerWindow || n.When == plan.AsTimePasses
	case *plan.Project:
		if setsTime(n) {
			needed = false
		}
	}
	for _, e := range exprs(n) {
		expr.Walk(e, func(x expr.Expr) bool {
			if m, ok := x.(*expr.Meta); ok && m.Field == expr.MetaEventTime {
				needed = true
			}
			return true
		})
	}
	for _, in := range n.Inputs() {
		t.visit(in, needed)
	}
}
