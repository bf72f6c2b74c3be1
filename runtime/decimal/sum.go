package decimal

import "math/bits"

// Sum is a 192-bit accumulator: an exact SUM of DECIMALs of more than 18 digits, of which two can exceed an Int128. 2^63 of them
// fit. The zero value is 0.
type Sum struct {
	Hi      int64
	Mid, Lo uint64
}

// Add is s + x.
func (s Sum) Add(x Int128) Sum {
	lo, c := bits.Add64(s.Lo, x.Lo, 0)
	mid, c := bits.Add64(s.Mid, uint64(x.Hi), c)
	return Sum{s.Hi + x.Hi>>63 + int64(c), mid, lo}
}

// Sub is s - x.
func (s Sum) Sub(x Int128) Sum {
	lo, c := bits.Sub64(s.Lo, x.Lo, 0)
	mid, c := bits.Sub64(s.Mid, uint64(x.Hi), c)
	return Sum{s.Hi - x.Hi>>63 - int64(c), mid, lo}
}

// Merge is s + o.
func (s Sum) Merge(o Sum) Sum {
	lo, c := bits.Add64(s.Lo, o.Lo, 0)
	mid, c := bits.Add64(s.Mid, o.Mid, c)
	return Sum{s.Hi + o.Hi + int64(c), mid, lo}
}

// Total is s as a DECIMAL of 38 digits.
func (s Sum) Total() (Int128, error) {
	t := Int128{int64(s.Mid), s.Lo}
	if s.Hi != t.Hi>>63 || !t.Fits(38) {
		return Int128{}, Error("the sum has more than 38 digits")
	}
	return t, nil
}
