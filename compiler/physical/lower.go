package physical

import (
	"fmt"
	"slices"

	"github.com/velostream/veloc/compiler/catalog"
	"github.com/velostream/veloc/compiler/expr"
	"github.com/velostream/veloc/compiler/plan"
	"github.com/velostream/veloc/compiler/types"
)

// Options are the properties of the whole job that lowering obeys.
type Options struct {
	DivisionByZeroFails bool
	MaxCardinality      string
	Workers             int
	// OrderSensitive tells whether an aggregate's result depends on the order in which rows are added up.
	OrderSensitive func(a plan.Agg) bool
	// Ordered tells whether partial results of an aggregate must be merged in row order (FIRST, LAST).
	Ordered func(a plan.Agg) bool
}

// Lower decides how the job runs.
func Lower(job *plan.Job, opts Options) *Job {
	l := &lowering{
		job:   &Job{Name: job.Name, File: job.File, Logical: job, DivisionByZeroFails: opts.DivisionByZeroFails, MaxCardinality: opts.MaxCardinality, Workers: opts.Workers},
		opts:  opts,
		flows: map[*plan.Statement]*Flow{},
		pipes: map[*catalog.Source]*Pipeline{},
		sinks: map[*catalog.Sink]*Sink{},
	}
	for _, s := range job.Statements {
		l.statement(s)
	}
	for _, p := range l.job.Pipelines {
		l.decide(p)
	}
	return l.job
}

type lowering struct {
	job   *Job
	opts  Options
	flows map[*plan.Statement]*Flow
	pipes map[*catalog.Source]*Pipeline
	sinks map[*catalog.Sink]*Sink
}

func (l *lowering) statement(s *plan.Statement) {
	f := &Flow{Statement: s}
	l.flows[s] = f
	if s.Sink != nil {
		f.Sink = l.sink(s.Sink)
	}
	ops := chain(s.Root)
	f.Stages = stages(s, ops[0].Props().Schema, ops[1:])
	switch in := ops[0].(type) {
	case *plan.Scan:
		p := l.pipeline(in)
		p.Flows = append(p.Flows, f)
	case *plan.Ref:
		up := l.flows[in.Statement]
		up.Flows = append(up.Flows, f)
	case *plan.Values:
		l.job.Pipelines = append(l.job.Pipelines, &Pipeline{Name: s.Name, Flows: []*Flow{f}})
	default:
		panic(unhandled(in))
	}
}

func (l *lowering) sink(s *plan.Sink) *Sink {
	out, ok := l.sinks[s.Target]
	if !ok {
		out = &Sink{Sink: s, Index: len(l.job.Sinks)}
		l.sinks[s.Target] = out
		l.job.Sinks = append(l.job.Sinks, out)
		return out
	}
	// Another statement into the same target: the same connector, perhaps another key.
	return &Sink{Sink: s, Index: out.Index}
}

func (l *lowering) pipeline(scan *plan.Scan) *Pipeline {
	p, ok := l.pipes[scan.Source]
	if !ok {
		p = &Pipeline{Name: scan.Source.Name, Source: scan.Source, Time: scan.Props().Time, EventTime: l.job.Logical.Times[scan.Source]}
		l.pipes[scan.Source] = p
		l.job.Pipelines = append(l.job.Pipelines, p)
	}
	for _, c := range scan.Columns {
		if !slices.Contains(p.Columns, c) {
			p.Columns = append(p.Columns, c)
		}
	}
	slices.Sort(p.Columns)
	return p
}

// chain lists the operators of a plan from its leaf to its root. All operators so far have at most one input.
func chain(n plan.Node) []plan.Node {
	in := n.Inputs()
	if len(in) == 0 {
		return []plan.Node{n}
	}
	return append(chain(in[0]), n)
}

func stages(s *plan.Statement, input plan.Schema, ops []plan.Node) []*Stage {
	var out []*Stage
	cur := &Stage{Input: input}
	for _, op := range ops {
		cur.Ops = append(cur.Ops, op)
		if a, ok := op.(*plan.Aggregate); ok {
			name := s.Name + ".groups"
			if a.Window != nil {
				name = s.Name + ".window"
			}
			cur.Table = &Table{Name: name, Agg: a}
			out = append(out, cur)
			cur = &Stage{Input: a.Props().Schema}
		}
	}
	return append(out, cur)
}

