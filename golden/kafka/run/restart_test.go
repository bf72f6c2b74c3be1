package run

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/velostream/veloc/runtime/engine"
)

// minute is 2025-10-09T08:53:00Z, in ms; trade makes a row so many seconds after it.
const minute = 1_760_000_000_000 - 20_000

func trade(symbol string, seconds int) string {
	return fmt.Sprintf(`{"symbol":"%s","price":%d,"quantity":1,"at":%d}`, symbol, seconds, minute+seconds*1000)
}

func bar(symbol string, at, trades, high int) string {
	start := time.UnixMilli(int64(minute + at*60_000)).UTC().Format("2006-01-02T15:04:05.000Z")
	return fmt.Sprintf(`%s={"symbol":"%s","minute":"%s","trades":%d,"volume":%d,"high":%d.0000}`, symbol, symbol, start, trades, trades, high)
}

// A minute is closed when every partition that has rows is past it, and no row is late because another partition was read first.
func TestWindowsOverPartitions(t *testing.T) {
	b := newBroker(t, "trades:2", "bars:1")
	b.put("trades", 0, trade("A", 0), trade("A", 65), trade("A", 300))
	p := b.start("minute_bars")
	p.await(recordsIn, 3) // far ahead in partition 0; nothing may close
	b.put("trades", 1, trade("A", 30), trade("B", 59), trade("B", 140))
	expect(t, b.values("bars", 3), bar("A", 0, 2, 30), bar("B", 0, 1, 59), bar("A", 1, 1, 65))
	first := b.read("bars", 1)[0]
	if got := first.Timestamp.UnixMilli(); got != minute+59_999 {
		t.Errorf("the time of the first minute's record is %d", got)
	}
	if s := p.halt(); s.Late != 0 || s.Out != 3 {
		t.Errorf("%d late, %d out", s.Late, s.Out)
	}
}

// A partition without rows holds everything back until it has been silent for the idle timeout.
func TestIdlePartition(t *testing.T) {
	b := newBroker(t, "trades:2", "bars:1")
	b.put("trades", 0, trade("A", 0), trade("A", 100))
	p := b.start("minute_bars", func(o *engine.Options) { o.Clock = newRunningClock(time.Minute) })
	expect(t, b.values("bars", 1), bar("A", 0, 1, 0))
	p.halt()
}

// A stop in the middle of a window loses none of its rows: commits stay before them, and the next run reads them again.
func TestWindowsSurviveStop(t *testing.T) {
	b := newBroker(t, "trades:1", "bars:1")
	b.put("trades", 0, trade("A", 0), trade("A", 20), trade("A", 75), trade("A", 59), trade("A", 80))
	p := b.start("minute_bars", oneByOne)
	p.await(recordsIn, 5)
	p.halt()
	// Minute 0 closed at second 75 and is out, minute 1 is open: its first row is at offset 2. The row at offset 3 was late.
	expect(t, b.values("bars", 1), bar("A", 0, 2, 20))
	if got := b.committed("bars", "trades"); got != "0@2" {
		t.Errorf("committed %s", got)
	}
	b.put("trades", 0, trade("A", 58), trade("A", 119), trade("A", 200))
	p = b.start("minute_bars", oneByOne)
	expect(t, b.values("bars", 2), bar("A", 0, 2, 20), bar("A", 1, 3, 119))
	s := p.halt()
	if s.Late != 2 { // offsets 3 and 5: their minute was out, it is not shown again
		t.Errorf("%d rows are late", s.Late)
	}
	if got := b.committed("bars", "trades"); got != "0@7" {
		t.Errorf("committed %s", got)
	}
}

// oneByOne makes chunks of one row and commits after each.
func oneByOne(o *engine.Options) {
	o.Config["trades.max.poll.records"] = "1"
	o.EpochBytes = 1
}

// A job that is killed between output and commit, after every single row in turn, shows windows again, and never a wrong one.
func TestWindowsSurviveCrash(t *testing.T) {
	seconds := []int{0, 20, 61, 30, 62, 75, 40, 90, 119, 131, 100, 180, 195, 150, 250, 260, 400}
	last := bar("B", 4, 2, 260)
	want := map[string]bool{}
	run := func(crash int) (shown []string) {
		b := newBroker(t, "trades:1", "bars:1")
		for _, s := range seconds {
			b.put("trades", 0, trade("A", s), trade("B", s))
		}
		if crash > 0 {
			mended := crashAtCommit(b, crash)
			p := b.start("minute_bars", oneByOne)
			if !b.awaitCrash(p, "bars", last) {
				return nil // it had no more commits
			}
			mended()
		}
		p := b.start("minute_bars", oneByOne)
		b.awaitCrash(p, "bars", last)
		p.halt()
		return b.values("bars", b.size("bars"))
	}
	for _, v := range run(0) {
		want[v] = true
	}
	if len(want) != 10 {
		t.Fatalf("%d results without a crash", len(want))
	}
	for crash := 1; ; crash++ {
		shown := run(crash)
		if shown == nil {
			if crash < 10 {
				t.Errorf("there were only %d commits", crash-1)
			}
			break
		}
		got := map[string]bool{}
		for _, v := range shown {
			if !want[v] {
				t.Errorf("crash at commit %d: wrong result %s", crash, v)
			}
			got[v] = true
		}
		if len(got) != len(want) {
			t.Errorf("crash at commit %d: %d of %d results", crash, len(got), len(want))
		}
	}
}

