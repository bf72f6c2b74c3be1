package decimal

import (
	"math"
	"strconv"
	"unsafe"
)

// Float is the FLOAT nearest to m.
func Float(m int64, scale int) float64 {
	// Both sides are exact floats, so the quotient is rounded once.
	if scale <= 22 && -1<<53 <= m && m <= 1<<53 {
		return float64(m) / floatPowers[scale]
	}
	var buf [48]byte
	return parseFloat(Append(buf[:0], m, scale))
}

// Float is the FLOAT nearest to a.
func (a Int128) Float(scale int) float64 {
	if m, ok := a.Int64(); ok && -1<<53 <= m && m <= 1<<53 && scale <= 22 {
		return float64(m) / floatPowers[scale]
	}
	var buf [48]byte
	return parseFloat(a.Append(buf[:0], scale))
}

func parseFloat(b []byte) float64 {
	// A view of b, because text of more than 32 bytes would be copied to the heap; it is not used after the call.
	f, err := strconv.ParseFloat(unsafe.String(&b[0], len(b)), 64)
	if err != nil {
		panic("bug: " + string(b) + " is no number")
	}
	return f
}

var floatPowers = [...]float64{
	1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
}

// FromFloat is f as DECIMAL(precision, scale) of up to 18 digits. What is rounded, half away from zero, is the shortest decimal
// number that reads back as f: 0.285 becomes 0.29 although the binary value is a little less.
func FromFloat(f float64, precision, scale int) (int64, error) {
	w, err := FromFloatWide(f, precision, scale)
	return int64(w.Lo), err
}

// FromFloatWide is FromFloat for up to 38 digits.
func FromFloatWide(f float64, precision, scale int) (Int128, error) {
	var buf [32]byte
	b := strconv.AppendFloat(buf[:0], f, 'e', -1, 64)
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return Int128{}, tooLarge(string(b), precision, scale)
	}
	n, _ := scan(string(b))
	m, _, ok := n.at(scale)
	if !ok || !m.Fits(precision) {
		return Int128{}, tooLarge(strconv.FormatFloat(f, 'g', -1, 64), precision, scale)
	}
	if n.neg {
		m = m.Neg()
	}
	return m, nil
}
