package text

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"time"
	"unsafe"
)

// padded is s followed by memory that scanners may over-read.
func padded(s string) Cursor {
	return Start(append([]byte(s), strings.Repeat("\n", 64)...))
}

// written is what a writer puts into a buffer.
func written(n int, put func(Out) Out) string {
	o, b := Reserve(nil, n)
	return string(put(o).Done(b))
}

func TestInt(t *testing.T) {
	for _, c := range []struct {
		in   string
		want int64
		n    int // bytes read; 0: refused
	}{
		{"0,", 0, 1}, {"7,", 7, 1}, {"12345678,", 12345678, 8}, {"123456789012345,", 123456789012345, 15},
		{"1767571200000,", 1767571200000, 13}, {"-42}", -42, 3}, {"9223372036854775807,", math.MaxInt64, 19},
		{"-9223372036854775808,", math.MinInt64, 20}, {"9223372036854775808,", 0, 0}, {"007,", 0, 0}, {"-,", 0, 0}, {"abc", 0, 0}, {"", 0, 0},
		{"99999999999999999999999999,", 0, 0}, {"-0,", 0, 2},
	} {
		at := padded(c.in)
		got, p := Int(at)
		n := 0
		if p.OK() {
			n = int(p.Since(at))
		}
		if got != c.want || n != c.n {
			t.Errorf("Int(%q) = %d, %d bytes; want %d, %d", c.in, got, n, c.want, c.n)
		}
	}
}

func TestFixed(t *testing.T) {
	for _, c := range []struct {
		in    string
		scale uintptr
		want  int64
		n     int
	}{
		{"157.143,", 4, 1571430, 7}, {"157,", 4, 1570000, 3}, {"0.5,", 4, 5000, 3}, {"-0.5,", 4, -5000, 4}, {"12.3\n", 1, 123, 4},
		{"-99.9\n", 1, -999, 5}, {"1.50000,", 2, 150, 7}, {"1.505,", 2, 0, 0}, {"1.,", 2, 0, 0}, {".5,", 2, 0, 0}, {"01.5,", 2, 0, 0},
		{"123456789012345678,", 0, 123456789012345678, 18}, {"1234567890123456789,", 0, 0, 0}, {"123456789012345.6789,", 4, 0, 0},
		{"12345678.25,", 4, 123456782500, 11}, {"0,", 18, 0, 1}, {"0.123456789012345678,", 18, 123456789012345678, 20},
	} {
		at := padded(c.in)
		got, p := Fixed(at, c.scale)
		n := 0
		if p.OK() {
			n = int(p.Since(at))
		}
		if got != c.want || n != c.n {
			t.Errorf("Fixed(%q, %d) = %d, %d bytes; want %d, %d", c.in, c.scale, got, n, c.want, c.n)
		}
	}
}

// TestFloat holds Float against strconv, over forms that take its fast path and forms that do not.
func TestFloat(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 200_000 {
		s := strconv.FormatFloat(r.NormFloat64()*math.Pow(10, float64(r.IntN(30)-15)), 'f', r.IntN(8), 64)
		if r.IntN(10) == 0 {
			s = strconv.FormatFloat(math.Float64frombits(r.Uint64()>>1), 'g', -1, 64)
		}
		want, err := strconv.ParseFloat(s, 64)
		if err != nil || strings.ContainsAny(s, "IN+") {
			continue
		}
		got, p := Float(padded(s + ","))
		if !p.OK() || got != want {
			t.Fatalf("Float(%q) = %v, %v; want %v", s, got, p.OK(), want)
		}
	}
}

func TestNumberLen(t *testing.T) {
	for in, want := range map[string]uintptr{"0": 1, "-1.5e+10,": 8, "1e5": 3, "1e": 0, "1.": 0, "01": 0, "-": 0, "": 0, "+1": 0, "12.50}": 5} {
		if got := NumberLen(padded(in)); got != want {
			t.Errorf("NumberLen(%q) = %d, want %d", in, got, want)
		}
	}
}

func TestWriters(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 100_000 {
		v := int64(r.Uint64() >> r.IntN(64))
		if r.IntN(2) == 0 {
			v = -v
		}
		if got := written(20, func(o Out) Out { return o.Int(v) }); got != strconv.FormatInt(v, 10) {
			t.Fatalf("Int(%d) = %s", v, got)
		}
		scale := r.IntN(19)
		want := fixedText(v, scale)
		if got := written(21, func(o Out) Out { return o.Fixed(v, scale) }); got != want {
			t.Fatalf("Fixed(%d, %d) = %s, want %s", v, scale, got, want)
		}
	}
}

