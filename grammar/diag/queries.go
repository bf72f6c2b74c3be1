package diag

import (
	"fmt"

	"github.com/velostream/veloc/grammar/source"
)

// Families 03, 04 and 05 of what queries are made of: joins, set operations, calls over windows, subqueries, order.

func errorAt(code Code, at source.Span, format string, args ...any) Diagnostic {
	return Diagnostic{Code: code, Span: at, Message: fmt.Sprintf(format, args...)}
}

func warningAt(code Code, at source.Span, format string, args ...any) Diagnostic {
	return Diagnostic{Code: code, Severity: Warning, Span: at, Message: fmt.Sprintf(format, args...)}
}

// AmbiguousColumn is VL0330: a bare name that two relations of a join have.
func AmbiguousColumn(at source.Span, name string, relations []string) Diagnostic {
	d := errorAt("VL0330", at, "`%s` is in several relations of this query", name)
	if relations[0] == "" || relations[1] == "" {
		return d.WithNote("give the relations aliases, and say which one is meant: alias." + name)
	}
	return d.WithFix(at, relations[0]+"."+name, fmt.Sprintf("say which one: `%s.%s` or `%s.%s`", relations[0], name, relations[1], name))
}

// DuplicateAlias is VL0331: two relations of a query have one name.
func DuplicateAlias(at source.Span, name string) Diagnostic {
	return errorAt("VL0331", at, "two relations of this query are called `%s`", name).WithNote("give one of them an alias: FROM " + name + " other")
}

// UnknownWindow is VL0332: OVER name without such a window.
func UnknownWindow(at source.Span, name string, known []string) Diagnostic {
	d := errorAt("VL0332", at, "there is no window `%s`", name)
	if len(known) == 0 {
		return d.WithNote("WINDOW " + name + " AS (PARTITION BY … ORDER BY …) defines one, behind FROM")
	}
	return withSuggestion(d.WithNote("the query defines "+listed(known, 8)), name, known)
}

// WindowNameTwice is VL0333.
func WindowNameTwice(at source.Span, name string, first source.Span) Diagnostic {
	return errorAt("VL0333", at, "the window `%s` is defined twice", name).WithLabel(first, "first defined here")
}

// UnusedName is VL0334, a warning. What is "the query" of a WITH, or "the window" of a WINDOW clause.
func UnusedName(at source.Span, what, name string) Diagnostic {
	return warningAt("VL0334", at, "nothing reads %s `%s`", what, name)
}

// ColumnCount is VL0335: a list of names that does not fit the columns that it names.
func ColumnCount(at source.Span, of string, names, columns int) Diagnostic {
	whose := "the query"
	if of != "" {
		whose = "`" + of + "`"
	}
	return errorAt("VL0335", at, "%s here for %s of %s", counted(names, "name"), counted(columns, "column"), whose)
}

func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// UnknownTableFunction is VL0336: a function in FROM that makes no rows.
func UnknownTableFunction(at source.Span, name string) Diagnostic {
	known := []string{"TUMBLE", "HOP", "SESSION", "CUMULATE", "UNNEST"}
	return withSuggestion(errorAt("VL0336", at, "`%s` is no function that makes rows", name).
		WithNote("in FROM there are TUMBLE, HOP, SESSION and CUMULATE, of TABLE name, and UNNEST"), name, known)
}

// AliasOfJoin is VL0337: a join in parentheses has no columns of its own.
func AliasOfJoin(at source.Span) Diagnostic {
	return errorAt("VL0337", at, "a join in parentheses takes no alias: its relations keep their names").WithFix(at, "", "leave it out")
}

// NothingInCommon is VL0338: NATURAL JOIN of relations without a common column.
func NothingInCommon(at source.Span) Diagnostic {
	return errorAt("VL0338", at, "NATURAL JOIN finds no column that both sides have").WithNote("write the condition: JOIN … ON a.x = b.y")
}

// OrderNotSelected is VL0339: ORDER BY something that SELECT DISTINCT has dropped.
func OrderNotSelected(at source.Span) Diagnostic {
	return errorAt("VL0339", at, "SELECT DISTINCT can only be ordered by what it selects").WithNote("one row of the result stands for several rows, which may differ in this")
}

// OrderNotColumn is VL0339 as well: the result of a set operation is ordered by its columns.
func OrderNotColumn(at source.Span) Diagnostic {
	return errorAt("VL0339", at, "this result can only be ordered by its columns, by name or position").
		WithNote("to order by an expression, select from the whole: SELECT … FROM (… UNION ALL …) AS t ORDER BY …")
}

