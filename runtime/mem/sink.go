package mem

import (
	"context"
	"slices"
	"sync"

	rt "github.com/velostream/veloc/runtime"
)

// Sink keeps what is written to it. Set its fields before it is opened.
type Sink struct {
	// OnOpen, OnWrite and OnFlush are called by the methods of these names; an error is returned by them, and nothing was done.
	OnOpen, OnWrite, OnFlush func() error

	mu        sync.Mutex
	written   []byte
	records   []Record
	rows      int64
	flushed   int // bytes
	closed    bool
	completed bool
}

// Record is one record that a task wrote for a record sink.
type Record struct {
	Key, Value []byte // Key is nil for records without one
	Time       int64
	Headers    []rt.Header
}

// NewSink makes an empty sink.
func NewSink() *Sink { return &Sink{} }

func call(f func() error) error {
	if f == nil {
		return nil
	}
	return f()
}

// Open implements rt.Sink.
func (s *Sink) Open(context.Context) error { return call(s.OnOpen) }

// Write implements rt.Sink.
func (s *Sink) Write(_ context.Context, o *rt.Output) error {
	if err := call(s.OnWrite); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	at := 0
	for _, r := range o.Recs {
		rec := Record{Value: slices.Clone(o.Buf[r.Key:r.Value]), Time: r.Time, Headers: slices.Clone(r.Headers)}
		if !r.NoKey {
			rec.Key = append([]byte{}, o.Buf[at:r.Key]...)
		}
		s.records = append(s.records, rec)
		at = r.Value
	}
	s.written = append(s.written, o.Buf...)
	s.rows += o.Rows
	return nil
}

// Flush implements rt.Sink.
func (s *Sink) Flush(context.Context) error {
	if err := call(s.OnFlush); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.flushed = len(s.written)
	return nil
}

// Close implements rt.Sink.
func (s *Sink) Close(_ context.Context, complete bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed, s.completed = true, complete
	return nil
}

// Written is everything written so far.
func (s *Sink) Written() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return string(s.written)
}

// Flushed is the part of Written that would survive a crash.
func (s *Sink) Flushed() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return string(s.written[:s.flushed])
}

// Records is everything written as records.
func (s *Sink) Records() []Record {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.records)
}

// Rows counts the rows written.
func (s *Sink) Rows() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.rows
}

// Final is what stands under the sink's final name: everything after it was closed as complete, nothing before or without that.
func (s *Sink) Final() (text string, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.closed || !s.completed {
		return "", false
	}
	return string(s.written), true
}

// Atomic implements rt.Atomic.
func (s *Sink) Atomic() bool { return true }

// Closed tells whether Close was called.
func (s *Sink) Closed() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.closed
}
