package codegen

import (
	"github.com/dave/jennifer/jen"

	"github.com/velostream/veloc/codegen/emit"
	"github.com/velostream/veloc/compiler/expr"
	"github.com/velostream/veloc/compiler/types"
)

// cast converts a value to the node's type. Conversions that can fail reject the row, or yield NULL for TRY_CAST.
func (s *scope) cast(b *emit.Block, e *expr.Cast) emit.Value {
	x := s.value(b, e.X)
	b.Func.At = e.Span()
	if x.IsConst && x.Const == nil {
		return literal(&expr.Lit{Node: e.Node})
	}
	c := &conversion{b: b, x: x, to: e.T.Type, try: e.Try, implicit: e.Implicit}
	if x.Type.Equal(e.T.Type) {
		return x
	}
	v := c.convert()
	if !e.T.Nullable {
		v.Valid = nil
	}
	return v
}

// conversion is one entry of the CAST matrix as code.
type conversion struct {
	b   *emit.Block
	x   emit.Value
	to  types.Type
	try bool

	implicit bool
}

// sure is a conversion that always succeeds.
func (c *conversion) sure(prec int, code *jen.Statement) emit.Value {
	return emit.Of(c.to, prec, code).With(c.x.Valid)
}

// call applies a function that always succeeds.
func (c *conversion) call(pkg, fn string, more ...jen.Code) emit.Value {
	return c.sure(emit.PrecUnary, jen.Qual(pkg, fn).Call(append([]jen.Code{c.x.Arg()}, more...)...))
}

// fallible applies a function that returns a value and an error.
func (c *conversion) fallible(pkg, fn string, more ...jen.Code) emit.Value {
	return c.attempt(jen.Qual(pkg, fn).Call(append([]jen.Code{c.x.Arg()}, more...)...))
}

func (c *conversion) attempt(call *jen.Statement) emit.Value {
	if c.try {
		return c.b.Maybe("cast", c.to, emit.RT("OK").Call(call), c.x)
	}
	return c.b.Try("cast", c.to, call, c.x)
}

// text applies a function that writes its result into the arena.
func (c *conversion) text(fn string, more ...jen.Code) emit.Value {
	args := append([]jen.Code{c.b.Arena(), c.x.Arg()}, more...)
	return c.sure(emit.PrecUnary, jen.Qual(emit.SQLFn, fn).Call(args...))
}

func (c *conversion) convert() emit.Value {
	if c.x.Type.Kind == types.Null {
		return literal(&expr.Lit{Node: expr.Node{T: types.Col{Type: c.to, Nullable: true}}})
	}
	switch c.to.Kind {
	case types.Integer:
		return c.toInteger()
	case types.Float:
		return c.toFloat()
	case types.Decimal:
		return c.toDecimal()
	case types.String:
		return c.toText()
	case types.Boolean:
		return c.toBoolean()
	case types.JSON:
		if c.x.Type.Kind == types.String {
			return c.attempt(jen.Qual(emit.JSON, "Compact").Call(c.b.Arena(), c.x.Arg()))
		}
		return c.toJSON()
	case types.Array, types.Map, types.Struct:
		return c.toNested()
	case types.UUID, types.Bytes:
		return c.toBytes()
	case types.YearMonth:
		return c.toMonths()
	}
	return c.toTime()
}

// toBytes converts to BYTES and to UUID.
func (c *conversion) toBytes() emit.Value {
	from, uuid := c.x.Type.Kind, c.to.Kind == types.UUID
	switch {
	case from == types.JSON:
		return c.fromJSON()
	case from == types.String && uuid:
		return c.fallible(emit.SQLFn, "CastStringToUUID")
	case from == types.Bytes && uuid:
		return c.fallible(emit.SQLFn, "CastBytesToUUID")
	case from == types.UUID && !uuid:
		return c.text("UUIDToBytes")
	case from == types.String:
		return c.sure(c.x.Prec, c.x.Arg())
	}
	return c.unsupported()
}

// toMonths converts to INTERVAL YEAR TO MONTH.
func (c *conversion) toMonths() emit.Value {
	switch c.x.Type.Kind {
	case types.Integer:
		return c.sure(c.x.Prec, c.x.Arg())
	case types.String:
		return c.fallible(emit.SQLFn, "CastStringToMonths")
	case types.JSON:
		return c.fromJSON()
	}
	return c.unsupported()
}

func (c *conversion) unsupported() emit.Value {
	panic("bug: no conversion from " + c.x.Type.String() + " to " + c.to.String())
}

