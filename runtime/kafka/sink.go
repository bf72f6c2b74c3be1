package kafka

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"

	rt "github.com/velostream/veloc/runtime"
)

// Sink writes rows as records of one topic. Records with equal keys keep their order (murmur2 of the key chooses the partition, as
// in the Java client); records without a key are spread in batches.
//
// Write returns before records are acknowledged; it waits while more than SinkOptions.Buffer bytes are on their way. The first
// record that cannot be delivered ends the sink: Write and Flush return its error from then on.
type Sink struct {
	o       SinkOptions
	cl      *kgo.Client
	tx      *Transaction // nil: records count as soon as they are acknowledged
	promise func(*kgo.Record, error)

	mu    sync.Mutex
	freed *sync.Cond // on mu: waiting or err changed
	bytes int        // on their way
	err   error
	idle  []*slab

	oldest, newest *slab           // on their way
	life           context.Context // of records; its end makes the client give them up
	end            context.CancelCauseFunc
}

// NewSink makes a sink; Open connects it.
func NewSink(o SinkOptions) *Sink {
	o.fill("sink")
	setDefault(&o.BatchBytes, 1<<20)
	setDefault(&o.Buffer, 64<<20)
	setDefault(&o.Request, 10*time.Second)
	setDefault(&o.Timeout, time.Minute)
	if o.Acks == "" {
		o.Acks = "all"
	}
	if o.Partitions == 0 {
		o.Partitions = -1
	}
	if o.Replication == 0 {
		o.Replication = -1
	}
	s := &Sink{o: o}
	s.freed = sync.NewCond(&s.mu)
	s.promise = s.delivered
	s.life, s.end = context.WithCancelCause(context.Background())
	return s
}

// Open checks that the brokers answer and let us in, and that the topic exists, or creates it.
func (s *Sink) Open(ctx context.Context) error {
	if err := s.check(ctx); err != nil {
		return s.describe(err)
	}
	if s.tx != nil {
		return s.openIn(s.tx)
	}
	opts, err := s.clientOptions()
	if err == nil {
		s.cl, err = kgo.NewClient(opts...)
	}
	if err != nil {
		return s.describe(err)
	}
	if s.o.Delivery > 0 {
		go s.watchOverdue(s.life, s.end)
	}
	return nil
}

// openIn makes the sink use the producer of a transaction. Where a job is only checked there is none, because it would stop the job that runs.
func (s *Sink) openIn(tx *Transaction) error {
	switch {
	case tx.cl == nil:
		return nil
	case !tx.sameCluster(&s.o.Connection):
		return s.describe(fmt.Errorf("exactly once: sink %s writes to another cluster than sink %s; set 'delivery.guarantee' = 'at_least_once' for one of them", s.o.Name, tx.o.Name))
	}
	s.cl = tx.cl
	if s.o.Delivery > 0 {
		go s.watchOverdue(s.life, s.end)
	}
	return nil
}

func (s *Sink) describe(err error) error {
	if s.o.Named {
		return err
	}
	return fmt.Errorf("kafka sink %s: %w", s.o.Name, err)
}

func (s *Sink) check(ctx context.Context) error {
	p, err := s.o.newProbe()
	if err != nil {
		return err
	}
	defer p.cl.Close()
	return p.await(ctx, func(ctx context.Context) error {
		err := p.topic(ctx)
		if s.o.NoCreate || !errors.Is(err, kerr.UnknownTopicOrPartition) {
			return err
		}
		return p.create(ctx, s.o.Partitions, s.o.Replication)
	})
}

var codecs = map[string]kgo.CompressionCodec{
	"": kgo.NoCompression(), "none": kgo.NoCompression(), "gzip": kgo.GzipCompression(), "snappy": kgo.SnappyCompression(),
	"lz4": kgo.Lz4Compression(), "zstd": kgo.ZstdCompression(),
}