// decide chooses the parallelism of a pipeline: as many workers as the query's meaning allows, for sources whose chunks several
// workers can take.
func (l *lowering) decide(p *Pipeline) {
	p.Parallelism, p.Why = ByChunk, "rows are independent"
	set := func(par Parallelism, why string) {
		switch {
		case p.Parallelism == Ordered:
		case par == Ordered, p.Parallelism == AtEnd || why != "" && p.Why == "rows are independent":
			p.Parallelism, p.Why = par, why
		}
	}
	if p.Source == nil {
		p.Parallelism = Ordered
		return
	}
	for _, f := range p.Flows {
		l.decideFlow(p, f, true, set)
	}
	if p.Parallelism == AtEnd && !onlyGroups(p.Flows) {
		p.Parallelism, p.Why = ByChunk, "rows are written in order besides being grouped"
	}
	if !p.Source.Bounded && p.Parallelism != Ordered && hasState(p.Flows) {
		p.Parallelism, p.Why = Ordered, "state is fed from several partitions"
	}
	rowTime(p)
	for _, f := range p.Flows {
		walkTime(f, func(expr.Expr, bool) { f.Timed = true })
		walkFlows([]*Flow{f}, func(e expr.Expr) {
			if m, ok := e.(*expr.Meta); ok && m.Field == expr.MetaEventTime {
				f.Timed = true
			}
		})
	}
	walkFlows(p.Flows, func(e expr.Expr) {
		m, ok := e.(*expr.Meta)
		switch {
		case !ok:
		case m.Field == expr.MetaEventTime:
			p.readTime()
		case m.Field == expr.MetaKey:
			p.NeedKey = true
		}
	})
}

// rowTime finds the event time that all windows over a pipeline's rows follow, so that the watermark moves with every row that is read and
// not only with those that one statement keeps. A declared event time is it; without one, the column that the windows name.
func rowTime(p *Pipeline) {
	var times []expr.Expr
	var scan *plan.Scan
	declared := p.Source.EventTime.Declared
	for _, f := range p.Flows {
		walkTime(f, func(e expr.Expr, direct bool) {
			if m, ok := e.(*expr.Meta); ok && m.Field == expr.MetaEventTime || !direct && declared {
				e = &expr.Meta{Node: expr.Node{T: types.Col{Type: types.TTimestamp}, At: e.Span()}, Field: expr.MetaEventTime}
			} else if !direct {
				return
			}
			times = append(times, e)
			if s, ok := leaf(f.Statement.Root).(*plan.Scan); ok && scan == nil {
				scan = s
			}
		})
	}
	if len(times) == 0 {
		if declared && slices.ContainsFunc(p.Flows, recordsTakeTime) {
			p.RowTime = &expr.Meta{Node: expr.Node{T: types.Col{Type: types.TTimestamp}, At: p.Source.At}, Field: expr.MetaEventTime}
			p.readTime()
		}
		return
	}
	p.RowTime, p.TimeScan, p.Windows = times[0], scan, true
	for _, e := range times {
		m, isMeta := e.(*expr.Meta)
		if declared && isMeta && m.Field == expr.MetaEventTime {
			p.RowTime = e
			return
		}
		if !expr.Equal(e, times[0]) {
			p.RowTime = nil
		}
	}
}

// readTime adds the columns that say the declared event time.
func (p *Pipeline) readTime() {
	switch {
	case p.EventTime != nil:
		columns := map[int]bool{}
		expr.Columns(p.EventTime, columns)
		for c := range columns {
			p.read(c)
		}
	case p.Source.EventTime.Declared:
		p.read(p.Source.EventTime.Column)
	}
}

