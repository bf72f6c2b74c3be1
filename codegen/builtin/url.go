package builtin

import (
	"fmt"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/velostream/veloc/codegen/emit"
)

// urlFunctions read and write addresses.
var urlFunctions = []*Function{
	{
		Name: "URL_ENCODE", Category: URLs,
		Doc:       "Returns s as a part of an address: every octet but letters, digits and - _ . ~ as %XX.",
		Overloads: []Overload{over("URL_ENCODE(s STRING) -> STRING", tryArena("URLEncode"))},
		Examples:  ex(`URL_ENCODE('a b/ü')`, `'a%20b%2F%C3%BC'`),
	},
	{
		Name: "URL_DECODE", Category: URLs,
		Doc:       "Reads what URL_ENCODE and forms write: %XX, and + for a space.",
		Overloads: []Overload{over("URL_DECODE(s STRING) -> STRING", tryArena("URLDecode"))},
		Examples:  ex(`URL_DECODE('a%20b+c')`, `'a b c'`),
	},
	urlPart("URL_EXTRACT_PROTOCOL", "the protocol", 'P', `'https'`),
	urlPart("URL_EXTRACT_HOST", "the host", 'H', `'example.org'`),
	urlPart("URL_EXTRACT_PATH", "the path", 'T', `'/a/b'`),
	urlPart("URL_EXTRACT_QUERY", "the query", 'Q', `'x=1&y=%3F'`),
	urlPart("URL_EXTRACT_FRAGMENT", "the fragment", 'F', `'top'`),
	{
		Name: "URL_EXTRACT_PORT", Category: URLs,
		Doc: "Returns the port that the address url names; NULL if it names none.",
		Overloads: []Overload{over("URL_EXTRACT_PORT(url STRING) -> INTEGER NULL", func(c *Call) emit.Value {
			return c.B.Maybe("port", c.Type, symbol("URLPort").Call(c.codes()...), c.Args...)
		})},
		Examples: ex(`URL_EXTRACT_PORT('https://example.org:8080/a')`, `8080`, `URL_EXTRACT_PORT('https://example.org/a')`, `NULL`),
	},
	{
		Name: "URL_EXTRACT_PARAMETER", Category: URLs,
		Doc: "Returns the decoded value of the first parameter of that name in the query of the address url; NULL if there is none.",
		Overloads: []Overload{over("URL_EXTRACT_PARAMETER(url STRING, name STRING) -> STRING NULL", func(c *Call) emit.Value {
			return c.B.Maybe("parameter", c.Type, symbol("URLParameter").Call(append([]jen.Code{c.B.Arena()}, c.codes()...)...), c.Args...)
		})},
		Examples: ex(`URL_EXTRACT_PARAMETER('https://example.org/a?x=1&y=%3F', 'y')`, `'?'`, `URL_EXTRACT_PARAMETER('https://example.org/a', 'y')`, `NULL`),
	},
	{
		Name: "PARSE_URL", Category: URLs,
		Doc: "Returns a part of the address url: PROTOCOL, AUTHORITY, USERINFO, HOST, PORT, PATH, QUERY, FILE (path and query) or REF (fragment); with QUERY and a name, that parameter. NULL if there is none.",
		Overloads: []Overload{
			over("PARSE_URL(url STRING, part STRING LITERAL) -> STRING NULL", parseURL).check(oneOf(1, "a part of an address", urlParts)),
			over("PARSE_URL(url STRING, part STRING LITERAL, name STRING) -> STRING NULL", func(c *Call) emit.Value {
				c.Args = []emit.Value{c.Args[0], c.Args[2]}
				return c.B.Maybe("parameter", c.Type, symbol("URLParameter").Call(append([]jen.Code{c.B.Arena()}, c.codes()...)...), c.Args...)
			}).check(func(literals []any) (int, error) {
				if part, ok := literals[1].(string); ok && !strings.EqualFold(part, "QUERY") {
					return 1, fmt.Errorf("only the QUERY has parameters, not %s", strings.ToUpper(part))
				}
				return 0, nil
			}),
		},
		Examples: ex(`PARSE_URL('https://me@example.org:8080/a?x=1', 'AUTHORITY')`, `'me@example.org:8080'`, `PARSE_URL('https://example.org/a?x=1', 'QUERY', 'x')`, `'1'`),
	},
}

var urlParts = map[string]string{
	"PROTOCOL": "P", "AUTHORITY": "A", "USERINFO": "U", "HOST": "H", "PORT": "N", "PATH": "T", "QUERY": "Q", "FILE": "L", "REF": "F",
}

func urlPart(name, what string, part rune, example string) *Function {
	return &Function{
		Name: name, Category: URLs, Doc: "Returns " + what + " of the address url; NULL if it has none.",
		Overloads: []Overload{over(name+"(url STRING) -> STRING NULL", partOf(part))},
		Examples:  ex(name+`('https://example.org/a/b?x=1&y=%3F#top')`, example),
	}
}

func partOf(part rune) Emitter {
	return func(c *Call) emit.Value {
		return c.B.Maybe("part", c.Type, symbol("URLPart").Call(c.Args[0].Arg(), jen.LitRune(part)), c.Args[0])
	}
}

func parseURL(c *Call) emit.Value {
	letter, _ := unit(urlParts, c.text(1))
	return partOf(rune(letter[0]))(c)
}
