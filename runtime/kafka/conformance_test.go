package kafka

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	rt "github.com/velostream/veloc/runtime"
)

// The tests of this file hold for every broker. They run against the one in this process, and with -tags realkafka against
// Apache Kafka.

// Rows that a sink writes come back from a source with key, headers, time, partition and offset. A compound key arrives encoded.
func TestRoundTrip(t *testing.T) {
	brokers := testBrokers(t)
	topic := newTopic(t, brokers, 3)
	conn := Connection{Brokers: brokers, Topic: topic}
	sink := openSink(t, SinkOptions{Connection: conn})
	o := output(`EU|AAPL={"n":1}`, `{"n":2}`, `EU|AAPL={"n":3}`)
	o.Recs[0].Time = time.UnixMilli(1700000000123).UnixNano()
	o.Recs[0].Headers = []rt.Header{{Key: "trace", Value: []byte("t1")}, {Key: eventTime, Value: []byte("5")}}
	write(t, sink, o)

	m := join(t, SourceOptions{Connection: conn, Group: unique("g")})
	rows := m.awaitRows(3)
	byText := map[string]row{}
	for _, r := range rows {
		byText[r.text] = r
	}
	first, second, third := byText[`{"n":1}`], byText[`{"n":2}`], byText[`{"n":3}`]
	if string(first.meta.Key) != "EU|AAPL" || string(third.meta.Key) != "EU|AAPL" || second.meta.Key != nil {
		t.Errorf("keys: %q, %q, %q", first.meta.Key, second.meta.Key, third.meta.Key)
	}
	if first.part != third.part || first.meta.Offset >= third.meta.Offset {
		t.Errorf("records of one key are at %d/%d and %d/%d", first.part, first.meta.Offset, third.part, third.meta.Offset)
	}
	if first.meta.Time != time.UnixMilli(1700000000123).UnixNano() {
		t.Errorf("event time came back as %s", time.Unix(0, first.meta.Time))
	}
	if got := fmt.Sprintf("%q", first.meta.Headers); got != `[{"trace" "t1"} {"_EVENT_TIME" "1700000000123"}]` {
		t.Errorf("headers: %s", got)
	}
	if len(second.meta.Headers) != 0 || time.Since(time.Unix(0, second.meta.Time)).Abs() > time.Hour {
		t.Errorf("a row without a time has headers %q and time %s", second.meta.Headers, time.Unix(0, second.meta.Time))
	}
}

// Each partition keeps its order, and Next follows the last row of each chunk. Keys outlive the chunk that they came in.
func TestPartitionsKeepTheirOrder(t *testing.T) {
	brokers := testBrokers(t)
	topic := newTopic(t, brokers, 4)
	for i := range 10 {
		produce(t, brokers, topic, numbers(1000*i, 1000*i+1000, 4)...)
	}
	m := join(t, SourceOptions{Connection: Connection{Brokers: brokers, Topic: topic}, Group: unique("g"), MaxRecords: 70})
	rows := m.awaitRows(10000)
	next := map[int32]int64{}
	for _, r := range rows {
		if r.meta.Offset != next[r.part] {
			t.Fatalf("partition %d: offset %d came where %d was expected", r.part, r.meta.Offset, next[r.part])
		}
		if want := fmt.Sprint(int(r.meta.Offset)*4 + int(r.part)); r.text != want {
			t.Fatalf("partition %d offset %d holds %s, want %s", r.part, r.meta.Offset, r.text, want)
		}
		if string(r.meta.Key) != r.text {
			t.Fatalf("row %s has key %q", r.text, r.meta.Key)
		}
		next[r.part]++
	}
	m.await("end", func() bool { return m.next[0] == 2500 && m.next[3] == 2500 })
}

// What was read but not committed is read again after a crash; what was committed is not.
func TestCrashBeforeCommit(t *testing.T) {
	brokers := testBrokers(t)
	topic := newTopic(t, brokers, 1)
	o := SourceOptions{Connection: Connection{Brokers: brokers, Topic: topic}, Group: unique("g")}
	produce(t, brokers, topic, numbers(0, 3, 1)...)

	m := join(t, o)
	m.awaitRows(3)
	m.stop()

	m = join(t, o)
	if got := texts(m.awaitRows(3)); !slices.Equal(got, []string{"0", "1", "2"}) {
		t.Fatalf("after a crash came %q", got)
	}
	if err := m.commit(); err != nil {
		t.Fatal(err)
	}
	m.stop()

	produce(t, brokers, topic, numbers(3, 5, 1)...)
	m = join(t, o)
	if got := texts(m.awaitRows(2)); !slices.Equal(got, []string{"3", "4"}) {
		t.Fatalf("after a commit came %q", got)
	}
	if c, err := m.led.Restore(context.Background(), 0); err != nil || c == nil || c.Positions[0] != 3 {
		t.Errorf("Restore = %+v, %v; want position 3, where the committed rows end", c, err)
	}
	if err := m.commit(); err != nil {
		t.Fatal(err)
	}
	if c, err := m.led.Restore(context.Background(), 0); err != nil || c != nil {
		t.Errorf("Restore = %+v, %v; want nothing, because everything is committed", c, err)
	}
}

