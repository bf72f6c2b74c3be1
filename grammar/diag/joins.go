package diag

import "github.com/velostream/veloc/grammar/source"

// Family 05, joins, subqueries and order.

// JoinWithoutCondition is VL0520.
func JoinWithoutCondition(at source.Span, kind string) Diagnostic {
	return errorAt("VL0520", at, "%s needs ON or USING", kind).WithNote("where every row meets every row, write CROSS JOIN or ON TRUE")
}

// CrossJoinCondition is VL0521.
func CrossJoinCondition(at source.Span) Diagnostic {
	return errorAt("VL0521", at, "CROSS JOIN has no condition").WithNote("write JOIN … ON, or put the condition into WHERE")
}

// UnboundedJoin is VL0522: rows of both streams would have to be kept for ever.
func UnboundedJoin(at source.Span) Diagnostic {
	return errorAt("VL0522", at, "this join of two streams would keep every row for ever: nothing says how far apart in time rows can be").
		WithNote("write WITHIN 5m behind ON, or b.ts BETWEEN a.ts - INTERVAL '5' MINUTE AND a.ts + INTERVAL '5' MINUTE into it\n" +
			"'join.ttl' = '1h' keeps rows for an hour; if one side is a table, say so: '<name>.role' = 'table'")
}

// LookupOuter is VL0523: a join with a table that would have to put out rows of the table by themselves.
func LookupOuter(at source.Span, kind string) Diagnostic {
	return errorAt("VL0523", at, "%s of a stream and a table: rows of the table without a partner can never be told, because the stream does not end", kind).
		WithNote("JOIN and LEFT JOIN, with the stream on the left, put out rows of the stream")
}

// MissingStrategy is VL0556: what a table says of missing rows contradicts the join. why is a sentence without a full stop.
func MissingStrategy(at, join source.Span, value, why, fix string) Diagnostic {
	return errorAt("VL0556", at, "`'join.missing' = '%s'` does not go with this join: %s", value, why).WithLabel(join, "the join").WithNote(fix)
}

// CrossProduct is VL0524, a warning.
func CrossProduct(at source.Span) Diagnostic {
	return warningAt("VL0524", at, "every row of one stream meets every row of the other").WithNote("an equality in ON spares most of the work")
}

// AsOfWithoutTime is VL0562: an as-of join for which rows of the right would have to be kept for ever.
func AsOfWithoutTime(at source.Span, right string) Diagnostic {
	return errorAt("VL0562", at, "the nearest row of `%s` is never known: more rows can come, and time does not say when the last one has", right).
		WithNote("compare the event times of both sides, with >= or >: the last row before; further conditions belong into a subquery or behind the join\n" +
			"over a file that is not read for anything else, any comparison will do")
}

// AsOfCondition is VL0525.
func AsOfCondition(at source.Span) Diagnostic {
	return errorAt("VL0525", at, "ASOF JOIN needs one comparison that says which row is the nearest").
		WithNote("for example ON a.key = b.key AND a.ts >= b.ts")
}

// NotTemporal is VL0526: FOR SYSTEM_TIME AS OF where it means nothing.
func NotTemporal(at source.Span) Diagnostic {
	return errorAt("VL0526", at, "FOR SYSTEM_TIME AS OF stands behind the right side of a join, and its time is one of the left side").
		WithNote("FROM orders o JOIN rates FOR SYSTEM_TIME AS OF o.ts AS r ON o.currency = r.currency")
}

// SubqueryNotHere is VL0527.
func SubqueryNotHere(at source.Span, where string) Diagnostic {
	return errorAt("VL0527", at, "a subquery cannot stand in %s", where).WithNote("compute it in the SELECT list of a query in front, or in WHERE")
}

// SubqueryOverStream is VL0528.
func SubqueryOverStream(at source.Span, stream string) Diagnostic {
	return errorAt("VL0528", at, "the stream `%s` does not end, so this subquery never has an answer", stream).
		WithNote("a subquery reads tables: '" + stream + ".role' = 'table' makes one of it, if its rows are reference data\n" +
			"rows of two streams meet in a join with WITHIN")
}

// CorrelatedTooDeep is VL0529.
func CorrelatedTooDeep(at source.Span) Diagnostic {
	return errorAt("VL0529", at, "this subquery uses columns of the query around it in a place where only its own can stand").
		WithNote("they can stand in its WHERE, under an aggregate compared by =, not below LIMIT, in its SELECT list or inside of an outer join")
}

// NestedOver is VL0530.
func NestedOver(at source.Span, name string) Diagnostic {
	return errorAt("VL0530", at, "`%s` over a window cannot stand inside of another call over a window", name).WithNote("compute the inner one in a query in FROM")
}

// OverNotHere is VL0531.
func OverNotHere(at source.Span, name, clause string) Diagnostic {
	return errorAt("VL0531", at, "`%s` over a window is computed after %s", name, clause).WithNote("QUALIFY filters by it, or WHERE of a query around this one")
}

// OverWithoutOrder is VL0532, a warning.
func OverWithoutOrder(at source.Span, name string) Diagnostic {
	return warningAt("VL0532", at, "`%s` without ORDER BY depends on the order in which rows arrive", name)
}

// WindowOverridden is VL0533: a window that changes what the one that it extends has fixed.
func WindowOverridden(at source.Span, base, part string) Diagnostic {
	return errorAt("VL0533", at, "%s cannot be added here: the window `%s` has decided it", part, base)
}

