package codegen

import (
	"slices"
	"strings"
	"time"

	"github.com/dave/jennifer/jen"

	"github.com/velostream/veloc/codegen/emit"
	"github.com/velostream/veloc/compiler/catalog"
	"github.com/velostream/veloc/compiler/expr"
	"github.com/velostream/veloc/compiler/physical"
	"github.com/velostream/veloc/compiler/plan"
	"github.com/velostream/veloc/compiler/types"
	"github.com/velostream/veloc/grammar/source"
)

// task is the generated task type of one pipeline while it is being written.
type task struct {
	g      *gen
	pipe   *physical.Pipeline
	name   string
	*input // the one that is being written
	inputs []*input

	names      *emit.Names // of the struct's fields and methods
	fields     []jen.Code
	inits      []jen.Code // statements that make a task t ready
	merge      []jen.Code
	advance    []jen.Code
	finish     []jen.Code   // of what is being written
	resume     []jen.Code   // of Resume
	finishes   []*finishing // in the order in which they take place
	deps       uint64       // the inputs, as bits, whose rows the flow that is being written has
	rest       []jen.Code   // when no row has come for a while
	flush      []jen.Code   // metrics
	methods    []jen.Code
	tables     []jen.Code     // each is a state.Persister
	notSaved   string         // why the state of the task cannot be saved; empty: it can
	outputs    map[int]string // job sink → field
	hasEncoder bool
	usesClock  bool
	memories   map[string]string // type of what an encoder remembers → field
	windows    bool
	forgets    bool              // some state forgets entries that no row comes to
	held       []string          // windows over the source's rows, which a restart has to read again
	fused      *fused            // a GROUP BY that is written as a loop of its own
	converters map[string]string // methods by which expressions convert values
	meetings   map[*physical.Meeting]meeting
	arrived    map[*physical.Meeting]int    // sides that have been written
	met        map[*physical.Meeting]uint64 // the inputs that their rows come from
	due        []*jen.Statement             // the times at which operators have something to do
	batches    []jen.Code                   // show groups that have changed
	open       []jen.Code                   // tell of the windows that are open
}

// input is what is written for one source of a pipeline.
type input struct {
	from     *physical.Input // nil: the query has no source
	decoder  string          // field of the task that holds the decoder
	rowsName string          // field that holds the rows between Decode and Apply
	row      *rowType        // decoded source row
	fieldOf  map[int]int     // position in Source.Schema → field of row
	before   []jen.Code      // for each chunk, before its rows are decoded
	begin    []jen.Code      // for each chunk, before its rows go through the query
	vars     []jen.Code      // variables that stand before the loop over its rows
	direct   []string        // windows over the source's rows, whose current pane the watermark can pass
	timed    bool            // the event time of each row is in ts
	offset   bool            // some statement reads _offset of a file
	topic    string          // field that holds the topic's name, if some statement reads _topic
	passed   int             // operators of the only flow that Decode has taken the rows through

	withdraws []jen.Code // take the row out that has the primary key of r, where records without value delete rows

	inParts bool // Apply can take a part of a chunk; entries know where they end

	decodeName, applyName string // methods, of one of several inputs
}

// inputName is the name of something that belongs to the input at hand: short where there is only one.
func (t *task) inputName(short, long string) string {
	if t.pipe.Merged() {
		return t.names.Unique(long)
	}
	return short
}

// pipeline writes the task of one pipeline.
func (g *gen) pipeline(p *physical.Pipeline) {
	name := "task"
	if len(g.job.Pipelines) > 1 {
		name = emit.Local(p.Name) + "Task"
	}
	t := &task{g: g, pipe: p, name: g.taskName(name), outputs: map[int]string{}, meetings: map[*physical.Meeting]meeting{}, arrived: map[*physical.Meeting]int{}, met: map[*physical.Meeting]uint64{},
		names: emit.NewNames("rowTime", "tally", "in", "text", "outputs", "offset", "clock", "keys", "rows", "c", "Process", "Merge", "Decode", "Apply", "Head", "Behind", "Ended", "Resume", "Advance", "Finish", "Outputs", "Tally", "FlushMetrics", "Rest", "Tables", "now", "watermark")}
	g.tasks = append(g.tasks, t)
	if len(p.Inputs) == 0 {
		t.input = &input{}
		t.constant()
	}
	for i, in := range p.Inputs {
		t.input = &input{from: in, fieldOf: map[int]int{}}
		t.inputs = append(t.inputs, t.input)
		t.finishing(1<<i, t.source)
	}
	t.declare()
}

