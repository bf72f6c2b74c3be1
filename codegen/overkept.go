package codegen

import (
	"slices"

	"github.com/dave/jennifer/jen"

	"github.com/velostream/veloc/codegen/emit"
	"github.com/velostream/veloc/compiler/expr"
	"github.com/velostream/veloc/compiler/physical"
	"github.com/velostream/veloc/compiler/plan"
)

// OVER operators whose results are not known when a row comes: rows are kept, ordered if need be, and shown by a method of their own.

// enter keeps the row at hand. later are units that the shown rows go through; next is the operator behind all of them.
func (u *overUnit) enter(b *emit.Block, later []*overUnit, n, next int, s *scope, ctx rowContext) {
	t := u.t
	u.comment(b)
	through := u.through(s, n, next, later)
	u.timed = ctx.time != nil || u.when == plan.InTime
	metas := u.metas(n, next)
	if u.when == plan.InTime || u.spec.Top > 0 || u.whole() {
		if len(u.spec.Order) > 0 {
			u.comparison()
		}
	}
	own := len(u.row.fields)
	for _, op := range u.ops {
		for _, c := range op.calls {
			c.field = u.row.result(c.name, c.Col, !u.whole() || c.state == nil)
		}
	}
	ts := ctx.time
	if u.when == plan.InTime {
		ts = u.admit(b, s, ctx)
	}
	// All values are computed before anything is kept: a row that fails leaves no trace.
	vals := make([]emit.Value, own)
	for i, f := range u.row.fields[:own] {
		v := s.value(b, f.of)
		if v.Plain || simple(f.of) {
			vals[i] = v
			continue
		}
		vals[i] = b.LetValid(f.sql, b.Let(f.sql, v), v.Plain)
	}
	id := u.partition(b, s)
	if u.spec.Expire > 0 {
		part := b.Names.Unique("part")
		p := b.Names.Unique("p")
		if id != nil {
			b.Add(jen.Id(part).Op(":=").Add(id))
			id = jen.Id(part)
		}
		b.Add(jen.Id(p).Op(":=").Add(u.partAt(id)))
		u.expire(b, jen.Id(p), u.clock(ctx))
	}
	m := b.Names.Unique("kept")
	b.Add(jen.Id(m).Op(":=").Id("t").Dot(u.name + "Rows").Dot("Get").Call())
	row := jen.Id(m)
	if id != nil {
		b.Add(jen.Add(row).Dot("part").Op("=").Add(id))
	}
	if u.timed {
		b.Add(jen.Add(row).Dot("ts").Op("=").Add(ts))
	}
	if u.spec.Top > 0 {
		u.contend(b, row, vals, ctx)
	}
	for i, v := range vals {
		if u.spec.Top == 0 || !slices.Contains(u.keyFields, i) {
			u.row.set(b, i, row, v)
		}
	}
	t.fields = append(t.fields, jen.Id(u.name+"Rows").Qual(emit.Over, "Pool").Types(jen.Id(u.row.name)).Comment("memory of kept rows"))
	b.Add(u.take(row, ctx)...)
	u.show(later, n, next, s, through, metas, ctx)
}

func simple(e expr.Expr) bool {
	switch e.(type) {
	case *expr.Column, *expr.Meta, *expr.Lit:
		return true
	}
	return false
}

