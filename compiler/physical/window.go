package physical

import (
	"fmt"

	"github.com/velostream/veloc/compiler/plan"
)

// windowForm decides how the windows of an aggregate are kept. Panes are the cheapest, for a row costs the same whatever number of windows it
// is in, but a window that is put together of them does not know the order of its rows, and shows itself only once.
func (l *lowering) windowForm(a *plan.Aggregate) WindowForm {
	w := a.Window
	again := w != nil && (w.Late == plan.UpdateLate && a.Emit == plan.EmitFinal || w.Late == plan.MoveLate)
	switch {
	case w == nil:
		return NoWindow
	case w.Rows > 0:
		return Counted
	case w.Kind == plan.Session:
		return Sessions
	case again:
		return Overlapping
	case w.Kind == plan.Tumbling && !w.Calendar() && w.Offset == 0:
		return Tumbling
	case a.Emit == plan.EmitChanges:
		return Overlapping
	}
	for _, g := range a.Aggs {
		if w.Kind != plan.Tumbling && (l.opts.OrderSensitive(g) || l.opts.Ordered(g)) {
			return Overlapping
		}
	}
	return Sliced
}

// shareWindow says what several workers may do with the rows of a windowed aggregate beyond what its aggregates allow; "" as for any other.
func (l *lowering) shareWindow(a *plan.Aggregate) (why string) {
	w := a.Window
	switch form := l.windowForm(a); {
	case form == Counted:
		return "windows count the rows of a group"
	case form == Sessions:
		return "sessions depend on the order of rows"
	case w != nil && w.Late == plan.LetterLate:
		return "late rows are set aside in their order"
	case w != nil && w.Late == plan.UpdateLate:
		return "late rows show their window again"
	case w != nil && w.Late == plan.MoveLate:
		return "late rows go into the oldest open window"
	case form == Overlapping:
		return "each row is added to all windows that it is in, one after the other"
	}
	return ""
}

// windowBound says what bounds the state of an aggregate over windows of time.
func windowBound(t *Table) string {
	w := t.Agg.Window
	switch {
	case t.Form == Sessions:
		return fmt.Sprintf("open sessions, which end after %s without rows of their group%s", w.Size, kept(w))
	case t.Form == Sliced && w.Kind != plan.Tumbling:
		return fmt.Sprintf("panes of %s of the open windows of %s%s, and the groups in them", paneLength(w), w.Length(), kept(w))
	}
	return fmt.Sprintf("open windows of %s%s, and the groups in them", w.Length(), kept(w))
}

// countedWindows says which windows of a number of rows each group has.
func countedWindows(w *plan.Window) string {
	n := (w.Rows + w.RowsStep - 1) / w.RowsStep
	if n == 1 {
		return fmt.Sprintf("an open window of %d rows per group; ", w.Rows)
	}
	return fmt.Sprintf("%d open windows of %d rows per group; ", n, w.Rows)
}

// kept says how much longer windows stay open.
func kept(w *plan.Window) string {
	if w.Lateness == 0 {
		return ""
	}
	return fmt.Sprintf(" and %s for late rows", w.Lateness)
}

// paneLength is the greatest length of time that windows and the steps between them are multiples of.
func paneLength(w *plan.Window) string {
	pane := *w
	pane.Size, pane.Months = common(w.Size, w.Advance), common(w.Months, w.MonthsBy)
	return pane.Length()
}

// common is the greatest common divisor.
func common[N ~int64](a, b N) N {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}
