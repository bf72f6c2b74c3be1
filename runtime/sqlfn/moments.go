package sqlfn

import "math"

// Moments4 is the state of SKEWNESS and KURTOSIS: Moments, and the sums of the third and fourth powers of the distances from the mean, kept by the
// recurrences of Pébay ("Formulas for robust, one-pass parallel computation of covariances and arbitrary-order statistical moments", 2008).
type Moments4 struct {
	N                int64
	Mean, M2, M3, M4 float64
}

// Add adds a value.
func (m *Moments4) Add(x float64) { m.Merge(&Moments4{N: 1, Mean: x}) }

// Merge adds the values of o.
func (m *Moments4) Merge(o *Moments4) {
	if o.N == 0 {
		return
	}
	a, b := float64(m.N), float64(o.N)
	n := a + b
	d := o.Mean - m.Mean
	dn := d / n
	m.M4 += o.M4 + d*dn*dn*dn*a*b*(a*a-a*b+b*b) + 6*dn*dn*(a*a*o.M2+b*b*m.M2) + 4*dn*(a*o.M3-b*m.M3)
	m.M3 += o.M3 + d*dn*dn*a*b*(a-b) + 3*dn*(a*o.M2-b*m.M2)
	m.M2 += o.M2 + d*dn*a*b
	m.Mean += dn * b
	m.N += o.N
}

// Skewness is the skewness that a sample suggests (the adjusted coefficient of Fisher and Pearson); there is none of fewer than three values, or of
// equal ones.
func (m *Moments4) Skewness() (float64, bool) {
	n := float64(m.N)
	if m.N < 3 || m.M2 <= 0 {
		return 0, false
	}
	return math.Sqrt(n*(n-1)) / (n - 2) * math.Sqrt(n) * m.M3 / math.Pow(m.M2, 1.5), true
}

// Kurtosis is the excess kurtosis that a sample suggests; there is none of fewer than four values, or of equal ones.
func (m *Moments4) Kurtosis() (float64, bool) {
	n := float64(m.N)
	if m.N < 4 || m.M2 <= 0 {
		return 0, false
	}
	return (n - 1) / ((n - 2) * (n - 3)) * ((n+1)*n*m.M4/(m.M2*m.M2) - 3*(n-1)), true
}

// KurtosisPop is the excess kurtosis of a whole population; there is none of fewer than two values, or of equal ones.
func (m *Moments4) KurtosisPop() (float64, bool) {
	if m.N < 2 || m.M2 <= 0 {
		return 0, false
	}
	return float64(m.N)*m.M4/(m.M2*m.M2) - 3, true
}

// Pairs is the state of CORR, COVAR_POP, REGR_SLOPE and their like over pairs of a dependent variable y and an independent variable x: their number, means,
// sums of squared distances from the means, and the sum of products of these distances, kept as Moments are.
type Pairs struct {
	N                   int64
	MeanY, MeanX        float64
	SumYY, SumXX, SumXY float64
}

// Add adds a pair.
func (p *Pairs) Add(y, x float64) {
	p.N++
	n := float64(p.N)
	dy, dx := y-p.MeanY, x-p.MeanX
	p.MeanY += dy / n
	p.MeanX += dx / n
	p.SumYY += dy * (y - p.MeanY)
	p.SumXX += dx * (x - p.MeanX)
	p.SumXY += dx * (y - p.MeanY)
}

// Merge adds the pairs of o.
func (p *Pairs) Merge(o *Pairs) {
	if o.N == 0 {
		return
	}
	a, b := float64(p.N), float64(o.N)
	dy, dx := o.MeanY-p.MeanY, o.MeanX-p.MeanX
	p.SumYY += o.SumYY + dy*dy*a*b/(a+b)
	p.SumXX += o.SumXX + dx*dx*a*b/(a+b)
	p.SumXY += o.SumXY + dx*dy*a*b/(a+b)
	p.MeanY += dy * b / (a + b)
	p.MeanX += dx * b / (a + b)
	p.N += o.N
}

// Corr is Pearson's coefficient of correlation; there is none where one of the variables does not vary.
func (p *Pairs) Corr() (float64, bool) {
	d := math.Sqrt(p.SumXX * p.SumYY)
	if d == 0 || math.IsInf(d, 0) {
		d = math.Sqrt(p.SumXX) * math.Sqrt(p.SumYY)
	}
	if p.N == 0 || d == 0 {
		return 0, false
	}
	return max(-1, min(1, p.SumXY/d)), true
}

// CovarPop is the covariance of a whole population.
func (p *Pairs) CovarPop() (float64, bool) { return p.SumXY / float64(max(p.N, 1)), p.N > 0 }

// CovarSamp is the covariance that a sample suggests; there is none of fewer than two pairs.
func (p *Pairs) CovarSamp() (float64, bool) { return p.SumXY / float64(max(p.N-1, 1)), p.N > 1 }

