package codegen

import (
	"slices"

	"github.com/dave/jennifer/jen"

	"github.com/velostream/veloc/codegen/emit"
	"github.com/velostream/veloc/compiler/expr"
	"github.com/velostream/veloc/compiler/physical"
	"github.com/velostream/veloc/compiler/plan"
	"github.com/velostream/veloc/compiler/types"
)

// overUnit is a set of OVER operators that have partition, order and buffer in common, while it is being written. Where every result is
// known when a row comes, its code stands where the row is; else rows are kept, and shown by a method of their own.
type overUnit struct {
	t         *task
	f         *physical.Flow
	ops       []*overOp
	sort      *plan.Sort // rows are only put in order
	shows     bool       // of a Top-N: the numbers of rows are asked for
	withdraws bool       // of a Top-N: rows that leave are shown as deletions
	top       int64      // how many rows in order are asked for; 0: all
	input     plan.Node
	spec      *plan.WindowSpec
	when      plan.OverWhen
	name      string // task field that holds the partitions
	row       *keptRow
	part      string // name of the partition's struct
	fields    []jen.Code
	saves     []partField // those of the fields that survive a restart
	more      []keptMore  // what a kept row has besides its columns, and needs after a restart
	keyFields []int       // of the row: the keys of the order
	compareBy string      // function that compares two kept rows by the keys
	groups    bool        // rows have the number of their group of equals
	timed     bool        // kept rows have their event time
	width     int         // of the rows that enter
	fallible  bool        // computing a result can fail

	ranked, peered bool // code that is written once is
}

// overs emits a run of OVER operators. Those that keep rows come last, and what follows them is written there: then done is true.
func (t *task) overs(b *emit.Block, f *physical.Flow, n, first int, s *scope, ctx rowContext) (out *scope, next int, done bool) {
	ops := f.Stages[n].Ops
	var units []*overUnit
	base := len(s.cols)
	for next = first; next < len(ops); next++ {
		o, ok := ops[next].(*plan.Over)
		if !ok {
			break
		}
		i := slices.IndexFunc(units, func(u *overUnit) bool { return u.takes(o) })
		if i < 0 {
			i = len(units)
			units = append(units, &overUnit{t: t, f: f, when: o.When(), spec: &o.WindowSpec, width: base, input: o.In})
		}
		units[i].add(o)
	}
	last := len(ops[next-1].Props().Schema)
	out = &scope{g: s.g, in: s.in, meta: s.meta, cols: make([]emit.Value, last)}
	copy(out.cols, s.cols)
	slices.SortStableFunc(units, func(a, b *overUnit) int { return a.order() - b.order() })
	for i, u := range units {
		u.declare()
		if !u.deferred() {
			u.inline(b, out, ctx)
			continue
		}
		u.enter(b, units[i+1:], n, next, out, ctx)
		return nil, next, true
	}
	return out, next, false
}

// order puts units that keep rows behind those that do not, and those whose rows can wait for long last.
func (u *overUnit) order() int {
	if !u.deferred() {
		return 0
	}
	switch u.when {
	case plan.WholeInput, plan.TopAtEnd:
		return 3
	case plan.InArrival, plan.FullBuffer:
		return 2
	}
	for _, op := range u.ops {
		if op.P.Delayed && !op.In.Props().Delayed {
			return 2
		}
	}
	return 1
}

func (u *overUnit) deferred() bool { return u.when != plan.AtOnce }

// takes tells whether an operator belongs to the unit.
func (u *overUnit) takes(o *plan.Over) bool {
	s := u.spec
	return u.when == o.When() && slices.EqualFunc(s.Partition, o.Partition, expr.Equal) && s.Buffer == o.Buffer && s.Top == o.Top && s.Emit == o.Emit && s.Expire == o.Expire &&
		slices.EqualFunc(s.Order, o.Order, func(x, y plan.SortKey) bool {
			return x.Desc == y.Desc && x.NullsFirst == y.NullsFirst && expr.Equal(x.E, y.E)
		})
}

func (u *overUnit) add(o *plan.Over) {
	own := *o
	if len(own.Order) == 0 && own.Frame.Unit != plan.FrameRows { // all rows are equal in order
		if !own.Frame.Start.Unbounded {
			own.Frame.Start = plan.FrameBound{Unbounded: true}
		}
		if own.Buffer == 0 {
			own.Frame.End = plan.FrameBound{Unbounded: true, Following: true}
		}
	}
	op := &overOp{Over: &own, u: u, at: len(o.In.Props().Schema)}
	if len(u.ops) > 0 {
		op.suffix = string(rune('1' + len(u.ops)))
	}
	for i, c := range o.Calls {
		op.calls = append(op.calls, &overCall{Call: c, name: o.Names[i], field: -1})
	}
	u.ops = append(u.ops, op)
}

