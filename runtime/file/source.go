package file

import (
	"context"
	"fmt"
	"io"
	"math"
	"sync"
	"sync/atomic"
	"time"

	rt "github.com/velostream/veloc/runtime"
)

// HeaderCheck says how a CSV header line must agree with SourceOptions.Columns.
type HeaderCheck uint8

const (
	// HeaderAny checks nothing.
	HeaderAny HeaderCheck = iota
	// HeaderHas wants every column to be there, in any order; others may be there too. All files must have the same order.
	HeaderHas
	// HeaderExact wants the columns and no others, in their order: for decoders that go by position.
	HeaderExact
)

// SourceOptions describes a file source. Only Path and Clock are required.
type SourceOptions struct {
	Path    string // a path, a pattern (*, ?, […]; its files are read in lexical order) or "-" for standard input
	Framing Framing

	Delimiter byte // CSV; 0: comma
	Quote     byte // CSV; 0: fields are never quoted
	SkipLines int  // lines to leave out at the start of every file, before the header
	Header    bool // CSV: the next line names the columns
	Columns   []string
	Check     HeaderCheck

	Compression string  // Auto (also ""), None, or the name of one of Codecs
	Codecs      []Codec // what this program links

	MaxRow    int  // bytes of the longest row, newline included; longer ones are rejected. 0: 16 MiB
	ChunkSize int  // bytes of rows in a chunk, roughly; at most MaxRow. 0: 1 MiB
	NoMmap    bool // read instead of mapping, for files that other processes may truncate

	FileWait  time.Duration // how long to wait for a file that is not there yet
	FileRetry time.Duration // how often to look for it; 0: 5 s
	Clock     rt.Clock
}

// Source reads files. It implements rt.Source, with one partition.
type Source struct {
	opt    SourceOptions
	frame  framer
	paths  []string
	sizes  []int64 // of paths
	total  int64
	read   atomic.Int64
	piped  atomic.Bool // standard input or a FIFO is read
	header []string

	mu   sync.Mutex // guards what follows
	cur  input      // file being read, nil between files
	next int        // index in paths of the file after cur
	seq  int64
	err  error // sticky
	open []*mapped

	lines locator
}

var _ rt.Source = (*Source)(nil)

// input is one open file.
type input interface {
	seek(offset int64) error
	close() error
}

// The sizes that options leave open. 1 MiB blocks: small enough for the second-level cache, large enough that taking one costs nothing.
const (
	defaultMaxRow    = 16 << 20
	defaultChunkSize = 1 << 20
)

// NewSource prepares a source; Open opens it.
func NewSource(o SourceOptions) *Source {
	if o.Clock == nil {
		panic("bug: file.SourceOptions without a clock")
	}
	if o.Delimiter == 0 {
		o.Delimiter = ','
	}
	if o.MaxRow <= 0 {
		o.MaxRow = defaultMaxRow
	}
	if o.ChunkSize <= 0 {
		o.ChunkSize = defaultChunkSize
	}
	if o.FileRetry <= 0 {
		o.FileRetry = 5 * time.Second
	}
	o.ChunkSize = min(o.ChunkSize, o.MaxRow) // so that a row that is too long never ends in the block where it starts
	return &Source{opt: o, frame: framer{quoted: o.Framing == CSV && o.Quote != 0, quote: o.Quote, delim: o.Delimiter, tail: 4 << 10}}
}

// Bounded tells that the source ends by itself. That is true of files; a pipe ends when its writer does or when the job is stopped,
// and both complete the result. It is valid after Open.
func (s *Source) Bounded() bool { return !s.piped.Load() }

// Replayable implements rt.Replayable: what a pipe has delivered is gone. It is valid after Open.
func (s *Source) Replayable() bool { return !s.piped.Load() }

// Open finds the files and opens each once, so that missing permissions and wrong headers show before the first row is read.
func (s *Source) Open(ctx context.Context, own rt.Ownership) error {
	paths, err := s.find(ctx)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.paths = paths
	for i, p := range paths {
		size, lasting, err := probe(p)
		if err != nil {
			return err
		}
		s.sizes = append(s.sizes, size)
		s.total += size
		if i > 0 && !lasting {
			continue // a pipe cannot be looked into beforehand
		}
		in, err := s.openInput(ctx, i)
		if err != nil {
			return err
		}
		if i == 0 {
			s.cur, s.next = in, 1
			continue
		}
		if st, ok := in.(*stream); ok {
			s.read.Add(-st.got) // it will be read again
		}
		if err := in.close(); err != nil {
			return err
		}
	}
	if own != nil {
		return own.Gained([]int32{0})
	}
	return nil
}