func (g *gen) taskName(name string) string {
	if name == "task" {
		return name // reserved for it
	}
	return g.names.Unique(name)
}

// source writes row type, decoder and Process.
func (t *task) source() {
	g, src := t.g, t.from.Source
	var cols []rowField
	for i, c := range t.from.Columns {
		t.fieldOf[c] = i
		cols = append(cols, rowField{sql: src.Schema[c].Name, col: src.Schema[c].Col})
	}
	t.row = g.newRow(emit.Local(src.Name)+"Row", cols)
	if src.Format != catalog.CSV && src.Format != catalog.Raw {
		t.row.escaped = new(bool)
	}
	t.fused = t.fusible()
	decoder := g.names.Unique(emit.Local(src.Name) + "Decoder")
	t.input.decoder = t.inputName("in", emit.Local(src.Name)+"In")
	t.fields = append(t.fields, jen.Id(t.input.decoder).Id(decoder))
	if src.Format != catalog.Raw { // whose lines are taken as they are
		t.before = append(t.before, jen.Id("t").Dot(t.input.decoder).Dot("arena").Dot("Reset").Call())
	}
	t.timed = t.from.RowTime != nil
	doc := "// " + t.row.name + " is what the job reads of a row of " + src.Name + "."
	if t.fused != nil {
		g.rows = append(g.rows, t.row.declare(doc))
		g.decoder(t, decoder)
		t.fused.process(t, t.enterFused())
		return
	}
	// Row and decoder stand in front of what the flows write, but are written when the flows have told what they need of them.
	rows, codec := len(g.rows), g.codec
	g.codec = nil
	entered := t.enter()
	g.rows = slices.Insert(g.rows, rows, jen.Code(t.row.declare(doc)))
	encoders := g.codec
	g.codec = codec
	g.decoder(t, decoder)
	g.codec = append(g.codec, encoders...)
	if t.staged() {
		t.methods = append(t.stagedMethods(entered), t.methods...)
		return
	}
	body := append(t.rowTime(), entered...) // written after the flows, whose windows it tells
	t.methods = append([]jen.Code{t.processMethod(body)}, t.methods...)
}

// rowTime emits the event time of the decoded row, before any statement sees the row: the watermark follows all rows that are read. A row
// without one is rejected; where only some of the statements ask for it, only they reject it.
func (t *task) rowTime() []jen.Code {
	if t.from.RowTime == nil {
		return nil
	}
	var follow []jen.Code
	if t.from.Windows {
		follow = []jen.Code{t.followMarks()}
	}
	if t.mixedTime() {
		t.timeMethod()
		if len(follow) > 0 {
			follow = []jen.Code{jen.If(jen.Id("noTime").Op("==").Nil()).Block(follow...)}
		}
		return append([]jen.Code{jen.List(jen.Id("ts"), jen.Id("noTime")).Op(":=").Id("t").Dot("rowTime").Call(jen.Id("c"), jen.Id("row"), t.rowRef())}, follow...)
	}
	b := t.block(t.rejectDecoded, jen.Continue())
	b.Names = t.localNames(inLoop...)
	v := t.timeOf(b)
	b.Add(append([]jen.Code{jen.Id("ts").Op(":=").Add(v.Arg())}, follow...)...)
	return b.Code()
}

// mixedTime tells whether only some of several statements ask for the event time.
func (t *task) mixedTime() bool {
	timed := 0
	for _, f := range t.from.Flows {
		if f.Timed {
			timed++
		}
	}
	return timed < len(t.from.Flows)
}