func (c *conversion) toInteger() emit.Value {
	switch c.x.Type.Kind {
	case types.Float:
		return c.fallible(emit.SQLFn, "CastFloatToInteger")
	case types.Decimal:
		if c.x.Type.Wide() {
			return c.fallible(emit.Decimal, "ToIntegerWide", jen.Lit(c.x.Type.Scale))
		}
		return c.call(emit.Decimal, "ToInteger", jen.Lit(c.x.Type.Scale))
	case types.String:
		return c.fallible(emit.SQLFn, "CastStringToInteger")
	case types.Boolean:
		return c.call(emit.SQLFn, "BooleanToInteger")
	case types.JSON:
		return c.fromJSON()
	case types.YearMonth:
		return c.sure(c.x.Prec, c.x.Arg())
	case types.Timestamp, types.Interval, types.Time:
		return c.call(emit.SQLFn, "Millis")
	case types.Date:
		return c.sure(emit.PrecUnary, jen.Qual(emit.SQLFn, "Millis").Call(jen.Qual(emit.SQLFn, "DateToTimestamp").Call(c.x.Arg())))
	}
	return c.unsupported()
}

func (c *conversion) toFloat() emit.Value {
	switch c.x.Type.Kind {
	case types.Integer:
		return c.sure(emit.PrecUnary, jen.Float64().Parens(c.x.Arg()))
	case types.Decimal:
		if c.x.Type.Wide() {
			return c.sure(emit.PrecUnary, c.x.Expr(emit.PrecUnary).Dot("Float").Call(jen.Lit(c.x.Type.Scale)))
		}
		return c.call(emit.Decimal, "Float", jen.Lit(c.x.Type.Scale))
	case types.String:
		return c.fallible(emit.SQLFn, "CastStringToFloat")
	case types.Boolean:
		return c.call(emit.SQLFn, "BooleanToFloat")
	case types.JSON:
		return c.fromJSON()
	case types.Timestamp, types.Interval, types.Time:
		return c.call(emit.SQLFn, "MillisFloat")
	case types.Date:
		return c.sure(emit.PrecUnary, jen.Qual(emit.SQLFn, "MillisFloat").Call(jen.Qual(emit.SQLFn, "DateToTimestamp").Call(c.x.Arg())))
	}
	return c.unsupported()
}

func (c *conversion) toDecimal() emit.Value {
	p, scale := jen.Lit(c.to.Precision), jen.Lit(c.to.Scale)
	switch c.x.Type.Kind {
	case types.Decimal:
		return c.rescale()
	case types.JSON:
		return c.fromJSON()
	case types.Timestamp, types.Interval, types.Time, types.Date:
		n := &conversion{b: c.b, x: c.x, to: types.TInteger}
		i := n.toInteger()
		i.Valid = c.x.Valid
		return (&conversion{b: c.b, x: i, to: c.to, try: c.try}).toDecimal()
	case types.Integer:
		if c.to.Precision-c.to.Scale >= 19 {
			v := c.x
			v.Type = types.TDecimal(types.MaxNarrow, 0)
			return c.sure(emit.PrecUnary, widened(v, c.to.Scale))
		}
		if c.to.Wide() {
			return c.attempt(jen.Qual(emit.Decimal, "Rescale").Call(jen.Qual(emit.Decimal, "Wide").Call(c.x.Arg()), jen.Lit(0), p, scale))
		}
		return c.fallible(emit.Decimal, "FromInteger", p, scale)
	case types.Float:
		return c.fallible(emit.Decimal, c.wide("FromFloat"), p, scale)
	case types.String:
		return c.fallible(emit.SQLFn, c.wide("CastStringToDecimal"), p, scale)
	case types.Boolean:
		n := c.x
		n.Type, n.Code, n.Prec, n.Plain = types.TInteger, jen.Qual(emit.SQLFn, "BooleanToInteger").Call(c.x.Arg()), emit.PrecUnary, false
		return (&conversion{b: c.b, x: n, to: c.to, try: c.try}).toDecimal()
	}
	return c.unsupported()
}

func (c *conversion) wide(fn string) string {
	if c.to.Wide() {
		return fn + "Wide"
	}
	return fn
}

