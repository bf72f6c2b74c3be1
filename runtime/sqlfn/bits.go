package sqlfn

import "math/bits"

// INTEGER as 64 bits in two's complement.

// BitCount is the number of bits of x that are 1.
func BitCount(x int64) int64 { return int64(bits.OnesCount64(uint64(x))) }

// ShiftLeft is x moved n bits to the left; a negative n moves to the right.
func ShiftLeft(x, n int64) int64 {
	if n < 0 {
		return ShiftRight(x, -max(n, -64))
	}
	return x << uint64(n)
}

// ShiftRight is x moved n bits to the right, filled with copies of the sign; a negative n moves to the left.
func ShiftRight(x, n int64) int64 {
	if n < 0 {
		return x << uint64(-max(n, -64))
	}
	return x >> uint64(n)
}

// ShiftRightLogical is x moved n bits to the right, filled with zeros; a negative n moves to the left.
func ShiftRightLogical(x, n int64) int64 {
	if n < 0 {
		return x << uint64(-max(n, -64))
	}
	return int64(uint64(x) >> uint64(n))
}

// GetBit is bit n of x, counted from 0 at the least significant one.
func GetBit(x, n int64) (int64, error) {
	if n < 0 || n > 63 {
		return 0, noBit(n)
	}
	return x >> uint64(n) & 1, nil
}

// SetBit is x with bit n, counted from 0 at the least significant one, set to bit, 0 or 1.
func SetBit(x, n, bit int64) (int64, error) {
	switch {
	case n < 0 || n > 63:
		return 0, noBit(n)
	case bit != 0 && bit != 1:
		return 0, Error("a bit is 0 or 1, not " + formatInt(bit))
	}
	return x&^(1<<uint64(n)) | bit<<uint64(n), nil
}

func noBit(n int64) error {
	return Error("INTEGER has the bits 0 to 63, and no bit " + formatInt(n))
}
