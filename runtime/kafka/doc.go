// Package kafka reads and writes Kafka topics: a source that hands out the records of a consumer group's partitions as chunks,
// a sink that produces rows and waits for their acknowledgement, a ledger that stores positions in the group, and a dead-letter
// queue on a topic. It is built on franz-go.
//
// In: properties (see SourceProperties and SinkProperties) and rt.Output. Out: rt.Chunk, and records in topics.
//
// Forbidden here: decoding of values; commits of anything that the engine has not flushed; test brokers (see devserver); secrets
// in messages.
//
// Where to read on: source.go (what the engine calls), fetch.go (the one goroutine that polls the client), rebalance.go (how
// partitions come and go, with the interleavings), pack.go (records to chunks), ledger.go (commits), sink.go and slab.go
// (producing), probe.go and errors.go (what is checked at the start and how it is told).
package kafka
