package codegen

import (
	"math"
	"strconv"

	"github.com/dave/jennifer/jen"

	"github.com/velostream/veloc/codegen/emit"
	"github.com/velostream/veloc/compiler/expr"
	"github.com/velostream/veloc/compiler/plan"
	"github.com/velostream/veloc/compiler/types"
)

// overOp is one OVER operator: calls over one frame.
type overOp struct {
	*plan.Over
	u       *overUnit
	at      int // position of the first result in the rows behind the unit
	calls   []*overCall
	suffix  string // of this operator's fields in the partition
	sliding *aggregation
	fresh   *aggregation // computed of the frame's rows, for each row anew
}

// overCall is one call.
type overCall struct {
	plan.Call
	name   string
	field  int // of the row: the result; where rows are not kept: none
	args   []overArg
	filter *overArg
	values *keptRow // of LAG past NULLS: the last values that are not NULL, in the ring that queue names
	run    *overRun // of a function that goes on from row to row
	queue  string   // of MIN and MAX over a frame that moves: the places of the rows that can still be the result
	agg    int      // position in sliding or fresh
	state  *aggregation
}

// overArg is an argument of a call, of this row and of others.
type overArg struct {
	e     expr.Expr
	field int        // of the kept row; -1: it is not kept
	here  emit.Value // of the current row, where that is at hand
}

// overEnv is where results are computed.
type overEnv struct {
	b    *emit.Block
	p    *jen.Statement // the partition
	i    *jen.Statement // the place of the row in it
	cur  *jen.Statement // the kept row; nil: nothing is kept
	rows bool           // others of the partition are kept
}

// other names the row at place j.
func (u *overUnit) other(b *emit.Block, hint string, p, j *jen.Statement) *jen.Statement {
	x := b.Names.Unique(hint)
	at := jen.Add(p).Dot("rows").Dot("At").Call(j)
	if u.deferred() {
		at = jen.Op("*").Add(at)
	}
	b.Add(jen.Id(x).Op(":=").Add(at))
	return jen.Id(x)
}

// here is an argument of the current row.
func (u *overUnit) here(e *overEnv, a overArg) emit.Value {
	if _, lit := a.e.(*expr.Lit); lit {
		return literal(a.e.(*expr.Lit))
	}
	if a.here.Code != nil {
		return a.here
	}
	return u.row.readAs(a.field, a.e, e.cur)
}

// of is an argument of the kept row x.
func (u *overUnit) of(x *jen.Statement, a overArg) emit.Value {
	if l, lit := a.e.(*expr.Lit); lit {
		return literal(l)
	}
	return u.row.readAs(a.field, a.e, x)
}

func end(p *jen.Statement) *jen.Statement { return jen.Add(p).Dot("rows").Dot("End").Call() }

// whole tells whether all rows of the partition are there when results are computed.
func (u *overUnit) whole() bool {
	switch u.when {
	case plan.WholeInput, plan.WholeWindow, plan.FullBuffer, plan.SortedBuffer:
		return true
	}
	return false
}

// result emits the result of a call.
func (op *overOp) result(e *overEnv, c *overCall) emit.Value {
	e.b.Func.At = c.At
	v := op.compute(e, c)
	v.Type = c.Col.Type
	if !c.Col.Nullable {
		v.Valid = nil
	}
	return v
}

