package builtin

import (
	"fmt"

	"github.com/dave/jennifer/jen"

	"github.com/velostream/veloc/codegen/emit"
	"github.com/velostream/veloc/compiler/types"
)

// arrayFunctions work on ARRAYs and MAPs. Elements are counted from 1.
var arrayFunctions = []*Function{
	{
		Name: "ARRAY_LENGTH", Aliases: []string{"CARDINALITY", "ARRAY_SIZE"}, Category: Arrays,
		Doc:       "Returns the number of elements of an ARRAY, or of entries of a MAP.",
		Overloads: []Overload{over("ARRAY_LENGTH(a ARRAY) -> INTEGER", lengthOf), over("ARRAY_LENGTH(m MAP) -> INTEGER", lengthOf)},
		Examples:  ex(`ARRAY_LENGTH(ARRAY[1, NULL, 3])`, `3`, `CARDINALITY(MAP['a', 1])`, `1`),
	},
	{
		Name: "ARRAY_CONTAINS", Aliases: []string{"ARRAY_HAS", "LIST_CONTAINS"}, Category: Arrays,
		Doc:       "Tells whether an element of a equals x.",
		Overloads: []Overload{over("ARRAY_CONTAINS(a ARRAY<T ORDERED>, x T) -> BOOLEAN", searching("ArrayContains"))},
		Examples:  ex(`ARRAY_CONTAINS(ARRAY['a', 'b'], 'b')`, `TRUE`, `ARRAY_CONTAINS(ARRAY[1.5, 2.5], 2)`, `FALSE`),
	},
	{
		Name: "ARRAY_POSITION", Aliases: []string{"ARRAY_INDEXOF", "LIST_POSITION"}, Category: Arrays,
		Doc:       "Returns the place of the first element that equals x, counted from 1, or 0 if there is none.",
		Overloads: []Overload{over("ARRAY_POSITION(a ARRAY<T ORDERED>, x T) -> INTEGER", searching("ArrayPosition"))},
		Examples:  ex(`ARRAY_POSITION(ARRAY[3, NULL, 7], 7)`, `3`, `ARRAY_POSITION(ARRAY[3, 7], 4)`, `0`),
	},
	{
		Name: "ARRAY_ANY", Category: Arrays,
		Doc: "Tells whether x compares with some element of a as x = ANY (a) does: '=', '<>', '<', '<=', '>' or '>='. NULL if a NULL leaves it open.",
		Overloads: []Overload{over("ARRAY_ANY(a ARRAY<T ORDERED>, comparison STRING LITERAL, x T) -> BOOLEAN NULL", anyElement).check(knownComparison).
			nullable(func(args []types.Arg) bool {
				return args[0].CanBeNull() || args[2].CanBeNull() || args[0].Type.Kind != types.Array || !args[0].Type.NoNulls
			})},
		Examples: ex(`ARRAY_ANY(ARRAY[1, 5], '<', 4)`, `TRUE`, `4 >= ANY (ARRAY_SORT(ARRAY[9, 5]))`, `FALSE`, `ARRAY_ANY(ARRAY[1, NULL], '=', 4)`, `NULL`),
	},
	{
		Name: "ARRAY_DISTINCT", Aliases: []string{"LIST_DISTINCT"}, Category: Arrays,
		Doc:       "Returns the different elements of a, in the order in which they come first.",
		Overloads: []Overload{over("ARRAY_DISTINCT(a ARRAY<T ORDERED>) -> ARRAY<T>", comparing("ArrayDistinct"))},
		Examples:  ex(`ARRAY_DISTINCT(ARRAY[2, 1, 2])`, `ARRAY[2, 1]`),
	},
	{
		Name: "ARRAY_SORT", Aliases: []string{"LIST_SORT"}, Category: Arrays,
		Doc:       "Returns the elements of a in order, NULLs first.",
		Overloads: []Overload{over("ARRAY_SORT(a ARRAY<T ORDERED>) -> ARRAY<T>", comparing("ArraySort"))},
		Examples:  ex(`ARRAY_SORT(ARRAY['b', 'a', 'c'])`, `ARRAY['a', 'b', 'c']`, `ARRAY_SORT(ARRAY[2, NULL, 1])`, `ARRAY[NULL, 1, 2]`),
	},
	{
		Name: "ARRAY_REVERSE", Aliases: []string{"LIST_REVERSE"}, Category: Arrays,
		Doc: "Returns the elements of a from the last to the first.",
		Overloads: []Overload{over("ARRAY_REVERSE(a ARRAY<T>) -> ARRAY<T>", func(c *Call) emit.Value {
			return c.sure(symbol("ArrayReverse").Call(c.memory(), c.Args[0].Arg()))
		})},
		Examples: ex(`ARRAY_REVERSE(ARRAY[1, 2, 3])`, `ARRAY[3, 2, 1]`),
	},
	{
		Name: "ARRAY_SLICE", Aliases: []string{"LIST_SLICE"}, Category: Arrays,
		Doc:       "Returns the elements of a from place from to place to, counted from 1, or from -1 at the end.",
		Overloads: []Overload{over("ARRAY_SLICE(a ARRAY, from INTEGER, to INTEGER) -> ARRAY", call("ArraySlice")).derive(firstType)},
		Examples:  ex(`ARRAY_SLICE(ARRAY[1, 2, 3, 4], 2, 3)`, `ARRAY[2, 3]`, `ARRAY_SLICE(ARRAY[1, 2, 3, 4], -2, -1)`, `ARRAY[3, 4]`),
	},
	{
		Name: "ARRAY_CONCAT", Aliases: []string{"ARRAY_CAT", "LIST_CONCAT"}, Category: Arrays,
		Doc: "Returns the elements of a, then those of b.",
		Overloads: []Overload{over("ARRAY_CONCAT(a ARRAY<T>, b ARRAY<T>) -> ARRAY<T>", func(c *Call) emit.Value {
			return c.sure(symbol("ArrayConcat").Call(c.memory(), c.elements(0), c.elements(1)))
		})},
		Examples: ex(`ARRAY_CONCAT(ARRAY[1], ARRAY[2, 3])`, `ARRAY[1, 2, 3]`),
	},
	{
		Name: "ARRAY_MIN", Aliases: []string{"LIST_MIN"}, Category: Arrays,
		Doc:       "Returns the smallest element of a that is not NULL; NULL if there is none.",
		Overloads: []Overload{over("ARRAY_MIN(a ARRAY<T ORDERED>) -> T NULL", extremeOf("ArrayMin", "NullsLast"))},
		Examples:  ex(`ARRAY_MIN(ARRAY[3, NULL, 2])`, `2`, `ARRAY_MIN(ARRAY['b', 'a'])`, `'a'`),
	},
	{
		Name: "ARRAY_MAX", Aliases: []string{"LIST_MAX"}, Category: Arrays,
		Doc:       "Returns the greatest element of a that is not NULL; NULL if there is none.",
		Overloads: []Overload{over("ARRAY_MAX(a ARRAY<T ORDERED>) -> T NULL", extremeOf("ArrayMax", "NullsFirst"))},
		Examples:  ex(`ARRAY_MAX(ARRAY[3, NULL, 2])`, `3`, `ARRAY_MAX(ARRAY[1.5, 2.25])`, `2.25`),
	},
	{
		Name: "ARRAY_SUM", Aliases: []string{"LIST_SUM"}, Category: Arrays,
		Doc:       "Returns the sum of the elements of a that are not NULL; NULL if there is none.",
		Overloads: []Overload{over("ARRAY_SUM(a ARRAY<FLOAT>) -> FLOAT NULL", maybe("ArraySum"))},
		Examples:  ex(`ARRAY_SUM(ARRAY[1, NULL, 2.5])`, `3.5e0`),
	},
	{
		Name: "ARRAY_AVG", Aliases: []string{"LIST_AVG"}, Category: Arrays,
		Doc:       "Returns the mean of the elements of a that are not NULL; NULL if there is none.",
		Overloads: []Overload{over("ARRAY_AVG(a ARRAY<FLOAT>) -> FLOAT NULL", maybe("ArrayAvg"))},
		Examples:  ex(`ARRAY_AVG(ARRAY[1, NULL, 2])`, `1.5e0`),
	},
	{
		Name: "ARRAY_JOIN", Aliases: []string{"ARRAY_TO_STRING"}, Category: Arrays,
		Doc:       "Returns the elements of a that are not NULL, with the separator between them.",
		Overloads: []Overload{over("ARRAY_JOIN(a ARRAY<STRING>, separator STRING) -> STRING", tryArena("ArrayJoin"))},
		Examples:  ex(`ARRAY_JOIN(ARRAY['a', NULL, 'b'], '-')`, `'a-b'`),
	},
	{
		Name: "SPLIT", Aliases: []string{"STRING_TO_ARRAY", "STRING_SPLIT", "STR_SPLIT"}, Category: Arrays,
		Doc: "Returns the parts of s between separators; with an empty separator its characters.",
		Overloads: []Overload{over("SPLIT(s STRING, separator STRING) -> ARRAY<STRING NOT NULL>", func(c *Call) emit.Value {
			return c.sure(symbol("Split").Call(append([]jen.Code{c.memory()}, c.codes()...)...))
		})},
		Examples: ex(`SPLIT('a,b,,c', ',')`, `ARRAY['a', 'b', '', 'c']`, `SPLIT('abc', '')`, `ARRAY['a', 'b', 'c']`),
	},
	{
		Name: "MAP_KEYS", Category: Arrays,
		Doc: "Returns the keys of m.",
		Overloads: []Overload{over("MAP_KEYS(m MAP) -> ARRAY", func(c *Call) emit.Value {
			return c.sure(symbol("MapKeys").Call(c.memory(), c.Args[0].Arg()))
		}).derive(func(p []types.Type, _ []any) types.Type {
			if p[0].Kind != types.Map {
				return types.TArray(types.Col{Type: types.TString})
			}
			return types.TArray(types.Col{Type: *p[0].Key})
		})},
		Examples: ex(`MAP_KEYS(MAP['a', 1, 'b', 2])`, `ARRAY['a', 'b']`),
	},
	{
		Name: "MAP_VALUES", Category: Arrays,
		Doc: "Returns the values of m, in the order of its keys.",
		Overloads: []Overload{over("MAP_VALUES(m MAP) -> ARRAY", func(c *Call) emit.Value {
			return c.sure(symbol("MapValues").Call(c.memory(), c.Args[0].Arg()))
		}).derive(func(p []types.Type, _ []any) types.Type {
			if p[0].Kind != types.Map {
				return types.TArray(types.Col{Type: types.TString, Nullable: true})
			}
			return types.TArray(p[0].ElemCol())
		})},
		Examples: ex(`MAP_VALUES(MAP['a', 1, 'b', 2])`, `ARRAY[1, 2]`),
	},
}

