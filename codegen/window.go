package codegen

import (
	"time"

	"github.com/dave/jennifer/jen"

	"github.com/velostream/veloc/codegen/emit"
	"github.com/velostream/veloc/compiler/physical"
	"github.com/velostream/veloc/compiler/plan"
)

// form says how the windows of the aggregate are kept.
func (a *aggregation) form() physical.WindowForm { return a.f.Stages[a.n].Table.Form }

// windowKind is the type that holds windows of a form.
var windowKind = map[physical.WindowForm]string{
	physical.Tumbling: "Tumbling", physical.Sliced: "Sliced", physical.Overlapping: "Overlapping", physical.Sessions: "Sessions", physical.Counted: "Counted",
}

// declareWindow writes the task's field that holds the windows.
func (a *aggregation) declareWindow() {
	t, w := a.t, a.op.Window
	t.windows = true
	direct := !a.afterResult()
	state := func() *jen.Statement { return jen.Id("t").Dot(a.name) }
	lateness, bound := duration(w.Lateness), duration(a.op.In.Props().Time.Bound)
	late := jen.Qual(emit.WindowP, "Drop")
	if w.Late == plan.MoveLate {
		late = jen.Qual(emit.WindowP, "Next")
	}
	kind := windowKind[a.form()]
	var args []jen.Code
	switch a.form() {
	case physical.Tumbling:
		args = []jen.Code{duration(w.Size), lateness, bound}
	case physical.Sliced:
		args = []jen.Code{windowShape(w), lateness, bound, a.rowsFunc(), a.mergeName()}
	case physical.Overlapping:
		args = []jen.Code{windowShape(w), lateness, bound, late}
	case physical.Sessions:
		args = []jen.Code{duration(w.Size), lateness, bound, late, a.mergeName()}
	case physical.Counted:
		args = []jen.Code{jen.Lit(int(w.Rows)), jen.Lit(int(w.RowsStep))}
	}
	inst := func() *jen.Statement { return jen.Types(jen.Id(a.key.name), jen.Id(a.acc)) }
	t.fields = append(t.fields, jen.Id(a.name).Op("*").Qual(emit.WindowP, kind).Add(inst()))
	t.inits = append(t.inits, state().Op("=").Qual(emit.WindowP, "New"+kind).Add(inst()).Call(args...))
	if a.showsAgain() {
		t.inits = append(t.inits, state().Dot("ShowAgain").Call(a.emitAs("Insert")))
	}
	if a.form() == physical.Sessions && a.changes() {
		t.inits = append(t.inits, state().Dot("Withdraw").Call(a.emitAs("Delete")))
	}
	if !direct || a.form() == physical.Sessions || a.form() == physical.Counted {
		return
	}
	t.direct = append(t.direct, a.name)
	held := t.framed() && !t.pipe.Merged() // of several sources, partitions have the same numbers
	if held {
		t.held = append(t.held, a.name)
	}
	if held || a.form() == physical.Sliced {
		t.begin = append(t.begin, state().Dot("Begin").Call(jen.Id("c")))
	}
}

// emitAs is the function that shows a window's result; as an insertion or a deletion where results are changes.
func (a *aggregation) emitAs(op string) *jen.Statement {
	emitResult := jen.Id("t").Dot(a.emitName())
	if !a.changes() {
		return emitResult
	}
	return jen.Func().Params(jen.List(jen.Id("start"), jen.Id("end")).Int64(), jen.Id("k").Op("*").Id(a.key.name), jen.Id("acc").Op("*").Id(a.acc)).Error().Block(
		jen.Return(emitResult.Call(emit.RT(op), jen.Id("start"), jen.Id("end"), jen.Id("k"), jen.Id("acc"))))
}

