package connector

import "strings"

// foreign are properties that streaming SQL files carry and that mean nothing to a compiled job, by prefix, with the reason. A prefix
// that ends with a dot stands for all keys below it.
var foreign = []struct{ prefix, why string }{
	{"circuit.breaker.", "a compiled job has no circuit breaker: a connector that fails ends the job with an error"},
	{"performance_profiles.", "there are no profiles; set single properties instead"},
	{"delivery_profiles.", "there are no profiles; set single properties instead"},
	{"performance_profile", "there are no profiles: code is generated for the query; set single properties instead"},
	{"performance.", "code is generated for the query and needs no tuning profile"},
	{"delivery_profile", "there are no profiles; set `acks`, `linger.ms` and `compression.type` instead"},
	{"enable.auto.commit", "offsets are committed when the output that came from them is acknowledged, never on a timer"},
	{"auto.commit.interval.ms", "offsets are committed when the output that came from them is acknowledged, never on a timer"},
	{"max.poll.interval.ms", "the client has no such limit; `session.timeout.ms` finds members that are gone"},
	{"max.memory.mb", "set GOMEMLIMIT in the environment of the job"},
	{"memory.pressure.threshold", "set GOMEMLIMIT in the environment of the job"},
	{"max.groups", "state is bounded by the query, not by a count"},
	{"max.joins", "state is bounded by the query, not by a count"},
	{"max.session.windows", "state is bounded by the query, not by a count"},
	{"spill.to.disk", "state is kept in memory"},
	{"resource.monitoring.", "the job serves its own measurements on /metrics"},
	{"observability.", "the job serves its measurements on /metrics when it is started with --metrics-port"},
	{"tracing.", "tracing is not built yet"},
	{"prometheus.", "the job serves its measurements on /metrics when it is started with --metrics-port"},
	{"monitoring_config", "the job serves its measurements on /metrics when it is started with --metrics-port"},
	{"security_config", "give the connection's properties themselves"},
	{"cache.", "compiled jobs hold tables in memory and need no cache"},
	{"loading.", "tables are loaded when the job starts"},
	{"table.storage", "tables are kept in memory"},
	{"table.mode", "the plan decides what a table keeps"},
	{"table.model", "the plan decides what a table keeps"},
	{"table_model", "the plan decides what a table keeps"},
	{"refresh_interval", "tables are loaded when the job starts"},
	{"retention", "what a sink keeps is the business of the system behind it"},
	{"batch.", "rows are batched by chunk, whose size the source decides"},
	{"sink.batch.", "set `batch.size` and `linger.ms` of a Kafka sink; other sinks write chunk by chunk"},
	{"source.batch.", "rows are batched by chunk, whose size the source decides"},
	{"max_batch_size", "rows are batched by chunk, whose size the source decides"},
	{"batch_timeout", "rows are batched by chunk, whose size the source decides"},
	{"polling_interval", "files are read once, from start to end"},
	{"polling_interval_ms", "files are read once, from start to end"},
	{"watching", "files are read once, from start to end; following a growing file is not built yet"},
	{"watch", "files are read once, from start to end; following a growing file is not built yet"},
	{"writer_threads", "one goroutine writes each sink"},
	{"buffer_size_bytes", "the sink chooses its buffers"},
	{"extension_filter", "use a pattern in `path`, such as 'in/*.csv'"},
	{"recursive", "use a pattern in `path`, such as 'in/*/*.csv'"},
	{"partitioning_strategy", "the plan decides how rows are spread over workers"},
	{"queue.buffering.max.", "`buffer.memory` bounds what waits for its acknowledgement"},
	{"queued.", "`fetch.max.bytes` bounds what is read ahead"},
	{"message.max.bytes", "`batch.size` is also the most that a single record may have"},
	{"message.timeout.ms", "set `delivery.timeout.ms`"},
	{"statistics.interval.ms", "the job serves its own measurements on /metrics"},
	{"reconnect.backoff.", "the client decides when to connect again; `connect.timeout` and `topic.wait.timeout` bound the start"},
	{"ssl.key.password", "keys with a password are not read; decrypt the key, and keep the file from others"},
	{"ssl.", "of TLS there are `ssl.ca.location`, `ssl.certificate.location` and `ssl.key.location`"},
	{"partitioner", "records with one key go to one partition, others to any"},
	{"headers.", "a projection keeps the headers of its record"},
	{"poll_interval", "files are read once, from start to end"},
	{"max_records", "set LIMIT in the SELECT"},
	{"encoding", "text is UTF-8"},
	{"rotation.enabled", "set `rotation.size`, `rotation.rows` or `rotation.interval`"},
	{"metrics.queue.", "measurements are served on /metrics, and not queued"},
	{"metrics.batch.", "measurements are served on /metrics, and not queued"},
	{"metrics.flush.", "measurements are served on /metrics, and not queued"},
	{"metrics.max.retry.", "measurements are served on /metrics, and not queued"},
	{"metrics.retry.", "measurements are served on /metrics, and not queued"},
	{"traces.", "tracing is not built yet"},
	{"key_field", "name the columns that identify a row in `primary_key`"},
	{"key_column", "name the columns that identify a row in `primary_key`"},
	{"source_config", "name the source: `<source>.config_file`"},
	{"base_source_config", "name the source: `<source>.config_file`, whose file can extend another"},
	{"sink_config", "name the sink: `<sink>.config_file`"},
	{"base_sink_config", "name the sink: `<sink>.config_file`, whose file can extend another"},
	{"decimalPrecision", "the schema says how many digits a decimal has"},
	{"decimalScale", "the schema says how many digits a decimal has"},
	{"retry.", "only `max_retries` and `retry_backoff` set how a failed batch is tried again"},
	{"dead.letter.queue.", "a dead-letter queue has only a topic or a path"},
	{"session.timeout", "use `session.timeout.ms` of a Kafka source"},
	{"header.propagation", "a projection keeps the headers of its record"},
	{"topic_config.", "topics are made by whoever runs the brokers"},
	{"topic.", "topics are made by whoever runs the brokers"},
	{"key.format", "record keys are the text of the key columns"},
	{"key.serializer", "record keys are the text of the key columns"},
	{"key.field", "mark the key with PRIMARY KEY in the SELECT list"},
	{"message.key.field", "mark the key with PRIMARY KEY in the SELECT list"},
	{"schema.key.", "record keys are the text of the key columns"},
	{"key.subject", "record keys are the text of the key columns"},
	{"auto.register.schemas", "a job registers no schemas; register them where they are made"},
	{"use.latest.version", "the lock file holds the version; without one the newest is taken"},
	{"schema.registry.cache.", "the registry is asked once, when the job is built"},
	{"schema.registry.evolution.", "the registry is asked once, when the job is built"},
}

