package rttest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	rt "github.com/velostream/veloc/runtime"
)

// SourceCase says how to make a source and what must come out of it.
type SourceCase struct {
	// New makes a source that is not open yet. Every call makes an independent one over the same input.
	New func(t testing.TB) rt.Source
	// Rows are the rows of each partition in order, without line ends. Records that hold no newline count as rows.
	Rows map[int32][]string
	// Unbounded sources are read until all Rows have come.
	Unbounded bool
	// NotReplayable sources refuse Seek with rt.ErrNotReplayable.
	NotReplayable bool
	// Unlocated sources do not know line numbers; Locate and Chunk.Line are 0.
	Unlocated bool
}

// patience is how long the suites wait for what should happen at once.
const patience = 30 * time.Second

// Source checks that a source keeps the contract of rt.Source. Connectors call it from their tests, with small and with large input.
func Source(t *testing.T, c SourceCase) {
	for _, workers := range []int{1, 4} {
		t.Run(fmt.Sprintf("all rows, %d readers", workers), func(t *testing.T) { c.allRows(t, workers) })
	}
	t.Run("continue at every Next", c.everyNext)
	t.Run("continue within chunks", c.withinChunks)
	t.Run("cancel", c.cancel)
	t.Run("progress", c.progress)
}

// owner records what a source gains and loses.
type owner struct {
	mu    sync.Mutex
	parts map[int32]bool
}

func (o *owner) Gained(parts []int32) error { return o.set(parts, true) }
func (o *owner) Lost(parts []int32) error   { return o.set(parts, false) }

func (o *owner) set(parts []int32, has bool) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.parts == nil {
		o.parts = map[int32]bool{}
	}
	for _, p := range parts {
		o.parts[p] = has
	}
	return nil
}

