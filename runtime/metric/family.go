package metric

import (
	"fmt"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/prometheus/client_golang/prometheus"
)

// Desc declares one metric.
type Desc struct {
	Name    string
	Help    string
	Labels  []string  // names, in the order in which the key renders its values
	Buckets []float64 // histograms: upper bounds, ascending; nil: DefaultBuckets
	Rate    float64   // share of rows that Sampled accepts; 0 means all
}

// DefaultBuckets are the buckets of a histogram that declares none; in seconds they reach from 1 ms to 10 s.
var DefaultBuckets = []float64{.001, .005, .01, .025, .05, .075, .1, .25, .5, .75, 1, 2.5, 5, 7.5, 10}

type kind uint8

const (
	counterKind kind = iota
	gaugeKind
	histogramKind
)

func (k kind) String() string { return [...]string{"counter", "gauge", "histogram"}[k] }

// family is one metric of the job with all its series; tasks share it.
type family struct {
	kind     kind
	desc     Desc
	prom     *prometheus.Desc
	limit    int // of series; 0: none
	overflow prometheus.Counter

	mu     sync.Mutex
	series map[string]*series // by label text
	order  []*series
	// full is set after the last series that the limit admits was added. From then on the map does not change, and tasks
	// look series up without the lock.
	full atomic.Bool
}

// series is one label set; guarded by family.mu.
type series struct {
	labels []string
	value  float64  // counter, gauge; sum of a histogram
	count  uint64   // histogram: observations
	bucket []uint64 // histogram: observations per bucket, not cumulated; the last is above all bounds
}

func (f *family) same(k kind, d Desc) error {
	switch {
	case f.kind != k:
		return fmt.Errorf("metric %s is declared as %s and as %s", d.Name, f.kind, k)
	case !slices.Equal(f.desc.Labels, d.Labels):
		return fmt.Errorf("metric %s is declared with labels %v and with labels %v", d.Name, f.desc.Labels, d.Labels)
	case k == histogramKind && !slices.Equal(f.desc.Buckets, d.Buckets):
		return fmt.Errorf("metric %s is declared with buckets %v and with buckets %v", d.Name, f.desc.Buckets, d.Buckets)
	}
	return nil
}

// admit finds or makes the series of a label set; nil if the limit refuses it. The caller holds mu.
func (f *family) admit(c *cell) *series {
	if s := f.series[c.text]; s != nil {
		return s
	}
	if f.full.Load() {
		return nil
	}
	s := &series{labels: c.labels, bucket: make([]uint64, len(c.bucket))}
	f.series[c.text] = s
	f.order = append(f.order, s)
	if len(f.order) == f.limit {
		f.full.Store(true)
	}
	return s
}

// take carries what a cell gathered to its series and empties it. The caller holds mu.
func (f *family) take(c *cell) {
	if c.series == nil {
		if c.series = f.admit(c); c.series == nil {
			f.overflow.Add(float64(c.events))
			c.reset()
			return
		}
	}
	s := c.series
	switch f.kind {
	case gaugeKind:
		s.value = c.value
	case counterKind:
		s.value += c.value
	case histogramKind:
		s.value += c.value
		s.count += c.events
		for i, n := range c.bucket {
			s.bucket[i] += n
		}
	}
	c.reset()
}

// Describe and Collect make a family a prometheus.Collector.
func (f *family) Describe(ch chan<- *prometheus.Desc) { ch <- f.prom }

func (f *family) Collect(ch chan<- prometheus.Metric) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, s := range f.order {
		switch f.kind {
		case counterKind:
			ch <- prometheus.MustNewConstMetric(f.prom, prometheus.CounterValue, s.value, s.labels...)
		case gaugeKind:
			ch <- prometheus.MustNewConstMetric(f.prom, prometheus.GaugeValue, s.value, s.labels...)
		case histogramKind:
			cumulated, n := map[float64]uint64{}, uint64(0)
			for i, bound := range f.desc.Buckets {
				n += s.bucket[i]
				cumulated[bound] = n
			}
			ch <- prometheus.MustNewConstHistogram(f.prom, s.count, s.value, cumulated, s.labels...)
		}
	}
}