// admit rejects rows that come after event time has passed them.
func (u *overUnit) admit(b *emit.Block, s *scope, ctx rowContext) (ts *jen.Statement) {
	t := u.t
	t.windows = true
	held := jen.Id("t").Dot(u.name + "Held")
	t.fields = append(t.fields, jen.Id(u.name+"Held").Qual(emit.Over, "Hold").Types(jen.Op("*").Id(u.row.name)).Comment("rows that event time has not passed yet"))
	ts = ctx.time
	if ts == nil {
		v := b.Let("ts", s.value(b, u.spec.Order[0].E))
		ts = v.Arg()
	}
	tally := func(f string) *jen.Statement { return jen.Id("t").Dot("tally").Dot(f) }
	if !ctx.result {
		if t.from.RowTime == nil {
			b.Add(t.followTime(ts, u.input.Props().Time.MaxFuture))
		}
		bound := u.input.Props().Time.Bound
		b.Add(jen.Add(held).Dot("Pass").Call(emit.RT("Watermark").Call(tally("MaxEvent"), duration(bound), jen.Id("c").Dot("Others"))))
	}
	if t.pipe.Stepped() {
		t.due = append(t.due, jen.Add(held).Dot("Due").Call())
	}
	b.Add(jen.If(jen.Add(held).Dot("Late").Call(ts)).Block(tally("Late").Op("++"), jen.Add(ctx.drop)))
	return ts
}

// take hands the kept row on.
func (u *overUnit) take(row *jen.Statement, ctx rowContext) []jen.Code {
	try := func(call *jen.Statement) []jen.Code {
		return []jen.Code{jen.If(jen.Err().Op(":=").Add(call), jen.Err().Op("!=").Nil()).Block(jen.Return(jen.Err()))}
	}
	if u.sort != nil && u.when != plan.InTime {
		return u.sorted(row, ctx)
	}
	switch u.when {
	case plan.InTime:
		return []jen.Code{jen.Id("t").Dot(u.name+"Held").Dot("Add").Call(jen.Add(row).Dot("ts"), row)}
	case plan.WholeInput, plan.WholeWindow:
		u.t.fields = append(u.t.fields, jen.Id(u.name+"All").Qual(emit.Over, "Whole").Types(jen.Id(u.row.name)).Comment("rows whose partitions can still grow"))
		part := jen.Add(row).Dot("part")
		return []jen.Code{jen.Id("t").Dot(u.name+"All").Dot("Add").Call(part, row)}
	}
	if u.when == plan.TopAtEnd {
		return []jen.Code{jen.Id("t").Dot(u.method("take")).Call(row)}
	}
	return try(jen.Id("t").Dot(u.method("take")).Call(row))
}

func (u *overUnit) method(verb string) string { return verb + upperFirst(u.name) }

// through finds the columns of the entering rows that are read behind the unit, and their fields in the kept row.
func (u *overUnit) through(s *scope, n, next int, later []*overUnit) map[int]int {
	ops := u.f.Stages[n].Ops
	used, all := readBehind(ops[next:])
	for _, l := range later {
		for _, op := range l.ops {
			plan.EachExpr(op.Over, func(e expr.Expr) { expr.Columns(e, used) })
		}
	}
	u.shows = u.spec.Top > 0 && u.numbered(used, all)
	fields := map[int]int{}
	schema := ops[next-1].Props().Schema
	for i, v := range s.cols {
		if v.Code == nil || !all && !used[i] {
			continue
		}
		fields[i] = u.row.add(schema[i].Name, &expr.Column{Node: expr.Node{T: schema[i].Col, At: u.input.Span()}, Index: i, Name: schema[i].Name})
	}
	return fields
}

// readBehind are the columns of the entering rows that operators read; all of them, unless one of the operators makes rows of its own.
func readBehind(ops []plan.Node) (used map[int]bool, all bool) {
	used = map[int]bool{}
	for _, op := range ops {
		if _, ok := op.(*plan.Distinct); ok {
			return used, true
		}
		plan.EachExpr(op, func(e expr.Expr) { expr.Columns(e, used) })
		switch op.(type) {
		case *plan.Project, *plan.Aggregate:
			return used, false
		}
	}
	return used, true
}

// metas finds what later operators ask of the source's row besides its columns, and keeps it.
func (u *overUnit) metas(n, next int) map[expr.MetaField]int {
	found := map[expr.MetaField]int{}
	look := func(e expr.Expr) {
		if e == nil {
			return
		}
		expr.Walk(e, func(x expr.Expr) bool {
			if m, ok := x.(*expr.Meta); ok {
				if _, have := found[m.Field]; !have && (m.Field != expr.MetaEventTime || !u.timed) {
					found[m.Field] = u.row.add(m.Field.String(), m)
				}
			}
			return true
		})
	}
	for _, op := range u.f.Stages[n].Ops[next:] {
		plan.EachExpr(op, look)
	}
	for _, c := range u.f.Flows {
		c.Exprs(look)
	}
	return found
}

