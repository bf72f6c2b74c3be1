package file

import (
	"io"
	"unsafe"
)

// buffer gathers bytes for a file. It writes 1 MiB at a time, from page-aligned memory, ending at multiples of 4 KiB of the file:
// writes that end elsewhere are up to a quarter slower (performance notes, B3). While one half of its memory is being written the other one
// fills: a write of the system takes as long as making what it writes. The halves are large because a goroutine that has to wait often goes on at
// another processor, far from its cache (docs/design/ordered-stages.md).
type buffer struct {
	w    io.Writer
	buf  []byte // from the first page boundary on
	n    int    // bytes in buf
	room int    // where to write next: so that the file then ends at a page boundary

	other   []byte     // of the same size as buf; being written while away is set
	away    bool       // a write is under way
	arrived chan error // its outcome
}

const (
	pageSize   = 4 << 10
	bufferSize = 1 << 20
)

func newBuffer() *buffer { return &buffer{buf: alignedPages(), arrived: make(chan error, 1)} }

func alignedPages() []byte {
	mem := make([]byte, bufferSize+pageSize)
	skip := -int(uintptr(unsafe.Pointer(unsafe.SliceData(mem)))) & (pageSize - 1)
	return mem[skip : skip+bufferSize]
}

// reset directs the buffer to w, which holds length bytes. What it had must be flushed or dropped.
func (b *buffer) reset(w io.Writer, length int64) {
	if b.away {
		panic("bug: the file sink's buffer is reset during a write")
	}
	b.w, b.n, b.room = w, 0, bufferSize-int(length&(pageSize-1))
}

// Write copies p into the buffer and sends full buffers off. An error may be that of an earlier buffer.
func (b *buffer) Write(p []byte) (int, error) {
	total := len(p)
	for len(p) >= b.room-b.n {
		n := copy(b.buf[b.n:b.room], p)
		p = p[n:]
		b.n = b.room
		if err := b.send(); err != nil {
			return total - len(p), err
		}
	}
	b.n += copy(b.buf[b.n:], p)
	return total, nil
}

// send lets what is there be written in the background, after what was sent before.
func (b *buffer) send() error {
	if err := b.wait(); err != nil {
		return err
	}
	if b.other == nil {
		b.other = alignedPages()
	}
	b.buf, b.other = b.other, b.buf
	b.away = true
	go b.write(b.other[:b.n])
	b.taken()
	return nil
}

// write runs in a goroutine of its own.
func (b *buffer) write(p []byte) {
	_, err := b.w.Write(p)
	b.arrived <- err
}

// wait returns when nothing is being written any more.
func (b *buffer) wait() error {
	if !b.away {
		return nil
	}
	b.away = false
	return <-b.arrived
}

// flush returns when everything has been written out.
func (b *buffer) flush() error {
	if err := b.wait(); err != nil || b.n == 0 {
		return err
	}
	_, err := b.w.Write(b.buf[:b.n])
	b.taken()
	return err
}

// drop forgets what has not been sent. Afterwards nobody writes to the file.
func (b *buffer) drop() {
	_ = b.wait() // the file is given up
	b.n = 0
}

// taken empties buf, whose bytes now end the file.
func (b *buffer) taken() {
	b.room -= b.n & (pageSize - 1)
	if b.room <= bufferSize-pageSize {
		b.room += pageSize
	}
	b.n = 0
}
