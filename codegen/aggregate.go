package codegen

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/velostream/veloc/codegen/emit"
	"github.com/velostream/veloc/compiler/expr"
	"github.com/velostream/veloc/compiler/physical"
	"github.com/velostream/veloc/compiler/plan"
	"github.com/velostream/veloc/compiler/types"
)

// aggregation is a GROUP BY while it is being written.
type aggregation struct {
	t    *task
	f    *physical.Flow
	n    int // stage
	op   *plan.Aggregate
	key  *rowType
	acc  string // name of the accumulator struct
	name string // task field that holds the groups
	id   string // variable that holds the row's group
	// emits is the method that shows a group.
	emits string
	// batch is the field that gathers groups which have changed, and showBatch the method that shows them; empty: each row shows its group.
	batch, showBatch string

	fields []accField
	aggs   []aggCode
}

// accField is one field of the accumulator struct; several aggregates may share it.
type accField struct {
	name string
	key  string
	emit.StateField
	agg int // the aggregate that feeds it
}

// aggCode is one aggregate call as code.
type aggCode struct {
	emit.Aggregate
	plan.Agg
	fields []int // positions in the accumulator
}

// aggregate emits the update of the group that a row belongs to, and in methods of their own what happens with results.
func (t *task) aggregate(b *emit.Block, f *physical.Flow, n int, op *plan.Aggregate, s *scope, ctx rowContext) {
	a := &aggregation{t: t, f: f, n: n, op: op}
	a.declare()
	var keys []emit.Value
	if op.Window != nil {
		b.Comment(t.g.line(op.Window.At, op.Window.At.Text()))
	}
	for i, k := range op.Keys {
		v := s.value(b, k)
		keys = append(keys, b.LetValid(op.Props().Schema[i].Name, b.Let(op.Props().Schema[i].Name, v), v.Plain))
	}
	var ts emit.Value
	if op.Window != nil {
		ts = b.Let("ts", s.value(b, op.Window.Time))
	}
	inputs := a.prepare(b, s)
	if len(op.Keys) > 0 {
		b.Comment(t.g.line(op.Keys[0].Span(), "GROUP BY "+keyText(op)))
	}
	a.find(b, keys)
	if op.Window != nil {
		a.intoWindows(b, ts, inputs, ctx)
	} else {
		a.intoGroup(b, inputs, ctx)
	}
	a.methods(ctx)
}

func keyText(op *plan.Aggregate) string {
	var parts []string
	for _, k := range op.Keys {
		parts = append(parts, sql(k))
	}
	return strings.Join(parts, ", ")
}

// declare writes key and accumulator structs and the task's field.
func (a *aggregation) declare() {
	t, g := a.t, a.t.g
	base := emit.Local(a.f.Statement.Name)
	a.emits = t.names.Unique("emit" + upperFirst(base))
	var cols []rowField
	for i, k := range a.op.Keys {
		cols = append(cols, rowField{sql: a.op.Props().Schema[i].Name, col: k.Col()})
	}
	a.key = g.newRow(base+"Key", cols)
	g.states = append(g.states, a.key.declare("// "+a.key.name+" identifies a group of "+a.f.Statement.Name+"."))
	a.acc = g.names.Unique(base + "Acc")
	names := emit.NewNames("Rows", "Shown", "Last")
	a.fields = []accField{{name: "Rows", key: "rows", agg: -1}}
	for i, agg := range a.op.Aggs {
		a.add(names, i, agg)
	}
	g.states = append(g.states, jen.Comment("// "+a.acc+" is what "+a.f.Statement.Name+" keeps of the rows of a group.").Line().
		Type().Id(a.acc).StructFunc(func(s *jen.Group) {
		s.Id("Rows").Int64().Comment("rows in the group")
		if a.remembersShown() {
			s.Id("Shown").Bool().Comment("there is a result to withdraw")
		}
		if a.ttl() > 0 {
			s.Id("Last").Qual(emit.State, "LastRow").Comment("when the newest row was")
		}
		for _, f := range a.fields[1:] {
			s.Id(f.name).Add(f.Type).Comment(callText(a.op.Aggs[f.agg]))
		}
	}).Line())
	if form := a.form(); t.pipe.Parallelism != physical.Ordered || form == physical.Sliced || form == physical.Sessions {
		g.states = append(g.states, a.mergeFunc())
	}
	a.name = base
	if t.names.Taken(base) { // by the method of the statement
		a.name += map[bool]string{true: "Window", false: "Groups"}[a.op.Window != nil]
	}
	a.name = t.names.Unique(a.name)
	defer a.persist()
	if a.op.Window != nil {
		a.declareWindow()
		return
	}
	inst := func() *jen.Statement { return jen.Types(jen.Id(a.key.name), jen.Id(a.acc)) }
	t.fields = append(t.fields, jen.Id(a.name).Op("*").Qual(emit.State, "Groups").Add(inst()))
	t.inits = append(t.inits, jen.Id("t").Dot(a.name).Op("=").Qual(emit.State, "NewGroups").Add(inst()).Call())
	a.declareBatch()
}

