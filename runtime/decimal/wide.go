package decimal

// The operations in this file are for results of 38 digits, the limit, where the type cannot promise that the value fits.

// CheckedAdd is a + b.
func CheckedAdd(a, b Int128) (Int128, error) {
	s := a.Add(b)
	if (a.Hi^s.Hi)&(b.Hi^s.Hi) < 0 || !s.Fits(38) {
		return Int128{}, Error("the sum has more than 38 digits")
	}
	return s, nil
}

// CheckedSub is a - b.
func CheckedSub(a, b Int128) (Int128, error) {
	s := a.Sub(b)
	if (a.Hi^b.Hi)&(a.Hi^s.Hi) < 0 || !s.Fits(38) {
		return Int128{}, Error("the difference has more than 38 digits")
	}
	return s, nil
}

// CheckedAddScaled is a·10^upA + b·10^upB, which need not fit themselves: 9e18 at a scale of 20 has 39 digits.
func CheckedAddScaled(a Int128, upA int, b Int128, upB int) (Int128, error) {
	if s, ok := scaled(a, upA).add(scaled(b, upB)).signed(); ok {
		return s, nil
	}
	return Int128{}, Error("the sum has more than 38 digits")
}

// CheckedSubScaled is a·10^upA - b·10^upB.
func CheckedSubScaled(a Int128, upA int, b Int128, upB int) (Int128, error) {
	if s, ok := scaled(a, upA).add(scaled(b, upB).negated()).signed(); ok {
		return s, nil
	}
	return Int128{}, Error("the difference has more than 38 digits")
}

// CheckedMul is a × b with drop digits of the exact product's scale rounded off, half away from zero.
func CheckedMul(a, b Int128, drop int) (Int128, error) {
	p, ok := mulMagnitudes(a.Abs(), b.Abs()).roundedQuo(pow10(drop))
	if !ok {
		return Int128{}, Error("the product has more than 38 digits")
	}
	if (a.Hi < 0) != (b.Hi < 0) {
		p = p.Neg()
	}
	return p, nil
}

// Up appends n zeros to the mantissa, where the type says that it fits.
func (a Int128) Up(n int) Int128 { return a.Mul(pow10(n)) }

// Down takes n digits from the mantissa and rounds half away from zero.
func (a Int128) Down(n int) Int128 {
	q, _ := Quo(a, pow10(n), 0)
	return q
}

// Trunc takes n digits from the mantissa and drops them.
func (a Int128) Trunc(n int) Int128 {
	m := a.Abs()
	q, _ := uint256{m.Lo, uint64(m.Hi)}.quoRem(pow10(n))
	r := Int128{int64(q[1]), q[0]}
	if a.Hi < 0 {
		return r.Neg()
	}
	return r
}

// Floor takes n digits from the mantissa and rounds down.
func (a Int128) Floor(n int) Int128 {
	q := a.Trunc(n)
	if a.Hi < 0 && q.Up(n) != a {
		return q.Sub(Wide(1))
	}
	return q
}

// Ceil takes n digits from the mantissa and rounds up.
func (a Int128) Ceil(n int) Int128 { return a.Neg().Floor(n).Neg() }

// Round rounds half away from zero to n digits after the point, where a has scale digits; a negative n rounds before the
// point. The scale stays, with zeros. The error is a result of more than precision digits.
func (a Int128) Round(n int64, precision, scale int) (Int128, error) {
	if n >= int64(scale) {
		return a, nil
	}
	if n < int64(scale)-38 { // not scale-n > 38, which overflows
		return Int128{}, nil
	}
	drop := int64(scale) - n
	q := a.Down(int(drop))
	if q == (Int128{}) {
		return q, nil
	}
	up, ok := mulSmall(q.Abs(), int(drop))
	if !ok || !up.Fits(precision) {
		return Int128{}, tooLarge(string(a.Append(nil, scale))+" rounded", precision, scale)
	}
	if a.Hi < 0 {
		up = up.Neg()
	}
	return up, nil
}

// mulSmall is magnitude m × 10^n, and whether it stays below 10^38.
func mulSmall(m Int128, n int) (Int128, bool) {
	p := mulMagnitudes(m, pow10(n))
	r := Int128{int64(p[1]), p[0]}
	return r, p.fits128() && r.Hi >= 0 && r.below(pow10(38))
}

// Rescale is a, of scale from, as DECIMAL(precision, to): digits that go are rounded half away from zero, digits that do not
// fit are an error.
func Rescale(a Int128, from, precision, to int) (Int128, error) {
	r, ok := a, true
	switch {
	case from > to:
		r = a.Down(from - to)
	case from < to:
		r, ok = mulSmall(a.Abs(), to-from)
		if a.Hi < 0 {
			r = r.Neg()
		}
	}
	if !ok || !r.Fits(precision) {
		return Int128{}, tooLarge(string(a.Append(nil, from)), precision, to)
	}
	return r, nil
}

// RescaleTo64 is Rescale to a type of up to 18 digits.
func RescaleTo64(a Int128, from, precision, to int) (int64, error) {
	r, err := Rescale(a, from, precision, to)
	return int64(r.Lo), err
}

// CmpScaled compares a, of scale sa, with b, of scale sb.
func CmpScaled(a Int128, sa int, b Int128, sb int) int {
	switch {
	case sa == sb:
		return a.Cmp(b)
	case sa > sb:
		return -CmpScaled(b, sb, a, sa)
	case a.Sign() != b.Sign():
		return a.Cmp(b)
	}
	// sa < sb, same sign: a × 10^(sb-sa) against b, by magnitude.
	m := b.Abs()
	p := mulMagnitudes(a.Abs(), pow10(sb-sa))
	c := 1
	if p.fits128() {
		c = 0
		if q := (Int128{int64(p[1]), p[0]}); q.below(m) {
			c = -1
		} else if m.below(q) {
			c = 1
		}
	}
	if a.Hi < 0 {
		return -c
	}
	return c
}
