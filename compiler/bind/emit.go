package bind

import (
	"github.com/velostream/veloc/compiler/plan"
	"github.com/velostream/veloc/grammar"
	"github.com/velostream/veloc/grammar/diag"
)

// emit resolves when an aggregate shows its groups: as EMIT says, else FINAL with a window and CHANGES without.
func (b *binder) emit(q *grammar.Query, in plan.Node, w *plan.Window) plan.Emit {
	switch {
	case q.Emit == nil && w != nil:
		return plan.EmitFinal
	case q.Emit == nil || !q.Emit.Final:
		return plan.EmitChanges
	}
	if w == nil && !in.Props().Bounded {
		b.report(diag.FinalNeverComes(q.Emit.Span(), inputName(in)))
	}
	return plan.EmitFinal
}

// emitWithoutGroups checks EMIT on a query that shows each row as it comes. EMIT CHANGES says just that.
func (b *binder) emitWithoutGroups(q *grammar.Query) {
	if q.Emit != nil && q.Emit.Final {
		b.report(diag.EmitWithoutEffect(q.Emit.Span()))
	}
}

// overUpdates checks an aggregate whose input rows can replace each other.
func (b *binder) overUpdates(sel *grammar.Select, in plan.Node) {
	if sel.From == nil {
		return
	}
	at := sel.From.First.Span()
	if in.Props().Mode != plan.Append {
		b.report(diag.AggregateOverUpdates(at, inputName(in)))
		return
	}
	if r := refBelow(in); r != nil && r.Statement.Root.Props().Mode == plan.Upsert {
		b.report(diag.UpdatesAsRows(at, r.Statement.Name))
	}
}

// refBelow is the Ref that n filters, or nil.
func refBelow(n plan.Node) *plan.Ref {
	for {
		if r, ok := n.(*plan.Ref); ok {
			return r
		}
		in := n.Inputs()
		if len(in) != 1 {
			return nil
		}
		n = in[0]
	}
}
