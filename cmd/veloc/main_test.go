package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain makes `veloc` a command of this test binary, and gives all tests one cache, so that the runtime is extracted once.
func TestMain(m *testing.M) {
	testscript.Main(withCache{m}, map[string]func(){"veloc": main})
}

type withCache struct{ m *testing.M }

func (w withCache) Run() int {
	dir, err := os.MkdirTemp("", "veloc-cache-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	os.Setenv("VELOC_CACHE", dir)
	os.Unsetenv("NO_COLOR")
	os.Unsetenv("VELOC_RUNTIME")
	return w.m.Run()
}

// TestScripts runs the scripts of testdata: one file per command, with its exit codes and errors.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			for _, name := range []string{"GOCACHE", "GOMODCACHE", "GOPATH", "GOROOT"} {
				env.Setenv(name, goEnv(t, name))
			}
			veloc, err := exec.LookPath("veloc")
			if err != nil {
				return err
			}
			env.Setenv("VELOC", veloc)
			env.Setenv("VELOC_CACHE", os.Getenv("VELOC_CACHE"))
			env.Setenv("GOPROXY", "off") // everything that a build needs is in the module cache already
			env.Setenv("GOFLAGS", "")
			env.Setenv("GOTOOLCHAIN", "local")
			return nil
		},
		Condition: func(cond string) (bool, error) {
			if cond == "root" { // who may read every file
				return os.Geteuid() == 0, nil
			}
			return false, fmt.Errorf("unknown condition %s", cond)
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"poke":      poke,
			"exits":     exits,
			"static":    static,
			"noforeign": noForeign,
		},
	})
}

var goEnvs = map[string]string{}

// goEnv asks the Go toolchain once for each of its settings.
func goEnv(t *testing.T, name string) string {
	if _, known := goEnvs[name]; !known {
		out, err := exec.Command("go", "env", name).Output()
		if err != nil {
			t.Fatal(err)
		}
		goEnvs[name] = strings.TrimSpace(string(out))
	}
	return goEnvs[name]
}

// poke writes bytes that a text archive cannot hold: poke file 00ff41.
func poke(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: poke file hex")
	}
	var data []byte
	if _, err := fmt.Sscanf(args[1], "%x", &data); err != nil {
		ts.Fatalf("poke: %v", err)
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), data, 0o644))
}

// exits runs a command that has to end with an exit code: exits 2 veloc build.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits code command arguments")
	}
	code := 0
	var ended *exec.ExitError
	if err := ts.Exec(args[1], args[2:]...); errors.As(err, &ended) {
		code = ended.ExitCode()
	} else if err != nil {
		ts.Fatalf("%v", err)
	}
	if strconv.Itoa(code) != args[0] {
		ts.Fatalf("exit code %d, want %s", code, args[0])
	}
}

// static succeeds if a binary needs no libraries of the system: it names no interpreter.
func static(ts *testscript.TestScript, neg bool, args []string) {
	data, err := os.ReadFile(ts.MkAbs(args[0]))
	ts.Check(err)
	if bytes.Contains(data[:min(len(data), 4096)], []byte("/ld-")) != neg {
		ts.Fatalf("%s: static is %v", args[0], neg)
	}
}

// noforeign succeeds if no file below a folder holds a text: noforeign folder text.
func noForeign(ts *testscript.TestScript, neg bool, args []string) {
	ts.Check(filepath.WalkDir(ts.MkAbs(args[0]), func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if bytes.Contains(data, []byte(ts.MkAbs(args[1]))) != neg {
			ts.Fatalf("%s holds %s: %v", path, args[1], !neg)
		}
		return err
	}))
}

// TestBugReport shows what users see when veloc itself is wrong.
func TestBugReport(t *testing.T) {
	var errs bytes.Buffer
	code := (&terminal{stderr: &errs}).report(errors.New("bug: job.sql, phase physical: index out of range"))
	if code != exitFailed {
		t.Errorf("exit code %d", code)
	}
	for _, want := range []string{
		"veloc: bug: job.sql, phase physical: index out of range\n", "This is a bug in veloc, not in your SQL.", "/issues", runtime.Version(),
	} {
		if !strings.Contains(errs.String(), want) {
			t.Errorf("the report lacks %q:\n%s", want, errs.String())
		}
	}
}

// TestNormalize shows which spellings of arguments are the same.
func TestNormalize(t *testing.T) {
	long := map[string]bool{"pkg": true, "standalone": true, "output": true}
	for _, test := range []struct{ name, in, own, program string }{
		{"long flags with one dash, as Go's tools have them", "generate|a.sql|-pkg|p|-o|dir", "generate|a.sql|--pkg|p|-o|dir", ""},
		{"with a value", "generate|-standalone=dir|a.sql", "generate|--standalone=dir|a.sql", ""},
		{"two dashes stay", "generate|--pkg|p", "generate|--pkg|p", ""},
		{"short flags stay", "fmt|-w|-|-zz", "fmt|-w|-|-zz", ""},
		{"SQL may start with a comment", "run|-e|-- one\nSELECT 1", "run|--execute=-- one\nSELECT 1", ""},
		{"-e at the end is kong's to report", "run|-e", "run|-e", ""},
		{"what follows -- is the program's", "run|a.sql|--|-pkg|--stats", "run|a.sql", "-pkg|--stats"},
		{"other commands have no program", "check|--|-pkg", "check|--|-pkg", ""},
		{"nothing", "", "", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			var in []string
			if test.in != "" {
				in = strings.Split(test.in, "|")
			}
			own, program := normalize(in, long)
			if got := strings.Join(own, "|"); got != test.own {
				t.Errorf("veloc gets %q, want %q", got, test.own)
			}
			if got := strings.Join(program, "|"); got != test.program {
				t.Errorf("the program gets %q, want %q", got, test.program)
			}
		})
	}
}

// TestShowWork shows the line that slow builds draw on a terminal, and that it goes away.
func TestShowWork(t *testing.T) {
	for _, test := range []struct {
		ticks int
		tty   bool
		want  string
	}{
		{1, true, ""}, // a build that is made before the second second is none to speak of
		{3, true, "\rbuilding, 2 s; …\x1b[K\rbuilding, 3 s; …\x1b[K\r\x1b[K"},
		{0, false, ""},
	} {
		var errs bytes.Buffer
		ticks := make(chan time.Time)
		end := (&terminal{stderr: &errs, stderrIsTTY: test.tty}).showWork(ticks)
		for range test.ticks {
			ticks <- time.Time{}
		}
		end()
		got := strings.ReplaceAll(errs.String(), "the first build compiles the runtime and its libraries, later ones take about a second", "…")
		if got != test.want {
			t.Errorf("%d ticks show %q, want %q", test.ticks, got, test.want)
		}
	}
}