// comment is the call as its author wrote it.
func (u *overUnit) comment(b *emit.Block) {
	for _, op := range u.ops {
		for _, c := range op.calls {
			if c.state == nil { // those with one have their comment there
				b.Comment(u.t.g.line(c.At, c.At.Text()))
			}
		}
	}
}

// declare finds what has to be kept of a row and of a partition, and writes their types.
func (u *overUnit) declare() {
	t, g := u.t, u.t.g
	base := emit.Local(u.f.Statement.Name)
	u.name = t.names.Unique(base + "Over")
	u.row = g.newKept(base + "Row")
	u.part = g.names.Unique(base + "Partition")
	for _, op := range u.ops {
		op.choose()
	}
}

// choose decides how each call is computed and which arguments have to be kept.
func (op *overOp) choose() {
	u := op.u
	names := emit.NewNames("rows", "next", "rank", "dense", "peers", "n", "lo", "hi", "acc", "seen")
	for _, c := range op.calls {
		far := u.deferred() // others are looked at, or the row itself when it is no longer at hand
		if c.Framed() {
			op.chooseState(c, names)
			far = far || op.moves() || !op.endsHere()
		}
		if n, known := c.Distance(); c.Name == "LAG" && c.IgnoreNulls && known && n > 0 && !u.whole() && op.Buffer == 0 {
			c.values = u.t.g.newKept(emit.Local(u.f.Statement.Name) + "Value")
			col := c.Args[0].Col()
			c.values.add(hintOf(c.Args[0]), expr.WithCol(c.Args[0], types.Col{Type: col.Type}))
			c.queue = names.Unique("values") + op.suffix
		}
		c.run = op.runOf(c, names)
		for i, x := range c.Args {
			a := overArg{e: x, field: -1}
			_, lit := x.(*expr.Lit)
			lags := c.Name == "LAG" && i == 0 && c.values == nil
			if !lit && (far || lags) {
				a.field = u.row.add(hintOf(x), x)
			}
			c.args = append(c.args, a)
		}
		if c.Filter != nil {
			c.filter = &overArg{e: c.Filter, field: -1}
			if far {
				c.filter.field = u.row.add("counts", c.Filter)
			}
		}
		switch c.Name {
		case "RANK", "DENSE_RANK", "PERCENT_RANK":
			if len(op.Order) > 0 {
				u.comparison()
			}
		case "CUME_DIST":
			if len(op.Order) > 0 {
				u.comparison()
			}
		}
	}
	if op.framed() && op.Frame.Unit == plan.FrameGroups {
		u.groups = true
		u.comparison()
	}
	if op.framed() && op.Frame.Unit != plan.FrameRows && len(op.Order) > 0 {
		u.comparison()
	}
	if op.sliding != nil {
		op.declareState(op.sliding, "Sums", "what "+u.f.Statement.Name+" keeps of the rows of a frame")
	}
	if op.fresh != nil {
		op.declareState(op.fresh, "Frame", "what "+u.f.Statement.Name+" computes of the rows of a frame")
	}
}

func hintOf(e expr.Expr) string {
	switch e := e.(type) {
	case *expr.Column:
		return e.Name[lastDot(e.Name)+1:]
	case *expr.Meta:
		return e.Field.String()
	case *expr.Call:
		return e.Name
	case *expr.Cast:
		return hintOf(e.X)
	}
	return "value"
}

func lastDot(s string) int {
	for i := len(s) - 1; i >= 0; i-- {
		if s[i] == '.' {
			return i
		}
	}
	return -1
}