func (op *overOp) compute(e *overEnv, c *overCall) emit.Value {
	u := op.u
	b := e.b
	integer := func(code *jen.Statement) emit.Value { return emit.Of(types.TInteger, emit.PrecAdd, code) }
	switch c.Name {
	case "ROW_NUMBER":
		if op.Buffer > 0 && u.when == plan.AtOnce {
			return emit.Of(types.TInteger, emit.PrecUnary, op.size(e))
		}
		return integer(jen.Add(e.i).Op("+").Lit(1))
	case "RANK":
		return u.rank(e, "rank")
	case "DENSE_RANK":
		return u.rank(e, "dense")
	case "PERCENT_RANK":
		if op.Buffer > 0 && u.when == plan.AtOnce {
			return emit.Named(types.TFloat, jen.Lit(0.0))
		}
		return emit.Of(types.TFloat, emit.PrecUnary, jen.Qual(emit.Over, "PercentRank").Call(u.rank(e, "rank").Arg(), end(e.p)))
	case "CUME_DIST":
		if len(op.Order) == 0 {
			return emit.Named(types.TFloat, jen.Lit(1.0))
		}
		u.peers(e)
		return emit.Of(types.TFloat, emit.PrecMul, jen.Float64().Call(jen.Add(e.p).Dot("peers")).Op("/").Float64().Call(end(e.p)))
	case "NTILE":
		return op.ntile(e, c)
	case "LAG", "LEAD":
		return op.lag(e, c)
	case "CONDITIONAL_CHANGE_EVENT":
		return op.changes(e, c)
	case "EXPONENTIAL_MOVING_AVERAGE":
		return op.average(e, c)
	case "FIRST_VALUE", "LAST_VALUE", "NTH_VALUE":
		if c.state == nil {
			return op.frameValue(e, c)
		}
	}
	if c.queue != "" && c.values == nil {
		return op.extremum(e, c)
	}
	acc := op.acc(e.p)
	if c.state == op.fresh {
		acc = jen.Id(op.freshName())
	}
	var fields []*jen.Statement
	code := c.state.aggs[c.agg]
	for _, f := range code.fields {
		fields = append(fields, jen.Add(acc).Dot(c.state.fields[f].name))
	}
	v := code.Final(b, fields)
	if c.Aggregate || c.Col.Nullable {
		v = b.LetValid(c.name, b.Let(c.name, v), true)
	}
	return v
}

func (op *overOp) acc(p *jen.Statement) *jen.Statement {
	return jen.Add(p).Dot("acc" + op.suffix)
}

func (op *overOp) freshName() string { return "frame" + op.suffix }

// size is the number of rows in a buffer of rows in the order of arrival.
func (op *overOp) size(e *overEnv) *jen.Statement {
	return jen.Id("min").Call(jen.Add(e.i).Op("+").Lit(1), jen.Lit(int(op.Buffer)))
}

func (op *overOp) ntile(e *overEnv, c *overCall) emit.Value {
	n := op.u.here(e, c.args[0])
	place, rows := jen.Add(e.i), end(e.p)
	if op.Buffer > 0 && op.u.when == plan.AtOnce {
		place, rows = op.size(e).Op("-").Lit(1), op.size(e)
	}
	groups := n.Arg()
	if n.Valid != nil { // NULL is no number of groups
		name := e.b.Names.Unique("groups")
		e.b.Add(jen.Var().Id(name).Int64(), jen.If(jen.Add(n.Valid)).Block(jen.Id(name).Op("=").Add(n.Arg())))
		groups = jen.Id(name)
	}
	return e.b.Try(c.name, types.TInteger, jen.Qual(emit.Over, "NTile").Call(place, rows, groups))
}

// lag is x of another row, by its distance.
func (op *overOp) lag(e *overEnv, c *overCall) emit.Value {
	u, b := op.u, e.b
	n, known := c.Distance()
	buffer := op.Buffer > 0 && u.when == plan.AtOnce
	if known && n == 0 {
		return u.here(e, c.args[0])
	}
	name := b.Names.Unique(emit.Local(c.name))
	v := emit.Named(c.Col.Type, jen.Id(name))
	b.Add(jen.Var().Id(name).Add(emit.GoType(c.Col.Type)))
	if c.Col.Nullable {
		valid := b.Names.Unique(emit.Local(c.name) + "Valid")
		b.Add(jen.Var().Id(valid).Bool())
		v.Valid = jen.Id(valid)
	}
	set := func(in *emit.Block, x emit.Value) []jen.Code {
		(&scope{g: u.t.g}).set(in, v, x)
		return in.Code()
	}
	var other []jen.Code // where there is no such row
	if len(c.args) > 2 {
		other = set(b.Inner(), u.here(e, c.args[2]))
	}
	if known && (buffer && (n < 0 || n >= op.Buffer)) {
		b.Add(other...)
		return v
	}
	in := b.Inner()
	if c.values != nil {
		op.lagValues(e, c, set, other, n)
		return v
	}
	if !known || c.IgnoreNulls {
		op.lagFar(e, c, set, other, n, known)
		return v
	}
	var there, place *jen.Statement
	if n > 0 {
		there, place = jen.Add(e.i).Op(">=").Lit(int(n)), jen.Add(e.i).Op("-").Lit(int(n))
	} else {
		there, place = jen.Add(e.i).Op("+").Lit(int(-n)).Op("<").Add(end(e.p)), jen.Add(e.i).Op("+").Lit(int(-n))
	}
	x := u.other(in, map[bool]string{true: "before", false: "after"}[n > 0], e.p, place)
	branch := jen.If(there).Block(set(in, u.of(x, c.args[0]))...)
	if len(other) > 0 {
		branch.Else().Block(other...)
	}
	b.Add(branch)
	return v
}

