package engine_test

import (
	"bytes"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	rt "github.com/velostream/veloc/runtime"
	"github.com/velostream/veloc/runtime/mem"
	"github.com/velostream/veloc/runtime/metric"
)

// The tasks of these tests do by hand what generated code does. A row is "key value" or "key value second", where second is its
// event time. A value that is no number makes a rejected row.

type row struct {
	key   string
	value int64
	time  int64 // ns
}

// toy is what all tasks here share. Like no generated task, which has what its query needs, each kind is both Mergeable and Staged.
type toy struct {
	tally   rt.Tally
	block   rt.Block[placed] // decoded rows
	outs    []*rt.Output
	metrics *metric.Set
	seen    metric.Counter[keyLabel]
	last    metric.Gauge[keyLabel]
}

type keyLabel struct{ Key string }

func (k *keyLabel) render(l *metric.Labels) { l.String(&k.Key) }

func newToy(env *rt.Env, sinks int) toy {
	t := toy{metrics: metric.NewSet(env)}
	for range sinks {
		t.outs = append(t.outs, &rt.Output{})
	}
	t.seen = metric.NewCounter(t.metrics, metric.Desc{Name: "seen", Labels: []string{"key"}}, (*keyLabel).render)
	t.last = metric.NewGauge(t.metrics, metric.Desc{Name: "last", Labels: []string{"key"}}, (*keyLabel).render)
	return t
}

func (t *toy) Tally() *rt.Tally      { return &t.tally }
func (t *toy) Outputs() []*rt.Output { return t.outs }
func (t *toy) Advance(int64) error   { return nil }
func (t *toy) Finish() error         { return nil }
func (t *toy) FlushMetrics()         { t.metrics.Flush() }
func (t *toy) Merge(w rt.Task) error { return t.takeOutputs(w) }

func (t *toy) takeOutputs(w rt.Task) error {
	for i, o := range w.Outputs() {
		t.outs[i].Take(o)
	}
	return nil
}

func (t *toy) emit(format string, args ...any) {
	o := t.outs[0]
	o.Buf = fmt.Appendf(o.Buf, format+"\n", args...)
	o.Rows++
	t.tally.Out++
}

// placed is a row and its place in its chunk.
type placed struct {
	row
	n        int64
	from, to int
}

// each decodes the rows of a chunk.
func (t *toy) each(c *rt.Chunk, do func(r row)) {
	t.decode(c, func(r placed) { do(r.row) })
}

func (t *toy) decode(c *rt.Chunk, do func(r placed)) {
	n := int64(0)
	for at := 0; at < len(c.Data); n++ {
		end := at + bytes.IndexByte(c.Data[at:], '\n') + 1
		t.tally.In++
		r, err := decode(string(c.Data[at : end-1]))
		if err != nil {
			t.tally.Reject(c, n, at, end, err)
		} else {
			do(placed{r, n, at, end})
		}
		at = end
	}
}

// Decode is the first stage of all of them.
func (t *toy) Decode(c *rt.Chunk) error {
	t.block.Reset()
	t.decode(c, func(r placed) {
		*t.block.Next() = r
		t.block.Keep()
	})
	return nil
}

func (t *toy) decoded() []placed { return t.block.Rows() }

// rowsOf are the rows that a worker has decoded.
func rowsOf(w rt.Task) []placed { return w.(interface{ decoded() []placed }).decoded() }

func decode(line string) (r row, err error) {
	f := strings.Fields(line)
	if len(f) < 2 {
		return r, &rt.RowError{Code: "VR0001", Msg: "a row has a key and a value"}
	}
	r.key = f[0]
	if r.value, err = strconv.ParseInt(f[1], 10, 64); err != nil {
		return r, &rt.RowError{Code: "VR0102", Column: "value", SQL: "toy.sql:3:8", Value: f[1], Msg: fmt.Sprintf("'%s' is not an INTEGER", f[1])}
	}
	if len(f) > 2 {
		sec, err := strconv.ParseInt(f[2], 10, 64)
		if err != nil {
			return r, &rt.RowError{Code: "VR0103", Column: "time", Value: f[2], Msg: "not a time"}
		}
		r.time = sec * int64(time.Second)
	}
	return r, nil
}

