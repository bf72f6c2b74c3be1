package physical

import (
	"fmt"

	"github.com/velostream/veloc/compiler/plan"
)

// keeps is the table of an operator that keeps rows besides aggregates; nil for others.
func keeps(s *plan.Statement, op plan.Node) *Table {
	switch n := op.(type) {
	case *plan.Over:
		return &Table{Name: s.Name + ".over", Op: n, Bound: overBound(n)}
	case *plan.Sort:
		return &Table{Name: s.Name + ".order", Op: n, Bound: sortBound(n)}
	}
	return nil
}

// overBound says what an OVER keeps.
func overBound(o *plan.Over) Bound {
	grows := len(o.Partition) > 0 && o.Expire == 0 && !o.P.Bounded
	each := ""
	if len(o.Partition) > 0 {
		each = " of each partition"
		if o.Expire > 0 {
			each += " that has had rows in the last " + o.Expire.String()
		}
	}
	switch o.When() {
	case plan.WholeInput:
		return Bound{Text: "all rows, until the input ends"}
	case plan.WholeWindow:
		return Bound{Text: "the rows of the windows that close together"}
	case plan.TopAtEnd:
		return Bound{Text: plan.FirstRows(o.Top) + each + ", until the input ends"}
	case plan.TopRows:
		return Bound{plan.FirstRows(o.Top) + each, grows}
	case plan.FullBuffer:
		return Bound{fmt.Sprintf("up to %d rows%s", o.Buffer, each), grows}
	case plan.SortedBuffer:
		return Bound{fmt.Sprintf("the last %d rows%s", o.Buffer, each), grows}
	}
	b := Bound{lastRows(o) + each, grows}
	if o.When() == plan.InTime {
		b.Text = "rows that event time has not passed, and " + b.Text
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

func sortBound(s *plan.Sort) Bound {
	switch s.When {
	case plan.PerWindow:
		return Bound{Text: "the rows of the windows that close together"}
	case plan.AsTimePasses:
		return Bound{Text: "rows that event time has not passed"}
	}
	return Bound{Text: "all rows, until the input ends"}
}
