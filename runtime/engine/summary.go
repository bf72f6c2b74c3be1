package engine

import (
	"fmt"
	"log/slog"
	"strings"
	"sync/atomic"
	"time"

	rt "github.com/velostream/veloc/runtime"
)

// Summary is the outcome of a run.
type Summary struct {
	In, Out, Filtered, Late, Rejected, DivByZero int64 // rows; see rt.Tally

	Bytes       int64 // of rows read
	Elapsed     time.Duration
	Interrupted bool          // stopped before a bounded input ended: the result is incomplete
	Kept        string        // with Interrupted, the sinks that keep the part of it that was written, separated by commas
	Saved       bool          // the state is saved, and the next run goes on from here
	Stall       time.Duration // the longest time that everything stood still for a checkpoint
	Stats       *Stats        // if Options.Stats
}

// RowsPerSecond is the rate of rows read.
func (s *Summary) RowsPerSecond() float64 {
	if s.Elapsed <= 0 {
		return 0
	}
	return float64(s.In) / s.Elapsed.Seconds()
}

// String is the summary in one line.
func (s *Summary) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s rows in, %s out, %s filtered, %s rejected, %s late",
		count(s.In), count(s.Out), count(s.Filtered), count(s.Rejected), count(s.Late))
	if s.DivByZero > 0 {
		fmt.Fprintf(&b, ", %s divisions by zero", count(s.DivByZero))
	}
	fmt.Fprintf(&b, " in %s (%s rows/s)", short(s.Elapsed), count(int64(s.RowsPerSecond())))
	return b.String()
}

// incomplete says what an interrupted run has left.
func (s *Summary) incomplete() string {
	if s.Saved {
		return "the state is saved, and the next run with it goes on from here"
	}
	if s.Kept == "" {
		return "the result is incomplete, so nothing was put under its final name"
	}
	return "the result is incomplete, and the rows that were written until then stay in " + s.Kept
}

func (s *Summary) attrs() []slog.Attr {
	return []slog.Attr{slog.Int64("rows_in", s.In), slog.Int64("rows_out", s.Out), slog.Int64("filtered", s.Filtered),
		slog.Int64("rejected", s.Rejected), slog.Int64("late", s.Late), slog.Int64("division_by_zero", s.DivByZero),
		slog.Int64("elapsed_ms", s.Elapsed.Milliseconds()), slog.Float64("rows_per_second", s.RowsPerSecond())}
}

// totals are the counts of all pipelines so far. Progress reads them while the run goes on.
type totals struct {
	in, out, filtered, late, rejected, divByZero, bytes atomic.Int64
}

func (t *totals) add(y *rt.Tally) {
	t.in.Add(y.In)
	t.out.Add(y.Out)
	t.filtered.Add(y.Filtered)
	t.late.Add(y.Late)
	t.rejected.Add(y.Rejected)
	t.divByZero.Add(y.DivByZero)
}

func (t *totals) summary(elapsed time.Duration) Summary {
	return Summary{In: t.in.Load(), Out: t.out.Load(), Filtered: t.filtered.Load(), Late: t.late.Load(),
		Rejected: t.rejected.Load(), DivByZero: t.divByZero.Load(), Bytes: t.bytes.Load(), Elapsed: elapsed}
}

// count writes a number with commas between thousands.
func count(n int64) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// size writes a number of bytes with a binary unit.
func size(n int64) string {
	units := []string{"B", "KiB", "MiB", "GiB", "TiB", "PiB"}
	f, i := float64(n), 0
	for f >= 1024 && i < len(units)-1 {
		f /= 1024
		i++
	}
	if i == 0 {
		return fmt.Sprintf("%d B", n)
	}
	return fmt.Sprintf("%.1f %s", f, units[i])
}

// short rounds a duration to what a reader wants to see.
func short(d time.Duration) string {
	switch {
	case d < time.Second:
		return d.Round(time.Millisecond).String()
	case d < time.Minute:
		return d.Round(10 * time.Millisecond).String()
	}
	return d.Round(time.Second).String()
}
