package kafka

import (
	"errors"
	"fmt"
	"net"
	"sort"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"

	rt "github.com/velostream/veloc/runtime"
)

// brokerWatch notes how connecting to each broker went, so that the client's silent retries are told: one line when a broker is
// lost, one now and then while it stays away, one when it is back.
type brokerWatch struct {
	clock rt.Clock
	log   func(string) // nil: only note
	mu    sync.Mutex
	seen  map[string]*brokerState
}

type brokerState struct {
	err    error
	since  int64 // when it was lost, ns
	logged int64 // when that was last told, ns
}

// repeatEvery is how often a line about a broker that stays away is repeated.
const repeatEvery = int64(30 * time.Second)

// OnBrokerConnect is called by the client after each attempt to connect.
func (w *brokerWatch) OnBrokerConnect(meta kgo.BrokerMetadata, _ time.Duration, _ net.Conn, err error) {
	addr := net.JoinHostPort(meta.Host, strconv.Itoa(int(meta.Port)))
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.seen == nil {
		w.seen = map[string]*brokerState{}
	}
	s := w.seen[addr]
	if s == nil {
		s = &brokerState{}
		w.seen[addr] = s
	}
	now := w.clock.Now()
	was := s.err
	s.err = err
	switch {
	case w.log == nil:
	case err == nil && was != nil:
		w.log(fmt.Sprintf("broker %s answers again after %s", addr, time.Duration(now-s.since).Round(time.Millisecond)))
		s.logged = 0
	case err != nil && was == nil:
		s.since, s.logged = now, now
		w.log(fmt.Sprintf("broker %s cannot be reached (%s); trying again until it answers", addr, short(err)))
	case err != nil && now-s.logged >= repeatEvery:
		s.logged = now
		w.log(fmt.Sprintf("broker %s has been away for %s (%s); still trying", addr, time.Duration(now-s.since).Round(time.Second), short(err)))
	}
}

// failures lists the addresses that failed last, with the reason, in order.
func (w *brokerWatch) failures() (lines []string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for addr, s := range w.seen {
		if s.err != nil {
			lines = append(lines, addr+": "+short(s.err))
		}
	}
	sort.Strings(lines)
	return lines
}

// short is the heart of a network error, without "dial tcp …: connect:".
func short(err error) string {
	var ne net.Error
	if errors.As(err, &ne) && ne.Timeout() {
		return "no answer in time"
	}
	s := err.Error()
	for _, cut := range []string{"connect: ", "lookup ", "unable to dial: "} {
		if _, rest, ok := strings.Cut(s, cut); ok {
			s = rest
		}
	}
	return s
}
