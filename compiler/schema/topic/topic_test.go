package topic

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/velostream/veloc/runtime/kafka/devserver"
)

// broker starts a broker in this process with topics, and fills one of them.
func broker(t *testing.T, topic string, values ...string) map[string]string {
	t.Helper()
	s, err := devserver.Start("127.0.0.1:0", topic+":2", "empty:1")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	cl, err := kgo.NewClient(kgo.SeedBrokers(s.Addr()), kgo.DefaultProduceTopic(topic), kgo.RecordPartitioner(kgo.ManualPartitioner()))
	if err != nil {
		t.Fatal(err)
	}
	defer cl.Close()
	for i, v := range values {
		if err := cl.ProduceSync(context.Background(), &kgo.Record{Value: []byte(v), Partition: int32(i % 2)}).FirstErr(); err != nil {
			t.Fatal(err)
		}
	}
	return map[string]string{"bootstrap.servers": s.Addr()}
}

// The newest records of all partitions are seen, at most so many.
func TestPeek(t *testing.T) {
	var values []string
	for i := range 10 {
		values = append(values, fmt.Sprintf(`{"i":%d}`, i))
	}
	props := broker(t, "numbers", values...)
	got, err := Peek(context.Background(), "numbers", props, Enough)
	if err != nil || len(got) != 10 {
		t.Fatalf("%d records, %v", len(got), err)
	}
	var texts []string
	for _, v := range got {
		texts = append(texts, string(v))
	}
	if slices.Sort(texts); !slices.Equal(texts, values) {
		t.Errorf("got %v", texts)
	}
	if got, err = Peek(context.Background(), "numbers", props, 3); err != nil || len(got) != 3 || string(got[0]) < `{"i":4}` {
		t.Errorf("of 3 records: %q, %v", got, err)
	}
}

func TestNothingToPeekAt(t *testing.T) {
	props := broker(t, "framed", "\x00\x00\x00\x00\x07abc")
	for topic, want := range map[string]string{
		"empty":  "the topic empty holds no records",
		"frame":  "did you mean 'framed'?",
		"framed": "name schema 7 of a schema registry",
	} {
		if _, err := Peek(context.Background(), topic, props, Enough); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", topic, err)
		}
	}
	if _, err := Peek(context.Background(), "framed", map[string]string{"fetch.max.bytes": "much"}, Enough); err == nil {
		t.Error("a size that is none is no mistake")
	}
}
