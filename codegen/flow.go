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

// rowContext says where the code of a flow stands.
type rowContext struct {
	inline bool           // in Process's loop, rather than in a method of its own
	result bool           // the row is the result of an aggregate: there is no input row at hand
	drop   *jen.Statement // continue or return nil
	time   *jen.Statement // event time of the row, ns, if it is at hand
	op     *jen.Statement // whether the row is inserted or deleted; nil: rows are only inserted
}

// flow emits the first stage of a statement for the row that s reads.
func (t *task) flow(b *emit.Block, f *physical.Flow, s *scope, ctx rowContext) {
	t.stage(b, f, 0, s, ctx)
}

// stage emits the operators of one stage, and what follows it: the next stage in a method of its own behind an aggregate, else
// the end of the statement.
func (t *task) stage(b *emit.Block, f *physical.Flow, n int, s *scope, ctx rowContext) {
	t.stageFrom(b, f, n, 0, s, ctx)
}

// stageFrom emits the operators of a stage from one on.
func (t *task) stageFrom(b *emit.Block, f *physical.Flow, n, from int, s *scope, ctx rowContext) {
	st := f.Stages[n]
	for i := from; i < len(st.Ops); i++ {
		op := st.Ops[i]
		if n == 0 && i < t.passed && f == t.from.Flows[0] {
			continue // in Decode
		}
		last := i == len(st.Ops)-1 && n == len(f.Stages)-1 && f.Into == nil
		switch op := op.(type) {
		case *plan.Filter:
			t.filter(b, op, s, ctx)
		case *plan.Project:
			if last {
				t.finishRow(b, f, op.Exprs, s, ctx)
				return
			}
			s = t.project(b, op, s)
		case *plan.Distinct:
			t.distinct(b, f, op, s, ctx)
		case *plan.Limit:
			t.limit(b, f, op, ctx)
		case *plan.Over:
			out, next, done := t.overs(b, f, n, i, s, ctx)
			if done {
				return
			}
			s, i = out, next-1
		case *plan.Unnest:
			t.unnest(b, f, n, i+1, op, s, ctx)
			return
		case *plan.Sort:
			t.sorts(b, f, n, i, op, s, ctx)
			return
		case *plan.Aggregate:
			t.aggregate(b, f, n, op, s, ctx)
			return
		default:
			panic(unhandled(op))
		}
	}
	if f.Into != nil {
		t.meet(b, f, s, ctx)
		return
	}
	t.finishRow(b, f, columnsOf(f.Statement.Root), s, ctx)
}

// columnsOf reads every column of an operator's output as it is.
func columnsOf(n plan.Node) []expr.Expr {
	var out []expr.Expr
	for i, c := range n.Props().Schema {
		out = append(out, &expr.Column{Node: expr.Node{T: c.Col, At: n.Span()}, Index: i, Name: c.Name})
	}
	return out
}

// filter drops rows for which the condition is not TRUE.
func (t *task) filter(b *emit.Block, f *plan.Filter, s *scope, ctx rowContext) {
	word := "WHERE "
	if f.Having {
		word = "HAVING "
	}
	b.Comment(t.g.line(f.Cond.Span(), word+sql(f.Cond)))
	cond := s.isTrue(b, f.Cond)
	b.Add(jen.If(emit.Not(cond).Expr(0)).Block(jen.Id("t").Dot("tally").Dot("Filtered").Op("++"), jen.Add(ctx.drop)))
}

// project names the columns that later operators of the stage read.
func (t *task) project(b *emit.Block, p *plan.Project, s *scope) *scope {
	out := &scope{g: s.g, meta: s.meta}
	for i, e := range p.Exprs {
		name := p.Props().Schema[i].Name
		out.cols = append(out.cols, b.LetValid(name, b.Let(name, s.value(b, e)), false))
		out.in = append(out.in, s.source(e))
	}
	return out
}

