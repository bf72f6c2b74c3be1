package codegen

import (
	"slices"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/velostream/veloc/codegen/emit"
	"github.com/velostream/veloc/compiler/expr"
	"github.com/velostream/veloc/compiler/physical"
	"github.com/velostream/veloc/compiler/plan"
	"github.com/velostream/veloc/compiler/types"
)

// joining is a join while it is being written. This file has what all ways to join have in common; the ways are in files of their own.
type joining struct {
	t     *task
	m     *physical.Meeting
	op    *plan.Join
	base  string // what names begin with
	show  string // method that takes a joined row through what follows
	sides [2]*joinSide
	texts string // field of the task that holds texts of waiting rows; empty: none has been kept
}

// joinSide is one input of a join.
type joinSide struct {
	flow  *physical.Flow
	row   *rowType
	state string       // field of the task that holds the rows; empty: none are kept
	keep  string       // method that puts a row into memory of its own; empty: none of its columns needs it
	keys  string       // field that composes keys of several columns
	saved []TableField // what of a row is saved; nil: its methods for that have not been written
	views []bool       // columns behind whose text memory can be read
}

func (t *task) newJoin(m *physical.Meeting, op *plan.Join) meeting {
	op = asOfJoin(m, op)
	j := &joining{t: t, m: m, op: op, base: emit.Local(m.Out.Statement.Name)}
	j.show = t.names.Unique("show" + upperFirst(j.base))
	for i, f := range m.Sides {
		name := sideName(f)
		s := &joinSide{flow: f, row: t.g.schemaRow(j.base+emit.Exported(name), op.Inputs()[i].Props().Schema)}
		t.g.rows = append(t.g.rows, s.row.declare("// "+s.row.name+" is a row of "+name+" in the join of "+m.Out.Statement.Name+"."))
		j.sides[i] = s
	}
	switch m.Way {
	case physical.Temporal:
		return j.temporal()
	case physical.Lookup:
		return j.lookup()
	case physical.Wait:
		return j.waiting()
	}
	return j.updating()
}

// outer tells whether rows of a side without partner are shown.
func (j *joining) outer(side int) bool {
	switch j.op.Kind {
	case plan.FullJoin:
		return true
	case plan.LeftJoin, plan.AntiJoin, plan.SingleJoin, plan.MarkJoin:
		return side == 0
	case plan.RightJoin:
		return side == 1
	}
	return false
}

// once tells whether a row of the left is shown at most once, however many partners it has.
func (j *joining) once() bool {
	return j.op.Kind == plan.SemiJoin || j.op.Kind == plan.AntiJoin || j.op.Kind == plan.MarkJoin
}

// text is the join as its author wrote it.
func (j *joining) text() string { return j.t.g.line(j.op.At, j.op.At.Text()) }

// arriving is a row of one side at the moment when it comes.
type arriving struct {
	side int
	row  *jen.Statement // selects the variable that holds it
	cols []emit.Value
	s    *scope
	time emit.Value     // that the time bound is about; without one that of the row
	key  *jen.Statement // nil: no equal columns
	// has is the condition under which the row can have partners: neither its key nor its time is NULL; nil: always.
	has *emit.Cond
	met string // variable that counts its partners; empty: nobody asks
}

// arrival emits the row, its key and its time.
func (j *joining) arrival(b *emit.Block, side int, s *scope, ctx rowContext) *arriving {
	own := j.sides[side]
	a := &arriving{side: side, s: s, cols: s.cols[:len(own.row.fields)]}
	b.Comment(j.text())
	var conds []emit.Cond
	if j.op.Bound != nil {
		at := []expr.Expr{j.op.Bound.Left, j.op.Bound.Right}[side]
		v := s.value(b, at)
		a.time = b.LetValid("time", b.Let("time", v), v.Plain)
		if a.time.Valid != nil {
			conds = append(conds, emit.Holds(a.time.Valid))
		}
	} else {
		a.time = emit.Named(types.TTimestamp, timeOfRow(ctx))
	}
	keys := exprValues(b, s, [][]expr.Expr{j.op.LeftKeys, j.op.RightKeys}[side], "key")
	if valid := emit.AllValid(keys...); valid != nil {
		conds = append(conds, emit.Holds(valid))
	}
	if len(conds) > 0 {
		c := emit.And(conds...)
		a.has = &c
	}
	own.views = nil
	for _, v := range a.cols {
		own.views = append(own.views, v.View)
	}
	a.row = j.t.localRow(b, own.row, emit.Local(sideName(own.flow)), a.cols)
	for i := range keys {
		keys[i].Valid = nil
	}
	a.key = j.keyOf(b, own, keys)
	return a
}

