// Package devserver runs a small Kafka broker inside the process, for trying things out and for tests: `veloc dev kafka`.
//
// In: an address and topics. Out: a broker that Kafka clients can use; what it stores is gone when it stops. Forbidden here: being
// linked into a job; nothing that jobs import may import this package.
package devserver

import (
	"context"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"

	"github.com/twmb/franz-go/pkg/kfake"
)

// Server is a running broker.
type Server struct {
	cluster *kfake.Cluster
	topics  []topic
}

type topic struct {
	name       string
	partitions int32
}

// defaultPartitions is how many partitions a topic has that does not say so.
const defaultPartitions = 2

// Start runs a broker on addr ("host:port"; port 0 chooses a free one) with topics, each "name" or "name:partitions". Other
// topics can be created by clients.
func Start(addr string, topics ...string) (*Server, error) {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, fmt.Errorf("address '%s': expected host:port, such as localhost:9092: %w", addr, err)
	}
	number, err := strconv.Atoi(port)
	if err != nil || number < 0 || number > 65535 {
		return nil, fmt.Errorf("address '%s': the port must be a number from 0 to 65535", addr)
	}
	s := &Server{}
	opts := []kfake.Opt{
		kfake.ClusterID("veloc-dev"), kfake.DefaultNumPartitions(defaultPartitions), kfake.AllowAutoTopicCreation(),
		kfake.ListenFn(func(network, at string) (net.Listener, error) {
			_, p, err := net.SplitHostPort(at)
			if err != nil {
				return nil, err
			}
			return net.Listen(network, net.JoinHostPort(host, p))
		}),
		kfake.Ports(number),
	}
	for _, spec := range topics {
		t, err := parseTopic(spec)
		if err != nil {
			return nil, err
		}
		s.topics = append(s.topics, t)
		opts = append(opts, kfake.SeedTopics(t.partitions, t.name))
	}
	if s.cluster, err = kfake.NewCluster(opts...); err != nil {
		return nil, fmt.Errorf("cannot listen on %s: %w", addr, err)
	}
	return s, nil
}

func parseTopic(spec string) (topic, error) {
	name, count, counted := strings.Cut(spec, ":")
	t := topic{name, defaultPartitions}
	if counted {
		n, err := strconv.ParseInt(count, 10, 32)
		if err != nil || n < 1 {
			return t, fmt.Errorf("topic '%s': expected name or name:partitions, such as trades:4", spec)
		}
		t.partitions = int32(n)
	}
	if name == "" {
		return t, fmt.Errorf("topic '%s' has no name", spec)
	}
	return t, nil
}

// Addr is where clients connect to.
func (s *Server) Addr() string { return s.cluster.ListenAddrs()[0] }

// Close stops the broker.
func (s *Server) Close() { s.cluster.Close() }

// Serve runs a broker as Start does, says on out how to use it, and stops when ctx is done.
func Serve(ctx context.Context, out io.Writer, addr string, topics ...string) error {
	s, err := Start(addr, topics...)
	if err != nil {
		return err
	}
	defer s.Close()
	s.help(out)
	<-ctx.Done()
	return nil
}

func (s *Server) help(out io.Writer) {
	at := s.Addr()
	fmt.Fprintf(out, "A Kafka broker for development listens on %s. It keeps everything in memory.\n", at)
	for _, t := range s.topics {
		fmt.Fprintf(out, "  topic %s, %d partitions\n", t.name, t.partitions)
	}
	example := "trades"
	if len(s.topics) > 0 {
		example = s.topics[0].name
	}
	fmt.Fprintf(out, "Use it:     'bootstrap.servers' = '%s' in WITH, or --config <source>.bootstrap.servers=%s\n", at, at)
	fmt.Fprintf(out, "Write rows: kcat -b %s -P -t %s\n", at, example)
	fmt.Fprintf(out, "Read rows:  kcat -b %s -C -t %s -e\n", at, example)
	fmt.Fprintln(out, "Stop it with Ctrl-C.")
}
