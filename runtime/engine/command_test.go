package engine_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"syscall"
	"testing"

	rt "github.com/velostream/veloc/runtime"
	"github.com/velostream/veloc/runtime/engine"
	"github.com/velostream/veloc/runtime/mem"
	"github.com/velostream/veloc/runtime/rttest"
)

// TestMain lets the test binary stand for a built program, so that signals and exit codes are the real ones.
func TestMain(m *testing.M) {
	if p := os.Getenv("VELOC_TEST_PROGRAM"); p != "" {
		os.Exit(engine.Main(program(p)))
	}
	os.Exit(m.Run())
}

// program is a job whose source reads one chunk and then waits: for ever, or until it is told to stop.
func program(kind string) *rt.Job {
	source := &waiting{Source: mem.NewStream(1), kind: kind}
	source.Push(0, "a 1\nb 2")
	j := job("filter", rt.ByChunk, nil, nil)
	j.Pipelines[0].Inputs[0].New = func(*rt.Env) (rt.Source, rt.Ledger, error) { return source, nil, nil }
	j.Sinks[0].New = func(*rt.Env) (rt.Sink, error) { return &telling{mem.NewSink(), kind != "lasting"}, nil }
	return j
}

type waiting struct {
	*mem.Source
	kind string
}

func (w *waiting) Bounded() bool { return w.kind == "bounded" || w.kind == "lasting" }

func (w *waiting) Poll(ctx context.Context, c *rt.Chunk) error {
	if read, _ := w.Progress(); read > 0 {
		fmt.Println("reading")
		if w.kind == "stuck" {
			select {} // deaf to its context
		}
	}
	return w.Source.Poll(ctx, c)
}

type telling struct {
	*mem.Sink
	atomic bool
}

func (s *telling) Atomic() bool { return s.atomic }

func (s *telling) Close(ctx context.Context, complete bool) error {
	fmt.Printf("closed complete=%t with %q\n", complete, s.Written())
	return s.Sink.Close(ctx, complete)
}

// signalled starts a program, sends signals once it has read something, and returns what it printed and its exit code.
func signalled(t *testing.T, kind string, signals ...syscall.Signal) (stdout, stderr string, code int) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "--workers", "1")
	cmd.Env = append(os.Environ(), "VELOC_TEST_PROGRAM="+kind)
	var errs bytes.Buffer
	cmd.Stderr = &errs
	pipe, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	r := bufio.NewReader(pipe)
	first, err := r.ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range signals {
		if err := cmd.Process.Signal(s); err != nil {
			t.Fatal(err)
		}
	}
	rest, _ := io.ReadAll(r)
	err = cmd.Wait()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return first + string(rest), errs.String(), cmd.ProcessState.ExitCode()
}

func TestSignals(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("processes cannot be signalled there")
	}
	for _, c := range []struct {
		kind           string
		signals        []syscall.Signal
		code           int
		stdout, stderr string
	}{
		{"endless", []syscall.Signal{syscall.SIGINT}, 0, `closed complete=true with "a 1\nb 2\n"`, "toy: 2 rows in, 2 out"},
		{"endless", []syscall.Signal{syscall.SIGTERM}, 0, `closed complete=true`, "toy: stopping: what was read is being finished"},
		{"lasting", []syscall.Signal{syscall.SIGINT}, 130, `closed complete=false`, "the result is incomplete, and the rows that were written until then stay in out\n"},
		{"bounded", []syscall.Signal{syscall.SIGINT}, 130, `closed complete=false`, "the result is incomplete, so nothing was put under its final name"},
		{"bounded", []syscall.Signal{syscall.SIGTERM}, 143, `closed complete=false`, "incomplete"},
		{"stuck", []syscall.Signal{syscall.SIGINT, syscall.SIGTERM}, -1, "reading", "a second signal ends the program at once"},
	} {
		t.Run(fmt.Sprint(c.kind, c.signals), func(t *testing.T) {
			stdout, stderr, code := signalled(t, c.kind, c.signals...)
			if c.code == -1 { // two signals in flight may be seen in either order
				if code != 130 && code != 143 {
					t.Errorf("exit code %d", code)
				}
			} else if code != c.code {
				t.Errorf("exit code %d, want %d", code, c.code)
			}
			if !strings.Contains(stdout, c.stdout) {
				t.Errorf("stdout %q lacks %q", stdout, c.stdout)
			}
			if !strings.Contains(stderr, c.stderr) {
				t.Errorf("stderr %q lacks %q", stderr, c.stderr)
			}
		})
	}
}

// call runs a command over "a 1, b 0, c two" and returns what it prints.
func call(t *testing.T, change func(*rt.Job), args ...string) (code int, stdout, stderr string) {
	t.Helper()
	j := job("filter", rt.ByChunk, mem.NewSource("a 1\nb 0\nc two"), mem.NewSink())
	j.Options = []rt.Option{{Key: "in.path", Default: "data/in.txt", Doc: "The file to read."}}
	if change != nil {
		change(j)
	}
	var out, errs text
	code = engine.Command{Job: j, Args: args, Stdout: &out, Stderr: &errs, Clock: rttest.NewClock(rttest.Start),
		Lookup: func(string) (string, bool) { return "", false }}.Run()
	return code, out.String(), errs.String()
}

