package sqlfn

import "math"

// FloatSum is a sum of FLOATs from which values can be taken back. It keeps what rounding drops (in twice the digits of a FLOAT) and counts
// infinities and NaN, which cannot be subtracted: what has left leaves no trace.
type FloatSum struct {
	hi, lo               float64
	plus, minus, nothing int64 // infinities and NaN among the values
}

// Add adds a value.
func (s *FloatSum) Add(x float64) {
	if s.odd(x, 1) {
		return
	}
	s.add(x)
}

// Retract takes back a value that was added.
func (s *FloatSum) Retract(x float64) {
	if s.odd(x, -1) {
		return
	}
	s.add(-x)
}

// Merge adds the values of o.
func (s *FloatSum) Merge(o *FloatSum) {
	s.add(o.hi)
	s.add(o.lo)
	s.plus, s.minus, s.nothing = s.plus+o.plus, s.minus+o.minus, s.nothing+o.nothing
}

// Total is the sum.
func (s *FloatSum) Total() float64 {
	switch {
	case s.nothing > 0 || s.plus > 0 && s.minus > 0:
		return math.NaN()
	case s.plus > 0:
		return math.Inf(1)
	case s.minus > 0:
		return math.Inf(-1)
	}
	return s.hi + s.lo
}

// odd counts n times what is no number.
func (s *FloatSum) odd(x float64, n int64) bool {
	switch {
	case x-x == 0:
		return false
	case math.IsNaN(x):
		s.nothing += n
	case x > 0:
		s.plus += n
	default:
		s.minus += n
	}
	return true
}

// add adds a number to a sum of twice its digits (Dekker's fast two-sum behind Knuth's).
func (s *FloatSum) add(x float64) {
	sum, rest := twoSum(s.hi, x)
	rest += s.lo
	s.hi = sum + rest
	s.lo = rest - (s.hi - sum)
}

func twoSum(a, b float64) (sum, rest float64) {
	sum = a + b
	bb := sum - a
	return sum, (a - (sum - bb)) + (b - bb)
}

// Spread is the state of STDDEV and VARIANCE where values can be taken back: sums of the values and of their squares with twice the digits
// of a FLOAT, so that their difference keeps its own. A value that has left leaves no trace unless it was ten digits longer than the others.
type Spread struct {
	n            int64
	sum, squares FloatSum
}

// Add adds a value.
func (s *Spread) Add(x float64) {
	s.n++
	s.sum.Add(x)
	if square := x * x; math.IsInf(square, 0) || math.IsNaN(square) {
		s.squares.Add(square)
	} else {
		s.squares.Add(square)
		s.squares.Add(math.FMA(x, x, -square))
	}
}

// Retract takes back a value that was added.
func (s *Spread) Retract(x float64) {
	s.n--
	s.sum.Retract(x)
	if square := x * x; math.IsInf(square, 0) || math.IsNaN(square) {
		s.squares.Retract(square)
	} else {
		s.squares.Retract(square)
		s.squares.Retract(math.FMA(x, x, -square))
	}
}

// Merge adds the values of o.
func (s *Spread) Merge(o *Spread) {
	s.n += o.n
	s.sum.Merge(&o.sum)
	s.squares.Merge(&o.squares)
}

// m2 is the sum of the squared distances of the values from their mean: what their squares amount to, less the square of the sum over n.
func (s *Spread) m2() float64 {
	sum := s.sum.Total()
	if sum-sum != 0 || s.squares.Total()-s.squares.Total() != 0 {
		return math.NaN()
	}
	if s.n == 1 {
		return 0
	}
	n := float64(s.n)
	// (hi + lo)² in twice the digits
	p := s.sum.hi * s.sum.hi
	rest := math.FMA(s.sum.hi, s.sum.hi, -p) + 2*s.sum.hi*s.sum.lo
	q := p / n
	r := (math.FMA(-q, n, p) + rest) / n
	var d FloatSum
	d.Add(s.squares.hi)
	d.Add(s.squares.lo)
	d.Add(-q)
	d.Add(-r)
	return max(d.Total(), 0)
}

// VarPop is the variance of a whole population; there is none of no values.
func (s *Spread) VarPop() (float64, bool) {
	if s.n == 0 {
		return 0, false
	}
	return s.m2() / float64(s.n), true
}

// VarSamp is the variance that a sample suggests; there is none of fewer than two values.
func (s *Spread) VarSamp() (float64, bool) {
	if s.n < 2 {
		return 0, false
	}
	return s.m2() / float64(s.n-1), true
}

// StddevPop is the square root of VarPop.
func (s *Spread) StddevPop() (float64, bool) {
	v, ok := s.VarPop()
	return math.Sqrt(v), ok
}

// StddevSamp is the square root of VarSamp.
func (s *Spread) StddevSamp() (float64, bool) {
	v, ok := s.VarSamp()
	return math.Sqrt(v), ok
}

// StdErr is StddevSamp over the square root of the number of values; there is none of fewer than two.
func (s *Spread) StdErr() (float64, bool) {
	v, ok := s.StddevSamp()
	return v / math.Sqrt(float64(s.n)), ok
}
