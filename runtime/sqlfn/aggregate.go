package sqlfn

import (
	"math"
	"unsafe"

	"github.com/velostream/veloc/runtime/decimal"
)

// Kept is the state of FIRST and LAST, which keep NULLs too: Seen tells whether there was any row.
type Kept[T any] struct {
	V           T
	Valid, Seen bool
}

// KeptText is Kept for text, JSON and BYTES. It copies the text into memory of its own, which it reuses.
type KeptText struct {
	buf         []byte
	Valid, Seen bool
}

// Set keeps s, or NULL.
func (k *KeptText) Set(s string, valid bool) {
	k.buf = append(k.buf[:0], s...)
	k.Valid, k.Seen = valid, true
}

// Text is a view of what is kept, until the next Set.
func (k *KeptText) Text() string { return unsafe.String(unsafe.SliceData(k.buf), len(k.buf)) }

// Moments is the state of STDDEV and VARIANCE: the number of values, their mean, and the sum of their squared distances from it,
// kept by Welford's recurrence, which does not cancel as sums of squares do.
type Moments struct {
	N        int64
	Mean, M2 float64
}

// Add adds a value.
func (m *Moments) Add(x float64) {
	m.N++
	d := x - m.Mean
	m.Mean += d / float64(m.N)
	m.M2 += d * (x - m.Mean)
}

// Merge adds the values of o (Chan, Golub, LeVeque).
func (m *Moments) Merge(o Moments) {
	if o.N == 0 {
		return
	}
	n := m.N + o.N
	d := o.Mean - m.Mean
	m.M2 += o.M2 + d*d*float64(m.N)*float64(o.N)/float64(n)
	m.Mean += d * float64(o.N) / float64(n)
	m.N = n
}

// VarPop is the variance of a whole population; there is none of no values.
func (m *Moments) VarPop() (float64, bool) {
	if m.N == 0 {
		return 0, false
	}
	return m.M2 / float64(m.N), true
}

// VarSamp is the variance that a sample suggests; there is none of fewer than two values.
func (m *Moments) VarSamp() (float64, bool) {
	if m.N < 2 {
		return 0, false
	}
	return m.M2 / float64(m.N-1), true
}

// StddevPop is the square root of VarPop.
func (m *Moments) StddevPop() (float64, bool) {
	v, ok := m.VarPop()
	return math.Sqrt(v), ok
}

// StddevSamp is the square root of VarSamp.
func (m *Moments) StddevSamp() (float64, bool) {
	v, ok := m.VarSamp()
	return math.Sqrt(v), ok
}

// SumInteger is an exact sum as an INTEGER.
func SumInteger(sum decimal.Int128) (int64, error) {
	if n, ok := sum.Int64(); ok {
		return n, nil
	}
	return 0, Error("SUM is " + string(sum.Append(nil, 0)) + ", out of range of INTEGER (64 bits); CAST the argument to DECIMAL(38,0)")
}

// SumTime is an exact sum as an INTERVAL.
func SumTime(sum decimal.Int128) (int64, error) {
	if n, ok := sum.Int64(); ok {
		return n, nil
	}
	return 0, errTimeRange
}

// MeanInteger is AVG of n INTEGERs. Their sum is exact, so the order of rows does not matter. Where n is 0 the result means nothing.
func MeanInteger(sum decimal.Int128, n int64) float64 { return sum.Float(0) / float64(n) }

// MeanTime is AVG of n INTERVALs, rounded to the nanosecond, half away from zero. Where n is 0 the result means nothing.
func MeanTime(sum decimal.Int128, n int64) int64 {
	q, _ := MeanDecimal(sum, n, 0) // not above the greatest of the values
	return int64(q.Lo)
}

// MeanDecimal is AVG of n DECIMALs with more digits after the point, rounded half away from zero. Where n is 0 the result means
// nothing.
func MeanDecimal(sum decimal.Int128, n int64, more int) (decimal.Int128, error) {
	if n == 0 {
		return decimal.Int128{}, nil
	}
	return decimal.Quo(sum, decimal.Wide(n), more)
}
