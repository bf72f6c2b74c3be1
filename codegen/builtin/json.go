package builtin

import (
	"errors"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/velostream/veloc/codegen/emit"
	"github.com/velostream/veloc/compiler/types"
	"github.com/velostream/veloc/runtime/sqlfn/jsonpath"
)

// jsonFunctions look into JSON text and make it. Text that is no JSON has no parts.
var jsonFunctions = []*Function{
	{
		Name: "JSON_VALUE", Aliases: []string{"JSON_EXTRACT_SCALAR"}, Category: JSONText,
		Doc: "Returns the scalar that the path leads to, as text: of a text without its quotes. NULL where it leads to null, to an object or an array, to several values, or nowhere. CAST makes other " +
			"types of it.",
		Overloads: documents("JSON_VALUE(json DOCUMENT, path STRING LITERAL) -> STRING NULL", pathArena("Value")),
		Examples: ex(`JSON_VALUE('{"a": {"b": "x"}}', '$.a.b')`, `'x'`, `JSON_VALUE('{"a": [1, 2.50]}', '$.a[1]')`, `'2.50'`, `JSON_VALUE('{"a": [1, 2]}', '$.a')`, `NULL`,
			`JSON_VALUE('{"a": 1}', '$.b')`, `NULL`, `JSON_VALUE('no json', '$.a')`, `NULL`),
	},
	{
		Name: "JSON_EXTRACT", Aliases: []string{"JSON_EXTRACT_STRING", "GET_JSON_OBJECT"}, Category: JSONText,
		Doc:       "Returns what the path leads to, as text: of a text without its quotes, objects and arrays as JSON, several values (with [*]) as a JSON array of them. NULL where it leads to null, or nowhere.",
		Overloads: documents("JSON_EXTRACT(json DOCUMENT, path STRING LITERAL) -> STRING NULL", pathArena("Extract")),
		Examples: ex(`JSON_EXTRACT('{"a": {"b": 1}}', '$.a')`, `'{"b": 1}'`, `JSON_EXTRACT('{"items": [{"id": 7}]}', 'items.0.id')`, `'7'`,
			`JSON_EXTRACT('{"items": [{"id": 7}, {"id": 8}]}', '$.items[*].id')`, `'[7,8]'`),
	},
	{
		Name: "JSON_QUERY", Category: JSONText,
		Doc:       "Returns the object or array that the path leads to, as JSON; several values (with [*]) as an array of them. NULL where it leads to a scalar, or nowhere.",
		Overloads: documents("JSON_QUERY(json DOCUMENT, path STRING LITERAL) -> STRING NULL", pathArena("Query")),
		Examples:  ex(`JSON_QUERY('{"a": [1, 2]}', '$.a')`, `'[1, 2]'`, `JSON_QUERY('{"a": 1}', '$.a')`, `NULL`),
	},
	{
		Name: "JSON_EXISTS", Aliases: []string{"JSON_CONTAINS_PATH"}, Category: JSONText,
		Doc: "Tells whether the path leads anywhere.",
		Overloads: documents("JSON_EXISTS(json DOCUMENT, path STRING LITERAL) -> BOOLEAN", func(c *Call) emit.Value {
			return c.sure(c.path(1).Dot("Exists").Call(c.Args[0].Arg()))
		}),
		Examples: ex(`JSON_EXISTS('{"a": null}', '$.a')`, `TRUE`, `JSON_EXISTS('{"a": null}', '$.b')`, `FALSE`),
	},
	{
		Name: "JSON_ARRAY_LENGTH", Category: JSONText,
		Doc:       "Returns the number of elements of the array that json is, or that the path leads to. NULL if it is none.",
		Overloads: documents("JSON_ARRAY_LENGTH(json DOCUMENT, [path STRING LITERAL]) -> INTEGER NULL", pathMaybe("ArrayLength")),
		Examples:  ex(`JSON_ARRAY_LENGTH('[1, [2, 3]]')`, `2`, `JSON_ARRAY_LENGTH('{"a": []}', '$.a')`, `0`, `JSON_ARRAY_LENGTH('{}')`, `NULL`),
	},
	{
		Name: "JSON_LENGTH", Category: JSONText,
		Doc:       "Returns the number of elements of the array, or members of the object, that json is or that the path leads to. NULL if it is neither.",
		Overloads: documents("JSON_LENGTH(json DOCUMENT, [path STRING LITERAL]) -> INTEGER NULL", pathMaybe("Length")),
		Examples:  ex(`JSON_LENGTH('{"a": 1, "b": 2}')`, `2`, `JSON_LENGTH('7')`, `NULL`),
	},
	{
		Name: "JSON_TYPE", Aliases: []string{"JSON_TYPEOF"}, Category: JSONText,
		Doc:       "Returns what json is, or what the path leads to: object, array, string, number, boolean or null. NULL if it is nothing of these.",
		Overloads: documents("JSON_TYPE(json DOCUMENT, [path STRING LITERAL]) -> STRING NULL", pathMaybe("Type")),
		Examples:  ex(`JSON_TYPE('[1]')`, `'array'`, `JSON_TYPE('{"a": null}', '$.a')`, `'null'`, `JSON_TYPE('{')`, `NULL`),
	},
	{
		Name: "JSON_KEYS", Aliases: []string{"JSON_OBJECT_KEYS"}, Category: JSONText,
		Doc:       "Returns the names of the members of the object that json is, or that the path leads to, as a JSON array. NULL if it is none.",
		Overloads: documents("JSON_KEYS(json DOCUMENT, [path STRING LITERAL]) -> STRING NULL", pathArena("Keys")),
		Examples:  ex(`JSON_KEYS('{"a": 1, "b": {"c": 2}}')`, `'["a","b"]'`, `JSON_KEYS('{"b": {"c": 2}}', '$.b')`, `'["c"]'`),
	},
	{
		Name: "JSON_VALID", Aliases: []string{"IS_JSON"}, Category: JSONText,
		Doc:       "Tells whether s is JSON.",
		Overloads: []Overload{over("JSON_VALID(s STRING) -> BOOLEAN", call("jsonpath.Valid"))},
		Examples:  ex(`JSON_VALID('{"a": [1, true]}')`, `TRUE`, `JSON_VALID('{a: 1}')`, `FALSE`),
	},
	{
		Name: "JSON_COMPACT", Category: JSONText,
		Doc:       "Returns JSON without white space between its tokens; NULL if it is no JSON.",
		Overloads: documents("JSON_COMPACT(json DOCUMENT) -> STRING NULL", maybeArena("jsonpath.Compact")),
		Examples:  ex(`JSON_COMPACT('{ "a" : [1, 2] }')`, `'{"a":[1,2]}'`),
	},
	{
		Name: "JSON_QUOTE", Aliases: []string{"JSON_STRING"}, Category: JSONText,
		Doc:       "Returns s as a text in JSON, in quotes and with escapes.",
		Overloads: []Overload{over("JSON_QUOTE(s STRING) -> STRING", arena("jsonpath.Quote"))},
		Examples:  ex(`JSON_QUOTE('say "hi"')`, `'"say \"hi\""'`),
	},
	{
		Name: "JSON_UNQUOTE", Category: JSONText,
		Doc:       "Returns the text that s, a text in JSON with its quotes, stands for; everything else stays as it is.",
		Overloads: []Overload{over("JSON_UNQUOTE(s STRING) -> STRING", arena("jsonpath.Unquote"))},
		Examples:  ex(`JSON_UNQUOTE('"a\tb"')`, "'a\tb'", `JSON_UNQUOTE('[1]')`, `'[1]'`),
	},
	{
		Name: "JSON_OBJECT", Aliases: []string{"JSON_BUILD_OBJECT"}, Category: JSONText, NullAware: true,
		Doc: "Returns a JSON object of names and values in turn. Numbers, truth values and JSON are written as they are, NULL as null, everything else as text in quotes; a pair whose name is NULL is left out.",
		Overloads: []Overload{over("JSON_OBJECT(x SCALAR...) -> STRING NOT NULL", jsonOf("jsonpath.Object")).check(func(literals []any) (int, error) {
			if len(literals)%2 == 1 {
				return len(literals) - 1, errors.New("a name has no value: JSON_OBJECT takes names and values in turn")
			}
			return 0, nil
		})},
		Examples: ex(`JSON_OBJECT('a', 1.50, 'b', 'x', 'c', NULL, 'd', TRUE)`, `'{"a":1.50,"b":"x","c":null,"d":true}'`, `JSON_OBJECT()`, `'{}'`),
	},
	{
		Name: "JSON_ARRAY", Aliases: []string{"JSON_BUILD_ARRAY"}, Category: JSONText, NullAware: true,
		Doc:       "Returns a JSON array of its arguments, written as JSON_OBJECT writes values.",
		Overloads: []Overload{over("JSON_ARRAY(x SCALAR...) -> STRING NOT NULL", jsonOf("jsonpath.Array"))},
		Examples:  ex(`JSON_ARRAY(1, 'a', NULL, DATE '2026-01-31')`, `'[1,"a",null,"2026-01-31"]'`),
	},
}

