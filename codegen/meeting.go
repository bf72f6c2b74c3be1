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
	t.met[m] |= t.deps
	if t.arrived[m]++; t.arrived[m] == len(m.Sides) {
		t.finishing(t.met[m], w.result)
	}
}

func (t *task) newMeeting(m *physical.Meeting) meeting {
	switch op := m.Op.(type) {
	case *plan.Join:
		return t.newJoin(m, op)
	case *plan.SetOp:
		return t.newSetOperation(m, op)
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