// add gives an aggregate its fields, sharing those that exist.
func (a *aggregation) add(names *emit.Names, i int, agg plan.Agg) {
	code := AggregateOf(a.t.g.opts.Functions, agg)
	if a.f.Stages[a.n].Changes { // rows are taken back
		code = retractingOf(a.t.g.opts.Functions, agg)
	}
	a.addCode(names, i, aggCode{Agg: agg, Aggregate: code})
}

func (a *aggregation) addCode(names *emit.Names, i int, code aggCode) {
	agg := code.Agg
	for _, f := range code.Fields {
		key := fieldKey(f, agg)
		pos := -1
		for p, have := range a.fields {
			if f.Key != "" && have.key == key {
				pos = p
			}
		}
		if pos < 0 {
			pos = len(a.fields)
			a.fields = append(a.fields, accField{name: names.Unique(emit.Exported(f.Name) + argName(agg)), key: key, StateField: f, agg: i})
		}
		code.fields = append(code.fields, pos)
	}
	a.aggs = append(a.aggs, code)
}

// argName makes the name of an accumulator field say what it is about: Sum of quantity is SumQuantity.
func argName(agg plan.Agg) string {
	if len(agg.Args) == 0 {
		return ""
	}
	if c, ok := agg.Args[0].(*expr.Column); ok {
		return emit.Exported(c.Name)
	}
	return ""
}

// AggregateOf is an aggregate call as code.
func AggregateOf(fns Functions, agg plan.Agg) emit.Aggregate {
	cols, literals := argumentsOf(agg)
	if agg.Distinct && agg.Name == "COUNT" {
		return countDistinct()
	}
	a := fns.Aggregate(agg.Name, agg.Sig, agg.Col, cols, literals, agg.Distinct)
	if agg.IgnoreNulls {
		a.NullsToo = false
	}
	if len(agg.OrderBy) == 0 || !a.Ordered && !a.OrderSensitive {
		return a
	}
	var keys []emit.SortKey
	for _, k := range agg.OrderBy {
		keys = append(keys, emit.SortKey{Col: k.E.Col(), Desc: k.Desc, NullsFirst: k.NullsFirst})
	}
	return fns.Sorted(a, cols, keys)
}

// argumentsOf are the types of an aggregate's arguments, and the values of those that are literals.
func argumentsOf(agg plan.Agg) (cols []types.Col, literals []any) {
	for _, x := range agg.Args {
		cols = append(cols, x.Col())
		var val any
		if l, ok := x.(*expr.Lit); ok {
			val = l.Val
		}
		literals = append(literals, val)
	}
	return cols, literals
}

