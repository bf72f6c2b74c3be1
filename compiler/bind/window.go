package bind

import (
	"strings"
	"time"

	"github.com/velostream/veloc/compiler/catalog"
	"github.com/velostream/veloc/compiler/expr"
	"github.com/velostream/veloc/compiler/plan"
	"github.com/velostream/veloc/compiler/types"
	"github.com/velostream/veloc/grammar"
	"github.com/velostream/veloc/grammar/diag"
	"github.com/velostream/veloc/grammar/source"
	"github.com/velostream/veloc/runtime/sqlfn/zone"
)

// windowSpec is a window in one of its spellings: WINDOW TUMBLING(ts, 5m), GROUP BY TUMBLE(ts, INTERVAL '5' MINUTE), FROM
// TUMBLE(TABLE t, DESCRIPTOR(ts), INTERVAL '5' MINUTE).
type windowSpec struct {
	at      source.Span
	word    string // TUMBLE, SLIDING, … in upper case
	kind    plan.WindowKind
	time    grammar.Expr // nil: the event time, or else the record's own
	sizes   []length
	offset  time.Duration
	zone    string
	rows    int64 // of a window of rows
	step    int64
	keys    []grammar.Expr // of a session
	problem string         // what is wrong with the arguments, as a sentence; "" for nothing
	clause  bool           // from a WINDOW clause, whose arguments the grammar has sorted
}

// length is a length of time, or a number of calendar months.
type length struct {
	time   time.Duration
	months int64
}

func (l length) less(o length) bool {
	return l.months < o.months || l.months == o.months && l.time < o.time
}

// windowCalls are the functions that make windows, with the kind of each.
var windowCalls = map[string]plan.WindowKind{
	"TUMBLE": plan.Tumbling, "TUMBLING": plan.Tumbling, "HOP": plan.Hopping, "HOPPING": plan.Hopping, "SLIDING": plan.Hopping,
	"SESSION": plan.Session, "CUMULATE": plan.Cumulate,
}

var windowKinds = map[grammar.WindowKind]plan.WindowKind{
	grammar.Tumbling: plan.Tumbling, grammar.Sliding: plan.Hopping, grammar.Session: plan.Session, grammar.Cumulate: plan.Cumulate,
}

// findWindow resolves the window of a SELECT; nil when it has none.
func (s *scope) findWindow(sel *grammar.Select, in plan.Node) *plan.Window {
	spec := s.oneWindow(s.windowSpecs(sel))
	if spec == nil {
		return nil
	}
	if len(s.inputs) == 0 {
		s.report(diag.WindowWithoutInput(spec.at))
		return nil
	}
	s.windowed, s.window = true, spec
	w := &plan.Window{Kind: spec.kind, Rows: spec.rows, RowsStep: spec.step, At: spec.at, Time: s.windowTime(spec)}
	if et := timeBelow(in); et != nil {
		w.Lateness, w.Late = et.Lateness, lateStrategies[et.Late]
	}
	size, advance := spec.lengths()
	w.Size, w.Months, w.Advance, w.MonthsBy = size.time, size.months, advance.time, advance.months
	w.Offset, w.Zone = spec.offset, spec.zone
	s.checkWindow(spec, w)
	return w
}

// lengths are size and advance; 0 for what is not there. The functions HOP and CUMULATE name the smaller one first, as Flink has it; where
// a size smaller than its advance can only be a slip of that order, either is understood.
func (w *windowSpec) lengths() (size, advance length) {
	switch {
	case len(w.sizes) == 0:
		return size, advance
	case len(w.sizes) == 1:
		return w.sizes[0], advance
	case !w.clause && (w.word == "HOP" || w.word == "CUMULATE") && w.sizes[0].less(w.sizes[1]):
		return w.sizes[1], w.sizes[0]
	}
	return w.sizes[0], w.sizes[1]
}

