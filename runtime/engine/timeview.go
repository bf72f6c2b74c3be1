package engine

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	rt "github.com/velostream/veloc/runtime"
)

// TimeReport is how far event time has come in a run, at one moment.
type TimeReport struct {
	Job       string         `json:"job"`
	Now       time.Time      `json:"now"` // by the clock
	Pipelines []PipelineTime `json:"pipelines"`
}

// PipelineTime is how far event time has come where rows of some inputs meet. Moments that nothing says are absent.
type PipelineTime struct {
	Name      string       `json:"pipeline"`
	Watermark *time.Time   `json:"watermark"`
	Inputs    []InputTime  `json:"inputs"`
	Windows   []WindowTime `json:"windows"`
}

// InputTime is how far event time has come in an input.
type InputTime struct {
	Source     string          `json:"source"`
	EventTime  bool            `json:"event_time"` // whether anything follows it
	Ended      bool            `json:"ended"`
	Bound      float64         `json:"max_out_of_orderness_seconds"`
	Idle       float64         `json:"idle_timeout_seconds"`
	Partitions []PartitionTime `json:"partitions"`
}

// PartitionTime is how far event time has come in a partition.
type PartitionTime struct {
	Partition int32      `json:"partition"`
	MaxEvent  *time.Time `json:"max_event_time"`
	Watermark *time.Time `json:"watermark"`
	Silent    float64    `json:"silent_seconds"` // since its last chunk
	Idle      bool       `json:"idle"`           // silent for so long that it is not waited for
	// HoldsBack is set where others have come further and wait for this partition; HeldFor is for how long its event time has rested.
	HoldsBack bool    `json:"holds_back"`
	HeldFor   float64 `json:"held_seconds"`

	below int64
}

// WindowTime is what windows wait for.
type WindowTime struct {
	Table string     `json:"table"`
	Open  int        `json:"open"`
	Next  *time.Time `json:"next_closes_at"` // of the watermark
}

// watch lets the control see a run; nil: no longer.
func (c *Control) watch(r *run) {
	if c != nil {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.live = r
	}
}

// running is the run, or an error if there is none that reads.
func (c *Control) running() (*run, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.live == nil {
		return nil, errors.New("the job is starting or stopping: ask again while it reads")
	}
	return c.live, nil
}

// Time reports how far event time has come.
func (c *Control) Time() (*TimeReport, error) {
	r, err := c.running()
	if err != nil {
		return nil, err
	}
	now := r.opts.Clock.Now()
	report := &TimeReport{Job: r.job.Name, Now: time.Unix(0, now).UTC()}
	for _, p := range r.pipes {
		report.Pipelines = append(report.Pipelines, p.timeReport(now))
	}
	return report, nil
}

func (p *pipeline) timeReport(now int64) PipelineTime {
	p.mu.Lock()
	defer p.mu.Unlock()
	report := PipelineTime{Name: p.name, Watermark: moment(max(p.watermark, p.eventTime(now))), Windows: []WindowTime{}}
	for _, in := range p.inputs {
		report.Inputs = append(report.Inputs, in.timeReport(now))
	}
	holdBack(report.Inputs)
	if w, ok := p.root.(rt.Windowed); ok {
		w.Windows(func(table string, open int, due int64) {
			t := WindowTime{Table: table, Open: open}
			if due != math.MaxInt64 {
				t.Next = moment(due)
			}
			report.Windows = append(report.Windows, t)
		})
	}
	return report
}

