package run

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"

	rt "github.com/velostream/veloc/runtime"
	"github.com/velostream/veloc/runtime/engine"
	"github.com/velostream/veloc/runtime/metric"
)

// patience is how long a test waits for something that must happen.
const patience = 30 * time.Second

// broker is a broker in this process, with a plain client.
type broker struct {
	t  *testing.T
	c  *kfake.Cluster
	cl *kgo.Client
}

// newBroker starts a broker with topics, each "name:partitions".
func newBroker(t *testing.T, topics ...string) *broker {
	t.Helper()
	opts := []kfake.Opt{kfake.NumBrokers(1), kfake.DefaultNumPartitions(2), kfake.ClusterID(rand.Text())}
	for _, spec := range topics {
		name, n, _ := strings.Cut(spec, ":")
		opts = append(opts, kfake.SeedTopics(int32(n[0]-'0'), name))
	}
	c, err := kfake.NewCluster(opts...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	cl, err := kgo.NewClient(kgo.SeedBrokers(c.ListenAddrs()...), kgo.RecordPartitioner(kgo.ManualPartitioner()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(cl.Close)
	return &broker{t, c, cl}
}

func soon() (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.Background(), patience)
}

// put writes values to a partition.
func (b *broker) put(topic string, part int32, values ...string) {
	b.t.Helper()
	for _, v := range values {
		b.send(&kgo.Record{Topic: topic, Partition: part, Value: []byte(v)})
	}
}

func (b *broker) send(recs ...*kgo.Record) {
	b.t.Helper()
	ctx, cancel := soon()
	defer cancel()
	if err := b.cl.ProduceSync(ctx, recs...).FirstErr(); err != nil {
		b.t.Fatal(err)
	}
}

// read waits until a topic has at least n records and returns them, each partition's in order.
func (b *broker) read(topic string, n int) []*kgo.Record {
	b.t.Helper()
	ctx, cancel := soon()
	defer cancel()
	cl, err := kgo.NewClient(kgo.SeedBrokers(b.c.ListenAddrs()...), kgo.ConsumeTopics(topic), kgo.FetchMaxWait(20*time.Millisecond),
		kgo.MetadataMinAge(10*time.Millisecond), kgo.UnknownTopicRetries(-1))
	if err != nil {
		b.t.Fatal(err)
	}
	defer cl.Close()
	var recs []*kgo.Record
	for len(recs) < n {
		fs := cl.PollFetches(ctx)
		if ctx.Err() != nil {
			b.t.Fatalf("topic %s has %d records, not %d", topic, len(recs), n)
		}
		recs = append(recs, fs.Records()...)
	}
	slices.SortStableFunc(recs, func(x, y *kgo.Record) int { return int(x.Partition - y.Partition) })
	return recs
}

// values are what read returns, one line for each record: key=value.
func (b *broker) values(topic string, n int) []string {
	b.t.Helper()
	var out []string
	for _, r := range b.read(topic, n) {
		key := "NULL"
		if r.Key != nil {
			key = string(r.Key)
		}
		out = append(out, key+"="+string(r.Value))
	}
	return out
}

// committed is the group's offset in each partition of a topic, as "0@12 1@7".
func (b *broker) committed(group, topic string) string {
	b.t.Helper()
	ctx, cancel := soon()
	defer cancel()
	all, err := kadm.NewClient(b.cl).FetchOffsets(ctx, group)
	if err != nil && !errors.Is(err, kerr.GroupIDNotFound) {
		b.t.Fatal(err)
	}
	var parts []string
	for _, o := range all[topic] {
		parts = append(parts, fmt.Sprintf("%d@%d", o.Partition, o.At))
	}
	slices.Sort(parts)
	return strings.Join(parts, " ")
}

// program is a job that runs.
type program struct {
	t       *testing.T
	stop    context.CancelFunc
	metrics *metric.Registry
	log     lockedBuffer
	ended   chan struct{}
	summary engine.Summary
	err     error
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// start runs a golden job against the broker.
func (b *broker) start(name string, set ...func(*engine.Options)) *program {
	b.t.Helper()
	dir, err := filepath.Abs(filepath.Join("..", name))
	if err != nil {
		b.t.Fatal(err)
	}
	p := &program{t: b.t, ended: make(chan struct{}), metrics: metric.NewRegistry(name, metric.DefaultCardinality)}
	address := b.c.ListenAddrs()[0]
	opts := engine.Options{BaseDir: dir, Workers: 4, Epoch: 20 * time.Millisecond, Stderr: &p.log, Metrics: p.metrics, Config: map[string]string{},
		Lookup: func(v string) (string, bool) { return address, v == "KAFKA" }}
	for _, f := range set {
		f(&opts)
	}
	ctx, stop := context.WithCancel(context.Background())
	p.stop = stop
	go func() {
		defer close(p.ended)
		p.summary, p.err = engine.Run(ctx, jobs[name](), opts)
	}()
	b.t.Cleanup(func() { stop(); <-p.ended })
	return p
}

// end waits until the job has ended by itself.
func (p *program) end() engine.Summary {
	p.t.Helper()
	select {
	case <-p.ended:
	case <-time.After(patience):
		p.t.Fatalf("the job does not end\n%s", p.log.String())
	}
	if p.err != nil {
		p.t.Fatalf("%v\n%s", p.err, p.log.String())
	}
	return p.summary
}

// halt stops the job, as SIGTERM does.
func (p *program) halt() engine.Summary {
	p.t.Helper()
	p.stop()
	return p.end()
}

// count is a counter of the job, summed over its labels.
func (p *program) count(name string) float64 {
	p.t.Helper()
	families, err := p.metrics.Gatherer().Gather()
	if err != nil {
		p.t.Fatal(err)
	}
	sum := 0.0
	for _, f := range families {
		if f.GetName() == name {
			for _, m := range f.GetMetric() {
				sum += m.GetCounter().GetValue()
			}
		}
	}
	return sum
}

// await waits until a counter has reached n.
func (p *program) await(name string, n float64) {
	p.t.Helper()
	late := time.Now().Add(patience)
	for p.count(name) < n {
		select {
		case <-p.ended:
			p.t.Fatalf("the job has ended: %v\n%s", p.err, p.log.String())
		case <-time.After(2 * time.Millisecond):
		}
		if time.Now().After(late) {
			p.t.Fatalf("%s is %v, not %v\n%s", name, p.count(name), n, p.log.String())
		}
	}
}

func expect(t *testing.T, got []string, want ...string) {
	t.Helper()
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("got:\n  %s\nwant:\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
}

// runningClock is a clock that runs faster than the wall's.
type runningClock struct {
	rt.Clock
	start int64
	times int64
}

// newRunningClock makes a clock on which a second of the wall's lasts as long as d.
func newRunningClock(d time.Duration) rt.Clock {
	c := engine.SystemClock()
	return &runningClock{c, c.Now(), int64(d / time.Second)}
}

func (c *runningClock) Now() int64 { return c.start + (c.Clock.Now()-c.start)*c.times }
