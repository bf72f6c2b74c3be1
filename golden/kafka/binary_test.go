package kafka

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/sasl/plain"

	"github.com/velostream/veloc"
)

const securedSQL = `-- SQL Application: secured
CREATE STREAM orders (symbol STRING, quantity INTEGER)
WITH ('connector' = 'kafka', 'bootstrap.servers' = '${KAFKA:localhost:1}', 'connect.timeout' = '2s',
      'security.protocol' = '${KAFKA_SECURITY:PLAINTEXT}', 'sasl.mechanism' = 'SCRAM-SHA-256',
      'sasl.username' = '${KAFKA_USER}', 'sasl.password' = '${KAFKA_PASSWORD}');
CREATE STREAM large AS
SELECT symbol PRIMARY KEY, quantity FROM orders WHERE quantity > 10
WITH ('large.type' = 'kafka_sink', 'large.bootstrap.servers' = '${KAFKA:localhost:1}', 'large.connect.timeout' = '2s',
      'large.security.protocol' = '${KAFKA_SECURITY:PLAINTEXT}', 'large.sasl.mechanism' = 'SCRAM-SHA-256',
      'large.sasl.username' = '${KAFKA_USER}', 'large.sasl.password' = '${KAFKA_PASSWORD}');
`

const password = "pepper-4711-salt"

// TestBinary runs a built program as its user does: what it says when something is wrong, and how it stops.
func TestBinary(t *testing.T) {
	bin := build(t)
	t.Run("no broker", func(t *testing.T) {
		p := start(t, bin, nil)
		p.failed(t, `
secured: error: source orders: cannot reach any broker of bootstrap.servers = localhost:1
  localhost:1: connection refused
  is Kafka running there, and is 'orders.bootstrap.servers' right? `+"`veloc dev kafka`"+` starts a broker to try things out
sink large: cannot reach any broker of bootstrap.servers = localhost:1
  localhost:1: connection refused
  is Kafka running there, and is 'large.bootstrap.servers' right? `+"`veloc dev kafka`"+` starts a broker to try things out`)
	})
	t.Run("no topic", func(t *testing.T) {
		b := cluster(t, kfake.SeedTopics(1, "order"))
		p := start(t, bin, []string{"KAFKA=" + b})
		p.failed(t, `
secured: error: source orders: topic 'orders' does not exist on `+b+`
  did you mean 'order'?
  set 'orders.topic', create the topic, or let the job wait for it: 'orders.topic.wait.timeout' = '1m'`)
	})
	t.Run("wrong password", func(t *testing.T) {
		b := cluster(t, kfake.SeedTopics(1, "orders"), kfake.EnableSASL(), kfake.Superuser("SCRAM-SHA-256", "ann", "another"))
		p := start(t, bin, []string{"KAFKA=" + b, "KAFKA_SECURITY=SASL_PLAINTEXT", "KAFKA_USER=ann", "KAFKA_PASSWORD=" + password})
		p.failed(t, `
secured: error: source orders: bootstrap.servers = `+b+`: the broker closed the connection while logging in user 'ann' with SCRAM-SHA-256
  most likely user or password is wrong`)
	})
	t.Run("runs and stops", func(t *testing.T) { runsAndStops(t, bin) })
}

// build makes the program, with the secret in the environment, and checks that it did not get in.
func build(t *testing.T) string {
	t.Helper()
	t.Setenv("KAFKA_PASSWORD", password)
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	job, err := veloc.Compile("secured.sql", securedSQL, veloc.Options{Lock: "-", Dir: t.TempDir()})
	if err != nil || job.Diagnostics.HasErrors() {
		t.Fatal(err, job.Diagnostics)
	}
	bin, err := veloc.Build(context.Background(), job, veloc.BuildOptions{Output: filepath.Join(t.TempDir(), "secured"), Runtime: root})
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(bin)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(data, []byte(password)) {
		t.Error("the binary holds the password")
	}
	if !bytes.Contains(data, []byte("${KAFKA_PASSWORD}")) {
		t.Error("the binary does not hold the reference to it")
	}
	return bin
}

