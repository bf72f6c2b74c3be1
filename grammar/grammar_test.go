package grammar

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/cockroachdb/datadriven"
	"golang.org/x/sync/errgroup"

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

// TestSyntaxPages checks the examples of the pages of family 01: the first raises
// exactly its code, the second parses.
func TestSyntaxPages(t *testing.T) {
	tested := 0
	for _, code := range diag.Codes() {
		if !strings.HasPrefix(string(code), "VL01") {
			continue
		}
		tested++
		e := diag.ExampleOf(code)
		_, diags := Parse(source.New("fail.sql", e.Fail))
		if len(diags) != 1 || diags[0].Code != code {
			t.Errorf("%s: the failing example raises\n%s", code, diag.Text(diags))
		}
		if _, diags := Parse(source.New("ok.sql", e.OK)); len(diags) != 0 {
			t.Errorf("%s: the good example raises\n%s", code, diag.Text(diags))
		}
	}
	if tested == 0 {
		t.Error("no pages found")
	}
}

// TestWalk checks that a walk meets each node of a tree once, parents first.
func TestWalk(t *testing.T) {
	f, diags := Parse(source.New("job.sql",
		"CREATE STREAM s (a INTEGER) WITH ('k' = 'v') AS SELECT a + b AS c FROM t WHERE d IN (SELECT e FROM u) GROUP BY f"))
	if len(diags) > 0 {
		t.Fatal(diag.Text(diags))
	}
	var columns []string
	seen := map[Node]bool{}
	Walk(f, func(n Node) bool {
		if seen[n] {
			t.Errorf("%T is met twice", n)
		}
		seen[n] = true
		if c, ok := n.(*Column); ok {
			columns = append(columns, c.String())
		}
		return true
	})
	if got := strings.Join(columns, " "); got != "a b d e f" {
		t.Errorf("columns %s", got)
	}
	Walk(f, func(n Node) bool {
		if _, inner := n.(*InQuery); inner {
			return false
		}
		if c, ok := n.(*Column); ok && c.String() == "e" {
			t.Error("a walk went below a node that it was told not to")
		}
		return true
	})
}

// TestAllExprs checks that AllExprs misses no type of expression.
func TestAllExprs(t *testing.T) {
	listed := map[string]bool{}
	for _, e := range AllExprs() {
		listed[fmt.Sprintf("%T", e)] = true
	}
	text, err := os.ReadFile("expr.go")
	if err != nil {
		t.Fatal(err)
	}
	methods := regexp.MustCompile(`(?m)^func \((\*\w+)\) expr\(\)`).FindAllStringSubmatch(string(text), -1)
	for _, m := range methods {
		if name := "*grammar." + m[1][1:]; !listed[name] {
			t.Errorf("AllExprs lacks %s", name)
		}
	}
	if len(methods) != len(listed) {
		t.Errorf("%d types, %d listed", len(methods), len(listed))
	}
}

// TestParallel parses in several goroutines at once: parsers are pooled.
func TestParallel(t *testing.T) {
	f := source.New("job.sql", longFile(100))
	tree, _ := Parse(f)
	want := Dump(tree)
	var group errgroup.Group
	for range 8 {
		group.Go(func() error {
			tree, _ := Parse(f)
			if got := Dump(tree); got != want {
				return fmt.Errorf("a parse beside others gave\n%s", got)
			}
			if _, diags := Parse(source.New("bad.sql", "SELECT a FORM t")); len(diags) != 1 {
				return fmt.Errorf("got %v", diags)
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		t.Error(err)
	}
}

// TestParseLongFile parses a file of a thousand lines, as the benchmark below does: about 10 ms.
func TestParseLongFile(t *testing.T) {
	f := source.New("long.sql", longFile(1000))
	parsed, diags := Parse(f)
	if diags.HasErrors() || len(parsed.Statements) < 20 {
		t.Fatalf("%d statements\n%s", len(parsed.Statements), diag.Text(diags))
	}
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
