package run

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/velostream/veloc/runtime/engine"
)

const recordsIn = "velo_records_in_total"

// Key, headers, system columns and event time of a row that passes a filter and a projection.
func TestProjection(t *testing.T) {
	b := newBroker(t, "orders:2")
	at := time.UnixMilli(1_760_000_000_123)
	b.send(
		&kgo.Record{Topic: "orders", Partition: 1, Key: []byte("o-1"), Timestamp: at, Headers: []kgo.RecordHeader{{Key: "trace", Value: []byte("t1")}},
			Value: []byte(`{"venue":"XN|Y","symbol":"ACME","price":1.25,"quantity":200}`)},
		&kgo.Record{Topic: "orders", Partition: 1, Timestamp: at.Add(time.Second), Headers: []kgo.RecordHeader{{Key: "_EVENT_TIME", Value: []byte("1760000000001")}},
			Value: []byte(`{"quantity":100}`)},
		&kgo.Record{Topic: "orders", Partition: 1, Timestamp: at, Value: []byte(`{"symbol":"ACME","quantity":99}`)})
	p := b.start("orders_filter")
	recs := b.read("large-orders", 2)
	p.halt()
	var got []string
	for _, r := range recs {
		var heads []string
		for _, h := range r.Headers {
			heads = append(heads, h.Key+"="+string(h.Value))
		}
		got = append(got, fmt.Sprintf("%s %d %s %s", r.Key, r.Timestamp.UnixMilli(), strings.Join(heads, ","), r.Value))
	}
	expect(t, got,
		`XN|Y|ACME 1760000000123 trace=t1,_EVENT_TIME=1760000000123 {"venue":"XN|Y","symbol":"ACME","amount":250.0000,"order_key":"o-1","topic":"orders","part":1,"place":0,"written":"2025-10-09T08:53:20.123Z","happened":"2025-10-09T08:53:20.123Z"}`,
		`| 1760000000001 _EVENT_TIME=1760000000001 {"venue":null,"symbol":null,"amount":null,"order_key":null,"topic":"orders","part":1,"place":1,"written":"2025-10-09T08:53:21.123Z","happened":"2025-10-09T08:53:20.001Z"}`)
}

// The rows of a partition stay in order, though several workers share them in small chunks.
func TestOrderWithinPartitions(t *testing.T) {
	b := newBroker(t, "orders:3", "large-orders:3")
	const n = 3000
	var recs []*kgo.Record
	for i := range n {
		part := int32(i % 3)
		recs = append(recs, &kgo.Record{Topic: "orders", Partition: part, Value: fmt.Appendf(nil, `{"venue":"V%d","symbol":"S","price":1,"quantity":%d}`, part, 100+i)})
	}
	b.send(recs...)
	p := b.start("orders_filter")
	last := map[string]int64{}
	for _, r := range b.read("large-orders", n) {
		_, place, _ := strings.Cut(string(r.Value), `"place":`)
		var at int64
		if _, err := fmt.Sscanf(place, "%d", &at); err != nil {
			t.Fatal(err)
		}
		if prev, ok := last[string(r.Key)]; ok && at != prev+1 {
			t.Fatalf("offset %d of %s follows offset %d", at, r.Key, prev)
		}
		last[string(r.Key)] = at
	}
	if s := p.halt(); s.In != n || s.Out != n {
		t.Errorf("%d rows in, %d out", s.In, s.Out)
	}
}

// The topic and everything else about a connection can be chosen when the job starts; _topic tells the one that is read.
func TestOverrides(t *testing.T) {
	b := newBroker(t, "orders-eu:1")
	b.put("orders-eu", 0, `{"quantity":100}`)
	p := b.start("orders_filter", func(o *engine.Options) {
		o.Config["orders.topic"], o.Config["large_orders.topic"], o.Config["large_orders.event.time.header"] = "orders-eu", "out-eu", "false"
	})
	r := b.read("out-eu", 1)[0]
	p.halt()
	if !strings.Contains(string(r.Value), `"topic":"orders-eu"`) || len(r.Headers) != 0 {
		t.Errorf("%s %v", r.Value, r.Headers)
	}
}