func (in *input) timeReport(now int64) InputTime {
	w := in.marks
	report := InputTime{Source: in.name, EventTime: w.spec.EventTime, Ended: in.ended, Bound: seconds(w.spec.Bound), Idle: seconds(w.spec.Idle), Partitions: []PartitionTime{}}
	if !w.spec.EventTime {
		return report
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	for id, p := range w.parts {
		report.Partitions = append(report.Partitions, PartitionTime{
			Partition: id, MaxEvent: moment(p.max), Watermark: moment(w.below(p.max)), Silent: seconds(now - p.last),
			Idle: !in.ended && w.idle(p, now), HeldFor: seconds(now - p.rose), below: w.below(p.max),
		})
	}
	slices.SortFunc(report.Partitions, func(a, b PartitionTime) int { return int(a.Partition) - int(b.Partition) })
	return report
}

// holdBack finds the partitions that others wait for: those that have come least far of all that count, if any has come further.
func holdBack(inputs []InputTime) {
	least, most := int64(math.MaxInt64), int64(math.MinInt64)
	counts := func(do func(p *PartitionTime)) {
		for i := range inputs {
			for j := range inputs[i].Partitions {
				if p := &inputs[i].Partitions[j]; !p.Idle && !inputs[i].Ended {
					do(p)
				}
			}
		}
	}
	counts(func(p *PartitionTime) { least, most = min(least, p.below), max(most, p.below) })
	counts(func(p *PartitionTime) { p.HoldsBack = p.below == least && least < most })
	for i := range inputs {
		for j := range inputs[i].Partitions {
			if p := &inputs[i].Partitions[j]; !p.HoldsBack {
				p.HeldFor = 0
			}
		}
	}
}

// moment is a time in ns; nil for the least, which stands for none.
func moment(ns int64) *time.Time {
	if ns == math.MinInt64 {
		return nil
	}
	t := time.Unix(0, ns).UTC()
	return &t
}

func seconds(ns int64) float64 { return time.Duration(ns).Seconds() }

// WriteTo writes the report as tables for people.
func (r *TimeReport) WriteTo(to io.Writer) (int64, error) {
	var b strings.Builder
	fmt.Fprintf(&b, "job %s at %s\n", r.Job, r.Now.Format(time.RFC3339))
	for _, p := range r.Pipelines {
		fmt.Fprintf(&b, "\npipeline %s: watermark %s\n", p.Name, momentText(p.Watermark))
		table := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
		fmt.Fprint(table, "  input\tpartition\tevent time\twatermark\tsilent\tstate\n")
		for _, in := range p.Inputs {
			in.write(table)
		}
		table.Flush()
		if len(p.Windows) == 0 {
			continue
		}
		fmt.Fprint(table, "  windows\topen\tnext closes at\n")
		for _, w := range p.Windows {
			fmt.Fprintf(table, "  %s\t%d\t%s\n", w.Table, w.Open, momentText(w.Next))
		}
		table.Flush()
	}
	n, err := io.WriteString(to, b.String())
	return int64(n), err
}

func (in *InputTime) write(to io.Writer) {
	if !in.EventTime {
		fmt.Fprintf(to, "  %s\t-\t-\t-\t-\tnothing follows its event time\n", in.Source)
		return
	}
	for _, p := range in.Partitions {
		state := "active"
		switch {
		case in.Ended:
			state = "ended"
		case p.Idle:
			state = "idle: not waited for"
		case p.HoldsBack:
			state = fmt.Sprintf("holds the watermark back; no later time for %s", secondsText(p.HeldFor))
		}
		fmt.Fprintf(to, "  %s\t%d\t%s\t%s\t%s\t%s\n", in.Source, p.Partition, momentText(p.MaxEvent), momentText(p.Watermark), secondsText(p.Silent), state)
	}
}

func momentText(t *time.Time) string {
	if t == nil {
		return "none"
	}
	return t.Format("2006-01-02T15:04:05.999Z")
}

func secondsText(s float64) string {
	return time.Duration(s * float64(time.Second)).Round(time.Millisecond).String()
}

// serveTime answers with the report: text, or JSON where the request says so (?format=json, or an Accept header).
func (c *Control) serveTime(w http.ResponseWriter, r *http.Request) {
	report, err := c.Time()
	if err != nil {
		http.Error(w, err.Error(), http.StatusServiceUnavailable)
		return
	}
	switch format := r.FormValue("format"); {
	case format == "json" || format == "" && strings.Contains(r.Header.Get("Accept"), "application/json"):
		w.Header().Set("Content-Type", "application/json")
		out := json.NewEncoder(w)
		out.SetIndent("", "  ")
		out.Encode(report)
	case format == "" || format == "text":
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		report.WriteTo(w)
	default:
		http.Error(w, fmt.Sprintf("there is no format %q: say ?format=json or ?format=text", format), http.StatusBadRequest)
	}
}
