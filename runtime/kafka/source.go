package kafka

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	rt "github.com/velostream/veloc/runtime"
)

// errClosed is what Poll returns after Close.
const errClosed = rt.Error("the Kafka source is closed")

// Source reads one topic as a member of a consumer group, or, where it is a table, all partitions of it for itself.
//
// Rows are the records' values, one a line (see pack). A chunk holds records of one partition. Positions are offsets; they start
// at what the group has committed, else where auto.offset.reset says. The source commits nothing by itself: NewGroupLedger does.
//
// An error of Poll is final: the job cannot go on with it. A broker that is gone is no error; the client tries until it is back,
// and Poll returns empty chunks meanwhile.
type Source struct {
	o   SourceOptions
	own rt.Ownership
	cl  *kgo.Client

	made chan struct{} // closed when cl is there: the client joins the group, and calls back, before its constructor returns

	stop     context.CancelFunc // ends the fetcher
	stopped  context.Context
	fetching sync.WaitGroup
	ready    chan struct{} // holds a token when a partition has records queued

	mu        sync.Mutex
	changed   *sync.Cond // on mu: packing, polling, parked, calling, queued or closing changed
	parts     map[int32]*partition
	queue     []*partition // those with records, in the order of arrival
	queued    int          // records in queue
	seq       int64        // of the next chunk
	packing   int          // Polls that are copying records
	polling   bool         // the fetcher is in the client's poll, or holds what it returned
	pollStop  context.CancelFunc
	parked    int  // Seeks that want the fetcher to wait
	calling   bool // a rebalance callback runs
	quiet     bool // partitions are being given up: nothing is handed out
	closing   bool
	err       error // final
	read      int64 // bytes of values
	lastIdle  *partition
	lastError map[string]int64 // when a line about this passing failure was logged, ns
}

// partition is what the source knows of a partition that it owns. Fields are guarded by Source.mu.
type partition struct {
	id        int32
	gaining   bool        // the client has not asked for its offset yet
	gone      bool        // taken away without notice: commits are refused
	seek      rt.Position // while gaining: where to start instead of the committed offset; -1: there
	next      rt.Position // offset behind the last record handed out, or where reading starts; -1: not known yet
	committed rt.Position // what the group has stored; -1: nothing, or not known
	before    int64       // up to which event time an earlier run had closed windows; 0: unknown
	closed    int64       // the same of this run, as stored with committed; 0: nothing was stored
	fresh     bool        // starts at the end of the partition with nothing committed: store the start with the next commit
	first     rt.Position // where the replay of everything since the last commit would start; -1: nothing read yet
	runs      [][]*kgo.Record
	bytes     int64 // of values handed out, for the mean size
	count     int64
}

// NewSource makes a source; Open connects it.
func NewSource(o SourceOptions) *Source {
	o.fill("source")
	if o.Group == "" {
		o.Group = "velo-" + o.Name
	}
	setDefault(&o.MaxRecords, 10000)
	setDefault(&o.FetchMin, 1)
	setDefault(&o.FetchMax, 50<<20)
	setDefault(&o.FetchMaxPartition, 1<<20)
	setDefault(&o.FetchWait, 500*time.Millisecond)
	setDefault(&o.Session, 45*time.Second)
	setDefault(&o.Heartbeat, 3*time.Second)
	setDefault(&o.Rebalance, time.Minute)
	setDefault(&o.IdleWait, 100*time.Millisecond)
	setDefault(&o.ChunkBytes, 256<<10)
	s := &Source{o: o, made: make(chan struct{}), ready: make(chan struct{}, 1), parts: map[int32]*partition{}, lastError: map[string]int64{}}
	s.changed = sync.NewCond(&s.mu)
	s.stopped, s.stop = context.WithCancel(context.Background())
	return s
}

func setDefault[T int | int32 | time.Duration](v *T, def T) {
	if *v == 0 {
		*v = def
	}
}

// Open checks that the brokers answer and let us in, that the topic exists (waiting for it if asked to) and that the group may be
// used. Then it joins the group; partitions come to own later, from another goroutine.
func (s *Source) Open(ctx context.Context, own rt.Ownership) error {
	s.own = own
	if err := s.check(ctx); err != nil {
		return s.describe(err)
	}
	opts, err := s.clientOptions()
	if err != nil {
		return s.describe(err)
	}
	if s.cl, err = kgo.NewClient(opts...); err != nil {
		return s.describe(err)
	}
	close(s.made)
	s.fetching.Add(1)
	go s.fetch()
	return nil
}

func (s *Source) describe(err error) error {
	if s.o.Named {
		return err
	}
	return fmt.Errorf("kafka source %s: %w", s.o.Name, err)
}

func (s *Source) check(ctx context.Context) error {
	p, err := s.o.newProbe()
	if err != nil {
		return err
	}
	defer p.cl.Close()
	if err := p.await(ctx, p.topic); err != nil {
		return err
	}
	if s.o.Table {
		return s.ownAll(ctx, p)
	}
	return p.group(ctx, s.o.Group)
}

// ownAll gains all partitions of a table's topic, to be read from their beginning: nobody shares them. Those that the topic gets later are not
// among them.
func (s *Source) ownAll(ctx context.Context, p *probe) error {
	starts, err := p.offsets(ctx, -2)
	if err != nil {
		return err
	}
	for id, at := range starts {
		s.parts[id] = &partition{id: id, seek: -1, next: rt.Position(at), committed: -1, first: -1}
	}
	return s.own.Gained(slices.Sorted(maps.Keys(starts)))
}

