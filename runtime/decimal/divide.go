package decimal

import "math/bits"

// uint256 is an unsigned intermediate result, least significant word first.
type uint256 [4]uint64

// mulMagnitudes multiplies two magnitudes.
func mulMagnitudes(a, b Int128) uint256 {
	h00, l00 := bits.Mul64(a.Lo, b.Lo)
	h01, l01 := bits.Mul64(a.Lo, uint64(b.Hi))
	h10, l10 := bits.Mul64(uint64(a.Hi), b.Lo)
	h11, l11 := bits.Mul64(uint64(a.Hi), uint64(b.Hi))
	var r uint256
	var c1, c2 uint64
	r[0] = l00
	r[1], c1 = bits.Add64(h00, l01, 0)
	r[1], c2 = bits.Add64(r[1], l10, 0)
	r[2], c1 = bits.Add64(h01, h10, c1)
	r[3] = h11 + c1
	r[2], c2 = bits.Add64(r[2], l11, c2)
	r[3] += c2
	return r
}

func (n uint256) fits128() bool { return n[2]|n[3] == 0 }

// scaled is a·10^n in two's complement. Of 38 digits each, factors leave room for a sign and a carry.
func scaled(a Int128, n int) uint256 {
	p := mulMagnitudes(a.Abs(), pow10(n))
	if a.Hi < 0 {
		return p.negated()
	}
	return p
}

func (n uint256) add(m uint256) (s uint256) {
	var carry uint64
	for i := range s {
		s[i], carry = bits.Add64(n[i], m[i], carry)
	}
	return s
}

func (n uint256) negated() uint256 {
	return uint256{^n[0], ^n[1], ^n[2], ^n[3]}.add(uint256{1})
}

// signed reads n as two's complement, and tells whether it has at most 38 digits.
func (n uint256) signed() (Int128, bool) {
	negative := n[3]>>63 != 0
	if negative {
		n = n.negated()
	}
	r := Int128{int64(n[1]), n[0]}
	if !n.fits128() || !r.below(pow10(38)) {
		return Int128{}, false
	}
	if negative {
		r = r.Neg()
	}
	return r, true
}

// quoRem divides n by d, both unsigned. Divisors of one word take one hardware division per word; longer ones are divided bit
// by bit, which only quotients of huge DECIMALs need.
func (n uint256) quoRem(d Int128) (q uint256, r Int128) {
	if d.Hi == 0 {
		for i := 3; i >= 0; i-- {
			if i >= 2 && n[i]|r.Lo == 0 {
				continue
			}
			q[i], r.Lo = bits.Div64(r.Lo, n[i], d.Lo)
		}
		return q, r
	}
	for i := 255; i >= 0; i-- {
		carry := r.Hi < 0 // the top bit that the shift pushes out
		r = Int128{int64(uint64(r.Hi)<<1 | r.Lo>>63), r.Lo<<1 | n[i/64]>>(i%64)&1}
		if carry || !r.below(d) {
			r = r.Sub(d)
			q[i/64] |= 1 << (i % 64)
		}
	}
	return q, r
}

// roundedQuo is n / d rounded half away from zero, and whether it has at most 38 digits.
func (n uint256) roundedQuo(d Int128) (Int128, bool) {
	q, r := n.quoRem(d)
	if !q.fits128() {
		return Int128{}, false
	}
	res := Int128{int64(q[1]), q[0]}
	// r >= d/2, written so that nothing wraps: r >= d - r.
	if !r.below(d.Sub(r)) {
		res = res.Add(Wide(1))
	}
	return res, res.Hi >= 0 && res.below(pow10(38))
}

