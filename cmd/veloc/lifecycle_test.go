package main

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

const endlessSQL = `-- SQL Application: endless
-- Version: 3.1.4
CREATE STREAM ticks (symbol STRING, price DECIMAL(10,2)) WITH ('connector' = 'datagen', 'rows.per.second' = '200', 'seed' = '7');

-- @metric: prices_total
-- @metric_type: counter
-- @metric_help: "Prices seen"
CREATE STREAM prices AS SELECT symbol, price FROM ticks
WITH ('prices.type' = 'stdout_sink', 'prices.format' = 'jsonlines');
`

// boundedSQL has an input that ends, but not while a test looks on.
const boundedSQL = `CREATE STREAM ticks (symbol STRING, price DECIMAL(10,2))
WITH ('connector' = 'datagen', 'rows' = '1000000', 'rows.per.second' = '200', 'seed' = '7');
CREATE STREAM kept AS SELECT * FROM ticks WITH ('kept.type' = 'file_sink', 'kept.path' = 'kept.csv', 'kept.format' = 'csv');
`

// pipedSQL reads standard input, which ends when its writer says so.
const pipedSQL = `CREATE STREAM numbers (n INTEGER) WITH ('connector' = 'file_source', 'path' = '-', 'format' = 'csv');
CREATE STREAM doubled AS SELECT n, 2 * n AS twice FROM numbers
WITH ('doubled.type' = 'file_sink', 'doubled.path' = 'doubled.csv', 'doubled.format' = 'csv');
`

// process is a program under test, whose output is read line by line.
type process struct {
	*exec.Cmd
	stdin  io.WriteCloser
	stdout *bufio.Scanner
	errors *bufio.Scanner  // standard error
	stderr strings.Builder // what was read from errors
}

// start starts a program that is killed if it outlives the test by far.
func start(t *testing.T, dir, name string, args ...string) *process {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	t.Cleanup(cancel)
	p := &process{Cmd: exec.CommandContext(ctx, name, args...)}
	p.Dir = dir
	var err error
	if p.stdin, err = p.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	out, err := p.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	errs, err := p.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	p.stdout, p.errors = bufio.NewScanner(out), bufio.NewScanner(errs)
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	return p
}

// stop sends a signal, reads what is still written, and returns the exit code.
func (p *process) stop(t *testing.T, s os.Signal) int {
	t.Helper()
	if err := p.Process.Signal(s); err != nil {
		t.Fatal(err)
	}
	return p.end(t)
}

func (p *process) end(t *testing.T) int {
	t.Helper()
	over := make(chan struct{})
	go func() {
		defer close(over)
		for p.errors.Scan() {
			p.stderr.WriteString(p.errors.Text() + "\n")
		}
	}()
	for p.stdout.Scan() {
	}
	<-over
	err := p.Wait()
	var ended *exec.ExitError
	if err != nil && !errors.As(err, &ended) {
		t.Fatal(err)
	}
	return p.ProcessState.ExitCode()
}

// line is the next line of standard output.
func (p *process) line(t *testing.T) string {
	t.Helper()
	if !p.stdout.Scan() {
		code := p.end(t)
		t.Fatalf("the output ended, exit code %d\n%s", code, p.stderr.String())
	}
	return p.stdout.Text()
}

// said reads standard error up to a line that matches a pattern and returns its first group.
func (p *process) said(t *testing.T, pattern string) string {
	t.Helper()
	re := regexp.MustCompile(pattern)
	for p.errors.Scan() {
		p.stderr.WriteString(p.errors.Text() + "\n")
		if m := re.FindStringSubmatch(p.errors.Text()); m != nil {
			return m[1]
		}
	}
	code := p.end(t)
	t.Fatalf("nothing matched %s, exit code %d\n%s", pattern, code, p.stderr.String())
	return ""
}

// build builds SQL and returns the folder and the binary.
func build(t *testing.T, sql string) (dir, bin string) {
	t.Helper()
	dir = t.TempDir()
	file := filepath.Join(dir, "job.sql")
	if err := os.WriteFile(file, []byte(sql), 0o644); err != nil {
		t.Fatal(err)
	}
	bin = filepath.Join(dir, "job")
	if out, err := exec.Command("veloc", "build", file, "-o", bin).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return dir, bin
}

// TestEndlessJob stops a job without end: it finishes what it read and exits with 0, for both signals, whether it was built or runs
// below `veloc run`.
func TestEndlessJob(t *testing.T) {
	dir, bin := build(t, endlessSQL)
	for _, test := range []struct {
		name   string
		args   []string
		signal os.Signal
	}{
		{"built, SIGTERM", []string{bin}, syscall.SIGTERM},
		{"built, SIGINT", []string{bin}, syscall.SIGINT},
		{"veloc run, SIGTERM", []string{"veloc", "run", "job.sql"}, syscall.SIGTERM},
		{"veloc run, SIGINT", []string{"veloc", "run", "job.sql", "--workers", "1"}, syscall.SIGINT},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := start(t, dir, test.args[0], test.args[1:]...)
			for range 3 {
				if got := p.line(t); !strings.HasPrefix(got, `{"symbol":"`) {
					t.Errorf("a row reads %s", got)
				}
			}
			if code := p.stop(t, test.signal); code != 0 {
				t.Errorf("exit code %d", code)
			}
			if !regexp.MustCompile(`endless: \d+ rows in, \d+ out, 0 filtered`).MatchString(p.stderr.String()) {
				t.Errorf("there is no summary:\n%s", p.stderr.String())
			}
		})
	}
}

