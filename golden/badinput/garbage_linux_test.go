package badinput

import (
	"bytes"
	"io"
	"math/rand"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

var summary = regexp.MustCompile(`job: ([0-9,]+) rows in, ([0-9,]+) out, ([0-9,]+) filtered, ([0-9,]+) rejected, ([0-9,]+) late`)

// counts are the rows in, out, filtered, rejected and late of a run.
func counts(t *testing.T, log string) (n [5]int64) {
	t.Helper()
	m := summary.FindStringSubmatch(log)
	if m == nil {
		t.Fatalf("no summary in %s", log)
	}
	for i := range n {
		n[i], _ = strconv.ParseInt(strings.ReplaceAll(m[i+1], ",", ""), 10, 64)
	}
	return n
}

// Ten megabytes of random bytes, as JSON and as CSV, with few line ends and with many, between good rows: every row is counted, ten are
// shown, and the good rows come out, whatever the number of workers.
func TestGarbage(t *testing.T) {
	const size = 10 << 20
	r := rand.New(rand.NewSource(1))
	garbage := make([]byte, size)
	r.Read(garbage)
	text := []byte(strings.Repeat(" ", size))
	const signs = "{}[]\":,\\\n\r\tabtrue1.5e-é\x00"
	for i := range text {
		text[i] = signs[r.Intn(len(signs))]
	}
	for _, c := range []struct {
		name, program, source, sink, before, after string
		good                                       int64
	}{
		{"JSON", "rejected_rows", "readings", "good", "{\"sensor\":\"a\"}\n", "\n{\"sensor\":\"z\"}\n", 2},
		{"CSV", "csv_passthrough", "people", "copied", header + "1,Ada,,,\n", "\n\"\n2,Zoe,,,\n", 1}, // a quote in the garbage may swallow Zoe
	} {
		for kind, bytes := range map[string][]byte{"bytes": garbage, "signs": text} {
			t.Run(c.name+" "+kind, func(t *testing.T) {
				place(t, map[string]string{"in/data": c.before + string(bytes) + c.after})
				var first [5]int64
				var firstOut string
				for i, flags := range [][]string{{"--workers=1"}, {"--workers=4", config(c.source+".chunk.size", "40KiB")}, {"--workers=2", config(c.source+".mmap", "false")}} {
					args := append(flags, config(c.source+".path", "in/data"), config(c.source+".failure_strategy", "LogAndContinue"), config(c.sink+".path", "out/result"))
					code, log := run(c.program, args...)
					n := counts(t, log)
					if code != 0 || strings.Contains(log, "bug") {
						t.Fatalf("exit code %d\n%.3000s", code, log)
					}
					if n[0] != n[1]+n[3] || n[1] < c.good || n[3] < 3 {
						t.Errorf("%d rows in, %d out, %d rejected", n[0], n[1], n[3])
					}
					if shown := int64(strings.Count(log, "row rejected: in/data:")); shown != min(n[3], 10) || n[3] > 10 && !strings.Contains(log, " more rejected rows of "+c.source+"\n") {
						t.Errorf("%d of %d rejected rows are shown:\n%.3000s", shown, n[3], log)
					}
					if out := contents(t, "out"); i == 0 {
						first, firstOut = n, out
					} else if n != first || out != firstOut {
						t.Errorf("%v: the counts are %v and were %v; the same output: %v", flags, n, first, out == firstOut)
					}
				}
			})
		}
	}
}

// program is a run of a program as a process of its own.
func program(t *testing.T, name string, args ...string) (cmd *exec.Cmd, stderr *bytes.Buffer) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd = exec.CommandContext(t.Context(), self, args...)
	cmd.Env = append(os.Environ(), asProgram+"="+name, memoryFile+"=memory")
	stderr = &bytes.Buffer{}
	cmd.Stderr = stderr
	return cmd, stderr
}

var peak = regexp.MustCompile(`VmHWM:\s+([0-9]+) kB`)

// resident is the greatest amount of memory that a program has had, in bytes.
func resident(t *testing.T) int64 {
	t.Helper()
	status, err := os.ReadFile("memory")
	if err != nil {
		t.Fatal(err)
	}
	m := peak.FindSubmatch(status)
	if m == nil {
		t.Fatalf("no peak in %s", status)
	}
	n, _ := strconv.ParseInt(string(m[1]), 10, 64)
	return n << 10
}

// A line of 1 GiB is refused and counted, the rows around it are read, and memory stays far below its size: from a pipe, which is written while
// it is read, and from a file, which is mapped or read.
func TestHugeLine(t *testing.T) {
	size := int64(1 << 30)
	if testing.Short() {
		size = 128 << 20
	}
	const most = 112 << 20 // twice the longest row (16 MiB) for each of two workers, and what a program needs anyway
	for _, c := range []struct {
		name, program, source, sink, before, after, rejected string
	}{
		{"JSON", "rejected_rows", "readings", "good", "{\"sensor\":\"a\"}\n{\"sensor\":\"", "\"}\n{\"sensor\":\"z\"}\n", ":2: the row is longer than 16777216 bytes; reading goes on at the next line break after that. If rows may be this long, raise 'max.row.size' [VR0301], in \"{\\\"sensor\\\":\\\""},
		{"CSV", "csv_passthrough", "people", "copied", header + "1,Ada,,,\n2,\"", "\",,,\n3,Zoe,,,\n", ":3: the row is longer than 16777216 bytes; reading goes on at the next line break after that. If rows may be this long, raise 'max.row.size'; if not, a quoted field is probably never closed [VR0301], in \"2,\\\""},
	} {
		check := func(t *testing.T, log string) {
			t.Helper()
			if n := counts(t, log); n != [5]int64{3, 2, 0, 1, 0} || !strings.Contains(log, c.rejected) {
				t.Errorf("%v\n%.2000s", n, log)
			}
			if used := resident(t); used > most*instrumented {
				t.Errorf("%d MiB of memory", used>>20)
			}
			if out := contents(t, "out"); !strings.Contains(out, "-- result --\n") || strings.Count(out, "\n") > 4 {
				t.Errorf("%.300s", out)
			}
		}
		flags := []string{config(c.source+".failure_strategy", "LogAndContinue"), config(c.sink+".path", "out/result"), "--workers=2"}
		t.Run(c.name+" from a pipe", func(t *testing.T) {
			place(t, nil)
			cmd, log := program(t, c.program, append(flags, config(c.source+".path", "-"))...)
			in, err := cmd.StdinPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			io.WriteString(in, c.before)
			part := bytes.Repeat([]byte("x"), 1<<20)
			for range size >> 20 {
				if _, err := in.Write(part); err != nil {
					t.Error(err)
					break
				}
			}
			io.WriteString(in, c.after)
			in.Close()
			if err := cmd.Wait(); err != nil {
				t.Errorf("%v: %s", err, log)
			}
			check(t, log.String())
		})
		for _, mmap := range []string{"true", "false"} {
			t.Run(c.name+" from a file, mmap "+mmap, func(t *testing.T) {
				place(t, map[string]string{"in/data": c.before})
				f, err := os.OpenFile("in/data", os.O_WRONLY, 0)
				if err != nil {
					t.Fatal(err)
				}
				f.Seek(size, io.SeekEnd) // a hole: zeros that take no space
				f.WriteString(c.after)
				f.Close()
				cmd, log := program(t, c.program, append(flags, config(c.source+".path", "in/data"), config(c.source+".mmap", mmap))...)
				if err := cmd.Run(); err != nil {
					t.Errorf("%v: %s", err, log)
				}
				check(t, log.String())
			})
		}
	}
}
