package devserver

import (
	"context"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
)

// Serve says how to use the broker, the broker works, and it is gone when the context is done.
func TestServe(t *testing.T) {
	ctx, stop := context.WithCancel(context.Background())
	out, in := io.Pipe()
	done := make(chan error, 1)
	go func() { done <- Serve(ctx, in, "127.0.0.1:0", "trades:3", "totals"); in.Close() }()
	var text strings.Builder
	buf := make([]byte, 1024)
	for !strings.Contains(text.String(), "Ctrl-C") {
		n, err := out.Read(buf)
		if err != nil {
			t.Fatal(err)
		}
		text.Write(buf[:n])
	}
	first, _, _ := strings.Cut(text.String(), ". It keeps")
	addr := strings.TrimPrefix(first, "A Kafka broker for development listens on ")
	want := strings.ReplaceAll(`A Kafka broker for development listens on ADDR. It keeps everything in memory.
  topic trades, 3 partitions
  topic totals, 2 partitions
Use it:     'bootstrap.servers' = 'ADDR' in WITH, or --config <source>.bootstrap.servers=ADDR
Write rows: kcat -b ADDR -P -t trades
Read rows:  kcat -b ADDR -C -t trades -e
Stop it with Ctrl-C.
`, "ADDR", addr)
	if text.String() != want {
		t.Errorf("got:\n%s\nwant:\n%s", text.String(), want)
	}

	cl, err := kgo.NewClient(kgo.SeedBrokers(addr), kgo.AllowAutoTopicCreation())
	if err != nil {
		t.Fatal(err)
	}
	defer cl.Close()
	within, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	topics, err := kadm.NewClient(cl).ListTopics(within)
	if err != nil || len(topics["trades"].Partitions) != 3 || len(topics["totals"].Partitions) != 2 {
		t.Errorf("topics: %v, %v", topics, err)
	}
	if err := cl.ProduceSync(within, &kgo.Record{Topic: "made.by.client", Value: []byte("1")}).FirstErr(); err != nil {
		t.Errorf("a topic that a producer needs: %v", err)
	}
	stop()
	if err := <-done; err != nil {
		t.Error(err)
	}
	if err := cl.Ping(context.Background()); err == nil {
		t.Error("the broker still answers")
	}
}

func TestServeErrors(t *testing.T) {
	taken, err := Start("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	for _, c := range []struct{ addr, topic, want string }{
		{"9092", "t", "address '9092': expected host:port, such as localhost:9092"},
		{"localhost:kafka", "t", "the port must be a number"},
		{"localhost:70000", "t", "the port must be a number from 0 to 65535"},
		{"127.0.0.1:0", "t:none", "topic 't:none': expected name or name:partitions, such as trades:4"},
		{"127.0.0.1:0", "t:0", "topic 't:0': expected name or name:partitions"},
		{"127.0.0.1:0", ":3", "topic ':3' has no name"},
		{taken.Addr(), "t", "cannot listen on " + taken.Addr()},
	} {
		if s, err := Start(c.addr, c.topic); err == nil {
			s.Close()
			t.Errorf("Start(%s, %s) succeeded", c.addr, c.topic)
		} else if !strings.Contains(err.Error(), c.want) {
			t.Errorf("Start(%s, %s): %v, want …%s…", c.addr, c.topic, err, c.want)
		}
	}
}
