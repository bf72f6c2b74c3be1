package file

import (
	"io"
	"unsafe"
)

// buffer gathers bytes for a file. It writes 256 KiB at a time, from page-aligned memory, ending at multiples of 4 KiB of the file:
// writes that end elsewhere are up to a quarter slower (performance notes, B3).
type buffer struct {
	w    io.Writer
	buf  []byte // from the first page boundary on
	n    int    // bytes in buf
	room int    // where to write next: so that the file then ends at a page boundary
}

const (
	pageSize   = 4 << 10
	bufferSize = 256 << 10
)

func newBuffer() *buffer {
	mem := make([]byte, bufferSize+pageSize)
	skip := -int(uintptr(unsafe.Pointer(unsafe.SliceData(mem)))) & (pageSize - 1)
	return &buffer{buf: mem[skip : skip+bufferSize]}
}

// reset directs the buffer to w, which holds length bytes, and drops what it has.
func (b *buffer) reset(w io.Writer, length int64) {
	b.w, b.n, b.room = w, 0, bufferSize-int(length&(pageSize-1))
}

// Write copies p into the buffer and writes full buffers out.
func (b *buffer) Write(p []byte) (int, error) {
	total := len(p)
	for len(p) >= b.room-b.n {
		n := copy(b.buf[b.n:b.room], p)
		p = p[n:]
		b.n = b.room
		if err := b.flush(); err != nil {
			return total - len(p), err
		}
	}
	b.n += copy(b.buf[b.n:], p)
	return total, nil
}

// flush writes out what is there.
func (b *buffer) flush() error {
	if b.n == 0 {
		return nil
	}
	_, err := b.w.Write(b.buf[:b.n])
	b.room -= b.n & (pageSize - 1)
	if b.room <= bufferSize-pageSize {
		b.room += pageSize
	}
	b.n = 0
	return err
}
