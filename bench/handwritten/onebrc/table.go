package main

import (
	"bytes"
	"os"
	"slices"
	"strconv"
	"unsafe"

	"github.com/velostream/veloc/bench/handwritten/fast"
)

// table has the groups of one worker: open addressing with key and state in one cache line.
type table struct {
	slots []slot
	shift uint
	names [][]byte // by id
	first []int    // where in the input each station appeared first
	slow  [2]int64 // rows counted there and rejected ones

	// The block that is being read.
	origin, end fast.P
	offset      int
}

// slot is the state of a station. Stations of 1 to 16 bytes are equal when their words and lengths are.
type slot struct {
	w0, w1   uint64
	n        uint32 // undecided in an empty slot, and for names that the words do not decide
	id1      uint32 // id + 1; 0 in an empty slot
	sum      int64
	rows     int64 // without NULLs
	min, max int32
	_        [16]byte
}

// undecided is a length that no line has, so the fast path does not take such a slot.
const undecided = 1<<32 - 1

func (s *slot) add(v int64) {
	s.sum += v
	s.rows++
	s.min = min(s.min, int32(v))
	s.max = max(s.max, int32(v))
}

func newTable() *table {
	t := &table{}
	t.resize(14)
	return t
}

func (t *table) resize(log2 uint) {
	t.slots = make([]slot, 1<<log2)
	for i := range t.slots {
		t.slots[i].n = undecided
	}
	t.shift = 64 - log2
}

func (t *table) probe(w0, w1 uint64) *slot {
	return (*slot)(unsafe.Add(fast.P(unsafe.SliceData(t.slots)), uintptr(hash(w0, w1)>>(t.shift&63))*unsafe.Sizeof(slot{})))
}

// null is the name of the group without a station; no cell can hold it, because it is not UTF-8.
const null = "\xff"

// find returns the slot of a station, which it adds when it is new.
func (t *table) find(name []byte, position int) *slot {
	var padded [16]byte
	copy(padded[:], name)
	w0, w1 := fast.Load(fast.P(&padded), 0), fast.Load(fast.P(&padded), 8)
	mask := len(t.slots) - 1
	for i := int(hash(w0, w1) >> (t.shift & 63)); ; i = (i + 1) & mask {
		s := &t.slots[i]
		if s.id1 == 0 {
			return t.insert(i, slot{w0: w0, w1: w1, n: undecided}, name, position)
		}
		if s.w0 == w0 && s.w1 == w1 && bytes.Equal(t.names[s.id1-1], name) {
			return s
		}
	}
}

func (t *table) insert(i int, s slot, name []byte, position int) *slot {
	if len(t.names)*2 >= len(t.slots) {
		t.grow()
		return t.find(name, position)
	}
	t.names = append(t.names, bytes.Clone(name))
	t.first = append(t.first, position)
	s.id1 = uint32(len(t.names))
	s.min, s.max = 1<<31-1, -1<<31
	if len(name) > 0 && len(name) <= 16 && !bytes.HasPrefix(name, []byte{'"'}) { // a quote begins a quoted cell
		s.n = uint32(len(name))
	}
	t.slots[i] = s
	return &t.slots[i]
}

func (t *table) grow() {
	old := t.slots
	t.resize(64 - t.shift + 1)
	mask := len(t.slots) - 1
	for _, s := range old {
		if s.id1 == 0 {
			continue
		}
		i := int(hash(s.w0, s.w1) >> (t.shift & 63))
		for t.slots[i].id1 != 0 {
			i = (i + 1) & mask
		}
		t.slots[i] = s
	}
}

// other reads the line at p for the fast path when its station is not in the first slot of its hash, or
// anything else is unusual, and returns the start of the next line.
func (t *table) other(p fast.P) fast.P {
	n := uintptr(0)
	for n <= 16 && fast.Byte(p, n) != ';' {
		n++
	}
	w0, w1 := fast.Words(p, n)
	x, minus, size := align(fast.Load(p, n+1))
	v, bad := digits(x)
	if n == 0 || n > 16 || bad != 0 || fast.Byte(p, 0) == '"' {
		return t.row(p)
	}
	mask := len(t.slots) - 1
	for i := int(hash(w0, w1) >> (t.shift & 63)); t.slots[i].id1 != 0; i = (i + 1) & mask {
		if s := &t.slots[i]; s.w0 == w0 && s.w1 == w1 && s.n == uint32(n) {
			s.add((v ^ -minus) + minus)
			return unsafe.Add(p, n+1+size)
		}
	}
	return t.row(p)
}

// row reads the line at p, whatever it looks like, and returns the start of the next one.
func (t *table) row(p fast.P) fast.P {
	line := t.line(p)
	next := unsafe.Add(p, len(line)+1)
	line = bytes.TrimSuffix(line, []byte{'\r'})
	if len(line) == 0 {
		return next
	}
	name, v, isNull, ok := parse(line)
	if !ok {
		t.slow[1]++
		return next
	}
	s := t.find(name, t.position(p))
	if isNull {
		t.slow[0]++
	} else {
		s.add(v)
	}
	return next
}