func (s *Source) clientOptions() ([]kgo.Opt, error) {
	opts, err := s.o.options(&brokerWatch{clock: s.o.Clock, log: s.o.Log})
	if err != nil {
		return nil, err
	}
	reset := kgo.NewOffset().AtStart()
	if s.o.Latest {
		reset = kgo.NewOffset().AtEnd()
	}
	opts = append(opts,
		kgo.WithPools(&recordPool{}),
		kgo.FetchMinBytes(s.o.FetchMin), kgo.FetchMaxBytes(s.o.FetchMax), kgo.FetchMaxPartitionBytes(s.o.FetchMaxPartition),
		kgo.BrokerMaxReadBytes(max(100<<20, s.o.FetchMax, s.o.FetchMaxPartition)),
		kgo.FetchMaxWait(s.o.FetchWait),
	)
	if !s.o.ReadUncommitted {
		opts = append(opts, kgo.FetchIsolationLevel(kgo.ReadCommitted()))
	}
	if s.o.Table {
		from := map[int32]kgo.Offset{}
		for id, part := range s.parts {
			from[id] = kgo.NewOffset().At(int64(part.next))
		}
		return append(opts, kgo.ConsumePartitions(map[string]map[int32]kgo.Offset{s.o.Topic: from})), nil
	}
	opts = append(opts,
		kgo.ConsumerGroup(s.o.Group), kgo.ConsumeTopics(s.o.Topic), kgo.ConsumeResetOffset(reset),
		kgo.DisableAutoCommit(), kgo.BlockRebalanceOnPoll(),
		kgo.OnPartitionsAssigned(s.assigned), kgo.OnPartitionsRevoked(s.revoked), kgo.OnPartitionsLost(s.lost),
		kgo.AdjustFetchOffsetsFn(s.adjust),
		kgo.SessionTimeout(s.o.Session), kgo.HeartbeatInterval(s.o.Heartbeat), kgo.RebalanceTimeout(s.o.Rebalance),
	)
	if s.o.Instance != "" {
		opts = append(opts, kgo.InstanceID(s.o.Instance))
	}
	switch s.o.Strategy {
	case "", "cooperative-sticky":
		opts = append(opts, kgo.Balancers(kgo.CooperativeStickyBalancer()))
	case "sticky":
		opts = append(opts, kgo.Balancers(kgo.StickyBalancer()))
	case "range":
		opts = append(opts, kgo.Balancers(kgo.RangeBalancer()))
	case "roundrobin":
		opts = append(opts, kgo.Balancers(kgo.RoundRobinBalancer()))
	default:
		return nil, fmt.Errorf("partition.assignment.strategy '%s' is unknown", s.o.Strategy)
	}
	return opts, nil
}

// Poll fills c with the next records of one partition, or leaves it empty if there are none for IdleWait. An empty chunk's
// Partition and Next repeat the position of a partition that the source owns (Next is -1 if it owns none).
func (s *Source) Poll(ctx context.Context, c *rt.Chunk) error {
	if s.take(c) {
		return s.finalError()
	}
	timer := s.o.Clock.NewTimer(s.o.IdleWait)
	defer timer.Stop()
	for {
		select {
		case <-s.ready:
			if s.take(c) {
				return s.finalError()
			}
		case <-timer.C():
			return s.idle(c)
		case <-ctx.Done():
			return ctx.Err()
		case <-s.stopped.Done():
			return s.finalError()
		}
	}
}

func (s *Source) finalError() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}

// idle makes c an empty chunk.
func (s *Source) idle(c *rt.Chunk) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err != nil {
		return s.err
	}
	s.begin(c)
	c.Data, c.Meta = c.Buf[:0], c.Meta[:0]
	c.Partition, c.From, c.Next, c.Closed = 0, -1, -1, 0
	if p := s.lastIdle; p != nil && s.parts[p.id] == p {
		c.Partition, c.Next = p.id, p.next
	}
	return nil
}

// begin gives c its number and forgets what it held. The caller holds mu: numbers follow the order in which records are taken.
func (s *Source) begin(c *rt.Chunk) {
	c.Seq = s.seq
	s.seq++
	c.Now = s.o.Clock.Now()
	c.Odd, c.Release = nil, nil
}

// fail ends the source with err, if it has not ended before.
func (s *Source) fail(err error) {
	s.mu.Lock()
	if s.err == nil {
		s.err = s.describe(err)
	}
	s.mu.Unlock()
	s.stop()
}

// Locate returns 0: records have offsets, not lines.
func (s *Source) Locate(rt.ChunkRef, int64) int64 { return 0 }

// Bounded returns false: a topic has no end.
func (s *Source) Bounded() bool { return false }

// Progress tells the bytes of values read. A topic has no total.
func (s *Source) Progress() (read, total int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.read, 0
}

// Close leaves the group, so that its other members take over at once. Own is told nothing more.
func (s *Source) Close() error {
	s.mu.Lock()
	was := s.closing
	s.closing = true
	if s.err == nil {
		s.err = errClosed
	}
	s.changed.Broadcast()
	s.mu.Unlock()
	s.stop()
	if was || s.cl == nil {
		return nil
	}
	s.fetching.Wait()
	s.cl.CloseAllowingRebalance()
	return nil
}
