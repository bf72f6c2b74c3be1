package main

import (
	"context"
	"slices"
	"testing"

	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
)

// The records of both partitions come out filtered, whatever they look like.
func TestFilterTopicToTopic(t *testing.T) {
	cluster, err := kfake.NewCluster(kfake.NumBrokers(1), kfake.SeedTopics(2, "trades", "alerts"))
	if err != nil {
		t.Fatal(err)
	}
	defer cluster.Close()
	address := cluster.ListenAddrs()[0]
	client, err := kgo.NewClient(kgo.SeedBrokers(address), kgo.RecordPartitioner(kgo.ManualPartitioner()), kgo.ConsumeTopics("alerts"))
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	const regular = `{"order_id":"1","symbol":"A","side":"BUY","price":100.5,"quantity":2,"venue":"V","trader_id":"T","event_time":0,"flags":1}`
	want := []string{
		`{"symbol":"A","price":100.5000,"quantity":2}`,
		`{"symbol":"\"","price":200.0000,"quantity":null}`,
		`{"symbol":null,"price":1000.0000,"quantity":-3}`,
	}
	for i, value := range []string{
		regular,
		`{"order_id":"1","symbol":"cheap","side":"BUY","price":100,"quantity":2,"venue":"V","trader_id":"T","event_time":0,"flags":1}`,
		`{"price":2e2,"symbol":"\u0022"}`,
		regular[:len(regular)-1],
		regular + "}",
		`{"quantity":-3,"price":"1000","more":{"price":1}}`,
		`{"symbol":"no price","quantity":1}`,
		"",
	} {
		record := &kgo.Record{Topic: "trades", Partition: int32(i % 2), Value: []byte(value)}
		if err := client.ProduceSync(t.Context(), record).FirstErr(); err != nil {
			t.Fatal(err)
		}
	}

	ctx, stop := context.WithCancel(t.Context())
	counts := make(chan string, 1)
	go func() {
		c, err := run(ctx, address, "trades", "alerts", "g")
		if err != nil {
			t.Error(err)
		}
		counts <- c.String()
	}()
	var got []string
	for len(got) < len(want) {
		fetches := client.PollFetches(t.Context())
		if err := fetches.Err(); err != nil {
			t.Fatal(err)
		}
		fetches.EachRecord(func(r *kgo.Record) { got = append(got, string(r.Value)) })
	}
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	stop()
	t.Log(<-counts)
}
