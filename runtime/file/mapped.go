package file

import (
	"bytes"
	"fmt"
	"os"
	"runtime/debug"
	"slices"
	"sync"
	"sync/atomic"
	"unsafe"

	rt "github.com/velostream/veloc/runtime"
)

// mapped is a file in memory, cut into blocks of equal size. A block owns the rows that start in it, so its rows may reach into the
// blocks behind.
//
// For lines, a block finds its first row alone: behind the first newline at or after the byte before it. For quoted CSV that newline
// may lie in a quoted field. So each worker guesses that it does not, frames its block from there, and then waits until the block
// before is framed and tells where the first row really starts. Where the guess was right, which is nearly always, nothing is left to
// do; otherwise the block is framed again. The result is that of one sequential pass, whatever the number of workers.
type mapped struct {
	src   *Source
	index int
	path  string
	name  string
	f     *os.File
	mem   []byte
	body  int // offset of the first row
	start place

	first, blocks int // index of the first block, number of blocks
	taken         int // blocks claimed; the source's lock guards it
	windows       []window
	waiting       atomic.Int32 // windows not released yet
	once          sync.Once
	gone          atomic.Bool // unmapped

	mu     sync.Mutex // guards the chain of blocks of quoted CSV
	turn   sync.Cond
	framed int   // blocks framed in order
	at     place // where the next of them starts
	broken error
}

// place is where framing goes on: at a row start, or (seek) behind the next newline.
type place struct {
	at   int
	seek bool
}

// span is what a block owns: rows [from,to), then, if bad, a refused row at to; next is where the block behind goes on.
type span struct {
	from, to int
	next     place
	bad      fault
	unquoted bool // no quote is in the rows
}

// window is the unit in which memory is given back: pages of the mapping count as resident until then.
type window struct {
	left    atomic.Int32 // blocks whose chunks are not released
	release func()
}

// windowSize: 16 MiB keep the resident set small, and giving back costs one call per 16 chunks.
const windowSize = 16 << 20

// mapFile maps a regular file. It returns nil if the system cannot map it; it is read then.
func (s *Source) mapFile(f *os.File, path string, size int64, index int) (input, error) {
	if size != int64(int(size)) {
		return nil, nil
	}
	mem, err := mapMemory(f, int(size))
	if err != nil {
		return nil, nil
	}
	m := &mapped{src: s, index: index, path: path, name: nameOf(path), f: f, mem: mem}
	m.turn.L = &m.mu
	s.open = append(slices.DeleteFunc(s.open, func(m *mapped) bool { return m.gone.Load() }), m)
	if err := m.begin(); err != nil {
		m.close()
		return nil, err
	}
	return m, nil
}

func (m *mapped) begin() (err error) {
	defer m.guard(&err)()
	limit := min(len(m.mem), m.src.opt.MaxRow)
	n, header, _ := m.src.prologue(m.mem[:limit], limit == len(m.mem))
	if n < 0 {
		return m.src.longHeader(m.name)
	}
	if m.src.opt.Header {
		if len(header) == 0 {
			return m.src.noHeader(m.name)
		}
		if err := m.src.takeHeader(m.name, header); err != nil {
			return err
		}
	}
	m.body = n
	m.from(place{at: n})
	return nil
}

// from sets where the first block starts. The source's lock is held and no block is claimed.
func (m *mapped) from(p place) {
	size := m.src.opt.ChunkSize
	m.start, m.at = p, p
	m.first = p.at / size
	m.blocks = max((len(m.mem)+size-1)/size-m.first, 0)
	per := max(windowSize/size, 1)
	m.windows = make([]window, (m.blocks+per-1)/per)
	m.waiting.Store(int32(len(m.windows)))
	for i := range m.windows {
		w := &m.windows[i]
		w.left.Store(int32(min(per, m.blocks-i*per)))
		lo := (m.first + i*per) * size
		hi := min(lo+per*size, len(m.mem))
		w.release = func() {
			if w.left.Add(-1) > 0 {
				return
			}
			// The window before once more: the next block looked at its last byte, which can bring back two megabytes.
			dropPages(m.mem, max(lo-per*size, 0), hi)
			if m.waiting.Add(-1) == 0 {
				m.close()
			}
		}
	}
}

func (m *mapped) seek(offset int64) error {
	if offset > int64(len(m.mem)) {
		return fmt.Errorf("cannot go on reading %s at byte %d: it has only %d now", m.name, offset, len(m.mem))
	}
	at := max(int(offset), m.body)
	m.from(place{at: at, seek: at > m.body && m.mem[at-1] != '\n'})
	return nil
}

// claim takes the next block; false: there are none left. The source's lock is held.
func (m *mapped) claim() (int, bool) {
	if m.blocks == 0 {
		m.close()
	}
	if m.taken == m.blocks {
		return 0, false
	}
	m.taken++
	return m.first + m.taken - 1, true
}

// fill gives c the rows of block k.
func (m *mapped) fill(k int, c *rt.Chunk) (err error) {
	size := m.src.opt.ChunkSize
	lo, hi := k*size, min((k+1)*size, len(m.mem))
	defer m.guard(&err)()
	if err := m.check(); err != nil {
		m.fail(err)
		return err
	}
	var rows span
	if m.src.frame.quoted {
		if rows, err = m.inOrder(k, lo, hi); err != nil {
			return err
		}
	} else {
		p := place{at: lo - 1, seek: true}
		if k == m.first {
			p = m.start
		}
		rows = m.rows(p, lo, hi, m.src.opt.MaxRow)
	}
	m.deliver(c, rows, m.windows[(k-m.first)/max(windowSize/size, 1)].release)
	m.src.read.Add(int64(hi - lo))
	return nil
}

