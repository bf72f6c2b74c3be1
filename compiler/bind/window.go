package bind

import (
	"strings"
	"time"

	"github.com/velostream/veloc/compiler/expr"
	"github.com/velostream/veloc/compiler/plan"
	"github.com/velostream/veloc/compiler/types"
	"github.com/velostream/veloc/grammar"
	"github.com/velostream/veloc/grammar/diag"
	"github.com/velostream/veloc/grammar/source"
)

// windowSpec is a tumbling window in one of its spellings: WINDOW TUMBLING(ts, 5m), GROUP BY TUMBLE(ts, INTERVAL '5' MINUTE), FROM
// TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '5' MINUTE).
type windowSpec struct {
	at    source.Span
	time  grammar.Expr // nil: the event time, or else the record's own
	size  time.Duration
	ok    bool // the size has been found
	extra bool // there are arguments that mean neither time nor size
}

// findWindow resolves the window of a SELECT; nil when it has none.
func (s *scope) findWindow(sel *grammar.Select, in plan.Node) *plan.Window {
	spec := s.oneWindow(windowSpecs(sel))
	if spec == nil {
		return nil
	}
	if s.relation == "" {
		s.report(diag.WindowWithoutInput(spec.at))
		return nil
	}
	s.windowed, s.window = true, spec
	w := &plan.Window{Size: spec.size, At: spec.at, Time: s.windowTime(spec), Lateness: lateness(in)}
	if !spec.ok || spec.size <= 0 {
		s.report(diag.BadWindowSize(spec.at, spec.size.String()))
	}
	return w
}

// windowSpecs lists the windows that a SELECT names, in the order of the text.
func windowSpecs(sel *grammar.Select) []*windowSpec {
	var specs []*windowSpec
	if sel.From != nil {
		if f, ok := sel.From.First.Relation.(*grammar.TableFunction); ok {
			specs = append(specs, callSpec(f.Call, f.Call.Args[1:]))
		}
	}
	if sel.GroupBy != nil {
		for _, g := range sel.GroupBy.Exprs {
			if c := windowCall(g); c != nil {
				specs = append(specs, callSpec(c, c.Args))
			}
		}
	}
	if w := sel.Window; w != nil {
		spec := &windowSpec{at: w.Span(), time: w.Time}
		if w.Size != nil {
			spec.size, spec.ok = w.Size.Value, true
		}
		specs = append(specs, spec)
	}
	return specs
}

// windowCall is GROUP BY TUMBLE(…) or TUMBLING(…), or nil.
func windowCall(e grammar.Expr) *grammar.Call {
	c, ok := e.(*grammar.Call)
	if ok && isTumble(c.Name.String()) {
		return c
	}
	return nil
}

func isTumble(name string) bool {
	return strings.EqualFold(name, "TUMBLE") || strings.EqualFold(name, "TUMBLING")
}

// callSpec reads the arguments of TUMBLE: a time column, perhaps as DESCRIPTOR(ts), and a size, in any order.
func callSpec(c *grammar.Call, args []grammar.Expr) *windowSpec {
	spec := &windowSpec{at: c.Span()}
	for _, a := range args {
		switch a := a.(type) {
		case *grammar.TableArg:
		case *grammar.Interval:
			spec.extra = spec.extra || spec.ok || a.Months != 0
			spec.size, spec.ok = a.Value, true
		default:
			spec.extra = spec.extra || spec.time != nil
			spec.time = timeArgument(a)
		}
	}
	return spec
}

// timeArgument is the inside of DESCRIPTOR(ts), or a itself.
func timeArgument(a grammar.Expr) grammar.Expr {
	if c, ok := a.(*grammar.Call); ok && len(c.Args) == 1 && strings.EqualFold(c.Name.String(), "DESCRIPTOR") {
		return c.Args[0]
	}
	return a
}

// oneWindow reports windows that contradict the first.
func (b *binder) oneWindow(specs []*windowSpec) *windowSpec {
	if len(specs) == 0 {
		return nil
	}
	first := specs[0]
	for _, other := range specs[1:] {
		if other.size != first.size {
			b.report(diag.WindowTwice(other.at, first.at))
		}
	}
	return first
}

// windowTime is the time that decides which window a row is in. Without a column it is the event time that the source declares, or
// else the record's own timestamp; the column that the source declares means the same.
func (s *scope) windowTime(spec *windowSpec) expr.Expr {
	eventTime := &expr.Meta{Node: expr.Node{T: types.Col{Type: types.TTimestamp}, At: spec.at}, Field: expr.MetaEventTime}
	if spec.time == nil {
		return eventTime
	}
	e := s.in(inWindow).expr(spec.time)
	if s.isEventTime(e) {
		return eventTime
	}
	return s.asTime(spec.time, e, "a window")
}

// asTime is e as a TIMESTAMP; an INTEGER is milliseconds since 1970. What needs it, for the message.
func (s *scope) asTime(written grammar.Expr, e expr.Expr, what string) expr.Expr {
	switch t := e.Col().Type; t.Kind {
	case types.Invalid, types.Timestamp:
		return e
	case types.Date, types.Integer:
		return s.cast(e, types.TTimestamp)
	default:
		s.report(diag.NotATime(written.Span(), what, written.Span().Snippet(40), t.String()))
		return invalid(written.Span())
	}
}

// isEventTime tells whether e reads the column that holds the input's event time.
func (s *scope) isEventTime(e expr.Expr) bool {
	c, ok := e.(*expr.Column)
	return ok && s.timeColumn >= 0 && c.Index == s.timeColumn
}

// lateness is how long the source wants closed windows to be kept.
func lateness(in plan.Node) time.Duration {
	for {
		if scan, ok := in.(*plan.Scan); ok {
			return scan.Source.EventTime.Lateness
		}
		below := in.Inputs()
		if len(below) != 1 {
			return 0
		}
		in = below[0]
	}
}

// windowFunction binds TUMBLE_START(…) and TUMBLE_END(…). Their arguments repeat the window and must agree with it.
func (s *scope) windowFunction(c *grammar.Call) expr.Expr {
	index, name := windowStartAt, plan.WindowStart
	if strings.HasSuffix(strings.ToUpper(c.Name.String()), "_END") {
		index, name = windowEndAt, plan.WindowEnd
	}
	e := s.windowBound(c.Span(), index, name, c.Span().Text())
	if isInvalid(e) {
		return e
	}
	spec := callSpec(c, c.Args)
	if spec.time != nil {
		s.in(inWindow).expr(spec.time)
	}
	if spec.ok && spec.size != s.window.size {
		s.report(diag.WindowTwice(spec.at, s.window.at))
	}
	return e
}

// isWindowFunction tells whether a function reads the bounds of a tumbling window.
func isWindowFunction(name string) bool {
	switch strings.ToUpper(name) {
	case "TUMBLE_START", "TUMBLE_END", "WINDOW_START", "WINDOW_END":
		return true
	}
	return false
}