// chooseState finds what an aggregate needs to follow its frame.
func (op *overOp) chooseState(c *overCall, names *emit.Names) {
	call := plan.Agg{Name: c.Name, Sig: c.Sig, Args: c.Args, Distinct: c.Distinct, Filter: c.Filter, IgnoreNulls: c.IgnoreNulls, Col: c.Col, At: c.At}
	if !c.Aggregate {
		if op.moves() || op.u.whole() || c.Name == "LAST_VALUE" && !c.IgnoreNulls {
			return // read from a row of the frame
		}
		call.Name, call.Sig = map[string]string{"FIRST_VALUE": "FIRST", "LAST_VALUE": "LAST", "NTH_VALUE": "NTH"}[c.Name], 0
	}
	if op.moves() && (c.Name == "MIN" || c.Name == "MAX") {
		c.queue = names.Unique(emit.Local(c.Name)+argName(call)) + op.suffix
		return
	}
	code := aggCode{Agg: call, Aggregate: AggregateOf(op.u.t.g.opts.Functions, call)}
	a := &op.sliding
	if op.moves() {
		if code.Retracting != nil {
			code.Aggregate = code.Retracting()
		}
		if !code.Retracts() {
			a = &op.fresh
		}
	}
	if *a == nil {
		*a = &aggregation{t: op.u.t, f: op.u.f, fields: []accField{{name: "Rows", key: "rows", agg: -1}}}
	}
	c.state, c.agg = *a, len((*a).aggs)
	(*a).addCode(stateNames(*a), c.agg, code)
}

func stateNames(a *aggregation) *emit.Names {
	names := emit.NewNames("Rows")
	for _, f := range a.fields {
		names.Take(f.name)
	}
	return names
}

// declareState writes the struct of an accumulator.
func (op *overOp) declareState(a *aggregation, kind, doc string) {
	g := op.u.t.g
	a.acc = g.names.Unique(emit.Local(op.u.f.Statement.Name) + kind)
	g.states = append(g.states, jen.Comment("// "+a.acc+" is "+doc+".").Line().Type().Id(a.acc).StructFunc(func(s *jen.Group) {
		s.Id("Rows").Int64().Comment("rows of the frame")
		for _, f := range a.fields[1:] {
			s.Id(f.name).Add(f.Type).Comment(callText(a.aggs[f.agg].Agg))
		}
	}).Line())
}

// comparison is the name of the function that compares two kept rows by the order's keys.
func (u *overUnit) comparison() string {
	if u.compareBy == "" {
		u.compareBy = u.t.g.names.Unique("compare" + upperFirst(emit.Local(u.f.Statement.Name)))
		for _, k := range u.spec.Order {
			u.keyFields = append(u.keyFields, u.row.add(hintOf(k.E), k.E))
		}
	}
	return u.compareBy
}

// types writes the types of rows and partitions, and the comparison.
func (u *overUnit) types() {
	g := u.t.g
	var more []jen.Code
	extra := func(name string, typ *jen.Statement, doc string, saved bool) {
		m := keptMore{name, typ, doc}
		if more = append(more, m.declare()); saved {
			u.more = append(u.more, m)
		}
	}
	if u.deferred() && u.sort == nil {
		extra("part", jen.Int(), "its partition", len(u.spec.Partition) > 0)
	}
	if u.timed {
		extra("ts", jen.Int64(), "its event time", true)
	}
	if u.groups {
		extra("group", jen.Int64(), "number of its group of rows that are equal in order", !u.whole())
	}
	if u.fallible && u.whole() {
		more = append(more, jen.Id("rejected").Bool().Comment("a result could not be computed"))
	}
	if u.deferred() || u.keepsRows() {
		who := "OVER"
		if u.sort != nil {
			who = "ORDER BY"
		}
		g.states = append(g.states, u.row.declare("// "+u.row.name+" is what "+who+" keeps of a row of "+u.f.Statement.Name+".", more...))
	}
	if u.sort == nil {
		g.states = append(g.states, jen.Comment("// "+u.part+" is what OVER keeps of a partition of "+u.f.Statement.Name+".").Line().
			Type().Id(u.part).Struct(u.fields...).Line())
	}
	if u.compareBy != "" {
		var keys []emit.SortKey
		for _, k := range u.spec.Order {
			keys = append(keys, emit.SortKey{Col: k.E.Col(), Desc: k.Desc, NullsFirst: k.NullsFirst})
		}
		read := func(row string) func(i int) emit.Value {
			return func(i int) emit.Value { return u.row.readAs(u.keyFields[i], u.spec.Order[i].E, jen.Id(row)) }
		}
		g.states = append(g.states, jen.Comment("// "+u.compareBy+" orders kept rows.").Line().
			Func().Id(u.compareBy).Params(jen.List(jen.Id("a"), jen.Id("b")).Op("*").Id(u.row.name)).Int().
			Block(jen.Return(u.t.resultBlock().Compare(keys, read("a"), read("b")))).Line())
	}
}

