package decimal

import (
	"math"
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"
)

// The oracle is math/big: every operation is compared with it on random mantissas of all lengths.

func toBig(a Int128) *big.Int {
	b := big.NewInt(a.Hi)
	b.Lsh(b, 64)
	return b.Add(b, new(big.Int).SetUint64(a.Lo))
}

func fromBig(t *testing.T, b *big.Int) Int128 {
	t.Helper()
	m := new(big.Int).Abs(b)
	if m.BitLen() > 127 {
		t.Fatalf("%s has more than 128 bits", b)
	}
	a := Int128{int64(new(big.Int).Rsh(m, 64).Uint64()), new(big.Int).And(m, new(big.Int).SetUint64(math.MaxUint64)).Uint64()}
	if b.Sign() < 0 {
		return a.Neg()
	}
	return a
}

func bigPow10(n int) *big.Int {
	return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil)
}

// roundQuo is a/b rounded half away from zero.
func roundQuo(a, b *big.Int) *big.Int {
	q, r := new(big.Int).QuoRem(a, b, new(big.Int))
	if r2 := new(big.Int).Abs(r); r2.Lsh(r2, 1).CmpAbs(b) >= 0 {
		one := big.NewInt(int64(a.Sign() * b.Sign()))
		q.Add(q, one)
	}
	return q
}

func fits(b *big.Int, precision int) bool { return b.CmpAbs(bigPow10(precision)) < 0 }

// gen makes mantissas of a random number of digits, with a liking for the edges.
type gen struct{ *rand.Rand }

func newGen() gen { return gen{rand.New(rand.NewPCG(1, 2))} }

func (g gen) wide(digits int) *big.Int {
	n := g.IntN(digits) + 1
	b := new(big.Int)
	switch g.IntN(5) {
	case 0:
		b.Sub(bigPow10(n), big.NewInt(1))
	case 1:
		b.Set(bigPow10(n - 1))
	case 2:
		b.Mul(big.NewInt(int64(g.IntN(3))), bigPow10(n-1)).Quo(b, big.NewInt(2))
	default:
		for range n {
			b.Mul(b, big.NewInt(10)).Add(b, big.NewInt(int64(g.IntN(10))))
		}
	}
	if g.IntN(2) == 0 {
		b.Neg(b)
	}
	return b
}

const rounds = 20000

func TestInt128Arithmetic(t *testing.T) {
	g := newGen()
	for range rounds {
		x, y := g.wide(38), g.wide(38)
		a, b := fromBig(t, x), fromBig(t, y)
		check := func(what string, got Int128, want *big.Int) {
			t.Helper()
			if toBig(got).Cmp(want) != 0 {
				t.Fatalf("%s %s %s = %s, want %s", x, what, y, toBig(got), want)
			}
		}
		sum, diff := new(big.Int).Add(x, y), new(big.Int).Sub(x, y)
		if got, err := CheckedAdd(a, b); (err == nil) != fits(sum, 38) || err == nil && toBig(got).Cmp(sum) != 0 {
			t.Fatalf("CheckedAdd(%s, %s) = %s, %v", x, y, toBig(got), err)
		}
		if got, err := CheckedSub(a, b); (err == nil) != fits(diff, 38) || err == nil && toBig(got).Cmp(diff) != 0 {
			t.Fatalf("CheckedSub(%s, %s) = %s, %v", x, y, toBig(got), err)
		}
		ua, ub := g.IntN(39), g.IntN(39)
		if sa, sb := scaledBig(a, ua), scaledBig(b, ub); a.Fits(38) && b.Fits(38) {
			sum, diff := new(big.Int).Add(sa, sb), new(big.Int).Sub(sa, sb)
			if got, err := CheckedAddScaled(a, ua, b, ub); (err == nil) != fits(sum, 38) || err == nil && toBig(got).Cmp(sum) != 0 {
				t.Fatalf("CheckedAddScaled(%s, %d, %s, %d) = %s, %v", x, ua, y, ub, toBig(got), err)
			}
			if got, err := CheckedSubScaled(a, ua, b, ub); (err == nil) != fits(diff, 38) || err == nil && toBig(got).Cmp(diff) != 0 {
				t.Fatalf("CheckedSubScaled(%s, %d, %s, %d) = %s, %v", x, ua, y, ub, toBig(got), err)
			}
		}
		check("neg", a.Neg(), new(big.Int).Neg(x))
		check("abs", a.Abs(), new(big.Int).Abs(x))
		if a.Cmp(b) != x.Cmp(y) || a.Less(b) != (x.Cmp(y) < 0) || a.Sign() != x.Sign() {
			t.Fatalf("order of %s and %s", x, y)
		}
		if y.Sign() != 0 {
			check("rem", Rem(a, b), new(big.Int).Rem(x, y))
		}
		p := 1 + g.IntN(38)
		if a.Fits(p) != fits(x, p) {
			t.Fatalf("(%s).Fits(%d) = %v", x, p, a.Fits(p))
		}
		n, ok := a.Int64()
		if ok != x.IsInt64() || ok && n != x.Int64() {
			t.Fatalf("(%s).Int64() = %d, %v", x, n, ok)
		}
	}
}

