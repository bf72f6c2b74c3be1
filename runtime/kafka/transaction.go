package kafka

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
	"github.com/twmb/franz-go/pkg/kversion"

	rt "github.com/velostream/veloc/runtime"
)

// Transaction is the transactional producer of a job, which all of its sinks share. Offsets of the job's sources can be added to a transaction, and
// a mark: the metadata of an offset that is committed for a group of the job's own, '<transactional.id>.state', on the first partition of a topic
// that is written to. Kafka stores it with the transaction or not at all (docs/design/exactly-once.md).
type Transaction struct {
	o       SinkOptions // of the first sink
	first   *Sink
	cl      *kgo.Client
	cluster string      // id of the cluster
	written atomic.Bool // records were sent since the last commit
	unknown bool        // a commit has failed: whether it counts is for the next run to find out
}

// Join implements rt.Transactional.
func (s *Sink) Join(of rt.Transaction) (rt.Transaction, error) {
	if !s.o.ExactlyOnce {
		return nil, nil
	}
	tx, ok := of.(*Transaction)
	if of == nil {
		tx = &Transaction{o: s.o, first: s}
	} else if !ok {
		return nil, errors.New("exactly once: the sinks of a job must belong to one system")
	} else if why := tx.o.differs(&s.o); why != "" {
		return nil, fmt.Errorf("sink %s and sink %s share one transactional producer, and '%s' differs: set it alike, or 'delivery.guarantee' = 'at_least_once' for one of them",
			tx.o.Name, s.o.Name, why)
	}
	s.tx = tx
	return tx, nil
}

// Join implements rt.Transactional: letters are part of the transaction if there is one on the same brokers.
func (d *DeadLetters) Join(of rt.Transaction) (rt.Transaction, error) {
	tx, ok := of.(*Transaction)
	if !ok || !slices.Equal(tx.o.Brokers, d.sink.o.Brokers) {
		return nil, nil
	}
	d.sink.tx = tx
	return tx, nil
}

// differs names the first property of the producer that two sinks do not have alike; empty if there is none.
func (o *SinkOptions) differs(p *SinkOptions) string {
	type setting struct {
		key  string
		same bool
	}
	for _, s := range []setting{
		{"bootstrap.servers", slices.Equal(o.Brokers, p.Brokers)}, {"transactional.id", o.TransactionalID == p.TransactionalID},
		{"transaction.timeout.ms", o.Timeout == p.Timeout}, {"security.protocol", o.Security == p.Security}, {"sasl.username", o.User == p.User},
		{"linger.ms", o.Linger == p.Linger}, {"batch.size", o.BatchBytes == p.BatchBytes}, {"compression.type", o.Compression == p.Compression},
		{"request.timeout.ms", o.Request == p.Request}, {"retries", o.Retries == p.Retries}, {"max.in.flight.requests.per.connection", o.InFlight == p.InFlight},
	} {
		if !s.same {
			return s.key
		}
	}
	return ""
}

// Open fences earlier processes with the same transactional.id.
func (t *Transaction) Open(ctx context.Context, every time.Duration) error {
	what := "transactional.id '" + t.o.TransactionalID + "'"
	if 2*every > t.o.Timeout {
		return t.first.describe(fmt.Errorf("%s: a transaction is open for up to %s, and 'transaction.timeout.ms' is %s: make it at least twice as long", what, every, t.o.Timeout))
	}
	if err := t.first.check(ctx); err != nil {
		return t.first.describe(err)
	}
	opts, err := t.first.clientOptions()
	if err != nil {
		return t.first.describe(err)
	}
	versions := kversion.Stable()
	versions.SetMaxKeyVersion(int16(kmsg.TxnOffsetCommit), 5) // later ones name topics by their ids
	opts = append(opts, kgo.MaxVersions(versions))
	if t.cl, err = kgo.NewClient(opts...); err != nil {
		return t.first.describe(err)
	}
	t.cluster = t.first.o.cluster
	if _, _, err = t.cl.ProducerID(ctx); err == nil {
		err = t.cl.BeginTransaction()
	}
	if err != nil {
		return t.first.describe(t.o.explain(what, err))
	}
	return nil
}

