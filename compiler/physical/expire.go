package physical

import (
	"slices"
	"time"

	"github.com/velostream/veloc/compiler/plan"
)

// TTL is how long an operator of a statement keeps an entry that no row has come to; 0: for ever. What forgets has to know the time of the row at
// hand, so it has to get its rows when those of the source come, not when time passes.
func TTL(s *plan.Statement, op plan.Node) time.Duration {
	switch n := op.(type) {
	case *plan.Aggregate:
		if n.Window == nil && n.Emit == plan.EmitChanges && len(n.Keys) > 0 && prompt(n.In) {
			return s.TTL
		}
	case *plan.Distinct:
		if n.In.Props().Mode == plan.Append && prompt(n.In) {
			return s.TTL
		}
	}
	return 0
}

// prompt tells whether rows of n come with the rows of the source that cause them.
func prompt(n plan.Node) bool {
	switch n := n.(type) {
	case *plan.Scan:
		return true
	case *plan.Aggregate:
		return n.Window == nil && n.Emit == plan.EmitChanges && prompt(n.In)
	case *plan.Over:
		return (n.When() == plan.AtOnce || n.When() == plan.TopRows) && prompt(n.In)
	case *plan.Filter, *plan.Project, *plan.Distinct, *plan.Limit, *plan.Unnest:
		return prompt(n.Inputs()[0])
	case *plan.Ref:
		return prompt(n.Statement.Root)
	case *plan.SetOp:
		return n.Kind == plan.Union && n.All && prompt(n.Left) && prompt(n.Right)
	case *plan.Join:
		return n.Form == plan.LookupJoin && prompt(n.Left)
	}
	return false
}

// forgetsBy is the property by which a flow, or the join that it leads into, forgets; empty where neither does.
func (f *Flow) forgetsBy() string {
	if f.Into != nil {
		if j, ok := f.Into.Op.(*plan.Join); ok && j.TTL > 0 && j.TTL != f.Into.Out.Statement.TTL {
			return "join.ttl"
		} else if ok && j.TTL > 0 {
			return "state.ttl"
		}
	}
	if f.Forgets() {
		return "state.ttl"
	}
	return ""
}

// Forgets tells whether rows of a flow reach a state that forgets.
func (f *Flow) Forgets() bool {
	for _, st := range f.Stages {
		if slices.ContainsFunc(st.Ops, func(op plan.Node) bool { return TTL(f.Statement, op) > 0 }) {
			return true
		}
	}
	if f.Into != nil {
		return f.Into.Out.Forgets()
	}
	return slices.ContainsFunc(f.Flows, (*Flow).Forgets)
}