func TestCommand(t *testing.T) {
	noSource := func(j *rt.Job) {
		j.Pipelines[0].Inputs[0].New = func(e *rt.Env) (rt.Source, rt.Ledger, error) {
			return failing{mem.NewSource()}, nil, nil
		}
	}
	for _, c := range []struct {
		name           string
		args           string
		change         func(*rt.Job)
		code           int
		stdout, stderr string
	}{
		{"run", "", nil, 0, "", "toy: 3 rows in, 1 out, 1 filtered, 1 rejected, 0 late in 0s (0 rows/s)\n"},
		{"quiet", "--quiet", nil, 0, "", "toy: warning: row rejected: in:3: toy.sql:3:8: column value: 'two' is not an INTEGER [VR0102], in \"c two\"\n"},
		{"version", "--version", nil, 0, "toy 1.2.0 (veloc runtime 3, go", ""},
		{"explain", "--explain", nil, 0, "Scan in\n", ""},
		{"check", "--check", nil, 0, "ready   source  in  mem_source\nready   sink    out  mem_sink\n", ""},
		{"check, broken", "--check", noSource, 3, "failed  source  in  mem_source\nready   sink    out  mem_sink\n", "toy: error: source in: in.txt does not exist (owner: toys@example.com)\n"},
		{"run, broken", "", noSource, 3, "", "toy: error: source in: in.txt does not exist (owner: toys@example.com)\n"},
		{"unknown flag", "--colour", nil, 2, "", "toy: flag provided but not defined: -colour\nRun 'toy --help' for usage.\n"},
		{"argument", "in.txt", nil, 2, "", "toy: unexpected argument \"in.txt\""},
		{"config without value", "--config in.path", nil, 2, "", "expected key=value, for example trades.path=trades.csv"},
		{"unknown property", "--config colour=x", nil, 2, "", "toy: error: --config colour: this job has no such property (--help lists them)\n"},
		{"misspelt property", "--config in.failure_stratgy=x", nil, 2, "", "toy: error: --config in.failure_stratgy: this job has no such property; did you mean in.failure_strategy?\n"},
		{"wrong property", "--config metrics.max.cardinality=many", nil, 2, "", "property 'metrics.max.cardinality' = 'many': expected a whole number"},
		{"wrong strategy", "--config in.failure_strategy=Shrug", nil, 2, "", "property 'in.failure_strategy' = 'Shrug': expected one of LogAndContinue, FailBatch, SendToDLQ, RetryWithBackoff\n"},
		{"strategy by config", "--config in.failure_strategy=failbatch", nil, 3, "", "the failure strategy is FailBatch (owner: toys@example.com)\n"},
		{"no dead-letter path", "--config in.failure_strategy=SendToDLQ", nil, 2, "", "failure strategy SendToDLQ of in needs 'in.dead.letter.queue.path' or 'in.dead.letter.queue.topic'\n"},
		{"progress", "--progress sometimes", nil, 2, "", "--progress sometimes: expected auto, always or never\n"},
		{"log format", "--log-format xml", nil, 2, "", "--log-format xml: expected text or json\n"},
		{"workers", "--workers -1", nil, 2, "", "--workers -1: expected a number of at least 1\n"},
		{"port", "--metrics-port 99999", nil, 2, "", "expected a port from 1 to 65535\n"},
		{"two ports", "--metrics-port 1 --metrics-addr :2", nil, 2, "", "not both\n"},
		{"address", "--metrics-addr here", nil, 2, "", "--metrics-addr here: expected host:port\n"},
		{"port in use or forbidden", "--metrics-addr 256.0.0.1:1", nil, 3, "", "toy: error: the metrics port cannot be opened: "},
	} {
		t.Run(c.name, func(t *testing.T) {
			code, stdout, stderr := call(t, c.change, strings.Fields(c.args)...)
			if code != c.code {
				t.Errorf("exit code %d, want %d", code, c.code)
			}
			if c.stdout == "" && stdout != "" || !strings.Contains(stdout, c.stdout) {
				t.Errorf("stdout %q, want %q", stdout, c.stdout)
			}
			if c.stderr == "" && stderr != "" || !strings.Contains(stderr, c.stderr) {
				t.Errorf("stderr %q, want %q", stderr, c.stderr)
			}
		})
	}
}

type failing struct{ *mem.Source }

func (failing) Open(context.Context, rt.Ownership) error { return errors.New("in.txt does not exist") }