// addAndShow adds the row to the accumulator of a window and shows the result if the condition holds, nil: always. Where results are changes, it
// withdraws the one before, whose bounds can be others.
func (a *aggregation) addAndShow(b *emit.Block, acc string, inputs []aggInput, ctx rowContext, when *jen.Statement, before, now []jen.Code) {
	held := jen.Id(acc).Dot("Rows").Op(">").Lit(0)
	if when != nil {
		held = jen.Add(when).Op("&&").Add(held)
	}
	var op *jen.Statement
	if a.changes() {
		op = emit.RT("Insert")
		if before != nil {
			b.Add(jen.If(held).Block(a.shown(emit.RT("Delete"), jen.Id(acc), ctx, before...)))
		}
	}
	a.addTo(b, acc, inputs)
	show := a.shown(op, jen.Id(acc), ctx, now...)
	if when != nil {
		show = jen.If(jen.Add(when)).Block(show)
	}
	b.Add(show)
}

// showsAgain tells whether windows are shown when they end, and again with rows that come late.
func (a *aggregation) showsAgain() bool {
	return a.op.Window.Late == plan.UpdateLate && a.op.Emit == plan.EmitFinal
}

// rowsFunc counts the rows of an accumulator.
func (a *aggregation) rowsFunc() *jen.Statement {
	return jen.Func().Params(jen.Id("a").Op("*").Id(a.acc)).Int64().Block(jen.Return(jen.Id("a").Dot("Rows")))
}

// windowShape says which windows there are.
func windowShape(w *plan.Window) *jen.Statement {
	call := func(name string, args ...jen.Code) *jen.Statement { return jen.Qual(emit.WindowP, name).Call(args...) }
	zone := jen.Qual("time", "UTC")
	if w.Zone != "" {
		zone = emit.RT("Must").Call(jen.Qual(emit.SQLFn+"/zone", "Load").Call(jen.Lit(w.Zone))).Dot("Location").Call()
	}
	grows := w.Kind == plan.Cumulate
	offset := duration(w.Offset)
	switch {
	case w.Months > 0 && grows:
		return call("CumulateMonths", jen.Lit(int(w.Months)), jen.Lit(int(w.MonthsBy)), zone, offset)
	case w.Months > 0:
		return call("Months", jen.Lit(int(w.Months)), jen.Lit(int(by(w.MonthsBy, w.Months))), zone, offset)
	case w.Zone != "" && grows:
		return call("CumulateDays", days(w.Size), days(w.Advance), zone, offset)
	case w.Zone != "":
		return call("Days", days(w.Size), days(by(w.Advance, w.Size)), zone, offset)
	case grows:
		return call("Cumulate", duration(w.Size), duration(w.Advance), offset)
	case w.Kind == plan.Hopping:
		return call("Hop", duration(w.Size), duration(w.Advance), offset)
	}
	return call("Tumble", duration(w.Size), offset)
}

func days(d time.Duration) *jen.Statement { return jen.Lit(int(d / (24 * time.Hour))) }

// by is the distance of windows: advance, or for windows side by side their size.
func by[N ~int64](advance, size N) N {
	if advance == 0 {
		return size
	}
	return advance
}

