package kafka

import "sort"

// A profile gives properties values that they take when they are not given.
type profile map[string]string

var sourceProfiles = map[string]profile{
	"high_throughput":  {"fetch.min.bytes": "64KiB", "fetch.max.wait.ms": "500ms", "max.partition.fetch.bytes": "1MiB"},
	"low_latency":      {"fetch.min.bytes": "1", "fetch.max.wait.ms": "10ms", "max.poll.records": "500"},
	"max_durability":   {"isolation.level": "read_committed"},
	"development":      {"session.timeout.ms": "10s", "fetch.max.wait.ms": "100ms"},
	"streaming":        {"fetch.min.bytes": "1", "fetch.max.wait.ms": "100ms"},
	"batch_processing": {"fetch.min.bytes": "1MiB", "fetch.max.wait.ms": "1s", "max.partition.fetch.bytes": "4MiB"},
}

// Presets of `linger.ms` and below decide latency; `batch.size` of a preset is never so small that it limits the size of records.
var sinkProfiles = map[string]profile{
	"high_throughput": {"linger.ms": "10ms", "compression.type": "lz4", "buffer.memory": "128MiB"},
	"low_latency":     {"linger.ms": "0", "compression.type": "none"},
	"durable":         durable,
	"max_durability":  durable,
	"balanced":        {"linger.ms": "5ms", "compression.type": "snappy"},
	"development":     {"linger.ms": "0", "compression.type": "none", "request.timeout.ms": "10s", "delivery.timeout.ms": "15s"},
}

var durable = profile{"acks": "all", "enable.idempotence": "true", "delivery.timeout.ms": "0", "compression.type": "snappy",
	"max.in.flight.requests.per.connection": "1"}

func profileNames(m map[string]profile) []string {
	var names []string
	for n := range m {
		names = append(names, n)
	}
	sort.Strings(names)
	return names
}
