package decimal

import "math/bits"

// The operations in this file are for mantissas of up to 18 digits. Adding, subtracting and multiplying them, and comparing
// them at one scale, needs no function.

// Fits64 tells whether m has at most precision digits, precision being at most 18.
func Fits64(m int64, precision int) bool {
	return -powers64[precision] < m && m < powers64[precision]
}

// Abs64 is the magnitude of m.
func Abs64(m int64) int64 { return abs(m) }

// Down64 takes n digits from the mantissa, 0 <= n <= 18, and rounds half away from zero.
func Down64(m int64, n int) int64 {
	p := powers64[n]
	q := m / p
	r := m - q*p
	if r < 0 {
		if -r >= p+r {
			q--
		}
	} else if r >= p-r {
		q++
	}
	return q
}

// Floor64 takes n digits from the mantissa and rounds down.
func Floor64(m int64, n int) int64 {
	p := powers64[n]
	q := m / p
	if m < 0 && q*p != m {
		q--
	}
	return q
}

// Ceil64 takes n digits from the mantissa and rounds up.
func Ceil64(m int64, n int) int64 { return -Floor64(-m, n) }

// Round64 is Int128.Round for up to 18 digits.
func Round64(m, n int64, precision, scale int) (int64, error) {
	if n >= int64(scale) {
		return m, nil
	}
	if n >= int64(scale)-18 {
		drop := int64(scale) - n
		q := Down64(m, int(drop))
		if r := q * powers64[drop]; Fits64(q, max(0, precision-int(drop))) {
			return r, nil
		}
	}
	r, err := Wide(m).Round(n, precision, scale)
	return int64(r.Lo), err
}

// Rescale64 is m, of scale from, as DECIMAL(precision, to), both of up to 18 digits: digits that go are rounded half away from
// zero, digits that do not fit are an error.
func Rescale64(m int64, from, precision, to int) (int64, error) {
	r, ok := m, true
	if from > to {
		r = Down64(m, from-to)
	} else if from < to {
		hi, lo := bits.Mul64(uint64(abs(m)), uint64(powers64[to-from]))
		ok = hi == 0 && lo < uint64(powers64[18])
		r = m * powers64[to-from]
	}
	if !ok || !Fits64(r, precision) {
		return 0, tooLarge(string(Append(nil, m, from)), precision, to)
	}
	return r, nil
}

// Cmp64 compares a, of scale sa, with b, of scale sb.
func Cmp64(a int64, sa int, b int64, sb int) int {
	x, y := Wide(a), Wide(b)
	if sa < sb {
		x = MulWide(a, powers64[sb-sa])
	} else {
		y = MulWide(b, powers64[sa-sb])
	}
	return x.Cmp(y)
}

// FromInteger is the INTEGER n as DECIMAL(precision, scale) of up to 18 digits.
func FromInteger(n int64, precision, scale int) (int64, error) {
	r, err := Rescale(Wide(n), 0, precision, scale)
	return int64(r.Lo), err
}

// ToInteger is the whole part of a mantissa: digits after the point are dropped.
func ToInteger(m int64, scale int) int64 { return m / powers64[scale] }

// ToIntegerWide is the whole part of a mantissa as an INTEGER.
func ToIntegerWide(m Int128, scale int) (int64, error) {
	if n, ok := m.Trunc(scale).Int64(); ok {
		return n, nil
	}
	return 0, Error(string(m.Append(nil, scale)) + " is too large for INTEGER")
}
