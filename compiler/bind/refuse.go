package bind

import (
	"github.com/velostream/veloc/grammar"
	"github.com/velostream/veloc/grammar/diag"
)

// refuse reports every construct below root that is not yet compiled, the outermost of nested ones, and tells whether there are
// any. Nothing else is reported about such a query: whatever else could be said of it depends on them.
func (b *binder) refuse(root grammar.Node) bool {
	before := len(b.diags)
	grammar.Walk(root, func(n grammar.Node) bool {
		if n == root {
			return true // the query itself is no subquery
		}
		what, instead := refusal(n)
		if what == "" {
			return true
		}
		b.report(diag.NotYetCompiled(n.Span(), what, instead))
		return false
	})
	return len(b.diags) > before
}

// refusal says what n is called if it is not yet compiled, and what to do instead.
func refusal(n grammar.Node) (what, instead string) {
	switch n := n.(type) {
	case *grammar.CTE:
		return "WITH … AS (query)", "write it as a CREATE STREAM above this statement"
	case *grammar.SetOp:
		return n.Op, "write each side as a statement of its own with the same target"
	case *grammar.Values:
		return "VALUES", "read the rows from a file"
	case *grammar.Nested:
		return "a query in parentheses", "leave the parentheses out"
	case *grammar.OrderBy:
		return "ORDER BY", "rows come in the order of the input"
	case *grammar.Join:
		return "a " + n.Kind.String(), ""
	case *grammar.Qualify:
		return "QUALIFY", ""
	case *grammar.Named:
		return "a named window", ""
	case *grammar.Over:
		return "OVER", ""
	case *grammar.Window:
		if n.Kind != grammar.Tumbling {
			return "WINDOW " + n.Kind.String(), "WINDOW TUMBLING is"
		}
	case *grammar.Query:
		return "a subquery", "compute it in a CREATE STREAM above this statement"
	case *grammar.Limit:
		if n.Offset != nil {
			return "LIMIT … OFFSET", "LIMIT alone is"
		}
	}
	if what, instead = refusedRelation(n); what == "" {
		what, instead = refusedExpr(n)
	}
	return what, instead
}

func refusedRelation(n grammar.Node) (what, instead string) {
	switch n := n.(type) {
	case *grammar.DerivedTable:
		return "a query in FROM", "write it as a CREATE STREAM above this statement"
	case *grammar.JoinedTable:
		return "a JOIN", ""
	case *grammar.AsOf:
		return "FOR SYSTEM_TIME AS OF", ""
	case *grammar.TableAlias:
		if len(n.Columns) > 0 {
			return "a column list behind an alias", "rename columns with AS in the SELECT list"
		}
	case *grammar.TableFunction:
		if n.Ordinality {
			return "WITH ORDINALITY", ""
		}
		if len(n.Call.Args) < 2 || !isTumble(n.Call.Name.String()) || !isTableArg(n.Call.Args[0]) {
			return n.Call.Name.String() + " in FROM", "TUMBLE(TABLE name, DESCRIPTOR(time), INTERVAL …) is"
		}
	}
	return "", ""
}

func isTableArg(e grammar.Expr) bool {
	_, ok := e.(*grammar.TableArg)
	return ok
}

func refusedExpr(n grammar.Node) (what, instead string) {
	switch n := n.(type) {
	case *grammar.Scalar, *grammar.Exists, *grammar.InQuery, *grammar.Quantified:
		return "a subquery", "compute it in a CREATE STREAM above this statement"
	case *grammar.ArrayLit:
		return "an ARRAY value", ""
	case *grammar.MapLit:
		return "a MAP value", ""
	case *grammar.RowLit:
		return "a value with several fields", ""
	case *grammar.Subscript:
		return "access to an element with [ ]", ""
	case *grammar.AtTimeZone:
		return "AT TIME ZONE", "times are UTC"
	case *grammar.Like:
		if n.Op == grammar.LikeRLike && n.Escape != nil {
			return "RLIKE … ESCAPE", "a regular expression escapes with \\"
		}
	case *grammar.NamedArg:
		return "an argument by name", "give arguments by position"
	case *grammar.Call:
		switch {
		case n.Over != nil:
			return n.Name.String() + " OVER (…)", ""
		case n.OrderBy != nil:
			return "ORDER BY inside of " + n.Name.String(), "rows come in the order of the input"
		case n.Nulls != "":
			return n.Nulls + " NULLS", ""
		}
		if windowed, kind := otherWindowCall(n); windowed {
			return kind, "TUMBLE is"
		}
		if name := upper(n.Name); (isTumble(name) || isWindowFunction(name)) && callSpec(n, n.Args).extra {
			return name + " with these arguments", name + "(time, INTERVAL '5' MINUTE) is"
		}
	}
	return "", ""
}

// otherWindowCall recognises the functions of windows that are not yet compiled.
func otherWindowCall(c *grammar.Call) (bool, string) {
	name := upper(c.Name)
	switch name {
	case "HOP", "HOPPING", "SLIDING", "SESSION", "CUMULATE", "HOP_START", "HOP_END", "SESSION_START", "SESSION_END", "SESSION_DURATION":
		return true, name
	}
	return false, ""
}
