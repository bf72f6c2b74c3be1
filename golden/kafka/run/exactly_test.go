package run

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	rt "github.com/velostream/veloc/runtime"
	"github.com/velostream/veloc/runtime/engine"
	"github.com/velostream/veloc/runtime/ledger"
)

// exactly makes sinks write in transactions.
func exactly(sinks ...string) func(*engine.Options) {
	return func(o *engine.Options) {
		for _, s := range sinks {
			o.Config[s+".delivery.guarantee"] = "exactly_once"
		}
	}
}

// visible waits until readers of committed records find n in a topic, and returns them as key=value, each partition's in order. More of them are a
// failure, also those that come before the log's end.
func (b *broker) visible(topic string, n int) []string {
	b.t.Helper()
	ctx, cancel := soon()
	defer cancel()
	cl, err := kgo.NewClient(kgo.SeedBrokers(b.c.ListenAddrs()...), kgo.ConsumeTopics(topic), kgo.FetchMaxWait(20*time.Millisecond),
		kgo.FetchIsolationLevel(kgo.ReadCommitted()), kgo.MetadataMinAge(10*time.Millisecond), kgo.UnknownTopicRetries(-1))
	if err != nil {
		b.t.Fatal(err)
	}
	defer cl.Close()
	var recs []*kgo.Record
	for len(recs) < n {
		fs := cl.PollFetches(ctx)
		if ctx.Err() != nil {
			b.t.Fatalf("topic %s has %d committed records, not %d", topic, len(recs), n)
		}
		recs = append(recs, fs.Records()...)
	}
	slices.SortStableFunc(recs, func(x, y *kgo.Record) int { return int(x.Partition - y.Partition) })
	var out []string
	for _, r := range recs {
		out = append(out, string(r.Key)+"="+string(r.Value))
	}
	return out
}

// A filter from topic to topic: what readers of committed records see is there once, although the job was killed before, in and after commits. Those that
// read everything see that it was written more than once.
func TestExactlyOnceWithoutState(t *testing.T) {
	const n = 400
	b := newBroker(t, "orders:2", "large-orders:1")
	for i := range n {
		b.put("orders", int32(i%2), fmt.Sprintf(`{"symbol":"S%d","quantity":100}`, i))
	}
	written := 0
	for crash := range 12 {
		mended := b.failTransactions(func(k kmsg.Key, nth int) bool {
			return k == []kmsg.Key{kmsg.TxnOffsetCommit, kmsg.EndTxn, kmsg.AddOffsetsToTxn}[crash%3] && nth > crash/3
		})
		p := b.start("orders_filter", exactly("large_orders"), func(o *engine.Options) { o.Epoch = time.Millisecond })
		late := time.After(patience)
		for ended := false; !ended; {
			select {
			case <-p.ended:
				ended = true
			case <-late:
				t.Fatalf("it goes on\n%s", p.log.String())
			case <-time.After(time.Millisecond):
				ended = b.committed("velo-job-orders", "orders") == "0@200 1@200"
			}
		}
		p.stop()
		<-p.ended
		mended()
		written = b.size("large-orders")
	}
	p := b.start("orders_filter", exactly("large_orders"))
	b.awaitCommit("velo-job-orders", "orders", "0@200 1@200")
	p.halt()
	once(t, b.visible("large-orders", n), n)
	if written <= n+12 {
		t.Errorf("only %d records were written: nothing was tried", written)
	}
}

// once fails unless there are n different records.
func once(t *testing.T, got []string, n int) {
	t.Helper()
	times := map[string]int{}
	for _, v := range got {
		times[v[:strings.Index(v, `"symbol":`)+len(`"symbol":"S000"`)]]++
	}
	if len(got) != n || len(times) != n {
		t.Errorf("%d records, %d different ones, want %d", len(got), len(times), n)
	}
}

// failTransactions refuses requests of transactions for which fail is true: from the first one on it refuses them all, as of a process that is
// gone, until mended is called.
func (b *broker) failTransactions(fail func(k kmsg.Key, nth int) bool) (mended func()) {
	var mu sync.Mutex
	seen, gone, over := map[kmsg.Key]int{}, false, false
	for _, k := range []kmsg.Key{kmsg.AddOffsetsToTxn, kmsg.TxnOffsetCommit, kmsg.EndTxn} {
		b.c.ControlKey(k.Int16(), func(r kmsg.Request) (kmsg.Response, error, bool) {
			b.c.KeepControl()
			mu.Lock()
			defer mu.Unlock()
			if over {
				return nil, nil, false
			}
			seen[k]++
			if gone = gone || fail(k, seen[k]); !gone {
				return nil, nil, false
			}
			return refuse(r), nil, true
		})
	}
	return func() {
		mu.Lock()
		defer mu.Unlock()
		over = true
	}
}