// remarks are keys of configuration files that only describe the file to its readers.
var remarks = []string{"metadata", "description", "name", "version", "comment", "owner", "tags", "table.name", "table.description", "table.type"}

// Foreign tells why a property that other engines know means nothing here.
func Foreign(key string) (why string, ok bool) {
	for _, f := range foreign {
		if key == f.prefix || strings.HasSuffix(f.prefix, ".") && strings.HasPrefix(key, f.prefix) {
			return f.why, true
		}
	}
	return "", false
}

// Remark tells whether a key of a configuration file is there for its readers only.
func Remark(key string) bool {
	if strings.HasPrefix(key, "x-") { // where anchors for merge keys are kept
		return true
	}
	for _, n := range remarks {
		if rest, ok := strings.CutPrefix(key, n); ok && (rest == "" || rest[0] == '.' || rest[0] == '[') {
			return true
		}
	}
	return false
}

// sections are prefixes under which configuration files gather properties; a property means the same with and without.
var sections = []string{
	"datasource.consumer_config.", "datasink.producer_config.", "datasource.schema.", "datasink.schema.", "datasource.", "datasink.",
	"data_source.", "data_sink.", "consumer_config.", "producer_config.", "consumer.", "producer.", "properties.", "stream.config.", "kafka.", "file.", "source.", "sink.", "schema.",
}

// Bare strips the section that a configuration file puts around a property: "datasource.consumer_config.group.id" is "group.id".
func Bare(key string) string {
	for {
		cut := false
		for _, s := range sections {
			if strings.HasPrefix(key, s) && len(key) > len(s) {
				key, cut = key[len(s):], true
				break
			}
		}
		if !cut {
			return key
		}
	}
}