// lagValues is lag past NULLs where rows come one after the other: the last values that are not NULL are kept.
func (op *overOp) lagValues(e *overEnv, c *overCall, set func(*emit.Block, emit.Value) []jen.Code, other []jen.Code, n int64) {
	b := e.b
	q := jen.Add(e.p).Dot(c.queue)
	in := b.Inner()
	x := in.Names.Unique("before")
	in.Add(jen.Id(x).Op(":=").Add(q).Dot("At").Call(jen.Add(q).Dot("End").Call().Op("-").Lit(int(n))))
	branch := jen.If(jen.Add(q).Dot("Len").Call().Op(">=").Lit(int(n))).Block(set(in, c.values.read(0, jen.Id(x)))...)
	if len(other) > 0 {
		branch.Else().Block(other...)
	}
	b.Add(branch)
	v := op.u.here(e, c.args[0])
	keep := b.Inner()
	keep.Add(jen.Add(q).Dot("Drop").Call(jen.Add(q).Dot("End").Call().Op("-").Lit(int(n - 1))))
	name := keep.Names.Unique("value")
	keep.Add(jen.Id(name).Op(":=").Add(q).Dot("Push").Call())
	plain := v
	plain.Valid = nil
	c.values.set(keep, 0, jen.Id(name), plain)
	if v.Valid == nil {
		b.Add(keep.Code()...)
		return
	}
	b.Add(jen.If(jen.Add(v.Valid)).Block(keep.Code()...))
}

// lagFar is lag in a partition that is there as a whole: by a distance that the row says, or past NULLs.
func (op *overOp) lagFar(e *overEnv, c *overCall, set func(*emit.Block, emit.Value) []jen.Code, other []jen.Code, n int64, known bool) {
	u, b := op.u, e.b
	step := jen.Lit(int(n))
	in := b
	if !known {
		d := u.here(e, c.args[1])
		name := b.Names.Unique("distance")
		code := d.Arg()
		if c.Name == "LEAD" {
			code = jen.Op("-").Add(d.Expr(emit.PrecUnary))
		}
		if d.Valid != nil { // NULL: the result is NULL
			in = b.Inner()
		}
		in.Add(jen.Id(name).Op(":=").Add(code))
		step = jen.Id(name)
		defer func() {
			if d.Valid != nil {
				b.Add(jen.If(jen.Add(d.Valid)).Block(in.Code()...))
			}
		}()
	}
	place := in.Names.Unique("at")
	then := in.Inner()
	x := u.other(then, "other", e.p, jen.Id(place))
	taken := set(then, u.of(x, c.args[0]))
	if !c.IgnoreNulls {
		in.Add(jen.Id(place).Op(":=").Add(e.i).Op("-").Add(step))
		branch := jen.If(jen.Id(place).Op(">=").Lit(0).Op("&&").Id(place).Op("<").Add(end(e.p))).Block(taken...)
		if len(other) > 0 {
			branch.Else().Block(other...)
		}
		in.Add(branch)
		return
	}
	// Walk from the row until so many values that are not NULL have been seen.
	value := jen.Func().Params(jen.Id("at").Int64()).Bool()
	look := in.Inner()
	look.Names.Take("at")
	y := u.other(look, "other", e.p, jen.Id("at"))
	here := jen.True()
	if valid := u.of(y, c.args[0]).Valid; valid != nil {
		here = jen.Add(valid)
	}
	look.Add(jen.Return(here))
	skip := jen.Qual(emit.Over, "Skip").Call(e.i, step, end(e.p), value.Block(look.Code()...))
	if u.when == plan.AtOnce { // the rows of a buffer
		first := jen.Id("max").Call(jen.Lit(0), jen.Add(e.i).Op("-").Lit(int(op.Buffer-1)))
		skip = jen.Qual(emit.Over, "SkipDownTo").Call(e.i, step, first, value)
	}
	in.Add(jen.List(jen.Id(place), jen.Id(place+"Found")).Op(":=").Add(skip))
	branch := jen.If(jen.Id(place + "Found")).Block(taken...)
	if len(other) > 0 {
		branch.Else().Block(other...)
	}
	in.Add(branch)
}

