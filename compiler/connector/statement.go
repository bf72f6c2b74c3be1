package connector

// Common lists the properties that belong to no connector: time, failures and arithmetic. Where each may stand is its Scope.
func Common() []Option { return common }

var common = append([]Option{
	{Key: "event.time.field", Type: Column, Build: true, Scope: OfSource | OfStatement,
		Doc: "The column that holds event time. Without it, rows are timed by their record's own timestamp.", Example: "ts"},
	{Key: "event.time.format", Type: Text, Build: true, Scope: OfSource | OfStatement,
		Doc:     "How that column holds time: `epoch_millis`, `epoch_seconds`, `iso8601`, or a strftime pattern read as UTC. Without it, whole numbers are milliseconds and text is ISO 8601.",
		Example: "%Y-%m-%d %H:%M:%S"},
	{Key: "watermark.strategy", Type: Enum, Values: []string{"bounded_out_of_orderness", "ascending", "ascending_timestamps", "punctuated", "from_source"},
		Default: "bounded_out_of_orderness", Build: true, Scope: OfSource | OfStatement,
		Doc: "What moves the watermark: the event time of every row, which may be out of order by `watermark.max_out_of_orderness` or not at all (`ascending`); " +
			"only the rows that `watermark.column` marks (`punctuated`); or the timestamp of the Kafka record, whatever the event time of its row is (`from_source`).",
		Example: "ascending"},
	{Key: "watermark.column", Aliases: []string{"event.time.watermark.column", "watermark.punctuation.column"}, Type: Column, Build: true, Scope: OfSource | OfStatement,
		Doc:     "With `'watermark.strategy' = 'punctuated'`: a BOOLEAN column, which is TRUE in rows whose event time is the watermark, or a TIMESTAMP column, which holds the watermark in the rows that carry one and NULL in the others.",
		Example: "complete_until"},
	{Key: "watermark.max_out_of_orderness", Aliases: []string{"watermark.max.out.of.orderness", "watermark.max-out-of-orderness"},
		Type: Duration, Default: "0", Build: true, Scope: OfSource | OfStatement,
		Doc: "The watermark stays so far behind the latest event time of its partition.", Example: "5s"},
	{Key: "watermark.idle.timeout", Aliases: []string{"watermark.idle_timeout", "scan.watermark.idle-timeout"},
		Type: Duration, Default: "30s", Build: true, Scope: OfSource | OfStatement,
		Doc: "A partition without rows for so long no longer holds the watermark back; 0 never excludes it.", Example: "1m"},
	{Key: "watermark.max.future", Aliases: []string{"watermark.max_future"}, Type: Duration, Default: "5m", Build: true, Scope: OfSource | OfStatement,
		Doc: "A row further ahead of the clock than this does not move the watermark: one row with a wrong year does not close all windows.", Example: "1h"},
	{Key: "allowed.lateness", Aliases: []string{"window.allowed.lateness", "allowed_lateness"}, Type: Duration, Default: "0", Build: true, Scope: OfSource | OfStatement,
		Doc: "How much longer a window waits after its end before it closes.", Example: "10s"},
	{Key: "late.data.strategy", Type: Enum,
		Values:  []string{"drop", "dead_letter", "update_previous", "update_previous_window", "include_in_next", "include_in_next_window"},
		Default: "drop", Build: true, Scope: OfSource | OfStatement,
		Doc: "What happens to rows whose windows have closed: they are dropped and counted (`drop`), written to the dead-letter queue (`dead_letter`), or counted " +
			"as if they had come at the time of the watermark, into the oldest open window (`include_in_next`). With `update_previous` windows show their result when they end, and " +
			"again with each row that comes within `allowed.lateness`.",
		Example: "dead_letter"},

	{Key: "failure_strategy", Aliases: []string{"failure.strategy"}, Type: Enum,
		Values: []string{"LogAndContinue", "FailBatch", "SendToDLQ", "RetryWithBackoff"}, Default: "LogAndContinue", Build: true,
		Scope: OfSource | OfStatement,
		Doc: "What happens to a row that cannot be decoded or computed: it is logged and counted, it ends the job (`FailBatch`), it is written to the " +
			"dead-letter queue and counted, or its batch is tried again and then ends the job.", Example: "SendToDLQ"},
	{Key: "max_retries", Aliases: []string{"max.retries", "retry.max.attempts"}, Type: Int, Min: 0, Max: 1 << 40, Default: "10", Scope: OfSource | OfStatement,
		Doc: "How often `RetryWithBackoff` tries again.", Example: "3"},
	{Key: "retry_backoff", Aliases: []string{"retry.backoff", "retry.initial.delay"}, Type: Duration, Default: "5s", Scope: OfSource | OfStatement,
		Doc: "How long `RetryWithBackoff` waits before it tries again.", Example: "500ms"},
	{Key: "dead.letter.queue.topic", Aliases: []string{"dlq.topic"}, Type: Text, Scope: OfSource | OfStatement,
		Doc: "The Kafka topic for rows that `SendToDLQ` sets aside: original key and value, facts in `veloc.error.*` headers. Late rows go there with `'late.data.strategy' = 'dead_letter'`.", Example: "trades-rejected"},
	{Key: "dead.letter.queue.path", Aliases: []string{"dlq.path"}, Type: Path, Scope: OfSource | OfStatement,
		Doc: "The file for rows that `SendToDLQ` sets aside, as JSON lines. Late rows go there with `'late.data.strategy' = 'dead_letter'`.", Example: "rejected.jsonl"},
	{Key: "dead.letter.queue.enabled", Aliases: []string{"dlq.enabled"}, Type: Bool, Build: true, Scope: OfSource | OfStatement,
		Doc: "`true` is another way to say `'failure_strategy' = 'SendToDLQ'`.", Example: "true"},

	{Key: "division.by.zero", Type: Enum, Values: []string{"null", "error"}, Default: "null", Build: true, Scope: OfStatement,
		Doc: "Whether dividing by zero gives NULL, which is counted, or makes the row an error. It holds for the whole program.", Example: "error"},
	{Key: "metrics.max.cardinality", Type: Int, Min: 1, Default: "10000", Scope: OfStatement,
		Doc: "The most label sets of one metric; further ones are counted together. It holds for the whole program.", Example: "500"},
	{Key: "state.dir", Type: Path, Scope: OfStatement,
		Doc: "The folder in which the program keeps its state, so that a restart goes on from it; the same as `--state-dir`. Without it state is in memory only. It holds for the whole program.", Example: "state"},
	{Key: "state.checkpoint.interval", Type: Duration, Default: "1s", Scope: OfStatement,
		Doc: "How often state is saved where there is a state directory. It holds for the whole program.", Example: "10s"},
	{Key: "output.linger.ms", Type: Duration, Default: "100ms", Scope: OfStatement,
		Doc: "How long a result of an unbounded source may wait for company before it is handed to its sink; 0 hands each over at once. With `exactly_once` and without a state directory, also how often transactions are committed. It holds for the whole program.", Example: "20"},
	{Key: "mode", Aliases: []string{"job_mode", "job.mode"}, Type: Enum, Values: []string{"simple", "adaptive", "transactional"}, Default: "adaptive", Build: true, Scope: OfStatement,
		Doc:     "`adaptive` spreads rows over workers where the query allows it, `simple` uses one worker; `transactional` is `adaptive`, and the sink has `'delivery.guarantee' = 'exactly_once'` where it does not say otherwise. The same as the annotation `@job_mode`.",
		Example: "transactional"},
	{Key: "use_transactions", Type: Bool, Build: true, Scope: OfStatement, Doc: "`true` is another way to say `'mode' = 'transactional'`.", Example: "true"},
	{Key: "num_partitions", Aliases: []string{"partition_count", "num.partitions"}, Type: Int, Min: 1, Max: 1024, Build: true, Scope: OfStatement,
		Doc: "The most workers, in mode `adaptive`; the same as the annotation `@num_partitions`. The fewest that a statement asks for count for the program.", Example: "4"},
	{Key: "role", Type: Enum, Values: []string{"stream", "table"}, Build: true, Scope: OfSource,
		Doc: "Whether a join reads the source as a stream of facts or as a table of the newest row per key.", Example: "table"},
	{Key: "primary_key", Aliases: []string{"table.primary_key", "primary.key"}, Type: List, Build: true, Scope: OfSource,
		Doc: "Columns that identify a row of a table.", Example: "account_id"},

	{Key: "join.ttl", Type: Duration, Build: true, Scope: OfStatement,
		Doc: "How long a join of two streams keeps rows, where neither WITHIN nor a condition on their times says how far apart they can be. The time is that of the rows. In an outer join a row without partner is shown with NULLs when it is over.", Example: "1h"},
	{Key: "state.ttl", Type: Duration, Build: true, Scope: OfStatement,
		Doc: "How long the statement keeps a group of GROUP BY, or a row of DISTINCT, to which no row has come: then it is forgotten, and a row that comes later begins anew. The time is that of the rows: their event time, or without one the timestamps of records. " +
			"A join of two streams keeps rows for so long unless `join.ttl` says otherwise.", Example: "1h"},
	{Key: "join.missing", Aliases: []string{"lookup.missing", "missing.data.strategy"}, Type: Enum, Values: []string{"fail_fast", "skip", "nulls", "defaults"}, Build: true, Scope: OfSource,
		Doc: "What becomes of a row that finds no partner in this table, in a join of a stream with it: its failure is treated as `failure_strategy` says (`fail_fast`), it is dropped " +
			"(`skip`, what JOIN does), it goes on with NULLs (`nulls`, what LEFT JOIN does), or, in a LEFT JOIN, with the values of `join.defaults` (`defaults`).", Example: "fail_fast"},
	{Key: "join.defaults", Aliases: []string{"lookup.defaults"}, Type: Text, Build: true, Scope: OfSource,
		Doc: "The columns that a row has which finds no partner in this table, with `'join.missing' = 'defaults'`. Columns that are not named are NULL.", Example: "name=unknown, lot=1"},
	{Key: "join.*", Type: Text, Build: true, Scope: OfStatement | OfSource | OfSink, Later: "joins can be set by `join.ttl`, and lookups by `join.missing` and `join.defaults`", Doc: "Other settings of joins."},
	{Key: "emit.batch.rows", Aliases: []string{"mini.batch.size", "table.exec.mini-batch.size"}, Type: Int, Min: 1, Max: 1 << 30, Build: true, Scope: OfSink,
		Doc: "A GROUP BY without a window that shows its groups with every change shows each of them once for so many rows, as the last of these leaves it. What a batch has that is not full " +
			"is shown at the end, and of input that does not end whenever output is committed.", Example: "1000"},
	{Key: "changelog", Type: Enum, Values: []string{"upsert", "op", "debezium"}, Build: true, Scope: OfSink,
		Doc: "How rows that replace or withdraw earlier ones are written. `upsert`: each row stands for its key until the next one; a Kafka record without value deletes its key, other sinks take no results whose rows can disappear. `op`: a column `op` says `insert` or `delete`; a replacement is the deletion of the old row and the insertion of the new one. `debezium`: JSON objects with `before`, `after` and `op`.", Default: "upsert", Example: "op"},
}, encodingOptions...)

// TypeKeys are the properties that name the connector of a source or sink; ConfigKeys those that name a configuration file.
var (
	TypeKeys   = []string{"type", "connector"}
	ConfigKeys = []string{"config_file", "config.file"}
)
