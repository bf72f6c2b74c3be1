package file

import (
	"bytes"
	"io"
	"os"
	"sync"

	rt "github.com/velostream/veloc/runtime"
)

// locator counts lines of regular files. Questions mostly come in ascending order, so it goes on where the last answer was found.
type locator struct {
	mu    sync.Mutex
	path  string // file that is open
	f     *os.File
	marks []mark
	buf   []byte
}

// mark is a place whose line number is known.
type mark struct{ offset, line int64 }

// markEvery is the distance of marks: an answer never counts through more than this when the place was passed before.
const markEvery = 4 << 20

// Locate finds the line number of a byte offset of a file: for a reject, the sum of Chunk.Offset and Offset. Chunks of content that
// can be read only once know their lines themselves (see rt.Chunk.LineOf); for them, if ref is not of the line itself, it returns 0.
func (s *Source) Locate(ref rt.ChunkRef, offset int64) int64 {
	if ref.Line > 0 {
		if ref.Offset == offset {
			return ref.Line
		}
		return 0
	}
	if s.opt.Framing == JSONArray {
		return 0
	}
	return s.lines.line(ref.File, offset)
}

func (l *locator) line(path string, offset int64) int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.use(path) {
		return 0
	}
	i := len(l.marks) - 1
	for i > 0 && l.marks[i].offset > offset {
		i--
	}
	at := l.marks[i]
	for at.offset < offset {
		n, err := l.f.ReadAt(l.buf[:min(int64(len(l.buf)), offset-at.offset)], at.offset)
		at.offset += int64(n)
		at.line += int64(bytes.Count(l.buf[:n], []byte{'\n'}))
		if last := &l.marks[len(l.marks)-1]; at.offset >= last.offset+markEvery {
			l.marks = append(l.marks, at)
		}
		if err == io.EOF && at.offset == offset {
			break
		}
		if err != nil {
			return 0
		}
	}
	if i == len(l.marks)-1 && i > 0 && l.marks[i].offset+markEvery > at.offset {
		l.marks[i] = at // go on from here next time; marks stay in order
	}
	return at.line
}

// use opens path if it is not the file of the last question.
func (l *locator) use(path string) bool {
	if l.f != nil && l.path == path {
		return true
	}
	l.closeFile()
	var f *os.File
	if path == stdinName {
		f = os.Stdin
	} else {
		var err error
		if f, err = os.Open(path); err != nil {
			return false
		}
	}
	if st, err := f.Stat(); err != nil || !st.Mode().IsRegular() {
		return false
	}
	l.path, l.f, l.marks = path, f, []mark{{0, 1}}
	if l.buf == nil {
		l.buf = make([]byte, 256<<10)
	}
	return true
}

func (l *locator) closeFile() {
	if l.f != nil && l.f != os.Stdin {
		l.f.Close()
	}
	l.f = nil
}

func (l *locator) close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closeFile()
	return nil
}
