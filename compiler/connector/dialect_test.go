package connector

import (
	"slices"
	"strings"
	"testing"
)

// dialect lists the properties that SQL files and configuration files of the dialect carry, by whose they are.
var dialect = map[string]string{
	"kafka_source": `topic topic.name datasource.topic.name bootstrap.servers brokers datasource.consumer_config.bootstrap.servers group.id group_id auto.offset.reset
		enable.auto.commit auto.commit.interval.ms session.timeout.ms heartbeat.interval.ms max.poll.interval.ms max.poll.records fetch.min.bytes fetch.max.bytes fetch.wait.max.ms
		max.partition.fetch.bytes isolation.level security.protocol sasl.mechanism sasl.username sasl.password client.id performance_profile
		topic.wait.timeout topic.retry.strategy topic.retry.interval topic.retry.multiplier topic.retry.increment topic.retry.max.delay wait.timeout retry.interval
		ssl.ca.location ssl.certificate.location ssl.key.location ssl.key.password queued.min.messages statistics.interval.ms reconnect.backoff.ms partition.assignment.strategy
		topic.partitions topic.replication.factor`,
	"kafka_sink": `topic bootstrap.servers acks retries batch.size linger.ms compression.type enable.idempotence max.in.flight.requests.per.connection transactional.id
		delivery.guarantee delivery_profile request.timeout.ms delivery.timeout.ms buffer.memory queue.buffering.max.messages queue.buffering.max.kbytes message.max.bytes
		key.field message.key.field schema.key.field key.serializer key.format retry.backoff.ms message.timeout.ms topic_config.cleanup.policy topic_config.retention.ms
		datasink.topic.name datasink.producer_config.acks headers.source headers.trace datasink.headers.x partitioner`,
	"file_source": `path file.path data_source.path source.path format delimiter quote has_headers header has_header watching watch polling_interval poll_interval buffer_size max_records
		skip_lines extension_filter recursive file.wait.timeout file.retry.interval wait.timeout retry.interval encoding`,
	"file_sink": `path format append_if_exists append csv_delimiter delimiter csv_has_header header buffer_size_bytes compression writer_threads
		rotation.size max_file_size_bytes rotation_interval_ms max_records_per_file rotation.enabled`,
	"format": `format value.serializer schema.value.serializer serializer.format value.format`,
	"schema": `avro.schema avro.schema.file schema.value.schema.file value.schema.file schema.file value.avro.schema schema.avro avro_schema avro_schema_file schema_file
		protobuf.schema protobuf.schema.file proto.schema proto.schema.file value.protobuf.schema protobuf.message.type json.schema schema.json
		schema.registry.url schema.registry.auth.type schema.registry.auth.username schema.registry.auth.password value.subject key.subject schema.id
		schema.registry.cache.ttl cache.ttl.seconds decimalPrecision decimalScale`,
	"time": `event.time.field event.time.format watermark.strategy watermark.max_out_of_orderness watermark.idle.timeout late.data.strategy allowed.lateness`,
	"job":  `mode use_transactions failure_strategy max_retries retry_backoff max_batch_size batch_timeout source.failure_strategy sink.failure_strategy num_partitions partitioning_strategy`,
	"batch": `sink.batch.enable sink.batch.strategy sink.batch.size sink.batch.window sink.batch.memory_size sink.batch.min_size sink.batch.adaptive_max_size sink.batch.target_latency
		sink.batch.low_latency_max_size sink.batch.low_latency_wait sink.batch.eager_processing sink.batch.max_size sink.batch.timeout batch.enable batch.strategy
		batch.mega_batch_size batch.parallel batch.reuse_buffer batch.memory.limit batch.time.limit`,
	"resilience": `circuit.breaker.enabled circuit.breaker.failure.threshold circuit.breaker.success.threshold circuit.breaker.timeout circuit.breaker.slow.call.threshold
		retry.max.attempts retry.backoff.strategy retry.initial.delay retry.max.delay dead.letter.queue.enabled dead.letter.queue.topic dead.letter.queue.max.retries
		max.memory.mb max.groups max.joins max.session.windows spill.to.disk memory.pressure.threshold session.timeout join.timeout join.ttl resource.monitoring.enabled`,
	"observability": `observability.metrics.enabled observability.tracing.enabled observability.profiling.enabled observability.error_reporting.enabled observability.span.name
		tracing.otlp_endpoint prometheus.port prometheus.histogram.buckets observability.queue.enabled metrics.queue.size traces.queue.size metrics.batch.size
		metrics.flush.interval.ms metrics.max.retry.attempts metrics.retry.backoff.ms traces.flush.interval.ms traces.max.batch.size`,
	"table": `table_model retention compression kafka.batch.size kafka.linger.ms refresh_interval cache.enabled cache.ttl_seconds loading.unified loading.bulk.max_records
		loading.bulk.max_duration loading.incremental.max_records loading.continue_on_errors table.primary_key primary_key key_field key_column`,
	"config": `config_file config.file source_config sink_config monitoring_config security_config source.config_file sink.config_file base_source_config base_sink_config`,
}

// everyOption is every property that anything takes.
func everyOption() []Option {
	all := slices.Concat(Common(), SchemaOptions(), OptionsOf(Source, "csv"), OptionsOf(Sink, "csv"))
	for _, s := range All() {
		all = append(all, s.Options...)
	}
	return all
}

// Every property of the dialect means something here, or there is a reason why it does not: nothing is unknown, and nothing is ignored.
func TestDialectIsCovered(t *testing.T) {
	all := everyOption()
	taken, explained := 0, 0
	for group, keys := range dialect {
		for key := range strings.FieldsSeq(keys) {
			bare := Bare(key)
			_, byName := Find(all, key)
			_, byBare := Find(all, bare)
			_, why := Foreign(key)
			_, whyBare := Foreign(bare)
			switch {
			case byName || byBare, slices.Contains(TypeKeys, bare), slices.Contains(ConfigKeys, key), slices.Contains(ConfigKeys, bare), slices.Contains(FormatKeys, key), slices.Contains(FormatKeys, bare):
				taken++
			case why || whyBare:
				explained++
			default:
				t.Errorf("%s: %s is unknown", group, key)
			}
		}
	}
	if taken < 120 || explained < 60 {
		t.Errorf("%d properties mean something, %d are explained", taken, explained)
	}
	t.Logf("%d properties mean something, %d are explained", taken, explained)
}