// A group that has committed nothing starts at the beginning or at the end. Its start is committed with the first epoch even if no
// row came, so that rows that arrive while the job is down are not skipped.
func TestAutoOffsetReset(t *testing.T) {
	brokers := testBrokers(t)
	topic := newTopic(t, brokers, 1)
	conn := Connection{Brokers: brokers, Topic: topic}
	produce(t, brokers, topic, numbers(0, 2, 1)...)

	earliest := join(t, SourceOptions{Connection: conn, Group: unique("g")})
	earliest.awaitRows(2)

	o := SourceOptions{Connection: conn, Group: unique("g"), Latest: true}
	latest := join(t, o)
	latest.awaitStart(0)
	if err := latest.commit(); err != nil {
		t.Fatal(err)
	}
	latest.stop()
	produce(t, brokers, topic, numbers(2, 4, 1)...)
	latest = join(t, o)
	if got := texts(latest.awaitRows(2)); !slices.Equal(got, []string{"2", "3"}) {
		t.Errorf("with latest came %q", got)
	}
}

// awaitStart waits until the source knows where partition part starts.
func (m *member) awaitStart(part int32) {
	m.t.Helper()
	m.await("start of reading", func() bool {
		m.src.mu.Lock()
		defer m.src.mu.Unlock()
		p := m.src.parts[part]
		return p != nil && !p.gaining && p.next >= 0
	})
}

// While rows flow, a second member joins and leaves again. Every row is read, and none twice: a member finishes and commits what it
// has before it gives partitions up.
func TestRebalance(t *testing.T) {
	brokers := testBrokers(t)
	topic := newTopic(t, brokers, 6)
	for _, strategy := range []string{"cooperative-sticky", "range"} {
		t.Run(strategy, func(t *testing.T) {
			o := SourceOptions{Connection: Connection{Brokers: brokers, Topic: topic}, Group: unique("g"), Strategy: strategy, Latest: true}
			one := join(t, o)
			one.awaitOwned(6)
			for p := range int32(6) {
				one.awaitStart(p)
			}
			produce(t, brokers, topic, numbers(0, 600, 6)...)
			one.awaitRows(300)
			two := join(t, o)
			produce(t, brokers, topic, numbers(600, 1200, 6)...)
			one.awaitOwned(3)
			two.awaitOwned(3)
			produce(t, brokers, topic, numbers(1200, 1800, 6)...)
			two.awaitRows(1)
			if err := two.commit(); err != nil {
				t.Fatal(err)
			}
			two.pauseAndLeave()
			one.awaitOwned(6)
			produce(t, brokers, topic, numbers(1800, 2400, 6)...)
			one.await("all rows", func() bool { return len(one.rows)+len(two.rows) >= 2400 })
			seen := map[string]int{}
			for _, r := range append(slices.Clone(one.rows), two.rows...) {
				seen[r.text]++
			}
			for i := range 2400 {
				if n := seen[fmt.Sprint(i)]; n != 1 {
					t.Errorf("row %d was read %d times", i, n)
				}
			}
		})
	}
}

// pauseAndLeave ends a member cleanly: it takes nothing more, commits, and leaves.
func (m *member) pauseAndLeave() {
	m.cancel()
	<-m.done
	if err := m.commit(); err != nil {
		m.t.Error(err)
	}
	if err := m.src.Close(); err != nil {
		m.t.Error(err)
	}
}

