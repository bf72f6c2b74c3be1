//go:build !realkafka

package kafka

import (
	"testing"

	"github.com/twmb/franz-go/pkg/kfake"
)

// testBrokers starts a broker in this process and returns its address. With -tags realkafka the same tests talk to Apache Kafka.
func testBrokers(t testing.TB) []string {
	return fakeCluster(t).ListenAddrs()
}

// fakeCluster starts one in-process broker; topics are made by tests.
func fakeCluster(t testing.TB, opts ...kfake.Opt) *kfake.Cluster {
	t.Helper()
	c, err := kfake.NewCluster(append([]kfake.Opt{kfake.NumBrokers(1)}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}