// deliver points c at the rows, or copies them where the mapping has no padding behind them or no newline at their end.
func (m *mapped) deliver(c *rt.Chunk, rows span, release func()) {
	c.File, c.Offset, c.Unquoted = m.name, int64(rows.from), rows.unquoted
	c.From, c.Next = position(m.index, rt.Position(rows.from)), position(m.index, rt.Position(rows.next.at))
	if rows.next.seek {
		c.Next++ // the newline that is sought may be at rows.next.at; see seek
	}
	if rows.bad != sound {
		m.src.refuse(c, m.name, int64(rows.to), 0, m.mem[rows.to:min(rows.to+keepOfRow, len(m.mem))], rows.bad)
	}
	data := m.mem[rows.from:rows.to]
	if len(data) > 0 && rows.to+rt.Pad <= len(m.mem) {
		c.Data, c.Release = data, release
		return
	}
	if len(data) > 0 {
		c.Buf = grow(c.Buf, len(data)+1+rt.Pad)
		c.Data = append(c.Buf[:0], data...)
		if data[len(data)-1] != '\n' {
			c.Data = append(c.Data, '\n')
		}
	}
	release()
}

// rows frames the block [lo,hi) from p on. A row that crosses hi is followed for at most reach bytes.
func (m *mapped) rows(p place, lo, hi, reach int) span {
	s := p.at
	if p.seek {
		from := max(p.at, lo-1)
		if from >= hi {
			return span{from: hi, to: hi, next: p}
		}
		i := bytes.IndexByte(m.mem[from:hi], '\n')
		if i < 0 {
			return span{from: hi, to: hi, next: place{at: hi, seek: true}}
		}
		s = from + i + 1
	}
	if s >= hi {
		return span{from: s, to: s, next: place{at: s}}
	}
	n, unquoted := m.src.frame.whole(m.mem[s:hi])
	last := s + n // start of the row that crosses hi
	if last == hi {
		return span{from: s, to: hi, next: place{at: hi}, unquoted: unquoted}
	}
	n, open := m.src.frame.rowEnd(m.mem[last:min(last+reach, len(m.mem))])
	switch {
	case n > 0:
		unquoted = unquoted && bytes.IndexByte(m.mem[hi:last+n], m.src.frame.quote) < 0
		return span{from: s, to: last + n, next: place{at: last + n}, unquoted: unquoted}
	case len(m.mem)-last >= reach:
		return span{from: s, to: last, next: place{at: last + reach - 1, seek: true}, bad: tooLong}
	case open:
		return span{from: s, to: last, next: place{at: len(m.mem)}, bad: openQuote}
	}
	return span{from: s, to: len(m.mem), next: place{at: len(m.mem)}}
}

// guessReach bounds how far a guess follows a row: when the guess is wrong, the row may have no end.
const guessReach = 64 << 10

// inOrder frames block k of quoted CSV when the blocks before it are framed.
func (m *mapped) inOrder(k, lo, hi int) (span, error) {
	var guess span
	guessed := -1
	if i := bytes.IndexByte(m.mem[max(lo-1, m.body):hi], '\n'); i >= 0 && k > m.first {
		guessed = max(lo-1, m.body) + i + 1
		guess = m.rows(place{at: guessed}, lo, hi, min(guessReach, m.src.opt.MaxRow))
		if guess.bad == tooLong {
			guessed = -1
		}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	for m.framed != k-m.first && m.broken == nil {
		m.turn.Wait()
	}
	if m.broken != nil {
		return span{}, m.broken
	}
	rows := guess
	if m.at != (place{at: guessed}) {
		rows = m.rows(m.at, lo, hi, m.src.opt.MaxRow)
	}
	m.at = rows.next
	m.framed++
	m.turn.Broadcast()
	return rows, nil
}

// check sees whether the file still has the bytes that were mapped.
func (m *mapped) check() error {
	if st, err := m.f.Stat(); err == nil && st.Size() < int64(len(m.mem)) {
		return m.truncated()
	}
	return nil
}

// guard turns a memory fault in the mapping into an error. Use: defer m.guard(&err)().
func (m *mapped) guard(err *error) func() {
	old := debug.SetPanicOnFault(true)
	return func() {
		debug.SetPanicOnFault(old)
		r := recover()
		if r == nil {
			return
		}
		if at, ok := r.(interface{ Addr() uintptr }); !ok || !m.holds(at.Addr()) {
			panic(r)
		}
		*err = m.truncated()
		m.fail(*err)
	}
}

// fail wakes the workers that wait for a block that will never be framed.
func (m *mapped) fail(err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.broken = err
	m.turn.Broadcast()
}

func (m *mapped) holds(addr uintptr) bool {
	base := uintptr(unsafe.Pointer(unsafe.SliceData(m.mem)))
	return addr-base < uintptr(len(m.mem)) && !m.gone.Load()
}

func (m *mapped) truncated() error {
	text := ""
	if st, err := m.f.Stat(); err == nil {
		text = fmt.Sprintf(" (it had %d bytes and now has %d)", len(m.mem), st.Size())
	}
	return fmt.Errorf("%s was truncated by another process while it was read%s: run again when the file is complete", m.name, text)
}

// close unmaps the file, once.
func (m *mapped) close() (err error) {
	m.once.Do(func() {
		m.gone.Store(true)
		err = unmapMemory(m.mem)
		if m.path != stdin {
			m.f.Close()
		}
	})
	return err
}

// grow returns buf with room for at least n bytes.
func grow(buf []byte, n int) []byte {
	if cap(buf) >= n {
		return buf
	}
	return make([]byte, 0, n)
}