// filter passes rows with positive values: SELECT key, value FROM in WHERE value > 0.
type filter struct{ toy }

func (t *filter) Process(c *rt.Chunk) error {
	t.each(c, t.row)
	return nil
}

func (t *filter) Apply(_ *rt.Chunk, w rt.Task) error {
	for _, r := range rowsOf(w) {
		t.row(r.row)
	}
	return nil
}

func (t *filter) row(r row) {
	if r.value <= 0 {
		t.tally.Filtered++
		return
	}
	t.seen.Add(keyLabel{r.key}, 1)
	t.last.Set(keyLabel{r.key}, float64(r.value))
	t.emit("%s %d", r.key, r.value)
}

// running emits the sum of its key for each row: EMIT CHANGES, which needs all rows in order. A row that would make a sum greater than most
// fails.
type running struct {
	toy
	sums map[string]int64
	most int64
}

func (t *running) Apply(c *rt.Chunk, w rt.Task) error {
	for _, r := range rowsOf(w) {
		if t.sums[r.key]+r.value > t.most {
			t.tally.Reject(c, r.n, r.from, r.to, &rt.RowError{Code: "VR0200", SQL: "toy.sql:3:8", Msg: "the sum of " + r.key + " is too large"})
			continue
		}
		t.sums[r.key] += r.value
		t.emit("%s %d", r.key, t.sums[r.key])
	}
	return nil
}

// sums emits the sum of each key at the end: EMIT FINAL.
type sums struct {
	toy
	sums map[string]int64
}

func (t *sums) Process(c *rt.Chunk) error {
	t.each(c, func(r row) { t.sums[r.key] += r.value })
	return nil
}

func (t *sums) Apply(_ *rt.Chunk, w rt.Task) error {
	for _, r := range rowsOf(w) {
		t.sums[r.key] += r.value
	}
	return nil
}

func (t *sums) Merge(w rt.Task) error {
	for k, v := range w.(*sums).sums {
		t.sums[k] += v
	}
	return nil
}

func (t *sums) Finish() error {
	for _, k := range slices.Sorted(maps.Keys(t.sums)) {
		t.emit("%s %d", k, t.sums[k])
	}
	return nil
}

const (
	windowSize  = 10 * int64(time.Second)
	windowBound = 5 * int64(time.Second)
)

// windows sums by key and 10-second window, with the rules of lateness that generated code follows.
type windows struct {
	toy
	panes  map[int64]map[string][2]int64 // window end → key → sum, rows
	closed int64                         // watermark that the root was told
}

func (t *windows) Process(c *rt.Chunk) error {
	t.each(c, func(r row) { t.row(c, r) })
	return nil
}

func (t *windows) Apply(c *rt.Chunk, w rt.Task) error {
	for _, r := range rowsOf(w) {
		t.row(c, r.row)
	}
	return nil
}

func (t *windows) row(c *rt.Chunk, r row) {
	end := r.time - r.time%windowSize + windowSize
	if t.tally.MaxEvent != math.MinInt64 && end <= min(t.tally.MaxEvent-windowBound, c.Others) {
		t.tally.Late++
	} else {
		t.add(end, r.key, r.value, 1)
	}
	t.tally.MaxEvent = max(t.tally.MaxEvent, r.time)
}

func (t *windows) add(end int64, key string, value, rows int64) {
	if t.panes[end] == nil {
		t.panes[end] = map[string][2]int64{}
	}
	p := t.panes[end][key]
	t.panes[end][key] = [2]int64{p[0] + value, p[1] + rows}
}

func (t *windows) Merge(w rt.Task) error {
	from := w.(*windows)
	for end, keys := range from.panes {
		for k, p := range keys {
			if end <= t.closed {
				t.tally.Late += p[1]
			} else {
				t.add(end, k, p[0], p[1])
			}
		}
	}
	clear(from.panes)
	return nil
}

