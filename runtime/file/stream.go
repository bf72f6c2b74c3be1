package file

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"unsafe"

	rt "github.com/velostream/veloc/runtime"
)

// stream reads one file in order: pipes, compressed and small files, JSON arrays, and files that cannot be mapped. The source's lock
// is held in all its methods. Content is numbered by offset and line as it passes.
type stream struct {
	src    *Source
	index  int
	path   string
	raw    io.Reader // the file or pipe
	close1 io.Closer
	pipe   *pipe  // nil for regular files
	codec  *Codec // nil for plain content; for pipes set by begin
	size   int64  // of a regular file when it was opened, else -1
	rd     io.Reader
	zr     io.Closer

	begun bool
	ahead []byte // content that was read along with the prologue
	last  bool   // it is all there is
	carry []byte // content that was read and not delivered, from a row start on (unless skip)
	off   int64  // offset of carry[0]
	line  int64  // line number of carry[0]
	got   int64  // bytes read from raw
	out   int64  // bytes of content, decompressed
	skip  bool   // drop everything up to the next newline
	eof   bool
	err   error // why content ends here, if it is not its end
	array *array
}

// errIdle means that a pipe has no news.
const errIdle = rt.Error("no news")

// Read counts what is read of the file itself.
func (st *stream) Read(b []byte) (int, error) {
	n, err := st.raw.Read(b)
	st.got += int64(n)
	st.src.read.Add(int64(n))
	return n, err
}

// begin chooses the codec of a pipe and passes everything before the first row. It can be called again after errIdle.
func (st *stream) begin(ctx context.Context) error {
	if st.pipe != nil {
		st.pipe.ctx = ctx
	}
	if st.rd == nil {
		if err := st.decompress(); err != nil {
			return err
		}
	}
	for {
		n, header, lines := st.src.prologue(st.carry, st.eof)
		if n >= 0 {
			return st.start(n, header, lines)
		}
		if len(st.carry) >= st.src.opt.MaxRow {
			return st.src.longHeader(nameOf(st.path))
		}
		if st.eof && st.err != nil {
			return st.err
		}
		if err := st.more(4 << 10); err != nil {
			return err
		}
	}
}

// start begins behind the prologue.
func (st *stream) start(n int, header []byte, lines int64) error {
	if st.src.opt.Header {
		if st.err != nil {
			return st.err
		}
		if len(header) == 0 {
			return st.src.noHeader(nameOf(st.path))
		}
		if err := st.src.takeHeader(nameOf(st.path), header); err != nil {
			return err
		}
	}
	st.off, st.line, st.begun = int64(n), st.line+lines, true
	if st.ahead, st.carry = st.carry[n:], nil; len(st.ahead) > 0 {
		st.last, st.eof = st.eof, false
	}
	if st.src.opt.Framing == JSONArray {
		st.array = &array{name: nameOf(st.path), max: st.src.opt.MaxRow}
	}
	return nil
}

// decompress puts the codec between the file and its reader. A pipe is asked for its first bytes to know the codec.
func (st *stream) decompress() error {
	var in io.Reader = st
	if st.pipe != nil {
		for !st.eof && unclear(st.carry) {
			st.rd = st
			err := st.more(4 << 10)
			st.rd = nil
			if err != nil {
				return err
			}
		}
		codec, err := pickCodec(st.src.opt.Compression, nameOf(st.path), st.carry, st.src.opt.Codecs)
		if err != nil {
			return err
		}
		if codec != nil {
			in = io.MultiReader(bytes.NewReader(st.carry), st)
			st.carry, st.eof = nil, false
			st.pipe.whole = true
		}
		st.codec = codec
	}
	if st.codec == nil {
		st.rd = in
		return nil
	}
	zr, err := st.codec.NewReader(in)
	if err != nil {
		return st.damaged(err)
	}
	st.rd, st.zr = zr, zr
	return nil
}

