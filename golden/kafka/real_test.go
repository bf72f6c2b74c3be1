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
	t.Run("exactly once", r.exactlyOnce)
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

// exactlyOnce kills jobs again and again while rows come, one without state and one with groups in a state directory. kcat, as a reader of committed records,
// finds every result once; as a reader of all records it finds that some were written again.
func (r *real) exactlyOnce(t *testing.T) {
	const rows, kills = 20000, 6
	in, out, totals := "spent"+r.suffix, "debits"+r.suffix, "totals"+r.suffix
	r.create(t, in)
	session := []string{"--config", "payments.topic=" + in, "--config", "payments.session.timeout.ms=6s", "--config", "payments.heartbeat.interval.ms=500ms"}
	filter := append([]string{"--config", "payments.group.id=f-" + in, "--config", "payments.group.instance.id=f", "--config", "debits.topic=" + out,
		"--config", "debits.transactional.id=f-" + in, "--config", "credits.topic=" + out, "--config", "credits.transactional.id=f-" + in,
		"--config", "payments.dead.letter.queue.topic=" + out + "-failed"}, session...)
	groups := append([]string{"--config", "payments.group.id=g-" + in, "--config", "payments.group.instance.id=g", "--config", "customer_totals.topic=" + totals,
		"--config", "customer_totals.delivery.guarantee=exactly_once", "--config", "customer_totals.transactional.id=g-" + in, "--state-dir", t.TempDir(),
		"--config", "state.checkpoint.interval=30ms"}, session...)
	r.killed(t, r.build(t, "exactly_once"), filter, in, out, rows, kills, func(i int) string { return fmt.Sprintf(`x={"account":"a%06d","amount":-1}`, i) })
	r.once(t, out, rows, "%k")
	r.killed(t, r.build(t, "customer_totals"), groups, in, totals, rows, kills, func(i int) string { return fmt.Sprintf(`x={"customer":"c%d","amount":1}`, i%10) })
	r.once(t, totals, 2*rows, "%s") // customer, number of orders and total are different in each
}

// killed lets a job read rows that are written meanwhile, and kills it some times.
func (r *real) killed(t *testing.T, bin string, args []string, in, out string, rows, kills int, row func(i int) string) {
	t.Helper()
	part := rows / (kills + 1)
	for k := range kills + 1 {
		p := start(t, bin, []string{"KAFKA=" + r.brokers}, args...)
		before := r.ends(t, out)
		for half := range 2 {
			lines := make([]string, 0, part)
			for i := k*part + half*part/2; i < k*part+(half+1)*part/2; i++ {
				lines = append(lines, row(i))
			}
			r.write(t, in, append([]string{""}, lines...)...)
		}
		if k == kills {
			for rest := (kills + 1) * part; rest < rows; rest++ {
				r.write(t, in, "", row(rest))
			}
			t.Cleanup(func() { _ = p.Process.Kill(); _ = p.Wait() })
			return
		}
		for late := time.Now().Add(time.Minute); r.ends(t, out) == before; { // it has begun to write
			if time.Now().After(late) {
				t.Fatalf("the job writes nothing\n%s", p.stderr.String())
			}
		}
		_ = p.Process.Kill()
		_ = p.Wait()
	}
}

// once waits for n committed records of a topic and fails unless they are different.
func (r *real) once(t *testing.T, topic string, n int, format string) {
	t.Helper()
	got := r.read(t, topic, n, format, "-X", "isolation.level=read_committed")
	if different := len(slices.Compact(slices.Clone(got))); len(got) != n || different != n {
		t.Errorf("topic %s: %d committed records, %d different ones, want %d", topic, len(got), different, n)
	}
	all := r.read(t, topic, n, format, "-X", "isolation.level=read_uncommitted")
	t.Logf("topic %s: %d committed records, %d in all", topic, len(got), len(all))
	if len(all) == n {
		t.Errorf("topic %s: nothing was written that did not count", topic)
	}
}

// ends is the sum of the ends of a topic's partitions.
func (r *real) ends(t *testing.T, topic string) (n int64) {
	t.Helper()
	client, err := kgo.NewClient(kgo.SeedBrokers(r.brokers))
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	ends, err := kadm.NewClient(client).ListEndOffsets(ctx, topic)
	if err != nil {
		t.Fatal(err)
	}
	ends.Each(func(o kadm.ListedOffset) { n += o.Offset })
	return n
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
func (r *real) read(t *testing.T, topic string, n int, format string, options ...string) []string {
	t.Helper()
	late := time.Now().Add(time.Minute)
	for {
		out := kcat(t, "", append([]string{"-b", r.brokers, "-C", "-t", topic, "-e", "-q", "-f", format + "\n", "-X", "allow.auto.create.topics=false"}, options...)...)
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
