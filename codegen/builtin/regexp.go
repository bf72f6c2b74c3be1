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
		Name: "REGEXP_EXTRACT", Aliases: []string{"REGEXP_SUBSTR"}, Category: Patterns,
		Doc: "Returns the first match of the regular expression in s, or the given group of it; NULL if there is no match.",
		Overloads: []Overload{
			over("REGEXP_EXTRACT(s STRING, pattern STRING LITERAL, [group INTEGER]) -> STRING NULL", extractRegexp).check(validRegexp(-1)),
		},
		Examples: ex(`REGEXP_EXTRACT('order-17', '[0-9]+')`, `'17'`, `REGEXP_EXTRACT('k=v', '(\w)=(\w)', 2)`, `'v'`, `REGEXP_EXTRACT('none', '[0-9]+')`, `NULL`),
	},
	{
		Name: "REGEXP_FULL_MATCH", Category: Patterns,
		Doc: "Tells whether the regular expression matches s from its first to its last character.",
		Overloads: []Overload{over("REGEXP_FULL_MATCH(s STRING, pattern STRING LITERAL) -> BOOLEAN", func(c *Call) emit.Value {
			whole := `^(?:` + c.text(1) + `)$`
			re := c.B.Static("pattern", "/"+whole, emit.RT("Must").Call(symbol("CompileRegexp").Call(jen.Lit(whole), jen.Lit(""))))
			return c.sure(re.Dot("MatchString").Call(c.Args[0].Arg()))
		}).check(validRegexp(-1))},
		Examples: ex(`REGEXP_FULL_MATCH('a17', '[a-z][0-9]+')`, `TRUE`, `REGEXP_FULL_MATCH('a17!', '[a-z][0-9]+')`, `FALSE`),
	},
	{
		Name: "REGEXP_COUNT", Category: Patterns,
		Doc: "Returns how often the regular expression matches in s, without overlaps.",
		Overloads: []Overload{over("REGEXP_COUNT(s STRING, pattern STRING LITERAL) -> INTEGER", func(c *Call) emit.Value {
			return c.sure(symbol("RegexpCount").Call(c.compiled(""), c.Args[0].Arg()))
		}).check(validRegexp(-1))},
		Examples: ex(`REGEXP_COUNT('a1b22c', '[0-9]+')`, `2`, `REGEXP_COUNT('abc', 'x')`, `0`),
	},
	{
		Name: "REGEXP_INSTR", Category: Patterns,
		Doc: "Returns where the first match of the regular expression starts in s, in characters counted from 1, or 0 if there is none.",
		Overloads: []Overload{over("REGEXP_INSTR(s STRING, pattern STRING LITERAL) -> INTEGER", func(c *Call) emit.Value {
			return c.sure(symbol("RegexpInstr").Call(c.compiled(""), c.Args[0].Arg()))
		}).check(validRegexp(-1))},
		Examples: ex(`REGEXP_INSTR('naïve 17', '[0-9]+')`, `7`, `REGEXP_INSTR('abc', 'x')`, `0`),
	},
	{
		Name: "REGEXP_ESCAPE", Category: Patterns,
		Doc:       "Returns s as a regular expression that matches just s.",
		Overloads: []Overload{over("REGEXP_ESCAPE(s STRING) -> STRING", arena("RegexpEscape"))},
		Examples:  ex(`REGEXP_ESCAPE('1.5$')`, `'1\.5\$'`),
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