// rescale converts between DECIMALs: up is exact, down rounds half away from zero.
func (c *conversion) rescale() emit.Value {
	from, to := c.x.Type, c.to
	grows := to.Scale >= from.Scale && to.Precision-to.Scale >= from.Precision-from.Scale
	p, scale := jen.Lit(to.Precision), jen.Lit(to.Scale)
	switch {
	case grows && to.Wide():
		return c.sure(emit.PrecUnary, widened(c.x, to.Scale))
	case grows:
		return c.sure(emit.PrecMul, rescaled(c.x, to.Scale, emit.PrecMul))
	case to.Wide():
		return c.attempt(jen.Qual(emit.Decimal, "Rescale").Call(widened(c.x, from.Scale), jen.Lit(from.Scale), p, scale))
	case from.Wide():
		return c.attempt(jen.Qual(emit.Decimal, "RescaleTo64").Call(c.x.Arg(), jen.Lit(from.Scale), p, scale))
	}
	return c.attempt(jen.Qual(emit.Decimal, "Rescale64").Call(c.x.Arg(), jen.Lit(from.Scale), p, scale))
}

func (c *conversion) toText() emit.Value {
	switch c.x.Type.Kind {
	case types.Integer:
		return c.text("IntegerToString")
	case types.Float:
		return c.text("FloatToString")
	case types.Decimal:
		if c.x.Type.Wide() {
			return c.text("DecimalWideToString", jen.Lit(c.x.Type.Scale))
		}
		return c.text("DecimalToString", jen.Lit(c.x.Type.Scale))
	case types.Boolean:
		return c.call(emit.SQLFn, "BooleanToString")
	case types.Date:
		return c.text("DateToString")
	case types.Time:
		return c.text("TimeToString")
	case types.Timestamp:
		return c.text("TimestampToString")
	case types.Interval:
		return c.text("IntervalToString")
	case types.Bytes:
		return c.fallible(emit.SQLFn, "CastBytesToString")
	case types.JSON:
		return c.sure(c.x.Prec, c.x.Arg())
	case types.UUID:
		return c.text("UUIDToString")
	case types.YearMonth:
		return c.text("MonthsToString")
	case types.Array, types.Map, types.Struct:
		return c.toJSON()
	}
	return c.unsupported()
}

func (c *conversion) toBoolean() emit.Value {
	switch c.x.Type.Kind {
	case types.JSON:
		return c.fromJSON()
	case types.String:
		return c.fallible(emit.SQLFn, "CastStringToBoolean")
	case types.Integer, types.Float:
		return c.sure(emit.PrecCompare, c.x.Expr(emit.PrecCompare+1).Op("!=").Lit(0))
	case types.Decimal:
		if c.x.Type.Wide() {
			return c.sure(emit.PrecCompare, c.x.Expr(emit.PrecUnary).Dot("Sign").Call().Op("!=").Lit(0))
		}
		return c.sure(emit.PrecCompare, c.x.Expr(emit.PrecCompare+1).Op("!=").Lit(0))
	}
	return c.unsupported()
}

// toTime converts to DATE, TIME, TIMESTAMP and INTERVAL. Numbers are milliseconds.
func (c *conversion) toTime() emit.Value {
	from := c.x.Type.Kind
	switch {
	case from == types.JSON:
		return c.fromJSON()
	case from == types.String:
		return c.fallible(emit.SQLFn, map[types.Kind]string{types.Timestamp: "CastStringToTimestamp", types.Date: "CastStringToDate",
			types.Time: "CastStringToTime", types.Interval: "CastStringToInterval"}[c.to.Kind])
	case from == types.Date && c.to.Kind == types.Timestamp && c.implicit: // beyond the years of a TIMESTAMP it saturates: order is kept
		return c.call(emit.SQLFn, "DateToTimestamp")
	case from == types.Date && c.to.Kind == types.Timestamp:
		return c.fallible(emit.SQLFn, "CastDateToTimestamp")
	case from == types.Timestamp && c.to.Kind == types.Date:
		return c.call(emit.SQLFn, "DateOf")
	case from == types.Timestamp && c.to.Kind == types.Time:
		return c.call(emit.SQLFn, "TimeOf")
	case from == types.Integer && (c.to.Kind == types.Timestamp || c.to.Kind == types.Interval):
		return c.fallible(emit.SQLFn, "FromMillis")
	case from == types.Time && c.to.Kind == types.Interval:
		return c.sure(c.x.Prec, c.x.Arg())
	case (from == types.Float || from == types.Decimal) && (c.to.Kind == types.Timestamp || c.to.Kind == types.Interval):
		n := &conversion{b: c.b, x: c.x, to: types.TInteger, try: c.try}
		return (&conversion{b: c.b, x: n.toInteger(), to: c.to, try: c.try}).toTime()
	}
	return c.unsupported()
}
