package annot

// All lists the annotations in the order of the reference.
func All() []Spec { return all }

const (
	byChunk     = "rows are batched by chunk, whose size the source decides; a Kafka source has `max.poll.records`"
	byPlan      = "the plan decides how rows are spread over workers"
	onlyRemark  = "nothing measures or enforces it; write it as a plain comment"
	onMetrics   = "the job serves its measurements on /metrics when it is started with --metrics-port"
	noTracing   = "tracing is not built yet"
	noProfiling = "build the job and use the profiler of Go"
	noBoard     = "dashboards and alerts are not written yet"
)

var all = []Spec{
	{Name: "app", Aliases: []string{"application"}, Kind: Text, Doc: "Name of the application: in `--help`, in client and group names. Without it, the name of the file. " +
		"The header line `-- SQL Application: name` means the same where there is no `@app`.", Example: "@app: market_data"},
	{Name: "version", Kind: Text, Scope: OfBoth, Default: "1.0.0", Doc: "Version of the application, shown by `--version`. Above a statement it is a remark.", Example: "@version: 1.4.0"},
	{Name: "description", Kind: Text, Scope: OfBoth, Doc: "What the application is for, shown by `--help`. Above a statement it is a remark.", Example: "@description: Prices per minute"},
	{Name: "owner", Aliases: []string{"contact", "maintainer"}, Kind: Text, Scope: OfBoth, Doc: "Whom to ask when the application misbehaves: a team, an address. Shown by `--help`, after the error that ends a run, and in the README of " +
		"`veloc generate --standalone`. Above a statement it is a remark.", Example: "@owner: market-data@example.com"},
	{Name: "author", Aliases: []string{"authors"}, Kind: Text, Scope: OfBoth, Doc: "Who wrote it; a remark.", Example: "@author: Jo"},
	{Name: "tags", Aliases: []string{"tag"}, Kind: Names, Scope: OfBoth, Doc: "Words to find it by; a remark.", Example: "@tags: prices, demo"},
	{Name: "phase", Kind: Text, Scope: OfBoth, Doc: "Where the application stands; a remark.", Example: "@phase: production"},
	{Name: "name", Aliases: []string{"job_name", "query_name"}, Scope: OfStatement, Kind: Text,
		Doc: "Name of a SELECT without CREATE, in place of `result`: its sink's properties start with it. Above a CREATE, whose name counts, it should be that.", Example: "@name: expensive"},

	{Name: "job_mode", Aliases: []string{"processor_mode"}, Scope: OfBoth, Kind: Enum, Values: []string{"simple", "adaptive", "transactional"}, Default: "adaptive",
		Doc:     "`adaptive` spreads rows over workers where the query allows it, `simple` uses one worker, `transactional` is `adaptive` with exactly-once delivery into Kafka: sinks have `'delivery.guarantee' = 'exactly_once'` where they do not say otherwise.",
		Example: "@job_mode: transactional"},
	{Name: "num_partitions", Aliases: []string{"partition-count", "partition_count"}, Scope: OfBoth, Kind: Int, Min: 1, Max: 1024,
		Doc: "The most workers, in mode `adaptive`; without it, one per processor.", Example: "@num_partitions: 4"},
	{Name: "failure_strategy", Scope: OfBoth, Kind: Enum, Values: []string{"LogAndContinue", "FailBatch", "SendToDLQ", "RetryWithBackoff"},
		Property: "failure_strategy", Doc: "What happens to rows that cannot be decoded or computed; the same as the property `failure_strategy`.", Example: "@failure_strategy: SendToDLQ"},
	{Name: "enable_dlq", Scope: OfBoth, Kind: Bool, Property: "dead.letter.queue.enabled",
		Doc: "The same as the property `dead.letter.queue.enabled`: failed rows go to the dead-letter queue that `dead.letter.queue.topic` or `.path` names.", Example: "@enable_dlq: true"},
	{Name: "max_retries", Scope: OfBoth, Kind: Int, Min: 0, Property: "max_retries", Doc: "The same as the property `max_retries`.", Example: "@max_retries: 3"},
	{Name: "retry_backoff_ms", Aliases: []string{"retry_backoff"}, Scope: OfBoth, Kind: Int, Min: 0, Property: "retry_backoff",
		Doc: "The same as the property `retry_backoff`, in milliseconds.", Example: "@retry_backoff_ms: 500"},

	{Name: "state_unbounded", Scope: OfBoth, Kind: Enum, Values: []string{"accepted"},
		Doc: "Accepts state that grows for as long as the program runs, as that of GROUP BY or DISTINCT over a topic does where neither a WINDOW nor `state.ttl` forgets what is past. Without it such state is an error (VL0504). " +
			"Write it where you know that there are only so many keys. `veloc explain` says of each state what bounds it.", Example: "@state_unbounded: accepted"},

	{Name: "property", Scope: OfBoth, Kind: KeyValue, Doc: "A property as in WITH, for those who keep it in a comment: the statement's, or in the header that of every statement. What WITH says wins. " +
		"The header line `-- Property: key=value` means the same.", Example: "@property: failure_strategy=SendToDLQ"},

	{Name: "metric", Scope: OfStatement, Kind: MetricName, Doc: "Starts a metric that the statement's result feeds, one update per row. The `@metric_…` lines below it, up to the next " +
		"`@metric`, describe it. Several statements may feed one metric if they describe it equally.", Example: "@metric: trades_total"},
	{Name: "metric_type", Scope: OfStatement, Kind: Enum, Values: []string{"counter", "gauge", "histogram"}, Default: "counter",
		Doc: "A counter only grows, a gauge shows the newest value, a histogram counts values by size.", Example: "@metric_type: gauge"},
	{Name: "metric_help", Scope: OfStatement, Kind: Text, Doc: "One sentence for those who read `/metrics`.", Example: `@metric_help: "Trades by symbol"`},
	{Name: "metric_labels", Scope: OfStatement, Kind: Paths, Doc: "Columns whose values split the metric into series. Fields of structures are written with dots, which become `_` in the label's name. " +
		"NULL is shown as `unknown`.", Example: "@metric_labels: symbol, venue.country"},
	{Name: "metric_field", Scope: OfStatement, Kind: Path, Doc: "The column that is measured: the value of a gauge or histogram, what a counter adds. Needed for gauge and histogram; without it a counter counts rows. " +
		"NULL changes nothing; times read as milliseconds; a counter ignores values that are not positive.", Example: "@metric_field: price"},
	{Name: "metric_condition", Scope: OfStatement, Kind: Condition, Doc: "Only rows for which this is true feed the metric. Any SQL over the columns of the result.", Example: "@metric_condition: volume > 1000 AND symbol <> 'TEST'"},
	{Name: "metric_buckets", Scope: OfStatement, Kind: Numbers, Default: "0.001, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10",
		Doc: "Upper bounds of a histogram's buckets: positive, ascending.", Example: "@metric_buckets: 0.1, 1, 10, 100"},
	{Name: "metric_sample_rate", Scope: OfStatement, Kind: Rate, Default: "1", Doc: "The share of rows that feed the metric.", Example: "@metric_sample_rate: 0.1"},

	{Name: "data.source", Scope: OfBoth, Kind: DataHint, Doc: "The source that the `@data` lines below describe. Needed when there are several.", Example: "@data.source: trades"},
	{Name: "data.record_count", Scope: OfBoth, Kind: DataHint, Doc: "How many rows a datagen source makes.", Example: "@data.record_count: 1000"},
	{Name: "data.seed", Scope: OfBoth, Kind: DataHint, Doc: "Chooses the sequence of values that a datagen source makes.", Example: "@data.seed: 42"},
	{Name: "data.time_start", Scope: OfBoth, Kind: DataHint, Doc: "Where sequential times begin: a time, `now`, or a distance before now.", Example: `@data.time_start: "-1h"`},
	{Name: "data.time_end", Scope: OfBoth, Kind: DataHint, Doc: "Where sequential times end.", Example: `@data.time_end: "now"`},
	{Name: "data.time_simulation", Scope: OfBoth, Kind: DataHint, Doc: "`sequential` spreads times evenly from start to end.", Example: "@data.time_simulation: sequential"},
	{Name: "data.*", Scope: OfBoth, Kind: DataHint, Doc: "`@data.<column>.type` declares a column: string, integer, float, decimal, decimal(scale), boolean, date, timestamp, uuid. " +
		"`@data.<column>` says which values a datagen source makes: `enum [\"A\", \"B\"], weights: [0.7, 0.3]`, `range [1, 100], distribution: normal`, or `timestamp, sequential: true`. Settings can stand on lines of their own: `@data.<column>.distribution: zipf`. " +
		"`@data.<column>.derived: \"price * 2\"` computes a number from other columns.",
		Example: "@data.price.type: decimal(4)"},

	{Name: "depends_on", Aliases: []string{"dependencies"}, Scope: OfBoth, Kind: Names, Doc: "SQL files beside this one, without `.sql`, whose results this one reads: the columns of a source are those that they give to a result of the same name, topic or path. " +
		"The header line `-- Dependencies: …` means the same, and may name other things too.", Example: "@depends_on: market_data"},
	{Name: "batch_size", Scope: OfBoth, Kind: Int, Min: 1, Doc: "Rows per batch.", Idle: byChunk, Example: "@batch_size: 1000"},
	{Name: "partitioning_strategy", Scope: OfBoth, Kind: Enum,
		Values: []string{"sticky", "hash", "smart", "roundrobin", "fanin", "sticky_partition", "stickypartition", "always_hash", "alwayshash", "smart_repartition", "smartrepartition", "round_robin", "fan_in"}, Doc: "How rows are spread over workers.", Idle: byPlan, Example: "@partitioning_strategy: hash"},
	{Name: "sticky-partition-id", Aliases: []string{"sticky_partition_id"}, Scope: OfBoth, Kind: Int, Min: 0, Doc: "Which worker a statement runs on.", Idle: byPlan, Example: "@sticky_partition_id: 0"},
	{Name: "dlq_max_size", Scope: OfBoth, Kind: Int, Min: 0, Doc: "Size of the dead-letter queue.", Idle: "a dead-letter queue is a topic or a file and keeps every row", Example: "@dlq_max_size: 100"},
	{Name: "batch_timeout_ms", Scope: OfBoth, Kind: Int, Min: 0, Doc: "How long a batch waits.", Idle: byChunk, Example: "@batch_timeout_ms: 1000"},
	{Name: "progress_interval", Scope: OfBoth, Kind: Int, Min: 0, Doc: "How often progress is shown.", Idle: "a job shows its progress on a terminal", Example: "@progress_interval: 10"},
	{Name: "log_progress", Scope: OfBoth, Kind: Bool, Doc: "Progress lines.", Idle: "a job shows its progress on a terminal", Example: "@log_progress: true"},
	{Name: "empty_batch_count", Aliases: []string{"wait_on_empty_batch_ms"}, Scope: OfBoth, Kind: Int, Min: 0, Doc: "When an idle job ends.", Idle: "a job ends when its sources end or when it is told to", Example: "@empty_batch_count: 10"},
	{Name: "enable_core_affinity", Scope: OfBoth, Kind: Bool, Doc: "Binds workers to processors.", Idle: byPlan, Example: "@enable_core_affinity: true"},
	{Name: "sla.*", Scope: OfBoth, Kind: Text, Doc: "Promises about latency and availability.", Idle: onlyRemark, Example: "@sla.latency.p99: 100ms"},
	{Name: "data_retention", Scope: OfBoth, Kind: Text, Doc: "How long results are kept.", Idle: onlyRemark, Example: "@data_retention: 7d"},
	{Name: "compliance", Scope: OfBoth, Kind: Text, Doc: "Rules that the application falls under.", Idle: onlyRemark, Example: "@compliance: [MIFID2]"},
	{Name: "observability.metrics.enabled", Scope: OfBoth, Kind: Bool, Doc: "Serves measurements.", Idle: onMetrics, Example: "@observability.metrics.enabled: true"},
	{Name: "observability.tracing.enabled", Scope: OfBoth, Kind: Bool, Doc: "Traces rows.", Idle: noTracing, Example: "@observability.tracing.enabled: true"},
	{Name: "observability.tracing.*", Scope: OfBoth, Kind: Text, Doc: "Settings of tracing.", Idle: noTracing, Example: "@observability.tracing.sampling: 0.1"},
	{Name: "observability.profiling.enabled", Aliases: []string{"profiling"}, Scope: OfBoth, Kind: Enum, Values: []string{"off", "dev", "prod", "true", "false"}, Doc: "Profiles the job.", Idle: noProfiling, Example: "@observability.profiling.enabled: dev"},
	{Name: "observability.error_reporting.enabled", Scope: OfBoth, Kind: Bool, Doc: "Gathers errors.", Idle: "every rejected row is logged and counted anyway", Example: "@observability.error_reporting.enabled: true"},
	{Name: "observability.*", Scope: OfBoth, Kind: Text, Doc: "Other observation.", Idle: onMetrics, Example: "@observability.span.name: trades"},
	{Name: "deployment.*", Scope: OfBoth, Kind: Text, Doc: "Names of node and region.", Idle: "the system that scrapes /metrics names node and region", Example: "@deployment.region: eu"},
	{Name: "metric_window", Aliases: []string{"metric_aggregation", "metric_stream", "metric_quantiles"}, Scope: OfStatement, Kind: Text, Doc: "Aggregation within a metric.",
		Idle: "aggregate in SQL, or in the system that scrapes /metrics", Example: "@metric_window: 1m"},
	{Name: "dashboard", Aliases: []string{"export", "alert", "trace"}, Scope: OfBoth, Kind: Text, Doc: "Dashboards and alerts.", Idle: noBoard, Example: "@dashboard: prices"},
	{Name: "dashboard.*", Scope: OfBoth, Kind: Text, Doc: "Settings of dashboards.", Idle: noBoard, Example: "@dashboard.title: Prices"},
	{Name: "export.*", Scope: OfBoth, Kind: Text, Doc: "Where measurements go.", Idle: onMetrics, Example: "@export.interval: 10s"},
	{Name: "trace.*", Scope: OfBoth, Kind: Text, Doc: "Settings of tracing.", Idle: noTracing, Example: "@trace.sample: 0.1"},
	{Name: "alert.*", Scope: OfBoth, Kind: Text, Doc: "Alerts.", Idle: noBoard, Example: "@alert.threshold: 5"},
	{Name: "ai.*", Scope: OfBoth, Kind: Text, Doc: "Hints for assistants.", Idle: "no assistant reads it", Example: "@ai.explain: yes"},
}

// headers maps the header lines "-- Key: value" to annotations; other such lines are plain comments.
var headers = map[string]string{
	"sql application": "app", "application": "app", "version": "version", "description": "description", "author": "author", "owner": "owner",
	"dependencies": "depends_on", "tag": "tags", "tags": "tags", "name": "name", "property": "property",
}
