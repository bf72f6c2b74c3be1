package kafka

import (
	"context"
	"errors"
	"fmt"
	"sort"
	"strings"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// probe checks at the start, with a client of its own, what would otherwise show later as silence: that brokers answer, let us
// in, know the topic, and can be reached under the addresses that they advertise.
type probe struct {
	c     *Connection
	cl    *kgo.Client
	watch *brokerWatch
}

func (c *Connection) newProbe() (*probe, error) {
	watch := &brokerWatch{clock: c.Clock}
	opts, err := c.options(watch)
	if err != nil {
		return nil, err
	}
	cl, err := kgo.NewClient(append(opts, kgo.RetryTimeout(c.Connect), kgo.RequestTimeoutOverhead(max(c.Connect, 100*time.Millisecond)), kgo.RequestRetries(2),
		kgo.RetryBackoffFn(func(int) time.Duration { return 100 * time.Millisecond }))...)
	if err != nil {
		return nil, err
	}
	return &probe{c: c, cl: cl, watch: watch}, nil
}

// await runs try until it succeeds, fails for good, or topic.wait.timeout has passed.
func (p *probe) await(ctx context.Context, try func(context.Context) error) error {
	end := p.c.Clock.Now() + int64(p.c.TopicWait)
	for told := false; ; {
		err := try(ctx)
		if err == nil || permanent(err) || ctx.Err() != nil || p.c.Clock.Now()+int64(p.c.TopicInterval) > end {
			return err
		}
		if !told {
			told = true
			first, _, _ := strings.Cut(err.Error(), "\n")
			p.c.Log(fmt.Sprintf("%s; looking again every %s for %s", first, p.c.TopicInterval, p.c.TopicWait))
		}
		t := p.c.Clock.NewTimer(p.c.TopicInterval)
		select {
		case <-ctx.Done():
			t.Stop()
			return ctx.Err()
		case <-t.C():
		}
	}
}

// topic looks for the topic. A missing one is an *Error whose cause is UNKNOWN_TOPIC_OR_PARTITION.
func (p *probe) topic(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, p.c.Connect)
	defer cancel()
	t := kmsg.NewMetadataRequestTopic()
	t.Topic = kmsg.StringPtr(p.c.Topic)
	resp, err := p.metadata(ctx, t)
	if err != nil {
		return err
	}
	if len(resp.Topics) != 1 {
		return fmt.Errorf("topic '%s': the broker's answer names %d topics", p.c.Topic, len(resp.Topics))
	}
	err = kerr.ErrorForCode(resp.Topics[0].ErrorCode)
	switch {
	case errors.Is(err, kerr.UnknownTopicOrPartition):
		return p.missing(ctx)
	case err != nil:
		return p.c.explain("looking for topic '"+p.c.Topic+"'", err)
	}
	return p.leaders(ctx, resp)
}

func (p *probe) metadata(ctx context.Context, topics ...kmsg.MetadataRequestTopic) (*kmsg.MetadataResponse, error) {
	req := kmsg.NewPtrMetadataRequest()
	req.Topics = topics
	resp, err := req.RequestWith(ctx, p.cl)
	if err != nil {
		return nil, p.unreachable(err)
	}
	if resp.ClusterID != nil {
		p.c.cluster = *resp.ClusterID
	}
	return resp, nil
}

// unreachable explains why no broker answered.
func (p *probe) unreachable(err error) error {
	where := "bootstrap.servers = " + strings.Join(p.c.Brokers, ", ")
	if e := p.c.explainLogin(where, err); e != nil {
		return e
	}
	lines := p.watch.failures()
	if len(lines) == 0 {
		lines = []string{fmt.Sprintf("no answer within %s", p.c.Connect)}
	}
	if p.c.encrypted() {
		lines = append(lines, "security.protocol is "+p.c.Security+": does this port speak TLS?")
	}
	lines = append(lines, fmt.Sprintf("is Kafka running there, and is '%s.bootstrap.servers' right? `veloc dev kafka` starts a broker to try things out", p.c.Name))
	return tell(err, "cannot reach any broker of "+where, lines...)
}

// leaders checks that a leader of the topic's partitions can be reached. Brokers name the addresses of one another; inside
// containers these are often names that mean nothing outside.
func (p *probe) leaders(ctx context.Context, resp *kmsg.MetadataResponse) error {
	ids := map[int32]bool{}
	for _, part := range resp.Topics[0].Partitions {
		if part.Leader >= 0 {
			ids[part.Leader] = true
		}
	}
	var lines []string
	var last error
	for _, b := range resp.Brokers {
		if !ids[b.NodeID] {
			continue
		}
		if _, err := p.cl.Broker(int(b.NodeID)).Request(ctx, kmsg.NewPtrMetadataRequest()); err == nil {
			return nil
		} else {
			last = err
			lines = append(lines, fmt.Sprintf("broker %d advertises %s:%d: %s", b.NodeID, b.Host, b.Port, short(err)))
		}
	}
	if last == nil {
		return nil // no leaders now: an election is under way, and the client waits for its end
	}
	lines = append(lines, "these addresses come from the brokers' advertised.listeners, and must be reachable from here")
	return tell(last, fmt.Sprintf("the brokers that hold topic '%s' cannot be reached", p.c.Topic), lines...)
}

