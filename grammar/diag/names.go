package diag

import (
	"fmt"
	"strings"

	"github.com/velostream/veloc/grammar/source"
)

// Family 03: names of streams, columns, functions and system columns.

// withSuggestion proposes the nearest candidate, if one is near, as a replacement of the span.
func withSuggestion(d Diagnostic, name string, candidates []string) Diagnostic {
	if best := Nearest(name, candidates); best != "" && best != name {
		return d.WithGuess(d.Span, best, "did you mean `"+best+"`?")
	}
	return d
}

// listed is "`a`, `b`, … and 3 more": at most limit names.
func listed(names []string, limit int) string {
	shown := names[:min(len(names), limit)]
	text := "`" + strings.Join(shown, "`, `") + "`"
	if rest := len(names) - len(shown); rest > 0 {
		text += fmt.Sprintf(" and %d more", rest)
	}
	return text
}

// UnknownRelation is VL0301: FROM names something that neither the file nor its properties define.
func UnknownRelation(at source.Span, name string, known []string) Diagnostic {
	d := Diagnostic{Code: "VL0301", Span: at, Message: fmt.Sprintf("there is no stream or table `%s`", name)}
	if len(known) > 0 {
		d = d.WithNote("known here: " + listed(known, 12))
	}
	d = d.WithNote(fmt.Sprintf("a source is declared by '%s.type' in a WITH list or by CREATE STREAM %s (columns) WITH (…)", name, name))
	return withSuggestion(d, name, known)
}

// LaterRelation is VL0302: a statement reads one that comes after it.
func LaterRelation(at source.Span, name string, made source.Span) Diagnostic {
	return Diagnostic{Code: "VL0302", Span: at, Message: fmt.Sprintf("`%s` is made by a later statement", name)}.
		WithLabel(made, "made here").
		WithNote("a statement reads sources and statements above it: move the definition up")
}

// SelfReference is VL0303: a statement reads its own result.
func SelfReference(at source.Span, name string) Diagnostic {
	return Diagnostic{Code: "VL0303", Span: at, Message: fmt.Sprintf("`%s` reads itself", name)}.
		WithNote("give the result another name than the source that it reads")
}

// UnknownColumn is VL0304. Columns are the visible ones, described as "symbol STRING".
func UnknownColumn(at source.Span, name, relation string, columns, described []string) Diagnostic {
	in := "`" + relation + "`"
	if relation == "" {
		in = "the input"
	}
	d := Diagnostic{Code: "VL0304", Span: at, Message: fmt.Sprintf("column `%s` is not in %s", name, in)}
	switch {
	case len(described) > 0:
		d = d.WithNote(fmt.Sprintf("%s has: %s", strings.Trim(in, "`"), strings.Join(described[:min(len(described), 12)], ", ")+more(len(described)-12)))
	case relation == "":
		d = d.WithNote("a SELECT without FROM has no columns")
	}
	return withSuggestion(d, name, columns)
}

func more(n int) string {
	if n <= 0 {
		return ""
	}
	return fmt.Sprintf(" and %d more", n)
}

// UnknownQualifier is VL0305: the part before a dot names no relation of the query and no STRUCT column.
func UnknownQualifier(at source.Span, name string, relations []string) Diagnostic {
	d := Diagnostic{Code: "VL0305", Span: at, Message: fmt.Sprintf("`%s` is not a relation of this query", name)}
	if len(relations) > 0 {
		d = d.WithNote("the query reads " + listed(relations, 8))
	}
	return withSuggestion(d, name, relations)
}

// UnknownField is VL0306: a STRUCT has no such field.
func UnknownField(at source.Span, field, of, typ string, fields []string) Diagnostic {
	d := Diagnostic{Code: "VL0306", Span: at, Message: fmt.Sprintf("`%s` has no field `%s`", of, field)}
	return withSuggestion(d.WithNote("its type is "+typ), field, fields)
}

// NotAStruct is VL0307: a dot behind something that has no fields.
func NotAStruct(at source.Span, field, of, typ string) Diagnostic {
	return Diagnostic{Code: "VL0307", Span: at, Message: fmt.Sprintf("`%s` is %s and has no field `%s`", of, typ, field)}
}