// intoWindows adds the row to its windows, and shows those that every row shows. A row that is late for all of them is what its strategy says.
func (a *aggregation) intoWindows(b *emit.Block, ts emit.Value, inputs []aggInput, ctx rowContext) {
	state := func() *jen.Statement { return jen.Id("t").Dot(a.name) }
	max, others := jen.Id("t").Dot("tally").Dot("MaxEvent"), jen.Id("c").Dot("Others")
	switch {
	case a.form() == physical.Counted:
	case ctx.result:
		max, others = a.resultTime()
	case a.t.from.RowTime == nil:
		b.Add(a.t.followTime(ts.Arg(), a.op.In.Props().Time.MaxFuture))
	}
	acc := b.Names.Unique("acc")
	changes := a.op.Emit == plan.EmitChanges
	switch a.form() {
	case physical.Sessions:
		b.Add(jen.Id(acc).Op(":=").Add(state()).Dot("At").Call(jen.Id(a.id), ts.Arg(), max, others))
		b.Add(jen.If(jen.Id(acc).Op("==").Nil()).Block(a.late(b, ts, ctx)...))
		if changes {
			a.addAndShow(b, acc, inputs, ctx, nil, nil, []jen.Code{state().Dot("Start"), state().Dot("End")})
		} else {
			a.addTo(b, acc, inputs)
		}
		return
	case physical.Counted:
		pane := b.Names.Unique("w")
		b.Add(state().Dot("Select").Call(jen.Id(a.id), ts.Arg()))
		in := b.Inner()
		in.Add(jen.Id(acc).Op(":=").Op("&").Id(pane).Dot("Acc"))
		bound := func(f string) *jen.Statement { return jen.Id(pane).Dot(f) }
		if changes {
			a.addAndShow(in, acc, inputs, ctx, nil, []jen.Code{bound("Start"), bound("Before")}, []jen.Code{bound("Start"), bound("End")})
		} else {
			a.addTo(in, acc, inputs)
			in.Add(jen.If(bound("Full")).Block(a.show(jen.Id(acc), ctx, bound("Start"), bound("End"))))
		}
		b.Add(jen.For(jen.List(jen.Id("_"), jen.Id(pane)).Op(":=").Range().Add(state()).Dot("Windows")).Block(in.Code()...))
		return
	}
	b.Add(jen.If(jen.Uint64().Parens(ts.Expr(emit.PrecAdd).Op("-").Add(state()).Dot("Start")).Op(">=").Add(state()).Dot("Span").
		Op("&&").Op("!").Add(state()).Dot("Select").Call(ts.Arg(), max, others)).Block(a.late(b, ts, ctx)...))
	if a.form() == physical.Overlapping {
		pane := b.Names.Unique("w")
		in := b.Inner()
		in.Add(jen.Id(acc).Op(":=").Add(state()).Dot("Change").Call(jen.Id(pane), jen.Id(a.id)))
		in.Add(jen.If(jen.Id(acc).Dot("Rows").Op("==").Lit(0)).Block(jen.Id(pane).Dot("Touch").Call(jen.Id(a.id))))
		bounds := []jen.Code{jen.Id(pane).Dot("Start"), jen.Id(pane).Dot("End")}
		switch {
		case changes:
			a.addAndShow(in, acc, inputs, ctx, nil, bounds, bounds)
		case a.showsAgain():
			a.addAndShow(in, acc, inputs, ctx, jen.Id(pane).Dot("Fired"), bounds, bounds)
		default:
			a.addTo(in, acc, inputs)
		}
		b.Add(jen.For(jen.List(jen.Id("_"), jen.Id(pane)).Op(":=").Range().Add(state()).Dot("Windows")).Block(in.Code()...))
		return
	}
	b.Add(jen.Id(acc).Op(":=").Add(state()).Dot(a.at()).Call(jen.Id(a.id)))
	b.Add(jen.If(jen.Id(acc).Dot("Rows").Op("==").Lit(0)).Block(state().Dot("Touch").Call(jen.Id(a.id))))
	if !changes {
		a.addTo(b, acc, inputs)
		return
	}
	start := state().Dot("Start") // of a tumbling window: the others overlap
	bounds := []jen.Code{start, jen.Add(start).Op("+").Add(duration(a.op.Window.Size))}
	a.addAndShow(b, acc, inputs, ctx, nil, bounds, bounds)
}

// resultTime is how far time has come, as greatest event time and watermark of others, where rows are results and no chunk is at hand. Results
// that the passing of time has brought are ahead of that time: for them it has come as far as windows have been closed.
func (a *aggregation) resultTime() (max, others *jen.Statement) {
	switch {
	case waits(a.f.Leaf, a.f.Stages[:a.n]):
		return jen.Qual("math", "MinInt64"), jen.Qual("math", "MaxInt64")
	case a.t.pipe.Stepped():
		return jen.Qual("math", "MaxInt64"), jen.Id("t").Dot("watermark")
	}
	return jen.Id("t").Dot("tally").Dot("MaxEvent"), jen.Qual("math", "MaxInt64")
}

// waits tells whether rows wait for their time before they come, in one of the stages or below leaf.
func waits(leaf plan.Node, stages []*physical.Stage) bool {
	for _, st := range stages {
		if closes(st.Table.Agg) {
			return true
		}
	}
	found := false
	var visit func(n plan.Node) bool
	visit = func(n plan.Node) bool {
		switch n := n.(type) {
		case *plan.Aggregate:
			found = found || closes(n)
		case *plan.Ref:
			plan.Walk(n.Statement.Root, visit)
		}
		return !found
	}
	plan.Walk(leaf, visit)
	return found
}