// Header returns the column names of the header line, in the order of the file. It is valid after Open.
func (s *Source) Header() []string { return s.header }

// Poll fills c with the next rows. After an error every Poll returns it.
func (s *Source) Poll(ctx context.Context, c *rt.Chunk) error {
	c.Data, c.Meta, c.Lines, c.Ends, c.Rejects, c.Release = nil, nil, c.Lines[:0], c.Ends[:0], c.Rejects[:0], nil
	c.Partition, c.Offset, c.Line, c.File, c.Others = 0, 0, 0, "", math.MaxInt64
	s.mu.Lock()
	for {
		if s.err == nil {
			s.err = ctx.Err()
		}
		if s.err != nil {
			s.mu.Unlock()
			return s.err
		}
		switch in := s.cur.(type) {
		case nil:
			s.advance(ctx)
		case *mapped:
			k, ok := in.claim()
			if !ok {
				s.cur = nil // its last blocks may still be read by others; it unmaps itself when they are released
				continue
			}
			s.number(c)
			s.mu.Unlock()
			return s.latch(in.fill(k, c))
		case *stream:
			var more bool
			if more, s.err = in.fill(ctx, c); more {
				s.number(c)
				s.mu.Unlock()
				return nil
			}
			if s.err == nil {
				s.err = in.close()
				s.cur = nil
			}
		}
	}
}

// advance opens the next file, or sets io.EOF.
func (s *Source) advance(ctx context.Context) {
	if s.next >= len(s.paths) {
		s.err = io.EOF
		return
	}
	var in input
	if in, s.err = s.openInput(ctx, s.next); s.err == nil {
		s.cur = in
		s.next++
	}
}

// number gives c its place in the order of chunks.
func (s *Source) number(c *rt.Chunk) {
	c.Seq, c.Now = s.seq, s.opt.Clock.Now()
	s.seq++
}

func (s *Source) latch(err error) error {
	if err != nil {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.err == nil || s.err == io.EOF {
			s.err = err
		}
	}
	return err
}

// fileBits is the place of the file's index in a position: files up to 16 TiB, half a million of them.
const fileBits = 44

// position joins the index of a file and an offset in its decompressed content. With one file it is the offset.
func position(file int, offset rt.Position) rt.Position { return rt.Position(file)<<fileBits | offset }

// Seek makes Poll go on at a position that a chunk's Next gave. Call it after Open and while no Poll runs.
func (s *Source) Seek(part int32, at rt.Position) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if part != 0 || at < 0 {
		return fmt.Errorf("bug: seek to position %d of partition %d; files have partition 0 only", at, part)
	}
	i, offset := int(at>>fileBits), int64(at&(1<<fileBits-1))
	if i >= len(s.paths) {
		return fmt.Errorf("cannot go on reading where the last run stopped: that was in file %d of %s, which now has %d", i+1, s.opt.Path, len(s.paths))
	}
	_, lasting, err := probe(s.paths[i])
	switch {
	case err != nil:
		return err
	case !lasting && at == 0 && s.seq == 0:
		return nil // nothing was read yet
	case !lasting:
		return rt.ErrNotReplayable
	}
	if err := s.closeInputs(); err != nil {
		return err
	}
	s.read.Store(0)
	for _, size := range s.sizes[:i] {
		s.read.Add(size)
	}
	in, err := s.openInput(context.Background(), i)
	if err != nil {
		return err
	}
	s.cur, s.next, s.err = in, i+1, nil
	return in.seek(offset)
}

// Progress tells bytes read of the files as they lie on disk, and their sizes; standard input and pipes count as 0.
func (s *Source) Progress() (read, total int64) { return s.read.Load(), s.total }

// Fault returns an error if addr lies in a mapped file. Call it with the Addr of a memory fault that was recovered while a chunk was
// scanned; nil means that the fault has another cause.
func (s *Source) Fault(addr uintptr) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, m := range s.open {
		if m.holds(addr) {
			return m.truncated()
		}
	}
	return nil
}

// Close closes what is open. Chunks must not be read any more.
func (s *Source) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.err = rt.Error("bug: read of a closed file source")
	err := s.closeInputs()
	if e := s.lines.close(); err == nil {
		err = e
	}
	return err
}

func (s *Source) closeInputs() (err error) {
	if s.cur != nil {
		err = s.cur.close()
		s.cur = nil
	}
	for _, m := range s.open {
		if e := m.close(); err == nil {
			err = e
		}
	}
	s.open = nil
	return err
}
