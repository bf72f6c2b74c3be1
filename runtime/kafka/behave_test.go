//go:build !realkafka

package kafka

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	rt "github.com/velostream/veloc/runtime"
)

// A broker that goes away while the job runs is told in the log; when it is back, source and sink go on, and nothing is missing.
func TestBrokerLostAndBack(t *testing.T) {
	dir := t.TempDir()
	start := func(port int) *kfake.Cluster {
		c, err := kfake.NewCluster(kfake.Ports(port), kfake.DataDir(dir))
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	c := start(0)
	addr := c.ListenAddrs()[0]
	_, text, _ := net.SplitHostPort(addr)
	port, _ := strconv.Atoi(text)
	topic := newTopic(t, []string{addr}, 1)
	conn := Connection{Brokers: []string{addr}, Topic: topic}
	sinkLogs := newLogs()
	sinkConn := conn
	sinkConn.Log = sinkLogs.add
	sink := openSink(t, SinkOptions{Connection: sinkConn})
	write(t, sink, output("1"))
	m := join(t, SourceOptions{Connection: conn, Group: unique("g")})
	m.awaitRows(1)
	if err := m.commit(); err != nil {
		t.Fatal(err)
	}

	c.Close()
	if err := sink.Write(context.Background(), output("2")); err != nil {
		t.Fatal(err)
	}
	m.logs.await(t, "kafka source orders: broker "+addr+" cannot be reached (connection refused); trying again until it answers")
	sinkLogs.await(t, "kafka sink totals: broker "+addr+" cannot be reached")
	if err := m.src.finalError(); err != nil {
		t.Fatalf("the source gave up: %v", err)
	}

	c = start(port)
	defer c.Close()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := sink.Flush(ctx); err != nil {
		t.Fatal(err)
	}
	m.logs.await(t, "broker "+addr+" answers again after")
	m.await("the second row", func() bool { return slices.ContainsFunc(m.rows, func(r row) bool { return r.text == "2" }) })
	if err := m.commit(); err != nil {
		t.Fatal(err)
	}
}

// A member that the group expels is told so, does not commit what is no longer its own, and is not ended by that: it joins again and
// reads on from the last commit.
func TestExpelled(t *testing.T) {
	c := fakeCluster(t)
	topic := newTopic(t, c.ListenAddrs(), 1)
	produce(t, c.ListenAddrs(), topic, numbers(0, 3, 1)...)
	m := join(t, SourceOptions{Connection: Connection{Brokers: c.ListenAddrs(), Topic: topic}, Group: unique("g")})
	m.awaitRows(3)
	commits := c.Fault(kfake.Fault{Keys: []kmsg.Key{kmsg.OffsetCommit}, Observe: true, Count: -1})
	c.Fault(kfake.Fault{Keys: []kmsg.Key{kmsg.Heartbeat}, Err: kerr.UnknownMemberID})
	m.await("loss", func() bool { return m.lost == 1 }) // Lost calls Commit, see member
	if n := commits.Hits(); n != 0 {
		t.Errorf("%d commits were sent for partitions that were gone", n)
	}
	if got := texts(m.awaitRows(6)); !slices.Equal(got, []string{"0", "0", "1", "1", "2", "2"}) {
		t.Errorf("rows after being expelled: %q", got)
	}
	m.logs.await(t, "the group took partitions [0] away without notice; rows since their last commit will be read again")
	if err := m.commit(); err != nil {
		t.Fatal(err)
	}
}

// If the group refuses a commit because it went on without this member, the job goes on too; other refusals are errors.
func TestCommitRefused(t *testing.T) {
	c := fakeCluster(t)
	topic := newTopic(t, c.ListenAddrs(), 1)
	produce(t, c.ListenAddrs(), topic, numbers(0, 1, 1)...)
	m := join(t, SourceOptions{Connection: Connection{Brokers: c.ListenAddrs(), Topic: topic}, Group: "pricing"})
	m.awaitRows(1)
	for _, passes := range []*kerr.Error{kerr.CoordinatorLoadInProgress, kerr.RebalanceInProgress} {
		c.Fault(kfake.Fault{Keys: []kmsg.Key{kmsg.OffsetCommit}, Err: passes})
		m.awaitStart(0)
		if err := m.commit(); err != nil {
			t.Errorf("%v: %v", passes.Message, err)
		}
		m.src.mu.Lock()
		m.src.parts[0].committed = -1
		m.src.mu.Unlock()
	}
	c.Fault(kfake.Fault{Keys: []kmsg.Key{kmsg.OffsetCommit}, Err: kerr.GroupAuthorizationFailed})
	err := m.commit()
	if err == nil || !strings.HasPrefix(err.Error(), "kafka source orders: committing offsets to group 'pricing': this client (not logged in) may not use the consumer group") {
		t.Errorf("a refusal for good: %v", err)
	}
	c.Fault(kfake.Fault{Keys: []kmsg.Key{kmsg.OffsetCommit}, Err: kerr.IllegalGeneration})
	if err := m.commit(); err != nil {
		t.Errorf("ILLEGAL_GENERATION: %v", err)
	}
	m.logs.await(t, "offsets were not committed because the group has expelled this member")
}

// deaf is an engine that only notes what it is told.
type deaf struct{ lost chan []int32 }

func (d deaf) Gained([]int32) error     { return nil }
func (d deaf) Lost(parts []int32) error { d.lost <- parts; return nil }
func owned(s *Source, ids ...int32) []int32 { // makes s own partitions, as after assigned and adjust
	for _, id := range ids {
		s.parts[id] = &partition{id: id, seek: -1, next: -1, committed: -1, first: -1}
	}
	return ids
}

// While a Poll is copying records, no partition is given up; what is queued of it is thrown away at once, and nothing else is handed
// out until the engine has finished.
func TestRevokedWaitsForChunks(t *testing.T) {
	d := deaf{make(chan []int32, 1)}
	s := sourceOn(Connection{Topic: "orders"})
	s.own = d
	owned(s, 0, 1)
	s.polling, s.pollStop = true, func() {}
	s.absorb(fetches("orders", numbers(0, 4, 2)...))
	s.packing++ // a Poll is in the middle of its copy

	done := make(chan struct{})
	go func() {
		s.revoked(context.Background(), nil, map[string][]int32{"orders": {1}})
		close(done)
	}()
	s.mu.Lock()
	for !s.calling || s.queued != 2 {
		s.changed.Wait()
	}
	s.mu.Unlock()
	select {
	case <-d.lost:
		t.Fatal("Lost was called while a chunk was under way")
	default:
	}
	var c rt.Chunk
	if err := s.Poll(context.Background(), &c); err != nil || len(c.Data) != 0 || c.Seq != 0 {
		t.Fatalf("Poll during a rebalance: %q, %v", c.Data, err)
	}
	s.mu.Lock()
	s.packing--
	s.changed.Broadcast()
	s.mu.Unlock()
	if got := <-d.lost; !slices.Equal(got, []int32{1}) {
		t.Errorf("Lost(%v)", got)
	}
	<-done
	if s.parts[1] != nil || s.parts[0] == nil {
		t.Error("the wrong partition was given up")
	}
	if err := s.Poll(context.Background(), &c); err != nil || string(c.Data) != "0\n2\n" || c.Partition != 0 || c.Seq != 1 || c.Next != 2 {
		t.Errorf("Poll afterwards: %q of partition %d, next %d, %v", c.Data, c.Partition, c.Next, err)
	}
}

// fetches makes what a poll returns, with the records of each partition in order.
func fetches(topic string, recs ...*kgo.Record) kgo.Fetches {
	ft := kgo.FetchTopic{Topic: topic}
	offsets := map[int32]int64{}
	for _, r := range recs {
		r.Offset = offsets[r.Partition]
		offsets[r.Partition]++
		i := slices.IndexFunc(ft.Partitions, func(p kgo.FetchPartition) bool { return p.Partition == r.Partition })
		if i < 0 {
			i = len(ft.Partitions)
			ft.Partitions = append(ft.Partitions, kgo.FetchPartition{Partition: r.Partition})
		}
		ft.Partitions[i].Records = append(ft.Partitions[i].Records, r)
	}
	return kgo.Fetches{{Topics: []kgo.FetchTopic{ft}}}
}

// stopping is an engine that does not come back from Lost before end is closed.
type stopping struct {
	gained      chan int
	losing, end chan struct{}
}

func (e stopping) Gained(parts []int32) error { e.gained <- len(parts); return nil }
func (e stopping) Lost([]int32) error         { close(e.losing); <-e.end; return nil }

// An engine that stops does not answer any more; Close does not wait for it.
func TestCloseDuringLost(t *testing.T) {
	c := fakeCluster(t)
	topic := newTopic(t, c.ListenAddrs(), 2)
	o := SourceOptions{Connection: Connection{Name: "orders", Brokers: c.ListenAddrs(), Topic: topic, Log: func(string) {}}, Group: unique("g"),
		Heartbeat: 100 * time.Millisecond}
	e := stopping{make(chan int), make(chan struct{}), make(chan struct{})}
	defer close(e.end)
	s := NewSource(o)
	if err := s.Open(context.Background(), e); err != nil {
		t.Fatal(err)
	}
	if n := <-e.gained; n != 2 {
		t.Fatalf("%d partitions gained", n)
	}
	two := join(t, o) // makes s lose a partition
	<-e.losing
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	two.awaitOwned(2)
	var chunk rt.Chunk
	if err := s.Poll(context.Background(), &chunk); !errors.Is(err, errClosed) {
		t.Errorf("Poll after Close: %v", err)
	}
}

// Records that retention deleted before they were read are told.
func TestRetention(t *testing.T) {
	c := fakeCluster(t)
	topic := newTopic(t, c.ListenAddrs(), 1)
	o := SourceOptions{Connection: Connection{Brokers: c.ListenAddrs(), Topic: topic}, Group: unique("g")}
	produce(t, c.ListenAddrs(), topic, numbers(0, 2, 1)...)
	m := join(t, o)
	m.awaitRows(2)
	if err := m.commit(); err != nil {
		t.Fatal(err)
	}
	m.stop()
	produce(t, c.ListenAddrs(), topic, numbers(2, 10, 1)...)
	if err := c.DeleteRecords(topic, 0, 7); err != nil {
		t.Fatal(err)
	}
	m = join(t, o)
	if got := texts(m.awaitRows(3)); !slices.Equal(got, []string{"7", "8", "9"}) {
		t.Errorf("%q", got)
	}
	m.logs.await(t, "partition 0: records from offset 2 to 6 were deleted (retention) before they were read")
}

// The first record that the broker refuses ends the sink, with the partition it was for.
func TestSinkRefused(t *testing.T) {
	c := fakeCluster(t)
	topic := newTopic(t, c.ListenAddrs(), 1)
	conn := Connection{Brokers: c.ListenAddrs(), Topic: topic}
	sink := openSink(t, SinkOptions{Connection: conn})
	c.Fault(kfake.Fault{Keys: []kmsg.Key{kmsg.Produce}, Err: kerr.MessageTooLarge, Count: -1})
	if err := sink.Write(context.Background(), output("1")); err != nil {
		t.Fatal(err)
	}
	err := sink.Flush(context.Background())
	want := "kafka sink totals: writing to topic '" + topic + "' partition 0: a record is larger than the limit (MESSAGE_TOO_LARGE)\n" +
		"  raise 'totals.batch.size', and the topic's max.message.bytes if the broker refuses it"
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
	if again := sink.Write(context.Background(), output("2")); again == nil || again.Error() != want {
		t.Errorf("a later Write: %v", again)
	}

	small := openSink(t, SinkOptions{Connection: conn, BatchBytes: minBatch})
	if err := small.Write(context.Background(), output(strings.Repeat("x", minBatch))); err != nil {
		t.Fatal(err)
	}
	if err := small.Flush(context.Background()); !errors.Is(err, kerr.MessageTooLarge) {
		t.Errorf("a record larger than batch.size: %v", err)
	}
}

// Records that the brokers do not take in time end the job.
func TestSinkTimeout(t *testing.T) {
	c := fakeCluster(t)
	topic := newTopic(t, c.ListenAddrs(), 1)
	sink := openSink(t, SinkOptions{Connection: Connection{Brokers: c.ListenAddrs(), Topic: topic}, Delivery: time.Second})
	c.Fault(kfake.Fault{Keys: []kmsg.Key{kmsg.Produce}, Err: kerr.NotEnoughReplicas, Count: -1})
	if err := sink.Write(context.Background(), output("1")); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	err := sink.Flush(ctx)
	if err == nil || !strings.Contains(err.Error(), "not acknowledged in time\n  the brokers did not take the records within 'totals.delivery.timeout.ms'") {
		t.Errorf("%v", err)
	}
}

// The age of a record on its way has nothing to do with the event time that it carries.
func TestSinkOldEventTime(t *testing.T) {
	c := fakeCluster(t)
	topic := newTopic(t, c.ListenAddrs(), 1)
	sink := openSink(t, SinkOptions{Connection: Connection{Brokers: c.ListenAddrs(), Topic: topic}, Delivery: time.Second})
	c.Fault(kfake.Fault{Keys: []kmsg.Key{kmsg.Produce}, Err: kerr.NotEnoughReplicas, Count: 1}) // so that the client looks at its age
	o := output("1")
	o.Recs[0].Time = 1
	write(t, sink, o)
}

// While acknowledgements are missing, Write takes no more than the buffer holds, and it can be called off.
func TestSinkBackPressure(t *testing.T) {
	c := fakeCluster(t)
	topic := newTopic(t, c.ListenAddrs(), 1)
	sink := openSink(t, SinkOptions{Connection: Connection{Brokers: c.ListenAddrs(), Topic: topic}, Buffer: 1000})
	gate, blocked := make(chan struct{}), make(chan struct{}, 1)
	c.ControlKey(int16(kmsg.Produce), func(kmsg.Request) (kmsg.Response, error, bool) {
		c.KeepControl()
		select {
		case blocked <- struct{}{}:
		default:
		}
		c.SleepControl(func() { <-gate })
		return nil, nil, false
	})
	big := output(strings.Repeat("x", 900))
	if err := sink.Write(context.Background(), big); err != nil {
		t.Fatal(err)
	}
	<-blocked
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := sink.Write(ctx, big); !errors.Is(err, context.Canceled) {
		t.Errorf("Write into a full buffer, called off: %v", err)
	}
	written := make(chan error)
	go func() { written <- sink.Write(context.Background(), big) }()
	close(gate)
	if err := <-written; err != nil {
		t.Fatal(err)
	}
	if err := sink.Flush(context.Background()); err != nil {
		t.Fatal(err)
	}
	sink.mu.Lock()
	defer sink.mu.Unlock()
	if sink.bytes != 0 {
		t.Errorf("%d bytes are still counted", sink.bytes)
	}
}

// Copying records into a chunk, and rows into a slab, allocates nothing once their memory is there.
func TestNoAllocationPerRecord(t *testing.T) {
	s := sourceOn(Connection{Topic: "orders"})
	s.o.NeedKeys, s.o.NeedHeaders = true, true
	var recs []*kgo.Record
	for i := range 1000 {
		recs = append(recs, &kgo.Record{Key: []byte("k"), Value: fmt.Appendf(nil, `{"n":%d}`, i), Timestamp: time.Unix(1700000000, 0),
			Headers: []kgo.RecordHeader{{Key: "trace", Value: []byte("t")}}})
	}
	var c rt.Chunk
	s.pack(&c, recs)
	if n := testing.AllocsPerRun(20, func() { s.pack(&c, recs) }); n != 0 {
		t.Errorf("pack: %v allocations per chunk", n)
	}
	if want := "{\"n\":0}\n{\"n\":1}\n"; !strings.HasPrefix(string(c.Data), want) || cap(c.Data)-len(c.Data) < rt.Pad {
		t.Errorf("chunk %.20q with %d bytes behind it", c.Data, cap(c.Data)-len(c.Data))
	}

	sink := NewSink(SinkOptions{Connection: Connection{Name: "totals"}})
	o := output("k=1", "k=2", "k=3", "k=4", "k=5", "k=6")
	for i := range o.Recs {
		o.Recs[i].Time = 1700000000e9
	}
	fill := func() {
		l, err := sink.slab(context.Background(), len(o.Recs), len(o.Buf)+headerBytes(o.Recs))
		if err != nil {
			t.Fatal(err)
		}
		sink.fill(l, o)
		sink.recycle(l)
	}
	fill()
	if n := testing.AllocsPerRun(20, fill); n != 0 {
		t.Errorf("slab: %v allocations per Write", n)
	}
}
