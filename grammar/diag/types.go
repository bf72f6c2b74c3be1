package diag

import (
	"fmt"
	"strings"

	"github.com/velostream/veloc/grammar/source"
)

// Family 04: types of expressions, aggregates and literals.

// NoOperator is VL0401: an operator is not defined on these types.
func NoOperator(at source.Span, op string, operands ...string) Diagnostic {
	return Diagnostic{Code: "VL0401", Span: at, Message: fmt.Sprintf("`%s` is not defined on %s", op, strings.Join(operands, " and "))}
}

// NotComparable is VL0402. Fix names the type to cast the string side to, or "".
func NotComparable(at source.Span, left, right string) Diagnostic {
	return Diagnostic{Code: "VL0402", Span: at, Message: fmt.Sprintf("%s and %s cannot be compared", left, right)}.
		WithNote(fmt.Sprintf("convert one side: CAST(… AS %s)", left))
}

// NotOrdered is VL0403: < or MIN on a type without an order.
func NotOrdered(at source.Span, op, typ string) Diagnostic {
	return Diagnostic{Code: "VL0403", Span: at, Message: fmt.Sprintf("`%s` needs an order, and %s has none", op, typ)}
}

// NotBoolean is VL0404: a condition of another type.
func NotBoolean(at source.Span, where, typ string) Diagnostic {
	d := Diagnostic{Code: "VL0404", Span: at, Message: fmt.Sprintf("%s needs a BOOLEAN, not %s", where, typ)}
	switch typ {
	case "INTEGER", "FLOAT":
		end := at
		end.Start = end.End
		return d.WithGuess(end, " <> 0", "compare it: `<> 0`")
	case "STRING":
		return d.WithNote("compare it with something: name = 'text'")
	}
	return d
}

// NoOverload is VL0405: a function has no signature for these arguments. Message says what is wrong with which.
func NoOverload(at source.Span, message string, signatures []string) Diagnostic {
	return Diagnostic{Code: "VL0405", Span: at, Message: message}.WithNote("it is " + strings.Join(signatures, "\nor "))
}

// NoCommonType is VL0406: results that must agree do not.
func NoCommonType(at source.Span, what, first string, firstAt source.Span, other string) Diagnostic {
	return Diagnostic{Code: "VL0406", Span: at, Message: fmt.Sprintf("%s must have one type: this is %s, not %s", what, other, first)}.
		WithLabel(firstAt, first)
}

// NoCast is VL0407: the conversion does not exist.
func NoCast(at source.Span, from, to string) Diagnostic {
	return Diagnostic{Code: "VL0407", Span: at, Message: fmt.Sprintf("%s cannot be converted to %s", from, to)}
}

// BadType is VL0408: a type that does not exist or has wrong parameters. Reason is a whole sentence.
func BadType(at source.Span, name, reason string, known []string) Diagnostic {
	return withSuggestion(Diagnostic{Code: "VL0408", Span: at, Message: reason}, strings.ToUpper(name), known)
}

// TypeParameterIgnored is VL0409, a warning: VARCHAR(20) is STRING. Note says what becomes of the parameter.
func TypeParameterIgnored(at source.Span, note string) Diagnostic {
	return Diagnostic{Code: "VL0409", Severity: Warning, Span: at, Message: note}
}

// BadLiteral is VL0410: text or number that is no value of the type it stands for.
func BadLiteral(at source.Span, text, typ, expected string) Diagnostic {
	return Diagnostic{Code: "VL0410", Span: at, Message: fmt.Sprintf("%s is not a valid %s", text, typ)}.WithNote("expected " + expected)
}

// ConstantFails is VL0411: an expression over constants whose value does not exist. Reason is "the result does not fit INTEGER".
func ConstantFails(at source.Span, reason string) Diagnostic {
	return Diagnostic{Code: "VL0411", Span: at, Message: "this expression always fails: " + reason}
}

// AggregateNotHere is VL0412: an aggregate where rows are not yet grouped.
func AggregateNotHere(at source.Span, name, clause string) Diagnostic {
	d := Diagnostic{Code: "VL0412", Span: at, Message: fmt.Sprintf("%s cannot stand in %s: rows are not grouped there yet", name, clause)}
	if clause == "WHERE" {
		return d.WithNote("conditions on groups go into HAVING, after GROUP BY")
	}
	return d
}