// TestInterruptedInput stops a job before its input has ended: what there is of the result does not take its final name, and the exit
// code is that of the signal.
func TestInterruptedInput(t *testing.T) {
	dir, bin := build(t, boundedSQL)
	for _, test := range []struct {
		signal os.Signal
		code   int
	}{{syscall.SIGINT, 130}, {syscall.SIGTERM, 143}} {
		p := start(t, dir, bin, "--metrics-addr", "127.0.0.1:0")
		p.said(t, "(metrics are served)") // from here on it acts on signals
		if code := p.stop(t, test.signal); code != test.code {
			t.Errorf("%v: exit code %d\n%s", test.signal, code, p.stderr.String())
		}
		if !strings.Contains(p.stderr.String(), "stopped before the input ended") {
			t.Errorf("%v: %s", test.signal, p.stderr.String())
		}
		if _, err := os.Stat(filepath.Join(dir, "kept.csv")); !os.IsNotExist(err) {
			t.Errorf("%v: an incomplete result has its final name: %v", test.signal, err)
		}
	}
}

// TestPipedInput ends when the writer of standard input does.
func TestPipedInput(t *testing.T) {
	dir, bin := build(t, pipedSQL)
	p := start(t, dir, bin)
	if _, err := io.WriteString(p.stdin, "n\n1\n2\n"); err != nil {
		t.Fatal(err)
	}
	p.stdin.Close()
	if code := p.end(t); code != 0 {
		t.Errorf("exit code %d\n%s", code, p.stderr.String())
	}
	if got, _ := os.ReadFile(filepath.Join(dir, "doubled.csv")); string(got) != "n,twice\n1,2\n2,4\n" {
		t.Errorf("the result is %q", got)
	}
}

// TestMetricsPort scrapes a running job.
func TestMetricsPort(t *testing.T) {
	dir, bin := build(t, endlessSQL)
	p := start(t, dir, bin, "--metrics-addr", "127.0.0.1:0")
	url := p.said(t, "metrics are served at (.*)")
	p.line(t)
	text := get(t, url)
	for _, want := range []string{
		`(?m)^# HELP prices_total Prices seen$`, `(?m)^# TYPE prices_total counter$`, `(?m)^prices_total(\{[^}]*\})? [1-9]`,
		`(?m)^[a-z_]*in_total\{.*job_name="endless".*\} [1-9]`,
	} {
		if !regexp.MustCompile(want).MatchString(text) {
			t.Errorf("no match for %s in\n%s", want, text)
		}
	}
	if got := get(t, strings.Replace(url, "/metrics", "/healthz", 1)); got != "ok\n" {
		t.Errorf("/healthz says %q", got)
	}
	if got := get(t, strings.Replace(url, "/metrics", "/readyz", 1)); got != "ready\n" {
		t.Errorf("/readyz says %q", got)
	}
	if code := p.stop(t, syscall.SIGTERM); code != 0 {
		t.Errorf("exit code %d\n%s", code, p.stderr.String())
	}
}

// waitingSQL has windows that wait for more rows.
const waitingSQL = `CREATE STREAM numbers (n INTEGER, at TIMESTAMP) WITH ('connector' = 'file_source', 'path' = '-', 'format' = 'csv',
    'event.time.field' = 'at', 'watermark.max_out_of_orderness' = '2s');
CREATE STREAM sums AS SELECT _window_start AS start, SUM(n) AS total FROM numbers WINDOW TUMBLING(at, 10s)
WITH ('sums.type' = 'stdout_sink', 'sums.format' = 'csv');
`

// TestExplainLive asks a running job how far event time has come.
func TestExplainLive(t *testing.T) {
	dir, bin := build(t, waitingSQL)
	p := start(t, dir, bin, "--metrics-addr", "127.0.0.1:0")
	addr := p.said(t, "metrics are served at http://(.*)/metrics")
	if _, err := io.WriteString(p.stdin, "n,at\n1,2026-01-01T00:00:01Z\n2,2026-01-01T00:00:12Z\n3,2026-01-01T00:00:33Z\n"); err != nil {
		t.Fatal(err)
	}
	p.line(t)
	p.line(t) // the first window is out
	out, err := exec.Command("veloc", "explain", "--live", addr).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, want := range []string{
		`(?m)^job job at 20`, `(?m)^pipeline numbers: watermark 2026-01-01T00:00:31Z$`,
		`(?m)^  numbers +0 +2026-01-01T00:00:33Z +2026-01-01T00:00:31Z +\S+s +active$`, `(?m)^  sums.window +1 +2026-01-01T00:00:40Z$`,
	} {
		if !regexp.MustCompile(want).Match(out) {
			t.Errorf("no match for %s in\n%s", want, out)
		}
	}
	out, err = exec.Command("veloc", "explain", "--live", "http://"+addr+"/", "--format", "json").CombinedOutput()
	if err != nil || !strings.Contains(string(out), `"max_event_time": "2026-01-01T00:00:33Z"`) {
		t.Errorf("%v\n%s", err, out)
	}
	p.stdin.Close()
	if code := p.end(t); code != 0 {
		t.Errorf("exit code %d\n%s", code, p.stderr.String())
	}
}

