package file

import (
	"io"
	"unsafe"
)

// buffer gathers bytes for a file and writes them in pieces: in the background, because a write of the system takes as long as making what it
// writes, or at once, where other workers go on meanwhile and would share their processors with the goroutine that writes.
// Small outputs are copied together to pieces of 1 MiB, from page-aligned memory, ending at multiples of 4 KiB of the file: writes that end
// elsewhere are up to a quarter slower (performance notes, B3). A large output is a piece itself: copying it would cost more than that. Two
// pieces can be under way while the next one is made. With one, whoever makes them waits so often that it goes on at another processor, far
// from its cache (docs/design/ordered-stages.md).
type buffer struct {
	w    io.Writer
	buf  []byte // from the first page boundary on
	n    int    // bytes in buf
	room int    // where to write next: so that the file then ends at a page boundary

	atOnce bool // pieces are not written in the background

	queue   chan piece // for the goroutine that writes; nil: there is none
	arrived chan piece // written
	away    int        // pieces between queue and arrived
	spare   [][]byte   // memory like buf, empty
	outputs [][]byte   // memory of outputs, empty
}

// A piece is what is written at once.
type piece struct {
	data   []byte
	output bool  // its memory was an output's
	err    error // of writing it, or an earlier one
}

const (
	pageSize   = 4 << 10
	bufferSize = 1 << 20
	underWay   = 2         // pieces
	largeSize  = 256 << 10 // of an output that is not copied
)

func newBuffer() *buffer { return &buffer{buf: alignedPages(), arrived: make(chan piece, underWay+1)} }

func alignedPages() []byte {
	mem := make([]byte, bufferSize+pageSize)
	skip := -int(uintptr(unsafe.Pointer(unsafe.SliceData(mem)))) & (pageSize - 1)
	return mem[skip : skip+bufferSize]
}

// reset directs the buffer to w, which holds length bytes. What it had must be flushed or dropped.
func (b *buffer) reset(w io.Writer, length int64) {
	if b.away > 0 {
		panic("bug: the file sink's buffer is reset during a write")
	}
	b.w, b.n, b.room = w, 0, bufferSize-int(length&(pageSize-1))
}

// Write copies p into the buffer and sends full buffers off. An error may be that of an earlier piece.
func (b *buffer) Write(p []byte) (int, error) {
	total := len(p)
	for len(p) >= b.room-b.n {
		n := copy(b.buf[b.n:b.room], p)
		p = p[n:]
		b.n = b.room
		if err := b.sendBuf(); err != nil {
			return total - len(p), err
		}
	}
	b.n += copy(b.buf[b.n:], p)
	return total, nil
}

// exchange takes a large output and returns empty memory for the next one. An error may be that of an earlier piece.
func (b *buffer) exchange(output []byte) ([]byte, error) {
	if b.n > 0 {
		if err := b.sendBuf(); err != nil {
			return nil, err
		}
	}
	b.end(len(output))
	if err := b.send(piece{data: output, output: true}); err != nil {
		return nil, err
	}
	return pop(&b.outputs), nil
}

// sendBuf sends off what is in buf.
func (b *buffer) sendBuf() error {
	p := piece{data: b.buf[:b.n]}
	b.end(b.n)
	if b.buf = pop(&b.spare); b.buf == nil {
		b.buf = alignedPages()
	}
	return b.send(p)
}

// send lets a piece be written, after those before it.
func (b *buffer) send(p piece) error {
	if b.atOnce {
		if p.err = b.wait(); p.err == nil {
			_, p.err = b.w.Write(p.data)
		}
		return b.reuse(p)
	}
	if b.queue == nil {
		b.queue = make(chan piece, underWay+1)
		go b.write(b.queue)
	}
	b.queue <- p
	if b.away++; b.away > underWay {
		return b.receive()
	}
	return nil
}

// receive waits for the first of the pieces that are under way.
func (b *buffer) receive() error {
	p := <-b.arrived
	b.away--
	return b.reuse(p)
}

// reuse keeps the memory of a piece that has been written, and returns the error of that.
func (b *buffer) reuse(p piece) error {
	if p.output {
		b.outputs = append(b.outputs, p.data[:0])
	} else {
		b.spare = append(b.spare, p.data[:bufferSize])
	}
	return p.err
}

// write runs in a goroutine of its own. After an error it writes nothing more.
func (b *buffer) write(queue <-chan piece) {
	var err error
	for p := range queue {
		if err == nil {
			_, err = b.w.Write(p.data)
		}
		p.err = err
		b.arrived <- p
	}
}

// wait returns when nothing is being written any more.
func (b *buffer) wait() (err error) {
	if b.queue == nil {
		return nil
	}
	close(b.queue)
	b.queue = nil
	for b.away > 0 {
		if e := b.receive(); err == nil {
			err = e
		}
	}
	return err
}

// flush returns when everything has been written out.
func (b *buffer) flush() error {
	if err := b.wait(); err != nil || b.n == 0 {
		return err
	}
	_, err := b.w.Write(b.buf[:b.n])
	b.end(b.n)
	return err
}

// drop forgets what has not been sent. Afterwards nobody writes to the file.
func (b *buffer) drop() {
	_ = b.wait() // the file is given up
	b.n = 0
}

// end notes that n bytes more end the file, and that buf is empty.
func (b *buffer) end(n int) {
	b.room -= n & (pageSize - 1)
	if b.room <= bufferSize-pageSize {
		b.room += pageSize
	}
	b.n = 0
}

// pop takes the last of some pieces of memory; nil if there is none.
func pop(from *[][]byte) []byte {
	last := len(*from) - 1
	if last < 0 {
		return nil
	}
	p := (*from)[last]
	*from = (*from)[:last]
	return p
}