func (t *windows) Advance(wm int64) error {
	t.closed = wm
	for _, end := range slices.Sorted(maps.Keys(t.panes)) {
		if end > wm {
			break
		}
		for _, k := range slices.Sorted(maps.Keys(t.panes[end])) {
			t.last.Set(keyLabel{k}, float64(t.panes[end][k][0]))
			t.emit("%d %s %d", end/int64(time.Second), k, t.panes[end][k][0])
		}
		delete(t.panes, end)
	}
	return nil
}

func (t *windows) Finish() error { return t.Advance(math.MaxInt64) }

func (t *windows) Windows(tell func(table string, open int, due int64)) {
	due := int64(math.MaxInt64)
	for end := range t.panes {
		due = min(due, end)
	}
	tell("toy.window", len(t.panes), due)
}

// limited passes n rows: LIMIT n.
type limited struct {
	toy
	n int64
}

func (t *limited) Apply(_ *rt.Chunk, w rt.Task) error {
	for _, r := range rowsOf(w) {
		if t.n > 0 {
			t.n--
			t.emit("%s %d", r.key, r.value)
		}
	}
	t.tally.Done = t.n == 0
	return nil
}

// broken fails in the way that its row says.
type brokenTask struct{ toy }

func (t *brokenTask) Process(c *rt.Chunk) error {
	t.each(c, t.row)
	return nil
}

func (t *brokenTask) Apply(_ *rt.Chunk, w rt.Task) error {
	for _, r := range rowsOf(w) {
		t.row(r.row)
	}
	return nil
}

func (t *brokenTask) row(r row) {
	switch r.key {
	case "panic":
		var none []int
		none[r.value] = 1
	case "error":
		panic(rt.Error("must not be reached"))
	}
}

// task makes the task of a kind.
func task(kind string) func(env *rt.Env) (rt.Task, error) {
	return func(env *rt.Env) (rt.Task, error) {
		base := newToy(env, 1)
		switch kind {
		case "filter":
			return &filter{base}, nil
		case "running":
			return &running{base, map[string]int64{}, math.MaxInt64}, nil
		case "capped":
			return &running{base, map[string]int64{}, 1000}, nil
		case "sums":
			return &sums{base, map[string]int64{}}, nil
		case "windows":
			return &windows{base, map[int64]map[string][2]int64{}, math.MinInt64}, nil
		case "limited":
			return &limited{base, 7}, nil
		case "broken":
			return &brokenTask{base}, nil
		}
		panic("unknown kind " + kind)
	}
}

var eventTime = rt.TimeSpec{EventTime: true, Bound: windowBound, Idle: 30 * int64(time.Second)}

// job is a job with one pipeline of a kind of task.
func job(kind string, how rt.Parallelism, source *mem.Source, sink *mem.Sink) *rt.Job {
	in := rt.Input{Source: "in", Connector: "mem_source", New: func(*rt.Env) (rt.Source, rt.Ledger, error) { return source, nil, nil }}
	if kind == "windows" {
		in.Time = eventTime
	}
	p := rt.Pipeline{Inputs: []rt.Input{in}, Task: task(kind), Parallelism: how}
	return &rt.Job{Name: "toy", Version: "1.2.0", Description: "Adds numbers.", Owner: "toys@example.com", SQLFile: "toy.sql", Plan: "Scan in\n",
		Pipelines: []rt.Pipeline{p},
		Sinks:     []rt.SinkSpec{{Name: "out", Connector: "mem_sink", New: func(*rt.Env) (rt.Sink, error) { return sink, nil }}}}
}

// withLedger gives the job's only pipeline a ledger.
func withLedger(j *rt.Job, s rt.Source, l rt.Ledger) *rt.Job {
	j.Pipelines[0].Inputs[0].New = func(*rt.Env) (rt.Source, rt.Ledger, error) { return s, l, nil }
	return j
}