// crashAtCommit refuses the n-th commit of offsets and all that follow, until mended is called.
func crashAtCommit(b *broker, n int) (mended func()) {
	seen, over := 0, false
	var mu sync.Mutex
	b.c.ControlKey(int16(kmsg.OffsetCommit), func(r kmsg.Request) (kmsg.Response, error, bool) {
		b.c.KeepControl()
		mu.Lock()
		defer mu.Unlock()
		if seen++; seen < n || over {
			return nil, nil, false
		}
		req := r.(*kmsg.OffsetCommitRequest)
		resp := req.ResponseKind().(*kmsg.OffsetCommitResponse)
		for _, t := range req.Topics {
			rt := kmsg.NewOffsetCommitResponseTopic()
			rt.Topic, rt.TopicID = t.Topic, t.TopicID
			for _, p := range t.Partitions {
				rp := kmsg.NewOffsetCommitResponseTopicPartition()
				rp.Partition, rp.ErrorCode = p.Partition, kerr.GroupAuthorizationFailed.Code
				rt.Partitions = append(rt.Partitions, rp)
			}
			resp.Topics = append(resp.Topics, rt)
		}
		return resp, nil, true
	})
	return func() {
		mu.Lock()
		defer mu.Unlock()
		over = true
	}
}

// awaitCrash waits until a job has ended or a topic holds a record, and tells whether it was the former: the commit that was refused.
func (b *broker) awaitCrash(p *program, topic, want string) bool {
	b.t.Helper()
	for late := time.Now().Add(patience); ; {
		select {
		case <-p.ended:
			var refused *kerr.Error
			if !errors.As(p.err, &refused) {
				b.t.Fatalf("it ended with %v", p.err)
			}
			return true
		case <-time.After(2 * time.Millisecond):
		}
		if n := b.size(topic); n > 0 && slices.Contains(b.values(topic, n), want) {
			return false
		}
		if time.Now().After(late) {
			b.t.Fatalf("%s is not there\n%s", want, p.log.String())
		}
	}
}

// size is the number of records in a topic.
func (b *broker) size(topic string) (n int) {
	b.t.Helper()
	ctx, cancel := soon()
	defer cancel()
	ends, err := kadm.NewClient(b.cl).ListEndOffsets(ctx, topic)
	if err != nil {
		b.t.Fatal(err)
	}
	ends.Each(func(o kadm.ListedOffset) { n += int(o.Offset) })
	return n
}

// What a job read before a stop it does not read again, and what comes meanwhile it reads afterwards.
func TestRestartContinues(t *testing.T) {
	b := newBroker(t, "orders:2")
	order := func(n int) string { return fmt.Sprintf(`{"symbol":"S%d","quantity":100}`, n) }
	b.put("orders", 0, order(1), order(2))
	b.put("orders", 1, order(3))
	p := b.start("orders_filter")
	b.read("large-orders", 3)
	p.halt()
	b.put("orders", 1, order(4))
	p = b.start("orders_filter")
	if got := strings.Join(b.values("large-orders", 4), "\n"); strings.Count(got, "\n") != 3 || !strings.Contains(got, "S4") {
		t.Errorf("%s", got)
	}
	if s := p.halt(); s.In != 1 {
		t.Errorf("the second run read %d rows", s.In)
	}
}

// After a crash between output and commit, rows are there twice, and none is missing.
func TestCrashBeforeCommit(t *testing.T) {
	b := newBroker(t, "orders:1", "large-orders:1")
	const n = 200
	var recs []*kgo.Record
	for i := range n {
		recs = append(recs, &kgo.Record{Topic: "orders", Value: fmt.Appendf(nil, `{"symbol":"S%d","quantity":100}`, i)})
	}
	b.send(recs...)
	mended := crashAtCommit(b, 2)
	small := func(o *engine.Options) { o.EpochBytes = 1000 }
	p := b.start("orders_filter", small)
	<-p.ended
	if p.err == nil {
		t.Fatal("it did not crash")
	}
	mended()
	p = b.start("orders_filter", small)
	b.awaitCommit("velo-job-orders", "orders", fmt.Sprintf("0@%d", n))
	p.halt()
	times := map[string]int{}
	all := b.read("large-orders", n+1)
	for _, r := range all {
		times[string(r.Key)]++
	}
	if len(times) != n {
		t.Errorf("%d of %d rows arrived", len(times), n)
	}
}

// A broker that goes away for a moment costs nothing but time.
func TestBrokerAway(t *testing.T) {
	b := newBroker(t, "orders:1", "large-orders:1")
	b.put("orders", 0, `{"symbol":"A","quantity":100}`)
	b.c.Fault(kfake.Fault{Keys: []kmsg.Key{kmsg.Produce}, Err: kerr.NotLeaderForPartition, Count: 3})
	p := b.start("orders_filter")
	b.read("large-orders", 1)
	if s := p.halt(); s.Out != 1 {
		t.Errorf("%d rows out", s.Out)
	}
}