// Every change of a group is a record under the group's key; a NULL key is the empty text.
func TestUpserts(t *testing.T) {
	b := newBroker(t, "payments:1")
	at := time.UnixMilli(1_760_000_000_000)
	for i, v := range []string{`{"customer":"ann","amount":1.10}`, `{"customer":"bob","amount":5}`, `{"amount":7}`, `{"customer":"ann","amount":2.2}`} {
		b.send(&kgo.Record{Topic: "payments", Timestamp: at.Add(time.Duration(i) * time.Second), Value: []byte(v)})
	}
	p := b.start("customer_totals")
	recs := b.read("customer-totals", 4)
	p.halt()
	var got []string
	for _, r := range recs {
		got = append(got, fmt.Sprintf("%d %q %s", r.Timestamp.Unix()-at.Unix(), r.Key, r.Value))
	}
	expect(t, got,
		`0 "ann" {"customer":"ann","orders":1,"total":1.10}`,
		`1 "bob" {"customer":"bob","orders":1,"total":5.00}`,
		`2 "" {"customer":null,"orders":1,"total":7.00}`,
		`3 "ann" {"customer":"ann","orders":2,"total":3.30}`)
}

// LIMIT ends a job on a topic as the end of a file does: the result gets its name.
func TestTopicToFile(t *testing.T) {
	b := newBroker(t, "readings:1")
	b.put("readings", 0, `{"sensor":"a","celsius":31}`, `{"sensor":"b","celsius":30}`, `{"sensor":"c","celsius":32.5}`, `{"sensor":"d","celsius":33}`, `{"sensor":"e","celsius":34}`)
	dir := t.TempDir()
	p := b.start("archive", func(o *engine.Options) { o.Config["hot.path"] = filepath.Join(dir, "hot.csv") })
	if s := p.end(); s.Out != 3 {
		t.Errorf("%d rows out", s.Out)
	}
	got, err := os.ReadFile(filepath.Join(dir, "hot.csv"))
	if want := "sensor,celsius\na,31\nc,32.5\nd,33\n"; err != nil || string(got) != want {
		t.Errorf("%v %q", err, got)
	}
}

// A file's rows become records at their event time; the job ends with the file.
func TestFileToTopic(t *testing.T) {
	b := newBroker(t)
	b.start("load_file").end()
	var got []string
	for _, r := range b.read("accounts", 3) {
		got = append(got, fmt.Sprintf("%s %s %s", r.Key, r.Timestamp.UTC().Format(time.RFC3339Nano), r.Value))
	}
	expect(t, got,
		`EU|1 2026-01-02T03:04:05.678Z {"region":"EU","id":1,"balance":10.50}`,
		`|2 2026-01-02T03:04:06Z {"region":null,"id":2,"balance":99999999999999999.99}`,
		`US|3 1969-12-31T23:59:59.999Z {"region":"US","id":3,"balance":-0.01}`)
}

// Rows that fail go to the dead-letter topic as they came.
func TestRejects(t *testing.T) {
	b := newBroker(t, "events:1")
	b.send(
		&kgo.Record{Topic: "events", Key: []byte("k0"), Value: []byte(`{"id":4,"kind":"ok"}`)},
		&kgo.Record{Topic: "events", Key: []byte("k1"), Value: []byte("{\"id\":\n\"four\"}"), Headers: []kgo.RecordHeader{{Key: "trace", Value: []byte("t")}}},
		&kgo.Record{Topic: "events", Key: []byte("k2")},
		&kgo.Record{Topic: "events", Key: []byte("k3"), Value: []byte("  ")},
		&kgo.Record{Topic: "events", Key: []byte("k4"), Value: []byte(`{"kind":"no id"}`)})
	p := b.start("rejects")
	letters := b.read("events-failed", 4)
	if s := p.halt(); s.Out != 1 || s.Rejected != 4 {
		t.Errorf("%d rows out, %d rejected", s.Out, s.Rejected)
	}
	expect(t, b.values("checked", 1), `NULL={"id":4,"kind":"ok","share":25}`)
	var got []string
	for _, r := range letters {
		heads := map[string]string{}
		for _, h := range r.Headers {
			heads[strings.TrimPrefix(h.Key, "veloc.error.")] = string(h.Value)
		}
		value := fmt.Sprintf("%q", r.Value)
		if r.Value == nil {
			value = "NULL"
		}
		got = append(got, fmt.Sprintf("%s %s: %s offset %s %s %s: %s", r.Key, value, heads["source"], heads["offset"], heads["code"], heads["trace"], heads["message"]))
	}
	expect(t, got,
		`k1 "{\"id\":\n\"four\"}": events offset 1 VR0102 t: expected an INTEGER, found `+"`\"four\"`",
		`k2 NULL: events offset 2 VR0101 : expected a JSON object, found `+"`null`",
		`k3 "  ": events offset 3 VR0101 : expected a JSON object, found `+"`null`",
		`k4 "{\"kind\":\"no id\"}": events offset 4 VR0104 : the column is NOT NULL but the row has no value for it`)
}