// stateFields are the fields of a partition besides its rows.
func (u *overUnit) stateFields() {
	add := u.field
	if u.whole() {
		add = func(name string, typ *jen.Statement, comment string, _ partKind) { u.scratch(name, typ, comment) }
	}
	if u.ranked {
		add("rank", jen.Int64(), "of the row that came last", partNumber)
		add("dense", jen.Int64(), "groups of equal rows up to it", partNumber)
	}
	if u.peered {
		add("peers", jen.Int64(), "rows that are not behind the current one in order", partNumber)
	}
	for _, op := range u.ops {
		if op.moves() && op.framed() {
			add("lo"+op.suffix, jen.Int64(), "the first row of the frame", partNumber)
		}
		if op.needsHigh() {
			add("hi"+op.suffix, jen.Int64(), "the row behind the frame", partNumber)
		}
		if op.sliding != nil {
			add("acc"+op.suffix, jen.Id(op.sliding.acc), "of the rows of the frame", partState)
		}
		for _, c := range op.calls {
			if c.run != nil {
				c.run.declare(u, add)
			}
			if c.values != nil {
				u.t.g.states = append(u.t.g.states, c.values.declare("// "+c.values.name+" is a value that is not NULL."))
				if u.t.pipe.Inputs != nil {
					u.t.g.savedKept(c.values, false)
				}
				add(c.queue, jen.Qual(emit.Over, "Ring").Types(jen.Id(c.values.name)), "the last values that are not NULL", partRows)
			} else if c.queue != "" {
				add(c.queue, jen.Qual(emit.Over, "Ring").Types(jen.Int64()), "the rows that can still be "+callText(plan.Agg{At: c.At}), partPlaces)
			}
		}
	}
	if u.spec.Expire > 0 {
		u.field("seen", jen.Qual(emit.State, "LastRow"), "when its last row was", partState)
	}
}

// partition emits the lookup of the row's partition: p points to it.
func (u *overUnit) partition(b *emit.Block, s *scope, ctx rowContext) (id *jen.Statement) {
	t := u.t
	if len(u.spec.Partition) == 0 {
		return nil
	}
	var vals []emit.Value
	for _, e := range u.spec.Partition {
		v := b.Let(hintOf(e), s.value(b, e))
		vals = append(vals, b.LetValid(hintOf(e), v, v.Plain))
	}
	key := t.key(b, vals)
	if u.forgets() {
		k := b.Names.Unique("key")
		past := u.clock(ctx)
		if u.ops[0].P.Time.EventTime {
			past = jen.Id("t").Dot("watermark")
		}
		over := jen.Func().Params(jen.Id("p").Op("*").Id(u.part)).Bool().Block(jen.Return(jen.Id("p").Dot("seen").Dot("Over").Call(past, duration(u.spec.Expire))))
		b.Add(jen.Id(k).Op(":=").Add(key), jen.If(jen.Id("t").Dot(u.name).Dot("Probe").Call(jen.Id(k)).Op("<").Lit(0)).Block(jen.Id("t").Dot(u.name).Dot("Expire").Call(over)))
		key = jen.Id(k)
	}
	return jen.Id("t").Dot(u.name).Dot("Of").Call(key)
}

// forgets tells whether partitions go that no row has come to for a time.
func (u *overUnit) forgets() bool { return len(u.ops) > 0 && physical.ForgetsPartitions(u.ops[0].Over) }

// declareField declares the task's field that holds the partitions: one, where the rows are not parted.
func (u *overUnit) declareField() {
	t := u.t
	if len(u.spec.Partition) == 0 {
		t.fields = append(t.fields, jen.Id(u.name).Id(u.part).Comment("rows of OVER"))
		return
	}
	t.fields = append(t.fields, jen.Id(u.name).Qual(emit.Over, "Partitions").Types(jen.Id(u.part)).Comment("of OVER"))
	t.inits = append(t.inits, jen.Id("t").Dot(u.name).Dot("Init").Call())
}

// at points to the partition with an id.
func (u *overUnit) partAt(id *jen.Statement) *jen.Statement {
	if len(u.spec.Partition) == 0 {
		return jen.Op("&").Id("t").Dot(u.name)
	}
	return jen.Id("t").Dot(u.name).Dot("At").Call(id)
}