func (c SourceCase) open(t testing.TB) (rt.Source, context.Context) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	t.Cleanup(cancel)
	s := c.New(t)
	if err := s.Open(ctx, &owner{}); err != nil {
		t.Fatalf("Open: %v", err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	return s, ctx
}

// read is a chunk that was read, copied.
type read struct {
	seq  int64
	part int32
	rows []string
	next rt.Position
	// behind is the position behind the first half of the rows.
	behind rt.Position
}

// half is how many rows behind stands behind.
func (r read) half() int { return (len(r.rows) + 1) / 2 }

// drain reads until all rows have come, with several goroutines, and checks each chunk.
func (c SourceCase) drain(t testing.TB, s rt.Source, ctx context.Context, workers int, want int) []read {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var mu sync.Mutex
	var all []read
	got := 0
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			var chunk rt.Chunk
			for {
				err := s.Poll(ctx, &chunk)
				if err != nil {
					if !errors.Is(err, io.EOF) && ctx.Err() == nil {
						t.Errorf("Poll: %v", err)
						cancel()
					}
					return
				}
				r := c.inspect(t, s, &chunk)
				if chunk.Release != nil {
					chunk.Release()
				}
				mu.Lock()
				all = append(all, r)
				if got += len(r.rows); c.Unbounded && got >= want {
					cancel()
				}
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	slices.SortFunc(all, func(a, b read) int { return int(a.seq - b.seq) })
	for i, r := range all {
		if r.seq != all[0].seq+int64(i) {
			t.Fatalf("Seq goes from %d to %d", all[i-1].seq, r.seq)
		}
	}
	return all
}

// inspect checks one chunk and copies it.
func (c SourceCase) inspect(t testing.TB, s rt.Source, chunk *rt.Chunk) read {
	r := read{seq: chunk.Seq, part: chunk.Partition, next: chunk.Next}
	if len(chunk.Data) == 0 {
		return r
	}
	if chunk.Data[len(chunk.Data)-1] != '\n' {
		t.Errorf("chunk %d does not end with a newline", chunk.Seq)
	}
	r.rows = strings.Split(strings.TrimSuffix(string(chunk.Data), "\n"), "\n")
	r.behind = chunk.Behind(len(strings.Join(r.rows[:r.half()], "\n")) + 1)
	if chunk.Meta != nil {
		if len(chunk.Meta) != len(r.rows) {
			t.Errorf("chunk %d has %d rows and %d Meta", chunk.Seq, len(r.rows), len(chunk.Meta))
		}
		return r
	}
	ref := rt.ChunkRef{File: chunk.File, Offset: chunk.Offset, Line: chunk.Line, Partition: chunk.Partition}
	for _, at := range []int{0, bytes.LastIndexByte(chunk.Data[:len(chunk.Data)-1], '\n') + 1} {
		line := s.Locate(ref, chunk.Offset+int64(at))
		switch {
		case c.Unlocated && line != 0:
			t.Errorf("chunk %d: Locate guesses line %d", chunk.Seq, line)
		case !c.Unlocated && line == 0:
			t.Errorf("chunk %d: Locate does not find the line of byte %d", chunk.Seq, chunk.Offset+int64(at))
		case at == 0 && chunk.Line > 0 && line != chunk.Line:
			t.Errorf("chunk %d: Line is %d, Locate says %d", chunk.Seq, chunk.Line, line)
		}
	}
	return r
}

func (c SourceCase) total() (n int) {
	for _, rows := range c.Rows {
		n += len(rows)
	}
	return n
}

// rowsOf puts what was read together again, by partition.
func rowsOf(all []read) map[int32][]string {
	out := map[int32][]string{}
	for _, r := range all {
		if len(r.rows) > 0 {
			out[r.part] = append(out[r.part], r.rows...)
		}
	}
	return out
}

func (c SourceCase) allRows(t *testing.T, workers int) {
	s, ctx := c.open(t)
	got := rowsOf(c.drain(t, s, ctx, workers, c.total()))
	for part, want := range c.Rows {
		compareRows(t, part, got[part], want)
		delete(got, part)
	}
	for part, rows := range got {
		t.Errorf("%d unexpected rows of partition %d", len(rows), part)
	}
	if !c.Unbounded {
		var chunk rt.Chunk
		if err := s.Poll(ctx, &chunk); !errors.Is(err, io.EOF) {
			t.Errorf("Poll after the end: %v, want io.EOF again", err)
		}
	}
}

func compareRows(t testing.TB, part int32, got, want []string) {
	t.Helper()
	for i := range min(len(got), len(want)) {
		if got[i] != want[i] {
			t.Errorf("partition %d row %d: got %q, want %q", part, i, got[i], want[i])
			return
		}
	}
	if len(got) != len(want) {
		t.Errorf("partition %d: %d rows, want %d", part, len(got), len(want))
	}
}

// everyNext reads on from the Next of up to twenty chunks, as a restart does.
func (c SourceCase) everyNext(t *testing.T) {
	s, ctx := c.open(t)
	if c.NotReplayable {
		if err := s.Seek(0, 1); !errors.Is(err, rt.ErrNotReplayable) {
			t.Errorf("Seek: %v, want ErrNotReplayable", err)
		}
		return
	}
	all := c.drain(t, s, ctx, 1, c.total())
	done := map[int32]int{}
	for i, r := range all {
		done[r.part] += len(r.rows)
		if len(r.rows) == 0 || i%(1+len(all)/20) != 0 {
			continue
		}
		c.goOn(t, r.part, r.next, done[r.part])
	}
}

// goOn reads a partition from a position, which is that of a row.
func (c SourceCase) goOn(t *testing.T, part int32, at rt.Position, row int) {
	t.Helper()
	again, ctx := c.open(t)
	if err := again.Seek(part, at); err != nil {
		t.Fatalf("Seek(%d, %d): %v", part, at, err)
	}
	got := rowsOf(c.drain(t, again, ctx, 1, c.total()-row))
	compareRows(t, part, got[part], c.Rows[part][row:])
}

// withinChunks reads on from the middle of up to twenty chunks, as a restart does where rows of several sources meet.
func (c SourceCase) withinChunks(t *testing.T) {
	if c.NotReplayable {
		t.Skip("the source cannot be read again")
	}
	s, ctx := c.open(t)
	all := c.drain(t, s, ctx, 1, c.total())
	done := map[int32]int{}
	for i, r := range all {
		if len(r.rows) > 0 && i%(1+len(all)/20) == 0 {
			c.goOn(t, r.part, r.behind, done[r.part]+r.half())
		}
		done[r.part] += len(r.rows)
	}
}

// cancel ends a Poll that has nothing to read, and checks that Polls that end so leave no gap in Seq.
func (c SourceCase) cancel(t *testing.T) {
	s, ctx := c.open(t)
	over, cancel := context.WithCancel(ctx)
	cancel()
	var chunk rt.Chunk
	var before []read
	if err := s.Poll(over, &chunk); err == nil { // it may still return what it has
		before = append(before, c.inspect(t, s, &chunk))
	}
	rest := c.total()
	if len(before) > 0 {
		rest -= len(before[0].rows)
	}
	after := c.drain(t, s, ctx, 1, rest)
	if len(after) > 0 && after[0].seq != int64(len(before)) {
		t.Errorf("Seq goes on at %d after %d chunks", after[0].seq, len(before))
	}
	if !c.Unbounded {
		return
	}
	waiting, stop := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() {
		for {
			if err := s.Poll(waiting, &chunk); err != nil {
				ended <- err
				return
			}
		}
	}()
	stop()
	select {
	case <-ended:
	case <-time.After(patience):
		t.Error("Poll goes on after its context has ended")
	}
}

func (c SourceCase) progress(t *testing.T) {
	s, ctx := c.open(t)
	c.drain(t, s, ctx, 1, c.total())
	read, total := s.Progress()
	if total > 0 && read != total {
		t.Errorf("Progress at the end: %d of %d bytes", read, total)
	}
	if c.Unbounded && total != 0 {
		t.Errorf("Progress knows a total of %d bytes for an unbounded source", total)
	}
}