// Two pipelines in one program, streams over streams, and counters that move while it runs.
func TestSeveralPipelines(t *testing.T) {
	b := newBroker(t, "clicks:2", "visits:1")
	b.put("clicks", 0, `{"page":"a","ms":50}`, `{"page":"b","ms":500}`)
	b.put("clicks", 1, `{"page":"c","ms":1500}`)
	b.put("visits", 0, `{"page":"a"}`)
	p := b.start("two_topics")
	expect(t, b.values("slow", 2), `b={"page":"b","ms":500}`, `c={"page":"c","ms":1500}`)
	expect(t, b.values("very_slow", 1), `c={"page":"c","seconds":1.50000}`)
	expect(t, b.values("seen", 1), `a={"page":"a"}`)
	p.await(recordsIn, 4)
	p.await("very_slow_total", 1)
	b.put("clicks", 1, `{"page":"c","ms":1501}`)
	p.await("very_slow_total", 2)
	p.halt()
}

// With auto.offset.reset = latest a job begins with what comes after it.
func TestOffsetReset(t *testing.T) {
	b := newBroker(t, "orders:1")
	b.put("orders", 0, `{"quantity":101}`)
	p := b.start("orders_filter", func(o *engine.Options) { o.Config["orders.auto.offset.reset"] = "latest" })
	b.awaitCommit("velo-job-orders", "orders", "0@1")
	b.put("orders", 0, `{"quantity":102}`)
	r := b.read("large-orders", 1)[0]
	p.halt()
	if !strings.Contains(string(r.Value), `"place":1`) {
		t.Errorf("%s", r.Value)
	}
}

// awaitCommit waits until a group has committed offsets.
func (b *broker) awaitCommit(group, topic, want string) {
	b.t.Helper()
	late := time.Now().Add(patience)
	for b.committed(group, topic) != want {
		if time.Now().After(late) {
			b.t.Fatalf("group %s has committed %s, not %s", group, b.committed(group, topic), want)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// With `from_source` the timestamps of records say how far time has come: rows that are far ahead close nothing, and rows of a minute that the
// broker's clock has left behind are late.
func TestRecordTimestampsMoveTheWatermark(t *testing.T) {
	b := newBroker(t, "trades:1", "bars:1")
	send := func(stamp int, at string) {
		b.send(&kgo.Record{Topic: "trades", Timestamp: time.UnixMilli(int64(minute + stamp*1000)), Value: []byte(`{"symbol":"A","quantity":1,"at":"` + at + `"}`)})
	}
	send(1, "2025-10-09T08:53:20Z")
	send(2, "2025-10-09T08:59:00Z") // its own time moves nothing
	send(3, "2025-10-09T08:53:30Z")
	send(62, "2025-10-09T08:54:01Z") // 2 s behind is the end of the first minute
	send(63, "2025-10-09T08:53:40Z")
	p := b.start("record_times")
	expect(t, b.values("bars", 1), `A={"symbol":"A","minute":"2025-10-09T08:53:00.000Z","volume":2}`)
	p.await(recordsIn, 5)
	if s := p.halt(); s.Late != 1 || s.Out != 1 {
		t.Errorf("%d late, %d out", s.Late, s.Out)
	}
}