// timeOf computes the event time of the row r.
func (t *task) timeOf(b *emit.Block) emit.Value {
	e := t.from.RowTime
	if m, ok := e.(*expr.Meta); ok && m.Field == expr.MetaEventTime {
		return t.eventTime(b, types.TTimestamp)
	}
	v := t.readScan(t.from.TimeScan, jen.Id("r")).value(b, e)
	if v.Valid != nil {
		b.Add(jen.If(jen.Op("!").Add(emit.Holds(v.Valid).Expr(emit.PrecUnary))).Block(b.Func.Fail(emit.RT("NoEventTime").Call(jen.Lit(sql(e))))...))
	}
	return v
}

// timeMethod writes the method that computes the event time of a row, or says why it has none.
func (t *task) timeMethod() {
	b := t.block(func(err *jen.Statement) []jen.Code { return []jen.Code{jen.Return(jen.Lit(0), err)} }, nil)
	b.Names = t.localNames("t", "c", "r", "row", "err")
	v := t.timeOf(b)
	b.Add(jen.Return(v.Arg(), jen.Nil()))
	t.methods = append(t.methods, jen.Comment("// rowTime is the event time of a row of "+t.from.Source.Name+"; its error is for the statements that need it.").Line().
		Func().Params(jen.Id("t").Op("*").Id(t.name)).Id("rowTime").Params(t.rowParams(t.row.name, false)...).Params(jen.Int64(), jen.Error()).Block(b.Code()...).Line())
}

// followMarks lets the watermark follow the decoded row as the strategy of the source says.
func (t *task) followMarks() *jen.Statement {
	et := t.from.Source.EventTime
	follow := func(ts *jen.Statement) *jen.Statement { return t.followTime(ts, t.from.Time.MaxFuture) }
	switch et.Marks {
	case catalog.RecordTimes:
		return follow(jen.Id("c").Dot("Meta").Index(jen.Id("row")).Dot("Stamp"))
	case catalog.EveryRow:
		return follow(jen.Id("ts"))
	}
	mark := t.row.read(t.fieldOf[et.Mark], jen.Id("r"))
	if et.Marks == catalog.CarriedTimes {
		if mark.Valid == nil {
			return follow(mark.Arg())
		}
		return jen.If(mark.Valid).Block(follow(mark.Arg()))
	}
	marked := mark.Arg()
	if mark.Valid != nil {
		marked = jen.Add(mark.Valid).Op("&&").Add(marked)
	}
	return jen.If(marked).Block(follow(jen.Id("ts")))
}

// followTime moves the greatest event time of the partition, unless the row lies too far in the future.
func (t *task) followTime(ts *jen.Statement, maxFuture time.Duration) *jen.Statement {
	max := jen.Id("t").Dot("tally").Dot("MaxEvent")
	moved := []jen.Code{jen.Add(max).Op("=").Add(ts)}
	for _, w := range t.direct {
		moved = append(moved, jen.Id("t").Dot(w).Dot("Passed").Call(jen.Add(ts)))
	}
	return jen.If(jen.Add(ts).Op(">").Add(max).Op("&&").Add(ts).Op("<=").Id("c").Dot("Now").Op("+").Add(duration(maxFuture))).Block(moved...)
}

// enter emits what happens to each decoded row: inline for one flow, a method per flow for several.
func (t *task) enter() []jen.Code {
	if len(t.from.Flows) == 1 {
		b := t.block(t.rejectRow, jen.Continue())
		b.Names = t.localNames(inLoop...)
		gone := t.withdrawal(t.from.Flows[0])
		if t.staged() && gone == nil {
			t.passed = len(leadingFilters(t.from.Flows[0]))
		}
		t.flow(b, t.from.Flows[0], t.scanScope(t.from.Flows[0], jen.Id("r")), rowContext{inline: true, drop: gone.before(jen.Continue()), time: t.time()})
		t.fill(gone)
		return b.Code()
	}
	var code []jen.Code
	for _, f := range t.from.Flows {
		name := t.names.Unique(flowName(f))
		b := t.block(returnError, jen.Return(jen.Nil()))
		b.Names = t.localNames("t", "c", "r", "row", "err", "ts")
		gone := t.withdrawal(f)
		t.flow(b, f, t.scanScope(f, jen.Id("r")), rowContext{drop: gone.before(jen.Return(jen.Nil())), time: t.time()})
		t.fill(gone)
		b.Add(jen.Return(jen.Nil()))
		t.methods = append(t.methods, jen.Comment("// "+name+" takes a row of "+t.from.Source.Name+" through "+f.Statement.Name+".").Line().
			Func().Params(jen.Id("t").Op("*").Id(t.name)).Id(name).
			Params(t.rowParams(t.row.name, t.time() != nil)...).Error().Block(b.Code()...).Line())
		call := jen.If(jen.Err().Op(":=").Id("t").Dot(name).Call(t.rowArgs(t.rowRef(), t.time())...), jen.Err().Op("!=").Nil()).
			Block(t.rejectCall(jen.Err()))
		if t.timed && f.Timed && t.mixedTime() {
			call = jen.If(jen.Id("noTime").Op("!=").Nil()).Block(t.rejectCall(jen.Id("noTime"))).Else().Add(call)
		}
		code = append(code, call)
	}
	return code
}

