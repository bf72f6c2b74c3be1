package veloc_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/velostream/veloc"
	"github.com/velostream/veloc/grammar/diag"
)

const marketData = `-- ticks.sql --
CREATE STREAM quotes (symbol STRING NOT NULL, bid DECIMAL(18,4), ask DECIMAL(18,4), ts TIMESTAMP) WITH ('connector' = 'kafka');
CREATE STREAM mids AS SELECT symbol, (bid + ask) / 2 AS mid, ts FROM quotes
WITH ('mids.type' = 'kafka_sink', 'mids.topic' = 'market.mids', 'mids.timestamp.format' = 'epoch_seconds');
CREATE STREAM wide AS SELECT symbol, ask - bid AS spread FROM quotes WITH ('wide.type' = 'file_sink', 'wide.path' = 'out/wide.jsonl');
-- broken.sql --
CREATE STREAM lost AS SELECT nothing FROM nowhere;
-- ring.sql --
-- @depends_on: ring2
CREATE STREAM one AS SELECT a FROM two WITH ('two.type' = 'kafka_source', 'one.type' = 'kafka_sink');
`

// A source that another file makes has the columns which that file gives it: found by name, by topic, or by path.
func TestDependsOn(t *testing.T) {
	t.Chdir(t.TempDir())
	unpack(t, marketData)
	for _, c := range []struct{ name, sql, columns, message string }{
		{"by name", "SELECT * FROM wide WITH ('wide.type' = 'kafka_source');", "symbol STRING, spread DECIMAL(19,4)", ""},
		{"by topic; a time that is written as a number is one", "SELECT * FROM m WITH ('m.type' = 'kafka_source', 'm.topic' = 'market.mids');", "symbol STRING, mid DECIMAL(23,8), ts INTEGER", ""},
		{"by path", "SELECT * FROM w WITH ('w.type' = 'file_source', 'w.path' = './out/wide.jsonl');", "symbol STRING, spread DECIMAL(19,4)", ""},
		{"what does not fit is shown on both sides", "SELECT spread || 1 < 2 AS x FROM wide WITH ('wide.type' = 'kafka_source');", "symbol STRING, spread DECIMAL(19,4)",
			"ticks.sql:4:"},
		{"not made there", "SELECT a FROM other WITH ('other.type' = 'kafka_source');", "", "the columns of `other` are not known"},
	} {
		job, err := veloc.Check("job.sql", "-- @depends_on: ticks\n\n"+c.sql, veloc.Options{})
		if err != nil {
			t.Fatal(err)
		}
		var columns []string
		for _, s := range veloc.Schemas(job) {
			for _, col := range s.Columns {
				columns = append(columns, col.Name+" "+col.Type)
			}
		}
		text := diag.Text(job.Diagnostics)
		if strings.Join(columns, ", ") != c.columns || !strings.Contains(text, c.message) || c.message == "" && text != "" {
			t.Errorf("%s: %s\n%s", c.name, strings.Join(columns, ", "), text)
		}
	}
}

// Files that are not there, have mistakes, or depend on one another are named in a warning.
func TestDependsInVain(t *testing.T) {
	t.Chdir(t.TempDir())
	unpack(t, marketData)
	const reads = "SELECT a FROM one WITH ('one.type' = 'kafka_source');"
	for header, want := range map[string]string{
		"-- @depends_on: tocks\n\n":              "there is no file tocks.sql",
		"-- @depends_on: broken\n\n":             "the results of broken.sql are not known: it has mistakes, the first in line 1",
		"-- @depends_on: ring\n\n":               "the results of ring.sql are not known: it has mistakes",
		"-- Dependencies: tocks, a database\n\n": "the columns of `one` are not known",
	} {
		name := "job.sql"
		if strings.Contains(header, "ring") {
			name = "ring2.sql"
		}
		job, err := veloc.Check(filepath.Join(".", name), header+reads, veloc.Options{})
		if err != nil {
			t.Fatal(err)
		}
		text := diag.Text(job.Diagnostics)
		if !strings.Contains(text, want) || strings.Contains(header, "Dependencies") && strings.Contains(text, "VL0212") {
			t.Errorf("%s%s", header, text)
		}
	}
}
