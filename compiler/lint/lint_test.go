package lint_test

import (
	"slices"
	"testing"

	"github.com/velostream/veloc/codegen/builtin"
	"github.com/velostream/veloc/compiler/bind"
	"github.com/velostream/veloc/compiler/catalog"
	"github.com/velostream/veloc/compiler/lint"
	"github.com/velostream/veloc/grammar"
	"github.com/velostream/veloc/grammar/diag"
	"github.com/velostream/veloc/grammar/source"
)

const (
	bounded = `CREATE STREAM trades (trade_id STRING, symbol STRING, price FLOAT, volume INTEGER, ts TIMESTAMP, WATERMARK FOR ts AS ts)
		WITH ('connector' = 'filesystem', 'path' = 't.csv');`
	topic = `CREATE STREAM trades (trade_id STRING, symbol STRING, price FLOAT, volume INTEGER, ts TIMESTAMP)
		WITH ('connector' = 'kafka', 'topic' = 't', 'bootstrap.servers' = 'localhost:9092', 'event.time.field' = 'ts');`
	inOrder = `CREATE STREAM trades (trade_id STRING, symbol STRING, price FLOAT, volume INTEGER, ts TIMESTAMP, WATERMARK FOR ts AS ts)
		WITH ('connector' = 'kafka', 'topic' = 't', 'bootstrap.servers' = 'localhost:9092');`
)

// TestLints shows for each lint what raises it and what comes close and does not. The pages of the codes hold one example of each, and
// a test of its own runs those.
func TestLints(t *testing.T) {
	for _, tt := range []struct {
		name, sql string
		want      []string // the text that each warning underlines
	}{
		{"a window over Kafka without a watermark", topic + "SELECT symbol, COUNT(*) AS n FROM trades WINDOW TUMBLING(1m) GROUP BY symbol;", []string{"WINDOW TUMBLING(1m)"}},
		{"through a statement in between", topic + "CREATE STREAM s AS SELECT symbol, ts FROM trades; SELECT symbol, COUNT(*) AS n FROM s WINDOW TUMBLING(ts, 1m) GROUP BY symbol;",
			[]string{"WINDOW TUMBLING(ts, 1m)"}},
		{"a watermark without distance is a word on order", inOrder + "SELECT symbol, COUNT(*) AS n FROM trades WINDOW TUMBLING(1m) GROUP BY symbol;", nil},
		{"a file ends, and all windows with it", bounded + "SELECT symbol, COUNT(*) AS n FROM trades WINDOW TUMBLING(1m) GROUP BY symbol;", nil},
		{"no window", topic + "SELECT symbol FROM trades;", nil},

		{"grouping by the clock", bounded + "SELECT HOUR(NOW()) AS h, COUNT(*) AS n FROM trades GROUP BY HOUR(NOW());", []string{"HOUR(NOW())"}},
		{"the clock among the results", bounded + "SELECT symbol, COUNT(*) AS n, NOW() AS at FROM trades GROUP BY symbol;", nil},
		{"a key by the clock", bounded + "SELECT CAST(NOW() AS STRING) AS k PRIMARY KEY, symbol FROM trades;", []string{"CAST(NOW() AS STRING)"}},

		{"a sum of money", bounded + "SELECT SUM(price) AS s, AVG(price) AS a, MAX(price) AS m FROM trades;", []string{"SUM(price)", "AVG(price)"}},
		{"a sum of something else", bounded + "SELECT SUM(volume) AS s FROM trades;", nil},
		{"equal money", bounded + "SELECT symbol FROM trades WHERE price = 10 OR price > 20;", []string{"price = 10"}},

		{"a label per row", bounded + "-- @metric: n\n-- @metric_labels: trade_id, symbol\nSELECT trade_id, symbol FROM trades;", []string{"trade_id"}},
		{"a time as label", bounded + "-- @metric: n\n-- @metric_labels: at\nSELECT ts AS at FROM trades;", []string{"at"}},

		{"a column that no reader reads", bounded + "CREATE STREAM s AS SELECT symbol, price, volume AS v FROM trades WHERE volume > 0; SELECT price FROM s WHERE symbol = 'A';", []string{"v"}},
		{"a column that only a condition, a key or a metric reads", bounded +
			"-- @metric: n\n-- @metric_field: volume\n-- @metric_type: gauge\nCREATE STREAM s AS SELECT trade_id PRIMARY KEY, symbol, volume, ts FROM trades; SELECT symbol FROM s;", nil},
		{"all of them by *", bounded + "CREATE STREAM s AS SELECT symbol, volume FROM trades; SELECT * FROM s;", nil},
		{"rows that are only counted", bounded + "CREATE STREAM s AS SELECT symbol, volume FROM trades; SELECT COUNT(*) AS n FROM s;", nil},
		{"a sink shows all", bounded + "CREATE STREAM s AS SELECT symbol, volume FROM trades WITH ('s.type' = 'stdout_sink'); SELECT symbol FROM s;", nil},

		{"* by key", topic + "CREATE STREAM s AS SELECT *, symbol AS k PRIMARY KEY FROM trades WITH ('s.type' = 'kafka_sink', 's.topic' = 's');", []string{"*"}},
		{"* without a key", topic + "CREATE STREAM s AS SELECT * FROM trades WITH ('s.type' = 'kafka_sink', 's.topic' = 's');", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, d := range check(t, tt.sql) {
				if d.Severity != diag.Warning || diag.LintName(d.Code) == "" {
					t.Errorf("%s is not a warning with a name", d.Code)
				}
				got = append(got, d.Span.Text())
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("underlined %q, want %q", got, tt.want)
			}
		})
	}
}

func check(t *testing.T, sql string) diag.List {
	t.Helper()
	f, found := grammar.Parse(source.New("job.sql", sql))
	cat, ds := catalog.Build(f, catalog.Options{Dir: t.TempDir()})
	found.Merge(ds)
	job, ds := bind.Bind(f, cat, builtin.Set, bind.Options{})
	found.Merge(ds)
	if found.HasErrors() {
		t.Fatal(diag.Text(found))
	}
	return lint.Check(job, cat, builtin.Set)
}
