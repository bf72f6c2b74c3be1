package kafka

import (
	"context"
	"strconv"
	"strings"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// A committed offset carries a note: up to which event time the windows of the partition's rows are closed. It lies in the metadata that
// Kafka keeps with every committed offset, so that both are stored together or not at all.

const closedPrefix = "veloc closed="

// withClosed makes a commit carry the notes.
func (s *Source) withClosed(ctx context.Context, closed map[int32]int64) context.Context {
	if len(closed) == 0 {
		return ctx
	}
	return kgo.PreCommitFnContext(ctx, func(req *kmsg.OffsetCommitRequest) error {
		for _, t := range req.Topics {
			for i := range t.Partitions {
				if at, ok := closed[t.Partitions[i].Partition]; ok {
					t.Partitions[i].Metadata = kmsg.StringPtr(closedPrefix + strconv.FormatInt(at, 10))
				}
			}
		}
		return nil
	})
}

// withNotes are offsets with their notes, as a transaction takes them.
func withNotes(offsets map[int32]kgo.EpochOffset, closed map[int32]int64) (out []kmsg.TxnOffsetCommitRequestTopicPartition) {
	for id, o := range offsets {
		p := kmsg.NewTxnOffsetCommitRequestTopicPartition()
		p.Partition, p.Offset, p.LeaderEpoch = id, o.Offset, o.Epoch
		if at, ok := closed[id]; ok {
			p.Metadata = kmsg.StringPtr(closedPrefix + strconv.FormatInt(at, 10))
		}
		out = append(out, p)
	}
	return out
}

// closedBefore asks for the notes of partitions. One that was never committed has none; it takes the latest of the others, for in the run
// before they had their part in how far time was.
func (s *Source) closedBefore(ctx context.Context, offsets map[int32]kgo.Offset) (map[int32]int64, error) {
	if !s.o.NeedClosed || len(offsets) == 0 {
		return nil, nil
	}
	req := kmsg.NewPtrOffsetFetchRequest()
	req.Group = s.o.Group
	t := kmsg.NewOffsetFetchRequestTopic()
	t.Topic = s.o.Topic
	for id := range offsets {
		t.Partitions = append(t.Partitions, id)
	}
	req.Topics = append(req.Topics, t)
	resp, err := req.RequestWith(ctx, s.cl)
	if err != nil {
		return nil, err
	}
	if err := kerr.ErrorForCode(resp.ErrorCode); err != nil {
		return nil, err
	}
	out := map[int32]int64{}
	latest := int64(0)
	for _, t := range resp.Topics {
		for _, p := range t.Partitions {
			if at, ok := readClosed(p.Metadata); ok {
				out[p.Partition] = at
				if latest == 0 || at > latest {
					latest = at
				}
			}
		}
	}
	for id := range offsets {
		if _, ok := out[id]; !ok && latest != 0 {
			out[id] = latest
		}
	}
	return out, nil
}

// readClosed reads a note; other programs may have left something else.
func readClosed(metadata *string) (int64, bool) {
	if metadata == nil {
		return 0, false
	}
	text, ok := strings.CutPrefix(*metadata, closedPrefix)
	at, err := strconv.ParseInt(text, 10, 64)
	return at, ok && err == nil
}