// time is the event time of the decoded row, if the pipeline follows one.
func (t *task) time() *jen.Statement {
	if t.timed {
		return jen.Id("ts")
	}
	return nil
}

// rowParams are the parameters of a method that takes a row through a statement: chunk and number of the input row, its event time if the
// pipeline follows one, and the row.
func (t *task) rowParams(row string, timed bool) []jen.Code {
	params := []jen.Code{jen.Id("c").Op("*").Add(emit.RT("Chunk")), jen.Id("row").Int64()}
	if timed {
		params = append(params, jen.Id("ts").Int64())
	}
	return append(params, jen.Id("r").Op("*").Id(row))
}

func (t *task) rowArgs(row, time *jen.Statement) []jen.Code {
	args := []jen.Code{jen.Id("c"), jen.Id("row")}
	if time != nil {
		args = append(args, jen.Add(time))
	}
	return append(args, row)
}

// inLoop are the names that the loops over rows use.
var inLoop = []string{"t", "c", "r", "at", "end", "start", "row", "err", "ts", "e", "w", "i", "rows"}

// rowRef points to the decoded row.
func (t *task) rowRef() *jen.Statement {
	if t.staged() {
		return jen.Id("r")
	}
	return jen.Op("&").Id("r")
}

// rejectCall rejects a row on its way through the query.
func (t *task) rejectCall(err *jen.Statement) *jen.Statement {
	if t.staged() {
		return jen.Id("t").Dot("tally").Dot("Reject").Call(jen.Id("c"), jen.Id("row"), jen.Id("e").Dot("from"), jen.Id("e").Dot("to"), err)
	}
	return t.rejectHere(err)
}

// rejectHere rejects the row between the cursors.
func (t *task) rejectHere(err *jen.Statement) *jen.Statement {
	return jen.Id("t").Dot("tally").Dot("Reject").Call(jen.Id("c"), jen.Id("row"),
		jen.Id("start").Dot("In").Call(jen.Id("c")), jen.Id("at").Dot("In").Call(jen.Id("c")), err)
}

func (t *task) rejectRow(err *jen.Statement) []jen.Code {
	return []jen.Code{t.rejectCall(err), jen.Continue()}
}

func (t *task) rejectDecoded(err *jen.Statement) []jen.Code {
	return []jen.Code{t.rejectHere(err), jen.Continue()}
}

func returnError(err *jen.Statement) []jen.Code { return []jen.Code{jen.Return(err)} }

// rejectResult is for rows that no longer belong to one input row: results of aggregates.
func rejectResult(err *jen.Statement) []jen.Code {
	return []jen.Code{jen.Id("t").Dot("tally").Dot("RejectResult").Call(err), jen.Return(jen.Nil())}
}

// block is an empty block of a function in which a failing row is treated as fail says.
func (t *task) block(fail func(*jen.Statement) []jen.Code, drop *jen.Statement) *emit.Block {
	return &emit.Block{
		Names: t.localNames("t", "c", "r", "row", "err"),
		Func: &emit.Func{Fail: fail, Statics: t.g.statics, Position: t.g.position, Task: "t", UsesArena: &t.g.usesArena, Scratch: t.scratch, Method: t.method,
			DivisionByZeroFails: t.g.job.DivisionByZeroFails},
	}
}