// show writes what happens with rows that have their results, and when that is.
func (u *overUnit) show(later []*overUnit, n, next int, s *scope, through map[int]int, metas map[expr.MetaField]int, from rowContext) {
	t := u.t
	b := t.resultBlock()
	b.Names = t.localNames("t", "kept", "err")
	row := jen.Id("kept")
	out := &scope{g: t.g, cols: make([]emit.Value, len(s.cols))}
	for i, f := range through {
		out.cols[i] = u.row.read(f, row)
	}
	for _, op := range u.ops {
		for i, c := range op.calls {
			out.cols[op.at+i] = u.row.read(c.field, row)
		}
	}
	ctx := rowContext{drop: jen.Return(jen.Nil()), result: true}
	if u.timed && from.time != nil || u.when == plan.InTime {
		ctx.time = jen.Add(row).Dot("ts")
	}
	byTime := t.metaOf(ctx.time)
	out.meta = func(b *emit.Block, m *expr.Meta) emit.Value {
		if f, ok := metas[m.Field]; ok {
			return u.row.read(f, row)
		}
		return byTime(b, m)
	}
	params := []jen.Code{jen.Id("kept").Op("*").Id(u.row.name)}
	if u.when == plan.TopRows && u.changes(n, next) {
		u.withdraws = true
		ctx.op = jen.Id("op")
		params = append([]jen.Code{jen.Id("op").Add(emit.RT("Op"))}, params...)
		b.Names.Take("op")
	}
	advanced, finished := len(t.advance), len(t.finish)
	rest(t, b, u.f, later, n, next, out, ctx)
	laterAdvance, laterFinish := slices.Clone(t.advance[advanced:]), slices.Clone(t.finish[finished:])
	t.advance, t.finish = t.advance[:advanced], t.finish[:finished]
	b.Add(jen.Return(jen.Nil()))
	doc := "takes a row of " + u.f.Statement.Name + " on that has the results of OVER."
	if u.sort != nil {
		doc = "takes a row of " + u.f.Statement.Name + " on whose turn it is."
	}
	t.methods = append(t.methods, jen.Comment("// "+u.method("show")+" "+doc).Line().
		Func().Params(jen.Id("t").Op("*").Id(t.name)).Id(u.method("show")).Params(params...).Error().Block(b.Code()...).Line())
	u.methods()
	t.advance, t.finish = append(t.advance, laterAdvance...), append(t.finish, laterFinish...)
}

// rest emits the later units and the operators behind them.
func rest(t *task, b *emit.Block, f *physical.Flow, later []*overUnit, n, next int, s *scope, ctx rowContext) {
	for i, u := range later {
		u.declare()
		if u.deferred() {
			u.enter(b, later[i+1:], n, next, s, ctx)
			return
		}
		u.inline(b, s, ctx)
	}
	t.stageFrom(b, f, n, next, s, ctx)
}

// methods writes how results are computed and when rows are shown.
func (u *overUnit) methods() {
	t := u.t
	defer u.persist()
	if u.sort != nil {
		u.sortMethods()
		u.types()
		return
	}
	if u.spec.Top > 0 {
		u.topMethods()
		if u.spec.Expire > 0 {
			u.stateFields()
		}
		u.types()
		u.declareField()
		return
	}
	if rows := jen.Qual(emit.Over, "Ring").Types(jen.Op("*").Id(u.row.name)); u.whole() {
		u.scratch("rows", rows, "in order")
	} else {
		u.field("rows", rows, "in order", partKept)
	}
	compute, keep := u.computeMethod()
	switch u.when {
	case plan.WholeInput, plan.WholeWindow:
		u.wholeMethods()
	case plan.FullBuffer:
		u.bufferMethods()
	case plan.SortedBuffer:
		u.sortedMethods()
	default:
		u.readyMethods(keep)
	}
	t.methods = append(t.methods, compute)
	u.stateFields()
	u.types()
	u.declareField()
}