// limit passes n rows after the first ones, and then ends the job's input.
func (t *task) limit(b *emit.Block, f *physical.Flow, l *plan.Limit, ctx rowContext) {
	base := emit.Local(f.Statement.Name)
	b.Comment(t.g.line(l.Span(), "LIMIT"))
	if l.Offset > 0 {
		skip := t.names.Unique(base + "Skip")
		t.fields = append(t.fields, jen.Id(skip).Int64().Comment("rows until OFFSET"))
		t.inits = append(t.inits, jen.Id("t").Dot(skip).Op("=").Lit(int(l.Offset)))
		t.numberTable(f, ".offset", skip, l)
		b.Add(jen.If(jen.Id("t").Dot(skip).Op(">").Lit(0)).Block(
			jen.Id("t").Dot(skip).Op("--"), jen.Id("t").Dot("tally").Dot("Filtered").Op("++"), jen.Add(ctx.drop)))
	}
	if l.N < 0 {
		return
	}
	name := t.names.Unique(base + "Left")
	t.fields = append(t.fields, jen.Id(name).Int64().Comment("rows until LIMIT"))
	t.inits = append(t.inits, jen.Id("t").Dot(name).Op("=").Lit(int(l.N)))
	t.numberTable(f, ".limit", name, l)
	left := jen.Id("t").Dot(name)
	b.Add(jen.If(jen.Add(left).Op("<=").Lit(0)).Block(jen.Id("t").Dot("tally").Dot("Done").Op("=").Add(t.onlyFlow()), jen.Add(ctx.drop)))
	b.Add(jen.If(jen.Add(left).Op("--"), jen.Add(left).Op("==").Lit(0)).Block(jen.Id("t").Dot("tally").Dot("Done").Op("=").Add(t.onlyFlow())))
}

// onlyFlow tells whether reaching a LIMIT ends the pipeline: not if other statements want more of its rows.
func (t *task) onlyFlow() *jen.Statement {
	return jen.Lit(len(t.pipe.Roots()) == 1 && len(t.pipe.Roots()[0].Flows) == 0)
}

// distinct drops rows that equal an earlier one.
func (t *task) distinct(b *emit.Block, f *physical.Flow, d *plan.Distinct, s *scope, ctx rowContext) {
	name := t.names.Unique(emit.Local(f.Statement.Name) + "Seen")
	if ctx.op != nil {
		t.distinctChanges(b, f, name, d, s, ctx)
		return
	}
	ttl := physical.TTL(f.Statement, d)
	table, persist := "Table", "PersistKeys"
	if ttl > 0 {
		table, persist = "Recent", "PersistRecent"
	}
	t.fields = append(t.fields, jen.Id(name).Qual(emit.State, table).Comment("rows that DISTINCT has passed"))
	t.inits = append(t.inits, jen.Id("t").Dot(name).Dot("Init").Call())
	t.seenTable(f, jen.Op("&").Id("t").Dot(name), persist, d)
	var vals []emit.Value
	for _, i := range d.Columns() {
		vals = append(vals, b.Let(d.P.Schema[i].Name, s.cols[i]))
	}
	key := t.key(b, vals)
	if ttl > 0 {
		come := jen.Id("t").Dot(name).Dot("Come").Call(key, jen.Id("t").Dot("now"), jen.Id("t").Dot("watermark"), duration(ttl))
		b.Add(jen.If(jen.Op("!").Add(come)).Block(jen.Id("t").Dot("tally").Dot("Filtered").Op("++"), jen.Add(ctx.drop)))
		return
	}
	b.Add(jen.If(jen.List(jen.Id("_"), jen.Id("fresh")).Op(":=").Id("t").Dot(name).Dot("Find").Call(key), jen.Op("!").Id("fresh")).
		Block(jen.Id("t").Dot("tally").Dot("Filtered").Op("++"), jen.Add(ctx.drop)))
}

