package bind

import (
	"github.com/velostream/veloc/compiler/plan"
	"github.com/velostream/veloc/grammar"
	"github.com/velostream/veloc/grammar/diag"
)

// emit resolves when an aggregate shows its groups: as EMIT says, else FINAL with a window and CHANGES without. In a query that another one
// reads, EMIT of the outer one counts as its own, and over input that ends only the last state of a group counts.
func (s *scope) emit(q *grammar.Query, in plan.Node, w *plan.Window, ctx queryContext) plan.Emit {
	e := q.Emit
	if e == nil {
		e = ctx.emit
	}
	if e != nil && e.After != nil {
		if w == nil || w.Rows > 0 {
			s.report(diag.NothingToWaitFor(e.After.Span()))
		} else {
			w.Rest = e.After.Value
		}
	}
	switch {
	case e == nil && (w != nil || ctx.nested && in.Props().Bounded):
		return plan.EmitFinal
	case e == nil || !e.Final:
		return plan.EmitChanges
	}
	return plan.EmitFinal
}

// checkFinal reports EMIT FINAL where no end comes.
func (s *scope) checkFinal(q *grammar.Query, in plan.Node, w *plan.Window, e plan.Emit) {
	if w == nil && e == plan.EmitFinal && !in.Props().Bounded && !s.broken {
		at := q.Span()
		if q.Emit != nil {
			at = q.Emit.Span()
		}
		s.report(diag.FinalNeverComes(at, inputName(in)))
	}
}

// emitWithoutGroups checks EMIT on a query that shows each row as it comes. EMIT CHANGES says just that; a query in FROM may have taken
// EMIT FINAL.
func (b *binder) emitWithoutGroups(q *grammar.Query, sel *grammar.Select, ctx queryContext) {
	if q.Emit != nil && q.Emit.Final && !readsQuery(q, sel) {
		b.report(diag.EmitWithoutEffect(q.Emit.Span()))
	}
}

// readsQuery tells whether FROM has a query, or the statement common table expressions.
func readsQuery(q *grammar.Query, sel *grammar.Select) bool {
	found := len(q.CTEs) > 0
	if sel.From != nil {
		grammar.Walk(sel.From, func(n grammar.Node) bool {
			_, derived := n.(*grammar.DerivedTable)
			found = found || derived
			return !found
		})
	}
	return found
}

// overUpdates warns of an aggregate over a stream of updates, each of which is a row of its own.
func (b *binder) overUpdates(sel *grammar.Select, in plan.Node) {
	if sel.From == nil {
		return
	}
	at := sel.From.First.Span()
	r := refBelow(in)
	if r != nil && !r.Statement.Part && in.Props().Mode == plan.Append && r.Statement.Root.Props().Mode == plan.Upsert {
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