// unclear tells whether head may still become the first bytes of a compressed file.
func unclear(head []byte) bool {
	for _, k := range known {
		if len(head) < len(k.Magic) && bytes.HasPrefix(k.Magic, head) {
			return true
		}
	}
	return false
}

// more appends what one read gives, at most n bytes, to carry.
func (st *stream) more(n int) error {
	have := len(st.carry)
	st.carry = append(st.carry, make([]byte, n)...)
	m, err := st.load(st.carry[have:])
	st.carry = st.carry[:have+m]
	return err
}

// load reads once into b. It takes note of the end; the errors that it returns do not end the content: errIdle and those of ctx.
func (st *stream) load(b []byte) (int, error) {
	if len(st.ahead) > 0 {
		n := copy(b, st.ahead)
		st.ahead = st.ahead[n:]
		st.eof = st.last && len(st.ahead) == 0
		return n, nil
	}
	n, err := st.rd.Read(b)
	st.out += int64(n)
	switch {
	case err == nil:
	case err == errIdle, errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return n, err
	case err == io.EOF:
		st.eof = true
		if st.size >= 0 && st.got < st.size {
			st.err = fmt.Errorf("%s was truncated by another process while it was read (it had %d bytes and now has %d): run again when the file is complete", nameOf(st.path), st.size, st.got)
		}
	default:
		st.eof, st.err = true, st.damaged(err)
	}
	return n, nil
}

// damaged explains a failed read.
func (st *stream) damaged(err error) error {
	name := nameOf(st.path)
	switch {
	case st.codec == nil:
		return fmt.Errorf("cannot read %s behind byte %d: %w", name, st.got, cause(err))
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Errorf("%s is truncated: its %s data ends unfinished, after %d decompressed bytes; the rows before were read", name, st.codec.Name, st.out)
	}
	return fmt.Errorf("%s is damaged: its %s data cannot be decompressed beyond %d bytes (%w); the rows before were read", name, st.codec.Name, st.out, err)
}

// fill gives c the next rows; more is false at the end of the file.
func (st *stream) fill(ctx context.Context, c *rt.Chunk) (more bool, err error) {
	if st.pipe != nil {
		st.pipe.ctx = ctx
	}
	c.File, c.Unquoted = nameOf(st.path), false
	if !st.begun {
		if err := st.begin(ctx); err == errIdle {
			return st.idle(c, nil), nil
		} else if err != nil {
			return false, err
		}
	}
	if st.array != nil {
		return st.fillArray(c)
	}
	want := min(len(st.carry)+st.src.opt.ChunkSize, st.src.opt.MaxRow)
	buf := st.room(c, want, len(st.carry))
	n := copy(buf, st.carry)
	st.carry = st.carry[:0]
	for {
		m, wait := st.readUpTo(buf[n:want])
		n += m
		if wait != nil && wait != errIdle {
			return false, wait
		}
		if st.skip {
			n = st.drop(buf[:n])
		}
		if e, unquoted := st.src.frame.whole(buf[:n]); e > 0 {
			c.Unquoted = unquoted
			return st.deliver(c, buf[:e], buf[e:n]), nil
		}
		switch {
		case st.eof:
			return st.finish(c, buf[:n+1])
		case n == st.src.opt.MaxRow:
			return st.overlong(c, buf[:n]), nil
		case wait == errIdle:
			return st.idle(c, buf[:n]), nil
		case n == want:
			want = min(2*want, st.src.opt.MaxRow)
			old := buf[:n]
			buf = st.room(c, want, n)
			copy(buf, old)
		}
	}
}

// readUpTo fills b, or as much of it as there is: a pipe's rows go on at once.
func (st *stream) readUpTo(b []byte) (n int, err error) {
	for n < len(b) && !st.eof {
		m, err := st.load(b[n:])
		n += m
		if err != nil || st.pipe != nil && !st.pipe.whole && m > 0 {
			return n, err
		}
	}
	return n, nil
}

