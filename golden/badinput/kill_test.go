package badinput

import (
	"errors"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
)

// midway starts a program on a pipe and returns when it has read most of the rows that were written to it: the pipe holds less than they are.
func midway(t *testing.T, rows string, args ...string) (cmd *exec.Cmd, in io.WriteCloser, log interface{ String() string }) {
	t.Helper()
	cmd, stderr := program(t, "rejected_rows", append(args, config("readings.path", "-"))...)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(in, rows); err != nil {
		t.Fatalf("%v: %s", err, stderr)
	}
	return cmd, in, stderr
}

const manyRows = 500_000

var rows = strings.Repeat("{\"sensor\":\"a\",\"value\":1}\n", manyRows)

// A run that is killed leaves nothing under the final name, and what was there before stays. The next run succeeds and clears away what the
// killed one left.
func TestKill(t *testing.T) {
	logged := config("readings.failure_strategy", "LogAndContinue")
	place(t, map[string]string{"out/good.jsonl": "of yesterday\n", "in/readings.jsonl": "{\"sensor\":\"b\"}\n"})
	cmd, in, _ := midway(t, rows, logged)
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	in.Close()
	var exit *exec.ExitError
	if err := cmd.Wait(); !errors.As(err, &exit) || exit.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
		t.Fatalf("%v", err)
	}
	left := names(t, "out")
	if old, err := os.ReadFile("out/good.jsonl"); err != nil || string(old) != "of yesterday\n" || len(left) != 2 || !strings.HasPrefix(left[0], ".good.jsonl.tmp-") {
		t.Fatalf("after the kill: %q, %v, %v", left, old, err)
	}
	if half, err := os.Stat("out/" + left[0]); err != nil || half.Size() == 0 {
		t.Errorf("the run was not in the middle of its work: %v, %v", half, err)
	}
	if code, log := run("rejected_rows", logged); code != 0 {
		t.Fatalf("the next run fails: %s", log)
	}
	expect(t, "output of the next run", contents(t, "out"), "-- good.jsonl --\n{\"sensor\":\"b\",\"next\":null,\"ok\":null}\n")
}

// A run on a pipe has no other end than its writer's and this: it finishes what it has read, and the file is complete.
func TestTerminate(t *testing.T) {
	for _, signal := range []syscall.Signal{syscall.SIGTERM, syscall.SIGINT} {
		place(t, nil)
		cmd, in, log := midway(t, rows)
		if err := cmd.Process.Signal(signal); err != nil {
			t.Fatal(err)
		}
		if err := cmd.Wait(); err != nil { // though the pipe is still open
			t.Errorf("%s: %v: %s", signal, err, log)
		}
		in.Close()
		n := counts(t, log.String())
		out, err := os.ReadFile("out/good.jsonl")
		if err != nil || int64(strings.Count(string(out), "{\"sensor\":\"a\",\"next\":2,\"ok\":null}\n")) != n[1] || n[0] != n[1] || n[1] < manyRows/2 || n[1] > manyRows {
			t.Errorf("%s: %v, %v\n%s", signal, n, err, log)
		}
		if !strings.Contains(log.String(), "job: stopping: what was read is being finished (a second signal ends the program at once)\n") {
			t.Errorf("%s: %s", signal, log)
		}
	}
}