// BufferOnly is VL0534.
func BufferOnly(at source.Span, what string) Diagnostic {
	return errorAt("VL0534", at, "%s inside of OVER needs ROWS WINDOW BUFFER n ROWS: there is no buffer that could be full", what).WithFix(at, "", "leave it out")
}

// FrameWithoutEffect is VL0535, a warning.
func FrameWithoutEffect(at source.Span, name string) Diagnostic {
	return warningAt("VL0535", at, "`%s` sees its whole partition: a frame has no effect", name).WithFix(at, "", "leave it out")
}

// NoNullsToIgnore is VL0551: IGNORE NULLS of a call that does not choose among values.
func NoNullsToIgnore(at source.Span, name, nulls string) Diagnostic {
	return errorAt("VL0551", at, "`%s` returns no value of a row, so there is none for %s NULLS to choose", name, nulls).
		WithNote("LAG, LEAD, FIRST_VALUE, LAST_VALUE, NTH_VALUE and aggregates with an argument take it; to count or number only some rows, filter them in front: WHERE x IS NOT NULL")
}

// OrderInsideOver is VL0554.
func OrderInsideOver(at source.Span, name string) Diagnostic {
	return errorAt("VL0554", at, "the rows of a window have one order, so `%s` takes no ORDER BY of its own", name).
		WithNote("write it into OVER (ORDER BY …); WITHIN GROUP is for PERCENTILE_CONT and its like")
}

// RunsOverBuffer is VL0555.
func RunsOverBuffer(at source.Span, name string) Diagnostic {
	return errorAt("VL0555", at, "`%s` goes on from row to row, so the rows of a buffer cannot leave it", name).
		WithNote("leave out ROWS WINDOW BUFFER: it keeps one value of each partition, not rows")
}

// FrameBackwards is VL0536.
func FrameBackwards(at source.Span) Diagnostic {
	return errorAt("VL0536", at, "this frame ends before it begins")
}

// FrameNeedsOrder is VL0537.
func FrameNeedsOrder(at source.Span, what string) Diagnostic {
	return errorAt("VL0537", at, "%s needs ORDER BY with one key", what)
}

// OverOfRows is VL0538, a warning: a call over the rows of the input in a query that gathers them.
func OverOfRows(at source.Span, name string) Diagnostic {
	return warningAt("VL0538", at, "`%s` is computed over rows before they are gathered; each group shows the value of its last row", name)
}

// QualifyWithoutOver is VL0539.
func QualifyWithoutOver(at source.Span) Diagnostic {
	return errorAt("VL0539", at, "QUALIFY filters by functions over windows, and there is none").WithNote("WHERE filters rows, HAVING filters groups")
}

// SortNeverEnds is VL0540.
func SortNeverEnds(at source.Span, input string) Diagnostic {
	return errorAt("VL0540", at, "ORDER BY never knows the first row: `%s` does not end", input).
		WithNote("with LIMIT the first rows are kept up to date; in a query with a WINDOW each window is ordered; rows can be ordered by event time")
}

// OrderWithoutEffect is VL0541, a warning.
func OrderWithoutEffect(at source.Span) Diagnostic {
	return warningAt("VL0541", at, "ORDER BY has no effect: another query reads these rows, in no order").WithFix(at, "", "leave it out")
}

// RecursiveQuery is VL0542.
func RecursiveQuery(at source.Span) Diagnostic {
	return errorAt("VL0542", at, "a query cannot read its own result: WITH RECURSIVE is no part of the dialect")
}

// NestedTarget is VL0543.
func NestedTarget(at source.Span) Diagnostic {
	return errorAt("VL0543", at, "only a whole statement writes rows: INTO cannot stand in a query that another one reads")
}

// NestedKey is VL0544.
func NestedKey(at source.Span) Diagnostic {
	return errorAt("VL0544", at, "PRIMARY KEY is about the rows that a statement writes: mark columns of the outermost SELECT")
}

// WindowArguments is VL0545: what is wrong with the arguments of a window, as a clause.
func WindowArguments(at source.Span, word, problem string) Diagnostic {
	return errorAt("VL0545", at, "%s: %s", word, problem)
}

// WindowGaps is VL0546: an advance that leaves rows out.
func WindowGaps(at source.Span, size, advance string) Diagnostic {
	return errorAt("VL0546", at, "a window of %s every %s leaves out the rows between two windows", size, advance).WithNote("the size comes first, then the advance")
}

// WindowSteps is VL0547.
func WindowSteps(at source.Span, size, step string) Diagnostic {
	return errorAt("VL0547", at, "a window that grows to %s by %s never reaches its size: the size must be a multiple of the step", size, step)
}

// OverNeverWhole is VL0596: a call that needs all rows of its partition, over input that does not end.
func OverNeverWhole(at source.Span, name, input string) Diagnostic {
	return errorAt("VL0596", at, "`%s` needs all rows of its partition, and `%s` does not end", name, input).
		WithNote("let the frame end at CURRENT ROW, look at ROWS WINDOW BUFFER n ROWS, or compute it over a WINDOW with PARTITION BY _window_start")
}

// OverUnsettled is VL0597: an order in which a later row can come before those that have been shown.
func OverUnsettled(at source.Span, name, input string) Diagnostic {
	return errorAt("VL0597", at, "`%s` is never final: a later row of `%s` can come before this one in order", name, input).
		WithNote("order by the event time, look at ROWS WINDOW BUFFER n ROWS, or ask for the first rows only: QUALIFY ROW_NUMBER() OVER (…) <= n")
}
