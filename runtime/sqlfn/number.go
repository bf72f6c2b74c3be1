package sqlfn

import (
	"math"
	"math/bits"
	"strconv"

	"github.com/velostream/veloc/runtime/decimal"
	"github.com/velostream/veloc/runtime/text"
)

// Gcd is the greatest common divisor of a and b, never negative; 0 if both are 0.
func Gcd(a, b int64) (int64, error) {
	x, y := magnitude(a), magnitude(b)
	for y != 0 {
		x, y = y, x%y
	}
	if x > math.MaxInt64 {
		return 0, outOfRange("GCD", a, b)
	}
	return int64(x), nil
}

// Lcm is the least common multiple of a and b, never negative; 0 if one of them is 0.
func Lcm(a, b int64) (int64, error) {
	if a == 0 || b == 0 {
		return 0, nil
	}
	x, y := magnitude(a), magnitude(b)
	for y != 0 {
		x, y = y, x%y
	}
	hi, lo := bits.Mul64(magnitude(a)/x, magnitude(b))
	if hi != 0 || lo > math.MaxInt64 {
		return 0, outOfRange("LCM", a, b)
	}
	return int64(lo), nil
}

func magnitude(v int64) uint64 {
	if v < 0 {
		return -uint64(v)
	}
	return uint64(v)
}

func outOfRange(name string, a, b int64) error {
	return Error(name + "(" + formatInt(a) + ", " + formatInt(b) + ") is out of range of INTEGER (64 bits)")
}

// Factorial is n!, for n from 0 to 20, the greatest whose factorial is an INTEGER.
func Factorial(n int64) (int64, error) {
	switch {
	case n < 0:
		return 0, Error("FACTORIAL of the negative number " + formatInt(n))
	case n > 20:
		return 0, Error("FACTORIAL(" + formatInt(n) + ") is out of range of INTEGER (64 bits); GAMMA(n + 1) is the FLOAT near it")
	}
	f := int64(1)
	for ; n > 1; n-- {
		f *= n
	}
	return f, nil
}

// Div is the whole quotient of a and b, cut towards zero; b is not 0.
func Div(a, b int64) (int64, error) {
	if a == math.MinInt64 && b == -1 {
		return 0, outOfRange("DIV", a, b)
	}
	return a / b, nil
}

// Even is x rounded away from zero to the next even integer.
func Even(x float64) float64 {
	return math.Copysign(2*math.Ceil(math.Abs(x)/2), x)
}

// RoundEven rounds x to n digits after the point; a number in the middle goes to the even neighbour.
func RoundEven(x float64, n int64) float64 { return scaled(x, n, math.RoundToEven) }

// WidthBucket is the number, from 1 to n, of the one of n equally wide buckets between low and high in which x lies; 0 below, n+1 at high and above. With
// low above high buckets go down.
func WidthBucket(x, low, high float64, n int64) (int64, error) {
	switch {
	case n < 1:
		return 0, Error("WIDTH_BUCKET needs at least one bucket, not " + formatInt(n))
	case low == high || low-high != low-high:
		return 0, Error("the bounds of WIDTH_BUCKET must be two different finite numbers")
	case x != x:
		return 0, Error("WIDTH_BUCKET of NaN")
	}
	if low > high {
		x, low, high = -x, -low, -high
	}
	switch {
	case x < low:
		return 0, nil
	case x >= high:
		return n + 1, nil
	}
	return min(int64((x-low)/(high-low)*float64(n)), n-1) + 1, nil
}

// Gamma is Euler's gamma function.
func Gamma(x float64) (float64, error) { return finite("GAMMA", x, math.Gamma(x)) }

// Lgamma is the natural logarithm of the magnitude of the gamma function.
func Lgamma(x float64) (float64, error) {
	y, _ := math.Lgamma(x)
	return finite("LGAMMA", x, y)
}

// finite refuses a result that is no number where the argument is one.
func finite(name string, x, y float64) (float64, error) {
	if (math.IsNaN(y) || math.IsInf(y, 0)) && !math.IsNaN(x) && !math.IsInf(x, 0) {
		return 0, Error(name + "(" + formatFloat(x) + ") is no finite number")
	}
	return y, nil
}

