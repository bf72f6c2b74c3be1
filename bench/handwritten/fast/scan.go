package fast

import (
	"math/bits"
	"unsafe"
)

// P is the start of a row, or of anything else under the padding contract of this package.
type P = unsafe.Pointer

const (
	low  = 0x0101010101010101
	high = 0x8080808080808080
)

// Load reads eight bytes at p+i, the first one in the low bits.
func Load(p P, i uintptr) uint64 { return *(*uint64)(unsafe.Add(p, i)) }

// Load4 reads four bytes at p+i.
func Load4(p P, i uintptr) uint32 { return *(*uint32)(unsafe.Add(p, i)) }

// Byte reads the byte at p+i.
func Byte(p P, i uintptr) byte { return *(*byte)(unsafe.Add(p, i)) }

// Stop marks, in bit 7, the bytes of x that end the plain part of a JSON string: quote, backslash and
// control characters. Only the lowest mark is exact. Flipping bit 1 moves the quote next to the
// control characters, so that one comparison finds both.
func Stop(x uint64) uint64 {
	t := x ^ 0x0202020202020202
	b := x ^ 0x5c5c5c5c5c5c5c5c
	return ((t-0x2121212121212121)&^t | (b-low)&^b) & high
}

// First is the index of the byte that the lowest mark of m stands for; 8 when there is none.
func First(m uint64) uintptr { return uintptr(bits.TrailingZeros64(m)) >> 3 }

// Below masks the bytes below the lowest mark of m: all of them when there is none.
func Below(m uint64) uint64 { return (m&-m)>>7 - 1 }

// StringEnd returns the index of the first byte at or behind i that [Stop] marks.
func StringEnd(p P, i uintptr) uintptr {
	for {
		if m := Stop(Load(p, i)); m != 0 {
			return i + First(m)
		}
		i += 8
	}
}

// NonDigit marks the bytes of x that are no digits, where x is the text xor 0x30 in every byte.
func NonDigit(x uint64) uint64 { return ((x + 0x7676767676767676) | x) & high }

const zeros = 0x3030303030303030

// Digits returns the index behind the digits at i, or 0 when there is no digit.
func Digits(p P, i uintptr) uintptr {
	start := i
	for {
		if m := NonDigit(Load(p, i) ^ zeros); m != 0 {
			i += First(m)
			if i == start {
				return 0
			}
			return i
		}
		i += 8
	}
}

// parse8 turns eight digit values, the first one in the low byte, into their number.
func parse8(x uint64) uint64 {
	x = x*10 + x>>8
	return ((x&0x000000FF000000FF)*0x000F424000000064 + ((x>>16)&0x000000FF000000FF)*0x0000271000000001) >> 32
}

func parse4(x uint32) uint32 {
	x = x*10 + x>>8
	return (x&0xff)*100 + (x>>16)&0xff
}

var pow10 = [19]uint64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18}

// Dec4 reads a plain JSON number with at most 7 integer digits and 4 decimals at i, as a multiple of
// 1/10000, and returns the index behind it. It returns index 0 for everything else, such as a sign, an
// exponent, a leading zero or a longer number: these are for the slow path.
func Dec4(p P, i uintptr) (int64, uintptr) {
	x := Load(p, i) ^ zeros
	k := uintptr(bits.TrailingZeros64(NonDigit(x))) &^ 7 // bits of the integer part
	if k-8 >= 56 || x&0xff == 0 && k != 8 {
		return 0, 0
	}
	v := parse8(x<<((64-k)&63)) * 10000
	i += k >> 3
	if Byte(p, i) != '.' {
		return int64(v), i
	}
	y := Load(p, i+1) ^ zeros
	d := uintptr(bits.TrailingZeros64(NonDigit(y))) &^ 7 // bits of the decimals
	if d-8 >= 32 {
		return 0, 0
	}
	v += uint64(parse4(uint32(y & (1<<(d&63) - 1))))
	return int64(v), i + 1 + d>>3
}

// Int reads up to 15 digits at i and returns the index behind them, or 0 for what the slow path must
// read: signs, leading zeros, longer numbers.
func Int(p P, i uintptr) (int64, uintptr) {
	x := Load(p, i) ^ zeros
	m := NonDigit(x)
	if m != 0 {
		k := uintptr(bits.TrailingZeros64(m)) &^ 7
		if k == 0 || x&0xff == 0 && k != 8 {
			return 0, 0
		}
		return int64(parse8(x << ((64 - k) & 63))), i + k>>3
	}
	if x&0xff == 0 {
		return 0, 0
	}
	v := parse8(x)
	x = Load(p, i+8) ^ zeros
	m = NonDigit(x)
	if m == 0 {
		return 0, 0
	}
	if k := uintptr(bits.TrailingZeros64(m)) &^ 7; k != 0 {
		return int64(v*pow10[k>>3] + parse8(x<<((64-k)&63))), i + 8 + k>>3
	}
	return int64(v), i + 8
}
