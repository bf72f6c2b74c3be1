// Command kafka_filter copies the trades above a price from one topic to another:
//
//	SELECT symbol, price, quantity FROM trades WHERE price > 100
//
// with plain franz-go and a hand-written decoder. It joins a consumer group, commits what it has
// produced, and ends on SIGINT or SIGTERM.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"sync/atomic"
	"syscall"
	"time"
	"unsafe"

	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/velostream/veloc/bench/handwritten/fast"
)

func main() {
	broker := flag.String("broker", "127.0.0.1:9092", "address of a broker")
	from := flag.String("from", "trades", "topic to read")
	to := flag.String("to", "alerts", "topic to write")
	group := flag.String("group", "kafka_filter", "consumer group")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	started := time.Now()
	counts, err := run(ctx, *broker, *from, *to, *group)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(3)
	}
	fast.Summary(counts, time.Since(started))
}

func run(ctx context.Context, broker, from, to, group string) (fast.Counts, error) {
	client, err := kgo.NewClient(
		kgo.SeedBrokers(broker),
		kgo.ConsumerGroup(group), kgo.ConsumeTopics(from), kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()),
		kgo.DisableAutoCommit(), kgo.BlockRebalanceOnPoll(),
		kgo.DefaultProduceTopic(to), kgo.ProducerLinger(5*time.Millisecond), kgo.ProducerBatchMaxBytes(1<<20),
		kgo.ProducerBatchCompression(kgo.NoCompression()), kgo.MaxBufferedRecords(100_000),
	)
	if err != nil {
		return fast.Counts{}, err
	}
	defer client.CloseAllowingRebalance()
	f := &filter{client: client}
	for uncommitted := 0; ; {
		fetches := client.PollFetches(ctx)
		if err := fetches.Err0(); errors.Is(err, context.Canceled) {
			return f.counts, f.commit(context.Background())
		}
		if errs := fetches.Errors(); len(errs) > 0 {
			return f.counts, fmt.Errorf("fetch %s/%d: %w", errs[0].Topic, errs[0].Partition, errs[0].Err)
		}
		fetches.EachPartition(func(p kgo.FetchTopicPartition) {
			uncommitted += len(p.Records)
			f.partition(p.Records)
		})
		// Committing waits for the output, so it is done rarely.
		if uncommitted >= 250_000 {
			if err := f.commit(ctx); err != nil && !errors.Is(err, context.Canceled) {
				return f.counts, err
			}
			uncommitted = 0
		}
		client.AllowRebalance()
	}
}

type filter struct {
	client *kgo.Client
	counts fast.Counts
	slow   fast.Slow
	row    fast.Trade
	padded []byte
	text   []byte // where output values are written, until it is full
	failed atomic.Pointer[error]
}

// commit makes the output of all polled records durable, and then the position behind them.
func (f *filter) commit(ctx context.Context) error {
	if err := f.client.Flush(ctx); err != nil {
		return err
	}
	if err := f.failed.Load(); err != nil {
		return *err
	}
	return f.client.CommitUncommittedOffsets(ctx)
}

func (f *filter) acknowledged(_ *kgo.Record, err error) {
	if err != nil {
		f.failed.CompareAndSwap(nil, &err)
	}
}

const (
	columns  = fast.Symbol | fast.Price | fast.Quantity
	minPrice = 100_0000
	slab     = 256 << 10
	fixed    = 128 // keys and numbers of a row
)

// zeros is what scans may read behind a value.
var zeros [32]byte

// partition filters the records of one partition. Each value is copied to where zeros behind it end every
// scan.
func (f *filter) partition(records []*kgo.Record) {
	var output []kgo.Record // one allocation for the records of a poll
	for _, r := range records {
		f.counts.Rows++
		f.padded = append(append(f.padded[:0], r.Value...), zeros[:]...)
		at, ok := f.value(f.padded[:len(r.Value)])
		if !ok {
			continue
		}
		if len(output) == cap(output) {
			output = make([]kgo.Record, 0, 256)
		}
		output = append(output, kgo.Record{Value: f.text[:at:at]})
		f.text = f.text[at:]
		f.counts.Out++
		f.client.Produce(context.Background(), &output[len(output)-1], f.acknowledged)
	}
}