func TestProducts(t *testing.T) {
	g := newGen()
	for range rounds {
		x, y := g.wide(18), g.wide(18)
		if got := MulWide(x.Int64(), y.Int64()); toBig(got).Cmp(new(big.Int).Mul(x, y)) != 0 {
			t.Fatalf("%s * %s = %s", x, y, toBig(got))
		}
		x, y = g.wide(38), g.wide(38)
		drop := g.IntN(39)
		want := roundQuo(new(big.Int).Mul(x, y), bigPow10(drop))
		got, err := CheckedMul(fromBig(t, x), fromBig(t, y), drop)
		if (err == nil) != fits(want, 38) || err == nil && toBig(got).Cmp(want) != 0 {
			t.Fatalf("CheckedMul(%s, %s, %d) = %s, %v; want %s", x, y, drop, toBig(got), err, want)
		}
	}
	for _, e := range []int64{math.MinInt64, math.MaxInt64, -1, 0, 1} {
		for _, f := range []int64{math.MinInt64, math.MaxInt64, -1, 0, 1} {
			if got, want := toBig(MulWide(e, f)), new(big.Int).Mul(big.NewInt(e), big.NewInt(f)); got.Cmp(want) != 0 {
				t.Errorf("%d * %d = %s", e, f, got)
			}
		}
	}
}

func TestQuotients(t *testing.T) {
	g := newGen()
	for range rounds {
		x, y, shift := g.wide(38), g.wide(38), g.IntN(77)
		if y.Sign() == 0 {
			continue
		}
		want := roundQuo(new(big.Int).Mul(x, bigPow10(shift)), y)
		got, err := Quo(fromBig(t, x), fromBig(t, y), shift)
		if (err == nil) != fits(want, 38) || err == nil && toBig(got).Cmp(want) != 0 {
			t.Fatalf("Quo(%s, %s, %d) = %s, %v; want %s", x, y, shift, toBig(got), err, want)
		}
		x, y, shift = g.wide(18), g.wide(18), g.IntN(19)
		if y.Sign() == 0 {
			continue
		}
		want = roundQuo(new(big.Int).Mul(x, bigPow10(shift)), y)
		if got, err := Quo(fromBig(t, x), fromBig(t, y), shift); err != nil || toBig(got).Cmp(want) != 0 {
			t.Fatalf("Quo(%s, %s, %d) = %s, %v; want %s", x, y, shift, toBig(got), err, want)
		}
		if fits(want, 18) {
			if got := Quo64(x.Int64(), y.Int64(), shift); got != want.Int64() {
				t.Fatalf("Quo64(%s, %s, %d) = %d, want %s", x, y, shift, got, want)
			}
		}
		sa, sb := g.IntN(39), g.IntN(39)
		x, y = g.wide(38), g.wide(38)
		if y.Sign() == 0 {
			continue
		}
		s := max(sa, sb)
		r := new(big.Int).Rem(new(big.Int).Mul(x, bigPow10(s-sa)), new(big.Int).Mul(y, bigPow10(s-sb)))
		if fits(r, 38) {
			if got := RemScaled(fromBig(t, x), sa, fromBig(t, y), sb); toBig(got).Cmp(r) != 0 {
				t.Fatalf("RemScaled(%s, %d, %s, %d) = %s, want %s", x, sa, y, sb, toBig(got), r)
			}
		}
	}
}

