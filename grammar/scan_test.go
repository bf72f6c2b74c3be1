package grammar_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/velostream/veloc/grammar"
	"github.com/velostream/veloc/grammar/source"
)

// TestTokens cuts text that no parser would take: tokens are there before there is a statement.
func TestTokens(t *testing.T) {
	var got []string
	for _, token := range grammar.Tokens(source.New("t.sql", "-- @app: x\nSELECT `a b` + 1.5, 'it''s' -- done\n FROM 5m ?")) {
		got = append(got, fmt.Sprintf("%d %s", token.Kind, token.At.Text()))
	}
	want := []string{"6 -- @app: x", "1 SELECT", "0 `a b`", "4 +", "3 1.5", "4 ,", "2 'it''s'", "5 -- done", "1 FROM", "3 5m", "7 ?"}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestWords(t *testing.T) {
	words := grammar.Words()
	for _, w := range []string{"SELECT", "WATERMARK", "SYSTEM_TIME", "TUMBLING"} {
		if _, ok := slices.BinarySearch(words, w); ok == (w == "TUMBLING") { // kinds of windows are names, which the binder knows
			t.Errorf("%s: known %v", w, ok)
		}
	}
}