// scratch adds a field that expressions use for each row again.
func (t *task) scratch(hint string, goType *jen.Statement) *jen.Statement {
	name := t.names.Unique(emit.Local(hint))
	t.fields = append(t.fields, jen.Id(name).Add(goType))
	return jen.Id("t").Dot(name)
}

// method adds a method by which expressions convert values.
func (t *task) method(hint string, in, out types.Type, at source.Span, body func(b *emit.Block, x emit.Value) emit.Value) string {
	key := in.String() + " to " + out.String() + " at " + t.g.position(at)
	if name, ok := t.converters[key]; ok {
		return name
	}
	if t.converters == nil {
		t.converters = map[string]string{}
	}
	name := t.names.Unique(hint)
	t.converters[key] = name
	b := t.block(func(err *jen.Statement) []jen.Code { return []jen.Code{jen.Return(jen.Id("out"), err)} }, nil)
	b.Names = t.localNames("t", "x", "out", "err", "ok", "read")
	b.Func.At = at
	v := body(b, emit.Named(in, jen.Id("x")))
	b.Add(jen.Return(v.Arg(), jen.Nil()))
	t.methods = append(t.methods, jen.Comment("// "+name+" makes of a value of type "+in.String()+" one of type "+out.String()+".").Line().
		Func().Params(jen.Id("t").Op("*").Id(t.name)).Id(name).Params(jen.Id("x").Add(emit.GoType(in))).
		Params(jen.Id("out").Add(emit.GoType(out)), jen.Err().Error()).Block(b.Code()...).Line())
	return name
}

// localNames is the scope of a function, in which the given names are taken, and those of the package.
func (t *task) localNames(taken ...string) *emit.Names {
	n := t.g.names.Inner()
	for _, name := range taken {
		n.Take(name)
	}
	return n
}

// resultBlock is a block of a function that handles results of aggregates: no chunk and no input row are at hand.
func (t *task) resultBlock() *emit.Block {
	b := t.block(rejectResult, jen.Return(jen.Nil()))
	b.Func.Now = func() *jen.Statement {
		t.usesClock = true
		return jen.Id("t").Dot("clock").Dot("Now").Call()
	}
	return b
}

// scanScope reads the columns of a flow's scan from the source row.
func (t *task) scanScope(f *physical.Flow, from *jen.Statement) *scope {
	return t.readScan(f.Leaf.(*plan.Scan), from)
}

func (t *task) readScan(scan *plan.Scan, from *jen.Statement) *scope {
	fields := make([]int, len(scan.Columns))
	for i, c := range scan.Columns {
		fields[i] = t.fieldOf[c]
	}
	s := t.g.rowScope(t.row, scan.Props().Schema, fields, from)
	s.meta = func(b *emit.Block, m *expr.Meta) emit.Value { return t.meta(b, m, t.time()) }
	for i := range s.cols {
		s.cols[i].View = s.cols[i].Type.Kind == types.String
		s.in = append(s.in, &t.row.fields[fields[i]])
	}
	return s
}

// flowName is the name of a method that takes a row through a flow.
func flowName(f *physical.Flow) string {
	if f.Into == nil {
		return emit.Local(f.Statement.Name)
	}
	switch leaf := f.Leaf.(type) {
	case *plan.Scan:
		return emit.Local(f.Statement.Name) + "From" + emit.Exported(leaf.Alias)
	case *plan.Ref:
		return emit.Local(f.Statement.Name) + "From" + emit.Exported(leaf.Alias)
	}
	return emit.Local(f.Statement.Name) + "Rows"
}