// Values that are not one line of text become one, and keep their original bytes.
func TestOddValues(t *testing.T) {
	brokers := testBrokers(t)
	topic := newTopic(t, brokers, 1)
	produce(t, brokers, topic,
		&kgo.Record{Value: []byte("{\n \"a\": 1\n}")}, &kgo.Record{Key: []byte("k"), Value: nil}, &kgo.Record{Value: []byte{}},
		&kgo.Record{Value: []byte("plain")}, &kgo.Record{Value: []byte(" \r\n")})
	m := join(t, SourceOptions{Connection: Connection{Brokers: brokers, Topic: topic}, Group: unique("g")})
	rows := m.awaitRows(5)
	if got := texts(rows); !slices.Equal(got, []string{`{  "a": 1 }`, "null", "null", "plain", "null"}) {
		t.Errorf("rows: %q", got)
	}
	if o := rows[0].odd; o == nil || string(o.Value) != "{\n \"a\": 1\n}" || o.Null {
		t.Errorf("row with newlines: %+v", o)
	}
	if o := rows[1].odd; o == nil || !o.Null || o.Value != nil || string(rows[1].meta.Key) != "k" {
		t.Errorf("tombstone: %+v", o)
	}
	if o := rows[2].odd; o == nil || o.Null || o.Value == nil || len(o.Value) != 0 {
		t.Errorf("empty value: %+v", o)
	}
	if o := rows[4].odd; o == nil || o.Null || string(o.Value) != " \r\n" {
		t.Errorf("blank value: %+v", o)
	}
	if rows[3].odd != nil {
		t.Errorf("a plain value is odd: %+v", rows[3].odd)
	}
	refused := rt.Tally{KeepReject: 1}
	refused.Reject(&rt.Chunk{Data: []byte("{  }\n"), Meta: []rt.Meta{rows[0].meta}, Odd: map[int64]rt.Odd{0: *rows[0].odd}}, 0, 0, 4, nil)
	if got := string(refused.Rejects[0].Data); got != "{\n \"a\": 1\n}" {
		t.Errorf("a reject shows %q instead of the original", got)
	}
}

// Every codec is understood at both ends.
func TestCompression(t *testing.T) {
	brokers := testBrokers(t)
	for _, codec := range []string{"none", "gzip", "snappy", "lz4", "zstd"} {
		t.Run(codec, func(t *testing.T) {
			topic := newTopic(t, brokers, 1)
			conn := Connection{Brokers: brokers, Topic: topic}
			sink := openSink(t, SinkOptions{Connection: conn, Compression: codec})
			long := strings.Repeat(`{"a":1}`, 1000)
			write(t, sink, output(long, long, long))
			m := join(t, SourceOptions{Connection: conn, Group: unique("g")})
			for _, r := range m.awaitRows(3) {
				if r.text != long {
					t.Fatalf("came back as %.40q", r.text)
				}
			}
		})
	}
}

// A sink makes the topic that is missing, with the partitions it is told to.
func TestSinkCreatesTopic(t *testing.T) {
	brokers := testBrokers(t)
	topic := unique("made")
	conn := Connection{Brokers: brokers, Topic: topic}
	sink := openSink(t, SinkOptions{Connection: conn, Partitions: 3, Replication: 1})
	write(t, sink, output("1", "2"))
	m := join(t, SourceOptions{Connection: conn, Group: unique("g")})
	m.awaitOwned(3)
	m.awaitRows(2)
}

// With acks 0 and 1 nothing is idempotent, and everything arrives from a broker that works.
func TestAcks(t *testing.T) {
	brokers := testBrokers(t)
	for _, acks := range []string{"0", "1", "all"} {
		t.Run(acks, func(t *testing.T) {
			conn := Connection{Brokers: brokers, Topic: newTopic(t, brokers, 1)}
			sink := openSink(t, SinkOptions{Connection: conn, Acks: acks})
			write(t, sink, output("1", "2", "3"))
			m := join(t, SourceOptions{Connection: conn, Group: unique("g")})
			if got := texts(m.awaitRows(3)); !slices.Equal(got, []string{"1", "2", "3"}) {
				t.Errorf("%q", got)
			}
		})
	}
}

