package grammar

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/cockroachdb/datadriven"

	"github.com/velostream/veloc/grammar/diag"
	"github.com/velostream/veloc/grammar/source"
)

// update rewrites GRAMMAR.ebnf; the files below testdata have -rewrite.
var update = flag.Bool("update", false, "rewrite GRAMMAR.ebnf")

// TestData runs the files below testdata. A case is a command, its input, and the
// expected output:
//
//	parse     the tree of a file, or its diagnostics
//	expr      the tree of one expression
//	tokens    the tokens
//	errors    the diagnostics of a file
//	format    the formatted file; the properties of formatting are checked too
//
// Run with -rewrite to accept new output.
func TestData(t *testing.T) {
	datadriven.Walk(t, "testdata", func(t *testing.T, path string) {
		if strings.HasPrefix(path, filepath.Join("testdata", "fuzz")) {
			return
		}
		datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string {
			f := source.New("job.sql", d.Input)
			switch d.Cmd {
			case "parse":
				tree, diags := Parse(f)
				checkSpans(t, tree)
				return Dump(tree) + diag.Text(diags)
			case "expr":
				e, diags := ParseExpr(f)
				if e == nil {
					return diag.Text(diags)
				}
				return Dump(e) + diag.Text(diags)
			case "tokens":
				return DumpTokens(f)
			case "errors":
				_, diags := Parse(f)
				if len(diags) == 0 {
					t.Errorf("%s: no diagnostics", d.Pos)
				}
				return diag.Text(diags)
			case "format":
				checkFormat(t, d.Input)
				text, diags := Format(f)
				return text + diag.Text(diags)
			}
			t.Fatalf("%s: unknown command %s", d.Pos, d.Cmd)
			return ""
		})
	})
}

// TestEBNF keeps GRAMMAR.ebnf what the parser is built from.
func TestEBNF(t *testing.T) {
	const name = "GRAMMAR.ebnf"
	want := EBNF()
	if *update {
		if err := os.WriteFile(name, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Errorf("%s is stale; run go test ./grammar -run TestEBNF -update", name)
	}
}

// TestParseIsFast keeps a file of a thousand lines far below 50 ms.
func TestParseIsFast(t *testing.T) {
	f := source.New("long.sql", longFile(1000))
	if _, diags := Parse(f); diags.HasErrors() { // builds the parser, too
		t.Fatal(diag.Text(diags))
	}
	const limit, attempts = 50 * time.Millisecond, 20 // other work may slow some attempts down
	var took time.Duration
	for range attempts {
		start := time.Now()
		Parse(f)
		if took = time.Since(start); took < limit {
			return
		}
	}
	t.Errorf("parsing %d lines takes %v", f.LineCount(), took)
}

// longFile is a program of about n lines.
func longFile(n int) string {
	const job = `-- @metric: trades_total
-- @metric_type: counter
CREATE STREAM enriched_trades AS
SELECT
    symbol PRIMARY KEY,
    price * quantity AS notional,
    CASE WHEN price > 100.5 THEN 'high' ELSE 'low' END AS band, -- a comment
    COUNT(*) AS n,
    AVG(price) AS avg_price
FROM trades t
WHERE price > 0 AND (quantity BETWEEN 1 AND 500 OR symbol IN ('AAPL', 'MSFT'))
GROUP BY symbol
WINDOW TUMBLING(event_time, INTERVAL '5' MINUTE)
HAVING COUNT(*) > 10
EMIT CHANGES
WITH (
    'trades.type' = 'kafka_source',
    'trades.topic' = 'trades',
    'enriched_trades.type' = 'kafka_sink'
);

`
	return strings.Repeat(job, n/strings.Count(job, "\n"))
}

func BenchmarkParse(b *testing.B) {
	f := source.New("long.sql", longFile(1000))
	b.SetBytes(int64(len(f.Text)))
	for b.Loop() {
		Parse(f)
	}
}

func BenchmarkLex(b *testing.B) {
	text := longFile(1000)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if _, err := (definition{}).LexString("long.sql", text); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkBuildParser(b *testing.B) {
	for b.Loop() {
		newParser()
	}
}