// missing makes the error for a topic that does not exist, with the names it may have meant.
func (p *probe) missing(ctx context.Context) error {
	advice := []string{}
	if names := p.names(ctx); len(names) == 0 {
		advice = append(advice, "the cluster has no topics that this client may see")
	} else if like := similar(p.c.Topic, names); len(like) > 0 {
		advice = append(advice, "did you mean "+strings.Join(like, " or ")+"?")
	} else {
		shown := names[:min(len(names), 8)]
		more := ""
		if len(names) > len(shown) {
			more = fmt.Sprintf(" and %d more", len(names)-len(shown))
		}
		advice = append(advice, "there are: "+strings.Join(shown, ", ")+more)
	}
	advice = append(advice, fmt.Sprintf("set '%s.topic', create the topic, or let the job wait for it: '%s.topic.wait.timeout' = '1m'", p.c.Name, p.c.Name))
	return tell(kerr.UnknownTopicOrPartition, fmt.Sprintf("topic '%s' does not exist on %s", p.c.Topic, strings.Join(p.c.Brokers, ", ")), advice...)
}

// names lists the topics that are not Kafka's own.
func (p *probe) names(ctx context.Context) (names []string) {
	req := kmsg.NewPtrMetadataRequest()
	req.Topics = nil // all
	resp, err := req.RequestWith(ctx, p.cl)
	if err != nil {
		return nil
	}
	for _, t := range resp.Topics {
		if t.Topic != nil && !t.IsInternal && !strings.HasPrefix(*t.Topic, "__") {
			names = append(names, *t.Topic)
		}
	}
	sort.Strings(names)
	return names
}

// create makes the topic.
func (p *probe) create(ctx context.Context, partitions int32, replication int16) error {
	ctx, cancel := context.WithTimeout(ctx, p.c.Connect)
	defer cancel()
	t := kmsg.NewCreateTopicsRequestTopic()
	t.Topic, t.NumPartitions, t.ReplicationFactor = p.c.Topic, partitions, replication
	req := kmsg.NewPtrCreateTopicsRequest()
	req.TimeoutMillis = int32(p.c.Connect / time.Millisecond)
	req.Topics = append(req.Topics, t)
	resp, err := req.RequestWith(ctx, p.cl)
	if err != nil {
		return p.c.explain("creating topic '"+p.c.Topic+"'", err)
	}
	for _, rt := range resp.Topics {
		err := kerr.ErrorForCode(rt.ErrorCode)
		if err == nil || errors.Is(err, kerr.TopicAlreadyExists) {
			continue
		}
		if rt.ErrorMessage != nil && *rt.ErrorMessage != "" {
			err = fmt.Errorf("%w (%s)", err, *rt.ErrorMessage)
		}
		return p.c.explain("creating topic '"+p.c.Topic+"'", err)
	}
	return nil
}

// group checks that the group's coordinator can be found and lets us in. A fresh cluster has no coordinator until its offsets
// topic is made, which this request starts.
func (p *probe) group(ctx context.Context, group string) error {
	ctx, cancel := context.WithTimeout(ctx, p.c.Connect)
	defer cancel()
	what := "consumer group '" + group + "'"
	for {
		kind, err := p.describeGroup(ctx, group)
		if err != nil && passing(err) && p.c.pause(ctx, 100*time.Millisecond) == nil {
			continue
		}
		if err != nil {
			return p.c.explain("looking for "+what, err)
		}
		if kind != "" && kind != "consumer" {
			return tell(kerr.InconsistentGroupProtocol, fmt.Sprintf("%s belongs to something else (its members speak '%s')", what, kind),
				fmt.Sprintf("give this job a group of its own with '%s.group.id'", p.c.Name))
		}
		return nil
	}
}

// describeGroup returns the group's protocol type; empty if the group is new.
func (p *probe) describeGroup(ctx context.Context, group string) (kind string, err error) {
	req := kmsg.NewPtrDescribeGroupsRequest()
	req.Groups = []string{group}
	resp, err := req.RequestWith(ctx, p.cl)
	if err != nil {
		return "", err
	}
	for _, g := range resp.Groups {
		if err := kerr.ErrorForCode(g.ErrorCode); err != nil && !errors.Is(err, kerr.GroupIDNotFound) {
			return "", err
		}
		kind = g.ProtocolType
	}
	return kind, nil
}

// similar returns the up to three names closest to want, near enough to be slips of the pen.
func similar(want string, names []string) []string {
	type near struct {
		name string
		d    int
	}
	var all []near
	for _, n := range names {
		d := distance(strings.ToLower(want), strings.ToLower(n))
		if d <= max(1, len(want)/3) {
			all = append(all, near{n, d})
		}
	}
	sort.SliceStable(all, func(i, j int) bool { return all[i].d < all[j].d })
	var out []string
	for _, n := range all[:min(3, len(all))] {
		out = append(out, "'"+n.name+"'")
	}
	return out
}

// distance counts the insertions, deletions and replacements that turn a into b (Levenshtein), byte by byte.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diag := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			diag, row[j+1] = row[j+1], min(row[j+1]+1, row[j]+1, diag+cost)
		}
	}
	return row[len(b)]
}