// inline emits the results for the row at hand.
func (u *overUnit) inline(b *emit.Block, s *scope, ctx rowContext) {
	u.comment(b)
	arg := func(a *overArg) {
		if _, lit := a.e.(*expr.Lit); lit {
			return
		}
		a.here = s.value(b, a.e)
		a.here = b.LetValid(hintOf(a.e), b.Let(hintOf(a.e), a.here), a.here.Plain)
	}
	for _, op := range u.ops {
		for _, c := range op.calls {
			for i := range c.args {
				arg(&c.args[i])
			}
			if c.filter != nil {
				arg(c.filter)
			}
		}
	}
	id := u.partition(b, s, ctx)
	e := &overEnv{b: b}
	p := b.Names.Unique("p")
	e.p = jen.Id(p)
	b.Add(jen.Id(p).Op(":=").Add(u.partAt(id)))
	u.expire(b, e.p, u.clock(ctx))
	place := b.Names.Unique("place")
	e.i = jen.Id(place)
	if u.keepsRows() {
		e.rows = true
		b.Add(jen.Id(place).Op(":=").Add(end(e.p)))
		cur := b.Names.Unique("kept")
		b.Add(jen.Id(cur).Op(":=").Add(e.p).Dot("rows").Dot("Push").Call())
		e.cur = jen.Id(cur)
		for i, f := range u.row.fields {
			u.row.set(b, i, e.cur, s.value(b, f.of))
		}
		u.field("rows", jen.Qual(emit.Over, "Ring").Types(jen.Id(u.row.name)), "the last ones", partRows)
	} else if u.counts() {
		u.field("n", jen.Int64(), "rows so far", partNumber)
		b.Add(jen.Id(place).Op(":=").Add(e.p).Dot("n"), jen.Add(e.p).Dot("n").Op("++"))
	}
	for _, op := range u.ops {
		op.slide(e)
		for i, c := range op.calls {
			v := op.result(e, c)
			s.cols[op.at+i] = b.LetValid(c.name, b.Let(c.name, v), v.Plain)
		}
	}
	if e.rows {
		b.Add(jen.Add(e.p).Dot("rows").Dot("Drop").Call(u.keepFrom(e)))
	}
	u.stateFields()
	u.types()
	u.declareField()
	u.persist()
}

// keepsRows tells whether later rows look at this one, if only to count it.
func (u *overUnit) keepsRows() bool {
	return len(u.row.fields) > 0 || slices.ContainsFunc(u.ops, func(op *overOp) bool { return op.framed() && (op.moves() || op.needsHigh()) })
}

// counts tells whether a result needs the place of the row though nothing is kept.
func (u *overUnit) counts() bool {
	for _, op := range u.ops {
		for _, c := range op.calls {
			if c.Name == "ROW_NUMBER" || c.Name == "NTILE" {
				return true
			}
		}
	}
	return false
}

// keepFrom is the first row that a later one can look at.
func (u *overUnit) keepFrom(e *overEnv) *jen.Statement {
	back := int64(0)
	if u.compareBy != "" || u.groups {
		back = 1
	}
	var lows []jen.Code
	for _, op := range u.ops {
		for _, c := range op.calls {
			if n, known := c.Distance(); c.Name == "LAG" && known && c.values == nil {
				back = max(back, n)
				if c.IgnoreNulls {
					back = max(back, op.Buffer)
				}
			}
		}
		if !op.framed() {
			continue
		}
		if op.moves() {
			lows = append(lows, jen.Add(e.p).Dot("lo"+op.suffix))
		}
		if op.needsHigh() {
			lows = append(lows, jen.Add(e.p).Dot("hi"+op.suffix).Op("-").Lit(1))
		}
	}
	next := jen.Add(e.i)
	switch {
	case back == 0:
		next = next.Op("+").Lit(1)
	case back > 1:
		next = next.Op("-").Lit(int(back - 1))
	}
	if len(lows) == 0 {
		return next
	}
	return jen.Id("min").Call(append([]jen.Code{next}, lows...)...)
}

// clock is the time by which partitions are forgotten: that of the chunk, or of the row if it has one.
func (u *overUnit) clock(ctx rowContext) *jen.Statement {
	switch {
	case u.spec.Expire == 0:
		return nil
	case u.forgets() && u.ops[0].P.Time.EventTime:
		return jen.Id("t").Dot("now")
	case ctx.time != nil:
		return jen.Add(ctx.time)
	case ctx.result:
		u.t.usesClock = true
		return jen.Id("t").Dot("clock").Dot("Now").Call()
	}
	return jen.Id("c").Dot("Now")
}

// expire forgets a partition that has had no rows for so long.
func (u *overUnit) expire(b *emit.Block, p, now *jen.Statement) {
	if u.spec.Expire == 0 {
		return
	}
	seen := jen.Add(p).Dot("seen")
	b.Add(jen.If(jen.Add(seen).Dot("Over").Call(now, duration(u.spec.Expire))).Block(jen.Op("*").Add(p).Op("=").Id(u.part).Values()))
	b.Add(jen.Add(seen).Dot("Come").Call(now))
}