func (u *overUnit) func_(name, doc string, params []jen.Code, result *jen.Statement, body ...jen.Code) {
	t := u.t
	t.methods = append(t.methods, jen.Comment("// "+name+" "+doc).Line().
		Func().Params(jen.Id("t").Op("*").Id(t.name)).Id(name).Params(params...).Add(result).Block(body...).Line())
}

// computeMethod writes the method that computes the results of a row, and returns the first row that later ones can look at.
func (u *overUnit) computeMethod() (method, keep *jen.Statement) {
	t := u.t
	b := t.block(func(err *jen.Statement) []jen.Code {
		u.fallible = true
		return []jen.Code{jen.Return(err)}
	}, nil)
	b.Names = t.localNames("t", "p", "kept", "place", "err")
	e := &overEnv{b: b, p: jen.Id("p"), i: jen.Id("place"), cur: jen.Id("kept"), rows: true}
	for _, op := range u.ops {
		op.slide(e)
		for _, c := range op.calls {
			v := op.result(e, c)
			u.row.set(b, c.field, e.cur, v)
		}
	}
	result := jen.Null()
	if u.fallible {
		result = jen.Error()
		b.Add(jen.Return(jen.Nil()))
	}
	name := u.method("compute")
	return jen.Comment("// "+name+" computes the results of the row at one place of a partition.").Line().
		Func().Params(jen.Id("t").Op("*").Id(t.name)).Id(name).
		Params(jen.Id("p").Op("*").Id(u.part), jen.Id("kept").Op("*").Id(u.row.name), jen.Id("place").Int64()).Add(result).Block(b.Code()...).Line(), u.keepFrom(e)
}

// computed emits a call of that method for row kept at place, and what follows.
func (u *overUnit) computed(kept, place *jen.Statement, failed []jen.Code, then ...jen.Code) []jen.Code {
	call := jen.Id("t").Dot(u.method("compute")).Call(jen.Id("p"), kept, place)
	if !u.fallible {
		return append([]jen.Code{call}, then...)
	}
	reject := append([]jen.Code{jen.Id("t").Dot("tally").Dot("RejectResult").Call(jen.Err())}, failed...)
	check := jen.If(jen.Err().Op(":=").Add(call), jen.Err().Op("!=").Nil()).Block(reject...)
	if len(then) > 0 {
		check.Else().Add(then[0])
		return append([]jen.Code{check}, then[1:]...)
	}
	return []jen.Code{check}
}

func (u *overUnit) showCall(kept *jen.Statement) *jen.Statement {
	return jen.If(jen.Err().Op(":=").Id("t").Dot(u.method("show")).Call(kept), jen.Err().Op("!=").Nil()).Block(jen.Return(jen.Err()))
}

func tryReturn(call *jen.Statement) *jen.Statement {
	return jen.If(jen.Err().Op(":=").Add(call), jen.Err().Op("!=").Nil()).Block(jen.Return(jen.Err()))
}

// pushed adds a row to its partition p.
func (u *overUnit) pushed(row *jen.Statement) []jen.Code {
	var code []jen.Code
	if u.groups {
		last := jen.Id("last")
		code = append(code, jen.If(jen.Id("p").Dot("rows").Dot("End").Call().Op("==").Lit(0)).Block(jen.Add(row).Dot("group").Op("=").Lit(0)).Else().Block(
			jen.Id("last").Op(":=").Op("*").Id("p").Dot("rows").Dot("Last").Call(),
			jen.Add(row).Dot("group").Op("=").Add(last).Dot("group"),
			jen.If(jen.Id(u.comparison()).Call(last, row).Op("!=").Lit(0)).Block(jen.Add(row).Dot("group").Op("++")),
		))
	}
	return append(code, jen.Op("*").Id("p").Dot("rows").Dot("Push").Call().Op("=").Add(row))
}

