package builtin

import (
	"github.com/dave/jennifer/jen"

	"github.com/velostream/veloc/codegen/emit"
)

// numberFunctions count, test and write numbers.
var numberFunctions = []*Function{
	{
		Name: "DIV", Category: Math,
		Doc:       "Returns the whole quotient of a and b, cut towards zero. Division by zero is NULL, or an error if 'division.by.zero' = 'error'.",
		Overloads: []Overload{over("DIV(a INTEGER, b INTEGER) -> INTEGER NULL", div).nullable(divisible)},
		Examples:  ex(`DIV(7, 2)`, `3`, `DIV(-7, 2)`, `-3`, `DIV(7, 0)`, `NULL`),
	},
	{
		Name: "GCD", Aliases: []string{"GREATEST_COMMON_DIVISOR"}, Category: Math, Doc: "Returns the greatest common divisor of a and b, never negative.",
		Overloads: []Overload{over("GCD(a INTEGER, b INTEGER) -> INTEGER", try("Gcd"))},
		Examples:  ex(`GCD(42, 57)`, `3`, `GCD(0, -5)`, `5`),
	},
	{
		Name: "LCM", Aliases: []string{"LEAST_COMMON_MULTIPLE"}, Category: Math, Doc: "Returns the least common multiple of a and b, never negative; 0 if one of them is 0.",
		Overloads: []Overload{over("LCM(a INTEGER, b INTEGER) -> INTEGER", try("Lcm"))},
		Examples:  ex(`LCM(42, 57)`, `798`, `LCM(0, 3)`, `0`),
	},
	{
		Name: "FACTORIAL", Category: Math, Doc: "Returns n!, the product of 1 to n. An n below 0 or above 20 is an error.",
		Overloads: []Overload{over("FACTORIAL(n INTEGER) -> INTEGER", try("Factorial"))},
		Examples:  ex(`FACTORIAL(5)`, `120`, `FACTORIAL(0)`, `1`),
	},
	ofFloat("GAMMA", "Returns Euler's gamma function of x, which is (x - 1)! of whole numbers.", try("Gamma"), `GAMMA(5)`, `24e0`),
	ofFloat("LGAMMA", "Returns the natural logarithm of the magnitude of GAMMA(x).", try("Lgamma"), `LGAMMA(1)`, `0e0`),
	ofFloat("ERF", "Returns the error function of x.", call("math.Erf"), `ERF(0)`, `0e0`),
	ofFloat("ERFC", "Returns 1 - ERF(x), exactly also where that is small.", call("math.Erfc"), `ERFC(0)`, `1e0`),
	ofFloat("LOG1P", "Returns the natural logarithm of 1 + x, exactly also where x is small. An x of -1 or less is an error.", try("Log1p"), `LOG1P(0)`, `0e0`),
	ofFloat("EXPM1", "Returns e to the power of x, minus 1, exactly also where x is small.", try("Expm1"), `EXPM1(0)`, `0e0`),
	ofFloat("SQUARE", "Returns x times x.", try("Square"), `SQUARE(1.5)`, `2.25e0`),
	{
		Name: "HYPOT", Category: Math, Doc: "Returns the length of the hypotenuse over the legs x and y: the root of the sum of their squares.",
		Overloads: []Overload{over("HYPOT(x FLOAT, y FLOAT) -> FLOAT", call("math.Hypot"))},
		Examples:  ex(`HYPOT(3, 4)`, `5e0`),
	},
	ofFloat("EVEN", "Returns x rounded away from zero to the next even integer.", call("Even"), `EVEN(2.1)`, `4e0`, `EVEN(-3)`, `-4e0`),
	{
		Name: "ROUND_EVEN", Aliases: []string{"BROUND"}, Category: Math,
		Doc: "Rounds x to n digits after the point (none, if n is left out); a number in the middle goes to the even neighbour, as banks round.",
		Overloads: []Overload{
			over("ROUND_EVEN(x FLOAT) -> FLOAT", call("math.RoundToEven")),
			over("ROUND_EVEN(x FLOAT, n INTEGER) -> FLOAT", call("RoundEven")),
		},
		Examples: ex(`ROUND_EVEN(2.5)`, `2e0`, `ROUND_EVEN(3.5)`, `4e0`, `ROUND_EVEN(0.125, 2)`, `0.12e0`),
	},
	{
		Name: "WIDTH_BUCKET", Category: Math,
		Doc:       "Returns the number, from 1 to n, of the one of n equally wide buckets between low and high in which x lies; 0 below them, n + 1 at high and above. With low above high they go down.",
		Overloads: []Overload{over("WIDTH_BUCKET(x FLOAT, low FLOAT, high FLOAT, n INTEGER) -> INTEGER", try("WidthBucket"))},
		Examples:  ex(`WIDTH_BUCKET(5.35, 0.024, 10.06, 5)`, `3`, `WIDTH_BUCKET(-1, 0, 10, 5)`, `0`, `WIDTH_BUCKET(10, 0, 10, 5)`, `6`),
	},
	{
		Name: "E", Category: Math, Doc: "Returns 2.718281828459045.",
		Overloads: []Overload{over("E() -> FLOAT NOT NULL", func(c *Call) emit.Value {
			return emit.Of(c.Type, emit.PrecUnary, jen.Float64().Parens(jen.Qual("math", "E")))
		})},
		Examples: ex(`E()`, `2.718281828459045e0`),
	},
	{
		Name: "ISNAN", Aliases: []string{"IS_NAN"}, Category: Math, Doc: "Tells whether x is the FLOAT that is not a number.",
		Overloads: []Overload{over("ISNAN(x FLOAT) -> BOOLEAN", call("math.IsNaN"))},
		Examples:  ex(`ISNAN(1.5)`, `FALSE`),
	},
	{
		Name: "ISINF", Aliases: []string{"IS_INFINITE"}, Category: Math, Doc: "Tells whether x is an infinite FLOAT.",
		Overloads: []Overload{over("ISINF(x FLOAT) -> BOOLEAN", call("IsInf"))},
		Examples:  ex(`ISINF(1.5)`, `FALSE`),
	},
	{
		Name: "ISFINITE", Aliases: []string{"IS_FINITE"}, Category: Math, Doc: "Tells whether x is neither infinite nor the FLOAT that is not a number.",
		Overloads: []Overload{over("ISFINITE(x FLOAT) -> BOOLEAN", call("IsFinite"))},
		Examples:  ex(`ISFINITE(1.5)`, `TRUE`),
	},
	{
		Name: "FORMAT_NUMBER", Category: Math,
		Doc: "Returns x with n digits after the point, rounded half away from zero, and commas between groups of three digits before it.",
		Overloads: []Overload{
			over("FORMAT_NUMBER(x INTEGER, n INTEGER) -> STRING", tryArena("FormatInteger")),
			over("FORMAT_NUMBER(x DECIMAL, n INTEGER) -> STRING", func(c *Call) emit.Value {
				x := c.Args[0]
				return c.B.Try("formatted", c.Type, symbol("FormatDecimal").Call(c.B.Arena(), wide(x), jen.Lit(x.Type.Scale), c.Args[1].Arg()), c.Args...)
			}),
			over("FORMAT_NUMBER(x FLOAT, n INTEGER) -> STRING", tryArena("FormatNumber")),
		},
		Examples: ex(`FORMAT_NUMBER(1234567.891, 2)`, `'1,234,567.89'`, `FORMAT_NUMBER(-1234, 0)`, `'-1,234'`, `FORMAT_NUMBER(12, 1)`, `'12.0'`),
	},
	formatBytes("FORMAT_BYTES", []string{"FORMAT_READABLE_SIZE"}, true, "powers of 1024 (KiB, MiB, …)", `'1.5 KiB'`),
	formatBytes("FORMAT_BYTES_DECIMAL", []string{"FORMAT_READABLE_DECIMAL_SIZE"}, false, "powers of 1000 (kB, MB, …)", `'1.5 kB'`),
	{
		Name: "SCALE", Category: Math, Doc: "Returns the number of digits after the point that the type of x has.",
		Overloads: []Overload{over("SCALE(x DECIMAL) -> INTEGER", func(c *Call) emit.Value {
			return c.sure(jen.Int64().Parens(jen.Lit(c.Args[0].Type.Scale)))
		})},
		Examples: ex(`SCALE(8.4100)`, `4`),
	},
}

func formatBytes(name string, aliases []string, binary bool, what, example string) *Function {
	return &Function{
		Name: name, Aliases: aliases, Category: Math, Doc: "Returns a number of bytes in a unit of " + what + " that people read.",
		Overloads: []Overload{over(name+"(n INTEGER) -> STRING", func(c *Call) emit.Value {
			return c.sure(symbol("FormatBytes").Call(c.B.Arena(), c.Args[0].Arg(), jen.Lit(binary)))
		})},
		Examples: ex(name+`(1536)`, example, name+`(12)`, `'12 bytes'`),
	}
}