// fieldKey identifies what a field holds: its key, and the arguments and filter that feed it.
func fieldKey(f emit.StateField, agg plan.Agg) string {
	key := f.Key
	if key == "rows" && agg.Filter == nil { // arguments that cannot be NULL do not matter
		return key
	}
	for i, x := range agg.Args {
		if f.Args == nil || slices.Contains(f.Args, i) {
			key += "|" + expr.String(x)
		}
	}
	if agg.Filter != nil {
		key += "|FILTER " + expr.String(agg.Filter)
	}
	return fmt.Sprintf("%s|%v|%v", key, agg.Distinct, agg.IgnoreNulls)
}

// callText is an aggregate call as its author wrote it.
func callText(agg plan.Agg) string { return strings.Join(strings.Fields(agg.At.Text()), " ") }

// find names the id of the row's group, and keeps the key of a new one.
func (a *aggregation) find(b *emit.Block, keys []emit.Value) {
	t := a.t
	state := jen.Id("t").Dot(a.name)
	id := b.Names.Unique("id")
	a.id = id
	if len(keys) == 0 {
		b.Add(jen.Const().Id(id).Op("=").Lit(0).Comment("no GROUP BY: one group"))
		fresh := []jen.Code{jen.Add(state).Dot("Find").Call(jen.Qual(emit.State, "NullKey").Call()),
			jen.Add(state).Dot("Keys").Op("=").Append(jen.Add(state).Dot("Keys"), jen.Id(a.key.name).Values())}
		b.Add(jen.If(jen.Add(state).Dot("Len").Call().Op("==").Lit(0)).Block(append(fresh, a.appeared()...)...))
	} else {
		code := t.key(b, keys)
		if t.fused != nil {
			t.fused.find(a, b, code, jen.Id(a.key.name).Values(keepValue(b, a.key.fields[0].col, keys[0])))
			return
		}
		key := b.Names.Unique("key")
		b.Add(jen.Id(key).Op(":=").Add(code))
		b.Add(jen.Id(id).Op(":=").Add(state).Dot("Probe").Call(jen.Id(key)))
		keep := jen.Id(a.key.name).ValuesFunc(func(v *jen.Group) {
			for i, k := range keys {
				v.Add(keepValue(b, a.key.fields[i].col, k))
			}
		})
		fresh := append([]jen.Code{jen.Add(state).Dot("Keys").Op("=").Append(jen.Add(state).Dot("Keys"), keep)}, a.appeared()...)
		b.Add(jen.If(jen.Id(id).Op("<").Lit(0)).Block(append(a.expire(),
			jen.Var().Id("fresh").Bool(),
			jen.If(jen.List(jen.Id(id), jen.Id("fresh")).Op("=").Add(state).Dot("Find").Call(jen.Id(key)), jen.Id("fresh")).Block(fresh...),
		)...))
	}
}

// appeared notes where a group without a window was first seen.
func (a *aggregation) appeared() []jen.Code {
	if a.op.Window != nil {
		return nil
	}
	seq, row := jen.Id("c").Dot("Seq"), jen.Id("row")
	if a.afterResult() || a.t.from == nil { // no chunk is at hand
		seq, row = jen.Lit(0), jen.Int64().Parens(jen.Id("t").Dot(a.name).Dot("Len").Call())
	}
	return []jen.Code{jen.Id("t").Dot(a.name).Dot("Appeared").Call(seq, row)}
}

// afterResult tells whether the rows come from another operator that keeps rows, rather than from a source.
func (a *aggregation) afterResult() bool {
	return a.n > 0 || resultOf(a.f.Leaf) || slices.ContainsFunc(a.f.Stages[a.n].Ops, func(op plan.Node) bool {
		o, over := op.(*plan.Over)
		_, sorted := op.(*plan.Sort)
		return sorted || over && o.When() != plan.AtOnce
	})
}

// resultOf tells whether rows come out of an operator that keeps rows, in this statement or in an earlier one, so that there is no input row
// behind them.
func resultOf(leaf plan.Node) bool {
	switch n := leaf.(type) {
	case *plan.Ref:
		return keepsRows(n.Statement.Root)
	case *plan.Join, *plan.SetOp:
		return true
	}
	return false
}

