package codegen

import (
	"math/big"

	"github.com/dave/jennifer/jen"

	"github.com/velostream/veloc/codegen/emit"
	"github.com/velostream/veloc/compiler/expr"
	"github.com/velostream/veloc/compiler/plan"
	"github.com/velostream/veloc/compiler/types"
)

// A frame is [lo, hi): places in the partition, which only grow from row to row, so that each row enters and leaves once.

// moves tells whether the frame has a first row other than that of the partition.
func (op *overOp) moves() bool { return !op.Frame.Start.Unbounded || op.Buffer > 0 && !op.u.whole() }

// endsHere tells whether the frame ends with the current row itself.
func (op *overOp) endsHere() bool {
	end := op.Frame.End
	if op.u.when == plan.AtOnce && (op.Buffer > 0 && end.Following || op.Frame.Unit == plan.FrameRange && end.Offset == nil && len(op.Order) > 0) {
		return true // nothing has come yet that could follow; rows in the order of arrival have no equals
	}
	if op.Buffer > 0 && op.u.when == plan.AtOnce && end.Offset == nil {
		return true
	}
	return op.Frame.Unit == plan.FrameRows && !end.Unbounded && end.Offset == nil
}

// bounds are the frame of the current row.
func (op *overOp) bounds(e *overEnv) (lo, hi *jen.Statement) {
	lo, hi = jen.Lit(0), jen.Add(e.p).Dot("hi"+op.suffix)
	if op.moves() {
		lo = jen.Add(e.p).Dot("lo" + op.suffix)
	}
	switch {
	case op.endsHere():
		hi = jen.Add(e.i).Op("+").Lit(1)
	case op.toEnd():
		hi = end(e.p)
	}
	return lo, hi
}

// toEnd tells whether the frame ends with the last row of the partition.
func (op *overOp) toEnd() bool { return op.Frame.End.Unbounded && op.Frame.End.Following }

// needsHigh tells whether the partition remembers where frames end.
func (op *overOp) needsHigh() bool {
	if !op.framed() {
		return false
	}
	return !op.endsHere() && (!op.toEnd() || op.enters())
}

func (op *overOp) framed() bool {
	for _, c := range op.calls {
		if c.Framed() {
			return true
		}
	}
	return false
}

// enters tells whether something is done with rows that enter the frame.
func (op *overOp) enters() bool {
	if op.sliding != nil {
		return true
	}
	for _, c := range op.calls {
		if c.queue != "" && c.values == nil {
			return true
		}
	}
	return false
}

// slide moves the frame to the current row: rows that enter are added, rows that leave are taken back.
func (op *overOp) slide(e *overEnv) {
	if !op.framed() {
		return
	}
	u, b := op.u, e.b
	if op.endsHere() && op.enters() {
		op.enter(b, e, e.cur, e.i)
	} else if op.needsHigh() {
		in := b.Inner()
		hi := jen.Add(e.p).Dot("hi" + op.suffix)
		x := u.other(in, "x", e.p, hi)
		var loop []jen.Code
		inside := op.within(e, x, hi)
		if op.enters() {
			op.enter(in, e, x, hi)
		}
		code := in.Code()
		until := jen.Add(hi).Op("<").Add(end(e.p))
		switch {
		case op.Frame.Unit == plan.FrameRows && inside != nil:
			until = until.Op("&&").Add(inside)
			loop = code
			if !op.enters() {
				loop = nil
			}
		case inside != nil:
			loop = append(loop, code[0], jen.If(emit.Not(emit.Cond{Code: inside, Prec: 1}).Expr(0)).Block(jen.Break()))
			loop = append(loop, code[1:]...)
		default:
			loop = code
		}
		loop = append(loop, jen.Add(hi).Op("++"))
		b.Add(jen.For(until).Block(loop...))
	}
	if op.moves() {
		op.leave(e)
	}
	if op.fresh != nil {
		op.recompute(e)
	}
}

// enter adds row x at place j.
func (op *overOp) enter(b *emit.Block, e *overEnv, x, j *jen.Statement) {
	u := op.u
	if op.sliding != nil {
		acc := b.Names.Unique("acc")
		b.Add(jen.Id(acc).Op(":=").Op("&").Add(op.acc(e.p)))
		op.sliding.addTo(b, acc, op.inputs(op.sliding, e, x))
	}
	for _, c := range op.calls {
		if c.queue == "" || c.values != nil {
			continue
		}
		q := jen.Add(e.p).Dot(c.queue)
		v := u.argOf(e, x, c.args[0])
		in := b.Inner()
		push := in.Inner()
		last := u.other(push, "last", e.p, jen.Op("*").Add(q).Dot("Last").Call())
		y := u.of(last, c.args[0])
		order := b.Comparator(c.args[0].e.Col().Type).Call(y.Arg(), v.Arg())
		better := "<"
		if c.Name == "MAX" {
			better = ">"
		}
		stays := order.Op(better).Lit(0)
		push.Add(jen.If(stays).Block(jen.Break()), jen.Add(q).Dot("Pop").Call())
		in.Add(jen.For(jen.Add(q).Dot("Len").Call().Op(">").Lit(0)).Block(push.Code()...))
		in.Add(jen.Op("*").Add(q).Dot("Push").Call().Op("=").Add(j))
		var guards []emit.Cond
		if c.filter != nil {
			guards = append(guards, condOf(u.argOf(e, x, *c.filter)))
		}
		if v.Valid != nil {
			guards = append(guards, emit.Holds(v.Valid))
		}
		if len(guards) == 0 {
			b.Add(in.Code()...)
			continue
		}
		b.Add(jen.If(emit.And(guards...).Expr(0)).Block(in.Code()...))
	}
}

