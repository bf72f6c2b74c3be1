package text

import (
	"math/bits"
	"strconv"
)

// NonDigit marks the bytes of x that are no digit, where x is a word of text xor eight times '0'.
func NonDigit(x uint64) uint64 { return ((x + 0x7676767676767676) | x) & high }

// zeros is eight times '0'.
const zeros = 0x3030303030303030

// Parse8 is the number that eight digit values make, the first in the lowest byte; shift a shorter number up first.
func Parse8(x uint64) uint64 {
	x = x*10 + x>>8
	return ((x&0x000000FF000000FF)*0x000F424000000064 + ((x>>16)&0x000000FF000000FF)*0x0000271000000001) >> 32
}

// Pow10 are the powers of ten that fit an uint64.
var Pow10 = [20]uint64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19}

// Digits reads up to 15 digits at c and tells how many there were; 0 or more than 15: the value means nothing.
func Digits(c Cursor) (v uint64, n uintptr) {
	x := c.Word(0) ^ zeros
	m := NonDigit(x)
	if m != 0 {
		k := uintptr(bits.TrailingZeros64(m)) &^ 7
		return Parse8(x << ((64 - k) & 63) & -(uint64(k+56) >> 6)), k >> 3
	}
	v = Parse8(x)
	x = c.Word(8) ^ zeros
	m = NonDigit(x)
	if m == 0 {
		return 0, 16
	}
	k := uintptr(bits.TrailingZeros64(m)) &^ 7
	if k != 0 {
		v = v*Pow10[k>>3] + Parse8(x<<((64-k)&63))
	}
	return v, 8 + k>>3
}

// Int reads an integer without leading zeros, of at most 18 digits, at c and returns the place behind it; a nil Cursor if there is
// none. What follows the digits is not looked at.
func Int(c Cursor) (int64, Cursor) {
	neg := c.Byte(0) == '-'
	p := c
	if neg {
		p = c.Add(1)
	}
	v, n := Digits(p)
	if n-1 >= 15 {
		if n == 0 {
			return 0, Cursor{}
		}
		return longInt(c)
	}
	if p.Byte(0) == '0' && n > 1 {
		return 0, Cursor{}
	}
	if neg {
		return -int64(v), p.Add(n)
	}
	return int64(v), p.Add(n)
}

// longInt reads integers of any length that fit an int64.
func longInt(c Cursor) (int64, Cursor) {
	n := uintptr(0)
	if c.Byte(0) == '-' {
		n = 1
	}
	if c.Byte(n) == '0' {
		return 0, Cursor{}
	}
	for c.Byte(n)-'0' < 10 {
		n++
	}
	v, err := strconv.ParseInt(c.View(n), 10, 64)
	if err != nil {
		return 0, Cursor{}
	}
	return v, c.Add(n)
}

// Small reads a decimal number that ends within eight bytes, sign not counted, into a mantissa of the given scale (at most 12), and tells
// its length; 0: it has another form, and Fixed may read it. What follows the number is not looked at. Most columns hold such numbers: the
// point is cut out of the word, and one multiplication reads all digits.
func Small(c Cursor, scale uintptr) (v int64, n uintptr) {
	sign := uintptr(0)
	if c.Byte(0) == '-' {
		sign = 1
	}
	x := c.Word(sign) ^ zeros
	m := NonDigit(x)
	k := uintptr(bits.TrailingZeros64(m)) &^ 7 // bits before the first character that is no digit
	if k-8 >= 56 || scale > 12 || k > 8 && byte(x) == 0 {
		return 0, 0
	}
	digits, end, frac := x, k, uintptr(0)
	if byte(x>>(k&63)) == '.'^'0' {
		// No carry has left the point's byte, so the next mark is exact too.
		end = uintptr(bits.TrailingZeros64(m&(m-1))) &^ 7
		whole := uint64(1)<<(k&63) - 1
		digits = x&whole | x>>8&^whole
		frac = (end - k - 8) >> 3
		if frac-1 >= scale || end == 64 {
			return 0, 0
		}
		k = end - 8
	}
	v = int64(Parse8(digits<<((64-k)&63)) * Pow10[(scale-frac)&15])
	return (v ^ -int64(sign)) + int64(sign), sign + end>>3
}

