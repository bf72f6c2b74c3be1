package kafka

import (
	"context"
	"fmt"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	rt "github.com/velostream/veloc/runtime"
)

// Peek reads the values of the newest records of a topic, at most so many, for tools that want to see what is in it. It belongs to no group
// and commits nothing. Properties are those of a source, under its name.
func Peek(ctx context.Context, env *rt.Env, name string, most int) ([][]byte, error) {
	r := reader{env: env, name: name, props: SourceProperties}
	c := r.connection()
	if err := r.err(); err != nil {
		return nil, err
	}
	c.fill("source")
	p, err := c.newProbe()
	if err != nil {
		return nil, err
	}
	defer p.cl.Close()
	if err := p.topic(ctx); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, c.Connect)
	defer cancel()
	starts, err := p.offsets(ctx, -2)
	if err != nil {
		return nil, err
	}
	ends, err := p.offsets(ctx, -1)
	if err != nil {
		return nil, err
	}
	from := map[int32]kgo.Offset{}
	for part, end := range ends {
		if start := max(starts[part], end-int64(most)); start < end {
			from[part] = kgo.NewOffset().At(start)
		} else {
			delete(ends, part)
		}
	}
	if len(ends) == 0 {
		return nil, nil
	}
	return c.peek(ctx, from, ends, most)
}

// offsets asks for the first (-2) or the next (-1) offset of each partition.
func (p *probe) offsets(ctx context.Context, which int64) (map[int32]int64, error) {
	meta := kmsg.NewMetadataRequestTopic()
	meta.Topic = kmsg.StringPtr(p.c.Topic)
	resp, err := p.metadata(ctx, meta)
	if err != nil {
		return nil, err
	}
	req := kmsg.NewPtrListOffsetsRequest()
	topic := kmsg.NewListOffsetsRequestTopic()
	topic.Topic = p.c.Topic
	for _, part := range resp.Topics[0].Partitions {
		q := kmsg.NewListOffsetsRequestTopicPartition()
		q.Partition, q.Timestamp = part.Partition, which
		topic.Partitions = append(topic.Partitions, q)
	}
	req.Topics = append(req.Topics, topic)
	found := map[int32]int64{}
	for _, shard := range p.cl.RequestSharded(ctx, req) {
		if shard.Err != nil {
			return nil, p.c.explain("asking for the offsets of topic '"+p.c.Topic+"'", shard.Err)
		}
		for _, t := range shard.Resp.(*kmsg.ListOffsetsResponse).Topics {
			for _, part := range t.Partitions {
				if err := kerr.ErrorForCode(part.ErrorCode); err != nil {
					return nil, p.c.explain(fmt.Sprintf("asking for the offsets of partition %d of topic '%s'", part.Partition, p.c.Topic), err)
				}
				found[part.Partition] = part.Offset
			}
		}
	}
	return found, nil
}

// peek consumes until every partition has reached its end, or there are enough records.
func (c *Connection) peek(ctx context.Context, from map[int32]kgo.Offset, ends map[int32]int64, most int) ([][]byte, error) {
	opts, err := c.options(&brokerWatch{clock: c.Clock})
	if err != nil {
		return nil, err
	}
	cl, err := kgo.NewClient(append(opts, kgo.ConsumePartitions(map[string]map[int32]kgo.Offset{c.Topic: from}),
		kgo.KeepControlRecords(), kgo.FetchMaxWait(200*time.Millisecond))...)
	if err != nil {
		return nil, err
	}
	defer cl.Close()
	var values [][]byte
	for len(ends) > 0 && len(values) < most {
		fetches := cl.PollFetches(ctx)
		for _, e := range fetches.Errors() {
			return nil, c.explain("reading topic '"+c.Topic+"'", e.Err)
		}
		fetches.EachRecord(func(r *kgo.Record) {
			if !r.Attrs.IsControl() && len(r.Value) > 0 && len(values) < most {
				values = append(values, r.Value)
			}
			if r.Offset+1 >= ends[r.Partition] {
				delete(ends, r.Partition)
			}
		})
	}
	return values, nil
}
