// Command onebrc finds the extremes and the average of each station:
//
//	SELECT station, MIN(temperature) AS min, AVG(temperature) AS avg, MAX(temperature) AS max
//	FROM measurements GROUP BY station EMIT FINAL
//
// from "station;temperature" lines without a header, where temperature is DECIMAL(5,1).
package main

import (
	"math/bits"
	"os"
	"unsafe"

	"github.com/velostream/veloc/bench/handwritten/fast"
)

func main() { fast.Main(run) }

func run(in *fast.Input, out *os.File) (fast.Counts, error) {
	tables := make([]*table, fast.Workers())
	for i := range tables {
		tables[i] = newTable()
	}
	fast.Each(in, func(w int, data []byte, offset int) { tables[w].block(data, offset) })
	total := tables[0]
	for _, t := range tables[1:] {
		total.merge(t)
	}
	return total.write(out)
}

// block reads the lines of data with two cursors, one in each half: while one waits for its row of the
// table, the other one computes.
func (t *table) block(data []byte, offset int) {
	half := len(data) / 2
	for half < len(data) && (half == 0 || data[half-1] != '\n') {
		half++
	}
	t.origin, t.offset = fast.P(unsafe.SliceData(data)), offset
	t.end = unsafe.Add(t.origin, len(data))
	p, q := t.origin, unsafe.Add(t.origin, half)
	pEnd, qEnd := q, t.end
	known := len(t.names)
	for uintptr(p) < uintptr(pEnd) && uintptr(q) < uintptr(qEnd) {
		a1, b1, n1, size1, v1, odd1 := decode(p)
		s1 := t.probe(a1, b1)
		odd1 |= (s1.w0 ^ a1) | (s1.w1 ^ b1) | (uint64(s1.n) ^ uint64(n1))
		a2, b2, n2, size2, v2, odd2 := decode(q)
		s2 := t.probe(a2, b2)
		odd2 |= (s2.w0 ^ a2) | (s2.w1 ^ b2) | (uint64(s2.n) ^ uint64(n2))
		if odd1 != 0 {
			p = t.other(p)
			s2 = t.probe(a2, b2) // the table may have grown
		} else {
			s1.add(v1)
			p = unsafe.Add(p, size1)
		}
		if odd2 != 0 {
			q = t.other(q)
		} else {
			s2.add(v2)
			q = unsafe.Add(q, size2)
		}
	}
	t.single(p, pEnd)
	t.single(q, qEnd)
	if len(t.names) > known {
		// The second cursor may have met a station before the first one did.
		t.firstRows(t.origin, pEnd)
	}
}

// single is the loop of one cursor, for what is left of a half.
func (t *table) single(p, end fast.P) {
	for uintptr(p) < uintptr(end) {
		a1, b1, n1, size1, v1, odd1 := decode(p)
		s1 := t.probe(a1, b1)
		odd1 |= (s1.w0 ^ a1) | (s1.w1 ^ b1) | (uint64(s1.n) ^ uint64(n1))
		if odd1 != 0 {
			p = t.other(p)
		} else {
			s1.add(v1)
			p = unsafe.Add(p, size1)
		}
	}
}

// decode reads the line at p: the first 16 bytes of its station as words, zero behind its end, the lengths
// of station and line, and the temperature; odd is not 0 when the line looks different. It is a call, but
// it keeps two cursors from fighting for registers: inlined, the loop takes a fifth longer.
//
//go:noinline
func decode(p fast.P) (w0, w1 uint64, n, size uintptr, v int64, odd uint64) {
	w0, w1 = fast.Load(p, 0), fast.Load(p, 8)
	m0, m1 := delimiter(w0), delimiter(w1)
	long := ^uint64(int64(m0|-m0) >> 63) // all ones when it does not end in the first word
	w0 &= fast.Below(m0)
	w1 &= fast.Below(m1) & long
	n = fast.First(m0) + fast.First(m1)&uintptr(long)
	x, minus, size := align(fast.Load(p, n+1))
	v, odd = digits(x)
	odd |= ((m0|m1)>>7 - 1) >> 63 // no semicolon in 16 bytes
	return w0, w1, n, n + 1 + size, (v ^ -minus) + minus, odd
}

// delimiter marks, in bit 7, the semicolons of x. Only the lowest mark is exact.
func delimiter(x uint64) uint64 {
	x ^= 0x3b3b3b3b3b3b3b3b
	return (x - 0x0101010101010101) &^ x & 0x8080808080808080
}

// A temperature is "-?d?d.d\n", read without a branch that could be mispredicted: align shifts the text
// until it is "dd.d\n", and digits checks and multiplies that. They are two functions so that the compiler
// inlines them.

// align takes the low bytes of w. size is the length of the text.
func align(w uint64) (x uint64, negative int64, size uintptr) {
	sign, missing := uintptr(0), uintptr(0)
	if w&0xff == '-' {
		sign = 1
	}
	w >>= sign * 8
	if w>>8&0xff == '.' {
		missing = 1
	}
	return w<<(missing*8) | '0'*uint64(missing), int64(sign), 5 + sign - missing
}

// digits returns ten times the number that x holds, and bad != 0 when x is not "dd.d\n".
func digits(x uint64) (v int64, bad uint64) {
	x ^= 0x0a302e3030
	bad = (x | (x + 0x0076007676)) & 0xff80ff8080
	return int64((x & 0x0f000f0f) * (100<<24 | 10<<16 | 1) >> 24 & 0x3ff), bad
}

func hash(w0, w1 uint64) uint64 { return (w0 ^ bits.RotateLeft64(w1*mix, 29)) * mix }

const mix = 0x9E3779B97F4A7C15
