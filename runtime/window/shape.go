package window

import "math"

// Axis cuts time into slices that are numbered in their order: slice n is [Begin(n), Begin(n+1)).
type Axis interface {
	Slice(ts int64) int64
	Begin(n int64) int64
}

// Shape says which windows there are: each covers a number of slices, and a row is in all windows that cover its slice. Windows are
// numbered in the order in which they end.
type Shape struct {
	Axis
	size, step int64 // slices in a window, and from one window to the next
	cumulate   bool  // windows grow slice by slice up to size, and begin anew
	margin     int64 // rows so close to the ends of what a TIMESTAMP holds are late: their windows could reach beyond
}

func newShape(a Axis, size, step int64, cumulate bool) Shape {
	span := a.Begin(size+step+1) - a.Begin(0)
	return Shape{Axis: a, size: size, step: step, cumulate: cumulate, margin: 2*span + 4*nsPerDay}
}

// Tumble is windows of one size, side by side, that begin at multiples of the size + offset. Lengths of time are ns.
func Tumble(size, offset int64) Shape { return Hop(size, size, offset) }

// Hop is windows of one size that begin at multiples of advance + offset.
func Hop(size, advance, offset int64) Shape {
	slice := gcd(size, advance)
	return newShape(every{slice, offset}, size/slice, advance/slice, false)
}

// Cumulate is windows that begin at multiples of size + offset and end step, 2 × step, … up to size behind their beginning.
func Cumulate(size, step, offset int64) Shape {
	return newShape(every{step, offset}, size/step, 1, true)
}

// every is slices of one length.
type every struct{ size, offset int64 }

func (e every) Slice(ts int64) int64 { return floorDiv(ts-e.offset, e.size) }
func (e every) Begin(n int64) int64  { return n*e.size + e.offset }

func gcd(a, b int64) int64 {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// floorDiv is a / b, rounded down; b is positive.
func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// from is the first slice of window w, and to the one behind its last.
func (s *Shape) from(w int64) int64 {
	if s.cumulate {
		return floorDiv(w, s.size) * s.size
	}
	return w * s.step
}

func (s *Shape) to(w int64) int64 {
	if s.cumulate {
		return w + 1
	}
	return w*s.step + s.size
}

// oldest and newest are the first and the last window that cover slice n.
func (s *Shape) oldest(n int64) int64 {
	if s.cumulate {
		return n
	}
	return floorDiv(n-s.size, s.step) + 1
}

func (s *Shape) newest(n int64) int64 {
	if s.cumulate {
		return s.from(n) + s.size - 1
	}
	return floorDiv(n, s.step)
}

// inside tells whether all windows around a time lie within what a TIMESTAMP holds.
func (s *Shape) inside(ts int64) bool {
	return ts >= math.MinInt64+s.margin && ts <= math.MaxInt64-s.margin
}

// ended is the number of the first window that ends behind time t: all before it have ended.
func (s *Shape) ended(t int64) int64 {
	switch {
	case t < math.MinInt64+s.margin:
		return math.MinInt64
	case t > math.MaxInt64-s.margin:
		return math.MaxInt64
	}
	return s.oldest(s.Slice(t))
}
