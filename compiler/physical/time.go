package physical

import (
	"slices"

	"github.com/velostream/veloc/compiler/catalog"
	"github.com/velostream/veloc/compiler/expr"
	"github.com/velostream/veloc/compiler/plan"
	"github.com/velostream/veloc/compiler/types"
)

// rowTime finds the event time that all windows over an input's rows follow, so that the watermark moves with every row that is read and
// not only with those that one statement keeps. A declared event time is it; without one, the column that windows and joins name. Where rows
// of several inputs meet, they are merged by it.
func rowTime(p *Pipeline, in *Input) {
	var times []expr.Expr
	var scan *plan.Scan
	declared := in.Source.EventTime.Declared
	for _, f := range in.Flows {
		walkTime(f, func(e expr.Expr, direct bool) {
			if m, ok := e.(*expr.Meta); ok && m.Field == expr.MetaEventTime || !direct && declared {
				e = eventTimeAt(in)
			} else if !direct {
				return
			}
			times = append(times, e)
			if s, ok := leaf(f.Leaf).(*plan.Scan); ok && scan == nil {
				scan = s
			}
		})
	}
	hasTime := declared || in.Source.Connector == "kafka_source"
	if hasTime && !in.First && p.stepped() {
		times = append(times, eventTimeAt(in))
	}
	if len(times) == 0 {
		if declared && slices.ContainsFunc(in.Flows, recordsTakeTime) {
			in.RowTime = eventTimeAt(in)
			in.readTime()
		}
		return
	}
	in.RowTime, in.TimeScan, in.Windows = times[0], scan, true
	if in.marked() {
		in.RowTime = eventTimeAt(in) // and the windows' own times only say which window a row is in
		in.readTime()
		return
	}
	for _, e := range times {
		m, isMeta := e.(*expr.Meta)
		if declared && isMeta && m.Field == expr.MetaEventTime {
			in.RowTime = e
			break
		}
		if !expr.Equal(e, times[0]) {
			in.RowTime = nil
		}
	}
	if m, ok := in.RowTime.(*expr.Meta); ok && m.Field == expr.MetaEventTime {
		in.readTime()
	}
}

func eventTimeAt(in *Input) expr.Expr {
	return &expr.Meta{Node: expr.Node{T: types.Col{Type: types.TTimestamp}, At: in.Source.At}, Field: expr.MetaEventTime}
}

// marked tells whether something else than the event time of every row moves the watermark. A column that says so is decoded.
func (in *Input) marked() bool {
	switch et := in.Source.EventTime; et.Marks {
	case catalog.EveryRow:
		return false
	case catalog.MarkedRows, catalog.CarriedTimes:
		in.read(et.Mark)
	}
	return true
}

// readTime adds the columns that say the declared event time to those that are decoded.
func (in *Input) readTime() {
	switch {
	case in.EventTime != nil:
		columns := map[int]bool{}
		expr.Columns(in.EventTime, columns)
		for c := range columns {
			in.read(c)
		}
	case in.Source.EventTime.Declared:
		in.read(in.Source.EventTime.Column)
	}
}

// read adds a column of the source to those that are decoded.
func (in *Input) read(column int) {
	if !slices.Contains(in.Columns, column) {
		in.Columns = append(in.Columns, column)
		slices.Sort(in.Columns)
	}
}

// recordsTakeTime tells whether rows of a flow become records that carry the event time of the source's row: those of a window have the
// window's.
func recordsTakeTime(f *Flow) bool {
	for _, st := range f.Stages {
		if st.Table != nil && st.Table.Agg.Window != nil {
			return false
		}
	}
	if f.Into != nil {
		return recordsTakeTime(f.Into.Out)
	}
	return f.Sink != nil && f.Sink.Target.Connector == "kafka_sink" || slices.ContainsFunc(f.Flows, recordsTakeTime)
}

// walkTime visits the times of the windows and joins that a flow's source rows reach; direct tells whether the time is an expression over the
// scan's own columns.
func walkTime(f *Flow, visit func(e expr.Expr, direct bool)) {
	_, direct := f.Leaf.(*plan.Scan)
	if f.Forgets() {
		visit(&expr.Meta{Node: expr.Node{T: types.Col{Type: types.TTimestamp}, At: f.Statement.At}, Field: expr.MetaEventTime}, direct)
	}
	for _, op := range f.Stages[0].Ops {
		switch n := op.(type) {
		case *plan.Aggregate:
			if n.Window != nil {
				visit(n.Window.Time, direct)
			}
			return
		case *plan.Over:
			switch {
			case n.When() == plan.InTime:
				visit(n.Order[0].E, direct)
			case n.Expire > 0 && n.P.Time.EventTime: // the time of the rows says how long a partition has had none
				visit(&expr.Meta{Node: expr.Node{T: types.Col{Type: types.TTimestamp}, At: n.At}, Field: expr.MetaEventTime}, direct)
			}
		case *plan.Sort:
			if n.When == plan.AsTimePasses {
				visit(n.Keys[0].E, direct)
			}
		case *plan.Project:
			direct = false
		}
	}
	if len(f.Stages) > 1 {
		return
	}
	if f.Into != nil {
		if j, ok := f.Into.Op.(*plan.Join); ok && j.Bound != nil {
			visit([]expr.Expr{j.Bound.Left, j.Bound.Right}[f.Side], direct)
		}
		return
	}
	for _, c := range f.Flows {
		walkTime(c, visit)
	}
}
