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
		p := b.start("orders_filter", exactly("large_orders"), func(o *engine.Options) { o.Linger = time.Millisecond })
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
		p.over()
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
	p.over()
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

// over waits until the job has ended, however it does.
func (p *program) over() {
	p.t.Helper()
	select {
	case <-p.ended:
	case <-time.After(patience):
		p.t.Fatalf("the job does not end\n%s", p.log.String())
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
			p.over()
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

// Windows need no state directory: the offsets in a transaction are those of the first rows of open windows. Wherever the job dies, each window is shown
// once, and with all of its rows.
func TestExactlyOnceWindows(t *testing.T) {
	seconds := []int{0, 20, 61, 30, 62, 75, 40, 90, 119, 131, 100, 180, 195, 150, 250, 260, 400}
	fast := func(o *engine.Options) {
		o.Linger = time.Millisecond
		o.Config["trades.max.poll.records"] = "1"
	}
	crashed := 0
	run := func(crash int, key kmsg.Key) []string {
		b := newBroker(t, "trades:1", "bars:1")
		mended := b.failTransactions(func(k kmsg.Key, nth int) bool { return k == key && nth == crash })
		p := b.start("minute_bars", exactly("bars"), fast)
		for i, s := range seconds {
			b.put("trades", 0, trade("A", s))
			p.taken(2*i + 1)
			b.put("trades", 0, trade("B", s))
			p.taken(2*i + 2)
		}
		if crash > 0 {
			select {
			case <-p.ended:
				crashed++
			default:
			}
			p.stop()
			p.over()
			mended()
			p = b.start("minute_bars", exactly("bars"), fast)
		}
		got := b.visible("bars", 10)
		p.halt()
		return b.visible("bars", len(got))
	}
	want := run(0, kmsg.EndTxn)
	for crash := range 5 {
		for _, key := range []kmsg.Key{kmsg.TxnOffsetCommit, kmsg.EndTxn} {
			expect(t, run(crash+1, key), want...)
		}
	}
	if crashed < 6 {
		t.Errorf("only %d of 10 runs crashed", crashed)
	}
}

// What cannot be exactly once is refused before anything is read.
func TestExactlyOnceNeedsState(t *testing.T) {
	b := newBroker(t, "payments:1", "orders:1")
	for job, why := range map[string]string{
		"customer_totals": "the queries over payments have state",
		"load_file":       "the positions of source accounts cannot be stored with the results",
	} {
		sink := map[string]string{"customer_totals": "customer_totals", "load_file": "loaded"}[job]
		p := b.start(job, exactly(sink))
		p.over()
		if p.err == nil || !strings.Contains(p.err.Error(), why) || !strings.Contains(p.err.Error(), "VR0408") {
			t.Errorf("%s: %v", job, p.err)
		}
	}
	other := newBroker(t, "orders:1")
	p := b.start("orders_filter", exactly("large_orders"), func(o *engine.Options) {
		o.Config["orders.bootstrap.servers"] = other.c.ListenAddrs()[0]
	})
	p.over()
	if p.err == nil || !strings.Contains(p.err.Error(), "VR0408") {
		t.Errorf("a source in another cluster: %v", p.err)
	}
	p = b.start("orders_filter", exactly("large_orders"), func(o *engine.Options) {
		o.Linger = time.Minute
	})
	p.over()
	if p.err == nil || !strings.Contains(p.err.Error(), "'transaction.timeout.ms' is 1m0s: make it at least twice as long") {
		t.Errorf("long transactions: %v", p.err)
	}
}

// A job with two sinks and a dead-letter queue has one transaction for all of them. Without results, offsets are committed as ever.
func TestExactlyOnceTogether(t *testing.T) {
	b := newBroker(t, "payments:1", "credits:1", "debits:1", "payments-rejected:1")
	pay := func(i int) {
		b.put("payments", 0, fmt.Sprintf(`{"account":"a%d","amount":1}`, i), fmt.Sprintf(`{"account":"a%d","amount":-1}`, i), `{"amount":1}`, `{"account":"none","amount":0}`)
	}
	for i := range 6 {
		var doomed atomic.Bool
		doomed.Store(i%2 == 0)
		mended := b.failTransactions(func(k kmsg.Key, _ int) bool { return doomed.Load() && k == kmsg.EndTxn })
		p := b.start("exactly_once", exactly(), func(o *engine.Options) { o.Linger = time.Millisecond })
		for j := range 2 {
			pay(2*i + j)
			p.taken(4 * (j + 1))
			if i%2 == 1 && j == 0 {
				b.awaitCommit("velo-job-payments", "payments", fmt.Sprintf("0@%d", 8*i+4))
				doomed.Store(i < 5)
			}
		}
		if i < 5 {
			p.over()
			if p.err == nil {
				t.Fatal("it did not crash")
			}
		} else {
			b.awaitCommit("velo-job-payments", "payments", "0@48")
			p.halt()
		}
		mended()
	}
	for _, topic := range []string{"credits", "debits", "payments-rejected"} {
		if got := b.visible(topic, 12); len(got) != 12 {
			t.Errorf("%s has %d records", topic, len(got))
		}
	}
}

// A coordinator that moves or loses its connection in the middle of a commit, before or after it has done what it was asked for, costs nothing but time: the client
// asks again. Where it gives up, the job ends, and the next run finds out.
func TestBrokerAwayInCommit(t *testing.T) {
	b := newBroker(t, "payments:1", "customer-totals:1")
	var asked atomic.Int32
	b.c.ControlKey(kmsg.EndTxn.Int16(), func(r kmsg.Request) (kmsg.Response, error, bool) {
		b.c.KeepControl()
		switch n := asked.Add(1); n {
		case 1, 3:
			resp := r.ResponseKind().(*kmsg.EndTxnResponse)
			resp.ErrorCode = kerr.CoordinatorNotAvailable.Code
			return resp, nil, true
		case 4: // this one counts before the answer is lost
			b.c.SleepControl(func() {
				req := *r.(*kmsg.EndTxnRequest)
				_, _ = req.RequestWith(t.Context(), b.cl)
			})
			fallthrough
		case 7:
			return nil, errors.New("the broker is away"), true
		}
		return nil, nil, false
	})
	dir, ends := t.TempDir(), 0
	var p *program
	for i := range 8 {
		if p == nil {
			p = b.start("customer_totals", keepState(dir), exactly("customer_totals"))
		}
		b.put("payments", 0, `{"customer":"ann","amount":1}`)
		for late := time.Now().Add(patience); p != nil && b.committed("totals", "payments") != fmt.Sprintf("0@%d", i+1); {
			select {
			case <-p.ended:
				if !strings.Contains(p.err.Error(), "the next run finds out") {
					t.Fatal(p.err)
				}
				p, ends = nil, ends+1
			case <-time.After(2 * time.Millisecond):
			}
			if time.Now().After(late) {
				t.Fatalf("row %d is not committed", i)
			}
		}
	}
	got := b.visible("customer-totals", 8)
	if want := `ann={"customer":"ann","orders":8,"total":8.00}`; len(got) != 8 || got[7] != want || asked.Load() < 11 {
		t.Errorf("%d ends, %d requests, %s", ends, asked.Load(), strings.Join(got, "\n"))
	}
}
