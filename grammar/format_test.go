package grammar

import (
	"strings"
	"testing"

	"github.com/alecthomas/participle/v2/lexer"

	"github.com/velostream/veloc/grammar/source"
)

// TestFormatComments puts a comment of each kind at boundaries between tokens of
// every statement of the test data, and checks that formatting keeps it and the
// tree, and is stable.
func TestFormatComments(t *testing.T) {
	kinds := []string{" -- c\n", "\n-- c\n", " /* c */ ", "\n\n/* c */\n", "\n\n-- c\n\n-- d\n\n", "\n-- @name: v\n", " -- @name: v\n"}
	const step = 4 // every boundary would take long and find little more
	tried := 0
	for _, sql := range testInputs(t) {
		f := source.New("job.sql", sql)
		if _, diags := Parse(f); diags.HasErrors() {
			continue
		}
		s := scanner{file: f, text: sql, end: len(sql), pos: lexer.Position{Line: 1, Column: 1}}
		for i, tok := range s.all() {
			if i%step != 0 {
				continue
			}
			kind := kinds[i/step%len(kinds)]
			checkFormat(t, sql[:tok.Pos.Offset]+kind+sql[tok.Pos.Offset:])
			tried++
			if t.Failed() {
				return
			}
		}
	}
	if tried < 500 {
		t.Errorf("only %d texts tried", tried)
	}
}

// TestFormatSpace takes the space away where tokens touch and adds it where they
// do not: the result is the same.
func TestFormatSpace(t *testing.T) {
	for _, sql := range testInputs(t) {
		f := source.New("job.sql", sql)
		want, diags := Format(f)
		if diags.HasErrors() || strings.Contains(sql, "--") || strings.Contains(sql, "/*") {
			continue
		}
		s := scanner{file: f, text: sql, end: len(sql), pos: lexer.Position{Line: 1, Column: 1}}
		var spaced strings.Builder
		for _, tok := range s.all() {
			if tok.Type != tokSpace {
				spaced.WriteString(tok.Value + " \n ")
			}
		}
		if got, diags := Format(source.New("job.sql", spaced.String())); got != want {
			t.Errorf("spread out, this is formatted as\n%s\ninstead of\n%s\n%v", got, want, diags)
		}
	}
}