// processMethod is Process: decode, then the query.
func (t *task) processMethod(body []jen.Code) *jen.Statement {
	code := append(append([]jen.Code(nil), t.before...), t.beginRows()...)
	code = append(code, jen.Var().Id("r").Id(t.row.name))
	code = append(code, t.vars...)
	row := append(t.decodeRow(jen.Op("&").Id("r")), body...)
	code = append(code, t.eachRow(row)...)
	return jen.Comment("// Process runs the query over the rows of one chunk.").Line().
		Func().Params(jen.Id("t").Op("*").Id(t.name)).Id("Process").Params(jen.Id("c").Op("*").Add(emit.RT("Chunk"))).Error().
		Block(append(code, jen.Return(jen.Nil()))...).Line()
}

// beginRows are the statements in front of the loop that takes a chunk's rows through the query.
func (t *task) beginRows() []jen.Code {
	if t.g.usesArena {
		return append([]jen.Code{jen.Id("t").Dot("text").Dot("Reset").Call()}, t.begin...)
	}
	return t.begin
}

// decodeRow decodes the next row of a chunk, or rejects it.
func (t *task) decodeRow(to *jen.Statement) []jen.Code {
	code := []jen.Code{
		jen.Var().Err().Error(),
		jen.Id("t").Dot("tally").Dot("In").Op("++"),
		jen.If(jen.List(jen.Id("at"), jen.Err()).Op("=").Id("t").Dot(t.input.decoder).Dot("row").Call(jen.Id("at"), to), jen.Err().Op("!=").Nil()).
			Block(t.rejectHere(jen.Err()), jen.Continue()),
	}
	if t.offset {
		code = append(code, jen.Id("t").Dot("offset").Op("=").Id("c").Dot("Offset").Op("+").Int64().Parens(jen.Id("start").Dot("In").Call(jen.Id("c"))))
	}
	return code
}

// eachRow is the loop over the encoded rows of a chunk.
func (t *task) eachRow(body []jen.Code) []jen.Code {
	return []jen.Code{
		jen.List(jen.Id("at"), jen.Id("end")).Op(":=").Qual(emit.Text, "Bounds").Call(jen.Id("c")),
		jen.For(jen.Id("row").Op(":=").Int64().Parens(jen.Lit(0)), jen.Id("at").Dot("Before").Call(jen.Id("end")), jen.Id("row").Op("++")).
			Block(append([]jen.Code{jen.Id("start").Op(":=").Id("at")}, body...)...),
	}
}

// constant writes a task without a source: its one row is computed at the end.
func (t *task) constant() {
	f := t.pipe.Flows[0]
	b := t.resultBlock()
	b.Names = t.localNames("t", "err")
	s := &scope{g: t.g, meta: t.metaOf(nil)}
	t.flow(b, f, s, rowContext{drop: jen.Return(jen.Nil()), result: true})
	if len(t.finish) == 0 {
		t.finish = b.Code()
		return
	}
	// What keeps state shows it at the end, also when the row does not get so far.
	row := t.names.Unique("row")
	t.methods = append(t.methods, jen.Comment("// "+row+" is the one row of the query.").Line().
		Func().Params(jen.Id("t").Op("*").Id(t.name)).Id(row).Params().Error().Block(append(b.Code(), jen.Return(jen.Nil()))...).Line())
	t.finish = append([]jen.Code{jen.If(jen.Err().Op(":=").Id("t").Dot(row).Call(), jen.Err().Op("!=").Nil()).Block(jen.Return(jen.Err()))}, t.finish...)
}