// read adds a column of the source to those that are decoded.
func (p *Pipeline) read(column int) {
	if !slices.Contains(p.Columns, column) {
		p.Columns = append(p.Columns, column)
		slices.Sort(p.Columns)
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
	return f.Sink != nil && f.Sink.Target.Connector == "kafka_sink" || slices.ContainsFunc(f.Flows, recordsTakeTime)
}

// walkTime visits the times of the windows that a flow's source rows reach; direct tells whether the time is an expression over the
// scan's own columns.
func walkTime(f *Flow, visit func(e expr.Expr, direct bool)) {
	_, direct := leaf(f.Statement.Root).(*plan.Scan)
	for _, op := range f.Stages[0].Ops {
		switch n := op.(type) {
		case *plan.Aggregate:
			if n.Window != nil {
				visit(n.Window.Time, direct)
			}
			return
		case *plan.Project:
			direct = false
		}
	}
	for _, c := range f.Flows {
		walkTime(c, visit)
	}
}

func leaf(n plan.Node) plan.Node {
	for len(n.Inputs()) > 0 {
		n = n.Inputs()[0]
	}
	return n
}

// onlyGroups tells whether every row goes into one aggregate and nowhere else, so that nothing but groups has to be merged.
func onlyGroups(flows []*Flow) bool {
	if len(flows) != 1 {
		return false
	}
	f := flows[0]
	if len(f.Stages) > 1 {
		return true
	}
	return f.Sink == nil && len(f.Statement.Metrics) == 0 && onlyGroups(f.Flows)
}

func hasState(flows []*Flow) bool {
	for _, f := range flows {
		if len(f.Stages) > 1 || hasState(f.Flows) {
			return true
		}
	}
	return false
}

func (l *lowering) decideFlow(p *Pipeline, f *Flow, first bool, set func(Parallelism, string)) {
	for _, st := range f.Stages {
		for _, op := range st.Ops {
			switch n := op.(type) {
			case *plan.Limit:
				set(Ordered, "LIMIT depends on the order of rows")
			case *plan.Distinct:
				set(Ordered, "DISTINCT keeps the first of equal rows")
			case *plan.Aggregate:
				if first {
					par, why := l.aggregate(n)
					set(par, why)
				}
				first = false // what follows an aggregate runs in the root task, in order
			case *plan.Filter, *plan.Project:
			default:
				panic(unhandled(n))
			}
		}
		if !first {
			return
		}
	}
	for _, c := range f.Flows {
		l.decideFlow(p, c, first, set)
	}
}

func (l *lowering) aggregate(a *plan.Aggregate) (Parallelism, string) {
	if a.Emit == plan.EmitChanges {
		return Ordered, "EMIT CHANGES shows groups after each row"
	}
	ordered := false
	for _, g := range a.Aggs {
		if l.opts.OrderSensitive(g) {
			return Ordered, g.Name + " of " + argType(g).String() + " depends on the order of additions"
		}
		ordered = ordered || l.opts.Ordered(g)
	}
	switch {
	case a.Window != nil:
		return ByChunk, "windows are merged in order"
	case ordered:
		return ByChunk, "FIRST and LAST depend on the order of rows"
	}
	return AtEnd, "groups can be merged in any order"
}

func argType(g plan.Agg) types.Type {
	if len(g.Args) == 0 {
		return types.TInvalid
	}
	return g.Args[0].Col().Type
}

// walkFlows visits every expression of the flows and of those that read them directly.
func walkFlows(flows []*Flow, visit func(expr.Expr)) {
	each := func(e expr.Expr) {
		if e != nil {
			expr.Walk(e, func(x expr.Expr) bool { visit(x); return true })
		}
	}
	for _, f := range flows {
		for _, st := range f.Stages {
			for _, op := range st.Ops {
				Exprs(op, each)
			}
		}
		for _, m := range f.Statement.Metrics {
			each(m.Condition)
			each(m.Value)
			for _, l := range m.Labels {
				each(l.Value)
			}
		}
		walkFlows(f.Flows, visit)
	}
}

// Exprs visits the top expressions of one operator.
func Exprs(op plan.Node, visit func(expr.Expr)) {
	switch n := op.(type) {
	case *plan.Filter:
		visit(n.Cond)
	case *plan.Project:
		for _, e := range n.Exprs {
			visit(e)
		}
	case *plan.Aggregate:
		for _, k := range n.Keys {
			visit(k)
		}
		if n.Window != nil {
			visit(n.Window.Time)
		}
		for _, a := range n.Aggs {
			for _, e := range a.Args {
				visit(e)
			}
			visit(a.Filter)
		}
	case *plan.Distinct, *plan.Limit, *plan.Scan, *plan.Ref, *plan.Values:
	default:
		panic(unhandled(n))
	}
}

func unhandled(n any) string {
	return "bug: physical: unhandled node " + fmt.Sprintf("%T", n)
}