// room returns memory of c for want bytes, a newline and padding, such that reads of the file land on addresses that are congruent to
// their offset modulo 64: the kernel copies 2.7 times as fast then (performance notes, B3). carried bytes stand in front of them.
func (st *stream) room(c *rt.Chunk, want, carried int) []byte {
	const line = 64
	if need := want + 1 + rt.Pad + line; cap(c.Buf) < need {
		c.Buf = make([]byte, 0, need)
	}
	base := int64(uintptr(unsafe.Pointer(unsafe.SliceData(c.Buf[:1]))))
	skip := int((st.off - base) & (line - 1))
	return c.Buf[skip : skip+want+1]
}

// deliver points c at data and keeps rest for the next chunk.
func (st *stream) deliver(c *rt.Chunk, data, rest []byte) bool {
	c.Data, c.Offset, c.Line, c.From = data, st.off, st.line, position(st.index, rt.Position(st.off))
	st.pass(data)
	st.carry = append(st.carry[:0], rest...)
	c.Next = position(st.index, rt.Position(st.off))
	return true
}

// pass counts content that is done with.
func (st *stream) pass(data []byte) {
	st.off += int64(len(data))
	st.line += int64(bytes.Count(data, []byte{'\n'}))
}

// idle makes c an empty chunk and keeps what was read.
func (st *stream) idle(c *rt.Chunk, rest []byte) bool {
	return st.deliver(c, rest[:0], rest)
}

// drop passes content up to the newline that ends a row that was too long, and returns what is left in front of b.
func (st *stream) drop(b []byte) int {
	i := bytes.IndexByte(b, '\n')
	if i < 0 {
		st.pass(b)
		return 0
	}
	st.skip = false
	st.pass(b[:i+1])
	return copy(b, b[i+1:])
}

// overlong refuses the row in b, whose end is not within MaxRow bytes.
func (st *stream) overlong(c *rt.Chunk, b []byte) bool {
	st.src.refuse(c, c.File, st.off, st.line, b, tooLong)
	st.skip = b[len(b)-1] != '\n'
	st.pass(b)
	return st.idle(c, nil)
}

// finish handles what stands behind the last newline; b has room for one byte more.
func (st *stream) finish(c *rt.Chunk, b []byte) (more bool, err error) {
	n := len(b) - 1
	if n == 0 || st.err != nil {
		return false, st.err // the rest of damaged content is no row
	}
	if n >= st.src.opt.MaxRow {
		return st.overlong(c, b[:n]), nil
	}
	if _, open := st.src.frame.rowEnd(b[:n]); open {
		st.src.refuse(c, c.File, st.off, st.line, b[:n], openQuote)
		st.pass(b[:n])
		return st.idle(c, nil), nil
	}
	b[n] = '\n'
	st.deliver(c, b, nil)
	st.off--
	c.Next--
	return true, nil
}

// seek passes content up to offset, which must be where a chunk ended.
func (st *stream) seek(offset int64) error {
	last, first := byte('\n'), st.off
	for st.off < offset {
		if len(st.carry) == 0 {
			if st.eof {
				if st.err != nil {
					return st.err
				}
				return fmt.Errorf("cannot go on reading %s at byte %d: it has only %d now", nameOf(st.path), offset, st.off)
			}
			if err := st.more(256 << 10); err != nil {
				return err
			}
			continue
		}
		n := int(min(int64(len(st.carry)), offset-st.off))
		last = st.carry[n-1]
		st.pass(st.carry[:n])
		st.carry = append(st.carry[:0], st.carry[n:]...)
	}
	switch {
	case st.array == nil:
		st.skip = last != '\n'
	case offset > first:
		st.array.resume()
	}
	return nil
}

func (st *stream) close() error {
	if st.zr != nil {
		st.zr.Close()
	}
	if st.path == stdin {
		return nil
	}
	return st.close1.Close()
}