// declare writes the task struct, its constructor and the small methods of rt.Task.
func (t *task) declare() {
	g := t.g
	t.steps()
	t.dispatch()
	t.resumeMethod()
	recv := jen.Id("t").Op("*").Id(t.name)
	if g.usesArena {
		t.fields = append(t.fields, jen.Id("text").Qual(emit.Text, "Arena").Comment("texts that expressions built for the current chunk"))
		g.usesArena = false
	}
	if t.usesClock {
		t.fields = append(t.fields, jen.Id("clock").Add(emit.RT("Clock")))
		t.inits = append(t.inits, jen.Id("t").Dot("clock").Op("=").Id("env").Dot("Clock"))
	}
	fields := append([]jen.Code{jen.Id("tally").Add(emit.RT("Tally"))}, t.fields...)
	fields = append(fields, jen.Id("outputs").Index().Op("*").Add(emit.RT("Output")))
	g.process = append(g.process,
		jen.Comment("// "+t.name+" is the state of "+t.what()+".").Line().Type().Id(t.name).Struct(fields...).Line(),
		join(t.constructor()).Line(), join(t.methods))

	method := func(doc, name string, params, result *jen.Statement, body ...jen.Code) {
		g.process = append(g.process, jen.Comment("// "+doc).Line().Func().Params(jen.Add(recv)).Id(name).Params(params).Add(result).Block(body...).Line())
	}
	if t.pipe.Parallelism != physical.Ordered {
		merge := append([]jen.Code{jen.Id("w").Op(":=").Id("from").Assert(jen.Op("*").Id(t.name))}, t.merge...)
		merge = append(merge,
			jen.For(jen.List(jen.Id("i"), jen.Id("o")).Op(":=").Range().Id("w").Dot("outputs")).Block(jen.Id("t").Dot("outputs").Index(jen.Id("i")).Dot("Take").Call(jen.Id("o"))),
			jen.Return(jen.Nil()))
		method("Merge takes over what a worker's task gathered.", "Merge", jen.Id("from").Add(emit.RT("Task")), jen.Error(), merge...)
	}
	method("Advance closes the windows that end at or before the watermark.", "Advance", jen.Id("watermark").Int64(), jen.Error(), append(t.advance, jen.Return(jen.Nil()))...)
	method("Finish emits what is still open.", "Finish", nil, jen.Error(), append(t.finishCode(), jen.Return(jen.Nil()))...)
	if len(t.rest) > 0 {
		method("Rest closes windows that wait no longer, when no row has come for idle ns.", "Rest", jen.Id("idle").Int64(), jen.Error(), append(t.rest, jen.Return(jen.Nil()))...)
	}
	method("Outputs are the rows waiting for the job's sinks.", "Outputs", nil, jen.Index().Op("*").Add(emit.RT("Output")), jen.Return(jen.Id("t").Dot("outputs")))
	method("Tally is what the task counted.", "Tally", nil, jen.Op("*").Add(emit.RT("Tally")), jen.Return(jen.Op("&").Id("t").Dot("tally")))
	if len(t.held) > 0 {
		var calls []jen.Code
		for _, name := range t.held {
			calls = append(calls, jen.Id("t").Dot(name).Dot("Held").Call(jen.Id("note")))
		}
		method("Held tells where the rows of open windows begin: a restart reads them again.", "Held",
			jen.Id("note").Func().Params(jen.Int32(), emit.RT("Position")), nil, calls...)
	}
	if len(t.batches) > 0 {
		method("ShowBatch shows the groups that have changed, before output is committed.", "ShowBatch", nil, jen.Error(), append(t.batches, jen.Return(jen.Nil()))...)
	}
	if len(t.open) > 0 {
		method("Windows tells which windows are open, for /debug/time.", "Windows",
			jen.Id("tell").Func().Params(jen.Id("table").String(), jen.Id("open").Int(), jen.Id("due").Int64()), nil, t.open...)
	}
	if tables := t.tablesMethod(); tables != nil {
		g.process = append(g.process, tables)
	}
	if len(t.flush) > 0 {
		method("FlushMetrics hands what the task gathered to /metrics.", "FlushMetrics", nil, nil, t.flush...)
	}
}

func (t *task) what() string {
	if len(t.inputs) == 0 {
		return "the query"
	}
	var names []string
	for _, in := range t.inputs {
		names = append(names, in.from.Source.Name)
	}
	return "the queries over " + strings.Join(names, ", ") + " on one worker"
}

// constructor is newTask.
func (t *task) constructor() []jen.Code {
	body := []jen.Code{jen.Id("t").Op(":=").Op("&").Id(t.name).Values()}
	if t.windows {
		body = append(body, jen.Id("t").Dot("tally").Dot("MaxEvent").Op("=").Qual("math", "MinInt64"))
	}
	body = append(body, t.inits...)
	body = append(body, jen.Id("t").Dot("outputs").Op("=").Index().Op("*").Add(emit.RT("Output")).ValuesFunc(func(v *jen.Group) {
		for i := range t.g.job.Sinks {
			if f, ok := t.outputs[i]; ok {
				v.Op("&").Id("t").Dot(f)
			} else {
				v.Op("&").Add(emit.RT("Output")).Values()
			}
		}
	}))
	body = append(body, jen.Return(jen.Id("t"), jen.Nil()))
	return []jen.Code{jen.Func().Id("new"+upperFirst(t.name)).Params(jen.Id("env").Op("*").Add(emit.RT("Env"))).Params(emit.RT("Task"), jen.Error()).Block(body...)}
}