func (s *scope) checkWindow(spec *windowSpec, w *plan.Window) {
	switch {
	case spec.problem != "":
		s.report(diag.WindowArguments(spec.at, spec.word, spec.problem))
	case w.Rows > 0:
		if spec.time != nil {
			s.report(diag.WindowArguments(spec.at, spec.word, "a window of rows has no time"))
		}
	case w.Months > 0 || w.MonthsBy > 0 || w.Zone != "":
		s.checkCalendar(spec, w)
	case w.Size <= 0:
		s.report(diag.BadWindowSize(spec.at, w.Size.String()))
	case w.Kind == plan.Hopping && w.Advance > w.Size:
		s.report(diag.WindowGaps(spec.at, w.Size.String(), w.Advance.String()))
	case w.Kind == plan.Cumulate && w.Size%w.Advance != 0:
		s.report(diag.WindowSteps(spec.at, w.Size.String(), w.Advance.String()))
	}
}

// checkCalendar checks a window of days or months.
func (s *scope) checkCalendar(spec *windowSpec, w *plan.Window) {
	problem := func(text string) { s.report(diag.WindowArguments(spec.at, spec.word, text)) }
	const day = 24 * time.Hour
	if w.Zone != "" {
		if _, err := zone.Load(w.Zone); err != nil {
			problem(err.Error())
			return
		}
	}
	two := spec.takes() == 2
	switch {
	case w.Kind == plan.Session:
		problem("a session has no calendar: its gap is a length of time")
	case w.Months > 0 && w.Size > 0, two && (w.Months > 0) != (w.MonthsBy > 0), w.Months == 0 && (w.Size%day != 0 || w.Advance%day != 0 || w.Size <= 0):
		problem("by the calendar, windows are of whole days or of whole months")
	case w.Offset <= -day || w.Offset >= day:
		problem("by the calendar, the offset is less than a day")
	case w.Kind == plan.Hopping && (w.Advance > w.Size || w.MonthsBy > w.Months):
		s.report(diag.WindowGaps(spec.at, w.Length(), spec.at.Snippet(40)))
	case w.Kind == plan.Cumulate && (w.Months > 0 && w.Months%w.MonthsBy != 0 || w.Months == 0 && w.Size%w.Advance != 0):
		s.report(diag.WindowSteps(spec.at, w.Length(), spec.at.Snippet(40)))
	}
}

// windowSpecs lists the windows that a SELECT gathers rows in, in the order of the text.
func (s *scope) windowSpecs(sel *grammar.Select) []*windowSpec {
	var specs []*windowSpec
	if sel.From != nil {
		grammar.Walk(sel.From, func(n grammar.Node) bool {
			switch n := n.(type) {
			case *grammar.TableFunction:
				if kind, ok := windowCalls[upper(n.Call.Name)]; ok && !s.assigns(sel, kind) {
					specs = append(specs, callSpec(n.Call))
				}
			case *grammar.Query:
				return false
			}
			return true
		})
	}
	if sel.GroupBy != nil {
		for _, g := range sel.GroupBy.Exprs {
			if c := windowCall(g); c != nil {
				specs = append(specs, callSpec(c))
			}
		}
	}
	if w := sel.Window; w != nil {
		spec := &windowSpec{at: w.Span(), word: w.Word.Name, kind: windowKinds[w.Kind], time: w.Time, rows: w.Rows, step: w.RowsStep, keys: w.Keys, clause: true}
		spec.zone = w.Zone
		if w.Offset != nil {
			spec.offset = w.Offset.Value
		}
		for _, d := range []*grammar.DurationArg{w.Size, w.Advance} {
			if d != nil {
				spec.sizes = append(spec.sizes, length{d.Value, d.Months})
			}
		}
		specs = append(specs, spec)
	}
	return specs
}

// windowCall is GROUP BY TUMBLE(…) and its like, or nil.
func windowCall(e grammar.Expr) *grammar.Call {
	c, ok := e.(*grammar.Call)
	if !ok {
		return nil
	}
	if _, isWindow := windowCalls[upper(c.Name)]; !isWindow {
		return nil
	}
	return c
}

