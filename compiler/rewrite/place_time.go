package rewrite

import (
	"github.com/velostream/veloc/compiler/expr"
	"github.com/velostream/veloc/compiler/plan"
)

// placeTime finds the sources whose rows' time nothing asks for. They need no event time, no watermark, and perhaps no time column.
//
// Identity: time decides which window a row is in, whether it is late and when a window closes; it can be read as _event_time; and
// a Kafka sink writes it as the record's timestamp. Where none of these is above a source, rows with and without time give the same
// result.
func placeTime(c *Context, job *plan.Job) *plan.Job {
	asked := map[*plan.Statement]bool{}
	timeless := map[plan.Node]bool{}
	for i := len(job.Statements) - 1; i >= 0; i-- { // readers stand below what they read
		st := job.Statements[i]
		needed := asked[st] || st.Sink != nil && keepsTime(st.Sink.Target.Connector)
		askTime(st.Root, needed, asked, timeless)
	}
	return eachRoot(c, job, func(st *plan.Statement) plan.Node {
		return bottomUp(c, st.Root, func(_ *Context, n plan.Node) plan.Node {
			if s, ok := n.(*plan.Scan); ok && timeless[s] {
				return s.WithoutTime()
			}
			return n
		})
	})
}

// keepsTime tells whether a sink writes the time of rows besides their columns.
func keepsTime(connector string) bool { return connector == "kafka_sink" }

// askTime walks down from n. needed says whether anything above asks for the time of n's rows.
func askTime(n plan.Node, needed bool, asked map[*plan.Statement]bool, timeless map[plan.Node]bool) {
	switch n := n.(type) {
	case *plan.Scan:
		timeless[n] = !needed
		return
	case *plan.Ref:
		asked[n.Statement] = asked[n.Statement] || needed
		return
	case *plan.Aggregate:
		if n.Window != nil {
			needed = true // the watermark of its input closes it
		}
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
		askTime(in, needed, asked, timeless)
	}
}
