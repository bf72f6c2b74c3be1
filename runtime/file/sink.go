package file

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"os"
	"time"

	rt "github.com/velostream/veloc/runtime"
)

// SinkOptions describes a file sink. Only Path and Clock are required.
type SinkOptions struct {
	Path   string // "-" and /dev/stdout are standard output; pipes and devices are written directly
	Header string // first line of every file, without its newline: CSV column names
	Quote  byte   // CSV: the quote of fields, in which newlines do not end a row; 0: every newline ends one
	Array  bool   // rows become the elements of one JSON array
	Codec  *Codec // nil: plain

	Append      bool          // add to what is there; rows show as they are flushed
	RotateBytes int64         // begin a new file before this one gets longer, counted before compression; 0: never
	RotateRows  int64         // begin a new file after so many rows; 0: never
	RotateEvery time.Duration // begin a new file when this one is so old; 0: never
	NoSync      bool          // do not wait for the disk: results can be lost or cut when the machine fails
	Clock       rt.Clock
}

// Sink writes rows to files. It implements rt.Sink.
//
// A regular file is written under a hidden name beside its final one and renamed when Close completes it, so that nobody ever sees
// half a result. With Append the file itself grows; what was written after the last Flush is taken back when the job fails. With
// rotation every file (out-000001.csv, …) is renamed when it is full; numbering goes on behind the files that are there.
type Sink struct {
	opt    SinkOptions
	target target // current file; nil between rotated files
	out    *buffer
	zip    Compressor // on top of out; nil if plain, or between members
	number int        // of the current rotated file
	rows   int64      // rows in the current file
	size   int64      // bytes in it, before compression
	since  int64      // when its first row came, ns
	err    error      // sticky
	ended  bool
	atomic bool // nothing shows before Close
	resume resuming
}

var _ rt.Atomic = (*Sink)(nil)

// NewSink prepares a sink; Open opens it.
func NewSink(o SinkOptions) *Sink {
	if o.Clock == nil {
		panic("bug: file.SinkOptions without a clock")
	}
	return &Sink{opt: o, out: newBuffer()}
}

// Open checks the target and opens it, so that a missing directory or permission shows before the first row is read.
func (s *Sink) Open(ctx context.Context) error {
	if s.opt.Append && s.opt.Array {
		return fmt.Errorf("%s: a JSON array cannot be appended to: write 'format' = 'jsonlines', or leave out 'append'", s.opt.Path)
	}
	if s.rotates() {
		if s.opt.Append {
			return fmt.Errorf("%s: 'append' and rotation exclude each other; rotated files are numbered on behind those that are there", s.opt.Path)
		}
		n, err := lastNumber(s.opt.Path, s.suffix())
		if err != nil {
			return err
		}
		s.number = n
	}
	switch {
	case s.err != nil:
		return s.err
	case s.resume.from != nil:
		return s.latch(s.reopen(ctx))
	}
	return s.begin(ctx)
}

func (s *Sink) rotates() bool {
	return s.opt.RotateBytes > 0 || s.opt.RotateRows > 0 || s.opt.RotateEvery > 0
}

// Atomic implements rt.Atomic: a regular file that is neither appended to nor rotated.
func (s *Sink) Atomic() bool { return s.atomic }

func (s *Sink) suffix() string {
	if s.opt.Codec == nil {
		return ""
	}
	return s.opt.Codec.Suffix
}

// begin opens the next file and writes what stands before its rows.
func (s *Sink) begin(ctx context.Context) error {
	path := s.opt.Path
	if s.rotates() {
		s.number++
		path = numbered(path, s.suffix(), s.number)
	}
	t, err := openTarget(ctx, path, s.opt, s.resume.on)
	if err != nil {
		return s.latch(err)
	}
	s.target, s.rows, s.size = t, 0, 0
	s.atomic = !t.visible() && !s.rotates()
	s.out.reset(t, t.length())
	if s.opt.Header != "" && t.length() == 0 {
		s.write([]byte(s.opt.Header))
		s.write(newline)
	}
	return s.err
}

var (
	newline   = []byte{'\n'}
	arrayHead = []byte("[\n")
	arrayNext = []byte(",\n")
	arrayTail = []byte("\n]\n")
	noRows    = []byte("[]\n")
)

// write appends bytes to the current file. Errors stay in s.err.
func (s *Sink) write(b []byte) {
	s.size += int64(len(b))
	if s.err != nil {
		return
	}
	var err error
	if s.opt.Codec == nil {
		_, err = s.out.Write(b)
	} else if s.startMember() == nil {
		_, err = s.zip.Write(b)
	}
	s.latch(err)
}

// startMember begins a gzip member or zstd frame if none is open.
func (s *Sink) startMember() error {
	if s.zip != nil {
		return nil
	}
	var err error
	if s.zip, err = s.opt.Codec.NewWriter(s.out); err != nil {
		return s.latch(fmt.Errorf("cannot compress %s: %w", s.opt.Path, err))
	}
	return nil
}

// endMember ends it, so that what is written up to now can be read even if nothing more comes.
func (s *Sink) endMember() {
	if s.zip != nil && s.err == nil {
		s.latch(s.zip.Close())
	}
	s.zip = nil
}

func (s *Sink) latch(err error) error {
	if s.err == nil {
		s.err = err
	}
	return err
}