// rank emits once, for all calls of the unit, the place of the first row that is equal in order to this one, and how many groups of equal rows
// there are up to it.
func (u *overUnit) rank(e *overEnv, what string) emit.Value {
	if len(u.spec.Order) == 0 {
		return emit.Named(types.TInteger, jen.Lit(1))
	}
	if !u.ranked {
		u.ranked = true
		at := jen.Add(e.p).Dot("rows").Dot("At").Call(jen.Add(e.i).Op("-").Lit(1))
		if u.deferred() {
			at = jen.Op("*").Add(at)
		}
		e.b.Add(jen.If(jen.Add(e.i).Op("==").Lit(0).Op("||").Id(u.comparison()).Call(at, e.cur).Op("!=").Lit(0)).Block(
			jen.Add(e.p).Dot("rank").Op("=").Add(e.i).Op("+").Lit(1),
			jen.Add(e.p).Dot("dense").Op("++"),
		))
	}
	return emit.Named(types.TInteger, jen.Add(e.p).Dot(what))
}

// peers emits once the number of rows that are not behind this one in order.
func (u *overUnit) peers(e *overEnv) {
	if u.peered {
		return
	}
	u.peered = true
	peers := jen.Add(e.p).Dot("peers")
	at := jen.Op("*").Add(e.p).Dot("rows").Dot("At").Call(peers)
	e.b.Add(jen.For(jen.Add(peers).Op("<").Add(end(e.p)).Op("&&").Id(u.comparison()).Call(at, e.cur).Op("<=").Lit(0)).Block(jen.Add(peers).Op("++")))
}

