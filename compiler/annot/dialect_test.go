package annot

import (
	"strings"
	"testing"
)

// dialect lists the annotations that SQL files of the dialect carry, by what they are about.
var dialect = map[string]string{
	"metrics":     `metric metric_type metric_help metric_labels metric_condition metric_sample_rate metric_field metric_buckets metric_window metric_aggregation metric_stream metric_quantiles`,
	"job":         `job_mode batch_size num_partitions partitioning_strategy partition-count partition_count sticky-partition-id sticky_partition_id job_name failure_strategy max_retries retry_backoff_ms enable_dlq dlq_max_size batch_timeout_ms log_progress progress_interval enable_core_affinity empty_batch_count wait_on_empty_batch_ms processor_mode`,
	"application": `app application version description phase name depends_on author tags sla.latency.p99 sla.availability data_retention compliance observability.metrics.enabled observability.tracing.enabled observability.error_reporting.enabled observability.profiling.enabled deployment.node_id deployment.node_name deployment.region`,
	"data":        `data.source data.record_count data.time_simulation data.time_start data.time_end data.seed data.price.type data.price data.price.derived data.price.distribution`,
	"documents":   `dashboard alert alert.threshold trace trace.sample export ai.explain profiling`,
}

// Every annotation of the dialect is read, or there is a reason why it is not: none is unknown, and none is ignored.
func TestDialectIsCovered(t *testing.T) {
	read, explained := 0, 0
	for group, names := range dialect {
		for name := range strings.FieldsSeq(names) {
			s, ok := Lookup(name)
			switch {
			case !ok:
				t.Errorf("%s: @%s is unknown", group, name)
			case s.Idle != "":
				explained++
			default:
				read++
			}
			if ok && s.Doc == "" {
				t.Errorf("@%s lacks text", name)
			}
		}
	}
	for header := range strings.FieldsSeq("version description author dependencies tag name") {
		if _, ok := headers[header]; !ok {
			t.Errorf("the header line %s: is unknown", header)
		}
	}
	if read < 36 || explained < 30 {
		t.Errorf("%d annotations are read, %d are explained", read, explained)
	}
	t.Logf("%d annotations are read, %d are explained", read, explained)
}