// AliasInWhere is VL0308: WHERE and GROUP BY's input cannot see what SELECT computes. Replacement is the aliased expression.
func AliasInWhere(at source.Span, name, clause string, defined source.Span, replacement string) Diagnostic {
	return Diagnostic{Code: "VL0308", Span: at, Message: fmt.Sprintf("`%s` is computed by SELECT, after %s", name, clause)}.
		WithLabel(defined, "defined here").
		WithFix(at, replacement, "repeat the expression: `"+replacement+"`")
}

// UnknownFunction is VL0309.
func UnknownFunction(at source.Span, name string, known []string) Diagnostic {
	d := Diagnostic{Code: "VL0309", Span: at, Message: fmt.Sprintf("there is no function `%s`", strings.ToUpper(name))}
	return withSuggestion(d, strings.ToUpper(name), known)
}

// DuplicateColumn is VL0310: two columns of a result have one name. Name is where the second gets its name: its alias, or the empty
// span behind the expression.
func DuplicateColumn(at source.Span, column string, first, name source.Span, free string) Diagnostic {
	text := free
	if name.Start == name.End {
		text = " AS " + free
	}
	return Diagnostic{Code: "VL0310", Span: at, Message: fmt.Sprintf("the result has two columns `%s`", column)}.
		WithLabel(first, "first one here").
		WithGuess(name, text, "give one of them another name: `AS "+free+"`")
}

// DuplicateRelation is VL0311: two statements make the same stream or table.
func DuplicateRelation(at source.Span, name string, first source.Span) Diagnostic {
	return Diagnostic{Code: "VL0311", Span: at, Message: fmt.Sprintf("`%s` is made twice", name)}.WithLabel(first, "first made here")
}

// OrdinalOutOfRange is VL0312: GROUP BY 5, or ORDER BY 5, where SELECT has fewer items.
func OrdinalOutOfRange(at source.Span, clause, n string, items int) Diagnostic {
	return Diagnostic{Code: "VL0312", Span: at, Message: fmt.Sprintf("%s %s: SELECT has %d columns", clause, n, items)}.
		WithNote("a number in " + clause + " is the position of a column of the SELECT list, from 1")
}

// WindowColumnOutside is VL0313: _window_start and its like in a query without a window.
func WindowColumnOutside(at source.Span, name string) Diagnostic {
	return Diagnostic{Code: "VL0313", Span: at, Message: fmt.Sprintf("`%s` is only known in a query with a WINDOW", name)}.
		WithNote("add for example WINDOW TUMBLING(1m)")
}

// WindowColumnTooEarly is VL0313 as well: the window's bounds where rows are not yet in windows.
func WindowColumnTooEarly(at source.Span, name string) Diagnostic {
	return Diagnostic{Code: "VL0313", Span: at, Message: fmt.Sprintf("`%s` is not known here: windows are formed later", name)}.
		WithNote("conditions on windows go into HAVING; conditions on the time of rows use _event_time")
}

// NoSystemColumn is VL0314: a system column where no row of a source is at hand.
func NoSystemColumn(at source.Span, name string) Diagnostic {
	return Diagnostic{Code: "VL0314", Span: at, Message: fmt.Sprintf("`%s` belongs to rows of a source, and this SELECT has no FROM", name)}
}

// StarWithoutFrom is VL0315.
func StarWithoutFrom(at source.Span) Diagnostic {
	return Diagnostic{Code: "VL0315", Span: at, Message: "`*` needs a FROM to take columns from"}
}

// UnusedColumn is VL0350, a warning: a column that no later statement reads.
func UnusedColumn(at source.Span, column, statement string) Diagnostic {
	return Diagnostic{Code: "VL0350", Severity: Warning, Span: at, Message: fmt.Sprintf("nothing reads column `%s` of `%s`", column, statement)}.
		WithNote(fmt.Sprintf("`%s` has no sink of its own; what its readers leave out is never seen", statement))
}

// AnotherValue is VL0340: an alias of what differs from call to call.
func AnotherValue(at source.Span, name, function string) Diagnostic {
	return Diagnostic{Code: "VL0340", Span: at, Message: fmt.Sprintf("here `%s` would have another value, because it calls %s once more", name, function)}.
		WithNote("compute it in a query of its own, and read that: FROM (SELECT …, " + function + "(…) AS " + name + " FROM …)")
}