func TestSum(t *testing.T) {
	g := newGen()
	for range 200 {
		want, parts := new(big.Int), [2]Sum{}
		for range 50 {
			x := g.wide(38)
			want.Add(want, x)
			i := g.IntN(2)
			parts[i] = parts[i].Add(fromBig(t, x))
			got, err := parts[0].Merge(parts[1]).Total()
			if (err == nil) != fits(want, 38) || err == nil && toBig(got).Cmp(want) != 0 {
				t.Fatalf("the sum is %s, %v; want %s", toBig(got), err, want)
			}
		}
	}
}

func TestRescaleAndCompare(t *testing.T) {
	g := newGen()
	scaled := func(x *big.Int, from, to int) *big.Int {
		if from > to {
			return roundQuo(x, bigPow10(from-to))
		}
		return new(big.Int).Mul(x, bigPow10(to-from))
	}
	for range rounds {
		x, from, to, p := g.wide(38), g.IntN(39), g.IntN(39), 1+g.IntN(38)
		want := scaled(x, from, to)
		got, err := Rescale(fromBig(t, x), from, p, to)
		if (err == nil) != fits(want, p) || err == nil && toBig(got).Cmp(want) != 0 {
			t.Fatalf("Rescale(%s, %d, %d, %d) = %s, %v; want %s", x, from, p, to, toBig(got), err, want)
		}
		y, sy := g.wide(38), g.IntN(39)
		s := max(from, sy)
		if got, want := CmpScaled(fromBig(t, x), from, fromBig(t, y), sy), scaled(x, from, s).Cmp(scaled(y, sy, s)); got != want {
			t.Fatalf("CmpScaled(%s, %d, %s, %d) = %d, want %d", x, from, y, sy, got, want)
		}
		x, y, from, to, p = g.wide(18), g.wide(18), g.IntN(19), g.IntN(19), 1+g.IntN(18)
		want = scaled(x, from, to)
		m, err := Rescale64(x.Int64(), from, p, to)
		if (err == nil) != fits(want, p) || err == nil && m != want.Int64() {
			t.Fatalf("Rescale64(%s, %d, %d, %d) = %d, %v; want %s", x, from, p, to, m, err, want)
		}
		s = max(from, to)
		if got, want := Cmp64(x.Int64(), from, y.Int64(), to), scaled(x, from, s).Cmp(scaled(y, to, s)); got != want {
			t.Fatalf("Cmp64(%s, %d, %s, %d) = %d, want %d", x, from, y, to, got, want)
		}
	}
}

// ROUND takes any INTEGER: far from the point nothing is left of a value, or all of it.
func TestRoundFarAway(t *testing.T) {
	for _, n := range []int64{math.MinInt64, math.MinInt64 + 1, -40, 40, math.MaxInt64} {
		want := int64(0)
		if n > 0 {
			want = 125
		}
		if got, err := Round64(125, n, 5, 2); got != want || err != nil {
			t.Errorf("Round64(125, %d, 5, 2) = %d, %v", n, got, err)
		}
		if got, err := Wide(125).Round(n, 38, 2); got != Wide(want) || err != nil {
			t.Errorf("Wide(125).Round(%d, 38, 2) = %v, %v", n, got, err)
		}
	}
}