// Written implements rt.Transaction.
func (t *Transaction) Written() bool { return t.written.Load() }

func (t *Transaction) group() string { return t.o.TransactionalID + ".state" }

// Marks asks for the marks. Offsets of a transaction that is being committed are waited for.
func (t *Transaction) Marks(ctx context.Context) (marks []string, err error) {
	req := kmsg.NewPtrOffsetFetchRequest()
	req.Group, req.RequireStable = t.group(), true
	g := kmsg.NewOffsetFetchRequestGroup()
	g.Group = req.Group
	req.Groups = append(req.Groups, g)
	var topics []kmsg.OffsetFetchResponseGroupTopic
	err = t.retry(ctx, func() error {
		resp, err := req.RequestWith(ctx, t.cl)
		if err != nil {
			return err
		}
		topics = topics[:0]
		if err := kerr.ErrorForCode(resp.ErrorCode); err != nil && !errors.Is(err, kerr.GroupIDNotFound) {
			return err
		}
		for _, g := range resp.Groups {
			if err := kerr.ErrorForCode(g.ErrorCode); err != nil && !errors.Is(err, kerr.GroupIDNotFound) {
				return err
			}
			topics = append(topics, g.Topics...)
		}
		for _, tp := range topics {
			for _, p := range tp.Partitions {
				if err := kerr.ErrorForCode(p.ErrorCode); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		return nil, t.first.describe(t.o.explain("asking for the last transaction of '"+t.o.TransactionalID+"'", err))
	}
	for _, tp := range topics {
		for _, p := range tp.Partitions {
			if p.Metadata != nil && *p.Metadata != "" {
				marks = append(marks, *p.Metadata)
			}
		}
	}
	return marks, nil
}

// Commit ends the transaction and begins the next one. The sinks have been flushed.
func (t *Transaction) Commit(ctx context.Context, mark string) error {
	if !t.Written() {
		return nil
	}
	err := t.end(ctx, mark)
	if err == nil {
		t.written.Store(false)
		err = t.cl.BeginTransaction()
	}
	if err != nil {
		t.unknown = true
		return fmt.Errorf("%w; the next run finds out whether it counts, and goes on from there", t.first.describe(t.o.explain("committing a transaction of '"+t.o.TransactionalID+"'", err)))
	}
	return nil
}

func (t *Transaction) end(ctx context.Context, mark string) error {
	if mark != "" {
		p := kmsg.NewTxnOffsetCommitRequestTopicPartition()
		p.LeaderEpoch, p.Metadata = -1, &mark
		if err := t.addOffsets(ctx, committer{group: t.group(), generation: -1}, t.o.Topic, []kmsg.TxnOffsetCommitRequestTopicPartition{p}); err != nil {
			return err
		}
	}
	return t.cl.EndTransaction(ctx, kgo.TryCommit)
}

// committer is who commits offsets: a member of a group in its present generation, or nobody in a group without members.
type committer struct {
	group, id, instance string
	generation          int32
}

// addOffsets makes offsets part of the transaction, which has records already.
func (t *Transaction) addOffsets(ctx context.Context, by committer, topic string, parts []kmsg.TxnOffsetCommitRequestTopicPartition) error {
	id, epoch, err := t.cl.ProducerID(ctx)
	if err != nil {
		return err
	}
	add := kmsg.NewPtrAddOffsetsToTxnRequest()
	add.TransactionalID, add.ProducerID, add.ProducerEpoch, add.Group = t.o.TransactionalID, id, epoch, by.group
	err = t.retry(ctx, func() error {
		resp, err := add.RequestWith(ctx, t.cl)
		if err != nil {
			return err
		}
		return kerr.ErrorForCode(resp.ErrorCode)
	})
	if err != nil {
		return err
	}
	req := kmsg.NewPtrTxnOffsetCommitRequest()
	req.TransactionalID, req.ProducerID, req.ProducerEpoch = t.o.TransactionalID, id, epoch
	req.Group, req.MemberID, req.Generation = by.group, by.id, by.generation
	if by.instance != "" {
		req.InstanceID = &by.instance
	}
	to := kmsg.NewTxnOffsetCommitRequestTopic()
	to.Topic, to.Partitions = topic, parts
	req.Topics = append(req.Topics, to)
	return t.retry(ctx, func() error {
		resp, err := req.RequestWith(ctx, t.cl)
		if err != nil {
			return err
		}
		for _, tp := range resp.Topics {
			for _, p := range tp.Partitions {
				if err := kerr.ErrorForCode(p.ErrorCode); err != nil {
					return fmt.Errorf("partition %d: %w", p.Partition, err)
				}
			}
		}
		return nil
	})
}

// retry repeats a request while the coordinators are busy with an earlier transaction, or move.
func (t *Transaction) retry(ctx context.Context, do func() error) error {
	end := t.o.Clock.Now() + int64(commitPatience)
	for {
		err := do()
		if !busy(err) || t.o.Clock.Now() > end {
			return err
		}
		if err := t.o.pause(ctx, 20*time.Millisecond); err != nil {
			return err
		}
	}
}

func busy(err error) bool {
	for _, e := range []error{kerr.ConcurrentTransactions, kerr.UnstableOffsetCommit, kerr.CoordinatorLoadInProgress, kerr.CoordinatorNotAvailable, kerr.NotCoordinator} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}

// closePatience is how long a job that ends waits until what it did not commit is given up. Later the broker does so, after transaction.timeout.ms.
const closePatience = 5 * time.Second

// Close aborts what was not committed, so that readers need not wait for the broker to do so.
func (t *Transaction) Close() {
	if t.cl == nil {
		return
	}
	if t.Written() && !t.unknown {
		ctx, cancel := context.WithTimeout(context.Background(), closePatience)
		defer cancel()
		if t.cl.AbortBufferedRecords(ctx) == nil {
			_ = t.cl.EndTransaction(ctx, kgo.TryAbort) // the broker aborts it otherwise
		}
	}
	t.cl.Close()
	t.cl = nil
}

// explainFence recognises that another producer has taken the transactional id over, or that the broker has given a transaction up.
func (c *Connection) explainFence(what string, err error) error {
	for _, e := range []error{kerr.ProducerFenced, kerr.InvalidProducerEpoch, kerr.InvalidTxnState} {
		if errors.Is(err, e) {
			return tell(errors.Join(rt.ErrFenced, err), fmt.Sprintf("%s: another process has taken over, or the transaction was open for longer than transaction.timeout.ms (%s) [VR0410]", what, e.(*kerr.Error).Message),
				"nothing of the transaction counts. One process of a job writes at a time: stop the other one, or give this one",
				fmt.Sprintf("an id and a state directory of its own ('%s.transactional.id'). If there is no other one, the job was held up: raise '%s.transaction.timeout.ms'", c.Name, c.Name))
		}
	}
	switch {
	case errors.Is(err, kerr.TransactionalIDAuthorizationFailed):
		return tell(err, fmt.Sprintf("%s: %s may not use the transactional id (TRANSACTIONAL_ID_AUTHORIZATION_FAILED)", what, c.who()),
			"grant WRITE and DESCRIBE on the transactional id, and READ on the group '<transactional id>.state'")
	case errors.Is(err, kerr.InvalidTransactionTimeout):
		return tell(err, what+": the broker does not allow such a long transaction (INVALID_TRANSACTION_TIMEOUT)",
			fmt.Sprintf("lower '%s.transaction.timeout.ms', or raise transaction.max.timeout.ms on the brokers", c.Name))
	}
	return nil
}

// sameCluster tells whether a client of the other connection speaks to the same brokers.
func (t *Transaction) sameCluster(c *Connection) bool {
	if t.cluster != "" && c.cluster != "" {
		return t.cluster == c.cluster
	}
	return strings.Join(t.o.Brokers, ",") == strings.Join(c.Brokers, ",")
}
