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

// ForgetsPartitions tells whether an OVER with EXPIRE AFTER forgets the partitions that no row has come to for so long, and not only what it keeps
// of them: where rows do not wait, nothing else knows of them.
func ForgetsPartitions(o *plan.Over) bool {
	return o.Expire > 0 && len(o.Partition) > 0 && o.When() == plan.AtOnce && prompt(o.In)
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

// Forgets tells whether rows of a flow reach a state that forgets.
func (f *Flow) Forgets() bool {
	for _, st := range f.Stages {
		if slices.ContainsFunc(st.Ops, func(op plan.Node) bool {
			o, over := op.(*plan.Over)
			return TTL(f.Statement, op) > 0 || over && ForgetsPartitions(o) && o.P.Time.EventTime
		}) {
			return true
		}
	}
	if f.Into != nil {
		return f.Into.Out.Forgets()
	}
	return slices.ContainsFunc(f.Flows, (*Flow).Forgets)
}