func (t *table) position(p fast.P) int { return t.offset + int(uintptr(p)-uintptr(t.origin)) }

func (t *table) line(p fast.P) []byte {
	rest := unsafe.Slice((*byte)(p), uintptr(t.end)-uintptr(p))
	if n := bytes.IndexByte(rest, '\n'); n >= 0 {
		return rest[:n]
	}
	return rest
}

// firstRows looks in the lines of [p, end) for stations that appear there earlier than their first row
// says.
func (t *table) firstRows(p, end fast.P) {
	for uintptr(p) < uintptr(end) {
		line := t.line(p)
		if name, _, _, ok := parse(bytes.TrimSuffix(line, []byte{'\r'})); ok && len(line) > 0 {
			id := t.find(name, t.position(p)).id1 - 1
			t.first[id] = min(t.first[id], t.position(p))
		}
		p = unsafe.Add(p, len(line)+1)
	}
}

// parse cuts a line into its cells. An empty cell is NULL, and "" the empty string.
func parse(line []byte) (name []byte, v int64, isNull, ok bool) {
	name, rest, ok := cell(line)
	if !ok || len(rest) == 0 || rest[0] != ';' {
		return nil, 0, false, false
	}
	number, rest, ok := cell(rest[1:])
	if !ok || len(rest) != 0 {
		return nil, 0, false, false
	}
	if string(number) == null {
		return name, 0, true, true
	}
	v, ok = fast.ParseDecimal(number, 5, 1)
	return name, v, false, ok
}

// cell cuts the first cell off: quoted, with doubled quotes inside, or plain up to the next semicolon.
func cell(line []byte) (value, rest []byte, ok bool) {
	if len(line) == 0 || line[0] != '"' {
		n := bytes.IndexByte(line, ';')
		if n < 0 {
			n = len(line)
		}
		if n == 0 {
			return []byte(null), line, true
		}
		return line[:n], line[n:], true
	}
	value = []byte{}
	for i := 1; i < len(line); i++ {
		if line[i] != '"' {
			value = append(value, line[i])
			continue
		}
		if i+1 == len(line) || line[i+1] != '"' {
			return value, line[i+1:], true
		}
		value = append(value, '"')
		i++
	}
	return nil, nil, false
}

func (t *table) merge(other *table) {
	for i := range other.slots {
		from := &other.slots[i]
		if from.id1 == 0 {
			continue
		}
		position := other.first[from.id1-1]
		into := t.find(other.names[from.id1-1], position)
		t.first[into.id1-1] = min(t.first[into.id1-1], position)
		into.sum += from.sum
		into.rows += from.rows
		into.min = min(into.min, from.min)
		into.max = max(into.max, from.max)
	}
	t.slow[0] += other.slow[0]
	t.slow[1] += other.slow[1]
}

// write prints the groups as CSV, in the order of their first rows.
func (t *table) write(out *os.File) (fast.Counts, error) {
	counts := fast.Counts{Rows: t.slow[0], Rejected: t.slow[1], Out: int64(len(t.names))}
	groups := make([]*slot, 0, len(t.names))
	for i := range t.slots {
		if t.slots[i].id1 != 0 {
			groups = append(groups, &t.slots[i])
			counts.Rows += t.slots[i].rows
		}
	}
	slices.SortFunc(groups, func(a, b *slot) int { return t.first[a.id1-1] - t.first[b.id1-1] })
	text := []byte("station;min;avg;max\n")
	for _, s := range groups {
		text = appendCell(text, t.names[s.id1-1])
		if s.rows == 0 {
			text = append(text, ";;;\n"...)
			continue
		}
		text = appendDecimal(append(text, ';'), int64(s.min), 1)
		text = appendDecimal(append(text, ';'), average(s.sum, s.rows), 5)
		text = appendDecimal(append(text, ';'), int64(s.max), 1)
		text = append(text, '\n')
	}
	_, err := out.Write(text)
	return counts, err
}

// average returns sum/rows with four more decimals, rounded half away from zero.
func average(sum, rows int64) int64 {
	scaled := sum * 10000
	if sum < 0 {
		return -((-scaled*2 + rows) / (2 * rows))
	}
	return (scaled*2 + rows) / (2 * rows)
}

func appendCell(out, name []byte) []byte {
	if string(name) == null {
		return out
	}
	if len(name) > 0 && !bytes.ContainsAny(name, ";\"\r\n") {
		return append(out, name...)
	}
	out = append(out, '"')
	out = append(out, bytes.ReplaceAll(name, []byte{'"'}, []byte{'"', '"'})...)
	return append(out, '"')
}

func appendDecimal(out []byte, v int64, scale int) []byte {
	unit := int64(1)
	for range scale {
		unit *= 10
	}
	if v < 0 {
		out = append(out, '-')
		v = -v
	}
	out = strconv.AppendInt(out, v/unit, 10)
	fraction := strconv.FormatInt(unit+v%unit, 10) // the unit keeps leading zeros
	return append(append(out, '.'), fraction[1:]...)
}
