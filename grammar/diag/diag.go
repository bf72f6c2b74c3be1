package diag

import (
	"cmp"
	"slices"

	"github.com/velostream/veloc/grammar/source"
)

// Code names one kind of diagnostic for ever: "VL0304". The first two digits
// are the family: 01 syntax, 02 annotations, 03 names, 04 types, 05 streaming
// semantics, 06 connectors and schemas, 07 delivery guarantees, 08 build,
// 09 notes on results that differ from Velostream's. Codes are never renumbered.
type Code string

// Severity says what a diagnostic means for the build.
type Severity uint8

const (
	// Error stops compilation after the phase that found it.
	Error Severity = iota
	// Warning lets compilation go on; --strict turns it into an Error.
	Warning
	// Note informs; it is never turned into an Error.
	Note
)

// String is "error", "warning" or "note".
func (s Severity) String() string {
	switch s {
	case Error:
		return "error"
	case Warning:
		return "warning"
	default:
		return "note"
	}
}

// Diagnostic is one finding about a user's SQL.
type Diagnostic struct {
	Code     Code
	Severity Severity
	// Span is what the carets underline. The zero Span is allowed for what
	// has no place in a file.
	Span source.Span
	// Message is one plain sentence without a full stop. Names from the SQL
	// stand in `backticks`.
	Message string
	// Labels are further places with a few words each ("grouped here"). A label
	// whose span equals Span becomes the text behind the carets.
	Labels []Label
	// Notes are facts that help, one sentence each, printed below the snippet.
	Notes []string
	// Fix is a replacement that a tool may apply, or nil.
	Fix *Fix
}

// Label is a few words about a place in the SQL.
type Label struct {
	Span source.Span
	Text string
}

// Fix is an edit that would remove the diagnostic: the text of Span becomes
// Replacement. An empty span inserts.
type Fix struct {
	Span        source.Span
	Replacement string
	// Message says what the edit does: "did you mean `volume`?".
	Message string
	// Guess marks an edit that may not be what the author meant: `veloc check --fix` leaves it to them.
	Guess bool
}

// List gathers diagnostics. The zero List is empty and ready for use.
type List []Diagnostic

// Add appends diagnostics.
func (l *List) Add(ds ...Diagnostic) { *l = append(*l, ds...) }

// Merge appends all diagnostics of another list.
func (l *List) Merge(other List) { *l = append(*l, other...) }

// HasErrors reports whether any diagnostic is an [Error].
func (l List) HasErrors() bool { return l.Count(Error) > 0 }

// Errors are those of l that are no warnings or notes.
func (l List) Errors() List {
	var out List
	for _, d := range l {
		if d.Severity == Error {
			out = append(out, d)
		}
	}
	return out
}

// Count is the number of diagnostics of one severity.
func (l List) Count(s Severity) int {
	n := 0
	for i := range l {
		if l[i].Severity == s {
			n++
		}
	}
	return n
}

// Strict returns a copy of the list in which warnings are errors.
func (l List) Strict() List {
	strict := slices.Clone(l)
	for i := range strict {
		if strict[i].Severity == Warning {
			strict[i].Severity = Error
		}
	}
	return strict
}

// Sort orders by file, place, severity (errors first) and code, and drops
// exact repetitions: the same code with the same message at the same place.
func (l *List) Sort() {
	slices.SortStableFunc(*l, func(a, b Diagnostic) int {
		return cmp.Or(
			cmp.Compare(fileName(a.Span), fileName(b.Span)),
			cmp.Compare(a.Span.Start, b.Span.Start),
			cmp.Compare(a.Span.End, b.Span.End),
			cmp.Compare(a.Severity, b.Severity),
			cmp.Compare(a.Code, b.Code),
			cmp.Compare(a.Message, b.Message),
		)
	})
	*l = slices.CompactFunc(*l, func(a, b Diagnostic) bool {
		return a.Code == b.Code && a.Span == b.Span && a.Message == b.Message
	})
}

func fileName(s source.Span) string {
	if s.File == nil {
		return ""
	}
	return s.File.Name
}

// Hints are the fix's message and the notes: what to do, then what to know.
func (d Diagnostic) Hints() []string {
	hints := []string{}
	if d.Fix != nil && d.Fix.Message != "" {
		hints = append(hints, d.Fix.Message)
	}
	return append(hints, d.Notes...)
}

// WithNote returns the diagnostic with one more note.
func (d Diagnostic) WithNote(note string) Diagnostic {
	d.Notes = append(slices.Clip(d.Notes), note)
	return d
}

// WithLabel returns the diagnostic with one more label.
func (d Diagnostic) WithLabel(at source.Span, text string) Diagnostic {
	d.Labels = append(slices.Clip(d.Labels), Label{Span: at, Text: text})
	return d
}

// WithFix returns the diagnostic with a fix that leaves no doubt: the result means what the author wrote.
func (d Diagnostic) WithFix(at source.Span, replacement, message string) Diagnostic {
	d.Fix = &Fix{Span: at, Replacement: replacement, Message: message}
	return d
}

// WithGuess returns the diagnostic with a fix that the author should look at before it is applied.
func (d Diagnostic) WithGuess(at source.Span, replacement, message string) Diagnostic {
	d.Fix = &Fix{Span: at, Replacement: replacement, Message: message, Guess: true}
	return d
}
