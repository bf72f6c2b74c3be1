package fast

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"time"
)

// Counts is what a program says about its run.
type Counts struct {
	Rows     int64 // rows that were read
	Out      int64 // rows that were written
	Rejected int64 // lines that were no row
	Late     int64 // rows behind the watermark
}

// Add adds the counts of another part of the input.
func (c *Counts) Add(other Counts) {
	c.Rows += other.Rows
	c.Out += other.Out
	c.Rejected += other.Rejected
	c.Late += other.Late
}

// String is the summary line that the benchmark reads.
func (c Counts) String() string {
	return fmt.Sprintf("rows=%d out=%d rejected=%d late=%d", c.Rows, c.Out, c.Rejected, c.Late)
}

// Main is the main function of a program that reads the file in its first argument and writes the one
// in its second. It ends with a summary line on standard error.
func Main(run func(in *Input, out *os.File) (Counts, error)) {
	mainOf("INPUT", func(in []*Input, out *os.File) (Counts, error) { return run(in[0], out) })
}

// MainOfTwo is [Main] for a program that reads two files, which its first two arguments name.
func MainOfTwo(run func(left, right *Input, out *os.File) (Counts, error)) {
	mainOf("LEFT RIGHT", func(in []*Input, out *os.File) (Counts, error) { return run(in[0], in[1], out) })
}

func mainOf(inputs string, run func(in []*Input, out *os.File) (Counts, error)) {
	n := len(strings.Fields(inputs))
	if len(os.Args) != n+2 {
		fmt.Fprintf(os.Stderr, "usage: %s %s OUTPUT\n", os.Args[0], inputs)
		os.Exit(2)
	}
	started := time.Now()
	counts, err := runFiles(os.Args[1:n+1], os.Args[n+1], run)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(3)
	}
	Summary(counts, time.Since(started))
}

// Summary prints the summary line.
func Summary(counts Counts, elapsed time.Duration) {
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	fmt.Fprintf(os.Stderr, "%s mallocs=%d peak=%d seconds=%.6f\n", counts, memory.Mallocs, peak(), elapsed.Seconds())
}

// peak is the most memory that the process has had resident, in bytes; 0 where the system does not tell.
func peak() int64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	var kilobytes int64
	for line := range strings.Lines(string(status)) {
		if _, err := fmt.Sscanf(line, "VmHWM: %d kB", &kilobytes); err == nil {
			break
		}
	}
	return kilobytes << 10
}

func runFiles(inputs []string, output string, run func([]*Input, *os.File) (Counts, error)) (Counts, error) {
	var in []*Input
	for _, path := range inputs {
		opened, err := Open(path)
		if err != nil {
			return Counts{}, err
		}
		in = append(in, opened)
	}
	out, err := os.Create(output)
	if err != nil {
		return Counts{}, err
	}
	counts, err := run(in, out)
	if closing := out.Close(); err == nil {
		err = closing
	}
	return counts, err
}
