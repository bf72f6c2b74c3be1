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
		Name: "ARRAY_APPEND", Aliases: []string{"LIST_APPEND", "ARRAY_PUSH_BACK"}, Category: Arrays, NullAware: true,
		Doc:       "Returns the elements of a, then x, which may be NULL. NULL if a is.",
		Overloads: []Overload{over("ARRAY_APPEND(a ARRAY<T>, x T) -> ARRAY<T>", withElement("ArrayAppend", 0, 1)).nullable(nullWith(0))},
		Examples:  ex(`ARRAY_APPEND(ARRAY[1, 2], 3)`, `ARRAY[1, 2, 3]`, `ARRAY_APPEND(ARRAY['a'], NULL)`, `ARRAY['a', NULL]`),
	},
	{
		Name: "ARRAY_PREPEND", Aliases: []string{"LIST_PREPEND"}, Category: Arrays, NullAware: true,
		Doc:       "Returns x, which may be NULL, then the elements of a. NULL if a is.",
		Overloads: []Overload{over("ARRAY_PREPEND(x T, a ARRAY<T>) -> ARRAY<T>", withElement("ArrayPrepend", 1, 0)).nullable(nullWith(1))},
		Examples:  ex(`ARRAY_PREPEND(1, ARRAY[2, 3])`, `ARRAY[1, 2, 3]`),
	},
	{
		Name: "ARRAY_REMOVE", Aliases: []string{"LIST_REMOVE"}, Category: Arrays, NullAware: true,
		Doc:       "Returns the elements of a without those that equal x; with x NULL, without those that are NULL. NULL if a is.",
		Overloads: []Overload{over("ARRAY_REMOVE(a ARRAY<T ORDERED>, x T) -> ARRAY<T>", withElement("ArrayRemove", 0, 1)).nullable(nullWith(0))},
		Examples:  ex(`ARRAY_REMOVE(ARRAY[1, 2, 1], 1)`, `ARRAY[2]`, `ARRAY_REMOVE(ARRAY['a', NULL], NULL)`, `ARRAY['a']`),
	},
	both("ARRAY_UNION", []string{"LIST_UNION"}, "ArrayUnion", "the different elements of a and b, in the order in which they come first", `ARRAY[2, 1, 3]`),
	both("ARRAY_INTERSECT", []string{"LIST_INTERSECT", "ARRAY_INTERSECTION"}, "ArrayIntersect", "the different elements of a that are in b as well, in the order in which they come first in a", `ARRAY[1]`),
	both("ARRAY_EXCEPT", []string{"LIST_EXCEPT", "ARRAY_DIFFERENCE"}, "ArrayExcept", "the different elements of a that are not in b, in the order in which they come first in a", `ARRAY[2]`),
	{
		Name: "ARRAYS_OVERLAP", Aliases: []string{"LIST_HAS_ANY", "ARRAY_HAS_ANY"}, Category: Arrays,
		Doc:       "Tells whether a and b have an element in common that is not NULL.",
		Overloads: []Overload{over("ARRAYS_OVERLAP(a ARRAY<T ORDERED>, b ARRAY<T>) -> BOOLEAN", comparingBoth("ArraysOverlap"))},
		Examples:  ex(`ARRAYS_OVERLAP(ARRAY[1, 2], ARRAY[2, 3])`, `TRUE`, `ARRAYS_OVERLAP(ARRAY[1, NULL], ARRAY[NULL, 3])`, `FALSE`),
	},
	{
		Name: "ARRAY_CONTAINS_ALL", Aliases: []string{"LIST_HAS_ALL", "ARRAY_HAS_ALL"}, Category: Arrays,
		Doc:       "Tells whether all elements of b are in a.",
		Overloads: []Overload{over("ARRAY_CONTAINS_ALL(a ARRAY<T ORDERED>, b ARRAY<T>) -> BOOLEAN", comparingBoth("ArrayContainsAll"))},
		Examples:  ex(`ARRAY_CONTAINS_ALL(ARRAY[1, 2, 3], ARRAY[3, 1])`, `TRUE`, `ARRAY_CONTAINS_ALL(ARRAY[1, 2], ARRAY[1, 4])`, `FALSE`),
	},
	{
		Name: "ARRAY_REPEAT", Category: Arrays, NullAware: true,
		Doc: "Returns an ARRAY of n times x, which may be NULL; empty if n is negative. An n above 1000000 is an error.",
		Overloads: []Overload{over("ARRAY_REPEAT(x T, n INTEGER) -> ARRAY<T>", func(c *Call) emit.Value {
			x := element(c.B, c.Type.ElemCol(), c.Args[0])
			return c.B.Try("repeated", c.Type, symbol("ArrayRepeat").Call(c.memory(), x, c.Args[1].Arg()), c.Args[1])
		}).nullable(nullWith(1))},
		Examples: ex(`ARRAY_REPEAT('a', 3)`, `ARRAY['a', 'a', 'a']`, `ARRAY_REPEAT(1, -1)`, `CAST(ARRAY[] AS ARRAY<INTEGER>)`),
	},
	{
		Name: "SEQUENCE", Aliases: []string{"GENERATE_SERIES"}, Category: Arrays,
		Doc: "Returns an ARRAY of the numbers from one to another, both included, in steps of 1 or as given. A step of 0 and more than 1000000 numbers are errors.",
		Overloads: []Overload{
			over("SEQUENCE(from INTEGER, to INTEGER) -> ARRAY<INTEGER NOT NULL>", sequence),
			over("SEQUENCE(from INTEGER, to INTEGER, step INTEGER) -> ARRAY<INTEGER NOT NULL>", sequence),
		},
		Examples: ex(`SEQUENCE(1, 4)`, `ARRAY[1, 2, 3, 4]`, `SEQUENCE(5, 1, -2)`, `ARRAY[5, 3, 1]`, `ARRAY_LENGTH(SEQUENCE(3, 1))`, `0`),
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
		Doc:       "Returns the sum of the elements of a that are not NULL, of the type that SUM gives them; NULL if there is none.",
		Overloads: []Overload{over("ARRAY_SUM(a ARRAY<T NUMERIC>) -> FLOAT NULL", arraySum).derive(elementTotal)},
		Examples:  ex(`ARRAY_SUM(ARRAY[1, NULL, 2.5])`, `3.5`, `ARRAY_SUM(ARRAY[1, 2])`, `3`, `ARRAY_SUM(ARRAY[0.5e0, 1])`, `1.5e0`, `ARRAY_SUM(ARRAY[12345678901234567890.5, 1])`, `12345678901234567891.5`),
	},
	{
		Name: "ARRAY_AVG", Aliases: []string{"LIST_AVG"}, Category: Arrays,
		Doc:       "Returns the mean of the elements of a that are not NULL, of the type that AVG gives them; NULL if there is none.",
		Overloads: []Overload{over("ARRAY_AVG(a ARRAY<T NUMERIC>) -> FLOAT NULL", arrayAvg).derive(elementMean)},
		Examples:  ex(`ARRAY_AVG(ARRAY[1, NULL, 2])`, `1.5e0`, `ARRAY_AVG(ARRAY[1.0, 2.0, 2.0])`, `1.66667`, `ARRAY_AVG(ARRAY[0.5e0, 1.5e0])`, `1e0`),
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
		Name: "MAP_CONTAINS_KEY", Aliases: []string{"MAP_HAS_KEY", "MAP_CONTAINS"}, Category: Arrays,
		Doc:       "Tells whether m has the key.",
		Overloads: []Overload{over("MAP_CONTAINS_KEY(m MAP<K>, key K) -> BOOLEAN", call("MapHas"))},
		Examples:  ex(`MAP_CONTAINS_KEY(MAP['a', NULL], 'a')`, `TRUE`, `MAP_CONTAINS_KEY(MAP['a', 1], 'b')`, `FALSE`),
	},
	{
		Name: "MAP_CONCAT", Aliases: []string{"MAP_UNION"}, Category: Arrays,
		Doc: "Returns the entries of a, then those of b whose keys a does not have; the value of a key in both is that in b.",
		Overloads: []Overload{over("MAP_CONCAT(a T MAP, b T MAP) -> T", func(c *Call) emit.Value {
			return c.sure(symbol("MapConcat").Call(append([]jen.Code{c.memory()}, c.codes()...)...))
		})},
		Examples: ex(`MAP_CONCAT(MAP['a', 1, 'b', 2], MAP['b', 3, 'c', NULL])`, `MAP['a', 1, 'b', 3, 'c', NULL]`, `MAP_CONCAT(MAP['a', 1], NULL)`, `NULL`),
	},
	{
		Name: "MAP_ENTRIES", Category: Arrays,
		Doc: "Returns the entries of m as an ARRAY of STRUCTs with the fields key and value.",
		Overloads: []Overload{over("MAP_ENTRIES(m MAP) -> ARRAY", func(c *Call) emit.Value {
			return c.sure(symbol("MapEntries").Call(c.memory(), c.Args[0].Arg()))
		}).derive(func(p []types.Type, _ []any) types.Type {
			if p[0].Kind != types.Map {
				return types.TArray(types.Col{Type: types.TString, Nullable: true})
			}
			key, value := types.Field{Name: "key", Col: types.Col{Type: *p[0].Key}}, types.Field{Name: "value", Col: p[0].ElemCol()}
			return types.TArray(types.Col{Type: types.TStruct(key, value)})
		})},
		Examples: ex(`MAP_ENTRIES(MAP['a', 1])[1].key`, `'a'`, `ARRAY_LENGTH(MAP_ENTRIES(MAP['a', 1, 'b', 2]))`, `2`),
	},
	{
		Name: "MAP_FROM_ARRAYS", Category: Arrays,
		Doc: "Returns a MAP of keys to the values at the same places; of a key that comes again the last value counts. A NULL key, and fewer or more values than keys, are errors.",
		Overloads: []Overload{over("MAP_FROM_ARRAYS(keys ARRAY<K KEY>, values ARRAY<V>) -> MAP", func(c *Call) emit.Value {
			return c.B.Try("entries", c.Type, symbol("MapFromArrays").Call(c.memory(), c.nullables(0), c.Args[1].Arg()), c.Args...)
		}).derive(func(p []types.Type, _ []any) types.Type { return types.TMap(*p[0].Elem, p[1].ElemCol()) })},
		Examples: ex(`MAP_FROM_ARRAYS(ARRAY['a', 'b'], ARRAY[1, 2])`, `MAP['a', 1, 'b', 2]`),
	},
	{
		Name: "STR_TO_MAP", Aliases: []string{"STRING_TO_MAP"}, Category: Arrays,
		Doc: "Returns the pairs of s, which commas or a text of your own separate, as a MAP; in each pair the first = or delimiter of your own stands behind the key. The value of a pair without one is NULL.",
		Overloads: []Overload{
			over("STR_TO_MAP(s STRING) -> MAP<STRING, STRING>", stringToMap),
			over("STR_TO_MAP(s STRING, pairs STRING, delimiter STRING) -> MAP<STRING, STRING>", stringToMap),
		},
		Examples: ex(`STR_TO_MAP('a=1,b=2')`, `MAP['a', '1', 'b', '2']`, `STR_TO_MAP('a:1;b', ';', ':')`, `MAP['a', '1', 'b', NULL]`),
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