// argOf is an argument of the row x, which may be the current one.
func (u *overUnit) argOf(e *overEnv, x *jen.Statement, a overArg) emit.Value {
	if x == e.cur {
		return u.here(e, a)
	}
	return u.of(x, a)
}

func condOf(v emit.Value) emit.Cond {
	c := emit.Cond{Code: v.Code, Prec: v.Prec}
	if v.Valid == nil {
		return c
	}
	return emit.And(emit.Holds(v.Valid), c)
}

// inputs are what the aggregates of a take of the row x.
func (op *overOp) inputs(a *aggregation, e *overEnv, x *jen.Statement) []aggInput {
	out := make([]aggInput, len(a.aggs))
	for _, c := range op.calls {
		if c.state != a || len(a.fedBy(c.agg)) == 0 {
			continue
		}
		in := &out[c.agg]
		if c.filter != nil {
			f := condOf(op.u.argOf(e, x, *c.filter))
			in.filter = &f
		}
		for _, arg := range c.args {
			in.args = append(in.args, op.u.argOf(e, x, arg))
		}
	}
	return out
}

// leave takes back the rows that the frame leaves behind.
func (op *overOp) leave(e *overEnv) {
	u, b := op.u, e.b
	lo := jen.Add(e.p).Dot("lo" + op.suffix)
	in := b.Inner()
	x := u.other(in, "x", e.p, lo)
	before := op.before(e, x, lo)
	byRow := op.Frame.Unit == plan.FrameRows || op.Frame.Start.Unbounded
	if op.sliding != nil {
		acc := in.Names.Unique("acc")
		in.Add(jen.Id(acc).Op(":=").Op("&").Add(op.acc(e.p)))
		op.sliding.takeFrom(in, acc, op.inputs(op.sliding, e, x))
	}
	_, hi := op.bounds(e)
	until := jen.Add(lo).Op("<").Add(hi)
	code := in.Code()
	var loop []jen.Code
	if byRow {
		until = jen.Add(before)
		if op.Frame.End.Following == op.Frame.Start.Following && op.Frame.End.Offset != nil {
			until = jen.Add(lo).Op("<").Add(hi).Op("&&").Add(before) // the frame may be empty
		}
		if op.Frame.Start.Following {
			until = jen.Add(lo).Op("<").Add(hi).Op("&&").Add(before)
		}
		if op.sliding != nil {
			loop = code
		}
	} else {
		loop = append(loop, code[0], jen.If(emit.Not(emit.Cond{Code: before, Prec: 1}).Expr(0)).Block(jen.Break()))
		loop = append(loop, code[1:]...)
	}
	loop = append(loop, jen.Add(lo).Op("++"))
	b.Add(jen.For(until).Block(loop...))
	for _, c := range op.calls {
		if c.queue != "" && c.values == nil {
			q := jen.Add(e.p).Dot(c.queue)
			first := jen.Add(q).Dot("First").Call()
			b.Add(jen.For(jen.Add(q).Dot("Len").Call().Op(">").Lit(0).Op("&&").Op("*").Add(q).Dot("At").Call(first).Op("<").Add(lo)).
				Block(jen.Add(q).Dot("Drop").Call(jen.Add(first).Op("+").Lit(1))))
		}
	}
}

// recompute adds the rows of the frame to a state of its own.
func (op *overOp) recompute(e *overEnv) {
	u, b := op.u, e.b
	name := b.Names.Unique(op.freshName())
	b.Add(jen.Var().Id(name).Id(op.fresh.acc))
	lo, hi := op.bounds(e)
	in := b.Inner()
	j := in.Names.Unique("j")
	x := u.other(in, "x", e.p, jen.Id(j))
	op.fresh.addTo(in, name, op.inputs(op.fresh, e, x))
	b.Add(jen.For(jen.Id(j).Op(":=").Add(lo), jen.Id(j).Op("<").Add(hi), jen.Id(j).Op("++")).Block(in.Code()...))
}

// within is the condition that row x at place j does not lie behind the frame; nil: no row does.
func (op *overOp) within(e *overEnv, x, j *jen.Statement) *jen.Statement {
	f, b := op.Frame, op.Frame.End
	switch {
	case b.Unbounded:
		return nil
	case f.Unit == plan.FrameRows:
		return jen.Add(j).Op("<=").Add(shifted(e.i, b))
	case b.Offset == nil:
		return jen.Id(op.u.comparison()).Call(x, e.cur).Op("<=").Lit(0)
	case f.Unit == plan.FrameGroups:
		return jen.Add(x).Dot("group").Op("<=").Add(shifted(jen.Add(e.cur).Dot("group"), b))
	}
	return op.reaches(x, e.cur, b, true)
}

