package badinput

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"

	csvjob "github.com/velostream/veloc/golden/all_types_csv/gen"
	globjob "github.com/velostream/veloc/golden/compressed_glob/gen"
	peoplejob "github.com/velostream/veloc/golden/csv_passthrough/gen"
	readingsjob "github.com/velostream/veloc/golden/rejected_rows/gen"
	barsjob "github.com/velostream/veloc/golden/window_tumbling/gen"
	rt "github.com/velostream/veloc/runtime"
	"github.com/velostream/veloc/runtime/engine"
	"github.com/velostream/veloc/runtime/rttest"
)

// programs are the golden programs that are used here, by the name of their case.
var programs = map[string]func() *rt.Job{
	"all_types_csv":   csvjob.New,
	"compressed_glob": globjob.New,
	"csv_passthrough": peoplejob.New,
	"rejected_rows":   readingsjob.New,
	"window_tumbling": barsjob.New,
}

// asProgram names the environment variable that makes the test binary one of the programs, so that signals and exit codes are real.
const asProgram = "VELOC_TEST_PROGRAM"

// memoryFile names the environment variable with the file in which a program says at its end how much memory it has had. The resource usage that
// a parent sees would begin with the parent's own.
const memoryFile = "VELOC_TEST_MEMORY"

func TestMain(m *testing.M) {
	if name := os.Getenv(asProgram); name != "" {
		code := engine.Main(programs[name]())
		if path := os.Getenv(memoryFile); path != "" {
			status, _ := os.ReadFile("/proc/self/status")
			os.WriteFile(path, status, 0o666)
		}
		os.Exit(code)
	}
	os.Exit(m.Run())
}

// place makes a new working directory with files in it, and in/ and out/. Names ending in / are directories.
func place(t *testing.T, files map[string]string) {
	t.Helper()
	t.Chdir(t.TempDir())
	for _, dir := range []string{"in", "out"} {
		if err := os.MkdirAll(dir, 0o777); err != nil {
			t.Fatal(err)
		}
	}
	for name, text := range files {
		if strings.HasSuffix(name, "/") {
			if err := os.MkdirAll(name, 0o777); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

// clock moves on by a nanosecond whenever it is read, so that a run that has begun has taken time.
type clock struct {
	*rttest.Clock
	reads atomic.Int64
}

func (c *clock) Now() int64 { return c.Clock.Now() + c.reads.Add(1) }

// run runs a program with flags and returns its exit code and what it prints.
func run(name string, args ...string) (code int, log string) {
	var stdout, stderr bytes.Buffer
	code = engine.Command{Job: programs[name](), Args: args, Stdout: &stdout, Stderr: &stderr, Clock: &clock{Clock: rttest.NewClock(rttest.Start)}}.Run()
	return code, stdout.String() + stderr.String()
}

// config is one --config flag.
func config(key, value string) string { return fmt.Sprintf("--config=%s=%s", key, value) }

// contents shows what lies in a directory: names and contents, in order of names.
func contents(t *testing.T, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, e := range entries {
		text, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "-- %s --\n%s", e.Name(), text)
	}
	return b.String()
}

// names are the files in a directory.
func names(t *testing.T, dir string) (out []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		out = append(out, e.Name())
	}
	return out
}

// times are the places of a message or a dead letter that depend on the clock, and what stands there in the texts that tests expect.
var times = []struct {
	at   *regexp.Regexp
	text string
}{
	{regexp.MustCompile(` in [0-9.]+[a-zµ]+ \([0-9,]+ rows/s\)`), " in TIME"},
	{regexp.MustCompile(`"time":"[^"]*"`), `"time":"TIME"`},
	{regexp.MustCompile(`"rows_per_second":[0-9.e+]+`), `"rows_per_second":0`},
}

// expect compares what a user reads.
func expect(t *testing.T, what, got, want string) {
	t.Helper()
	for _, r := range times {
		got = r.at.ReplaceAllString(got, r.text)
	}
	if got != want {
		t.Errorf("%s:\n%s\nwant:\n%s", what, got, want)
	}
}
