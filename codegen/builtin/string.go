package builtin

import (
	"github.com/dave/jennifer/jen"

	"github.com/velostream/veloc/codegen/emit"
	"github.com/velostream/veloc/compiler/types"
)

// textFunctions work on text. Characters are Unicode code points.
var textFunctions = []*Function{
	{
		Name: "UPPER", Aliases: []string{"UCASE"}, Category: Text,
		Doc:       "Returns s with every letter in upper case.",
		Overloads: []Overload{over("UPPER(s STRING) -> STRING", arena("Upper"))},
		Examples:  ex(`UPPER('abc')`, `'ABC'`, `UPPER('naïve')`, `'NAÏVE'`, `UPPER(NULL)`, `NULL`),
	},
	{
		Name: "LOWER", Aliases: []string{"LCASE"}, Category: Text,
		Doc:       "Returns s with every letter in lower case.",
		Overloads: []Overload{over("LOWER(s STRING) -> STRING", arena("Lower"))},
		Examples:  ex(`LOWER('ABC')`, `'abc'`),
	},
	{
		Name: "INITCAP", Category: Text,
		Doc:       "Returns s with the first letter of each word in upper case and all other letters in lower case.",
		Overloads: []Overload{over("INITCAP(s STRING) -> STRING", arena("Initcap"))},
		Examples:  ex(`INITCAP('hELLO wORLD')`, `'Hello World'`),
	},
	{
		Name: "LENGTH", Aliases: []string{"LEN", "CHAR_LENGTH", "CHARACTER_LENGTH"}, Category: Text,
		Doc:       "Returns the number of characters of s.",
		Overloads: []Overload{over("LENGTH(s STRING) -> INTEGER", call("Length"))},
		Examples:  ex(`LENGTH('abc')`, `3`, `LENGTH('naïve')`, `5`, `LENGTH('')`, `0`),
	},
	{
		Name: "OCTET_LENGTH", Category: Text,
		Doc: "Returns the number of bytes of s in UTF-8.",
		Overloads: []Overload{over("OCTET_LENGTH(s STRING) -> INTEGER", func(c *Call) emit.Value {
			return c.sure(jen.Int64().Parens(jen.Len(c.Args[0].Arg())))
		})},
		Examples: ex(`OCTET_LENGTH('naïve')`, `6`),
	},
	{
		Name: "TRIM", Category: Text,
		Doc: "Returns s without the white space at both its ends, or without the characters of chars.",
		Overloads: []Overload{
			over("TRIM(s STRING) -> STRING", call("Trim")),
			over("TRIM(s STRING, chars STRING) -> STRING", call("strings.Trim")),
		},
		Examples: ex(`TRIM('  a b ')`, `'a b'`, `TRIM('xxaxyx', 'xy')`, `'a'`, `TRIM(BOTH 'x' FROM 'xax')`, `'a'`),
	},
	{
		Name: "LTRIM", Category: Text,
		Doc: "Returns s without the white space at its left end, or without the characters of chars.",
		Overloads: []Overload{
			over("LTRIM(s STRING) -> STRING", call("Ltrim")),
			over("LTRIM(s STRING, chars STRING) -> STRING", call("strings.TrimLeft")),
		},
		Examples: ex(`LTRIM('  a ')`, `'a '`, `LTRIM('007', '0')`, `'7'`),
	},
	{
		Name: "RTRIM", Category: Text,
		Doc: "Returns s without the white space at its right end, or without the characters of chars.",
		Overloads: []Overload{
			over("RTRIM(s STRING) -> STRING", call("Rtrim")),
			over("RTRIM(s STRING, chars STRING) -> STRING", call("strings.TrimRight")),
		},
		Examples: ex(`RTRIM(' a  ')`, `' a'`, `RTRIM('1.500', '0')`, `'1.5'`),
	},
	{
		Name: "SUBSTRING", Aliases: []string{"SUBSTR"}, Category: Text,
		Doc: "Returns the part of s that starts with character start, counted from 1: all of it, or length characters. A start before 1 counts as 1.",
		Overloads: []Overload{
			over("SUBSTRING(s STRING, start INTEGER) -> STRING", call("Substring")),
			over("SUBSTRING(s STRING, start INTEGER, length INTEGER) -> STRING", try("SubstringLen")),
		},
		Examples: ex(`SUBSTRING('hello', 2)`, `'ello'`, `SUBSTRING('hello', 2, 3)`, `'ell'`, `SUBSTRING('hello' FROM 2 FOR 3)`, `'ell'`, `SUBSTRING('hello', 9)`, `''`),
	},
	{
		Name: "LEFT", Category: Text,
		Doc:       "Returns the first n characters of s; with a negative n, all but the last -n.",
		Overloads: []Overload{over("LEFT(s STRING, n INTEGER) -> STRING", call("Left"))},
		Examples:  ex(`LEFT('hello', 2)`, `'he'`, `LEFT('hello', -2)`, `'hel'`),
	},
	{
		Name: "RIGHT", Category: Text,
		Doc:       "Returns the last n characters of s; with a negative n, all but the first -n.",
		Overloads: []Overload{over("RIGHT(s STRING, n INTEGER) -> STRING", call("Right"))},
		Examples:  ex(`RIGHT('hello', 2)`, `'lo'`, `RIGHT('hello', -2)`, `'llo'`),
	},
	{
		Name: "POSITION", Category: Text,
		Doc: "Returns where sub starts in s, in characters counted from 1, or 0 if it does not occur; with start, from that character on.",
		Overloads: []Overload{
			over("POSITION(sub STRING, s STRING) -> INTEGER", call("Position")),
			over("POSITION(sub STRING, s STRING, start INTEGER) -> INTEGER", call("PositionFrom")),
		},
		Examples: ex(`POSITION('l' IN 'hello')`, `3`, `POSITION('l', 'hello', 4)`, `4`, `POSITION('x', 'hello')`, `0`),
	},
	{
		Name: "INSTR", Aliases: []string{"STRPOS"}, Category: Text,
		Doc: "Returns where sub starts in s, in characters counted from 1, or 0 if it does not occur.",
		Overloads: []Overload{over("INSTR(s STRING, sub STRING) -> INTEGER", func(c *Call) emit.Value {
			return c.sure(symbol("Position").Call(c.Args[1].Arg(), c.Args[0].Arg()))
		})},
		Examples: ex(`INSTR('hello', 'l')`, `3`),
	},
	{
		Name: "REPLACE", Category: Text,
		Doc:       "Returns s with every occurrence of old replaced by new. An empty old changes nothing.",
		Overloads: []Overload{over("REPLACE(s STRING, old STRING, new STRING) -> STRING", tryArena("Replace"))},
		Examples:  ex(`REPLACE('a.b.c', '.', '-')`, `'a-b-c'`, `REPLACE('abc', 'x', 'y')`, `'abc'`),
	},
	{
		Name: "TRANSLATE", Category: Text,
		Doc:       "Returns s with every character of from replaced by the character at the same place in to; characters without one are left out.",
		Overloads: []Overload{over("TRANSLATE(s STRING, from STRING, to STRING) -> STRING", arena("Translate"))},
		Examples:  ex(`TRANSLATE('1.234,50', ',.', '.')`, `'1234.50'`, `TRANSLATE('naïve', 'ïv', 'if')`, `'naife'`, `TRANSLATE('abc', '', 'x')`, `'abc'`, `TRANSLATE(NULL, 'a', 'b')`, `NULL`),
	},
	{
		Name: "REVERSE", Category: Text,
		Doc:       "Returns the characters of s in reverse order.",
		Overloads: []Overload{over("REVERSE(s STRING) -> STRING", arena("Reverse"))},
		Examples:  ex(`REVERSE('abc')`, `'cba'`),
	},
	{
		Name: "REPEAT", Category: Text,
		Doc:       "Returns s, n times.",
		Overloads: []Overload{over("REPEAT(s STRING, n INTEGER) -> STRING", tryArena("Repeat"))},
		Examples:  ex(`REPEAT('ab', 3)`, `'ababab'`, `REPEAT('ab', 0)`, `''`),
	},
	{
		Name: "LPAD", Category: Text,
		Doc: "Returns s, filled at its left with pad (spaces, if it is left out) to n characters. A longer s is cut to its first n.",
		Overloads: []Overload{
			over("LPAD(s STRING, n INTEGER) -> STRING", padWithSpaces("Lpad")),
			over("LPAD(s STRING, n INTEGER, pad STRING) -> STRING", tryArena("Lpad")),
		},
		Examples: ex(`LPAD('7', 3, '0')`, `'007'`, `LPAD('abc', 2)`, `'ab'`, `LPAD('a', 3)`, `'  a'`),
	},
	{
		Name: "RPAD", Category: Text,
		Doc: "Returns s, filled at its right with pad (spaces, if it is left out) to n characters. A longer s is cut to its first n.",
		Overloads: []Overload{
			over("RPAD(s STRING, n INTEGER) -> STRING", padWithSpaces("Rpad")),
			over("RPAD(s STRING, n INTEGER, pad STRING) -> STRING", tryArena("Rpad")),
		},
		Examples: ex(`RPAD('7', 3, '0')`, `'700'`),
	},
	{
		Name: "SPLIT_PART", Category: Text,
		Doc:       "Cuts s at every separator and returns part n, counted from 1, or from -1 at the end; the empty text if there is no such part.",
		Overloads: []Overload{over("SPLIT_PART(s STRING, separator STRING, n INTEGER) -> STRING", try("SplitPart"))},
		Examples:  ex(`SPLIT_PART('a,b,c', ',', 2)`, `'b'`, `SPLIT_PART('a,b,c', ',', -1)`, `'c'`, `SPLIT_PART('a,b,c', ',', 9)`, `''`),
	},
	{
		Name: "STARTS_WITH", Category: Text,
		Doc:       "Tells whether s starts with prefix.",
		Overloads: []Overload{over("STARTS_WITH(s STRING, prefix STRING) -> BOOLEAN", call("strings.HasPrefix"))},
		Examples:  ex(`STARTS_WITH('hello', 'he')`, `TRUE`, `STARTS_WITH('hello', 'lo')`, `FALSE`),
	},
	{
		Name: "ENDS_WITH", Category: Text,
		Doc:       "Tells whether s ends with suffix.",
		Overloads: []Overload{over("ENDS_WITH(s STRING, suffix STRING) -> BOOLEAN", call("strings.HasSuffix"))},
		Examples:  ex(`ENDS_WITH('hello', 'lo')`, `TRUE`),
	},
	{
		Name: "CONTAINS", Category: Text,
		Doc:       "Tells whether sub occurs in s.",
		Overloads: []Overload{over("CONTAINS(s STRING, sub STRING) -> BOOLEAN", call("strings.Contains"))},
		Examples:  ex(`CONTAINS('hello', 'ell')`, `TRUE`, `CONTAINS('hello', 'x')`, `FALSE`),
	},
	{
		Name: "CONCAT", Category: Text, NullAware: true,
		Doc:       "Returns all arguments as text, one after the other. Unlike ||, it skips NULLs and takes any type.",
		Overloads: []Overload{over("CONCAT(x SCALAR...) -> STRING NOT NULL", concat)},
		Examples:  ex(`CONCAT('a', 1, TRUE)`, `'a1true'`, `CONCAT('a', NULL, 'b')`, `'ab'`, `CONCAT()`, `''`, `CONCAT(1.50, '|', DATE '2026-01-31')`, `'1.50|2026-01-31'`),
	},
	{
		Name: "CONCAT_WS", Aliases: []string{"JOIN"}, Category: Text, NullAware: true,
		Doc: "Returns all arguments but the first as text, with the separator between them. NULLs among them are skipped; a NULL separator makes the result NULL.",
		Overloads: []Overload{over("CONCAT_WS(separator STRING, x SCALAR...) -> STRING", concatWS).nullable(func(args []types.Arg) bool {
			return args[0].CanBeNull()
		})},
		Examples: ex(`CONCAT_WS('-', 'a', 1, 'b')`, `'a-1-b'`, `CONCAT_WS('-', 'a', NULL, 'b')`, `'a-b'`, `CONCAT_WS(NULL, 'a')`, `NULL`),
	},
}