// readyMethods are for rows that are shown in the order of arrival or of event time, when those have come that they wait for.
func (u *overUnit) readyMethods(keep *jen.Statement) {
	t := u.t
	pool := jen.Op("&").Id("t").Dot(u.name + "Rows")
	kept := jen.Id("kept")
	row := jen.Id("kept").Op("*").Id(u.row.name)
	ended := len(u.waiting(kept)) > 0
	params := []jen.Code{jen.Id("p").Op("*").Id(u.part)}
	args := func(over bool) []jen.Code {
		if !ended {
			return nil
		}
		if u.reach() > 0 {
			return []jen.Code{jen.Lit(over), jen.Qual("math", "MaxInt64")}
		}
		return []jen.Code{jen.Lit(over)}
	}
	var loop []jen.Code
	loop = append(loop, jen.Id("kept").Op(":=").Op("*").Id("p").Dot("rows").Dot("At").Call(jen.Id("p").Dot("next")))
	if ended {
		params = append(params, jen.Id("ended").Bool())
		if u.reach() > 0 {
			params = append(params, jen.Id("upTo").Int64())
		}
		for _, w := range u.waiting(kept) {
			loop = append(loop, jen.If(jen.Op("!").Id("ended").Op("&&").Add(w)).Block(jen.Return(jen.Nil())))
		}
	}
	loop = append(loop, jen.Id("place").Op(":=").Id("p").Dot("next"), jen.Id("p").Dot("next").Op("++"))
	loop = append(loop, u.computed(kept, jen.Id("place"), nil, u.showCall(kept))...)
	loop = append(loop, jen.Qual(emit.Over, "Release").Call(jen.Op("&").Id("p").Dot("rows"), keep, pool))
	u.field("next", jen.Int64(), "the first row without results", partNumber)
	u.func_(u.method("ready"), "shows the rows of a partition that wait for no others.", params, jen.Error(),
		jen.For(jen.Id("p").Dot("next").Op("<").Id("p").Dot("rows").Dot("End").Call()).Block(loop...), jen.Return(jen.Nil()))
	ready := func(p *jen.Statement, over bool) *jen.Statement {
		return jen.Id("t").Dot(u.method("ready")).Call(append([]jen.Code{p}, args(over)...)...)
	}
	part := func(r string) *jen.Statement { return u.partAt(jen.Id(r).Dot("part")) }
	if u.when == plan.InArrival {
		body := []jen.Code{jen.Id("p").Op(":=").Add(part("kept"))}
		body = append(body, u.pushed(kept)...)
		u.func_(u.method("take"), "adds a row to its partition and shows those that have waited for it.", []jen.Code{row}, jen.Error(),
			append(body, jen.Return(ready(jen.Id("p"), false)))...)
	} else {
		u.release(ready, part)
	}
	if !ended {
		return
	}
	if len(u.spec.Partition) == 0 {
		t.finish = append(t.finish, tryReturn(ready(part(""), true)))
		return
	}
	t.finish = append(t.finish, jen.For(jen.Id("id").Op(":=").Range().Id("t").Dot(u.name).Dot("Len").Call()).Block(tryReturn(ready(u.partAt(jen.Id("id")), true))))
}