// Write takes over the rows of o; of large outputs the memory, too.
func (s *Sink) Write(ctx context.Context, o *rt.Output) error {
	if s.err != nil {
		return s.err
	}
	s.out.atOnce = !o.Alone
	if len(o.Buf) >= largeSize && s.opt.Codec == nil && !s.opt.Array && !s.rotates() {
		var err error
		s.size, s.rows = s.size+int64(len(o.Buf)), s.rows+o.Rows
		o.Buf, err = s.out.exchange(o.Buf)
		return s.latch(err)
	}
	data, rows := o.Buf, o.Rows
	for len(data) > 0 {
		if s.target == nil {
			if err := s.begin(ctx); err != nil {
				return err
			}
		}
		if s.rows == 0 && s.opt.RotateEvery > 0 {
			s.since = s.opt.Clock.Now()
		}
		n, k := len(data), rows
		if s.rotates() {
			n, k = s.fit(data, rows)
		}
		if n > 0 {
			s.writeRows(data[:n])
			s.rows += k
		}
		data, rows = data[n:], rows-k
		if len(data) > 0 || s.full() {
			if err := s.end(true); err != nil {
				return err
			}
		}
	}
	return s.err
}

// writeRows writes whole rows.
func (s *Sink) writeRows(data []byte) {
	if !s.opt.Array {
		s.write(data)
		return
	}
	sep := arrayNext
	if s.rows == 0 {
		sep = arrayHead
	}
	for len(data) > 0 {
		n := bytes.IndexByte(data, '\n') + 1
		if n == 0 {
			panic("bug: a row without a newline was given to the file sink")
		}
		s.write(sep)
		s.write(data[:n-1])
		sep, data = arrayNext, data[n:]
	}
}

// full tells whether the current file takes no more rows.
func (s *Sink) full() bool {
	return s.opt.RotateRows > 0 && s.rows >= s.opt.RotateRows ||
		s.opt.RotateEvery > 0 && s.rows > 0 && s.opt.Clock.Now()-s.since >= int64(s.opt.RotateEvery)
}

// fit returns how many bytes and rows of data, which holds rows rows, still go into the current file. The first row of a file always
// fits.
func (s *Sink) fit(data []byte, rows int64) (n int, k int64) {
	roomRows, room, each := rows, int64(math.MaxInt64), int64(0)
	if s.opt.RotateRows > 0 {
		roomRows = min(roomRows, s.opt.RotateRows-s.rows)
	}
	if s.opt.RotateBytes > 0 {
		room = s.opt.RotateBytes - s.size
	}
	if s.opt.Array {
		each = int64(len(arrayNext) - len(newline))
		room -= int64(len(arrayTail))
	}
	if roomRows == rows && int64(len(data))+each*rows <= room {
		return len(data), rows
	}
	for k < roomRows {
		end := n + s.rowLength(data[n:])
		if int64(end)+each*(k+1) > room && s.rows+k > 0 {
			break
		}
		n, k = end, k+1
	}
	return n, k
}

// rowLength is the length of the first row of data. Encoders double quotes within fields, so a newline ends a row if and only if an
// even number of quotes stands before it.
func (s *Sink) rowLength(data []byte) int {
	if s.opt.Quote == 0 {
		return bytes.IndexByte(data, '\n') + 1
	}
	inside := false
	for i, c := range data {
		switch {
		case c == s.opt.Quote:
			inside = !inside
		case c == '\n' && !inside:
			return i + 1
		}
	}
	return len(data)
}

// Flush makes everything written durable where that means something: appended rows, pipes and devices. A file that is renamed at the
// end is synced then. It also ends a rotated file whose time has come.
func (s *Sink) Flush(ctx context.Context) error {
	if s.err != nil || s.target == nil {
		return s.err
	}
	if s.full() {
		return s.end(true)
	}
	switch {
	case s.zip == nil || !s.target.visible():
	case s.opt.Append:
		s.endMember() // a failing job cuts the file here, and the next run appends a member of its own
	default:
		s.latch(s.zip.Flush())
	}
	if s.err == nil && s.target.visible() {
		if s.latch(s.out.flush()) == nil {
			s.latch(s.target.sync())
		}
	}
	return s.err
}

// end finishes the current file: under its final name if complete, without a trace if not.
func (s *Sink) end(complete bool) error {
	t := s.target
	s.target = nil
	complete = complete && s.err == nil
	if complete && s.opt.Array {
		if s.rows == 0 {
			s.write(noRows)
		} else {
			s.write(arrayTail)
		}
	}
	if s.opt.Codec != nil && complete && s.size == 0 && !s.opt.Append {
		s.startMember() // no bytes are not a compressed file
	}
	if complete {
		s.endMember()
	}
	s.zip = nil
	if complete && s.err == nil {
		s.latch(s.out.flush())
	}
	if l, ok := t.(*lasting); ok && complete && s.err == nil && s.rotates() { // it gets its name with the next checkpoint
		s.resume.pending = append(s.resume.pending, renaming{l.temp, l.name})
		if s.latch(l.sync()) == nil {
			s.latch(l.f.Close())
		}
		return s.err
	}
	if complete && s.err == nil {
		return s.latch(t.commit())
	}
	s.out.drop()
	if err := t.abort(); err != nil {
		s.latch(err)
	}
	return s.err
}

// Close ends the sink. A rotated file without rows is dropped.
func (s *Sink) Close(_ context.Context, complete bool) error {
	if !s.ended && s.target != nil {
		empty := s.rotates() && s.rows == 0
		l, lasts := s.target.(*lasting)
		if s.end(complete && !empty); empty && complete && lasts {
			s.latch(os.Remove(l.temp))
		}
	}
	s.ended = true
	if complete && s.err == nil {
		s.latch(s.settlePending(s.resume.pending))
	}
	return s.err
}
