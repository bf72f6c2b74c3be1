package codegen

import (
	"github.com/dave/jennifer/jen"

	"github.com/velostream/veloc/codegen/emit"
	"github.com/velostream/veloc/compiler/expr"
	"github.com/velostream/veloc/compiler/types"
)

// Functions that go on from row to row: a partition keeps what they know of the rows before, and no rows.

// overRun is what a partition keeps for such a function.
type overRun struct {
	last   *keptRow // the type of what is known of the rows before
	doc    string
	before string // the field of that type
	count  string // a number besides; empty: none
}

// runOf is nil for a function that looks at rows.
func (op *overOp) runOf(c *overCall, names *emit.Names) *overRun {
	base := emit.Local(op.u.f.Statement.Name)
	switch c.Name {
	case "CONDITIONAL_CHANGE_EVENT":
		r := &overRun{last: op.u.t.g.newKept(base + "Value"), doc: "the last value that is not NULL", before: names.Unique("before") + op.suffix, count: names.Unique("changes") + op.suffix}
		r.last.result(hintOf(c.Args[0]), types.Col{Type: c.Args[0].Col().Type, Nullable: true}, false)
		return r
	case "EXPONENTIAL_MOVING_AVERAGE":
		r := &overRun{last: op.u.t.g.newKept(base + "Average"), doc: "the average of the rows so far", before: names.Unique("average") + op.suffix}
		r.last.result(hintOf(c.Args[0]), types.Col{Type: types.TFloat, Nullable: true}, false)
		return r
	}
	return nil
}

// declare gives the partition its fields.
func (r *overRun) declare(u *overUnit, add func(name string, typ *jen.Statement, comment string, kind partKind)) {
	g := u.t.g
	g.states = append(g.states, r.last.declare("// "+r.last.name+" is "+r.doc+"."))
	if u.t.pipe.Inputs != nil && !u.whole() {
		g.savedKept(r.last, true)
	}
	add(r.before, jen.Id(r.last.name), r.doc, partState)
	if r.count != "" {
		add(r.count, jen.Int64(), "how many times it has changed", partNumber)
	}
}

// known runs code where the argument of the current row is not NULL.
func known(b *emit.Block, v emit.Value, code []jen.Code) {
	if v.Valid == nil {
		b.Add(code...)
		return
	}
	b.Add(jen.If(jen.Add(v.Valid)).Block(code...))
}

// changes is how often the argument has changed.
func (op *overOp) changes(e *overEnv, c *overCall) emit.Value {
	v := op.u.here(e, c.args[0])
	count := jen.Add(e.p).Dot(c.run.count)
	in := e.b.Inner()
	last := c.run.last.read(0, jen.Add(e.p).Dot(c.run.before))
	differs := comparison(in, expr.Ne, last, v)
	in.Add(jen.If(emit.And(emit.Holds(last.Valid), differs).Expr(0)).Block(jen.Add(count).Op("++")))
	plain := v
	plain.Valid = nil
	c.run.last.set(in, 0, jen.Add(e.p).Dot(c.run.before), plain)
	known(e.b, v, in.Code())
	return emit.Named(types.TInteger, count)
}

// average is the average in which older rows weigh less and less.
func (op *overOp) average(e *overEnv, c *overCall) emit.Value {
	v := op.u.here(e, c.args[0])
	weight := op.u.here(e, c.args[1])
	average := jen.Add(e.p).Dot(c.run.before).Dot(c.run.last.fields[0].name)
	sum := jen.Add(average).Dot("V")
	in := e.b.Inner()
	in.Add(jen.If(jen.Add(average).Dot("Valid")).Block(
		jen.Add(sum).Op("+=").Add(weight.Expr(emit.PrecMul)).Op("*").Parens(v.Expr(emit.PrecAdd).Op("-").Add(sum)),
	).Else().Block(
		jen.Add(sum).Op(",").Add(average).Dot("Valid").Op("=").Add(v.Arg()).Op(",").True(),
	))
	known(e.b, v, in.Code())
	return emit.Field(types.Col{Type: types.TFloat, Nullable: true}, average)
}