// SetOpWidth is VL0430: two sides of a set operation with different numbers of columns.
func SetOpWidth(at source.Span, op string, left, right int) Diagnostic {
	return errorAt("VL0430", at, "%s needs sides of equally many columns: %d and %d", op, left, right)
}

// SetOpTypes is VL0431: columns of one position without a common type.
func SetOpTypes(at source.Span, op string, n int, name, left, right string) Diagnostic {
	return errorAt("VL0431", at, "%s: column %d (`%s`) is %s on the left and %s on the right", op, n, name, left, right).
		WithNote("columns correspond by position; CAST one of them")
}

// RowWidth is VL0432: rows of VALUES with different numbers of values.
func RowWidth(at, first source.Span, n, want int) Diagnostic {
	return errorAt("VL0432", at, "this row has %s, the first one %d", counted(n, "value"), want).WithLabel(first, "the first row")
}

// SubqueryColumns is VL0433: a subquery with another number of columns than its place takes.
func SubqueryColumns(at source.Span, want, got int) Diagnostic {
	return errorAt("VL0433", at, "a subquery here has %s, and this one has %d", counted(want, "column"), got)
}

// FrameOffset is VL0434: a distance in a frame that is none. Reason is a clause.
func FrameOffset(at source.Span, reason string) Diagnostic {
	return errorAt("VL0434", at, "this is no distance for a frame: %s", reason)
}

// UnnestArgument is VL0435.
func UnnestArgument(at source.Span, reason string) Diagnostic {
	return errorAt("VL0435", at, "UNNEST makes rows of an ARRAY or MAP: %s", reason)
}

// NotOverFunction is VL0436: OVER behind a function of one row.
func NotOverFunction(at source.Span, name string) Diagnostic {
	return errorAt("VL0436", at, "`%s` looks at one row and takes no OVER", name).WithNote("aggregates and functions such as LAG and RANK do")
}

// OverMissing is VL0437: LAG and its like without OVER.
func OverMissing(at source.Span, name string) Diagnostic {
	end := at
	end.Start = end.End
	return errorAt("VL0437", at, "`%s` looks at rows around each row and needs OVER", name).
		WithFix(end, " OVER (ORDER BY _event_time)", "say which rows: `OVER (PARTITION BY … ORDER BY …)`")
}

// BadBuffer is VL0438: ROWS WINDOW BUFFER of no rows.
func BadBuffer(at source.Span, n string) Diagnostic {
	return errorAt("VL0438", at, "a buffer of %s rows: it must be a whole number above zero", n)
}

// ResultDeclaration is VL0439: what cannot be declared of the result of a query. Reason is a sentence.
func ResultDeclaration(at source.Span, reason string) Diagnostic {
	return errorAt("VL0439", at, "%s", reason)
}

// ArgumentNotHere is VL0440: TABLE t, or name => value, as an argument of an ordinary function.
func ArgumentNotHere(at source.Span, what, note string) Diagnostic {
	return errorAt("VL0440", at, "`%s` is no argument of this function", what).WithNote(note)
}

// SimilarPattern is VL0441: a pattern of SIMILAR TO that is none. Reason is a clause.
func SimilarPattern(at source.Span, reason string) Diagnostic {
	return errorAt("VL0441", at, "this is no pattern for SIMILAR TO: %s", reason).
		WithNote("% is any text, _ any character; | * + ? {m,n} ( ) and [ ] are those of regular expressions")
}

// QuantifiedOperand is VL0442: ANY or ALL of something that is neither a query nor an array.
func QuantifiedOperand(at source.Span, quantifier, typ string) Diagnostic {
	return errorAt("VL0442", at, "%s takes an ARRAY or a query, not %s", quantifier, typ)
}

// DistinctOnOrder is VL0341: ORDER BY that does not begin with the expressions of DISTINCT ON.
func DistinctOnOrder(at, on source.Span) Diagnostic {
	return errorAt("VL0341", at, "ORDER BY must begin with the expressions of DISTINCT ON; what follows them chooses the row that stays").
		WithLabel(on, "rows that are equal in this")
}

// TooManySets is VL0342: GROUPING SETS, ROLLUP and CUBE that stand for more sets than there can be.
func TooManySets(at source.Span, most int) Diagnostic {
	return errorAt("VL0342", at, "this groups rows in more than %d ways, each with state of its own", most).
		WithNote("GROUPING SETS (…) lists just those that are needed")
}

// GroupingArgument is VL0343: GROUPING of something that is no key, or where there are no groups.
func GroupingArgument(at source.Span, name string) Diagnostic {
	return errorAt("VL0343", at, "%s takes expressions of GROUP BY, in SELECT, HAVING, QUALIFY and ORDER BY", name)
}