func TestRounding(t *testing.T) {
	g := newGen()
	for range rounds {
		x, n := g.wide(38), g.IntN(39)
		a := fromBig(t, x)
		floor := new(big.Int).Div(x, bigPow10(n)) // Euclidean, and the divisor is positive
		if toBig(a.Floor(n)).Cmp(floor) != 0 {
			t.Fatalf("(%s).Floor(%d) = %s", x, n, toBig(a.Floor(n)))
		}
		ceil := new(big.Int).Neg(new(big.Int).Div(new(big.Int).Neg(x), bigPow10(n)))
		if toBig(a.Ceil(n)).Cmp(ceil) != 0 {
			t.Fatalf("(%s).Ceil(%d) = %s", x, n, toBig(a.Ceil(n)))
		}
		if toBig(a.Trunc(n)).Cmp(new(big.Int).Quo(x, bigPow10(n))) != 0 {
			t.Fatalf("(%s).Trunc(%d) = %s", x, n, toBig(a.Trunc(n)))
		}
		scale, digits := g.IntN(39), int64(g.IntN(80)-40)
		want := new(big.Int).Set(x)
		if drop := int64(scale) - digits; drop > 0 {
			want = new(big.Int).Mul(roundQuo(x, bigPow10(int(drop))), bigPow10(int(drop)))
		}
		got, err := a.Round(digits, 38, scale)
		if (err == nil) != fits(want, 38) || err == nil && toBig(got).Cmp(want) != 0 {
			t.Fatalf("(%s).Round(%d, 38, %d) = %s, %v; want %s", x, digits, scale, toBig(got), err, want)
		}
		x, n = g.wide(18), g.IntN(19)
		m, p := x.Int64(), 1+g.IntN(18)
		scale = g.IntN(19)
		if Abs64(m) != fromBig(t, x).Abs().low() {
			t.Fatalf("Abs64(%d) = %d", m, Abs64(m))
		}
		if got := Down64(m, n); got != roundQuo(x, bigPow10(n)).Int64() {
			t.Fatalf("Down64(%d, %d) = %d", m, n, got)
		}
		if Floor64(m, n) != new(big.Int).Div(x, bigPow10(n)).Int64() || Ceil64(m, n) != fromBig(t, x).Ceil(n).low() {
			t.Fatalf("Floor64, Ceil64(%d, %d) = %d, %d", m, n, Floor64(m, n), Ceil64(m, n))
		}
		wantWide, wantErr := Wide(m).Round(digits, p, scale)
		got64, err := Round64(m, digits, p, scale)
		if Fits64(m, p) && ((err == nil) != (wantErr == nil) || err == nil && got64 != wantWide.low()) {
			t.Fatalf("Round64(%d, %d, %d, %d) = %d, %v; want %d, %v", m, digits, p, scale, got64, err, wantWide.low(), wantErr)
		}
	}
}

func (a Int128) low() int64 { return int64(a.Lo) }

// plain is b × 10^-scale in the way that Append writes it.
func plain(b *big.Int, scale int) string {
	s := new(big.Int).Abs(b).String()
	if len(s) <= scale {
		s = strings.Repeat("0", scale+1-len(s)) + s
	}
	if scale > 0 {
		s = s[:len(s)-scale] + "." + s[len(s)-scale:]
	}
	if b.Sign() < 0 {
		s = "-" + s
	}
	return s
}