// distinctChanges passes the first insertion and the last deletion of equal rows.
func (t *task) distinctChanges(b *emit.Block, f *physical.Flow, name string, d *plan.Distinct, s *scope, ctx rowContext) {
	t.fields = append(t.fields, jen.Id(name).Op("*").Qual(emit.State, "Counted").Comment("rows that DISTINCT has met"))
	t.inits = append(t.inits, jen.Id("t").Dot(name).Op("=").Qual(emit.State, "NewCounted").Call())
	t.seenTable(f, jen.Id("t").Dot(name), "PersistCounted", d)
	var vals []emit.Value
	for i, c := range d.P.Schema {
		vals = append(vals, b.Let(c.Name, s.cols[i]))
	}
	key := t.key(b, vals)
	change := jen.Id("t").Dot(name).Dot("Change").Call(key, jen.Int64().Parens(jen.Add(ctx.op)))
	passes := jen.Id("n").Op("!=").Lit(0).Op("&&").Parens(jen.Id("n").Op("!=").Lit(1).Op("||").Add(ctx.op).Op("==").Add(emit.RT("Delete")))
	b.Add(jen.If(jen.Id("n").Op(":=").Add(change), passes).Block(jen.Id("t").Dot("tally").Dot("Filtered").Op("++"), jen.Add(ctx.drop)))
}

// finishRow builds the statement's output row, counts its metrics, writes it to the sink and hands it to the statements that read it.
func (t *task) finishRow(b *emit.Block, f *physical.Flow, exprs []expr.Expr, s *scope, ctx rowContext) {
	g := t.g
	schema := f.Statement.Root.Props().Schema
	row := g.outputRow(f, exprs, s)
	out := b.Names.Unique("out")
	if _, own := row.reads(); own {
		decl := jen.Var().Id(out).Id(row.name)
		if ctx.inline {
			t.vars = append(t.vars, decl)
		} else {
			b.Add(decl)
		}
	}
	to := jen.Id(out)
	for i, e := range exprs {
		v := s.value(b, e)
		row.fields[i].view = v.View
		row.assign(b, i, to, v)
	}
	outScope := &scope{g: g, meta: s.meta}
	for i := range schema {
		outScope.cols = append(outScope.cols, row.read(i, to))
	}
	in := b
	if ctx.op != nil {
		in = b.Inner()
	}
	for _, m := range f.Statement.Metrics {
		t.metric(in, f, m, outScope)
	}
	if ctx.op != nil && !in.Empty() {
		b.Add(jen.If(jen.Add(ctx.op).Op("==").Add(emit.RT("Insert"))).Block(in.Code()...))
	}
	if f.Sink != nil {
		t.write(b, f, row, to, ctx)
	}
	t.children(b, f, row, to, ctx)
}

// children hands the row to the statements that read it. One that fails on the row does not hide it from the others.
func (t *task) children(b *emit.Block, f *physical.Flow, row *rowType, out *jen.Statement, ctx rowContext) {
	var calls []*jen.Statement
	for _, child := range f.Flows {
		call := t.child(f, child, row, out, ctx)
		if ctx.op != nil && !child.Stages[0].Changes { // it reads each version as a row
			b.Add(jen.If(jen.Add(ctx.op).Op("==").Add(emit.RT("Insert"))).Block(returned(call)))
			continue
		}
		calls = append(calls, call)
	}
	err := func(call *jen.Statement) *jen.Statement { return jen.Err().Op(":=").Add(call) }
	failed := jen.Err().Op("!=").Nil()
	switch {
	case ctx.inline:
		for _, call := range calls {
			b.Add(jen.If(err(call), jen.Add(failed)).Block(t.rejectCall(jen.Err())))
		}
	case ctx.result:
		for _, call := range calls {
			b.Add(jen.If(err(call), jen.Add(failed)).Block(jen.Return(jen.Err())))
		}
	case len(calls) == 1:
		b.Add(jen.If(err(calls[0]), failed).Block(jen.Return(jen.Err())))
	case len(calls) > 1:
		all := jen.Qual("errors", "Join").CallFunc(func(g *jen.Group) {
			for _, call := range calls {
				g.Add(call)
			}
		})
		b.Add(jen.If(err(all), failed).Block(jen.Return(jen.Err())))
	}
}