// Slope is that of the line through the pairs that fits best (least squares); there is none where x does not vary.
func (p *Pairs) Slope() (float64, bool) {
	if p.SumXX == 0 {
		return 0, false
	}
	return p.SumXY / p.SumXX, true
}

// Intercept is where the line that fits best has x = 0.
func (p *Pairs) Intercept() (float64, bool) {
	slope, ok := p.Slope()
	return p.MeanY - slope*p.MeanX, ok
}

// R2 is the share of y's variance that the line explains; 1 where y does not vary.
func (p *Pairs) R2() (float64, bool) {
	switch {
	case p.SumXX == 0:
		return 0, false
	case p.SumYY == 0:
		return 1, true
	}
	return p.SumXY / p.SumXX * (p.SumXY / p.SumYY), true
}

// AvgX is the mean of x.
func (p *Pairs) AvgX() (float64, bool) { return p.MeanX, p.N > 0 }

// AvgY is the mean of y.
func (p *Pairs) AvgY() (float64, bool) { return p.MeanY, p.N > 0 }

// SXX is the sum of squared distances of x from its mean.
func (p *Pairs) SXX() (float64, bool) { return p.SumXX, p.N > 0 }

// SYY is the sum of squared distances of y from its mean.
func (p *Pairs) SYY() (float64, bool) { return p.SumYY, p.N > 0 }

// SXY is the sum of products of the distances of x and y from their means.
func (p *Pairs) SXY() (float64, bool) { return p.SumXY, p.N > 0 }

// Geo is the state of GEOMEAN: the number of values, the sum of their logarithms, and whether any was zero or negative.
type Geo struct {
	N              int64
	Logs           float64
	Zero, Negative bool
}

// Add adds a value.
func (g *Geo) Add(x float64) {
	g.N++
	switch {
	case x > 0:
		g.Logs += math.Log(x)
	case x == 0:
		g.Zero = true
	default:
		g.Negative = true
	}
}

// Merge adds the values of o.
func (g *Geo) Merge(o *Geo) {
	g.N, g.Logs = g.N+o.N, g.Logs+o.Logs
	g.Zero, g.Negative = g.Zero || o.Zero, g.Negative || o.Negative
}

// Mean is the geometric mean; there is none of no values, or where one is negative.
func (g *Geo) Mean() (float64, bool) {
	switch {
	case g.N == 0 || g.Negative:
		return 0, false
	case g.Zero:
		return 0, true
	}
	return math.Exp(g.Logs / float64(g.N)), true
}

// Product is the state of PRODUCT: the product of N values.
type Product struct {
	N int64
	P float64
}

// Add multiplies by a value.
func (p *Product) Add(x float64) { p.Merge(&Product{1, x}) }

// Merge multiplies by the values of o.
func (p *Product) Merge(o *Product) {
	if o.N == 0 {
		return
	}
	if p.N == 0 {
		p.P = 1
	}
	p.N, p.P = p.N+o.N, p.P*o.P
}

// Value is the product.
func (p *Product) Value() (float64, bool) { return p.P, p.N > 0 }

// Weighted is the state of WEIGHTED_AVG: sums of weights and of weighted values.
type Weighted struct{ Sum, Weights float64 }

// Add adds a value with its weight.
func (w *Weighted) Add(x, weight float64) { w.Sum, w.Weights = w.Sum+x*weight, w.Weights+weight }

// Merge adds the values of o.
func (w *Weighted) Merge(o *Weighted) { w.Sum, w.Weights = w.Sum+o.Sum, w.Weights+o.Weights }

// Mean is the weighted mean; there is none where the weights add up to nothing.
func (w *Weighted) Mean() (float64, bool) {
	if w.Weights == 0 {
		return 0, false
	}
	return w.Sum / w.Weights, true
}

// Smoothed is the state of EWMA, the mean in which a value weighs alpha, and all before it together 1 - alpha. It is kept as what the values add to the first
// one: mean = Sum + Decay × First, which is linear, so that states merge.
type Smoothed struct {
	N                 int64
	First, Sum, Decay float64
}

// Add adds a value.
func (s *Smoothed) Add(x, alpha float64) {
	if s.N == 0 {
		s.First, s.Decay = x, 1
	}
	s.N++
	s.Sum = s.Sum*(1-alpha) + alpha*x
	s.Decay *= 1 - alpha
}

// Merge adds the values of o, which came later.
func (s *Smoothed) Merge(o *Smoothed) {
	if s.N == 0 {
		*s = *o
		return
	}
	if o.N > 0 {
		s.N += o.N
		s.Sum = s.Sum*o.Decay + o.Sum
		s.Decay *= o.Decay
	}
}

// Mean is the smoothed mean.
func (s *Smoothed) Mean() (float64, bool) { return s.Sum + s.Decay*s.First, s.N > 0 }

// StdErr is the standard error of the mean; there is none of fewer than two values.
func (m *Moments) StdErr() (float64, bool) {
	d, ok := m.StddevSamp()
	return d / math.Sqrt(float64(max(m.N, 1))), ok
}