func (s *Sink) clientOptions() ([]kgo.Opt, error) {
	opts, err := s.o.options(&brokerWatch{clock: s.o.Clock, log: s.o.Log})
	if err != nil {
		return nil, err
	}
	codec, ok := codecs[s.o.Compression]
	if !ok {
		return nil, fmt.Errorf("compression.type '%s' is unknown", s.o.Compression)
	}
	opts = append(opts,
		kgo.ProducerBatchCompression(codec),
		kgo.ProducerLinger(s.o.Linger), kgo.ProducerBatchMaxBytes(max(s.o.BatchBytes, minBatch)),
		kgo.BrokerMaxWriteBytes(max(100<<20, s.o.BatchBytes+1<<20)),
		kgo.ProduceRequestTimeout(s.o.Request),
		kgo.MaxBufferedRecords(1<<30), // Write limits bytes; the client's own limits cost a goroutine for each record that waits
		kgo.UnknownTopicRetries(10),
		kgo.ProducerOnDataLossDetected(func(topic string, part int32) {
			s.o.Log(fmt.Sprintf("topic %s partition %d: the broker lost records that it had acknowledged", topic, part))
		}),
	)
	switch s.o.Acks {
	case "all":
	case "1":
		opts = append(opts, kgo.RequiredAcks(kgo.LeaderAck()))
	case "0":
		opts = append(opts, kgo.RequiredAcks(kgo.NoAck()))
	default:
		return nil, fmt.Errorf("acks '%s' is not one of all, 1, 0", s.o.Acks)
	}
	if s.tx != nil {
		opts = append(opts, kgo.TransactionalID(s.o.TransactionalID), kgo.TransactionTimeout(s.o.Timeout))
	} else if s.o.NoIdempotence || s.o.Acks != "all" {
		opts = append(opts, kgo.DisableIdempotentWrite())
	} else {
		// A record whose fate is unknown when its time is over ends the job; that a later sequence number would then be refused
		// is no concern any more.
		opts = append(opts, kgo.AllowIdempotentProduceCancellation())
	}
	if s.o.InFlight > 0 {
		opts = append(opts, kgo.MaxProduceRequestsInflightPerBroker(s.o.InFlight))
	}
	if s.o.Retries > 0 {
		opts = append(opts, kgo.RecordRetries(s.o.Retries))
	}
	return opts, nil
}

// Write produces the records of o. Its bytes are copied.
func (s *Sink) Write(ctx context.Context, o *rt.Output) error {
	if len(o.Recs) == 0 {
		return s.failure()
	}
	l, err := s.slab(ctx, len(o.Recs), len(o.Buf)+headerBytes(o.Recs))
	if err != nil {
		return err
	}
	s.fill(l, o)
	s.send(l)
	return nil
}

// fill copies the records of o into l.
func (s *Sink) fill(l *slab, o *rt.Output) {
	from := 0
	for i := range o.Recs {
		r := &o.Recs[i]
		rec := l.next()
		if !r.NoKey {
			rec.Key = l.hold(o.Buf[from:r.Key])
		}
		if !r.Null {
			rec.Value = l.hold(o.Buf[r.Key:r.Value])
		}
		from = r.Value
		l.stamp(rec, r.Time, r.Headers, !s.o.NoEventTimeHeader)
	}
}

// send hands the records of l to the client.
func (s *Sink) send(l *slab) {
	n := len(l.recs)
	l.left.Store(int64(n))
	s.depart(l)
	if s.tx != nil {
		s.tx.written.Store(true)
	}
	for i := range n {
		l.recs[i].Topic = s.o.Topic
		s.cl.Produce(context.Background(), &l.recs[i], s.promise)
	}
}

// delivered is called by the client for each record, from one goroutine.
func (s *Sink) delivered(r *kgo.Record, err error) {
	l := r.Context.(*slab)
	if err != nil {
		l.failed.Store(true)
		s.fail(r, err)
	}
	if l.left.Add(-1) == 0 {
		s.recycle(l)
	}
}

func (s *Sink) fail(r *kgo.Record, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err != nil {
		return
	}
	if cause := context.Cause(s.life); cause != nil {
		err = cause
	}
	what := "writing to topic '" + s.o.Topic + "'"
	if r.Partition >= 0 {
		what += fmt.Sprintf(" partition %d", r.Partition)
	}
	s.err = s.describe(s.o.explain(what, err))
	s.freed.Broadcast()
}

func (s *Sink) failure() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}

// Flush waits until every record written so far is acknowledged, and returns the first failure.
func (s *Sink) Flush(ctx context.Context) error {
	if s.cl == nil {
		return nil
	}
	if s.tx != nil { // whose records the client does not give up by itself
		var cancel context.CancelFunc
		ctx, cancel = context.WithCancel(ctx)
		defer cancel()
		defer context.AfterFunc(s.life, cancel)()
	}
	if err := s.cl.Flush(ctx); err != nil {
		if failed := s.failure(); failed != nil {
			return failed
		}
		return s.describe(err)
	}
	return s.failure()
}

// Close disconnects. What Write took and nobody flushed is delivered first if complete is set, and may be lost otherwise.
func (s *Sink) Close(ctx context.Context, complete bool) error {
	defer s.end(nil)
	if s.cl == nil {
		return nil
	}
	var err error
	if complete {
		err = s.Flush(ctx)
	}
	if s.tx == nil {
		s.cl.Close()
	}
	s.cl = nil
	return err
}