// IsFinite tells whether x is neither NaN nor infinite.
func IsFinite(x float64) bool { return x-x == 0 }

// IsInf tells whether x is infinite.
func IsInf(x float64) bool { return math.IsInf(x, 0) }

// FormatNumber is x with n digits after the point, rounded half away from zero, and commas between groups of three digits before it.
func FormatNumber(a *text.Arena, x float64, n int64) (string, error) {
	if n < 0 || n > 30 {
		return "", Error("FORMAT_NUMBER writes 0 to 30 digits after the point, not " + formatInt(n))
	}
	if !IsFinite(x) {
		return formatFloat(x), nil
	}
	var buf [400]byte
	if n <= 15 && math.Abs(x) < 1e15 {
		x = RoundFloat(x, n)
	}
	return a.Keep(appendGrouped(a.Room(550), strconv.AppendFloat(buf[:0], x, 'f', int(n), 64))), nil
}

// FormatInteger is FormatNumber of an INTEGER.
func FormatInteger(a *text.Arena, x, n int64) (string, error) {
	return FormatDecimal(a, decimal.Wide(x), 0, n)
}

// FormatDecimal is FormatNumber of a DECIMAL.
func FormatDecimal(a *text.Arena, x decimal.Int128, scale int, n int64) (string, error) {
	if n < 0 || n > 30 {
		return "", Error("FORMAT_NUMBER writes 0 to 30 digits after the point, not " + formatInt(n))
	}
	missing := int(n) - scale
	if missing < 0 {
		x, scale = x.Down(-missing), int(n)
	}
	var buf [96]byte
	d := x.Append(buf[:0], scale)
	if missing > 0 && scale == 0 {
		d = append(d, '.')
	}
	for ; missing > 0; missing-- {
		d = append(d, '0')
	}
	return a.Keep(appendGrouped(a.Room(128), d)), nil
}

// appendGrouped appends decimal digits with commas between groups of three before the point.
func appendGrouped(b, digits []byte) []byte {
	if digits[0] == '-' {
		b, digits = append(b, '-'), digits[1:]
	}
	whole := len(digits)
	for i, c := range digits {
		if c == '.' {
			whole = i
			break
		}
	}
	for i, c := range digits {
		if i > 0 && i < whole && (whole-i)%3 == 0 {
			b = append(b, ',')
		}
		b = append(b, c)
	}
	return b
}

// FormatBytes is a number of bytes in a unit that people read, of powers of 1024 or of 1000, with one digit after the point.
func FormatBytes(a *text.Arena, n int64, binary bool) string {
	step, units := 1000.0, [...]string{" kB", " MB", " GB", " TB", " PB", " EB"}
	if binary {
		step, units = 1024, [...]string{" KiB", " MiB", " GiB", " TiB", " PiB", " EiB"}
	}
	b := a.Room(32)
	if math.Abs(float64(n)) < step {
		b = strconv.AppendInt(b, n, 10)
		if n == 1 || n == -1 {
			return a.Keep(append(b, " byte"...))
		}
		return a.Keep(append(b, " bytes"...))
	}
	x, i := float64(n)/step, 0
	for math.Abs(x) >= step && i < len(units)-1 {
		x, i = x/step, i+1
	}
	b = strconv.AppendFloat(b, math.Trunc(x*10)/10, 'f', 1, 64)
	return a.Keep(append(b, units[i]...))
}

// Log1p is the natural logarithm of 1 + x.
func Log1p(x float64) (float64, error) {
	if x <= -1 {
		return 0, Error("LOG1P of " + formatFloat(x) + ": only positive numbers have a logarithm")
	}
	return math.Log1p(x), nil
}

// Expm1 is e to the power of x, minus 1.
func Expm1(x float64) (float64, error) { return finite("EXPM1", x, math.Expm1(x)) }

// Square is x times x.
func Square(x float64) (float64, error) { return finite("SQUARE", x, x*x) }