func lengthOf(c *Call) emit.Value {
	return c.sure(jen.Int64().Parens(jen.Len(c.Args[0].Arg())))
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
			code = emit.RT("Null").Types(emit.GoType(x.Type)).Values(x.Arg(), jen.True())
		}
		return c.sure(symbol(fn).Call(a.Arg(), code, c.ordering(a.Type, "NullsFirst")))
	}
}

// accepted are the outcomes of comparing x with an element for which a comparison holds.
var accepted = map[string][]string{
	"=": {"Equal"}, "<>": {"Less", "Greater"}, "<": {"Less"}, "<=": {"Less", "Equal"}, ">": {"Greater"}, ">=": {"Greater", "Equal"},
}

func knownComparison(literals []any) (int, error) {
	if op, _ := literals[1].(string); accepted[op] == nil {
		return 1, fmt.Errorf("unknown comparison '%s' (known: =, <>, <, <=, >, >=)", op)
	}
	return 0, nil
}

// anyElement compares argument 2 with the elements of the ARRAY that is argument 0, by the comparison that argument 1 names.
func anyElement(c *Call) emit.Value {
	a, x := c.Args[0], c.Args[2]
	var outcomes *jen.Statement
	for _, o := range accepted[c.text(1)] {
		if outcomes == nil {
			outcomes = symbol(o)
			continue
		}
		outcomes = jen.Add(outcomes).Op("|").Add(symbol(o))
	}
	args := []jen.Code{a.Arg(), outcomes, x.Arg(), c.B.Comparator(*a.Type.Elem)}
	if a.Type.NoNulls {
		return emit.Of(c.Type, emit.PrecUnary, symbol("ArrayAny").Call(args...)).With(emit.AllValid(a, x))
	}
	return c.B.Maybe("some", c.Type, symbol("ArrayAnyOrNull").Call(args...), a, x)
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