func upperFirst(s string) string { return string(s[0]-'a'+'A') + s[1:] }

// output is the task's field that gathers rows for a sink.
func (t *task) output(s *physical.Sink) string {
	if f, ok := t.outputs[s.Index]; ok {
		return f
	}
	f := t.names.Unique("to" + emit.Exported(s.Target.Name))
	t.outputs[s.Index] = f
	t.fields = append(t.fields, jen.Id(f).Add(emit.RT("Output")).Comment("rows for "+s.Target.Name))
	return f
}

// framed tells whether the source delivers records, with key, headers and time.
func (t *task) framed() bool {
	return t.from != nil && t.from.Source.Connector == "kafka_source"
}

// topicField is the task's field that holds the name of the topic: it can be another than the one that was compiled.
func (t *task) topicField() string {
	if t.topic == "" {
		t.topic = t.names.Unique("topic")
		t.fields = append(t.fields, jen.Id(t.topic).String().Comment("that "+t.from.Source.Name+" reads"))
		t.inits = append(t.inits, jen.Id("t").Dot(t.topic).Op("=").Qual(emit.Runtime+"/kafka", "Topic").
			Call(jen.Id("env"), jen.Lit(t.from.Source.Name), t.g.props(t.from.Source.Props)))
	}
	return t.topic
}

// metaOf emits system columns of rows whose event time is the given code.
func (t *task) metaOf(time *jen.Statement) func(*emit.Block, *expr.Meta) emit.Value {
	return func(b *emit.Block, m *expr.Meta) emit.Value { return t.meta(b, m, time) }
}

// meta emits a system column of the current row; time is its event time, if that is at hand.
func (t *task) meta(b *emit.Block, m *expr.Meta, time *jen.Statement) emit.Value {
	framed := t.framed()
	record := jen.Id("c").Dot("Meta").Index(jen.Id("row"))
	switch m.Field {
	case expr.MetaEventTime:
		if time != nil {
			return emit.Named(types.TTimestamp, jen.Add(time))
		}
		return t.eventTime(b, m.T.Type)
	case expr.MetaTimestamp:
		if framed {
			return emit.Named(types.TTimestamp, jen.Add(record).Dot("Stamp"))
		}
		return emit.Named(types.TTimestamp, jen.Id("c").Dot("Now"))
	case expr.MetaPartition:
		return emit.Named(types.TInteger, jen.Int64().Parens(jen.Id("c").Dot("Partition")))
	case expr.MetaOffset:
		if framed {
			return emit.Named(types.TInteger, jen.Add(record).Dot("Offset"))
		}
		if !t.offset {
			t.offset = true
			t.fields = append(t.fields, jen.Id("offset").Int64().Comment("of the current row in its file"))
		}
		return emit.Named(types.TInteger, jen.Id("t").Dot("offset"))
	case expr.MetaKey:
		if framed {
			return emit.Of(types.TString, emit.PrecUnary, jen.Qual(emit.Text, "View").Call(jen.Add(record).Dot("Key"))).
				With(jen.Add(record).Dot("Key").Op("!=").Nil())
		}
		return emit.Value{Type: types.TString, Code: jen.Lit(""), Valid: jen.False(), Prec: emit.PrecUnary, Plain: true, IsConst: true}
	case expr.MetaTopic:
		if !framed {
			return emit.Value{Type: types.TString, Code: jen.Lit(""), Valid: jen.False(), Prec: emit.PrecUnary, Plain: true, IsConst: true}
		}
		return emit.Named(types.TString, jen.Id("t").Dot(t.topicField()))
	}
	panic("bug: unknown system column")
}