// Quo is a × 10^shift / b, rounded half away from zero. shift is the scale of the result, minus that of a, plus that of b.
// It is at most 76. b must not be 0: division by zero is decided by the caller.
func Quo(a, b Int128, shift int) (Int128, error) {
	if q, ok := shortQuo(a, b, shift); ok {
		return q, nil
	}
	q, ok := quoMagnitudes(a.Abs(), b.Abs(), shift)
	if !ok {
		return Int128{}, Error("the quotient has more than 38 digits")
	}
	if (a.Hi < 0) != (b.Hi < 0) {
		q = q.Neg()
	}
	return q, nil
}

// quoMagnitudes is a × 10^shift / b, rounded half away from zero, and whether it has at most 38 digits. A shift of more than 38 digits,
// which a divisor with many digits behind its point can ask for, is made in two steps: 256 bits do not hold the product.
func quoMagnitudes(a, b Int128, shift int) (Int128, bool) {
	if shift <= 38 {
		return mulMagnitudes(a, pow10(shift)).roundedQuo(b)
	}
	high, rest := mulMagnitudes(a, pow10(38)).quoRem(b)
	q := Int128{int64(high[1]), high[0]}
	if !high.fits128() || q.Hi < 0 {
		return Int128{}, false
	}
	q, ok := mulSmall(q, shift-38)
	if !ok {
		return Int128{}, false
	}
	low, ok := mulMagnitudes(rest, pow10(shift-38)).roundedQuo(b)
	q = q.Add(low)
	return q, ok && q.below(pow10(38))
}

// shortQuo is Quo by one division of 128 by 64 bits, where that suffices: mostly.
func shortQuo(a, b Int128, shift int) (Int128, bool) {
	x, ok := a.Int64()
	y, fits := b.Int64()
	if !ok || !fits || shift >= len(powers64) {
		return Int128{}, false
	}
	hi, lo := bits.Mul64(magnitude(x), uint64(powers64[shift]))
	d := magnitude(y)
	if hi >= d {
		return Int128{}, false
	}
	q, r := bits.Div64(hi, lo, d)
	var up uint64
	if r >= d-r {
		up = 1
	}
	res := Int128{0, q}.Add(Int128{0, up})
	if x < 0 != (y < 0) {
		res = res.Neg()
	}
	return res, true
}

func magnitude(x int64) uint64 {
	if x < 0 {
		return -uint64(x)
	}
	return uint64(x)
}

// Quo64 is Quo for operands and a result of up to 18 digits; its type says that it fits.
func Quo64(a, b int64, shift int) int64 {
	n := MulWide(abs(a), powers64[shift])
	d := uint64(abs(b))
	q0 := uint64(n.Hi) / d
	q, r := bits.Div64(uint64(n.Hi)%d, n.Lo, d)
	if r >= d-r {
		q++
	}
	if q0 != 0 {
		panic("bug: Quo64: the quotient does not fit")
	}
	if a < 0 != (b < 0) {
		return -int64(q)
	}
	return int64(q)
}

func abs(x int64) int64 {
	if x < 0 {
		return -x
	}
	return x
}

// Rem is the remainder of the truncated division of a by b, both of one scale; it has the sign of a. b must not be 0.
func Rem(a, b Int128) Int128 {
	n := a.Abs()
	_, r := uint256{n.Lo, uint64(n.Hi)}.quoRem(b.Abs())
	if a.Hi < 0 {
		return r.Neg()
	}
	return r
}

// RemScaled is the remainder of a, of scale sa, by b, of scale sb; the result has the greater scale.
func RemScaled(a Int128, sa int, b Int128, sb int) Int128 {
	s := max(sa, sb)
	n := mulMagnitudes(a.Abs(), pow10(s-sa))
	d := mulMagnitudes(b.Abs(), pow10(s-sb))
	var r Int128
	if d.fits128() && int64(d[1]) >= 0 {
		_, r = n.quoRem(Int128{int64(d[1]), d[0]})
	} else {
		r = Int128{int64(n[1]), n[0]} // the divisor, of more than 38 digits, is greater
	}
	if a.Hi < 0 {
		return r.Neg()
	}
	return r
}
