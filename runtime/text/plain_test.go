package text

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// The masks of a cell of up to sixteen bytes cover exactly the bytes in front of the delimiter, whatever stands behind it.
func TestBefore(t *testing.T) {
	const semicolons = 0x3b3b3b3b3b3b3b3b
	for n := range 20 {
		for _, rest := range []string{";", ";;;;;;;;", ";:;<;", ";\x00\xff\xbb"} {
			cell := strings.Repeat("é<:", 7)[:n]
			at := padded(cell + rest)
			first := Before(Equal(at.Word(0), semicolons))
			second := Before(Equal(at.Word(8), semicolons)) & Rest(first)
			a, b, covered := at.Word(0)&first, at.Word(8)&second, Covered(first, second)
			want := Start(append([]byte(cell[:min(n, 16)]), make([]byte, 80)...))
			if covered != uintptr(min(n, 16)) || a != want.Word(0) || b != want.Word(8) {
				t.Errorf("%q: %d bytes, words %x and %x", cell+rest, covered, a, b)
			}
		}
	}
}

// pointed reads a DECIMAL(5,1) as generated decoders do; ok tells whether it ends where it should.
func pointed(c Cursor) (v int64, ok bool) {
	w := c.Word(0)
	sign := Sign(w)
	dot := Dot(w, 0x101010101000)
	w = (w^Zeros^sign&Minus)<<((52-dot)&63) ^ ('.'^'0')<<48
	odd := Odd(w, 0x767f767676767f7f)
	v = Signed(Weigh(w, 100000<<32|10, 1000<<32|1), sign)
	return v, odd == 0 && c.Byte(uintptr(dot/8+2)) == '\n'
}

// whole reads an INTEGER likewise.
func whole(c Cursor) (v int64, ok bool) {
	w := c.Word(0)
	sign := Sign(w)
	w ^= Zeros ^ sign&Minus
	tail := Tail(w)
	odd := (tail - 8 + 8*sign) >> 63
	v = Signed(Weigh(w<<((64-tail)&63), 1e6<<32|100, 1e4<<32|1), sign)
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
		if v, ok := pointed(at); ok {
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
