package builtin

import (
	"github.com/dave/jennifer/jen"

	"github.com/velostream/veloc/codegen/emit"
	"github.com/velostream/veloc/compiler/types"
)

// How functions of ARRAYs and MAPs are written: in memory that the task uses for each row again, with elements compared by functions.

func lengthOf(c *Call) emit.Value {
	return c.sure(jen.Int64().Parens(jen.Len(c.Args[0].Arg())))
}

// nullWith makes a result NULL only where argument i is.
func nullWith(i int) func(args []types.Arg) bool {
	return func(args []types.Arg) bool { return args[i].CanBeNull() }
}

// withElement makes an ARRAY of one and an element, which may be NULL.
func withElement(fn string, array, elem int) Emitter {
	return func(c *Call) emit.Value {
		args := []jen.Code{c.memory(), nil, nil}
		args[1+array], args[1+elem] = c.elements(array), fieldOf(c.Type.ElemCol(), c.Args[elem])
		if fn == "ArrayRemove" {
			args = append(args, c.ordering(c.Type, "NullsFirst"))
		}
		return emit.Of(c.Type, emit.PrecUnary, symbol(fn).Call(args...)).With(c.Args[array].Valid)
	}
}

// fieldOf is x as it stands in an ARRAY, sharing its memory.
func fieldOf(c types.Col, x emit.Value) *jen.Statement {
	switch {
	case !c.Nullable:
		return x.Arg()
	case isNull(x):
		return emit.FieldType(c).Values()
	case x.Valid == nil:
		return emit.FieldType(c).Values(jen.Id("V").Op(":").Add(x.Arg()), jen.Id("Valid").Op(":").True())
	}
	return emit.FieldType(c).Values(x.Arg(), jen.Add(x.Valid))
}

// nullables is argument i, an ARRAY, as one whose elements can be NULL.
func (c *Call) nullables(i int) *jen.Statement {
	a := c.Args[i]
	if !a.Type.NoNulls {
		return a.Arg()
	}
	memory := c.B.Func.Scratch("elements", jen.Index().Add(emit.RT("Null").Types(emit.GoType(*a.Type.Elem))))
	return symbol("Nullable").Call(jen.Op("&").Add(memory), a.Arg())
}

// both is a function that makes an ARRAY of two by comparing elements.
func both(name string, aliases []string, fn, what, example string) *Function {
	return &Function{
		Name: name, Aliases: aliases, Category: Arrays, Doc: "Returns " + what + ".",
		Overloads: []Overload{over(name+"(a ARRAY<T ORDERED>, b ARRAY<T>) -> ARRAY<T>", func(c *Call) emit.Value {
			return c.sure(symbol(fn).Call(c.memory(), c.elements(0), c.elements(1), c.ordering(c.Type, "NullsFirst")))
		})},
		Examples: ex(name+`(ARRAY[2, 1, 2], ARRAY[1, 3])`, example),
	}
}

// comparingBoth tells something of two ARRAYs by comparing elements.
func comparingBoth(fn string) Emitter {
	return func(c *Call) emit.Value {
		nullable := c.Args[0].Type
		nullable.NoNulls = false
		return c.sure(symbol(fn).Call(c.nullables(0), c.nullables(1), c.ordering(nullable, "NullsFirst")))
	}
}

func sequence(c *Call) emit.Value {
	args := append([]jen.Code{c.memory()}, c.codes()...)
	if len(c.Args) == 2 {
		args = append(args, jen.Lit(1))
	}
	return c.B.Try("sequence", c.Type, symbol("Sequence").Call(args...), c.Args...)
}

func stringToMap(c *Call) emit.Value {
	args := append([]jen.Code{c.memory()}, c.codes()...)
	if len(c.Args) == 1 {
		args = append(args, jen.Lit(","), jen.Lit("="))
	}
	return c.sure(symbol("StringToMap").Call(args...))
}

// elementTotal is the type that SUM gives the elements of an ARRAY, and elementMean the one that AVG gives them.
func elementTotal(p []types.Type, _ []any) types.Type {
	if t := *p[0].Elem; t.Kind == types.Decimal {
		return types.TDecimal(types.MaxPrecision, t.Scale)
	} else if t.Kind == types.Integer {
		return t
	}
	return types.TFloat
}

func elementMean(p []types.Type, _ []any) types.Type {
	if t := *p[0].Elem; t.Kind == types.Decimal {
		more := avgDigits(t)
		return types.TDecimal(t.Precision+more, t.Scale+more)
	}
	return types.TFloat
}

