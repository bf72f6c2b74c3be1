package kafka

import (
	"context"
	"errors"
	"testing"

	"github.com/twmb/franz-go/pkg/kgo"
)

// The client joins its group and asks where to start before its constructor has returned. The answer needs the client, and waits for it.
func TestAdjustWaitsForTheClient(t *testing.T) {
	o := SourceOptions{NeedClosed: true}
	o.Topic = "in"
	s := NewSource(o)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := s.adjust(ctx, map[string]map[int32]kgo.Offset{"in": {0: kgo.NewOffset().AtEnd()}})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}
