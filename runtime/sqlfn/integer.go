package sqlfn

import (
	"math"
	"math/bits"
	"strconv"
	"strings"
)

// Error is why a function refused its arguments, as a plain sentence.
type Error string

func (e Error) Error() string { return string(e) }

// ErrDivisionByZero fails a row where division.by.zero = error.
const ErrDivisionByZero = Error("division by zero")

// Add is a + b.
func Add(a, b int64) (int64, error) {
	if c := a + b; (c > a) == (b > 0) {
		return c, nil
	}
	return 0, &RangeError{a, '+', b}
}

// Sub is a - b.
func Sub(a, b int64) (int64, error) {
	if c := a - b; (c < a) == (b > 0) {
		return c, nil
	}
	return 0, &RangeError{a, '-', b}
}

// Mul is a × b.
func Mul(a, b int64) (int64, error) {
	if c, ok := mul(a, b); ok {
		return c, nil
	}
	return 0, &RangeError{a, '*', b}
}

func mul(a, b int64) (int64, bool) {
	hi, lo := bits.Mul64(uint64(a), uint64(b))
	return int64(lo), int64(hi)-a>>63&b-b>>63&a == int64(lo)>>63
}

// Neg is -a.
func Neg(a int64) (int64, error) {
	if a == math.MinInt64 {
		return 0, &RangeError{0, '-', a}
	}
	return -a, nil
}

// Abs is the magnitude of a.
func Abs(a int64) (int64, error) {
	if a < 0 {
		return Neg(a)
	}
	return a, nil
}

// RangeError is an INTEGER operation whose result 64 bits cannot hold.
type RangeError struct {
	A  int64
	Op byte
	B  int64
}

func (e *RangeError) Error() string {
	a, b := strconv.FormatInt(e.A, 10), strconv.FormatInt(e.B, 10)
	if e.A == 0 && e.Op == '-' {
		a = ""
	}
	return strings.TrimSpace(a+" "+string(e.Op)+" "+b) + " is out of range of INTEGER (64 bits)"
}

// The operators +, - and unary minus on times and spans of time are the same sums of nanoseconds, with another sentence when
// the result leaves the years that they can hold.

// AddTime is a TIMESTAMP or INTERVAL plus an INTERVAL.
func AddTime(a, b int64) (int64, error) {
	if c := a + b; (c > a) == (b > 0) {
		return c, nil
	}
	return 0, errTimeRange
}

// SubTime is a TIMESTAMP or INTERVAL minus a TIMESTAMP or INTERVAL.
func SubTime(a, b int64) (int64, error) {
	if c := a - b; (c < a) == (b > 0) {
		return c, nil
	}
	return 0, errTimeRange
}

// MulTime is an INTERVAL times an INTEGER.
func MulTime(a, b int64) (int64, error) {
	if c, ok := mul(a, b); ok {
		return c, nil
	}
	return 0, errTimeRange
}

// ScaleTime is an INTERVAL times a FLOAT, rounded to the nanosecond.
func ScaleTime(a int64, f float64) (int64, error) {
	p := math.Round(float64(a) * f)
	if p >= -1<<63 && p < 1<<63 {
		return int64(p), nil
	}
	return 0, errTimeRange
}

const errTimeRange = Error("the result is out of range: a TIMESTAMP lies between the years 1677 and 2262, an INTERVAL spans at most 292 years")

// RoundInteger rounds x half away from zero to the -n digits before the point; n >= 0 changes nothing.
func RoundInteger(x, n int64) (int64, error) {
	switch {
	case n >= 0:
		return x, nil
	case n < -19:
		return 0, nil
	}
	p := uint64(1)
	for range -n {
		p *= 10
	}
	u := uint64(x)
	if x < 0 {
		u = -u
	}
	r := u % p
	u -= r
	if r >= p-r {
		u += p
	}
	if u > math.MaxInt64 {
		return 0, Error("ROUND(" + strconv.FormatInt(x, 10) + ", " + strconv.FormatInt(n, 10) + ") is out of range of INTEGER (64 bits)")
	}
	if x < 0 {
		return -int64(u), nil
	}
	return int64(u), nil
}

// TruncInteger replaces the -n digits before the point by zeros; n >= 0 changes nothing.
func TruncInteger(x, n int64) int64 {
	switch {
	case n >= 0:
		return x
	case n < -18:
		return 0
	}
	p := int64(1)
	for range -n {
		p *= 10
	}
	return x - x%p
}

// Sign is -1, 0 or 1, for an INTEGER or the mantissa of a DECIMAL.
func Sign(x int64) int64 {
	switch {
	case x > 0:
		return 1
	case x < 0:
		return -1
	}
	return 0
}

// SignFloat is -1, 0 or 1.
func SignFloat(x float64) int64 {
	switch {
	case x > 0:
		return 1
	case x < 0:
		return -1
	}
	return 0
}