// NestedAggregate is VL0413: SUM(COUNT(x)).
func NestedAggregate(at source.Span, inner, outer string) Diagnostic {
	return Diagnostic{Code: "VL0413", Span: at, Message: fmt.Sprintf("%s inside of %s: an aggregate cannot be the input of another", inner, outer)}.
		WithNote("compute the inner one in a CREATE STREAM of its own and aggregate its result")
}

// FirstRowValue is VL0414, a warning: a column that is neither grouped nor aggregated.
func FirstRowValue(at source.Span, text string) Diagnostic {
	return Diagnostic{Code: "VL0414", Severity: Warning, Span: at,
		Message: fmt.Sprintf("`%s` is neither grouped nor aggregated: the group's first row decides", text)}.
		WithFix(at, "FIRST("+text+")", "say so: `FIRST("+text+")`, or add it to GROUP BY")
}

// NotAnAggregate is VL0415: DISTINCT, FILTER or ORDER BY with a scalar function.
func NotAnAggregate(at source.Span, name, what string) Diagnostic {
	return Diagnostic{Code: "VL0415", Span: at, Message: fmt.Sprintf("%s is for aggregate functions, and %s is not one", what, name)}
}

// MonthInterval is VL0416: an interval of months or years has no fixed length.
func MonthInterval(at source.Span) Diagnostic {
	return Diagnostic{Code: "VL0416", Span: at, Message: "a month has no fixed length, so it meets no interval of days and less"}.
		WithNote("write it in days: INTERVAL '30' DAYS; or add the months to a time: ts + INTERVAL '1' MONTH")
}

// HavingWithoutGroups is VL0417: HAVING in a query without groups.
func HavingWithoutGroups(at source.Span) Diagnostic {
	return Diagnostic{Code: "VL0417", Span: at, Message: "HAVING filters groups, and this query has none"}.
		WithNote("conditions on rows go into WHERE")
}

// BadEscape is VL0418: ESCAPE takes one character.
func BadEscape(at source.Span) Diagnostic {
	return Diagnostic{Code: "VL0418", Span: at, Message: "ESCAPE takes one character in quotes"}
}

// NotGroupable is VL0419: a type that rows cannot be grouped by or made distinct by.
func NotGroupable(at source.Span, what, typ string) Diagnostic {
	return Diagnostic{Code: "VL0419", Span: at, Message: fmt.Sprintf("%s does not work on %s", what, typ)}.
		WithNote("use a field of it, or CAST(… AS STRING) where that exists")
}

// ComparedWithNull is VL0420, a warning: x = NULL is never TRUE. Fixed is the IS NULL form.
func ComparedWithNull(at source.Span, fixed string) Diagnostic {
	return Diagnostic{Code: "VL0420", Severity: Warning, Span: at, Message: "a comparison with NULL is never true"}.
		WithGuess(at, fixed, "did you mean `"+fixed+"`?")
}

// StarArgument is VL0421: f(*) for another function than COUNT.
func StarArgument(at source.Span, name string) Diagnostic {
	return Diagnostic{Code: "VL0421", Span: at, Message: fmt.Sprintf("%s(*) is not defined: only COUNT takes `*`", name)}
}

// TooLarge is VL0422: aliases that build on each other have made an expression that no one could have meant.
func TooLarge(at source.Span, name string) Diagnostic {
	return Diagnostic{Code: "VL0422", Span: at, Message: fmt.Sprintf("with `%s` in its place the expression has more than 10000 terms", name)}.
		WithNote("each alias is replaced by its definition: compute the steps in CREATE STREAM statements of their own")
}

// FloatMoney is VL0450, a warning: arithmetic on FLOAT that looks like money.
func FloatMoney(at source.Span, what, column string) Diagnostic {
	return Diagnostic{Code: "VL0450", Severity: Warning, Span: at, Message: fmt.Sprintf("%s `%s`, which is FLOAT, is not exact", what, column)}.
		WithNote("declare the column DECIMAL(18,4) if it counts money: DECIMAL is exact, and as fast")
}
