package json

import (
	"math/bits"
	"strconv"
	"unicode/utf8"

	"github.com/velostream/veloc/runtime/text"
)

// Keys are the keys that rows of a source are known to have. Those that a decoder reads are numbered from 1, in the order of its steps; behind
// the last one comes the end of the row.
type Keys struct {
	steps   []key
	skipped []key
	byName  map[string]*slot
	late    bool                  // some of them are found by name only
	all     [maxSteps / 64]uint64 // a bit for each step

	// A table of keys as most rows write them, without escapes and spaces: open addressing, a power of two of slots, mostly empty.
	table             []slot
	firstMask, second uint64 // what is hashed of the sixteen bytes behind the quote of a key
	factor            uint64
	shift             uint
}

type key struct {
	name   string
	text   string // as it stands in rows, with the quote and the colon behind it
	quoted bool   // the value is a string
}

// slot is a key in the table. An empty one has no masks: any text agrees with it.
type slot struct {
	first, last         uint64 // the first sixteen bytes of text, as far as the masks go
	firstMask, lastMask uint64
	text                *string // nil: an empty slot
	length              uintptr // of text
	step                uint    // 0: not read, or an empty slot
	quoted              uint64  // all ones if the value is a string, else 0
}

// agrees tells whether the sixteen bytes of a row are those of text, as far as it has them.
func (s *slot) agrees(first, last uint64) bool {
	return (first^s.first)&s.firstMask|(last^s.last)&s.lastMask == 0
}

// follows tells whether the value at v can be one that the step reads: not null, and a text if it must be.
func (s *slot) follows(v text.Cursor) bool {
	b := v.Byte(0)
	return b > ' ' && b != 'n' && (b == '"' || s.quoted == 0)
}

// KeysOf are the keys of steps that expect the given texts: a key in quotes, a colon, and the quote of the value if it is a string.
func KeysOf(texts ...string) *Keys {
	k := &Keys{}
	for i, t := range texts {
		s := keyOf(t)
		k.steps = append(k.steps, s)
		if i+1 < maxSteps {
			k.all[(i+1)/64] |= 1 << ((i + 1) % 64)
		}
	}
	k.index()
	return k
}

// Skipping adds keys that are known too, but that no step reads.
func (k *Keys) Skipping(texts ...string) *Keys {
	for _, t := range texts {
		k.skipped = append(k.skipped, keyOf(t))
	}
	k.index()
	return k
}

func keyOf(t string) key {
	quoted, _ := strconv.QuotedPrefix(t)
	name, err := strconv.Unquote(quoted)
	if err != nil {
		panic("bug: no key in quotes: " + t)
	}
	n := len(quoted) + len(":")
	return key{name: name, text: t[1:n], quoted: len(t) > n}
}

// index makes the table. Only bytes that belong to a key can be hashed, which are few if one of the keys is short; so short keys may
// be left out, to be found by name: the table with the fewest keys that are found late is taken.
func (k *Keys) index() {
	k.byName = map[string]*slot{}
	size := 8
	for size < 8*(len(k.steps)+len(k.skipped)) {
		size *= 2
	}
	k.table, k.shift = make([]slot, size), uint(64-bits.TrailingZeros(uint(size)))
	var slots []*slot
	for i, key := range append(k.steps[:len(k.steps):len(k.steps)], k.skipped...) {
		s := slotOf(key)
		if i < len(k.steps) {
			s.step = uint(i + 1)
		}
		slots, k.byName[key.name] = append(slots, s), s
	}
	taken := make([]bool, size)
	bestLen, bestFactor, fewest := 0, uint64(0), int(^uint(0)>>1)
	for n := 4; n <= 16 && fewest > 0; n++ {
		factor := uint64(0x9e3779b97f4a7c15)
		for range 16 {
			if late := k.place(slots, n, factor, taken); late < fewest {
				bestLen, bestFactor, fewest = n, factor, late
			}
			factor = factor*0xd1342543de82ef95 | 1
		}
	}
	k.place(slots, bestLen, bestFactor, nil)
}

// place finds places for keys of which n bytes can be hashed, and tells how many are found late: three times the ones left out, and once for each
// slot that is looked at in vain. It notes places in taken, or fills the table if that is nil.
func (k *Keys) place(slots []*slot, n int, factor uint64, taken []bool) (late int) {
	clear(taken)
	k.firstMask, k.second, k.factor = wordMask(n), wordMask(n-8), factor
	k.late = false
	for _, s := range slots {
		if int(s.length) < n {
			late += 3
			k.late = true
			continue
		}
		at := k.slot(s.first, s.last)
		for taken != nil && taken[at] || k.table[at].text != nil {
			at = (at + 1) & (len(k.table) - 1)
			late++
		}
		if taken != nil {
			taken[at] = true
		} else {
			k.table[at] = *s
		}
	}
	return late
}