// A letter keeps the record's key, value and headers, and tells in headers why it was refused.
func TestDeadLetters(t *testing.T) {
	brokers := testBrokers(t)
	conn := Connection{Brokers: brokers, Topic: unique("dead"), Name: "orders"}
	d := NewDeadLetters(SinkOptions{Connection: conn})
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := d.Open(ctx); err != nil {
		t.Fatal(err)
	}
	err := d.Send(ctx, []rt.Letter{
		{Job: "pricing", Source: "orders", Record: true, Partition: 2, Offset: 41, Time: 1700000000999 * 1e6, RecordTime: 1700000000123 * 1e6,
			Key: []byte("AAPL"), Headers: []rt.Header{{Key: "trace", Value: []byte("t1")}}, Value: []byte("{\n\"price\": \"x\"}"),
			Err: &rt.RowError{Code: "VR0102", Column: "price", SQL: "job.sql:4:8", Value: "x", Msg: "expected a number"}},
		{Job: "pricing", Source: "csv", File: "in.csv", Line: 7, Offset: 120, Time: 1, Value: []byte("a;b"), Err: &rt.RowError{Code: "VR0101", Msg: "too few cells"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Flush(ctx); err != nil {
		t.Fatal(err)
	}
	if err := d.Close(ctx); err != nil {
		t.Fatal(err)
	}
	m := join(t, SourceOptions{Connection: conn, Group: unique("g")})
	want := map[string]string{
		`{ "price": "x"}`: `key=AAPL time=1700000000123 trace=t1 job=pricing source=orders code=VR0102 message=expected a number column=price ` +
			`sql=job.sql:4:8 value=x time=1700000000999 offset=41 partition=2`,
		"a;b": `key= time=now job=pricing source=csv code=VR0101 message=too few cells time=0 offset=120 file=in.csv line=7`,
	}
	for _, r := range m.awaitRows(2) {
		ms := fmt.Sprint(r.meta.Time / 1e6)
		if r.meta.Time > 1750000000000*1e6 {
			ms = "now"
		}
		got := fmt.Sprintf("key=%s time=%s", r.meta.Key, ms)
		for _, h := range r.meta.Headers {
			got += fmt.Sprintf(" %s=%s", strings.TrimPrefix(h.Key, "veloc.error."), h.Value)
		}
		if got != want[r.text] {
			t.Errorf("letter %q:\n got %s\nwant %s", r.text, got, want[r.text])
		}
	}
}

// Seek goes back and forth while rows flow.
func TestSeek(t *testing.T) {
	brokers := testBrokers(t)
	topic := newTopic(t, brokers, 1)
	produce(t, brokers, topic, numbers(0, 100, 1)...)
	m := join(t, SourceOptions{Connection: Connection{Brokers: brokers, Topic: topic}, Group: unique("g")})
	m.awaitRows(100)
	m.seek(0, 10)
	m.await("rows from 10 again", func() bool { return len(m.rows) == 190 })
	m.seek(0, 95)
	m.await("rows from 95 again", func() bool { return len(m.rows) == 195 })
	m.mu.Lock()
	defer m.mu.Unlock()
	for i, r := range m.rows {
		want := i
		switch {
		case i >= 190:
			want = i - 190 + 95
		case i >= 100:
			want = i - 100 + 10
		}
		if r.text != fmt.Sprint(want) {
			t.Fatalf("row %d is %s, want %d", i, r.text, want)
		}
	}
	if err := m.src.Seek(7, 0); err != nil {
		t.Errorf("Seek in a partition of another: %v", err)
	}
}

// seek calls Seek while the worker is between two chunks.
func (m *member) seek(part int32, at rt.Position) {
	m.t.Helper()
	m.working.Lock()
	defer m.working.Unlock()
	if err := m.src.Seek(part, at); err != nil {
		m.t.Fatal(err)
	}
}

// A position that is set when a partition is gained is where reading starts, not the committed offset.
func TestSeekInGained(t *testing.T) {
	brokers := testBrokers(t)
	topic := newTopic(t, brokers, 1)
	produce(t, brokers, topic, numbers(0, 10, 1)...)
	m := join(t, SourceOptions{Connection: Connection{Brokers: brokers, Topic: topic}, Group: unique("g")}, func(m *member) {
		m.onGain = func([]int32) error { return m.src.Seek(0, 7) }
	})
	if got := texts(m.awaitRows(3)); !slices.Equal(got, []string{"7", "8", "9"}) {
		t.Errorf("%q", got)
	}
}

// With read_committed, records of aborted transactions are not rows; positions pass over them.
func TestIsolation(t *testing.T) {
	brokers := testBrokers(t)
	topic := newTopic(t, brokers, 1)
	cl, err := kgo.NewClient(kgo.SeedBrokers(brokers...), kgo.DefaultProduceTopic(topic), kgo.TransactionalID(unique("tx")))
	if err != nil {
		t.Fatal(err)
	}
	defer cl.Close()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	for _, tx := range []struct {
		row string
		end kgo.TransactionEndTry
	}{{"aborted", kgo.TryAbort}, {"committed", kgo.TryCommit}} {
		if err := cl.BeginTransaction(); err != nil {
			t.Fatal(err)
		}
		if err := cl.ProduceSync(ctx, kgo.StringRecord(tx.row)).FirstErr(); err != nil { // so that aborted records reach the log
			t.Fatal(err)
		}
		if err := cl.EndTransaction(ctx, tx.end); err != nil {
			t.Fatal(err)
		}
	}
	conn := Connection{Brokers: brokers, Topic: topic}
	all := join(t, SourceOptions{Connection: conn, Group: unique("g"), ReadUncommitted: true})
	if got := texts(all.awaitRows(2)); !slices.Equal(got, []string{"aborted", "committed"}) {
		t.Errorf("read_uncommitted: %q", got)
	}
	good := join(t, SourceOptions{Connection: conn, Group: unique("g")})
	if got := texts(good.awaitRows(1)); !slices.Equal(got, []string{"committed"}) {
		t.Errorf("read_committed: %q", got)
	}
}
