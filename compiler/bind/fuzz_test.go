package bind_test

import (
	"testing"

	"github.com/velostream/veloc/compiler/bind"
	"github.com/velostream/veloc/compiler/bind/bindtest"
	"github.com/velostream/veloc/compiler/plan"
	"github.com/velostream/veloc/compiler/rewrite"
	"github.com/velostream/veloc/grammar"
	"github.com/velostream/veloc/grammar/diag"
	"github.com/velostream/veloc/grammar/source"
)

const fuzzTables = `CREATE STREAM t (
    a INTEGER NOT NULL, b STRING, c DECIMAL(10,2), d FLOAT, e BOOLEAN, f TIMESTAMP NOT NULL, g DATE, h STRUCT<x INTEGER, y STRING>, i JSON,
    WATERMARK FOR f AS f - INTERVAL '1' SECOND
) WITH ('connector' = 'kafka');
`

// FuzzBind binds and rewrites whatever parses. Nothing may panic, and what has no errors must print.
func FuzzBind(f *testing.F) {
	for _, code := range diag.Codes() {
		f.Add(diag.ExampleOf(code).Fail)
		f.Add(diag.ExampleOf(code).OK)
	}
	for _, sql := range []string{
		"SELECT a, b || c, -d, NOT e, f - g, h.x, i FROM t WHERE a BETWEEN 1 AND c AND b LIKE 'x%' OR e IS NOT TRUE;",
		"SELECT CASE a WHEN 1 THEN c ELSE d END, COALESCE(b, 'x'), CAST(c AS INTEGER), EXTRACT(HOUR FROM f), a IN (1, 2.5, NULL) FROM t;",
		"SELECT UPPER(b) AS k, COUNT(DISTINCT a), SUM(c) FILTER (WHERE e), _window_end, d FROM t GROUP BY k HAVING MAX(a) > 1 WINDOW TUMBLING(f, 1m) LIMIT 1;",
		"-- @metric: m_total\n-- @metric_labels: h.x\n-- @metric_condition: a > 1 AND TIMESTAMP() < _window_end\nCREATE TABLE x AS SELECT * FROM t;\nSELECT DISTINCT h FROM x;",
		"SELECT 1 / 0, 9223372036854775807 * 2, 1e400, TIMESTAMP '2262-04-12', NULL = NULL, - - 1, t.* FROM t u;",
	} {
		f.Add(sql)
	}
	ddl, _ := grammar.Parse(source.New("tables.sql", fuzzTables))
	f.Fuzz(func(t *testing.T, sql string) {
		file, found := grammar.Parse(source.New("fuzz.sql", sql))
		if found.HasErrors() {
			return
		}
		job, found := bind.Bind(file, bindtest.NewCatalog(ddl), bindtest.Registry(), bind.Options{Notes: true})
		if found.HasErrors() {
			return
		}
		job, _ = rewrite.Run(job, bindtest.Registry(), nil)
		plan.Print(job)
		plan.JSON(job)
	})
}