func TestText(t *testing.T) {
	g := newGen()
	for range rounds {
		x, scale := g.wide(38), g.IntN(39)
		text := string(fromBig(t, x).Append(nil, scale))
		if text != plain(x, scale) {
			t.Fatalf("%s at scale %d prints as %s, want %s", x, scale, text, plain(x, scale))
		}
		back, err := ParseWide(text, 38, scale, Exact)
		if err != nil || toBig(back).Cmp(x) != 0 {
			t.Fatalf("%s reads as %s, %v", text, toBig(back), err)
		}
		x, scale = g.wide(18), g.IntN(19)
		text = string(Append(nil, x.Int64(), scale))
		if text != plain(x, scale) {
			t.Fatalf("%s at scale %d prints as %s, want %s", x, scale, text, plain(x, scale))
		}
		if back, err := Parse(text, 18, scale, Exact); err != nil || back != x.Int64() {
			t.Fatalf("%s reads as %d, %v", text, back, err)
		}
	}
	for _, m := range []int64{math.MinInt64, math.MaxInt64} {
		if got, want := string(Append(nil, m, 4)), plain(big.NewInt(m), 4); got != want {
			t.Errorf("%s, want %s", got, want)
		}
		if got, want := string(Int128{m, 5}.Append(nil, 4)), plain(toBig(Int128{m, 5}), 4); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

func TestParse(t *testing.T) {
	for _, tt := range []struct {
		in   string
		r    Rounding
		want string // of DECIMAL(6,2), or the error
	}{
		{"12.5", Exact, "12.50"},
		{"+7", Exact, "7.00"},
		{"-.5", Exact, "-0.50"},
		{"5.", Exact, "5.00"},
		{"0.000", Exact, "0.00"},
		{"1.2300", Exact, "1.23"},
		{"1.23e2", Exact, "123.00"},
		{"1230E-2", Exact, "12.30"},
		{"0e999999999999", Exact, "0.00"},
		{"0000000000000000000000000000000000000000000001.5", Exact, "1.50"},
		{"1.005", HalfAway, "1.01"},
		{"-1.005", HalfAway, "-1.01"},
		{"1.0049999999999999999999999999999999999999999999", HalfAway, "1.00"},
		{"4e-3", HalfAway, "0.00"},
		{"5e-3", HalfAway, "0.01"},
		{"9e-9999999", HalfAway, "0.00"},
		{"1.005", Exact, "1.005 has more than 2 digits after the point, which DECIMAL(6,2) cannot hold"},
		{"9999.99", Exact, "9999.99"},
		{"9999.995", HalfAway, "9999.995 does not fit DECIMAL(6,2)"},
		{"10000", Exact, "10000 does not fit DECIMAL(6,2)"},
		{"1e99999999", Exact, "1e99999999 does not fit DECIMAL(6,2)"},
		{"", Exact, "'' is not a number (expected DECIMAL(6,2), for example 12.50)"},
		{".", Exact, "'.' is not a number (expected DECIMAL(6,2), for example 12.50)"},
		{"1.2.3", Exact, "'1.2.3' is not a number (expected DECIMAL(6,2), for example 12.50)"},
		{"1e", Exact, "'1e' is not a number (expected DECIMAL(6,2), for example 12.50)"},
		{"1e+", Exact, "'1e+' is not a number (expected DECIMAL(6,2), for example 12.50)"},
		{"--1", Exact, "'--1' is not a number (expected DECIMAL(6,2), for example 12.50)"},
		{"1 ", Exact, "'1 ' is not a number (expected DECIMAL(6,2), for example 12.50)"},
		{"abc", HalfAway, "'abc' is not a number (expected DECIMAL(6,2), for example 12.50)"},
		{"NaN", HalfAway, "'NaN' is not a number (expected DECIMAL(6,2), for example 12.50)"},
	} {
		m, err := Parse(tt.in, 6, 2, tt.r)
		got := string(Append(nil, m, 2))
		if err != nil {
			got = err.Error()
		}
		if got != tt.want {
			t.Errorf("Parse(%q) = %s, want %s", tt.in, got, tt.want)
		}
		w, err := ParseWide(tt.in, 6, 2, tt.r)
		got = string(w.Append(nil, 2))
		if err != nil {
			got = err.Error()
		}
		if got != tt.want {
			t.Errorf("ParseWide(%q) = %s, want %s", tt.in, got, tt.want)
		}
	}
}

func TestFloats(t *testing.T) {
	g := newGen()
	for range rounds {
		x, scale := g.wide(38), g.IntN(39)
		want, _ := new(big.Rat).SetFrac(x, bigPow10(scale)).Float64()
		if got := fromBig(t, x).Float(scale); got != want {
			t.Fatalf("%s as FLOAT is %v, want %v", plain(x, scale), got, want)
		}
		x, scale = g.wide(18), g.IntN(19)
		want, _ = new(big.Rat).SetFrac(x, bigPow10(scale)).Float64()
		if got := Float(x.Int64(), scale); got != want {
			t.Fatalf("%s as FLOAT is %v, want %v", plain(x, scale), got, want)
		}
	}
	for _, tt := range []struct {
		f    float64
		want string // of DECIMAL(10,2)
	}{
		{0.285, "0.29"}, {-0.285, "-0.29"}, {2.675, "2.68"}, {1e7, "10000000.00"}, {123456.789, "123456.79"}, {5e-324, "0.00"},
		{1e8, "1e+08 does not fit DECIMAL(10,2)"}, {math.Inf(-1), "-Inf does not fit DECIMAL(10,2)"}, {math.NaN(), "NaN does not fit DECIMAL(10,2)"},
	} {
		m, err := FromFloat(tt.f, 10, 2)
		got := string(Append(nil, m, 2))
		if err != nil {
			got = err.Error()
		}
		if got != tt.want {
			t.Errorf("FromFloat(%v) = %s, want %s", tt.f, got, tt.want)
		}
	}
}

func TestIntegers(t *testing.T) {
	if m, err := FromInteger(-12, 10, 2); m != -1200 || err != nil {
		t.Errorf("FromInteger = %d, %v", m, err)
	}
	if _, err := FromInteger(math.MinInt64, 18, 0); err == nil || err.Error() != "-9223372036854775808 does not fit DECIMAL(18,0)" {
		t.Errorf("FromInteger of the smallest INTEGER: %v", err)
	}
	if n := ToInteger(-1299, 2); n != -12 {
		t.Errorf("ToInteger = %d", n)
	}
	if n, err := ToIntegerWide(MulWide(math.MaxInt64, 100), 2); n != math.MaxInt64 || err != nil {
		t.Errorf("ToIntegerWide = %d, %v", n, err)
	}
	if _, err := ToIntegerWide(MulWide(math.MaxInt64, 1000), 2); err == nil || err.Error() != "92233720368547758070.00 is too large for INTEGER" {
		t.Errorf("ToIntegerWide: %v", err)
	}
}

func TestNoAllocations(t *testing.T) {
	buf := make([]byte, 0, 64)
	a := MulWide(math.MaxInt64, 1e18)
	var sink int64
	for name, f := range map[string]func(){
		"Append":      func() { buf = Append(buf[:0], -123456, 4) },
		"AppendWide":  func() { buf = a.Append(buf[:0], 10) },
		"Parse":       func() { n, _ := Parse("-12.50", 18, 4, Exact); sink += n },
		"ParseWide":   func() { n, _ := ParseWide("123456789012345678901234.5", 38, 4, Exact); sink += n.Hi },
		"Quo":         func() { n, _ := Quo(a, Wide(7), 4); sink += n.Hi },
		"Float":       func() { sink += int64(a.Float(4)) },
		"FromFloat":   func() { n, _ := FromFloat(12.345, 18, 2); sink += n },
		"Rescale":     func() { n, _ := Rescale(a, 4, 38, 2); sink += n.Hi },
		"CheckedMul":  func() { n, _ := CheckedMul(a, Wide(3), 0); sink += n.Hi },
		"CmpScaled":   func() { sink += int64(CmpScaled(a, 4, a, 2)) },
		"Int128.Down": func() { sink += a.Down(3).Hi },
	} {
		if n := testing.AllocsPerRun(100, f); n != 0 {
			t.Errorf("%s allocates %v times", name, n)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"1.5", "-.5e3", "1e-40", "00000.1", "1e999", "", "+", "9999999999999999999999999999999999999999"} {
		f.Add(s, uint8(4))
	}
	f.Fuzz(func(t *testing.T, s string, sc uint8) {
		scale := int(sc % 19)
		w, err := ParseWide(s, 38, scale, HalfAway)
		m, err64 := Parse(s, 18, scale, HalfAway)
		if err64 == nil && (err != nil || w != Wide(m)) {
			t.Fatalf("%q: Parse %d, ParseWide %v %v", s, m, w, err)
		}
		if len(s) > 1000 || strings.ContainsAny(s, "_xXpPiInN/boOB") {
			return // what math/big reads besides decimal numbers
		}
		if i := strings.IndexAny(s, "eE"); i >= 0 && len(s)-i > 5 {
			return // too large for the oracle
		}
		r, ok := new(big.Rat).SetString(s)
		if !ok {
			if err == nil {
				t.Fatalf("%q is no number but reads as %v", s, w)
			}
			return
		}
		r.Mul(r, new(big.Rat).SetInt(bigPow10(scale)))
		want := roundQuo(r.Num(), r.Denom())
		if (err == nil) != fits(want, 38) {
			t.Fatalf("%q: %v, want %s", s, err, want)
		}
		if err == nil && toBig(w).Cmp(want) != 0 {
			t.Fatalf("%q at scale %d reads as %s, want %s", s, scale, toBig(w), want)
		}
	})
}

// A DECIMAL column of a block of rows, for the benchmarks.
func column() []int64 {
	g := newGen()
	c := make([]int64, 4096)
	for i := range c {
		c[i] = g.Int64N(2e12) - 1e12
	}
	return c
}

var sink Int128

func BenchmarkSum(b *testing.B) {
	c := column()
	var s Int128
	for i := 0; b.Loop(); i++ {
		s = s.Add64(c[i&4095])
	}
	sink = s
}

// BenchmarkSumUnchecked is what the loop costs with an int64 accumulator.
func BenchmarkSumUnchecked(b *testing.B) {
	c := column()
	var s int64
	for i := 0; b.Loop(); i++ {
		s += c[i&4095]
	}
	sink.Hi = s
}

// BenchmarkSumProduct is SUM(price * volume).
func BenchmarkSumProduct(b *testing.B) {
	c := column()
	var s Int128
	for i := 0; b.Loop(); i++ {
		s = s.Add(MulWide(c[i&4095], c[(i+7)&4095]))
	}
	sink = s
}

func BenchmarkQuo(b *testing.B) {
	a, d := MulWide(math.MaxInt64, 12345), Wide(987654321)
	for b.Loop() {
		sink, _ = Quo(a, d, 4)
	}
}

func BenchmarkAppend(b *testing.B) {
	c := column()
	var buf [64]byte
	for i := 0; b.Loop(); i++ {
		sink.Lo += uint64(len(Append(buf[:0], c[i&4095], 4)))
	}
}

func BenchmarkParse(b *testing.B) {
	var n int64
	for b.Loop() {
		m, _ := Parse("-12345.6700", 18, 4, Exact)
		n += m
	}
	sink.Hi = n
}

// scaledBig is a·10^n.
func scaledBig(a Int128, n int) *big.Int {
	return new(big.Int).Mul(toBig(a), new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil))
}

// A term that fits no mantissa at the scale of the result cancels with another one, or does not.
func TestScaledSums(t *testing.T) {
	n := Wide(9223372036854775806)
	if got, err := CheckedSubScaled(n, 20, Wide(922337203685477580), 21); err != nil || got != Wide(6).Up(20) {
		t.Errorf("got %v, %v", got, err)
	}
	if got, err := CheckedAddScaled(n, 20, Wide(-9), 38); err != nil || toBig(got).String() != "22337203685477580600000000000000000000" {
		t.Errorf("got %v, %v", toBig(got), err)
	}
	if _, err := CheckedAddScaled(n, 20, Wide(1), 0); err == nil || err.Error() != "the sum has more than 38 digits" {
		t.Errorf("got %v", err)
	}
	if _, err := CheckedSubScaled(Wide(-1), 0, n, 20); err == nil || err.Error() != "the difference has more than 38 digits" {
		t.Errorf("got %v", err)
	}
}
