package diag

import (
	"fmt"

	"github.com/velostream/veloc/grammar/source"
)

// Family 05: windows, emission, unbounded input, changing results.

// FinalNeverComes is VL0501: EMIT FINAL without a window on input that does not end.
func FinalNeverComes(at source.Span, input string) Diagnostic {
	return Diagnostic{Code: "VL0501", Span: at, Message: fmt.Sprintf("EMIT FINAL never shows anything: `%s` does not end and there is no WINDOW", input)}.
		WithGuess(at, "EMIT CHANGES", "show every update: `EMIT CHANGES`, or add WINDOW TUMBLING(…)")
}

// WindowWithoutAggregate is VL0502: a window over rows that nothing gathers.
func WindowWithoutAggregate(at source.Span) Diagnostic {
	return Diagnostic{Code: "VL0502", Span: at, Message: "a WINDOW needs an aggregate or GROUP BY: nothing here is gathered per window"}.
		WithNote("add for example COUNT(*) to the SELECT list")
}

// BadWindowSize is VL0503: a size that is not positive.
func BadWindowSize(at source.Span, size string) Diagnostic {
	return Diagnostic{Code: "VL0503", Span: at, Message: fmt.Sprintf("a window of %s holds nothing: its size must be positive", size)}
}

// GrowingState is VL0504: state that grows for as long as the job runs. keeps says what there is more and more of, size how much memory each
// takes, bounds how it can be bounded. The annotation that accepts it belongs at begins.
func GrowingState(at source.Span, keeps, size, bounds string, begins source.Span) Diagnostic {
	d := errorAt("VL0504", at, "nothing bounds this state: it keeps %s", keeps)
	if size != "" {
		d = d.WithNote(size)
	}
	if bounds != "" {
		d = d.WithNote(bounds)
	}
	return d.WithGuess(begins, "-- @state_unbounded: accepted\n", "if there are only so many, `-- @state_unbounded: accepted` above the statement says so")
}

// NothingToForget is VL0560: state.ttl on a statement that has no state which it could be about.
func NothingToForget(at source.Span) Diagnostic {
	return errorAt("VL0560", at, "there is nothing here that 'state.ttl' could forget").
		WithNote("it is about GROUP BY with EMIT CHANGES, DISTINCT, and joins of streams, over rows that do not wait for others\n" +
			"a WINDOW forgets by itself; EMIT FINAL shows groups when the input has ended")
}

// NothingToJoin is VL0560 for join.ttl.
func NothingToJoin(at source.Span) Diagnostic {
	return errorAt("VL0560", at, "there is no join here whose rows 'join.ttl' could forget").
		WithNote("it is about joins of two streams that no time bound and no WINDOW limits; a table keeps its rows")
}

// ForgetsWithoutTime is VL0561: state.ttl or join.ttl over rows that have no time.
func ForgetsWithoutTime(at source.Span, key, input string) Diagnostic {
	return errorAt("VL0561", at, "'%s' forgets by the time of rows, and those of `%s` have none", key, input).
		WithNote("WATERMARK FOR in its declaration, or 'event.time.field', says which column it is")
}

// OverOfChanges is VL0563: a call over rows around the row, where these are replaced and withdrawn without end.
func OverOfChanges(at source.Span, call, input string) Diagnostic {
	return errorAt("VL0563", at, "%s OVER (…) would change again with every row: rows of `%s` replace earlier ones, and it does not end", call, input).
		WithNote("a WINDOW or EMIT FINAL in the query below shows each group once; a CREATE STREAM of it is read as one row for each change\n" +
			"ROW_NUMBER() with a condition, or ORDER BY … LIMIT, keeps the first rows of a stream up to date")
}

// WindowOfChanges is VL0564: a window over rows that replace earlier ones.
func WindowOfChanges(at source.Span, input string) Diagnostic {
	return errorAt("VL0564", at, "a WINDOW needs rows that stay: those of `%s` replace earlier ones, and a window that has closed cannot take them back", input).
		WithNote("a WINDOW or EMIT FINAL in the query below shows each group once; a CREATE STREAM of it is read as one row for each change")
}

// UpdatesAsRows is VL0506, a warning: grouping a STREAM of updates counts each update.
func UpdatesAsRows(at source.Span, stream string) Diagnostic {
	return Diagnostic{Code: "VL0506", Severity: Warning, Span: at,
		Message: fmt.Sprintf("`%s` shows a group again at each change, and each of these rows is counted here", stream)}.
		WithNote("EMIT FINAL or a WINDOW in its definition shows each group once")
}

// EmitWithoutEffect is VL0507, a warning: EMIT FINAL on a query that gathers nothing.
func EmitWithoutEffect(at source.Span) Diagnostic {
	return Diagnostic{Code: "VL0507", Severity: Warning, Span: at, Message: "EMIT FINAL has no effect: without aggregates each row is shown once"}.
		WithFix(at, "", "leave it out")
}

// NothingToWaitFor is VL0553: EMIT FINAL AFTER … INACTIVITY where no window of time is open.
func NothingToWaitFor(at source.Span) Diagnostic {
	return Diagnostic{Code: "VL0553", Span: at, Message: "there is no window of time that could be shown after it"}.
		WithNote("add a WINDOW of a length of time, or leave AFTER … INACTIVITY out")
}

