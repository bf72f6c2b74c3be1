//go:build realkafka

package kafka

import (
	"os"
	"strings"
	"testing"
)

// testBrokers returns the address of the Apache Kafka that `make kafka-start` runs.
func testBrokers(t testing.TB) []string {
	t.Helper()
	b := os.Getenv("VELOC_KAFKA_BROKERS")
	if b == "" {
		t.Fatal("VELOC_KAFKA_BROKERS is not set; run `make test-kafka`")
	}
	return strings.Split(b, ",")
}
