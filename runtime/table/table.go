// Package table is a sink that keeps the newest row of each key in memory, for requests at the metrics port.
//
// In: records. Out: answers. Forbidden here: HTTP, encoding.
package table

import (
	"context"
	"fmt"
	"strings"
	"sync"

	rt "github.com/velostream/veloc/runtime"
)

// Separator stands between the columns of a key.
const Separator = "\x1f"

// Sink implements rt.Table. It can be asked while it is written.
type Sink struct {
	key []string

	mu   sync.RWMutex
	rows map[string]*row
}

// row is the value of a key. Its memory is used again for the next one.
type row struct{ value []byte }

// NewSink makes a table whose rows have a key of the given columns; none: it has one row.
func NewSink(key []string) *Sink { return &Sink{key: key, rows: map[string]*row{}} }

// ConnectSink makes the sink of a generated job.
func ConnectSink(_ *rt.Env, _ string, _ rt.Props, l rt.Layout) (rt.Sink, error) {
	return NewSink(l.Key), nil
}

// Key names the columns that identify a row.
func (s *Sink) Key() []string { return s.key }

// Rows is the number of rows.
func (s *Sink) Rows() int {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return len(s.rows)
}

// Row is a copy of the row with a key, as JSON. It fails where the key has another number of columns than the table's.
func (s *Sink) Row(key []string) (value []byte, found bool, err error) {
	if len(key) != len(s.key) {
		return nil, false, fmt.Errorf("a row is identified by %s, and the request has %d of these", columns(s.key), len(key))
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	r, found := s.rows[strings.Join(key, Separator)]
	if !found {
		return nil, false, nil
	}
	return append([]byte(nil), r.value...), true, nil
}

func columns(names []string) string {
	switch len(names) {
	case 0:
		return "nothing: there is one"
	case 1:
		return "one column, " + names[0]
	}
	return fmt.Sprintf("%d columns, %s", len(names), strings.Join(names, ", "))
}

// Open has nothing to check.
func (s *Sink) Open(context.Context) error { return nil }

// Write puts rows in place of those with the same key, and takes deleted ones out. All of them appear at once.
func (s *Sink) Write(_ context.Context, o *rt.Output) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	at := 0
	for i := range o.Recs {
		rec := &o.Recs[i]
		key, value := o.Buf[at:rec.Key], o.Buf[rec.Key:rec.Value]
		at = rec.Value
		if rec.Null {
			delete(s.rows, string(key))
			continue
		}
		r := s.rows[string(key)]
		if r == nil {
			r = &row{}
			s.rows[string(key)] = r
		}
		r.value = append(r.value[:0], value...)
	}
	return nil
}

// Flush has nothing to wait for.
func (s *Sink) Flush(context.Context) error { return nil }

// Close has nothing to close.
func (s *Sink) Close(context.Context, bool) error { return nil }
