package builtin

import (
	"github.com/dave/jennifer/jen"

	"github.com/velostream/veloc/codegen/emit"
)

// composeFunctions take texts apart and put them together.
var composeFunctions = []*Function{
	{
		Name: "BTRIM", Category: Text,
		Doc: "Returns s without the white space at both its ends, or without the characters of chars, as TRIM does.",
		Overloads: []Overload{
			over("BTRIM(s STRING) -> STRING", call("Trim")),
			over("BTRIM(s STRING, chars STRING) -> STRING", call("strings.Trim")),
		},
		Examples: ex(`BTRIM('xyabyx', 'xy')`, `'ab'`),
	},
	{
		Name: "LOCATE", Category: Text,
		Doc: "Returns where sub starts in s, in characters counted from 1, or 0 if it does not occur; with start, from that character on. The arguments are those of POSITION.",
		Overloads: []Overload{
			over("LOCATE(sub STRING, s STRING) -> INTEGER", call("Position")),
			over("LOCATE(sub STRING, s STRING, start INTEGER) -> INTEGER", call("PositionFrom")),
		},
		Examples: ex(`LOCATE('l', 'hello')`, `3`, `LOCATE('l', 'hello', 4)`, `4`),
	},
	{
		Name: "OVERLAY", Category: Text,
		Doc: "Returns s with length characters from start on replaced by part; as many as part has, if length is left out. Also written OVERLAY(s PLACING part FROM start FOR length).",
		Overloads: []Overload{
			over("OVERLAY(s STRING, part STRING, start INTEGER) -> STRING", tryArena("OverlayAll")),
			over("OVERLAY(s STRING, part STRING, start INTEGER, length INTEGER) -> STRING", tryArena("Overlay")),
		},
		Examples: ex(`OVERLAY('abcdef', '##', 3)`, `'ab##ef'`, `OVERLAY('abcdef', '##', 3, 1)`, `'ab##def'`, `OVERLAY('naïve', '-', 3, 0)`, `'na-ïve'`),
	},
	{
		Name: "SPACE", Category: Text,
		Doc:       "Returns n spaces.",
		Overloads: []Overload{over("SPACE(n INTEGER) -> STRING", tryArena("Space"))},
		Examples:  ex(`SPACE(3)`, `'   '`, `SPACE(-1)`, `''`),
	},
	{
		Name: "SUBSTRING_INDEX", Category: Text,
		Doc:       "Returns s up to occurrence n of the separator; with a negative n what follows occurrence -n, counted from the right. All of s if there are fewer.",
		Overloads: []Overload{over("SUBSTRING_INDEX(s STRING, separator STRING, n INTEGER) -> STRING", call("SubstringIndex"))},
		Examples:  ex(`SUBSTRING_INDEX('www.example.org', '.', 2)`, `'www.example'`, `SUBSTRING_INDEX('www.example.org', '.', -1)`, `'org'`, `SUBSTRING_INDEX('a.b', '.', 5)`, `'a.b'`),
	},
	{
		Name: "COUNT_SUBSTRING", Aliases: []string{"SUBSTR_COUNT"}, Category: Text,
		Doc:       "Returns how often sub occurs in s, without overlaps.",
		Overloads: []Overload{over("COUNT_SUBSTRING(s STRING, sub STRING) -> INTEGER", call("Count"))},
		Examples:  ex(`COUNT_SUBSTRING('banana', 'an')`, `2`, `COUNT_SUBSTRING('aaa', 'aa')`, `1`),
	},
	{
		Name: "FIND_IN_SET", Category: Text,
		Doc:       "Returns the place, from 1, of item among the parts of list, which commas separate; 0 if it is not there.",
		Overloads: []Overload{over("FIND_IN_SET(item STRING, list STRING) -> INTEGER", call("FindInSet"))},
		Examples:  ex(`FIND_IN_SET('b', 'a,b,c')`, `2`, `FIND_IN_SET('x', 'a,b,c')`, `0`),
	},
	{
		Name: "ELT", Category: Text, NullAware: true,
		Doc:       "Returns argument n of those that follow it, counted from 1; NULL if there is no such argument.",
		Overloads: []Overload{lazily("ELT(n INTEGER, s T, more T...) -> T NULL", elt)},
		Examples:  ex(`ELT(2, 'a', 'b', 'c')`, `'b'`, `ELT(4, 'a', 'b', 'c')`, `NULL`),
	},
	{
		Name: "NORMALIZE_SPACE", Category: Text,
		Doc:       "Returns s without white space at its ends, and with one space in place of each stretch of white space inside.",
		Overloads: []Overload{over("NORMALIZE_SPACE(s STRING) -> STRING", arena("NormalizeSpace"))},
		Examples:  ex(`NORMALIZE_SPACE('  a   b ')`, `'a b'`),
	},
	{
		Name: "QUOTE_LITERAL", Category: Text,
		Doc:       "Returns s in single quotes, those inside doubled: a SQL literal.",
		Overloads: []Overload{over("QUOTE_LITERAL(s STRING) -> STRING", quotedBy('\''))},
		Examples:  ex(`QUOTE_LITERAL('it''s')`, `'''it''''s'''`),
	},
	{
		Name: "QUOTE_IDENT", Category: Text,
		Doc:       "Returns s in double quotes, those inside doubled: a SQL identifier.",
		Overloads: []Overload{over("QUOTE_IDENT(s STRING) -> STRING", quotedBy('"'))},
		Examples:  ex(`QUOTE_IDENT('my column')`, `'"my column"'`),
	},
	{
		Name: "ASCII", Aliases: []string{"UNICODE", "ORD", "CODEPOINT"}, Category: Text,
		Doc:       "Returns the Unicode code point of the first character of s, or 0 if s is empty.",
		Overloads: []Overload{over("ASCII(s STRING) -> INTEGER", call("Ascii"))},
		Examples:  ex(`ASCII('A')`, `65`, `ASCII('é')`, `233`, `ASCII('')`, `0`),
	},
	{
		Name: "CHR", Aliases: []string{"CHAR"}, Category: Text,
		Doc:       "Returns the character of a Unicode code point.",
		Overloads: []Overload{over("CHR(n INTEGER) -> STRING", tryArena("Chr"))},
		Examples:  ex(`CHR(65)`, `'A'`, `CHR(233)`, `'é'`),
	},
	{
		Name: "BIT_LENGTH", Category: Text,
		Doc: "Returns the number of bits of s in UTF-8.",
		Overloads: []Overload{over("BIT_LENGTH(s STRING) -> INTEGER", func(c *Call) emit.Value {
			v := c.sure(jen.Int64().Parens(jen.Len(c.Args[0].Arg())).Op("*").Lit(8))
			v.Prec = emit.PrecMul
			return v
		})},
		Examples: ex(`BIT_LENGTH('abc')`, `24`),
	},
	{
		Name: "MASK", Category: Text,
		Doc:       "Returns s with its characters hidden: upper case letters become X, lower case ones x, digits n, all others -.",
		Overloads: []Overload{over("MASK(s STRING) -> STRING", arena("MaskAll"))},
		Examples:  ex(`MASK('My 1st card')`, `'Xx-nxx-xxxx'`),
	},
	masking("MASK_LEFT", "MaskLeft", "the first n characters hidden, as MASK does", `'nnnn-5678'`),
	masking("MASK_RIGHT", "MaskRight", "the last n characters hidden, as MASK does", `'1234-nnnn'`),
	masking("MASK_KEEP_LEFT", "MaskKeepLeft", "all but the first n characters hidden, as MASK does", `'1234-nnnn'`),
	masking("MASK_KEEP_RIGHT", "MaskKeepRight", "all but the last n characters hidden, as MASK does", `'nnnn-5678'`),
}