// Fixed reads a decimal number without exponent into a mantissa of the given scale and returns the place behind it. A nil Cursor: it
// has another form, more than 18 digits, or digits other than 0 beyond the scale. What follows is not looked at.
func Fixed(c Cursor, scale uintptr) (int64, Cursor) {
	if v, n := Small(c, scale); n > 0 {
		return v, c.Add(n)
	}
	return longFixed(c, scale)
}

// longFixed is Fixed for signs, long numbers and trailing zeros.
func longFixed(c Cursor, scale uintptr) (int64, Cursor) {
	p, neg := c, false
	if p.Byte(0) == '-' {
		neg, p = true, p.Add(1)
	}
	var v uint64
	digits := uintptr(0) // significant ones
	i := uintptr(0)
	for ; p.Byte(i)-'0' < 10; i++ {
		v = v*10 + uint64(p.Byte(i)-'0')
		if v > 0 {
			digits++
		}
		if digits > 18 {
			return 0, Cursor{}
		}
	}
	if i == 0 || i > 1 && p.Byte(0) == '0' {
		return 0, Cursor{}
	}
	n := uintptr(0)
	if p.Byte(i) == '.' {
		i++
		first := i
		for ; p.Byte(i)-'0' < 10; i++ {
			d := p.Byte(i) - '0'
			if n == scale {
				if d != 0 {
					return 0, Cursor{}
				}
				continue
			}
			n++
			v = v*10 + uint64(d)
			if v > 0 {
				digits++
			}
			if digits > 18 {
				return 0, Cursor{}
			}
		}
		if i == first {
			return 0, Cursor{}
		}
	}
	if digits+scale-n > 18 && v != 0 {
		return 0, Cursor{}
	}
	v *= Pow10[scale-n]
	if neg {
		return -int64(v), p.Add(i)
	}
	return int64(v), p.Add(i)
}

// exact are the powers of ten that a float64 holds exactly.
var exact = [23]float64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22}

// Float reads a number of the JSON grammar at c and returns the nearest float64 and the place behind it. Numbers of up to 15
// digits and no exponent are exact by one division (W. Clinger's fast path); the rest goes to strconv.
func Float(c Cursor) (float64, Cursor) {
	p, neg := c, false
	if p.Byte(0) == '-' {
		neg, p = true, p.Add(1)
	}
	v, n := Digits(p)
	if n-1 >= 15 || n > 1 && p.Byte(0) == '0' {
		return longFloat(c)
	}
	q := p.Add(n)
	frac := uintptr(0)
	if q.Byte(0) == '.' {
		f, k := Digits(q.Add(1))
		if k == 0 || k+n > 15 {
			return longFloat(c)
		}
		v, frac, q = v*Pow10[k&15]+f, k, q.Add(1+k)
	}
	if q.Byte(0)|0x20 == 'e' {
		return longFloat(c)
	}
	f := float64(v) / exact[frac]
	if neg {
		f = -f
	}
	return f, q
}

func longFloat(c Cursor) (float64, Cursor) {
	n := NumberLen(c)
	if n == 0 {
		return 0, Cursor{}
	}
	f, err := strconv.ParseFloat(c.View(n), 64)
	if err != nil {
		return 0, Cursor{}
	}
	return f, c.Add(n)
}

// NumberLen is the length of the number of the JSON grammar at c; 0 if there is none.
func NumberLen(c Cursor) uintptr {
	n := uintptr(0)
	if c.Byte(0) == '-' {
		n++
	}
	first := n
	for c.Byte(n)-'0' < 10 {
		n++
	}
	if n == first || n > first+1 && c.Byte(first) == '0' {
		return 0
	}
	if c.Byte(n) == '.' {
		n++
		first = n
		for c.Byte(n)-'0' < 10 {
			n++
		}
		if n == first {
			return 0
		}
	}
	if c.Byte(n)|0x20 == 'e' {
		n++
		if c.Byte(n) == '+' || c.Byte(n) == '-' {
			n++
		}
		first = n
		for c.Byte(n)-'0' < 10 {
			n++
		}
		if n == first {
			return 0
		}
	}
	return n
}
