package physical

import (
	"slices"

	"github.com/velostream/veloc/compiler/expr"
	"github.com/velostream/veloc/compiler/plan"
	"github.com/velostream/veloc/compiler/types"
)

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
	if len(p.Inputs) == 0 {
		p.Parallelism = Ordered
		return
	}
	if p.Merged() {
		p.Name = meetingName(p)
		set(Ordered, "rows of several sources meet")
	}
	for _, in := range p.Inputs {
		l.share(p, in, set)
		l.columns(p, in)
	}
	slices.SortStableFunc(p.Inputs, func(a, b *Input) int { return a.precedence() - b.precedence() })
}

// share decides what several workers may do with the chunks of an input.
func (l *lowering) share(p *Pipeline, in *Input, set func(Parallelism, string)) {
	for _, f := range in.Flows {
		l.decideFlow(f, true, false, set)
	}
	if p.Parallelism == AtEnd && !onlyGroups(in.Flows) {
		p.Parallelism, p.Why = ByChunk, "rows are written in order besides being grouped"
	}
	if !in.Source.Bounded && p.Parallelism != Ordered && hasState(in.Flows) {
		p.Parallelism, p.Why = Ordered, "state is fed from several partitions"
	}
}

// columns adds what system columns need to what is read of an input, and finds the flows that ask for the time of its rows.
func (l *lowering) columns(p *Pipeline, in *Input) {
	in.First = slices.ContainsFunc(in.Flows, (*Flow).lookedUp)
	rowTime(p, in)
	for _, f := range in.Flows {
		walkTime(f, func(expr.Expr, bool) { f.Timed = true })
		walkFlow(f, func(e expr.Expr) {
			if m, ok := e.(*expr.Meta); ok && m.Field == expr.MetaEventTime {
				f.Timed = true
			}
		})
		f.Timed = f.Timed || in.RowTime != nil && p.stepped()
		walkFlow(f, func(e expr.Expr) {
			m, ok := e.(*expr.Meta)
			switch {
			case !ok:
			case m.Field == expr.MetaEventTime:
				in.readTime()
			case m.Field == expr.MetaKey:
				in.NeedKey = true
			}
		})
	}
}

// lookedUp tells whether rows of a flow wait to be looked up by those of others.
func (f *Flow) lookedUp() bool {
	if f.Into == nil {
		return slices.ContainsFunc(f.Flows, (*Flow).lookedUp)
	}
	return f.Into.Way == Lookup && f.Side == 1 || f.Into.Out.lookedUp()
}

// precedence orders the inputs of a pipeline: what is looked up before what looks it up.
func (in *Input) precedence() int {
	versions := func(f *Flow) bool {
		if f.Into == nil {
			return false
		}
		j, ok := f.Into.Op.(*plan.Join)
		return ok && (j.Form == plan.TemporalJoin || j.Form == plan.AsOfJoin) && f.Side == 1
	}
	switch {
	case in.First:
		return 0
	case slices.ContainsFunc(in.Flows, versions):
		return 1
	}
	return 2
}

// meetingName names a pipeline after the statement in which its rows meet first.
func meetingName(p *Pipeline) string {
	var name string
	eachFlow(p.Roots(), func(f *Flow) {
		if name == "" && f.Into != nil {
			name = f.Into.Out.Statement.Name
		}
	})
	return name
}

// Stepped tells whether time passes row by row in the root rather than chunk by chunk: what time causes in one operator is input of
// another.
func (p *Pipeline) Stepped() bool { return p.stepped() }

func (p *Pipeline) stepped() bool {
	found := false
	eachFlow(p.Roots(), func(f *Flow) { found = found || f.Into != nil })
	return found
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

func (l *lowering) decideFlow(f *Flow, first, elements bool, set func(Parallelism, string)) {
	for _, st := range f.Stages {
		for _, op := range st.Ops {
			switch n := op.(type) {
			case *plan.Limit:
				set(Ordered, "LIMIT depends on the order of rows")
			case *plan.Distinct:
				set(Ordered, "DISTINCT keeps the first of equal rows")
			case *plan.Over:
				set(Ordered, "OVER looks at the rows around each row")
			case *plan.Sort:
				set(Ordered, "ORDER BY keeps equal rows in the order of the input")
			case *plan.Unnest:
				elements = true
			case *plan.Aggregate:
				if first && elements {
					set(Ordered, "groups of elements appear in the order of elements")
				}
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
	if f.Into != nil {
		set(Ordered, "rows of one source meet")
	}
	for _, c := range f.Flows {
		l.decideFlow(c, first, elements, set)
	}
}

func (l *lowering) aggregate(a *plan.Aggregate) (Parallelism, string) {
	if a.Emit == plan.EmitChanges {
		return Ordered, "EMIT CHANGES shows groups after each row"
	}
	if why := l.shareWindow(a); why != "" {
		return Ordered, why
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