// release hands rows that event time has passed to their partitions, those of one time together.
func (u *overUnit) release(ready func(*jen.Statement, bool) *jen.Statement, part func(string) *jen.Statement) {
	t := u.t
	held := jen.Id("t").Dot(u.name + "Held")
	next := jen.Id("rows").Op(":=").Add(held).Dot("Together").Call()
	var group []jen.Code
	if len(u.spec.Order) > 1 {
		group = append(group, jen.Qual(emit.Over, "Sort").Call(jen.Id("rows"), jen.Id(u.comparison())))
	}
	push := append([]jen.Code{jen.Id("p").Op(":=").Add(part("kept"))}, u.pushed(jen.Id("kept"))...)
	each := func(body ...jen.Code) jen.Code {
		return jen.For(jen.List(jen.Id("_"), jen.Id("kept")).Op(":=").Range().Id("rows")).Block(body...)
	}
	var waited []jen.Code
	waiting := jen.Id("t").Dot(u.name + "Waiting")
	if u.reach() > 0 {
		t.fields = append(t.fields, jen.Id(u.name+"Waiting").Qual(emit.Over, "Ring").Types(jen.Qual(emit.Over, "Waiter")).Comment("rows whose frames event time has not passed yet"))
		first := jen.Add(waiting).Dot("First").Call()
		push = append(push, jen.Op("*").Add(waiting).Dot("Push").Call().Op("=").Qual(emit.Over, "Waiter").Values(jen.Id("Part").Op(":").Id("kept").Dot("part"), jen.Id("Time").Op(":").Id("kept").Dot("ts")))
		p := u.partAt(jen.Id("w").Dot("Part"))
		waited = append(waited, jen.For(jen.Add(waiting).Dot("Len").Call().Op(">").Lit(0)).Block(
			jen.Id("w").Op(":=").Op("*").Add(waiting).Dot("At").Call(first),
			jen.If(emit.RT("Shift").Call(jen.Id("w").Dot("Time"), duration(u.reach())).Op(">=").Add(held).Dot("Passed").Call()).Block(jen.Break()),
			jen.Add(waiting).Dot("Drop").Call(jen.Add(first).Op("+").Lit(1)),
			tryReturn(jen.Id("t").Dot(u.method("ready")).Call(p, jen.False(), jen.Id("w").Dot("Time"))),
		))
	}
	eachReady := each(tryReturn(ready(part("kept"), false)))
	if len(u.spec.Partition) == 0 {
		eachReady = tryReturn(ready(part("kept"), false))
	}
	group = append(group, each(push...))
	if len(waited) == 0 {
		group = append(group, eachReady)
	}
	rows := jen.For(next, jen.Len(jen.Id("rows")).Op(">").Lit(0), jen.Id("rows").Op("=").Add(held).Dot("Together").Call()).Block(group...)
	if u.looksBack() {
		kept := jen.List(jen.Id("kept"), jen.Id("_"), jen.Id("ok"))
		rows = jen.For(jen.Add(kept).Op(":=").Add(held).Dot("Next").Call(), jen.Id("ok"), jen.Add(kept).Op("=").Add(held).Dot("Next").Call()).Block(
			append(push, tryReturn(ready(jen.Id("p"), false)))...)
	}
	body := append([]jen.Code{jen.Add(held).Dot("Pass").Call(jen.Id("watermark")), rows}, waited...)
	u.func_(u.method("release"), "takes the rows on that event time has passed.", []jen.Code{jen.Id("watermark").Int64()}, jen.Error(), append(body, jen.Return(jen.Nil()))...)
	call := func(until *jen.Statement) *jen.Statement {
		return tryReturn(jen.Id("t").Dot(u.method("release")).Call(until))
	}
	t.advance = append(t.advance, call(jen.Id("watermark")))
	t.finish = append(t.finish, call(jen.Qual("math", "MaxInt64")))
}

// looksBack tells whether the results of a row depend on it and on rows before it only: then those of one time need not come together.
func (u *overUnit) looksBack() bool {
	return len(u.spec.Order) == 1 && len(u.waiting(jen.Id("kept"))) == 0 &&
		!slices.ContainsFunc(u.ops, func(op *overOp) bool { return op.framed() && op.Frame.Unit != plan.FrameRows })
}

// reach is how far frames reach behind a row in time; 0: not at all.
func (u *overUnit) reach() (d int64) {
	for _, op := range u.ops {
		if end := op.Frame.End; op.framed() && op.Frame.Unit == plan.FrameRange && end.Following && end.Offset != nil {
			d = max(d, plan.Whole(end.Offset))
		}
	}
	return d
}

