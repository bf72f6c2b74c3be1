package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// openTerminal opens a pseudo-terminal: what is written to the terminal can be read from the other side.
func openTerminal(t *testing.T) (other, terminal *os.File) {
	t.Helper()
	other, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { other.Close() })
	if err := unix.IoctlSetPointerInt(int(other.Fd()), unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	n, err := unix.IoctlGetInt(int(other.Fd()), unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	terminal, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { terminal.Close() })
	if err := unix.IoctlSetWinsize(int(terminal.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Row: 40, Col: 100}); err != nil {
		t.Fatal(err)
	}
	return other, terminal
}

// onTerminal runs veloc with standard output and standard error at a terminal and returns what it shows.
func onTerminal(t *testing.T, env []string, args ...string) string {
	t.Helper()
	other, terminal := openTerminal(t)
	cmd := exec.Command("veloc", args...)
	cmd.Env = append(append(os.Environ(), "TERM=xterm"), env...)
	cmd.Stdout, cmd.Stderr = terminal, terminal
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	shown := make(chan string)
	go func() {
		var b bytes.Buffer
		io.Copy(&b, other) // ends with an error when nobody has the terminal open any more
		shown <- b.String()
	}()
	cmd.Wait() // with the exit code of the command, which the callers' tests do not need
	terminal.Close()
	return strings.ReplaceAll(<-shown, "\r\n", "\n")
}

// TestTerminal shows what is different on a terminal: rows are a table, diagnostics have colours unless NO_COLOR is set, and a check
// without findings says so.
func TestTerminal(t *testing.T) {
	table := onTerminal(t, []string{"NO_COLOR=1"}, "run", "-e", "SELECT 1 + 1 AS two, 'x' AS letter")
	for _, want := range []string{"two", "letter", "─", "  2", "job: 0 rows in, 1 out"} {
		if !strings.Contains(table, want) {
			t.Errorf("the table lacks %q:\n%s", want, table)
		}
	}
	if strings.Contains(table, "{") {
		t.Errorf("there is JSON on the terminal:\n%s", table)
	}
	for _, test := range []struct {
		env   string
		color bool
	}{{"NO_COLOR=", true}, {"NO_COLOR=1", false}, {"TERM=dumb", false}} {
		got := onTerminal(t, []string{test.env}, "check", "-e", "SELECT nothing")
		if strings.Contains(got, "\x1b[") != test.color {
			t.Errorf("%s:\n%q", test.env, got)
		}
	}
	if got := onTerminal(t, nil, "check", "-e", "SELECT 1"); got != "no errors in 1 file\n" {
		t.Errorf("a check without findings shows %q", got)
	}
}
