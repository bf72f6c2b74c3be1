package connector

import (
	"slices"
	"strings"
)

// All lists every connector, sources first.
func All() []*Spec {
	return []*Spec{
		&fileSource, &fileSourceMmap, &kafkaSource, &datagenSource, &nexmarkSource,
		&fileSink, &kafkaSink, &stdoutSink, &blackholeSink, &tableSink,
	}
}

// Lookup finds a connector by its name.
func Lookup(name string) (*Spec, bool) {
	for _, s := range All() {
		if s.Name == strings.ToLower(name) {
			return s, true
		}
	}
	return nil, false
}

// Resolve finds a connector of one kind by its name or by another name that Flink or a configuration file gives it: 'kafka' is
// kafka_source where rows are read and kafka_sink where they are written.
func Resolve(name string, kind Kind) (*Spec, bool) {
	name = strings.ToLower(strings.TrimSpace(name))
	for _, s := range All() {
		if s.Kind == kind && (s.Name == name || slices.Contains(s.Aliases, name)) {
			return s, true
		}
	}
	return nil, false
}

// OfScheme finds the connector of one kind that a URI scheme means.
func OfScheme(scheme string, kind Kind) (*Spec, bool) {
	for _, s := range All() {
		if s.Kind == kind && slices.Contains(s.Schemes, strings.ToLower(scheme)) {
			return s, true
		}
	}
	return nil, false
}

// Names lists the connectors of one kind.
func Names(kind Kind) []string {
	var names []string
	for _, s := range All() {
		if s.Kind == kind {
			names = append(names, s.Name)
		}
	}
	return names
}

// Planned tells whether name is a connector that streaming SQL files mention but that is not built.
func Planned(name string) bool {
	base := strings.TrimSuffix(strings.TrimSuffix(strings.ToLower(name), "_source"), "_sink")
	return slices.Contains([]string{
		"s3", "database", "jdbc", "postgres", "mysql", "iceberg", "http", "https", "clickhouse", "ipc", "pulsar", "websocket", "go",
		"kinesis", "mqtt", "redis", "elasticsearch",
	}, base)
}

// Spellings lists every name that Resolve takes for a kind, for suggestions.
func Spellings(kind Kind) []string {
	var names []string
	for _, s := range All() {
		if s.Kind == kind {
			names = append(append(names, s.Name), s.Aliases...)
		}
	}
	return names
}

// Owners lists the connectors that have a property of their own, for messages about one that has not.
func Owners(key string) []string {
	var names []string
	for _, s := range All() {
		if _, ok := Find(s.Options, key); ok {
			names = append(names, s.Name)
		}
	}
	return names
}