func TestHelp(t *testing.T) {
	code, stdout, _ := call(t, nil, "--help")
	if code != 0 {
		t.Errorf("exit code %d", code)
	}
	for _, want := range []string{"toy 1.2.0 — Adds numbers.\n", "Compiled by veloc from toy.sql.\nOwner: toys@example.com\n", "  in                   mem_source\n", "  out                  mem_sink\n",
		"  --config key=value         override a property", "  in.path  (default: data/in.txt)\n      The file to read.\n", "  143  stopped by SIGTERM"} {
		if !strings.Contains(stdout, want) {
			t.Errorf("--help lacks %q:\n%s", want, stdout)
		}
	}
	for _, flag := range []string{"config", "base-dir", "workers", "check", "explain", "metrics-port", "metrics-addr", "progress", "quiet", "log-format", "stats", "cpuprofile", "memprofile", "version"} {
		if !strings.Contains(stdout, "--"+flag+" ") {
			t.Errorf("--help lacks --%s", flag)
		}
	}
}

func TestStats(t *testing.T) {
	const n = 1_100_000
	code, _, stderr := call(t, func(j *rt.Job) {
		*j = *job("sums", rt.AtEnd, mem.NewSource(strings.Repeat("a 1\n", n)), mem.NewSink())
	}, "--stats", "--quiet", "--workers", "2")
	line, ok := strings.CutPrefix(stderr, "stats: ")
	var got map[string]any
	if err := json.Unmarshal([]byte(line), &got); code != 0 || !ok || err != nil {
		t.Fatalf("%d, %q, %v", code, stderr, err)
	}
	if got["rows_in"] != float64(n) || got["bytes_in"] != float64(n*4) || got["rows_out"] != 1.0 {
		t.Errorf("%v", got)
	}
	// the toy decoder splits each row into a slice of strings
	if a, _ := got["allocs_per_row"].(float64); a < 1 || a > 6 {
		t.Errorf("%v allocations a row", got["allocs_per_row"])
	}
	if runtime.GOOS == "linux" && got["max_rss_bytes"].(float64) < 1<<20 {
		t.Errorf("peak memory %v", got["max_rss_bytes"])
	}
	_, _, stderr = call(t, nil, "--stats", "--quiet")
	if !strings.Contains(stderr, `"allocs_per_row":null`) {
		t.Errorf("a short run pretends to know its allocations: %s", stderr)
	}
}

func TestProfiles(t *testing.T) {
	dir := t.TempDir()
	code, _, stderr := call(t, nil, "--cpuprofile", dir+"/cpu", "--memprofile", dir+"/mem")
	if code != 0 {
		t.Fatalf("%d: %s", code, stderr)
	}
	for _, name := range []string{"cpu", "mem"} {
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil || !bytes.HasPrefix(b, []byte{0x1f, 0x8b}) { // profiles are gzip
			t.Errorf("%s: %d bytes, %v", name, len(b), err)
		}
	}
}

// The metrics port answers from before the sources are open until the job has ended.
func TestMetricsPort(t *testing.T) {
	rttest.NoLeaks(t)
	source, sink := mem.NewStream(1), mem.NewSink()
	opening := make(chan bool)
	sink.OnOpen = func() error { <-opening; return nil }
	r, w := io.Pipe()
	over := make(chan int, 1)
	go func() {
		over <- engine.Command{Job: job("filter", rt.ByChunk, source, sink), Args: []string{"--metrics-addr", "127.0.0.1:0", "--workers", "1"},
			Stdout: io.Discard, Stderr: w, Clock: rttest.NewClock(rttest.Start)}.Run()
		w.Close()
	}()
	log := bufio.NewReader(r)
	first, err := log.ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	go io.Copy(io.Discard, log)
	url := regexp.MustCompile(`http://[^/]+`).FindString(first)
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	get := func(path string) (int, string) {
		res, err := client.Get(url + path)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		b, _ := io.ReadAll(res.Body)
		return res.StatusCode, string(b)
	}
	if code, _ := get("/readyz"); code != 503 {
		t.Errorf("/readyz before the sinks are open: %d", code)
	}
	if code, body := get("/healthz"); code != 200 || body != "ok\n" {
		t.Errorf("/healthz: %d %q", code, body)
	}
	opening <- true
	source.Push(0, "a 1\nb 0\nc two")
	if err := source.Settled(t.Context()); err != nil {
		t.Fatal(err)
	}
	if code, body := get("/readyz"); code != 200 || body != "ready\n" {
		t.Errorf("/readyz: %d %q", code, body)
	}
	_, metrics := get("/metrics")
	for _, want := range []string{`velo_records_in_total{job_name="toy"} 3`, `velo_records_out_total{job_name="toy"} 1`, `velo_records_filtered_total{job_name="toy"} 1`,
		`velo_records_rejected_total{job_name="toy"} 1`, `velo_records_late_total{job_name="toy"} 0`, `seen{key="a"} 1`, "process_resident_memory_bytes"} {
		if !strings.Contains(metrics, want) {
			t.Errorf("/metrics lacks %s", want)
		}
	}
	if code, body := get("/debug/pprof/goroutine?debug=1"); code != 200 || !strings.Contains(body, "goroutine profile") {
		t.Errorf("/debug/pprof: %d", code)
	}
	source.End()
	if code := <-over; code != 0 {
		t.Errorf("exit code %d", code)
	}
	if _, err := client.Get(url + "/healthz"); err == nil {
		t.Error("the port is still open")
	}
}