// keyOf is the state.Key of equal columns. A join composes keys in memory of its own: what follows it composes others while rows are met.
func (j *joining) keyOf(b *emit.Block, s *joinSide, vals []emit.Value) *jen.Statement {
	switch {
	case len(vals) == 0:
		return jen.Qual(emit.State, "NullKey").Call()
	case len(vals) == 1 && !vals[0].Type.Nested():
		return b.Key(vals[0])
	}
	if s.keys == "" {
		s.keys = j.t.names.Unique(j.base + emit.Exported(sideName(s.flow)) + "Key")
		j.t.fields = append(j.t.fields, jen.Id(s.keys).Qual(emit.State, "Encoder").Comment("composes keys of several columns"))
	}
	k := jen.Id("t").Dot(s.keys)
	b.Add(jen.Add(k).Dot("Reset").Call())
	for _, v := range vals {
		b.Add(b.AppendKey(k, v)...)
	}
	return jen.Add(k).Dot("Key").Call()
}

// stored is the field that holds the rows of a side.
func (j *joining) stored(side int) *jen.Statement { return jen.Id("t").Dot(j.sides[side].state) }

// declareState declares the field that holds the rows of a side, of the given type of runtime/join.
func (j *joining) declareState(side int, kind, doc string, make func(of *jen.Statement) *jen.Statement) {
	s := j.sides[side]
	s.state = j.t.names.Unique(j.base + emit.Exported(sideName(s.flow)))
	of := jen.Types(jen.Id(s.row.name))
	j.t.fields = append(j.t.fields, jen.Id(s.state).Op("*").Qual(emit.Join, kind).Add(of).Comment(doc))
	j.t.inits = append(j.t.inits, jen.Id("t").Dot(s.state).Op("=").Add(make(jen.Add(of))))
	j.table(side, kind, s.state, "")
}

// table makes a field that holds rows of a side a table.
func (j *joining) table(side int, kind, field, suffix string) {
	if j.t.pipe.Inputs == nil {
		return
	}
	own := j.sides[side]
	s := Table{Name: j.t.tableName(j.m.Name + "." + sideName(own.flow) + suffix), Rows: rowsInto(j.op) + "; " + plan.Describe(j.op) + "; " + kind, Row: own.saved}
	for _, k := range [][]expr.Expr{j.op.LeftKeys, j.op.RightKeys}[side] {
		s.Key = append(s.Key, TableField{expr.String(k), k.Col().String()})
	}
	if own.saved == nil {
		own.saved = j.t.g.savedRow(own.row)
		s.Row = own.saved
	}
	j.t.table(s, func(schema *jen.Statement) *jen.Statement {
		return jen.Qual(emit.Join, "Persist"+kind).Call(jen.Id("t").Dot(field), schema)
	})
}

// kept is a row in memory of its own.
func (j *joining) kept(side int, row *jen.Statement) *jen.Statement {
	s := j.sides[side]
	if !owns(s.row) {
		return jen.Add(row)
	}
	inBlocks := j.m.Way == physical.Wait
	if s.keep == "" {
		s.keep = j.t.keepRow(s.row, inBlocks)
	}
	if inBlocks {
		return jen.Id(s.keep).Call(row, jen.Op("&").Id("t").Dot(j.keptTexts()))
	}
	return jen.Id(s.keep).Call(row)
}

// keptTexts is the task's field with the texts of the rows that wait.
func (j *joining) keptTexts() string {
	if j.texts == "" {
		j.texts = j.t.names.Unique(j.base + "Texts")
		j.t.fields = append(j.t.fields, jen.Id(j.texts).Qual(emit.Text, "Blocks").Comment("of rows that wait for partners"))
	}
	return j.texts
}