func masking(name, fn, what, example string) *Function {
	return &Function{
		Name: name, Category: Text, Doc: "Returns s with " + what + ".",
		Overloads: []Overload{over(name+"(s STRING, n INTEGER) -> STRING", arena(fn))},
		Examples:  ex(name+`('1234-5678', 4)`, example),
	}
}

func quotedBy(quote rune) Emitter {
	return func(c *Call) emit.Value {
		return c.B.Try("quoted", c.Type, symbol("Quoted").Call(c.B.Arena(), c.Args[0].Arg(), jen.LitRune(quote)), c.Args...)
	}
}

// elt computes only the argument that is asked for.
func elt(c *Call, args []Thunk) emit.Value {
	n := args[0](c.B)
	if isNull(n) {
		return null(c.Type)
	}
	n = c.B.LetValid("n", c.B.Let("n", n), n.Plain)
	out := c.freshValid(c.fresh("chosen"), nil)
	var cases []jen.Code
	for i, arg := range args[1:] {
		in := c.B.Inner()
		if v := arg(in); !isNull(v) {
			assign(in, out, v)
			cases = append(cases, jen.Case(jen.Lit(i+1)).Block(in.Code()...))
		}
	}
	if len(cases) == 0 {
		return null(c.Type)
	}
	choice := jen.Switch(jen.Int64().Parens(n.Arg())).Block(cases...)
	if n.Valid != nil {
		choice = jen.If(jen.Add(n.Valid)).Block(choice)
	}
	c.B.Add(choice)
	return out
}
