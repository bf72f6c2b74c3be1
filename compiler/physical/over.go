package physical

import (
	"fmt"

	"github.com/velostream/veloc/compiler/plan"
)

// keeps is the table of an operator that keeps rows besides aggregates; nil for others.
func keeps(s *plan.Statement, op plan.Node) *Table {
	switch n := op.(type) {
	case *plan.Over:
		return &Table{Name: s.Name + ".over", Op: n}
	case *plan.Sort:
		return &Table{Name: s.Name + ".order", Op: n}
	case *plan.Distinct:
		return &Table{Name: s.Name + ".distinct", Op: n}
	case *plan.Limit:
		return &Table{Name: s.Name + ".limit", Op: n}
	}
	return nil
}

// overBound says what bounds the rows that an OVER keeps.
func (l *lowering) overBound(o *plan.Over) Bound {
	b := Bound{Entry: "row", Bytes: rowBytes(o.In)}
	switch o.When() {
	case plan.WholeInput:
		b.Why = "all rows, until the input ends"
		return b
	case plan.WholeWindow:
		b.Why = "the rows of the windows that close together"
		return b
	case plan.TopAtEnd, plan.TopRows:
		b.Why = plan.FirstRows(o.Top)
	case plan.FullBuffer:
		b.Why = fmt.Sprintf("up to %d rows", o.Buffer)
	case plan.SortedBuffer:
		b.Why = fmt.Sprintf("the last %d rows", o.Buffer)
	default:
		b.Why = lastRows(o)
	}
	if collected := l.collected(o); collected != "" {
		b.Why, b.Grows = "what "+collected+" has taken", !o.P.Bounded
	}
	b = partitionBound(b, o)
	switch o.When() {
	case plan.InTime:
		b.Why = "rows that event time has not passed, and " + b.Why
	case plan.TopAtEnd:
		b.Why += ", until the input ends"
	}
	return b
}

// collected is the name of a call over frames that begin with the first row and that keeps what it has taken of them; "" if there is none.
func (l *lowering) collected(o *plan.Over) string {
	for _, c := range o.Calls {
		if c.Aggregate && o.Frame.Start.Unbounded && o.Buffer == 0 {
			if _, grows := l.opts.State(plan.Agg{Name: c.Name, Sig: c.Sig, Args: c.Args, Distinct: c.Distinct, Col: c.Col}, false); grows {
				return c.Name
			}
		}
	}
	return ""
}

// partitionBound says what bounds a state that each partition of an OVER has for itself.
func partitionBound(b Bound, o *plan.Over) Bound {
	if len(o.Partition) == 0 {
		return b
	}
	values := int64(1)
	for _, p := range o.Partition {
		values = times(values, domain(p, o.In))
	}
	source, limited := holds(o.In)
	switch {
	case ForgetsPartitions(o):
		b.Why += " of each partition that has had rows in the last " + o.Expire.String()
	case values > 0:
		b.Why += fmt.Sprintf(" of each of at most %d partitions", values)
	case limited:
		b.Why += " of each partition of " + source
	case o.Expire > 0:
		b.Why += " of each partition that has had rows in the last " + o.Expire.String() + ", and the keys of all others"
		b.Grows, b.Keep = true, ""
	default:
		b.Why += " of each partition that ever comes"
		b.Grows, b.Keep = true, "a WINDOW forgets what is past; EXPIRE AFTER INTERVAL '1' HOUR INACTIVITY of ROWS WINDOW forgets partitions"
	}
	return b
}

// lastRows says how many rows of a partition are kept.
func lastRows(o *plan.Over) string {
	rows, distance := int64(0), ""
	if o.Buffer > 0 {
		rows = o.Buffer
	}
	for _, c := range o.Calls {
		n, known := c.Distance()
		start := o.Frame.Start
		switch {
		case (c.Name == "LAG" || c.Name == "LEAD") && known:
			rows = max(rows, n, -n)
		case c.Name == "RANK" || c.Name == "DENSE_RANK":
			rows = max(rows, 1)
		case !c.Framed() || start.Unbounded:
		case o.Frame.Unit == plan.FrameRows && start.Offset != nil && !start.Following:
			rows = max(rows, plan.Whole(start.Offset)+1)
		case o.Frame.Unit != plan.FrameRows:
			distance = "the rows of the frame"
		}
	}
	rows += o.Ahead()
	switch {
	case distance != "":
		return distance
	case rows == 0:
		return "a running state"
	case rows == 1:
		return "the last row"
	}
	return fmt.Sprintf("the last %d rows", rows)
}

// sortBound says what bounds the rows that wait for their order.
func sortBound(s *plan.Sort) Bound {
	b := Bound{Entry: "row", Bytes: rowBytes(s.In)}
	switch s.When {
	case plan.PerWindow:
		b.Why = "the rows of the windows that close together"
	case plan.AsTimePasses:
		b.Why = "rows that event time has not passed"
	default:
		b.Why = "all rows, until the input ends"
	}
	return b
}