// partners emits a loop over the rows of the other side that a row meets. body is emitted for each, with e, the entry of the partner; breaking
// out of the loop is its own affair.
func (j *joining) partners(b *emit.Block, a *arriving, body func(in *emit.Block, e *jen.Statement)) {
	other := 1 - a.side
	in := b.Inner()
	if j.anyone(a.side) {
		body(in, nil)
		b.Add(jen.If(j.stored(other).Dot("First").Call(a.key).Op(">=").Lit(0)).Block(in.Code()...))
		return
	}
	in.Func = j.pairs(b.Func)
	in.Names.Take("id")
	in.Names.Take("e")
	e := jen.Id("e")
	in.Add(jen.Id("e").Op(":=").Add(j.stored(other)).Dot("At").Call(jen.Id("id")))
	in.Add(jen.Id("id").Op("=").Id("e").Dot("Next").Call())
	j.inTime(b, in, a)
	if j.op.Cond != nil {
		in.Comment(j.t.g.line(j.op.Cond.Span(), sql(j.op.Cond)))
		both := &scope{g: j.t.g, meta: a.s.meta}
		theirs := j.columns(other, jen.Id("e").Dot("Row"))
		if both.cols = append(append(both.cols, a.cols...), theirs...); a.side == 1 {
			both.cols = append(theirs, a.cols...)
		}
		cond := both.isTrue(in, j.op.Cond)
		in.Add(jen.If(emit.Not(cond).Expr(0)).Block(jen.Continue()))
	}
	body(in, e)
	b.Add(jen.For(jen.Id("id").Op(":=").Add(j.stored(other)).Dot("First").Call(a.key), jen.Id("id").Op(">=").Lit(0), jen.Empty()).Block(in.Code()...))
}

// anyone tells whether a row of a side only asks whether there is a row with its key.
func (j *joining) anyone(side int) bool {
	return j.m.Way != physical.Update && j.once() && side == 0 && j.op.Cond == nil && j.op.Bound == nil
}

// enough ends the loop over partners, if it is one.
func (j *joining) enough(p *emit.Block) {
	if !j.anyone(0) {
		p.Add(jen.Break())
	}
}

// pairs is how expressions over a pair of rows fail: the pair is rejected, and the next one follows.
func (j *joining) pairs(f *emit.Func) *emit.Func {
	own := *f
	own.Fail = func(err *jen.Statement) []jen.Code {
		return []jen.Code{jen.Id("t").Dot("tally").Dot("RejectResult").Call(err), jen.Continue()}
	}
	return &own
}

// inTime skips partners outside of the time bound. Right - Left is in [Lower, Upper].
func (j *joining) inTime(b, in *emit.Block, a *arriving) {
	bound := j.op.Bound
	if bound == nil {
		return
	}
	var conds []*jen.Statement
	limit := func(hint, op string, by int64) {
		v := b.Let(hint, emit.Of(types.TTimestamp, emit.PrecUnary, emit.RT("Shift").Call(a.time.Arg(), duration(by))))
		conds = append(conds, jen.Id("e").Dot("Time").Op(op).Add(v.Arg()))
	}
	lower, upper, hasLower, hasUpper := int64(bound.Lower), int64(bound.Upper), bound.HasLower, bound.HasUpper
	if a.side == 1 { // Left is in [Right - Upper, Right - Lower]
		lower, upper, hasLower, hasUpper = -upper, -lower, hasUpper, hasLower
	}
	if hasLower {
		limit("from", "<", lower)
	}
	if hasUpper {
		limit("to", ">", upper)
	}
	if w := j.op.SameWindow; w != nil { // of windows that grow the longest counts
		window := func(of *jen.Statement) *jen.Statement {
			return jen.Qual(emit.WindowP, "FloorTo").Call(of, duration(w.Size))
		}
		v := b.Let("window", emit.Of(types.TTimestamp, emit.PrecUnary, window(a.time.Arg())))
		conds = append(conds, window(jen.Id("e").Dot("Time")).Op("!=").Add(v.Arg()))
	}
	if len(conds) == 0 {
		return
	}
	any := conds[0]
	for _, c := range conds[1:] {
		any = jen.Add(any).Op("||").Add(c)
	}
	in.Add(jen.If(any).Block(jen.Continue()))
}

// columns are the columns of a row of a side.
func (j *joining) columns(side int, row *jen.Statement) []emit.Value {
	var out []emit.Value
	s := j.sides[side]
	for i := range s.row.fields {
		v := s.row.read(i, row)
		v.View = i < len(s.views) && s.views[i]
		out = append(out, v)
	}
	return out
}

// shown calls the method that takes a joined row through what follows; a nil side has no partner.
func (j *joining) shown(op, ts, left, right *jen.Statement) *jen.Statement {
	return returned(j.showCall(op, ts, left, right))
}

// showCall is the call alone. op counts where results are changes.
func (j *joining) showCall(op, ts, left, right *jen.Statement) *jen.Statement {
	var args []jen.Code
	if j.m.Changes {
		args = append(args, op)
	}
	args = append(args, ts)
	if left == nil {
		left = jen.Nil()
	}
	args = append(args, left)
	if !j.onlyLeft() {
		if right == nil {
			right = jen.Nil()
		}
		args = append(args, right)
	}
	return jen.Id("t").Dot(j.show).Call(args...)
}