func refuse(r kmsg.Request) kmsg.Response {
	resp := r.ResponseKind()
	code := kerr.UnknownServerError.Code
	switch resp := resp.(type) {
	case *kmsg.AddOffsetsToTxnResponse:
		resp.ErrorCode = code
	case *kmsg.EndTxnResponse:
		resp.ErrorCode = code
	case *kmsg.TxnOffsetCommitResponse:
		for _, t := range r.(*kmsg.TxnOffsetCommitRequest).Topics {
			rt := kmsg.NewTxnOffsetCommitResponseTopic()
			rt.Topic = t.Topic
			for _, p := range t.Partitions {
				rp := kmsg.NewTxnOffsetCommitResponseTopicPartition()
				rp.Partition, rp.ErrorCode = p.Partition, code
				rt.Partitions = append(rt.Partitions, rp)
			}
			resp.Topics = append(resp.Topics, rt)
		}
	}
	return resp
}

// A job with groups: wherever it dies, between the first write to its disk and the last answer of the broker, readers of committed records see exactly
// what a run without a crash shows.
func TestExactlyOnceWithState(t *testing.T) {
	const lives, rows = 5, 40 // each life finds so many new rows
	fill := func(b *broker, life int, next func(n int)) {
		for i := range rows {
			at := life*rows + i
			b.put("payments", 0, fmt.Sprintf(`{"customer":"c%d","amount":%d}`, at%7, at))
			next(i + 1)
		}
	}
	live := func(b *broker, life int, dir string, d *disk) error {
		p := b.start("customer_totals", keepState(dir), exactly("customer_totals"), func(o *engine.Options) {
			o.State.Interval, o.State.SnapshotAfter = time.Millisecond, 2000
			if d != nil {
				o.State.FS = d
			}
		})
		fill(b, life, p.taken)
		b.awaitEnd(p, fmt.Sprintf("0@%d", (life+1)*rows))
		return p.err
	}
	run := func(crashed func(b *broker, life int, dir string)) []string {
		b := newBroker(t, "payments:1", "customer-totals:1")
		dir := t.TempDir()
		for life := range lives - 1 {
			crashed(b, life, dir)
		}
		if err := live(b, lives-1, dir, nil); err != nil {
			t.Fatal(err)
		}
		return b.visible("customer-totals", lives*rows)
	}
	want := run(func(b *broker, life int, _ string) { fill(b, life, func(int) {}) })

	r := rand.New(rand.NewPCG(1, 1))
	ends := map[string]int{}
	for range 8 {
		got := run(func(b *broker, life int, dir string) {
			d := &disk{}
			d.left.Store(1 + r.Int64N(60))
			after, key := 1+r.IntN(6), []kmsg.Key{kmsg.EndTxn, kmsg.TxnOffsetCommit}[r.IntN(2)]
			if r.IntN(2) == 0 {
				after = 1000 // the disk goes first
			} else {
				d.left.Store(1 << 40)
			}
			defer b.failTransactions(func(k kmsg.Key, nth int) bool { return d.left.Load() < 0 || k == key && nth >= after })()
			err := live(b, life, dir, d)
			if _, none := os.Stat(filepath.Join(dir, "job", "MANIFEST.prepared")); none == nil {
				ends["with a checkpoint that may count"]++
			}
			switch {
			case err == nil:
				ends["none"]++
			case errors.Is(err, errDisk):
				ends["disk"]++
			default:
				ends["broker"]++
			}
		})
		if !slices.Equal(got, want) {
			t.Fatalf("%d records, want %d:\n%s", len(got), len(want), strings.Join(got, "\n"))
		}
	}
	if ends["disk"] < 8 || ends["broker"] < 8 || ends["with a checkpoint that may count"] < 8 {
		t.Errorf("too few kinds of ends were tried: %v", ends)
	}
}

