package file

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
)

// bom is the UTF-8 byte order mark that some programs put in front of text.
var bom = []byte("\xef\xbb\xbf")

// openInput opens file number index and reads up to its first row: the codec is chosen, mark and skipped lines are passed, the header is
// checked. Standard input without a header is looked at only when the first row is wanted. The source's lock is held.
func (s *Source) openInput(ctx context.Context, index int) (input, error) {
	path := s.paths[index]
	f, st, err := openFile(path)
	if err != nil {
		return nil, fmt.Errorf("cannot read %s: %w", nameOf(path), cause(err))
	}
	if !st.Mode().IsRegular() {
		return s.openPipe(ctx, f, path, index)
	}
	head := make([]byte, 4)
	n, err := f.ReadAt(head, 0)
	if err != nil && err != io.EOF {
		f.Close()
		return nil, fmt.Errorf("cannot read %s: %w", nameOf(path), cause(err))
	}
	codec, err := pickCodec(s.opt.Compression, nameOf(path), head[:n], s.opt.Codecs)
	if err != nil {
		f.Close()
		return nil, err
	}
	at, _ := f.Seek(0, io.SeekCurrent) // standard input may have been read by someone before
	if codec == nil && s.opt.Framing != JSONArray && !s.opt.NoMmap && st.Size() > int64(s.opt.ChunkSize) && at == 0 {
		if m, err := s.mapFile(f, path, st.Size(), index); m != nil || err != nil {
			return m, err
		}
	}
	in := &stream{src: s, index: index, path: path, raw: f, close1: f, codec: codec, size: st.Size() - at, line: 1}
	if err := in.begin(ctx); err != nil {
		in.close()
		return nil, err
	}
	return in, nil
}

// openFile opens path for reading; pipes are opened without waiting for their writer.
func openFile(path string) (*os.File, os.FileInfo, error) {
	f := os.Stdin
	if path != stdin {
		var err error
		if f, err = openNoWait(path); err != nil {
			return nil, nil, err
		}
	}
	st, err := f.Stat()
	if err != nil && path != stdin {
		f.Close()
	}
	return f, st, err
}

func (s *Source) openPipe(ctx context.Context, f *os.File, path string, index int) (input, error) {
	s.piped.Store(true)
	p := newPipe(f)
	in := &stream{src: s, index: index, path: path, raw: p, close1: p, pipe: p, size: -1, line: 1}
	if !s.opt.Header {
		return in, nil
	}
	for {
		err := in.begin(ctx)
		if err == nil {
			return in, nil
		}
		if err != errIdle {
			in.close()
			return nil, err
		}
	}
}

// prologue reads mark, skipped lines and header at the start of b. It returns how much that is, or -1 if b ends before it does, and
// the header line. With eof a last line needs no newline.
func (s *Source) prologue(b []byte, eof bool) (n int, header []byte, lines int64) {
	if len(b) < len(bom) && !eof && bytes.HasPrefix(bom, b) {
		return -1, nil, 0
	}
	if bytes.HasPrefix(b, bom) {
		n = len(bom)
	}
	for range s.opt.SkipLines {
		i := bytes.IndexByte(b[n:], '\n')
		if i < 0 {
			if eof {
				return len(b), nil, lines
			}
			return -1, nil, 0
		}
		n += i + 1
		lines++
	}
	if !s.opt.Header {
		return n, nil, lines
	}
	end, _ := s.frame.rowEnd(b[n:])
	if end < 0 {
		if !eof {
			return -1, nil, 0
		}
		end = len(b) - n
	}
	header = b[n : n+end]
	return n + end, header, lines + int64(bytes.Count(header, []byte{'\n'}))
}

// noHeader is the error for a file that ends before its header line.
func (s *Source) noHeader(name string) error {
	return fmt.Errorf("%s is empty: a header line with the column names was expected; for files without one set 'header' = 'false'", name)
}

// longHeader is the error for a header line without end.
func (s *Source) longHeader(name string) error {
	return fmt.Errorf("%s: no end of the header line within %d bytes; is this a CSV file?", name, s.opt.MaxRow)
}
