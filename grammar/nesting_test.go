package grammar

import (
	"strings"
	"testing"
	"time"

	"github.com/velostream/veloc/grammar/diag"
	"github.com/velostream/veloc/grammar/source"
)

// TestNesting parses texts that are nested or chained as deeply as hostile input
// can be, complete and cut off. None may panic or take long, and what is beyond
// the limit is refused as such.
func TestNesting(t *testing.T) {
	for _, c := range []struct {
		name, begin, middle, end string
		depth                    int
		code                     diag.Code // "" when it must parse
	}{
		{"parentheses", "(", "1", ")", 100, ""},
		{"parentheses", "(", "1", ")", maxNesting + 1, diag.CodeTooDeep},
		{"open parentheses", "(", "", "", 150, diag.CodeUnexpected},
		{"subqueries", "(SELECT ", "1", ")", 60, ""},
		{"open subqueries", "(SELECT a FROM (", "", "", 60, diag.CodeUnexpected},
		{"open derived tables", "(SELECT * FROM ", "", "", 150, diag.CodeUnexpected},
		{"open set operations", "(SELECT 1 UNION (", "", "", 60, diag.CodeUnexpected},
		{"open expressions", "(WITH a AS (", "", "", 60, diag.CodeUnexpected},
		{"open windows", "SUM(x) OVER (PARTITION BY ", "", "", 60, diag.CodeUnexpected},
		{"open joins", "(SELECT 1 FROM a JOIN (b JOIN ", "", "", 60, diag.CodeUnexpected},
		{"open conditions", "(SELECT 1 FROM a WHERE EXISTS ", "", "", 60, diag.CodeUnexpected},
		{"calls", "f(1, ", "1", ")", 150, ""},
		{"open calls", "f(1, ", "", "", 150, diag.CodeUnexpected},
		{"substrings", "SUBSTRING(", "s", " FROM 1)", 150, ""},
		{"positions", "POSITION(", "s", " IN s)", 150, ""},
		{"trims", "TRIM(", "s", ")", 150, ""},
		{"cases", "CASE WHEN ", "1", " THEN 1 END", 90, ""},
		{"open cases", "CASE ", "", "", 90, diag.CodeUnexpected},
		{"not", "NOT ", "a", "", 100, ""},
		{"not", "NOT ", "a", "", 100_000, diag.CodeTooDeep},
		{"minus", "- ", "1", "", 100_000, diag.CodeTooDeep},
		{"powers", "2 ^ ", "2", "", 100_000, diag.CodeTooDeep},
		{"sums", "1 + ", "1", "", 5000, ""},
		{"sums", "1 + ", "1", "", 100_000, diag.CodeTooDeep},
		{"types", "CAST(1 AS ", "ARRAY<" + strings.Repeat("ARRAY<", 100) + "INT" + strings.Repeat(">", 101), ")", 1, ""},
		{"open types", "CAST(1 AS ", strings.Repeat("ARRAY<", 100_000), "", 1, diag.CodeTooDeep},
		{"subscripts", "", "a" + strings.Repeat("[1]", 5000), "", 1, ""},
		{"between", "a BETWEEN ", "1 AND 2", "", 1, ""},
		{"strings", "", strings.Repeat("'a' ", 2000), "", 1, diag.CodeUnexpected},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := "SELECT " + strings.Repeat(c.begin, c.depth) + c.middle + strings.Repeat(c.end, c.depth)
			start := time.Now()
			_, diags := Parse(source.New("deep.sql", text))
			if took := time.Since(start); took > 10*time.Second {
				t.Errorf("it takes %v", took)
			}
			if c.code == "" && len(diags) > 0 {
				t.Fatalf("it does not parse: %s: %s", diags[0].Code, diags[0].Message)
			}
			if c.code != "" && (len(diags) != 1 || diags[0].Code != c.code) {
				t.Fatalf("want %s, got %+v", c.code, diags)
			}
		})
	}
}