// showMark is showCall for a join that marks rows of the left.
func (j *joining) showMark(op, ts, left, found, known *jen.Statement) *jen.Statement {
	var args []jen.Code
	if j.m.Changes {
		args = append(args, op)
	}
	args = append(args, ts, left, found)
	if j.op.NullAware {
		args = append(args, known)
	}
	return jen.Id("t").Dot(j.show).Call(args...)
}

// onlyLeft tells whether joined rows have the columns of the left alone, or with a mark.
func (j *joining) onlyLeft() bool {
	return j.op.Kind == plan.SemiJoin || j.op.Kind == plan.AntiJoin || j.op.Kind == plan.MarkJoin
}

// pair are the arguments of shown for a row that has come and one that was there.
func (j *joining) pair(a *arriving, e *jen.Statement) (left, right *jen.Statement) {
	mine, theirs := jen.Op("&").Add(a.row), jen.Op("&").Add(e).Dot("Row")
	if a.side == 0 {
		return mine, theirs
	}
	return theirs, mine
}

// alone are the arguments of shown for a row without partner.
func alone(side int, row *jen.Statement) (left, right *jen.Statement) {
	if side == 0 {
		return row, nil
	}
	return nil, row
}

// showMethod writes the method that takes joined rows through what follows.
func (j *joining) showMethod() {
	t := j.t
	params := []jen.Code{jen.Id("ts").Int64(), jen.Id("l").Op("*").Id(j.sides[0].row.name)}
	if !j.onlyLeft() {
		params = append(params, jen.Id("r").Op("*").Id(j.sides[1].row.name))
	}
	b := t.resultBlock()
	b.Names = t.localNames("t", "ts", "l", "r", "err", "op", "hasL", "hasR")
	var cols []emit.Value
	for side, v := range []string{"l", "r"} {
		if side == 1 && j.onlyLeft() {
			break
		}
		missing := j.outer(1-side) && !j.onlyLeft()
		cols = append(cols, j.sideColumns(b, side, v, missing)...)
	}
	if j.op.Kind == plan.MarkJoin {
		mark := emit.Named(types.TBoolean, jen.Id("found"))
		params = append(params, jen.Id("found").Bool())
		b.Names.Take("found")
		if j.op.NullAware {
			mark.Valid = jen.Id("known")
			params = append(params, jen.Id("known").Bool())
			b.Names.Take("known")
		}
		cols = append(cols, mark)
	}
	t.takeResult(b, j.m, j.show, "takes a row of the join through "+j.m.Out.Statement.Name+".", params, cols)
}

// sideColumns reads the columns of a side of a joined row. Where it can be missing, all of them are NULL then.
func (j *joining) sideColumns(b *emit.Block, side int, v string, missing bool) []emit.Value {
	if !missing {
		return j.columns(side, jen.Id(v))
	}
	none := []jen.Code{jen.Id(v).Op("=").Op("&").Id(j.sides[side].row.name).Values().Comment("all of it NULL")}
	cols := j.columns(side, jen.Id(v))
	given := map[int]bool{} // columns that are there even so
	if j.op.Missing == plan.DefaultMissing {
		none = []jen.Code{jen.Id(v).Op("=").Op("&").Id("t").Dot(j.defaults(side, given))}
	}
	if !slices.ContainsFunc(cols, func(c emit.Value) bool { return c.Valid == nil }) || len(given) == len(cols) {
		b.Add(jen.If(jen.Id(v).Op("==").Nil()).Block(none...))
		return cols
	}
	has := "has" + strings.ToUpper(v)
	b.Add(jen.Id(has).Op(":=").Id(v).Op("!=").Nil())
	b.Add(jen.If(jen.Op("!").Id(has)).Block(none...))
	for i := range cols {
		if cols[i].Valid == nil && !given[i] {
			cols[i].Valid = jen.Id(has)
		}
	}
	return cols
}

// defaults declares the row that stands for a missing one. given receives the columns that it has.
func (j *joining) defaults(side int, given map[int]bool) (field string) {
	t, row := j.t, j.sides[side].row
	field = t.names.Unique(j.base + emit.Exported(sideName(j.sides[side].flow)) + "Missing")
	t.fields = append(t.fields, jen.Id(field).Id(row.name).Comment("what a row has that finds no partner"))
	b := t.block(returnError, nil)
	s := &scope{g: t.g}
	for i, c := range j.op.Inputs()[side].Props().Schema {
		for _, d := range j.op.Defaults {
			if d.Name == c.Name {
				given[i] = true
				row.assign(b, i, jen.Id("t").Dot(field), s.value(b, d.E))
			}
		}
	}
	t.inits = append(t.inits, b.Code()...)
	return field
}
