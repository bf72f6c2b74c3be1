package metric

import (
	"errors"
	"math"

	rt "github.com/velostream/veloc/runtime"
)

// Set is the metrics of one task.
type Set struct {
	registry *Registry
	vecs     []interface{ flush() }
	errs     []error
	emitted  uint64
}

// NewSet starts the metrics of a task in the run's registry, env.Metrics; without one the set has a registry of its own.
func NewSet(env *rt.Env) *Set {
	r, ok := env.Metrics.(*Registry)
	if !ok {
		r = NewRegistry(env.App, DefaultCardinality)
	}
	return &Set{registry: r}
}

// Registry is where the set's metrics are collected.
func (s *Set) Registry() *Registry { return s.registry }

// Err tells what was wrong with the declarations. The compiler refuses all of it; Err guards against other callers.
func (s *Set) Err() error { return errors.Join(s.errs...) }

// Flush carries what the task gathered to the registry. Generated tasks implement rt.Metered with it.
func (s *Set) Flush() {
	for _, v := range s.vecs {
		v.flush()
	}
}

// Emitted numbers rows that come from no single input row (closed windows, groups): an id for Sampled. Only a root calls it.
func (s *Set) Emitted() uint64 {
	s.emitted++
	return s.emitted
}

func join[K comparable](s *Set, k kind, d Desc, render func(*K, *Labels)) *vec[K] {
	f, err := s.registry.family(k, d)
	if err != nil {
		s.errs = append(s.errs, err)
	}
	v := newVec(f, render)
	s.vecs = append(s.vecs, v)
	return v
}

// Counter is a metric that only grows.
type Counter[K comparable] struct{ *vec[K] }

// NewCounter declares a counter. Tasks that declare the same one share it; render writes a key's label values.
func NewCounter[K comparable](s *Set, d Desc, render func(*K, *Labels)) Counter[K] {
	return Counter[K]{join(s, counterKind, d, render)}
}

// Add adds n. A counter cannot fall: n that is not a positive number is left out.
func (c Counter[K]) Add(k K, n float64) {
	if !(n > 0) || math.IsInf(n, 1) {
		return
	}
	if at := c.at(k); at != nil {
		at.value += n
	}
}

// Gauge is a metric that shows the last value.
type Gauge[K comparable] struct{ *vec[K] }

// NewGauge declares a gauge.
func NewGauge[K comparable](s *Set, d Desc, render func(*K, *Labels)) Gauge[K] {
	return Gauge[K]{join(s, gaugeKind, d, render)}
}

// Set makes value the value of k.
func (g Gauge[K]) Set(k K, value float64) {
	if at := g.at(k); at != nil {
		at.value = value
	}
}

// Histogram is a metric that counts values in buckets.
type Histogram[K comparable] struct{ *vec[K] }

// NewHistogram declares a histogram.
func NewHistogram[K comparable](s *Set, d Desc, render func(*K, *Labels)) Histogram[K] {
	if d.Buckets == nil {
		d.Buckets = DefaultBuckets
	}
	return Histogram[K]{join(s, histogramKind, d, render)}
}

// Observe counts value in the first bucket whose bound is not below it. NaN has no place in any bucket and is left out.
func (h Histogram[K]) Observe(k K, value float64) {
	if value != value {
		return
	}
	at := h.at(k)
	if at == nil {
		return
	}
	at.value += value
	bounds := h.fam.desc.Buckets
	i := 0
	for i < len(bounds) && value > bounds[i] {
		i++
	}
	at.bucket[i]++
}