// callSpec reads the arguments of TUMBLE and its like: a time column, perhaps as DESCRIPTOR(ts), and lengths of time, in any order, or by
// name as in SIZE => INTERVAL '1' HOUR.
func callSpec(c *grammar.Call) *windowSpec {
	spec := &windowSpec{at: c.Span(), word: windowWord(c)}
	spec.kind = windowCalls[spec.word]
	named := map[string]length{}
	for i, a := range c.Args {
		name := ""
		if n, ok := a.(*grammar.NamedArg); ok {
			name, a = strings.ToUpper(n.Name.Name), n.Value
		}
		switch a := a.(type) {
		case *grammar.TableArg:
			spec.keys = append(spec.keys, a.PartitionBy...)
		case *grammar.Scalar:
			if i > 0 {
				spec.problem = "a query can only be its first argument"
			}
		case *grammar.Interval:
			l := length{a.Value, a.Months}
			if name == "OFFSET" || name == "" && len(spec.sizes) == spec.takes() && spec.kind != plan.Session {
				spec.setOffset(l)
				continue
			}
			spec.sizes = append(spec.sizes, l)
			named[name] = l
		case *grammar.String:
			if name == "TIMEZONE" || name == "TIME_ZONE" {
				spec.zone = a.Value
				continue
			}
			spec.other(a)
		default:
			spec.other(a)
		}
	}
	if size, ok := named["SIZE"]; ok && len(spec.sizes) == 2 {
		for _, other := range []string{"SLIDE", "STEP"} {
			if d, ok := named[other]; ok {
				spec.sizes, spec.clause = []length{size, d}, true
			}
		}
	}
	spec.count(spec.word != upper(c.Name))
	return spec
}

// windowWord is the name of a window: TUMBLE also of TUMBLE_START.
func windowWord(c *grammar.Call) string {
	name := upper(c.Name)
	for _, suffix := range []string{"_START", "_END", "_DURATION", "_ROWTIME", "_PROCTIME"} {
		name = strings.TrimSuffix(name, suffix)
	}
	return name
}

// other takes an argument that is no length of time: the time, or the key of a session.
func (w *windowSpec) other(a grammar.Expr) {
	switch {
	case w.time == nil && (w.kind != plan.Session || len(w.sizes) == 0):
		w.time = timeArgument(a)
	case w.kind == plan.Session && len(w.sizes) == 1:
		w.keys = append(w.keys, a)
	default:
		w.problem = "it has an argument that is neither a time column nor a length of time: `" + a.Span().Snippet(30) + "`"
	}
}

// setOffset takes a further length of time: how far behind multiples of the size windows begin.
func (w *windowSpec) setOffset(l length) {
	if l.months != 0 {
		w.problem = "an offset is a length of time; months and years have none"
	}
	w.offset = l.time
}

// takes is how many lengths of time the kind of window takes.
func (w *windowSpec) takes() int {
	if w.kind == plan.Hopping || w.kind == plan.Cumulate {
		return 2
	}
	return 1
}

// count checks how many lengths of time there are; the functions of a window's bounds need none.
func (w *windowSpec) count(isBound bool) {
	want := w.takes()
	switch {
	case w.problem != "" || isBound && len(w.sizes) == 0 || len(w.sizes) == want:
	case want == 1:
		w.problem = "it takes one length of time, such as INTERVAL '5' MINUTE"
	default:
		w.problem = "it takes two lengths of time, size and advance"
	}
}

// timeArgument is the inside of DESCRIPTOR(ts), or a itself.
func timeArgument(a grammar.Expr) grammar.Expr {
	if c, ok := a.(*grammar.Call); ok && len(c.Args) == 1 && strings.EqualFold(c.Name.String(), "DESCRIPTOR") {
		return c.Args[0]
	}
	return a
}

// same tells whether two spellings say the same window.
func (w *windowSpec) same(o *windowSpec) bool {
	size, advance := w.lengths()
	osize, oadvance := o.lengths()
	return w.kind == o.kind && size == osize && advance == oadvance && w.rows == o.rows && w.step == o.step &&
		(w.offset == o.offset || o.offset == 0) && (w.zone == o.zone || o.zone == "")
}

// oneWindow reports windows that contradict the first.
func (b *binder) oneWindow(specs []*windowSpec) *windowSpec {
	if len(specs) == 0 {
		return nil
	}
	first := specs[0]
	for _, other := range specs[1:] {
		if !other.same(first) {
			b.report(diag.WindowTwice(other.at, first.at))
		}
	}
	return first
}

