package bind

import (
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
	var held []plan.Node // stateful operators from the sink to the source
	for n := s.Root; ; {
		switch op := n.(type) {
		case *plan.Aggregate, *plan.Distinct:
			held = append(held, op)
		case *plan.Ref:
			n = op.Statement.Root
			continue
		case *plan.Scan:
			if op.Source.Connector == "kafka_source" {
				b.warnLost(held)
			}
			return
		}
		if len(n.Inputs()) == 0 {
			return
		}
		n = n.Inputs()[0]
	}
}

// warnLost reports each stateful operator once. A window over the source's own rows, the last in the list, is safe.
func (b *binder) warnLost(held []plan.Node) {
	for i, n := range held {
		what := "the rows that DISTINCT has seen"
		if a, ok := n.(*plan.Aggregate); ok {
			switch {
			case a.Window != nil && i == len(held)-1:
				continue
			case a.Window != nil:
				what = "this window, which is made of results,"
			case len(a.Keys) == 0:
				what = "this aggregate"
			default:
				var keys []string
				for _, k := range a.Props().Schema[:len(a.Keys)] {
					keys = append(keys, k.Name)
				}
				what = "the groups of " + strings.Join(keys, ", ")
			}
		}
		if !b.warned[n] {
			b.warned[n] = true
			b.report(diag.StateIsNotDurable(n.Span(), what))
		}
	}
}