// child writes the method that takes a statement's row through one that reads it, and returns its call.
func (t *task) child(parent, f *physical.Flow, row *rowType, out *jen.Statement, ctx rowContext) *jen.Statement {
	name := t.names.Unique(emit.Local(f.Statement.Name))
	in := t.block(returnError, nil)
	if ctx.result {
		in = t.resultBlock()
	}
	in.Names = t.localNames("t", "c", "r", "row", "err", "ts")
	var time *jen.Statement
	if ctx.time != nil {
		time = jen.Id("ts")
	}
	s := &scope{g: t.g, meta: t.metaOf(time)}
	for i := range row.fields {
		s.cols = append(s.cols, row.read(i, jen.Id("r")))
	}
	inner := rowContext{drop: jen.Return(jen.Nil()), result: ctx.result, time: time}
	params, args := t.rowParams(row.name, time != nil), t.rowArgs(jen.Op("&").Add(out), ctx.time)
	if ctx.result { // there is no input row
		params, args = params[2:], args[2:]
	}
	if ctx.op != nil && f.Stages[0].Changes {
		inner.op = jen.Id("op")
		in.Names.Take("op")
		params = append([]jen.Code{jen.Id("op").Add(emit.RT("Op"))}, params...)
		args = append([]jen.Code{jen.Add(ctx.op)}, args...)
	}
	t.flow(in, f, s, inner)
	in.Add(jen.Return(jen.Nil()))
	t.methods = append(t.methods, jen.Comment("// "+name+" takes a row of "+parent.Statement.Name+" through "+f.Statement.Name+".").Line().
		Func().Params(jen.Id("t").Op("*").Id(t.name)).Id(name).Params(params...).Error().Block(in.Code()...).Line())
	return jen.Id("t").Dot(name).Call(args...)
}

// outputRow is the struct of a statement's rows, declared once. Where nobody but the sink sees them, columns of the source row are not copied
// into it.
func (g *gen) outputRow(f *physical.Flow, exprs []expr.Expr, s *scope) *rowType {
	if r, ok := g.outRows[f]; ok {
		return r
	}
	r := g.schemaRow(emit.Local(f.Statement.Name)+"Out", f.Statement.Root.Props().Schema)
	if len(f.Flows) == 0 && f.Sink != nil {
		for i, e := range exprs {
			r.fields[i].in = s.source(e)
		}
	}
	if g.outRows == nil {
		g.outRows = map[*physical.Flow]*rowType{}
	}
	g.outRows[f] = r
	if source, own := r.reads(); own && source {
		g.rows = append(g.rows, r.declare("// "+r.name+" is what "+f.Statement.Name+" computes of a row."))
	} else if own {
		g.rows = append(g.rows, r.declare("// "+r.name+" is a row of "+f.Statement.Name+"."))
	}
	return r
}

// write encodes the row for the sink.
func (t *task) write(b *emit.Block, f *physical.Flow, row *rowType, out *jen.Statement, ctx rowContext) {
	field := jen.Id("t").Dot(t.output(f.Sink))
	buf := jen.Add(field).Dot("Buf")
	enc := t.g.encoder(f, row, t.row)
	if enc.value == "" { // rows are only counted
		b.Add(jen.Add(field).Dot("Rows").Op("++"), jen.Id("t").Dot("tally").Dot("Out").Op("++"))
		return
	}
	if enc.record {
		t.writeRecord(b, f, enc, row, field, out, ctx)
	} else {
		b.Add(jen.Add(buf).Op("=").Id(enc.value).Call(t.encoderArgs(enc, buf, row, out, ctx)...))
	}
	b.Add(jen.Add(field).Dot("Rows").Op("++"), jen.Id("t").Dot("tally").Dot("Out").Op("++"))
}

// encoderArgs are the arguments of an encoding function: the buffer, the rows that hold the columns, and what it remembers.
func (t *task) encoderArgs(enc encoder, buf *jen.Statement, row *rowType, out *jen.Statement, ctx rowContext) []jen.Code {
	args := []jen.Code{jen.Add(buf)}
	source, own := row.reads()
	switch {
	case source && ctx.inline:
		args = append(args, t.rowRef())
	case source:
		args = append(args, jen.Id("r"))
	}
	if own {
		args = append(args, jen.Op("&").Add(out))
	}
	if enc.memory != "" {
		if t.memories[enc.memory] == "" {
			name := t.names.Unique("last")
			if t.memories == nil {
				t.memories = map[string]string{}
			}
			t.memories[enc.memory] = name
			t.fields = append(t.fields, jen.Id(name).Id(enc.memory))
		}
		args = append(args, jen.Op("&").Id("t").Dot(t.memories[enc.memory]))
	}
	if enc.op {
		args = append(args, opOf(ctx))
	}
	return args
}

