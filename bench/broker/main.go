// Command broker is the Kafka broker of the benchmark, in a process of its own: kfake on a loopback port.
// It loads the lines of a file into a topic, prints its address, and then obeys commands on standard input:
//
//	create TOPIC        makes an empty topic and prints "ok"
//	wait TOPIC COUNT    waits until the topic has COUNT records and prints "ok" and the time in Unix nanoseconds
//	digest TOPIC        prints "ok", the number of records, and a hash of their values that ignores their order
package main

import (
	"bufio"
	"bytes"
	"context"
	"flag"
	"fmt"
	"hash/maphash"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
)

func main() {
	file := flag.String("file", "", "file whose lines become the records of the topic trades")
	rows := flag.Int("rows", 0, "number of lines to load (default: all)")
	partitions := flag.Int("partitions", 2, "partitions of every topic")
	flag.Parse()
	if err := serve(*file, *rows, int32(*partitions)); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func serve(file string, rows int, partitions int32) error {
	cluster, err := kfake.NewCluster(kfake.NumBrokers(1), kfake.SeedTopics(partitions, "trades"))
	if err != nil {
		return err
	}
	defer cluster.Close()
	client, err := kgo.NewClient(kgo.SeedBrokers(cluster.ListenAddrs()...), kgo.RecordPartitioner(kgo.ManualPartitioner()),
		kgo.ProducerBatchMaxBytes(1<<20), kgo.ProducerLinger(5*time.Millisecond), kgo.MaxBufferedRecords(100_000))
	if err != nil {
		return err
	}
	defer client.Close()
	b := &broker{client: client, admin: kadm.NewClient(client), partitions: partitions, seed: maphash.MakeSeed()}
	loaded, err := b.load(file, rows)
	if err != nil {
		return err
	}
	fmt.Printf("ready %s %d\n", cluster.ListenAddrs()[0], loaded)
	commands := bufio.NewScanner(os.Stdin)
	for commands.Scan() {
		answer, err := b.obey(strings.Fields(commands.Text()))
		if err != nil {
			return err
		}
		fmt.Println("ok", answer)
	}
	return commands.Err()
}

type broker struct {
	client     *kgo.Client
	admin      *kadm.Client
	partitions int32
	seed       maphash.Seed
}

func (b *broker) load(file string, rows int) (int, error) {
	f, err := os.Open(file)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	var failed error // set by the promises, which run one at a time, and read after Flush
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 16<<20)
	n := 0
	for ; (rows == 0 || n < rows) && lines.Scan(); n++ {
		record := &kgo.Record{Topic: "trades", Partition: int32(n) % b.partitions, Value: bytes.Clone(lines.Bytes())}
		b.client.Produce(context.Background(), record, func(_ *kgo.Record, err error) {
			if err != nil && failed == nil {
				failed = err
			}
		})
	}
	if err := b.client.Flush(context.Background()); err != nil {
		return n, err
	}
	if failed != nil {
		return n, failed
	}
	return n, lines.Err()
}

func (b *broker) obey(command []string) (string, error) {
	ctx := context.Background()
	switch {
	case len(command) == 2 && command[0] == "create":
		_, err := b.admin.CreateTopic(ctx, b.partitions, 1, nil, command[1])
		return "", err
	case len(command) == 3 && command[0] == "wait":
		count, err := strconv.ParseInt(command[2], 10, 64)
		if err != nil {
			return "", err
		}
		return b.wait(ctx, command[1], count)
	case len(command) == 2 && command[0] == "digest":
		return b.digest(ctx, command[1])
	}
	return "", fmt.Errorf("unknown command %q", command)
}

func (b *broker) count(ctx context.Context, topic string) (int64, error) {
	offsets, err := b.admin.ListEndOffsets(ctx, topic)
	if err != nil {
		return 0, err
	}
	total := int64(0)
	offsets.Each(func(o kadm.ListedOffset) { total += o.Offset })
	return total, offsets.Error()
}

// wait polls: the broker has no call that returns when a topic has grown to a size. 2 ms are far below
// what the benchmark can resolve.
func (b *broker) wait(ctx context.Context, topic string, count int64) (string, error) {
	for tick := time.NewTicker(2 * time.Millisecond); ; <-tick.C {
		n, err := b.count(ctx, topic)
		if err != nil || n >= count {
			return strconv.FormatInt(time.Now().UnixNano(), 10), err
		}
	}
}

func (b *broker) digest(ctx context.Context, topic string) (string, error) {
	total, err := b.count(ctx, topic)
	if err != nil {
		return "", err
	}
	reader, err := kgo.NewClient(kgo.SeedBrokers(b.client.OptValue(kgo.SeedBrokers).([]string)...), kgo.ConsumeTopics(topic),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()))
	if err != nil {
		return "", err
	}
	defer reader.Close()
	sum, n := uint64(0), int64(0)
	for n < total {
		fetches := reader.PollFetches(ctx)
		if err := fetches.Err(); err != nil {
			return "", err
		}
		fetches.EachRecord(func(r *kgo.Record) {
			sum += maphash.Bytes(b.seed, r.Value)
			n++
		})
	}
	return fmt.Sprintf("%d %016x", n, sum), nil
}
