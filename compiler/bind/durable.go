package bind

import (
	"slices"
	"strings"

	"github.com/velostream/veloc/compiler/plan"
	"github.com/velostream/veloc/grammar/diag"
)

// checkDurable warns of state that a restart does not bring back, where its results are kept: rows of open windows are read again from
// their topic, but groups and distinct rows without a window may have begun with its first record. With a state directory all of it survives.
func (b *binder) checkDurable(s *plan.Statement) {
	if b.cat.Job("state.dir", "") != "" || s.Sink == nil || s.Sink.Target.Connector == "stdout_sink" || s.Sink.Target.Connector == "blackhole_sink" {
		return
	}
	b.lost(s.Root, nil)
}

// lost warns of the stateful operators between a sink and n, from the former to the latter, if n reads a topic.
func (b *binder) lost(n plan.Node, held []plan.Node) {
	held = held[:len(held):len(held)]
	switch op := n.(type) {
	case *plan.Aggregate, *plan.Distinct, *plan.Over, *plan.Sort:
		held = append(held, op)
	case *plan.SetOp:
		if op.Kind != plan.Union || !op.All {
			held = append(held, op)
		}
	case *plan.Join:
		if op.Form == plan.LookupJoin { // what is looked up is read anew
			b.lost(op.Left, held)
			return
		}
		held = append(held, op)
	case *plan.Ref:
		b.lost(op.Statement.Root, held)
	case *plan.Scan:
		if op.Source.Connector == "kafka_source" {
			b.warnLost(held)
		}
	}
	for _, in := range n.Inputs() {
		b.lost(in, held)
	}
}

// warnLost reports each stateful operator once, and those of one clause, such as the sets of ROLLUP, together. A window over the source's own rows, the last in the list, is safe, unless its rows meet others.
func (b *binder) warnLost(held []plan.Node) {
	met := slices.ContainsFunc(held, func(n plan.Node) bool { return len(n.Inputs()) > 1 })
	for i, n := range held {
		what := "the rows that DISTINCT has seen"
		switch a := n.(type) {
		case *plan.Join:
			what = "the rows that this join keeps"
		case *plan.SetOp:
			what = "the rows that " + strings.ToUpper(a.Kind.String()) + " has seen"
		case *plan.Over:
			what = "the rows that OVER keeps"
		case *plan.Sort:
			what = "the rows that ORDER BY keeps"
		case *plan.Aggregate:
			if a.Window != nil && i == len(held)-1 && !met {
				continue
			}
			what = groupsText(a)
		}
		if !b.warned[n.Span()] {
			b.warned[n.Span()] = true
			_, over := n.(*plan.Over)
			_, sort := n.(*plan.Sort)
			b.report(diag.StateIsNotDurable(n.Span(), what, !over && !sort))
		}
	}
}

// groupsText says what an aggregate keeps.
func groupsText(a *plan.Aggregate) string {
	switch {
	case a.Window != nil:
		return "this window, which is made of results,"
	case len(a.Keys) == 0:
		return "this aggregate"
	}
	var keys []string
	for _, k := range a.Props().Schema[:len(a.Keys)] {
		keys = append(keys, k.Name)
	}
	return "the groups of " + strings.Join(keys, ", ")
}