func slotOf(k key) *slot {
	padded := text.Start(append([]byte(k.text), make([]byte, 16)...))
	s := &slot{firstMask: wordMask(len(k.text)), lastMask: wordMask(len(k.text) - 8), text: &k.text, length: uintptr(len(k.text))}
	s.first, s.last = padded.Word(0)&s.firstMask, padded.Word(8)&s.lastMask
	if k.quoted {
		s.quoted = ^uint64(0)
	}
	return s
}

// wordMask covers the first n bytes of a word.
func wordMask(n int) uint64 { return ^uint64(0) >> (64 - 8*min(max(n, 0), 8)) }

// slot is where a key with the given first words is looked for first.
func (k *Keys) slot(first, second uint64) int {
	return int((first&k.firstMask + bits.RotateLeft64(second&k.second, 29)) * k.factor >> (k.shift & 63))
}

// pass passes over keys that are known and not read, with short values of the expected kind, all plainly written. It returns the slot of the next key
// behind them, or an empty one if it is not known or not plainly written, and the place of its quote; or of the brace that ends the row.
func (k *Keys) pass(p text.Cursor) (*slot, text.Cursor) {
	for {
		first, last := p.Word(1), p.Word(9)
		s := &k.table[k.slot(first, last)]
		if !s.agrees(first, last) || s.length > 16 {
			return k.probe(p.Add(1)), p
		}
		if s.step != 0 || s.length == 0 {
			return s, p
		}
		v := p.Add(s.length + 1)
		if v.Byte(0) == ' ' {
			v = v.Add(1)
		}
		// A plain text of up to 16 bytes, or a positive integer, and the quote of another key: no branch depends on the kind or the length.
		quoted := s.quoted
		quote := uint64(v.Byte(0))
		v = v.Add(uintptr(quoted & 1))
		w, x := v.Word(0), v.Word(8)
		m := StopSkipped(w)&quoted | text.NonDigit(w^zeros)&^quoted
		n := text.First(StopSkipped(x)&quoted|text.NonDigit(x^zeros)&^quoted) & uintptr(int64(m-1)>>63) // if m is 0
		n += text.First(m)
		end := v.Word(n)
		if ((quote^'"')|(end^'"'))&quoted&0xff|(uint64(byte(w)-'1')+0xf7)>>8&^quoted != 0 {
			return s, p
		}
		v = v.Add(n + uintptr(quoted&1))
		if next := end >> (quoted & 8) & 0xffff; next != comma {
			if next == '}'|'\n'<<8 {
				return &unknown, v
			}
			return s, p
		}
		p = v.Add(1)
	}
}

// escaped is the slot of the key whose first byte is at p, and the place behind its colon, if there is nothing unusual in it but a character of
// ASCII that stands as \u00xx, i bytes on; else the nil Cursor.
func (k *Keys) escaped(p text.Cursor, i uintptr) (*slot, text.Cursor) {
	const more = uintptr(len(`\u00xx`) - 1) // bytes than the character itself
	r, ok := hex4(p.Add(i + 2))
	if !ok || r <= ' ' || r >= utf8.RuneSelf || r == '"' || r == '\\' {
		return nil, text.Cursor{}
	}
	before, beforeLast := wordMask(int(i)), wordMask(int(i)-8)
	at, atLast := uint64(0xff)<<(8*i), uint64(0xff)<<(8*(i-8)) // one of them is 0
	first := p.Word(0)&before | p.Word(more)&^(before|at) | uint64(r)*low&at
	last := p.Word(8)&beforeLast | p.Word(more+8)&^(beforeLast|atLast) | uint64(r)*low&atLast
	s := &k.table[k.slot(first, last)]
	if s.text == nil || s.length > 16 || s.length <= i || !s.agrees(first, last) {
		return nil, text.Cursor{}
	}
	return s, p.Add(s.length + more)
}

// low is a one in each byte.
const low = 0x0101010101010101

// probe is the slot of the key whose first byte is at p, if it is written plainly; else an empty slot.
func (k *Keys) probe(p text.Cursor) *slot {
	first, last := p.Word(0), p.Word(8)
	for at := k.slot(first, last); ; at++ {
		s := &k.table[at&(len(k.table)-1)]
		if s.agrees(first, last) && (s.length <= 16 || isLong(p, *s.text)) {
			return s
		}
	}
}

// isLong tells whether s, of which the first sixteen bytes have been compared, stands at p. A line ends with a byte that is in no key.
func isLong(p text.Cursor, s string) bool {
	for i := 16; i < len(s); i++ {
		if p.Byte(uintptr(i)) != s[i] {
			return false
		}
	}
	return true
}
