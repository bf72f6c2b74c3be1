// Package blackhole is a sink that counts rows and drops them, to measure a job without its output.
//
// In: encoded rows. Out: two numbers. Forbidden here: keeping anything.
package blackhole

import (
	"context"
	"sync/atomic"

	rt "github.com/velostream/veloc/runtime"
)

// Sink implements rt.Sink. Its counts can be read while it is written.
type Sink struct{ rows, bytes atomic.Int64 }

// NewSink makes a sink.
func NewSink() *Sink { return &Sink{} }

// Rows is how many rows were written.
func (s *Sink) Rows() int64 { return s.rows.Load() }

// Bytes is how many bytes of encoded rows were written.
func (s *Sink) Bytes() int64 { return s.bytes.Load() }

// Open has nothing to check.
func (s *Sink) Open(context.Context) error { return nil }

// Write counts the rows of o.
func (s *Sink) Write(_ context.Context, o *rt.Output) error {
	s.rows.Add(o.Rows)
	s.bytes.Add(int64(len(o.Buf)))
	return nil
}

// Flush has nothing to wait for.
func (s *Sink) Flush(context.Context) error { return nil }

// Close has nothing to close.
func (s *Sink) Close(context.Context, bool) error { return nil }