func cluster(t *testing.T, opts ...kfake.Opt) (address string) {
	t.Helper()
	c, err := kfake.NewCluster(append(opts, kfake.NumBrokers(1))...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c.ListenAddrs()[0]
}

// process is a program under test.
type process struct {
	*exec.Cmd
	stderr bytes.Buffer
}

func start(t *testing.T, bin string, env []string, args ...string) *process {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	t.Cleanup(cancel)
	p := &process{Cmd: exec.CommandContext(ctx, bin, args...)}
	p.Dir, p.Stderr = t.TempDir(), &p.stderr
	p.Env = append([]string{"PATH=" + os.Getenv("PATH")}, env...)
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	return p
}

// failed expects exit code 3 and a message, which other lines may follow, and no secret.
func (p *process) failed(t *testing.T, want string) {
	t.Helper()
	_ = p.Wait()
	got := p.stderr.String()
	if code := p.ProcessState.ExitCode(); code != 3 {
		t.Errorf("exit code %d", code)
	}
	if i := strings.Index(got, "secured: error:"); i < 0 || !strings.HasPrefix(got[i:], strings.TrimPrefix(want, "\n")) {
		t.Errorf("got:\n%s\nwant:%s", got, want)
	}
	if strings.Count(got, "error:") != 1 {
		t.Errorf("not one message:\n%s", got)
	}
	if strings.Contains(got, password) {
		t.Errorf("it tells the password:\n%s", got)
	}
}

// runsAndStops logs in, filters, serves metrics, and ends with SIGTERM, after which what it read is committed.
func runsAndStops(t *testing.T, bin string) {
	b := cluster(t, kfake.SeedTopics(1, "orders", "large"), kfake.EnableSASL(), kfake.Superuser("SCRAM-SHA-256", "ann", password),
		kfake.Superuser("PLAIN", "test", "test"))
	cl := client(t, b, "large")
	send(t, cl, `{"symbol":"A","quantity":11}`, `{"symbol":"B","quantity":10}`)
	metrics := freeAddress(t)
	env := []string{"KAFKA_SECURITY=SASL_PLAINTEXT", "KAFKA_USER=ann", "KAFKA_PASSWORD=" + password}
	args := []string{"--config", "orders.bootstrap.servers=" + b, "--config", "large.bootstrap.servers=" + b, "--metrics-addr", metrics}
	p := start(t, bin, env, args...)
	await(t, cl, "A")
	if got := scrape(t, "http://"+metrics+"/metrics"); !strings.Contains(got, `velo_records_out_total{job_name="secured"} 1`) {
		t.Errorf("metrics:\n%s", got)
	}
	p.terminated(t, "2 rows in, 1 out, 1 filtered")

	send(t, cl, `{"symbol":"C","quantity":12}`)
	p = start(t, bin, env, args...)
	await(t, cl, "C")
	p.terminated(t, "1 rows in, 1 out")
}

func (p *process) terminated(t *testing.T, summary string) {
	t.Helper()
	if err := p.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	err := p.Wait()
	if got := p.stderr.String(); err != nil || !strings.Contains(got, summary) || strings.Contains(got, password) {
		t.Errorf("%v, without %q:\n%s", err, summary, got)
	}
}

func client(t *testing.T, broker, topic string) *kgo.Client {
	t.Helper()
	cl, err := kgo.NewClient(kgo.SeedBrokers(broker), kgo.ConsumeTopics(topic), kgo.DefaultProduceTopic("orders"), kgo.SASL(plain.Auth{User: "test", Pass: "test"}.AsMechanism()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(cl.Close)
	return cl
}

func send(t *testing.T, cl *kgo.Client, values ...string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	for _, v := range values {
		if err := cl.ProduceSync(ctx, kgo.StringRecord(v)).FirstErr(); err != nil {
			t.Fatal(err)
		}
	}
}

// await reads until a record with the key comes.
func await(t *testing.T, cl *kgo.Client, key string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	for {
		fs := cl.PollFetches(ctx)
		if ctx.Err() != nil {
			t.Fatalf("no record %s", key)
		}
		for _, r := range fs.Records() {
			if string(r.Key) == key {
				return
			}
			t.Errorf("record %s comes before %s", r.Key, key)
		}
	}
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// scrape reads the metrics once the rows that were written are counted: counters follow their chunk.
func scrape(t *testing.T, url string) string {
	t.Helper()
	counted := regexp.MustCompile(`velo_records_in_total\{[^}]*\} 2`)
	text := ""
	for late := time.Now().Add(30 * time.Second); time.Now().Before(late); {
		resp, err := http.Get(url)
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		if text = string(data); counted.MatchString(text) {
			return text
		}
	}
	t.Fatalf("rows are not counted:\n%s", text)
	return ""
}
