package text

import "unsafe"

// Arena holds text that had to be unescaped, until the chunk has been processed. Views into it keep the padding contract.
type Arena struct {
	block []byte
	full  [][]byte
	spare [][]byte // emptied
}

const (
	arenaBlock = 64 << 10
	arenaPad   = 64
)

// Reset forgets all texts and keeps the memory.
func (a *Arena) Reset() {
	a.block = a.block[:0]
	a.spare = append(a.spare, a.full...)
	clear(a.full)
	a.full = a.full[:0]
}

// Room returns an empty slice with room for n bytes and padding; hand what was appended to Keep.
func (a *Arena) Room(n int) []byte {
	if cap(a.block)-len(a.block) < n+arenaPad {
		a.next(n + arenaPad)
	}
	return a.block[len(a.block):len(a.block)]
}

// next begins a block with room for n bytes.
func (a *Arena) next(n int) {
	if a.block != nil {
		a.full = append(a.full, a.block)
	}
	if last := len(a.spare) - 1; last >= 0 && cap(a.spare[last]) >= n {
		a.block = a.spare[last][:0]
		a.spare[last], a.spare = nil, a.spare[:last]
		return
	}
	a.block = make([]byte, 0, max(arenaBlock, n))
}

// Keep makes b, which Room returned and the caller appended to within its room, a text of the arena.
func (a *Arena) Keep(b []byte) string {
	a.block = a.block[:len(a.block)+len(b)]
	return unsafe.String(unsafe.SliceData(b), len(b))
}

// Keep copies a text that outlives its chunk. Behind the start of the copy at least 16 bytes can be read, and all up to the next multiple of
// eight, so that it is compared and copied by whole words.
func Keep(s string) string {
	b := make([]byte, len(s), max(16, (len(s)+7)&^7))
	copy(b, s)
	return unsafe.String(unsafe.SliceData(b), len(b))
}

// Blocks keep texts that are given up in about the order in which they came, side by side: a block of 64 KiB goes when none of its texts is in use any
// more. So a text costs no allocation; but one that stays holds its whole block.
type Blocks struct{ block []byte }

// Keep is Keep in a block.
func (k *Blocks) Keep(s string) string {
	n := max(16, (len(s)+7)&^7)
	if cap(k.block)-len(k.block) < n {
		k.block = make([]byte, 0, max(arenaBlock, n))
	}
	at := len(k.block)
	k.block = k.block[:at+n]
	copy(k.block[at:], s)
	return unsafe.String(unsafe.SliceData(k.block[at:]), len(s))
}

// Copy copies b.
func (a *Arena) Copy(b []byte) string { return a.Keep(append(a.Room(len(b)), b...)) }

// Concat joins texts.
func (a *Arena) Concat(parts ...string) string {
	n := 0
	for _, p := range parts {
		n += len(p)
	}
	b := a.Room(n)
	for _, p := range parts {
		b = append(b, p...)
	}
	return a.Keep(b)
}