func keepsRows(n plan.Node) bool {
	switch n := n.(type) {
	case *plan.Aggregate, *plan.Sort:
		return true
	case *plan.Over:
		return n.When() != plan.AtOnce || keepsRows(n.In)
	case *plan.Filter, *plan.Project, *plan.Distinct, *plan.Limit, *plan.Unnest:
		return keepsRows(n.Inputs()[0])
	}
	return resultOf(n)
}

// duration spells nanoseconds in a unit that a reader recognises.
func duration[D ~int64](d D) *jen.Statement { return integer(types.TInterval, int64(d)) }

// aggInput is what one aggregate adds of a row.
type aggInput struct {
	filter *emit.Cond // FILTER (WHERE …), or nil
	args   []emit.Value
}

// prepare computes what all aggregates add of the row, before the group is touched: a row that fails here leaves no trace.
func (a *aggregation) prepare(b *emit.Block, s *scope) []aggInput {
	inputs := make([]aggInput, len(a.aggs))
	for i, agg := range a.aggs {
		fields := a.fedBy(i)
		if len(fields) == 0 {
			continue
		}
		in := &inputs[i]
		if agg.Filter != nil {
			c := s.isTrue(b, agg.Filter)
			in.filter = &c
		}
		for _, x := range inputsOf(agg.Agg) {
			v := a.argument(b, s, x, in.filter)
			if len(fields) > 1 || v.Valid != nil {
				v = b.LetValid("arg", b.Let("arg", v), v.Plain)
			}
			in.args = append(in.args, v)
		}
	}
	return inputs
}

// inputsOf are the arguments of an aggregate, and behind them what orders its rows.
func inputsOf(agg plan.Agg) []expr.Expr {
	out := slices.Clone(agg.Args)
	for _, k := range agg.OrderBy {
		out = append(out, k.E)
	}
	return out
}

// argument computes an argument. One that needs statements of its own is computed only for rows that pass the filter.
func (a *aggregation) argument(b *emit.Block, s *scope, x expr.Expr, filter *emit.Cond) emit.Value {
	in := b.Inner()
	v := s.value(in, x)
	if in.Empty() {
		return v
	}
	if filter == nil {
		b.Splice(in)
		return v
	}
	name := b.Names.Unique("arg")
	out := emit.Named(v.Type, jen.Id(name))
	b.Add(jen.Var().Id(name).Add(emit.GoType(v.Type)))
	if v.Valid != nil {
		valid := b.Names.Unique(name + "Valid")
		b.Add(jen.Var().Id(valid).Bool())
		out.Valid = jen.Id(valid)
	}
	s.set(in, out, v)
	b.Add(jen.If(filter.Expr(0)).Block(in.Code()...))
	return out
}

// fedBy lists the accumulator fields that aggregate i feeds.
func (a *aggregation) fedBy(i int) []int {
	var mine []int
	for _, p := range a.aggs[i].fields {
		if a.fields[p].agg == i {
			mine = append(mine, p)
		}
	}
	return mine
}

// intoGroup adds the row to its group, and shows the group if every row does.
func (a *aggregation) intoGroup(b *emit.Block, inputs []aggInput, ctx rowContext) {
	acc := b.Names.Unique("acc")
	b.Add(jen.Id(acc).Op(":=").Id("t").Dot(a.name).Dot(a.at()).Call(jen.Id(a.id)))
	a.renew(b, acc, ctx)
	if a.changes() || ctx.op != nil {
		a.change(b, acc, inputs, ctx)
		return
	}
	a.addTo(b, acc, inputs)
	if f := a.t.fused; f != nil {
		f.agg = a
		a.t.g.states = append(a.t.g.states, f.add(a))
	}
	switch {
	case a.op.Emit != plan.EmitChanges:
	case a.batch != "":
		b.Add(a.noteChange(ctx))
	default:
		b.Add(a.show(jen.Id(acc), ctx))
	}
}

