package text

import "math/bits"

// The steps in this file read short cells without a branch that depends on what stands in them: the lengths of words and numbers differ from
// row to row, and no predictor knows the next one. A generated function strings them together, gathers in one word what they find odd, and
// has rows with anything odd read by other means. Nothing here is checked unless it says so.

// Cut ends the text that begins with the words a and b in front of the first byte that the masks first and second mark, or behind both. It
// returns the words with nothing behind the text, and its length. The masks may mark bytes behind the first one wrongly, as [Equal] does.
func Cut(a, b, first, second uint64) (_, _ uint64, n uintptr) {
	first = (first - 1) &^ first
	second = (second - 1) &^ second
	second = uint64(int64(second)>>7) & uint64(int64(first)>>63)
	first = uint64(int64(first) >> 7)
	return a & first, b & second, uintptr((first&low + second&low) * low >> 56)
}

// Sign is all ones if w starts with a minus sign, else 0.
func Sign(w uint64) uint64 {
	sign := uint64(0)
	if byte(w) == '-' {
		sign = 1
	}
	return -sign
}

// Point reads a number of which w holds all bytes, and the one behind it: a minus sign or none, digits, a point, digits. It returns the
// number without its point, the place of the point in bits, and an odd that is not 0 if w holds anything else.
//
// sign is the Sign of w, and the rest follows from the type. places has bit 4 set in those bytes where the point may be: digits have that bit,
// points have not. The word, digits as their values, is shifted left by shift minus the bit found, after which its last decimal is byte 6; xor
// with ends makes the point and the byte behind the number 0. slack is how far each byte then is below 0x80 at least: 0x76 for a digit, 0x7f for
// 0. Pairs of the bytes 1 to 6 count as often as the 16-bit parts of weights say, the first of them the upper part. All but the last weight are even, so
// that the other products leave 17 bits alone, which is what five digits need.
func Point(w, sign, places, shift, ends, slack, weights uint64) (v int64, dot, odd uint64) {
	dot = uint64(bits.TrailingZeros64(^w&places | 1<<63))
	w = (w^zeros^sign&('-'^'0'))<<((shift-dot)&63) ^ ends
	odd = (w + slack | w) & high
	w = w*10 + w>>8
	return int64((w&0x0000FF00FF00FF00*weights>>40&0x1FFFF ^ sign) - sign), dot, odd
}

// LongPoint is Point for types of more than five digits. The byte behind the number is not looked at, and the last decimal is shifted to byte 7.
// Pairs from byte 0 on count as often as, in turn, the halves of even and of odd say, upper half first.
func LongPoint(w, sign, places, shift, ends, slack, even, odd uint64) (v int64, dot, _ uint64) {
	dot = uint64(bits.TrailingZeros64(^w&places | 1<<63))
	w = (w^zeros^sign&('-'^'0'))<<((shift-dot)&63) ^ ends
	return weigh(w, even, odd, sign), dot, (w + slack | w) & high
}

// Whole reads the digits at the start of w, behind a minus sign or none: up to seven characters. It returns the number, its length in bits, and an
// odd that is not 0 if there is no digit. sign is the Sign of w.
func Whole(w, sign uint64) (v int64, tail, odd uint64) {
	w ^= zeros ^ sign&('-'^'0')
	tail = uint64(bits.TrailingZeros64(NonDigit(w)|1<<63)) &^ 7
	return weigh(w<<((64-tail)&63), 1e6<<32|100, 1e4<<32|1, sign), tail, (tail - 8 + 8*sign) >> 63
}

func weigh(w, even, odd, sign uint64) int64 {
	w = w*10 + w>>8
	return int64((((w&0x000000FF000000FF)*even+(w>>16&0x000000FF000000FF)*odd)>>32 ^ sign) - sign)
}
