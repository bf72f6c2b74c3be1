package datagen

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"time"

	rt "github.com/velostream/veloc/runtime"
)

// Options say what to make.
type Options struct {
	Rows          int64   // 0: never ends
	RowsPerSecond float64 // 0: as fast as they are read
	Seed          int64
	Columns       []rt.GenColumn
	Delimiter     byte     // of CSV rows; 0: JSON lines
	Clock         rt.Clock // for the rate
	Now           int64    // what "now" means in hints, ns
}

const (
	// chunkRows is how many rows a chunk has at most.
	chunkRows = 4096
	// shortestWait is the least time between two chunks of a source with a rate.
	shortestWait = 10 * time.Millisecond
	// longestWait is how long a Poll waits before it says that there is nothing.
	longestWait = 200 * time.Millisecond
)

// Source makes rows up. Its position is the number of the next row.
type Source struct {
	o    Options
	gen  *generator                              // nil: the rows do not depend on those before
	rows func(buf []byte, from, to int64) []byte // appends the rows from up to (not including) to
	// turn is held by the Poll that takes the next rows. A channel, so that waiting for it ends with the context.
	turn    chan struct{}
	seq     int64
	next    int64 // row
	started int64 // clock reading when row 0 was due
	begun   bool
}

// NewSource makes a source. It reports columns and hints that nothing can be made of.
func NewSource(o Options) (*Source, error) {
	if o.Rows < 0 || o.RowsPerSecond < 0 {
		return nil, fmt.Errorf("rows and rows.per.second must not be negative")
	}
	if o.RowsPerSecond > 0 && o.Clock == nil {
		return nil, fmt.Errorf("bug: a rate needs a clock")
	}
	g, err := newGenerator(&o)
	if err != nil {
		return nil, err
	}
	s := SourceOf(o, func(buf []byte, from, to int64) []byte { return g.rows(buf, from, to, make([]value, len(g.columns))) })
	if g.walking {
		s.gen = g
	}
	return s, nil
}

// SourceOf makes a source of rows that somebody else makes: rows appends those from up to (not including) to, the same for the same numbers. Several
// goroutines may call it at once. Of the options it takes Rows, RowsPerSecond and Clock.
func SourceOf(o Options, rows func(buf []byte, from, to int64) []byte) *Source {
	return &Source{o: o, rows: rows, turn: make(chan struct{}, 1)}
}

// ConnectSource makes the source that a built job names, from its properties: rows, rows.per.second, seed.
func ConnectSource(env *rt.Env, name string, props rt.Props, layout rt.Layout) (rt.Source, rt.Ledger, error) {
	o := Options{
		Rows:    env.Int(name+".rows", props.Get("rows", "0")),
		Seed:    env.Int(name+".seed", props.Get("seed", "1")),
		Columns: layout.Generate,
		Clock:   env.Clock,
		Now:     env.Clock.Now(),
	}
	key := name + ".rows.per.second"
	rate := env.String(key, props.Get("rows.per.second", "0"))
	var err error
	if o.RowsPerSecond, err = strconv.ParseFloat(rate, 64); err != nil || o.RowsPerSecond < 0 {
		return nil, nil, fmt.Errorf("property '%s' = '%s': expected a number of rows", key, rate)
	}
	if layout.Format == "csv" {
		o.Delimiter = layout.Delimiter
	}
	s, err := NewSource(o)
	if err != nil {
		return nil, nil, err
	}
	return s, nil, nil
}

// Bounded implements rt.Bounded.
func (s *Source) Bounded() bool { return s.o.Rows > 0 }

// Open implements rt.Source. There is one partition.
func (s *Source) Open(_ context.Context, own rt.Ownership) error { return own.Gained([]int32{0}) }

// Poll implements rt.Source. Rows are made beside each other by several workers unless they depend on the rows before.
func (s *Source) Poll(ctx context.Context, c *rt.Chunk) error {
	select {
	case s.turn <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	from, to, err := s.take(ctx)
	if err != nil {
		<-s.turn
		return err
	}
	buf := c.Buf[:0]
	*c = rt.Chunk{Seq: s.seq, From: rt.Position(from), Next: rt.Position(to), Numbered: true, Offset: from}
	s.seq++
	if s.gen != nil {
		buf = s.rows(buf, from, to)
		<-s.turn
	} else {
		<-s.turn
		buf = s.rows(buf, from, to)
	}
	n := len(buf)
	c.Buf = append(buf, make([]byte, rt.Pad)...)
	c.Data = c.Buf[:n]
	return nil
}

// take chooses the rows of the next chunk; none if the rate allows none for a while. The caller holds turn.
func (s *Source) take(ctx context.Context) (from, to int64, err error) {
	if err := ctx.Err(); err != nil {
		return 0, 0, err
	}
	from, to = s.next, s.next+chunkRows
	if s.o.Rows > 0 {
		to = min(to, s.o.Rows)
		if from >= s.o.Rows {
			return 0, 0, io.EOF
		}
	}
	if s.o.RowsPerSecond > 0 {
		due, err := s.due(ctx)
		if err != nil {
			return 0, 0, err
		}
		to = max(from, min(to, due))
	}
	s.next = to
	return from, to, nil
}

// due is how many rows the rate allows by now. It waits for the next one, but not longer than longestWait.
func (s *Source) due(ctx context.Context) (int64, error) {
	now := s.o.Clock.Now()
	if !s.begun {
		s.begun = true
		s.started = now - int64(float64(s.next)/s.o.RowsPerSecond*1e9)
	}
	if due := s.dueAt(now); due > s.next {
		return due, nil
	}
	wait := s.started + int64(float64(s.next+1)/s.o.RowsPerSecond*1e9) - now
	timer := s.o.Clock.NewTimer(min(max(time.Duration(wait), shortestWait), longestWait))
	defer timer.Stop()
	select {
	case <-timer.C():
		return s.dueAt(s.o.Clock.Now()), nil
	case <-ctx.Done():
		return 0, ctx.Err()
	}
}

func (s *Source) dueAt(now int64) int64 {
	return int64(float64(now-s.started) / 1e9 * s.o.RowsPerSecond * (1 + 1e-12))
}

// Seek implements rt.Source: at is the number of the next row.
func (s *Source) Seek(part int32, at rt.Position) error {
	if part != 0 || at < 0 || s.o.Rows > 0 && int64(at) > s.o.Rows {
		return fmt.Errorf("there is no row %d of partition %d", at, part)
	}
	if s.gen != nil {
		clear(s.gen.walks)
		s.gen.skip(0, int64(at))
	}
	s.next, s.begun = int64(at), false
	return nil
}

// Locate implements rt.Source. Rows that are made up have no lines.
func (s *Source) Locate(rt.ChunkRef, int64) int64 { return 0 }

// Progress implements rt.Source. What is not read from anywhere has no bytes.
func (s *Source) Progress() (read, total int64) { return 0, 0 }

// Close implements rt.Source.
func (s *Source) Close() error { return nil }