// NotATime is VL0508: a time is needed and something else is there. What is "a window" or "_event_time".
func NotATime(at source.Span, what, name, typ string) Diagnostic {
	return Diagnostic{Code: "VL0508", Span: at, Message: fmt.Sprintf("%s needs a time, and `%s` is %s", what, name, typ)}.
		WithNote("a time is a TIMESTAMP, a DATE, or an INTEGER of milliseconds since 1970")
}

// WindowWithoutInput is VL0509: a window in a SELECT without FROM.
func WindowWithoutInput(at source.Span) Diagnostic {
	return Diagnostic{Code: "VL0509", Span: at, Message: "a WINDOW needs rows with a time, and this SELECT has no FROM"}
}

// BadLimit is VL0510: LIMIT takes a constant.
func BadLimit(at source.Span) Diagnostic {
	return Diagnostic{Code: "VL0510", Span: at, Message: "LIMIT takes a whole number from 0 upwards"}
}

// WindowTwice is VL0511: two different windows in one query.
func WindowTwice(at, first source.Span) Diagnostic {
	return Diagnostic{Code: "VL0511", Span: at, Message: "a query has one window"}.WithLabel(first, "the other one")
}

// NothingToReplace is VL0512, a warning: OR REPLACE and IF NOT EXISTS ask about what exists already.
func NothingToReplace(at source.Span, words string) Diagnostic {
	return Diagnostic{Code: "VL0512", Severity: Warning, Span: at, Message: words + " has no effect: a build begins with nothing"}.
		WithFix(at, "", "leave it out")
}

// NotYetCompiled is VL0590: SQL that the grammar knows and this version does not compile. What is "a JOIN".
func NotYetCompiled(at source.Span, what, instead string) Diagnostic {
	d := Diagnostic{Code: "VL0590", Span: at, Message: what + " is not yet compiled"}
	if instead != "" {
		d = d.WithNote(instead)
	}
	return d
}

// NotForJobs is VL0591: commands to a running server, which a compiled job does not have.
func NotForJobs(at source.Span, command string) Diagnostic {
	return Diagnostic{Code: "VL0591", Span: at, Message: command + " means nothing in a compiled job"}.
		WithNote("the binary that veloc builds is the job: start and stop it as a process")
}

// TooManyWindows is VL0548: a function in FROM that repeats rows too often.
func TooManyWindows(at source.Span, most int) Diagnostic {
	return errorAt("VL0548", at, "each row would be repeated for more than %d windows", most).
		WithNote("GROUP BY gathers rows in such windows without repeating them")
}

// WindowColumnTaken is VL0549: rows already have a column that a window would add.
func WindowColumnTaken(at source.Span, column, word string) Diagnostic {
	return errorAt("VL0549", at, "the rows already have a column `%s`, which %s adds", column, word).
		WithNote("rename it in a query in its place: " + word + "((SELECT " + column + " AS …), …)")
}

// NotAChange is VL0592: UPDATE, DELETE, MERGE and TRUNCATE.
func NotAChange(at source.Span, verb string) Diagnostic {
	d := errorAt("VL0592", at, "%s changes rows that are stored, and a job stores none: it computes new rows from its input", verb)
	switch verb {
	case "UPDATE":
		return d.WithNote("* REPLACE (expression AS column) and CASE change values on their way; GROUP BY with EMIT CHANGES keeps the newest row of each key")
	case "MERGE":
		return d.WithNote("GROUP BY with EMIT CHANGES keeps the newest row of each key; a join puts two inputs together")
	}
	return d.WithNote("WHERE leaves rows out of the result; a topic forgets rows by its retention")
}

// NothingToAlter is VL0593.
func NothingToAlter(at source.Span) Diagnostic {
	return errorAt("VL0593", at, "ALTER changes what a server keeps; a compiled job is changed in its text").
		WithNote("change the CREATE statement, or SET a property, and build again")
}

// NothingToDrop is VL0594. Kind is STREAM, TABLE, VIEW or FUNCTION.
func NothingToDrop(at source.Span, kind, name string) Diagnostic {
	return errorAt("VL0594", at, "DROP %s takes something from a server; a compiled job has what its text creates", kind).
		WithNote("take the CREATE statement of `" + name + "` out of the file; topics and files are removed with their own tools")
}

// MatchRecognize is VL0595: a search for a pattern of rows.
func MatchRecognize(at source.Span) Diagnostic {
	return errorAt("VL0595", at, "MATCH_RECOGNIZE is not part of the language").
		WithNote("LAG(…) OVER (PARTITION BY … ORDER BY …) with QUALIFY compares a row with those before it; JOIN … WITHIN finds one event that follows another; WINDOW SESSION gathers events without a pause")
}

// MissingWatermark is VL0550, a warning: windows over event time without a word on its order.
func MissingWatermark(at source.Span, name string, declared source.Span) Diagnostic {
	return Diagnostic{Code: "VL0550", Severity: Warning, Span: at, Message: fmt.Sprintf("nothing says how far rows of `%s` may be out of order, so any that are may come too late for their window", name)}.
		WithLabel(declared, "its event time").
		WithNote(fmt.Sprintf("set '%s.watermark.max_out_of_orderness' = '5s', or '%s.watermark.strategy' = 'ascending' if rows are in order", name, name))
}

// VolatileKey is VL0552, a warning: a key that is something else at each call.
func VolatileKey(at source.Span, what, function string) Diagnostic {
	return Diagnostic{Code: "VL0552", Severity: Warning, Span: at, Message: fmt.Sprintf("%s uses %s, which gives something else at each call", what, function)}.
		WithNote("rows that are read again after a restart get another key than the first time")
}
