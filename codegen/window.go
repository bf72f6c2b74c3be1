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

// declareWindow writes the task's field that holds the windows.
func (a *aggregation) declareWindow() {
	t, w := a.t, a.op.Window
	t.windows = true
	if t.pipe.Stepped() && a.form() != physical.Counted {
		t.due = append(t.due, jen.Id("t").Dot(a.name).Dot("Due").Call())
	}
	direct := !a.afterResult()
	state := func() *jen.Statement { return jen.Id("t").Dot(a.name) }
	lateness, bound := duration(w.Lateness), duration(a.op.In.Props().Time.Bound)
	late := jen.Qual(emit.WindowP, "Drop")
	if w.Late == plan.MoveLate {
		late = jen.Qual(emit.WindowP, "Next")
	}
	var kind string
	var args []jen.Code
	switch a.form() {
	case physical.Tumbling:
		kind, args = "Tumbling", []jen.Code{duration(w.Size), lateness, bound}
	case physical.Sliced:
		kind, args = "Sliced", []jen.Code{windowShape(w), lateness, bound, a.rowsFunc(), a.mergeName()}
	case physical.Overlapping:
		kind, args = "Overlapping", []jen.Code{windowShape(w), lateness, bound, late}
	case physical.Sessions:
		kind, args = "Sessions", []jen.Code{duration(w.Size), lateness, bound, late, a.mergeName()}
	case physical.Counted:
		kind, args = "Counted", []jen.Code{jen.Lit(int(w.Rows)), jen.Lit(int(w.RowsStep))}
	}
	inst := func() *jen.Statement { return jen.Types(jen.Id(a.key.name), jen.Id(a.acc)) }
	t.fields = append(t.fields, jen.Id(a.name).Op("*").Qual(emit.WindowP, kind).Add(inst()))
	t.inits = append(t.inits, state().Op("=").Qual(emit.WindowP, "New"+kind).Add(inst()).Call(args...))
	if a.showsAgain() {
		t.inits = append(t.inits, state().Dot("ShowAgain").Call(jen.Id("t").Dot(a.emitName())))
	}
	if !direct || a.form() == physical.Sessions || a.form() == physical.Counted {
		return
	}
	t.direct = append(t.direct, a.name)
	if t.framed() {
		t.held = append(t.held, a.name)
	}
	if t.framed() || a.form() == physical.Sliced {
		t.begin = append(t.begin, state().Dot("Begin").Call(jen.Id("c")))
	}
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
		a.addTo(b, acc, inputs)
		return
	case physical.Counted:
		pane := b.Names.Unique("w")
		b.Add(state().Dot("Select").Call(jen.Id(a.id), ts.Arg()))
		in := b.Inner()
		in.Add(jen.Id(acc).Op(":=").Op("&").Id(pane).Dot("Acc"))
		a.addTo(in, acc, inputs)
		show := a.show(jen.Id(acc), ctx, jen.Id(pane).Dot("Start"), jen.Id(pane).Dot("End"))
		if !changes {
			show = jen.If(jen.Id(pane).Dot("Full")).Block(show)
		}
		in.Add(show)
		b.Add(jen.For(jen.List(jen.Id("_"), jen.Id(pane)).Op(":=").Range().Add(state()).Dot("Windows")).Block(in.Code()...))
		return
	}
	b.Add(jen.If(jen.Uint64().Parens(ts.Expr(emit.PrecAdd).Op("-").Add(state()).Dot("Start")).Op(">=").Add(state()).Dot("Span").
		Op("&&").Op("!").Add(state()).Dot("Select").Call(ts.Arg(), max, others)).Block(a.late(b, ts, ctx)...))
	if a.form() == physical.Overlapping {
		pane := b.Names.Unique("w")
		in := b.Inner()
		in.Add(jen.Id(acc).Op(":=").Add(state()).Dot("In").Call(jen.Id(pane), jen.Id(a.id)))
		in.Add(jen.If(jen.Id(acc).Dot("Rows").Op("==").Lit(0)).Block(jen.Id(pane).Dot("Touch").Call(jen.Id(a.id))))
		a.addTo(in, acc, inputs)
		show := a.show(jen.Id(acc), ctx, jen.Id(pane).Dot("Start"), jen.Id(pane).Dot("End"))
		switch {
		case changes:
			in.Add(show)
		case a.showsAgain():
			in.Add(jen.If(jen.Id(pane).Dot("Fired")).Block(show))
		}
		b.Add(jen.For(jen.List(jen.Id("_"), jen.Id(pane)).Op(":=").Range().Add(state()).Dot("Windows")).Block(in.Code()...))
		return
	}
	at := "At"
	if a.form() == physical.Tumbling {
		at = a.at()
	}
	b.Add(jen.Id(acc).Op(":=").Add(state()).Dot(at).Call(jen.Id(a.id)))
	b.Add(jen.If(jen.Id(acc).Dot("Rows").Op("==").Lit(0)).Block(state().Dot("Touch").Call(jen.Id(a.id))))
	a.addTo(b, acc, inputs)
	if changes { // of a tumbling window: the others overlap
		start := state().Dot("Start")
		b.Add(a.show(jen.Id(acc), ctx, start, jen.Add(start).Op("+").Add(duration(a.op.Window.Size))))
	}
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

// windowHooks lets windows be merged, close as time passes, and end with the input. emit is the method that shows a result.
func (a *aggregation) windowHooks(emitResult string) {
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
	emitTo := jen.Id("t").Dot(emitResult)
	if form == physical.Counted {
		if a.op.Emit == plan.EmitFinal {
			t.finish = append(t.finish, shown(state().Dot("Finish").Call(emitTo)))
		}
		return
	}
	watermark := a.watermark()
	if a.op.Emit == plan.EmitChanges {
		t.advance = append(t.advance, state().Dot("Forget").Call(watermark))
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
	if a.t.from == nil {
		return watermark
	}
	if delay := a.op.In.Props().Time.Bound - a.t.from.Time.Bound; a.afterResult() && delay > 0 {
		return emit.RT("Watermark").Call(watermark, duration(delay), jen.Qual("math", "MaxInt64"))
	}
	return watermark
}
