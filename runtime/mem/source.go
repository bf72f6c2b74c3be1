package mem

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"
	"sync"

	rt "github.com/velostream/veloc/runtime"
)

// Source is a source of lines of text. Set its fields before it is opened.
type Source struct {
	// ChunkRows says how many rows the next chunk takes; nil: 100 rows. Calls are serialised.
	ChunkRows func() int
	// Records frames rows as records, as Kafka does: chunks have Meta, and offsets count rows.
	Records bool
	// Meta fills in what a record has besides its offset; optional.
	Meta func(part int32, row int64, m *rt.Meta)
	// File is Chunk.File.
	File string
	// OnPoll is called by each Poll before it reads; an error is returned by Poll.
	OnPoll func() error

	mu     sync.Mutex
	news   chan struct{} // closed and replaced when rows are pushed
	parts  []*part
	seq    int64
	turn   int // partition to try next
	ended  bool
	stream bool
	nudges int
	out    int // chunks that were not released yet
	closed bool
}

type part struct {
	rows []byte
	read int // bytes
	row  int64
}

// NewSource is a bounded source with one partition per text; each line of a text is a row.
func NewSource(partitions ...string) *Source {
	s := NewStream(len(partitions))
	for i, text := range partitions {
		s.parts[i].rows = lines(text)
	}
	s.stream, s.ended = false, true
	return s
}

// NewStream is an unbounded source; Push gives it rows.
func NewStream(partitions int) *Source {
	s := &Source{news: make(chan struct{}), stream: true}
	for range partitions {
		s.parts = append(s.parts, &part{})
	}
	return s
}

func lines(text string) []byte {
	if text != "" && !strings.HasSuffix(text, "\n") {
		text += "\n"
	}
	return []byte(text)
}

// Push appends rows to a partition.
func (s *Source) Push(partition int32, text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.parts[partition].rows = append(s.parts[partition].rows, lines(text)...)
	s.wake()
}

// Nudge makes one Poll return an empty chunk, as a source does that has had no news for a while.
func (s *Source) Nudge() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.nudges++
	s.wake()
}

// End makes Poll return io.EOF once everything is read.
func (s *Source) End() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ended = true
	s.wake()
}

func (s *Source) wake() {
	close(s.news)
	s.news = make(chan struct{})
}

// Settled waits until every row was read and every chunk released, which is when the engine has merged it.
func (s *Source) Settled(ctx context.Context) error {
	for {
		s.mu.Lock()
		settled, news := s.out == 0 && s.nudges == 0, s.news
		for _, p := range s.parts {
			settled = settled && p.read == len(p.rows)
		}
		s.mu.Unlock()
		if settled {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-news:
		}
	}
}

func (s *Source) released(buf []byte) {
	for i := range buf {
		buf[i] = '#'
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.out--
	s.wake()
}

// Closed tells whether Close was called.
func (s *Source) Closed() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.closed
}

// Bounded implements rt.Bounded.
func (s *Source) Bounded() bool { return !s.stream }

// Open implements rt.Source: all partitions are gained.
func (s *Source) Open(ctx context.Context, own rt.Ownership) error {
	all := make([]int32, len(s.parts))
	for i := range all {
		all[i] = int32(i)
	}
	return own.Gained(all)
}

// Poll implements rt.Source. Partitions take turns.
func (s *Source) Poll(ctx context.Context, c *rt.Chunk) error {
	if s.OnPoll != nil {
		if err := s.OnPoll(); err != nil {
			return err
		}
	}
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		news, err := s.next(c)
		if news == nil {
			return err
		}
		select {
		case <-ctx.Done():
		case <-news:
		}
	}
}

// next fills c, or returns a channel that is closed when there may be more.
func (s *Source) next(c *rt.Chunk) (news <-chan struct{}, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for range s.parts {
		i := s.turn
		s.turn = (s.turn + 1) % len(s.parts)
		if p := s.parts[i]; p.read < len(p.rows) {
			s.fill(c, int32(i), p)
			return nil, nil
		}
	}
	switch {
	case s.nudges > 0:
		s.nudges--
		p := s.parts[0]
		*c = rt.Chunk{Seq: s.seq, Buf: c.Buf, Next: s.position(p), Release: func() { s.released(nil) }}
		s.seq++
		s.out++
		return nil, nil
	case s.ended:
		return nil, io.EOF
	}
	return s.news, nil
}

func (s *Source) fill(c *rt.Chunk, id int32, p *part) {
	n := 100
	if s.ChunkRows != nil {
		n = max(1, s.ChunkRows())
	}
	from, row, start := p.read, p.row, s.position(p)
	for ; n > 0 && p.read < len(p.rows); n-- {
		p.read += bytes.IndexByte(p.rows[p.read:], '\n') + 1
		p.row++
	}
	rows := p.rows[from:p.read]
	buf := append(append(c.Buf[:0], rows...), make([]byte, rt.Pad)...)
	*c = rt.Chunk{Seq: s.seq, Partition: id, Data: buf[:len(rows)], Offset: int64(from), Line: row + 1, File: s.File, Buf: buf,
		From: start, Next: s.position(p), Release: func() { s.released(buf) }}
	s.seq++
	s.out++
	if !s.Records {
		return
	}
	c.Offset, c.Line = 0, 0
	for r := row; r < p.row; r++ {
		m := rt.Meta{Offset: r}
		if s.Meta != nil {
			s.Meta(id, r, &m)
		}
		c.Meta = append(c.Meta, m)
	}
}

func (s *Source) position(p *part) rt.Position {
	if s.Records {
		return rt.Position(p.row)
	}
	return rt.Position(p.read)
}

// Seek implements rt.Source.
func (s *Source) Seek(id int32, at rt.Position) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if int(id) >= len(s.parts) {
		return fmt.Errorf("there is no partition %d", id)
	}
	p := s.parts[id]
	p.read, p.row = 0, 0
	for p.read < len(p.rows) && s.position(p) < at {
		p.read += bytes.IndexByte(p.rows[p.read:], '\n') + 1
		p.row++
	}
	if s.position(p) != at {
		return fmt.Errorf("no row of partition %d starts at %d", id, at)
	}
	return nil
}

// Locate implements rt.Source.
func (s *Source) Locate(ref rt.ChunkRef, offset int64) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	rows := s.parts[ref.Partition].rows
	return int64(bytes.Count(rows[:min(offset, int64(len(rows)))], []byte{'\n'})) + 1
}

// Progress implements rt.Source.
func (s *Source) Progress() (read, total int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range s.parts {
		read += int64(p.read)
		total += int64(len(p.rows))
	}
	if s.stream {
		total = 0
	}
	return read, total
}

// Close implements rt.Source.
func (s *Source) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	return nil
}
