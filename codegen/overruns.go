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
	last   *keptRow // the type of a value
	before string   // the value, or the average, of the rows before
	count  string
	fields []jen.Code
}

func (r *overRun) field(names *emit.Names, hint, suffix string, typ *jen.Statement, comment string) string {
	name := names.Unique(hint) + suffix
	r.fields = append(r.fields, jen.Id(name).Add(typ).Comment(comment))
	return name
}

// runOf is nil for a function that looks at rows.
func (op *overOp) runOf(c *overCall, names *emit.Names) *overRun {
	r := &overRun{}
	switch c.Name {
	case "CONDITIONAL_CHANGE_EVENT":
		g := op.u.t.g
		r.last = g.newKept(emit.Local(op.u.f.Statement.Name) + "Value")
		r.last.result(hintOf(c.Args[0]), types.Col{Type: c.Args[0].Col().Type, Nullable: true}, false)
		g.states = append(g.states, r.last.declare("// "+r.last.name+" is the last value that is not NULL."))
		r.before = r.field(names, "before", op.suffix, jen.Id(r.last.name), "the last value that is not NULL")
		r.count = r.field(names, "changes", op.suffix, jen.Int64(), "how many times it has changed")
	case "EXPONENTIAL_MOVING_AVERAGE":
		r.before = r.field(names, "average", op.suffix, emit.FieldType(types.Col{Type: types.TFloat, Nullable: true}), "of the rows so far")
	default:
		return nil
	}
	return r
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
	average := jen.Add(e.p).Dot(c.run.before)
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
