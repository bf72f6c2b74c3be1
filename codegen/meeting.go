package codegen

import (
	"github.com/dave/jennifer/jen"

	"github.com/velostream/veloc/codegen/emit"
	"github.com/velostream/veloc/compiler/expr"
	"github.com/velostream/veloc/compiler/physical"
	"github.com/velostream/veloc/compiler/plan"
)

// meeting is an operator with several inputs while it is being written. Its sides are written where the rows of their flows arrive, its result
// when the last of them has been.
type meeting interface {
	// arrive emits what happens to a row of a side, which s reads.
	arrive(b *emit.Block, side int, s *scope, ctx rowContext)
	// result emits what happens to the rows of the operator, and what time does to those that it keeps.
	result()
}

// meet emits what happens to a row where its flow meets others.
func (t *task) meet(b *emit.Block, f *physical.Flow, s *scope, ctx rowContext) {
	m := f.Into
	w, ok := t.meetings[m]
	if !ok {
		w = t.newMeeting(m)
		t.meetings[m] = w
	}
	w.arrive(b, f.Side, s, ctx)
	if t.arrived[m]++; t.arrived[m] == len(m.Sides) {
		w.result()
	}
}

func (t *task) newMeeting(m *physical.Meeting) meeting {
	switch op := m.Op.(type) {
	case *plan.Join:
		return t.newJoin(m, op)
	case *plan.SetOp:
		return t.newUnion(m, op)
	}
	panic(unhandled(m.Op))
}

// sideName is what a side of a meeting is called: its relation's alias.
func sideName(f *physical.Flow) string {
	switch leaf := f.Leaf.(type) {
	case *plan.Scan:
		return leaf.Alias
	case *plan.Ref:
		return leaf.Alias
	}
	return []string{"left", "right"}[f.Side]
}

// takeResult writes the method that takes a row of a meeting through what follows it. The columns may need statements, which b has.
func (t *task) takeResult(b *emit.Block, m *physical.Meeting, name, doc string, params []jen.Code, cols []emit.Value) {
	ts := jen.Id("ts")
	s := &scope{g: t.g, cols: cols, meta: t.metaOf(ts)}
	ctx := rowContext{drop: jen.Return(jen.Nil()), result: true, time: ts}
	if m.Changes {
		params = append([]jen.Code{jen.Id("op").Add(emit.RT("Op"))}, params...)
		ctx.op = jen.Id("op")
	}
	t.stage(b, m.Out, 0, s, ctx)
	b.Add(jen.Return(jen.Nil()))
	t.methods = append(t.methods, jen.Comment("// "+name+" "+doc).Line().
		Func().Params(jen.Id("t").Op("*").Id(t.name)).Id(name).Params(params...).Error().Block(b.Code()...).Line())
}

// timeOfRow is the time of the row at hand, or none.
func timeOfRow(ctx rowContext) *jen.Statement {
	if ctx.time == nil {
		return jen.Qual("math", "MinInt64")
	}
	return jen.Add(ctx.time)
}

// opOf is what a row means where changes are asked for.
func opOf(ctx rowContext) *jen.Statement {
	if ctx.op == nil {
		return emit.RT("Insert")
	}
	return jen.Add(ctx.op)
}

// returned calls a method whose error ends the job.
func returned(call *jen.Statement) *jen.Statement {
	return jen.If(jen.Err().Op(":=").Add(call), jen.Err().Op("!=").Nil()).Block(jen.Return(jen.Err()))
}

// union is UNION ALL: rows of all sides go on as they come.
type union struct {
	t    *task
	m    *physical.Meeting
	row  *rowType
	name string
}

func (t *task) newUnion(m *physical.Meeting, op *plan.SetOp) meeting {
	base := emit.Local(m.Out.Statement.Name)
	u := &union{t: t, m: m, row: t.g.schemaRow(base+"Row", op.Props().Schema), name: t.names.Unique("take" + upperFirst(base))}
	t.g.rows = append(t.g.rows, u.row.declare("// "+u.row.name+" is a row of one of the inputs of the UNION in "+m.Out.Statement.Name+"."))
	return u
}

func (u *union) arrive(b *emit.Block, _ int, s *scope, ctx rowContext) {
	row := u.t.localRow(b, u.row, "all", s.cols, ctx)
	args := []jen.Code{timeOfRow(ctx), jen.Op("&").Add(row)}
	if u.m.Changes {
		args = append([]jen.Code{opOf(ctx)}, args...)
	}
	b.Add(returned(jen.Id("t").Dot(u.name).Call(args...)))
}

func (u *union) result() {
	r := jen.Id("r")
	var cols []emit.Value
	for i := range u.row.fields {
		cols = append(cols, u.row.read(i, r))
	}
	b := u.t.resultBlock()
	b.Names = u.t.localNames("t", "ts", "r", "err", "op")
	u.t.takeResult(b, u.m, u.name, "takes a row of one of the inputs of the UNION through "+u.m.Out.Statement.Name+".",
		[]jen.Code{jen.Id("ts").Int64(), jen.Id("r").Op("*").Id(u.row.name)}, cols)
}

// localRow fills a variable of a row type, and selects it.
func (t *task) localRow(b *emit.Block, row *rowType, hint string, cols []emit.Value, ctx rowContext) *jen.Statement {
	name := b.Names.Unique(hint)
	b.Add(jen.Var().Id(name).Id(row.name))
	for i := range row.fields {
		row.assign(b, i, jen.Id(name), cols[i])
	}
	return jen.Id(name)
}

// exprValues computes expressions and names the results.
func exprValues(b *emit.Block, s *scope, exprs []expr.Expr, hint string) []emit.Value {
	var out []emit.Value
	for _, e := range exprs {
		v := s.value(b, e)
		if c, ok := e.(*expr.Column); ok {
			hint = c.Name
		}
		out = append(out, b.LetValid(hint, b.Let(hint, v), v.Plain))
	}
	return out
}
