// Command embedded runs a veloc job inside a program of one's own: the job is a package like any other, the program decides when it
// runs, where its files are, what its properties are, and what happens afterwards.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/velostream/veloc/runtime/engine"

	"example.com/embedded/trades"
)

//go:generate go tool veloc generate ./trades.sql -pkg trades -o trades

func main() {
	dir := flag.String("dir", ".", "folder with data/; out/ is made in it")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, *dir); err != nil {
		fmt.Fprintln(os.Stderr, "embedded:", err)
		os.Exit(1)
	}
}

// run computes the averages of the trades below dir and prints them.
func run(ctx context.Context, dir string) error {
	if err := os.MkdirAll(filepath.Join(dir, "out"), 0o755); err != nil {
		return err
	}
	summary, err := engine.Run(ctx, trades.New(), engine.Options{
		BaseDir: dir,
		Config:  map[string]string{"vwap.path": "out/today.jsonl"}, // a property that the SQL sets, set anew
		Stderr:  os.Stderr,
		Quiet:   true, // rejected rows are reported, progress is not
	})
	if err != nil {
		return err
	}
	result, err := os.ReadFile(filepath.Join(dir, "out", "today.jsonl"))
	if err != nil {
		return err
	}
	fmt.Printf("%d trades, %d rejected\n%s", summary.In, summary.Rejected, result)
	return nil
}
