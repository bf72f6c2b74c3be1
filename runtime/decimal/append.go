package decimal

import "math/bits"

// Append writes m with all digits of its scale: -0.0500.
func Append(dst []byte, m int64, scale int) []byte {
	u := uint64(m)
	if m < 0 {
		dst = append(dst, '-')
		u = -u
	}
	var buf [24]byte
	i := putDigits(&buf, len(buf), u)
	return place(dst, buf[:], i, scale)
}

// Append writes a with all digits of its scale.
func (a Int128) Append(dst []byte, scale int) []byte {
	m := a
	if a.Hi < 0 {
		dst = append(dst, '-')
		m = a.Neg()
	}
	var buf [64]byte
	i := len(buf)
	const e19 = 1e19
	hi, lo := uint64(m.Hi), m.Lo
	for hi != 0 {
		var r uint64
		q := hi / e19
		lo, r = bits.Div64(hi%e19, lo, e19)
		hi = q
		for j := i - 19; i > j; r /= 10 {
			i--
			buf[i] = byte('0' + r%10)
		}
	}
	if lo != 0 || i == len(buf) {
		i = putDigits64(&buf, i, lo)
	}
	return place(dst, buf[:], i, scale)
}

const pairs = "00010203040506070809101112131415161718192021222324252627282930313233343536373839404142434445464748495051525354555657585960616263646566676869707172737475767778798081828384858687888990919293949596979899"

// putDigits writes u before buf[i], two digits at a time, and returns where it starts.
func putDigits(buf *[24]byte, i int, u uint64) int {
	for u >= 100 {
		i -= 2
		d := u % 100 * 2
		u /= 100
		buf[i], buf[i+1] = pairs[d], pairs[d+1]
	}
	i--
	buf[i] = pairs[u*2+1]
	if u >= 10 {
		i--
		buf[i] = pairs[u*2]
	}
	return i
}

func putDigits64(buf *[64]byte, i int, u uint64) int {
	for {
		i--
		buf[i] = byte('0' + u%10)
		if u /= 10; u == 0 {
			return i
		}
	}
}

// place appends the digits buf[i:] with a point before the last scale of them.
func place(dst, buf []byte, i, scale int) []byte {
	if scale == 0 {
		return append(dst, buf[i:]...)
	}
	point := len(buf) - scale
	if i < point {
		dst = append(dst, buf[i:point]...)
		i = point
	} else {
		dst = append(dst, '0')
	}
	dst = append(dst, '.')
	for ; point < i; point++ {
		dst = append(dst, '0')
	}
	return append(dst, buf[i:]...)
}