// waiting are the conditions under which a row has to wait for rows that follow.
func (u *overUnit) waiting(kept *jen.Statement) (out []*jen.Statement) {
	ahead := int64(0)
	for _, op := range u.ops {
		ahead = max(ahead, op.Ahead())
		end := op.Frame.End
		if op.framed() && op.Frame.Unit == plan.FrameGroups && end.Following && end.Offset != nil {
			out = append(out, jen.Parens(jen.Op("*").Id("p").Dot("rows").Dot("Last").Call()).Dot("group").Op("<=").Add(kept).Dot("group").Op("+").Lit(int(plan.Whole(end.Offset))))
		}
	}
	if u.reach() > 0 {
		out = append(out, jen.Add(kept).Dot("ts").Op(">").Id("upTo"))
	}
	if ahead > 0 {
		out = append(out, jen.Id("p").Dot("next").Op("+").Lit(int(ahead)).Op(">=").Id("p").Dot("rows").Dot("End").Call())
	}
	return out
}

// wholeMethods are for partitions that are complete at the end of the input, or of a window.
func (u *overUnit) wholeMethods() {
	t := u.t
	all := jen.Id("t").Dot(u.name + "All")
	kept := jen.Id("kept")
	compare := jen.Nil()
	if u.compareBy != "" {
		compare = jen.Id(u.compareBy)
	}
	push := u.pushed(kept)
	each := []jen.Code{
		jen.Id("p").Op(":=").Op("&").Id(u.part).Values(),
		jen.For(jen.List(jen.Id("_"), kept).Op(":=").Range().Id("rows")).Block(push...),
		jen.For(jen.List(jen.Id("place"), kept).Op(":=").Range().Id("rows")).
			Block(u.computed(kept, jen.Int64().Call(jen.Id("place")), []jen.Code{jen.Add(kept).Dot("rejected").Op("=").True()})...),
	}
	shown := u.showCall(kept)
	if u.fallible {
		shown = jen.If(jen.Op("!").Add(kept).Dot("rejected")).Block(shown)
		each[2] = jen.For(jen.List(jen.Id("place"), kept).Op(":=").Range().Id("rows")).
			Block(append([]jen.Code{jen.Add(kept).Dot("rejected").Op("=").False()}, u.computed(kept, jen.Int64().Call(jen.Id("place")), []jen.Code{jen.Add(kept).Dot("rejected").Op("=").True()})...)...)
	}
	u.func_(u.method("finish"), "computes the results of all rows that are kept and shows them in the order in which they came.", nil, jen.Error(),
		jen.Add(all).Dot("Each").Call(compare, jen.Func().Params(jen.Id("rows").Index().Op("*").Id(u.row.name)).Block(each...)),
		jen.For(jen.List(jen.Id("_"), kept).Op(":=").Range().Add(all).Dot("Rows").Call()).Block(shown),
		jen.Add(all).Dot("Reset").Call(jen.Op("&").Id("t").Dot(u.name+"Rows")),
		jen.Return(jen.Nil()))
	call := tryReturn(jen.Id("t").Dot(u.method("finish")).Call())
	if u.when == plan.WholeWindow {
		t.advance = append(t.advance, call)
	}
	t.finish = append(t.finish, call)
}

