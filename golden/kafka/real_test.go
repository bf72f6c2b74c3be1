//go:build realkafka

package kafka

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/velostream/veloc"
)

// TestRealKafka builds golden jobs and runs them against Apache Kafka (make test-kafka), with kcat as the program that writes before them
// and reads after them. It stops the window job in the middle of a window and starts it again.
func TestRealKafka(t *testing.T) {
	r := &real{t: t, brokers: os.Getenv("VELOC_KAFKA_BROKERS"), suffix: "-" + strings.ToLower(rand.Text()[:8])}
	if r.brokers == "" {
		t.Fatal("VELOC_KAFKA_BROKERS is not set; run `make test-kafka`")
	}
	t.Run("filter", r.filter)
	t.Run("windows", r.windows)
}

// real is Apache Kafka with topics of this run's own.
type real struct {
	t       *testing.T
	brokers string
	suffix  string
}

func (r *real) filter(t *testing.T) {
	bin := r.build(t, "orders_filter")
	in, out := "orders"+r.suffix, "large"+r.suffix
	// The topic is made by the first record, or found missing and waited for.
	p := start(t, bin, []string{"KAFKA=" + r.brokers}, "--config", "orders.topic="+in, "--config", "large_orders.topic="+out,
		"--config", "orders.group.id="+in, "--config", "orders.topic.wait.timeout=30s", "--config", "orders.topic.retry.interval=200ms")
	r.create(t, in)
	r.write(t, in, "-H", "trace=t1", "", `o-1={"venue":"X","symbol":"A","price":1.25,"quantity":200}`, `o-2={"quantity":99}`, `o-3={"venue":"Y","quantity":100}`)
	got := r.read(t, out, 2, "%k %h %s")
	p.terminated(t, "3 rows in, 2 out, 1 filtered")
	for i, row := range got {
		got[i] = row[:strings.Index(row, `,"order_key"`)]
		if !strings.Contains(row, `"topic":"`+in+`"`) {
			t.Errorf("%s", row)
		}
		head, tail, _ := strings.Cut(got[i], ",_EVENT_TIME=")
		_, value, _ := strings.Cut(tail, " ")
		got[i] = head + " " + value
	}
	equal(t, got, `X|A trace=t1 {"venue":"X","symbol":"A","amount":250.0000`, `Y| trace=t1 {"venue":"Y","symbol":null,"amount":null`)
}

func (r *real) windows(t *testing.T) {
	bin := r.build(t, "minute_bars")
	in, out := "trades"+r.suffix, "bars"+r.suffix
	r.create(t, in)
	const minute = 1_760_000_000_000 - 20_000
	trade := func(s int) string {
		return fmt.Sprintf(`x={"symbol":"A","price":%d,"quantity":1,"at":%d}`, s, minute+1000*s)
	}
	args := []string{"--config", "trades.topic=" + in, "--config", "bars.topic=" + out, "--config", "trades.group.id=" + in}
	r.write(t, in, "-p", "0", "", trade(0), trade(20), trade(75), trade(80))
	r.write(t, in, "-p", "1", "", trade(10), trade(300))
	p := start(t, bin, []string{"KAFKA=" + r.brokers}, args...)
	equal(t, r.read(t, out, 1, "%k %s"), `A {"symbol":"A","minute":"2025-10-09T08:53:00.000Z","trades":3,"volume":3,"high":20.0000}`)
	p.terminated(t, "6 rows in, 1 out")

	r.write(t, in, "-p", "0", "", trade(119), trade(200))
	r.write(t, in, "-p", "1", "", trade(301))
	p = start(t, bin, []string{"KAFKA=" + r.brokers}, args...)
	equal(t, r.read(t, out, 2, "%k %s"), `A {"symbol":"A","minute":"2025-10-09T08:53:00.000Z","trades":3,"volume":3,"high":20.0000}`,
		`A {"symbol":"A","minute":"2025-10-09T08:54:00.000Z","trades":3,"volume":3,"high":119.0000}`)
	p.terminated(t, "1 out")
}

func (r *real) build(t *testing.T, name string) string {
	t.Helper()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	bin, err := veloc.Build(context.Background(), compile(t, filepath.Join(name, "job.sql")), veloc.BuildOptions{
		Output: filepath.Join(t.TempDir(), name), Runtime: root})
	if err != nil {
		t.Fatal(err)
	}
	return bin
}

// create makes a topic of two partitions: the broker does not make topics by itself.
func (r *real) create(t *testing.T, topic string) {
	t.Helper()
	client, err := kgo.NewClient(kgo.SeedBrokers(r.brokers))
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	if _, err := kadm.NewClient(client).CreateTopic(ctx, 2, 1, nil, topic); err != nil {
		t.Fatal(err)
	}
}

// write lets kcat produce lines, each key=value; an empty argument ends its options.
func (r *real) write(t *testing.T, topic string, optionsThenLines ...string) {
	t.Helper()
	end := slices.Index(optionsThenLines, "")
	args := append([]string{"-b", r.brokers, "-P", "-t", topic, "-K", "="}, optionsThenLines[:end]...)
	kcat(t, strings.Join(optionsThenLines[end+1:], "\n")+"\n", args...)
}

// read lets kcat wait for n records; they come back sorted.
func (r *real) read(t *testing.T, topic string, n int, format string) []string {
	t.Helper()
	late := time.Now().Add(time.Minute)
	for {
		out := kcat(t, "", "-b", r.brokers, "-C", "-t", topic, "-e", "-q", "-f", format+"\n", "-X", "allow.auto.create.topics=false")
		lines := strings.Split(strings.TrimSuffix(out, "\n"), "\n")
		if out != "" && len(lines) >= n {
			slices.Sort(lines)
			return lines
		}
		if time.Now().After(late) {
			t.Fatalf("topic %s has %q, not %d records", topic, lines, n)
		}
	}
}

func kcat(t *testing.T, input string, args ...string) string {
	t.Helper()
	cmd := exec.Command("kcat", args...)
	cmd.Stdin = strings.NewReader(input)
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil && !strings.Contains(errs.String(), "Unknown topic") {
		t.Fatalf("kcat %s: %v\n%s", strings.Join(args, " "), err, errs.String())
	}
	return string(out)
}

func equal(t *testing.T, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("got:\n  %s\nwant:\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
}