// frameValue is x of a row of the frame.
func (op *overOp) frameValue(e *overEnv, c *overCall) emit.Value {
	u, b := op.u, e.b
	lo, hi := op.bounds(e)
	if c.Name == "LAST_VALUE" && op.endsHere() && !c.IgnoreNulls {
		return u.here(e, c.args[0])
	}
	name := b.Names.Unique(emit.Local(c.name))
	v := emit.Named(c.Col.Type, jen.Id(name))
	b.Add(jen.Var().Id(name).Add(emit.GoType(c.Col.Type)))
	if c.Col.Nullable {
		valid := b.Names.Unique(emit.Local(c.name) + "Valid")
		b.Add(jen.Var().Id(valid).Bool())
		v.Valid = jen.Id(valid)
	}
	set := func(in *emit.Block, j *jen.Statement) []jen.Code {
		x := u.other(in, "other", e.p, j)
		(&scope{g: u.t.g}).set(in, v, u.of(x, c.args[0]))
		return in.Code()
	}
	nth := jen.Lit(1)
	var guards []emit.Cond
	if c.Name == "NTH_VALUE" {
		n := u.here(e, c.args[1])
		nth = n.Expr(emit.PrecAdd)
		if n.Valid != nil {
			guards = append(guards, emit.Holds(n.Valid))
		}
	}
	if c.IgnoreNulls {
		look := b.Inner()
		look.Names.Take("at")
		y := u.other(look, "other", e.p, jen.Id("at"))
		here := jen.True()
		if valid := u.of(y, c.args[0]).Valid; valid != nil {
			here = jen.Add(valid)
		}
		look.Add(jen.Return(here))
		place := b.Names.Unique("at")
		from, step := jen.Add(lo).Op("-").Lit(1), jen.Op("-").Add(nth)
		limit := hi
		fn := "Skip"
		if c.Name == "LAST_VALUE" {
			from, step, limit, fn = jen.Add(hi), jen.Lit(1), lo, "SkipDownTo"
		} else if c.Name == "FIRST_VALUE" {
			step = jen.Lit(-1)
		}
		in := b.Inner()
		in.Add(jen.If(jen.List(jen.Id(place), jen.Id("ok")).Op(":=").Qual(emit.Over, fn).
			Call(from, step, limit, jen.Func().Params(jen.Id("at").Int64()).Bool().Block(look.Code()...)), jen.Id("ok")).Block(set(in.Inner(), jen.Id(place))...))
		code := in.Code()
		if c.Name == "NTH_VALUE" {
			guards = append(guards, emit.Cond{Code: jen.Add(nth).Op(">").Lit(0), Prec: emit.PrecCompare})
		}
		if len(guards) > 0 {
			code = []jen.Code{jen.If(emit.And(guards...).Expr(0)).Block(code...)}
		}
		b.Add(code...)
		return v
	}
	place := jen.Add(lo)
	switch c.Name {
	case "LAST_VALUE":
		place = jen.Add(hi).Op("-").Lit(1)
	case "NTH_VALUE":
		place = jen.Add(lo).Op("+").Add(nth).Op("-").Lit(1)
		guards = append(guards, emit.Cond{Code: jen.Add(nth).Op(">").Lit(0), Prec: emit.PrecCompare})
	}
	there := emit.Cond{Code: jen.Add(lo).Op("<").Add(hi), Prec: emit.PrecCompare}
	if c.Name == "NTH_VALUE" {
		there.Code = jen.Add(place).Op("<").Add(hi)
	}
	guards = append(guards, there)
	b.Add(jen.If(emit.And(guards...).Expr(0)).Block(set(b.Inner(), place)...))
	return v
}

// extremum is MIN or MAX over a frame that moves: the row at the front of the queue of those that can still be it.
func (op *overOp) extremum(e *overEnv, c *overCall) emit.Value {
	u, b := op.u, e.b
	q := jen.Add(e.p).Dot(c.queue)
	name := b.Names.Unique(emit.Local(c.name))
	valid := b.Names.Unique(emit.Local(c.name) + "Valid")
	v := emit.Named(c.Col.Type, jen.Id(name)).With(jen.Id(valid))
	b.Add(jen.Var().Id(name).Add(emit.GoType(c.Col.Type)))
	b.Add(jen.Id(valid).Op(":=").Add(q).Dot("Len").Call().Op(">").Lit(0))
	in := b.Inner()
	x := u.other(in, "best", e.p, jen.Op("*").Add(q).Dot("At").Call(jen.Add(q).Dot("First").Call()))
	in.Add(jen.Id(name).Op("=").Add(u.of(x, c.args[0]).Arg()))
	b.Add(jen.If(jen.Id(valid)).Block(in.Code()...))
	return v
}

// distance is a frame's offset as a constant that can be added to the key of the order; whole numbers at the scale of the key.
func distance(key types.Type, offset expr.Expr, negative bool) *jen.Statement {
	l := offset.(*expr.Lit)
	if key.Kind == types.Float {
		f := floatOf(l)
		if negative {
			f = -f
		}
		return jen.Lit(f)
	}
	n := scaledTo(key, l)
	if negative {
		n.Neg(n)
	}
	if key.Kind == types.Decimal && (key.Wide() || n.IsInt64()) {
		return mantissa(n, key)
	}
	if key.Kind == types.Timestamp || key.Kind == types.Interval || key.Kind == types.Time {
		if n.Sign() < 0 {
			return jen.Op("-").Add(duration(-n.Int64()))
		}
		return duration(n.Int64())
	}
	if !n.IsInt64() { // further than any key is
		if n.Sign() < 0 {
			return jen.Op(strconv.FormatInt(math.MinInt64, 10))
		}
		return jen.Op(strconv.FormatInt(math.MaxInt64, 10))
	}
	return jen.Op(strconv.FormatInt(n.Int64(), 10))
}
