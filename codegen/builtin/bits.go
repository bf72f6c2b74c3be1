package builtin

import (
	"github.com/dave/jennifer/jen"

	"github.com/velostream/veloc/codegen/emit"
)

// bitFunctions see INTEGER as 64 bits in two's complement.
var bitFunctions = []*Function{
	bitwise("BITWISE_AND", []string{"BITAND"}, "&", emit.PrecMul, "the bits that are 1 in a and in b", `8`),
	bitwise("BITWISE_OR", []string{"BITOR"}, "|", emit.PrecAdd, "the bits that are 1 in a or in b", `14`),
	bitwise("BITWISE_XOR", []string{"BITXOR", "XOR"}, "^", emit.PrecAdd, "the bits that are 1 in either a or b", `6`),
	{
		Name: "BITWISE_NOT", Aliases: []string{"BITNOT"}, Category: Bits, Doc: "Returns x with every bit inverted: -x - 1.",
		Overloads: []Overload{over("BITWISE_NOT(x INTEGER) -> INTEGER", func(c *Call) emit.Value {
			return c.sure(jen.Op("^").Add(c.Args[0].Expr(emit.PrecUnary)))
		})},
		Examples: ex(`BITWISE_NOT(5)`, `-6`),
	},
	{
		Name: "SHIFT_LEFT", Aliases: []string{"SHIFTLEFT", "BITWISE_LEFT_SHIFT", "LSHIFT"}, Category: Bits,
		Doc:       "Returns x moved n bits to the left; a negative n moves to the right. Bits that leave are lost.",
		Overloads: []Overload{over("SHIFT_LEFT(x INTEGER, n INTEGER) -> INTEGER", call("ShiftLeft"))},
		Examples:  ex(`SHIFT_LEFT(3, 4)`, `48`),
	},
	{
		Name: "SHIFT_RIGHT", Aliases: []string{"SHIFTRIGHT", "BITWISE_RIGHT_SHIFT", "RSHIFT"}, Category: Bits,
		Doc:       "Returns x moved n bits to the right, filled with copies of the sign; a negative n moves to the left.",
		Overloads: []Overload{over("SHIFT_RIGHT(x INTEGER, n INTEGER) -> INTEGER", call("ShiftRight"))},
		Examples:  ex(`SHIFT_RIGHT(48, 4)`, `3`, `SHIFT_RIGHT(-16, 2)`, `-4`),
	},
	{
		Name: "SHIFT_RIGHT_UNSIGNED", Aliases: []string{"SHIFTRIGHTUNSIGNED"}, Category: Bits,
		Doc:       "Returns x moved n bits to the right, filled with zeros; a negative n moves to the left.",
		Overloads: []Overload{over("SHIFT_RIGHT_UNSIGNED(x INTEGER, n INTEGER) -> INTEGER", call("ShiftRightLogical"))},
		Examples:  ex(`SHIFT_RIGHT_UNSIGNED(-1, 60)`, `15`),
	},
	{
		Name: "BIT_COUNT", Category: Bits, Doc: "Returns the number of bits of x that are 1.",
		Overloads: []Overload{over("BIT_COUNT(x INTEGER) -> INTEGER", call("BitCount"))},
		Examples:  ex(`BIT_COUNT(7)`, `3`, `BIT_COUNT(-1)`, `64`),
	},
	{
		Name: "GET_BIT", Aliases: []string{"GETBIT"}, Category: Bits, Doc: "Returns bit n of x, 0 or 1. Bit 0 is the least significant one.",
		Overloads: []Overload{over("GET_BIT(x INTEGER, n INTEGER) -> INTEGER", try("GetBit"))},
		Examples:  ex(`GET_BIT(4, 2)`, `1`),
	},
	{
		Name: "SET_BIT", Category: Bits, Doc: "Returns x with bit n set to bit, 0 or 1. Bit 0 is the least significant one.",
		Overloads: []Overload{over("SET_BIT(x INTEGER, n INTEGER, bit INTEGER) -> INTEGER", try("SetBit"))},
		Examples:  ex(`SET_BIT(0, 3, 1)`, `8`, `SET_BIT(15, 0, 0)`, `14`),
	},
}

func bitwise(name string, aliases []string, op string, prec int, what, example string) *Function {
	return &Function{
		Name: name, Aliases: aliases, Category: Bits, Doc: "Returns " + what + ".",
		Overloads: []Overload{over(name+"(a INTEGER, b INTEGER) -> INTEGER", func(c *Call) emit.Value {
			a, b := c.Args[0], c.Args[1]
			if a.IsConst && b.IsConst { // two untyped Go constants would make a third
				a.Code, a.Prec = typed(a), emit.PrecUnary
			}
			v := emit.Of(c.Type, prec, a.Expr(prec).Op(op).Add(b.Expr(prec+1)))
			return v.With(emit.AllValid(a, b))
		})},
		Examples: ex(name+`(12, 10)`, example),
	}
}
