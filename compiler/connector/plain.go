package connector

var stdoutSink = Spec{
	Name: "stdout_sink", Aliases: []string{"print", "stdout", "console"}, Schemes: []string{"stdout"}, Kind: Sink,
	Summary: "Prints rows to standard output.",
	Doc: `A SELECT without a sink is printed this way. On a terminal rows appear as an aligned table, elsewhere as JSON lines; the format
property chooses one for both.`,
	Example: `SELECT symbol, price FROM trades
WITH ('trades.type' = 'file_source', 'trades.path' = 'trades.csv');`,
	Formats: []Format{
		{Name: "auto", Encoding: "jsonlines", Doc: "A table on a terminal, JSON lines elsewhere."},
		{Name: "table", Encoding: "jsonlines", Doc: "An aligned table."},
		jsonLinesFormat, csvFormat, {Name: "json", Encoding: "jsonlines", Doc: "The same as jsonlines."}, rawFormat,
	},
	Package: "github.com/velostream/veloc/runtime/console", New: "ConnectSink",
}

var blackholeSink = Spec{
	Name: "blackhole_sink", Aliases: []string{"blackhole", "null"}, Schemes: []string{"blackhole"}, Kind: Sink,
	Summary: "Counts rows and forgets them.",
	Doc:     `For measuring: everything up to the sink is computed, rows are encoded to nothing.`,
	Example: `CREATE STREAM nowhere AS SELECT symbol FROM trades
WITH ('trades.type' = 'file_source', 'trades.path' = 'trades.csv', 'nowhere.type' = 'blackhole_sink');`,
	Formats: []Format{noFormat},
	Package: "github.com/velostream/veloc/runtime/blackhole", New: "ConnectSink",
}

var tableSink = Spec{
	Name: "table_sink", Aliases: []string{"table", "queryable"}, Kind: Sink, Records: true,
	Summary: "Keeps the newest row of each key in memory, for requests.",
	Doc: `A job that runs with --metrics-port lists its tables at /tables, and gives the row of a key as JSON at /tables/<name>?key=…. A key
of several columns is asked for with several key=, in their order. The PRIMARY KEY columns, else the GROUP BY columns, are the key. Rows
appear when the job writes its output, at the latest after 200 ms, those of one batch at once; a row that is withdrawn disappears. The table
is gone when the job ends, and a job with a state directory cannot have one.`,
	Example: `CREATE TABLE totals AS
SELECT symbol, COUNT(*) AS n FROM trades GROUP BY symbol EMIT CHANGES
WITH ('trades.type' = 'file_source', 'trades.path' = 'trades.csv', 'totals.type' = 'table_sink');`,
	Formats: []Format{jsonValueFormat},
	Package: "github.com/velostream/veloc/runtime/table", New: "ConnectSink",
}

var datagenSource = Spec{
	Name: "datagen_source", Aliases: []string{"datagen", "faker"}, Schemes: []string{"datagen"}, Kind: Source,
	Summary: "Makes rows up.",
	Doc: `Values follow the columns' types and the @data hints of the file (see the annotation reference). The same seed makes the same
rows.`,
	Example: `CREATE STREAM trades (symbol STRING, price DECIMAL(18,2), ts TIMESTAMP)
WITH ('connector' = 'datagen', 'rows' = '1000', 'seed' = '7');
SELECT * FROM trades;`,
	Options: []Option{
		{Key: "rows", Aliases: []string{"number-of-rows", "record_count"}, Type: Int, Min: 0, Max: 1 << 40, Default: "0",
			Doc: "How many rows to make; 0 never ends.", Example: "1000000"},
		{Key: "rows.per.second", Aliases: []string{"rows-per-second", "rate"}, Type: Number, Default: "0",
			Doc: "How many rows to make in a second; 0 makes them as fast as they are read.", Example: "500"},
		{Key: "seed", Type: Int, Default: "1", Doc: "Chooses the sequence of values.", Example: "42"},
	},
	Formats: []Format{{Name: "jsonlines", Encoding: "jsonlines", Doc: "What rows are handed on as."}}, Replayable: true,
	Package: "github.com/velostream/veloc/runtime/datagen", New: "ConnectSource",
}
