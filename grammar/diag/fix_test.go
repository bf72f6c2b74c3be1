package diag_test

import (
	"testing"

	"github.com/velostream/veloc/grammar/diag"
	"github.com/velostream/veloc/grammar/source"
)

// TestApply edits a text by fixes that come in any order, that touch each other, and that are guesses.
func TestApply(t *testing.T) {
	emit := source.New("c.sql", "SELECT a FROM t EMIT FINAL;")
	if got, _ := diag.Apply(emit, diag.List{{Fix: &diag.Fix{Span: emit.Span(16, 26)}}}, false); got != "SELECT a FROM t;" {
		t.Errorf("what is left out leaves %q", got)
	}
	f, other := source.New("a.sql", "SELECT a,, b FROM t"), source.New("b.sql", "SELECT a,, b FROM t")
	at := func(f *source.File, from, to int) diag.Diagnostic { return diag.Diagnostic{Span: f.Span(from, to)} }
	l := diag.List{
		at(f, 18, 19).WithGuess(f.Span(18, 19), "trades", "did you mean `trades`?"),
		at(f, 11, 12).WithFix(f.Span(11, 12), "c", "say c"),
		at(f, 8, 9).WithFix(f.Span(8, 9), "", "remove it"),
		at(f, 9, 10).WithFix(f.Span(9, 10), "", "touches the one before"),
		at(other, 0, 6).WithFix(other.Span(0, 6), "select", "elsewhere"),
		at(f, 0, 6),
	}
	for _, tt := range []struct {
		guesses bool
		want    string
		edits   int
	}{
		{false, "SELECT a, c FROM t", 2},
		{true, "SELECT a, c FROM trades", 3},
	} {
		if got, n := diag.Apply(f, l, tt.guesses); got != tt.want || n != tt.edits {
			t.Errorf("guesses %v: %q after %d edits, want %q after %d", tt.guesses, got, n, tt.want, tt.edits)
		}
	}
}
