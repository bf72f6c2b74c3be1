package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"github.com/velostream/veloc/runtime/kafka/devserver"
)

// devCommand is `veloc dev`.
type devCommand struct {
	Kafka devKafkaCommand `cmd:"" help:"Run a small Kafka broker in memory, for trying things out."`
}

// devKafkaCommand is `veloc dev kafka`.
type devKafkaCommand struct {
	Addr   string   `default:"localhost:9092" placeholder:"HOST:PORT" help:"Where clients connect (default: ${default}); port 0 chooses a free one."`
	Topics []string `name:"topic" placeholder:"NAME[:PARTITIONS]" help:"Create a topic; can be given many times. Clients can create others."`
}

// Run serves until SIGINT or SIGTERM.
func (c *devKafkaCommand) Run(t *terminal) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	return devserver.Serve(ctx, t.stdout, c.Addr, c.Topics...)
}