// value writes the output row of a record to the start of f.text. Records keep the slab that their values
// lie in alive; a full one is left to them.
func (f *filter) value(value []byte) (uintptr, bool) {
	p, n := fast.P(unsafe.SliceData(value)), uintptr(len(value))
	var i, symbol, symbolN uintptr
	var price, quantity int64
	if n < 64 || !fast.IsOrderID(p, 0) {
		return f.odd(value)
	}
	if i = fast.StringEnd(p, fast.LenOrderID); !fast.IsSymbol(p, i) {
		return f.odd(value)
	}
	symbol = i + fast.LenSymbol
	i = fast.StringEnd(p, symbol)
	symbolN = i - symbol
	if !fast.IsSide(p, i) {
		return f.odd(value)
	}
	if i = fast.StringEnd(p, i+fast.LenSide); !fast.IsPrice(p, i) {
		return f.odd(value)
	}
	if price, i = fast.Dec4(p, i+fast.LenPrice); i == 0 || !fast.IsQuantity(p, i) {
		return f.odd(value)
	}
	if quantity, i = fast.Int(p, i+fast.LenQuantity); i == 0 || !fast.IsVenue(p, i) {
		return f.odd(value)
	}
	if i = fast.StringEnd(p, i+fast.LenVenue); !fast.IsTraderID(p, i) {
		return f.odd(value)
	}
	if i = fast.StringEnd(p, i+fast.LenTraderID); !fast.IsEventTime(p, i) {
		return f.odd(value)
	}
	if i = fast.Digits(p, i+fast.LenEventTime); i == 0 || !fast.IsFlags(p, i) {
		return f.odd(value)
	}
	// What a scan found behind the value does not count: the object must end where the value does.
	if i = fast.Digits(p, i+fast.LenFlags); i != n-1 || fast.Byte(p, i) != '}' {
		return f.odd(value)
	}
	if price <= minPrice {
		return 0, false
	}
	o := f.space(symbolN + fixed)
	at := fast.Lit(o, 0, `{"symbol":"`)
	at = fast.PutRaw(o, at, unsafe.Add(p, symbol), symbolN)
	at = fast.Lit(o, at, `","price":`)
	at = fast.PutDec4(o, at, price)
	at = fast.Lit(o, at, `,"quantity":`)
	at = fast.PutInt(o, at, quantity)
	return fast.Lit(o, at, `}`), true
}

func (f *filter) space(need uintptr) fast.P {
	if uintptr(len(f.text)) < need {
		f.text = make([]byte, max(slab, need))
	}
	return fast.P(unsafe.SliceData(f.text))
}

// odd is value for a record that the fast path does not expect.
func (f *filter) odd(value []byte) (uintptr, bool) {
	t := &f.row
	ok, err := f.slow.Object(value, columns, t)
	if !ok {
		f.counts.Rows--
		if err != nil {
			f.counts.Rejected++
		}
		return 0, false
	}
	if t.Null&fast.Price != 0 || t.Price <= minPrice {
		return 0, false
	}
	o := f.space(6*t.Symbol.N + fixed)
	at := fast.Lit(o, 0, `{"symbol":`)
	if t.Null&fast.Symbol != 0 {
		at = fast.Lit(o, at, `null`)
	} else {
		at = fast.Lit(o, at, `"`)
		at = fast.PutString(o, at, t.Symbol)
		at = fast.Lit(o, at, `"`)
	}
	at = fast.Lit(o, at, `,"price":`)
	at = fast.PutDec4(o, at, t.Price)
	at = fast.Lit(o, at, `,"quantity":`)
	if t.Null&fast.Quantity != 0 {
		at = fast.Lit(o, at, `null`)
	} else {
		at = fast.PutInt(o, at, t.Quantity)
	}
	return fast.Lit(o, at, `}`), true
}