// at is the method that finds the accumulator of a row: for the root's own state, which may be saved, one that notes the change. What workers have is
// merged, which notes it.
func (a *aggregation) at() string {
	if a.afterResult() || a.t.staged() {
		return "Change"
	}
	return "At"
}

// addTo adds the row to an accumulator.
func (a *aggregation) addTo(b *emit.Block, acc string, inputs []aggInput) {
	b.Add(jen.Id(acc).Dot("Rows").Op("++"))
	a.apply(b, acc, inputs, func(f accField) fieldUpdate { return f.Add })
}

// takeFrom takes a row back from an accumulator.
func (a *aggregation) takeFrom(b *emit.Block, acc string, inputs []aggInput) {
	b.Add(jen.Id(acc).Dot("Rows").Op("--"))
	a.apply(b, acc, inputs, func(f accField) fieldUpdate { return f.Retract })
}

// fieldUpdate changes a field of an accumulator by a row.
type fieldUpdate = func(b *emit.Block, field *jen.Statement, args []emit.Value)

func (a *aggregation) apply(b *emit.Block, acc string, inputs []aggInput, update func(accField) fieldUpdate) {
	for i := 0; i < len(a.aggs); {
		guard, last := a.guarded(i, inputs)
		in := b
		if guard != nil && last > i { // several under one condition
			in = b.Inner()
		}
		for j := i; j <= last; j++ {
			fields := a.fedBy(j)
			if len(fields) == 0 {
				continue
			}
			in.Comment(a.t.g.line(a.aggs[j].At, callText(a.aggs[j].Agg)))
			body := in
			if guard != nil && last == i {
				body = b.Inner()
			}
			a.feed(body, a.aggs[j], fields, inputs[j], jen.Id(acc), update)
			if body != in {
				in.Add(jen.If(guard.Expr(0)).Block(body.Code()...))
			}
		}
		if in != b {
			b.Add(jen.If(guard.Expr(0)).Block(in.Code()...))
		}
		i = last + 1
	}
}

// guarded is the condition under which aggregate i takes a row, nil if it takes all, and the last of the aggregates that follow it and
// have it in common.
func (a *aggregation) guarded(i int, inputs []aggInput) (guard *emit.Cond, last int) {
	guard = a.guard(i, inputs[i])
	last = i
	for j := i + 1; guard != nil && j < len(a.aggs); j++ {
		if len(a.fedBy(j)) == 0 {
			continue
		}
		next := a.guard(j, inputs[j])
		if next == nil || fmt.Sprintf("%#v", next.Code) != fmt.Sprintf("%#v", guard.Code) {
			break
		}
		last = j
	}
	return guard, last
}

// guard is the condition under which an aggregate takes a row: its FILTER, and arguments that are not NULL; nil: always.
func (a *aggregation) guard(i int, input aggInput) *emit.Cond {
	var guards []emit.Cond
	if input.filter != nil {
		guards = append(guards, *input.filter)
	}
	if valid := emit.AllValid(input.args...); valid != nil && !a.aggs[i].NullsToo {
		guards = append(guards, emit.Holds(valid))
	}
	if len(guards) == 0 || len(a.fedBy(i)) == 0 {
		return nil
	}
	c := emit.And(guards...)
	return &c
}

// feed adds a row that the aggregate takes to its fields.
func (a *aggregation) feed(b *emit.Block, agg aggCode, fields []int, input aggInput, acc *jen.Statement, update func(accField) fieldUpdate) {
	args := append([]emit.Value(nil), input.args...)
	if !agg.NullsToo {
		for i := range args {
			args[i].Valid = nil
		}
	}
	for _, p := range fields {
		f := a.fields[p]
		update(f)(b, jen.Add(acc).Dot(f.name), args)
	}
}

// show emits the group's new row. start and end are those of its window, if it has one.
func (a *aggregation) show(acc *jen.Statement, ctx rowContext, bounds ...jen.Code) *jen.Statement {
	return a.shown(nil, acc, ctx, bounds...)
}