func padWithSpaces(fn string) Emitter {
	return func(c *Call) emit.Value {
		call := symbol(fn).Call(c.B.Arena(), c.Args[0].Arg(), c.Args[1].Arg(), jen.Lit(" "))
		return c.B.Try(fn, c.Type, call, c.Args...)
	}
}

// concat skips what is known to be NULL, and reads what may be NULL as the empty text.
func concat(c *Call) emit.Value {
	var parts []jen.Code
	for _, a := range c.Args {
		if isNull(a) {
			continue
		}
		s := asText(c.B, a)
		if s.Valid == nil {
			parts = append(parts, s.Arg())
			continue
		}
		parts = append(parts, jen.Qual(emit.SQLFn, "OrEmpty").Call(s.Arg(), jen.Add(s.Valid)))
	}
	if len(parts) == 0 {
		return emit.Value{Type: c.Type, Code: jen.Lit(""), Prec: emit.PrecUnary, Plain: true, IsConst: true, Const: ""}
	}
	c.B.Arena()
	return emit.Of(c.Type, emit.PrecUnary, jen.Id(c.B.Func.Task).Dot("text").Dot("Concat").Call(parts...))
}

func concatWS(c *Call) emit.Value {
	if isNull(c.Args[0]) {
		return null(c.Type)
	}
	args := []jen.Code{c.B.Arena(), c.Args[0].Arg()}
	for _, a := range c.Args[1:] {
		if isNull(a) {
			continue
		}
		s := asText(c.B, a)
		valid := jen.True()
		if s.Valid != nil {
			valid = jen.Add(s.Valid)
		}
		args = append(args, emit.RT("Null").Types(jen.String()).Values(jen.Id("V").Op(":").Add(s.Arg()), jen.Id("Valid").Op(":").Add(valid)))
	}
	return emit.Of(c.Type, emit.PrecUnary, symbol("ConcatWS").Call(args...)).With(c.Args[0].Valid)
}
