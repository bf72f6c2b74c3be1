package diag

import "github.com/velostream/veloc/grammar/source"

// Family 09: places where veloc's result differs from Velostream's, because Velostream's is a defect. They are shown on request.

// NoteDivisionByZero is VL0901.
func NoteDivisionByZero(at source.Span) Diagnostic {
	return note("VL0901", at, "division by zero is NULL here and counted; Velostream gives 1")
}

// NoteNullComparison is VL0902.
func NoteNullComparison(at source.Span) Diagnostic {
	return note("VL0902", at, "a comparison with NULL is NULL here, so the row is dropped; for Velostream NULL = NULL is true and NULL <> x is true")
}

// NoteCharacterLength is VL0903.
func NoteCharacterLength(at source.Span, function string) Diagnostic {
	return note("VL0903", at, function+" counts characters here; Velostream counts bytes")
}

// NoteDecimalEquality is VL0904.
func NoteDecimalEquality(at source.Span) Diagnostic {
	return note("VL0904", at, "decimals are compared exactly here; for Velostream a decimal never equals anything")
}

// NoteMillisTimestamp is VL0905.
func NoteMillisTimestamp(at source.Span) Diagnostic {
	return note("VL0905", at, "the number is read as milliseconds here; Velostream reads seconds in this place and milliseconds elsewhere")
}

// NoteNotPrecedence is VL0906.
func NoteNotPrecedence(at source.Span) Diagnostic {
	return note("VL0906", at, "NOT applies to the whole comparison here; Velostream negates its left side only")
}

// NoteRunningAggregate is VL0907.
func NoteRunningAggregate(at source.Span) Diagnostic {
	return note("VL0907", at, "an aggregate without GROUP BY runs over all rows here; Velostream computes it from one row at a time")
}

// NoteExactSum is VL0908.
func NoteExactSum(at source.Span, function string) Diagnostic {
	return note("VL0908", at, function+" of DECIMAL is an exact DECIMAL here; Velostream gives a FLOAT")
}

func note(code Code, at source.Span, message string) Diagnostic {
	return Diagnostic{Code: code, Severity: Note, Span: at, Message: message}
}
