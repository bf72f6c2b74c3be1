package text

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// A cell of up to sixteen bytes is cut at the delimiter, whatever stands behind it, and a longer one behind the sixteenth.
func TestCut(t *testing.T) {
	const semicolons = 0x3b3b3b3b3b3b3b3b
	for n := range 20 {
		for _, rest := range []string{";", ";;;;;;;;", ";:;<;", ";\x00\xff\xbb"} {
			cell := strings.Repeat("é<:", 7)[:n]
			at := padded(cell + rest)
			a, b, cut := Cut(at.Word(0), at.Word(8), Equal(at.Word(0), semicolons), Equal(at.Word(8), semicolons))
			want := Start(append([]byte(cell[:min(n, 16)]), make([]byte, 80)...))
			if cut != uintptr(min(n, 16)) || a != want.Word(0) || b != want.Word(8) {
				t.Errorf("%q: %d bytes, words %x and %x", cell+rest, cut, a, b)
			}
		}
	}
}

// pointed reads a DECIMAL(5,1) as generated decoders do; ok tells whether it ends where it should.
func pointed(c Cursor) (v int64, ok bool) {
	w := c.Word(0)
	v, _, odd := Point(w, Sign(w), 0x101010101000, 44, ('.'^'0')<<40|('\n'^'0')<<56, 0x7f767f767676767f, 1000<<32|10<<16|1)
	return v, odd == 0
}

// longPointed reads a DECIMAL(6,1) likewise.
func longPointed(c Cursor) (v int64, ok bool) {
	w := c.Word(0)
	v, dot, odd := LongPoint(w, Sign(w), 0x10101010101000, 52, ('.'^'0')<<48, 0x767f76767676767f, 100000<<32|10, 1000<<32|1)
	return v, odd == 0 && c.Byte(uintptr(dot/8+2)) == '\n'
}

// whole reads an INTEGER.
func whole(c Cursor) (v int64, ok bool) {
	w := c.Word(0)
	v, tail, odd := Whole(w, Sign(w))
	return v, odd == 0 && c.Byte(uintptr(tail/8)) == '\n'
}

func TestPlainNumbers(t *testing.T) {
	for _, c := range []struct {
		in           string
		pointed      int64
		isPointed    bool
		whole        int64
		wholeIsWhole bool
	}{
		{"0.0", 0, true, 0, false}, {"-0.0", 0, true, 0, false}, {"9.9", 99, true, 0, false}, {"-99.9", -999, true, 0, false},
		{"1234.5", 12345, true, 0, false}, {"-9999.9", -99999, true, 0, false}, {"0007.5", 75, true, 0, false},
		{"00007.5", 75, true, 0, false}, {"12345.0", 0, false, 0, false}, {"-12345.0", 0, false, 0, false},
		{"12345.6", 0, false, 0, false}, {"1.25", 0, false, 0, false}, {"1.", 0, false, 0, false}, {".5", 0, false, 0, false}, {"-.5", -5, true, 0, false},
		{"1..5", 0, false, 0, false}, {"1.x", 0, false, 0, false}, {"x.1", 0, false, 0, false}, {"1:2.3", 0, false, 0, false}, {"1,5", 0, false, 0, false},
		{"--1.5", 0, false, 0, false}, {"+1.5", 0, false, 0, false}, {" 1.5", 0, false, 0, false}, {"1.5 ", 0, false, 0, false}, {"1.5\r", 0, false, 0, false},
		{"\xb1.5", 0, false, 0, false}, {"1.\xb5", 0, false, 0, false}, {"1\xae5", 0, false, 0, false},
		{"", 0, false, 0, false}, {"-", 0, false, 0, false}, {"-1", 0, false, -1, true}, {"0", 0, false, 0, true}, {"007", 0, false, 7, true},
		{"1234567", 0, false, 1234567, true}, {"-654321", 0, false, -654321, true}, {"-7654321", 0, false, 0, false}, {"12345678", 0, false, 0, false}, {"-12345678", 0, false, 0, false},
		{"12a", 0, false, 0, false}, {"1\xb2", 0, false, 0, false},
	} {
		if v, ok := pointed(padded(c.in + "\n")); ok != c.isPointed || ok && v != c.pointed {
			t.Errorf("pointed(%q) = %d, %v", c.in, v, ok)
		}
		if v, ok := whole(padded(c.in + "\n")); ok != c.wholeIsWhole || ok && v != c.whole {
			t.Errorf("whole(%q) = %d, %v", c.in, v, ok)
		}
	}
}

func TestLongPlainNumbers(t *testing.T) {
	for _, c := range []struct {
		in   string
		want int64
		ok   bool
	}{
		{"1.5", 15, true}, {"-1.5", -15, true}, {"12345.6", 123456, true}, {"-2345.6", -23456, true}, {"-12345.6", -123456, true}, {"000005.6", 56, true},
		{"123456.7", 0, false}, {"-123456.7", 0, false}, {"1.56", 0, false}, {"12", 0, false}, {".5", 0, false}, {"1.", 0, false}, {"1,5", 0, false}, {"--1.5", 0, false},
	} {
		if v, ok := longPointed(padded(c.in + "\n")); ok != c.ok || ok && v != c.want {
			t.Errorf("longPointed(%q) = %d, %v", c.in, v, ok)
		}
	}
}

// Whatever the bytes are: what is read without branches is what Fixed reads, or it is odd.
func TestPlainNumbersAreFixed(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	const chars = "0123456789012345678901234567890123456789....--;,\n\r \x00\xff\xae:/"
	for range 200_000 {
		var s strings.Builder
		for range 1 + random.IntN(8) {
			s.WriteByte(chars[random.IntN(len(chars))])
		}
		at := padded(s.String() + "\n")
		for _, read := range []func(Cursor) (int64, bool){pointed, longPointed} {
			v, ok := read(at)
			if !ok {
				continue
			}
			digits := strings.TrimLeft(strings.TrimPrefix(s.String(), "-"), "0")
			if strings.HasPrefix(digits, ".") {
				digits = "0" + digits
			}
			want, end := Fixed(padded(digits), 1)
			if strings.HasPrefix(s.String(), "-") {
				want = -want
			}
			if !end.OK() || v != want {
				t.Fatalf("%q: %d, want %d", s.String(), v, want)
			}
		}
		if v, ok := whole(at); ok {
			line, _, _ := strings.Cut(s.String(), "\n")
			var want int64
			if _, err := fmt.Sscanf(line, "%d", &want); err != nil || v != want {
				t.Fatalf("%q: %d, want %d", line, v, want)
			}
		}
	}
}
