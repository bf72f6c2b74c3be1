package builtin

import (
	"github.com/dave/jennifer/jen"

	"github.com/velostream/veloc/codegen/emit"
)

// randomFunctions give another result at each call, so that a job that is run again gives other results.
var randomFunctions = []*Function{
	{
		Name: "RANDOM", Aliases: []string{"RAND"}, Category: Random, Volatile: true,
		Doc: "Returns a random FLOAT, at least 0 and below 1.",
		Overloads: []Overload{over("RANDOM() -> FLOAT NOT NULL", func(c *Call) emit.Value {
			return emit.Of(c.Type, emit.PrecUnary, jen.Qual("math/rand/v2", "Float64").Call())
		})},
	},
	{
		Name: "RAND_INTEGER", Category: Random, Volatile: true,
		Doc:       "Returns a random INTEGER, at least 0 and below n. An n below 1 is an error.",
		Overloads: []Overload{over("RAND_INTEGER(n INTEGER) -> INTEGER", try("RandInteger"))},
	},
	{
		Name: "UUID", Aliases: []string{"GEN_RANDOM_UUID", "UUID_V4"}, Category: Random, Volatile: true,
		Doc: "Returns a random UUID (RFC 9562, version 4).",
		Overloads: []Overload{over("UUID() -> UUID NOT NULL", func(c *Call) emit.Value {
			return emit.Of(c.Type, emit.PrecUnary, symbol("NewUUID").Call())
		})},
	},
	{
		Name: "UUID_V7", Aliases: []string{"UUIDV7"}, Category: Random, Volatile: true,
		Doc: "Returns a UUID whose order is that of time (RFC 9562, version 7): the current time in milliseconds, and random bits.",
		Overloads: []Overload{over("UUID_V7() -> UUID NOT NULL", func(c *Call) emit.Value {
			return emit.Of(c.Type, emit.PrecUnary, symbol("NewUUIDv7").Call(now(c).Arg()))
		})},
	},
	{
		Name: "UUID_TIMESTAMP", Category: Random,
		Doc: "Returns the time that a UUID of version 7 holds, to the millisecond; NULL if it is of another version.",
		Overloads: []Overload{over("UUID_TIMESTAMP(id UUID) -> TIMESTAMP NULL", func(c *Call) emit.Value {
			return c.B.Maybe("instant", c.Type, symbol("UUIDTime").Call(c.Args[0].Arg()), c.Args[0])
		})},
		Examples: ex(`UUID_TIMESTAMP('017f22e2-79b0-7cc3-98c4-dc0c0c07398f')`, `TIMESTAMP '2022-02-22 19:22:22'`, `UUID_TIMESTAMP('919108f7-52d1-4320-9bac-f847db4148a8')`, `NULL`),
	},
}
