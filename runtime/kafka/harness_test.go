package kafka

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"

	rt "github.com/velostream/veloc/runtime"
)

// patience is how long a test waits for something that must happen.
const patience = 30 * time.Second

// unique makes a name that no other test uses: topics and groups of a real broker outlive a test run.
func unique(name string) string {
	b := make([]byte, 4)
	rand.Read(b)
	return name + "-" + hex.EncodeToString(b)
}

// newTopic makes a topic.
func newTopic(t testing.TB, brokers []string, partitions int32) string {
	t.Helper()
	topic := unique("orders")
	cl, err := kgo.NewClient(kgo.SeedBrokers(brokers...))
	if err != nil {
		t.Fatal(err)
	}
	defer cl.Close()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if _, err := kadm.NewClient(cl).CreateTopic(ctx, partitions, 1, nil, topic); err != nil {
		t.Fatal(err)
	}
	return topic
}

// produce writes records with a plain client.
func produce(t testing.TB, brokers []string, topic string, recs ...*kgo.Record) {
	t.Helper()
	cl, err := kgo.NewClient(kgo.SeedBrokers(brokers...), kgo.DefaultProduceTopic(topic), kgo.RecordPartitioner(kgo.ManualPartitioner()))
	if err != nil {
		t.Fatal(err)
	}
	defer cl.Close()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := cl.ProduceSync(ctx, recs...).FirstErr(); err != nil {
		t.Fatal(err)
	}
}

// numbers makes records "<from>" … "<to-1>", in turn for each of parts partitions. Key and value are the same.
func numbers(from, to int, parts int32) (recs []*kgo.Record) {
	for i := from; i < to; i++ {
		recs = append(recs, &kgo.Record{Partition: int32(i) % parts, Key: fmt.Append(nil, i), Value: fmt.Append(nil, i)})
	}
	return recs
}

// row is what a test member keeps of a row.
type row struct {
	text string
	part int32
	meta rt.Meta
	odd  *rt.Odd
}

// member is the least engine there can be: one worker, which keeps rows, and commits when it is told to and when it loses
// partitions.
type member struct {
	t    testing.TB
	src  *Source
	led  *GroupLedger
	logs *logs

	working sync.Mutex // held while a chunk is polled and taken over
	mu      sync.Mutex
	news    chan struct{} // closed and replaced when anything below changes
	rows    []row
	seq     int64
	next    map[int32]rt.Position
	owned   map[int32]bool
	lost    int // calls of Lost
	err     error
	onGain  func(parts []int32) error
	quiet   bool // do not commit in Lost

	cancel context.CancelFunc
	done   chan struct{}
}

// logs collects log lines.
type logs struct {
	mu    sync.Mutex
	lines []string
	news  chan struct{}
}

func newLogs() *logs { return &logs{news: make(chan struct{}, 1)} }

func (l *logs) add(line string) {
	l.mu.Lock()
	l.lines = append(l.lines, line)
	l.mu.Unlock()
	select {
	case l.news <- struct{}{}:
	default:
	}
}

func (l *logs) has(part string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.ContainsFunc(l.lines, func(s string) bool { return strings.Contains(s, part) })
}

func (l *logs) await(t testing.TB, part string) {
	t.Helper()
	late := time.After(patience)
	for !l.has(part) {
		select {
		case <-l.news:
		case <-late:
			t.Fatalf("no log line with %q; there are %q", part, l.lines)
		}
	}
}

// join opens a source and starts its worker.
func join(t testing.TB, o SourceOptions, set ...func(*member)) *member {
	t.Helper()
	m := &member{t: t, logs: newLogs(), news: make(chan struct{}), next: map[int32]rt.Position{}, owned: map[int32]bool{}, done: make(chan struct{})}
	if o.Name == "" {
		o.Name = "orders"
	}
	if o.Log == nil {
		o.Log = m.logs.add
	}
	o.NeedKeys, o.NeedHeaders = true, true
	o.Heartbeat = 100 * time.Millisecond // rebalances are noticed at heartbeats
	o.FetchWait = 50 * time.Millisecond
	o.IdleWait = 20 * time.Millisecond
	m.src = NewSource(o)
	m.led = NewGroupLedger(m.src)
	for _, f := range set {
		f(m)
	}
	ctx, cancel := context.WithCancel(context.Background())
	m.cancel = cancel
	if err := m.src.Open(ctx, m); err != nil {
		cancel()
		t.Fatal(err)
	}
	go m.work(ctx)
	t.Cleanup(m.stop)
	return m
}

func (m *member) work(ctx context.Context) {
	defer close(m.done)
	var c rt.Chunk
	for {
		m.working.Lock()
		err := m.src.Poll(ctx, &c)
		m.mu.Lock()
		if err != nil {
			m.err = err
		} else {
			m.takeOver(&c)
		}
		m.changed()
		m.mu.Unlock()
		m.working.Unlock()
		if err != nil {
			return
		}
	}
}

