package builtin

import (
	"errors"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/velostream/veloc/codegen/emit"
	"github.com/velostream/veloc/runtime/sqlfn"
)

// regexpFunctions match regular expressions in RE2 syntax. Patterns are literals: they are compiled, and checked, with the job.
var regexpFunctions = []*Function{
	{
		Name: "REGEXP", Aliases: []string{"REGEXP_LIKE", "REGEXP_MATCHES", "RLIKE"}, Category: Patterns,
		Doc: "Tells whether the regular expression (RE2 syntax) matches any part of s. Flags: i ignores case, s lets . match newlines, m lets ^ and $ match at lines.",
		Overloads: []Overload{
			over("REGEXP(s STRING, pattern STRING LITERAL) -> BOOLEAN", matchRegexp).check(validRegexp(-1)),
			over("REGEXP(s STRING, pattern STRING LITERAL, flags STRING LITERAL) -> BOOLEAN", matchRegexp).check(validRegexp(2)),
		},
		Examples: ex(`REGEXP('order-17', '[0-9]+$')`, `TRUE`, `REGEXP('abc', '^B', 'i')`, `FALSE`, `REGEXP('abc', 'B', 'i')`, `TRUE`),
	},
	{
		Name: "REGEXP_REPLACE", Category: Patterns,
		Doc: "Returns s with the first match of the regular expression replaced, or with the flag g every match. $1 stands for the first group.",
		Overloads: []Overload{
			over("REGEXP_REPLACE(s STRING, pattern STRING LITERAL, replacement STRING) -> STRING", replaceRegexp).check(validRegexp(-1)),
			over("REGEXP_REPLACE(s STRING, pattern STRING LITERAL, replacement STRING, flags STRING LITERAL) -> STRING", replaceRegexp).check(validRegexp(3)),
		},
		Examples: ex(`REGEXP_REPLACE('a1b2', '[0-9]', '#')`, `'a#b2'`, `REGEXP_REPLACE('a1b2', '[0-9]', '#', 'g')`, `'a#b#'`, `REGEXP_REPLACE('x@y', '(\w)@(\w)', '$2@$1')`, `'y@x'`),
	},
	{
		Name: "REGEXP_EXTRACT", Category: Patterns,
		Doc: "Returns the first match of the regular expression in s, or the given group of it; NULL if there is no match.",
		Overloads: []Overload{
			over("REGEXP_EXTRACT(s STRING, pattern STRING LITERAL, [group INTEGER]) -> STRING NULL", extractRegexp).check(validRegexp(-1)),
		},
		Examples: ex(`REGEXP_EXTRACT('order-17', '[0-9]+')`, `'17'`, `REGEXP_EXTRACT('k=v', '(\w)=(\w)', 2)`, `'v'`, `REGEXP_EXTRACT('none', '[0-9]+')`, `NULL`),
	},
}

// validRegexp compiles the pattern, with the flags of argument flags if there is one, to see whether that works.
func validRegexp(flags int) func(literals []any) (int, error) {
	return func(literals []any) (int, error) {
		f := ""
		if flags >= 0 {
			f, _ = literals[flags].(string)
			if _, err := sqlfn.CompileRegexp("", f); err != nil {
				return flags, err
			}
		}
		pattern, ok := literals[1].(string)
		if !ok {
			return 0, nil
		}
		if _, err := sqlfn.CompileRegexp(pattern, f); err != nil {
			return 1, errors.New(err.Error())
		}
		return 0, nil
	}
}

// compiled is a package-level variable with the compiled pattern of argument 1.
func (c *Call) compiled(flags string) *jen.Statement {
	flags = strings.ReplaceAll(flags, "g", "")
	pattern := c.text(1)
	return c.B.Static("pattern", flags+"/"+pattern, emit.RT("Must").Call(symbol("CompileRegexp").Call(jen.Lit(pattern), jen.Lit(flags))))
}

func matchRegexp(c *Call) emit.Value {
	flags := ""
	if len(c.Args) == 3 {
		flags = c.text(2)
	}
	return c.sure(c.compiled(flags).Dot("MatchString").Call(c.Args[0].Arg()))
}

func replaceRegexp(c *Call) emit.Value {
	flags := ""
	if len(c.Args) == 4 {
		flags = c.text(3)
	}
	all := jen.Lit(strings.Contains(flags, "g"))
	return c.sure(symbol("RegexpReplace").Call(c.B.Arena(), c.compiled(flags), c.Args[0].Arg(), c.Args[2].Arg(), all))
}

func extractRegexp(c *Call) emit.Value {
	group := jen.Lit(0)
	if len(c.Args) == 3 {
		group = c.Args[2].Arg()
	}
	return c.B.Maybe("match", c.Type, symbol("RegexpExtract").Call(c.compiled(""), c.Args[0].Arg(), group), c.Args...)
}
