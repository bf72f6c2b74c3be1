package text

import "math/bits"

// The steps in this file read short cells without a branch that depends on what stands in them: the lengths of words and numbers differ from
// row to row, and no predictor knows the next one. A generated function strings them together, gathers in one word what they find odd, and
// has rows with anything odd read by other means. Nothing here is checked unless it says so.

// Zeros is eight times '0': xor turns digits into their values.
const Zeros = zeros

// Before covers the bytes in front of the first one that mask marks; all of them if none is marked. The mask may mark bytes behind the first
// wrongly, as [Equal] does.
func Before(mask uint64) uint64 { return uint64(int64((mask-1)&^mask) >> 7) }

// Rest is all ones if before, which Before returned, covers its whole word, else 0.
func Rest(before uint64) uint64 { return uint64(int64(before) >> 63) }

// Covered is how many bytes two results of Before cover together.
func Covered(first, second uint64) uintptr {
	return uintptr((first&low + second&low) * low >> 56)
}

// Minus is what a minus sign becomes by xor with a '0'.
const Minus = '-' ^ '0'

// Sign is all ones if w starts with a minus sign, else 0.
func Sign(w uint64) uint64 {
	sign := uint64(0)
	if byte(w) == '-' {
		sign = 1
	}
	return -sign
}

// Dot is the place, in bits, of the first character of w that is no digit but a point or a character like it, among those where places has bit
// 4 of the byte set; 63 if there is none.
func Dot(w, places uint64) uint64 { return uint64(bits.TrailingZeros64(^w&places | 1<<63)) }

// Tail is the length, in bits, of the digits that w starts with, and whose values it holds; 56 if there are seven or more.
func Tail(w uint64) uint64 { return uint64(bits.TrailingZeros64(NonDigit(w)|1<<63)) &^ 7 }

// Odd is not 0 if a byte of w is greater than 0x7f minus the same byte of slack: 0x76 allows digits, 0x7f only 0.
func Odd(w, slack uint64) uint64 { return ((w + slack) | w) & high }

// Weigh adds up digit values, the first in the lowest byte: pairs of them make numbers below 100, of which those of bytes 0 and 4 are multiplied
// by the halves of even, upper half first, and those of bytes 2 and 6 by the halves of odd. Weights of 1e6, 100 and 1e4, 1 are those of a
// number of eight digits; others leave room for a byte 0 among them where the point was.
func Weigh(w, even, odd uint64) uint64 {
	w = w*10 + w>>8
	return ((w&0x000000FF000000FF)*even + (w>>16&0x000000FF000000FF)*odd) >> 32
}

// Signed is v, or -v behind a minus sign.
func Signed(v, sign uint64) int64 { return int64((v ^ sign) - sign) }