// shown emits a row of the group, as a change if op is not nil.
func (a *aggregation) shown(op, acc *jen.Statement, ctx rowContext, bounds ...jen.Code) *jen.Statement {
	args := append(bounds, jen.Op("&").Id("t").Dot(a.name).Dot("Keys").Index(jen.Id(a.id)), acc)
	if ts := a.changeTime(ctx); ts != nil {
		args = append([]jen.Code{ts}, args...)
	}
	if op != nil {
		args = append([]jen.Code{op}, args...)
	}
	return jen.If(jen.Err().Op(":=").Id("t").Dot(a.emitName()).Call(args...), jen.Err().Op("!=").Nil()).Block(jen.Return(jen.Err()))
}

// changeTime is the time of the row that changes a group, where the change becomes a record and takes it along; nil elsewhere.
func (a *aggregation) changeTime(ctx rowContext) *jen.Statement {
	if a.op.Window != nil || a.op.Emit != plan.EmitChanges || !recordsBelow(a.f) {
		return nil
	}
	return a.t.carriedTime(ctx)
}

func (a *aggregation) emitName() string { return a.emits }

// methods writes emitX, and hooks the groups into Merge, Advance and Finish.
func (a *aggregation) methods(row rowContext) {
	t := a.t
	b := t.resultBlock()
	b.Names = t.localNames("t", "k", "acc", "start", "end", "err", "ts")
	s := &scope{g: t.g}
	schema := a.op.Props().Schema
	for i := range a.op.Keys {
		v := a.key.read(i, jen.Id("k"))
		v.View = v.Type.Kind == types.String // keepValue has padded it
		s.cols = append(s.cols, v)
	}
	params := []jen.Code{jen.Id("k").Op("*").Id(a.key.name), jen.Id("acc").Op("*").Id(a.acc)}
	ctx := rowContext{drop: jen.Return(jen.Nil()), result: true}
	if a.op.Window != nil {
		s.cols = append(s.cols, emit.Named(types.TTimestamp, jen.Id("start")), emit.Named(types.TTimestamp, jen.Id("end")))
		params = append([]jen.Code{jen.List(jen.Id("start"), jen.Id("end")).Int64()}, params...)
		ctx.time = a.windowTime()
	}
	if a.changeTime(row) != nil {
		params = append([]jen.Code{jen.Id("ts").Int64()}, params...)
		ctx.time = jen.Id("ts")
	}
	if a.changes() {
		params = append([]jen.Code{jen.Id("op").Add(emit.RT("Op"))}, params...)
		ctx.op = jen.Id("op")
		b.Names.Take("op")
	}
	s.meta = t.metaOf(ctx.time)
	offset := len(s.cols)
	for i, agg := range a.aggs {
		var fields []*jen.Statement
		for _, p := range agg.fields {
			fields = append(fields, jen.Id("acc").Dot(a.fields[p].name))
		}
		b.Func.At = agg.At
		v := agg.Final(b, fields)
		v.Type = agg.Col.Type
		if !agg.Col.Nullable {
			v.Valid = nil
		}
		s.cols = append(s.cols, b.LetValid(schema[offset+i].Name, b.Let(schema[offset+i].Name, v), true))
	}
	advanced, finished, rested := len(t.advance), len(t.finish), len(t.rest)
	t.stage(b, a.f, a.n+1, s, ctx)
	// Aggregates that read these results close after this one, so that they have its rows.
	laterAdvance, laterFinish, laterRest := slices.Clone(t.advance[advanced:]), slices.Clone(t.finish[finished:]), slices.Clone(t.rest[rested:])
	t.advance, t.finish, t.rest = t.advance[:advanced], t.finish[:finished], t.rest[:rested]
	defer func() {
		t.advance, t.finish, t.rest = append(t.advance, laterAdvance...), append(t.finish, laterFinish...), append(t.rest, laterRest...)
	}()
	b.Add(jen.Return(jen.Nil()))
	name := a.emitName()
	t.methods = append(t.methods, jen.Comment("// "+name+" shows the result of one group of "+a.f.Statement.Name+".").Line().
		Func().Params(jen.Id("t").Op("*").Id(t.name)).Id(name).Params(params...).Error().Block(b.Code()...).Line())

	if a.op.Window != nil {
		a.windowHooks()
		return
	}
	state := func() *jen.Statement { return jen.Id("t").Dot(a.name) }
	worker := jen.Id("w").Dot(a.name)
	mergeFn := a.mergeName()
	if !a.afterResult() {
		t.merge = append(t.merge, state().Dot("Merge").Call(worker, jen.Func().Params(jen.Id("a").Op("*").Id(a.acc)).Bool().Block(jen.Return(jen.Id("a").Dot("Rows").Op(">").Lit(0))), mergeFn))
	}
	a.batchMethod(row)
	if a.op.Emit == plan.EmitFinal {
		if len(a.op.Keys) == 0 { // a global aggregate has a result even without rows
			empty := jen.Id("t").Dot(name).Call(jen.Op("&").Id(a.key.name).Values(), jen.Op("&").Id(a.acc).Values())
			t.finish = append(t.finish, jen.If(state().Dot("Len").Call().Op("==").Lit(0)).Block(
				jen.If(jen.Err().Op(":=").Add(empty), jen.Err().Op("!=").Nil()).Block(jen.Return(jen.Err()))))
		}
		each := jen.Id("t").Dot(name)
		if row.op != nil && len(a.op.Keys) > 0 { // groups that have lost their rows
			each = jen.Func().Params(jen.Id("k").Op("*").Id(a.key.name), jen.Id("acc").Op("*").Id(a.acc)).Error().Block(
				jen.If(jen.Id("acc").Dot("Rows").Op("==").Lit(0)).Block(jen.Return(jen.Nil())),
				jen.Return(each.Call(jen.Id("k"), jen.Id("acc"))))
		}
		t.finish = append(t.finish, jen.If(jen.Err().Op(":=").Add(state()).Dot("Each").Call(each), jen.Err().Op("!=").Nil()).Block(jen.Return(jen.Err())))
	}
}

