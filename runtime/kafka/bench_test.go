//go:build !realkafka

package kafka

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"

	rt "github.com/velostream/veloc/runtime"
)

// syntheticBrokers serve the same batch of 163-byte records for ever, so that the broker costs little.
func syntheticBrokers(b *testing.B) []string {
	return fakeCluster(b, kfake.SeedTopics(2, "orders"), kfake.SyntheticFetch(kfake.SyntheticBatch{RecordBytes: 163}), kfake.BlackholeProduce()).ListenAddrs()
}

// BenchmarkPollFetches is the floor: the client's own loop, which looks at each value. One iteration is a record.
func BenchmarkPollFetches(b *testing.B) {
	cl, err := kgo.NewClient(kgo.SeedBrokers(syntheticBrokers(b)...), kgo.ConsumeTopics("orders"), kgo.FetchMaxPartitionBytes(1<<20))
	if err != nil {
		b.Fatal(err)
	}
	defer cl.Close()
	cl.PollFetches(context.Background())
	b.SetBytes(163)
	b.ReportAllocs()
	b.ResetTimer()
	n, sum := 0, 0
	for n < b.N {
		cl.PollFetches(context.Background()).EachRecord(func(r *kgo.Record) { n++; sum += len(r.Value) })
	}
}

// BenchmarkSource is a Source under one and two workers that do nothing with the rows.
func BenchmarkSource(b *testing.B) {
	for _, workers := range []int{1, 2} {
		b.Run(fmt.Sprintf("workers=%d", workers), func(b *testing.B) {
			s := NewSource(SourceOptions{Connection: Connection{Name: "orders", Brokers: syntheticBrokers(b), Log: func(string) {}}, Group: unique("g")})
			if err := s.Open(context.Background(), deaf{make(chan []int32, 1)}); err != nil {
				b.Fatal(err)
			}
			defer s.Close()
			var c rt.Chunk
			for len(c.Data) == 0 {
				if err := s.Poll(context.Background(), &c); err != nil {
					b.Fatal(err)
				}
			}
			b.SetBytes(163)
			b.ReportAllocs()
			b.ResetTimer()
			var all sync.WaitGroup
			for range workers {
				all.Add(1)
				go func() {
					defer all.Done()
					var c rt.Chunk
					for n := 0; n < b.N/workers; n += len(c.Meta) {
						if err := s.Poll(context.Background(), &c); err != nil {
							b.Error(err)
							return
						}
					}
				}()
			}
			all.Wait()
		})
	}
}

// BenchmarkSink writes outputs of 1000 rows; the broker forgets them. BenchmarkProduce is the same by the client alone.
func BenchmarkSink(b *testing.B) {
	s := NewSink(SinkOptions{Connection: Connection{Name: "totals", Topic: "orders", Brokers: syntheticBrokers(b)}, NoEventTimeHeader: true})
	if err := s.Open(context.Background()); err != nil {
		b.Fatal(err)
	}
	defer s.Close(context.Background(), false)
	value := string(make([]byte, 163))
	lines := make([]string, 1000)
	for i := range lines {
		lines[i] = value
	}
	o := output(lines...)
	b.SetBytes(163)
	b.ReportAllocs()
	b.ResetTimer()
	for n := 0; n < b.N; n += len(lines) {
		if err := s.Write(context.Background(), o); err != nil {
			b.Fatal(err)
		}
	}
	if err := s.Flush(context.Background()); err != nil {
		b.Fatal(err)
	}
}

func BenchmarkProduce(b *testing.B) {
	cl, err := kgo.NewClient(kgo.SeedBrokers(syntheticBrokers(b)...), kgo.DefaultProduceTopic("orders"), kgo.ProducerBatchCompression(kgo.NoCompression()),
		kgo.MaxBufferedRecords(400000))
	if err != nil {
		b.Fatal(err)
	}
	defer cl.Close()
	value := make([]byte, 163)
	b.SetBytes(163)
	b.ReportAllocs()
	b.ResetTimer()
	for range b.N {
		cl.Produce(context.Background(), &kgo.Record{Value: value}, nil)
	}
	if err := cl.Flush(context.Background()); err != nil {
		b.Fatal(err)
	}
}
