package diag

import (
	"fmt"
	"strings"

	"github.com/velostream/veloc/grammar/source"
)

// Family 07: what reaches a sink, under which key.

// KeyIsNotTheGroup is VL0701, a warning: PRIMARY KEY names other columns than GROUP BY.
func KeyIsNotTheGroup(at source.Span, key, group []string) Diagnostic {
	return Diagnostic{Code: "VL0701", Severity: Warning, Span: at,
		Message: fmt.Sprintf("the record key (%s) is not the grouping key (%s): rows of different groups replace each other",
			strings.Join(key, ", "), strings.Join(group, ", "))}.
		WithNote("mark the GROUP BY columns as PRIMARY KEY, or none")
}

// UpdatesWithoutKey is VL0702, a warning: rows replace each other, but nothing in them tells which.
func UpdatesWithoutKey(at source.Span, missing []string) Diagnostic {
	return Diagnostic{Code: "VL0702", Severity: Warning, Span: at,
		Message: fmt.Sprintf("the result shows groups again as they change, without %s to tell them apart", listed(missing, 4))}.
		WithNote("add the GROUP BY columns to the SELECT list, or show each group once with EMIT FINAL")
}

// TotalOrNull is VL0706, a warning: a record key that a total shares with the group of rows in which its columns are NULL.
func TotalOrNull(at source.Span, keys []string) Diagnostic {
	return Diagnostic{Code: "VL0706", Severity: Warning, Span: at,
		Message: fmt.Sprintf("a total and the group in which %s is NULL have one record key: they replace each other", strings.Join(keys, ", "))}.
		WithNote(fmt.Sprintf("tell them apart in the key: mark the GROUP BY columns and GROUPING(%s) AS is_total as PRIMARY KEY\nor leave out the rows without it: WHERE %s IS NOT NULL", strings.Join(keys, ", "), keys[0]))
}

// KeyWithoutName is VL0703: PRIMARY KEY on an expression that has no name of its own.
func KeyWithoutName(at source.Span, free string) Diagnostic {
	return Diagnostic{Code: "VL0703", Span: at, Message: "PRIMARY KEY needs a column or an expression with a name"}.
		WithNote("write `expression AS " + free + " PRIMARY KEY`")
}

// StateIsNotDurable is VL0704, a warning: state without a window over a Kafka topic begins anew when the job is started again. saved tells whether a
// state directory can hold it.
func StateIsNotDurable(at source.Span, what string, saved bool) Diagnostic {
	d := Diagnostic{Code: "VL0704", Severity: Warning, Span: at,
		Message: what + " will be lost when the job stops: after a restart only rows from the committed offsets on count"}
	if !saved {
		return d.WithNote("state lives in memory; what OVER and ORDER BY keep cannot be saved in a state directory yet")
	}
	return d.
		WithNote("state lives in memory; with a state directory it survives: write 'state.dir' = 'state', or start the job with --state-dir").
		WithNote("rows of a window over the topic are read again: GROUP BY … WINDOW TUMBLING(…) survives a restart")
}

// OutsideTransactions is VL0705, a warning: the mode is transactional, and the sink has no transactions. why tells what can be done.
func OutsideTransactions(at source.Span, name, why string) Diagnostic {
	return Diagnostic{Code: "VL0705", Severity: Warning, Span: at,
		Message: fmt.Sprintf("`%s` gets results at least once: its sink takes no part in transactions", name)}.
		WithNote(why)
}

// StarIntoKeyedSink is VL0750, a warning: the rows of a keyed topic have whatever columns their source has.
func StarIntoKeyedSink(at source.Span, name string) Diagnostic {
	return Diagnostic{Code: "VL0750", Severity: Warning, Span: at, Message: fmt.Sprintf("`*` lets the source decide which columns the rows of `%s` have", name)}.
		WithNote("readers of a keyed topic keep old and new rows side by side; name the columns, so that a change of the source changes nothing here")
}