// closes tells whether an aggregate shows windows when they close.
func closes(a *plan.Aggregate) bool {
	return a.Window != nil && a.Window.Rows == 0 && a.Emit == plan.EmitFinal
}

// late is what happens to a row whose windows have closed.
func (a *aggregation) late(b *emit.Block, ts emit.Value, ctx rowContext) []jen.Code {
	if a.op.Window.Late == plan.LetterLate && !ctx.result {
		return b.Func.Fail(emit.RT("LateRow").Call(jen.Lit(a.f.Statement.Name), ts.Arg()))
	}
	return []jen.Code{jen.Id("t").Dot("tally").Dot("Late").Op("++"), jen.Add(ctx.drop)}
}

// windowTime is the event time of a window's result: its last instant, so that a minute belongs to its hour.
func (a *aggregation) windowTime() *jen.Statement {
	if a.form() == physical.Counted { // that of its last row
		return jen.Id("end")
	}
	return jen.Id("end").Op("-").Lit(1)
}

// windowHooks lets windows be merged, close as time passes, and end with the input.
func (a *aggregation) windowHooks() {
	t, form := a.t, a.form()
	state := func() *jen.Statement { return jen.Id("t").Dot(a.name) }
	worker := jen.Id("w").Dot(a.name)
	switch {
	case a.afterResult():
	case form == physical.Tumbling:
		t.merge = append(t.merge, jen.Id("t").Dot("tally").Dot("Late").Op("+=").Add(state()).Dot("Merge").Call(worker, a.rowsFunc(), a.mergeName()))
	case form == physical.Sliced:
		t.merge = append(t.merge, jen.Id("t").Dot("tally").Dot("Late").Op("+=").Add(state()).Dot("Merge").Call(worker))
	}
	shown := func(call *jen.Statement) *jen.Statement {
		return jen.If(jen.Err().Op(":=").Add(call), jen.Err().Op("!=").Nil()).Block(jen.Return(jen.Err()))
	}
	emitTo := a.emitAs("Insert")
	if form == physical.Counted {
		if a.op.Emit == plan.EmitFinal {
			t.finish = append(t.finish, shown(state().Dot("Finish").Call(emitTo)))
		}
		return
	}
	watermark := a.watermark()
	t.due = append(t.due, a.dueAt())
	t.open = append(t.open, jen.Id("tell").Call(jen.Lit(a.f.Stages[a.n].Table.Name), state().Dot("Open").Call(), a.dueAt()))
	if a.op.Emit == plan.EmitChanges {
		forget := state().Dot("Forget").Call(watermark)
		if form == physical.Sessions {
			forget = shown(forget)
		}
		t.advance = append(t.advance, forget)
		return
	}
	t.advance = append(t.advance, shown(state().Dot("Close").Call(watermark, emitTo)))
	if rest := a.op.Window.Rest; rest > 0 {
		t.rest = append(t.rest, jen.If(jen.Id("idle").Op(">=").Add(duration(rest))).Block(
			shown(state().Dot("Close").Call(state().Dot("Latest").Call(), emitTo))))
	}
	t.finish = append(t.finish, shown(state().Dot("Close").Call(jen.Qual("math", "MaxInt64"), emitTo)))
}

// watermark is how far time has come for the windows: behind that of the source where their rows are results that come later than their time.
func (a *aggregation) watermark() *jen.Statement {
	watermark := jen.Id("watermark")
	if delay := a.delay(); delay > 0 {
		return emit.RT("Watermark").Call(watermark, duration(delay), jen.Qual("math", "MaxInt64"))
	}
	return watermark
}

// dueAt is the watermark of the source at which a window closes next.
func (a *aggregation) dueAt() *jen.Statement {
	due := jen.Id("t").Dot(a.name).Dot("Due").Call()
	if delay := a.delay(); delay > 0 {
		return jen.Qual(emit.WindowP, "Later").Call(due, duration(delay))
	}
	return due
}

// delay is how much later than their time rows come that are results.
func (a *aggregation) delay() time.Duration {
	if a.t.from == nil || !a.afterResult() {
		return 0
	}
	return a.op.In.Props().Time.Bound - a.t.from.Time.Bound
}
