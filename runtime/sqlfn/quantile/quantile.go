package quantile

import (
	"math"

	"github.com/DataDog/sketches-go/ddsketch"
	"github.com/DataDog/sketches-go/ddsketch/store"

	"github.com/velostream/veloc/runtime/state"
)

// accuracy is how far a percentile may be off, relative to its value.
const accuracy = 0.01

// Sketch counts numbers in buckets. Its zero value has seen none.
type Sketch struct {
	buckets    *ddsketch.DDSketch
	least, top float64
}

// Add adds a number. Infinite ones and those that are none have no bucket and are left out.
func (s *Sketch) Add(x float64) {
	if x-x != 0 {
		return
	}
	if s.buckets == nil {
		s.start()
	}
	s.least, s.top = min(s.least, x), max(s.top, x)
	if err := s.buckets.Add(x); err != nil { // beyond what buckets reach, at 1e±300: it counts as zero or as the bound
		_ = s.buckets.Add(math.Copysign(clamp(math.Abs(x)), x))
	}
}

func clamp(x float64) float64 {
	if x < 1 {
		return 0
	}
	return 1e300
}

func (s *Sketch) start() {
	b, err := ddsketch.NewDefaultDDSketch(accuracy)
	if err != nil {
		panic("bug: " + err.Error())
	}
	s.buckets, s.least, s.top = b, math.Inf(1), math.Inf(-1)
}

// Merge adds the numbers of o.
func (s *Sketch) Merge(o *Sketch) {
	if o.buckets == nil {
		return
	}
	if s.buckets == nil {
		s.start()
	}
	s.least, s.top = min(s.least, o.least), max(s.top, o.top)
	if err := s.buckets.MergeWith(o.buckets); err != nil {
		panic("bug: " + err.Error()) // both have the same buckets
	}
}

// Percentile is about the value at the share p of the way from the least to the greatest number; there is none of no numbers.
func (s *Sketch) Percentile(p float64) (float64, bool) {
	if s.buckets == nil {
		return 0, false
	}
	x, err := s.buckets.GetValueAtQuantile(p)
	if err != nil {
		return 0, false
	}
	return max(s.least, min(s.top, x)), true
}

// Append writes the bounds, and the buckets with their counts.
func (s *Sketch) Append(dst []byte) []byte {
	if dst = state.AppendBool(dst, s.buckets != nil); s.buckets == nil {
		return dst
	}
	dst = state.AppendFloat(dst, s.least, s.top, s.buckets.GetZeroCount())
	dst = appendBuckets(dst, s.buckets.GetPositiveValueStore())
	return appendBuckets(dst, s.buckets.GetNegativeValueStore())
}

func appendBuckets(dst []byte, buckets store.Store) []byte {
	n := 0
	buckets.ForEach(func(int, float64) bool { n++; return false })
	dst = state.AppendLen(dst, n)
	buckets.ForEach(func(index int, count float64) bool {
		dst = state.AppendInt(state.AppendInt(dst, int64(index)), int64(count))
		return false
	})
	return dst
}

// Decode reads what Append wrote.
func (s *Sketch) Decode(src []byte) ([]byte, error) {
	*s = Sketch{}
	r := state.Read(src)
	if !r.Bool() {
		return r.End()
	}
	s.start()
	least, top, zeros := r.Float(), r.Float(), r.Float()
	if !(zeros >= 0 && least <= top) || least-top != least-top || math.IsInf(zeros, 1) {
		r.Fail()
		return r.End()
	}
	s.least, s.top = least, top
	if err := s.buckets.AddWithCount(0, zeros); err != nil {
		r.Fail()
	}
	readBuckets(r, s.buckets, s.buckets.GetPositiveValueStore())
	readBuckets(r, s.buckets, s.buckets.GetNegativeValueStore())
	return r.End()
}

// readBuckets reads counts. A bucket that no number belongs to would take memory up to where it stands.
func readBuckets(r *state.Reader, b *ddsketch.DDSketch, into store.Store) {
	first, last := int64(b.Index(b.MinIndexableValue())), int64(b.Index(b.MaxIndexableValue()))
	for range r.Len() {
		index, count := r.Int(), r.Int()
		if count <= 0 || index < first || index > last {
			r.Fail()
		}
		if r.Failed() {
			return
		}
		into.AddWithCount(int(index), float64(count))
	}
}