// bufferMethods are for buffers that are shown when they are full.
func (u *overUnit) bufferMethods() {
	kept := jen.Id("kept")
	row := jen.Id("kept").Op("*").Id(u.row.name)
	pool := jen.Id("t").Dot(u.name + "Rows")
	n := jen.Lit(int(u.spec.Buffer))
	body := []jen.Code{jen.Id("b").Op(":=").Add(u.partAt(jen.Add(kept).Dot("part")))}
	buffer := func(method string, args ...jen.Code) *jen.Statement {
		return jen.Id("b").Dot("buffer").Dot(method).Call(args...)
	}
	body = append(body, buffer("Add", kept),
		jen.If(buffer("Len").Op("<").Add(n)).Block(jen.Return(jen.Nil())),
		jen.Id("p").Op(":=").Op("&").Id(u.part).Values())
	rows := buffer("Rows")
	if u.compareBy != "" {
		body = append(body, jen.Id("ordered").Op(":=").Qual("slices", "Clone").Call(buffer("Rows")),
			jen.Qual(emit.Over, "Sort").Call(jen.Id("ordered"), jen.Id(u.compareBy)))
		rows = jen.Id("ordered")
	}
	rejected := []jen.Code{jen.Add(kept).Dot("rejected").Op("=").True()}
	compute := u.computed(kept, jen.Int64().Call(jen.Id("place")), rejected)
	shown := u.showCall(kept)
	if u.fallible {
		compute = append([]jen.Code{jen.Add(kept).Dot("rejected").Op("=").False()}, compute...)
		shown = jen.If(jen.Op("!").Add(kept).Dot("rejected")).Block(shown)
	}
	each := func(index string, rows *jen.Statement, code ...jen.Code) jen.Code {
		return jen.For(jen.List(jen.Id(index), jen.Id("kept")).Op(":=").Range().Add(rows)).Block(code...)
	}
	body = append(body, each("_", rows, u.pushed(kept)...), each("place", rows, compute...),
		each("_", buffer("Rows"), shown),
		buffer("Reset", jen.Op("&").Add(pool)),
		jen.Return(jen.Nil()))
	u.field("buffer", jen.Qual(emit.Over, "Gathered").Types(jen.Id(u.row.name)), "rows in the order of arrival", partGather)
	u.func_(u.method("take"), "adds a row to its buffer, and shows the buffer when it is full.", []jen.Code{row}, jen.Error(), body...)
}

// sortedMethods are for buffers of the last rows in an order of their own, among which each row is shown when it comes.
func (u *overUnit) sortedMethods() {
	kept := jen.Id("kept")
	row := jen.Id("kept").Op("*").Id(u.row.name)
	body := []jen.Code{jen.Id("b").Op(":=").Add(u.partAt(jen.Add(kept).Dot("part"))),
		jen.If(jen.Id("gone").Op(":=").Id("b").Dot("buffer").Dot("Add").Call(kept, jen.Lit(int(u.spec.Buffer)), jen.Id(u.comparison())), jen.Id("gone").Op("!=").Nil()).
			Block(jen.Id("t").Dot(u.name + "Rows").Dot("Put").Call(jen.Id("gone"))),
		jen.Id("p").Op(":=").Op("&").Id(u.part).Values(),
	}
	place := jen.Int64().Call(jen.Id("place"))
	loop := u.computed(jen.Id("other"), place, []jen.Code{jen.If(jen.Id("other").Op("==").Add(kept)).Block(jen.Return(jen.Nil()))})
	if u.fallible {
		loop = []jen.Code{jen.If(jen.Err().Op(":=").Id("t").Dot(u.method("compute")).Call(jen.Id("p"), jen.Id("other"), place), jen.Err().Op("!=").Nil().Op("&&").Id("other").Op("==").Add(kept)).Block(
			jen.Id("t").Dot("tally").Dot("RejectResult").Call(jen.Err()), jen.Return(jen.Nil()))}
	}
	push := u.pushed(jen.Id("other"))
	loop = append(loop, jen.If(jen.Id("other").Op("==").Add(kept)).Block(jen.Break()))
	rows := jen.Id("b").Dot("buffer").Dot("Rows").Call()
	body = append(body,
		jen.For(jen.List(jen.Id("_"), jen.Id("other")).Op(":=").Range().Add(rows)).Block(push...),
		jen.For(jen.List(jen.Id("place"), jen.Id("other")).Op(":=").Range().Add(rows)).Block(loop...),
		jen.Return(jen.Id("t").Dot(u.method("show")).Call(kept)))
	u.field("buffer", jen.Qual(emit.Over, "Buffer").Types(jen.Id(u.row.name)), "the last rows, in order", partBuffer)
	u.func_(u.method("take"), "adds a row to its buffer and shows it with its results among the rows there.", []jen.Code{row}, jen.Error(), body...)
}