// before is the condition that row x at place j lies before the frame.
func (op *overOp) before(e *overEnv, x, j *jen.Statement) *jen.Statement {
	f, b := op.Frame, op.Frame.Start
	buffer := jen.Add(j).Op("<=").Add(e.i).Op("-").Lit(int(op.Buffer))
	switch {
	case b.Unbounded:
		return buffer
	case f.Unit == plan.FrameRows && op.Buffer > 0 && !op.u.whole():
		return jen.Add(j).Op("<").Id("max").Call(shifted(e.i, b), jen.Add(e.i).Op("-").Lit(int(op.Buffer-1)))
	case f.Unit == plan.FrameRows:
		return jen.Add(j).Op("<").Add(shifted(e.i, b))
	case b.Offset == nil:
		return jen.Id(op.u.comparison()).Call(x, e.cur).Op("<").Lit(0)
	case f.Unit == plan.FrameGroups:
		return jen.Add(x).Dot("group").Op("<").Add(shifted(jen.Add(e.cur).Dot("group"), b))
	}
	return op.reaches(x, e.cur, b, false)
}

// shifted is a place some rows away.
func shifted(i *jen.Statement, b plan.FrameBound) *jen.Statement {
	switch {
	case b.Offset == nil || plan.Whole(b.Offset) == 0:
		return jen.Add(i)
	case b.Following:
		return jen.Add(i).Op("+").Lit(int(plan.Whole(b.Offset)))
	}
	return jen.Add(i).Op("-").Lit(int(plan.Whole(b.Offset)))
}

// reaches compares the key of x with that of the current row and a distance: whether x does not lie behind it (upTo), or lies before it.
// NULLs are equal, and further from all others than any distance.
func (op *overOp) reaches(x, cur *jen.Statement, bound plan.FrameBound, upTo bool) *jen.Statement {
	u := op.u
	k := op.Order[0]
	field := u.keyFields[0]
	xv, cv := u.row.readAs(field, k.E, x), u.row.readAs(field, k.E, cur)
	t := k.E.Col().Type
	back := !bound.Following != k.Desc // towards smaller keys
	limit := distance(t, bound.Offset, back)
	sign := map[bool]string{true: "<=", false: "<"}[upTo]
	if k.Desc {
		sign = map[bool]string{true: ">=", false: ">"}[upTo]
	}
	var order *jen.Statement
	switch {
	case t.Wide():
		order = jen.Add(xv.Code).Dot("Cmp").Call(jen.Add(cv.Code).Dot("Add").Call(limit)).Op(sign).Lit(0)
	case t.Kind == types.Float:
		order = jen.Add(xv.Code).Op(sign).Add(cv.Code).Op("+").Parens(limit)
	default:
		order = jen.Add(xv.Code).Op(sign).Add(emit.RT("Shift")).Call(cv.Arg(), limit)
	}
	if xv.Valid == nil {
		return order
	}
	xNull, cNull := jen.Op("!").Add(xv.Valid), jen.Op("!").Add(cv.Valid)
	switch {
	case upTo && k.NullsFirst:
		return jen.Parens(xNull.Op("||").Add(cv.Valid).Op("&&").Add(order))
	case upTo:
		return jen.Parens(cNull.Op("||").Add(xv.Valid).Op("&&").Add(order))
	case k.NullsFirst:
		return jen.Add(cv.Valid).Op("&&").Parens(xNull.Op("||").Add(order))
	}
	return jen.Add(xv.Valid).Op("&&").Parens(cNull.Op("||").Add(order))
}

func floatOf(l *expr.Lit) float64 {
	switch v := l.Val.(type) {
	case int64:
		return float64(v)
	case float64:
		return v
	case *big.Int:
		f, _ := new(big.Rat).SetFrac(v, power10(l.T.Type.Scale)).Float64()
		return f
	}
	panic("bug: a frame's distance of another type")
}

func power10(n int) *big.Int { return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil) }

// scaledTo is a literal in units of the key's type. What lies between two units is dropped: no two keys are that far apart.
func scaledTo(key types.Type, l *expr.Lit) *big.Int {
	v, scale := new(big.Int), 0
	switch x := l.Val.(type) {
	case int64:
		v.SetInt64(x)
	case *big.Int:
		v.Set(x)
		scale = l.T.Type.Scale
	case float64:
		r, _ := new(big.Rat).SetFloat64(x).Float64()
		v.SetInt64(int64(r))
	}
	switch {
	case key.Kind == types.Date:
		return v.Quo(v, big.NewInt(24*3600e9))
	case key.Kind != types.Decimal && scale > 0:
		return v.Quo(v, power10(scale))
	case key.Kind == types.Decimal && key.Scale >= scale:
		return v.Mul(v, power10(key.Scale-scale))
	case key.Kind == types.Decimal:
		return v.Quo(v, power10(scale-key.Scale))
	}
	return v
}
