package rttest

import (
	"context"
	"fmt"
	"testing"

	rt "github.com/velostream/veloc/runtime"
)

// SinkCase says how to make a sink and how to look at its target.
type SinkCase struct {
	// New makes a sink that is not open yet. Calls within one test write to the same target.
	New func(t testing.TB) rt.Sink
	// Read is what stands under the target's final name; ok is false if nothing does.
	Read func(t testing.TB) (text string, ok bool)
	// Reset removes the target before each test.
	Reset func(t testing.TB)
	// Encode makes the output of some rows, and the text that Read must show for it; nil: lines of text.
	Encode func(o *rt.Output, row int) (text string)
	// Immediate targets (queues, terminals) show rows when they are flushed, and keep them when the sink is closed as incomplete.
	Immediate bool
	// Broken makes a sink that cannot be opened, for example because its folder does not exist; optional.
	Broken func(t testing.TB) rt.Sink
}

// Sink checks that a sink keeps the contract of rt.Sink. Connectors call it from their tests.
func Sink(t *testing.T, c SinkCase) {
	if c.Encode == nil {
		c.Encode = encodeLine
	}
	t.Run("complete", c.complete)
	t.Run("incomplete", c.incomplete)
	t.Run("no rows", c.noRows)
	t.Run("flush", c.flushed)
	if c.Broken != nil {
		t.Run("broken", c.broken)
	}
}

func encodeLine(o *rt.Output, row int) string {
	line := fmt.Sprintf("row %d\n", row)
	o.Buf = append(o.Buf, line...)
	o.Rows++
	return line
}

func (c SinkCase) open(t *testing.T) rt.Sink {
	t.Helper()
	c.Reset(t)
	s := c.New(t)
	if err := s.Open(t.Context()); err != nil {
		t.Fatalf("Open: %v", err)
	}
	return s
}

// fill writes many rows in pieces of growing size and returns the text expected. The output's memory is overwritten after each
// Write, which sinks must not mind.
func (c SinkCase) fill(t *testing.T, s rt.Sink, pieces int) (want string) {
	t.Helper()
	var o rt.Output
	row := 0
	for piece := range pieces {
		for range piece * piece {
			want += c.Encode(&o, row)
			row++
		}
		if err := s.Write(t.Context(), &o); err != nil {
			t.Fatalf("Write: %v", err)
		}
		for i := range o.Buf {
			o.Buf[i] = '#'
		}
		clear(o.Recs)
		o.Reset()
	}
	return want
}

func (c SinkCase) shows(t *testing.T, want string, wantOK bool) {
	t.Helper()
	got, ok := c.Read(t)
	if ok != wantOK {
		t.Errorf("the target exists: %t, want %t", ok, wantOK)
	}
	if got != want {
		t.Errorf("the target holds %d bytes, want %d; they differ", len(got), len(want))
	}
}

func closeSink(t *testing.T, s rt.Sink, complete bool) {
	t.Helper()
	if err := s.Close(context.Background(), complete); err != nil {
		t.Errorf("Close: %v", err)
	}
}

func (c SinkCase) complete(t *testing.T) {
	s := c.open(t)
	want := c.fill(t, s, 40)
	if !c.Immediate {
		c.shows(t, "", false)
	}
	closeSink(t, s, true)
	c.shows(t, want, true)
}

func (c SinkCase) incomplete(t *testing.T) {
	s := c.open(t)
	want := c.fill(t, s, 10)
	if err := s.Flush(t.Context()); err != nil {
		t.Errorf("Flush: %v", err)
	}
	closeSink(t, s, false)
	if c.Immediate {
		c.shows(t, want, true)
		return
	}
	c.shows(t, "", false)
}

func (c SinkCase) noRows(t *testing.T) {
	s := c.open(t)
	if err := s.Flush(t.Context()); err != nil {
		t.Errorf("Flush: %v", err)
	}
	if err := s.Write(t.Context(), &rt.Output{}); err != nil {
		t.Errorf("Write: %v", err)
	}
	closeSink(t, s, true)
}

func (c SinkCase) flushed(t *testing.T) {
	s := c.open(t)
	want := c.fill(t, s, 5)
	if err := s.Flush(t.Context()); err != nil {
		t.Fatalf("Flush: %v", err)
	}
	if c.Immediate {
		c.shows(t, want, true)
	}
	closeSink(t, s, true)
	c.shows(t, want, true)
}

func (c SinkCase) broken(t *testing.T) {
	s := c.Broken(t)
	err := s.Open(t.Context())
	if err == nil {
		closeSink(t, s, false)
		t.Fatal("Open finds nothing wrong")
	}
	if len(err.Error()) < 10 {
		t.Errorf("Open: %q does not say what is wrong", err)
	}
}
