package sqlfn

import (
	"math"

	"github.com/velostream/veloc/runtime/text"
)

// RoundFloat rounds x half away from zero to n digits after the point; a negative n rounds before it.
func RoundFloat(x float64, n int64) float64 { return scaled(x, n, math.Round) }

// TruncFloat drops what is behind n digits after the point; a negative n drops before it.
func TruncFloat(x float64, n int64) float64 { return scaled(x, n, math.Trunc) }

func scaled(x float64, n int64, round func(float64) float64) float64 {
	if n == 0 {
		return round(x)
	}
	if n > 300 || n < -308 {
		if n > 0 {
			return x // no double has so many digits after the point that matter
		}
		return 0
	}
	if n < 0 {
		p := math.Pow10(int(-n))
		return round(x/p) * p
	}
	p := math.Pow10(int(n))
	if y := round(x * p); !math.IsInf(y, 0) {
		return y / p
	}
	return x
}

// FloorFloat is the greatest INTEGER that is not above x.
func FloorFloat(x float64) (int64, error) { return toInteger(math.Floor(x)) }

// CeilFloat is the smallest INTEGER that is not below x.
func CeilFloat(x float64) (int64, error) { return toInteger(math.Ceil(x)) }

// CastFloatToInteger drops the digits after the point.
func CastFloatToInteger(x float64) (int64, error) { return toInteger(math.Trunc(x)) }

func toInteger(x float64) (int64, error) {
	if x >= -1<<63 && x < 1<<63 {
		return int64(x), nil
	}
	return 0, Error(formatFloat(x) + " is out of range of INTEGER (64 bits)")
}

func formatFloat(x float64) string { return string(text.AppendFloat(nil, x)) }

// Sqrt is the square root of x.
func Sqrt(x float64) (float64, error) {
	if x < 0 {
		return 0, Error("SQRT of the negative number " + formatFloat(x))
	}
	return math.Sqrt(x), nil
}

// Ln is the natural logarithm of x.
func Ln(x float64) (float64, error) {
	if x <= 0 {
		return 0, notPositive("LN", x)
	}
	return math.Log(x), nil
}

// Log10 is the logarithm of x to base 10.
func Log10(x float64) (float64, error) {
	if x <= 0 {
		return 0, notPositive("LOG10", x)
	}
	return math.Log10(x), nil
}

// Log2 is the logarithm of x to base 2.
func Log2(x float64) (float64, error) {
	if x <= 0 {
		return 0, notPositive("LOG2", x)
	}
	return math.Log2(x), nil
}

// Log is the logarithm of x to base b.
func Log(b, x float64) (float64, error) {
	if x <= 0 {
		return 0, notPositive("LOG", x)
	}
	if b <= 0 || b == 1 {
		return 0, Error("the base of LOG must be positive and not 1, but is " + formatFloat(b))
	}
	return math.Log(x) / math.Log(b), nil
}

func notPositive(name string, x float64) error {
	return Error(name + " of " + formatFloat(x) + ": only positive numbers have a logarithm")
}

// Power is x to the power of y.
func Power(x, y float64) (float64, error) {
	p := math.Pow(x, y)
	if (math.IsNaN(p) || math.IsInf(p, 0)) && !math.IsNaN(x) && !math.IsInf(x, 0) && !math.IsNaN(y) && !math.IsInf(y, 0) {
		return 0, Error("POWER(" + formatFloat(x) + ", " + formatFloat(y) + ") is no finite number")
	}
	return p, nil
}

// Exp is e to the power of x.
func Exp(x float64) (float64, error) {
	e := math.Exp(x)
	if math.IsInf(e, 1) && !math.IsInf(x, 1) {
		return 0, Error("EXP(" + formatFloat(x) + ") is out of range of FLOAT")
	}
	return e, nil
}
