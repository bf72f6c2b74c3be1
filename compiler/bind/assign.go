package bind

import (
	"time"

	"github.com/velostream/veloc/compiler/expr"
	"github.com/velostream/veloc/compiler/plan"
	"github.com/velostream/veloc/compiler/types"
	"github.com/velostream/veloc/grammar"
	"github.com/velostream/veloc/grammar/diag"
	"github.com/velostream/veloc/grammar/source"
)

// TUMBLE, HOP and CUMULATE in the FROM of a SELECT that gathers nothing add the window of each row to it, as the columns window_start,
// window_end and window_time; a row is repeated for each window that it is in. No state is needed for that. A session is not known before
// it has ended, so SESSION has to gather rows.

// Names of the columns that are added.
const (
	windowStartName = "window_start"
	windowEndName   = "window_end"
	windowTimeName  = "window_time"
)

// mostWindows is the largest number of windows that a row is repeated for.
const mostWindows = 64

// assigns tells whether a window in the FROM of a SELECT only adds columns.
func (s *scope) assigns(sel *grammar.Select, kind plan.WindowKind) bool {
	return kind != plan.Session && !gathers(sel, s.fns)
}

// assigned adds the windows of a call such as TUMBLE(TABLE t, …) to the rows of node, unless the SELECT gathers rows in them.
func (f *fromBinder) assigned(c *grammar.Call, node plan.Node, name string) plan.Node {
	spec := callSpec(c)
	if node == nil || !f.assigns(f.sel, spec.kind) {
		return node
	}
	for _, taken := range []string{windowStartName, windowEndName, windowTimeName} {
		for _, col := range node.Props().Schema {
			if col.Name == taken {
				f.report(diag.WindowColumnTaken(c.Span(), taken, spec.word))
				return nil
			}
		}
	}
	a := &assignment{scope: f.binder.scope(nil), in: node, at: spec.at}
	a.inputs, a.schema, a.meta = []input{{name: name, hi: len(node.Props().Schema)}}, node.Props().Schema, true
	if t := node.Props().Time; t.EventTime {
		a.timeColumn = t.Column
	}
	w := &plan.Window{Kind: spec.kind, At: spec.at}
	size, advance := spec.lengths()
	w.Size, w.Advance = size.time, advance.time
	before := f.diags.Count(diag.Error)
	if size.months > 0 || advance.months > 0 || spec.offset != 0 || spec.zone != "" {
		f.report(diag.WindowArguments(spec.at, spec.word, "without GROUP BY, windows have lengths of time and begin at the epoch"))
	} else {
		f.checkWindow(spec, w)
	}
	a.ts = a.windowTime(spec)
	if f.diags.Count(diag.Error) > before {
		return nil
	}
	windows := a.windows(w)
	if len(windows) > mostWindows {
		f.report(diag.TooManyWindows(spec.at, mostWindows))
		return nil
	}
	inputs := make([]plan.Node, len(windows))
	for i, w := range windows {
		inputs[i] = a.rows(w)
	}
	return plan.NewUnion(spec.word, inputs, nil, spec.at)
}

// assignment adds windows to rows.
type assignment struct {
	*scope
	in plan.Node
	ts expr.Expr // the time of a row
	at source.Span
}

// assignedWindow is one of the windows that a row is in: from the beginning of the unit of time that the row is in, before it and behind it.
type assignedWindow struct {
	unit          time.Duration
	before, after time.Duration
	perhaps       bool // the row may be behind its end
}

// windows lists the windows that a row can be in, the earliest first.
func (a *assignment) windows(w *plan.Window) []assignedWindow {
	var out []assignedWindow
	switch w.Kind {
	case plan.Tumbling:
		return []assignedWindow{{unit: w.Size, after: w.Size}}
	case plan.Hopping:
		for before := (w.Size - 1) / w.Advance * w.Advance; before >= 0; before -= w.Advance {
			out = append(out, assignedWindow{unit: w.Advance, before: before, after: w.Size - before, perhaps: w.Size-before < w.Advance})
			if len(out) > mostWindows {
				break
			}
		}
	case plan.Cumulate:
		for after := w.Advance; after <= w.Size; after += w.Advance {
			out = append(out, assignedWindow{unit: w.Size, after: after, perhaps: after < w.Size})
			if len(out) > mostWindows {
				break
			}
		}
	default:
		panic("bug: unhandled window")
	}
	return out
}

// rows are the rows of the input that are in w, with its bounds.
func (a *assignment) rows(w assignedWindow) plan.Node {
	unit := a.scalar(a.at, "TIME_BUCKET", []expr.Expr{a.length(w.unit), a.ts, literal(a.at, types.TTimestamp, int64(0))})
	end := a.moved(unit, w.after)
	columns := append(plan.Through(a.in),
		plan.Named{Name: windowStartName, E: a.moved(unit, -w.before), At: a.at},
		plan.Named{Name: windowEndName, E: end, At: a.at},
		plan.Named{Name: windowTimeName, E: a.lastMoment(end), At: a.at})
	in := a.in
	if w.perhaps {
		in = plan.NewFilter(in, a.compare(a.at, expr.Gt, end, a.ts), false, a.at)
	}
	return plan.NewProject(in, columns, a.at)
}

// moved is a time so much later.
func (a *assignment) moved(ts expr.Expr, by time.Duration) expr.Expr {
	switch {
	case by > 0:
		return a.arith(a.at, grammar.Add, ts, a.length(by))
	case by < 0:
		return a.arith(a.at, grammar.Sub, ts, a.length(-by))
	}
	return ts
}

func (a *assignment) length(d time.Duration) expr.Expr {
	return literal(a.at, types.TInterval, int64(d))
}