// writeRecord appends key and value of a record, and says where they end.
func (t *task) writeRecord(b *emit.Block, f *physical.Flow, enc encoder, row *rowType, field, out *jen.Statement, ctx rowContext) {
	buf := jen.Add(field).Dot("Buf")
	rec := b.Names.Unique("rec")
	b.Add(jen.Var().Id(rec).Add(emit.RT("OutRec")))
	if enc.key != "" {
		b.Add(jen.Add(buf).Op("=").Id(enc.key).Call(t.encoderArgs(encoder{}, buf, row, out, ctx)...))
	} else {
		b.Add(jen.Id(rec).Dot("NoKey").Op("=").True())
	}
	b.Add(jen.Id(rec).Dot("Key").Op("=").Len(jen.Add(buf)))
	value := jen.Add(buf).Op("=").Id(enc.value).Call(t.encoderArgs(enc, buf, row, out, ctx)...)
	tombstones := ctx.op != nil && !enc.op
	if tombstones {
		b.Add(jen.If(jen.Add(ctx.op).Op("==").Add(emit.RT("Delete"))).Block(jen.Id(rec).Dot("Null").Op("=").True()).Else().Block(value))
	} else {
		b.Add(value)
	}
	b.Add(jen.Id(rec).Dot("Value").Op("=").Len(jen.Add(buf)))
	carries := f.Sink.Target.Connector == "kafka_sink" // time and headers
	if carries {
		b.Add(t.recordTime(f, jen.Id(rec).Dot("Time"), out, ctx)...)
	}
	if carries && t.framed() && !ctx.result { // headers go along with rows, not with results
		b.Add(jen.Id(rec).Dot("Headers").Op("=").Id("c").Dot("Meta").Index(jen.Id("row")).Dot("Headers"))
	}
	b.Add(jen.Add(field).Dot("Recs").Op("=").Append(jen.Add(field).Dot("Recs"), jen.Id(rec)))
	if tombstones {
		b.Add(jen.Add(field).Dot("Settle").Call())
	}
}

// recordTime sets the time of an output record: what a column that holds the event time says, else the time that the row carries. Without
// either the sink takes the time of writing.
func (t *task) recordTime(f *physical.Flow, to, out *jen.Statement, ctx rowContext) []jen.Code {
	carried := t.carriedTime(ctx)
	p := f.Statement.Root.Props()
	if p.Time.Column < 0 || p.Schema[p.Time.Column].Col.Type.Kind != types.Timestamp {
		if carried == nil {
			return nil
		}
		return []jen.Code{jen.Add(to).Op("=").Add(carried)}
	}
	col := t.g.outRows[f].read(p.Time.Column, out)
	if col.Valid == nil {
		return []jen.Code{jen.Add(to).Op("=").Add(col.Arg())}
	}
	var code []jen.Code
	if carried != nil {
		code = append(code, jen.Add(to).Op("=").Add(carried))
	}
	return append(code, jen.If(jen.Add(col.Valid)).Block(jen.Add(to).Op("=").Add(col.Arg())))
}

// carriedTime is the time of the row at hand; nil if it has none.
func (t *task) carriedTime(ctx rowContext) *jen.Statement {
	switch {
	case ctx.time != nil:
		return jen.Add(ctx.time)
	case t.framed() && !ctx.result:
		return jen.Id("c").Dot("Meta").Index(jen.Id("row")).Dot("Time")
	}
	return nil
}

// recordsBelow tells whether rows of a flow, or of those that read it, become records.
func recordsBelow(f *physical.Flow) bool {
	return f.Sink != nil && f.Sink.Target.Connector == "kafka_sink" || slices.ContainsFunc(f.Flows, recordsBelow)
}