// documents makes overloads of a signature in which DOCUMENT is STRING, or JSON.
func documents(sig string, e Emitter) []Overload {
	out := []Overload{over(strings.ReplaceAll(sig, "DOCUMENT", "STRING"), e), over(strings.ReplaceAll(sig, "DOCUMENT", "JSON"), e)}
	if strings.Contains(sig, "path STRING LITERAL") {
		checked(out, func(literals []any) (int, error) {
			if len(literals) == 2 {
				if path, ok := literals[1].(string); ok {
					_, err := jsonpath.Compile(path)
					return 1, err
				}
			}
			return 0, nil
		})
	}
	return out
}

// path is a package-level variable with the compiled path of argument i, or with $ if it is left out.
func (c *Call) path(i int) *jen.Statement {
	path := "$"
	if i < len(c.Args) {
		path = c.text(i)
	}
	return c.B.Static("path", path, emit.RT("Must").Call(symbol("jsonpath.Compile").Call(emit.GoText(path))))
}

// pathArena calls a method of the path that may have no result, and puts it into the arena.
func pathArena(method string) Emitter {
	return func(c *Call) emit.Value {
		return c.B.Maybe(method, c.Type, c.path(1).Dot(method).Call(c.B.Arena(), c.Args[0].Arg()), c.Args[0])
	}
}

// pathMaybe calls a method of the path that may have no result.
func pathMaybe(method string) Emitter {
	return func(c *Call) emit.Value {
		return c.B.Maybe(method, c.Type, c.path(1).Dot(method).Call(c.Args[0].Arg()), c.Args[0])
	}
}

// jsonOf passes all arguments as parts.
func jsonOf(fn string) Emitter {
	return func(c *Call) emit.Value {
		args := []jen.Code{c.B.Arena()}
		for _, a := range c.Args {
			s, valid := asText(c.B, a), jen.True()
			switch {
			case isNull(a):
				s.Code, valid = jen.Lit(""), jen.False()
			case s.Valid != nil:
				valid = jen.Add(s.Valid)
			}
			quoted := !a.Type.Numeric() && a.Type.Kind != types.Boolean && a.Type.Kind != types.JSON
			args = append(args, symbol("jsonpath.Part").Values(s.Arg(), jen.Lit(quoted), valid))
		}
		return emit.Of(c.Type, emit.PrecUnary, symbol(fn).Call(args...))
	}
}
