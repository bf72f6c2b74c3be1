package sqlfn

import (
	"math"
	"math/rand/v2"
	"testing"
)

// TestRetract moves a frame over random values of very different sizes and compares sums and variances with those of its values alone.
func TestRetract(t *testing.T) {
	for seed := range uint64(100) {
		r := rand.New(rand.NewPCG(seed, 9))
		n := 1 + r.IntN(12)
		var sum FloatSum
		var spread Spread
		var vals []float64
		for range 400 {
			x := (r.Float64() - 0.5) * math.Pow(10, float64(r.IntN(6)))
			switch r.IntN(40) {
			case 0:
				x = math.Inf(1)
			case 1:
				x = math.NaN()
			}
			vals = append(vals, x)
			sum.Add(x)
			sum.Add(1e17)
			spread.Add(x)
			if len(vals) > n {
				sum.Retract(vals[len(vals)-n-1])
				spread.Retract(vals[len(vals)-n-1])
			}
			sum.Retract(1e17)
			frame := vals[max(0, len(vals)-n):]
			var fresh FloatSum
			var moments Moments
			scale := 0.0
			for _, v := range frame {
				fresh.Add(v)
				moments.Add(v)
				scale = max(scale, math.Abs(v))
			}
			if a, b := sum.Total(), fresh.Total(); !near(a, b, 1e-14+1e-15*scale) {
				t.Fatalf("seed %d: SUM of %v is %v, want %v", seed, frame, a, b)
			}
			a, _ := spread.VarPop()
			b, _ := moments.VarPop()
			if !near(a, b, 1e-20+1e-10*b) && !near(a, b, 1e-25*scale*scale) {
				t.Fatalf("seed %d: VAR_POP of %v is %v, want %v", seed, frame, a, b)
			}
		}
	}
}

func near(a, b, within float64) bool {
	return a == b || math.IsNaN(a) && math.IsNaN(b) || math.Abs(a-b) <= within
}

// TestRetractLeavesNothing: what has left a frame has no influence on what remains.
func TestRetractLeavesNothing(t *testing.T) {
	var s FloatSum
	s.Add(1e20)
	s.Add(1)
	s.Retract(1e20)
	if s.Total() != 1 {
		t.Errorf("1e20 + 1 - 1e20 = %v", s.Total())
	}
	var v Spread
	for _, x := range []float64{5e8, 3, 3, 3} {
		v.Add(x)
	}
	v.Retract(5e8)
	if got, ok := v.VarSamp(); got != 0 || !ok {
		t.Errorf("the variance of 3, 3, 3 is %v, %v", got, ok)
	}
	if got, ok := v.StdErr(); got != 0 || !ok {
		t.Errorf("the standard error of 3, 3, 3 is %v, %v", got, ok)
	}
}