func (m *member) takeOver(c *rt.Chunk) {
	if c.Seq != m.seq {
		m.t.Errorf("chunk %d came where %d was expected", c.Seq, m.seq)
	}
	m.seq++
	if len(c.Data) == 0 {
		return
	}
	lines := strings.Split(strings.TrimSuffix(string(c.Data), "\n"), "\n")
	if len(lines) != len(c.Meta) {
		m.t.Errorf("chunk of %d lines has %d Meta", len(lines), len(c.Meta))
	}
	for i, l := range lines {
		r := row{text: l, part: c.Partition, meta: c.Meta[i]}
		if o, ok := c.Odd[int64(i)]; ok {
			r.odd = &o
		}
		m.rows = append(m.rows, r)
	}
	m.next[c.Partition] = c.Next
}

// changed wakes those who wait. The caller holds mu.
func (m *member) changed() {
	close(m.news)
	m.news = make(chan struct{})
}

func (m *member) Gained(parts []int32) error {
	m.mu.Lock()
	for _, p := range parts {
		m.owned[p] = true
	}
	m.changed()
	f := m.onGain
	m.mu.Unlock()
	if f != nil {
		return f(parts)
	}
	return nil
}

func (m *member) Lost(parts []int32) error {
	var err error
	if !m.quiet {
		err = m.commit()
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.lost++
	for _, p := range parts {
		delete(m.owned, p)
		delete(m.next, p)
	}
	m.changed()
	return err
}

// commit stores what the worker has taken over so far.
func (m *member) commit() error {
	m.working.Lock()
	defer m.working.Unlock()
	m.mu.Lock()
	e := &rt.Epoch{Positions: map[int32]rt.Position{}}
	for p, at := range m.next {
		e.Positions[p] = at
	}
	m.mu.Unlock()
	return m.led.Commit(context.Background(), e)
}

// stop is a crash as far as offsets are concerned: nothing is committed.
func (m *member) stop() {
	m.cancel()
	<-m.done
	if err := m.src.Close(); err != nil {
		m.t.Error(err)
	}
}

// await waits until ok, which is called with mu held, is true.
func (m *member) await(what string, ok func() bool) {
	m.t.Helper()
	late := time.After(patience)
	for {
		m.mu.Lock()
		good, news, err := ok(), m.news, m.err
		m.mu.Unlock()
		if good {
			return
		}
		if err != nil {
			m.t.Fatalf("while waiting for %s: %v", what, err)
		}
		select {
		case <-news:
		case <-late:
			m.mu.Lock()
			defer m.mu.Unlock()
			m.t.Fatalf("%s did not happen; %d rows, owned %v, log %q", what, len(m.rows), m.owned, m.logs.lines)
		}
	}
}

func (m *member) awaitRows(n int) []row {
	m.t.Helper()
	m.await(fmt.Sprintf("row %d", n), func() bool { return len(m.rows) >= n })
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.rows)
}

func (m *member) awaitOwned(n int) {
	m.t.Helper()
	m.await(fmt.Sprintf("ownership of %d partitions", n), func() bool { return len(m.owned) == n })
}

// texts lists rows in order of partition, then offset.
func texts(rows []row) (out []string) {
	rows = slices.Clone(rows)
	slices.SortStableFunc(rows, func(a, b row) int {
		if a.part != b.part {
			return int(a.part - b.part)
		}
		return int(a.meta.Offset - b.meta.Offset)
	})
	for _, r := range rows {
		out = append(out, r.text)
	}
	return out
}

// output makes what a task would hand to a sink. Each line is "key=value", or "value" without a key.
func output(lines ...string) *rt.Output {
	o := &rt.Output{}
	for _, l := range lines {
		key, value, keyed := strings.Cut(l, "=")
		if !keyed {
			key, value = "", l
		}
		o.Buf = append(o.Buf, key...)
		k := len(o.Buf)
		o.Buf = append(o.Buf, value...)
		o.Recs = append(o.Recs, rt.OutRec{Key: k, Value: len(o.Buf), NoKey: !keyed})
		o.Rows++
	}
	return o
}

// openSink opens a sink that is closed with the test.
func openSink(t testing.TB, o SinkOptions) *Sink {
	t.Helper()
	if o.Name == "" {
		o.Name = "totals"
	}
	if o.Log == nil {
		o.Log = func(string) {}
	}
	s := NewSink(o)
	if err := s.Open(context.Background()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close(context.Background(), false) })
	return s
}

func write(t testing.TB, s *Sink, o *rt.Output) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := s.Write(ctx, o); err != nil {
		t.Fatal(err)
	}
	if err := s.Flush(ctx); err != nil {
		t.Fatal(err)
	}
}