func get(t *testing.T, url string) string {
	t.Helper()
	answer, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

const kafkaSQL = `CREATE STREAM trades (symbol STRING, price DECIMAL(10,2))
WITH ('connector' = 'kafka', 'topic' = 'trades', 'bootstrap.servers' = 'localhost:9092', 'format' = 'json', 'auto.offset.reset' = 'earliest');
CREATE STREAM big AS SELECT symbol, price FROM trades WHERE price > 10
WITH ('big.type' = 'kafka_sink', 'big.topic' = 'big', 'big.bootstrap.servers' = 'localhost:9092');
`

// TestKafkaTour runs a job between two topics of the development broker.
func TestKafkaTour(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "big.sql"), []byte(kafkaSQL), 0o644); err != nil {
		t.Fatal(err)
	}
	broker := start(t, dir, "veloc", "dev", "kafka", "--addr", "127.0.0.1:0", "--topic", "trades:1", "--topic", "big:1")
	addr := strings.TrimSuffix(broker.line(t)[len("A Kafka broker for development listens on "):], ". It keeps everything in memory.")
	job := start(t, dir, "veloc", "run", "big.sql", "--config", "trades.bootstrap.servers="+addr, "--config", "big.bootstrap.servers="+addr)

	client, err := kgo.NewClient(kgo.SeedBrokers(addr), kgo.ConsumeTopics("big"), kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()))
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	rows := []*kgo.Record{
		{Topic: "trades", Value: []byte(`{"symbol":"PENY","price":0.5}`)},
		{Topic: "trades", Value: []byte(`{"price":101.25,"symbol":"AAPL"}`)},
	}
	if err := client.ProduceSync(ctx, rows...).FirstErr(); err != nil {
		t.Fatal(err)
	}
	fetches := client.PollFetches(ctx)
	if err := fetches.Err(); err != nil {
		t.Fatal(err)
	}
	if got := fetches.Records(); len(got) != 1 || string(got[0].Value) != `{"symbol":"AAPL","price":101.25}` {
		t.Errorf("the job wrote %v", got)
	}
	if code := job.stop(t, syscall.SIGTERM); code != 0 || !strings.Contains(job.stderr.String(), "2 rows in, 1 out, 1 filtered") {
		t.Errorf("exit code %d\n%s", code, job.stderr.String())
	}
	if code := broker.stop(t, syscall.SIGTERM); code != 0 {
		t.Errorf("the broker's exit code is %d", code)
	}
}

// TestDevKafka starts `veloc dev kafka`, and a client writes to and reads from a topic of it.
func TestDevKafka(t *testing.T) {
	p := start(t, t.TempDir(), "veloc", "dev", "kafka", "--addr", "127.0.0.1:0", "--topic", "trades:3", "--topic", "quotes")
	addr := strings.TrimSuffix(p.line(t)[len("A Kafka broker for development listens on "):], ". It keeps everything in memory.")
	if got := p.line(t); got != "  topic trades, 3 partitions" {
		t.Errorf("it says %q", got)
	}
	client, err := kgo.NewClient(kgo.SeedBrokers(addr), kgo.ConsumeTopics("trades"), kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()))
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	if err := client.ProduceSync(ctx, &kgo.Record{Topic: "trades", Value: []byte("one")}).FirstErr(); err != nil {
		t.Fatal(err)
	}
	fetches := client.PollFetches(ctx)
	if err := fetches.Err(); err != nil {
		t.Fatal(err)
	}
	if got := fetches.Records(); len(got) != 1 || string(got[0].Value) != "one" {
		t.Errorf("read %v", got)
	}
	if code := p.stop(t, os.Interrupt); code != 0 {
		t.Errorf("exit code %d", code)
	}

	for _, test := range []struct{ args, want string }{
		{"--addr nowhere", "expected host:port, such as localhost:9092"},
		{"--addr localhost:0 --topic t:none", "expected name or name:partitions, such as trades:4"},
	} {
		out, err := exec.Command("veloc", append([]string{"dev", "kafka"}, strings.Fields(test.args)...)...).CombinedOutput()
		if err == nil || !strings.Contains(string(out), test.want) {
			t.Errorf("%s: %v\n%s", test.args, err, out)
		}
	}
}