// exactTotal is the sum of an ARRAY of INTEGER or DECIMAL with 128 bits, and the name of its count.
func (c *Call) exactTotal() (total emit.Value, count *jen.Statement) {
	elem := *c.Args[0].Type.Elem
	wide := types.TDecimal(types.MaxPrecision, elem.Scale)
	c.name(0, "values")
	list := c.B.Names.Unique("elements")
	c.B.Add(jen.Id(list).Op(":=").Add(c.nullables(0)))
	n := c.B.Names.Unique("count")
	c.B.Add(jen.Id(n).Op(":=").Add(symbol("ArrayCount")).Call(jen.Id(list)))
	valid := jen.Id(n).Op(">").Lit(0)
	if c.Args[0].Valid != nil {
		valid = emit.And(emit.Holds(c.Args[0].Valid), emit.Cond{Code: valid, Prec: emit.PrecCompare}).Code
	}
	if elem.Wide() {
		return c.B.Try("sum", wide, symbol("ArrayWideSum").Call(jen.Id(list))).With(valid), jen.Id(n)
	}
	sum := c.B.Names.Unique("sum")
	c.B.Add(jen.List(jen.Id(sum), jen.Id("_")).Op(":=").Add(symbol("ArrayExactSum")).Call(jen.Id(list)))
	return emit.Named(wide, jen.Id(sum)).With(valid), jen.Id(n)
}

func arraySum(c *Call) emit.Value {
	switch c.Type.Kind {
	case types.Float:
		return c.B.Maybe("sum", c.Type, symbol("ArraySum").Call(c.floats()), c.Args...)
	case types.Integer:
		sum, _ := c.exactTotal()
		return c.B.Try("total", c.Type, symbol("SumInteger").Call(sum.Arg()), sum)
	}
	sum, _ := c.exactTotal()
	return sum
}

func arrayAvg(c *Call) emit.Value {
	switch elem := *c.Args[0].Type.Elem; elem.Kind {
	case types.Integer:
		sum, n := c.exactTotal()
		return emit.Of(c.Type, emit.PrecUnary, symbol("MeanInteger").Call(sum.Arg(), n)).With(sum.Valid)
	case types.Decimal:
		sum, n := c.exactTotal()
		mean := c.B.Try("mean", types.TDecimal(types.MaxPrecision, c.Type.Scale), symbol("MeanDecimal").Call(sum.Arg(), n, jen.Lit(c.Type.Scale-elem.Scale)), sum)
		return emit.Of(c.Type, emit.PrecUnary, mantissa(c.Type, mean.Arg())).With(mean.Valid)
	}
	return c.B.Maybe("mean", c.Type, symbol("ArrayAvg").Call(c.floats()), c.Args...)
}

// floats is argument 0 as an ARRAY of FLOATs that can be NULL; of a bare NULL it is none.
func (c *Call) floats() *jen.Statement {
	if c.Args[0].Type.Elem.Kind != types.Float {
		return jen.Nil()
	}
	return c.nullables(0)
}

func firstType(p []types.Type, _ []any) types.Type { return p[0] }

// memory is where the task keeps an ARRAY of the result type, for each row again.
func (c *Call) memory() *jen.Statement {
	return jen.Op("&").Add(c.B.Func.Scratch("array", emit.GoType(c.Type)))
}

// elements is argument i, an ARRAY, as one whose elements can be NULL if those of the result can.
func (c *Call) elements(i int) *jen.Statement {
	a := c.Args[i]
	if !a.Type.NoNulls || c.Type.NoNulls {
		return a.Arg()
	}
	elem := emit.GoType(*a.Type.Elem)
	memory := c.B.Func.Scratch("elements", jen.Index().Add(emit.RT("Null").Types(elem)))
	return symbol("Nullable").Call(jen.Op("&").Add(memory), a.Arg())
}

// ordering is a package-level variable that orders elements of an ARRAY type, with NULL before or behind all values where it can be one.
func (c *Call) ordering(t types.Type, nulls string) *jen.Statement {
	if t.NoNulls {
		return c.B.Comparator(*t.Elem)
	}
	return c.B.Static("elementOrder", nulls+t.String(), symbol(nulls).Call(c.B.Comparator(*t.Elem)))
}

// comparing makes an ARRAY of another by comparing elements.
func comparing(fn string) Emitter {
	return func(c *Call) emit.Value {
		return c.sure(symbol(fn).Call(c.memory(), c.Args[0].Arg(), c.ordering(c.Args[0].Type, "NullsFirst")))
	}
}

// searching looks for argument 1 in the ARRAY that is argument 0.
func searching(fn string) Emitter {
	return func(c *Call) emit.Value {
		a, x := c.Args[0], c.Args[1]
		code := x.Arg()
		if !a.Type.NoNulls {
			code = emit.RT("Null").Types(emit.GoType(x.Type)).Values(jen.Id("V").Op(":").Add(x.Arg()), jen.Id("Valid").Op(":").True())
		}
		return c.sure(symbol(fn).Call(a.Arg(), code, c.ordering(a.Type, "NullsFirst")))
	}
}

// extremeOf is ARRAY_MIN or ARRAY_MAX: NULLs are where they are not found, unless there is nothing else.
func extremeOf(fn, nulls string) Emitter {
	return func(c *Call) emit.Value {
		a := c.Args[0]
		find := symbol(fn).Call(a.Arg(), c.ordering(a.Type, nulls))
		if a.Type.NoNulls {
			return c.B.Maybe("best", c.Type, find, a)
		}
		name := c.B.Names.Unique("best")
		c.B.Add(jen.List(jen.Id(name), jen.Id("_")).Op(":=").Add(find))
		v := emit.Field(types.Col{Type: c.Type, Nullable: true}, jen.Id(name))
		return v.With(emit.AllValid(v, a))
	}
}