// fixedText writes a mantissa digit by digit.
func fixedText(v int64, scale int) string {
	sign := ""
	u := uint64(v)
	if v < 0 {
		sign, u = "-", -u
	}
	d := fmt.Sprintf("%0*d", scale+1, u)
	if scale == 0 {
		return sign + d
	}
	return sign + d[:len(d)-scale] + "." + d[len(d)-scale:]
}

// TestTimestamps holds the calendar against package time, over all years that a TIMESTAMP reaches.
func TestTimestamps(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for i := range 100_000 {
		ns := int64(r.Uint64())
		if i < 4000 {
			ns = int64(i-2000) * 86400e9
		}
		want := time.Unix(0, ns).UTC().Format("2006-01-02T15:04:05.000Z")
		if got := written(TimestampMax, func(o Out) Out { return o.Timestamp(ns) }); got != want {
			t.Fatalf("Timestamp(%d) = %s, want %s", ns, got, want)
		}
	}
}

// A LastTime writes what Timestamp writes, whichever times came before: the same, others of the day, or far from it.
func TestLastTime(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	var last LastTime
	ns := int64(0)
	for i := range 200_000 {
		switch r.IntN(8) {
		case 0:
			ns = int64(r.Uint64())
		case 1:
			ns = int64(r.IntN(3)-1) * 86400e9
		case 2:
			ns += 86400e9
		case 6:
			ns = []int64{math.MinInt64, math.MaxInt64}[r.IntN(2)] ^ r.Int64N(2*86400e9)
		case 3, 4, 5:
			ns += r.Int64N(7200e9) - 3600e9
		}
		want := written(TimestampMax, func(o Out) Out { return o.Timestamp(ns) })
		if got := written(TimestampMax, func(o Out) Out { return last.Put(o, ns) }); got != want {
			t.Fatalf("time %d: %d is written as %s, want %s", i, ns, got, want)
		}
	}
}

func TestSpan(t *testing.T) {
	for ns, want := range map[int64]string{0: "PT0S", 1e9: "PT1S", 90e9: "PT1M30S", 3600e9: "PT1H", -1e6: "-PT0.001S", 3723500e6: "PT1H2M3.5S"} {
		if got := written(40, func(o Out) Out { return o.Span(ns) }); got != want {
			t.Errorf("Span(%d) = %s, want %s", ns, got, want)
		}
	}
}

func TestArenaKeepsTexts(t *testing.T) {
	var a Arena
	var kept []string
	for i := range 5000 {
		kept = append(kept, a.Concat("row ", strconv.Itoa(i), strings.Repeat("x", i%300)))
	}
	for i, s := range kept {
		if want := "row " + strconv.Itoa(i) + strings.Repeat("x", i%300); s != want {
			t.Fatalf("text %d is %q", i, s)
		}
	}
	a.Reset()
	if n := testing.AllocsPerRun(100, func() { a.Reset(); a.Concat("a", "b") }); n != 0 {
		t.Errorf("%v allocations per text", n)
	}
}

// A text that is kept is one of its own, and behind it can be read as much as JSON and keys do.
func TestKeep(t *testing.T) {
	var blocks Blocks
	for n := range 80 {
		keep := Keep
		if n%2 > 0 {
			keep = blocks.Keep
		}
		n /= 2
		chunk := bytes.Repeat([]byte("k"), n)
		kept := keep(unsafe.String(unsafe.SliceData(chunk), n))
		clear(chunk)
		if kept != strings.Repeat("k", n) {
			t.Errorf("Keep of %d bytes is %q", n, kept)
		}
		if behind := unsafe.Slice(unsafe.StringData(kept), max(16, (n+7)&^7))[n:]; bytes.Count(behind, []byte{0}) != len(behind) {
			t.Errorf("behind %d bytes stands %q", n, behind)
		}
	}
}

// Texts in blocks stay what they are, and cost an allocation for a block.
func TestBlocks(t *testing.T) {
	var blocks Blocks
	var kept []string
	for n := range 20000 {
		kept = append(kept, blocks.Keep(strings.Repeat("k", n%90)))
	}
	kept = append(kept, blocks.Keep(strings.Repeat("k", 2*arenaBlock)))
	for n, s := range kept[:20000] {
		if s != strings.Repeat("k", n%90) {
			t.Fatalf("text %d is %q", n, s)
		}
	}
	if allocs := testing.AllocsPerRun(10, func() {
		for range 1000 {
			blocks.Keep("a text of 25 bytes, about")
		}
	}); allocs > 1 {
		t.Errorf("%v allocations for 1000 texts", allocs)
	}
}