// windowTime is the time that decides which window a row is in. Without a column it is the event time that the source declares, or
// else the record's own timestamp; the column that the source declares means the same.
func (s *scope) windowTime(spec *windowSpec) expr.Expr {
	if spec.time == nil {
		return eventTime(spec.at)
	}
	e := s.in(inWindow).expr(spec.time)
	if s.isEventTime(e) {
		return eventTime(spec.at)
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

// sessionKeys adds the keys that SESSION names to those of GROUP BY: a session belongs to one value of them.
func (s *scope) sessionKeys(keys []plan.GroupKey) []plan.GroupKey {
	for _, g := range s.window.keys {
		e := s.in(inGroupBy).expr(g)
		if !s.canGroup(g, e) {
			continue
		}
		known := false
		for _, k := range keys {
			known = known || expr.Equal(k.E, e)
		}
		if !known {
			name, _ := autoName(g, 1)
			keys = append(keys, plan.GroupKey{Name: name, E: e, At: g.Span()})
		}
	}
	return keys
}

// timeBelow is how the source of in is timed; nil if its rows are not those of a source any more.
func timeBelow(in plan.Node) *catalog.EventTime {
	for {
		switch n := in.(type) {
		case *plan.Scan:
			return &n.Source.EventTime
		case *plan.Aggregate: // whose results are never late
			return nil
		}
		below := in.Inputs()
		if len(below) == 0 {
			return nil
		}
		in = below[0]
	}
}

var lateStrategies = map[catalog.LateStrategy]plan.LateRows{
	catalog.DropLate: plan.DropLate, catalog.LetterLate: plan.LetterLate, catalog.UpdateLate: plan.UpdateLate, catalog.MoveLate: plan.MoveLate,
}

// windowFunction binds TUMBLE_START(…), SESSION_END(…) and their like. Their arguments repeat the window and must agree with it.
func (s *scope) windowFunction(c *grammar.Call) expr.Expr {
	name := upper(c.Name)
	if strings.HasSuffix(name, "_DURATION") {
		start := s.windowBound(c.Span(), windowStartAt, plan.WindowStart, c.Span().Text())
		end := s.windowBound(c.Span(), windowEndAt, plan.WindowEnd, c.Span().Text())
		if start == nil || isInvalid(start) || isInvalid(end) {
			return invalid(c.Span())
		}
		s.repeated(c)
		return s.arith(c.Span(), grammar.Sub, end, start)
	}
	if strings.HasSuffix(name, "_PROCTIME") { // the time at which the window's row is made
		s.repeated(c)
		return s.scalar(c.Span(), "NOW", nil)
	}
	index, column := windowStartAt, plan.WindowStart
	rowTime := strings.HasSuffix(name, "_ROWTIME")
	if strings.HasSuffix(name, "_END") || rowTime {
		index, column = windowEndAt, plan.WindowEnd
	}
	e := s.windowBound(c.Span(), index, column, c.Span().Text())
	if e == nil { // of a query around this one, or an annotation
		s.report(diag.WindowColumnOutside(c.Span(), c.Span().Text()))
		return invalid(c.Span())
	}
	if isInvalid(e) {
		return e
	}
	s.repeated(c)
	if rowTime {
		return s.lastMoment(e)
	}
	return e
}

// lastMoment is the last nanosecond of a window that ends at end: the event time of its result.
func (s *scope) lastMoment(end expr.Expr) expr.Expr {
	return s.arith(end.Span(), grammar.Sub, end, literal(end.Span(), types.TInterval, int64(1)))
}

// repeated checks the arguments of a function of a window's bounds.
func (s *scope) repeated(c *grammar.Call) {
	spec := callSpec(c)
	if spec.time != nil {
		s.in(inWindow).expr(spec.time)
	}
	kind, named := windowCalls[spec.word]
	switch {
	case spec.problem != "":
		s.report(diag.WindowArguments(spec.at, spec.word, spec.problem))
	case len(spec.sizes) > 0 && !spec.same(s.window), named && kind != s.window.kind:
		s.report(diag.WindowTwice(spec.at, s.window.at))
	}
}

// isWindowFunction tells whether a function reads the bounds of a window.
func isWindowFunction(name string) bool {
	switch name {
	case "WINDOW_START", "WINDOW_END", "SESSION_DURATION":
		return true
	}
	for _, suffix := range []string{"_START", "_END", "_ROWTIME", "_PROCTIME"} {
		if word, ok := strings.CutSuffix(name, suffix); ok {
			_, known := windowCalls[word]
			return known
		}
	}
	return false
}