// The broker commits, and the job does not hear of it: the next run asks.
func TestAnswerIsLost(t *testing.T) {
	b := newBroker(t, "payments:1", "customer-totals:1")
	dir := t.TempDir()
	pay := func() { b.put("payments", 0, `{"customer":"ann","amount":1}`) }
	var lose atomic.Bool
	b.c.ControlKey(kmsg.EndTxn.Int16(), func(r kmsg.Request) (kmsg.Response, error, bool) {
		b.c.KeepControl()
		if !lose.CompareAndSwap(true, false) {
			return nil, nil, false
		}
		b.c.SleepControl(func() {
			req := *r.(*kmsg.EndTxnRequest)
			if _, err := req.RequestWith(t.Context(), b.cl); err != nil {
				t.Error(err)
			}
		})
		return refuse(r), nil, true
	})
	p := b.start("customer_totals", keepState(dir), exactly("customer_totals"))
	pay()
	b.visible("customer-totals", 1)
	lose.Store(true)
	pay()
	<-p.ended
	if p.err == nil || !strings.Contains(p.err.Error(), "UNKNOWN_SERVER_ERROR") {
		t.Fatalf("it ended with %v", p.err)
	}
	pay()
	p = b.start("customer_totals", keepState(dir), exactly("customer_totals"))
	got := b.visible("customer-totals", 3)
	p.halt()
	if want := `ann={"customer":"ann","orders":3,"total":3.00}`; len(got) != 3 || got[2] != want {
		t.Errorf("%s", strings.Join(got, "\n"))
	}
}

// taken waits until the job has read n rows, or has ended.
func (p *program) taken(n int) {
	p.t.Helper()
	for late := time.Now().Add(patience); p.count(recordsIn) < float64(n); {
		select {
		case <-p.ended:
			return
		case <-time.After(time.Millisecond):
		}
		if time.Now().After(late) {
			p.t.Fatalf("%v rows read, not %d\n%s", p.count(recordsIn), n, p.log.String())
		}
	}
}

// awaitEnd waits until the job has ended or its group has come to the offsets of end, and stops it then.
func (b *broker) awaitEnd(p *program, end string) {
	b.t.Helper()
	for late := time.Now().Add(patience); ; {
		select {
		case <-p.ended:
			return
		case <-time.After(2 * time.Millisecond):
		}
		if b.committed("totals", "payments") == end {
			p.stop()
			<-p.ended
			return
		}
		if time.Now().After(late) {
			b.t.Fatalf("the job does not come to the end\n%s", p.log.String())
		}
	}
}

// disk fails for good after some steps.
type disk struct {
	ledger.OS
	left atomic.Int64
}

var errDisk = errors.New("the disk is gone")

func (d *disk) step() error {
	if d.left.Add(-1) < 0 {
		return errDisk
	}
	return nil
}

// Create implements ledger.FS.
func (d *disk) Create(name string) (ledger.File, error) {
	if err := d.step(); err != nil {
		return nil, err
	}
	f, err := d.OS.Create(name)
	return dying{f, d}, err
}

// Rename implements ledger.FS.
func (d *disk) Rename(from, to string) error {
	if err := d.step(); err != nil {
		return err
	}
	return d.OS.Rename(from, to)
}

// Remove implements ledger.FS.
func (d *disk) Remove(name string) error {
	if err := d.step(); err != nil {
		return err
	}
	return d.OS.Remove(name)
}

// SyncDir implements ledger.FS.
func (d *disk) SyncDir(string) error { return d.step() }

type dying struct {
	ledger.File
	d *disk
}

func (f dying) Write(b []byte) (int, error) {
	if err := f.d.step(); err != nil {
		return 0, err
	}
	return f.File.Write(b)
}

func (f dying) Sync() error { return f.d.step() }

// A second process of a job stops the first one, whose open transaction counts nothing.
func TestFence(t *testing.T) {
	b := newBroker(t, "orders:1", "large-orders:1")
	b.put("orders", 0, `{"symbol":"S000","quantity":100}`)
	first := b.start("orders_filter", exactly("large_orders"))
	b.visible("large-orders", 1)
	second := b.start("orders_filter", exactly("large_orders"))
	_ = second
	for i := 1; ; i++ {
		b.put("orders", 0, fmt.Sprintf(`{"symbol":"S%03d","quantity":100}`, i))
		if i == 300 {
			t.Fatal("the first process is still there")
		}
		select {
		case <-first.ended:
		case <-time.After(10 * time.Millisecond):
			continue
		}
		if !errors.Is(first.err, rt.ErrFenced) || !strings.Contains(first.err.Error(), "VR0410") {
			t.Errorf("the first process ended with %v", first.err)
		}
		b.awaitCommit("velo-job-orders", "orders", fmt.Sprintf("0@%d", i+1))
		second.halt()
		once(t, b.visible("large-orders", i+1), i+1)
		return
	}
}