func (a *aggregation) mergeName() *jen.Statement { return jen.Id("merge" + upperFirst(a.acc)) }

// mergeFunc writes the function that merges two accumulators.
func (a *aggregation) mergeFunc() *jen.Statement {
	b := &emit.Block{Names: emit.NewNames("dst", "src"), Func: &emit.Func{Statics: a.t.g.statics, Position: a.t.g.position}}
	b.Add(jen.Id("dst").Dot("Rows").Op("+=").Id("src").Dot("Rows"))
	for _, f := range a.fields[1:] {
		f.Merge(b, jen.Id("dst").Dot(f.name), jen.Id("src").Dot(f.name))
	}
	name := "merge" + upperFirst(a.acc)
	return jen.Comment("// " + name + " adds the rows of src, which came later, to dst.").Line().
		Func().Id(name).Params(jen.List(jen.Id("dst"), jen.Id("src")).Op("*").Id(a.acc)).Block(b.Code()...).Line()
}

// countDistinct is COUNT(DISTINCT x): a set of the values seen.
func countDistinct() emit.Aggregate {
	return emit.Aggregate{
		Fields: []emit.StateField{{
			Name: "Distinct", Key: "distinct", Grows: true, Type: jen.Qual(emit.State, "Distinct"), Form: emit.StateForm(),
			Add: func(b *emit.Block, field *jen.Statement, args []emit.Value) {
				b.Add(jen.Add(field).Dot("Add").Call(b.Key(args[0])))
			},
			Merge: func(b *emit.Block, dst, src *jen.Statement) {
				b.Add(jen.Add(dst).Dot("Merge").Call(jen.Op("&").Add(src)))
			},
		}},
		Final: func(b *emit.Block, fields []*jen.Statement) emit.Value {
			return emit.Of(types.TInteger, emit.PrecUnary, jen.Add(fields[0]).Dot("Len").Call())
		},
	}
}
