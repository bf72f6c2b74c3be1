package examples

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/velostream/veloc/runtime/kafka/devserver"
)

// TestKafka takes the tour of kafka/README.md, with the broker of veloc dev kafka inside the test.
func TestKafka(t *testing.T) {
	b, err := devserver.Start("127.0.0.1:0", "trades:2")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Close)
	t.Setenv("KAFKA", b.Addr())
	veloc := filepath.Join(t.TempDir(), "veloc")
	command(t, "..", "go", "build", "-o", veloc, "./cmd/veloc")
	readme := string(read(t, "kafka/README.md"))
	run := func(file string) *exec.Cmd {
		if line := "\nveloc run examples/kafka/" + file; !strings.Contains(readme, line) {
			t.Errorf("the README does not run %s", file)
		}
		cmd := exec.Command(veloc, "run", "examples/kafka/"+file)
		cmd.Dir = ".."
		cmd.Env = append(os.Environ(), "GOPROXY=off", "CGO_ENABLED=0")
		return cmd
	}
	output := func(cmd *exec.Cmd) string {
		t.Helper()
		var errs strings.Builder
		cmd.Stderr = &errs
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("%v\n%s", err, errs.String())
		}
		return string(out)
	}
	output(run("01_load.sql"))
	bars := run("03_minute_bars.sql")
	stop := background(t, bars)
	got := strings.Split(strings.TrimSpace(output(run("04_look.sql"))), "\n")
	stop()
	if len(got) != 6 {
		t.Fatalf("%d bars:\n%s", len(got), strings.Join(got, "\n"))
	}
	want := map[string]bool{
		`{"symbol":"AAPL","minute":"2026-03-02T09:30:00.000Z","trades":5,"low":187.05,"high":187.35,"volume":220}`: true,
		`{"symbol":"AAPL","minute":"2026-03-02T09:31:00.000Z","trades":4,"low":187.20,"high":187.45,"volume":320}`: true,
		`{"symbol":"AAPL","minute":"2026-03-02T09:32:00.000Z","trades":7,"low":187.15,"high":187.50,"volume":200}`: true,
		`{"symbol":"MSFT","minute":"2026-03-02T09:30:00.000Z","trades":3,"low":402.05,"high":402.25,"volume":310}`: true,
		`{"symbol":"MSFT","minute":"2026-03-02T09:31:00.000Z","trades":9,"low":402.45,"high":403.00,"volume":830}`: true,
		`{"symbol":"MSFT","minute":"2026-03-02T09:32:00.000Z","trades":8,"low":402.50,"high":402.95,"volume":540}`: true,
		`{"symbol":"NVDA","minute":"2026-03-02T09:30:00.000Z","trades":9,"low":118.20,"high":118.60,"volume":355}`: true,
		`{"symbol":"NVDA","minute":"2026-03-02T09:31:00.000Z","trades":3,"low":118.35,"high":118.55,"volume":205}`: true,
		`{"symbol":"NVDA","minute":"2026-03-02T09:32:00.000Z","trades":4,"low":118.75,"high":118.95,"volume":360}`: true,
	}
	slices.Sort(got)
	for i, row := range got {
		if !want[row] || i > 0 && got[i-1] == row {
			t.Errorf("unexpected bar %s", row)
		}
	}
	command(t, "..", veloc, "check", "examples/kafka/02_large_trades.sql")
	if !strings.Contains(readme, "\nveloc run examples/kafka/02_large_trades.sql") {
		t.Error("the README does not run 02_large_trades.sql")
	}
}

// background starts a job that goes on until it is stopped; stop expects it to end well.
func background(t *testing.T, cmd *exec.Cmd) (stop func()) {
	t.Helper()
	errs, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return func() {
		t.Helper()
		if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		var text strings.Builder
		for lines := bufio.NewScanner(errs); lines.Scan(); {
			text.WriteString(lines.Text() + "\n")
		}
		if err := cmd.Wait(); err != nil || !strings.Contains(text.String(), "60 rows in") {
			t.Errorf("%v\n%s", err, text.String())
		}
	}
}
