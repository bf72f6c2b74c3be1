package metric

import (
	"fmt"
	"net/http"
	"sync"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	rt "github.com/velostream/veloc/runtime"
)

// DefaultCardinality is how many label sets a metric may have unless 'metrics.max.cardinality' says otherwise.
const DefaultCardinality = 10_000

// Registry holds the metrics of one run of one job.
type Registry struct {
	prom     *prometheus.Registry
	limit    int
	overflow *prometheus.CounterVec
	builtin  builtin

	mu       sync.Mutex
	families map[string]*family
}

type builtin struct {
	in, out, rejected, late, filtered, divByZero prometheus.Counter
}

// NewRegistry makes the registry of job with its built-in metrics. A metric takes up to limit label sets; 0 means any number.
func NewRegistry(job string, limit int) *Registry {
	r := &Registry{prom: prometheus.NewRegistry(), limit: limit, families: map[string]*family{}}
	jobName := prometheus.Labels{"job_name": job}
	counter := func(name, help string) prometheus.Counter {
		c := prometheus.NewCounter(prometheus.CounterOpts{Name: name, Help: help, ConstLabels: jobName})
		r.prom.MustRegister(c)
		return c
	}
	r.builtin = builtin{
		in:        counter("velo_records_in_total", "Rows read."),
		out:       counter("velo_records_out_total", "Rows written to sinks."),
		rejected:  counter("velo_records_rejected_total", "Rows that could not be decoded or computed."),
		late:      counter("velo_records_late_total", "Rows that came after their window had closed."),
		filtered:  counter("velo_records_filtered_total", "Rows that WHERE or HAVING dropped."),
		divByZero: counter("velo_division_by_zero_total", "Divisions by zero that yielded NULL."),
	}
	r.overflow = prometheus.NewCounterVec(prometheus.CounterOpts{Name: "velo_metric_overflow_total", ConstLabels: jobName,
		Help: "Updates of a metric that were dropped because it has too many label sets."}, []string{"metric"})
	r.prom.MustRegister(r.overflow, collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return r
}

// SetLimit changes how many label sets the metrics may have that are declared from now on; 0 means any number.
func (r *Registry) SetLimit(limit int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.limit = limit
}

// Count adds the counts of t to the built-in counters.
func (r *Registry) Count(t *rt.Tally) {
	r.builtin.in.Add(float64(t.In))
	r.builtin.out.Add(float64(t.Out))
	r.builtin.rejected.Add(float64(t.Rejected))
	r.builtin.late.Add(float64(t.Late))
	r.builtin.filtered.Add(float64(t.Filtered))
	r.builtin.divByZero.Add(float64(t.DivByZero))
}

// Gatherer reads all metrics.
func (r *Registry) Gatherer() prometheus.Gatherer { return r.prom }

// Handler serves all metrics in the text format of Prometheus. OpenMetrics is not offered: it would append _total to the names of
// counters that the SQL declares without.
func (r *Registry) Handler() http.Handler {
	return promhttp.HandlerFor(r.prom, promhttp.HandlerOpts{})
}

// family finds or registers a metric. With an error it returns a family outside the registry, so that callers can go on.
func (r *Registry) family(k kind, d Desc) (*family, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if d.Help == "" {
		d.Help = fmt.Sprintf("A %s that the SQL declares.", k)
	}
	f := &family{kind: k, desc: d, limit: r.limit, series: map[string]*series{},
		prom: prometheus.NewDesc(d.Name, d.Help, d.Labels, nil), overflow: r.overflow.WithLabelValues(d.Name)}
	if known := r.families[d.Name]; known != nil {
		if err := known.same(k, d); err != nil {
			return f, err
		}
		return known, nil
	}
	if err := r.prom.Register(f); err != nil {
		return f, fmt.Errorf("metric %s cannot be registered: %w", d.Name, err)
	}
	r.families[d.Name] = f
	return f, nil
}
